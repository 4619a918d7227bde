package dispatch_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/gofiber/template/html/v2"
	"github.com/jba/templatecheck"

	"epom/handlers/dispatch"
	"epom/records"
	sending "epom/records/dispatch"
	"epom/templates"
)

var (
	anna  = records.Party{Name: "Anna Malá", Street: "Lázeňská 5", Zip: "46362", Town: "Hejnice", Email: "anna@posta.example"}
	lesy  = records.Party{Name: "Lesy, s. r. o.", Street: "Lesní 1", Zip: "46362", Town: "Hejnice", DataBox: "les2345", ICO: "27074358"}
	frydl = records.Party{Name: "Město Frýdlant", DataBox: "fry2345"}
)

// A decision goes to three addressees, each by the way the law puts first; letters get numbers, envelopes and a sheet,
// and receipts come back by the reader, without the mouse.
func TestFromTheDocumentToItsReceipts(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	doc, caseID, who := s.document(anna, lesy, frydl)
	b := s.as("mailroom")
	b.get("/kancelar/vypravna").is(200).says("Rozhodnutí o kácení", "HEJ/2026/00001-1", "Vypravit")
	form := b.get(fmt.Sprintf("/kancelar/vypravna/nova?dokument=%d", doc)).is(200).says("Anna Malá", "Lesy, s. r. o.", "Zákon ji dává na první místo", "Úřad má e-POM", "§ 19 odst. 4")
	form.page.Has(fmt.Sprintf(`[name="cesta-%d"][value=post][checked]`, who[0])).Has(fmt.Sprintf(`[name="cesta-%d"][value=databox][checked]`, who[1])).
		Has(fmt.Sprintf(`[name="cesta-%d"][value=office][checked]`, who[2]))
	send := []string{"dokument", fmt.Sprint(doc)}
	for _, id := range who {
		send = append(send, "kdo", fmt.Sprint(id))
	}
	against := append(append([]string{}, send...), fmt.Sprintf("cesta-%d", who[1]), "post", fmt.Sprintf("sluzba-%d", who[1]), "dorucenka")
	b.post("/kancelar/vypravna/nova", against...).is(422).says("má datovou schránku les2345", "Napište, proč").page.Has(fmt.Sprintf(`.error-summary a[href="#duvod-%d"]`, who[1]))
	if s.count() != 0 {
		t.Fatal("all or none: something was made")
	}
	b.post("/kancelar/vypravna/nova", send...).is(303, fmt.Sprintf("/kancelar/vypravna?spis=%d", caseID))
	b.get(fmt.Sprintf("/kancelar/vypravna?spis=%d", caseID)).is(200).says("Anna Malá", "čeká na odeslání", "doručeno 2. 3. 2026", "datová schránka", "do vlastních rukou")
	b.post("/kancelar/vypravna/nova", send...).is(422).says("už se dokument vypravuje")

	var letter int64
	check(t, s.owner.Get(&letter, `SELECT id FROM dispatch WHERE way = 'post'`))
	id := fmt.Sprint(letter)
	b.get("/kancelar/vypravna/posta").is(200).says("Anna Malá", "Lázeňská 5", "Řada je prázdná")
	b.post("/kancelar/vypravna/posta", "id", id, "act", "predat").is(422).says("Řada podacích čísel je prázdná")
	b.post("/kancelar/vypravna/posta", "id", id, "act", "predat", "cislo-"+id, "RR473124828CZ").is(422).says("nesedí kontrolní číslice").page.Attr("#cislo-"+id, "value", "RR473124828CZ")
	b.post("/kancelar/vypravna/rada", "prvni", "RR1", "posledni", "").is(422).page.Attr("#prvni", "value", "RR1")
	b.post("/kancelar/vypravna/rada", "prvni", sending.S10("RR", 500), "posledni", sending.S10("RR", 400)).is(422).says("menší než první")
	b.post("/kancelar/vypravna/rada", "prvni", sending.S10("RR", 500), "posledni", sending.S10("RR", 599)).is(303)
	b.post("/kancelar/vypravna/posta", "id", id, "act", "cisla").is(303)
	b.get("/kancelar/vypravna/posta").is(200).says("zbývá 99 čísel")
	b.post("/kancelar/vypravna/posta", "id", id, "act", "obalky", "format", "DL").is(303, "/kancelar/vypravna/obalky.pdf?format=DL&id="+id)
	if pdf := b.get("/kancelar/vypravna/obalky.pdf?format=DL&id=" + id).is(200); !strings.HasPrefix(pdf.text, "%PDF") {
		t.Errorf("envelopes: %.20q", pdf.text)
	}
	b.get("/kancelar/vypravna/obalky.pdf").is(404)
	b.post("/kancelar/vypravna/posta", "act", "predat").is(422).says("Zaškrtněte zásilky")
	b.post("/kancelar/vypravna/posta", "id", id, "act", "predat").is(303, "/kancelar/vypravna/posta")
	b.get("/kancelar/vypravna/posta").is(200).says("Předáno poště, podací arch 1/2026", "Na poštu teď nic nejde")
	if pdf := b.get("/kancelar/vypravna/archy/2026-1").is(200); !strings.HasPrefix(pdf.text, "%PDF") {
		t.Errorf("sheet: %.20q", pdf.text)
	}
	b.get("/kancelar/vypravna/archy/nic").is(404)
	b.post("/kancelar/vypravna/posta", "id", id, "act", "predat").is(422).says("číslo přidělit nejde: odesláno")

	s.clock.Set(monday.AddDate(0, 0, 4))
	b = s.as("mailroom") // the session of Monday is over
	b.get("/kancelar/vypravna?pohled=cesta").is(200).says("Anna Malá", "odesláno 2. 3. 2026")
	b.get("/kancelar/vypravna/dodejky").is(200).page.Has("#kod[autofocus]")
	b.post("/kancelar/vypravna/dodejky", "kod", "V999999", "co", "delivered", "den", "4. 3. 2026").is(422).says("s tímto kódem").page.Attr("#kod", "value", "V999999")
	b.post("/kancelar/vypravna/dodejky", "kod", "V"+id, "co", "delivered", "den", "4. 9. 2026").is(422).says("ještě nenastal")
	next := b.post("/kancelar/vypravna/dodejky", "kod", sending.S10("RR", 500), "co", "delivered", "den", "4. 3. 2026").is(303)
	b.get(next.Header.Get("Location")).is(200).says("Anna Malá – doručeno 4. 3. 2026").page.Attr("#den", "value", "4. 3. 2026")
	b.post("/kancelar/vypravna/dodejky", "kod", "V"+id, "co", "delivered", "den", "4. 3. 2026").is(422).says("Tohle teď zapsat nejde")
	b.get(at(letter)).is(200).says("doručeno 4. 3. 2026", "Odvolání do", "19. 3. 2026", "20. 3. 2026", "podací arch 1/2026", sending.S10("RR", 500))
	b.get("/kancelar/vypravna/prehled").is(200).says("Vypravení v roce 2026", "pošta", "datová schránka")
	faults, err := sending.Verify(t.Context(), s.owner, s.clock.Now())
	if err != nil || len(faults) > 0 {
		t.Errorf("%v %v", faults, err)
	}
}

