package records

import (
	"context"
	"math"
	"time"

	"github.com/lib/pq"

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
	Answered   bool       `db:"answered"` // the citizen wrote after our last letter; OpenCases only
	Part       int        `db:"part"`     // OpenCases only
	HandledAt  *time.Time `db:"handled_at"`
	HandledHow *string    `db:"handled_how"`

	// What the term follows from; OpenCases only.
	DeadlineRule *string    `db:"deadline_rule"`
	ClockStarts  *time.Time `db:"clock_starts"`
	ExtendedDays int        `db:"extended_days"`
}

// Parts of the open cases in the order in which they call for work.
const (
	PartNew      = 1 // nobody has it yet
	PartLate     = 2
	PartToday    = 3
	PartWeek     = 4 // due within seven days
	PartAnswered = 5 // due later, but the citizen wrote
	PartLater    = 6
	PartWaiting  = 7 // for the citizen: the clock stands
)

// Views of the open cases.
const (
	All     = ""
	Todo    = "todo"    // the clerk's own and what nobody has yet
	Fresh   = "new"     // nobody has it yet
	Mine    = "mine"    // the clerk's own
	Late    = "late"    // past the term
	Waiting = "waiting" // the clock stands
)

// Open asks for open cases by part and term; the After fields are the last row of the page before (keyset).
type Open struct {
	View      string
	Clerk     int64
	Today     time.Time
	AfterPart int
	AfterDue  *time.Time
	AfterID   int64
	Limit     int
}

var (
	endOfTime = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	firstDay  = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
)

// OpenCases lists open cases in the order in which they call for work. The cost does not depend on the archive: only
// open rows are indexed.
func OpenCases(ctx context.Context, tx *db.Tx, q Open) ([]Item, error) {
	after := firstDay
	if q.AfterID != 0 {
		after = endOfTime
		if q.AfterDue != nil {
			after = *q.AfterDue
		}
	}
	items := []Item{}
	err := tx.SelectContext(ctx, &items, sql.Get("open-cases"), tx.Office, q.View, q.Clerk, q.Today.Format(time.DateOnly),
		q.Today.AddDate(0, 0, 7).Format(time.DateOnly), q.AfterPart, after.Format(time.DateOnly), q.AfterID, q.Limit)
	return items, err
}

// Dues counts the terms of cases that OpenCases listed, with how they were counted, by the id of the case.
func (l *Law) Dues(ctx context.Context, tx *db.Tx, items []Item) (map[int64]Due, error) {
	ids := make(pq.Int64Array, 0, len(items))
	for _, it := range items {
		ids = append(ids, it.ID)
	}
	var pauses []struct {
		CaseID int64 `db:"case_id"`
		Pause
	}
	if err := tx.SelectContext(ctx, &pauses, sql.Get("pauses-of"), tx.Office, ids); err != nil {
		return nil, err
	}
	of := map[int64][]Pause{}
	for _, p := range pauses {
		of[p.CaseID] = append(of[p.CaseID], p.Pause)
	}
	dues := make(map[int64]Due, len(items))
	for _, it := range items {
		if it.DeadlineRule == nil || it.ClockStarts == nil {
			continue
		}
		rule, err := l.Rule(*it.DeadlineRule, *it.ClockStarts)
		if err != nil {
			return nil, err
		}
		dues[it.ID] = Term{Rule: rule, Starts: *it.ClockStarts, Extended: it.ExtendedDays, Pauses: of[it.ID]}.Due(l.Calendar)
	}
	return dues, nil
}

// States of cases for Filter.
const (
	Opened  = "open"
	Handled = "handled"
)

// Filter asks for case files, the newest first. Zero values do not narrow.
type Filter struct {
	State    string // All, Fresh, Opened, Handled
	Clerk    int64
	Agenda   string
	From, To time.Time // opened from this instant, and before that one
	IDs      []int64   // only these
	BeforeID int64     // the last row of the page before
	Limit    int
}

// Cases lists case files, handled ones too.
func Cases(ctx context.Context, tx *db.Tx, f Filter) ([]Item, error) {
	if f.To.IsZero() {
		f.To = endOfTime
	}
	if f.From.IsZero() {
		f.From = firstDay
	}
	if f.BeforeID == 0 {
		f.BeforeID = math.MaxInt64
	}
	if f.IDs == nil {
		f.IDs = []int64{}
	}
	items := []Item{}
	err := tx.SelectContext(ctx, &items, sql.Get("cases"), tx.Office, f.State, f.Clerk, f.Agenda, f.From, f.To, f.BeforeID, pq.Int64Array(f.IDs), f.Limit)
	return items, err
}

