package counter_test

import (
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
	"epom/forms"
	"epom/handlers/counter"
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

var monday = time.Date(2026, 9, 14, 8, 0, 0, 0, time.UTC)

var routeLine = regexp.MustCompile(`(?m)^//\t(GET|POST) (\S+)  (\w+)  (.+)$`)

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

// site is the counter of two offices; the first has an unsigned submission of Eva Tichá.
type site struct {
	*counter.Counter
	t           *testing.T
	app         *fiber.App
	owner       *sqlx.DB
	here, there *offices.Office
	people      map[string]users.Account
	reference   string
}

func newSite(t *testing.T) *site {
	t.Helper()
	pool, ctx := testdb.New(t), t.Context()
	s := &site{t: t, owner: testdb.Owner(t, pool), people: map[string]users.Account{}}
	s.owner.MustExec(`INSERT INTO area (kind, code, name, parent_code, seat_code, valid_from) VALUES ('region', 78, 'Liberecký kraj', NULL, 563889, '1900-01-01'),
		('district', 3505, 'Liberec', 78, NULL, '1900-01-01'), ('orp', 809, 'Frýdlant', 78, 564028, '1900-01-01'), ('pou', 1724, 'Frýdlant', 809, 564028, '1900-01-01')`)
	s.owner.MustExec(`INSERT INTO municipality (code, name, status, district_code, pou_code, orp_code, region_code, zip, valid_from)
		VALUES (564044, 'Hejnice', 3, 3505, 1724, 809, 78, '46362', '1900-01-01'), (564028, 'Frýdlant', 3, 3505, 1724, 809, 78, '46401', '1900-01-01')`)
	s.owner.MustExec(`INSERT INTO office (slug, name, seat_name, kind, municipality_code, region_code, category, abbreviation, participates) VALUES
		('hejnice', 'Městský úřad Hejnice', 'Hejnice', 'municipality', 564044, 78, '63/2', 'HEJ', true),
		('frydlant', 'Městský úřad Frýdlant', 'Frýdlant', 'municipality', 564028, 78, '63/1', 'FRY', true)`)
	s.owner.MustExec(`INSERT INTO agenda (position, code, name, statute, level, locality, source, verified, valid_from)
		VALUES (901, 'zkusebni-kaceni', 'Povolení ke kácení dřevin', 'z. 114/1992 § 8 odst. 1', 'obec', 'property', 'test', true, '1992-06-01')`)
	s.owner.MustExec(`INSERT INTO competence (agenda_code, area_kind, area_code, role, level, source, verified, valid_from)
		VALUES ('zkusebni-kaceni', 'country', 0, 'decides', 'obec', 'test', true, '1992-06-01')`)
	s.owner.MustExec(`INSERT INTO agenda_rule (agenda, valid_from, rule, confirm, source, verified) VALUES ('zkusebni-kaceni', '2000-01-01', 'sr-71', true, 'test', true)`)
	form := must(forms.Parse([]byte(`{"code":"zkouska","version":1,"title":"Zkouška","summary":"Zkušební formulář","agenda":"zkusebni-kaceni",
		"locality":{"key":"property","from":["obec"]},"subject":"'Kácení: ' + druh","applicant":{"person":["kdo"],"email":"mail"},"publishedOn":"2026-01-01",
		"pages":[{"code":"kdo","title":"Kdo","fields":[{"name":"kdo","kind":"person","label":"Žadatel","omit":["adresa"],"required":true},{"name":"mail","kind":"email"}]},
		{"code":"co","title":"Co","fields":[{"name":"obec","kind":"municipality","label":"Obec","required":true},{"name":"druh","kind":"text","label":"Druh stromu","required":true},
		{"name":"proc","kind":"text","label":"Proč"}]}]}`)))
	offs := must(offices.Open(ctx, pool))
	s.here, s.there = must(offs.BySlug("hejnice")), must(offs.BySlug("frydlant"))
	now := clock.NewFake(monday)
	secret := []byte("0123456789abcdef0123456789abcdef")
	subs := submissions.New(submissions.Deps{DB: pool, Clock: now, Forms: must(forms.NewCatalogue(form)), Router: must(routing.Open(ctx, pool)), Offices: offs,
		Files: must(blob.Open(ctx, t.TempDir(), "")), Law: must(records.LoadLaw(ctx, pool)), Secret: secret})
	t.Cleanup(subs.Close)
	token := must(subs.Start(ctx, "zkouska", "cs", forms.Answers{"kdo": map[string]any{"jmeno": "Eva", "prijmeni": "Tichá", "narozeni": "1980-05-06"}, "mail": "eva@posta.example",
		"obec": map[string]any{"code": int64(564044), "name": "Hejnice"}, "druh": "lípa", "proc": "tajemství rodiny"}))
	s.reference = must(subs.Send(ctx, token, 1)).Reference
	s.Counter = &counter.Counter{Submissions: subs, Staff: web.Staff{DB: pool, Users: &users.Store{DB: pool, Clock: now}, Offices: offs, Law: must(board.LoadLaw(ctx, pool)), Clock: now}}
	for key, who := range map[string]struct {
		office *offices.Office
		role   users.Role
	}{"mailroom": {s.there, users.Mailroom}, "clerk": {s.there, users.Clerk}, "auditor": {s.there, users.Auditor}, "board": {s.there, users.Board}} {
		a := must(s.Users.CreateAccount(ctx, db.Scope{Actor: "system"}, key+"@urad.example", "Osoba "+key, false))
		check(t, s.Users.AddMember(ctx, db.Scope{Office: who.office.ID, Actor: "system"}, a.ID, who.role, 0))
		s.people[key] = a
	}
	s.mount(secret)
	return s
}

// mount serves the handlers as the comment "Routes:" says, so that it cannot lie.
func (s *site) mount(secret []byte) {
	engine := fiberhtml.NewFileSystem(http.FS(templates.FS), ".html")
	engine.AddFuncMap(templates.Funcs())
	check(s.t, engine.Load())
	s.app = fiber.New(fiber.Config{Immutable: true, Views: engine, ErrorHandler: web.Fail(slog.New(slog.NewTextHandler(s.t.Output(), nil))), StreamRequestBody: true, DisablePreParseMultipartForm: true})
	s.app.Use(web.NumberRequests, web.Use(web.Settings{Demo: true, Secret: secret}))
	found := routeLine.FindAllStringSubmatch(string(must(os.ReadFile("counter.go"))), -1)
	for _, m := range found {
		var acts []users.Act
		for _, act := range strings.Split(m[4], ", ") {
			acts = append(acts, users.Act(act))
		}
		s.app.Add(m[1], m[2], s.Require(acts...), reflect.ValueOf(s.Counter).MethodByName(m[3]).Interface().(func(*fiber.Ctx) error))
	}
	if len(found) != 4 {
		s.t.Fatalf("%d routes", len(found))
	}
}

// as answers what a signed-in person gets; pairs make it a POST.
func (s *site) as(person string) func(path string, pairs ...string) (status int, to, words string) {
	s.t.Helper()
	link := must(s.Users.NewLink(s.t.Context(), db.Scope{Actor: "system"}, s.people[person].ID, time.Hour))
	cookie, _, err := s.Users.SignInByLink(s.t.Context(), link, "10.0.0.1", "Mozilla/5.0")
	check(s.t, err)
	return func(path string, pairs ...string) (int, string, string) {
		s.t.Helper()
		r := httptest.NewRequest("GET", path, nil)
		if len(pairs) > 0 {
			v := url.Values{}
			for i := 0; i+1 < len(pairs); i += 2 {
				v.Add(pairs[i], pairs[i+1])
			}
			r = httptest.NewRequest("POST", path, strings.NewReader(v.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
		}
		r.AddCookie(&http.Cookie{Name: "epom_session", Value: cookie})
		w, err := s.app.Test(r, 20_000)
		check(s.t, err)
		text := string(must(io.ReadAll(w.Body)))
		if strings.HasPrefix(text, "<!DOCTYPE") {
			page := htmlcheck.Parse(s.t, strings.NewReader(text))
			page.Sound()
		}
		return w.StatusCode, w.Header.Get("Location"), text
	}
}

const ask = "/kancelar/potvrzeni"

// TestAtTheCounter walks the act of a clerk whose office does not have the submission.
func TestAtTheCounter(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	do := s.as("mailroom")
	wants := func(what string, status, want int, text string, has ...string) {
		t.Helper()
		if status != want {
			t.Fatalf("%s: status %d, want %d\n%s", what, status, want, text)
		}
		for _, h := range has {
			if !strings.Contains(text, h) {
				t.Errorf("%s lacks %q", what, h)
			}
		}
	}
	status, _, text := do(ask)
	wants("the form", status, 200, text, "Kód lístku")
	for name, c := range map[string]struct{ cislo, kod, says string }{
		"nothing": {"", "", "osm znaků"}, "short": {s.reference, "12", "šest číslic"}, "the PIN": {s.reference, s.Submissions.PIN(s.reference), "k sobě nepatří"},
		"unknown": {"K7MF-3XQP", s.Submissions.SlipCode(s.reference), "k sobě nepatří"},
	} {
		status, _, text := do(ask, "cislo", c.cislo, "kod", c.kod)
		wants(name, status, 422, text, c.says)
		if strings.Contains(text, "Tichá") {
			t.Errorf("%s: names the person", name)
		}
	}
	code := s.Submissions.SlipCode(s.reference)
	status, at, text := do(ask, "cislo", strings.ToLower(s.reference), "kod", code[:3]+" "+code[3:])
	wants("the slip", status, 303, text)
	status, _, text = do(at)
	wants("the person", status, 200, text, "Eva Tichá", "6. 5. 1980", "Městský úřad Hejnice")
	for _, secret := range []string{"tajemství", "eva@posta.example", s.Submissions.Ticket(s.reference), s.Submissions.PIN(s.reference)} {
		if strings.Contains(text, secret) {
			t.Errorf("a counter reads %q", secret)
		}
	}
	key, post := s.Submissions.SlipKey(s.reference), ask+"/"+s.reference
	for name, k := range map[string]string{"no key": "", "the ticket": s.Submissions.Ticket(s.reference), "the PIN": s.Submissions.PIN(s.reference), "digits": code} {
		status, _, text := do(post+"?k="+k, "k", k, "doklad", "op", "konec", "12A")
		wants(name, status, 404, text)
		status, _, text = do(post + "?k=" + k)
		wants(name, status, 404, text)
	}
	status, _, text = do(post, "k", key, "doklad", "op", "konec", "206789123")
	wants("the whole number", status, 422, text, "poslední tři znaky")
	if strings.Contains(text, "206789123") {
		t.Error("the whole number is shown again")
	}
	status, _, text = do(post, "k", key, "doklad", "zbrojní pas", "konec", "123")
	wants("another document", status, 422, text, "Vyberte, jakým dokladem")
	status, to, text := do(post, "k", key, "doklad", "op", "konec", "12a")
	wants("confirmed", status, 303, text)
	status, _, text = do(to)
	wants("afterwards", status, 200, text, "Podání je potvrzené")
	if strings.Contains(text, "Tichá") || strings.Contains(text, "1980") {
		t.Error("a used slip names the person")
	}
	status, _, text = do(post, "k", key, "doklad", "op", "konec", "12A") // a second tab
	wants("a second tab", status, 303, text)
	var kept int
	check(t, s.owner.Get(&kept, `SELECT count(*) FROM signature WHERE office_id = $1 AND way = 'counter' AND id_last = '12A'`, s.here.ID))
	if kept != 1 {
		t.Errorf("%d confirmations", kept)
	}
	for _, o := range []*offices.Office{s.here, s.there} {
		var n int
		check(t, s.owner.Get(&n, `SELECT count(*) FROM audit_event WHERE office_id = $1 AND action = 'submission confirmed at a counter'`, o.ID))
		if n != 1 {
			t.Errorf("%s has %d lines", o.Name, n)
		}
	}
}

// TestWhoStandsAtTheCounter: the act belongs to the mailroom and to clerks.
func TestWhoStandsAtTheCounter(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	key := s.Submissions.SlipKey(s.reference)
	for person, want := range map[string]int{"mailroom": 200, "clerk": 200, "auditor": 403, "board": 403} {
		do := s.as(person)
		if status, _, _ := do(ask); status != want {
			t.Errorf("%s asks: %d", person, status)
		}
		status, _, text := do(ask + "/" + s.reference + "?k=" + key)
		if status != want || (want == 403 && strings.Contains(text, "Tichá")) {
			t.Errorf("%s sees: %d", person, status)
		}
	}
}

// TestGuessingACode: tries end, and they do not lock the citizen's own PIN.
func TestGuessingACode(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	do := s.as("clerk")
	code := s.Submissions.SlipCode(s.reference)
	wrong := map[bool]string{true: "000001", false: "000000"}[code == "000000"]
	for range 5 {
		if status, _, text := do(ask, "cislo", s.reference, "kod", wrong); status != 422 || !strings.Contains(text, "k sobě nepatří") {
			t.Fatal(status, text)
		}
	}
	if status, _, text := do(ask, "cislo", s.reference, "kod", code); status != 422 || !strings.Contains(text, "příliš často") {
		t.Error("the right code after too many tries:", status)
	}
	if ok, _, err := s.Users.Allow(t.Context(), "pin:"+s.reference, 1, time.Minute); err != nil || !ok {
		t.Error("the citizen is locked out by a clerk's mistakes", err)
	}
}
