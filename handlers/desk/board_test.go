package desk_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"epom/board"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/users"
)

const boardAt = "/kancelar/deska"

// pdfFile is the smallest PDF with one empty page.
const pdfFile = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n" +
	"xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \ntrailer<</Root 1 0 R/Size 4>>\nstartxref\n163\n%%EOF\n"

// fields of a posting that is in order, changed by pairs.
func posting(pairs ...string) []string {
	v := map[string]string{"title": "Záměr prodeje", "kind": "zamer", "issuer": "Městský úřad Hejnice", "text": "Celé znění.", "when": "now", "until": "law", "place": "564044"}
	for i := 0; i+1 < len(pairs); i += 2 {
		v[pairs[i]] = pairs[i+1]
	}
	var out []string
	for name, value := range v {
		out = append(out, name, value)
	}
	return out
}

// A clerk of a village posts one PDF: one form, nothing but the file, the kind and a click.
func TestPostingAFileInOneStep(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as(t, "board")
	b.get("/kancelar").is(303, boardAt)
	b.get(boardAt).is(200).says("Tomuto výběru žádné vyvěšení neodpovídá.").page.Sound().Has(`a[data-key=n][href="/kancelar/deska/nove"]`)
	form := b.get(boardAt + "/nove").is(200)
	form.page.Sound().Attr("#issuer", "value", "Městský úřad Hejnice").Has(`input[name=place][value="564044"][checked]`, "optgroup[label='Aktuality'] option")
	b.upload(boardAt+"/nove", "Záměr_prodeje pozemku.pdf", pdfFile, "kind", "zamer", "issuer", "Městský úřad Hejnice", "when", "now", "until", "law").is(303, boardAt+"/2026-1")
	show := b.get(boardAt+"/2026-1").is(200).says("Visí na desce pod číslem 2026-1.", "Záměr prodeje pozemku", "Záměr_prodeje pozemku.pdf", "29. 9. 2026", "Dana Desková", "Důkazy", "čeká na pečeť")
	show.page.Sound()
	b.get(boardAt).is(200).says("2026-1", "Vyvěste i na desku na ulici").page.Sound().Count("tbody [data-row]", 1)
	got := b.get(boardAt + "/2026-1/soubor/1/1").is(200)
	if got.text != pdfFile || !strings.HasPrefix(got.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the file comes back as %v", got.Header)
	}
	b.get(boardAt + "/2026-1/soubor/1/2").is(404)
	b.get(boardAt + "/2026-1/soubor/2/1").is(404)
	paper := b.get(boardAt + "/2026-1/tisk.pdf").is(200)
	if !strings.HasPrefix(paper.text, "%PDF-") || paper.Header.Get("Content-Type") != "application/pdf" {
		t.Error("the sheet for the board in the street is no PDF")
	}
}

// The calculator answers without posting anything and keeps all that was typed.
func TestTheCalculator(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as(t, "board")
	for _, c := range []struct {
		fields []string
		says   []string
	}{
		{[]string{"kind", "verejna-vyhlaska"}, []string{"14. 9. 2026, pondělí", "29. 9. 2026, úterý", "30. 9. 2026, středa", "Účinky doručení", "§ 25"}},
		{[]string{"kind", "oop", "when", "plan", "post_on", "15. 9. 2026", "post_time", "8:00"}, []string{"15. 9. 2026, úterý", "30. 9. 2026, středa", "neověřeno"}},
		{[]string{"kind", "oop", "when", "plan", "post_on", "13. 10. 2026"}, []string{"28. 10. 2026, středa – Den vzniku samostatného československého státu", "Není to pracovní den"}},
		{[]string{"kind", "zasedani", "event_on", "24. 9. 2026", "event_time", "18"}, []string{"Vyvěsit nejpozději", "17. 9. 2026, čtvrtek"}},
		{[]string{"kind", "zasedani", "event_on", "18. 9. 2026", "event_time", "18"}, []string{"už je pozdě", "[data-early]"}},
		{[]string{"kind", "rozpocet"}, []string{"do odvolání"}},
		{[]string{"when", "plan", "post_on", "1. 9. 2026"}, []string{"[data-past]"}},
		{[]string{"until", "day", "until_on", "20. 9. 2026"}, []string{"[data-early]"}},
	} {
		page := b.post(boardAt+"/nove", posting(append(c.fields, "_refresh", "term", "title", "Rozepsané")...)...).is(200)
		for _, want := range c.says {
			if strings.HasPrefix(want, "[") {
				page.page.Has("#lhuta " + want)
			} else {
				page.says(want)
			}
		}
		page.page.Sound().Attr("#title", "value", "Rozepsané").Hasnt(".error-summary")
	}
	found := b.post(boardAt+"/nove", posting("_refresh", "place", "place_name", "fryd")...).is(200)
	found.page.Has(`input[name=place][value="564044"][checked]`, `input[name=place][value="564028"][checked]`)
	b.post(boardAt+"/nove", posting("_refresh", "place", "place_name", "nikde")...).is(200).says("Takovou obec jsme nenašli")
	if n := s.postings(); n != 0 {
		t.Errorf("counting made %d postings", n)
	}
}

