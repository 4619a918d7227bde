package disposal_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"pgregory.net/rapid"

	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/testdb"
	"epom/offices"
	"epom/records"
	"epom/records/disposal"
	"epom/records/scheme"
)

// The rules when signs and years differ inside what belongs together: A over V over S, the latest year.
func TestJudge(t *testing.T) {
	t.Parallel()
	m := func(sign string, years, trigger, last int) disposal.Member {
		return disposal.Member{Sign: sign, Retention: years, TriggerYear: trigger, LastYear: last}
	}
	for i, c := range []struct {
		members []disposal.Member
		sign    string
		year    int
	}{
		{[]disposal.Member{m("S", 5, 2020, 2020)}, "S", 2026},
		{[]disposal.Member{m("S", 0, 2020, 0)}, "S", 2021},
		{[]disposal.Member{m("S", 5, 2020, 2020), m("A", 5, 2020, 2020)}, "A", 2026},
		{[]disposal.Member{m("V", 5, 2020, 2020), m("S", 10, 2020, 2020)}, "V", 2031},
		{[]disposal.Member{m("A", 5, 2020, 2020), m("V", 5, 2022, 2022), m("S", 1, 2020, 2020)}, "A", 2028},
		{[]disposal.Member{m("S", 5, 2018, 2020)}, "S", 2026}, // the trigger came before the newest document
		{[]disposal.Member{m("S", 5, 2020, 2020), m("S", 5, 0, 2020)}, "S", 0},
	} {
		if sign, year := disposal.Judge(c.members); sign != c.sign || year != c.year {
			t.Errorf("%d: %s %d, wanted %s %d", i, sign, year, c.sign, c.year)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) disposal.Member {
			return m(rapid.SampledFrom([]string{"A", "S", "V"}).Draw(t, "sign"), rapid.IntRange(0, 50).Draw(t, "years"), rapid.IntRange(2000, 2030).Draw(t, "trigger"), rapid.IntRange(2000, 2030).Draw(t, "last"))
		}), 1, 6).Draw(t, "members")
		sign, year := disposal.Judge(list)
		for i := range list { // whoever joins can only raise the sign and put the year off
			s, y := disposal.Judge(append(list[:i:i], list[i+1:]...))
			if y > year || sign == "S" && s != "" && s != "S" || sign == "V" && s == "A" {
				t.Errorf("%+v: %s %d, without one %s %d", list, sign, year, s, y)
			}
		}
	})
}

type site struct {
	t      *testing.T
	pool   *db.DB
	owner  *sqlx.DB
	files  *blob.Store
	office *offices.Office
	clerk  int64
	room   *disposal.Room
	at     time.Time
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, pool: testdb.New(t), at: time.Date(2020, 3, 2, 8, 0, 0, 0, time.UTC)}
	s.owner = testdb.Owner(t, s.pool)
	s.owner.MustExec(`INSERT INTO office (slug, name, seat_name, kind, category, abbreviation, participates, ico) VALUES
		('hejnice', 'Městský úřad Hejnice', 'Hejnice', 'other', '63/2', 'HEJ', true, '00262781'), ('frydlant', 'Městský úřad Frýdlant', 'Frýdlant', 'other', '63/1', 'FRY', true, '00262781')`)
	s.must(s.owner.Get(&s.clerk, `INSERT INTO account (email, name, operator, created_at) VALUES ('a@b.example', 'Jana Říhová', false, now()) RETURNING id`))
	all, err := offices.Open(t.Context(), s.pool)
	s.must(err)
	s.office, err = all.BySlug("hejnice")
	s.must(err)
	s.files, err = blob.Open(t.Context(), t.TempDir(), "")
	s.must(err)
	s.room = &disposal.Room{Files: s.files}
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		_, err := scheme.AdoptStarter(ctx, tx, s.at, clock.Date(s.at))
		return err
	})
	return s
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatalf("%+v", err)
	}
}

func (s *site) try(fn func(context.Context, *db.Tx) error) error {
	return s.pool.Tx(s.t.Context(), db.Scope{Office: s.office.ID, Actor: fmt.Sprint("account:", s.clerk)}, func(tx *db.Tx) error { return fn(s.t.Context(), tx) })
}

