package public_test

import (
	"strings"
	"testing"

	"epom/internal/ares"
)

func TestCompanyIsFilledFromARES(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	known := ares.Demo()
	known.Subjects["00064581"] = ares.Subject{ICO: "00064581", Name: "Zaniklá s. r. o.", Ended: "2020-01-01"}
	b := s.browser(t)
	b.post("/formulare/zkouska").is(t, 303)
	b.post("/formulare/zkouska/misto", "_revision", "1", "obec.code", hejnice, "obec.name", "Hejnice", "cizi", "ano").is(t, 303, "/formulare/zkouska/vlastnik")
	const step = "/formulare/zkouska/vlastnik"
	ask := func(ico string) answer {
		t.Helper()
		return b.post(step, "_revision", b.get(step).value("_revision"), "vlastnik", "Karel", "firma.ico", ico, "firma.nazev", "napsáno ručně", "_ares", "firma")
	}
	for name, c := range map[string]struct {
		register ares.Fake
		ico      string
		says     string
	}{
		"bad digit": {known, "70891509", "Nejdřív napište IČO"},
		"empty":     {known, "", "Nejdřív napište IČO"},
		"unknown":   {known, "27074358", "v ARES není"},
		"silent":    {ares.Fake{Fault: ares.ErrUnavailable}, "70891508", "ARES teď neodpovídá"},
	} {
		s.Companies = c.register
		page := ask(c.ico).is(t, 422)
		if !strings.Contains(page.Page.Find(".error-summary").Text(), c.says) {
			t.Errorf("%s: %s", name, page.Page.Find(".error-summary").Text())
		}
		if page.value("firma.nazev") != "napsáno ručně" || page.value("vlastnik") != "Karel" {
			t.Errorf("%s: what was typed is lost", name)
		}
	}
	s.Companies = known
	ask("708 91 508").is(t, 303, step+"#f-firma")
	page := b.get(step).is(t, 200).has(t, "vyplnili z ARES")
	for field, want := range map[string]string{"firma.ico": "70891508", "firma.nazev": "Liberecký kraj", "firma.sidlo.street": "U Jezu", "firma.sidlo.number": "642/2a", "firma.sidlo.municipality.name": "Liberec"} {
		if got := page.value(field); got != want {
			t.Errorf("%s is %q, want %q", field, got, want)
		}
	}
	ask("00064581").is(t, 303)
	b.get(step).has(t, "subjekt Zaniklá s. r. o. zanikl")
}
