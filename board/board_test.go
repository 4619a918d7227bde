package board_test

import (
	"strings"
	"testing"
	"time"

	"epom/board"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/testdb"
)

// house is a database with two offices, the first of which has a board to work with.
type house struct {
	t            *testing.T
	db           *db.DB
	law          *board.Law
	now          time.Time
	here, beside int32
}

func newHouse(t *testing.T) *house {
	t.Helper()
	d := testdb.New(t)
	law, err := board.LoadLaw(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, db: d, law: law, now: time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC)}
	for i, into := range []*int32{&h.here, &h.beside} {
		err := testdb.Owner(t, d).GetContext(t.Context(), into, `INSERT INTO office (slug, name, seat_name, kind, category, abbreviation, participates)
			VALUES ($1, $2, $3, 'municipality', '63/2', $4, true) RETURNING id`, []string{"tady", "vedle"}[i], []string{"Obecní úřad Tady", "Obecní úřad Vedle"}[i],
			[]string{"Tady", "Vedle"}[i], []string{"TAD", "VED"}[i])
		if err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// in runs an act of a clerk of the office.
func (h *house) in(office int32, act func(*db.Tx) error) error {
	return h.db.Tx(h.t.Context(), db.Scope{Office: office, Actor: "account:1"}, act)
}

func (h *house) make(n board.New) (p *board.Posting, err error) {
	err = h.in(h.here, func(tx *db.Tx) error { p, err = h.law.Make(h.t.Context(), tx, n, h.now); return err })
	return p, err
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) at(s string) { h.now = instant(h.t, s) }

func instant(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, clock.Prague)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

func date(t *testing.T, s string) *time.Time {
	t.Helper()
	if s == "" {
		return nil
	}
	d, err := time.ParseInLocation(time.DateOnly, s, clock.Prague)
	if err != nil {
		t.Fatal(err)
	}
	return &d
}

func notice(kind string) board.New {
	return board.New{Origin: board.Typed, Content: board.Content{Kind: kind, Title: "Veřejná vyhláška o stavbě", Issuer: "Obecní úřad Tady", Text: "Úplné znění."}}
}

func fields(err error) (names []string) {
	for _, f := range errs.FieldsOf(err) {
		names = append(names, f.Name)
	}
	return names
}

func TestTermsOfTheLaw(t *testing.T) {
	t.Parallel()
	law, err := board.LoadLaw(t.Context(), testdb.New(t))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(law.Kinds(instant(t, "2026-06-01 08:00"))); n < 20 {
		t.Fatalf("%d kinds", n)
	}
	for _, c := range []struct {
		name, kind, post, event      string
		must, until, effect, removal string
		rest                         string
		late                         bool
	}{
		{"delivered on the fifteenth day", "verejna-vyhlaska", "2026-06-01 08:00", "", "2026-06-16", "2026-06-16", "2026-06-16", "2026-06-17", "", false},
		{"posted just before midnight counts from that day", "verejna-vyhlaska", "2026-06-01 23:59", "", "2026-06-16", "2026-06-16", "2026-06-16", "2026-06-17", "", false},
		{"the fifteenth day is a Saturday", "verejna-vyhlaska", "2026-06-05 08:00", "", "2026-06-20", "2026-06-20", "2026-06-20", "2026-06-21", "sobota", false},
		{"the fifteenth day is a holiday", "oop", "2026-09-13 08:00", "", "2026-09-28", "2026-09-28", "2026-09-28", "2026-09-29", "Den české státnosti", false},
		{"over the change of time", "zamer", "2026-10-20 08:00", "", "2026-11-04", "2026-11-04", "", "2026-11-05", "", false},
		{"leap day", "zamer", "2028-02-20 08:00", "", "2028-03-06", "2028-03-06", "", "2028-03-07", "", false},
		{"a meeting seven days ahead", "zasedani", "2026-06-01 08:00", "2026-06-08 18:00", "2026-06-08", "2026-06-08", "", "2026-06-09", "", false},
		{"a meeting in six days", "zasedani", "2026-06-02 08:00", "2026-06-08 18:00", "2026-06-09", "2026-06-09", "", "2026-06-10", "", true},
		{"an auction", "drazba", "2026-06-01 08:00", "2026-07-15 10:00", "", "2026-07-15", "", "", "", false},
		{"until replaced", "rozpocet", "2026-06-01 08:00", "", "", "", "", "", "", false},
		{"other notice: proposed, not asked for", "oznameni", "2026-06-01 08:00", "", "", "2026-06-16", "", "", "", false},
	} {
		kind, err := law.Kind(c.kind, instant(t, c.post))
		if err != nil {
			t.Fatal(err)
		}
		var event *time.Time
		if c.event != "" {
			e := instant(t, c.event)
			event = &e
		}
		p := law.Plan(kind, instant(t, c.post), event)
		for what, pair := range map[string][2]*time.Time{"must": {p.MustUntil, date(t, c.must)}, "until": {p.Until, date(t, c.until)}, "effect": {p.EffectOn, date(t, c.effect)}, "removal": {p.Removal(), date(t, c.removal)}} {
			if got, want := pair[0], pair[1]; (got == nil) != (want == nil) || got != nil && !got.Equal(*want) {
				t.Errorf("%s: %s %v, want %v", c.name, what, got, want)
			}
		}
		if p.EffectRest != c.rest || p.TooLate != c.late {
			t.Errorf("%s: rest day %q, too late %v", c.name, p.EffectRest, p.TooLate)
		}
	}
}

func TestPostingFromStartToEnd(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.at("2026-06-01 09:00")
	n := notice("verejna-vyhlaska")
	n.UntilOn = date(t, "2026-06-16")
	p, err := h.make(n)
	h.must(err)
	if p.State() != board.Hanging || p.Number() != "2026-1" || p.EffectOn.Format(time.DateOnly) != "2026-06-16" {
		t.Fatalf("%s %s effect %v", p.State(), p.Number(), p.EffectOn)
	}
	seen := p.Version

	// the day it must still hang: only with a reason
	h.at("2026-06-16 23:00")
	err = h.in(h.here, func(tx *db.Tx) error { _, err := board.Remove(t.Context(), tx, p.ID, seen, "", h.now); return err })
	if f := fields(err); len(f) != 1 || f[0] != "why" {
		t.Fatalf("early removal: %v", err)
	}
	// the job of the night comes a minute early, then on time
	due := func() (p2 *board.Posting) {
		h.must(h.in(h.here, func(tx *db.Tx) error { p2, err = board.RemoveDue(t.Context(), tx, p.ID, h.now); return err }))
		return p2
	}
	h.at("2026-06-16 23:59")
	if due().State() != board.Hanging {
		t.Fatal("taken down before midnight")
	}
	h.at("2026-06-17 00:00")
	if due().State() != board.Removed {
		t.Fatal("not taken down after the last day")
	}
	if p = due(); !p.RemovedAt.Equal(h.now) || p.RemovedWhy != "" {
		t.Fatalf("taken down twice? %v %q", p.RemovedAt, p.RemovedWhy)
	}
	// what the public sees, and the number after it
	var item struct {
		Number  string     `db:"number"`
		Removed *time.Time `db:"removed_at"`
	}
	h.must(h.in(0, func(tx *db.Tx) error {
		return tx.GetContext(t.Context(), &item, `SELECT number, removed_at FROM board_item WHERE office_id = $1`, h.here)
	}))
	if item.Number != "2026-1" || item.Removed == nil {
		t.Fatalf("public: %+v", item)
	}
	if next, err := h.make(notice("oznameni")); err != nil || next.Number() != "2026-2" {
		t.Fatal(next, err)
	}
}

func TestPlannedPosting(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.at("2026-06-01 09:00")
	n := notice("zamer")
	n.PostAt, n.UntilOn = instant(t, "2026-06-02 00:00"), date(t, "2026-06-17")
	p, err := h.make(n)
	h.must(err)
	publish := func(id int64) (p *board.Posting) {
		h.must(h.in(h.here, func(tx *db.Tx) error { p, err = h.law.Publish(t.Context(), tx, id, h.now); return err }))
		return p
	}
	if publish(p.ID).State() != board.Waiting {
		t.Fatal("posted before its time")
	}
	// the machine stood over the planned moment: it says so and the term moves so that the law is kept
	h.at("2026-06-03 10:00")
	p = publish(p.ID)
	if p.Late() != 34*time.Hour || p.UntilOn.Format(time.DateOnly) != "2026-06-18" {
		t.Fatalf("late %v, until %v", p.Late(), p.UntilOn)
	}
	var said string
	h.must(h.in(h.here, func(tx *db.Tx) error {
		return tx.GetContext(t.Context(), &said, `SELECT data::text FROM audit_event WHERE action = 'posting.posted'`)
	}))
	if !strings.Contains(said, `"late_minutes": 2040`) || !strings.Contains(said, `"until_moved_to": "2026-06-18"`) {
		t.Fatal(said)
	}
	// another one is given up: the number stays
	n.PostAt = instant(t, "2026-07-01 00:00")
	n.UntilOn = date(t, "2026-07-20")
	q, err := h.make(n)
	h.must(err)
	h.must(h.in(h.here, func(tx *db.Tx) error {
		_, err := board.Cancel(t.Context(), tx, q.ID, q.Version, "starosta záměr stáhl", h.now)
		return err
	}))
	h.at("2026-07-01 00:00")
	if q = publish(q.ID); q.State() != board.Cancelled || q.Number() != "2026-2" {
		t.Fatal(q.State(), q.Number())
	}
}

func TestCorrectionsKeepBothStates(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p, err := h.make(notice("oznameni"))
	h.must(err)
	seen := p.Version
	revise := func(seen int, title, why string) error {
		return h.in(h.here, func(tx *db.Tx) error {
			c := p.Revisions[0].Content
			c.Title = title
			p, err := h.law.Revise(t.Context(), tx, p.ID, seen, c, why, h.now)
			if errs.Is(err, errs.Conflict) && p.Current().Title != "Opraveno" {
				t.Error("the second does not see what the first changed:", p.Current().Title)
			}
			return err
		})
	}
	if err := revise(seen, "Opraveno", ""); len(fields(err)) != 1 {
		t.Fatal("a correction without a reason:", err)
	}
	h.must(revise(seen, "Opraveno", "překlep v názvu"))
	if err := revise(seen, "Jinak", "druhý písař"); !errs.Is(err, errs.Conflict) {
		t.Fatal("the second clerk's change:", err)
	}
	h.must(h.in(h.here, func(tx *db.Tx) error { p, err = board.ByNumber(t.Context(), tx, "2026-1"); return err }))
	if len(p.Revisions) != 2 || p.Revisions[0].Title != "Veřejná vyhláška o stavbě" || p.Current().Title != "Opraveno" || p.Current().Why == "" {
		t.Fatalf("%+v", p.Revisions)
	}
	// nobody changes what hung, the owner of the tables neither
	for _, q := range []string{`UPDATE posting_revision SET title = 'jinak'`, `DELETE FROM posting_revision`, `DELETE FROM posting`} {
		if _, err := testdb.Owner(t, h.db).ExecContext(t.Context(), q); err == nil {
			t.Errorf("%s went through", q)
		}
	}
}

func TestWrongPostingsAreNamed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for name, c := range map[string]struct {
		change func(*board.New)
		field  string
	}{
		"no title":             {func(n *board.New) { n.Title = " \x00 " }, "title"},
		"long title":           {func(n *board.New) { n.Title = strings.Repeat("ž", 501) }, "title"},
		"nothing to hang":      {func(n *board.New) { n.Text = "" }, "files"},
		"unknown kind":         {func(n *board.New) { n.Kind = "neznamy" }, "kind"},
		"no issuer":            {func(n *board.New) { n.Issuer = "" }, "issuer"},
		"into the past":        {func(n *board.New) { n.PostAt = h.now.AddDate(0, 0, -3) }, "past_why"},
		"removal before":       {func(n *board.New) { n.UntilOn = date(t, "2026-05-31") }, "until_on"},
		"too short":            {func(n *board.New) { n.UntilOn = date(t, "2026-06-15") }, "until_on"},
		"meeting without date": {func(n *board.New) { n.Kind = "zasedani" }, "event_at"},
		"meeting too soon": {func(n *board.New) {
			e := h.now.AddDate(0, 0, 6)
			n.Kind, n.EventAt = "zasedani", &e
		}, "early_why"},
		"no address of the asking one": {func(n *board.New) { n.Requester, n.RequesterEmail = "Finanční úřad", "podatelna" }, "requester_email"},
		"a reason of spaces":           {func(n *board.New) { n.UntilOn, n.EarlyWhy = date(t, "2026-06-15"), " \x00\n" }, "until_on"},
		"long reason":                  {func(n *board.New) { n.EarlyWhy = strings.Repeat("ž", 501) }, "early_why"},
		"link that runs":               {func(n *board.New) { n.Link = "javascript:alert(1)" }, "link"},
	} {
		n := notice("verejna-vyhlaska")
		c.change(&n)
		if _, err := h.make(n); len(fields(err)) != 1 || fields(err)[0] != c.field {
			t.Errorf("%s: %v", name, err)
		}
	}
	// with the reasons asked for
	n := notice("verejna-vyhlaska")
	n.PostAt, n.PastWhy, n.UntilOn, n.EarlyWhy = h.now.AddDate(0, 0, -3), "výpadek internetu", date(t, "2026-06-10"), "stažena"
	p, err := h.make(n)
	h.must(err)
	if p.PhysicalPostedAt == nil || !p.PostedAt.Equal(h.now) || p.EffectOn.Format(time.DateOnly) != "2026-06-16" || p.UntilOn.Format(time.DateOnly) != "2026-06-10" {
		t.Fatalf("%+v", p)
	}
	if p.Number() != "2026-1" {
		t.Error("refused postings took numbers:", p.Number())
	}
}

