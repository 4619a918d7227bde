package submissions_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"epom/forms"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/submissions"
)

func item(n string, a forms.Answers) submissions.Offline {
	return submissions.Offline{Key: strings.Repeat("k", 32) + n, Code: "zkouska", Version: 1, Lang: "cs", Answers: a, Filled: monday.Add(-50 * time.Hour), Clock: monday}
}

// The same item from many devices at the same moment, and again long after its draft is gone, is one submission.
func TestOfflineOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	refs := make([]string, 8)
	var all sync.WaitGroup
	for i := range refs {
		all.Go(func() {
			sent, err := h.SendOffline(t.Context(), item("1", answers(hejnice)))
			if err != nil {
				t.Error(err)
			}
			refs[i] = sent.Reference
		})
	}
	all.Wait()
	h.clock.Advance(40 * 24 * time.Hour)
	if n, err := h.Expire(t.Context()); err != nil || n != 1 {
		t.Fatalf("%d drafts expired: %v", n, err)
	}
	late, err := h.SendOffline(t.Context(), item("1", answers(hejnice)))
	must(t, err)
	for _, r := range append(refs, late.Reference) {
		if r != refs[0] || r == "" {
			t.Fatalf("references differ: %v, late %s", refs, late.Reference)
		}
	}
	var n int
	if must(t, h.owner.Get(&n, `SELECT count(*) FROM submission`)); n != 1 {
		t.Errorf("%d submissions", n)
	}
	v, err := h.ByReference(t.Context(), refs[0])
	must(t, err)
	if !v.DeliveredAt.Equal(monday) {
		t.Errorf("delivered at %s: delivery is when the server had it", v.DeliveredAt)
	}
	filled := func(office int32) (f *submissions.Filled) {
		must(t, h.db.Tx(t.Context(), db.Scope{Office: office, Actor: "account:1"}, func(tx *db.Tx) (err error) {
			f, err = submissions.FilledOffline(t.Context(), tx, refs[0])
			return err
		}))
		return f
	}
	if f := filled(h.here.ID); f == nil || !f.At.Equal(monday.Add(-50*time.Hour)) || f.Doubtful {
		t.Errorf("the office reads %+v", f)
	}
	if f := filled(h.there.ID); f != nil {
		t.Errorf("another office reads %+v", f)
	}
}

// A crash before the answer was written down leaves the draft that knows; its key outlives it.
func TestOfflineKeyOutlivesDraft(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	sent, err := h.SendOffline(t.Context(), item("2", answers(hejnice)))
	must(t, err)
	h.owner.MustExec(`UPDATE offline_item SET reference = NULL`)
	h.clock.Advance(40 * 24 * time.Hour)
	if _, err := h.Expire(t.Context()); err != nil {
		t.Fatal(err)
	}
	if again, err := h.SendOffline(t.Context(), item("2", answers(hejnice))); err != nil || again.Reference != sent.Reference {
		t.Errorf("%+v (%v), want %s", again, err, sent.Reference)
	}
}

// What is refused is explained and may come corrected under the same key.
func TestOfflineRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	wrong := answers(hejnice)
	delete(wrong, "druh")
	var unfinished *submissions.Unfinished
	if _, err := h.SendOffline(t.Context(), item("3", wrong)); !errors.As(err, &unfinished) || len(unfinished.Findings) == 0 {
		t.Fatalf("an incomplete form: %v", err)
	}
	if sent, err := h.SendOffline(t.Context(), item("3", answers(hejnice))); err != nil || !sent.Fresh {
		t.Errorf("corrected: %+v (%v)", sent, err)
	}
	var elsewhere *submissions.Elsewhere
	if _, err := h.SendOffline(t.Context(), item("4", answers(potok))); !errors.As(err, &elsewhere) {
		t.Errorf("an office that takes nothing: %v", err)
	}
	old := item("5", answers(hejnice))
	old.Version = 7
	if _, err := h.SendOffline(t.Context(), old); !errs.Is(err, errs.Invalid) || !strings.Contains(errs.Message(err), "Verzi 7") {
		t.Errorf("an unknown version: %v", err)
	}
	for _, key := range []string{"", "krátký", strings.Repeat("x", 65), strings.Repeat("x", 31) + " "} {
		bad := item("", answers(hejnice))
		bad.Key = key
		if _, err := h.SendOffline(t.Context(), bad); !errs.Is(err, errs.Invalid) {
			t.Errorf("key %q: %v", key, err)
		}
	}
}

// A device whose clock stands in 1990 sends all the same; that its time is doubtful is kept.
func TestOfflineClockOf1990(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	o := item("6", answers(hejnice))
	o.Clock = time.Date(1990, 1, 1, 8, 0, 0, 0, time.UTC)
	o.Filled = o.Clock.Add(-time.Hour)
	sent, err := h.SendOffline(t.Context(), o)
	must(t, err)
	must(t, h.db.Tx(t.Context(), h.desk(), func(tx *db.Tx) error {
		f, err := submissions.FilledOffline(t.Context(), tx, sent.Reference)
		if err == nil && (f == nil || !f.Doubtful) {
			t.Errorf("%+v", f)
		}
		return err
	}))
}
