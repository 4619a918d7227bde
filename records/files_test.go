package records_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/testdb"
	"epom/records"
	"epom/records/scheme"
)

// archiveSite is one office with the starter plan and a second office that must see nothing.
type archiveSite struct {
	t             *testing.T
	pool          *db.DB
	owner         *sqlx.DB
	files         *blob.Store
	law           *records.Law
	office, other int32
	clerk         int64
	at            time.Time
}

func newArchiveSite(t *testing.T) *archiveSite {
	t.Helper()
	s := &archiveSite{t: t, pool: testdb.New(t), at: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
	s.owner = testdb.Owner(t, s.pool)
	for _, id := range []*int32{&s.office, &s.other} {
		slug, mark := "hejnice", "HEJ"
		if id == &s.other {
			slug, mark = "frydlant", "FRY"
		}
		s.must(s.owner.Get(id, `INSERT INTO office (slug, name, seat_name, kind, category, abbreviation, participates, ico) VALUES ($1, $1, $1, 'other', '63/2', $2, true, '00262781') RETURNING id`, slug, mark))
	}
	s.must(s.owner.Get(&s.clerk, `INSERT INTO account (email, name, operator, created_at) VALUES ('a@b.example', 'Jana Říhová', false, now()) RETURNING id`))
	var err error
	s.files, err = blob.Open(t.Context(), t.TempDir(), "")
	s.must(err)
	s.law, err = records.LoadLaw(t.Context(), s.pool)
	s.must(err)
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		_, err := scheme.AdoptStarter(ctx, tx, s.at, clock.Date(s.at))
		return err
	})
	return s
}

func (s *archiveSite) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *archiveSite) try(fn func(context.Context, *db.Tx) error) error {
	return s.pool.Tx(s.t.Context(), db.Scope{Office: s.office, Actor: "account:1"}, func(tx *db.Tx) error { return fn(s.t.Context(), tx) })
}

func (s *archiveSite) tx(fn func(context.Context, *db.Tx) error) {
	s.t.Helper()
	s.must(s.try(fn))
}

// file opens a file with one incoming and one sent document, handled, ready to be closed.
func (s *archiveSite) file(agenda string) (c records.Case) {
	s.t.Helper()
	s.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		if c, err = records.OpenCase(ctx, tx, s.law, records.NewCase{Subject: "Věc " + agenda, Agenda: agenda}, s.at); err != nil {
			return err
		}
		d, err := records.AddDocument(ctx, tx, c.ID, records.NewDocument{Direction: records.In, Kind: "letter", Subject: "Žádost", Channel: "email", Party: "Jana Nováková", Components: []records.Component{s.component("žádost.txt", "prosím")}}, s.at)
		if err != nil {
			return err
		}
		if err := records.Assign(ctx, tx, c.ID, records.Hand{Clerk: &s.clerk}, s.at); err != nil {
			return err
		}
		out, err := records.AddDocument(ctx, tx, c.ID, records.NewDocument{Direction: records.Out, Kind: "answer", Subject: "Odpověď", Channel: "email", Party: "Jana Nováková", AnswersID: &d.ID, Components: []records.Component{s.component("odpověď.txt", "ano "+agenda)}}, s.at)
		if err != nil {
			return err
		}
		if err := records.MarkSent(ctx, tx, out.ID, s.at); err != nil {
			return err
		}
		return records.Handle(ctx, tx, c.ID, records.ByDocument, "", s.at)
	})
	return s.read(c.ID)
}

func (s *archiveSite) component(name, content string) records.Component {
	ref, err := s.files.PutBytes(s.t.Context(), []byte(content))
	s.must(err)
	return records.Component{Name: name, MediaType: ref.MediaType, Size: ref.Size, SHA256: ref.SHA256}
}

func (s *archiveSite) read(id int64) (c records.Case) {
	s.t.Helper()
	s.tx(func(ctx context.Context, tx *db.Tx) (err error) { c, err = records.CaseByID(ctx, tx, id); return err })
	return c
}

func (s *archiveSite) close(id int64, at time.Time) (faults []records.Fault) {
	s.t.Helper()
	s.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		faults, err = records.Close(ctx, tx, id, s.files.Open, at)
		return err
	})
	return faults
}

