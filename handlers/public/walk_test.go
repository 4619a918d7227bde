package public_test

import (
	"regexp"
	"strings"
	"testing"
)

var atSubmission = regexp.MustCompile(`^/podani/[0-9A-Z]{4}-[0-9A-Z]{4}$`)

// fill goes through the whole form and stops on the check page.
func (b *browser) fill(municipality, name string) answer {
	b.t.Helper()
	b.post("/formulare/zkouska").is(b.t, 303, "/formulare/zkouska/misto")
	b.post("/formulare/zkouska/misto", "_revision", b.get("/formulare/zkouska/misto").value("_revision"), "obec.code", municipality, "obec.name", name, "cizi", "ne").
		is(b.t, 303, "/formulare/zkouska/stromy")
	b.multipart("/formulare/zkouska/stromy", []upload{{"plan", "plánek.txt", "tady stojí strom"}}, "_revision", b.get("/formulare/zkouska/stromy").value("_revision"),
		"stromy.0.druh", "smrk", "stromy.0.obvod", "94").is(b.t, 303, "/formulare/zkouska/kdo")
	b.post("/formulare/zkouska/kdo", "_revision", b.get("/formulare/zkouska/kdo").value("_revision"), "kdo.jmeno", "Eva", "kdo.prijmeni", "Tichá", "kdo.narozeni", "6. 5. 1980",
		"mail", "eva@posta.example").is(b.t, 303, "/formulare/zkouska/kontrola")
	return b.get("/formulare/zkouska/kontrola").is(b.t, 200)
}

// send fills and sends; it returns the reference.
func (b *browser) send() string {
	b.t.Helper()
	page := b.fill(hejnice, "Hejnice")
	sent := b.post("/formulare/zkouska/odeslat", "_revision", page.value("_revision")).is(b.t, 303)
	at := sent.Header.Get("Location")
	if !atSubmission.MatchString(at) {
		b.t.Fatalf("sent leads to %q", at)
	}
	return strings.TrimPrefix(at, "/podani/")
}

func TestWalkFromNeedToStatus(t *testing.T) {
	t.Parallel()
	b := newSite(t).browser(t)

	b.get("/?co=pok%C3%A1cet+strom").is(t, 200).has(t, "Vyberte ještě obec", "Zkušební kácení")
	home := b.get("/?co=pokacet+strom&obec=hejnice").is(t, 200).has(t, "Kam s tím v obci Hejnice", "Městský úřad Hejnice", "zákon č. 114/1992 Sb.", "Vyplnit")
	if b.cookies["epom_obec"] != hejnice {
		t.Error("the municipality was not remembered")
	}
	if home.Header.Get("Cache-Control") != "no-store" {
		t.Error("a page of one visitor may be cached")
	}
	b.get("/formulare/zkouska").is(t, 200).has(t, "Kdo to vyřídí v obci Hejnice", "Městský úřad Hejnice", "Obvod kmene", "Začít vyplňovat")

	b.post("/formulare/zkouska").is(t, 303, "/formulare/zkouska/misto")
	first := b.get("/formulare/zkouska/misto").is(t, 200).has(t, "Kde strom stojí")
	if first.value("obec.code") != hejnice || first.value("obec.name") != "Hejnice" {
		t.Error("the municipality known before was not filled in")
	}
	b.get("/formulare/zkouska/kdo").is(t, 303, "/formulare/zkouska/misto") // may not be seen yet

	check := b.fill(hejnice, "Hejnice").has(t, "Městský úřad Hejnice", "smrk", "94", "plánek.txt", "Eva Tichá", "eva@posta.example", "Odeslat: Městský úřad Hejnice")

	// one answer is changed from the check page, and she comes back there
	changed := b.get("/formulare/zkouska/stromy?zpet=kontrola").is(t, 200)
	b.post("/formulare/zkouska/stromy?zpet=kontrola", "_revision", changed.value("_revision"), "stromy.0.druh", "lípa", "stromy.0.obvod", "120").
		is(t, 303, "/formulare/zkouska/kontrola")
	// what was not seen is not sent
	b.post("/formulare/zkouska/odeslat", "_revision", check.value("_revision")).is(t, 422).has(t, "Nic jsme zatím neodeslali", "Druh", "lípa")

	check = b.get("/formulare/zkouska/kontrola")
	sent := b.post("/formulare/zkouska/odeslat", "_revision", check.value("_revision")).is(t, 303)
	at := sent.Header.Get("Location")
	again := b.post("/formulare/zkouska/odeslat", "_revision", check.value("_revision")).is(t, 303, at) // a second click
	_ = again
	var n int
	if err := b.owner.Get(&n, `SELECT count(*) FROM submission`); err != nil || n != 1 {
		t.Fatalf("%d submissions, %v", n, err)
	}

	reference := strings.TrimPrefix(at, "/podani/")
	status := b.get(at).is(t, 200).has(t, reference, "PIN", "Městský úřad Hejnice", "Podání přijato", "HEJ/2026/", "lípa", "Kdo to teď má", "Odesláno. Úřad vaše podání má.")
	if d, _ := status.Page.Find("svg.qr path").Attr("d"); !strings.HasPrefix(d, "M4 4h7v1h-7z") {
		t.Errorf("no QR code: %.40s", d)
	}
	b.get(at+"/potvrzeni.pdf").is(t, 404).has(t, "Potvrzení se připravuje")
	// reading a step of a sent draft leads to the submission, never to a second one
	b.get("/formulare/zkouska/misto").is(t, 303, at)
	b.get("/formulare/zkouska").has(t, "Tento formulář jste už odeslali")
}

