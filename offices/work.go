package offices

import (
	"context"
	"time"

	"epom/internal/clock"
	"epom/internal/db"
)

// Work is how much an office has to do: numbers for those who run the installation, nothing of what is in the cases.
type Work struct {
	OfficeID int32      `db:"office_id"`
	Open     int        `db:"open"`
	Fresh    int        `db:"fresh"`  // open and assigned to nobody
	Late     int        `db:"late"`   // open and past their day
	Unread   int        `db:"unread"` // documents that nobody has opened for more than five working days
	Last     *time.Time `db:"last"`   // when something was registered last; nil = never
}

// Work counts, in one query, what each participating office has to do at a moment; the key is its id.
func (s *Store) Work(ctx context.Context, now time.Time) (map[int32]Work, error) {
	var rows []Work
	if err := s.db.SelectContext(ctx, &rows, queries.Get("unscoped-work"), clock.Date(now).Format(time.DateOnly)); err != nil {
		return nil, db.Classify(err)
	}
	work := make(map[int32]Work, len(rows))
	for _, w := range rows {
		work[w.OfficeID] = w
	}
	return work, nil
}
