package disposal

import (
	"context"
	_ "embed"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"epom/internal/blob"
	"epom/internal/db"
)

//go:embed verify.sql
var verifyText string

var verifySQL = db.Load("disposal-verify", verifyText)

// goneFiles is the one query of verify.sql that lists no faults.
const goneFiles = "unscoped-gone"

// Verify looks for what must not be among classes, closed files and disposals of all offices, and whether the bytes of what was
// destroyed are really gone. It answers one English sentence a fault, at most 1,000 of a kind.
func Verify(ctx context.Context, owner *sqlx.DB, files *blob.Store) ([]string, error) {
	names := []string{}
	for name := range verifySQL {
		if name != goneFiles {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	faults := []string{}
	for _, name := range names {
		var found []string
		if err := owner.SelectContext(ctx, &found, verifySQL.Get(name)); err != nil {
			return nil, fmt.Errorf("verify disposal: %s: %w", name, err)
		}
		faults = append(faults, found...)
	}
	var gone []string
	if err := owner.SelectContext(ctx, &gone, verifySQL.Get(goneFiles)); err != nil {
		return nil, fmt.Errorf("verify disposal: %w", err)
	}
	for _, hash := range gone {
		there, err := files.Has(ctx, hash)
		if err != nil {
			return nil, fmt.Errorf("verify disposal: %w", err)
		}
		if there {
			faults = append(faults, "file "+hash+" was destroyed and is still in the file store")
		}
	}
	return faults, nil
}