func (s *site) count() (n int) {
	s.t.Helper()
	check(s.t, s.owner.Get(&n, `SELECT count(*) FROM dispatch`))
	return n
}

// Somebody new is written into the register from the form; what was ticked stays.
func TestANewAddressee(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	doc, _, who := s.document(anna)
	b := s.as("clerk")
	base := []string{"dokument", fmt.Sprint(doc), "kdo", fmt.Sprint(who[0]), "act", "pridat"}
	add := func(pairs ...string) *answer {
		return b.post("/kancelar/vypravna/nova", append(append([]string{}, base...), pairs...)...)
	}
	add().is(422).says("Napište jméno")
	add("novy-jmeno", "Božena Nová").is(422).says("Napište aspoň adresu").page.Attr("#novy-jmeno", "value", "Božena Nová")
	add("novy-jmeno", "Božena Nová", "novy-schranka", "abc").is(422).says("má 7 znaků")
	add("novy-jmeno", "Božena Nová", "novy-email", "bozena").is(422).says("jmeno@domena.cz")
	to := add("novy-jmeno", "Božena Nová", "novy-email", "bozena@posta.example").is(303).Header.Get("Location")
	b.get(to).is(200).says("Anna Malá", "Božena Nová")
	search := b.post("/kancelar/vypravna/nova", "dokument", fmt.Sprint(doc), "kdo", fmt.Sprint(who[0]), "q", "bozena", "_refresh", "hledat").is(200)
	search.says("Božena Nová", "Anna Malá")
	b.post("/kancelar/vypravna/nova", "dokument", fmt.Sprint(doc), "q", "xyz", "_refresh", "hledat").is(200).says("Nikoho takového")
	b.post("/kancelar/vypravna/nova", "dokument", fmt.Sprint(doc)).is(422).says("Vyberte aspoň jednoho adresáta") // nobody ticked, nobody is sent to
}

