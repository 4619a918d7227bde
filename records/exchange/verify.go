package exchange

import (
	"context"
	dbsql "database/sql"
	_ "embed"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"epom/internal/db"
)

//go:embed verify.sql
var verifyText string

var verifySQL = db.Load("records-exchange-verify", verifyText)

// Verify looks for what must not be in the hand-overs of all offices: submissions nobody hands over, two numbers for one, one
// number for two, receipts without what they confirm. It answers one English sentence a fault. owner must be the owner of the
// tables.
func Verify(ctx context.Context, owner *sqlx.DB) ([]string, error) {
	tx, err := owner.BeginTxx(ctx, &dbsql.TxOptions{Isolation: dbsql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("verify hand-overs: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	names, faults := []string{}, []string{}
	for name := range verifySQL {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		var found []string
		if err := tx.SelectContext(ctx, &found, verifySQL.Get(name)); err != nil {
			return nil, fmt.Errorf("verify hand-overs: %s: %w", name, err)
		}
		faults = append(faults, found...)
	}
	return faults, nil
}
