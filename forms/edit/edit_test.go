package edit_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"epom/forms"
	"epom/forms/edit"
	"epom/forms/notation"
)

func read(t *testing.T, lines ...string) *forms.Definition {
	t.Helper()
	d, err := notation.Read(strings.Join(lines, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// names lists pages and fields as "page: field field(inner inner)".
func names(d *forms.Definition) string {
	var b strings.Builder
	var list func(fields []*forms.Field)
	list = func(fields []*forms.Field) {
		for i, f := range fields {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(f.Name)
			if len(f.Fields) > 0 {
				b.WriteByte('(')
				list(f.Fields)
				b.WriteByte(')')
			}
		}
	}
	for i, p := range d.Pages {
		if i > 0 {
			b.WriteString(" | ")
		}
		b.WriteString(p.Code + ": ")
		list(p.Fields)
	}
	return b.String()
}

var sample = []string{"formulář f, verze 1", "Název: F", "# s1: Jedna", "a (text): A", "b (opakování): B", "  c (text): C", "  d (číslo): D", "# s2: Dvě", "e (text): E"}

func TestOperations(t *testing.T) {
	t.Parallel()
	at := func(s string) edit.Place { p, _ := edit.ParsePlace(s); return p }
	type op func(*forms.Definition) (*forms.Definition, edit.Place, error)
	for name, c := range map[string]struct {
		do          op
		want, where string // empty where = an error
	}{
		"page added after": {func(d *forms.Definition) (*forms.Definition, edit.Place, error) { return edit.AddPage(d, at("0")) }, "s1: a b(c d) | stranka:  | s2: e", "1"},
		"field at the end": {func(d *forms.Definition) (*forms.Definition, edit.Place, error) {
			return edit.AddField(d, at("1"), "date")
		}, "s1: a b(c d) | s2: e datum", "1.1"},
		"field after a field": {func(d *forms.Definition) (*forms.Definition, edit.Place, error) {
			return edit.AddField(d, at("0.0"), "file")
		}, "s1: a priloha b(c d) | s2: e", "0.1"},
		"field into a block": {func(d *forms.Definition) (*forms.Definition, edit.Place, error) {
			return edit.AddField(d, at("0.1"), "zip")
		}, "s1: a b(c d psc) | s2: e", "0.1.2"},
		"unknown kind": {func(d *forms.Definition) (*forms.Definition, edit.Place, error) {
			return edit.AddField(d, at("0"), "nic")
		}, "", ""},
		"moved down":         {func(d *forms.Definition) (*forms.Definition, edit.Place, error) { return edit.Move(d, at("0.0"), 1) }, "s1: b(c d) a | s2: e", "0.1"},
		"moved past the end": {func(d *forms.Definition) (*forms.Definition, edit.Place, error) { return edit.Move(d, at("0.1.0"), 9) }, "s1: a b(d c) | s2: e", "0.1.1"},
		"page moved":         {func(d *forms.Definition) (*forms.Definition, edit.Place, error) { return edit.Move(d, at("1"), -1) }, "s2: e | s1: a b(c d)", "0"},
		"into another page": {func(d *forms.Definition) (*forms.Definition, edit.Place, error) {
			return edit.MoveInto(d, at("0.1.0"), at("1"))
		}, "s1: a b(d) | s2: e c", "1.1"},
		"into a block below": {func(d *forms.Definition) (*forms.Definition, edit.Place, error) {
			return edit.MoveInto(d, at("0.0"), at("0.1"))
		}, "s1: b(c d a) | s2: e", "0.0.2"},
		"into itself": {func(d *forms.Definition) (*forms.Definition, edit.Place, error) {
			return edit.MoveInto(d, at("0.1"), at("0.1"))
		}, "", ""},
		"into no block": {func(d *forms.Definition) (*forms.Definition, edit.Place, error) {
			return edit.MoveInto(d, at("0.0"), at("1.0"))
		}, "", ""},
		"removed":           {func(d *forms.Definition) (*forms.Definition, edit.Place, error) { return edit.Remove(d, at("0.1.1")) }, "s1: a b(c) | s2: e", "0.1.0"},
		"last page removed": {func(d *forms.Definition) (*forms.Definition, edit.Place, error) { return edit.Remove(d, at("1")) }, "s1: a b(c d)", "0"},
		"what is not there": {func(d *forms.Definition) (*forms.Definition, edit.Place, error) { return edit.Remove(d, at("5.1")) }, "", ""},
		"block duplicated":  {func(d *forms.Definition) (*forms.Definition, edit.Place, error) { return edit.Duplicate(d, at("0.1")) }, "s1: a b(c d) b_2(c_2 d_2) | s2: e", "0.2"},
		"page duplicated":   {func(d *forms.Definition) (*forms.Definition, edit.Place, error) { return edit.Duplicate(d, at("1")) }, "s1: a b(c d) | s2: e | s: e_2", "2"},
		"a form without a page": {func(d *forms.Definition) (*forms.Definition, edit.Place, error) {
			return edit.AddField(&forms.Definition{}, at("0"), "text")
		}, "", ""},
	} {
		d := read(t, sample...)
		before := names(d)
		got, where, err := c.do(d)
		if now := names(d); now != before {
			t.Errorf("%s: the original became %q", name, now)
		}
		if c.where == "" {
			if err == nil {
				t.Errorf("%s: gave %q", name, names(got))
			}
			continue
		}
		if err != nil || names(got) != c.want || where.String() != c.where {
			t.Errorf("%s: %q at %s (%v), want %q at %s", name, names(got), where, err, c.want, c.where)
		}
	}
}

// Whatever is done in whatever order, no field is lost but by removing, all names differ, and the place answered is there.
func TestAnyOperations(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		d, err := notation.Read(strings.Join(sample, "\n"))
		if err != nil {
			rt.Fatal(err)
		}
		count := func(d *forms.Definition) (n int) { edit.Walk(d, func(edit.Place, *forms.Field) { n++ }); return n }
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			var places []edit.Place
			for i := range d.Pages {
				places = append(places, edit.Place{i})
			}
			edit.Walk(d, func(at edit.Place, _ *forms.Field) { places = append(places, at) })
			if len(places) == 0 {
				places = append(places, nil)
			}
			at, into := rapid.SampledFrom(places).Draw(rt, "at"), rapid.SampledFrom(places).Draw(rt, "into")
			was, step := count(d), rapid.IntRange(0, 5).Draw(rt, "act")
			var now *forms.Definition
			var where edit.Place
			switch step {
			case 0:
				now, where, err = edit.AddPage(d, at)
			case 1:
				now, where, err = edit.AddField(d, at, rapid.SampledFrom(forms.Kinds()).Draw(rt, "kind"))
			case 2:
				now, where, err = edit.Move(d, at, rapid.IntRange(-3, 3).Draw(rt, "by"))
			case 3:
				now, where, err = edit.MoveInto(d, at, into)
			case 4:
				now, where, err = edit.Duplicate(d, at)
			case 5:
				now, where, err = edit.Remove(d, at)
			}
			if err != nil {
				continue
			}
			if n := count(now); (step == 2 || step == 3 || step == 0) && n != was || step == 5 && n > was {
				rt.Fatalf("step %d at %s: %d fields became %d: %s", step, at, was, n, names(now))
			}
			seen := map[string]bool{}
			edit.Walk(now, func(_ edit.Place, f *forms.Field) {
				if seen[f.Name] {
					rt.Fatalf("two fields are called %s: %s", f.Name, names(now))
				}
				seen[f.Name] = true
			})
			if len(where) == 1 {
				if _, ok := edit.Page(now, where); !ok {
					rt.Fatalf("page %s is not there: %s", where, names(now))
				}
			} else if len(where) > 1 {
				f, ok := edit.Field(now, where)
				if !ok {
					rt.Fatalf("field %s is not there: %s", where, names(now))
				}
				if moved, had := edit.Field(d, at); step == 3 && had && f.Name != moved.Name {
					rt.Fatalf("%s moved, %s answers: %s", moved.Name, f.Name, names(now))
				}
			}
			d = now
		}
	})
}

