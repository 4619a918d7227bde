package forms

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestDifferencesAreSaidInWords(t *testing.T) {
	t.Parallel()
	before := parsedForm(t, `{"code":"x","version":1,"title":"X","summary":"S","agenda":"a","locality":{"key":"any"},"subject":"\"x\"","applicant":{},
		"needed":["Plán"],"parameters":[{"name":"sazba","kind":"money","label":"Sazba"}],
		"pages":[{"code":"a","title":"A","fields":[{"name":"jmeno","kind":"text","label":"Jméno"},{"name":"stary","kind":"text","label":"Starý"}]},
		{"code":"pryc","title":"Pryč","fields":[{"name":"z","kind":"text","label":"Z"}]}]}`)
	after := parsedForm(t, `{"code":"x","version":2,"title":"X","summary":"S","agenda":"a","locality":{"key":"any"},"subject":"\"x\"","applicant":{},
		"needed":["Mapa"],"parameters":[{"name":"limit","kind":"number","label":"Limit"}],
		"pages":[{"code":"a","title":"A","fields":[{"name":"jmeno","kind":"text","label":"Celé jméno","required":true},{"name":"novy","kind":"number","label":"Nový"}]}]}`)
	got := Differences(before, after)
	for _, want := range []string{"co si připravit: přibylo „Mapa“", "co si připravit: už není „Plán“", "nový parametr úřadu: Limit", "parametr „Sazba“ už není",
		"otázka „Celé jméno“, znění: „Celé jméno“ místo „Jméno“", "otázka „Celé jméno“ je nově povinná", "otázka „Nový“ přibyla", "otázka „Starý“ už není", "stránka „Pryč“ už není"} {
		if !slices.Contains(got, want) {
			t.Errorf("missing: %s", want)
		}
	}
	if len(got) != 9 {
		t.Errorf("%d differences:\n%s", len(got), strings.Join(got, "\n"))
	}
	if same := Differences(before, before); len(same) != 0 {
		t.Error(same)
	}
}

func parsedForm(t *testing.T, s string) *Form {
	t.Helper()
	f, err := Parse([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestAnswersAreCarriedOver(t *testing.T) {
	t.Parallel()
	head := `{"code":"x","version":1,"title":"X","summary":"S","agenda":"a","locality":{"key":"any"},"subject":"\"x\"","applicant":{},"pages":[{"code":"a","title":"A","fields":[`
	from := parsedForm(t, head+`{"name":"a","kind":"text","label":"A"},{"name":"b","kind":"text","label":"B"},{"name":"c","kind":"text","label":"C"},{"name":"f","kind":"file","label":"F"}]}]}`)
	to := parsedForm(t, head+`{"name":"a","kind":"text","label":"A"},{"name":"b","kind":"number","label":"B"},{"name":"f","kind":"file","label":"F"}]}]}`)
	answers := Answers{"a": "1", "b": "2", "c": "3", "f": []any{map[string]any{"id": "x"}}}
	kept, lost := Carry(from, to, answers, true, CS)
	if len(kept) != 2 || kept["a"] != "1" || kept["f"] == nil || !slices.Equal(lost, []string{"B", "C"}) {
		t.Error(kept, lost)
	}
	if kept, lost = Carry(from, to, answers, false, CS); len(kept) != 1 || !slices.Equal(lost, []string{"B", "C", "F"}) {
		t.Error(kept, lost)
	}
}

func TestThePlaceIsTheSameWithoutTheWalk(t *testing.T) {
	t.Parallel()
	quick := 0
	for _, f := range catalogueForTest(t).All() {
		for _, e := range f.Examples {
			set := Setting{Today: day(e.Today), Params: e.Params}
			want, known := f.Evaluate(e.Answers, set).Place()
			if got, ok := f.Where(e.Answers, set); got != want || ok != known {
				t.Errorf("%s, %s: %+v, want %+v", f.Code, e.Name, got, want)
			}
		}
		if len(f.Locality.From) > 0 && !f.conditional(rootOf(f.Locality.From[0])) {
			quick++
		}
	}
	if quick < 8 {
		t.Errorf("only %d forms go without the walk", quick)
	}
}

func TestParametersReadAndShow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind, typed string
		want        any
		shown       string
	}{
		{"money", "1 500", int64(150000), "1 500 Kč"}, {"money", "99,50 Kč", int64(9950), "99,50 Kč"}, {"money", "-5", nil, ""}, {"money", "mnoho", nil, ""},
		{"money", "1,555", nil, ""}, {"number", "80", int64(80), "80"}, {"number", "0,5", 0.5, "0,5"}, {"number", "1e9", nil, ""},
		{"date", "1. 1. 2027", "2027-01-01", ""}, {"date", "31. 2. 2027", nil, ""}, {"yesno", "Ano", true, "Ano"}, {"yesno", "snad", nil, ""},
		{"text", " 19-2000145399/0800 ", "19-2000145399/0800", "19-2000145399/0800"}, {"text", " ", nil, ""},
	} {
		p := Parameter{Name: "x", Kind: c.kind, Label: Text{CS: "X"}}
		got, ok := p.Read(c.typed)
		if ok != (c.want != nil) || ok && got != c.want {
			t.Errorf("%s %q: %v %v, want %v", c.kind, c.typed, got, ok, c.want)
		}
		if shown := strings.ReplaceAll(p.Show(got, CS), "\u00a0", " "); c.shown != "" && shown != c.shown {
			t.Errorf("%s %q is shown as %q, want %q", c.kind, c.typed, shown, c.shown)
		}
	}
	f, _ := catalogueForTest(t).Latest("kaceni-drevin")
	if got := catalogueForTest(t).Params(f, 0, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)); got["obvod_limit"] != int64(80) || got["plocha_limit"] != int64(40) {
		t.Error("limits of the decree:", got)
	}
	if got := catalogueForTest(t).Params(f, 0, time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC)); len(got) != 0 {
		t.Error("limits before the decree:", got)
	}
}

func catalogueForTest(t *testing.T) *Catalogue {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}