func (s *site) postings() (n int) {
	s.t.Helper()
	check(s.t, s.owner.Get(&n, `SELECT count(*) FROM posting`))
	return n
}

func TestEachErrorStandsAtItsField(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as(t, "board")
	for name, c := range map[string]struct {
		fields []string
		field  string
	}{
		"no title":             {[]string{"title", " "}, "title"},
		"long title":           {[]string{"title", strings.Repeat("ž", 501)}, "title"},
		"no kind":              {[]string{"kind", ""}, "kind"},
		"no issuer":            {[]string{"issuer", ""}, "issuer"},
		"nothing to hang":      {[]string{"text", ""}, "files"},
		"link elsewhere":       {[]string{"link", "javascript:alert(1)"}, "link"},
		"approved some day":    {[]string{"approved_on", "včera"}, "approved_on"},
		"no event":             {[]string{"kind", "zasedani"}, "event_on"},
		"event some day":       {[]string{"kind", "zasedani", "event_on", "brzy"}, "event_on"},
		"event at some time":   {[]string{"kind", "zasedani", "event_on", "24. 9. 2026", "event_time", "večer"}, "event_time"},
		"event too soon":       {[]string{"kind", "zasedani", "event_on", "18. 9. 2026", "event_time", "18:00"}, "early_why"},
		"planned some day":     {[]string{"when", "plan", "post_on", ""}, "post_on"},
		"planned at no time":   {[]string{"when", "plan", "post_on", "20. 9. 2026", "post_time", "25:00"}, "post_time"},
		"into the past":        {[]string{"when", "plan", "post_on", "1. 9. 2026"}, "past_why"},
		"until some day":       {[]string{"until", "day", "until_on", "30. 2. 2026"}, "until_on"},
		"until before":         {[]string{"until", "day", "until_on", "1. 9. 2026"}, "until_on"},
		"too short":            {[]string{"until", "day", "until_on", "20. 9. 2026"}, "until_on"},
		"address of requester": {[]string{"requester", "Finanční úřad", "requester_email", "podatelna"}, "requester_email"},
	} {
		page := b.post(boardAt+"/nove", posting(append([]string{"reference_number", "HEJ/7/2026"}, c.fields...)...)...).is(422)
		page.page.Sound().Has(".error-summary a[href='#"+c.field+"']", "#"+c.field).Attr("#reference_number", "value", "HEJ/7/2026")
		if n := page.page.Find(".error-summary li").Length(); n != 1 {
			t.Errorf("%s: %d errors: %s", name, n, page.page.Find(".error-summary").Text())
		}
	}
	if n := s.postings(); n != 0 {
		t.Fatalf("wrong forms made %d postings", n)
	}
	// with the reasons asked for
	b.post(boardAt+"/nove", posting("until", "day", "until_on", "20. 9. 2026", "early_why", "záměr stáhla rada")...).is(303, boardAt+"/2026-1")
	b.post(boardAt+"/nove", posting("when", "plan", "post_on", "10. 9. 2026", "post_time", "9:00", "past_why", "výpadek internetu")...).is(303, boardAt+"/2026-2")
	b.get(boardAt+"/2026-2").is(200).says("výpadek internetu", "10. 9. 2026 9:00", "29. 9. 2026")
	b.post(boardAt+"/nove", posting("requester", "Finanční úřad", "requester_ref", "12/26", "requester_email", "podatelna@fu.example", "kind", "verejna-vyhlaska")...).is(303)
	b.get(boardAt+"/2026-3").is(200).says("Na žádost", "Finanční úřad", "podatelna@fu.example")
}

