package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"epom/board"
	"epom/internal/clock"
	"epom/internal/config"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
	"epom/internal/testdb"
	"epom/offices"
	"epom/records"
	"epom/records/move"
	"epom/users"
	"epom/worker"
)

// bare is an installation with other people and offices, so that no number can agree by chance.
func bare(t *testing.T) *installation {
	t.Helper()
	pool := testdb.New(t)
	in := &installation{owner: testdb.Owner(t, pool), dir: t.TempDir(), close: pool.Close}
	in.app = &App{Config: config.Config{DataDir: in.dir, PublicURL: "https://novy.example"}, Out: &in.out, Err: io.Discard, Context: t.Context(), owner: in.owner, url: pool.DSN()}
	for i := range 7 {
		in.owner.MustExec(`INSERT INTO office (slug, name, seat_name, kind, category) VALUES ($1, 'Jiný', 'Jiný', 'other', '63/2')`, fmt.Sprint("jiny-", i))
		in.owner.MustExec(`INSERT INTO account (email, name, created_at) VALUES ($1, 'Jiný', now())`, fmt.Sprint(i, "@jiny.example"))
	}
	in.owner.MustExec(`INSERT INTO account (email, name, created_at) VALUES ('JANA@hejnice.example', 'Jana Říhová', now())`)
	return in
}

// lived adds to the fixture what its two offices lack: a posting with evidence, sealed days, parties.
func lived(t *testing.T, in *installation) {
	t.Helper()
	ctx := t.Context()
	pool, err := in.app.DB()
	check(t, err)
	files, err := in.app.Files()
	check(t, err)
	sealer, err := in.app.sealer()
	check(t, err)
	offs, err := offices.Open(ctx, pool)
	check(t, err)
	law, err := board.LoadLaw(ctx, pool)
	check(t, err)
	here, err := offs.BySlug("hejnice")
	check(t, err)
	clk := clock.NewFake(time.Now().Add(-time.Hour))
	ref, err := files.PutBytes(ctx, []byte("%PDF-1.7 pozvánka"))
	check(t, err)
	check(t, pool.Tx(ctx, db.Scope{Office: here.ID, Actor: "account:1"}, func(tx *db.Tx) error {
		_, err := law.Make(ctx, tx, board.New{Origin: board.Typed, Content: board.Content{Kind: "zamer", Title: "Záměr", Text: "Úplné znění.", Issuer: here.Name,
			Files: []board.File{{Name: "pozvánka.pdf", MediaType: "application/pdf", Size: ref.Size, SHA256: ref.SHA256}}}}, clk.Now())
		if err != nil {
			return err
		}
		_, err = records.CreateParty(ctx, tx, records.Party{Kind: records.Person, Name: "Eva Tichá"}, clk.Now())
		return err
	}))
	w := worker.New(worker.Deps{DB: pool, Clock: clock.NewFake(time.Now()), Offices: offs, Users: &users.Store{DB: pool, Clock: clk}, Files: files, Seal: sealer, Board: law, BaseURL: "https://epom.example"})
	for _, kind := range []string{"board-seal", "log-day"} {
		check(t, w.Handlers()[kind](ctx, jobs.Claimed{Office: here.ID}))
	}
}

