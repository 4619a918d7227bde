package repository_test

import (
	"strings"
	"testing"

	"epom/internal/errs"
)

// What was written last is shown again and again in any order of steps; a new act ends the way forth.
func TestSteps(t *testing.T) {
	t.Parallel()
	h := open(t)
	seen := 0
	write := func(title string) {
		t.Helper()
		rev, _, err := h.SaveDraft(t.Context(), h.scope, "zkouska", seen, []byte(`{"code":"zkouska","title":"`+title+`"}`), title)
		if err != nil {
			t.Fatal(err)
		}
		seen = rev
	}
	step := func(back bool, want string) {
		t.Helper()
		rev, err := h.Step(t.Context(), h.scope, "zkouska", seen, back)
		if want == "" {
			if !errs.Is(err, errs.Conflict) {
				t.Errorf("a step that is not there: %v", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		seen = rev
		if d, err := h.Draft(t.Context(), "zkouska", 0); err != nil || !strings.Contains(d.Definition, `"`+want+`"`) {
			t.Errorf("the step leads to %s (%v), want %s", d.Definition, err, want)
		}
	}
	write("A")
	step(true, "")
	step(false, "")
	write("B")
	write("C")
	step(true, "B")
	step(true, "A")
	step(true, "")
	step(false, "B")
	write("D")
	step(false, "")
	step(true, "B")
	step(true, "A")
	step(false, "B")
	step(false, "D")
	step(false, "")
	seen--
	step(true, "")
}
