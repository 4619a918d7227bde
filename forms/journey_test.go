package forms

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestJourneyOfTreeFelling(t *testing.T) {
	t.Parallel()
	f := formOf(t, "kaceni-drevin")
	setting := onDay("2026-11-22")
	full := f.Examples[0].Answers
	j := f.Evaluate(full, setting).Journey()
	if !j.Complete() || j.Current() != "" || j.Next("kontakt") != "" || j.Back("vztah") != "" || j.Back("stromy") != "dreviny" || j.Next("stromy") != "duvod" {
		t.Errorf("complete journey %+v", j)
	}
	// half way: later pages are closed, the page to go on is the first incomplete one
	half := f.Evaluate(Answers{"vztah": "vlastnik", "hrozi": false, "obec": map[string]any{"code": int64(564044), "name": "Hejnice"}, "popis_mista": "Zahrada"}, setting).Journey()
	if half.Current() != "dreviny" || !half.May("vztah") || !half.May("dreviny") || half.May("duvod") || half.May("stromy") || half.May("souhlas") || half.May("nic") {
		t.Errorf("half %+v", half)
	}
	// a change on the check page opens a page that must be filled first
	changed := f.Evaluate(full.With("vztah", "najemce"), setting).Journey()
	if changed.AfterChange() != "souhlas" || changed.May("kontakt") {
		t.Errorf("after the change %+v", changed)
	}
	if empty := f.Evaluate(nil, setting).Journey(); empty.Current() != "vztah" || !empty.May("vztah") {
		t.Errorf("empty %+v", empty)
	}
}

// Whatever subset of a complete answer is there: the journey is a prefix of complete pages, then closed ones; result and validity agree with
// each other; nothing hidden counts.
func TestJourneyHoldsForAnySubset(t *testing.T) {
	t.Parallel()
	setting := onDay("2026-11-22")
	all := catalogueOf(t).All()
	rapid.Check(t, func(t *rapid.T) {
		f := all[rapid.IntRange(0, len(all)-1).Draw(t, "form")]
		full := f.Examples[rapid.IntRange(0, len(f.Examples)-1).Draw(t, "example")].Answers
		answers := Answers{}
		for _, name := range sortedNames(full) {
			if rapid.Bool().Draw(t, name) {
				answers[name] = full[name]
			}
		}
		ev := f.Evaluate(answers, setting)
		j := ev.Journey()
		open := true
		for _, s := range j.Steps {
			if s.Open != open {
				t.Fatalf("%s: %s open %v, want %v", f.Code, s.Code, s.Open, open)
			}
			open = open && s.Complete
		}
		if j.Complete() != ev.Valid() {
			t.Fatalf("%s: complete %v, valid %v", f.Code, j.Complete(), ev.Valid())
		}
		result := ev.Result()
		again := f.Evaluate(result, setting)
		if again.Valid() != ev.Valid() || !reflect.DeepEqual(again.Result(), result) {
			t.Fatalf("%s: the result of the result differs\n%v\n%v", f.Code, result, again.Result())
		}
		for i, code := range stepCodes(j) {
			if next := j.Next(code); i+1 < len(j.Steps) && j.Back(next) != code {
				t.Fatalf("%s: back from %s is not %s", f.Code, next, code)
			}
			view, ok := ev.Page(code, ViewExtras{Findings: ev.PageFindings(code)})
			if !ok || view.Number != i+1 {
				t.Fatalf("%s/%s: view %v", f.Code, code, ok)
			}
		}
	})
}

func stepCodes(j Journey) []string {
	var codes []string
	for _, s := range j.Steps {
		codes = append(codes, s.Code)
	}
	return codes
}

func sortedNames(a Answers) []string {
	var names []string
	for n := range a {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// A page shown and sent back as it is changes nothing: the render model and the parser agree on names and values.
func TestPageSentBackAsShownChangesNothing(t *testing.T) {
	t.Parallel()
	for _, f := range catalogueOf(t).All() {
		for _, e := range f.Examples {
			setting := Setting{Today: day(e.Today), Params: e.Params}
			ev := f.Evaluate(e.Answers, setting)
			for _, code := range stepCodes(ev.Journey()) {
				view, _ := ev.Page(code, ViewExtras{})
				values := formOfView(view.Fields)
				p := f.ParsePage(code, values, e.Answers, setting)
				got, want := f.Evaluate(p.Answers, setting).Result(), ev.Result()
				if !reflect.DeepEqual(withText(got), withText(want)) {
					t.Errorf("%s, %s, page %s:\n%v became\n%v", f.Code, e.Name, code, want, got)
				}
			}
		}
	}
}

// withText drops the composed line of an address, which examples do not write out.
func withText(v any) any {
	switch v := v.(type) {
	case Answers:
		return withText(map[string]any(v))
	case map[string]any:
		m := map[string]any{}
		for k, x := range v {
			if _, isAddress := v["zip"]; !(isAddress && k == "text") {
				m[k] = withText(x)
			}
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i, x := range v {
			list[i] = withText(x)
		}
		return list
	}
	return v
}
