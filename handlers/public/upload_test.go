package public_test

import (
	"strings"
	"testing"
)

// A filled form goes home as a paper or a file and comes back, in another browser, as a draft.
func TestUploadGoesOnFromPaperAndFile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	b.fill(hejnice, "Hejnice")
	paper := b.get("/formulare/zkouska/vyplneny.pdf").is(t, 200).Text
	file := b.get("/formulare/zkouska/vyplneny.epom.json").is(t, 200).Text
	if !strings.HasPrefix(paper, "%PDF") {
		t.Fatal("no PDF")
	}
	for name, data := range map[string]string{"žádost.pdf": paper, "zkouska.epom.json": file} {
		other := s.browser(t)
		other.get("/formulare/nahrat").is(t, 200).has(t, "Pokračovat ze souboru")
		other.multipart("/formulare/nahrat", []upload{{"soubor", name, data}}).is(t, 303, "/formulare/zkouska/kontrola")
		other.get("/formulare/zkouska/kontrola").is(t, 200).has(t, "Odpovědi ze souboru jsou načtené", "Plánek", "Přílohy přiložte znovu", "Eva Tichá", "smrk").lacks(t, "plánek.txt")
		// the draft in the browser is not lost by a second file
		other.multipart("/formulare/nahrat", []upload{{"soubor", name, data}}).is(t, 422).has(t, "už máte v prohlížeči rozepsaný", "Nahradit rozepsaný formulář")
		other.multipart("/formulare/nahrat", []upload{{"soubor", name, data}}, "nahradit", "1").is(t, 303)
	}
	for name, c := range map[string]struct{ data, says string }{
		"nothing":  {"", "Vyberte soubor"},
		"a text":   {"ahoj", "není vyplněný formulář"},
		"cut":      {paper[:len(paper)/2], "Stáhněte ho znovu"},
		"changed":  {strings.Replace(file, "Tichá", "Hlasitá", 1), "otisk nesouhlasí"},
		"no form":  {`{"form":"neni","version":1,"answers":{},"lang":"cs","sha256":"x"}`, "otisk nesouhlasí"},
		"huge PDF": {"%PDF-1.7" + strings.Repeat(" ", 21<<20), "větší než 20 MB"},
	} {
		other := s.browser(t)
		page := other.multipart("/formulare/nahrat", []upload{{"soubor", "a.pdf", c.data}}).is(t, 422)
		if text := strings.Join(strings.Fields(page.Page.Find(".error-summary").Text()), " "); !strings.Contains(text, c.says) {
			t.Errorf("%s: %s", name, text)
		}
	}
}
