package records_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/jmoiron/sqlx"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/testdb"
	"epom/records"
)

// desk is one office with three people and a neighbour.
type desk struct {
	t          testing.TB
	pool       *db.DB
	owner      *sqlx.DB
	law        *records.Law
	office     int32
	other      int32
	jana, petr int64
	eva        int64
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	d := &desk{t: t, pool: testdb.New(t)}
	d.owner = testdb.Owner(t, d.pool)
	for i, p := range []struct {
		slug, mark string
		to         *int32
	}{{"hejnice", "HEJ", &d.office}, {"frydlant", "FRY", &d.other}} {
		d.must(d.owner.Get(p.to, `INSERT INTO office (slug, name, seat_name, kind, category, abbreviation, participates, ico)
			VALUES ($1, 'Městský úřad', $1, 'other', '63/2', $2, true, $3) RETURNING id`, p.slug, p.mark, fmt.Sprintf("0026278%d", i)))
	}
	for name, to := range map[string]*int64{"jana": &d.jana, "petr": &d.petr, "eva": &d.eva} {
		d.must(d.owner.Get(to, `INSERT INTO account (email, name, created_at) VALUES ($1 || '@urad.example', $1, now()) RETURNING id`, name))
	}
	var err error
	d.law, err = records.LoadLaw(t.Context(), d.pool)
	d.must(err)
	return d
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// as runs in the first office as somebody; 0 = the mailroom.
func (d *desk) as(who int64, fn func(*db.Tx) error) error {
	return d.pool.Tx(d.t.Context(), db.Scope{Office: d.office, Actor: fmt.Sprintf("account:%d", who)}, fn)
}

// opened is a case file with one letter that came by post.
func (d *desk) opened(at time.Time, rule string) (c records.Case, doc records.Document) {
	d.t.Helper()
	d.must(d.as(0, func(tx *db.Tx) (err error) {
		if c, err = records.OpenCase(d.t.Context(), tx, d.law, records.NewCase{Subject: "Stížnost na hluk", Rule: rule}, at); err != nil {
			return err
		}
		doc, err = records.AddDocument(d.t.Context(), tx, c.ID, records.NewDocument{Direction: records.In, Kind: "letter", Subject: "Stížnost", Channel: "post", DeliveredAt: &at}, at)
		return err
	}))
	return c, doc
}

func (d *desk) file(id int64) (c records.Case) {
	d.t.Helper()
	d.must(d.as(0, func(tx *db.Tx) (err error) { c, err = records.CaseByID(d.t.Context(), tx, id); return err }))
	return c
}

var monday = time.Date(2026, 9, 14, 8, 0, 0, 0, time.UTC)

func TestHandOver(t *testing.T) {
	t.Parallel()
	d, ctx := newDesk(t), t.Context()
	c, _ := d.opened(monday, "sr-71")
	assign := func(by int64, to records.Hand) error {
		return d.as(by, func(tx *db.Tx) error { return records.Assign(ctx, tx, c.ID, to, monday) })
	}
	d.must(assign(d.jana, records.Hand{Clerk: &d.jana})) // takes it: accepted at once
	if err := d.as(d.jana, func(tx *db.Tx) error { return records.Accept(ctx, tx, c.ID, d.jana, monday) }); !errs.Is(err, errs.Conflict) {
		t.Errorf("nothing waits: %v", err)
	}
	d.must(assign(d.jana, records.Hand{Clerk: &d.petr, Note: "jedu pryč"}))
	if err := d.as(d.eva, func(tx *db.Tx) error { return records.Accept(ctx, tx, c.ID, d.eva, monday) }); !errs.Is(err, errs.Forbidden) {
		t.Errorf("it was handed to Petr: %v", err)
	}
	if err := d.as(d.petr, func(tx *db.Tx) error { return records.Refuse(ctx, tx, c.ID, d.petr, "", monday) }); !errs.Is(err, errs.Invalid) {
		t.Errorf("refusing needs a reason: %v", err)
	}
	d.must(d.as(d.petr, func(tx *db.Tx) error {
		return records.Refuse(ctx, tx, c.ID, d.petr, "nejsem věcně příslušný", monday)
	}))
	if got := d.file(c.ID); got.ClerkID == nil || *got.ClerkID != d.jana || got.AssignedAt == nil {
		t.Errorf("it goes back to Jana: %+v", got)
	}
	d.must(assign(d.jana, records.Hand{Clerk: &d.petr}))
	d.must(d.as(d.petr, func(tx *db.Tx) error { return records.Handle(ctx, tx, c.ID, records.ByNoting, "", monday) }))
	var list []records.Handover
	d.must(d.as(0, func(tx *db.Tx) (err error) { list, err = records.Handovers(ctx, tx, c.ID); return err }))
	if len(list) != 3 || list[0].AcceptedAt == nil || list[1].RefusedAt == nil || list[1].SettledWhy == "" || list[2].AcceptedAt == nil {
		t.Errorf("whoever acts has accepted: %+v", list)
	}
}

// What a unit was given stays new until one of its people takes it.
func TestAUnitGetsACaseFile(t *testing.T) {
	t.Parallel()
	d, ctx := newDesk(t), t.Context()
	c, _ := d.opened(monday, "sr-71")
	unit := 1
	d.owner.MustExec(`INSERT INTO unit (office_id, id, name) VALUES ($1, 1, 'Matrika')`, d.office)
	d.must(d.as(0, func(tx *db.Tx) error { return records.Assign(ctx, tx, c.ID, records.Hand{Unit: &unit}, monday) }))
	if got := d.file(c.ID); got.ClerkID != nil || got.AssignedAt != nil || got.UnitID == nil {
		t.Errorf("nobody has it yet: %+v", got)
	}
	d.must(d.as(d.jana, func(tx *db.Tx) error { return records.Assign(ctx, tx, c.ID, records.Hand{Clerk: &d.jana}, monday) }))
	var list []records.Handover
	d.must(d.as(0, func(tx *db.Tx) (err error) { list, err = records.Handovers(ctx, tx, c.ID); return err }))
	if len(list) != 2 || list[0].AcceptedAt == nil || list[1].AcceptedAt == nil || *list[1].ToUnit != unit {
		t.Errorf("taken from the unit: %+v", list)
	}
	if err := d.as(0, func(tx *db.Tx) error { return records.Assign(ctx, tx, c.ID, records.Hand{}, monday) }); !errs.Is(err, errs.Invalid) {
		t.Errorf("to nobody: %v", err)
	}
}

func TestUndoOfABatch(t *testing.T) {
	t.Parallel()
	d, ctx := newDesk(t), t.Context()
	a, _ := d.opened(monday, "sr-71")
	b, _ := d.opened(monday, "sr-71")
	for _, id := range []int64{a.ID, b.ID} {
		d.must(d.as(0, func(tx *db.Tx) error {
			return records.Assign(ctx, tx, id, records.Hand{Clerk: &d.jana, Batch: "x"}, monday)
		}))
	}
	d.must(d.as(d.jana, func(tx *db.Tx) error { return records.Accept(ctx, tx, a.ID, d.jana, monday) }))
	var undone []int64
	d.must(d.as(0, func(tx *db.Tx) (err error) { undone, err = records.Undo(ctx, tx, "x", monday); return err }))
	if !slices.Equal(undone, []int64{b.ID}) || d.file(a.ID).ClerkID == nil || d.file(b.ID).ClerkID != nil || d.file(b.ID).AssignedAt != nil {
		t.Errorf("only what nobody took over goes back: %v", undone)
	}
}

// A case file is never with nobody by an accident: whatever is done, its clerk is who was given it last, or whom it went back to.
func TestCirculationNeverLosesACaseFile(t *testing.T) {
	t.Parallel()
	d, ctx := newDesk(t), t.Context()
	rapid.Check(t, func(r *rapid.T) {
		c, _ := d.opened(monday, "sr-71")
		stack, open := []int64{0}, false // who had it; 0 = nobody
		for range rapid.IntRange(1, 5).Draw(r, "steps") {
			who := rapid.SampledFrom([]int64{d.jana, d.petr, d.eva}).Draw(r, "who")
			var err error
			switch rapid.IntRange(0, 2).Draw(r, "act") {
			case 0:
				err = d.as(0, func(tx *db.Tx) error { return records.Assign(ctx, tx, c.ID, records.Hand{Clerk: &who}, monday) })
				stack, open = append(stack, who), true
			case 1:
				err = d.as(who, func(tx *db.Tx) error { return records.Accept(ctx, tx, c.ID, who, monday) })
				if (err == nil) != (open && stack[len(stack)-1] == who) {
					r.Fatalf("accept by %d of %v open %v: %v", who, stack, open, err)
				}
				if err == nil {
					open = false
				}
				err = nil
			case 2:
				err = d.as(who, func(tx *db.Tx) error { return records.Refuse(ctx, tx, c.ID, who, "ne", monday) })
				if (err == nil) != (open && stack[len(stack)-1] == who) {
					r.Fatalf("refuse by %d of %v open %v: %v", who, stack, open, err)
				}
				if err == nil {
					stack, open = stack[:len(stack)-1], false
				}
				err = nil
			}
			if err != nil {
				r.Fatal(err)
			}
			want, got := stack[len(stack)-1], int64(0)
			if f := d.file(c.ID); f.ClerkID != nil {
				got = *f.ClerkID
			}
			if got != want {
				r.Fatalf("%d has it, want %d (%v)", got, want, stack)
			}
		}
	})
}

func TestCoverSeesBoth(t *testing.T) {
	t.Parallel()
	d, ctx := newDesk(t), t.Context()
	c, _ := d.opened(monday, "sr-71")
	d.must(d.as(0, func(tx *db.Tx) error { return records.Assign(ctx, tx, c.ID, records.Hand{Clerk: &d.jana}, monday) }))
	day := func(n int) time.Time { return clock.Date(monday).AddDate(0, 0, n) }
	d.must(d.as(d.jana, func(tx *db.Tx) error {
		if _, err := records.AddAbsence(ctx, tx, records.Absence{ClerkID: d.jana, CoverID: d.jana, FromOn: day(1), ToOn: day(2)}, monday); !errs.Is(err, errs.Invalid) {
			t.Errorf("nobody stands in for themselves: %v", err)
		}
		if _, err := records.AddAbsence(ctx, tx, records.Absence{ClerkID: d.jana, CoverID: d.petr, FromOn: day(2), ToOn: day(1)}, monday); !errs.Is(err, errs.Invalid) {
			t.Errorf("days the wrong way round: %v", err)
		}
		_, err := records.AddAbsence(ctx, tx, records.Absence{ClerkID: d.jana, CoverID: d.petr, FromOn: day(1), ToOn: day(2)}, monday)
		return err
	}))
	for n, want := range []int{0, 1, 1, 0} {
		d.must(d.as(d.petr, func(tx *db.Tx) error {
			items, err := records.OpenCases(ctx, tx, records.Open{View: records.Mine, Clerk: d.petr, Today: day(n), Limit: 10})
			if err == nil && len(items) != want {
				t.Errorf("day %d: Petr sees %d, want %d", n, len(items), want)
			}
			counts, err := records.CountOpen(ctx, tx, d.petr, day(n).Add(12*time.Hour))
			if err == nil && counts.Mine != want {
				t.Errorf("day %d: Petr's count %d, want %d", n, counts.Mine, want)
			}
			return err
		}))
	}
	d.must(d.as(d.petr, func(tx *db.Tx) error { return records.Accept(ctx, tx, c.ID, d.petr, day(1).Add(9*time.Hour)) }))
	d.must(d.pool.Tx(ctx, db.Scope{Office: d.other, Actor: "account:1"}, func(tx *db.Tx) error {
		list, err := records.Absences(ctx, tx, monday)
		if len(list) != 0 {
			t.Error("the neighbour sees our absences")
		}
		return err
	}))
}

// Working days after registration, holidays left out: 28 September is one.
func TestUnreadSteps(t *testing.T) {
	t.Parallel()
	law, err := records.LoadLaw(t.Context(), testdb.New(t))
	if err != nil {
		t.Fatal(err)
	}
	on := func(s string) time.Time { d, _ := time.ParseInLocation(time.DateOnly, s, clock.Prague); return d }
	for _, c := range []struct {
		registered, today string
		want              int
	}{
		{"2026-09-14", "2026-09-14", 0}, {"2026-09-14", "2026-09-15", 1}, {"2026-09-14", "2026-09-16", 1}, {"2026-09-14", "2026-09-17", 3},
		{"2026-09-14", "2026-09-18", 3}, {"2026-09-14", "2026-09-20", 3}, {"2026-09-14", "2026-09-21", 5}, {"2026-09-14", "2026-09-22", 6},
		{"2026-09-25", "2026-09-28", 0}, // Friday; Monday is a holiday
		{"2026-09-25", "2026-09-29", 1}, {"2026-09-25", "2026-10-01", 3}, {"2026-09-25", "2026-10-05", 5}, {"2026-09-25", "2026-10-06", 6},
		{"2026-12-23", "2026-12-27", 0}, {"2026-12-23", "2026-12-28", 1},
	} {
		if got := records.UnreadStep(law.Calendar, on(c.registered), on(c.today)); got != c.want {
			t.Errorf("registered %s, on %s: step %d, want %d", c.registered, c.today, got, c.want)
		}
	}
}

func TestTermSteps(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		steps      []int
		left, want int
	}{{[]int{7, 3, 1}, 8, -1}, {[]int{7, 3, 1}, 7, 7}, {[]int{7, 3, 1}, 4, 7}, {[]int{7, 3, 1}, 3, 3}, {[]int{7, 3, 1}, 1, 1}, {[]int{7, 3, 1}, 0, 1}, {[]int{7, 3, 1}, -1, -1},
		{[]int{10}, 10, 10}, {nil, 1, -1}} {
		got, ok := records.TermStep(c.steps, c.left)
		if !ok {
			got = -1
		}
		if got != c.want {
			t.Errorf("%v, %d days left: %d, want %d", c.steps, c.left, got, c.want)
		}
	}
	for typed, want := range map[string]string{"7, 3, 1": "[7 3 1]", "1;7 3,3": "[7 3 1]", "14": "[14]", "": "", "0": "", "x": "", "1,2,3,4,5,6,7": ""} {
		days, err := records.ParseDays(typed)
		if got := fmt.Sprint(days); err == nil && got != want || (err == nil) != (want != "") {
			t.Errorf("%q → %v (%v)", typed, days, err)
		}
	}
}

