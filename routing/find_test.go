package routing

import (
	"testing"

	"epom/offices"
	"epom/territory"
)

func TestAgendasAreFoundByPeoplesWords(t *testing.T) {
	t.Parallel()
	e := Build(&territory.Snapshot{}, &offices.Snapshot{}, Rules{Agendas: []Agenda{
		{Code: "ridicak", Name: "Vydání řidičského průkazu", NameEN: "Driving licence", Keywords: "řidičák, ztráta řidičáku"},
		{Code: "ridicak", Name: "Vydání řidičského oprávnění do 2019", Keywords: "trojúhelník"}, // an older version: no longer called so
		{Code: "pes", Name: "Ohlášení k místnímu poplatku ze psů", NameUK: "Собака", Keywords: "pes, psi, štěně"},
		{Code: "odpad", Name: "Místní poplatek za odpad", Keywords: "popelnice, odpadky"},
		{Code: "pobyt", Name: "Přihlášení k trvalému pobytu", Keywords: "stěhování, nová adresa"},
	}})
	for _, c := range []struct{ text, lang, want string }{
		{"ridicak", "cs", "ridicak"}, {"nový řidičský průkaz", "cs", "ridicak"}, {"ztratila jsem řidičák", "en", "ridicak"}, {"PES", "cs", "pes"},
		{"popelnici", "cs", "odpad"}, {"přestěhování", "cs", ""}, {"stěhuji se", "cs", "pobyt"}, {"trvalý pobyt", "uk", "pobyt"},
		{"chci", "cs", ""}, {"", "cs", ""}, {"xyzxyz", "cs", ""}, {"trojúhelník", "cs", ""},
		{"driving", "en", "ridicak"}, {"driving", "cs", ""}, {"собаку", "uk", "pes"}, {"popelnice", "de", "odpad"},
	} {
		got := ""
		if found := e.Find(c.text, c.lang, 5); len(found) > 0 {
			got = found[0].Code
		}
		if got != c.want {
			t.Errorf("%q in %s finds %q, want %q", c.text, c.lang, got, c.want)
		}
	}
	if found := e.Find("místní poplatek", "cs", 5); len(found) != 2 {
		t.Errorf("%d found, both local fees wanted", len(found))
	}
	if found := e.Find("místní poplatek", "cs", 1); len(found) != 1 || found[0].Code != "pes" {
		t.Errorf("%d found, the first of the list wanted", len(found))
	}
}
