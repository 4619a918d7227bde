package files_test

import (
	"bytes"
	"context"
	"encoding/base64"
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
	"epom/forms"
	"epom/handlers/files"
	"epom/handlers/web"
	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/htmlcheck"
	"epom/internal/testdb"
	"epom/offices"
	"epom/records"
	sending "epom/records/dispatch"
	"epom/records/scheme"
	"epom/routing"
	"epom/submissions"
	"epom/templates"
	"epom/users"
)

// site is two offices with people of the roles that matter here, behind the routes as they stand in the program.
type site struct {
	*files.Files
	t           *testing.T
	app         *fiber.App
	clock       *clock.Fake
	owner       *sqlx.DB
	files       *blob.Store
	here, there *offices.Office
	keys        map[string]string // person → session
	people      map[string]int64
}

const hejnice = 564044

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%+v", err)
	}
}

func newSite(t *testing.T) *site {
	t.Helper()
	pool, ctx := testdb.New(t), t.Context()
	s := &site{t: t, clock: clock.NewFake(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)), owner: testdb.Owner(t, pool), keys: map[string]string{}, people: map[string]int64{}}
	s.owner.MustExec(`INSERT INTO area (kind, code, name, parent_code, seat_code, valid_from) VALUES ('region', 78, 'Liberecký kraj', NULL, 563889, '1900-01-01'),
		('district', 3505, 'Liberec', 78, NULL, '1900-01-01'), ('orp', 809, 'Frýdlant', 78, 564028, '1900-01-01'), ('pou', 1724, 'Frýdlant', 809, 564028, '1900-01-01')`)
	s.owner.MustExec(`INSERT INTO municipality (code, name, status, district_code, pou_code, orp_code, region_code, zip, valid_from)
		SELECT c, n, 3, 3505, 1724, 809, 78, '46362', '1900-01-01' FROM (VALUES (564044, 'Hejnice'), (564028, 'Frýdlant')) v(c, n)`)
	s.owner.MustExec(`INSERT INTO office (slug, name, seat_name, kind, municipality_code, region_code, category, abbreviation, participates, ico) VALUES
		('hejnice', 'Městský úřad Hejnice', 'Hejnice', 'municipality', 564044, 78, '63/2', 'HEJ', true, '00262781'),
		('frydlant', 'Městský úřad Frýdlant', 'Frýdlant', 'municipality', 564028, 78, '63/1', 'FRY', true, '00262782')`)
	s.owner.MustExec(`INSERT INTO agenda (position, code, name, statute, level, locality, source, verified, valid_from)
		VALUES (901, 'zkusebni-kaceni', 'Povolení ke kácení dřevin', 'z. 114/1992 § 8 odst. 1', 'obec', 'property', 'test', true, '1992-06-01')`)
	s.owner.MustExec(`INSERT INTO competence (agenda_code, area_kind, area_code, role, level, source, verified, valid_from)
		VALUES ('zkusebni-kaceni', 'country', 0, 'decides', 'obec', 'test', true, '1992-06-01')`)
	router, offs, law := must(routing.Open(ctx, pool)), must(offices.Open(ctx, pool)), must(records.LoadLaw(ctx, pool))
	s.here, s.there = must(offs.BySlug("hejnice")), must(offs.BySlug("frydlant"))
	s.files = must(blob.Open(ctx, t.TempDir(), ""))
	form := must(forms.Parse([]byte(`{"code":"zkouska","version":1,"title":"Zkušební kácení","summary":"Zkušební formulář","agenda":"zkusebni-kaceni",
		"locality":{"key":"property","from":["obec"]},"subject":"'Kácení: ' + druh","applicant":{"person":["kdo"],"email":"mail"},"publishedOn":"2026-01-01",
		"pages":[{"code":"kdo","title":"Kdo","fields":[{"name":"kdo","kind":"person","label":"Žadatel","omit":["adresa"],"required":true},{"name":"mail","kind":"email"}]},
		{"code":"co","title":"Co","fields":[{"name":"obec","kind":"municipality","label":"Obec","required":true},{"name":"druh","kind":"text","label":"Druh stromu","required":true}]}]}`)))
	subs := submissions.New(submissions.Deps{DB: pool, Clock: s.clock, Forms: must(forms.NewCatalogue(form)), Router: router, Offices: offs, Files: s.files, Law: law,
		Secret: []byte("0123456789abcdef0123456789abcdef")})
	t.Cleanup(subs.Close)
	people := &users.Store{DB: pool, Clock: s.clock}
	staff := web.Staff{DB: pool, Users: people, Offices: offs, Law: must(board.LoadLaw(ctx, pool)), Clock: s.clock}
	s.Files = &files.Files{Staff: staff, Kept: s.files, Sending: must(sending.LoadLaw(ctx, pool, law)), Submissions: subs, Router: router}
	for key, o := range map[string]*offices.Office{"admin": s.here, "clerk": s.here, "clerk2": s.here, "mailroom": s.here, "foreign": s.there} {
		role := map[string]users.Role{"admin": users.Admin, "mailroom": users.Mailroom}[key]
		if role == "" {
			role = users.Clerk
		}
		a := must(people.CreateAccount(ctx, db.Scope{Actor: "system"}, key+"@urad.example", "Osoba "+key, false))
		check(t, people.AddMember(ctx, db.Scope{Office: o.ID, Actor: "system"}, a.ID, role, 0))
		if key == "foreign" {
			check(t, people.AddMember(ctx, db.Scope{Office: o.ID, Actor: "system"}, a.ID, users.Admin, 0))
			check(t, people.AddMember(ctx, db.Scope{Office: o.ID, Actor: "system"}, a.ID, users.Mailroom, 0))
		}
		s.people[key] = a.ID
	}
	s.signIn()
	s.in(func(ctx context.Context, tx *db.Tx) error {
		_, err := scheme.AdoptStarter(ctx, tx, s.clock.Now(), clock.Date(s.clock.Now()))
		return err
	})
	s.mount()
	return s
}

