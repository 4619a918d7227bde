package worker

import (
	"context"

	"epom/internal/db"
	"epom/internal/jobs"
	"epom/records"
)

const jobLendings = "lendings-end" // scheduled: what lent clerks had goes back when their last day has passed

// lendingsEnd ends lendings after midnight. They hold no longer anyway; this gives their matters back.
func (w *Worker) lendingsEnd(ctx context.Context, c jobs.Claimed) error {
	for _, o := range w.Offices.Snapshot().Participating() {
		if err := w.DB.Tx(ctx, system(o.ID), func(tx *db.Tx) error { return records.EndLendings(ctx, tx, w.Clock.Now()) }); err != nil {
			return err
		}
	}
	return w.DB.Tx(ctx, system(0), func(tx *db.Tx) error { return c.DoneIn(ctx, tx) })
}