func TestConditions(t *testing.T) {
	t.Parallel()
	kinds := func(p string) string {
		return map[string]string{"pocet": "number", "cena": "money", "hrozi": "yesno", "co": "choices", "druh": "choice", "kdy": "date"}[p]
	}
	for _, c := range []struct {
		text string
		rows int
		any  bool
	}{
		{`hrozi`, 1, false}, {`not hrozi`, 1, false}, {`druh == "pes" and pocet > 3`, 2, false}, {`"a" in co or not ("b" in co)`, 2, true}, {`answered("zadatel.adresa") and kdy >= "2026-01-01" and cena <= 1500`, 3, false},
		{`not answered("kdy")`, 1, false}, {`zadatel.obec == "x"`, 1, false}, {`pocet != -1.5`, 1, false},
	} {
		got, ok := edit.ParseCondition(c.text)
		if !ok || len(got.Rows) != c.rows || got.Any != c.any {
			t.Errorf("%s: %+v %v", c.text, got, ok)
		}
		if back := got.Expression(kinds); back != c.text {
			t.Errorf("%s written back as %s", c.text, back)
		}
	}
	for _, more := range []string{`a and b or c`, `len(x) > 3`, `a > b`, `days(a, today) > 3`, `a ==`, `not (a == "x")`, `a + 1 > 2`} {
		if got, ok := edit.ParseCondition(more); ok {
			t.Errorf("%s read as rows %+v", more, got)
		}
	}
	if c, ok := edit.ParseCondition(" "); !ok || len(c.Rows) != 0 {
		t.Error("no condition is no rows")
	}
}