// counted are the numbers that must be the same on both sides.
func counted(t *testing.T, owner *sqlx.DB, slug string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for name, query := range map[string]string{
		"marks":    `SELECT string_agg(mark || ' ' || subject || ' ' || COALESCE(CAST(due_on AS text), ''), ',' ORDER BY mark) FROM case_file WHERE office_id = $1`,
		"numbers":  `SELECT string_agg(reference_number || ' ' || subject, ',' ORDER BY id) FROM document WHERE office_id = $1`,
		"files":    `SELECT string_agg(sha256, ',' ORDER BY document_id, ordinal) FROM component WHERE office_id = $1`,
		"counters": `SELECT string_agg(series || ' ' || year || ' ' || last_no, ',' ORDER BY series, year) FROM counter WHERE office_id = $1`,
		"log":      `SELECT string_agg(encode(hash, 'hex'), ',' ORDER BY seq) FROM audit_event WHERE office_id = $1 AND action NOT IN ('office moved in')`,
		"evidence": `SELECT string_agg(record, ',' ORDER BY seq) FROM posting_evidence WHERE office_id = $1`,
		"places":   `SELECT string_agg(reference, ',' ORDER BY reference) FROM submission WHERE office_id = $1`,
		"parties":  `SELECT string_agg(name, ',' ORDER BY id) FROM party WHERE office_id = $1`,
		"days":     `SELECT string_agg(sha256, ',' ORDER BY day) FROM log_day WHERE office_id = $1`,
		"people":   `SELECT string_agg(a.email || m.role, ',' ORDER BY lower(CAST(a.email AS text)), m.role) FROM membership m JOIN account a ON a.id = m.account_id WHERE m.office_id = $1`,
		"jid":      `SELECT ico || abbreviation || name FROM office WHERE id = $1`,
	} {
		var id int32
		check(t, owner.Get(&id, `SELECT id FROM office WHERE slug = $1`, slug))
		var got *string
		check(t, owner.Get(&got, query, id))
		if got == nil {
			t.Fatalf("nothing to compare: %s", name)
		}
		out[name] = strings.ToLower(*got)
	}
	return out
}

func TestAnOfficeMoves(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"folder", "office.zip"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			old := newInstallation(t)
			lived(t, old)
			path := filepath.Join(t.TempDir(), kind)
			check(t, OfficeExportCmd{Slug: "hejnice", Out: path, MovedTo: "https://novy.example"}.Run(old.app))
			fresh := bare(t)
			check(t, OfficeImportCmd{Package: path}.Run(fresh.app))
			want, got := counted(t, old.owner, "hejnice"), counted(t, fresh.owner, "hejnice")
			for name := range want {
				if want[name] != got[name] {
					t.Errorf("%s:\n%.500s\nbecame\n%.500s", name, want[name], got[name])
				}
			}
			for name, in := range map[string]*installation{"old": old, "new": fresh} {
				if said, err := in.verify(t, VerifyCmd{}); err != nil || said != "" {
					t.Errorf("%s: %v\n%s", name, err, said)
				}
			}
			old.readOnly(t)
			fresh.goesOn(t)
			if said, err := fresh.verify(t, VerifyCmd{}); err != nil || said != "" {
				t.Errorf("after going on: %v\n%s", err, said)
			}
			check(t, OfficeImportCmd{Package: path}.Run(fresh.app)) // the same package again
			if again := counted(t, fresh.owner, "hejnice"); again["log"] != counted(t, fresh.owner, "hejnice")["log"] || !strings.Contains(fresh.out.String(), "nothing was done") {
				t.Error(fresh.out.String())
			}
			if kind == "folder" { // and on to a third one: rows have two origins now
				third := bare(t)
				third.owner.MustExec(`INSERT INTO account (email, name, created_at) VALUES ('dalsi@jiny.example', 'Jiný', now())`)
				check(t, OfficeExportCmd{Slug: "hejnice", Out: path + ".3"}.Run(fresh.app))
				check(t, OfficeImportCmd{Package: path + ".3"}.Run(third.app))
				if said, err := third.verify(t, VerifyCmd{}); err != nil || said != "" {
					t.Errorf("third: %v\n%s", err, said)
				}
				var known int
				check(t, third.owner.Get(&known, `SELECT count(*) FROM office_origin o, jsonb_each_text(accounts) a JOIN account p ON CAST(p.id AS text) = a.value WHERE p.name = 'Jana Říhová'`))
				if known != 2 {
					t.Errorf("Jana is known in %d of 2 origins", known)
				}
			}
			// The other half of a referral comes later and is tied to the first.
			check(t, OfficeExportCmd{Slug: "frydlant", Out: path + ".2.zip"}.Run(old.app))
			check(t, OfficeImportCmd{Package: path + ".2.zip"}.Run(fresh.app))
			var tied int
			check(t, fresh.owner.Get(&tied, `SELECT count(*) FROM submission a JOIN submission b ON b.office_id = a.to_office AND b.id = a.to_id AND b.from_office = a.office_id`))
			if said, err := fresh.verify(t, VerifyCmd{}); err != nil || said != "" || tied != 1 {
				t.Errorf("both halves, %d tied: %v\n%s", tied, err, said)
			}
		})
	}
}

