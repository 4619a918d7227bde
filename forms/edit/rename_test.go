package edit_test

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"epom/forms"
	"epom/forms/edit"
)

// Whichever field of the project's forms is renamed, the form stays sound, its examples come out as before, nothing reads
// the old name, and renaming back gives the same definition to the byte.
func TestRenameAnyField(t *testing.T) {
	t.Parallel()
	list := own(t)
	rapid.Check(t, func(rt *rapid.T) {
		d := list[rapid.IntRange(0, len(list)-1).Draw(rt, "form")]
		var places []edit.Place
		edit.Walk(d, func(at edit.Place, _ *forms.Field) { places = append(places, at) })
		at := rapid.SampledFrom(places).Draw(rt, "at")
		f, _ := edit.Field(d, at)
		now, err := edit.Rename(d, at, "prejmenovano_x")
		if err != nil {
			rt.Fatal(err)
		}
		text, _ := json.Marshal(now)
		if problems := forms.Check(text); len(problems) > 0 {
			rt.Fatalf("%s: %s renamed: %v", d.Code, f.Name, problems)
		}
		names := 0
		edit.Walk(d, func(_ edit.Place, other *forms.Field) {
			if other.Name == f.Name {
				names++
			}
		})
		if names > 1 { // its name belongs to another block too: the way back is closed
			return
		}
		back, err := edit.Rename(now, at, f.Name)
		if err != nil {
			rt.Fatal(err)
		}
		was, _ := json.Marshal(d)
		if text, _ = json.Marshal(back); string(text) != string(was) {
			rt.Fatalf("%s: %s renamed and back:\n%s\n%s", d.Code, f.Name, was, text)
		}
	})
}

func TestRenameInExpressions(t *testing.T) {
	t.Parallel()
	at := func(s string) edit.Place { p, _ := edit.ParsePlace(s); return p }
	for _, c := range []struct{ place, was, want string }{
		{"0.0", `a > 1 and "a" != x`, `nove > 1 and "a" != x`},
		{"0.0", `"žluťoučký" == x or a == 2`, `"žluťoučký" == x or nove == 2`},
		{"0.0", `any(b, .c > a)`, `any(b, .c > nove)`},
		{"0.0", `any(b, .a > 1)`, `any(b, .a > 1)`},
		{"0.0", `params.a > a`, `params.a > nove`},
		{"0.0", `answered("a") and x == "a"`, `answered("nove") and x == "a"`},
		{"0.0", `ab == a + aa`, `ab == nove + aa`},
		{"0.0", `a.name == "a"`, `nove.name == "a"`},
		{"0.0", `a ==`, `a ==`},
		{"0.1", `sum(filter(b, .c > 2), .d) > len(b)`, `sum(filter(nove, .c > 2), .d) > len(nove)`},
		{"0.1.0", `sum(filter(b, .c > 2), .c) > c`, `sum(filter(b, .nove > 2), .nove) > c`},
		{"0.1.0", `b[0].c == 1 and b[0]["c"] == 2`, `b[0].nove == 1 and b[0]["nove"] == 2`},
		{"0.1.0", `answered("b.c")`, `answered("b.nove")`},
		{"0.1.0", `any(b, {.c == 1 and #.c < 3})`, `any(b, {.nove == 1 and #.nove < 3})`},
		{"0.1.0", `let y = b[0]; y.c == 1`, `let y = b[0]; y.nove == 1`},
	} {
		d := read(t, sample...)
		d.Pages[1].When = c.was
		got, err := edit.Rename(d, at(c.place), "nove")
		if err != nil || got.Pages[1].When != c.want {
			t.Errorf("%s renamed in %s: %s (%v), want %s", c.place, c.was, got.Pages[1].When, err, c.want)
		}
	}
	d := read(t, sample...)
	d.Pages[0].Fields[1].Fields[1].When = `item.c == "c" and answered("item.c")`
	got, err := edit.Rename(d, at("0.1.0"), "nove")
	if err != nil || got.Pages[0].Fields[1].Fields[1].When != `item.nove == "c" and answered("item.nove")` {
		t.Errorf("in an item: %s (%v)", got.Pages[0].Fields[1].Fields[1].When, err)
	}
	for _, name := range []string{"e", "Velké", "1x", "s mezerou", ""} {
		if _, err := edit.Rename(d, at("0.0"), name); err == nil || strings.Contains(err.Error(), "panic") {
			t.Errorf("renamed to %q", name)
		}
	}
}