// What was uploaded stays with the form, signed for this person and board; nothing need be attached again.
func TestFilesSurviveAWrongForm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as(t, "board")
	wrong := b.uploads(boardAt+"/nove", [][2]string{{"odškrtnutý.pdf", pdfFile}, {"b.txt", "Text."}, {"virus.exe", "MZ\x90\x00"}}, posting("kind", "")...).is(422).says("odškrtnutý.pdf", "b.txt", "virus.exe")
	wrong.page.Sound().Count("input[name=file][checked]", 2)
	sealed := wrong.page.Value("input[name=sealed]", "value")
	b.post(boardAt+"/nove", posting("sealed", sealed, "file", "1", "text", "")...).is(303, boardAt+"/2026-1")
	b.get(boardAt + "/2026-1").is(200).says("b.txt").silent("odškrtnutý.pdf")

	// nobody else's list of files is taken, and none that was changed
	for who, list := range map[string]string{"foreign": sealed, "board": "x" + sealed} {
		s.as(t, who).post(boardAt+"/nove", posting("sealed", list, "file", "0", "text", "")...).is(422).says("Přiložte dokument")
	}
	b.upload(boardAt+"/nove", "nic.pdf", "", posting("text", "")...).is(422).says("nic.pdf").page.Sound()
	locked := "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\nnonsense"
	b.upload(boardAt+"/nove", "rozbitý.pdf", locked, posting("_refresh", "files", "title", "")...).is(200).says("Soubor je poškozený").page.Attr("#title", "value", "rozbitý")
	b.upload(boardAt+"/nove", "rozbitý.pdf", locked, posting("text", "")...).is(303, boardAt+"/2026-2")

	var many [][2]string
	for i := range 200 {
		many = append(many, [2]string{fmt.Sprintf("%d.txt", i), fmt.Sprintf("Text %d.", i)})
	}
	limit := s.here.AttachmentCount
	full := b.uploads(boardAt+"/nove", many, posting("text", "")...).is(422).says(fmt.Sprintf("Souborů může být nejvýše %d", limit))
	full.page.Sound().Count("input[name=file][checked]", limit)
}

