package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"
	"golang.org/x/sync/errgroup"

	"epom/internal/db"
	"epom/records"
	"epom/records/intake"
)

// counter registers letters at one office's counter, each in a transaction of its own as a clerk's click does: identity,
// sender found in or added to the name register, number, case file, document, log. It is compared with pgbench's bare intake
// and needs no combining: no counter has that many clerks.
func (b *benchCmd) counter(ctx context.Context, s *stand, owner *sqlx.DB) error {
	yard, err := b.yardstick(s, 1)
	if err != nil {
		return err
	}
	var office int32
	if err := owner.GetContext(ctx, &office, `SELECT id FROM office WHERE participates ORDER BY id LIMIT 1`); err != nil {
		return err
	}
	pool, err := db.Open(s.url(), db.Options{MaxConns: b.Clients})
	if err != nil {
		return err
	}
	defer pool.Close()
	law, err := records.LoadLaw(ctx, pool)
	if err != nil {
		return err
	}
	var done atomic.Int64
	began := time.Now()
	until, group := began.Add(b.For), errgroup.Group{}
	for range b.Clients {
		group.Go(func() error {
			for time.Now().Before(until) {
				n := done.Add(1)
				if err := letter(ctx, pool, law, office, n); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	rate := float64(done.Load()) / time.Since(began).Seconds()
	atLeast("counter: letters registered, one office", rate/yard, 0.25, "×", fmt.Sprintf("%.0f/s, pgbench's bare intake %.0f/s", rate, yard))
	return nil
}

// letter registers one letter; each tenth sender is new.
func letter(ctx context.Context, pool *db.DB, law *records.Law, office int32, n int64) error {
	return pool.Tx(ctx, db.Scope{Office: office, Actor: "account:1"}, func(tx *db.Tx) error {
		now, one := time.Now().UTC(), 1
		_, err := intake.Register(ctx, tx, law, intake.New{Case: records.NewCase{Subject: "Dopis"}, Sender: records.Party{Kind: records.Person, Name: fmt.Sprintf("Odesílatel %d", n/10)},
			Keys:     []string{fmt.Sprintf("form:bench-%d", n)},
			Document: records.NewDocument{Kind: "letter", Subject: "Dopis", Channel: intake.Post, Paper: true, Sheets: &one, DeliveredAt: &now}}, now)
		return err
	})
}
