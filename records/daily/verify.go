package daily

import (
	"bytes"
	"context"
	dbsql "database/sql"
	_ "embed"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"epom/internal/blob"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/seal"
)

//go:embed verify.sql
var verifyText string

var verifySQL = db.Load("records-daily-verify", verifyText)

// listed is the one query of verify.sql that lists no faults.
const listed = "unscoped-parts"

// Verify looks whether the sealed days of all offices agree with the chains of their logs, follow each other and none is
// missing. It answers one English sentence a fault, at most 1,000 of a kind. owner must be the owner of the tables.
func Verify(ctx context.Context, owner *sqlx.DB) ([]string, error) {
	tx, err := owner.BeginTxx(ctx, &dbsql.TxOptions{Isolation: dbsql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("verify daily logs: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	names := []string{}
	for name := range verifySQL {
		if name != listed {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	faults := []string{}
	for _, name := range names {
		var found []string
		if err := tx.SelectContext(ctx, &found, verifySQL.Get(name)); err != nil {
			return nil, fmt.Errorf("verify daily logs: %s: %w", name, err)
		}
		faults = append(faults, found...)
	}
	return faults, nil
}

// VerifyFiles reads every sealed day and computes its chain anew: the seal must hold and the rows in the file must lead to
// the hash that the log in the database has. Whom the seal's certificate leads to is not judged here.
func VerifyFiles(ctx context.Context, owner *sqlx.DB, files *blob.Store) (faults []string, err error) {
	var list []Part
	if err := owner.SelectContext(ctx, &list, verifySQL.Get(listed)); err != nil {
		return nil, fmt.Errorf("verify daily logs: %w", err)
	}
	for _, p := range list {
		what, err := verifyFile(ctx, files, p)
		switch {
		case errs.Is(err, errs.NotFound): // told among lost files
		case err != nil:
			return faults, fmt.Errorf("verify daily logs: %w", err)
		case what != "":
			faults = append(faults, fmt.Sprintf("office %d: the sealed log of %s %s", p.OfficeID, p.Day.Format(time.DateOnly), what))
		}
	}
	return faults, nil
}

func verifyFile(ctx context.Context, files *blob.Store, p Part) (string, error) {
	f, err := Spool(ctx, files, p.SHA256)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	x, err := seal.OpenXML(f, info.Size())
	if err != nil {
		return "cannot be read", nil //nolint:nilerr // what it is not is the finding
	}
	s, err := x.Verify(nil, p.MadeAt)
	if err != nil {
		return "", err
	}
	c, err := Check(x.Content())
	switch {
	case err != nil:
		return "cannot be read", nil //nolint:nilerr // the same
	case s.Fault != "" || s.Stamp.Fault != "":
		return "has a broken seal", nil
	case !c.Whole:
		return "does not lead from its first hash to its last", nil
	case c.From != p.From || c.To != p.To || !bytes.Equal(c.Before, p.Before) || !bytes.Equal(c.Head, p.Head):
		return "says something else than the database", nil
	}
	return "", nil
}

// Spool copies a kept file to an unnamed one on the disk, where any place of it can be read. The caller closes it.
func Spool(ctx context.Context, files *blob.Store, sha256 string) (*os.File, error) {
	r, _, err := files.Open(ctx, sha256)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	f, err := os.CreateTemp("", "epom-log-*")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(f.Name()) // the open file stays until it is closed
	if _, err := io.Copy(f, r); err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}
