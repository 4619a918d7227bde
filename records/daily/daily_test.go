package daily_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"pgregory.net/rapid"

	"epom/internal/audit"
	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/seal"
	"epom/internal/testdb"
	"epom/records/daily"
)

var noon = time.Date(2026, 11, 2, 11, 0, 0, 123456000, time.UTC)

// desk is one office with its log, files and seal.
type desk struct {
	t     testing.TB
	db    *db.DB
	owner *sqlx.DB
	files *blob.Store
	seal  *seal.Sealer
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	d := &desk{t: t, db: testdb.New(t)}
	d.owner = testdb.Owner(t, d.db)
	d.owner.MustExec(`INSERT INTO office (slug, name, seat_name, kind, category, abbreviation, participates, ico) VALUES
		('hejnice', 'Městský úřad Hejnice', 'Hejnice', 'other', '63/2', 'HEJ', true, '00262803'), ('jina', 'Jiná', 'Jiná', 'other', '63/2', 'JIN', true, '')`)
	d.owner.MustExec(`INSERT INTO account (email, name, created_at) VALUES ('jana@hejnice.example', 'Jana Říhová', now())`)
	d.owner.MustExec(`INSERT INTO membership (office_id, account_id, role, valid_from) VALUES (1, 1, 'mailroom', '2020-01-01')`)
	dir := t.TempDir()
	var err error
	if d.files, err = blob.Open(t.Context(), dir, ""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.files.Close() })
	if d.seal, err = seal.Open(seal.Settings{DataDir: dir, Clock: clock.NewFake(noon)}); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *desk) in(fn func(*db.Tx) error) error {
	return d.db.Tx(d.t.Context(), db.Scope{Office: 1, Actor: "account:1"}, fn)
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// wrote puts events into the log at given instants.
func (d *desk) wrote(at ...time.Time) {
	d.t.Helper()
	d.must(d.in(func(tx *db.Tx) error {
		for i, a := range at {
			audit.Write(tx, audit.Event{At: a, Action: []string{"viewed", "party created", "nonsense & <stuff>"}[i%3], ObjectType: []string{"case_file", "party", "thing"}[i%3], ObjectID: fmt.Sprint(i),
				Data: map[string]any{"jméno": "Žluťoučký \x1f kůň \r\n<a>&", "n": 1.50, "i": i}})
		}
		return nil
	}))
}

// night seals the next day; NotFound when none waits.
func (d *desk) night(now time.Time) (daily.Part, error) {
	var p daily.Part
	var plain, sealed bytes.Buffer
	err := d.in(func(tx *db.Tx) (err error) {
		if p, err = daily.Next(d.t.Context(), tx, now); err != nil {
			return err
		}
		return daily.Write(d.t.Context(), tx, &plain, p, "00262803.e-pom.1", now)
	})
	if err != nil {
		return p, err
	}
	at, err := d.seal.SealXML(context.Background(), &sealed, bytes.NewReader(plain.Bytes()))
	d.must(err)
	ref, err := d.files.Put(d.t.Context(), &sealed, 1<<30)
	d.must(err)
	return p, d.in(func(tx *db.Tx) error {
		_, err := daily.File(d.t.Context(), tx, p, daily.Sealed{SHA256: ref.SHA256, Size: ref.Size, At: at, Signer: d.seal.Name(), Test: d.seal.Test()}, now)
		return err
	})
}

func (d *desk) faults() (found []string) {
	d.t.Helper()
	list, err := daily.Verify(d.t.Context(), d.owner)
	d.must(err)
	more, err := daily.VerifyFiles(d.t.Context(), d.owner, d.files)
	d.must(err)
	for _, f := range append(list, more...) {
		if !strings.Contains(f, "has no document since") { // these days are long ago by the clock of the database
			found = append(found, f)
		}
	}
	return found
}

func TestEachDayOnceAndInFull(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.wrote(noon.AddDate(0, 0, -5), noon.AddDate(0, 0, -1), noon, noon.Add(time.Hour))
	if _, err := d.night(noon); err != nil { // everything until yesterday
		t.Fatal(err)
	}
	if _, err := d.night(noon); !errs.Is(err, errs.NotFound) {
		t.Errorf("a second part of the same night: %v", err)
	}
	for i, want := range []string{"2026-11-02", "2026-11-03", "2026-11-04"} { // missed nights are made up for one by one
		p, err := d.night(noon.AddDate(0, 0, 3))
		if err != nil || p.Day.Format(time.DateOnly) != want || !p.Since.Equal(p.Day) {
			t.Errorf("%d: %v %s", i, err, p.Day)
		}
	}
	var list []daily.Part
	d.must(d.in(func(tx *db.Tx) (err error) { list, err = daily.List(t.Context(), tx, time.Time{}, 10); return err }))
	if len(list) != 4 || list[3].Since.Format(time.DateOnly) != "2026-10-28" || list[3].From != 1 {
		t.Fatalf("%+v", list)
	}
	for i, p := range list {
		if p.ReferenceNumber != fmt.Sprintf("HEJ/2026/00001-%d", 4-i) || i > 0 && list[i-1].From != p.To+1 {
			t.Errorf("%s: %s rows %d to %d", p.Day, p.ReferenceNumber, p.From, p.To)
		}
	}
	if f := d.faults(); len(f) != 0 {
		t.Error(f)
	}
	// A new year opens a new file; the last day of the old one still goes to the old one.
	_, err := d.night(time.Date(2026, 11, 6, 2, 0, 0, 0, time.UTC))
	d.must(err)
	for range 57 {
		_, err = d.night(time.Date(2027, 1, 2, 2, 0, 0, 0, time.UTC))
		d.must(err)
	}
	d.must(d.in(func(tx *db.Tx) (err error) { list, err = daily.List(t.Context(), tx, time.Time{}, 2); return err }))
	if list[0].ReferenceNumber != "HEJ/2027/00001-1" || list[1].ReferenceNumber != "HEJ/2026/00001-61" {
		t.Error(list[0].ReferenceNumber, list[1].ReferenceNumber)
	}
}

func TestVerifyFindsATamperedDay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ act, says string }{
		"row changed and the chain made anew": {`WITH p AS (SELECT hash FROM audit_event WHERE seq = 2) UPDATE audit_event SET actor = 'x', hash = audit_hash((SELECT hash FROM p), 1, 3, at, 'x', action, object_type, object_id, data) WHERE seq = 3`, "ends by another row 3"},
		"day left out":                        {`DELETE FROM log_day WHERE day = '2026-11-02'`, "the log of 2026-11-02 to 2026-11-02 has no document"},
		"head replaced":                       {`UPDATE log_day SET head = sha256('x') WHERE day = '2026-11-01'`, "2026-11-0"},
		"file replaced":                       {`UPDATE component SET sha256 = repeat('0', 64)`, "is not the one that was sealed"},
		"rows moved":                          {`UPDATE log_day SET seq_from = seq_from + 1 WHERE day = '2026-11-02'`, "begins at row"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.wrote(noon.AddDate(0, 0, -3), noon.AddDate(0, 0, -2), noon.AddDate(0, 0, -1))
			for i := range 3 {
				_, err := d.night(noon.AddDate(0, 0, i))
				d.must(err)
			}
			if f := d.faults(); len(f) != 0 {
				t.Fatal(f)
			}
			d.owner.MustExec(`ALTER TABLE audit_event DISABLE TRIGGER ALL; ALTER TABLE log_day DISABLE TRIGGER ALL; ALTER TABLE component DISABLE TRIGGER ALL`)
			d.owner.MustExec(c.act)
			if f := d.faults(); !strings.Contains(strings.Join(f, "\n"), c.says) {
				t.Errorf("%q, want %q", f, c.says)
			}
		})
	}
}