func TestABoardBelongsToItsOffice(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p, err := h.make(notice("oznameni"))
	h.must(err)
	err = h.in(h.beside, func(tx *db.Tx) error { _, err := board.ByID(t.Context(), tx, p.ID); return err })
	if !errs.Is(err, errs.NotFound) {
		t.Fatal("the neighbour reads it:", err)
	}
	err = h.in(h.beside, func(tx *db.Tx) error {
		_, err := tx.ExecContext(t.Context(), `UPDATE board_item SET title = 'jinak' WHERE office_id = $1`, h.here)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(t.Context(), `INSERT INTO board_contract (publisher_id, served_id, title, valid_from, recorded_at, recorded_by) VALUES ($1, $2, 'x', '2026-01-01', now(), 'x')`, h.beside, h.here)
		return err
	})
	if err == nil {
		t.Fatal("the neighbour gave itself a contract")
	}

	// a contract of the served office lets the neighbour in; both logs say so
	serving := func() (c board.Contract, err error) {
		err = h.in(h.beside, func(tx *db.Tx) error { c, err = board.Serving(t.Context(), tx, h.beside, h.here, h.now); return err })
		return c, err
	}
	if _, err := serving(); !errs.Is(err, errs.Forbidden) {
		t.Fatal("without a contract:", err)
	}
	h.must(h.in(h.here, func(tx *db.Tx) error {
		_, err := board.Conclude(t.Context(), tx, h.beside, "Smlouva č. 1/2026", h.now.AddDate(0, 0, -1), nil, h.now)
		return err
	}))
	c, err := serving()
	h.must(err)
	n := notice("oznameni")
	n.Contract = &c
	p, err = h.make(n)
	h.must(err)
	for _, office := range []int32{h.here, h.beside} {
		var lines int
		h.must(h.in(office, func(tx *db.Tx) error {
			return tx.GetContext(t.Context(), &lines, `SELECT count(*) FROM audit_event WHERE action = 'posting.posted' AND object_id = CAST(CAST($1 AS bigint) AS text)`, p.ID)
		}))
		if lines != 1 {
			t.Errorf("office %d: %d lines in its log", office, lines)
		}
	}
	h.must(h.in(h.here, func(tx *db.Tx) error { return board.EndContract(t.Context(), tx, c.ID, h.now.AddDate(0, 0, -1), h.now) }))
	if _, err := serving(); !errs.Is(err, errs.Forbidden) {
		t.Fatal("after the contract ended:", err)
	}
}
