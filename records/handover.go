package records

import (
	"context"
	"slices"
	"strconv"
	"time"

	"epom/internal/audit"
	"epom/internal/db"
	"epom/internal/errs"
)

// Hand says to whom a case file is given: a clerk, a unit, or a clerk in a unit.
type Hand struct {
	Clerk *int64
	Unit  *int
	Note  string
	Batch string // what is given together can be taken back together
}

// Handover is one step of circulation (předání–převzetí): open until accepted, refused or withdrawn.
type Handover struct {
	OfficeID    int32      `db:"office_id"`
	ID          int64      `db:"id"`
	CaseID      int64      `db:"case_id"`
	At          time.Time  `db:"at"`
	By          string     `db:"by"`
	FromClerk   *int64     `db:"from_clerk"`
	FromUnit    *int       `db:"from_unit"`
	FromAt      *time.Time `db:"from_at"`
	ToClerk     *int64     `db:"to_clerk"`
	ToUnit      *int       `db:"to_unit"`
	Note        string     `db:"note"`
	Batch       string     `db:"batch"`
	AcceptedAt  *time.Time `db:"accepted_at"`
	RefusedAt   *time.Time `db:"refused_at"`
	WithdrawnAt *time.Time `db:"withdrawn_at"`
	SettledBy   string     `db:"settled_by"`
	SettledWhy  string     `db:"settled_why"`

	Mark    string `db:"mark"` // of the case file; Waiting only
	Subject string `db:"subject"`
}

// Open tells whether nobody has answered yet.
func (h Handover) Open() bool {
	return h.AcceptedAt == nil && h.RefusedAt == nil && h.WithdrawnAt == nil
}

// actorOf is how the log names an account.
func actorOf(account int64) string { return "account:" + strconv.FormatInt(account, 10) }

// Assign gives an open case to a clerk or a unit of the office. Who takes it for themselves has accepted it; others are
// asked to. A case given to a unit alone stays new until one of its people takes it.
func Assign(ctx context.Context, tx *db.Tx, id int64, to Hand, at time.Time) error {
	if to.Clerk == nil && to.Unit == nil {
		return errs.Fields(errs.Field{Name: "clerk", Message: "Vyberte, kdo bude věc vyřizovat, nebo útvar."})
	}
	c, err := openCase(ctx, tx, id)
	if err != nil {
		return err
	}
	if to.Clerk != nil {
		if err := lentMay(ctx, tx, c, *to.Clerk, at); err != nil {
			return err
		}
	}
	how := "withdrawn"
	if h, err := OpenHandover(ctx, tx, id); err == nil && h.ToClerk == nil {
		how = "accepted" // somebody takes what the unit was given
	} else if err != nil && !errs.Is(err, errs.Conflict) {
		return err
	}
	if _, err := tx.ExecContext(ctx, handling.Get("settle-handover"), tx.Office, id, how, at, tx.Actor, ""); err != nil {
		return err
	}
	if to.Unit == nil {
		to.Unit = c.UnitID
	}
	var accepted, assigned *time.Time
	if to.Clerk != nil {
		assigned = &at
		if tx.Actor == actorOf(*to.Clerk) {
			accepted = &at
		}
	}
	if _, err := tx.ExecContext(ctx, handling.Get("create-handover"), tx.Office, id, at, tx.Actor, c.ClerkID, c.UnitID, c.AssignedAt, to.Clerk, to.Unit, to.Note,
		to.Batch, accepted); err != nil {
		return db.Classify(err)
	}
	if _, err := tx.ExecContext(ctx, sql.Get("assign"), tx.Office, id, to.Clerk, to.Unit, assigned); err != nil {
		return db.Classify(err)
	}
	if err := autoClassify(ctx, tx, c, at); err != nil {
		return err
	}
	write(tx, c, "assigned", at, map[string]any{"clerk": to.Clerk, "unit": to.Unit, "before": c.ClerkID})
	return nil
}

// Accept takes over what was handed over to the person; what is open no more is a conflict.
func Accept(ctx context.Context, tx *db.Tx, id, account int64, at time.Time) error {
	_, err := settle(ctx, tx, id, account, "accepted", "", at)
	return err
}

