package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"epom/forms"
	"epom/internal/clock"
	"epom/internal/config"
	"epom/internal/db"
	"epom/internal/jobs"
	"epom/internal/mail"
	"epom/internal/testdb"
	"epom/offices"
	"epom/records"
	"epom/routing"
	"epom/submissions"
	"epom/users"
	"epom/worker"
)

// installation is two offices with submissions in every state, all background work done.
type installation struct {
	app   *App
	owner *sqlx.DB
	out   bytes.Buffer
	dir   string
	close func() error // the app's pool
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newInstallation(t *testing.T) *installation {
	t.Helper()
	ctx := t.Context()
	pool := testdb.New(t)
	in := &installation{owner: testdb.Owner(t, pool), dir: t.TempDir(), close: pool.Close}
	in.app = &App{Config: config.Config{DataDir: in.dir}, Out: &in.out, Err: io.Discard, Context: ctx, owner: in.owner, url: pool.DSN()}
	in.owner.MustExec(`INSERT INTO area (kind, code, name, parent_code, seat_code, valid_from) VALUES ('region', 78, 'Liberecký kraj', NULL, 563889, '1900-01-01'),
		('district', 3505, 'Liberec', 78, NULL, '1900-01-01'), ('orp', 809, 'Frýdlant', 78, 564028, '1900-01-01'), ('pou', 1724, 'Frýdlant', 809, 564028, '1900-01-01')`)
	in.owner.MustExec(`INSERT INTO municipality (code, name, status, district_code, pou_code, orp_code, region_code, zip, valid_from)
		SELECT c, n, 3, 3505, 1724, 809, 78, '46362', '1900-01-01' FROM (VALUES (564044, 'Hejnice'), (564028, 'Frýdlant')) v(c, n)`)
	in.owner.MustExec(`INSERT INTO office (slug, name, seat_name, kind, municipality_code, region_code, category, abbreviation, participates) VALUES
		('hejnice', 'Městský úřad Hejnice', 'Hejnice', 'municipality', 564044, 78, '63/2', 'HEJ', true),
		('frydlant', 'Městský úřad Frýdlant', 'Frýdlant', 'municipality', 564028, 78, '63/1', 'FRY', true)`)
	in.owner.MustExec(`INSERT INTO agenda (position, code, name, statute, level, locality, source, verified, valid_from)
		VALUES (1, 'kaceni-drevin', 'Povolení ke kácení dřevin', 'z. 114/1992 § 8 odst. 1', 'obec', 'property', 'test', true, '1992-06-01') ON CONFLICT DO NOTHING`)
	in.owner.MustExec(`INSERT INTO competence (agenda_code, area_kind, area_code, role, level, source, verified, valid_from)
		VALUES ('kaceni-drevin', 'country', 0, 'decides', 'obec', 'test', true, '1992-06-01') ON CONFLICT DO NOTHING`)
	in.owner.MustExec(`INSERT INTO account (email, name, created_at) VALUES ('jana@hejnice.example', 'Jana Říhová', now())`)
	in.owner.MustExec(`INSERT INTO membership (office_id, account_id, role, valid_from) SELECT o.id, a.id, 'mailroom', '2020-01-01' FROM office o, account a WHERE o.slug = 'hejnice'`)
	router, err := routing.Open(ctx, pool)
	check(t, err)
	offs, err := offices.Open(ctx, pool)
	check(t, err)
	law, err := records.LoadLaw(ctx, pool)
	check(t, err)
	files, err := in.app.Files()
	check(t, err)
	f, err := forms.Parse([]byte(`{"code":"zkouska","version":1,"title":"Zkouška","summary":"Zkušební formulář","agenda":"kaceni-drevin",
		"locality":{"key":"property","from":["obec"]},"subject":"'Kácení: ' + druh","applicant":{"email":"mail"},"publishedOn":"2026-01-01",
		"pages":[{"code":"co","title":"Co","fields":[{"name":"mail","kind":"email"},{"name":"obec","kind":"municipality","label":"Obec","required":true},
		{"name":"druh","kind":"text","label":"Druh","required":true},{"name":"plan","kind":"file","label":"Plánek"}]}]}`))
	check(t, err)
	catalogue, err := forms.NewCatalogue(f)
	check(t, err)
	clk := clock.NewFake(time.Date(2026, 9, 14, 8, 0, 0, 0, time.UTC))
	subs := submissions.New(submissions.Deps{DB: pool, Clock: clk, Forms: catalogue, Router: router, Offices: offs, Files: files, Law: law, Secret: bytes.Repeat([]byte("x"), 32)})
	t.Cleanup(subs.Close)
	in.live(t, subs, clk, offs)
	work := worker.New(worker.Deps{DB: pool, Clock: clk, Submissions: subs, Offices: offs, Users: &users.Store{DB: pool, Clock: clk}, Files: files,
		Sender: mail.Capture{}, BaseURL: "https://epom.example"})
	in.work(t, pool, work)
	return in
}

// live lets submissions come, be completed, extended, handled and referred.
func (in *installation) live(t *testing.T, subs *submissions.Service, clk *clock.Fake, offs *offices.Store) {
	ctx := t.Context()
	here, err := offs.BySlug("hejnice")
	check(t, err)
	there, err := offs.BySlug("frydlant")
	check(t, err)
	desk := db.Scope{Office: here.ID, Actor: "account:1"}
	send := func() (string, int64) {
		token, err := subs.Start(ctx, "zkouska", "cs", forms.Answers{"mail": "eva@posta.example", "obec": map[string]any{"code": int64(564044), "name": "Hejnice"}, "druh": "lípa"})
		check(t, err)
		d, err := subs.Draft(ctx, token)
		check(t, err)
		file, err := subs.Attach(ctx, d, "plan", "plan.txt", strings.NewReader("plánek "+token), 0)
		check(t, err)
		a, ok := d.Form.Attach(d.Answers.V, "plan", forms.FileRef{ID: file.ID, Name: file.Name, Size: file.Size, Type: file.MediaType})
		if !ok {
			t.Fatal("the file was not taken")
		}
		_, err = subs.Save(ctx, token, 1, a)
		check(t, err)
		sent, err := subs.Send(ctx, token, 2)
		check(t, err)
		v, err := subs.ByReference(ctx, sent.Reference)
		check(t, err)
		return sent.Reference, v.CaseID
	}
	send()
	reference, completed := send()
	_, waiting := send()
	_, handled := send()
	_, referred := send()
	check(t, subs.Ask(ctx, desk, completed, "Doplňte.", clk.Now().AddDate(0, 0, 15)))
	check(t, subs.Ask(ctx, desk, waiting, "Doplňte.", clk.Now().AddDate(0, 0, 15)))
	clk.Advance(9 * 24 * time.Hour)
	check(t, subs.Complete(ctx, reference, "Tady.", nil))
	check(t, subs.Extend(ctx, desk, completed, 12, "Složité."))
	check(t, subs.Handle(ctx, desk, handled, submissions.Answer{How: records.ByDocument, Text: "Povoluje se."}))
	_, err = subs.Refer(ctx, desk, referred, submissions.Referral{Target: there.ID, Why: "Jiná obec."})
	check(t, err)
	_, err = subs.Start(ctx, "zkouska", "cs", nil)
	check(t, err)
}

// work does all jobs, as a running app would.
func (in *installation) work(t *testing.T, pool *db.DB, w *worker.Worker) {
	t.Helper()
	handlers := w.Handlers()
	for {
		var c jobs.Claimed
		rows, err := in.owner.Queryx(`UPDATE job SET attempts = attempts + 1 WHERE id = (SELECT min(id) FROM job WHERE done_at IS NULL)
			RETURNING id, kind, office_id, payload, attempts, priority, run_at`)
		check(t, err)
		more := rows.Next()
		if more {
			check(t, rows.StructScan(&c))
		}
		check(t, rows.Close())
		if !more {
			return
		}
		if err := handlers[c.Kind](t.Context(), c); err != nil {
			t.Fatalf("%s: %v", c.Kind, err)
		}
		in.owner.MustExec(`UPDATE job SET done_at = now() WHERE id = $1`, c.ID)
	}
}

// verify runs the command and returns what it printed.
func (in *installation) verify(t *testing.T, cmd VerifyCmd) (string, error) {
	t.Helper()
	in.out.Reset()
	err := cmd.Run(in.app)
	return in.out.String(), err
}

func TestVerifyFindsNothingWhereNothingIsWrong(t *testing.T) {
	t.Parallel()
	in := newInstallation(t)
	for _, cmd := range []VerifyCmd{{}, {NoFiles: true}} {
		if said, err := in.verify(t, cmd); err != nil || said != "" {
			t.Errorf("%+v: %v\n%s", cmd, err, said)
		}
	}
	store, err := in.app.Files()
	check(t, err)
	if _, err := store.PutBytes(t.Context(), []byte("of an abandoned draft")); err != nil {
		t.Fatal(err)
	}
	if said, err := in.verify(t, VerifyCmd{}); err != nil || said != "" {
		t.Errorf("an orphan is a fault: %v\n%s", err, said)
	}
}

// Faults that do not touch each other are planted together, a copy of the database a group.
func TestVerifyFindsEachFault(t *testing.T) {
	t.Parallel()
	const one = `(SELECT min(id) FROM case_file)`
	faults := map[string]struct{ plant, want string }{
		"gap in the journal":       {`DELETE FROM submission WHERE case_id = ` + one + `; DELETE FROM component WHERE document_id IN (SELECT id FROM document WHERE case_id = ` + one + `); DELETE FROM document WHERE case_id = ` + one + `; DELETE FROM case_file WHERE id = ` + one, `number 1 of denik 2026 was given and no case file has it`},
		"number twice":             {`ALTER TABLE case_file DROP CONSTRAINT case_file_no_year_series_office_id_key; UPDATE case_file SET no = 2 WHERE id = ` + one, `number 2 of denik 2026 is there 2 times`},
		"number beyond":            {`UPDATE counter SET last_no = last_no - 1 WHERE office_id = 1`, `has number 5, its counter has given only 4`},
		"no counter":               {`DELETE FROM counter WHERE office_id = 2`, `its counter has given only 0`},
		"mark and number":          {`UPDATE case_file SET mark = 'HEJ/2026/99999' WHERE id = ` + one, `file mark HEJ/2026/99999 is not what number 1`},
		"document gap":             {`DELETE FROM component WHERE document_id IN (SELECT id FROM document WHERE case_id = 3 AND ordinal = 1); DELETE FROM document WHERE case_id = 3 AND ordinal = 1`, `has given 3 document numbers, it has 2 documents up to 3`},
		"document number":          {`UPDATE document SET reference_number = 'HEJ/2026/00001-9' WHERE case_id = ` + one + ` AND ordinal = 2`, `document HEJ/2026/00001-9 is number 2 of case file HEJ/2026/00001`},
		"document number twice":    {`ALTER TABLE document DROP CONSTRAINT document_reference_number_office_id_key; UPDATE document SET reference_number = 'HEJ/2026/00001-1' WHERE ordinal = 2 AND case_id = ` + one, `reference number HEJ/2026/00001-1 is there 2 times`},
		"document nowhere":         {`UPDATE document SET case_id = 999 WHERE ordinal = 2 AND case_id = ` + one, `belongs to no case file`},
		"file nowhere":             {`UPDATE component SET document_id = 999 WHERE document_id = (SELECT min(id) FROM document)`, `belongs to no document`},
		"unknown office":           {`DELETE FROM office WHERE slug = 'frydlant'`, `case files of office 2: there is no such office`},
		"clock runs in a pause":    {`UPDATE case_file SET paused_on = NULL WHERE paused_on IS NOT NULL`, `runs, yet a pause is open`},
		"clock stands":             {`UPDATE case_file SET paused_on = '2026-09-15' WHERE id = ` + one, `stands, yet no pause is open`},
		"pause reversed":           {`UPDATE clock_pause SET to_on = from_on - 1 WHERE to_on IS NOT NULL`, `ends before it begins`},
		"pauses overlap":           {`INSERT INTO clock_pause SELECT office_id, case_id, from_on + 1, to_on + 1, '' FROM clock_pause WHERE to_on IS NOT NULL`, `overlaps another`},
		"term miscounted":          {`UPDATE case_file SET due_on = due_on + 1 WHERE id = ` + one, `ends on 2026-10-15, by the law it is 2026-10-14`},
		"term without law":         {`UPDATE case_file SET deadline_rule = 'zadna' WHERE id = ` + one, `goes by rule zadna, which the law does not have`},
		"term without end":         {`UPDATE case_file SET due_on = NULL WHERE id = ` + one, `lacks its rule, start or end`},
		"reference of two":         {`DROP INDEX submission_place; UPDATE submission SET reference = (SELECT reference FROM submission WHERE id = 2) WHERE id = 1`, `is held by 2 offices`},
		"reference of nobody":      {`UPDATE submission SET to_office = 2, to_id = 999 WHERE id = 1`, `is held by 0 offices`},
		"referral to nowhere":      {`UPDATE submission SET to_id = 999 WHERE to_id IS NOT NULL`, `went on to office 2, which does not have it from here`},
		"referral from nowhere":    {`UPDATE submission SET from_id = 999 WHERE from_id IS NOT NULL`, `came from office 1, which did not send it here`},
		"no arrival":               {`DELETE FROM submission_event WHERE kind = 'received' AND submission_id = 1`, `has 0 events of its arrival`},
		"taken over twice":         {`INSERT INTO submission_event (office_id, submission_id, at, kind, actor) SELECT office_id, submission_id, at, kind, actor FROM submission_event WHERE kind = 'taken-over'`, `has 2 events of its arrival`},
		"event nowhere":            {`UPDATE submission_event SET submission_id = 999 WHERE kind = 'handled'`, `belongs to no submission`},
		"submission without case":  {`UPDATE submission SET document_id = 999 WHERE id = 1`, `has no case file with its document`},
		"draft sent to nowhere":    {`UPDATE draft SET reference = 'XXXX-XXXX' WHERE reference IS NULL`, `was sent as XXXX-XXXX, which no office has`},
		"two receipts":             {`UPDATE document SET kind = 'receipt' WHERE kind = 'answer'`, `has 2 receipts`},
		"receipt forgotten":        {`UPDATE document SET kind = 'notice' WHERE kind = 'receipt' AND case_id = 3`, `has no receipt, and no job will make one`},
		"request of a closed file": {`UPDATE completion_request SET answered_at = NULL, submission_id = 4 WHERE answered_at IS NOT NULL`, `yet it is closed`},
		"request with the clock":   {`UPDATE completion_request SET answered_at = NULL WHERE answered_at IS NOT NULL`, `yet its clock runs`},
		"answer nowhere":           {`UPDATE completion_request SET answer_id = 1 WHERE answered_at IS NOT NULL`, `was answered by a document that its case file does not have`},
		"log changed":              {`ALTER TABLE audit_event DISABLE TRIGGER USER; UPDATE audit_event SET actor = 'account:666' WHERE office_id = 1 AND seq = 3`, `audit log of office 1: row 3`},
		"file of a wrong size":     {`UPDATE component SET size = size + 1 WHERE name = 'plan.txt' AND document_id = (SELECT min(id) FROM document)`, `its record says otherwise`},
		"file lost":                {`UPDATE draft_file SET sha256 = repeat('0', 64) WHERE id = (SELECT min(id) FROM draft_file)`, `is not in the file store`},
		"job left":                 {`UPDATE job SET done_at = NULL, lease_until = now() - interval '1 hour' WHERE id = 1`, `was claimed and left`},
		"job failed":               {`UPDATE job SET done_at = NULL, failed_at = now(), last_error = 'no font' WHERE id = 1`, `was given up after 1 attempts: no font`},
		"mail written twice":       {`ALTER TABLE mail_message DROP CONSTRAINT mail_message_uniq_key; UPDATE mail_message SET uniq = 'same' WHERE id < 3`, `mail about same was written 2 times`},
		"mail sent twice":          {`INSERT INTO job (kind, office_id, payload, done_at) SELECT kind, office_id, payload, done_at FROM job WHERE kind = 'mail-send' ORDER BY id LIMIT 1`, `was sent by 2 jobs`},
		"mail stranded":            {`UPDATE mail_message SET sent_at = NULL WHERE id = 1`, `mail 1 was not sent, and no job will send it`},
		"without a board number":   {`INSERT INTO counter (office_id, series, year, last_no) VALUES (1, 'deska', 2025, 1)`, `number 2025-1 of the board is missing`},
		"without a posted file":    {`INSERT INTO posting_file (office_id, posting_id, revision, ordinal, name, size, sha256) VALUES (1, 7, 1, 1, 'a.pdf', 1, repeat('e', 64))`, `of posting 7 of office 1 is not in the file store`},
	}
	in := newInstallation(t)
	in.still(t)
	names := slices.Sorted(maps.Keys(faults))
	for group := range faultGroups {
		t.Run(fmt.Sprint(group), func(t *testing.T) {
			t.Parallel()
			c := in.copied(t)
			plant, err := db.OpenOwner(c.app.url)
			check(t, err)
			plant.SetMaxOpenConns(1)
			plant.MustExec(`SET session_replication_role = replica`) // constraints that would refuse a fault are off
			for i := group; i < len(names); i += faultGroups {
				if _, err := plant.Exec(faults[names[i]].plant); err != nil {
					t.Fatalf("%s: %v", names[i], err)
				}
			}
			check(t, plant.Close())
			said, err := c.verify(t, VerifyCmd{NoFiles: true})
			if err != errNo { //nolint:errorlint // the very value is the contract
				t.Errorf("got %v", err)
			}
			for i := group; i < len(names); i += faultGroups {
				if want := faults[names[i]].want; !strings.Contains(said, want) {
					t.Errorf("%s: wanted %q in\n%s", names[i], want, said)
				}
			}
		})
	}
}

// still closes all connections, so that the database can be copied.
func (in *installation) still(t *testing.T) {
	check(t, in.close())
	check(t, in.owner.Close())
}

// faultGroups is how many copies the faults are spread over; the names decide which go together.
const faultGroups = 9

var (
	copies  atomic.Int64
	copying sync.Mutex // a database is copied by one at a time
)

// copied is the installation over a copy of its database.
func (in *installation) copied(t *testing.T) *installation {
	t.Helper()
	u, err := url.Parse(in.app.url)
	check(t, err)
	name := strings.TrimPrefix(u.Path, "/")
	fresh := fmt.Sprintf("%s_c%d", name, copies.Add(1))
	u.Path = "/postgres"
	admin, err := db.OpenOwner(u.String())
	check(t, err)
	copying.Lock()
	_, err = admin.Exec(`CREATE DATABASE ` + fresh + ` TEMPLATE ` + name)
	copying.Unlock()
	check(t, err)
	u.Path = "/" + fresh
	owner, err := db.OpenOwner(u.String())
	check(t, err)
	t.Cleanup(func() {
		_ = owner.Close()
		_, err := admin.Exec(`DROP DATABASE ` + fresh + ` WITH (FORCE)`)
		check(t, err)
		_ = admin.Close()
	})
	c := &installation{owner: owner, dir: in.dir}
	c.app = &App{Config: in.app.Config, Out: &c.out, Err: io.Discard, Context: t.Context(), owner: owner, url: u.String()}
	return c
}

func TestVerifyReadsFiles(t *testing.T) {
	t.Parallel()
	in := newInstallation(t)
	var hash string
	check(t, in.owner.Get(&hash, `SELECT sha256 FROM component WHERE name = 'plan.txt' ORDER BY document_id LIMIT 1`))
	var path string
	check(t, filepath.WalkDir(in.dir, func(p string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(strings.ReplaceAll(p, "/", ""), hash) {
			path = p
		}
		return err
	}))
	data, err := os.ReadFile(path)
	check(t, err)
	data[0] ^= 1
	check(t, os.Chmod(path, 0o600))
	check(t, os.WriteFile(path, data, 0o600))
	if said, err := in.verify(t, VerifyCmd{NoFiles: true}); err != nil || said != "" {
		t.Errorf("the content was read: %v\n%s", err, said)
	}
	in.app.JSON = true
	said, err := in.verify(t, VerifyCmd{})
	if err != errNo || !strings.Contains(said, `{"part":"files","fault":"`) || !strings.Contains(said, hash) { //nolint:errorlint // as above
		t.Errorf("%v\n%s", err, said)
	}
	check(t, os.Remove(path))
	if said, err := in.verify(t, VerifyCmd{NoFiles: true}); err != errNo || !strings.Contains(said, "is not in the file store") { //nolint:errorlint // as above
		t.Errorf("%v\n%s", err, said)
	}
}