func TestWrongAnswerIsNamedAndKept(t *testing.T) {
	t.Parallel()
	b := newSite(t).browser(t)
	b.post("/formulare/zkouska")
	page := b.post("/formulare/zkouska/misto", "_revision", "1", "obec.name", "Nikdehejn", "cizi", "ano").is(t, 422).has(t, "Nikdehejn", "jsme nenašli")
	if page.value("obec.name") != "Nikdehejn" {
		t.Error("what was typed is gone")
	}
	if n := page.Page.Find(".error-summary a").Length(); n != 1 {
		t.Errorf("%d links in the summary", n)
	}
	if title := page.Page.Find("title").Text(); !strings.HasPrefix(title, "Chyba: ") {
		t.Errorf("title %q", title)
	}
	// a municipality of many: the person is asked which
	page = b.post("/formulare/zkouska/misto", "_revision", page.value("_revision"), "obec.name", "Lhota", "cizi", "ano").is(t, 422).
		has(t, "Lhota, okres Liberec", "Lhota, okres Jihlava", "Kterou obec myslíte? Vyberte ji ze seznamu.")
	if strings.Contains(page.Text, "jsme nenašli") {
		t.Error("said not to be found above what was found")
	}
	b.post("/formulare/zkouska/misto", "_revision", page.value("_revision"), "obec.name", "Lhota", "obec.code", "587002", "cizi", "ano").is(t, 303, "/formulare/zkouska/vlastnik")
	b.get("/formulare/zkouska/kontrola").is(t, 303, "/formulare/zkouska/vlastnik")
}

func TestTwoTabs(t *testing.T) {
	t.Parallel()
	b := newSite(t).browser(t)
	b.fill(hejnice, "Hejnice")
	first, second := b.get("/formulare/zkouska/stromy"), b.get("/formulare/zkouska/stromy")
	b.post("/formulare/zkouska/stromy", "_revision", first.value("_revision"), "stromy.0.druh", "buk", "stromy.0.obvod", "94").is(t, 303)
	clash := b.post("/formulare/zkouska/stromy", "_revision", second.value("_revision"), "stromy.0.druh", "dub", "stromy.0.obvod", "94").is(t, 422).
		has(t, "Mezitím jste to změnili jinde", "1. strom – Druh")
	if clash.value("stromy.0.druh") != "dub" {
		t.Error("what the second tab typed is gone")
	}
	b.post("/formulare/zkouska/stromy", "_revision", clash.value("_revision"), "stromy.0.druh", "dub", "stromy.0.obvod", "94").is(t, 303)
	b.get("/formulare/zkouska/kontrola").has(t, "dub")
	// different fields do not clash
	other := b.get("/formulare/zkouska/misto")
	b.post("/formulare/zkouska/kdo", "_revision", other.value("_revision"), "kdo.jmeno", "Jana", "kdo.prijmeni", "Tichá", "kdo.narozeni", "6. 5. 1980", "mail", "eva@posta.example").is(t, 303)
	b.post("/formulare/zkouska/misto", "_revision", other.value("_revision"), "obec.code", frydlan, "obec.name", "Frýdlant", "cizi", "ne").is(t, 303)
	b.get("/formulare/zkouska/kontrola").has(t, "Jana Tichá", "Městský úřad Frýdlant")
}

