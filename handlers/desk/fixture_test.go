package desk_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
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
	"epom/handlers/desk"
	"epom/handlers/signin"
	"epom/handlers/web"
	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/htmlcheck"
	"epom/internal/preview"
	"epom/internal/testdb"
	"epom/internal/webhook"
	"epom/offices"
	"epom/records"
	"epom/routing"
	"epom/submissions"
	"epom/templates"
	"epom/territory"
	"epom/users"
)

// site is a small installation behind the desk: two neighbouring offices that take part, one that does not, and people
// of every role.
type site struct {
	*desk.Desk
	t           testing.TB
	app         *fiber.App
	clock       *clock.Fake
	owner       *sqlx.DB
	letters     *letters
	here, there *offices.Office
	people      map[string]users.Account
}

const (
	hejnice  = 564044
	frydlant = 564028
	potok    = 546631 // does not take part
	password = "modrý kůň běží lesem"
)

var monday = time.Date(2026, 9, 14, 8, 0, 0, 0, time.UTC)

// letters gathers the links that would be mailed.
type letters struct{ links, invitations []string }

func (l *letters) SignInLink(_ context.Context, to users.Account, path string) error {
	l.links = append(l.links, path)
	return nil
}

func (l *letters) Invitation(_ context.Context, to users.Account, o *offices.Office, path string) error {
	l.invitations = append(l.invitations, to.Email+" "+o.Slug+" "+path)
	return nil
}

func newSite(t testing.TB) *site {
	t.Helper()
	pool, ctx := testdb.New(t), t.Context()
	s := &site{t: t, clock: clock.NewFake(monday), owner: testdb.Owner(t, pool), letters: &letters{}, people: map[string]users.Account{}}
	s.region()
	land := must(territory.Open(ctx, pool))
	offs := must(offices.Open(ctx, pool))
	router := routing.New(pool, land, offs)
	check(t, router.Load(ctx))
	s.here, s.there = must(offs.BySlug("hejnice")), must(offs.BySlug("frydlant"))
	files := must(blob.Open(ctx, t.TempDir(), ""))
	all := catalogue(t)
	subs := submissions.New(submissions.Deps{DB: pool, Clock: s.clock, Forms: all, Router: router, Offices: offs, Files: files,
		Law: must(records.LoadLaw(ctx, pool)), Secret: []byte("0123456789abcdef0123456789abcdef")})
	t.Cleanup(subs.Close)
	s.Desk = &desk.Desk{Staff: web.Staff{DB: pool, Users: &users.Store{DB: pool, Clock: s.clock}, Offices: offs, Law: must(board.LoadLaw(ctx, pool)), Clock: s.clock},
		Submissions: subs, Forms: all, Router: router, Territory: land, Files: files, Letters: s.letters,
		Hooks: &board.Hooks{Key: make([]byte, 32), Client: webhook.New(false), BaseURL: "https://epom.example"}, Previews: must(preview.New(t.TempDir(), preview.Limits{}))}
	s.staff()
	s.mount()
	return s
}