func (s *site) tx(fn func(context.Context, *db.Tx) error) {
	s.t.Helper()
	s.must(s.try(fn))
}

// closed makes a closed file of an agenda with one document of the content.
func (s *site) closed(agenda, content string) (c records.Case) {
	s.t.Helper()
	ref, err := s.files.PutBytes(s.t.Context(), []byte(content))
	s.must(err)
	s.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		if c, err = records.OpenCase(ctx, tx, nil, records.NewCase{Subject: "Věc " + agenda, Agenda: agenda, ClerkID: &s.clerk}, s.at); err != nil {
			return err
		}
		if _, err = records.AddDocument(ctx, tx, c.ID, records.NewDocument{Direction: records.In, Kind: "letter", Subject: "Dopis", Channel: "email", Party: "Jana Nováková", Body: "tajný text " + content,
			Components: []records.Component{{Name: "dopis.txt", MediaType: "text/plain", Size: ref.Size, SHA256: ref.SHA256}}}, s.at); err != nil {
			return err
		}
		if err := records.Handle(ctx, tx, c.ID, records.ByNoting, "", s.at); err != nil {
			return err
		}
		faults, err := records.Close(ctx, tx, c.ID, s.files.Open, s.at)
		if len(faults) > 0 {
			s.t.Fatalf("faults %+v", faults)
		}
		return err
	})
	return c
}

func (s *site) propose(year int, at time.Time, files ...records.Case) (d disposal.Disposal, err error) {
	ids := []int64{}
	for _, c := range files {
		ids = append(ids, c.ID)
	}
	err = s.try(func(ctx context.Context, tx *db.Tx) (err error) {
		d, err = s.room.Propose(ctx, tx, s.office, year, "Státní okresní archiv Liberec", ids, "Jana Říhová", s.clerk, at)
		return err
	})
	return d, err
}

func (s *site) list(office, proceeding, entities string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><Seznam xmlns="http://www.mvcr.cz/nsesss/v4" ID="s1" identifikatorArchivu="SOkA" identifikatorPuvodce="` + office + `" identifikatorSkartacnihoRizeni="` + proceeding +
		`" datumVytvoreni="2030-01-01T08:00:00+01:00">` + entities + `</Seznam>`
}

func entity(mark, what string) string {
	return `
<EntitaSeznamu><Identifikator zdroj="e-POM.00262781.spisy">` + mark + `</Identifikator>` + what + `</EntitaSeznamu>`
}

func (s *site) decide(d disposal.Disposal, xml string, at time.Time) error {
	return s.try(func(ctx context.Context, tx *db.Tx) error {
		_, err := s.room.Import(ctx, tx, s.office, d.ID, "rozhodnuti.xml", strings.NewReader(xml), at)
		return err
	})
}

func said(err error) string {
	text := errs.Message(err)
	for _, f := range errs.FieldsOf(err) {
		text += " " + f.Message
	}
	return text
}

