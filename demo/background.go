package demo

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"epom/internal/isds"
	"epom/internal/jobs"
	"epom/internal/mail"
	"epom/worker"
)

// background does the jobs that the history has asked for, at the time it has come to: receipts, letters and mails get
// the dates they would have had. Of the board's jobs only putting up and taking down are done, each at its time: the rest
// looks at the public pages and seals, so it waits until the site serves.
func (r *region) background(ctx context.Context) error {
	for {
		var todo []jobs.Claimed
		if err := r.Owner.SelectContext(ctx, &todo, `UPDATE job SET attempts = attempts + 1, run_at = $1 WHERE done_at IS NULL AND attempts = 0
			AND (kind NOT LIKE 'board-%' OR kind IN ('board-post', 'board-remove') AND run_at <= $1)
			RETURNING id, kind, office_id, payload, attempts, priority, run_at`, r.clock.Now()); err != nil || len(todo) == 0 {
			return err
		}
		var all errgroup.Group
		all.SetLimit(runtime.GOMAXPROCS(0))
		for _, job := range todo {
			all.Go(func() error {
				if err := r.handlers[job.Kind](ctx, job); err != nil {
					return fmt.Errorf("job %s: %w", job.Kind, err)
				}
				return nil
			})
		}
		if err := all.Wait(); err != nil {
			return err
		}
		if _, err := r.Owner.ExecContext(ctx, `UPDATE job SET done_at = $1 WHERE done_at IS NULL AND attempts = 1`, r.clock.Now()); err != nil {
			return err
		}
	}
}

func (r *region) hire() {
	r.handlers = worker.New(worker.Deps{Dispatch: r.ways, Boxes: &isds.Fake{Clock: r.clock, Stamp: 20 * time.Second, Boxed: time.Minute}, DB: r.DB, Clock: r.clock, Submissions: r.submissions, Offices: r.offices, Users: r.users, Files: r.Files, Board: r.law,
		Sender: mail.Capture{}, BaseURL: r.BaseURL, Log: r.Log}).Handlers()
}
