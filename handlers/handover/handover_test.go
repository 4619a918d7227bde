package handover_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	fiberhtml "github.com/gofiber/template/html/v2"

	"epom/board"
	"epom/handlers/handover"
	"epom/handlers/web"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/erms"
	"epom/internal/htmlcheck"
	"epom/internal/testdb"
	"epom/internal/webhook"
	"epom/offices"
	"epom/records"
	"epom/records/exchange"
	"epom/templates"
	"epom/users"
)

var monday = time.Date(2026, 11, 30, 9, 42, 0, 0, time.UTC)

// site is two offices, one that must have a records system of its own and one that need not, with their people.
type site struct {
	*handover.Handover
	t     testing.TB
	app   *fiber.App
	clock *clock.Fake
	keys  map[string]string // person → session
	full  int32             // 63/1
}

func newSite(t testing.TB) *site {
	t.Helper()
	pool, ctx := testdb.New(t), t.Context()
	s := &site{t: t, clock: clock.NewFake(monday), keys: map[string]string{}}
	testdb.Owner(t, pool).MustExec(`INSERT INTO office (slug, name, seat_name, kind, category, abbreviation, participates) VALUES
		('frydlant', 'Městský úřad Frýdlant', 'Frýdlant', 'other', '63/1', 'FRY', true), ('hejnice', 'Městský úřad Hejnice', 'Hejnice', 'other', '63/2', 'HEJ', true)`)
	offs, err := offices.Open(ctx, pool)
	s.must(err)
	law, err := board.LoadLaw(ctx, pool)
	s.must(err)
	people := &users.Store{DB: pool, Clock: s.clock}
	ex := &exchange.Service{DB: pool, Now: s.clock.Now, Key: make([]byte, 32), Check: webhook.New(true).Check, HTTP: http.DefaultClient}
	s.Handover = &handover.Handover{Staff: web.Staff{DB: pool, Users: people, Offices: offs, Law: law, Clock: s.clock}, Exchange: ex}
	for _, p := range []struct {
		key, office string
		role        users.Role
	}{{"admin", "frydlant", users.Admin}, {"mailroom", "frydlant", users.Mailroom}, {"auditor", "frydlant", users.Auditor}, {"small", "hejnice", users.Admin}, {"foreign", "hejnice", users.Mailroom}} {
		o, err := offs.BySlug(p.office)
		s.must(err)
		if p.office == "frydlant" {
			s.full = o.ID
		}
		a, err := people.CreateAccount(ctx, db.Scope{Actor: "system"}, p.key+"@urad.example", p.key, false)
		s.must(err)
		s.must(people.AddMember(ctx, db.Scope{Office: o.ID, Actor: "system"}, a.ID, p.role, 0))
		link, err := people.NewLink(ctx, db.Scope{Actor: "system"}, a.ID, users.LinkLife)
		s.must(err)
		s.keys[p.key], _, err = people.SignInByLink(ctx, link, "127.0.0.1", "test")
		s.must(err)
	}
	engine := fiberhtml.NewFileSystem(http.FS(templates.FS), ".html")
	engine.AddFuncMap(templates.Funcs())
	s.must(engine.Load())
	s.app = fiber.New(fiber.Config{Immutable: true, Views: engine, ErrorHandler: web.Fail(nil), StreamRequestBody: true, DisablePreParseMultipartForm: true})
	s.app.Use(web.NumberRequests, web.Use(web.Settings{Demo: true, Secret: []byte("0123456789abcdef0123456789abcdef")}))
	admin, see, register := s.Require(users.AdminOffice), s.Require(users.SeeMail), s.Require(users.Register)
	s.app.Get("/kancelar/sprava/spisovka", admin, s.Setting)
	s.app.Post("/kancelar/sprava/spisovka", admin, s.Set)
	s.app.Post("/kancelar/sprava/spisovka/zkouska", admin, s.Try)
	s.app.Post("/kancelar/sprava/spisovka/:id/zrusit", admin, s.Withdraw)
	s.app.Get("/kancelar/predani", see, s.List)
	s.app.Get("/kancelar/spisy/:id/predani", see, s.Show)
	s.app.Post("/kancelar/spisy/:id/predani/znovu", register, s.Retry)
	s.app.Post("/kancelar/spisy/:id/predani/zastavit", register, s.Stop)
	s.app.Post("/kancelar/spisy/:id/predani/cislo", register, s.Number)
	return s
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// ask sends a request as a person; pairs make a form. It returns the page without markup.
func (s *site) ask(who, method, path string, code int, pairs ...string) string {
	s.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	req := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.AddCookie(&http.Cookie{Name: "epom_session", Value: s.keys[who]})
	resp, err := s.app.Test(req, 30_000)
	s.must(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	s.must(err)
	if resp.StatusCode != code {
		s.t.Fatalf("%s %s %s: %d, want %d\n%s", who, method, path, resp.StatusCode, code, body)
	}
	if code == 200 || code == 422 {
		htmlcheck.Parse(s.t, strings.NewReader(string(body))).Sound()
	}
	return strings.ReplaceAll(string(body), "\u00a0", " ")
}

func (s *site) says(page string, words ...string) {
	s.t.Helper()
	for _, w := range words {
		if !strings.Contains(page, w) {
			s.t.Errorf("the page does not say %q", w)
		}
	}
}

const setting = "/kancelar/sprava/spisovka"

// The page of an office tells it what § 63 allows; a wrong form comes back with what was typed; a right one holds.
func TestSetting(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	page := s.ask("admin", "GET", setting, 200)
	s.says(page, "musí mít vlastní spisovou službu s atestem", "Teď se nic nepředává", "vestavěná v e-POM")
	if strings.Contains(page, `value="built-in"`) {
		t.Error("an office under § 63(1) is offered the built-in service")
	}
	s.says(s.ask("small", "GET", setting, 200), "Váš úřad si může vybrat", `value="built-in" checked`)
	s.ask("mailroom", "GET", setting, 403)
	s.says(s.ask("admin", "POST", setting, 422, "druh", "built-in"), "musí vést dokumenty ve své spisové službě s atestem")
	page = s.ask("admin", "POST", setting, 422, "druh", "nsesss", "url", "nic", "nas-kod", "EPOM", "jejich-kod", "ESSL", "osoba", "x", "od", "zítra")
	s.says(page, "Napište den", `value="zítra"`, `value="EPOM"`)
	s.says(s.ask("admin", "POST", setting, 422, "druh", "nsesss", "url", "nic", "nas-kod", "EPOM", "jejich-kod", "ESSL", "osoba", "x"), "Adresa není úplná", `value="nic"`)
	s.says(s.ask("admin", "POST", setting, 422), "Vyberte, kterou spisovou službu")

	server := httptest.NewServer(&erms.Fake{Code: "ESSL", User: "epom", Password: "tajné"})
	defer server.Close()
	right := []string{"druh", "nsesss", "url", server.URL, "nas-kod", "EPOM", "jejich-kod", "ESSL", "osoba", "x", "ucet", "epom", "heslo", "tajné"}
	s.ask("admin", "POST", setting, 303, right...)
	page = s.ask("admin", "GET", setting, 200)
	s.says(page, "předává se rozhraním národního standardu", server.URL, "Co kdy platilo")
	if strings.Contains(page, "tajné") {
		t.Error("the password is shown")
	}
	s.ask("admin", "POST", setting+"/zkouska", 303)
	s.ask("admin", "POST", setting, 303, "druh", "mail", "podatelna", "podatelna@frydlant.example", "od", "1. 1. 2027")
	s.says(s.ask("admin", "GET", setting, 200), "začne platit", "podatelna@frydlant.example")
	var id string
	s.must(s.DB.Tx(t.Context(), db.Scope{Office: s.full, Actor: "test"}, func(tx *db.Tx) error { return tx.Get(&id, `SELECT max(id) FROM records_link`) }))
	s.ask("small", "POST", setting+"/"+id+"/zrusit", 303) // another office: nothing happens
	s.says(s.ask("admin", "GET", setting, 200), "začne platit")
	s.ask("admin", "POST", setting+"/"+id+"/zrusit", 303)
	s.says(s.ask("admin", "GET", setting, 200), "zrušeno")
}

// What people see and do with one hand-over.
func TestHandover(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.says(s.ask("mailroom", "GET", "/kancelar/predani", 200), "Nic nečeká", "vestavěnou")
	s.ask("admin", "POST", setting, 303, "druh", "mail", "podatelna", "podatelna@frydlant.example")
	s.clock.Advance(time.Minute)
	var id int64
	s.Exchange.Keep = func(context.Context, []byte) (string, int64, error) { return strings.Repeat("0", 64), 1, nil }
	s.must(s.DB.Tx(t.Context(), db.Scope{Office: s.full, Actor: "test"}, func(tx *db.Tx) error {
		at := s.clock.Now()
		c, err := records.OpenCase(t.Context(), tx, nil, records.NewCase{Subject: "Žádost <b>o kácení</b>"}, at)
		if err != nil {
			return err
		}
		id = c.ID
		_, err = records.AddDocument(t.Context(), tx, id, records.NewDocument{Direction: records.In, Kind: "letter", Subject: "Žádost", Channel: "email", DeliveredAt: &at}, at)
		return err
	}))
	s.must(s.Exchange.Advance(t.Context(), s.full, id, func(*db.Tx, time.Time) error { return nil }))
	at := "/kancelar/spisy/1/predani"
	if id != 1 {
		t.Fatal("the first case file")
	}
	s.says(s.ask("mailroom", "GET", at, 200), "čeká od 30. 11. 10:43", "podatelna úřadu odpoví číslem jednacím", "Zapsat číslo", "FRY/2026/00001-1", "zatím ne; vše zůstává i v e-POM")
	s.says(s.ask("mailroom", "GET", "/kancelar/predani", 200), "FRY/2026/00001", "Žádost &lt;b&gt;o kácení")
	if page := s.ask("auditor", "GET", at, 200); strings.Contains(page, "Zapsat číslo") || strings.Contains(page, "Zastavit předání") {
		t.Error("who only reads is offered acts")
	}
	s.ask("auditor", "POST", at+"/znovu", 403)
	s.says(s.ask("mailroom", "POST", at+"/zastavit", 422, "duvod", " "), "Napište důvod")
	s.ask("mailroom", "POST", at+"/zastavit", 303, "duvod", "Zkouška")
	s.says(s.ask("mailroom", "GET", at, 200), "zastaveno", "Zkouška", "Zkusit hned znovu")
	s.ask("mailroom", "POST", at+"/znovu", 303)
	s.says(s.ask("mailroom", "POST", at+"/cislo", 422, "cislo", "nevím <x>"), "Napište číslo jednací", "nevím &lt;x&gt;")
	s.ask("mailroom", "POST", at+"/cislo", 303, "cislo", "MUFR 12/2026")
	s.ask("mailroom", "POST", at+"/cislo", 303, "cislo", "MUFR 13/2026") // refused: there is one number
	s.says(s.ask("mailroom", "GET", at, 200), "MUFR 12/2026", "potvrzeno")
	// the neighbours see nothing and can do nothing
	s.ask("foreign", "GET", at, 404)
	for _, act := range []string{"/znovu", "/zastavit", "/cislo"} {
		s.ask("foreign", "POST", at+act, 404, "duvod", "x", "cislo", "1/2026")
	}
	s.says(s.ask("foreign", "GET", "/kancelar/predani", 200), "Nic nečeká")
}
