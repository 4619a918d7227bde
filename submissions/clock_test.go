package submissions_test

import (
	"testing"
	"time"
)

// The year turns at midnight in Prague, not in Greenwich; a clock that is set back afterwards makes neither gap nor
// duplicate, only numbers of the year it says.
func TestTheYearTurnsInPrague(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, step := range []struct {
		at, want string
	}{
		{"2026-12-31T22:59:59Z", "HEJ/2026/00001-1"},
		{"2026-12-31T23:00:00Z", "HEJ/2027/00001-1"},
		{"2027-01-01T00:00:00Z", "HEJ/2027/00002-1"},
		{"2026-12-31T22:00:00Z", "HEJ/2026/00002-1"}, // the clock was moved back
		{"2027-01-01T08:00:00Z", "HEJ/2027/00003-1"},
	} {
		at, err := time.Parse(time.RFC3339, step.at)
		must(t, err)
		h.clock.Set(at)
		if s, _ := h.sent(t); s.Number != step.want {
			t.Errorf("at %s: %s, want %s", step.at, s.Number, step.want)
		}
	}
}