// From planning over corrections to taking down, with the board in the street beside.
func TestTheLifeOfAPosting(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as(t, "board")
	b.post(boardAt+"/nove", posting("when", "plan", "post_on", "20. 9. 2026", "post_time", "7:00")...).is(303, boardAt+"/2026-1")
	b.get(boardAt+"/2026-1").is(200).says("Vyvěsí se samo 20. 9. 2026 v 07:00", "čeká na vyvěšení", "plánuje se")
	b.get(boardAt+"?stav=ceka").is(200).page.Count("tbody [data-row]", 1)
	b.get(boardAt + "/2026-1/zrusit").is(200).page.Sound()
	b.post(boardAt+"/2026-1/zrusit", "seen", "1", "why", " ").is(422).says("Napište, proč").page.Sound()
	b.post(boardAt+"/2026-1/zrusit", "seen", "1", "why", "Rada záměr stáhla.").is(303, boardAt+"/2026-1")
	b.get(boardAt+"/2026-1").is(200).says("Nevyvěsilo se", "Rada záměr stáhla.").page.Hasnt(`a[href$="/opravit"]`)
	b.get(boardAt + "/2026-1/opravit").is(409)

	b.upload(boardAt+"/nove", "původní.pdf", pdfFile, posting("text", "")...).is(303, boardAt+"/2026-2")
	form := b.get(boardAt + "/2026-2/opravit").is(200)
	form.page.Sound().Attr("#title", "value", "Záměr prodeje").Count("input[name=file][checked]", 1)
	seen, rev, sealed := form.page.Value("input[name=seen]", "value"), form.page.Value("input[name=seen_revision]", "value"), form.page.Value("input[name=sealed]", "value")
	at := boardAt + "/2026-2/opravit"
	b.post(at, posting("seen", seen, "seen_revision", rev, "sealed", sealed, "file", "0", "title", "Záměr pronájmu")...).is(422).says("Napište, co a proč se opravuje").page.Sound().Attr("#title", "value", "Záměr pronájmu")
	b.upload(at, "nový.txt", "Nové znění.", posting("seen", seen, "seen_revision", rev, "sealed", sealed, "title", "Záměr pronájmu", "why", "spletený název")...).is(303, boardAt+"/2026-2")
	show := b.get(boardAt+"/2026-2").is(200).says("2. znění – platí", "Původní znění", "spletený název", "Záměr prodeje Záměr pronájmu", "nový.txt", "původní.pdf")
	show.page.Sound()
	b.get(boardAt + "/2026-2/soubor/1/1").is(200)
	b.get(boardAt + "/2026-2/soubor/2/1").is(200)

	// the second of two clerks
	late := b.post(at, posting("seen", seen, "seen_revision", rev, "title", "Druhý písař", "why", "moje oprava")...).is(409).says("mezitím změnil někdo jiný", "Záměr pronájmu")
	late.page.Sound().Attr("#title", "value", "Druhý písař").Attr("#why", "value", "moje oprava").Attr("input[name=seen_revision]", "value", "2")
	b.post(at, posting("seen", late.page.Value("input[name=seen]", "value"), "seen_revision", "2", "title", "Druhý písař", "why", "moje oprava")...).is(303)

	version := func() string {
		return b.get(boardAt+"/2026-2/doba").is(200).page.Sound().Value("input[name=seen]", "value")
	}
	b.post(boardAt+"/2026-2/doba", "seen", version(), "until", "day", "until_on", "20. 9. 2026").is(422).says("Musí viset aspoň do").page.Sound().Attr("#until_on", "value", "20. 9. 2026")
	b.post(boardAt+"/2026-2/doba", "seen", version(), "until", "day", "until_on", "nikdy").is(422).says("Napište den")
	b.post(boardAt+"/2026-2/doba", "seen", "1", "until", "day", "until_on", "5. 10. 2026").is(409).page.Sound().Attr("#until_on", "value", "5. 10. 2026")
	b.post(boardAt+"/2026-2/doba", "seen", version(), "until", "day", "until_on", "5. 10. 2026").is(303)
	b.get(boardAt+"/2026-2").is(200).says("5. 10. 2026", "Doba vyvěšení je změněná.")

	b.post(boardAt+"/2026-2/ulice", "seen", version(), "up_on", "14. 9. 2026", "up_time", "24:30").is(422).page.Sound().Attr("#up_time", "value", "24:30")
	b.post(boardAt+"/2026-2/ulice", "seen", version(), "up_on", "30. 9. 2026").is(422).says("Zapište jen to, co se už stalo.")
	b.post(boardAt+"/2026-2/ulice", "seen", "1", "up_on", "14. 9. 2026").is(409).says("mezitím změnil někdo jiný")
	b.post(boardAt+"/2026-2/ulice", "seen", version(), "up", "now", "back", "list").is(303, boardAt)
	b.get(boardAt).is(200).silent("Vyvěste i na desku na ulici")

	b.post(boardAt+"/2026-2/sejmout", "seen", version(), "why", "").is(422).says("Musí viset aspoň do 29. 9. 2026")
	b.post(boardAt+"/2026-2/sejmout", "seen", version(), "why", "Záměr zrušilo zastupitelstvo.").is(303)
	b.get(boardAt+"/2026-2").is(200).says("sejmuto", "Záměr zrušilo zastupitelstvo.").page.Hasnt(`a[href$="/sejmout"]`)
	b.post(boardAt+"/2026-2/sejmout", "seen", "1", "why", "znovu").is(303, boardAt+"/2026-2")
	b.get(boardAt).is(200).says("Sejměte i z desky na ulici")
	b.get(boardAt+"?stav=sejmuto").is(200).page.Sound().Count("tbody [data-row]", 1)
	b.get(boardAt+"?stav=vse&hledat=PISAR+druhy").is(200).page.Count("tbody [data-row]", 1)
	b.get(boardAt+"?stav=vse&hledat=nic+takového").is(200).page.Count("tbody [data-row]", 0)
	b.get(boardAt + "/2026-2/nesmysl").is(404)
	b.get(boardAt + "/2026-99").is(404)
}