// What failed is seen with the reason; a mistake is voided; another way is offered.
func TestWhatWentWrong(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	doc, _, who := s.document(anna)
	b := s.as("clerk")
	b.post("/kancelar/vypravna/nova", "dokument", fmt.Sprint(doc), "kdo", fmt.Sprint(who[0]), fmt.Sprintf("cesta-%d", who[0]), "counter").is(303)
	id := s.last()
	b.post(at(id), "co", "failed", "den", "2. 3. 2026").is(422).says("Napište důvod")
	b.post(at(id), "co", "nesmysl", "den", "2. 3. 2026").is(303, at(id))
	b.get(at(id)).says("Tohle teď zapsat nejde")
	b.post(at(id), "co", "failed", "den", "kdysi", "duvod", "nepřišla").is(422).page.Attr("#den", "value", "kdysi")
	b.post(at(id), "co", "failed", "den", "2. 3. 2026", "duvod", "nepřišla si").is(303, at(id))
	page := b.get(at(id)).is(200).says("Nedoručeno", "nepřišla si", "Poslat jinou cestou", "Zápis je chybný")
	b.get("/kancelar/vypravna?pohled=zasah").is(200).says("Anna Malá", "nepřišla si", "Jinou cestou")
	void := page.page.Value(`form[action$="/zrusit"][action*="/zapis/"]`, "action")
	b.post(void).is(422).says("v čem byl zápis chybný")
	b.post(void, "duvod", "Přišla.").is(303, at(id))
	b.get(at(id)).is(200).says("čeká na odeslání", "Zápis zrušen", "Přišla.")
	b.post(void, "duvod", "Přišla.").is(303, at(id))
	b.get(at(id)).says("Tento zápis zrušit nejde")
	b.upload(at(id), "doručenka.exe", "MZ\x90\x00", "co", "delivered", "den", "2. 3. 2026").is(422)
	b.upload(at(id), "doručenka.txt", "Převzala Anna Malá.", "co", "delivered", "den", "2. 3. 2026").is(303, at(id))
	b.get(at(id)).is(200).says("doručeno 2. 3. 2026")
	var receipts int
	check(t, s.owner.Get(&receipts, `SELECT count(*) FROM document WHERE kind = 'delivery-receipt'`))
	if receipts != 1 {
		t.Errorf("%d receipts", receipts)
	}
	doc2, _, who2 := s.document(anna)
	b.post("/kancelar/vypravna/nova", "dokument", fmt.Sprint(doc2), "kdo", fmt.Sprint(who2[0]), fmt.Sprintf("cesta-%d", who2[0]), "counter").is(303)
	b.post(at(s.last()) + "/zrusit").is(422).says("proč se zásilka ruší")
	b.post(at(s.last())+"/zrusit", "duvod", "Omyl.").is(303)
	b.get(at(s.last())).says("zrušeno 2. 3. 2026")
	b.post(at(s.last()) + "/znovu").is(303)
	b.get(at(s.last())).says("Znovu lze odeslat jen to, co se nepodařilo")
}