// Agendas are the codes of agendas that open cases have.
func Agendas(ctx context.Context, tx *db.Tx) ([]string, error) {
	var codes []string
	err := tx.SelectContext(ctx, &codes, sql.Get("agendas"), tx.Office)
	return codes, err
}

// Terms lists running terms by day, from after a row of the page before (a zero day = from the first). Clerk 0 = of all.
func Terms(ctx context.Context, tx *db.Tx, clerk int64, afterDue time.Time, afterID int64, limit int) ([]Item, error) {
	if afterDue.IsZero() {
		afterDue = firstDay
	}
	items := []Item{}
	err := tx.SelectContext(ctx, &items, sql.Get("terms"), tx.Office, clerk, afterDue.Format(time.DateOnly), afterID, limit)
	return items, err
}

// TermCounts counts the running terms that end on each day from a day to a day, by the day as "2006-01-02".
func TermCounts(ctx context.Context, tx *db.Tx, clerk int64, from, to time.Time) (map[string]int, error) {
	var rows []struct {
		On    time.Time `db:"due_on"`
		Cases int       `db:"cases"`
	}
	err := tx.SelectContext(ctx, &rows, sql.Get("term-counts"), tx.Office, clerk, from.Format(time.DateOnly), to.Format(time.DateOnly))
	counts := make(map[string]int, len(rows))
	for _, r := range rows {
		counts[r.On.Format(time.DateOnly)] = r.Cases
	}
	return counts, err
}

// Counts are the numbers on the clerk's first screen.
type Counts struct {
	Open    int `db:"open"`
	Fresh   int `db:"fresh"`
	Mine    int `db:"mine"`
	Todo    int `db:"todo"` // the clerk's own and unassigned ones that do not wait for the citizen
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
	Ordinal         int        `db:"ordinal"`
	ReferenceNumber string     `db:"reference_number"`
	Mark            string     `db:"mark"`
	Direction       string     `db:"direction"`
	Kind            string     `db:"kind"`
	Subject         string     `db:"subject"`
	Party           string     `db:"party"`
	Channel         string     `db:"channel"`
	ForeignNumber   string     `db:"foreign_number"`
	RegisteredAt    time.Time  `db:"registered_at"`
	SentAt          *time.Time `db:"sent_at"`
	CancelledAt     *time.Time `db:"cancelled_at"`
	CancelledWhy    string     `db:"cancelled_why"`
	ClerkName       string     `db:"clerk_name"`  // of the case
	HandledAt       *time.Time `db:"handled_at"`  // of the case
	HandledHow      string     `db:"handled_how"` // of the case; empty while it is open
	ClassCode       string     `db:"class_code"`  // of the case
	DeliveredAt     *time.Time `db:"delivered_at"`
	Sheets          *int       `db:"sheets"`
	Attachments     *int       `db:"attachments"`
	AttachmentNote  string     `db:"attachment_note"`
}

// Journal lists the documents registered in a register (SeriesJournal: the journal) in a year (Prague), the newest first;
// beforeAt and beforeID are the last row of the page before.
func Journal(ctx context.Context, tx *db.Tx, register string, year int, beforeAt time.Time, beforeID int64, limit int) ([]Entry, error) {
	if beforeAt.IsZero() {
		beforeAt = time.Date(year+1, 1, 1, 0, 0, 0, 0, clock.Prague)
	}
	if register == SeriesJournal {
		register = ""
	}
	entries := []Entry{}
	err := tx.SelectContext(ctx, &entries, sql.Get("journal"), tx.Office, time.Date(year, 1, 1, 0, 0, 0, 0, clock.Prague), beforeAt, beforeID, limit, register)
	return entries, err
}

// JournalYears are the years the office has numbers of a register for, the newest first.
func JournalYears(ctx context.Context, tx *db.Tx, register string) ([]int, error) {
	var years []int
	err := tx.SelectContext(ctx, &years, sql.Get("journal-years"), tx.Office, register)
	return years, err
}