// A file gets the class of its agenda when handling starts, and its year of disposal when it is closed: the year of the event, one
// more, and the years of the class. A new version of the scheme leaves it alone.
func TestClassFollowsAgenda(t *testing.T) {
	t.Parallel()
	s := newArchiveSite(t)
	c := s.file("kaceni-drevin")
	if c.ClassCode != "111.1" || c.Sign == nil || *c.Sign != "S" || *c.Retention != 5 {
		t.Fatalf("class %q %v/%v", c.ClassCode, c.Sign, c.Retention)
	}
	if other := s.file("něco jiného"); other.ClassCode != "71.6" {
		t.Errorf("an agenda without a class of its own: %q", other.ClassCode)
	}
	if faults := s.close(c.ID, s.at.AddDate(0, 10, 0)); len(faults) != 0 { // closed on 2 January 2027
		t.Fatalf("faults %+v", faults)
	}
	if year, ok := s.read(c.ID).DueYear(); !ok || year != 2027+1+5 {
		t.Errorf("due in %d", year)
	}
	plan := scheme.Starter()
	for i := range plan.Groups {
		if plan.Groups[i].Code == "111.1" {
			plan.Groups[i].Years = 10
		}
	}
	later := s.at.AddDate(0, 1, 0)
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		_, err := scheme.Adopt(ctx, tx, plan, clock.Date(later), later)
		return err
	})
	if got := s.read(c.ID); *got.Retention != 5 || *got.ClassID != *c.ClassID {
		t.Error("a new version changed an old file")
	}
	s.at = later
	if fresh := s.file("kaceni-drevin"); *fresh.Retention != 10 || *fresh.ClassID == *c.ClassID {
		t.Errorf("a new file has %d years", *fresh.Retention)
	}
	var n int
	s.must(s.pool.Tx(t.Context(), db.Scope{Office: s.other, Actor: "account:1"}, func(tx *db.Tx) error {
		return tx.Get(&n, `SELECT (SELECT count(*) FROM scheme) + (SELECT count(*) FROM scheme_class) + (SELECT count(*) FROM agenda_class)`)
	}))
	if n != 0 {
		t.Errorf("another office sees %d rows of the scheme", n)
	}
}

// Years of disposal by the trigger.
func TestDueYears(t *testing.T) {
	t.Parallel()
	year := func(y int) *int { return &y }
	for _, c := range []struct {
		trigger, years *int
		due            int
		known          bool
	}{{year(2020), year(5), 2026, true}, {year(2026), year(0), 2027, true}, {year(1950), year(50), 2001, true}, {nil, year(5), 0, false}, {year(2020), nil, 0, false}} {
		if due, known := (records.Case{TriggerYear: c.trigger, Retention: c.years}).DueYear(); due != c.due || known != c.known {
			t.Errorf("%v + %v: %d %v", c.trigger, c.years, due, known)
		}
	}
}

// A class with files is changed by a new version only.
func TestUsedClassStays(t *testing.T) {
	t.Parallel()
	s := newArchiveSite(t)
	c := s.file("kaceni-drevin")
	err := s.try(func(ctx context.Context, tx *db.Tx) error {
		k, err := records.ClassByID(ctx, tx, *c.ClassID)
		if err != nil {
			return err
		}
		return scheme.Save(ctx, tx, k.SchemeID, k.ID, 0, scheme.Group{Name: "Jinak", Sign: "A", Years: 1, Trigger: "closed", Justification: "x"}, s.at)
	})
	if !errs.Is(err, errs.Conflict) || !strings.Contains(errs.Message(err), "111.1") {
		t.Errorf("changing a used class: %v", err)
	}
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		v, err := scheme.Current(ctx, tx, clock.Date(s.at))
		if err != nil {
			return err
		}
		list, err := scheme.Classes(ctx, tx, v.ID)
		if err != nil {
			return err
		}
		for _, k := range list {
			if k.Code == "111" {
				if err := scheme.Save(ctx, tx, v.ID, 0, k.ID, scheme.Group{Simple: "9", Name: "Včely", Sign: "S", Years: 5, Trigger: "closed", Justification: "běžná agenda"}, s.at); err != nil {
					return err
				}
			}
		}
		list, err = scheme.Classes(ctx, tx, v.ID)
		for i, k := range list {
			if k.Code == "111.9" && list[i-1].Code != "111.5" {
				t.Errorf("111.9 stands after %s", list[i-1].Code)
			}
		}
		return err
	})
}
