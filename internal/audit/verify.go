package audit

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// maxFaults bounds a report: a log broken in more places is read by hand anyway.
const maxFaults = 1000

// Fault is one place where a chain does not hold.
type Fault struct {
	Office int32  `db:"office_id"`
	Seq    int64  `db:"seq"`
	Before int64  `db:"before"` // the last sound row in front of it
	Kind   string `db:"kind"`   // gap changed tail head headless
}

func (f Fault) String() string {
	log := fmt.Sprintf("audit log of office %d", f.Office)
	if f.Office == 0 {
		log = "audit log of the installation"
	}
	switch f.Kind {
	case "gap":
		return fmt.Sprintf("%s: rows %d to %d are missing", log, f.Before+1, f.Seq-1)
	case "changed":
		return fmt.Sprintf("%s: row %d or the row before it was changed", log, f.Seq)
	case "tail":
		return fmt.Sprintf("%s: it ends at row %d, its head says %d", log, f.Before, f.Seq)
	case "headless":
		return fmt.Sprintf("%s: it has rows, but its head is missing", log)
	}
	return fmt.Sprintf("%s: its head does not fit row %d", log, f.Before)
}

// Verify recomputes the chains of all offices inside the database and returns up to 1,000 faults; none means that no
// row was changed, removed or cut off since it was written. It reads one snapshot and disturbs nobody. owner must be
// the owner of the tables, who sees all offices.
func Verify(ctx context.Context, owner *sqlx.DB) ([]Fault, error) {
	tx, err := owner.BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("verify audit log: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	faults := []Fault{}
	if err := tx.SelectContext(ctx, &faults, queries.Get("unscoped-verify"), maxFaults); err != nil {
		return nil, fmt.Errorf("verify audit log: %w", err)
	}
	return faults, nil
}
