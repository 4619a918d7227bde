package edit_test

import (
	"encoding/json"
	"testing"

	"epom/forms"
	"epom/forms/edit"
)

// Every form to begin with can be published as it is, but for the empty one, which only lacks its agenda and example.
func TestStarters(t *testing.T) {
	t.Parallel()
	for _, s := range append(edit.Starters, edit.Starter{}) {
		d, err := edit.New(s.Code, "novy", "Nový")
		if err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if problems := forms.Check(data); len(problems) > 0 {
			t.Errorf("%s: %v", s.Code, problems)
		}
		if d.Title.CS != "Nový" || d.Code != "novy" || s.Code != "" && len(d.Examples) == 0 {
			t.Errorf("%s begins as %+v", s.Code, d)
		}
	}
	if _, err := edit.New("../edit", "x", "X"); err == nil {
		t.Error("a starter that is not there was read")
	}
	for title, want := range map[string]string{"Žádost o pronájem sálu": "zadost-o-pronajem-salu", "  1. máj!": "1-maj", "А": ""} {
		if got := edit.CodeFor(title); got != want {
			t.Errorf("%q: %q, want %q", title, got, want)
		}
	}
}