func TestButtonsWithoutScript(t *testing.T) {
	t.Parallel()
	b := newSite(t).browser(t)
	b.post("/formulare/zkouska")
	b.post("/formulare/zkouska/misto", "_revision", "1", "obec.code", hejnice, "obec.name", "Hejnice", "cizi", "ne").is(t, 303)
	at := "/formulare/zkouska/stromy"
	b.post(at, "_revision", b.get(at).value("_revision"), "stromy.0.druh", "smrk", "_add", "stromy").is(t, 303, at+"#f-stromy-1")
	two := b.get(at).is(t, 200)
	if two.value("stromy.0.druh") != "smrk" || two.Page.Find(`input[name="stromy.1.druh"]`).Length() != 1 || two.Page.Find(".error-summary").Length() != 0 {
		t.Error("a second tree was not added, or errors were shown too early")
	}
	b.post(at, "_revision", two.value("_revision"), "stromy.0.druh", "smrk", "stromy.1.druh", "buk", "_remove", "stromy.0").is(t, 303)
	if one := b.get(at); one.value("stromy.0.druh") != "buk" || one.Page.Find(`input[name="stromy.1.druh"]`).Length() != 0 {
		t.Error("the first tree was not removed")
	}
	// the same in place for the script: the form alone
	b.head["HX-Request"] = "true"
	part := b.post(at, "_revision", b.get(at).value("_revision"), "stromy.0.druh", "buk", "_add", "stromy").is(t, 200)
	if part.Page.Find("form#step").Length() != 1 || part.Page.Find("header").Length() != 0 {
		t.Error("a fragment should be the form alone")
	}
	found := b.get("/formulare/zkouska/misto?_find=obec&obec.name=lho").is(t, 200)
	if n := found.Page.Find(`input[type="radio"][name="obec.code"]`).Length(); n != 2 {
		t.Errorf("%d municipalities offered", n)
	}
	b.get("/?_find=obec&obec=lhot").is(t, 200).has(t, "Kterou obec myslíte?")
}

func TestFiles(t *testing.T) {
	t.Parallel()
	b := newSite(t).browser(t)
	b.post("/formulare/zkouska")
	b.post("/formulare/zkouska/misto", "_revision", "1", "obec.code", hejnice, "obec.name", "Hejnice", "cizi", "ne").is(t, 303)
	at := "/formulare/zkouska/stromy"
	page := b.multipart(at, []upload{{"plan", "../../etc/dobrý plán.txt", "plán"}, {"plan", "prázdný.txt", ""}, {"plan", "velký.txt", strings.Repeat("x", 100_001)}, {"plan", "zlo.exe", "MZ\x90\x00"}},
		"_revision", b.get(at).value("_revision"), "stromy.0.druh", "smrk", "stromy.0.obvod", "94").is(t, 422).has(t, "prázdný.txt", "velký.txt", "zlo.exe")
	names := page.Page.Find(".files .name").Text()
	if !strings.Contains(names, "dobrý plán.txt") || strings.Contains(names, "etc") || page.value("stromy.0.druh") != "smrk" {
		t.Errorf("kept files %q", names)
	}
	if n := page.Page.Find(".files li").Length(); n != 1 {
		t.Errorf("%d files kept", n)
	}
	b.post(at, "_revision", page.value("_revision"), "stromy.0.druh", "smrk", "stromy.0.obvod", "94", "_remove", "plan.0").is(t, 303)
	if n := b.get(at).Page.Find(".files li").Length(); n != 0 {
		t.Errorf("%d files after removing", n)
	}
	// A text cut short is said also when a file came with it.
	b.multipart(at, []upload{{"plan", "a.txt", "x"}}, "_revision", b.get(at).value("_revision"), "stromy.0.druh", strings.Repeat("smrk ", 20_000), "stromy.0.obvod", "94").
		is(t, 422).has(t, "Uložili jsme jen začátek")
	b.multipart(at, []upload{{"stromy", "a.txt", "x"}}, "_revision", "1").is(t, 422).has(t, "takový soubor nepřijímá")
}