var routeLine = regexp.MustCompile(`app\.(Get|Post)\("([^"]+)", (\w+), f\.(\w+)\)`)

// mount serves the handlers as the program does.
func (s *site) mount() {
	engine := fiberhtml.NewFileSystem(http.FS(templates.FS), ".html")
	engine.AddFuncMap(templates.Funcs())
	check(s.t, engine.Load())
	s.app = fiber.New(fiber.Config{Immutable: true, Views: engine, ErrorHandler: web.Fail(slog.New(slog.NewTextHandler(s.t.Output(), nil))), StreamRequestBody: true, DisablePreParseMultipartForm: true})
	s.app.Use(web.NumberRequests, web.Use(web.Settings{Demo: true, Secret: []byte("0123456789abcdef0123456789abcdef")}))
	guards := map[string]fiber.Handler{"see": s.Require(users.SeeMail), "handle": s.Require(users.Handle), "keep": s.Require(users.KeepStore), "dispose": s.Require(users.Dispose),
		"admin": s.Require(users.AdminOffice), "open": s.Require(users.Register, users.Handle), "books": s.Require(users.SeeBooks)}
	found := routeLine.FindAllStringSubmatch(string(must(os.ReadFile("../routesfiles.go"))), -1)
	for _, m := range found {
		s.app.Add(strings.ToUpper(m[1]), m[2], guards[m[3]], reflect.ValueOf(s.Files).MethodByName(m[4]).Interface().(func(*fiber.Ctx) error))
	}
	if len(found) < 40 {
		s.t.Fatalf("only %d routes", len(found))
	}
}

// signIn signs everybody in; again after years have passed.
func (s *site) signIn() {
	s.t.Helper()
	for key, id := range s.people {
		link := must(s.Users.NewLink(s.t.Context(), db.Scope{Actor: "system"}, id, time.Hour))
		session, _, err := s.Users.SignInByLink(s.t.Context(), link, "127.0.0.1", "test")
		check(s.t, err)
		s.keys[key] = session
	}
}

func (s *site) in(fn func(context.Context, *db.Tx) error) {
	s.t.Helper()
	check(s.t, s.DB.Tx(s.t.Context(), db.Scope{Office: s.here.ID, Actor: users.Actor(s.people["clerk"])}, func(tx *db.Tx) error { return fn(s.t.Context(), tx) }))
}

// answer is a page that came back.
type answer struct {
	*http.Response
	t    *testing.T
	text string
}

func (s *site) do(who, method, path, kind string, body io.Reader) *answer {
	s.t.Helper()
	r := httptest.NewRequest(method, path, body)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	r.AddCookie(&http.Cookie{Name: "epom_session", Value: s.keys[who]})
	w, err := s.app.Test(r, 20_000)
	check(s.t, err)
	a := &answer{w, s.t, string(must(io.ReadAll(w.Body)))}
	if strings.HasPrefix(a.text, "<!DOCTYPE") {
		page := htmlcheck.Parse(s.t, strings.NewReader(a.text))
		page.Sound()
		a.text = page.Find("main").Text()
	}
	a.text = strings.ReplaceAll(strings.Join(strings.Fields(a.text), " "), "\u00a0", " ")
	for _, c := range w.Cookies() { // what a redirect will say
		if _, said, ok := strings.Cut(c.Value, "."); ok {
			if text, err := base64.RawURLEncoding.DecodeString(said); err == nil {
				a.text += " " + string(text)
			}
		}
	}
	return a
}

func (s *site) get(who, path string) *answer { s.t.Helper(); return s.do(who, "GET", path, "", nil) }

func (s *site) post(who, path string, pairs ...string) *answer {
	s.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return s.do(who, "POST", path, "application/x-www-form-urlencoded", strings.NewReader(v.Encode()))
}

// upload posts a form with one file.
func (s *site) upload(who, path, name, content string, pairs ...string) *answer {
	s.t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for i := 0; i+1 < len(pairs); i += 2 {
		check(s.t, w.WriteField(pairs[i], pairs[i+1]))
	}
	part := must(w.CreateFormFile("file", name))
	_ = must(io.WriteString(part, content))
	check(s.t, w.Close())
	return s.do(who, "POST", path, w.FormDataContentType(), &buf)
}

// is checks the status and that the page says the texts.
func (a *answer) is(status int, texts ...string) *answer {
	a.t.Helper()
	if a.StatusCode != status {
		a.t.Fatalf("status %d, want %d: %s", a.StatusCode, status, a.text)
	}
	for _, text := range texts {
		if !strings.Contains(a.text, text) {
			a.t.Fatalf("page lacks %q:\n%s", text, a.text)
		}
	}
	return a
}
