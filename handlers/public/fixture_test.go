package public_test

import (
	"bufio"
	"bytes"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gofiber/fiber/v2"
	fiberhtml "github.com/gofiber/template/html/v2"
	"github.com/jmoiron/sqlx"

	"epom/board"
	"epom/forms"
	"epom/handlers/public"
	"epom/handlers/web"
	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/testdb"
	"epom/notify"
	"epom/offices"
	"epom/records"
	"epom/records/daily"
	"epom/routing"
	"epom/submissions"
	"epom/templates"
	"epom/territory"
	"epom/users"
)

// site is a small installation behind its pages: two offices that take part, one that does not.
type site struct {
	*public.Public
	t     testing.TB
	app   *fiber.App
	clock *clock.Fake
	pool  *db.DB
	owner *sqlx.DB
	mails []string // links that were queued
	here  *offices.Office
	there *offices.Office
}

const (
	hejnice = "564044"
	frydlan = "564028"
	potok   = "546631" // does not take part
)

var monday = time.Date(2026, 9, 14, 8, 0, 0, 0, time.UTC)

func newSite(t testing.TB) *site {
	t.Helper()
	pool := testdb.New(t)
	s := &site{t: t, clock: clock.NewFake(monday), pool: pool, owner: testdb.Owner(t, pool)}
	s.region()
	ctx := t.Context()
	land := must(territory.Open(ctx, pool))
	offs := must(offices.Open(ctx, pool))
	router := routing.New(pool, land, offs)
	check(t, router.Load(ctx))
	s.here, s.there = must(offs.BySlug("hejnice")), must(offs.BySlug("frydlant"))
	files := must(blob.Open(ctx, t.TempDir(), ""))
	secret := []byte("0123456789abcdef0123456789abcdef")
	all := catalogue(t)
	subs := submissions.New(submissions.Deps{DB: pool, Clock: s.clock, Forms: all, Router: router, Offices: offs, Files: files,
		Law: must(records.LoadLaw(ctx, pool)), Secret: secret})
	t.Cleanup(subs.Close)
	s.Public = &public.Public{Clock: s.clock, BaseURL: "https://epom.example", Forms: all, Submissions: subs, Routing: router, Territory: land, Offices: offs,
		Users: &users.Store{DB: pool, Clock: s.clock}, Files: files, Live: web.NewLive(100),
		Papers: &daily.Public{DB: pool}, Boards: board.NewPublic(pool), Kinds: must(board.LoadLaw(ctx, pool)), Shelf: web.NewShelf(s.clock.Now, 8<<20),
		QueueMail: func(_ *db.Tx, _ *submissions.Draft, link string) error { s.mails = append(s.mails, link); return nil }}
	t.Cleanup(s.Live.Close)
	law := must(board.LoadLaw(ctx, pool))
	s.Told = &board.Told{DB: pool, Clock: s.clock, Law: law, Key: []byte("told")}
	s.QueueTold = func(_ *db.Tx, _ *board.Subscription, _ notify.Wished, link string) error {
		s.mails = append(s.mails, link)
		return nil
	}
	s.app = mount(t, s.Public, web.Settings{Demo: true, Secret: secret})
	return s
}

// mount serves the handlers as the comment "Routes:" says, so that the comment cannot lie.
func mount(t testing.TB, p *public.Public, settings web.Settings) *fiber.App {
	t.Helper()
	engine := fiberhtml.NewFileSystem(http.FS(templates.FS), ".html")
	engine.AddFuncMap(templates.Funcs())
	check(t, engine.Load())
	log := slog.New(slog.NewTextHandler(testWriter{t}, &slog.HandlerOptions{Level: slog.LevelError}))
	app := fiber.New(fiber.Config{Immutable: true, Views: engine, ErrorHandler: web.Fail(log), StreamRequestBody: true, DisablePreParseMultipartForm: true})
	app.Use(func(c *fiber.Ctx) error {
		if p.Shelf.Serve(c) {
			return nil
		}
		return c.Next()
	}, web.NumberRequests, web.Use(settings))
	source := must(os.ReadFile("public.go"))
	_, block, _ := strings.Cut(string(source), "// Routes:\n")
	n := 0
	for lines := bufio.NewScanner(strings.NewReader(block)); lines.Scan() && strings.HasPrefix(lines.Text(), "// "); n++ {
		part := strings.Fields(lines.Text())
		method := reflect.ValueOf(p).MethodByName(part[3])
		if !method.IsValid() {
			t.Fatalf("no handler %s", part[3])
		}
		app.Add(part[1], part[2], method.Interface().(func(*fiber.Ctx) error))
	}
	if n < 25 {
		t.Fatalf("only %d routes read", n)
	}
	return app
}