// Refuse returns a case file with a reason to where it was before.
func Refuse(ctx context.Context, tx *db.Tx, id, account int64, why string, at time.Time) error {
	if why == "" {
		return errs.Fields(errs.Field{Name: "why", Message: "Napište, proč věc vracíte."})
	}
	_, err := settle(ctx, tx, id, account, "refused", why, at)
	return err
}

// settle answers the open hand-over of a case file to the account or, for those standing in, to whom it covers.
func settle(ctx context.Context, tx *db.Tx, id, account int64, how, why string, at time.Time) (Handover, error) {
	c, err := openCase(ctx, tx, id)
	if err != nil {
		return Handover{}, err
	}
	h, err := OpenHandover(ctx, tx, id)
	if err != nil {
		return h, err
	}
	mine, err := Covers(ctx, tx, account, at)
	if err != nil {
		return h, err
	}
	if h.ToClerk == nil || !slices.Contains(mine, *h.ToClerk) {
		return h, errs.New(errs.Forbidden, "Tento spis byl předán někomu jinému.")
	}
	if _, err := tx.ExecContext(ctx, handling.Get("settle-handover"), tx.Office, id, how, at, tx.Actor, why); err != nil {
		return h, err
	}
	if how == "refused" {
		if err := back(ctx, tx, h, at); err != nil {
			return h, err
		}
	}
	write(tx, c, "handover "+how, at, map[string]any{"from": h.FromClerk, "to": h.ToClerk})
	return h, nil
}

// OpenHandover is the hand-over of a case file that nobody has answered; a conflict when there is none.
func OpenHandover(ctx context.Context, tx *db.Tx, id int64) (Handover, error) {
	var h Handover
	err := db.Classify(tx.GetContext(ctx, &h, handling.Get("open-handover"), tx.Office, id))
	if errs.Is(err, errs.NotFound) {
		err = errs.New(errs.Conflict, "Tento spis na převzetí nečeká.")
	}
	return h, err
}

// back returns a case file to where it was; to nobody when who had it was lent and helps no more.
func back(ctx context.Context, tx *db.Tx, h Handover, at time.Time) error {
	if h.FromClerk != nil {
		var gone bool
		if err := tx.GetContext(ctx, &gone, lending.Get("gone"), tx.Office, *h.FromClerk, at); err != nil {
			return err
		}
		if gone {
			h.FromClerk, h.FromAt = nil, nil
		}
	}
	_, err := tx.ExecContext(ctx, sql.Get("assign"), tx.Office, h.CaseID, h.FromClerk, h.FromUnit, h.FromAt)
	return err
}

// Undo takes back what was given together and nobody has accepted; it answers the case files that went back.
func Undo(ctx context.Context, tx *db.Tx, batch string, at time.Time) ([]int64, error) {
	var list []Handover
	if err := tx.SelectContext(ctx, &list, handling.Get("batch-handovers"), tx.Office, batch); err != nil {
		return nil, err
	}
	undone := []int64{}
	for _, h := range list {
		c, err := LockCase(ctx, tx, h.CaseID)
		if err != nil {
			return nil, err
		}
		r, err := tx.ExecContext(ctx, handling.Get("withdraw-handover"), tx.Office, h.ID, at, tx.Actor)
		if err != nil {
			return nil, err
		}
		if n, _ := r.RowsAffected(); n == 0 || c.HandledAt != nil {
			continue
		}
		if err := back(ctx, tx, h, at); err != nil {
			return nil, err
		}
		write(tx, c, "handover withdrawn", at, map[string]any{"from": h.FromClerk, "to": h.ToClerk})
		undone = append(undone, h.CaseID)
	}
	return undone, nil
}

// Handovers is the circulation of a case file, the oldest first.
func Handovers(ctx context.Context, tx *db.Tx, caseID int64) ([]Handover, error) {
	list := []Handover{}
	err := tx.SelectContext(ctx, &list, handling.Get("handovers"), tx.Office, caseID)
	return list, err
}

// ToAccept are the case files handed over to somebody, or to those they stand in for, and not answered.
func ToAccept(ctx context.Context, tx *db.Tx, account int64, at time.Time) ([]Handover, error) {
	list := []Handover{}
	err := tx.SelectContext(ctx, &list, handling.Get("to-accept"), tx.Office, account, legal(at))
	return list, err
}

