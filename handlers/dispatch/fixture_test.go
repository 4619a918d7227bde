package dispatch_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
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
	"epom/handlers/dispatch"
	"epom/handlers/web"
	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/htmlcheck"
	"epom/internal/testdb"
	"epom/offices"
	"epom/records"
	sending "epom/records/dispatch"
	"epom/templates"
	"epom/users"
)

// site is the výpravna of two offices with people of every role.
type site struct {
	*dispatch.Dispatch
	t           *testing.T
	app         *fiber.App
	clock       *clock.Fake
	owner       *sqlx.DB
	here, there *offices.Office
	law         *records.Law
	people      map[string]users.Account
	routes      []route
}

type route struct{ method, path, handler, who string }

var routeLine = regexp.MustCompile(`(?m)^//\t(GET|POST) (\S+)  (\w+)  (.+)$`)

var monday = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newSite(t *testing.T) *site {
	t.Helper()
	pool, ctx := testdb.New(t), t.Context()
	s := &site{t: t, clock: clock.NewFake(monday), owner: testdb.Owner(t, pool), people: map[string]users.Account{}}
	s.owner.MustExec(`INSERT INTO office (slug, name, seat_name, kind, category, abbreviation, participates, data_box, street, zip, town) VALUES
		('hejnice', 'Městský úřad Hejnice', 'Hejnice', 'other', '63/2', 'HEJ', true, 'hej2345', 'Klášterní 88', '46362', 'Hejnice'),
		('frydlant', 'Městský úřad Frýdlant', 'Frýdlant', 'other', '63/1', 'FRY', true, 'fry2345', '', '', '')`)
	offs := must(offices.Open(ctx, pool))
	s.here, s.there = must(offs.BySlug("hejnice")), must(offs.BySlug("frydlant"))
	s.law = must(records.LoadLaw(ctx, pool))
	s.Dispatch = &dispatch.Dispatch{Staff: web.Staff{DB: pool, Users: &users.Store{DB: pool, Clock: s.clock}, Offices: offs, Law: must(board.LoadLaw(ctx, pool)), Clock: s.clock},
		Sending: must(sending.LoadLaw(ctx, pool, s.law)), Files: must(blob.Open(ctx, t.TempDir(), ""))}
	add := func(key string, o *offices.Office, roles ...users.Role) {
		a := must(s.Users.CreateAccount(ctx, db.Scope{Actor: "system"}, key+"@urad.example", "Osoba "+key, false))
		s.people[key] = a
		for _, r := range roles {
			check(t, s.Users.AddMember(ctx, db.Scope{Office: o.ID, Actor: "system"}, a.ID, r, 0))
		}
	}
	add("clerk", s.here, users.Clerk)
	add("mailroom", s.here, users.Mailroom)
	add("auditor", s.here, users.Auditor)
	add("board", s.here, users.Board)
	add("admin", s.here, users.Admin)
	add("foreign", s.there, users.Clerk, users.Mailroom, users.Admin, users.Board)
	s.mount()
	return s
}

// mount serves the handlers as the comment "Routes:" says, so that it cannot lie.
func (s *site) mount() {
	engine := fiberhtml.NewFileSystem(http.FS(templates.FS), ".html")
	engine.AddFuncMap(templates.Funcs())
	check(s.t, engine.Load())
	s.app = fiber.New(fiber.Config{Immutable: true, Views: engine, ErrorHandler: web.Fail(slog.New(slog.NewTextHandler(s.t.Output(), nil))), StreamRequestBody: true, DisablePreParseMultipartForm: true})
	s.app.Use(web.NumberRequests, web.Use(web.Settings{Demo: true, Secret: []byte("0123456789abcdef0123456789abcdef")}))
	for _, m := range routeLine.FindAllStringSubmatch(string(must(os.ReadFile("dispatch.go"))), -1) {
		h := reflect.ValueOf(s.Dispatch).MethodByName(m[3])
		s.routes = append(s.routes, route{m[1], m[2], m[3], m[4]})
		s.app.Add(m[1], m[2], s.Require(users.Act(m[4])), h.Interface().(func(*fiber.Ctx) error))
	}
	if len(s.routes) < 10 {
		s.t.Fatalf("only %d routes", len(s.routes))
	}
}