type testWriter struct{ t testing.TB }

func (w testWriter) Write(b []byte) (int, error) {
	w.t.Log(strings.TrimSpace(string(b)))
	return len(b), nil
}

func (s *site) region() {
	s.owner.MustExec(`INSERT INTO area (kind, code, name, parent_code, seat_code, valid_from) VALUES ('region', 78, 'Liberecký kraj', NULL, 563889, '1900-01-01'),
		('district', 3505, 'Liberec', 78, NULL, '1900-01-01'), ('orp', 809, 'Frýdlant', 78, 564028, '1900-01-01'), ('pou', 1724, 'Frýdlant', 809, 564028, '1900-01-01'),
		('district', 3208, 'Jihlava', 78, NULL, '1900-01-01')`)
	s.owner.MustExec(`INSERT INTO municipality (code, name, status, district_code, pou_code, orp_code, region_code, zip, valid_from)
		SELECT c, n, s, d, 1724, 809, 78, '46362', '1900-01-01' FROM (VALUES (564044, 'Hejnice', 3, 3505), (564028, 'Frýdlant', 3, 3505), (546631, 'Bílý Potok', 2, 3505),
		(587001, 'Lhota', 2, 3505), (587002, 'Lhota', 2, 3208)) v(c, n, s, d)`)
	s.owner.MustExec(`INSERT INTO office (slug, name, seat_name, kind, municipality_code, region_code, category, abbreviation, participates, data_box, email) VALUES
		('hejnice', 'Městský úřad Hejnice', 'Hejnice', 'municipality', 564044, 78, '63/2', 'HEJ', true, 'abc2d3f', 'urad@hejnice.example'),
		('frydlant', 'Městský úřad Frýdlant', 'Frýdlant', 'municipality', 564028, 78, '63/1', 'FRY', true, 'fry2d3f', 'urad@frydlant.example'),
		('bily-potok', 'Obecní úřad Bílý Potok', 'Bílý Potok', 'municipality', 546631, 78, '63/2', '', false, 'pot2d3f', 'urad@potok.example')`)
	s.owner.MustExec(`INSERT INTO agenda (position, code, name, statute, level, locality, keywords, source, verified, valid_from) VALUES
		(901, 'zkusebni-kaceni', 'Povolení ke kácení dřevin', 'z. 114/1992 § 8 odst. 1', 'obec', 'property', 'pokácet strom', 'test', true, '1992-06-01'),
		(902, 'zkusebni-ridicak', 'Řidičský průkaz', 'z. 361/2000 § 92', 'orp', 'residence', 'řidičák', 'test', false, '2001-01-01')`)
	s.owner.MustExec(`INSERT INTO competence (agenda_code, area_kind, area_code, role, level, source, verified, valid_from) VALUES
		('zkusebni-kaceni', 'country', 0, 'decides', 'obec', 'test', true, '1992-06-01'), ('zkusebni-ridicak', 'country', 0, 'decides', 'orp', 'test', false, '2001-01-01')`)
}