// Any order of nights and events, late and early ones too: every row is in exactly one part and every file proves itself.
func TestAnyOrderOfNightsAndEvents(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	now := noon
	rapid.Check(t, func(r *rapid.T) {
		for range rapid.IntRange(1, 4).Draw(r, "steps") {
			switch rapid.IntRange(0, 2).Draw(r, "what") {
			case 0:
				d.wrote(now.Add(time.Duration(rapid.IntRange(-3000, 100).Draw(r, "minutes")) * time.Minute))
			case 1:
				now = now.Add(time.Duration(rapid.IntRange(1, 40).Draw(r, "hours")) * time.Hour)
			case 2:
				if _, err := d.night(now); err != nil && !errs.Is(err, errs.NotFound) {
					r.Fatal(err)
				}
			}
		}
	})
	if f := d.faults(); len(f) != 0 {
		t.Error(f)
	}
}

func TestAFileProvesItself(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.wrote(noon.AddDate(0, 0, -1), noon.AddDate(0, 0, -1), noon.AddDate(0, 0, -1))
	var plain bytes.Buffer
	var p daily.Part
	d.must(d.in(func(tx *db.Tx) (err error) {
		if p, err = daily.Next(t.Context(), tx, noon); err != nil {
			return err
		}
		return daily.Write(t.Context(), tx, &plain, p, "zdroj", noon)
	}))
	c, err := daily.Check(bytes.NewReader(plain.Bytes()))
	if err != nil || !c.Whole || c.From != 1 || c.To != 3 || !bytes.Equal(c.Head, p.Head) || c.Source != "zdroj" {
		t.Fatalf("%+v %v", c, err)
	}
	if !strings.Contains(plain.String(), "<provedlKdo>Jana Říhová, podatelna (account:1)</provedlKdo>") {
		t.Errorf("nobody is named: %s", plain.String())
	}
	for _, change := range [][2]string{{"party created</HodnotaParametru>", "party made</HodnotaParametru>"}, {"<Poradi>2", "<Poradi>9"}, {`"i": 2`, `"i": 3`}} {
		spoilt := strings.Replace(plain.String(), change[0], change[1], 1)
		if spoilt == plain.String() {
			t.Fatal(change)
		}
		if c, err := daily.Check(strings.NewReader(spoilt)); err == nil && c.Whole {
			t.Errorf("%v was not noticed", change)
		}
	}
	for _, not := range []string{"", "<a/>", "<TransakcniLogSystemu/>", plain.String()[:300]} {
		if _, err := daily.Check(strings.NewReader(not)); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: %v", not, err)
		}
	}
	// With other people's schema the file is what the standard asks for.
	root := os.Getenv("EPOM_REAL_DATA")
	if root == "" {
		fmt.Println("left out without EPOM_REAL_DATA:", t.Name(), "against the schema")
		return
	}
	path := filepath.Join(t.TempDir(), "log.xml")
	d.must(os.WriteFile(path, plain.Bytes(), 0o600))
	out, err := exec.Command("xmllint", "--noout", "--nonet", "--schema", filepath.Join(root, "nsesss", "schema", "nsesss-TrP.xsd"), path).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func FuzzCheck(f *testing.F) {
	f.Add([]byte(`<TransakcniLogSystemu xmlns="http://www.mvcr.cz/nsesss/2023/log"><TransLogInfo><VerzeSoftware>retezec od=` + strings.Repeat("0", 64) + ` do=` + strings.Repeat("0", 64) + ` radky=1-0 urad=1:1-0</VerzeSoftware></TransLogInfo><Udalosti></Udalosti></TransakcniLogSystemu>`))
	f.Fuzz(func(_ *testing.T, data []byte) {
		_, _ = daily.Check(bytes.NewReader(data)) // it must only come back
	})
}
