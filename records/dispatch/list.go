package dispatch

import (
	"context"
	"math"
	"time"

	"github.com/lib/pq"

	"epom/internal/clock"
	"epom/internal/db"
)

// Unsent is an outgoing document nobody has got ready for anyone yet.
type Unsent struct {
	ID           int64     `db:"id"`
	CaseID       int64     `db:"case_id"`
	Number       string    `db:"reference_number"`
	Mark         string    `db:"mark"`
	Subject      string    `db:"subject"`
	Party        string    `db:"party"`
	RegisteredAt time.Time `db:"registered_at"`
	ClerkName    string    `db:"clerk_name"`
}

// ToSend lists outgoing documents that wait to be sent, the newest first, before an id (0 = from the newest).
func ToSend(ctx context.Context, tx *db.Tx, before int64, limit int) ([]Unsent, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	var list []Unsent
	err := tx.SelectContext(ctx, &list, sql.Get("to-send"), tx.Office, before, limit)
	return list, db.Classify(err)
}

// Item is a sending with its state.
type Item struct {
	Dispatch
	State State
}

// Views of sendings.
const (
	ViewPressing = "pressing" // failed, returned, not confirmed: another way must be found
	ViewPost     = "post"     // letters to be taken to the post
	ViewWaiting  = "waiting"  // all that did not leave yet
	ViewUnderway = "underway" // left, nobody knows yet whether it was delivered
	ViewAll      = ""
)

// scan is how many sendings a page looks through.
const scan = 400

// concern is how long a sending that nothing ended is still looked after.
const concern = 2 * 365 * 24 * time.Hour

// List answers the sendings of a view, the newest first, before an id (0 = from the newest), and the id from which to go
// on (0 = that is all). At most limit; those replaced by another way are no longer pressing.
func List(ctx context.Context, tx *db.Tx, law *Law, view string, from int64, limit int, at time.Time) (list []Item, next int64, err error) {
	if from == 0 {
		from = math.MaxInt64
	}
	for {
		var found []Dispatch
		if err := tx.SelectContext(ctx, &found, sql.Get("list"), tx.Office, from, view != ViewAll, scan, at.Add(-concern)); err != nil {
			return nil, 0, db.Classify(err)
		}
		if err := withEvents(ctx, tx, found); err != nil {
			return nil, 0, err
		}
		for _, d := range found {
			if len(list) == limit {
				return list, list[limit-1].ID, nil
			}
			s, err := Compute(d, law, at)
			if err != nil {
				return nil, 0, err
			}
			from = d.ID
			if in(view, d, s) {
				list = append(list, Item{d, s})
			}
		}
		if len(found) < scan {
			return list, 0, nil
		}
	}
}

func in(view string, d Dispatch, s State) bool {
	switch view {
	case ViewPressing:
		return s.Pressing()
	case ViewPost:
		return d.Way == Post && s.Kind == Waiting
	case ViewWaiting:
		return s.Kind == Waiting
	case ViewUnderway:
		return s.Kind != Waiting && !s.Pressing() && !s.Done()
	}
	return true
}

// Counts are the numbers of the room's first page.
type Counts struct{ ToSend, Post, Waiting, Underway, Pressing int }

// Count counts what waits; sendings replaced by another one do not.
func Count(ctx context.Context, tx *db.Tx, law *Law, at time.Time) (Counts, error) {
	var c Counts
	var err error
	if c.ToSend, err = CountToSend(ctx, tx); err != nil {
		return c, err
	}
	err = each(ctx, tx, law, true, at, func(d Dispatch, s State) {
		switch {
		case in(ViewPressing, d, s):
			c.Pressing++
		case in(ViewWaiting, d, s):
			c.Waiting++
			if d.Way == Post {
				c.Post++
			}
		case in(ViewUnderway, d, s):
			c.Underway++
		}
	})
	return c, err
}

// CountToSend counts outgoing documents nobody has got ready for anyone yet.
func CountToSend(ctx context.Context, tx *db.Tx) (n int, err error) {
	err = tx.GetContext(ctx, &n, sql.Get("count-to-send"), tx.Office)
	return n, db.Classify(err)
}