func TestFilesFromTwoTabsAddUp(t *testing.T) {
	t.Parallel()
	b := newSite(t).browser(t)
	b.fill(hejnice, "Hejnice")
	at := "/formulare/zkouska/stromy"
	seen := b.get(at).value("_revision")
	tree := []string{"_revision", seen, "stromy.0.druh", "smrk", "stromy.0.obvod", "94"}
	b.multipart(at, []upload{{"plan", "druhý.txt", "dva"}}, tree...).is(t, 303)
	// the same file again, as when a person goes on while it still travels, is no clash and no second file
	b.multipart(at, []upload{{"plan", "druhý.txt", "dva"}}, tree...).is(t, 303)
	clash := b.multipart(at, []upload{{"plan", "třetí.txt", "tři"}}, tree...).is(t, 422).has(t, "Mezitím jste to změnili jinde")
	b.post(at, "_revision", clash.value("_revision"), "stromy.0.druh", "smrk", "stromy.0.obvod", "94").is(t, 303)
	if n := b.get(at).has(t, "plánek.txt", "druhý.txt", "třetí.txt").Page.Find(".files li").Length(); n != 3 {
		t.Errorf("%d files, want 3", n)
	}
}

func TestLaterOnAnotherDevice(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	b.post("/formulare/zkouska")
	b.post("/formulare/zkouska/misto", "_revision", "1", "obec.code", hejnice, "obec.name", "Hejnice", "cizi", "ano", "_later", "1").is(t, 303, "/formulare/zkouska/pokracovat")
	b.get("/formulare/zkouska/pokracovat").is(t, 200).has(t, "Pokračovat později", "14. 10. 2026")
	b.post("/formulare/zkouska/pokracovat", "email", "to není e-mail").is(t, 422).has(t, "není úplná")
	b.post("/formulare/zkouska/pokracovat", "email", "eva@posta.example").is(t, 303, "/formulare/zkouska/pokracovat?poslano=1")
	b.get("/formulare/zkouska/pokracovat?poslano=1").has(t, "eva@posta.example")
	if len(s.mails) != 1 || !strings.HasPrefix(s.mails[0], "https://epom.example/pokracovat/") {
		t.Fatalf("mails %v", s.mails)
	}
	link := strings.TrimPrefix(s.mails[0], "https://epom.example")
	phone := s.browser(t)
	phone.get(link).is(t, 303, "/formulare/zkouska/vlastnik")
	phone.get("/formulare/zkouska/vlastnik").is(t, 200)
	stranger := s.browser(t)
	stranger.get("/formulare/zkouska/vlastnik").is(t, 404).has(t, "Rozepsaný formulář tu není", "Začít znovu")
	stranger.get("/pokracovat/nesmysl").is(t, 404).has(t, "Rozepsaný formulář tu není")
	s.clock.Advance(31 * 24 * 3600e9)
	phone.get("/formulare/zkouska/vlastnik").is(t, 404).has(t, "Rozepsaný formulář tu není")
}

func TestElsewhereNothingIsAccepted(t *testing.T) {
	t.Parallel()
	b := newSite(t).browser(t)
	page := b.fill(potok, "Bílý Potok").has(t, "Odeslat odtud to bohužel nejde", "pot2d3f", "urad@potok.example", "Stáhnout vyplněný formulář")
	if page.Page.Find(`form[action$="/odeslat"]`).Length() != 0 {
		t.Error("there is a button that sends")
	}
	b.post("/formulare/zkouska/odeslat", "_revision", page.value("_revision")).is(t, 422).has(t, "Odeslat odtud to bohužel nejde")
	var n int
	if err := b.owner.Get(&n, `SELECT count(*) FROM submission`); err != nil || n != 0 {
		t.Fatalf("%d submissions, %v", n, err)
	}
	pdf := b.get("/formulare/zkouska/vyplneny.pdf").is(t, 200)
	if !strings.HasPrefix(pdf.Text, "%PDF-") {
		t.Error("no PDF")
	}
	b.get("/?co=pokacet+strom&kod="+potok).has(t, "přes e-POM podání nepřijímá", "pot2d3f")
	if blank := b.get("/formulare/zkouska/tisk.pdf").is(t, 200); !strings.HasPrefix(blank.Text, "%PDF-") {
		t.Error("no blank PDF")
	}
}
