package records

import (
	"context"
	"strconv"
	"time"

	"epom/internal/audit"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
)

// Case is a case file (spis): one matter with its documents, its clerk and its term.
type Case struct {
	OfficeID     int32      `db:"office_id"`
	ID           int64      `db:"id"`
	Series       string     `db:"series"`
	Year         int        `db:"year"`
	No           int64      `db:"no"`
	Mark         string     `db:"mark"` // file mark (spisová značka)
	Subject      string     `db:"subject"`
	Agenda       string     `db:"agenda"`
	OpenedAt     time.Time  `db:"opened_at"`
	UnitID       *int       `db:"unit_id"`
	ClerkID      *int64     `db:"clerk_id"`
	ClerkName    string     `db:"clerk_name"`
	AssignedAt   *time.Time `db:"assigned_at"`
	DeadlineRule *string    `db:"deadline_rule"`
	ClockStarts  *time.Time `db:"clock_starts"`
	ExtendedDays int        `db:"extended_days"`
	ExtendedWhy  string     `db:"extended_why"`
	PausedOn     *time.Time `db:"paused_on"`
	DueOn        *time.Time `db:"due_on"`
	HandledAt    *time.Time `db:"handled_at"`
	HandledHow   *string    `db:"handled_how"`
	HandledWhy   string     `db:"handled_why"`
	Documents    int        `db:"documents"`
	Abbreviation string     `db:"abbreviation"`

	ClassID      *int64     `db:"class_id"`      // of the classification scheme
	ClassCode    string     `db:"class_code"`    // full code of the class (spisový znak)
	Sign         *string    `db:"sign"`          // disposal sign: A, S, V
	Retention    *int       `db:"retention"`     // years
	TriggerEvent string     `db:"trigger_event"` // from which the retention period runs
	TriggerYear  *int       `db:"trigger_year"`
	ParentID     *int64     `db:"parent_id"` // sub-file of
	JoinedTo     *int64     `db:"joined_to"`
	Paper        bool       `db:"paper"`
	ClosedAt     *time.Time `db:"closed_at"`
	ClosedBy     string     `db:"closed_by"`
	HeldWhy      string     `db:"held_why"` // not empty = disposal is stopped
	DisposedAt   *time.Time `db:"disposed_at"`
	ArchiveID    string     `db:"archive_id"`
	BoxID        *int64     `db:"box_id"`    // where its paper lies
	StoredAt     *time.Time `db:"stored_at"` // taken over by the records store
	MovedAt      *time.Time `db:"moved_at"`  // handed over to another office; read only since
	MovedTo      string     `db:"moved_to"`  // slug of that office
}

// Ways of handling (NSESSS, Vyrizeni/Zpusob).
const (
	ByDocument = "document" // vyřízení dokumentem
	ByReferral = "referral" // postoupení
	ByNoting   = "noted"    // vzetí na vědomí
	ByNote     = "note"     // vyřízení záznamem na dokumentu
	ByOther    = "other"    // jiný způsob: needs a reason
)

// CaseByID reads a case file of the transaction's office.
func CaseByID(ctx context.Context, tx *db.Tx, id int64) (Case, error) {
	var c Case
	err := tx.GetContext(ctx, &c, sql.Get("case"), tx.Office, id)
	return c, db.Classify(err)
}

// LockCase reads a case file and keeps others from changing it until the transaction ends.
func LockCase(ctx context.Context, tx *db.Tx, id int64) (Case, error) {
	var got int64
	if err := tx.GetContext(ctx, &got, sql.Get("lock-case"), tx.Office, id); err != nil {
		return Case{}, db.Classify(err)
	}
	return CaseByID(ctx, tx, id)
}

// openCase locks a case that must not be handled yet.
func openCase(ctx context.Context, tx *db.Tx, id int64) (Case, error) {
	c, err := LockCase(ctx, tx, id)
	if err == nil && c.HandledAt != nil {
		err = errs.Newf(errs.Conflict, "Spis %s je už vyřízený.", c.Mark)
	}
	return c, err
}

// Handle closes the matter in one of the standard's ways; other ways need a reason. Incoming documents not handled one by
// one are handled with it.
func Handle(ctx context.Context, tx *db.Tx, id int64, how, why string, at time.Time) error {
	c, err := openCase(ctx, tx, id)
	if err != nil {
		return err
	}
	if how == ByOther && why == "" {
		return errs.Fields(errs.Field{Name: "why", Message: "Napište, jak a proč byla věc vyřízena jinak."})
	}
	if err := acted(ctx, tx, c, at); err != nil {
		return err
	}
	if c.PausedOn != nil {
		if _, err := tx.ExecContext(ctx, sql.Get("end-pause"), tx.Office, id, clock.Date(at)); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, sql.Get("handle"), tx.Office, id, at, how, why); err != nil {
		return err
	}
	if err := autoClassify(ctx, tx, c, at); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, handling.Get("handle-rest"), tx.Office, id, at, how); err != nil {
		return err
	}
	write(tx, c, "handled", at, map[string]any{"how": how})
	return nil
}

