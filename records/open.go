package records

import (
	"context"
	dbsql "database/sql"
	"errors"
	"strings"
	"time"

	"github.com/lib/pq"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
)

// SeriesJournal is the journal of an office (podací deník): the series of its case files. Separate registers have series of their own.
const SeriesJournal = "denik"

// NewCase is what OpenCase needs to know.
type NewCase struct {
	Series  string // code of a register; empty = the register of the agenda, or the journal
	Subject string
	Agenda  string
	Rule    string    // code of the term; empty = no term runs
	Starts  time.Time // legal date from which the term runs; zero = the day of opening
	UnitID  *int
	ClerkID *int64
	Parent  *int64 // sub-file of
	Paper   bool
}

// OpenCase opens a case file under the next number of its series and of the year (Prague) of the instant. The counter's
// row stays locked until the transaction ends, so that no number is skipped or given twice. law may be nil when no term
// runs.
func OpenCase(ctx context.Context, tx *db.Tx, law *Law, n NewCase, at time.Time) (Case, error) {
	if n.Subject = strings.TrimSpace(n.Subject); n.Subject == "" {
		return Case{}, errs.Fields(errs.Field{Name: "subject", Message: "Napište, čeho se věc týká."})
	}
	if n.Series == "" {
		var err error
		if n.Series, err = SeriesOf(ctx, tx, n.Agenda); err != nil {
			return Case{}, err
		}
	}
	var rule *string
	var starts, due, assigned *time.Time
	if n.Rule != "" {
		from := n.Starts
		if from.IsZero() {
			from = clock.Date(at)
		}
		r, err := law.Rule(n.Rule, from)
		if err != nil {
			return Case{}, err
		}
		day := Term{Rule: r, Starts: from}.Due(law.Calendar).On
		rule, starts, due = &n.Rule, &from, &day
	}
	if n.ClerkID != nil {
		assigned = &at
	}
	year := at.In(clock.Prague).Year()
	no, err := NextNumber(ctx, tx, n.Series, year)
	if err != nil {
		return Case{}, err
	}
	var id int64
	if err := tx.GetContext(ctx, &id, sql.Get("create-case"), tx.Office, n.Series, year, no, n.Subject, n.Agenda, at, rule, starts, due, n.UnitID, n.ClerkID,
		assigned, n.Parent, n.Paper); err != nil {
		return Case{}, db.Classify(err)
	}
	c, err := CaseByID(ctx, tx, id)
	if err != nil {
		return c, err
	}
	write(tx, c, "opened", at, map[string]any{})
	if n.ClerkID == nil {
		return c, nil
	}
	if err := autoClassify(ctx, tx, c, at); err != nil {
		return c, err
	}
	return CaseByID(ctx, tx, id)
}

// SeriesOf is the register that case files of an agenda are kept in.
func SeriesOf(ctx context.Context, tx *db.Tx, agenda string) (string, error) {
	series := SeriesJournal
	if agenda == "" {
		return series, nil
	}
	err := tx.GetContext(ctx, &series, sql.Get("series-of"), tx.Office, agenda)
	if errors.Is(err, dbsql.ErrNoRows) {
		err = nil
	}
	return series, err
}

// NextNumber takes the next number of a series and year; it is given back when the transaction is rolled back. Conflict
// means that the year is closed.
func NextNumber(ctx context.Context, tx *db.Tx, series string, year int) (int64, error) {
	var no int64
	err := tx.GetContext(ctx, &no, sql.Get("raise-counter"), tx.Office, series, year)
	var pe *pq.Error
	if errors.As(err, &pe) && pe.Code == yearClosed {
		return 0, errs.Newf(errs.Conflict, "Rok %d je v této evidenci uzavřený a další číslo už v něm nevznikne. Zaevidujte dokument v běžném roce, nebo požádejte správce úřadu, ať rok znovu otevře.", year)
	}
	return no, err
}

// yearClosed is what the counter of a closed year answers (migration 0017).
const yearClosed = "EP001"