// readOnly tries to register in an office that has moved away.
func (in *installation) readOnly(t *testing.T) {
	t.Helper()
	pool, err := in.app.DB()
	check(t, err)
	err = pool.Tx(t.Context(), db.Scope{Office: 1, Actor: "account:1"}, func(tx *db.Tx) error {
		_, err := records.OpenCase(t.Context(), tx, nil, records.NewCase{Subject: "Pozdě"}, time.Now())
		return err
	})
	if err == nil {
		t.Error("an office that has moved gave a number")
	}
}

// goesOn registers at the new place: the next number follows and ids do not meet.
func (in *installation) goesOn(t *testing.T) {
	t.Helper()
	pool, err := in.app.DB()
	check(t, err)
	var o struct {
		ID   int32 `db:"id"`
		Last int64 `db:"last_no"`
		Year int   `db:"year"`
	}
	check(t, in.owner.Get(&o, `SELECT o.id, c.last_no, c.year FROM office o JOIN counter c ON c.office_id = o.id AND c.series = 'denik' WHERE slug = 'hejnice' ORDER BY year DESC LIMIT 1`))
	check(t, pool.Tx(t.Context(), db.Scope{Office: o.ID, Actor: "account:8"}, func(tx *db.Tx) error {
		c, err := records.OpenCase(t.Context(), tx, nil, records.NewCase{Subject: "Dál"}, time.Now())
		if err == nil && c.Year == o.Year && c.No != o.Last+1 {
			err = fmt.Errorf("number %d follows %d", c.No, o.Last)
		}
		if err == nil {
			_, err = records.AddDocument(t.Context(), tx, c.ID, records.NewDocument{Direction: records.Own, Kind: "note", Subject: "Dál", Channel: "none"}, time.Now())
		}
		return err
	}))
}

// A package that is cut or changed is refused with the place, and an interrupted import goes on.
func TestADamagedPackageIsRefused(t *testing.T) {
	t.Parallel()
	old := newInstallation(t)
	lived(t, old)
	dir := filepath.Join(t.TempDir(), "p")
	check(t, OfficeExportCmd{Slug: "hejnice", Out: dir}.Run(old.app))
	zipped := filepath.Join(t.TempDir(), "p.zip")
	check(t, OfficeExportCmd{Slug: "hejnice", Out: zipped}.Run(old.app))
	fresh := bare(t)
	run := func(path string) error { return OfficeImportCmd{Package: path}.Run(fresh.app) }

	whole, err := os.ReadFile(zipped)
	check(t, err)
	check(t, os.WriteFile(zipped, whole[:len(whole)/2], 0o600))
	if err := run(zipped); err == nil || !strings.Contains(err.Error(), "is not whole") {
		t.Errorf("half a ZIP: %v", err)
	}
	path := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	var m move.Manifest
	manifest, err := os.ReadFile(path("manifest.json"))
	check(t, err)
	check(t, json.Unmarshal(manifest, &m))
	var file string
	check(t, fileOf(dir, &file))
	for name, c := range map[string]struct {
		file   string
		change func([]byte) []byte
		says   string
	}{
		"cut line":     {"rows/case_file.jsonl", func(b []byte) []byte { return b[:len(b)-20] }, "rows/case_file.jsonl: line"},
		"missing line": {"rows/document.jsonl", func(b []byte) []byte { return b[:bytes.LastIndexByte(b[:len(b)-1], '\n')+1] }, "rows/document.jsonl ends at line"},
		"changed row":  {"rows/case_file.jsonl", func(b []byte) []byte { return bytes.Replace(b, []byte("lípa"), []byte("dubb"), 1) }, "rows/case_file.jsonl was changed"},
		"manifest":     {"manifest.json", func(b []byte) []byte { return bytes.Replace(b, []byte("hejnice"), []byte("hejnicf"), 1) }, "its seal does not hold"},
		"lost file":    {file, func([]byte) []byte { return nil }, file},
		"damaged file": {file, func(b []byte) []byte { return append([]byte("x"), b[1:]...) }, "is damaged"},
	} {
		before, err := os.ReadFile(path(c.file))
		check(t, err)
		check(t, os.WriteFile(path(c.file), c.change(bytes.Clone(before)), 0o600))
		fresh.app.Config.DataDir = t.TempDir() // files that came with a refused try are of no help
		if err := run(dir); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
		check(t, os.WriteFile(path(c.file), before, 0o600))
	}
	check(t, os.Rename(path("manifest.json"), path("m")))
	if err := run(dir); err == nil || !strings.Contains(err.Error(), "the export did not end") {
		t.Errorf("no manifest: %v", err)
	}
	check(t, os.Rename(path("m"), path("manifest.json")))
	var left int
	check(t, fresh.owner.Get(&left, `SELECT count(*) FROM case_file`))
	if left != 0 {
		t.Errorf("%d case files of a refused package", left)
	}
	check(t, run(dir)) // what was staged before does no harm
	if said, err := fresh.verify(t, VerifyCmd{}); err != nil || said != "" {
		t.Errorf("%v\n%s", err, said)
	}
	check(t, fresh.owner.Get(&left, `SELECT count(*) FROM move_row`))
	if left != 0 {
		t.Errorf("%d staged rows are left", left)
	}
}

