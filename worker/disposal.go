package worker

import (
	"context"
	"time"

	"epom/internal/db"
	"epom/internal/jobs"
	"epom/records/disposal"
)

// letGo removes the bytes of an executed disposal. Files brought within the last hour wait: somebody may just be bringing the same
// content anew.
func (w *Worker) letGo(ctx context.Context, c jobs.Claimed) error {
	var ref disposal.Ref
	if err := c.Decode(&ref); err != nil {
		return err
	}
	room := disposal.Room{Files: w.Files}
	return w.DB.Tx(ctx, system(ref.Office), func(tx *db.Tx) error {
		now := w.Clock.Now()
		left, err := room.LetGo(ctx, tx, ref.Disposal, now)
		if err != nil {
			return err
		}
		if left > 0 {
			err = jobs.Enqueue(ctx, tx, jobs.Job{Kind: disposal.JobDestroy, Office: ref.Office, Payload: ref, RunAt: now.Add(time.Hour)})
			if err != nil {
				return err
			}
		}
		return c.DoneIn(ctx, tx)
	})
}
