package board

import (
	"slices"
	"strings"
	"testing"
	"time"

	"epom/internal/testdb"
)

// Each stretch holds the one before it and reaches as far back as it says: what board_marks writes of any instant since
// then is among its lexemes.
func TestStretchesOfTimeHoldWhatTheySay(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	marks := func(at time.Time) string {
		var s string
		if err := d.Get(&s, `SELECT CAST(board_marks(1, 'k', 'notice', true, $1, '', '', '', '{}') AS text)`, at); err != nil {
			t.Fatal(err)
		}
		return s
	}
	begin := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, now := range []string{"2026-11-22", "2026-03-01", "2024-03-01", "2026-01-01", "2026-01-31", "2026-12-31", "2026-07-11", "2026-05-10", "2026-05-21"} {
		latest, _ := time.Parse(time.DateOnly, now)
		latest = latest.Add(13 * time.Hour)
		list := windows(begin, latest)
		last := latest
		for i, w := range list[:len(list)-1] {
			if !w.since.Before(last) {
				t.Errorf("%s: stretch %d begins %s, the one before %s", now, i, w.since, last)
			}
			last = w.since
			for _, at := range []time.Time{latest, w.since, w.since.Add(latest.Sub(w.since) / 2)} {
				written := marks(at)
				if !slices.ContainsFunc(strings.FieldsFunc(w.marks[0], func(r rune) bool { return strings.ContainsRune("(|) ", r) }), func(m string) bool { return strings.Contains(" "+written+" ", " "+m+" ") }) {
					t.Errorf("%s: an item of %s is not found by %s: %s", now, at, w.marks, written)
				}
			}
		}
	}
}