// acted: whoever works on a case has taken it over, though they did not say so.
func acted(ctx context.Context, tx *db.Tx, c Case, at time.Time) error {
	if c.ClerkID == nil || tx.Actor != actorOf(*c.ClerkID) {
		return nil
	}
	_, err := tx.ExecContext(ctx, handling.Get("settle-handover"), tx.Office, c.ID, "accepted", at, tx.Actor, "")
	return err
}

// Absence is when a clerk is away and who stands in; both days belong to it.
type Absence struct {
	OfficeID int32      `db:"office_id"`
	ID       int64      `db:"id"`
	ClerkID  int64      `db:"clerk_id"`
	CoverID  int64      `db:"cover_id"`
	FromOn   time.Time  `db:"from_on"`
	ToOn     time.Time  `db:"to_on"`
	Note     string     `db:"note"`
	MadeAt   time.Time  `db:"made_at"`
	MadeBy   string     `db:"made_by"`
	EndedAt  *time.Time `db:"ended_at"`
	EndedBy  string     `db:"ended_by"`
}

// AddAbsence writes an absence down; the cover's lists show both from its first day.
func AddAbsence(ctx context.Context, tx *db.Tx, a Absence, at time.Time) (int64, error) {
	switch {
	case a.ClerkID == 0:
		return 0, errs.Fields(errs.Field{Name: "clerk", Message: "Vyberte, kdo bude chybět."})
	case a.CoverID == 0 || a.CoverID == a.ClerkID:
		return 0, errs.Fields(errs.Field{Name: "cover", Message: "Vyberte jiného člověka, který bude zastupovat."})
	case a.ToOn.Before(a.FromOn):
		return 0, errs.Fields(errs.Field{Name: "to", Message: "Poslední den nesmí být před prvním."})
	case legal(at) > a.ToOn.Format(time.DateOnly):
		return 0, errs.Fields(errs.Field{Name: "to", Message: "Nepřítomnost už skončila. Zadejte den, který teprve přijde."})
	}
	var id int64
	err := tx.GetContext(ctx, &id, handling.Get("create-absence"), tx.Office, a.ClerkID, a.CoverID, a.FromOn.Format(time.DateOnly), a.ToOn.Format(time.DateOnly), a.Note, at, tx.Actor)
	if err == nil {
		audit.Write(tx, audit.Event{At: at, Action: "absence", ObjectType: "absence", ObjectID: strconv.FormatInt(id, 10),
			Data: map[string]any{"clerk": a.ClerkID, "cover": a.CoverID, "from": a.FromOn.Format(time.DateOnly), "to": a.ToOn.Format(time.DateOnly)}})
	}
	return id, db.Classify(err)
}

// EndAbsence ends an absence before its last day.
func EndAbsence(ctx context.Context, tx *db.Tx, id int64, at time.Time) error {
	r, err := tx.ExecContext(ctx, handling.Get("end-absence"), tx.Office, id, at, tx.Actor)
	if err != nil {
		return err
	}
	if n, _ := r.RowsAffected(); n == 0 {
		return errs.New(errs.Conflict, "Tato nepřítomnost už skončila.")
	}
	audit.Write(tx, audit.Event{At: at, Action: "absence ended", ObjectType: "absence", ObjectID: strconv.FormatInt(id, 10)})
	return nil
}

// AbsenceByID reads an absence.
func AbsenceByID(ctx context.Context, tx *db.Tx, id int64) (Absence, error) {
	var a Absence
	err := tx.GetContext(ctx, &a, handling.Get("absence"), tx.Office, id)
	return a, db.Classify(err)
}

// Absences are those that last or will come, by their first day.
func Absences(ctx context.Context, tx *db.Tx, at time.Time) ([]Absence, error) {
	list := []Absence{}
	err := tx.SelectContext(ctx, &list, handling.Get("absences"), tx.Office, legal(at))
	return list, err
}

// Covers are the accounts whose work somebody does on the day of the instant: their own last.
func Covers(ctx context.Context, tx *db.Tx, account int64, at time.Time) ([]int64, error) {
	var ids []int64
	err := tx.SelectContext(ctx, &ids, handling.Get("covers"), account, legal(at))
	return ids, err
}
