package i18n

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestT(t *testing.T) {
	t.Parallel()
	cases := []struct{ lang, text, want string }{
		{"cs", "Úřady", "Úřady"}, {"en", "Úřady", "Offices"}, {"uk", "Úřady", "Установи"},
		{"de", "Úřady", "Úřady"}, {"en", "Tohle nikdo nepřeložil", "Tohle nikdo nepřeložil"},
	}
	for _, c := range cases {
		if got := T(c.lang, c.text); got != c.want {
			t.Errorf("T(%s, %s) = %q, want %q", c.lang, c.text, got, c.want)
		}
	}
	if got := T("en", "Povolené typy: %s.", ".pdf"); got != "Allowed types: .pdf." {
		t.Error(got)
	}
	if got := T("cs", "100 % hotovo"); got != "100 % hotovo" {
		t.Errorf("a text without arguments was formatted: %q", got)
	}
}

func TestN(t *testing.T) {
	t.Parallel()
	want := map[string]map[int]string{
		"cs": {0: "0 dní", 1: "1 den", 2: "2 dny", 4: "4 dny", 5: "5 dní", 22: "22 dní"},
		"en": {0: "0 days", 1: "1 day", 2: "2 days"},
		"uk": {0: "0 днів", 1: "1 день", 3: "3 дні", 5: "5 днів", 11: "11 днів", 21: "21 день", 22: "22 дні", 112: "112 днів"},
	}
	for lang, counts := range want {
		for n, text := range counts {
			if got := N(lang, n, "%d den", "%d dny", "%d dní"); got != text {
				t.Errorf("N(%s, %d) = %q, want %q", lang, n, got, text)
			}
		}
	}
	if got := N("en", 5, "%d kopa", "%d kopy", "%d kop"); got != "5 kop" {
		t.Errorf("untranslated forms follow the Czech rule, got %q", got)
	}
}

// A translation must take the same arguments in the same order, and both languages must know the same texts.
func TestCataloguesAgree(t *testing.T) {
	t.Parallel()
	verbs := regexp.MustCompile(`%[a-z]`)
	for lang, texts := range catalogues {
		for text, translated := range texts {
			if strings.TrimSpace(translated) == "" {
				t.Errorf("%s: %q is empty", lang, text)
			}
			for _, form := range strings.Split(translated, "|") {
				source := strings.Split(text, "|")[0]
				if !slices.Equal(verbs.FindAllString(source, -1), verbs.FindAllString(form, -1)) {
					t.Errorf("%s: %q and %q take different arguments", lang, text, form)
				}
			}
			for other := range catalogues {
				if !Has(other, text) {
					t.Errorf("%s lacks %q", other, text)
				}
			}
		}
	}
}

// A text stands in one file only, lest two translations of it drift apart.
func TestEachTextOnce(t *testing.T) {
	t.Parallel()
	for lang := range catalogues {
		entries, err := files.ReadDir(lang)
		if err != nil {
			t.Fatal(err)
		}
		where := map[string]string{}
		for _, entry := range entries {
			data, err := files.ReadFile(lang + "/" + entry.Name())
			if err != nil {
				t.Fatal(err)
			}
			texts := map[string]string{}
			if err := json.Unmarshal(data, &texts); err != nil {
				t.Fatal(err)
			}
			for text := range texts {
				if other, ok := where[text]; ok {
					t.Errorf("%s: %q stands in %s and in %s", lang, text, other, entry.Name())
				}
				where[text] = entry.Name()
			}
		}
	}
}
