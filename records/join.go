package records

import (
	"context"
	"strconv"
	"strings"
	"time"

	"epom/internal/audit"
	"epom/internal/db"
	"epom/internal/errs"
)

// Together lists the files that belong to one another with the file: joined to it, its sub-files and those above it, tied by
// fixed references; the file itself among them, oldest first. They have one class, are closed and disposed of together.
func Together(ctx context.Context, tx *db.Tx, id int64) ([]Case, error) {
	var list []Case
	err := tx.SelectContext(ctx, &list, filesSQL.Get("around"), tx.Office, id)
	return list, db.Classify(err)
}

// CaseByMark finds a file of the office by its mark.
func CaseByMark(ctx context.Context, tx *db.Tx, mark string) (Case, error) {
	var id int64
	mark = strings.ToUpper(strings.TrimSpace(mark))
	err := db.Classify(tx.GetContext(ctx, &id, filesSQL.Get("case-by-mark"), tx.Office, mark))
	if errs.Is(err, errs.NotFound) {
		return Case{}, errs.Fields(errs.Field{Name: "mark", Message: "Spis s touto značkou ve vašem úřadu není. Zkontrolujte ji, například HEJ/2026/00042."})
	}
	if err != nil {
		return Case{}, err
	}
	return CaseByID(ctx, tx, id)
}

// two locks two different files in the order of their ids and refuses closed ones.
func two(ctx context.Context, tx *db.Tx, a, b int64) (first, second Case, err error) {
	if a == b {
		return first, second, errs.Fields(errs.Field{Name: "mark", Message: "Vyberte jiný spis než tento."})
	}
	for _, id := range []int64{min(a, b), max(a, b)} {
		c, err := LockCase(ctx, tx, id)
		if err != nil {
			return first, second, err
		}
		if c.ClosedAt != nil {
			return first, second, errs.Newf(errs.Conflict, "Spis %s je uzavřený. Nejdřív ho s důvodem znovu otevřete.", c.Mark)
		}
		if id == a {
			first = c
		} else {
			second = c
		}
	}
	return first, second, nil
}

// Join joins a file to another one in the same matter (priorace): numbers of both stay, the terms run on, from then on they
// have one class and are closed together.
func Join(ctx context.Context, tx *db.Tx, id, to int64, why string, at time.Time) error {
	if why = strings.TrimSpace(why); why == "" {
		return errs.Fields(errs.Field{Name: "why", Message: "Napište, proč spisy patří k sobě."})
	}
	c, t, err := two(ctx, tx, id, to)
	switch {
	case err != nil:
		return err
	case c.JoinedTo != nil:
		return errs.Newf(errs.Conflict, "Spis %s už je připojený k jinému spisu.", c.Mark)
	case t.JoinedTo != nil:
		return errs.Newf(errs.Conflict, "Spis %s je sám připojený k jinému spisu; připojte ho k tomu.", t.Mark)
	}
	if err := oneClass(ctx, tx, c, t, at); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, filesSQL.Get("join"), tx.Office, id, to); err != nil {
		return db.Classify(err)
	}
	write(tx, c, "joined", at, map[string]any{"to": t.Mark, "why": why})
	write(tx, t, "took in", at, map[string]any{"file": c.Mark})
	return nil
}

// Separate undoes a join made by mistake.
func Separate(ctx context.Context, tx *db.Tx, id int64, at time.Time) error {
	c, err := LockCase(ctx, tx, id)
	if err != nil {
		return err
	}
	if c.JoinedTo == nil {
		return errs.Newf(errs.Conflict, "Spis %s k žádnému spisu připojený není.", c.Mark)
	}
	if _, err := tx.ExecContext(ctx, filesSQL.Get("join"), tx.Office, id, nil); err != nil {
		return db.Classify(err)
	}
	write(tx, c, "separated", at, map[string]any{})
	return nil
}