// catalogue holds one form with a conditional page, a repeated block, files and the deciding municipality.
func catalogue(t testing.TB) *forms.Catalogue {
	t.Helper()
	f, err := forms.Parse([]byte(`{"code":"zkouska","version":1,"title":{"cs":"Zkušební kácení","en":"Trial felling"},"summary":"Chcete pokácet strom?","agenda":"zkusebni-kaceni",
		"keywords":{"cs":["pokácet strom"]},"locality":{"key":"property","from":["obec"]},"subject":"'Kácení: ' + obec.name","applicant":{"person":["kdo"],"email":"mail"},
		"needed":["Obvod kmene"],"publishedOn":"2026-01-01","pages":[
		{"code":"misto","title":"Kde strom stojí","fields":[{"name":"obec","kind":"municipality","label":"Obec","required":true},{"name":"cizi","kind":"yesno","label":"Je pozemek cizí?","required":true}]},
		{"code":"vlastnik","title":"Vlastník","when":"cizi","fields":[{"name":"vlastnik","kind":"text","label":"Jméno vlastníka","required":true}]},
		{"code":"stromy","title":"Stromy","fields":[{"name":"stromy","kind":"repeat","label":"Stromy","itemLabel":"strom","required":true,"fields":[{"name":"druh","kind":"text","label":"Druh","required":true},{"name":"obvod","kind":"number","label":"Obvod","required":true}]},
			{"name":"plan","kind":"file","label":"Plánek","accept":["pdf","png","txt"],"maxBytes":100000}]},
		{"code":"kdo","title":"Kdo žádá","fields":[{"name":"kdo","kind":"person","label":"Žadatel","omit":["adresa"],"required":true},{"name":"mail","kind":"email"}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	return must(forms.NewCatalogue(f))
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

// browser keeps cookies as a person's browser does.
type browser struct {
	*site
	t       testing.TB
	cookies map[string]string
	head    map[string]string
}

func (s *site) browser(t testing.TB) *browser {
	return &browser{site: s, t: t, cookies: map[string]string{}, head: map[string]string{}}
}

// answer is a page as it came.
type answer struct {
	*http.Response
	Text string
	Page *goquery.Document
}

func (b *browser) do(method, path, kind string, body io.Reader) answer {
	b.t.Helper()
	path, _, _ = strings.Cut(path, "#")
	r := httptest.NewRequest(method, path, body)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for k, v := range b.head {
		r.Header.Set(k, v)
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
	text := string(must(io.ReadAll(w.Body)))
	a := answer{Response: w, Text: text}
	a.Page, _ = goquery.NewDocumentFromReader(strings.NewReader(text))
	return a
}

func (b *browser) get(path string) answer { b.t.Helper(); return b.do("GET", path, "", nil) }

func (b *browser) post(path string, pairs ...string) answer {
	b.t.Helper()
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return b.do("POST", path, "application/x-www-form-urlencoded", strings.NewReader(v.Encode()))
}

type upload struct{ field, name, body string }

func (b *browser) multipart(path string, files []upload, pairs ...string) answer {
	b.t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for i := 0; i < len(pairs); i += 2 {
		check(b.t, w.WriteField(pairs[i], pairs[i+1]))
	}
	for _, f := range files {
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", `form-data; name="`+f.field+`"; filename="`+f.name+`"`)
		h.Set("Content-Type", "application/octet-stream")
		_, err := must(w.CreatePart(h)).Write([]byte(f.body))
		check(b.t, err)
	}
	check(b.t, w.Close())
	return b.do("POST", path, w.FormDataContentType(), &buf)
}

// is demands a status, and of a redirect where it leads.
func (a answer) is(t testing.TB, status int, to ...string) answer {
	t.Helper()
	if a.StatusCode != status {
		t.Fatalf("status %d, want %d: %s", a.StatusCode, status, a.Page.Find("main").Text())
	}
	if len(to) > 0 && a.Header.Get("Location") != to[0] {
		t.Fatalf("leads to %q, want %q", a.Header.Get("Location"), to[0])
	}
	return a
}

// has demands words in the text of the page.
func (a answer) has(t testing.TB, texts ...string) answer {
	t.Helper()
	page := strings.Join(strings.Fields(a.Page.Text()), " ")
	for _, text := range texts {
		if !strings.Contains(page, text) {
			t.Fatalf("page lacks %q:\n%s", text, page)
		}
	}
	return a
}

// lacks demands that words are not in the page.
func (a answer) lacks(t testing.TB, texts ...string) answer {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(a.Text, text) {
			t.Fatalf("page has %q", text)
		}
	}
	return a
}

// value is the value of an input of the page.
func (a answer) value(name string) string {
	v, _ := a.Page.Find(`input[name="` + name + `"]`).First().Attr("value")
	return v
}