// The whole way: due, held, proposed, decided by the archive's list, carried out. Content of what is destroyed goes with its bytes,
// heads, log and protocol stay, what the archive took bears its identifier, and bytes that others need are left.
func TestDisposal(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	gone, shared, kept, held := s.closed("stiznost", "zničit"), s.closed("kaceni-drevin", "sdílené"), s.closed("petice", "archivovat"), s.closed("hlaseni-zavady", "pozastavené")
	other := s.closed("stiznost", "sdílené") // the same content; stays
	at := s.at.AddDate(6, 1, 0)              // 2026
	due := func(year int) (marks string) {
		s.tx(func(ctx context.Context, tx *db.Tx) error {
			lots, err := s.room.Due(ctx, tx, year)
			for _, l := range lots {
				marks += fmt.Sprint(l.Lead().Mark, " ", l.Sign, l.Year, " ", len(l.Blocks), ";")
			}
			return err
		})
		return marks
	}
	if got := due(2025); got != "" {
		t.Errorf("due in 2025: %s", got)
	}
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		return disposal.Hold(ctx, tx, held.ID, "běží soud", true, at)
	})
	if got := due(2026); strings.Count(got, ";") != 5 || !strings.Contains(got, held.Mark+" S2026 1;") || !strings.Contains(got, kept.Mark+" A2026 0;") {
		t.Errorf("due in 2026: %s", got)
	}
	if _, err := s.propose(2026, at, held); !errs.Is(err, errs.Conflict) || !strings.Contains(said(err), "běží soud") {
		t.Errorf("proposing a held file: %v", err)
	}
	waits := map[int64]string{gone.ID: "předává se do spisové služby"}
	s.room.Held = func(context.Context, *db.Tx) (map[int64]string, error) { return waits, nil }
	if got := due(2026); !strings.Contains(got, gone.Mark+" S2026 1;") {
		t.Errorf("due while it is being handed over: %s", got)
	}
	if _, err := s.propose(2026, at, gone); !errs.Is(err, errs.Conflict) || !strings.Contains(said(err), waits[gone.ID]) {
		t.Errorf("proposing what is being handed over: %v", err)
	}
	delete(waits, gone.ID)
	d, err := s.propose(2026, at, gone, shared, kept)
	s.must(err)
	if _, err := s.propose(2026, at, gone); !errs.Is(err, errs.Conflict) {
		t.Errorf("proposing twice: %v", err)
	}
	execute := func() error {
		return s.try(func(ctx context.Context, tx *db.Tx) error {
			return s.room.Execute(ctx, tx, s.office, d.ID, "Jana Říhová", at)
		})
	}
	if err := execute(); !errs.Is(err, errs.Conflict) || !strings.Contains(said(err), "ještě nerozhodl") {
		t.Errorf("carrying out without a decision: %v", err)
	}
	const destroy, archive = "<Operace>zničit</Operace>", "<Operace>vybrat za archiválii</Operace>"
	for name, c := range map[string]struct{ xml, want string }{
		"another office":     {s.list("12345678", d.Mark, entity(gone.Mark, destroy)), "jiný úřad (12345678)"},
		"another proceeding": {s.list("00262781", "HEJ/2019/00001", entity(gone.Mark, destroy)), "patří ke skartačnímu řízení HEJ/2019/00001"},
		"unknown file":       {s.list("00262781", d.Mark, entity(gone.Mark, destroy)+entity("HEJ/2001/99999", destroy)), "nejsou: HEJ/2001/99999"},
		"other source":       {s.list("00262781", d.Mark, strings.ReplaceAll(entity(gone.Mark, destroy), "e-POM.00262781", "e-POM.12345678")), "přidělil jiný úřad"},
		"unknown operation":  {s.list("00262781", d.Mark, entity(gone.Mark, "<Operace>spálit</Operace>")), "Řádek 2: operaci „spálit“"},
		"contradiction":      {s.list("00262781", d.Mark, entity(gone.Mark, destroy)+entity(gone.Mark, archive)), "dvakrát něco jiného"},
		"not chosen":         {s.list("00262781", d.Mark, entity(gone.Mark, `<IdentifikatorDA zdroj="NDA">x</IdentifikatorDA>`)), "nevybral za archiválii"},
		"not a list":         {"<a/>", "není rozhodnutí archivu"},
		"cut in half":        {s.list("00262781", d.Mark, entity(gone.Mark, destroy))[:300], "není rozhodnutí archivu"},
		"empty":              {s.list("00262781", d.Mark, ""), "není žádný spis"},
	} {
		if err := s.decide(d, c.xml, at); !errs.Is(err, errs.Invalid) || !strings.Contains(said(err), c.want) {
			t.Errorf("%s: %v says %q", name, err, said(err))
		}
	}
	s.must(s.decide(d, s.list("00262781", d.Mark, entity(gone.Mark, destroy)+entity(shared.Mark, destroy)+entity(kept.Mark, archive)), at))
	if err := execute(); !errs.Is(err, errs.Conflict) || !strings.Contains(said(err), kept.Mark) {
		t.Errorf("carrying out without the archive's identifier: %v", err)
	}
	s.must(s.decide(d, s.list("hejnice", d.Mark, entity(kept.Mark, `<IdentifikatorDA zdroj="NDA">CZ-123</IdentifikatorDA>`)), at))
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		return disposal.Hold(ctx, tx, gone.ID, "nová žaloba", true, at)
	})
	if err := execute(); !errs.Is(err, errs.Conflict) || !strings.Contains(said(err), gone.Mark) {
		t.Errorf("carrying out a held file: %v", err)
	}
	s.tx(func(ctx context.Context, tx *db.Tx) error { return disposal.Hold(ctx, tx, gone.ID, "", false, at) })
	waits[shared.ID] = "předává se do spisové služby"
	if err := execute(); !errs.Is(err, errs.Conflict) || !strings.Contains(said(err), shared.Mark+": "+waits[shared.ID]) {
		t.Errorf("carrying out what is being handed over: %v", err)
	}
	delete(waits, shared.ID)
	s.must(execute())
	if err := execute(); !errs.Is(err, errs.Conflict) {
		t.Errorf("twice: %v", err)
	}
	s.gone(d, gone, shared, kept, other, at)
}

