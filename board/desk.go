package board

import (
	"context"
	_ "embed"
	"slices"
	"time"

	"epom/internal/clock"
	"epom/internal/db"
)

//go:embed desk.sql
var deskText string

var deskSQL = db.Load("board-desk", deskText)

// Row is a posting in the clerk's list, with its current revision.
type Row struct {
	ID                int64      `db:"id"`
	Year              int        `db:"year"`
	No                int64      `db:"no"`
	Version           int        `db:"version"`
	Revision          int        `db:"revision"`
	ContractID        *int64     `db:"contract_id"`
	PostAt            time.Time  `db:"post_at"`
	PostedAt          *time.Time `db:"posted_at"`
	UntilOn           *time.Time `db:"until_on"`
	RemovedAt         *time.Time `db:"removed_at"`
	CancelledAt       *time.Time `db:"cancelled_at"`
	PastWhy           string     `db:"past_why"`
	PhysicalPostedAt  *time.Time `db:"physical_posted_at"`
	PhysicalRemovedAt *time.Time `db:"physical_removed_at"`
	Kind              string     `db:"kind"`
	Title             string     `db:"title"`
	Issuer            string     `db:"issuer"`
	ReferenceNumber   string     `db:"reference_number"`
	Files             int        `db:"files"`
}

// posting is the row as far as states and times go.
func (r *Row) posting() *Posting {
	return &Posting{PostAt: r.PostAt, PostedAt: r.PostedAt, RemovedAt: r.RemovedAt, CancelledAt: r.CancelledAt, PastWhy: r.PastWhy}
}

// settle makes the day read from the database a legal date.
func (r *Row) settle() {
	if r.UntilOn != nil {
		d := day(*r.UntilOn)
		r.UntilOn = &d
	}
}

// State tells where the posting stands.
func (r *Row) State() State { return r.posting().State() }

// Number is the posting's address on its board.
func (r *Row) Number() string { return Number(r.Year, r.No) }

// Need is something about a posting that a person has to do, or should know of.
type Need string

// What postings need, the most pressing first.
const (
	Overdue   Need = "overdue"    // should hang already and does not
	EndsToday Need = "ends-today" // its last day is today
	EndsSoon  Need = "ends-soon"  // its last day is tomorrow
	PaperUp   Need = "paper-up"   // not noted on the board in the street
	PaperDown Need = "paper-down" // taken down here, still in the street
	CameLate  Need = "late"       // posted later than planned in the last days
)

var needOrder = []Need{Overdue, EndsToday, EndsSoon, PaperUp, PaperDown, CameLate}

// Todo is a posting with what it needs.
type Todo struct {
	Row
	Needs []Need
	Late  time.Duration // with CameLate
}

// lateShown is how long a late posting is shown among what must be done.
const lateShown = 7 * 24 * time.Hour

// Todos lists what must be done on the board of the transaction's office today, what ends first on top.
func (l *Law) Todos(ctx context.Context, tx *db.Tx, now time.Time) ([]Todo, error) {
	var rows []Row
	tomorrow := clock.Date(now).AddDate(0, 0, 1)
	err := tx.SelectContext(ctx, &rows, deskSQL.Get("todo"), tx.Office, now.Add(-time.Minute), date(&tomorrow), now.Add(-lateShown))
	if err != nil {
		return nil, db.Classify(err)
	}
	list := make([]Todo, 0, len(rows))
	for _, r := range rows {
		r.settle()
		t := Todo{Row: r, Late: r.posting().Late()}
		t.Needs = l.needs(&t, now)
		list = append(list, t)
	}
	pressing := func(t Todo) int {
		if len(t.Needs) == 0 {
			return len(needOrder)
		}
		return slices.Index(needOrder, t.Needs[0])
	}
	slices.SortStableFunc(list, func(a, b Todo) int { return pressing(a) - pressing(b) })
	return list, nil
}

func (l *Law) needs(t *Todo, now time.Time) (list []Need) {
	add := func(when bool, n Need) {
		if when {
			list = append(list, n)
		}
	}
	kind, err := l.Kind(t.Kind, clock.Date(t.PostAt))
	hangs := t.State() == Hanging
	today := clock.Date(now)
	add(t.State() == Waiting, Overdue)
	if t.UntilOn != nil {
		add(hangs && !t.UntilOn.After(today), EndsToday)
		add(hangs && t.UntilOn.Equal(today.AddDate(0, 0, 1)), EndsSoon)
	}
	add(hangs && t.PhysicalPostedAt == nil && err == nil && kind.Class == Notice, PaperUp)
	add(t.State() == Removed, PaperDown)
	add(hangs && t.Late > 0 && t.PostedAt.After(now.Add(-lateShown)), CameLate)
	return list
}

// Counts are numbers of postings by state.
type Counts struct {
	Waiting int `db:"waiting"`
	Hanging int `db:"hanging"`
	Removed int `db:"removed"`
	All     int `db:"all"`
}

// Count counts postings of the transaction's office.
func Count(ctx context.Context, tx *db.Tx) (n Counts, err error) {
	err = tx.GetContext(ctx, &n, deskSQL.Get("counts"), tx.Office)
	return n, db.Classify(err)
}

// Filter narrows the list; the zero one is all from the newest.
type Filter struct {
	State      State  // "" = any
	Words      string // all of them stand in number, title, issuer, reference number or file mark
	BeforeYear int    // with BeforeNo the last row of the page before
	BeforeNo   int64
	Limit      int
}

// List lists postings of the transaction's office by number, the newest first.
func List(ctx context.Context, tx *db.Tx, f Filter) ([]Row, error) {
	var rows []Row
	err := tx.SelectContext(ctx, &rows, deskSQL.Get("list"), tx.Office, string(f.State), f.BeforeYear, f.BeforeNo, clean(f.Words), f.Limit)
	for i := range rows {
		rows[i].settle()
	}
	return rows, db.Classify(err)
}

// Issuers are those who issued what was posted lately, for choosing again.
func Issuers(ctx context.Context, tx *db.Tx) (names []string, err error) {
	err = tx.SelectContext(ctx, &names, deskSQL.Get("issuers"), tx.Office)
	return names, db.Classify(err)
}
