package registry_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	fiberhtml "github.com/gofiber/template/html/v2"
	"github.com/jmoiron/sqlx"

	"epom/board"
	"epom/handlers/registry"
	"epom/handlers/web"
	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/htmlcheck"
	"epom/internal/testdb"
	"epom/offices"
	"epom/records"
	"epom/records/books"
	"epom/templates"
	"epom/users"
)

var noon = time.Date(2026, 9, 14, 10, 0, 0, 0, time.UTC)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// desk is two offices with people behind the pages of numbers and books.
type desk struct {
	t      *testing.T
	app    *fiber.App
	pool   *db.DB
	owner  *sqlx.DB
	users  *users.Store
	clock  *clock.Fake
	maker  *books.Maker
	people map[string]string // cookies
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	pool, ctx := testdb.New(t), t.Context()
	d := &desk{t: t, pool: pool, owner: testdb.Owner(t, pool), clock: clock.NewFake(noon), people: map[string]string{}}
	d.users = &users.Store{DB: pool, Clock: d.clock}
	d.owner.MustExec(`INSERT INTO office (slug, name, seat_name, kind, category, abbreviation, participates) VALUES
		('hejnice', 'Městský úřad Hejnice', 'Hejnice', 'municipality', '63/2', 'HEJ', true), ('frydlant', 'Městský úřad Frýdlant', 'Frýdlant', 'municipality', '63/1', 'FRY', true)`)
	files := must(blob.Open(ctx, t.TempDir(), ""))
	d.maker = &books.Maker{DB: pool, Clock: d.clock, Files: files}
	r := &registry.Registry{Staff: web.Staff{DB: pool, Users: d.users, Offices: must(offices.Open(ctx, pool)), Law: must(board.LoadLaw(ctx, pool)), Clock: d.clock}, Files: files,
		Agenda: func(code string) string { return "agenda " + code }, Agendas: func() []registry.Choice { return []registry.Choice{{Value: "kaceni", Label: "Kácení"}} }}
	engine := fiberhtml.NewFileSystem(http.FS(templates.FS), ".html")
	engine.AddFuncMap(templates.Funcs())
	if err := engine.Load(); err != nil {
		t.Fatal(err)
	}
	d.app = fiber.New(fiber.Config{Immutable: true, Views: engine, ErrorHandler: web.Fail(slog.New(slog.DiscardHandler)), StreamRequestBody: true, DisableStartupMessage: true})
	d.app.Use(web.NumberRequests, web.Use(web.Settings{Secret: []byte("0123456789abcdef0123456789abcdef")}))
	list := regexp.MustCompile(`(?m)^//\t(GET|POST) (\S+)  (\w+)  (\S+)$`).FindAllStringSubmatch(string(must(os.ReadFile("registry.go"))), -1)
	if len(list) != 10 {
		t.Fatalf("%d routes read", len(list))
	}
	for _, x := range list {
		d.app.Add(x[1], x[2], r.Require(users.Act(x[4])), reflect.ValueOf(r).MethodByName(x[3]).Interface().(func(*fiber.Ctx) error))
	}
	for who, place := range map[string]struct {
		office int32
		role   users.Role
	}{"admin": {1, users.Admin}, "clerk": {1, users.Clerk}, "colleague": {1, users.Clerk}, "foreign": {2, users.Clerk}} {
		system := db.Scope{Office: place.office, Actor: "system"}
		a := must(d.users.CreateAccount(ctx, system, who+"@example.cz", "Osoba "+who, false))
		if err := d.users.AddMember(ctx, system, a.ID, place.role, 0); err != nil {
			t.Fatal(err)
		}
		cookie, _, err := d.users.SignInByLink(ctx, must(d.users.NewLink(ctx, system, a.ID, time.Hour)), "10.0.0.1", "")
		if err != nil {
			t.Fatal(err)
		}
		d.people[who] = cookie
	}
	return d
}

// ask asks as somebody; form = a form posted. Pages are looked over for sound structure.
func (d *desk) ask(who, path string, form url.Values) (int, string, http.Header) {
	d.t.Helper()
	req := httptest.NewRequest("GET", path, nil)
	if form != nil {
		req = httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	req.AddCookie(&http.Cookie{Name: "epom_session", Value: d.people[who]})
	resp, err := d.app.Test(req, 20000)
	if err != nil {
		d.t.Fatal(err)
	}
	body := string(must(io.ReadAll(resp.Body)))
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") && strings.Contains(body, "<html") {
		htmlcheck.Parse(d.t, strings.NewReader(body)).Sound()
	}
	return resp.StatusCode, body, resp.Header
}

