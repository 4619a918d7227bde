package submissions_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"epom/internal/errs"
)

// A code moves the draft to one other device, once, in its time; the device that had it has it no more.
func TestPass(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	token := h.draft(t, 564044)
	old, _, err := h.Pass(ctx, token)
	must(t, err)
	code, until, err := h.Pass(ctx, token)
	must(t, err)
	if until.Sub(h.clock.Now()) != 10*time.Minute {
		t.Errorf("holds until %v", until)
	}
	refused := func(name, typed string) {
		t.Helper()
		if _, _, err := h.TakePassed(ctx, typed); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	refused("the one before", old)
	refused("nothing", "")
	refused("something else", "AAAA-AAAA")
	var wait sync.WaitGroup
	var mu sync.Mutex
	var taken []string
	for range 8 { // two phones that read the same code
		wait.Go(func() {
			got, d, err := h.TakePassed(ctx, " "+strings.ToLower(code))
			mu.Lock()
			defer mu.Unlock()
			if err == nil && d.Answers.V != nil {
				taken = append(taken, got)
			} else if !errs.Is(err, errs.NotFound) {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if len(taken) != 1 {
		t.Fatalf("%d devices took it over", len(taken))
	}
	if _, err := h.Draft(ctx, token); !errs.Is(err, errs.NotFound) {
		t.Errorf("the former device: %v", err)
	}
	must(t, h.Discard(ctx, token)) // its end takes nothing from the other
	_, err = h.Draft(ctx, taken[0])
	must(t, err)
	late, _, err := h.Pass(ctx, taken[0])
	must(t, err)
	h.clock.Advance(11 * time.Minute)
	refused("too late", late)
}