// fileOf finds one kept file of a package.
func fileOf(dir string, name *string) error {
	return filepath.WalkDir(filepath.Join(dir, "files"), func(p string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(dir, p)
			*name = filepath.ToSlash(rel)
		}
		return err
	})
}

// Two offices become one: case files keep their marks, documents their numbers and identifiers, and both offices have the protocol.
func TestRecordsAreHandedOver(t *testing.T) {
	t.Parallel()
	in := newInstallation(t)
	lived(t, in)
	in.owner.MustExec(`UPDATE office SET ico = '00262803' WHERE slug = 'hejnice'`)
	for _, wrong := range [][2]string{{"hejnice", "hejnice"}, {"hejnice", "nikde"}, {"nikde", "frydlant"}} {
		if err := (OfficeMergeCmd{From: wrong[0], Into: wrong[1], Why: "x"}).Run(in.app); err == nil {
			t.Errorf("%v went through", wrong)
		}
	}
	var before, documents int
	check(t, in.owner.Get(&before, `SELECT count(*) FROM case_file WHERE office_id = 1`))
	check(t, in.owner.Get(&documents, `SELECT count(*) FROM document WHERE office_id = 1`))
	check(t, OfficeMergeCmd{From: "hejnice", Into: "frydlant", Why: "Smlouva č. 7/2026"}.Run(in.app))
	var there, own, jids, protocols int
	check(t, in.owner.Get(&there, `SELECT count(*) FROM case_file WHERE office_id = 2 AND series = 'denik:hej' AND mark LIKE 'HEJ/%'`))
	check(t, in.owner.Get(&own, `SELECT count(*) FROM document WHERE office_id = 2 AND reference_number LIKE 'HEJ/%'`))
	check(t, in.owner.Get(&jids, `SELECT count(*) FROM document WHERE office_id = 2 AND jid = '00262803:' || reference_number`))
	check(t, in.owner.Get(&protocols, `SELECT count(DISTINCT office_id) FROM document WHERE kind = 'handover' AND (office_id = 1 OR reference_number LIKE 'FRY/%')`))
	if there != before+1 || own != documents+1 || jids != own || protocols != 2 { // the protocol of the former office goes along
		t.Errorf("%d of %d case files, %d of %d documents, %d identifiers, %d protocols", there, before, own, documents, jids, protocols)
	}
	if said, err := in.verify(t, VerifyCmd{}); err != nil || said != "" {
		t.Errorf("%v\n%s", err, said)
	}
	in.readOnly(t)
	if err := (OfficeMergeCmd{From: "hejnice", Into: "frydlant", Why: "znovu"}).Run(in.app); err == nil || !strings.Contains(err.Error(), "moved away already") {
		t.Errorf("a second time: %v", err)
	}
}

