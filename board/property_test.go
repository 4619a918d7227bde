package board_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"epom/board"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/testdb"
)

var errCrash = errors.New("crash on purpose")

// In whatever order postings are made, put up, corrected, prolonged, taken down and given up, by hand, by jobs and with
// crashes between: numbers have no gap, the chain of evidence is whole, and what the public sees agrees.
func TestAnyOrderOfActsKeepsTheBoardWhole(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	owner := testdb.Owner(t, h.db)
	present := time.Now().UTC().Truncate(time.Microsecond)
	ctx := t.Context()
	ids := []int64{}
	// act runs one act; a crash rolls it back after all was done.
	act := func(crash bool, fn func(*db.Tx) error) error {
		err := h.in(h.here, func(tx *db.Tx) error {
			if err := fn(tx); err != nil || !crash {
				return err
			}
			return errCrash
		})
		if errs.Is(err, errs.Invalid) || errs.Is(err, errs.Conflict) || errors.Is(err, errCrash) {
			return nil // refused or crashed: as if it never was
		}
		return err
	}
	// due does what the jobs of the board would do by now.
	due := func(crash func() bool) (left int) {
		var list []struct {
			ID      int64           `db:"id"`
			Kind    string          `db:"kind"`
			Payload json.RawMessage `db:"payload"`
		}
		h.must(owner.SelectContext(ctx, &list, `SELECT id, kind, payload FROM job WHERE kind IN ('board-post', 'board-remove') AND done_at IS NULL AND run_at <= $1 ORDER BY run_at`, h.now))
		for _, j := range list {
			var ref board.Ref
			h.must(json.Unmarshal(j.Payload, &ref))
			h.must(act(crash(), func(tx *db.Tx) (err error) {
				if j.Kind == board.JobPost {
					_, err = h.law.Publish(ctx, tx, ref.Posting, h.now)
				} else {
					_, err = board.RemoveDue(ctx, tx, ref.Posting, h.now)
				}
				if err == nil {
					_, err = tx.ExecContext(ctx, `UPDATE job SET done_at = now() WHERE id = $1`, j.ID)
				}
				return err
			}))
		}
		return len(list)
	}
	runs := 0
	rapid.Check(t, func(rt *rapid.T) {
		if runs++; runs > 40 { // each looks through the whole database
			return
		}
		h.now = present.AddDate(0, 0, -40)
		for range rapid.IntRange(1, 12).Draw(rt, "acts") {
			crash := func() bool { return rapid.IntRange(0, 4).Draw(rt, "crash") == 0 }
			h.now = h.now.Add(time.Duration(rapid.IntRange(0, 50).Draw(rt, "hours")) * time.Hour)
			what := rapid.SampledFrom([]string{"make", "make", "plan", "revise", "reschedule", "remove", "cancel", "physical", "jobs"}).Draw(rt, "act")
			if what == "jobs" {
				due(crash)
				continue
			}
			if what == "make" || what == "plan" || len(ids) == 0 {
				h.must(act(crash(), func(tx *db.Tx) error { return h.draw(rt, tx, what == "plan", &ids) }))
				continue
			}
			id := rapid.SampledFrom(ids[max(0, len(ids)-5):]).Draw(rt, "posting")
			h.must(act(crash(), func(tx *db.Tx) error { return h.change(rt, tx, what, id) }))
		}
		h.now = present
		for due(func() bool { return false }) > 0 { // what was put up late may have to be taken down at once
		}
		h.must(owner.SelectContext(ctx, &ids, `SELECT id FROM posting ORDER BY id`)) // what crashed is not there
		found, err := board.Verify(ctx, owner)
		h.must(err)
		if len(found) > 0 {
			rt.Fatalf("%q", found)
		}
	})
}

// draw makes a posting at once or for later.
func (h *house) draw(rt *rapid.T, tx *db.Tx, later bool, ids *[]int64) error {
	n := notice(rapid.SampledFrom([]string{"oznameni", "verejna-vyhlaska", "rozpocet"}).Draw(rt, "kind"))
	if later {
		n.PostAt = h.now.Add(time.Duration(rapid.IntRange(1, 100).Draw(rt, "later")) * time.Hour)
	}
	if days := rapid.IntRange(0, 30).Draw(rt, "days"); days > 0 {
		until := h.now.AddDate(0, 0, days)
		n.UntilOn, n.EarlyWhy = &until, rapid.SampledFrom([]string{"", "důvod"}).Draw(rt, "early")
	}
	p, err := h.law.Make(h.t.Context(), tx, n, h.now)
	if err == nil && !slices.Contains(*ids, p.ID) {
		*ids = append(*ids, p.ID)
	}
	return err
}

// change does one act to a posting, from a page that may be stale.
func (h *house) change(rt *rapid.T, tx *db.Tx, what string, id int64) (err error) {
	ctx := context.WithoutCancel(h.t.Context())
	p, err := board.ByID(ctx, tx, id)
	if errs.Is(err, errs.NotFound) { // it crashed when it was made
		return nil
	}
	if err != nil {
		return err
	}
	if p.MadeAt.After(h.now) || p.PostedAt != nil && p.PostedAt.After(h.now) || p.Current().At.After(h.now) { // of an earlier run, whose clock was ahead
		return nil
	}
	seen := p.Version - rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(rt, "stale")
	switch what {
	case "revise":
		c := p.Current().Content
		c.Title += "!"
		_, err = h.law.Revise(ctx, tx, id, seen, c, "oprava", h.now)
	case "reschedule":
		until := h.now.AddDate(0, 0, rapid.IntRange(-2, 30).Draw(rt, "until"))
		_, err = h.law.Reschedule(ctx, tx, id, seen, &until, rapid.SampledFrom([]string{"", "důvod"}).Draw(rt, "why"), h.now)
	case "remove":
		_, err = board.Remove(ctx, tx, id, seen, rapid.SampledFrom([]string{"", "důvod"}).Draw(rt, "why"), h.now)
	case "cancel":
		_, err = board.Cancel(ctx, tx, id, seen, "omyl", h.now)
	case "physical":
		at := h.now.Add(-time.Hour)
		_, err = board.Physical(ctx, tx, id, seen, &at, nil, h.now)
	}
	return err
}
