package records

import (
	"context"
	dbsql "database/sql"
	_ "embed"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"epom/internal/db"
)

//go:embed verify.sql
var verifyText string

var verifySQL = db.Load("records-verify", verifyText)

// Verify looks for what must not be in the registers of all offices: gaps and duplicates of numbers, documents out of
// their files, terms that do not follow from the law. It answers one English sentence a fault, at most 1,000 of a kind,
// reads one snapshot and disturbs nobody. owner must be the owner of the tables, who sees all offices.
func Verify(ctx context.Context, owner *sqlx.DB) ([]string, error) {
	tx, err := owner.BeginTxx(ctx, &dbsql.TxOptions{Isolation: dbsql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("verify registers: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, `SET LOCAL work_mem = '64MB'`); err != nil { // registers are joined whole: a million documents should not go through files
		return nil, fmt.Errorf("verify registers: %w", err)
	}
	faults := []string{}
	names := []string{}
	for name := range verifySQL {
		if name != "unscoped-terms" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		var found []string
		if err := tx.SelectContext(ctx, &found, verifySQL.Get(name)); err != nil {
			return nil, fmt.Errorf("verify registers: %s: %w", name, err)
		}
		faults = append(faults, found...)
	}
	terms, err := verifyTerms(ctx, tx)
	if err != nil {
		return nil, fmt.Errorf("verify terms: %w", err)
	}
	return append(faults, terms...), nil
}

// pausedDays is a pause as the database writes it into JSON.
type pausedDays struct {
	From string  `json:"from"`
	To   *string `json:"to"`
}

// verifyTerms counts the terms of all open cases anew.
func verifyTerms(ctx context.Context, tx *sqlx.Tx) ([]string, error) {
	law, err := LoadLaw(ctx, tx)
	if err != nil {
		return nil, err
	}
	rows, err := tx.QueryxContext(ctx, verifySQL.Get("unscoped-terms"))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var faults []string
	for rows.Next() {
		var c struct {
			Office   int32                 `db:"office_id"`
			Mark     string                `db:"mark"`
			Rule     *string               `db:"deadline_rule"`
			Starts   *time.Time            `db:"clock_starts"`
			Extended int                   `db:"extended_days"`
			Due      *time.Time            `db:"due_on"`
			Pauses   db.JSON[[]pausedDays] `db:"pauses"`
		}
		if err := rows.StructScan(&c); err != nil {
			return nil, err
		}
		say := func(format string, args ...any) {
			faults = append(faults, fmt.Sprintf("office %d: the term of case file %s ", c.Office, c.Mark)+fmt.Sprintf(format, args...))
		}
		if c.Rule == nil || c.Starts == nil || c.Due == nil {
			say("lacks its rule, start or end")
			continue
		}
		rule, err := law.Rule(*c.Rule, *c.Starts)
		if err != nil {
			say("goes by rule %s, which the law does not have on %s", *c.Rule, c.Starts.Format(time.DateOnly))
			continue
		}
		t := Term{Rule: rule, Starts: *c.Starts, Extended: c.Extended}
		for _, p := range c.Pauses.V {
			pause, err := p.pause()
			if err != nil {
				return nil, err
			}
			t.Pauses = append(t.Pauses, pause)
		}
		if due := t.Due(law.Calendar).On; due.Format(time.DateOnly) != c.Due.Format(time.DateOnly) {
			say("ends on %s, by the law it is %s", c.Due.Format(time.DateOnly), due.Format(time.DateOnly))
		}
	}
	return faults, rows.Err()
}

func (p pausedDays) pause() (Pause, error) {
	from, err := time.Parse(time.DateOnly, p.From)
	if err != nil || p.To == nil {
		return Pause{From: from}, err
	}
	to, err := time.Parse(time.DateOnly, *p.To)
	return Pause{From: from, To: &to}, err
}