// oneClass gives all that belongs to c the class of t.
func oneClass(ctx context.Context, tx *db.Tx, c, t Case, at time.Time) error {
	if t.ClassID == nil {
		return nil
	}
	k, err := ClassByID(ctx, tx, *t.ClassID)
	if err != nil {
		return err
	}
	all, err := Together(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	for _, other := range all {
		if err := classify(ctx, tx, other, k, at); err != nil {
			return err
		}
	}
	return nil
}

// Sub opens a sub-file of a file; it has the class of the file above.
func Sub(ctx context.Context, tx *db.Tx, law *Law, above int64, n NewCase, at time.Time) (Case, error) {
	p, err := LockCase(ctx, tx, above)
	if err != nil {
		return Case{}, err
	}
	switch {
	case p.ClosedAt != nil:
		return Case{}, errs.Newf(errs.Conflict, "Spis %s je uzavřený. Nejdřív ho s důvodem znovu otevřete.", p.Mark)
	case p.ParentID != nil:
		return Case{}, errs.Newf(errs.Conflict, "Spis %s je sám dílčí; další otevřete pod hlavním spisem.", p.Mark)
	}
	n.Parent, n.Agenda, n.Paper = &above, p.Agenda, n.Paper || p.Paper
	c, err := OpenCase(ctx, tx, law, n, at)
	if err != nil {
		return c, err
	}
	if err := oneClass(ctx, tx, c, p, at); err != nil {
		return c, err
	}
	return CaseByID(ctx, tx, c.ID)
}

// TakeOut moves a document into a file of its own, or into another one; its number stays. The document with which a file began
// and the confirmation of delivery stay where they are.
func TakeOut(ctx context.Context, tx *db.Tx, document, to int64, why string, at time.Time) error {
	if why = strings.TrimSpace(why); why == "" {
		return errs.Fields(errs.Field{Name: "why", Message: "Napište, proč dokument patří do jiného spisu."})
	}
	d, err := DocumentByID(ctx, tx, document)
	if err != nil {
		return err
	}
	from := d.CaseID
	if d.FiledIn != nil {
		from = *d.FiledIn
	}
	c, t, err := two(ctx, tx, from, to)
	switch {
	case err != nil:
		return err
	case d.Ordinal == 1 || d.Kind == "receipt":
		return errs.New(errs.Invalid, "Dokument, kterým spis začal, a potvrzení o podání z něj vyjmout nejde.")
	case d.CancelledAt != nil:
		return errs.New(errs.Invalid, "Stornovaný dokument zůstává, kde je.")
	}
	target := &to
	if to == d.CaseID {
		target = nil // back home
	}
	if _, err := tx.ExecContext(ctx, filesSQL.Get("take-out"), tx.Office, document, target, why); err != nil {
		return db.Classify(err)
	}
	data := map[string]any{"number": d.ReferenceNumber, "to": t.Mark, "why": why}
	write(tx, c, "document taken out", at, data)
	write(tx, t, "document put in", at, map[string]any{"number": d.ReferenceNumber, "from": c.Mark})
	audit.Write(tx, audit.Event{At: at, Action: "moved", ObjectType: "document", ObjectID: strconv.FormatInt(document, 10), Data: data})
	return nil
}

// TakenOut is a document that got its number in a file and lies in another.
type TakenOut struct {
	Document
	FiledMark string `db:"filed_mark"`
}

// TakenOutOf lists them.
func TakenOutOf(ctx context.Context, tx *db.Tx, id int64) ([]TakenOut, error) {
	list := []TakenOut{}
	err := tx.SelectContext(ctx, &list, filesSQL.Get("taken-out"), tx.Office, id)
	return list, err
}

// Link is a cross reference between files as seen from one of them.
type Link struct {
	ID      int64     `db:"id"`
	Fixed   bool      `db:"fixed"`
	Why     string    `db:"why"`
	MadeAt  time.Time `db:"made_at"`
	Out     bool      `db:"out"` // leads from the file, not to it
	OtherID int64     `db:"other_id"`
	Mark    string    `db:"mark"`
	Subject string    `db:"subject"`
}

// Links lists the cross references of a file.
func Links(ctx context.Context, tx *db.Tx, id int64) ([]Link, error) {
	list := []Link{}
	err := tx.SelectContext(ctx, &list, filesSQL.Get("links"), tx.Office, id)
	return list, err
}

// Refer makes a cross reference. A fixed one makes one package for the archive of both files and gives them one class
// (NSESSS 4.1.2 to 4.1.5).
func Refer(ctx context.Context, tx *db.Tx, id, to int64, fixed bool, why string, at time.Time) error {
	c, t, err := two(ctx, tx, id, to)
	if err != nil {
		return err
	}
	if fixed {
		if err := oneClass(ctx, tx, c, t, at); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, filesSQL.Get("link"), tx.Office, id, to, fixed, strings.TrimSpace(why), at, tx.Actor); err != nil {
		if err = db.Classify(err); errs.Is(err, errs.Conflict) {
			return errs.Newf(errs.Conflict, "Odkaz na spis %s už tu je.", t.Mark)
		}
		return err
	}
	write(tx, c, "referred to", at, map[string]any{"to": t.Mark, "fixed": fixed})
	return nil
}

// EndLink takes a cross reference back; it stays in the log.
func EndLink(ctx context.Context, tx *db.Tx, id, link int64, at time.Time) error {
	c, err := LockCase(ctx, tx, id)
	if err != nil {
		return err
	}
	if c.ClosedAt != nil {
		return errs.Newf(errs.Conflict, "Spis %s je uzavřený. Nejdřív ho s důvodem znovu otevřete.", c.Mark)
	}
	r, err := tx.ExecContext(ctx, filesSQL.Get("end-link"), tx.Office, link, id, at)
	if err != nil {
		return err
	}
	if n, _ := r.RowsAffected(); n == 0 {
		return errs.New(errs.NotFound, "Tento odkaz už ve spisu není.")
	}
	write(tx, c, "reference ended", at, map[string]any{"link": link})
	return nil
}
