package operator_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	fiberhtml "github.com/gofiber/template/html/v2"
	"github.com/jba/templatecheck"
	"github.com/jmoiron/sqlx"

	"epom/handlers/operator"
	"epom/handlers/web"
	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/htmlcheck"
	"epom/internal/testdb"
	"epom/offices"
	"epom/records"
	"epom/routing"
	"epom/templates"
	"epom/territory"
	"epom/users"
)

var noon = time.Date(2026, 9, 14, 10, 0, 0, 0, time.UTC)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func engine(t testing.TB) *fiberhtml.Engine {
	e := fiberhtml.NewFileSystem(http.FS(templates.FS), ".html")
	e.AddFuncMap(templates.Funcs())
	if err := e.Load(); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	e := engine(t)
	for name, data := range operator.Templates {
		if err := e.Render(io.Discard, name, data); err != nil {
			t.Errorf("%s with nothing: %v", name, err)
		}
		if err := templatecheck.CheckHTML(e.Templates.Lookup(name), data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// centre is an installation with two offices, one of them at work, behind the operator's pages.
type centre struct {
	t     *testing.T
	app   *fiber.App
	pool  *db.DB
	owner *sqlx.DB
	users *users.Store
	offs  *offices.Store
}

func newCentre(t *testing.T) *centre {
	t.Helper()
	t.Parallel()
	pool, ctx := testdb.New(t), t.Context()
	fake := clock.NewFake(noon)
	c := &centre{t: t, pool: pool, owner: testdb.Owner(t, pool), users: &users.Store{DB: pool, Clock: fake}}
	c.owner.MustExec(`INSERT INTO office (slug, name, seat_name, kind, category, abbreviation, participates) VALUES
		('hejnice', 'Městský úřad Hejnice', 'Hejnice', 'municipality', '63/2', 'HEJ', true), ('frydlant', 'Městský úřad Frýdlant', 'Frýdlant', 'municipality', '63/1', 'FRY', true),
		('bily-potok', 'Obecní úřad Bílý Potok', 'Bílý Potok', 'municipality', '63/2', '', false)`)
	c.owner.MustExec(`INSERT INTO case_file (office_id, series, year, no, mark, subject, opened_at, due_on, documents) VALUES (1, 'denik', 2026, 1, 'HEJ/2026/00001', 'Tajná věc', '2026-08-01', '2026-09-01', 1)`)
	c.owner.MustExec(`INSERT INTO document (office_id, case_id, ordinal, reference_number, direction, kind, subject, channel, party, registered_at, registered_by)
		SELECT 1, id, 1, mark || '-1', 'in', 'submission', subject, 'portal', 'Eva Tichá', '2026-08-01 10:00+00', 'system' FROM case_file`)
	land, offs := must(territory.Open(ctx, pool)), must(offices.Open(ctx, pool))
	router := routing.New(pool, land, offs)
	c.offs = offs
	if err := router.Load(ctx); err != nil {
		t.Fatal(err)
	}
	law := must(records.LoadLaw(ctx, pool))
	letters := []operator.Letter{{ID: 7, Office: 1, To: "eva.ticha@posta.example", CreatedAt: noon.Add(-time.Hour)}, {ID: 6, Office: 1, To: "jan@posta.example", CreatedAt: noon.Add(-2 * time.Hour), SentAt: &noon}}
	o := &operator.Operator{DB: pool, Clock: fake, Users: c.users, Offices: offs, Router: router, Territory: land, Files: must(blob.Open(ctx, t.TempDir(), "")),
		Law: func() *records.Law { return law }, MailKind: "mail-send", DataDir: t.TempDir(),
		Mails: func(context.Context, int) ([]operator.Letter, error) { return letters, nil }}
	c.app = fiber.New(fiber.Config{Immutable: true, Views: engine(t), ErrorHandler: web.Fail(slog.New(slog.DiscardHandler)), StreamRequestBody: true})
	c.app.Use(web.NumberRequests, web.Use(web.Settings{Secret: []byte("0123456789abcdef0123456789abcdef")}))
	for _, r := range routes(t) {
		c.app.Add(r[1], r[2], o.Require(), reflect.ValueOf(o).MethodByName(r[3]).Interface().(func(*fiber.Ctx) error))
	}
	return c
}

// routes reads the map that stands in the comment of the group.
func routes(t testing.TB) [][]string {
	list := regexp.MustCompile(`(?m)^//\t(GET|POST) (\S+)  (\w+)  operate$`).FindAllStringSubmatch(string(must(os.ReadFile("operator.go"))), -1)
	if len(list) != 9 {
		t.Fatalf("%d routes read", len(list))
	}
	return list
}

// as is the cookie of a new person, signed in.
func (c *centre) as(email string, operates bool, places ...users.Role) string {
	c.t.Helper()
	ctx, system := c.t.Context(), db.Scope{Office: 1, Actor: "system"}
	a := must(c.users.CreateAccount(ctx, system, email, "Ota Provozní", operates))
	for _, r := range places {
		if err := c.users.AddMember(ctx, system, a.ID, r, 0); err != nil {
			c.t.Fatal(err)
		}
	}
	cookie, _, err := c.users.SignInByLink(ctx, must(c.users.NewLink(ctx, system, a.ID, time.Hour)), "10.0.0.1", "")
	if err != nil {
		c.t.Fatal(err)
	}
	return cookie
}

func (c *centre) do(cookie, method, path, body string) (*http.Response, string) {
	c.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if cookie != "" {
		r.AddCookie(&http.Cookie{Name: "epom_session", Value: cookie})
	}
	w := must(c.app.Test(r, 20_000))
	return w, string(must(io.ReadAll(w.Body)))
}

func (c *centre) see(cookie, path string) *htmlcheck.Doc {
	c.t.Helper()
	w, body := c.do(cookie, "GET", path, "")
	if w.StatusCode != 200 {
		c.t.Fatalf("%s: status %d", path, w.StatusCode)
	}
	for _, secret := range []string{"Tajná věc", "Eva Tichá", "eva.ticha", "HEJ/2026"} {
		if strings.Contains(body, secret) {
			c.t.Errorf("%s shows %q", path, secret)
		}
	}
	return htmlcheck.Parse(c.t, strings.NewReader(body)).Sound()
}

func TestOnlyTheOperatorEnters(t *testing.T) {
	c := newCentre(t)
	operates, works := c.as("provoz@kraj.example", true), c.as("spravce@hejnice.example", false, users.Roles...)
	for _, r := range routes(t) {
		path := strings.ReplaceAll(r[2], ":id", "1")
		if w, _ := c.do(works, r[1], path, ""); w.StatusCode != 403 {
			t.Errorf("%s %s: status %d for the staff of an office", r[1], path, w.StatusCode)
		}
		want := map[string]int{"GET": 303, "POST": 401}[r[1]]
		if w, _ := c.do("", r[1], path, ""); w.StatusCode != want {
			t.Errorf("%s %s: status %d for a visitor", r[1], path, w.StatusCode)
		}
		if r[1] == "GET" {
			c.see(operates, path)
		}
	}
}

func TestWhatFailedIsTriedAgain(t *testing.T) {
	c := newCentre(t)
	me := c.as("provoz@kraj.example", true)
	c.owner.MustExec(`INSERT INTO job (kind, office_id, payload, attempts, last_error, failed_at) VALUES
		('receipt', 1, '{"office": 1, "submission": 5}', 12, 'no space left', now()), ('receipt', 2, '{}', 12, 'no space left', now()),
		('mail-send', 1, '{"id": 7}', 100, 'connection refused', now())`)
	c.owner.MustExec(`INSERT INTO schedule (kind, every, next_at) VALUES ('morning', '0 6 * * 1-5', now())`)
	c.see(me, "/sprava").Says("main", "Úlohy na pozadí: něco selhalo", "no space left").Says(".figure", "3 úloh selhalo")
	page := c.see(me, "/sprava/ulohy").Says("main", "Selhaly (3)", "potvrzení o podání", "Městský úřad Frýdlant", "ranní přehledy", "0 6 * * 1-5")
	page.Count(`form[action="/sprava/ulohy/znovu"]`, 2)
	if w, _ := c.do(me, "POST", "/sprava/ulohy/1/znovu", ""); w.StatusCode != 303 {
		t.Fatalf("status %d", w.StatusCode)
	}
	c.see(me, "/sprava/ulohy").Says("main", "Selhaly (2)", "Čekají (1)")
	c.do(me, "POST", "/sprava/ulohy/znovu", "kind=receipt")
	c.see(me, "/sprava/ulohy").Says("main", "Selhaly (1)", "Čekají (2)")
	c.see(me, "/sprava/posta").Says("main", "Nepodařilo se odeslat (1)", "e…@posta.example", "connection refused", "j…@posta.example")
	if w, _ := c.do(me, "POST", "/sprava/ulohy/znovu", "kind=mail-send&back=posta"); w.Header.Get("Location") != "/sprava/posta" {
		t.Errorf("leads to %q", w.Header.Get("Location"))
	}
	c.see(me, "/sprava/posta").Says("main", "Nepodařilo se odeslat (0)", "Čeká na odeslání (1)")
	for _, id := range []string{"999", "x"} {
		if w, _ := c.do(me, "POST", "/sprava/ulohy/"+id+"/znovu", ""); w.StatusCode != map[string]int{"999": 303, "x": 404}[id] {
			t.Errorf("job %s: status %d", id, w.StatusCode)
		}
	}
}

// transactions is how many the only connection of the pool has begun so far.
func (c *centre) transactions() (n int) {
	c.t.Helper()
	if err := c.pool.Get(&n, `SELECT CAST(split_part(virtualtransaction, '/', 2) AS int) FROM pg_locks WHERE pid = pg_backend_pid() LIMIT 1`); err != nil {
		c.t.Fatal(err)
	}
	return n
}

func TestTheListOfOfficesCostsTheSameHoweverManyThereAre(t *testing.T) {
	c := newCentre(t)
	c.pool.SetMaxOpenConns(1)
	me := c.as("provoz@kraj.example", true)
	cost := func(rows int) int {
		before := c.transactions()
		c.see(me, "/sprava/urady").Count("tbody tr", rows)
		return c.transactions() - before
	}
	few := cost(2)
	c.owner.MustExec(`INSERT INTO office (slug, name, seat_name, kind, category, abbreviation, participates)
		SELECT 'obec-' || n, 'Obecní úřad ' || n, 'Obec ' || n, 'municipality', '63/2', 'O' || n, true FROM generate_series(1, 30) n`)
	if err := c.offs.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	if many := cost(32); many != few {
		t.Errorf("%d transactions for 2 offices, %d for 32", few, many)
	}
}

func TestOfficesAndHealth(t *testing.T) {
	c := newCentre(t)
	me := c.as("provoz@kraj.example", true)
	c.see(me, "/sprava/urady").Count("tbody tr", 2).Says("tbody tr", "Městský úřad Hejnice", "1. 8. 2026", "ještě nic")
	c.see(me, "/sprava/urady?vse=1").Count("tbody tr", 3).Says("tbody tr", "jen známý")
	health := c.see(me, "/sprava/stav").Says("main", "Databáze", "Místo na disku", "Úložiště souborů", "neověřeno", "Transakční protokoly", "Spisové služby")
	if n := health.Find(".today li").Length(); n != 7 {
		t.Errorf("%s checks", strconv.Itoa(n))
	}
}