// Each warning is given once, whatever is asked again; a read document and a handled case give none.
func TestWarningsAreGivenOnce(t *testing.T) {
	t.Parallel()
	d, ctx := newDesk(t), t.Context()
	c, _ := d.opened(monday, "infz-14") // due Tuesday 29 September
	warn := func(at time.Time) (got []string) {
		d.must(d.as(0, func(tx *db.Tx) error {
			list, err := d.law.Warnings(ctx, tx, at)
			for _, w := range list {
				got = append(got, fmt.Sprintf("%s %d %v", w.Kind, w.Days, w.Escalated))
			}
			return err
		}))
		return got
	}
	for _, s := range []struct {
		on   int // days after Monday
		want []string
	}{{0, nil}, {1, []string{"unread 1 false"}}, {1, nil}, {2, nil}, {3, []string{"unread 3 false"}}, {7, []string{"unread 5 false"}}, {8, []string{"unread 6 true", "term 7 false"}},
		{9, nil}, {12, []string{"term 3 false"}}, {14, []string{"term 1 false"}}, {15, nil}, {16, nil}} {
		if got := warn(monday.AddDate(0, 0, s.on)); !slices.Equal(got, s.want) {
			t.Errorf("day %d: %v, want %v", s.on, got, s.want)
		}
	}
	d.must(d.as(0, func(tx *db.Tx) error {
		return d.law.Extend(ctx, tx, c.ID, 10, "obsáhlé vyhledávání", monday.AddDate(0, 0, 16))
	}))
	if got := warn(monday.AddDate(0, 0, 18)); !slices.Equal(got, []string{"term 7 false"}) { // due 9 October now
		t.Errorf("a longer term warns anew: %v", got)
	}
	read, _ := d.opened(monday, "")
	d.must(d.as(0, func(tx *db.Tx) error { return records.MarkRead(ctx, tx, read.ID, monday) }))
	if got := warn(monday.AddDate(0, 0, 19)); len(got) != 0 {
		t.Errorf("read: %v", got)
	}
}

