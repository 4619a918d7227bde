package records

import (
	"context"
	"time"

	"epom/internal/clock"
	"epom/internal/db"
)

// Item is a row of the clerk's lists.
type Item struct {
	ID         int64      `db:"id"`
	Mark       string     `db:"mark"`
	Subject    string     `db:"subject"`
	Party      string     `db:"party"`
	Channel    string     `db:"channel"`
	OpenedAt   time.Time  `db:"opened_at"`
	DueOn      *time.Time `db:"due_on"`
	PausedOn   *time.Time `db:"paused_on"`
	AssignedAt *time.Time `db:"assigned_at"`
	ClerkID    *int64     `db:"clerk_id"`
	ClerkName  string     `db:"clerk_name"`
	Answered   bool       `db:"answered"` // the citizen wrote after our last letter
}

// Views of the open cases.
const (
	All     = ""
	Fresh   = "new"     // nobody has it yet
	Mine    = "mine"    // the clerk's own
	Late    = "late"    // past the term
	Waiting = "waiting" // the clock stands
)

// Open asks for open cases ordered by term; After is the last row of the page before (keyset).
type Open struct {
	View     string
	Clerk    int64
	Today    time.Time
	AfterDue *time.Time
	AfterID  int64
	Limit    int
}

var endOfTime = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// OpenCases lists open cases by term. The cost does not depend on the archive: only open rows are indexed.
func OpenCases(ctx context.Context, tx *db.Tx, q Open) ([]Item, error) {
	after := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	if q.AfterID != 0 {
		after = endOfTime
		if q.AfterDue != nil {
			after = *q.AfterDue
		}
	}
	items := []Item{}
	err := tx.SelectContext(ctx, &items, sql.Get("open-cases"), tx.Office, q.View, q.Clerk, q.Today.Format(time.DateOnly), after.Format(time.DateOnly), q.AfterID, q.Limit)
	return items, err
}

// Counts are the numbers on the clerk's first screen.
type Counts struct {
	Open    int `db:"open"`
	Fresh   int `db:"fresh"`
	Mine    int `db:"mine"`
	Late    int `db:"late"`
	Soon    int `db:"soon"` // due within a week
	Waiting int `db:"waiting"`
}

// CountOpen counts the open cases of the office.
func CountOpen(ctx context.Context, tx *db.Tx, clerk int64, now time.Time) (Counts, error) {
	var c Counts
	today := clock.Date(now)
	err := tx.GetContext(ctx, &c, sql.Get("open-counts"), tx.Office, clerk, today.Format(time.DateOnly), today.AddDate(0, 0, 7).Format(time.DateOnly))
	return c, err
}

// Entry is a row of the journal.
type Entry struct {
	ID              int64      `db:"id"`
	CaseID          int64      `db:"case_id"`
	ReferenceNumber string     `db:"reference_number"`
	Mark            string     `db:"mark"`
	Direction       string     `db:"direction"`
	Kind            string     `db:"kind"`
	Subject         string     `db:"subject"`
	Party           string     `db:"party"`
	Channel         string     `db:"channel"`
	RegisteredAt    time.Time  `db:"registered_at"`
	SentAt          *time.Time `db:"sent_at"`
	CancelledAt     *time.Time `db:"cancelled_at"`
	HandledAt       *time.Time `db:"handled_at"` // of the case
}

// Journal lists registered documents from the newest; beforeAt and beforeID are the last row of the page before.
func Journal(ctx context.Context, tx *db.Tx, beforeAt time.Time, beforeID int64, limit int) ([]Entry, error) {
	if beforeAt.IsZero() {
		beforeAt = endOfTime
	}
	entries := []Entry{}
	err := tx.SelectContext(ctx, &entries, sql.Get("journal"), tx.Office, beforeAt, beforeID, limit)
	return entries, err
}

// Search finds cases of the office by mark, subject or party, without diacritics.
func Search(ctx context.Context, tx *db.Tx, text string, limit int) ([]Item, error) {
	items := []Item{}
	err := tx.SelectContext(ctx, &items, sql.Get("search"), tx.Office, text, limit)
	return items, err
}
