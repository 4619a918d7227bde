package dispatch

import (
	"context"
	dbsql "database/sql"
	_ "embed"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"epom/internal/db"
	"epom/records"
)

//go:embed verify.sql
var verifyText string

var verifySQL = db.Load("records-dispatch-verify", verifyText)

// Verify looks for what must not be among the sendings of all offices: something sent twice, left without a trace or
// after it was cancelled, gaps of hand-over sheets. It answers one English sentence a fault. owner must own the tables.
func Verify(ctx context.Context, owner *sqlx.DB, at time.Time) ([]string, error) {
	tx, err := owner.BeginTxx(ctx, &dbsql.TxOptions{Isolation: dbsql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("verify sendings: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	names, faults := []string{}, []string{}
	for name := range verifySQL {
		if name != "unscoped-repeated" && name != "unscoped-repeated-events" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		var found []string
		if err := tx.SelectContext(ctx, &found, verifySQL.Get(name)); err != nil {
			return nil, fmt.Errorf("verify sendings: %s: %w", name, err)
		}
		faults = append(faults, found...)
	}
	twice, err := verifyTwice(ctx, tx, at)
	return append(faults, twice...), err
}

// verifyTwice looks at documents that went to one addressee several times: each time but the last must have come to
// nothing.
func verifyTwice(ctx context.Context, tx *sqlx.Tx, at time.Time) ([]string, error) {
	terms, err := records.LoadLaw(ctx, tx)
	if err != nil {
		return nil, err
	}
	law, err := LoadLaw(ctx, tx, terms)
	if err != nil {
		return nil, err
	}
	var list []Dispatch
	if err := tx.SelectContext(ctx, &list, verifySQL.Get("unscoped-repeated")); err != nil {
		return nil, err
	}
	var events []Event
	if err := tx.SelectContext(ctx, &events, verifySQL.Get("unscoped-repeated-events")); err != nil {
		return nil, err
	}
	place := map[int64]int{}
	for i, d := range list {
		place[d.ID] = i
	}
	for _, e := range events {
		list[place[e.DispatchID]].Events = append(list[place[e.DispatchID]].Events, e)
	}
	var faults []string
	for _, d := range list {
		s, err := Compute(d, law, at)
		if err != nil {
			return nil, err
		}
		if !s.CameToNothing() && !s.IsDelivered() { // what was delivered late, after another way was chosen, is no fault
			faults = append(faults, fmt.Sprintf("office %d: document %s was sent once more while sending %d was %s", d.OfficeID, d.Number, d.ID, s.Kind))
		}
	}
	return faults, nil
}
