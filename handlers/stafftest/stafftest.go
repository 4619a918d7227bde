// Package stafftest is an office with people behind its pages, for the tests of clerks' handlers: a real database, real sessions,
// every page that comes back is checked to be sound.
package stafftest

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
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	fiberhtml "github.com/gofiber/template/html/v2"

	"epom/board"
	"epom/forms"
	"epom/handlers/web"
	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/htmlcheck"
	"epom/internal/testdb"
	"epom/offices"
	"epom/records"
	"epom/routing"
	"epom/submissions"
	"epom/templates"
	"epom/users"
)

// Site is two neighbouring offices with people of the usual roles: admin, clerk, clerk2 and mailroom of one, foreign of the other.
type Site struct {
	T           *testing.T
	App         *fiber.App
	Clock       *clock.Fake
	Staff       web.Staff
	Blobs       *blob.Store
	Law         *records.Law
	Router      *routing.Store
	Submissions *submissions.Service
	Here, There *offices.Office
	People      map[string]int64 // person → account
	keys        map[string]string
}

var secret = []byte("0123456789abcdef0123456789abcdef")

// Must is a value or the end of the test.
func Must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Check ends the test at an error.
func Check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%+v", err)
	}
}

// New makes a site without pages; Mount those under test on its App.
func New(t *testing.T) *Site {
	t.Helper()
	pool, ctx := testdb.New(t), t.Context()
	owner := testdb.Owner(t, pool)
	s := &Site{T: t, Clock: clock.NewFake(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)), keys: map[string]string{}, People: map[string]int64{}}
	owner.MustExec(`INSERT INTO area (kind, code, name, parent_code, seat_code, valid_from) VALUES ('region', 78, 'Liberecký kraj', NULL, 563889, '1900-01-01'),
		('district', 3505, 'Liberec', 78, NULL, '1900-01-01'), ('orp', 809, 'Frýdlant', 78, 564028, '1900-01-01'), ('pou', 1724, 'Frýdlant', 809, 564028, '1900-01-01')`)
	owner.MustExec(`INSERT INTO municipality (code, name, status, district_code, pou_code, orp_code, region_code, zip, valid_from)
		SELECT c, n, 3, 3505, 1724, 809, 78, '46362', '1900-01-01' FROM (VALUES (564044, 'Hejnice'), (564028, 'Frýdlant')) v(c, n)`)
	owner.MustExec(`INSERT INTO office (slug, name, seat_name, kind, municipality_code, region_code, category, abbreviation, participates, ico) VALUES
		('hejnice', 'Městský úřad Hejnice', 'Hejnice', 'municipality', 564044, 78, '63/2', 'HEJ', true, '00262781'),
		('frydlant', 'Městský úřad Frýdlant', 'Frýdlant', 'municipality', 564028, 78, '63/1', 'FRY', true, '00262782')`)
	owner.MustExec(`INSERT INTO agenda (position, code, name, statute, level, locality, source, verified, valid_from)
		VALUES (901, 'zkusebni-kaceni', 'Povolení ke kácení dřevin', 'z. 114/1992 § 8 odst. 1', 'obec', 'property', 'test', true, '1992-06-01')`)
	owner.MustExec(`INSERT INTO competence (agenda_code, area_kind, area_code, role, level, source, verified, valid_from)
		VALUES ('zkusebni-kaceni', 'country', 0, 'decides', 'obec', 'test', true, '1992-06-01')`)
	offs := Must(offices.Open(ctx, pool))
	s.Router, s.Law, s.Blobs = Must(routing.Open(ctx, pool)), Must(records.LoadLaw(ctx, pool)), Must(blob.Open(ctx, t.TempDir(), ""))
	s.Here, s.There = Must(offs.BySlug("hejnice")), Must(offs.BySlug("frydlant"))
	form := Must(forms.Parse([]byte(`{"code":"zkouska","version":1,"title":"Zkušební kácení","summary":"Zkušební formulář","agenda":"zkusebni-kaceni",
		"locality":{"key":"property","from":["obec"]},"subject":"'Kácení: ' + druh","applicant":{"person":["kdo"],"email":"mail"},"publishedOn":"2026-01-01",
		"pages":[{"code":"kdo","title":"Kdo","fields":[{"name":"kdo","kind":"person","label":"Žadatel","omit":["adresa"],"required":true},{"name":"mail","kind":"email"}]},
		{"code":"co","title":"Co","fields":[{"name":"obec","kind":"municipality","label":"Obec","required":true},{"name":"druh","kind":"text","label":"Druh stromu","required":true}]}]}`)))
	s.Submissions = submissions.New(submissions.Deps{DB: pool, Clock: s.Clock, Forms: Must(forms.NewCatalogue(form)), Router: s.Router, Offices: offs, Files: s.Blobs, Law: s.Law, Secret: secret})
	t.Cleanup(s.Submissions.Close)
	s.Staff = web.Staff{DB: pool, Users: &users.Store{DB: pool, Clock: s.Clock}, Offices: offs, Law: Must(board.LoadLaw(ctx, pool)), Clock: s.Clock}
	for key, o := range map[string]*offices.Office{"admin": s.Here, "clerk": s.Here, "clerk2": s.Here, "mailroom": s.Here, "foreign": s.There} {
		role := map[string]users.Role{"admin": users.Admin, "mailroom": users.Mailroom}[key]
		if role == "" {
			role = users.Clerk
		}
		a := Must(s.Staff.Users.CreateAccount(ctx, db.Scope{Actor: "system"}, key+"@urad.example", "Osoba "+key, false))
		Check(t, s.Staff.Users.AddMember(ctx, db.Scope{Office: o.ID, Actor: "system"}, a.ID, role, 0))
		if key == "foreign" {
			Check(t, s.Staff.Users.AddMember(ctx, db.Scope{Office: o.ID, Actor: "system"}, a.ID, users.Admin, 0))
			Check(t, s.Staff.Users.AddMember(ctx, db.Scope{Office: o.ID, Actor: "system"}, a.ID, users.Mailroom, 0))
		}
		s.People[key] = a.ID
	}
	s.SignIn()
	engine := fiberhtml.NewFileSystem(http.FS(templates.FS), ".html")
	engine.AddFuncMap(templates.Funcs())
	Check(t, engine.Load())
	s.App = fiber.New(fiber.Config{Immutable: true, Views: engine, ErrorHandler: web.Fail(slog.New(slog.NewTextHandler(t.Output(), nil))), StreamRequestBody: true, DisablePreParseMultipartForm: true})
	s.App.Use(web.NumberRequests, web.Use(web.Settings{Demo: true, Secret: secret}))
	return s
}