// An own document of a case file goes to the board with its files; only who may read mail and post sees the way.
func TestADocumentGoesToTheBoard(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id, _ := s.sent(hejnice, "lípa")
	file := fmt.Sprintf("/kancelar/spisy/%d", id)
	b := s.as(t, "clerk")
	b.upload(file+"/vyridit", "Rozhodnutí.pdf", pdfFile, "how", "document", "subject", "Povolení kácení", "text", "Povolujeme.").is(303)
	b.get(file).is(200).silent("Vyvěsit na desku")
	check(t, s.Users.AddMember(t.Context(), db.Scope{Office: s.here.ID, Actor: "system"}, s.people["clerk"].ID, users.Board, 0))
	b = s.as(t, "clerk")
	link := b.get(file).is(200).page.Count(`a[href^="/kancelar/deska/nove?dokument="]`, 1).Value(`a[href^="/kancelar/deska/nove?dokument="]`, "href")
	form := b.get(link).is(200)
	form.page.Sound().Attr("#title", "value", "Povolení kácení").Attr("#file_mark", "value", "HEJ/2026/00001").Count("input[name=file][checked]", 1)
	doc, sealed := form.page.Value("input[name=document]", "value"), form.page.Value("input[name=sealed]", "value")
	b.post(boardAt+"/nove", posting("document", doc, "sealed", sealed, "file", "0", "kind", "verejna-vyhlaska", "text", "")...).is(303, boardAt+"/2026-1")
	b.get(boardAt + "/2026-1").is(200).says("Rozhodnutí.pdf").page.Has(`a[href="` + file + `"]`)
	s.as(t, "board").get(link).is(404)
	s.as(t, "board").post(boardAt+"/nove", posting("document", doc)...).is(404)
	s.as(t, "foreign").post(boardAt+"/nove", posting("document", doc)...).is(404)
	var incoming int64
	check(t, s.owner.Get(&incoming, `SELECT id FROM document WHERE direction = 'in' AND office_id = $1`, s.here.ID))
	b.get(boardAt + "/nove?dokument=" + fmt.Sprint(incoming)).is(409)
}

// A neighbour posts by contract; without one, after its end and on other boards it may nothing.
func TestABoardForANeighbour(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	admin, b := s.as(t, "admin"), s.as(t, "foreign")
	served := boardAt + "/nove?za=hejnice"
	b.get(boardAt + "?za=hejnice").is(403)
	b.post(served, posting()...).is(403)
	const at = "/kancelar/sprava/deska"
	admin.get(at).is(200).page.Sound().Has(`#publisher option[value=frydlant]`).Hasnt(`#publisher option[value=hejnice]`)
	admin.post(at, "publisher", "", "title", "", "valid_from", "zítra").is(422).says("Vyberte úřad", "Napište den").page.Sound()
	admin.post(at, "publisher", "frydlant", "title", " ", "valid_from", "14. 9. 2026").is(422).says("Uveďte označení smlouvy").page.Sound().Has("#publisher option[selected][value=frydlant]")
	admin.post(at, "publisher", "frydlant", "title", "Smlouva č. 1/2026", "valid_from", "14. 9. 2026").is(303, at)
	admin.get(at).is(200).says("Smlouva č. 1/2026", "Městský úřad Frýdlant", "Vede naši desku").page.Sound()

	b.get(boardAt).is(200).page.Sound().Has(`#za option[value=hejnice]`)
	b.get(boardAt+"?za=hejnice").is(200).says("Vyvěšujete za úřad: Městský úřad Hejnice", "Smlouva č. 1/2026").page.Sound().Has(`a[href="/kancelar/deska/nove?za=hejnice"]`)
	b.get(served).is(200).says("Smlouva č. 1/2026").page.Sound().Attr("#issuer", "value", "Městský úřad Hejnice")
	b.post(served, posting()...).is(303, boardAt+"/2026-1?za=hejnice")
	b.get(boardAt + "/2026-1").is(404)
	b.get(boardAt+"/2026-1?za=hejnice").is(200).says("Vyvěsil Městský úřad Frýdlant", "Smlouva č. 1/2026", "Cyril Cizí").page.Sound()
	s.as(t, "board").get(boardAt+"/2026-1").is(200).says("Vyvěsil Městský úřad Frýdlant", "Cyril Cizí")

	own := s.posted("Vlastní vyvěška")
	b.post(boardAt+"/"+own.Number()+"/sejmout?za=hejnice", "seen", fmt.Sprint(own.Version), "why", "na žádost starosty").is(303)
	lines := func(office int32, action string) (n int) {
		check(t, s.owner.Get(&n, `SELECT count(*) FROM audit_event WHERE office_id = $1 AND action = $2 AND actor = $3`, office, action, users.Actor(s.people["foreign"].ID)))
		return n
	}
	if lines(s.here.ID, "posting.made") != 1 || lines(s.there.ID, "posting.made") != 1 || lines(s.here.ID, "posting.removed") != 1 || lines(s.there.ID, "posting.changed-for") != 1 {
		t.Error("both logs tell what the neighbour's clerk did")
	}

	b.get("/kancelar/sprava/zaznam").is(200).says("vyvěšeno na desku", "vyvěšení 2026-1 – Městský úřad Hejnice", "změna na desce vedené pro jiný úřad", "smlouva o desce zapsána").page.Sound()
	admin.get("/kancelar/sprava/zaznam").is(200).says("vyvěšení 2026-2", "sejmuto z desky", "Cyril Cizí", "důvod na žádost starosty")

	admin.post(at+"/1/konec", "last", "někdy").is(422).page.Sound()
	admin.post(at+"/1/konec", "last", "1. 9. 2026").is(422).says("nemůže skončit dřív")
	b.post("/kancelar/sprava/deska/1/konec", "last", "14. 9. 2026").is(422) // the publisher cannot end it
	admin.post(at+"/1/konec", "last", "14. 9. 2026").is(303, at)
	b.post(served, posting()...).is(303)
	s.clock.Advance(24 * time.Hour)
	b = s.as(t, "foreign")
	b.post(served, posting()...).is(403)
	b.post(boardAt+"/2026-1/doba?za=hejnice", "seen", "2", "until", "open").is(403)
	b.get(boardAt).is(200).page.Hasnt("#za")
}