func TestDocumentsAreHandledOneByOne(t *testing.T) {
	t.Parallel()
	d, ctx := newDesk(t), t.Context()
	c, first := d.opened(monday, "sr-71")
	var second, third, out records.Document
	d.must(d.as(0, func(tx *db.Tx) (err error) {
		add := func(dir, subject string) (doc records.Document) {
			doc, e := records.AddDocument(ctx, tx, c.ID, records.NewDocument{Direction: dir, Kind: "letter", Subject: subject, Channel: "post"}, monday)
			d.must(e)
			return doc
		}
		second, third, out = add(records.In, "Doplnění"), add(records.In, "Dotaz"), add(records.Out, "Odpověď")
		return nil
	}))
	unanswered := func() (numbers []string) {
		d.must(d.as(0, func(tx *db.Tx) error {
			list, err := records.ListUnanswered(ctx, tx, records.UnansweredFilter{Limit: 10})
			for _, u := range list {
				numbers = append(numbers, u.ReferenceNumber)
			}
			return err
		}))
		return numbers
	}
	handle := func(id int64, how, why string, by *int64) error {
		return d.as(d.jana, func(tx *db.Tx) error { return records.HandleDocument(ctx, tx, id, how, why, by, monday) })
	}
	if got := unanswered(); len(got) != 3 {
		t.Fatalf("unanswered %v", got)
	}
	for what, err := range map[string]error{"no answer": handle(first.ID, records.ByDocument, "", nil), "answers itself": handle(first.ID, records.ByDocument, "", &second.ID),
		"no reason": handle(first.ID, records.ByOther, " ", nil), "no way": handle(first.ID, "x", "", nil)} {
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", what, err)
		}
	}
	d.must(handle(first.ID, records.ByDocument, "", &out.ID))
	d.must(handle(second.ID, records.ByDocument, "", &out.ID)) // one letter answers both
	if err := handle(first.ID, records.ByNoting, "", nil); !errs.Is(err, errs.Conflict) {
		t.Errorf("handled once: %v", err)
	}
	if got := unanswered(); !slices.Equal(got, []string{third.ReferenceNumber}) {
		t.Errorf("unanswered %v", got)
	}
	d.must(d.as(d.jana, func(tx *db.Tx) error { return records.Handle(ctx, tx, c.ID, records.ByNote, "", monday) }))
	if got := unanswered(); len(got) != 0 {
		t.Errorf("the case is handled: %v", got)
	}
	d.must(d.as(0, func(tx *db.Tx) error {
		got, err := records.DocumentByID(ctx, tx, third.ID)
		if got.HandledHow == nil || *got.HandledHow != records.ByNote {
			t.Errorf("handled with the case: %+v", got)
		}
		return err
	}))
}

