package forms

import "testing"

func TestSearchFindsFormsByPeoplesOwnWords(t *testing.T) {
	t.Parallel()
	c := catalogueOf(t)
	for _, row := range []struct {
		query string
		lang  Lang
		want  string
	}{
		{"pokácet strom", CS, "kaceni-drevin"}, {"pokacet strom", CS, "kaceni-drevin"}, {"strom", CS, "kaceni-drevin"},
		{"kácení", CS, "kaceni-drevin"}, {"chci porazit smrk", CS, "kaceni-drevin"}, {"STROMY NA ZAHRADĚ", CS, "kaceni-drevin"},
		{"spadl strom", CS, "oznameni-kaceni"}, {"nemocný strom", CS, "oznameni-kaceni"}, {"oznámit kácení", CS, "oznameni-kaceni"},
		{"pes", CS, "poplatek-ze-psa"}, {"psa", CS, "poplatek-ze-psa"}, {"poplatek pes", CS, "poplatek-ze-psa"}, {"přihlásit štěně", CS, "poplatek-ze-psa"},
		{"popelnice", CS, "poplatek-za-odpad"}, {"odpady", CS, "poplatek-za-odpad"}, {"poplatek za odpad", CS, "poplatek-za-odpad"},
		{"díra v silnici", CS, "hlaseni-zavady"}, {"svítidlo nesvítí", CS, "hlaseni-zavady"}, {"nesvítí lampa", CS, "hlaseni-zavady"}, {"výtluk", CS, "hlaseni-zavady"},
		{"lešení", CS, "zvlastni-uzivani-mistni-komunikace"}, {"zábor chodníku", CS, "zvlastni-uzivani-mistni-komunikace"},
		{"číslo popisné", CS, "cislo-popisne"}, {"nový dům", CS, "cislo-popisne"}, {"106", CS, "zadost-o-informace"}, {"informace", CS, "zadost-o-informace"},
		{"stížnost na úředníka", CS, "stiznost"}, {"petice", CS, "petice"}, {"demonstrace", CS, "oznameni-shromazdeni"},
		{"dotace", CS, "zadost-o-dotaci"}, {"rybářský lístek", CS, "rybarsky-listek"}, {"chytat ryby", CS, "rybarsky-listek"}, {"odvolání", CS, "obecne-podani"},
		{"cut down a tree", EN, "kaceni-drevin"}, {"dog", EN, "poplatek-ze-psa"}, {"pothole", EN, "hlaseni-zavady"}, {"strom", EN, "kaceni-drevin"},
		{"зрубати дерево", UK, "kaceni-drevin"}, {"собака", UK, "poplatek-ze-psa"}, {"рибальський квиток", UK, "rybarsky-listek"},
	} {
		found := c.Search(row.query, row.lang)
		if len(found) == 0 || found[0].Form.Code != row.want {
			t.Errorf("%q in %s gave %v, want %s", row.query, row.lang, codesOf(found), row.want)
		}
	}
	for _, nothing := range []string{"", "  ", "xyzzy", "a", "já bych chtěl"} {
		if found := c.Search(nothing, CS); len(found) != 0 {
			t.Errorf("%q gave %v, want nothing", nothing, codesOf(found))
		}
	}
}

func codesOf(found []Found) []string {
	var codes []string
	for _, f := range found {
		codes = append(codes, f.Form.Code)
	}
	return codes
}