// document registers an outgoing document and its addressee.
func (s *site) document(parties ...records.Party) (doc, caseID int64, ids []int64) {
	s.t.Helper()
	ctx, now := s.t.Context(), s.clock.Now()
	check(s.t, s.DB.Tx(ctx, db.Scope{Office: s.here.ID, Actor: "account:1"}, func(tx *db.Tx) error {
		c := must(records.OpenCase(ctx, tx, s.law, records.NewCase{Subject: "Kácení lípy"}, now))
		n := records.NewDocument{Direction: records.Out, Kind: "decision", Subject: "Rozhodnutí o kácení", Channel: "none"}
		for _, p := range parties {
			p.Kind = records.Person
			made := must(records.CreateParty(ctx, tx, p, now))
			ids = append(ids, made.ID)
			n.Parties = append(n.Parties, records.PartyRole{ID: made.ID, Role: records.Addressee})
		}
		d := must(records.AddDocument(ctx, tx, c.ID, n, now))
		doc, caseID = d.ID, c.ID
		return nil
	}))
	return doc, caseID, ids
}

// browser is somebody signed in.
type browser struct {
	*site
	t       *testing.T
	cookies map[string]string
}

func (s *site) as(person string) *browser {
	token := must(s.Users.NewLink(s.t.Context(), db.Scope{Actor: "system"}, s.people[person].ID, time.Hour))
	cookie, _, err := s.Users.SignInByLink(s.t.Context(), token, "10.0.0.1", "Mozilla/5.0")
	check(s.t, err)
	return &browser{s, s.t, map[string]string{"epom_session": cookie}}
}

type answer struct {
	*http.Response
	t    *testing.T
	text string
	page *htmlcheck.Doc
}

func (b *browser) do(method, path, kind string, body io.Reader) *answer {
	b.t.Helper()
	r := httptest.NewRequest(method, path, body)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for k, v := range b.cookies {
		r.AddCookie(&http.Cookie{Name: k, Value: v})
	}
	w, err := b.app.Test(r, 20_000)
	check(b.t, err)
	for _, c := range w.Cookies() {
		if b.cookies[c.Name] = c.Value; c.Value == "" {
			delete(b.cookies, c.Name)
		}
	}
	a := &answer{Response: w, t: b.t, text: string(must(io.ReadAll(w.Body)))}
	if strings.HasPrefix(a.text, "<!DOCTYPE") {
		a.page = htmlcheck.Parse(b.t, strings.NewReader(a.text))
		a.page.Sound()
	}
	return a
}

func (b *browser) get(path string) *answer { b.t.Helper(); return b.do("GET", path, "", nil) }

func (b *browser) post(path string, pairs ...string) *answer {
	b.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return b.do("POST", path, "application/x-www-form-urlencoded", strings.NewReader(v.Encode()))
}

// upload posts a form with one file.
func (b *browser) upload(path, name, content string, pairs ...string) *answer {
	b.t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for i := 0; i+1 < len(pairs); i += 2 {
		check(b.t, w.WriteField(pairs[i], pairs[i+1]))
	}
	part := must(w.CreateFormFile("soubor", name))
	_ = must(io.WriteString(part, content))
	check(b.t, w.Close())
	return b.do("POST", path, w.FormDataContentType(), &buf)
}

func (a *answer) is(status int, to ...string) *answer {
	a.t.Helper()
	if a.StatusCode != status {
		a.t.Fatalf("status %d, want %d: %s", a.StatusCode, status, a.words())
	}
	if len(to) > 0 && a.Header.Get("Location") != to[0] {
		a.t.Fatalf("leads to %q, want %q", a.Header.Get("Location"), to[0])
	}
	return a
}

func (a *answer) words() string {
	if a.page == nil {
		return a.text
	}
	return strings.ReplaceAll(strings.Join(strings.Fields(a.page.Find("main").Text()), " "), "\u00a0", " ")
}

func (a *answer) says(texts ...string) *answer {
	a.t.Helper()
	for _, text := range texts {
		if !strings.Contains(a.words(), text) {
			a.t.Fatalf("page lacks %q:\n%s", text, a.words())
		}
	}
	return a
}

func (a *answer) silent(texts ...string) *answer {
	a.t.Helper()
	for _, text := range texts {
		if strings.Contains(a.text, text) {
			a.t.Fatalf("page has %q", text)
		}
	}
	return a
}

// last is the newest sending of the first office.
func (s *site) last() (id int64) {
	s.t.Helper()
	check(s.t, s.owner.Get(&id, `SELECT max(id) FROM dispatch WHERE office_id = $1`, s.here.ID))
	return id
}

func at(id int64) string { return fmt.Sprintf("/kancelar/vypravna/%d", id) }
