package public_test

import (
	"strings"
	"testing"
	"time"

	"epom/records"
)

// TestWaysToConfirm walks the page of an unsigned submission: countdown in words, papers, refused uploads, the term over.
func TestWaysToConfirm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.owner.MustExec(`INSERT INTO agenda_rule (agenda, valid_from, rule, confirm, source, verified) VALUES ('zkusebni-kaceni', '2000-01-01', 'sr-71', true, 'test', true)`)
	s.Submissions.SetLaw(must(records.LoadLaw(t.Context(), s.pool)))
	eva := s.browser(t)
	reference := eva.send()
	at := "/podani/" + reference
	eva.get(at).is(t, 200).has(t, "Podání prosím potvrďte do 21. 9. 2026", "zbývá 7 dní", "Jak podání potvrdit")
	eva.get(at+"/potvrdit").is(t, 200).has(t, "Na přepážce kteréhokoli zapojeného úřadu", "Elektronickým podpisem", "abc2d3f")
	for _, paper := range []string{"/k-podpisu.pdf", "/listek.pdf"} {
		a := eva.get(at+paper).is(t, 200)
		if !strings.HasPrefix(a.Text, "%PDF-") || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", paper, a.Header)
		}
		s.browser(t).get(at+paper).is(t, 303, "/podani?cislo="+reference)
	}
	paper := eva.get(at + "/k-podpisu.pdf").Text
	s.browser(t).multipart(at+"/potvrdit", []upload{{"podepsany", "a.pdf", "%PDF-"}}).is(t, 303, "/podani?cislo="+reference)
	eva.multipart(at+"/potvrdit", nil).is(t, 422).has(t, "Vyberte podepsaný soubor.")
	eva.multipart(at+"/potvrdit", []upload{{"podepsany", "a.pdf", paper}}).is(t, 422).has(t, "není elektronický podpis")
	eva.multipart(at+"/potvrdit", []upload{{"podepsany", "a.pdf", strings.Replace(paper, "1", "2", 1)}}).is(t, 422).has(t, "To není soubor, který jsme vám k tomuto podání vydali")
	eva.get(at).has(t, "Podepsaný soubor jsme nepřijali")
	for range 8 {
		eva.multipart(at+"/potvrdit", []upload{{"podepsany", "a.pdf", paper}}).is(t, 422)
	}
	eva.multipart(at+"/potvrdit", []upload{{"podepsany", "a.pdf", paper}}).is(t, 422).has(t, "Zkoušeli jste to příliš často")
	s.clock.Advance(7 * 24 * time.Hour)
	eva.get(at).has(t, "končí dnes")
	s.clock.Advance(24 * time.Hour)
	eva.get(at).has(t, "Podání nebylo včas potvrzené", "lhůta uplynula před 1 dnem", "O podání jste nepřišli")
	eva.get(at+"/potvrdit").is(t, 200).has(t, "Lhůta k potvrzení uplynula")
}
