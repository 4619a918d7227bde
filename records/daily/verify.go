package daily

import (
	"bytes"
	"context"
	"crypto/x509"
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
	e, err := Examine(ctx, files, p, nil, p.MadeAt)
	switch {
	case err != nil:
		return "", err
	case e.Unreadable:
		return "cannot be read", nil
	case e.Seal.Fault != "" || e.Seal.Stamp.Fault != "":
		return "has a broken seal", nil
	case !e.Log.Whole:
		return "does not lead from its first hash to its last", nil
	case !e.Agrees:
		return "says something else than the database", nil
	}
	return "", nil
}

// Examined is what a sealed day gave when it was read and computed anew.
type Examined struct {
	Unreadable bool // the file is not what was sealed here
	Seal       seal.Signature
	Log        Checked
	Agrees     bool // with what the database says of the part
}

// Good tells whether everything holds; a trial seal is good when its own authority is trusted.
func (e Examined) Good() bool {
	return !e.Unreadable && e.Seal.Good() && e.Log.Whole && e.Agrees
}

// Examine reads a sealed day and computes its chain anew. Errors: NotFound when the file is lost.
func Examine(ctx context.Context, files *blob.Store, p Part, roots *x509.CertPool, now time.Time) (e Examined, err error) {
	f, err := Spool(ctx, files, p.SHA256)
	if err != nil {
		return e, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return e, err
	}
	x, err := seal.OpenXML(f, info.Size())
	if err == nil {
		if e.Seal, err = x.Verify(roots, now); err != nil {
			return e, err
		}
		e.Log, err = Check(x.Content())
	}
	if errs.Is(err, errs.Invalid) {
		e.Unreadable = true
		return e, nil
	}
	e.Agrees = e.Log.From == p.From && e.Log.To == p.To && bytes.Equal(e.Log.Before, p.Before) && bytes.Equal(e.Log.Head, p.Head)
	return e, err
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