func (s *site) region() {
	s.owner.MustExec(`INSERT INTO area (kind, code, name, parent_code, seat_code, valid_from) VALUES ('region', 78, 'Liberecký kraj', NULL, 563889, '1900-01-01'),
		('district', 3505, 'Liberec', 78, NULL, '1900-01-01'), ('orp', 809, 'Frýdlant', 78, 564028, '1900-01-01'), ('pou', 1724, 'Frýdlant', 809, 564028, '1900-01-01')`)
	s.owner.MustExec(`INSERT INTO municipality (code, name, status, district_code, pou_code, orp_code, region_code, zip, valid_from)
		SELECT c, n, s, 3505, 1724, 809, 78, '46362', '1900-01-01' FROM (VALUES (564044, 'Hejnice', 3), (564028, 'Frýdlant', 3), (546631, 'Bílý Potok', 2)) v(c, n, s)`)
	s.owner.MustExec(`INSERT INTO office (slug, name, seat_name, kind, municipality_code, region_code, category, abbreviation, participates, data_box) VALUES
		('hejnice', 'Městský úřad Hejnice', 'Hejnice', 'municipality', 564044, 78, '63/2', 'HEJ', true, 'abc2d3f'),
		('frydlant', 'Městský úřad Frýdlant', 'Frýdlant', 'municipality', 564028, 78, '63/1', 'FRY', true, 'fry2d3f'),
		('bily-potok', 'Obecní úřad Bílý Potok', 'Bílý Potok', 'municipality', 546631, 78, '63/2', '', false, 'pot2d3f'),
		('liberecky-kraj', 'Krajský úřad Libereckého kraje', 'Liberec', 'region', NULL, 78, '63/1', 'KULK', true, 'krj2d3f')`)
	s.owner.MustExec(`INSERT INTO agenda (position, code, name, statute, level, locality, source, verified, valid_from)
		VALUES (901, 'zkusebni-kaceni', 'Povolení ke kácení dřevin', 'z. 114/1992 § 8 odst. 1', 'obec', 'property', 'test', true, '1992-06-01')`)
	s.owner.MustExec(`INSERT INTO agenda_rule (agenda, valid_from, rule, confirm, source, verified) VALUES ('zkusebni-kaceni', '2000-01-01', 'sr-71', false, 'test', true)`)
	s.owner.MustExec(`INSERT INTO competence (agenda_code, area_kind, area_code, role, level, source, verified, valid_from)
		VALUES ('zkusebni-kaceni', 'country', 0, 'decides', 'obec', 'test', true, '1992-06-01')`)
}

// staff makes one person for each role in the first office, a clerk of the second, one who works in both, one who only
// runs the installation, and one without any role.
func (s *site) staff() {
	ctx, system := s.t.Context(), db.Scope{Actor: "system"}
	add := func(key, name string, operator bool, places ...any) {
		a := must(s.Users.CreateAccount(ctx, system, key+"@urad.example", name, operator))
		s.people[key] = a
		for i := 0; i+1 < len(places); i += 2 {
			check(s.t, s.Users.AddMember(ctx, db.Scope{Office: places[i].(*offices.Office).ID, Actor: "system"}, a.ID, places[i+1].(users.Role), 0))
		}
	}
	add("admin", "Alena Správcová", false, s.here, users.Admin)
	add("mailroom", "Marie Podatelnová", false, s.here, users.Mailroom)
	add("clerk", "Jana Říhová", false, s.here, users.Clerk)
	add("clerk2", "Petr Zeman", false, s.here, users.Clerk)
	add("board", "Dana Desková", false, s.here, users.Board)
	add("auditor", "Karel Kontrola", false, s.here, users.Auditor)
	add("foreign", "Cyril Cizí", false, s.there, users.Clerk, s.there, users.Admin, s.there, users.Mailroom, s.there, users.Board)
	add("both", "Bára Oboustranná", false, s.here, users.Clerk, s.there, users.Clerk)
	add("region", "Kamila Krajská", false, must(s.Offices.BySlug("liberecky-kraj")), users.Admin)
	add("operator", "Ota Provozní", true)
	add("nobody", "Nikdo Nemocný", false)
	check(s.t, s.Users.SetPassword(ctx, system, s.people["clerk"].ID, password, ""))
}

// catalogue holds one form whose answer "obec" decides.
func catalogue(t testing.TB) *forms.Catalogue {
	t.Helper()
	f, err := forms.Parse([]byte(`{"code":"zkouska","version":1,"title":"Zkušební kácení","summary":"Zkušební formulář","agenda":"zkusebni-kaceni",
		"locality":{"key":"property","from":["obec"]},"subject":"'Kácení: ' + druh","applicant":{"person":["kdo"],"email":"mail"},"publishedOn":"2026-01-01",
		"pages":[{"code":"kdo","title":"Kdo","fields":[{"name":"kdo","kind":"person","label":"Žadatel","omit":["adresa"],"required":true},{"name":"mail","kind":"email"}]},
		{"code":"co","title":"Co","fields":[{"name":"obec","kind":"municipality","label":"Obec","required":true},{"name":"druh","kind":"text","label":"Druh stromu","required":true}]}]}`))
	check(t, err)
	return must(forms.NewCatalogue(f))
}

