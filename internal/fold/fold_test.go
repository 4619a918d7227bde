package fold_test

import (
	"slices"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"epom/internal/fold"
)

func TestTextWithoutDiacritics(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "Liberec": "liberec", "Příliš žluťoučký kůň ÚPĚL ďábelské ódy": "prilis zlutoucky kun upel dabelske ody",
		"Z\u030cd\u030car": "zdar", // typed by a keyboard that puts marks apart
		"Їжак":             "іжак", "Łódź": "łodz", "Straße": "straße", "č. p. 12/3": "c. p. 12/3",
	} {
		if got := fold.Text(text); got != want {
			t.Errorf("%q folds to %q, want %q", text, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"": nil, " – , ": nil, "Horní Brána 12/3, 460 01 Liberec": {"horni", "brana", "12", "3", "460", "01", "liberec"}, "Ústí n.L.": {"usti", "n", "l"},
	} {
		if got := fold.Words(text); !slices.Equal(got, want) {
			t.Errorf("%q has words %q, want %q", text, got, want)
		}
	}
}

func TestFoldingTwiceChangesNothingMore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		once := fold.Text(text)
		if twice := fold.Text(once); twice != once {
			t.Fatalf("%q folds to %q and then to %q", text, once, twice)
		}
		if composed := fold.Text(norm.NFC.String(text)); composed != once {
			t.Fatalf("%q folds to %q, composed to %q", text, once, composed)
		}
		for _, r := range once {
			if unicode.Is(unicode.Mn, r) {
				t.Fatalf("a mark %U is left in %q", r, once)
			}
		}
	})
}