// Term gathers what the case's due date follows from; false when the case has no term.
func (l *Law) Term(ctx context.Context, tx *db.Tx, c Case) (Term, bool, error) {
	if c.DeadlineRule == nil || c.ClockStarts == nil {
		return Term{}, false, nil
	}
	rule, err := l.Rule(*c.DeadlineRule, *c.ClockStarts)
	if err != nil {
		return Term{}, false, err
	}
	t := Term{Rule: rule, Starts: *c.ClockStarts, Extended: c.ExtendedDays}
	err = tx.SelectContext(ctx, &t.Pauses, sql.Get("pauses"), tx.Office, c.ID)
	return t, true, err
}

// Interrupt stops a running term with a reason, Resume lets it run on; both refuse when there is nothing to do.
func (l *Law) Interrupt(ctx context.Context, tx *db.Tx, id int64, why string, at time.Time) error {
	c, err := openCase(ctx, tx, id)
	switch {
	case err != nil:
		return err
	case why == "":
		return errs.Fields(errs.Field{Name: "why", Message: "Napište, proč se lhůta přerušuje."})
	case c.DeadlineRule == nil:
		return errs.New(errs.Invalid, "Tento spis lhůtu nemá, není co přerušit.")
	case c.PausedOn != nil:
		return errs.New(errs.Conflict, "Lhůta už stojí.")
	}
	return l.StopClock(ctx, tx, id, why, at)
}

// Resume ends an interruption.
func (l *Law) Resume(ctx context.Context, tx *db.Tx, id int64, at time.Time) error {
	c, err := openCase(ctx, tx, id)
	if err == nil && c.PausedOn == nil {
		err = errs.New(errs.Conflict, "Lhůta už běží.")
	}
	if err != nil {
		return err
	}
	return l.StartClock(ctx, tx, id, at)
}

// StopClock interrupts the term from the legal date of the instant: § 64 and § 65 of Act 500/2004 Sb.
func (l *Law) StopClock(ctx context.Context, tx *db.Tx, id int64, why string, at time.Time) error {
	c, err := openCase(ctx, tx, id)
	if err != nil || c.DeadlineRule == nil || c.PausedOn != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, sql.Get("start-pause"), tx.Office, id, clock.Date(at), why); err != nil {
		return err
	}
	today := clock.Date(at)
	c.PausedOn = &today
	return l.store(ctx, tx, c, "clock stopped", at)
}

// StartClock lets an interrupted term run on.
func (l *Law) StartClock(ctx context.Context, tx *db.Tx, id int64, at time.Time) error {
	c, err := openCase(ctx, tx, id)
	if err != nil || c.PausedOn == nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, sql.Get("end-pause"), tx.Office, id, clock.Date(at)); err != nil {
		return err
	}
	c.PausedOn = nil
	return l.store(ctx, tx, c, "clock runs", at)
}

// Extend adds days to the term with a reason, at most what the rule allows (§ 71(3) of Act 500/2004 Sb., § 14(6) of Act
// 106/1999 Sb.).
func (l *Law) Extend(ctx context.Context, tx *db.Tx, id int64, days int, why string, at time.Time) error {
	c, err := openCase(ctx, tx, id)
	if err != nil {
		return err
	}
	t, ok, err := l.Term(ctx, tx, c)
	if err != nil {
		return err
	}
	switch {
	case !ok || t.Rule.Extension == 0:
		return errs.New(errs.Invalid, "Tuto lhůtu zákon prodloužit nedovoluje.")
	case days < 1 || c.ExtendedDays+days > t.Rule.Extension:
		return errs.Fields(errs.Field{Name: "days", Message: "Lhůtu lze prodloužit celkem nejvýše o " + count(t.Rule.Extension, "day") + "."})
	case why == "":
		return errs.Fields(errs.Field{Name: "why", Message: "Uveďte důvod prodloužení."})
	}
	c.ExtendedDays += days
	c.ExtendedWhy = why
	return l.store(ctx, tx, c, "extended", at)
}

// store counts the due date anew and keeps it, so that lists need not.
func (l *Law) store(ctx context.Context, tx *db.Tx, c Case, action string, at time.Time) error {
	if err := acted(ctx, tx, c, at); err != nil {
		return err
	}
	t, _, err := l.Term(ctx, tx, c)
	if err != nil {
		return err
	}
	due := t.Due(l.Calendar).On
	if _, err := tx.ExecContext(ctx, sql.Get("set-term"), tx.Office, c.ID, c.ExtendedDays, c.ExtendedWhy, c.PausedOn, due); err != nil {
		return err
	}
	write(tx, c, action, at, map[string]any{"due": due.Format(time.DateOnly)})
	return nil
}

func write(tx *db.Tx, c Case, action string, at time.Time, data map[string]any) {
	data["mark"] = c.Mark
	audit.Write(tx, audit.Event{At: at, Action: action, ObjectType: "case_file", ObjectID: strconv.FormatInt(c.ID, 10), Data: data})
}