// each computes the state of all sendings, or of those that may still wait for something.
func each(ctx context.Context, tx *db.Tx, law *Law, open bool, at time.Time, do func(Dispatch, State)) error {
	for from := int64(math.MaxInt64); ; {
		var found []Dispatch
		if err := tx.SelectContext(ctx, &found, sql.Get("list"), tx.Office, from, open, scan, at.Add(-concern)); err != nil {
			return db.Classify(err)
		}
		if err := withEvents(ctx, tx, found); err != nil {
			return err
		}
		for _, d := range found {
			s, err := Compute(d, law, at)
			if err != nil {
				return err
			}
			from = d.ID
			do(d, s)
		}
		if len(found) < scan {
			return nil
		}
	}
}

// Open lists the sendings by data box that the machine must still ask about or send.
func Open(ctx context.Context, tx *db.Tx, law *Law, at time.Time) (send, ask []int64, err error) {
	err = each(ctx, tx, law, true, at, func(d Dispatch, s State) {
		switch {
		case d.Way != DataBox:
		case s.Kind == Waiting:
			send = append(send, d.ID)
		case s.Kind == Sent || s.Kind == Boxed || s.Kind == Fictitious: // our own counting asks the system to confirm it
			ask = append(ask, d.ID)
		}
	})
	return send, ask, err
}

// Tally is what became of the sendings of one way in a year.
type Tally struct {
	Way                                                              string
	All, Delivered, Fiction, Returned, Failed, Unconfirmed, Underway int
}

// Statistics counts the sendings made in a year (Prague) by their way, in the order of Ways; ways never used are left out.
func Statistics(ctx context.Context, tx *db.Tx, law *Law, year int, at time.Time) ([]Tally, error) {
	tallies := map[string]*Tally{}
	err := each(ctx, tx, law, false, at, func(d Dispatch, s State) {
		if clock.Year(d.MadeAt) != year {
			return
		}
		t := tallies[d.Way]
		if t == nil {
			t = &Tally{Way: d.Way}
			tallies[d.Way] = t
		}
		t.All++
		switch s.Kind {
		case Delivered:
			t.Delivered++
		case Fictitious:
			t.Fiction++
		case Returned:
			t.Returned++
		case Failed:
			t.Failed++
		case Unconfirmed:
			t.Unconfirmed++
		case Withdrawn:
		default:
			t.Underway++
		}
	})
	var list []Tally
	for _, way := range Ways {
		if t := tallies[way]; t != nil {
			list = append(list, *t)
		}
	}
	return list, err
}

// OfCase lists the sendings of a case file with their states, the oldest first. One that another way took the place of is
// done.
func OfCase(ctx context.Context, tx *db.Tx, law *Law, caseID int64, at time.Time) ([]Item, error) {
	var found []Dispatch
	if err := tx.SelectContext(ctx, &found, sql.Get("of-case"), tx.Office, caseID); err != nil {
		return nil, db.Classify(err)
	}
	if err := withEvents(ctx, tx, found); err != nil {
		return nil, err
	}
	replaced := map[int64]bool{}
	for _, d := range found {
		replaced[deref(d.InsteadOf)] = true
	}
	items := make([]Item, len(found))
	for i, d := range found {
		s, err := Compute(d, law, at)
		if err != nil {
			return nil, err
		}
		s.done = s.done || replaced[d.ID]
		items[i] = Item{d, s}
	}
	return items, nil
}

// ReadyParty is somebody of the name register who may be sent to.
type ReadyParty struct {
	ID      int64  `db:"id"`
	Kind    string `db:"kind"`
	Name    string `db:"name"`
	Street  string `db:"street"`
	Zip     string `db:"zip"`
	Town    string `db:"town"`
	Email   string `db:"email"`
	DataBox string `db:"data_box"`
	ICO     string `db:"ico"`
}

// FindParties finds addressees by a part of the name, without diacritics, or by the data box or IČO.
func FindParties(ctx context.Context, tx *db.Tx, text string, limit int) ([]ReadyParty, error) {
	var list []ReadyParty
	err := tx.SelectContext(ctx, &list, sql.Get("find-parties"), tx.Office, text, limit)
	return list, db.Classify(err)
}

// PartiesByID reads addressees in the order of their ids.
func PartiesByID(ctx context.Context, tx *db.Tx, ids []int64) ([]ReadyParty, error) {
	var list []ReadyParty
	err := tx.SelectContext(ctx, &list, sql.Get("parties"), tx.Office, pq.Array(ids))
	return list, db.Classify(err)
}