func (d *desk) wants(what string, code, status int, body string, texts ...string) {
	d.t.Helper()
	if code != status {
		d.t.Errorf("%s: status %d, want %d", what, code, status)
	}
	for _, s := range texts {
		if !strings.Contains(body, s) {
			d.t.Errorf("%s: the page lacks %q", what, s)
		}
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const path = "/kancelar/sprava/cislovani"
	code, body, _ := d.ask("admin", path, nil)
	d.wants("the page", code, 200, body, "HEJ/2026/00001", "{zkratka}/{rok}/{poradi:5}")
	code, _, _ = d.ask("clerk", path, nil)
	d.wants("a clerk", code, 403, "")

	code, body, _ = d.ask("admin", path, url.Values{"act": {"mask"}, "preview": {"1"}, "series": {"denik"}, "mask": {"{zkratka}-{rok}/{poradi:3}"}, "from": {"2027"}})
	d.wants("a preview", code, 200, body, "HEJ-2027/001", "HEJ-2027/1234-2", "Zatím se nic neuložilo", `value="{zkratka}-{rok}/{poradi:3}"`)
	var kept int
	if err := d.owner.Get(&kept, `SELECT count(*) FROM number_mask`); err != nil || kept != 0 {
		t.Errorf("a preview kept %d masks (%v)", kept, err)
	}
	for _, c := range []struct {
		form url.Values
		says string
	}{
		{url.Values{"act": {"mask"}, "series": {"denik"}, "mask": {"{rok}/{poradi:5}"}, "from": {"2027"}}, "V masce chybí {zkratka}"},
		{url.Values{"act": {"mask"}, "preview": {"1"}, "series": {"denik"}, "mask": {"{zkratka}/{rok}/{poradi}"}, "from": {"2027"}}, "s počtem číslic"},
		{url.Values{"act": {"mask"}, "series": {"denik"}, "mask": {"{zkratka}/{rok}/{poradi:5}"}, "from": {"loni"}}, "Zadejte rok 2026 až 2036"},
		{url.Values{"act": {"create"}, "name": {"<b>Faktury</b>"}, "abbr": {"fa"}}, "velká písmena"},
		{url.Values{"act": {"agenda"}, "register": {"neni"}}, "Vyberte agendu"},
		{url.Values{"act": {"agenda"}, "agenda": {"kaceni"}, "register": {"neni"}}, "neexistuje"},
		{url.Values{"act": {"end"}, "code": {"neni"}}, "Taková otevřená evidence"},
		{url.Values{"act": {"close-year"}, "series": {"denik"}, "year": {"2026"}}, "rok, který už skončil"},
		{url.Values{"act": {"abbreviation"}, "abbreviation": {"FRY"}, "from": {"2027"}}, "používá jiný úřad"},
		{url.Values{"act": {"nic"}}, "co se má na číslování změnit"},
	} {
		code, body, _ := d.ask("admin", path, c.form)
		d.wants(fmt.Sprint(c.form), code, 422, body, c.says)
		if strings.Contains(body, "<b>Faktury") {
			t.Error("what was typed is in the page as it is")
		}
	}
	for _, form := range []url.Values{{"act": {"create"}, "name": {"Faktury"}, "abbr": {"FA"}}, {"act": {"agenda"}, "agenda": {"kaceni"}, "register": {"faktury"}},
		{"act": {"mask"}, "series": {"faktury"}, "mask": {"{zkratka}/{rok}/{evidence}/{poradi:3}"}, "from": {"2026"}}, {"act": {"close-year"}, "series": {"denik"}, "year": {"2025"}},
		{"act": {"abbreviation"}, "register": {"faktury"}, "abbreviation": {"FAK"}, "from": {"2027"}}} {
		if code, body, _ := d.ask("admin", path, form); code != 303 {
			t.Errorf("%v: %d %s", form, code, regexp.MustCompile(`(?s)error-summary.*?</div>`).FindString(body))
		}
	}
	code, body, _ = d.ask("admin", path, nil)
	d.wants("after the changes", code, 200, body, "HEJ/2026/FA/001", "agenda kaceni", "uzavřený", "Znovu otevřít")
	var events int
	if err := d.owner.Get(&events, `SELECT count(*) FROM audit_event WHERE object_type = 'register'`); err != nil || events != 5 {
		t.Errorf("%d changes in the log (%v)", events, err)
	}
}

func TestBooks(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	err := d.pool.Tx(t.Context(), db.Scope{Office: 1, Actor: "account:2"}, func(tx *db.Tx) error {
		c, err := records.OpenCase(t.Context(), tx, nil, records.NewCase{Subject: "Kácení lípy"}, noon)
		if err == nil {
			_, err = records.AddDocument(t.Context(), tx, c.ID, records.NewDocument{Direction: records.In, Kind: "letter", Subject: "Kácení lípy", Channel: "post", Party: "Eva"}, noon)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	const path = "/kancelar/sestavy"
	for _, form := range []url.Values{{"kind": {"journal"}, "format": {"csv"}}, {"kind": {"journal"}, "format": {"csv"}, "rok": {"2026"}, "evidence": {"cizi"}}, {"kind": {"search"}, "format": {"pdf"}}, {"kind": {"x"}, "format": {"csv"}},
		{"kind": {"statistics"}, "format": {"csv"}, "rok": {"2030"}}} {
		code, _, _ := d.ask("clerk", path, form)
		d.wants(fmt.Sprint(form), code, 422, "")
	}
	code, _, head := d.ask("clerk", path, url.Values{"kind": {"journal"}, "format": {"csv"}, "rok": {"2026"}, "evidence": {"denik"}})
	own := head.Get("Location")
	d.wants("asked for", code, 303, "")
	code, body, _ := d.ask("clerk", own, nil)
	d.wants("waiting", code, 200, body, "čeká na vytvoření", "Zastavit", `hx-trigger="every 2s"`)
	code, _, _ = d.ask("clerk", own+"/soubor", nil)
	d.wants("not yet", code, 404, "")
	var id int64
	if _, err := fmt.Sscanf(own, path+"/%d", &id); err != nil {
		t.Fatal(err)
	}
	if err := d.maker.Make(t.Context(), db.Scope{Office: 1, Actor: "system"}, id, func(context.Context, *db.Tx) error { return nil }); err != nil {
		t.Fatal(err)
	}
	code, body, _ = d.ask("clerk", own, nil)
	d.wants("ready", code, 200, body, "hotovo", "Stáhnout", "podaci-denik-2026-")
	code, body, head = d.ask("clerk", own+"/soubor", nil)
	d.wants("taken away", code, 200, body, "\ufeffČíslo jednací;", "HEJ/2026/00001-1;")
	if !strings.HasPrefix(head.Get("Content-Disposition"), "attachment; filename=podaci-denik-2026-") || head.Get("Cache-Control") != "no-store" {
		t.Errorf("%v", head)
	}
	var taken int
	if err := d.owner.Get(&taken, `SELECT count(*) FROM audit_event WHERE action = 'book taken away'`); err != nil || taken != 1 {
		t.Errorf("taken away %d times by the log (%v)", taken, err)
	}
	for _, who := range []string{"colleague", "foreign"} {
		for _, at := range []string{own, own + "/soubor"} {
			code, _, _ := d.ask(who, at, nil)
			d.wants(who+" at "+at, code, 404, "")
		}
		code, _, _ := d.ask(who, own+"/zastavit", url.Values{"_": {""}})
		d.wants(who+" stops it", code, 404, "")
	}
	code, _, head = d.ask("clerk", path, url.Values{"kind": {"search"}, "format": {"xlsx"}, "query": {"q=kaceni"}})
	d.wants("a search", code, 303, "")
	second := head.Get("Location")
	code, _, _ = d.ask("clerk", second+"/zastavit", url.Values{"_": {""}})
	d.wants("stopped", code, 303, "")
	code, body, _ = d.ask("clerk", second, nil)
	d.wants("it says so", code, 200, body, "zastaveno")
	code, body, _ = d.ask("clerk", path, nil)
	d.wants("the list", code, 200, body, "Podací deník 2026", "Výsledek hledání", "zastaveno", "hotovo")
	code, body, _ = d.ask("clerk", path+"/statistika?rok=2026", nil)
	d.wants("statistics", code, 200, body, "Statistika za rok 2026", "pošta")

	code, _, head = d.ask("clerk", "/kancelar/hledat/ulozit", url.Values{"name": {"Lípy"}, "query": {"q=lip&od=2026-01-01&nic=1"}, "shared": {"1"}})
	d.wants("a kept search", code, 303, "")
	if head.Get("Location") != "/kancelar/hledat?od=2026-01-01&q=lip" {
		t.Error(head.Get("Location"))
	}
	code, _, _ = d.ask("colleague", "/kancelar/hledat/filtry/1/smazat", url.Values{"_": {""}})
	d.wants("a colleague's search", code, 404, "")
	code, _, _ = d.ask("clerk", "/kancelar/hledat/filtry/1/smazat", url.Values{"_": {""}})
	d.wants("forgotten", code, 303, "")
}
