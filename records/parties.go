package records

import (
	"context"
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"epom/internal/audit"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/fold"
)

//go:embed party.sql
var partyText string

var partySQL = db.Load("records-party", partyText)

// PartyFilter chooses rows of the name register.
type PartyFilter struct {
	Name         string // part of the name, without regard to accents
	Unidentified bool
	AfterID      int64
	Limit        int
}

// Parties lists the name register by age.
func Parties(ctx context.Context, tx *db.Tx, f PartyFilter) ([]Party, error) {
	list := []Party{}
	like := ""
	if f.Name = strings.TrimSpace(f.Name); f.Name != "" {
		like = "%" + likeText(f.Name) + "%"
	}
	err := tx.SelectContext(ctx, &list, partySQL.Get("parties"), tx.Office, f.AfterID, like, f.Unidentified, f.Limit)
	return list, err
}

// likeText folds a text as plain() does and takes the meaning from the signs of LIKE.
func likeText(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(fold.Text(s))
}

// FindParties finds rows of the name register by the beginning or a part of the name, by IČO, data box or e-mail.
func FindParties(ctx context.Context, tx *db.Tx, typed string, limit int) ([]Party, error) {
	typed = strings.Join(strings.Fields(typed), " ")
	if len([]rune(typed)) < 2 {
		return nil, nil
	}
	var found []struct {
		Party
		Rank int `db:"rank"`
	}
	ico, _ := CleanICO(typed)
	if !digits8.MatchString(ico) {
		ico = ""
	}
	low := strings.ToLower(typed)
	if err := tx.SelectContext(ctx, &found, partySQL.Get("find-parties"), tx.Office, likeText(typed), ico, low, low, limit); err != nil {
		return nil, err
	}
	list := make([]Party, len(found))
	for i, f := range found {
		list[i] = f.Party
	}
	return list, nil
}

// SameParties are other rows that may be the same person or body: the same IČO, data box, e-mail, or name and day of birth.
func SameParties(ctx context.Context, tx *db.Tx, p Party) ([]Party, error) {
	list := []Party{}
	err := tx.SelectContext(ctx, &list, partySQL.Get("same-parties"), tx.Office, p.ID, p.ICO, p.DataBox, p.Email, p.Name, p.Born)
	return list, err
}

// EnsureParty gives the row of the name register that surely is this person or body, else adds one. Sure are: the same data
// box; the same IČO; the same name with the same e-mail, or with the same day of birth; the same name of one about whom
// nothing more is known on either side.
func EnsureParty(ctx context.Context, tx *db.Tx, p Party, at time.Time) (Party, error) {
	same, err := SameParties(ctx, tx, p)
	if err != nil {
		return p, err
	}
	for _, s := range same {
		named := fold.Text(s.Name) == fold.Text(p.Name)
		bare := p.ICO+p.DataBox+p.Email+s.ICO+s.DataBox+s.Email+p.Street+s.Street == "" && p.Born == nil && s.Born == nil
		born := p.Born != nil && s.Born != nil && p.Born.Equal(*s.Born)
		if p.DataBox != "" && s.DataBox == p.DataBox || p.ICO != "" && s.ICO == p.ICO || named && (p.Email != "" && strings.EqualFold(s.Email, p.Email) || born || bare) {
			return s, nil
		}
	}
	return CreateParty(ctx, tx, p, at)
}

// UpdateParty changes a row of the name register.
func UpdateParty(ctx context.Context, tx *db.Tx, p Party, at time.Time) error {
	if wrong := CleanParty(&p); len(wrong) > 0 {
		return errs.Fields(wrong...)
	}
	r, err := tx.ExecContext(ctx, partySQL.Get("update-party"), tx.Office, p.ID, p.Kind, p.Name, p.Given, p.Family, p.Born, p.ICO, p.DataBox, p.Email, p.Phone, p.Street,
		p.Town, p.Zip, p.Country, p.Identified, p.Note, at)
	if err != nil {
		return db.Classify(err)
	}
	if n, _ := r.RowsAffected(); n == 0 {
		return errs.New(errs.Conflict, "Záznam mezitím někdo sloučil s jiným. Najděte ho v jmenném rejstříku znovu.")
	}
	writeParty(tx, "party changed", p.ID, at, nil)
	return nil
}

// PartyLink is what a party is to a document.
type PartyLink struct {
	DocumentID int64  `db:"document_id" json:"document_id"`
	Role       string `db:"role" json:"role"`
	Both       bool   `db:"-" json:"both"` // the kept one had it too
}

// PartyMerge is a merging with its trace.
type PartyMerge struct {
	ID       int64                `db:"id"`
	KeptID   int64                `db:"kept_id"`
	GoneID   int64                `db:"gone_id"`
	GoneName string               `db:"gone_name"`
	At       time.Time            `db:"at"`
	Actor    string               `db:"actor"`
	Moved    db.JSON[[]PartyLink] `db:"moved"`
	UndoneAt *time.Time           `db:"undone_at"`
}

