package public

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"epom/routing"
)

func TestFeesReadWell(t *testing.T) {
	t.Parallel()
	n := func(czk int) *int { return &czk }
	for want, fee := range map[string]routing.Fee{
		"bez poplatku":                        {CZK: n(0), Words: routing.Words{CS: "bez poplatku"}},
		"zdarma":                              {CZK: n(0)},
		"100\u00a0Kč – do 10 dnů":             {CZK: n(100), Words: routing.Words{CS: "do 10 dnů"}},
		"1\u00a0000\u00a0Kč":                  {CZK: n(1000)},
		"nejvýš 1 500 Kč za psa a rok":        {CZK: n(1500), Words: routing.Words{CS: "nejvýš 1 500 Kč za psa a rok"}},
		"podle vyhlášky obce":                 {Words: routing.Words{CS: "podle vyhlášky obce"}},
		"200\u00a0Kč – první strana na úřadě": {CZK: n(200), Words: routing.Words{CS: "první strana na úřadě"}},
	} {
		if got := feeText("cs", fee); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestLinkedText(t *testing.T) {
	t.Parallel()
	parts := linked("Sledovat: https://epom.example/podani/X?k=1.\nDěkujeme, http je zkratka.")
	if len(parts) != 3 || parts[1].Href != "https://epom.example/podani/X?k=1" || parts[2].Text != ".\nDěkujeme, http je zkratka." {
		t.Errorf("%+v", parts)
	}
}

// The offline client's script and the page it gets its words from agree.
func TestOfflineTextsAreThoseOfTheScript(t *testing.T) {
	t.Parallel()
	script, err := os.ReadFile("../../static/src/offline.js")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	for _, m := range regexp.MustCompile(`\bt\('([^']+)'`).FindAllStringSubmatch(string(script), -1) {
		said[m[1]] = true
		if !slices.Contains(offlineTexts, m[1]) {
			t.Errorf("offlineTexts lacks %q", m[1])
		}
	}
	for _, text := range offlineTexts {
		if !said[text] {
			t.Errorf("the script does not say %q", text)
		}
	}
}