func (s *site) gone(d disposal.Disposal, gone, shared, kept, other records.Case, at time.Time) {
	s.t.Helper()
	t := s.t
	letGo := func(at time.Time) (left int) {
		s.tx(func(ctx context.Context, tx *db.Tx) (err error) {
			left, err = s.room.LetGo(ctx, tx, d.ID, at)
			return err
		})
		return left
	}
	if left := letGo(time.Now()); left != 1 {
		t.Errorf("%d fresh files wait", left)
	}
	if left := letGo(time.Now().Add(2 * time.Hour)); left != 0 {
		t.Errorf("%d files are left", left)
	}
	for content, there := range map[string]bool{"zničit": false, "sdílené": true, "archivovat": true} {
		ref := s.hash(content)
		if has, err := s.files.Has(t.Context(), ref); err != nil || has != there {
			t.Errorf("%s is there: %v (%v)", content, has, err)
		}
	}
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		docs, err := records.Documents(ctx, tx, gone.ID)
		if err != nil || len(docs) != 1 || docs[0].Body != "" || docs[0].Components[0].DestroyedIn == nil || docs[0].Components[0].Name != "dopis.txt" || docs[0].ReferenceNumber != gone.Mark+"-1" {
			t.Errorf("what is left of a document: %+v (%v)", docs, err)
		}
		c, err := records.CaseByID(ctx, tx, kept.ID)
		if err != nil || c.ArchiveID != "CZ-123" || c.DisposedAt == nil {
			t.Errorf("what the archive took: %+v (%v)", c, err)
		}
		docs, err = records.Documents(ctx, tx, kept.ID)
		if err != nil || docs[0].Body == "" {
			t.Errorf("the archive's file lost its text (%v)", err)
		}
		own, err := records.Documents(ctx, tx, d.CaseID)
		if err != nil || len(own) != 4 || own[3].Kind != "disposal-protocol" || len(own[3].Components) != 1 {
			t.Errorf("documents of the proceeding %+v (%v)", own, err)
		}
		g, err := disposal.GoneOf(ctx, tx, d.ID)
		if err != nil || g != (disposal.Gone{Files: 2, Gone: 1, Kept: 1}) {
			t.Errorf("gone %+v (%v)", g, err)
		}
		return nil
	})
	if err := s.try(func(ctx context.Context, tx *db.Tx) error { return records.Reopen(ctx, tx, gone.ID, "chci", at) }); !errs.Is(err, errs.Conflict) {
		t.Errorf("reopening what was destroyed: %v", err)
	}
	if faults, err := disposal.Verify(t.Context(), s.owner, s.files); err != nil || len(faults) != 0 {
		t.Errorf("verify: %q (%v)", faults, err)
	}
	if faults, err := records.Verify(t.Context(), s.owner); err != nil || len(faults) != 0 {
		t.Errorf("verify: %q (%v)", faults, err)
	}
	_, err := s.files.PutBytes(t.Context(), []byte("zničit"))
	s.must(err)
	if faults, err := disposal.Verify(t.Context(), s.owner, s.files); err != nil || len(faults) != 1 {
		t.Errorf("bytes that came back: %q (%v)", faults, err)
	}
}

