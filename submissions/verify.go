package submissions

import (
	"context"
	dbsql "database/sql"
	_ "embed"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"epom/internal/blob"
	"epom/internal/db"
	"epom/internal/errs"
)

//go:embed verify.sql
var verifyText string

var verifySQL = db.Load("submissions-verify", verifyText)

// namedFiles is the one query of verify.sql that lists no faults.
const namedFiles = "unscoped-files"

// Verify looks for what must not be among the submissions of all offices: references that lead nowhere, broken chains of
// referrals, lost or doubled receipts, requests that do not fit their clocks. It answers one English sentence a fault, at
// most 1,000 of a kind. owner must be the owner of the tables, who sees all offices.
func Verify(ctx context.Context, owner *sqlx.DB) ([]string, error) {
	tx, err := owner.BeginTxx(ctx, &dbsql.TxOptions{Isolation: dbsql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("verify submissions: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	names := []string{}
	for name := range verifySQL {
		if name != namedFiles {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	faults := []string{}
	for _, name := range names {
		var found []string
		if err := tx.SelectContext(ctx, &found, verifySQL.Get(name)); err != nil {
			return nil, fmt.Errorf("verify submissions: %s: %w", name, err)
		}
		faults = append(faults, found...)
	}
	return faults, nil
}

// named is a file that some row names.
type named struct {
	SHA256 string `db:"sha256"`
	Size   *int64 `db:"size"`  // nil = not said
	Least  *int64 `db:"least"` // the smallest size said; the same unless rows disagree
	What   string `db:"what"`
}

// VerifyFiles looks whether every file that a document, a draft, a posting, a mail or an office names is in the file store with its
// size; with read also whether its content is what its name says. unused counts files that nothing names, which is no
// fault: uploads of abandoned drafts stay for a while. It is told only with read.
func VerifyFiles(ctx context.Context, owner *sqlx.DB, files *blob.Store, read bool) (faults []string, unused int, err error) {
	// What lies in the store is looked at first, what is named after that: a file is kept before a row names it.
	sizes := map[string]int64{}
	if read {
		damaged, err := files.Verify(ctx, func(hash string, size int64) { sizes[hash] = size })
		if err != nil {
			return nil, 0, fmt.Errorf("verify files: %w", err)
		}
		for _, d := range damaged {
			faults = append(faults, d.String())
		}
	}
	var list []named
	if err := owner.SelectContext(ctx, &list, verifySQL.Get(namedFiles)); err != nil {
		return nil, 0, fmt.Errorf("verify files: %w", err)
	}
	known := map[string]bool{}
	for _, n := range list {
		known[n.SHA256] = true
		size, there := sizes[n.SHA256]
		if !there { // not read, or kept since
			size, there, err = sizeOf(ctx, files, n.SHA256)
			if err != nil {
				return nil, 0, fmt.Errorf("verify files: %w", err)
			}
		}
		switch {
		case !there:
			faults = append(faults, fmt.Sprintf("file %s of %s is not in the file store", n.SHA256, n.What))
		case n.Size != nil && (*n.Size != size || *n.Least != size):
			faults = append(faults, fmt.Sprintf("file %s of %s has %d bytes, its record says otherwise", n.SHA256, n.What, size))
		}
	}
	for hash := range sizes {
		if !known[hash] {
			unused++
		}
	}
	return faults, unused, nil
}

func sizeOf(ctx context.Context, files *blob.Store, hash string) (size int64, there bool, err error) {
	f, size, err := files.Open(ctx, hash)
	switch {
	case errs.Is(err, errs.NotFound):
		return 0, false, nil
	case err != nil:
		return 0, false, err
	}
	return size, true, f.Close()
}
