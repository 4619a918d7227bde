package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"
	"github.com/robfig/cron/v3"

	"epom/internal/clock"
	"epom/internal/db"
)

// next is the first instant after t that a cron expression names, in the legal time of Prague.
func next(every string, t time.Time) (time.Time, error) {
	s, err := cron.ParseStandard(every)
	if err != nil {
		return time.Time{}, fmt.Errorf("schedule %q: %w", every, err)
	}
	return s.Next(t.In(clock.Prague)).UTC(), nil
}

// plan writes the runner's schedule into the database.
func (r *Runner) plan(ctx context.Context) error {
	times := map[string]time.Time{}
	for kind, every := range r.Schedule {
		at, err := next(every, r.clock().Now())
		if err != nil {
			return err
		}
		if r.Handlers[kind] == nil {
			return fmt.Errorf("schedule: no handler of kind %s", kind)
		}
		times[kind] = at
	}
	return r.DB.Tx(ctx, db.Scope{Actor: "system"}, func(tx *db.Tx) error {
		for kind, at := range times {
			if _, err := tx.ExecContext(ctx, queries.Get("schedule"), kind, r.Schedule[kind], at); err != nil {
				return err
			}
		}
		return nil
	})
}

// due enqueues what the schedule says. The rows are claimed like jobs, so any number of processes may ask; after a
// standstill a missed job runs once, not once for every time missed.
func (r *Runner) due(ctx context.Context) error {
	return r.DB.Tx(ctx, db.Scope{Actor: "system"}, func(tx *db.Tx) error {
		var rows []struct {
			Kind  string `db:"kind"`
			Every string `db:"every"`
		}
		if err := tx.SelectContext(ctx, &rows, queries.Get("due"), r.now(), pq.Array(r.kinds())); err != nil {
			return err
		}
		for _, row := range rows {
			at, err := next(row.Every, r.clock().Now())
			if err != nil {
				return err
			}
			if err := Enqueue(ctx, tx, Job{Kind: row.Kind, Uniq: "schedule"}); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, queries.Get("next"), row.Kind, at); err != nil {
				return err
			}
		}
		return nil
	})
}
