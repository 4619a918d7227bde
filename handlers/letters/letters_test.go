package letters_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"epom/internal/db"
	"epom/records"
)

// matter opens a case file with a document that came.
func (s *site) matter() (c records.Case) {
	s.t.Helper()
	clerk := s.people["clerk"]
	s.in(func(ctx context.Context, tx *db.Tx) (err error) {
		if c, err = records.OpenCase(ctx, tx, must(records.LoadLaw(ctx, s.DB)), records.NewCase{Subject: "Kácení lípy", ClerkID: &clerk}, s.clock.Now()); err != nil {
			return err
		}
		_, err = records.AddDocument(ctx, tx, c.ID, records.NewDocument{Direction: records.In, Kind: "letter", Subject: "Žádost", Channel: "post", Party: "Eva Tichá"}, s.clock.Now())
		return err
	})
	return c
}

// A letter is begun, written by two and approved by four eyes; each wrong step is refused in words and changes nothing.
func TestALetter(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.matter()
	begin := fmt.Sprintf("/kancelar/spisy/%d/dopisy/novy", c.ID)
	s.post("clerk", begin).is(422, "Vyberte vzor dopisu.")
	s.post("clerk", begin, "template", "neni-takovy").is(422, "Vyberte vzor dopisu.")
	s.post("clerk", "/kancelar/spisy/999999/dopisy/novy", "template", "potvrzeni-podani").is(404)
	s.post("foreign", begin, "template", "potvrzeni-podani").is(404)
	var n int
	check(t, s.owner.Get(&n, `SELECT count(*) FROM letter`))
	if n != 0 {
		t.Fatalf("%d letters came of bad forms", n)
	}
	s.post("admin", "/kancelar/vzory", "days", "brzy", "eyes", "1").is(422, "Napište čísla od 1 do 60")
	s.post("admin", "/kancelar/vzory", "days", "7, 3, 1", "eyes", "1").is(303)

	page := s.post("clerk", begin, "template", "potvrzeni-podani").is(303).Header.Get("Location")
	s.get("foreign", page).is(404)
	s.post("foreign", page, "subject", "Cizí", "body", "x", "revision", "1").is(404)
	s.post("clerk", page, "subject", "Výzva", "body", "Text", "days", "pět", "revision", "1").is(422, "Napište počet dnů číslem")
	s.post("clerk", page, "subject", "Výzva", "body", "Text", "days", "999", "revision", "1").is(422, "Napište počet dnů od 0 do 365")
	s.post("clerk", page, "subject", "Výzva", "body", "Text", "days", "5", "revision", "77").is(303, "Formulář nepřišel celý")
	s.post("clerk", page, "subject", "Výzva Věry", "body", "Text Věry", "addressee", "Eva Tichá", "address", "", "days", "5", "revision", "1").is(303, "Dopis je uložený.")
	s.post("clerk2", page, "subject", "Výzva", "body", "Jiný text", "addressee", "Eva Tichá", "address", "", "days", "5", "revision", "1").is(422, "mezitím změnil(a) Osoba clerk", "Text Věry")

	s.post("clerk", page+"/nevim").is(404)
	s.post("clerk2", page+"/schvalit", "revision", "2").is(303, "ještě nikdo nepředložil")
	s.post("clerk", page+"/predlozit").is(303, "čeká na schválení")
	s.post("clerk", page+"/schvalit", "revision", "2").is(422, "schvaluje dopisy ve dvou")
	s.post("clerk2", page+"/vratit").is(422)
	s.post("foreign", page+"/schvalit", "revision", "2").is(404)
	check(t, s.owner.Get(&n, `SELECT count(*) FROM document WHERE direction = 'out'`))
	if n != 0 {
		t.Fatalf("%d letters have a number without approval", n)
	}
	s.post("clerk2", page+"/schvalit", "revision", "1").is(303) // of what it was before
	s.post("clerk2", page+"/schvalit", "revision", "2").is(303, "Dopis má číslo jednací "+c.Mark+"-2.")
	s.post("clerk2", page+"/schvalit", "revision", "2").is(303)
	check(t, s.owner.Get(&n, `SELECT count(*) FROM document WHERE direction = 'out' AND subject = 'Výzva Věry'`))
	if n != 1 {
		t.Errorf("%d approved letters", n)
	}
}

// The office's wording may use only the data there is, and only who runs the office may change it.
func TestTemplates(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const page = "/kancelar/vzory/potvrzeni-podani"
	s.post("clerk", page, "subject", "Naše", "body", "Text").is(403)
	s.post("admin", "/kancelar/vzory/neni", "subject", "Naše", "body", "Text").is(404)
	s.post("admin", page, "subject", "", "body", "Text").is(422, "Předmět: vyplňte.")
	s.post("admin", page, "subject", "Naše", "body", "Dobrý den {jmeno_psa}").is(422, "údaj {jmeno_psa} neznáme")
	s.post("admin", page+"/puvodni").is(303, "vlastní znění nemá")
	s.post("admin", page, "subject", "Naše výzva", "body", "Dobrý den, ve věci {vec} potvrďte podání.").is(303, "vlastní znění")
	s.get("admin", page).is(200, "Osoba admin")
	if text := s.get("foreign", page).is(200).text; strings.Contains(text, "Naše výzva") || strings.Contains(text, "ve věci {vec} potvrďte") {
		t.Error("another office has our wording")
	}
	s.post("admin", page+"/puvodni").is(303, "Platí zase původní znění")
}