func TestInterruption(t *testing.T) {
	t.Parallel()
	d, ctx := newDesk(t), t.Context()
	c, _ := d.opened(monday, "sr-71")
	none, _ := d.opened(monday, "")
	do := func(fn func(*db.Tx) error) error { return d.as(d.jana, fn) }
	if err := do(func(tx *db.Tx) error { return d.law.Interrupt(ctx, tx, c.ID, "", monday) }); !errs.Is(err, errs.Invalid) {
		t.Errorf("a reason: %v", err)
	}
	if err := do(func(tx *db.Tx) error { return d.law.Interrupt(ctx, tx, none.ID, "x", monday) }); !errs.Is(err, errs.Invalid) {
		t.Errorf("no term: %v", err)
	}
	if err := do(func(tx *db.Tx) error { return d.law.Resume(ctx, tx, c.ID, monday) }); !errs.Is(err, errs.Conflict) {
		t.Errorf("runs: %v", err)
	}
	d.must(do(func(tx *db.Tx) error { return d.law.Interrupt(ctx, tx, c.ID, "předběžná otázka", monday) }))
	if err := do(func(tx *db.Tx) error { return d.law.Interrupt(ctx, tx, c.ID, "znovu", monday) }); !errs.Is(err, errs.Conflict) {
		t.Errorf("stands: %v", err)
	}
	d.must(do(func(tx *db.Tx) error { return d.law.Resume(ctx, tx, c.ID, monday.AddDate(0, 0, 10)) }))
	if got := d.file(c.ID); got.PausedOn != nil || got.DueOn.Format(time.DateOnly) != "2026-10-26" { // 24 October is a Saturday
		t.Errorf("due %v", got.DueOn)
	}
}
