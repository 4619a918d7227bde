package letters_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"epom/handlers/stafftest"
	"epom/internal/db"
	"epom/records"
)

// matter opens a case file with a document that came.
func (s *site) matter() (c records.Case) {
	s.T.Helper()
	clerk := s.People["clerk"]
	s.In(func(ctx context.Context, tx *db.Tx) (err error) {
		if c, err = records.OpenCase(ctx, tx, stafftest.Must(records.LoadLaw(ctx, s.Staff.DB)), records.NewCase{Subject: "Kácení lípy", ClerkID: &clerk}, s.Clock.Now()); err != nil {
			return err
		}
		_, err = records.AddDocument(ctx, tx, c.ID, records.NewDocument{Direction: records.In, Kind: "letter", Subject: "Žádost", Channel: "post", Party: "Eva Tichá"}, s.Clock.Now())
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
	s.Post("clerk", begin).Is(422, "Vyberte vzor dopisu.")
	s.Post("clerk", begin, "template", "neni-takovy").Is(422, "Vyberte vzor dopisu.")
	s.Post("clerk", "/kancelar/spisy/999999/dopisy/novy", "template", "potvrzeni-podani").Is(404)
	s.Post("foreign", begin, "template", "potvrzeni-podani").Is(404)
	var n int
	stafftest.Check(t, s.owner.Get(&n, `SELECT count(*) FROM letter`))
	if n != 0 {
		t.Fatalf("%d letters came of bad forms", n)
	}
	s.Post("admin", "/kancelar/vzory", "days", "brzy", "eyes", "1").Is(422, "Napište čísla od 1 do 60")
	s.Post("admin", "/kancelar/vzory", "days", "7, 3, 1", "eyes", "1").Is(303)

	page := s.Post("clerk", begin, "template", "potvrzeni-podani").Is(303).Header.Get("Location")
	s.Get("foreign", page).Is(404)
	s.Post("foreign", page, "subject", "Cizí", "body", "x", "revision", "1").Is(404)
	s.Post("clerk", page, "subject", "Výzva", "body", "Text", "days", "pět", "revision", "1").Is(422, "Napište počet dnů číslem")
	s.Post("clerk", page, "subject", "Výzva", "body", "Text", "days", "999", "revision", "1").Is(422, "Napište počet dnů od 0 do 365")
	s.Post("clerk", page, "subject", "Výzva", "body", "Text", "days", "5", "revision", "77").Is(303, "Formulář nepřišel celý")
	s.Post("clerk", page, "subject", "Výzva Věry", "body", "Text Věry", "addressee", "Eva Tichá", "address", "", "days", "5", "revision", "1").Is(303, "Dopis je uložený.")
	s.Post("clerk2", page, "subject", "Výzva", "body", "Jiný text", "addressee", "Eva Tichá", "address", "", "days", "5", "revision", "1").Is(422, "mezitím změnil(a) Osoba clerk", "Text Věry")

	s.Post("clerk", page+"/nevim").Is(404)
	s.Post("clerk2", page+"/schvalit", "revision", "2").Is(303, "ještě nikdo nepředložil")
	s.Post("clerk", page+"/predlozit").Is(303, "čeká na schválení")
	s.Post("clerk", page+"/schvalit", "revision", "2").Is(422, "schvaluje dopisy ve dvou")
	s.Post("clerk2", page+"/vratit").Is(422)
	s.Post("foreign", page+"/schvalit", "revision", "2").Is(404)
	stafftest.Check(t, s.owner.Get(&n, `SELECT count(*) FROM document WHERE direction = 'out'`))
	if n != 0 {
		t.Fatalf("%d letters have a number without approval", n)
	}
	s.Post("clerk2", page+"/schvalit", "revision", "1").Is(303) // of what it was before
	s.Post("clerk2", page+"/schvalit", "revision", "2").Is(303, "Dopis má číslo jednací "+c.Mark+"-2.")
	s.Post("clerk2", page+"/schvalit", "revision", "2").Is(303)
	stafftest.Check(t, s.owner.Get(&n, `SELECT count(*) FROM document WHERE direction = 'out' AND subject = 'Výzva Věry'`))
	if n != 1 {
		t.Errorf("%d approved letters", n)
	}
}

// The office's wording may use only the data there is, and only who runs the office may change it.
func TestTemplates(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const page = "/kancelar/vzory/potvrzeni-podani"
	s.Post("clerk", page, "subject", "Naše", "body", "Text").Is(403)
	s.Post("admin", "/kancelar/vzory/neni", "subject", "Naše", "body", "Text").Is(404)
	s.Post("admin", page, "subject", "", "body", "Text").Is(422, "Předmět: vyplňte.")
	s.Post("admin", page, "subject", "Naše", "body", "Dobrý den {jmeno_psa}").Is(422, "údaj {jmeno_psa} neznáme")
	s.Post("admin", page+"/puvodni").Is(303, "vlastní znění nemá")
	s.Post("admin", page, "subject", "Naše výzva", "body", "Dobrý den, ve věci {vec} potvrďte podání.").Is(303, "vlastní znění")
	s.Get("admin", page).Is(200, "Osoba admin")
	if text := s.Get("foreign", page).Is(200).Text; strings.Contains(text, "Naše výzva") || strings.Contains(text, "ve věci {vec} potvrďte") {
		t.Error("another office has our wording")
	}
	s.Post("admin", page+"/puvodni").Is(303, "Platí zase původní znění")
}
