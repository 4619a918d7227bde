package worker

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"epom/board"
	"epom/forms"
	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/isds"
	"epom/internal/jobs"
	"epom/internal/mail"
	"epom/internal/preview"
	"epom/internal/testdb"
	"epom/internal/webhook"
	"epom/offices"
	"epom/records"
	"epom/records/dispatch"
	"epom/routing"
	"epom/submissions"
	"epom/users"
)

const (
	hejnice  = 564044
	frydlant = 564028
)

var monday = time.Date(2026, 9, 14, 8, 0, 0, 0, time.UTC)

// house is two offices with people, a form that must be confirmed, and a worker whose jobs the test does one by one.
type house struct {
	*Worker
	t           testing.TB
	owner       *sqlx.DB
	clock       *clock.Fake
	seal        stamps
	boxes       *isds.Fake
	web         *site
	here, there *offices.Office
	mailroom    int64 // of here
	clerk       int64 // of here
	far         int64 // mailroom of there
}

func newHouse(t testing.TB) *house {
	t.Helper()
	ctx := t.Context()
	h := &house{t: t, clock: clock.NewFake(monday)}
	h.seal.now = h.clock.Now
	pool := testdb.New(t)
	h.owner = testdb.Owner(t, pool)
	h.owner.MustExec(`INSERT INTO area (kind, code, name, parent_code, seat_code, valid_from) VALUES ('region', 78, 'Liberecký kraj', NULL, 563889, '1900-01-01'),
		('district', 3505, 'Liberec', 78, NULL, '1900-01-01'), ('orp', 809, 'Frýdlant', 78, 564028, '1900-01-01'), ('pou', 1724, 'Frýdlant', 809, 564028, '1900-01-01')`)
	h.owner.MustExec(`INSERT INTO municipality (code, name, status, district_code, pou_code, orp_code, region_code, zip, valid_from)
		SELECT c, n, 3, 3505, 1724, 809, 78, '46362', '1900-01-01' FROM (VALUES (564044, 'Hejnice'), (564028, 'Frýdlant')) v(c, n)`)
	h.owner.MustExec(`INSERT INTO office (slug, name, seat_name, kind, municipality_code, region_code, category, abbreviation, participates, email) VALUES
		('hejnice', 'Městský úřad Hejnice', 'Hejnice', 'municipality', 564044, 78, '63/2', 'HEJ', true, 'podatelna@hejnice.example'),
		('frydlant', 'Městský úřad Frýdlant', 'Frýdlant', 'municipality', 564028, 78, '63/1', 'FRY', true, 'podatelna@frydlant.example')`)
	h.owner.MustExec(`INSERT INTO agenda (position, code, name, statute, level, locality, source, verified, valid_from)
		VALUES (1, 'kaceni-drevin', 'Povolení ke kácení dřevin', 'z. 114/1992 § 8 odst. 1', 'obec', 'property', 'test', true, '1992-06-01') ON CONFLICT DO NOTHING`)
	h.owner.MustExec(`INSERT INTO competence (agenda_code, area_kind, area_code, role, level, source, verified, valid_from)
		VALUES ('kaceni-drevin', 'country', 0, 'decides', 'obec', 'test', true, '1992-06-01') ON CONFLICT DO NOTHING`)
	router, err := routing.Open(ctx, pool)
	must(t, err)
	offs, err := offices.Open(ctx, pool)
	must(t, err)
	h.here, _ = offs.ByMunicipality(hejnice)
	h.there, _ = offs.ByMunicipality(frydlant)
	h.mailroom = h.person("posta@hejnice.example", "Jana Říhová", h.here, users.Mailroom)
	h.clerk = h.person("vera@hejnice.example", "Věra Žáčková", h.here, users.Clerk)
	h.far = h.person("posta@frydlant.example", "Petr Zeman", h.there, users.Mailroom)
	law, err := records.LoadLaw(ctx, pool)
	must(t, err)
	kinds, err := board.LoadLaw(ctx, pool)
	must(t, err)
	files, err := blob.Open(ctx, t.TempDir(), "")
	must(t, err)
	t.Cleanup(func() { _ = files.Close() })
	maker, err := preview.New(filepath.Join(t.TempDir(), "preview"), preview.Limits{})
	must(t, err)
	subs := submissions.New(submissions.Deps{DB: pool, Clock: h.clock, Forms: catalogue(t), Router: router, Offices: offs, Files: files, Law: law,
		Secret: []byte("0123456789abcdef0123456789abcdef")})
	t.Cleanup(subs.Close)
	sending, err := dispatch.LoadLaw(ctx, pool, law)
	must(t, err)
	h.boxes = &isds.Fake{Clock: h.clock, Stamp: 10 * time.Second, Boxed: time.Minute}
	h.Worker = New(Deps{Dispatch: sending, Boxes: h.boxes, DB: pool, Clock: h.clock, Submissions: subs, Offices: offs, Users: &users.Store{DB: pool, Clock: h.clock}, Files: files,
		Sender: mail.Capture{}, Board: kinds, Told: &board.Told{DB: pool, Clock: h.clock, Law: kinds, Key: []byte("told")}, Hooks: &board.Hooks{Key: make([]byte, 32), Client: webhook.New(true), BaseURL: "https://epom.example"},
		Handovers: handovers(pool, h.clock, files), Seal: &h.seal, Preview: maker, BaseURL: "https://epom.example", Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	h.web = &site{h: h}
	h.look.client.Transport = h.web
	return h
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func catalogue(t testing.TB) *forms.Catalogue {
	t.Helper()
	f, err := forms.Parse([]byte(`{"code":"zkouska","version":1,"title":"Zkouška","summary":"Zkušební formulář","agenda":"kaceni-drevin",
		"locality":{"key":"property","from":["obec"]},"subject":"'Kácení: ' + druh","applicant":{"person":["kdo"],"email":"mail"},"publishedOn":"2026-01-01",
		"pages":[{"code":"kdo","title":"Kdo","fields":[{"name":"kdo","kind":"person","label":"Žadatel","omit":["adresa"],"required":true},{"name":"mail","kind":"email"}]},
		{"code":"co","title":"Co","fields":[{"name":"obec","kind":"municipality","label":"Obec","required":true},{"name":"druh","kind":"text","label":"Druh stromu","required":true}]}]}`))
	must(t, err)
	c, err := forms.NewCatalogue(f)
	must(t, err)
	return c
}

func (h *house) person(email, name string, o *offices.Office, role users.Role) (id int64) {
	must(h.t, h.owner.Get(&id, `INSERT INTO account (email, name, created_at) VALUES ($1, $2, $3) RETURNING id`, email, name, monday))
	h.owner.MustExec(`INSERT INTO membership (office_id, account_id, role, valid_from) VALUES ($1, $2, $3, $4)`, o.ID, id, role, monday.AddDate(-1, 0, 0))
	return id
}

func (h *house) desk() db.Scope { return db.Scope{Office: h.here.ID, Actor: users.Actor(h.mailroom)} }

// sent takes a submission in and returns its reference and case file.
func (h *house) sent(lang, email string) (string, int64) {
	h.t.Helper()
	a := forms.Answers{"kdo": map[string]any{"jmeno": "Eva", "prijmeni": "Tichá", "narozeni": "1980-05-06"},
		"obec": map[string]any{"code": int64(hejnice), "name": "Hejnice"}, "druh": "lípa"}
	if email != "" {
		a["mail"] = email
	}
	token, err := h.Submissions.Start(h.t.Context(), "zkouska", lang, a)
	must(h.t, err)
	s, err := h.Submissions.Send(h.t.Context(), token, 1)
	must(h.t, err)
	v, err := h.Submissions.ByReference(h.t.Context(), s.Reference)
	must(h.t, err)
	return s.Reference, v.CaseID
}

// claim takes one job whose time has come and that is not among those tried; ok is false when none is left.
func (h *house) claim(tried []int64) (c jobs.Claimed, ok bool) {
	h.t.Helper()
	rows, err := h.owner.QueryxContext(h.t.Context(), `UPDATE job SET attempts = attempts + 1 WHERE id = (SELECT id FROM job
		WHERE done_at IS NULL AND failed_at IS NULL AND NOT id = ANY(CAST($1 AS bigint[])) AND (run_at = created_at OR run_at <= $2) ORDER BY priority, id LIMIT 1)
		RETURNING id, kind, office_id, payload, attempts, priority, LEAST(run_at, $2) AS run_at`, int64s(tried), h.clock.Now())
	must(h.t, err)
	defer rows.Close()
	if ok = rows.Next(); ok {
		must(h.t, rows.StructScan(&c))
	}
	return c, ok
}

// work does every waiting job once, also those that appear meanwhile, and returns the errors by kind.
func (h *house) work() map[string]error {
	h.t.Helper()
	failed := map[string]error{}
	var tried []int64
	for {
		c, ok := h.claim(tried)
		if !ok {
			return failed
		}
		tried = append(tried, c.ID)
		do := h.Handlers()[c.Kind]
		if do == nil {
			h.t.Fatalf("nobody does jobs of kind %s", c.Kind)
		}
		if err := do(context.WithoutCancel(h.t.Context()), c); err != nil {
			failed[c.Kind] = err
			continue
		}
		h.owner.MustExec(`UPDATE job SET done_at = now() WHERE id = $1 AND done_at IS NULL`, c.ID)
	}
}

// again puts a done job back, as a crash before its mark would.
func (h *house) again(kind string) {
	h.owner.MustExec(`UPDATE job SET done_at = NULL WHERE id = (SELECT max(id) FROM job WHERE kind = $1)`, kind)
}

func (h *house) enqueue(kind string, office int32, payload any) {
	h.t.Helper()
	must(h.t, h.DB.Tx(h.t.Context(), system(office), func(tx *db.Tx) error {
		return jobs.Enqueue(h.t.Context(), tx, jobs.Job{Kind: kind, Office: office, Payload: payload})
	}))
}

// mails lists what was written to an address, oldest first.
func (h *house) mails(to string) []mail.Message {
	h.t.Helper()
	list, err := mail.List(h.t.Context(), h.DB, 0, to, 100)
	must(h.t, err)
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return list
}

func (h *house) subjects(to string) []string {
	var s []string
	for _, m := range h.mails(to) {
		s = append(s, m.Subject)
	}
	return s
}

func (h *house) viewOf(reference string) *submissions.View {
	h.t.Helper()
	v, err := h.Submissions.ByReference(h.t.Context(), reference)
	must(h.t, err)
	return v
}

func (h *house) none(failed map[string]error) {
	h.t.Helper()
	for kind, err := range failed {
		h.t.Errorf("%s: %v", kind, err)
	}
}
