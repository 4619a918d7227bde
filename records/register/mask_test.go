package register_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"epom/internal/errs"
	"epom/records/register"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	for mask, want := range map[string]string{
		register.JournalMask: "", register.RegisterMask: "", "{zkratka}.{rok}.{poradi:1}": "", "{zkratka}-EPR/{rok}-{poradi:4}": "", "{zkratka}/{poradi:3}/{rok}": "",
		"": "Napište masku", "{zkratka}/{rok}": "chybí pořadí", "{zkratka}/{poradi:5}": "chybí {rok}", "{rok}/{poradi:5}": "chybí {zkratka}",
		"{zkratka}/{rok}/{poradi}": "s počtem číslic", "{zkratka}/{rok}/{poradi:9}": "s počtem číslic", "{zkratka}/{rok}{poradi:5}": "Oddělte {rok}",
		"{zkratka}/{rok}/A{poradi:5}": "Oddělte {poradi:5}", "{zkratka}/{rok}/{rok}/{poradi:5}": "dvakrát", "{zkratka}/{rok}/{poradi:5}-x": "Za pořadím nesmí být pomlčka",
		"{zkratka}/{rok}/{poradi:5} ": "jen písmena", "č{zkratka}/{rok}/{poradi:5}": "jen písmena", "{zkratka}/{rok}/{poradi:5}/{utvar}": "Neznáme {utvar}",
		"{zkratka}/{rok}/{poradi:5}/" + strings.Repeat("x", 60): "nejvýše", "{zkratka}/{rok}/{poradi:5}}": "jen písmena",
	} {
		got := ""
		if f := errs.FieldsOf(register.Check(mask)); f != nil {
			got = f[0].Message
		}
		if (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("%q: %q, want %q", mask, got, want)
		}
	}
}

func TestCollide(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"HEJ/2026/{5}", "HEJ/2026/{5}", true}, {"HEJ/2026/{5}", "HEJ/2026/{3}", true}, {"HEJ/2026/{5}", "HEJ/2027/{5}", false}, {"HEJ/2026/{5}", "HEJ/F/2026/{5}", false},
		{"HEJ/2026/{4}", "HEJ/{4}/2026", true}, {"HEJ/2026/{5}", "HEJ/{5}/2026", false}, {"HEJ/2026/{4}", "HEJ/{4}/2027", true}, {"HEJ/2026/{5}", "HEJ/2026/{5}/F", false},
		{"HEJ/106/2026/{1}", "HEJ/{1}/2026/106", true}, // both may read HEJ/106/2026/106
		{"HEJ/106/2026/{1}", "HEJ/{1}/2026/F", false},
	} {
		if register.Collide(c.a, c.b) != c.want || register.Collide(c.b, c.a) != c.want {
			t.Errorf("%s and %s: want %v", c.a, c.b, c.want)
		}
	}
}

// Two masks that do not collide never make one mark, and one never makes the same mark twice.
func TestMarksAreApart(t *testing.T) {
	t.Parallel()
	word := rapid.SampledFrom([]string{"HEJ", "2026", "2027", "F", "106", "1"})
	mask := rapid.Custom(func(t *rapid.T) string {
		parts := rapid.SliceOfN(word, 1, 3).Draw(t, "parts")
		at := rapid.IntRange(0, len(parts)).Draw(t, "at")
		order := "{" + rapid.SampledFrom([]string{"1", "2", "4"}).Draw(t, "width") + "}"
		return strings.Join(append(parts[:at:at], append([]string{order}, parts[at:]...)...), "/")
	})
	number := rapid.OneOf(rapid.Int64Range(1, 30), rapid.SampledFrom([]int64{106, 2026, 2027, 99999, 100000}))
	rapid.Check(t, func(t *rapid.T) {
		a, b, n, m := mask.Draw(t, "a"), mask.Draw(t, "b"), number.Draw(t, "n"), number.Draw(t, "m")
		same := register.Mark(a, n) == register.Mark(b, m)
		if same && !register.Collide(a, b) {
			t.Fatalf("%s and %s both make %s", a, b, register.Mark(a, n))
		}
		if a == b && n != m && same {
			t.Fatalf("%s makes %s twice", a, register.Mark(a, n))
		}
	})
}