type route struct{ method, path, handler, who string }

var routeLine = regexp.MustCompile(`(?m)^//\t(GET|POST) (\S+)  (\w+)  (.+)$`)

// routesOf reads the map that stands in the comment of a group.
func routesOf(t testing.TB, file string) []route {
	var list []route
	for _, m := range routeLine.FindAllStringSubmatch(string(must(os.ReadFile(file))), -1) {
		list = append(list, route{m[1], m[2], m[3], m[4]})
	}
	if len(list) < 5 {
		t.Fatalf("%s: only %d routes read", file, len(list))
	}
	return list
}

// mount serves the handlers as the comments "Routes:" say, so that these cannot lie.
func (s *site) mount() {
	engine := fiberhtml.NewFileSystem(http.FS(templates.FS), ".html")
	engine.AddFuncMap(templates.Funcs())
	check(s.t, engine.Load())
	log := slog.New(slog.NewTextHandler(testWriter{s.t}, &slog.HandlerOptions{Level: slog.LevelError}))
	s.app = fiber.New(fiber.Config{Immutable: true, Views: engine, ErrorHandler: web.Fail(log), StreamRequestBody: true, DisablePreParseMultipartForm: true})
	s.app.Use(web.NumberRequests, web.Use(web.Settings{Demo: true, Secret: []byte("0123456789abcdef0123456789abcdef")}))
	in := &signin.SignIn{Users: s.Users, Letters: s.letters}
	for _, r := range routesOf(s.t, "../signin/signin.go") {
		s.app.Add(r.method, r.path, handlerOf(s.t, in, r.handler))
	}
	for _, r := range routesOf(s.t, "desk.go") {
		guard := s.Require()
		if r.who != "signed in" {
			guard = s.Require(users.Act(r.who))
		}
		s.app.Add(r.method, r.path, guard, handlerOf(s.t, s.Desk, r.handler))
	}
}

func handlerOf(t testing.TB, group any, name string) fiber.Handler {
	m := reflect.ValueOf(group).MethodByName(name)
	if !m.IsValid() {
		t.Fatalf("no handler %s", name)
	}
	return m.Interface().(func(*fiber.Ctx) error)
}

type testWriter struct{ t testing.TB }

func (w testWriter) Write(b []byte) (int, error) {
	w.t.Log(strings.TrimSpace(string(b)))
	return len(b), nil
}

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

// sent sends a submission about a municipality and returns its case file.
func (s *site) sent(municipality int64, tree string) (caseID int64, reference string) {
	s.t.Helper()
	ctx := s.t.Context()
	token := must(s.Submissions.Start(ctx, "zkouska", "cs", forms.Answers{"kdo": map[string]any{"jmeno": "Eva", "prijmeni": "Tichá", "narozeni": "1980-05-06"},
		"mail": "eva@posta.example", "obec": map[string]any{"code": municipality, "name": "Obec"}, "druh": tree}))
	sent := must(s.Submissions.Send(ctx, token, 1))
	v := must(s.Submissions.ByReference(ctx, sent.Reference))
	return v.CaseID, sent.Reference
}

// posted hangs a notice with one file on the board of the first office.
func (s *site) posted(title string) *board.Posting {
	s.t.Helper()
	ref := must(s.Files.PutBytes(s.t.Context(), []byte(pdfFile)))
	n := board.New{Origin: board.FromFile, Content: board.Content{Kind: "zamer", Title: title, Issuer: s.here.Name,
		Files: []board.File{{Name: "záměr.pdf", MediaType: ref.MediaType, Size: ref.Size, SHA256: ref.SHA256}}}}
	var p *board.Posting
	err := s.DB.Tx(s.t.Context(), db.Scope{Office: s.here.ID, Actor: users.Actor(s.people["board"].ID)}, func(tx *db.Tx) (err error) {
		until := clock.Date(s.clock.Now()).AddDate(0, 0, 15)
		n.UntilOn = &until
		p, err = s.Law.Make(s.t.Context(), tx, n, s.clock.Now())
		return err
	})
	check(s.t, err)
	return p
}