// What must be done: ends today first, then the rest; late ones say so.
func TestWhatTheBoardNeedsToday(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.posted("Končí dnes")
	at := func(on time.Time, what string, title string) {
		s.owner.MustExec(`UPDATE posting SET `+what+` WHERE id = (SELECT posting_id FROM posting_revision WHERE title = $1)`, title, on)
	}
	today := clock.Date(monday)
	at(today, "until_on = CAST($2 AS timestamptz)::date + 1", "Končí dnes")
	s.posted("Pozdě vyvěšené")
	at(monday.Add(-3*time.Hour), "post_at = $2", "Pozdě vyvěšené")
	b := s.as(t, "board")
	page := b.get(boardAt).is(200).says("visí poslední den", "Vyvěšeno o 3 hodiny později, než se plánovalo")
	page.page.Sound().Count(".board-todo [data-row]", 2)
	if first := page.page.Find(".board-todo strong").First().Text(); first != "Končí dnes" {
		t.Errorf("first stands %q", first)
	}
	s.as(t, "foreign").get(boardAt).is(200).silent("Končí dnes").page.Hasnt(".board-todo")
}

func TestPagesOfTheBoardFollowEachOther(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ctx, by := t.Context(), db.Scope{Office: s.here.ID, Actor: "system"}
	for i := range 60 {
		check(t, s.DB.Tx(ctx, by, func(tx *db.Tx) error {
			_, err := s.Law.Make(ctx, tx, board.New{Origin: board.Typed, Content: board.Content{Kind: "rozpocet", Title: fmt.Sprintf("Věc %d", i), Issuer: "Úřad", Text: "Text."}}, monday)
			return err
		}))
	}
	b, seen := s.as(t, "board"), map[string]bool{}
	for next := boardAt + "?stav=visi"; next != ""; {
		page := b.get(next).is(200).page
		page.Find("tbody th a").Each(func(_ int, q *selection) { seen[q.Text()] = true })
		next = page.Find("a[rel=next]").AttrOr("href", "")
	}
	if len(seen) != 60 {
		t.Errorf("%d of 60", len(seen))
	}
}

// Lines that break careless programs stand on the board as they were typed, and do no harm.
func TestHostileTitles(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as(t, "board")
	for _, title := range append([]string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `{{.}}`, "RTL \u202e exe.fdp", strings.Repeat("W", 500)}, hostileLines(t)...) {
		got := b.post(boardAt+"/nove", posting("title", title)...)
		if got.StatusCode != 303 && got.StatusCode != 422 {
			t.Fatalf("%q: status %d", title, got.StatusCode)
		}
	}
	for next := boardAt + "?stav=vse"; next != ""; {
		page := b.get(next).is(200).silent("<script>alert", "<img src=x").page
		next = page.Sound().Find("a[rel=next]").AttrOr("href", "")
	}
	show := b.get(boardAt + "/2026-1").is(200).silent("<script>alert")
	show.says("<script>alert(1)</script>").page.Sound()
	b.get(boardAt + "/2026-5/tisk.pdf").is(200)
}

// hostileLines are other people's collection of them, when it is there.
func hostileLines(t *testing.T) (lines []string) {
	t.Helper()
	root := os.Getenv("EPOM_REAL_DATA")
	if root == "" {
		t.Log("EPOM_REAL_DATA is not set: only own hostile lines")
		return nil
	}
	check(t, json.Unmarshal(must(os.ReadFile(filepath.Join(root, "strings", "blns.json"))), &lines))
	if len(lines) < 100 {
		t.Fatalf("only %d lines were read", len(lines))
	}
	return lines
}
