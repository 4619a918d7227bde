package submissions

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"epom/internal/db"
	"epom/internal/errs"
)

// item is one submission as unscoped_take_in reads it.
type item struct {
	N            int       `json:"n"`
	Draft        int64     `json:"draft"`
	Office       int32     `json:"office"`
	Reference    string    `json:"reference"`
	Year         int       `json:"year"`
	Abbreviation string    `json:"abbreviation"`
	Form         string    `json:"form"`
	Version      int       `json:"version"`
	Lang         string    `json:"lang"`
	Answers      any       `json:"answers"`
	Routing      any       `json:"routing"`
	Party        string    `json:"party"`
	Email        string    `json:"email"`
	Subject      string    `json:"subject"`
	Agenda       string    `json:"agenda"`
	Rule         string    `json:"rule"`
	Starts       string    `json:"starts"`
	Due          string    `json:"due"`
	ConfirmBy    *string   `json:"confirm_by"`
	Files        []File    `json:"files"`
	At           time.Time `json:"at"`
}

// taken is what became of an item.
type taken struct {
	N               int    `db:"n"`
	OfficeID        int32  `db:"office_id"`
	SubmissionID    int64  `db:"submission_id"`
	Reference       string `db:"reference"`
	ReferenceNumber string `db:"reference_number"` // empty when it had been sent before
	Fresh           bool   `db:"fresh"`
}

// maxBatch bounds how many submissions commit together.
const maxBatch = 128

// intake combines submissions that wait at the same moment into one transaction: one flush and one round trip for many,
// and no queue at an office's counter. An answer goes out only after the commit.
type intake struct {
	db      *db.DB
	queue   chan *waiting
	waiting atomic.Int64
	done    sync.WaitGroup
}

type waiting struct {
	item item
	done chan outcome
}

type outcome struct {
	taken taken
	err   error
}

func newIntake(d *db.DB) *intake {
	in := &intake{db: d, queue: make(chan *waiting, 4096)}
	in.done.Add(1)
	go in.run()
	return in
}

func (in *intake) close() { close(in.queue); in.done.Wait() }

// take hands an item over and waits for the commit. When ctx ends first the item may still be taken in: sending the
// same draft again tells.
func (in *intake) take(ctx context.Context, it item) (taken, error) {
	w := &waiting{item: it, done: make(chan outcome, 1)}
	in.waiting.Add(1)
	defer in.waiting.Add(-1)
	select {
	case in.queue <- w:
	case <-ctx.Done():
		return taken{}, db.Classify(ctx.Err())
	}
	select {
	case o := <-w.done:
		return o.taken, o.err
	case <-ctx.Done():
		return taken{}, db.Classify(ctx.Err())
	}
}

func (in *intake) run() {
	defer in.done.Done()
	for first := range in.queue {
		batch := append(make([]*waiting, 0, maxBatch), first)
		seen := map[int64]bool{first.item.Draft: true}
		var later []*waiting
	gather:
		for len(batch) < maxBatch {
			select {
			case w, open := <-in.queue:
				if !open {
					break gather
				}
				if seen[w.item.Draft] { // a second click: it will find the first one sent
					later = append(later, w)
					continue
				}
				seen[w.item.Draft] = true
				batch = append(batch, w)
			default:
				break gather
			}
		}
		in.commit(batch)
		for _, w := range later {
			in.commit([]*waiting{w})
		}
	}
}

// commit takes a batch in; when it fails for a reason of one item's own, each is tried alone, so that one bad item
// harms no other.
func (in *intake) commit(batch []*waiting) {
	results, err := in.write(batch)
	if err != nil && len(batch) > 1 && !errs.Is(err, errs.Unavailable) {
		for _, w := range batch {
			in.commit([]*waiting{w})
		}
		return
	}
	for i, w := range batch {
		if err != nil {
			w.done <- outcome{err: err}
			continue
		}
		w.done <- outcome{taken: results[i]}
	}
}

// write repeats over a lost connection: a draft already sent answers with what it became, so nothing is sent twice.
func (in *intake) write(batch []*waiting) ([]taken, error) {
	items := make([]item, len(batch))
	for i, w := range batch {
		items[i] = w.item
		items[i].N = i
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for pause := 50 * time.Millisecond; ; pause *= 2 {
		var rows []taken
		err := db.Classify(in.db.SelectContext(ctx, &rows, sql.Get("take-in"), db.J(items)))
		if err == nil {
			return order(rows, len(batch))
		}
		if !errs.Is(err, errs.Unavailable) || ctx.Err() != nil {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(pause):
		}
	}
}

func order(rows []taken, n int) ([]taken, error) {
	out := make([]taken, n)
	for _, r := range rows {
		out[r.N] = r
	}
	if len(rows) != n {
		return nil, errs.Wrap(errs.Internal, errors.New("take-in answered for another number of submissions"), "")
	}
	return out, nil
}
