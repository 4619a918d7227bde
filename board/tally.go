package board

import (
	"context"
	"maps"
	"sync"
	"time"

	"epom/internal/db"
)

// Tally is how much hangs on a board.
type Tally struct {
	Notices, News, Events int
	Newest                time.Time
}

// All is the sum of the classes.
func (c Tally) All() int { return c.Notices + c.News + c.Events }

type countRow struct {
	OfficeID int32     `db:"office_id"`
	Class    Class     `db:"class"`
	N        int       `db:"n"`
	Newest   time.Time `db:"newest"`
}

func (c *Tally) add(r countRow) {
	switch r.Class {
	case News:
		c.News += r.N
	case Event:
		c.Events += r.N
	default:
		c.Notices += r.N
	}
	if r.Newest.After(c.Newest) {
		c.Newest = r.Newest
	}
}

func (p *Public) countRows(ctx context.Context, query string, args ...any) ([]countRow, error) {
	var rows []countRow
	err := p.db.SelectContext(ctx, &rows, publicSQL.Get(query), args...)
	return rows, db.Classify(err)
}

// tallies keeps how much hangs on each board, so that no visit counts: read whole once, then an office at a time as the
// channel tells of changes. While nobody listens nothing is kept.
type tallies struct {
	mu     sync.Mutex
	hears  bool
	counts map[int32]Tally // nil = to be read whole
	stale  map[int32]bool
}

// fewStale is how many offices are counted one by one; with more of them all are counted at once.
const fewStale = 20

// Listening tells whether Changed is being told of every change.
func (p *Public) Listening(yes bool) {
	t := &p.tallies
	t.mu.Lock()
	defer t.mu.Unlock()
	t.hears, t.counts, t.stale = yes, nil, nil
}

// Changed tells that an office's board changed; 0 = anything may have.
func (p *Public) Changed(office int32) {
	t := &p.tallies
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case office == 0 || len(t.stale) >= fewStale:
		t.counts, t.stale = nil, nil
	case t.counts == nil:
	case t.stale == nil:
		t.stale = map[int32]bool{office: true}
	default:
		t.stale[office] = true
	}
}

// Tallies is how much hangs on each board; offices with nothing are left out. The map must not be changed.
func (p *Public) Tallies(ctx context.Context) (map[int32]Tally, error) {
	t := &p.tallies
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.hears && t.counts != nil && len(t.stale) == 0 {
		return t.counts, nil
	}
	if !t.hears || t.counts == nil {
		rows, err := p.countRows(ctx, "unscoped-public-counts")
		if err != nil {
			return nil, err
		}
		t.counts, t.stale = sum(map[int32]Tally{}, rows), nil
		return t.counts, nil
	}
	next := maps.Clone(t.counts) // whoever got the old one may still read it
	for office := range t.stale {
		rows, err := p.countRows(ctx, "public-count", office)
		if err != nil {
			return nil, err
		}
		delete(next, office)
		sum(next, rows)
	}
	t.counts, t.stale = next, nil
	return next, nil
}

func sum(into map[int32]Tally, rows []countRow) map[int32]Tally {
	for _, r := range rows {
		c := into[r.OfficeID]
		c.add(r)
		into[r.OfficeID] = c
	}
	return into
}