// browser keeps cookies as a person's browser does.
type browser struct {
	*site
	t       testing.TB
	cookies map[string]string
}

func (s *site) visitor(t testing.TB) *browser { return &browser{s, t, map[string]string{}} }

// as is the browser of somebody signed in.
func (s *site) as(t testing.TB, person string) *browser {
	t.Helper()
	token := must(s.Users.NewLink(t.Context(), db.Scope{Actor: "system"}, s.people[person].ID, time.Hour))
	cookie, _, err := s.Users.SignInByLink(t.Context(), token, "10.0.0.1", "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0")
	check(t, err)
	b := s.visitor(t)
	b.cookies["epom_session"] = cookie
	return b
}

// answer is a page as it came.
type answer struct {
	*http.Response
	t    testing.TB
	text string
	page *htmlcheck.Doc
}

func (b *browser) do(method, path, kind string, body io.Reader, head ...string) *answer {
	b.t.Helper()
	r := httptest.NewRequest(method, path, body)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for i := 0; i+1 < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	for k, v := range b.cookies {
		r.AddCookie(&http.Cookie{Name: k, Value: v})
	}
	w, err := b.app.Test(r, 20_000)
	check(b.t, err)
	for _, c := range w.Cookies() {
		if c.Value == "" || !c.Expires.IsZero() && c.Expires.Year() < 1980 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	a := &answer{Response: w, t: b.t, text: string(must(io.ReadAll(w.Body)))}
	if strings.HasPrefix(a.text, "<!DOCTYPE") {
		a.page = htmlcheck.Parse(b.t, strings.NewReader(a.text))
	}
	return a
}

func (b *browser) get(path string, head ...string) *answer {
	b.t.Helper()
	return b.do("GET", path, "", nil, head...)
}

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

func (b *browser) post(path string, pairs ...string) *answer {
	b.t.Helper()
	return b.do("POST", path, "application/x-www-form-urlencoded", strings.NewReader(form(pairs...).Encode()))
}

// upload posts a form with one file.
func (b *browser) upload(path, name, content string, pairs ...string) *answer {
	b.t.Helper()
	return b.uploads(path, [][2]string{{name, content}}, pairs...)
}

// uploads posts a form with files, each a name and a content.
func (b *browser) uploads(path string, files [][2]string, pairs ...string) *answer {
	b.t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for i := 0; i+1 < len(pairs); i += 2 {
		check(b.t, w.WriteField(pairs[i], pairs[i+1]))
	}
	for _, f := range files {
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", fmt.Sprintf(`form-data; name="files"; filename=%q`, f[0]))
		h.Set("Content-Type", "application/octet-stream")
		_, err := must(w.CreatePart(h)).Write([]byte(f[1]))
		check(b.t, err)
	}
	check(b.t, w.Close())
	return b.do("POST", path, w.FormDataContentType(), &buf)
}

// is demands a status, and of a redirect where it leads.
func (a *answer) is(status int, to ...string) *answer {
	a.t.Helper()
	if a.StatusCode != status {
		a.t.Fatalf("%s %s: status %d, want %d: %s", a.Request.Method, a.Request.URL, a.StatusCode, status, a.words())
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
	return strings.Join(strings.Fields(a.page.Find("main").Text()), " ")
}

// says demands words in the page.
func (a *answer) says(texts ...string) *answer {
	a.t.Helper()
	words := strings.ReplaceAll(a.words(), "\u00a0", " ")
	for _, text := range texts {
		if !strings.Contains(words, text) {
			a.t.Fatalf("page lacks %q:\n%s", text, words)
		}
	}
	return a
}

// silent demands that words are not in the page.
func (a *answer) silent(texts ...string) *answer {
	a.t.Helper()
	for _, text := range texts {
		if strings.Contains(a.text, text) {
			a.t.Fatalf("page has %q", text)
		}
	}
	return a
}