// A document handed to the board leads there when the person may post.
func TestToTheBoard(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	doc, caseID, _ := s.document()
	b := s.as("clerk")
	b.post("/kancelar/vypravna/nova", "dokument", fmt.Sprint(doc), "vyhlaska", "1").is(303, fmt.Sprintf("/kancelar/vypravna?spis=%d", caseID))
	b.get(at(s.last())).is(200).says("veřejnou vyhláškou", "úřední deska")
	foreign := s.as("foreign") // may post, but in another office
	foreign.get(at(s.last())).is(404)
}

// What another office did not take over within a working day is on the list of what calls for work.
func TestNotTakenOver(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	doc, _, _ := s.document()
	b := s.as("clerk")
	b.post("/kancelar/vypravna/nova", "dokument", fmt.Sprint(doc), "urad", fmt.Sprint(s.there.ID)).is(303)
	b.get("/kancelar/vypravna?pohled=zasah").is(200).silent("FRY/2026")
	s.clock.Set(monday.AddDate(0, 0, 2))
	b = s.as("clerk") // the session of Monday is over
	b.get("/kancelar/vypravna?pohled=zasah").is(200).says("Jiný úřad zatím nepřevzal", "Městský úřad Frýdlant", "FRY/2026/00001-1")
}

// Who may do what, and that another office sees and changes nothing.
func TestRights(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	doc, caseID, who := s.document(anna)
	s.as("clerk").post("/kancelar/vypravna/nova", "dokument", fmt.Sprint(doc), "kdo", fmt.Sprint(who[0]), fmt.Sprintf("cesta-%d", who[0]), "counter").is(303)
	path := func(p string) string {
		return strings.NewReplacer(":id", fmt.Sprint(s.last()), ":number", "2026-1", ":event", "1").Replace(p)
	}
	may := map[string]map[string]bool{"clerk": {"see-mail": true, "see-books": true, "register": true}, "mailroom": {"see-mail": true, "see-books": true, "register": true}, "auditor": {"see-mail": true, "see-books": true}, "board": {}, "admin": {}}
	for person, acts := range may {
		b := s.as(person)
		for _, r := range s.routes {
			if r.method == "POST" && acts[r.who] {
				continue
			}
			got := b.do(r.method, path(r.path), map[string]string{"POST": "application/x-www-form-urlencoded"}[r.method], strings.NewReader(""))
			if (got.StatusCode == 403) == acts[r.who] {
				t.Errorf("%s %s %s: %d", person, r.method, r.path, got.StatusCode)
			}
		}
	}
	var before, after string
	state := `SELECT concat((SELECT jsonb_agg(d ORDER BY id) FROM dispatch d WHERE office_id = $1), (SELECT jsonb_agg(e ORDER BY id) FROM dispatch_event e WHERE office_id = $1))`
	check(t, s.owner.Get(&before, state, s.here.ID))
	b := s.as("foreign")
	for _, r := range s.routes {
		if r.method == "GET" {
			b.get(path(r.path)+fmt.Sprintf("?dokument=%d&id=%d&spis=%d&posledni=%d", doc, s.last(), caseID, s.last())).silent("Anna Malá", "Rozhodnutí o kácení")
			continue
		}
		b.post(path(r.path), "dokument", fmt.Sprint(doc), "kdo", fmt.Sprint(who[0]), "id", fmt.Sprint(s.last()), "act", "predat", "kod", fmt.Sprintf("V%d", s.last()), "co", "delivered", "den", "2. 3. 2026", "duvod", "x")
	}
	check(t, s.owner.Get(&after, state, s.here.ID))
	if before != after {
		t.Errorf("the first office changed:\n%s\n%s", before, after)
	}
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	e := html.NewFileSystem(http.FS(templates.FS), ".html")
	e.AddFuncMap(templates.Funcs())
	check(t, e.Load())
	for name, data := range dispatch.Templates {
		if err := e.Render(io.Discard, name, data); err != nil {
			t.Errorf("%s with nothing: %v", name, err)
		}
		if err := templatecheck.CheckHTML(e.Templates.Lookup(name), data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
