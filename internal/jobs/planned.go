package jobs

import (
	"context"
	"time"

	"epom/internal/db"
)

// Plan is recurring work: when it comes next.
type Plan struct {
	Kind  string    `db:"kind"`
	Every string    `db:"every"` // cron expression in Prague time
	Next  time.Time `db:"next_at"`
}

// Planned lists recurring work, the soonest first.
func Planned(ctx context.Context, d *db.DB) ([]Plan, error) {
	list := []Plan{}
	err := d.SelectContext(ctx, &list, queries.Get("unscoped-planned"))
	return list, db.Classify(err)
}