// Conditions of the project's own forms are rows where rows can say them, and say the same when written back.
func TestOwnConditions(t *testing.T) {
	t.Parallel()
	rows, all := 0, 0
	for _, d := range own(t) {
		kind := edit.KindOf(d)
		edit.Walk(d, func(_ edit.Place, f *forms.Field) {
			if f.When == "" {
				return
			}
			all++
			c, ok := edit.ParseCondition(f.When)
			if !ok {
				return
			}
			rows++
			again, ok := edit.ParseCondition(c.Expression(kind))
			if !ok || again.Any != c.Any || len(again.Rows) != len(c.Rows) {
				t.Errorf("%s %s: %s became %s", d.Code, f.Name, f.When, c.Expression(kind))
			}
		})
	}
	if all == 0 || rows*10 < all*7 {
		t.Errorf("%d of %d conditions are rows", rows, all)
	}
}

func own(t *testing.T) []*forms.Definition {
	t.Helper()
	files, err := filepath.Glob("../definitions/*.json")
	if err != nil || len(files) < 14 {
		t.Fatalf("%d definitions (%v)", len(files), err)
	}
	var list []*forms.Definition
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d := &forms.Definition{}
		if err := json.Unmarshal(data, d); err != nil {
			t.Fatal(err)
		}
		list = append(list, d)
	}
	return list
}

func TestProblems(t *testing.T) {
	t.Parallel()
	for _, d := range own(t) {
		for _, p := range edit.Problems(d) {
			if p.Weight == forms.Error || p.Weight == forms.Warning {
				t.Errorf("%s at %q: %s", d.Code, p.Place, p.Message)
			}
		}
	}
	d := read(t, "formulář f, verze 1", "Název: F", "  en: F", "Popis: P", "Agenda: a", "Příslušnost: any", "Věc: \"F\"", "Parametr nic (číslo): N",
		"# s1: Jedna", "Jen když: 1 > 2", "a (text): A", "  Jen když: b == \"x\"", "b (výběr): B", "  - x: X", "  - y: Y", "c (text): C", "  Jen když: b == \"x\" and b == \"y\"", "v (výpočet): V", "  Vzorec: 1", "  Výsledek: číslo", "  V souhrnu: ne")
	for _, want := range []struct{ place, part string }{
		{"0", "nikdo nedostane"}, {"0.0", "přijde až později"}, {"0.2", "nikdy neukáže"}, {"0.3", "nikde neukáže"}, {"", "Parametr „nic“"}, {"", "Chybí překlady"}, {"0", "Chybí překlady"},
	} {
		found := false
		for _, p := range edit.Problems(d) {
			found = found || p.Place.String() == want.place && strings.Contains(p.Message, want.part)
		}
		if !found {
			t.Errorf("no problem %q at %q among %v", want.part, want.place, edit.Problems(d))
		}
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	old := read(t, sample...)
	now := read(t, "formulář f, verze 2", "Název: Nový", "# s1: Jedna", "a (text) *: A", "b (opakování): B", "  d (číslo): D", "# s2: Dvě", "e (text): E", "n (text): N")
	got := map[string]string{}
	for _, d := range edit.Compare(old, now) {
		got[d.What] = d.Kind + " -" + strings.Join(d.Removed, ";") + " +" + strings.Join(d.Added, ";")
	}
	for what, want := range map[string]string{
		"Formulář": "changed -Název: F +Název: Nový", "Otázka s1 / a": "changed -a (text): A +a (text) *: A", "Otázka s1 / b / c": "removed -c (text): C +", "Otázka s2 / n": "added - +n (text): N",
	} {
		if got[what] != want {
			t.Errorf("%s: %q, want %q", what, got[what], want)
		}
	}
	if len(got) != 4 || len(edit.Compare(old, old)) != 0 {
		t.Errorf("differences %v", got)
	}
	moved, _, err := edit.Move(old, edit.Place{1}, -1)
	if err != nil || len(edit.Compare(old, moved)) == 0 {
		t.Error("a moved page is no difference")
	}
}

func TestNameFor(t *testing.T) {
	t.Parallel()
	d := read(t, append(sample, "kolik_stromu_chcete (číslo): X")...)
	for label, want := range map[string]string{"Kolik stromů chcete kácet?": "kolik_stromu_chcete_2", "Žadatel": "zadatel", "123": "otazka", "": "otazka", "А б": "otazka"} {
		if got := edit.NameFor(d, label); got != want {
			t.Errorf("%q is called %s, want %s", label, got, want)
		}
	}
}
