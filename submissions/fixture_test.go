package submissions_test

import (
	"errors"
	"testing"
	"time"

	"epom/forms"
	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/testdb"
	"epom/offices"
	"epom/records"
	"epom/routing"
	"epom/submissions"

	"github.com/jmoiron/sqlx"
)

// house is a small installation: two neighbouring offices that take part, one that does not, a form, a clock.
type house struct {
	*submissions.Service
	db             *db.DB
	owner          *sqlx.DB
	clock          *clock.Fake
	forms          *forms.Catalogue
	here, there    *offices.Office
	clerk, foreign int64
}

const (
	hejnice = 564044
	frydlan = 564028
	potok   = 546631 // does not take part
)

var monday = time.Date(2026, 9, 14, 8, 0, 0, 0, time.UTC)

// catalogue holds one form whose answer "obec" decides.
func catalogue(t testing.TB) *forms.Catalogue {
	t.Helper()
	f, err := forms.Parse([]byte(`{"code":"zkouska","version":1,"title":"Zkouška","summary":"Zkušební formulář","agenda":"kaceni-drevin",
		"locality":{"key":"property","from":["obec"]},"subject":"'Kácení: ' + druh","applicant":{"person":["kdo"],"email":"mail"},"publishedOn":"2026-01-01",
		"pages":[{"code":"kdo","title":"Kdo","fields":[{"name":"kdo","kind":"person","label":"Žadatel","omit":["adresa"],"required":true},{"name":"mail","kind":"email"}]},
		{"code":"co","title":"Co","fields":[{"name":"obec","kind":"municipality","label":"Obec","required":true},{"name":"druh","kind":"text","label":"Druh stromu","required":true},
		{"name":"pocet","kind":"number","label":"Počet stromů"},{"name":"plan","kind":"file","label":"Plánek"}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	c, err := forms.NewCatalogue(f)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func newHouse(t testing.TB) *house {
	t.Helper()
	ctx := t.Context()
	h := &house{db: testdb.New(t), clock: clock.NewFake(monday)}
	h.owner = testdb.Owner(t, h.db)
	h.owner.MustExec(`INSERT INTO area (kind, code, name, parent_code, seat_code, valid_from) VALUES ('region', 78, 'Liberecký kraj', NULL, 563889, '1900-01-01'),
		('district', 3505, 'Liberec', 78, NULL, '1900-01-01'), ('orp', 809, 'Frýdlant', 78, 564028, '1900-01-01'), ('pou', 1724, 'Frýdlant', 809, 564028, '1900-01-01')`)
	h.owner.MustExec(`INSERT INTO municipality (code, name, status, district_code, pou_code, orp_code, region_code, zip, valid_from)
		SELECT c, n, s, 3505, 1724, 809, 78, '46362', '1900-01-01' FROM (VALUES (564044, 'Hejnice', 3), (564028, 'Frýdlant', 3), (546631, 'Bílý Potok', 2)) v(c, n, s)`)
	h.owner.MustExec(`INSERT INTO office (slug, name, seat_name, kind, municipality_code, region_code, category, abbreviation, participates) VALUES
		('hejnice', 'Městský úřad Hejnice', 'Hejnice', 'municipality', 564044, 78, '63/2', 'HEJ', true),
		('frydlant', 'Městský úřad Frýdlant', 'Frýdlant', 'municipality', 564028, 78, '63/1', 'FRY', true),
		('bily-potok', 'Obecní úřad Bílý Potok', 'Bílý Potok', 'municipality', 546631, 78, '63/2', '', false)`)
	h.owner.MustExec(`INSERT INTO agenda (position, code, name, statute, level, locality, source, verified, valid_from)
		VALUES (1, 'kaceni-drevin', 'Povolení ke kácení dřevin', 'z. 114/1992 § 8 odst. 1', 'obec', 'property', 'test', true, '1992-06-01') ON CONFLICT DO NOTHING`)
	h.owner.MustExec(`INSERT INTO competence (agenda_code, area_kind, area_code, role, level, source, verified, valid_from)
		VALUES ('kaceni-drevin', 'country', 0, 'decides', 'obec', 'test', true, '1992-06-01') ON CONFLICT DO NOTHING`)
	must(t, h.owner.Get(&h.clerk, `INSERT INTO account (email, name, created_at) VALUES ('jana@hejnice.example', 'Jana Říhová', now()) RETURNING id`))
	must(t, h.owner.Get(&h.foreign, `INSERT INTO account (email, name, created_at) VALUES ('petr@frydlant.example', 'Petr Zeman', now()) RETURNING id`))
	router, err := routing.Open(ctx, h.db)
	must(t, err)
	offs, err := offices.Open(ctx, h.db)
	must(t, err)
	h.here, err = offs.BySlug("hejnice")
	must(t, err)
	h.there, err = offs.BySlug("frydlant")
	must(t, err)
	law, err := records.LoadLaw(ctx, h.db)
	must(t, err)
	files, err := blob.Open(ctx, t.TempDir(), "")
	must(t, err)
	h.forms = catalogue(t)
	h.Service = submissions.New(submissions.Deps{DB: h.db, Clock: h.clock, Forms: h.forms, Router: router, Offices: offs, Files: files, Law: law,
		Secret: []byte("0123456789abcdef0123456789abcdef")})
	t.Cleanup(h.Close)
	return h
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (h *house) desk() db.Scope { return db.Scope{Office: h.here.ID, Actor: "account:1"} }

func answers(municipality int64) forms.Answers {
	return forms.Answers{"kdo": map[string]any{"jmeno": "Eva", "prijmeni": "Tichá", "narozeni": "1980-05-06"}, "mail": "eva@posta.example",
		"obec": map[string]any{"code": municipality, "name": "Obec"}, "druh": "lípa", "pocet": int64(2)}
}

// draft starts a ready-filled draft.
func (h *house) draft(t testing.TB, municipality int64) string {
	t.Helper()
	token, err := h.Start(t.Context(), "zkouska", "cs", answers(municipality))
	must(t, err)
	return token
}

// sent sends a ready-filled draft and returns its case file.
func (h *house) sent(t testing.TB) (submissions.Sent, int64) {
	t.Helper()
	s, err := h.Send(t.Context(), h.draft(t, hejnice), 1)
	var u *submissions.Unfinished
	if errors.As(err, &u) {
		t.Fatalf("%+v", u.Findings)
	}
	must(t, err)
	v, err := h.ByReference(t.Context(), s.Reference)
	must(t, err)
	return s, v.CaseID
}