// A part of an office's records goes to another office: what is tied goes together, the rest and its numbers stay, and what
// has gone is read only.
func TestAPartIsHandedOver(t *testing.T) {
	t.Parallel()
	in := newInstallation(t)
	lived(t, in)
	pool, err := in.app.DB()
	check(t, err)
	now := time.Now()
	here := db.Scope{Office: 1, Actor: "account:1"}
	open := func(subject, agenda string, parent int64) (c records.Case) {
		check(t, pool.Tx(t.Context(), here, func(tx *db.Tx) (err error) {
			party, err := records.CreateParty(t.Context(), tx, records.Party{Kind: records.Person, Name: "Karel " + subject}, now)
			if err != nil {
				return err
			}
			if c, err = records.OpenCase(t.Context(), tx, nil, records.NewCase{Subject: subject, Agenda: agenda}, now); err != nil {
				return err
			}
			_, err = records.AddDocument(t.Context(), tx, c.ID, records.NewDocument{Direction: records.In, Kind: "letter", Subject: subject, Channel: "post", Parties: []records.PartyRole{{ID: party.ID, Role: records.Sender}}}, now)
			return err
		}))
		if parent != 0 {
			in.owner.MustExec(`UPDATE case_file SET parent_id = $2 WHERE office_id = 1 AND id = $1`, c.ID, parent)
		}
		return c
	}
	lead := open("Cesty", "pozemni-komunikace", 0)
	part := open("Díl", "", lead.ID)
	stays := open("Psi", "poplatek-ze-psu", 0)
	in.owner.MustExec(`INSERT INTO scheme (office_id, name, valid_from, source, created_at, created_by) VALUES (1, 'Spisový plán', '2020-01-01', 'zkouška', now(), 'test')`)
	in.owner.MustExec(`INSERT INTO scheme_class (office_id, scheme_id, ordinal, simple, code, name, sign, retention, trigger_event) SELECT 1, id, 1, '56', '56', 'Doprava', 'S', 5, 'closed' FROM scheme WHERE office_id = 1 AND valid_to IS NULL`)
	in.owner.MustExec(`UPDATE case_file c SET handled_at = now(), handled_how = 'noted', class_id = k.id, class_code = k.code, sign = k.sign, retention = k.retention, trigger_event = k.trigger_event, trigger_year = 2026
		FROM scheme_class k WHERE c.office_id = 1 AND k.office_id = 1 AND k.code = '56' AND c.id = ANY(ARRAY[CAST($1 AS bigint), $2])`, lead.ID, part.ID)
	split := func(c OfficeSplitCmd) error {
		c.OfficeMergeCmd = OfficeMergeCmd{From: "hejnice", Into: "frydlant", Why: "Smlouva č. 7/2026"}
		return c.Run(in.app)
	}
	for name, c := range map[string]struct {
		cmd  OfficeSplitCmd
		says string
	}{
		"nothing said": {OfficeSplitCmd{}, "say what is handed over"},
		"nothing fits": {OfficeSplitCmd{Case: []string{"HEJ/1999/1"}}, "no case file fits"},
		"a citizen":    {OfficeSplitCmd{Agenda: []string{"kaceni-drevin"}}, "begun in the portal"},
	} {
		if err := split(c.cmd); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
	in.owner.MustExec(`INSERT INTO loan (office_id, case_id, borrower, purpose, lent_at, lent_by, due_on) VALUES (1, $1, 'Jana', 'nahlédnutí', now(), 'test', '2030-01-01')`, part.ID)
	if err := split(OfficeSplitCmd{Class: []string{"56"}}); err == nil || !strings.Contains(err.Error(), part.Mark+" is lent") {
		t.Errorf("lent: %v", err)
	}
	in.owner.MustExec(`UPDATE loan SET returned_at = now(), returned_by = 'test'`)
	var letter records.Document
	check(t, pool.Tx(t.Context(), here, func(tx *db.Tx) (err error) {
		letter, err = records.AddDocument(t.Context(), tx, part.ID, records.NewDocument{Direction: records.Out, Kind: "letter", Subject: "Odpověď", Channel: "post"}, now)
		return err
	}))
	if err := split(OfficeSplitCmd{Class: []string{"56"}}); err == nil || !strings.Contains(err.Error(), part.Mark+" has a letter that was not sent") {
		t.Errorf("unsent: %v", err)
	}
	in.owner.MustExec(`UPDATE document SET sent_at = now() WHERE office_id = 1 AND id = $1`, letter.ID)
	// Somebody else who has the same number there is nobody of ours.
	var person int64
	check(t, in.owner.Get(&person, `INSERT INTO party (office_id, id, kind, name, created_at, created_by, changed_at) OVERRIDING SYSTEM VALUE SELECT 2, id, 'person', 'Někdo Jiný', '2020-01-01', 'test', now() FROM party WHERE office_id = 1 AND name = 'Karel Cesty' RETURNING id`))
	if err := split(OfficeSplitCmd{Class: []string{"56"}}); err == nil || !strings.Contains(err.Error(), "both offices have the person Někdo Jiný") {
		t.Errorf("another person of the same number: %v", err)
	}
	in.owner.MustExec(`DELETE FROM party WHERE office_id = 2 AND id = $1`, person)

	check(t, split(OfficeSplitCmd{Agenda: []string{"pozemni-komunikace"}})) // its sub-file is tied to it
	var there, classes, people int
	check(t, in.owner.Get(&there, `SELECT count(*) FROM case_file WHERE office_id = 2 AND series = 'denik:hej' AND mark = ANY(ARRAY[$1, $2])`, lead.Mark, part.Mark))
	check(t, in.owner.Get(&classes, `SELECT count(*) FROM case_file c JOIN scheme_class k ON k.office_id = 2 AND k.id = c.class_id JOIN scheme s ON s.office_id = 2 AND s.id = k.scheme_id WHERE c.office_id = 2 AND s.valid_to IS NOT NULL`))
	check(t, in.owner.Get(&people, `SELECT count(*) FROM document_party x JOIN party p ON p.office_id = 2 AND p.id = x.party_id WHERE x.office_id = 2 AND p.name LIKE 'Karel %'`))
	if there != 2 || classes != 2 || people != 2 {
		t.Errorf("%d case files, %d with their class, %d people", there, classes, people)
	}
	sound := func(when string) {
		t.Helper()
		if said, err := in.verify(t, VerifyCmd{}); err != nil || said != "" {
			t.Errorf("%s: %v\n%s", when, err, said)
		}
	}
	sound("after a part")
	write := func(c records.Case) error {
		return pool.Tx(t.Context(), here, func(tx *db.Tx) error {
			_, err := records.AddDocument(t.Context(), tx, c.ID, records.NewDocument{Direction: records.In, Kind: "letter", Subject: "Ještě", Channel: "post"}, now)
			return err
		})
	}
	if err := write(lead); errs.KindOf(err) != errs.Conflict || !strings.Contains(errs.Message(err), "převzal jiný úřad") {
		t.Errorf("what has gone was changed: %v", err)
	}
	if _, err := in.owner.Exec(`UPDATE document SET subject = 'x' WHERE office_id = 1 AND case_id = $1`, lead.ID); err == nil {
		t.Error("a document of what has gone was changed")
	}
	check(t, write(stays))
	check(t, split(OfficeSplitCmd{Case: []string{stays.Mark}})) // open, and of a series that came before
	var open2 bool
	check(t, in.owner.Get(&open2, `SELECT n.handled_at IS NULL AND f.handled_at IS NOT NULL FROM case_file n, case_file f WHERE n.office_id = 2 AND f.office_id = 1 AND n.id = f.id AND f.id = $1`, stays.ID))
	if !open2 {
		t.Error("the open matter does not go on at the other office only")
	}
	sound("after another part")
	open("Nový", "", 0) // the former office goes on
	sound("after going on")
}