// SignIn signs everybody in; again after years have passed.
func (s *Site) SignIn() {
	s.T.Helper()
	for key, id := range s.People {
		link := Must(s.Staff.Users.NewLink(s.T.Context(), db.Scope{Actor: "system"}, id, time.Hour))
		session, _, err := s.Staff.Users.SignInByLink(s.T.Context(), link, "127.0.0.1", "test")
		Check(s.T, err)
		s.keys[key] = session
	}
}

// In runs something as the clerk, in a transaction of the office.
func (s *Site) In(fn func(context.Context, *db.Tx) error) {
	s.T.Helper()
	Check(s.T, s.Staff.DB.Tx(s.T.Context(), db.Scope{Office: s.Here.ID, Actor: users.Actor(s.People["clerk"])}, func(tx *db.Tx) error { return fn(s.T.Context(), tx) }))
}

// Answer is a page that came back; Text is what its main part says, with what a redirect will say.
type Answer struct {
	*http.Response
	Text string
	t    *testing.T
}

// Do asks for a page as a person; kind is the type of the body, "" = none.
func (s *Site) Do(who, method, path, kind string, body io.Reader) *Answer {
	s.T.Helper()
	r := httptest.NewRequest(method, path, body)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	r.AddCookie(&http.Cookie{Name: "epom_session", Value: s.keys[who]})
	w, err := s.App.Test(r, 20_000)
	Check(s.T, err)
	a := &Answer{w, string(Must(io.ReadAll(w.Body))), s.T}
	if strings.HasPrefix(a.Text, "<!DOCTYPE") {
		page := htmlcheck.Parse(s.T, strings.NewReader(a.Text))
		page.Sound()
		a.Text = page.Find("main").Text()
	}
	a.Text = strings.ReplaceAll(strings.Join(strings.Fields(a.Text), " "), "\u00a0", " ")
	for _, c := range w.Cookies() { // what a redirect will say
		if _, said, ok := strings.Cut(c.Value, "."); ok {
			if text, err := base64.RawURLEncoding.DecodeString(said); err == nil {
				a.Text += " " + string(text)
			}
		}
	}
	return a
}

// Get asks for a page.
func (s *Site) Get(who, path string) *Answer { s.T.Helper(); return s.Do(who, "GET", path, "", nil) }

// Post sends a form of pairs of names and values.
func (s *Site) Post(who, path string, pairs ...string) *Answer {
	s.T.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return s.Do(who, "POST", path, "application/x-www-form-urlencoded", strings.NewReader(v.Encode()))
}

// Upload posts a form with one file.
func (s *Site) Upload(who, path, name, content string, pairs ...string) *Answer {
	s.T.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for i := 0; i+1 < len(pairs); i += 2 {
		Check(s.T, w.WriteField(pairs[i], pairs[i+1]))
	}
	part := Must(w.CreateFormFile("file", name))
	_ = Must(io.WriteString(part, content))
	Check(s.T, w.Close())
	return s.Do(who, "POST", path, w.FormDataContentType(), &buf)
}

// Is checks the status and that the page says the texts.
func (a *Answer) Is(status int, texts ...string) *Answer {
	a.t.Helper()
	if a.StatusCode != status {
		a.t.Fatalf("status %d, want %d: %s", a.StatusCode, status, a.Text)
	}
	for _, text := range texts {
		if !strings.Contains(a.Text, text) {
			a.t.Fatalf("page lacks %q:\n%s", text, a.Text)
		}
	}
	return a
}
