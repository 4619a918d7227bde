package board

import (
	"context"
	"crypto/sha256"
	dbsql "database/sql"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"epom/internal/db"
	"epom/internal/seal"
)

//go:embed verify.sql
var verifyText string

var verifySQL = db.Load("board-verify", verifyText)

// Verify looks for what must not be on the boards of all offices: numbers lost or doubled, public pages that say something
// else, postings past their time, broken or missing evidence, seals of something else. It answers one English sentence a
// fault, at most 1,000 of a kind. owner must be the owner of the tables, who sees all offices.
func Verify(ctx context.Context, owner *sqlx.DB) ([]string, error) {
	tx, err := owner.BeginTxx(ctx, &dbsql.TxOptions{Isolation: dbsql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("verify boards: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	return verify(ctx, tx)
}

func verify(ctx context.Context, tx *sqlx.Tx) ([]string, error) {
	faults := []string{}
	for _, name := range slices.Sorted(maps.Keys(verifySQL)) {
		var found []string
		if err := tx.SelectContext(ctx, &found, verifySQL.Get(name)); err != nil {
			return nil, fmt.Errorf("verify boards: %s: %w", name, err)
		}
		faults = append(faults, found...)
	}
	foreign, err := verifySeals(ctx, tx)
	if err != nil {
		return nil, fmt.Errorf("verify boards: seals: %w", err)
	}
	return append(faults, foreign...), nil
}

// sealsAtOnce is how many seals stand in memory.
const sealsAtOnce = 500

// verifySeals looks whether each seal and time stamp is of its record. Whether its certificate is to be trusted is not
// asked: trust changes, and what was sealed stays.
func verifySeals(ctx context.Context, tx *sqlx.Tx) (faults []string, err error) {
	var last struct {
		Office int32 `db:"office_id"`
		Seq    int64 `db:"seq"`
	}
	for {
		var rows []struct {
			Office int32  `db:"office_id"`
			Seq    int64  `db:"seq"`
			Record string `db:"record"`
			CMS    []byte `db:"cms"`
			Token  []byte `db:"token"`
		}
		if err := tx.SelectContext(ctx, &rows, evidenceSQL.Get("unscoped-seals"), last.Office, last.Seq, sealsAtOnce); err != nil {
			return nil, err
		}
		for _, r := range rows {
			last.Office, last.Seq = r.Office, r.Seq
			s, err := seal.VerifyBytes([]byte(r.Record), r.CMS, nil, time.Time{})
			if err != nil || s.Fault != "" {
				faults = append(faults, fmt.Sprintf("evidence of office %d: the seal of record %d is not of this record", r.Office, r.Seq))
			}
			t, err := seal.VerifyTimestamp(sha256.Sum256([]byte(r.Record)), r.Token, nil)
			if err != nil || t.Fault != "" {
				faults = append(faults, fmt.Sprintf("evidence of office %d: the time stamp of record %d is not of this record", r.Office, r.Seq))
			}
			if len(faults) >= 1000 {
				return faults, nil
			}
		}
		if len(rows) < sealsAtOnce {
			return faults, nil
		}
	}
}
