package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"image"
	"image/png"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"epom/internal/config"
	"epom/internal/db"
	"epom/internal/testdb"
	letterdrafts "epom/records/letters"
	"epom/static"
	"epom/users"
)

// siteForTest is the whole site as cmd wires it, on a database of its own with the demo region.
func siteForTest(t *testing.T) (*App, *site) { return siteWith(t, DemoCmd{SeedOnly: true}) }

// siteWith is the whole site with as much of the demo as is asked for.
func siteWith(t testing.TB, seed DemoCmd) (*App, *site) {
	t.Helper()
	cfg, err := config.LoadFrom(map[string]string{"EPOM_DATABASE_URL": testdb.URL(t), "EPOM_DATA_DIR": t.TempDir(), "EPOM_SECRET": strings.Repeat("s", 40)})
	if err != nil {
		t.Fatal(err)
	}
	a := &App{Config: cfg, Out: io.Discard, Err: io.Discard, Context: context.Background(), Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	t.Cleanup(a.Close)
	if err := seed.Run(a); err != nil {
		t.Fatal(err)
	}
	s, err := a.build(true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.submissions.Close)
	return a, s
}

// signedIn gives the cookie of a person by e-mail.
func signedIn(t testing.TB, s *site, email string) *http.Cookie {
	t.Helper()
	acc, err := s.users.AccountByEmail(t.Context(), email)
	if err != nil {
		t.Fatal(email, err)
	}
	link, err := s.users.NewLink(t.Context(), db.Scope{Actor: "test"}, acc.ID, users.LinkLife)
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := s.users.SignInByLink(t.Context(), link, "127.0.0.1", "test")
	if err != nil {
		t.Fatal(err)
	}
	return &http.Cookie{Name: "epom_session", Value: token}
}

// TestSite asks the whole site, filled with the demo region once.
func TestSite(t *testing.T) {
	t.Parallel()
	a, s := siteForTest(t)
	t.Run("routes by role", func(t *testing.T) { routesByRole(t, a, s) })
	t.Run("letters on pages", func(t *testing.T) { lettersOnPages(t, s) })
	t.Run("only the widget is framed", func(t *testing.T) { onlyTheWidgetIsFramed(t, s) })
	t.Run("foreign pages change nothing", func(t *testing.T) { foreignPages(t, s) })
	t.Run("an office shows its emblem", func(t *testing.T) { emblem(t, s) })
	t.Run("seeding twice changes nothing", func(t *testing.T) { seedingTwice(t, a) })
	t.Run("long headers are served", func(t *testing.T) {
		// Cookies of an office's other systems on the same domain easily make ten kilobytes.
		if code := ask(t, s.app, "GET", "/formulare", &http.Cookie{Name: "jiny_system", Value: strings.Repeat("x", 10_000)}); code != 200 {
			t.Errorf("status %d", code)
		}
	})
	t.Run("strings of a request outlive it", func(t *testing.T) {
		// Without Immutable, Fiber's strings change after the handler: citizens would be mixed up.
		if !s.app.Config().Immutable {
			t.Error("fiber.Config.Immutable must stay on")
		}
	})
}

// Every route × every role: testdata/routes.txt says who gets what. A route without a row fails.
func routesByRole(t *testing.T, a *App, s *site) {
	roles := []string{"visitor", "clerk", "mailroom", "admin", "board", "foreign", "operator"}
	cookies := map[string]*http.Cookie{
		"clerk": signedIn(t, s, "zivotni-prostredi@hejnice.example"), "mailroom": signedIn(t, s, "podatelna@hejnice.example"), "admin": signedIn(t, s, "sprava@hejnice.example"),
		"foreign": signedIn(t, s, "referat@liberec.example"), "operator": signedIn(t, s, "provoz@epom.example"),
	}
	here, err := s.offices.BySlug("hejnice")
	if err != nil {
		t.Fatal(err)
	}
	onlyBoard, err := s.users.CreateAccount(t.Context(), db.Scope{Actor: "test"}, "deska@hejnice.example", "Úřední Deska", false)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.users.AddMember(t.Context(), db.Scope{Office: here.ID, Actor: "test"}, onlyBoard.ID, users.Board, 0); err != nil {
		t.Fatal(err)
	}
	cookies["board"] = signedIn(t, s, "deska@hejnice.example")

	var caseID, doc int64
	var reference string
	if err := s.db.Tx(t.Context(), db.Scope{Office: here.ID, Actor: "test"}, func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT c.id, s.document_id, s.reference FROM case_file c JOIN submission s ON s.office_id = c.office_id AND s.case_id = c.id
			WHERE c.office_id = $1 AND c.handled_at IS NULL ORDER BY c.id LIMIT 1`, here.ID).Scan(&caseID, &doc, &reference)
	}); err != nil {
		t.Fatal(err)
	}
	var letter int64 // a draft in that case file
	if err := s.db.Tx(t.Context(), db.Scope{Office: here.ID, Actor: "test"}, func(tx *db.Tx) error {
		v, err := s.submissions.OfCase(t.Context(), tx, caseID)
		if err != nil {
			return err
		}
		f, err := s.submissions.Facts(t.Context(), tx, v, 0, "Test")
		if err != nil {
			return err
		}
		tm, err := letterdrafts.TemplateBy(t.Context(), tx, "rozhodnuti", f.Today)
		if err != nil {
			return err
		}
		letter, err = letterdrafts.Start(t.Context(), tx, f, tm, f.Today)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	var sending int64 // delivered
	if err := a.owner.Get(&sending, `SELECT min(id) FROM dispatch WHERE office_id = $1`, here.ID); err != nil {
		t.Fatal(err)
	}
	var number string // of a posting with a document
	if err := a.owner.Get(&number, `SELECT number FROM board_item WHERE office_id = $1 AND removed_at IS NULL AND files > 0 ORDER BY posted_at LIMIT 1`, here.ID); err != nil {
		t.Fatal(err)
	}
	var party int64 // of the name register
	if err := a.owner.Get(&party, `SELECT min(id) FROM party WHERE office_id = $1 AND merged_into IS NULL`, here.ID); err != nil {
		t.Fatal(err)
	}
	var lending int64 // of a clerk from elsewhere; ended by the first who may
	if err := a.owner.Get(&lending, `INSERT INTO lending (office_id, account_id, clerk_office_id, title, from_on, to_on, agendas, classes, most, made_at, made_by)
		SELECT $1, m.account_id, m.office_id, 'Dohoda', current_date, current_date, '{kaceni-drevin}', '{}', 1, now(), 'test'
		FROM membership m JOIN account a ON a.id = m.account_id WHERE a.email = 'referat@liberec.example' AND m.office_id <> $1 LIMIT 1 RETURNING id`, here.ID); err != nil {
		t.Fatal(err)
	}
	fill := strings.NewReplacer(":number", number, ":code", "kaceni-drevin", ":step", "zadatel", ":reference", reference, ":slug", "hejnice", ":doc", fmt.Sprint(doc), ":n", "1",
		":account", "1", ":token", "nic", ":sada", "uredni-deska",
		":event", "1",
		":day", "2026-01-01",
		":party", fmt.Sprint(party),
	)

	if _, _, ok := static.Engine(); !ok {
		t.Fatal("the offline client's engine is not built: go run ./cmd/assets wasm")
	}
	want, file := matrix(t), "testdata/routes.txt"
	var got strings.Builder
	fmt.Fprintf(&got, "# who gets what: status by role; UPDATE=1 go test ./cmd/epom -run Site writes it, a person reads it\n# method route %s\n", strings.Join(roles, " "))
	seen := map[string]bool{}
	routes := s.app.GetRoutes(true)
	slices.SortStableFunc(routes, func(a, b fiber.Route) int { // signing out comes last: it ends the session
		return cmp.Compare(strings.Count(a.Path, "odhlaseni"), strings.Count(b.Path, "odhlaseni"))
	})
	for _, r := range routes {
		if r.Method == fiber.MethodHead || strings.HasPrefix(r.Path, "/static") || seen[r.Method+r.Path] {
			continue
		}
		seen[r.Method+r.Path] = true
		path := strings.NewReplacer("/dopisy/:id", fmt.Sprintf("/dopisy/%d", letter), "/vzory/:code", "/vzory/rozhodnuti").Replace(r.Path)
		path = strings.Replace(path, "/sprava/vypujcky/:id", fmt.Sprintf("/sprava/vypujcky/%d", lending), 1)
		if path = fill.Replace(path); strings.HasPrefix(r.Path, "/kancelar/vypravna") {
			path = strings.ReplaceAll(path, ":id", fmt.Sprint(sending))
		}
		if strings.HasPrefix(r.Path, "/kancelar") {
			path = strings.ReplaceAll(path, ":id", fmt.Sprint(caseID))
		}
		path = strings.ReplaceAll(path, ":id", "1")
		var codes []string
		for _, role := range roles {
			codes = append(codes, fmt.Sprint(ask(t, s.app, r.Method, path, cookies[role])))
		}
		line := fmt.Sprintf("%s %s %s", r.Method, r.Path, strings.Join(codes, " "))
		fmt.Fprintln(&got, line)
		if w, ok := want[r.Method+" "+r.Path]; os.Getenv("UPDATE") == "" && (!ok || w != strings.Join(codes, " ")) {
			t.Errorf("%s %s\n  roles %s\n  got   %s\n  want  %s", r.Method, r.Path, strings.Join(roles, " "), strings.Join(codes, " "), w)
		}
	}
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func ask(t *testing.T, app *fiber.App, method, path string, cookie *http.Cookie) int {
	t.Helper()
	req := httptest.NewRequest(method, path, nil)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	if method == fiber.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if strings.HasSuffix(path, "/udalosti") {
		req.Header.Set("Accept", "text/html") // a stream would not end
	}
	if cookie != nil {
		req.AddCookie(cookie)
	}
	resp, err := app.Test(req, 20_000)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

func matrix(t *testing.T) map[string]string {
	t.Helper()
	rows := map[string]string{}
	f, err := os.Open("testdata/routes.txt")
	if err != nil {
		if os.Getenv("UPDATE") != "" {
			return rows
		}
		t.Fatal(err)
	}
	defer f.Close()
	for sc := bufio.NewScanner(f); sc.Scan(); {
		if v := strings.SplitN(sc.Text(), " ", 3); len(v) == 3 && v[0] != "#" {
			rows[v[0]+" "+v[1]] = v[2]
		}
	}
	return rows
}

// A change asked for by a foreign page is refused on every route, whoever is signed in.
func foreignPages(t *testing.T, s *site) {
	cookie := signedIn(t, s, "referat@hejnice.example")
	for _, r := range s.app.GetRoutes(true) {
		if r.Method != fiber.MethodPost {
			continue
		}
		path := strings.NewReplacer(":code", "kaceni-drevin", ":step", "zadatel", ":reference", "AAAA-AAAA", ":id", "1", ":doc", "1", ":account", "1", ":token", "x").Replace(r.Path)
		req := httptest.NewRequest(r.Method, path, strings.NewReader("_revision=1"))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "cross-site")
		req.AddCookie(cookie)
		resp, err := s.app.Test(req, 20_000)
		if err != nil {
			t.Fatal(err)
		}
		if resp.Body.Close(); resp.StatusCode != fiber.StatusForbidden && resp.StatusCode != fiber.StatusNotFound && resp.StatusCode != fiber.StatusSeeOther {
			t.Errorf("%s from a foreign page: %d", r.Path, resp.StatusCode)
		}
	}
}

func seedingTwice(t *testing.T, a *App) {
	count := func() (n int) {
		if err := a.owner.Get(&n, `SELECT (SELECT count(*) FROM submission) + (SELECT count(*) FROM account) + (SELECT count(*) FROM office)`); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := count()
	if err := (DemoCmd{SeedOnly: true}).Run(a); err != nil {
		t.Fatal(err)
	}
	if after := count(); after != before || before < 300 {
		t.Errorf("%d rows, then %d", before, after)
	}
}

// The administrator hangs up a picture; visitors see it, and what is no picture is refused by its field.
func emblem(t *testing.T, s *site) {
	admin := signedIn(t, s, "sprava@frydlant.example")
	o, err := s.offices.BySlug("frydlant")
	if err != nil {
		t.Fatal(err)
	}
	save := func(picture []byte) int {
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		for name, value := range map[string]string{"email": o.Email, "street": o.Street, "zip": o.Zip, "town": o.Town, "attachment_mb": "20", "submission_mb": "50", "attachment_count": "50"} {
			_ = w.WriteField(name, value)
		}
		file, err := w.CreateFormFile("emblem", "znak.png")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = file.Write(picture)
		_ = w.Close()
		req := httptest.NewRequest(fiber.MethodPost, "/kancelar/sprava", &body)
		req.Header.Set("Content-Type", w.FormDataContentType())
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		req.AddCookie(admin)
		resp, err := s.app.Test(req, 20_000)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		return resp.StatusCode
	}
	if code := save([]byte("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>")); code != fiber.StatusUnprocessableEntity {
		t.Errorf("what is no picture: %d", code)
	}
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	if code := save(picture.Bytes()); code != fiber.StatusSeeOther {
		t.Fatalf("a picture: %d", code)
	}
	resp, err := s.app.Test(httptest.NewRequest(fiber.MethodGet, "/urady/frydlant/znak", nil), 20_000)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil || !bytes.Equal(got, picture.Bytes()) || resp.Header.Get("Content-Type") != "image/png" {
		t.Errorf("%d bytes of %s (%v)", len(got), resp.Header.Get("Content-Type"), err)
	}
	page, err := s.app.Test(httptest.NewRequest(fiber.MethodGet, "/urady/frydlant", nil), 20_000)
	if err != nil {
		t.Fatal(err)
	}
	defer page.Body.Close()
	if html, err := io.ReadAll(page.Body); err != nil || !bytes.Contains(html, []byte(`src="/urady/frydlant/znak?v=`)) {
		t.Errorf("the office's page does not show it (%v)", err)
	}
}