func (s *site) hash(content string) string {
	ref := ""
	s.must(s.owner.Get(&ref, `SELECT encode(sha256(convert_to($1, 'UTF8')), 'hex')`, content))
	return ref
}

// Nobody gets around the proceeding: neither the app nor the owner of the tables destroys by hand.
func TestNothingGoesByHand(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.closed("stiznost", "x")
	for _, q := range []string{`UPDATE case_file SET disposed_at = now() WHERE id = $1`, `UPDATE document SET body = '' WHERE case_id = $1`, `DELETE FROM document WHERE case_id = $1`,
		`UPDATE component SET destroyed_in = 1 WHERE document_id IN (SELECT id FROM document WHERE case_id = $1)`, `SELECT set_config('app.disposal', 'on', true) FROM case_file WHERE id = $1`} {
		err := s.try(func(ctx context.Context, tx *db.Tx) error {
			if _, err := tx.ExecContext(ctx, `SELECT set_config('app.disposal', 'on', true)`); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, q, c.ID)
			return err
		})
		if err == nil && !strings.HasPrefix(q, "SELECT") {
			t.Errorf("the app did: %s", q)
		}
	}
	for _, q := range []string{`UPDATE case_file SET disposed_at = now() WHERE id = $1`, `DELETE FROM case_file WHERE id = $1`} {
		if _, err := s.owner.Exec(q, c.ID); err == nil {
			t.Errorf("the owner did: %s", q)
		}
	}
	if err := s.pool.Tx(t.Context(), db.Scope{Office: s.office.ID + 1, Actor: "system"}, func(tx *db.Tx) error {
		lots, err := s.room.Due(t.Context(), tx, 2099)
		if len(lots) != 0 {
			t.Errorf("another office sees %d lots", len(lots))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// What is joined or tied goes together, by the longer rule.
func TestWhatBelongsTogetherGoesTogether(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	var main, sub records.Case
	s.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		if main, err = records.OpenCase(ctx, tx, nil, records.NewCase{Subject: "Hlavní", Agenda: "stiznost", ClerkID: &s.clerk}, s.at); err != nil {
			return err
		}
		sub, err = records.Sub(ctx, tx, nil, main.ID, records.NewCase{Subject: "Dílčí"}, s.at)
		return err
	})
	end := func(c records.Case, at time.Time) {
		s.tx(func(ctx context.Context, tx *db.Tx) error {
			if err := records.Handle(ctx, tx, c.ID, records.ByNoting, "", at); err != nil {
				return err
			}
			_, err := records.Close(ctx, tx, c.ID, s.files.Open, at)
			return err
		})
	}
	end(sub, s.at)
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		lots, err := s.room.Due(ctx, tx, 2026)
		if len(lots) != 1 || len(lots[0].Members) != 2 || len(lots[0].Blocks) != 1 || lots[0].Lead().ID != main.ID {
			t.Errorf("an open main file: %+v", lots)
		}
		return err
	})
	end(main, s.at.AddDate(2, 0, 0))
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		if lots, err := s.room.Due(ctx, tx, 2027); err != nil || len(lots) != 0 {
			t.Errorf("due too soon: %+v (%v)", lots, err)
		}
		lots, err := s.room.Due(ctx, tx, 2028)
		if len(lots) != 1 || lots[0].Year != 2028 || len(lots[0].Blocks) != 0 {
			t.Errorf("lots %+v", lots)
		}
		return err
	})
}

// FuzzDecision: whatever the archive sends, it is read or refused in words.
func FuzzDecision(f *testing.F) {
	s := &site{}
	f.Add([]byte(s.list("00262781", "HEJ/2026/00001", entity("HEJ/2020/00001", "<Operace>zničit</Operace>"))))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := disposal.ReadDecision(data); err != nil && said(err) == "" {
			t.Errorf("refused without a word: %v", err)
		}
	})
}
