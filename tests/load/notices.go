package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"epom/board"
	"epom/internal/db"
)

// notice is an acknowledged posting.
type notice struct {
	id      int64
	title   string
	removed bool
}

// notices posts on a board while the victim is killed: some at once, some for the app's worker to put up in a moment; every
// second one is taken down again. It returns what was acknowledged.
func notices(ctx context.Context, s *stand, round int) (acked []notice, err error) {
	pool, err := db.Open(s.url(), db.Options{MaxConns: 2})
	if err != nil {
		return nil, err
	}
	defer pool.Close()
	law, err := board.LoadLaw(ctx, pool)
	if err != nil {
		return nil, err
	}
	by := db.Scope{Office: 1, Actor: "account:1"}
	for i := 0; ctx.Err() == nil; i++ {
		now := time.Now().UTC().Truncate(time.Microsecond)
		n := board.New{Origin: board.Typed, Content: board.Content{Kind: "oznameni", Title: fmt.Sprintf("Oznámení %d/%d", round, i), Issuer: "Úřad", Text: "Text."}}
		if i%3 == 0 {
			n.PostAt = now.Add(200 * time.Millisecond)
		}
		var p *board.Posting
		if pool.Tx(ctx, by, func(tx *db.Tx) (err error) { p, err = law.Make(ctx, tx, n, now); return err }) != nil {
			continue // the victim is gone: not acknowledged
		}
		made := notice{id: p.ID, title: n.Title}
		if p.State() == board.Hanging && i%2 == 0 {
			made.removed = pool.Tx(ctx, by, func(tx *db.Tx) error {
				_, err := board.Remove(ctx, tx, p.ID, p.Version, "", time.Now().UTC())
				return err
			}) == nil
		}
		acked = append(acked, made)
	}
	return acked, nil
}

// compareNotices looks for every acknowledged posting and removal.
func compareNotices(ctx context.Context, owner *sqlx.DB, acked []notice) error {
	for _, n := range acked {
		var found int
		err := owner.GetContext(ctx, &found, `SELECT count(*) FROM posting p JOIN posting_revision r ON r.office_id = p.office_id AND r.posting_id = p.id
			WHERE p.office_id = 1 AND p.id = $1 AND r.title = $2 AND (p.removed_at IS NOT NULL OR NOT $3)`, n.id, n.title, n.removed)
		if err != nil {
			return err
		}
		if found != 1 {
			return fmt.Errorf("posting %d, acknowledged (taken down: %v), is not so", n.id, n.removed)
		}
	}
	return nil
}
