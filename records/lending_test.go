package records_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/lib/pq"
	"pgregory.net/rapid"

	"epom/internal/testdb"
)

// What is lent is decided by the database; the rule said once more in Go: an agenda of the list, or a class of the list with what
// lies below it, and nothing else.
func TestLimitsOfALending(t *testing.T) {
	d := testdb.New(t)
	agenda := rapid.SampledFrom([]string{"", "kaceni", "kacen", "matrika", "Kaceni"})
	class := rapid.SampledFrom([]string{"", "2", "24", "246", "246.1", "246.10", "246.1.3", "2461", "246-1", "46"})
	rapid.Check(t, func(r *rapid.T) {
		agendas := rapid.SliceOfN(agenda.Filter(func(s string) bool { return s != "" }), 0, 3).Draw(r, "agendas")
		classes := rapid.SliceOfN(class.Filter(func(s string) bool { return s != "" }), 0, 3).Draw(r, "classes")
		a, c := agenda.Draw(r, "agenda"), class.Draw(r, "class")
		want := slices.Contains(agendas, a) || slices.ContainsFunc(classes, func(top string) bool {
			rest, ok := strings.CutPrefix(c, top)
			return ok && (rest == "" || strings.ContainsAny(rest[:1], ".-/"))
		})
		var got bool
		if err := d.Get(&got, `SELECT lending_fits($1, $2, $3, $4)`, pq.StringArray(agendas), pq.StringArray(classes), a, c); err != nil {
			r.Fatal(err)
		}
		if got != want {
			r.Fatalf("agendas %q, classes %q: %q %q is lent: %v, want %v", agendas, classes, a, c, got, want)
		}
	})
}
