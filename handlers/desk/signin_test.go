package desk_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestSigningInByPassword(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.visitor(t)
	b.get("/kancelar/denik?rok=2026").is(303, "/prihlaseni?kam=%2Fkancelar%2Fdenik%3Frok%3D2026")
	b.get("/prihlaseni?kam=%2Fkancelar%2Fdenik%3Frok%3D2026").is(200).page.Sound().Attr("input[name=kam]", "value", "/kancelar/denik?rok=2026")
	wrong := b.post("/prihlaseni", "email", "clerk@urad.example", "password", "nesmysl nesmysl", "kam", "/kancelar/denik").is(422)
	wrong.page.Sound().Attr("#email", "value", "clerk@urad.example").Attr("input[name=kam]", "value", "/kancelar/denik")
	unknown := b.post("/prihlaseni", "email", "kdosi@urad.example", "password", "nesmysl nesmysl").is(422)
	if a, b := wrong.page.Find("[role=alert]").Text(), unknown.page.Find("[role=alert]").Text(); a != b || a == "" {
		t.Errorf("a known and an unknown e-mail differ: %q, %q", a, b)
	}
	b.post("/prihlaseni", "email", "Clerk@Urad.example", "password", password, "kam", "/kancelar/denik?rok=2026").is(303, "/kancelar/denik?rok=2026")
	b.get("/kancelar/denik").is(200)
	b.get("/prihlaseni").is(303, "/kancelar")
	b.post("/odhlaseni").is(303, "/prihlaseni")
	b.get("/kancelar/denik").is(303)

	for _, kam := range []string{"//zlo.example", "https://zlo.example", "/\\zlo.example", "javascript:alert(1)", "zlo", "/\t/zlo.example"} {
		v := s.visitor(t)
		v.post("/prihlaseni", "email", "clerk@urad.example", "password", password, "kam", kam).is(303, "/kancelar")
	}
}

func TestSigningInIsLimited(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.visitor(t)
	for range 10 {
		b.post("/prihlaseni", "email", "clerk@urad.example", "password", "nesmysl nesmysl").is(422)
	}
	got := b.post("/prihlaseni", "email", "clerk@urad.example", "password", password).is(429)
	if got.Header.Get("Retry-After") == "" {
		t.Error("nobody says when to come again")
	}
	got.says("Příliš mnoho pokusů")
	s.clock.Advance(10 * time.Minute)
	b.post("/prihlaseni", "email", "clerk@urad.example", "password", password).is(303)

	ask := s.visitor(t)
	for range 3 {
		ask.post("/prihlaseni/odkaz", "email", "clerk2@urad.example").is(200)
	}
	ask.post("/prihlaseni/odkaz", "email", "clerk2@urad.example").is(429).says("Příliš mnoho pokusů")
	if len(s.letters.links) != 3 {
		t.Errorf("%d links were sent", len(s.letters.links))
	}
}

func TestSigningInByALink(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.visitor(t)
	b.get("/prihlaseni/odkaz?kam=/kancelar/lhuty").is(200).page.Sound()
	b.post("/prihlaseni/odkaz", "email", "nesmysl").is(422).page.Sound()
	known := b.post("/prihlaseni/odkaz", "email", "clerk2@urad.example", "kam", "/kancelar/lhuty").is(200)
	unknown := b.post("/prihlaseni/odkaz", "email", "clerk9@urad.example", "kam", "/kancelar/lhuty").is(200)
	if strings.ReplaceAll(known.words(), "clerk2", "") != strings.ReplaceAll(unknown.words(), "clerk9", "") {
		t.Error("a known and an unknown e-mail differ")
	}
	if len(s.letters.links) != 1 {
		t.Fatalf("links: %q", s.letters.links)
	}
	link := s.letters.links[0]
	path, _, _ := strings.Cut(link, "?")
	// A mail scanner opens the link and spends nothing.
	scanner := s.visitor(t)
	scanner.get(link).is(200).page.Sound().Attr("form.card input[name=kam]", "value", "/kancelar/lhuty")
	if _, in := scanner.cookies["epom_session"]; in {
		t.Fatal("opening a link signs nobody in")
	}
	b.post(path, "kam", "/kancelar/lhuty").is(303, "/kancelar/lhuty")
	b.get("/kancelar/lhuty").is(200)
	second := s.visitor(t)
	second.post(path).is(422).says("Odkaz už neplatí").page.Sound()
	second.get("/kancelar").is(303)
}

// What somebody typed while her session ended is shown again after signing in and can be sent at once.
func TestNothingTypedIsLostWhenTheSessionEnds(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id, _ := s.sent(hejnice, "lípa")
	at := fmt.Sprintf("/kancelar/spisy/%d", id)
	b := s.as(t, "clerk")
	s.clock.Advance(13 * time.Hour)
	asked := b.post(at+"/vyzva", "text", "Dlouhý text\r\nna dva řádky.", "due", "30. 9. 2026").is(401).says("Přihlášení mezitím skončilo")
	asked.page.Sound().Has(`form[action="` + at + `/vyzva"] input[name=text]`)
	kept := asked.page.Value("input[name=kept]", "value")
	b.post("/prihlaseni", "email", "clerk@urad.example", "password", "špatné heslo", "kept", kept).is(422).page.Attr("input[name=kept]", "value", kept)
	again := b.post("/prihlaseni", "email", "clerk@urad.example", "password", password, "kept", kept).is(200).says("Nic se neztratilo", "Dlouhý text")
	text := again.page.Sound().Find(`form[action="`+at+`/vyzva"] input[name=text]`).AttrOr("value", "")
	if strings.ReplaceAll(text, "\r\n", "\n") != "Dlouhý text\nna dva řádky." {
		t.Errorf("kept %q", text)
	}
	b.post(at+"/vyzva", "text", text, "due", "30. 9. 2026").is(303, at)
	b.get(at).is(200).says("Výzva odešla")

	// Signed in elsewhere meanwhile: the page itself can send it again.
	other, _ := s.sent(hejnice, "buk")
	v := s.visitor(t)
	v.post(fmt.Sprintf("/kancelar/spisy/%d/prodlouzit", other), "days", "5", "why", "důvod").is(401)
	part := b.get("/kancelar/posta", "HX-Request", "true")
	part.is(200)
	gone := s.visitor(t).get("/kancelar/posta", "HX-Request", "true", "HX-Current-URL", "http://epom.example/kancelar/posta?stav=nove")
	if gone.StatusCode != http.StatusNoContent || gone.Header.Get("HX-Redirect") != "/prihlaseni?kam=%2Fkancelar%2Fposta%3Fstav%3Dnove" {
		t.Errorf("%d %v", gone.StatusCode, gone.Header)
	}
}

func TestAFormOfAForeignPageIsRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id, _ := s.sent(hejnice, "lípa")
	b := s.as(t, "clerk")
	for _, r := range routesOf(t, "desk.go") {
		if r.method != "POST" {
			continue
		}
		who := b
		if r.who == "admin-office" {
			who = s.as(t, "admin")
		}
		got := who.do("POST", address(r.path, id, 1, 1), "application/x-www-form-urlencoded", strings.NewReader("clerk=me"), "Sec-Fetch-Site", "cross-site")
		if got.StatusCode != 403 {
			t.Errorf("%s: status %d", r.path, got.StatusCode)
		}
	}
}