// MergeParties lets one row stand for another: its documents move, its own row stays as a trace and can be brought back.
func MergeParties(ctx context.Context, tx *db.Tx, keep, gone int64, at time.Time) error {
	if keep == gone {
		return errs.New(errs.Invalid, "Záznam nejde sloučit sám se sebou.")
	}
	var rows []Party
	if err := tx.SelectContext(ctx, &rows, partySQL.Get("lock-parties"), tx.Office, pq.Array([]int64{keep, gone})); err != nil {
		return err
	}
	if len(rows) != 2 {
		return errs.New(errs.NotFound, "Jeden z obou záznamů v jmenném rejstříku není.")
	}
	if rows[0].MergedInto != nil || rows[1].MergedInto != nil {
		return errs.New(errs.Conflict, "Jeden z obou záznamů už byl sloučen. Načtěte stránku znovu.")
	}
	links := []PartyLink{}
	if err := tx.SelectContext(ctx, &links, partySQL.Get("links-of-party"), tx.Office, gone); err != nil {
		return err
	}
	had := []PartyLink{}
	if err := tx.SelectContext(ctx, &had, partySQL.Get("links-of-party"), tx.Office, keep); err != nil {
		return err
	}
	for i := range links {
		links[i].Both = slices.Contains(had, links[i])
	}
	for _, q := range []struct {
		name string
		args []any
	}{{"move-links", []any{tx.Office, gone, keep}}, {"drop-links", []any{tx.Office, gone}}, {"forward-merged", []any{tx.Office, gone, keep}}, {"set-merged", []any{tx.Office, gone, keep, at}}} {
		if _, err := tx.ExecContext(ctx, partySQL.Get(q.name), q.args...); err != nil {
			return err
		}
	}
	var id int64
	if err := tx.GetContext(ctx, &id, partySQL.Get("note-merge"), tx.Office, keep, gone, at, tx.Actor, db.J(links)); err != nil {
		return err
	}
	writeParty(tx, "parties merged", keep, at, map[string]any{"gone": gone, "documents": len(links), "merge": id})
	return nil
}

// UndoMerge brings a merged row back with its documents.
func UndoMerge(ctx context.Context, tx *db.Tx, id int64, at time.Time) (PartyMerge, error) {
	var m PartyMerge
	if err := tx.GetContext(ctx, &m, partySQL.Get("undo-merge"), tx.Office, id, at); err != nil {
		return m, db.Classify(err)
	}
	for _, l := range m.Moved.V {
		if !l.Both {
			if _, err := tx.ExecContext(ctx, partySQL.Get("drop-link"), tx.Office, l.DocumentID, m.KeptID, l.Role); err != nil {
				return m, err
			}
		}
		if err := LinkParty(ctx, tx, l.DocumentID, PartyRole{ID: m.GoneID, Role: l.Role}); err != nil {
			return m, err
		}
	}
	if _, err := tx.ExecContext(ctx, partySQL.Get("set-merged"), tx.Office, m.GoneID, nil, at); err != nil {
		return m, err
	}
	writeParty(tx, "merge undone", m.KeptID, at, map[string]any{"back": m.GoneID, "merge": id})
	return m, nil
}

// MergesOf lists what was merged into a party, the newest first.
func MergesOf(ctx context.Context, tx *db.Tx, party int64) ([]PartyMerge, error) {
	list := []PartyMerge{}
	err := tx.SelectContext(ctx, &list, partySQL.Get("merges"), tx.Office, party)
	return list, err
}

// PartyDocument is a document of a party.
type PartyDocument struct {
	ID              int64     `db:"id"`
	CaseID          int64     `db:"case_id"`
	ReferenceNumber string    `db:"reference_number"`
	Subject         string    `db:"subject"`
	Direction       string    `db:"direction"`
	RegisteredAt    time.Time `db:"registered_at"`
	Role            string    `db:"role"`
}

// DocumentsOfParty lists the latest documents of a party.
func DocumentsOfParty(ctx context.Context, tx *db.Tx, party int64, limit int) ([]PartyDocument, error) {
	list := []PartyDocument{}
	err := tx.SelectContext(ctx, &list, partySQL.Get("documents-of-party"), tx.Office, party, limit)
	return list, err
}

// Duplicate is a pair of rows that are likely one person or body.
type Duplicate struct {
	One       int64  `db:"one"`
	Other     int64  `db:"other"`
	OneName   string `db:"one_name"`
	OtherName string `db:"other_name"`
	Why       string `db:"why"` // ico, box, email, name
}

// Duplicates lists likely pairs.
func Duplicates(ctx context.Context, tx *db.Tx, limit int) ([]Duplicate, error) {
	list := []Duplicate{}
	err := tx.SelectContext(ctx, &list, partySQL.Get("duplicate-parties"), tx.Office, limit)
	return list, err
}

// ForgetParties deletes rows to which nothing has referred for the office's time (NSESSS 2.8), at most so many at once, and
// says how many. The log keeps that there was one, not who it was.
func ForgetParties(ctx context.Context, tx *db.Tx, now time.Time, limit int) (int, error) {
	var ids []int64
	if err := tx.SelectContext(ctx, &ids, partySQL.Get("forgotten-parties"), tx.Office, now, limit); err != nil {
		return 0, err
	}
	for _, id := range ids {
		for _, q := range []string{"forget-party-merges", "forget-party"} {
			if _, err := tx.ExecContext(ctx, partySQL.Get(q), tx.Office, id); err != nil {
				return 0, err
			}
		}
		writeParty(tx, "party forgotten", id, now, nil)
	}
	return len(ids), nil
}

func writeParty(tx *db.Tx, action string, id int64, at time.Time, data any) {
	audit.Write(tx, audit.Event{At: at, Action: action, ObjectType: "party", ObjectID: strconv.FormatInt(id, 10), Data: data})
}
