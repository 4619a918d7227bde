package submissions_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"epom/internal/audit"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
	"epom/records/register"
	"epom/submissions"
)

var errBack = errors.New("rolled back")

// registers gives both offices a register of invoices; the one here keeps the agenda of the fixture's form in another.
func (h *house) registers(t testing.TB) {
	t.Helper()
	for _, office := range []int32{h.here.ID, h.there.ID} {
		must(t, h.db.Tx(t.Context(), db.Scope{Office: office, Actor: "account:1"}, func(tx *db.Tx) error {
			_, err := register.Create(t.Context(), tx, "Faktury", "FA", h.clock.Now())
			return err
		}))
	}
}

// open opens a case file with a document; how it ends is told: "", "back" (rolled back) or "killed" (its connection dies).
func (h *house) open(office int32, series, end string, at time.Time) error {
	ctx := context.Background()
	return h.db.Tx(ctx, db.Scope{Office: office, Actor: "account:1"}, func(tx *db.Tx) error {
		c, err := records.OpenCase(ctx, tx, nil, records.NewCase{Series: series, Subject: "Věc"}, at)
		if err != nil {
			return err
		}
		for range 2 {
			if _, err = records.AddDocument(ctx, tx, c.ID, records.NewDocument{Direction: records.In, Kind: "letter", Subject: "Dopis", Channel: "post"}, at); err != nil {
				return err
			}
		}
		switch end {
		case "back":
			return errBack
		case "killed":
			_, err = tx.ExecContext(ctx, `SELECT pg_terminate_backend(pg_backend_pid())`)
			return errors.Join(errBack, err)
		}
		return nil
	})
}

// sound tells what epom verify would: every series gapless and unique, every chain whole.
func (h *house) sound(t *testing.T) []string {
	faults, err := records.Verify(t.Context(), h.owner)
	must(t, err)
	chains, err := audit.Verify(t.Context(), h.owner)
	must(t, err)
	for _, f := range chains {
		faults = append(faults, f.String())
	}
	return faults
}

func (h *house) marks(t *testing.T) map[int64]string {
	var rows []struct {
		ID     int64  `db:"id"`
		Number string `db:"reference_number"`
	}
	must(t, h.owner.Select(&rows, `SELECT id, reference_number FROM document`))
	m := map[int64]string{}
	for _, r := range rows {
		m[r.ID] = r.Number
	}
	return m
}

// Whatever happens side by side (taking in, opening by hand in any register, cancelling, referral, the turn of the year, a change
// of masks, rollbacks, connections that die), every series stays gapless and unique, every chain whole, and no number changes.
func TestNumbersHoldInAnyOrder(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.registers(t)
	known := map[int64]string{}
	acts := []string{"send", "send there", "open", "invoice", "back", "killed", "cancel", "refer", "turn", "mask", "agenda", "close"}
	rapid.Check(t, func(rt *rapid.T) {
		var side sync.WaitGroup
		var mu sync.Mutex
		var broken []error
		turn := false
		for _, act := range rapid.SliceOfN(rapid.SampledFrom(acts), 1, 10).Draw(rt, "acts") {
			pick := rapid.IntRange(1, 1000).Draw(rt, "which")
			if act == "turn" {
				turn = true // the clock is one for all: it moves in the middle of them
				continue
			}
			side.Go(func() {
				if err := h.act(t, act, pick); err != nil {
					mu.Lock()
					broken = append(broken, fmt.Errorf("%s: %w", act, err))
					mu.Unlock()
				}
			})
		}
		if turn {
			h.clock.Advance(time.Duration(rapid.IntRange(1, 300).Draw(rt, "days")) * 24 * time.Hour)
		}
		side.Wait()
		if len(broken) > 0 {
			rt.Fatal(broken)
		}
		if faults := h.sound(t); len(faults) > 0 {
			rt.Fatal(faults)
		}
		now := h.marks(t)
		for id, mark := range known {
			if now[id] != mark {
				rt.Fatalf("document %d was %s and is %s", id, mark, now[id])
			}
		}
		known = now
	})
	if len(known) < 100 {
		t.Errorf("only %d documents were made", len(known))
	}
}

// act does one thing; refusals that the rules ask for are no error.
func (h *house) act(t *testing.T, act string, pick int) error {
	ctx, now := t.Context(), h.clock.Now()
	allowed := func(err error, kinds ...errs.Kind) error {
		for _, k := range kinds {
			if errs.Is(err, k) {
				return nil
			}
		}
		return err
	}
	switch act {
	case "send", "send there":
		to := int64(hejnice)
		if act == "send there" {
			to = frydlan
		}
		token, err := h.Start(ctx, "zkouska", "cs", answers(to))
		if err == nil {
			_, err = h.Send(ctx, token, 1)
		}
		return allowed(err, errs.NotFound) // the clock leapt over the life of the draft
	case "open":
		return h.open(h.here.ID, "", "", now)
	case "invoice":
		return h.open(h.here.ID, "faktury", "", now)
	case "back", "killed":
		series := []string{"", "faktury"}[pick%2]
		if err := h.open(h.here.ID, series, act, now); err == nil {
			return errors.New("it was committed")
		}
		return nil
	case "cancel":
		return h.db.Tx(ctx, h.desk(), func(tx *db.Tx) error {
			var id int64
			if err := tx.GetContext(ctx, &id, `SELECT COALESCE((SELECT id FROM document WHERE office_id = $1 ORDER BY id OFFSET $2 % greatest(1, (SELECT count(*) FROM document WHERE office_id = $1)) LIMIT 1), 0)`, h.here.ID, pick); err != nil {
				return err
			}
			return allowed(records.Cancel(ctx, tx, id, "omyl", now), errs.Conflict)
		})
	case "refer":
		var id int64
		if err := h.owner.Get(&id, `SELECT COALESCE(min(s.case_id), 0) FROM submission s JOIN case_file c ON c.office_id = s.office_id AND c.id = s.case_id WHERE s.office_id = $1 AND s.to_office IS NULL AND c.handled_at IS NULL`, h.here.ID); err != nil || id == 0 {
			return err
		}
		_, err := h.Refer(ctx, h.desk(), id, submissions.Referral{Target: h.there.ID, Why: "Nejsme příslušní."})
		return allowed(err, errs.Conflict, errs.NotFound)
	}
	return h.db.Tx(ctx, h.desk(), func(tx *db.Tx) error {
		year := clock.Year(now)
		switch act {
		case "mask":
			mask := []string{"{zkratka}/{rok}/{poradi:5}", "{zkratka}-{rok}/{poradi:4}", "{zkratka}/E/{rok}/{poradi:3}"}[pick%3]
			return allowed(register.SetMask(ctx, tx, records.SeriesJournal, year+pick%2, mask, now), errs.Invalid)
		case "agenda":
			return register.PutAgenda(ctx, tx, "kaceni-drevin", []string{"", "faktury"}[pick%2], now)
		}
		return allowed(register.CloseYear(ctx, tx, records.SeriesJournal, year-1, now), errs.Conflict)
	})
}

// The year turns at midnight in Prague while forty goroutines register: no number is skipped, each carries the year of its
// instant, and the old year goes on where it stood.
func TestTheYearTurnsUnderLoad(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.registers(t)
	midnight := time.Date(2027, 1, 1, 0, 0, 0, 0, clock.Prague)
	h.clock.Set(midnight.Add(-time.Second))
	const hands, each = 40, 6
	tokens := make(chan string, hands*each)
	for range hands * each {
		tokens <- h.draft(t, hejnice)
	}
	var side sync.WaitGroup
	faults := make(chan error, hands*each)
	for hand := range hands {
		side.Go(func() {
			for i := range each {
				h.clock.Advance(2 * time.Second / (hands * each)) // the hands move the clock across the instant themselves
				if (hand+i)%3 == 0 {
					faults <- h.open(h.here.ID, []string{"", "faktury"}[i%2], []string{"", "back"}[hand%2], h.clock.Now())
					continue
				}
				_, err := h.Send(t.Context(), <-tokens, 1)
				faults <- err
			}
		})
	}
	side.Wait()
	close(faults)
	for err := range faults {
		if err != nil && !errors.Is(err, errBack) {
			t.Error(err)
		}
	}
	if f := h.sound(t); len(f) > 0 {
		t.Error(f)
	}
	var wrong int
	must(t, h.owner.Get(&wrong, `SELECT count(*) FROM case_file WHERE year <> extract(year FROM opened_at AT TIME ZONE 'Europe/Prague')`))
	var years int
	must(t, h.owner.Get(&years, `SELECT count(DISTINCT year) FROM case_file WHERE series = 'denik'`))
	if wrong != 0 || years != 2 {
		t.Errorf("%d case files carry another year than they were opened in, %d years were used", wrong, years)
	}
}

// A closed year gives no number, whoever asks; citizens' submissions go on in the present one.
func TestAClosedYear(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.sent(t)
	old := h.clock.Now()
	shut := func(year int) error {
		return h.db.Tx(t.Context(), h.desk(), func(tx *db.Tx) error {
			return register.CloseYear(t.Context(), tx, records.SeriesJournal, year, h.clock.Now())
		})
	}
	if f := errs.FieldsOf(shut(2026)); f == nil {
		t.Error("the present year was closed")
	}
	h.clock.Set(time.Date(2027, 2, 1, 8, 0, 0, 0, time.UTC))
	must(t, shut(2026))
	if err := shut(2026); !errs.Is(err, errs.Conflict) {
		t.Errorf("closed twice: %v", err)
	}
	if err := h.open(h.here.ID, "", "", old); !errs.Is(err, errs.Conflict) || errs.Message(err) == "" {
		t.Errorf("a number of the closed year: %v", err)
	}
	if s, _ := h.sent(t); s.Number != "HEJ/2027/00001-1" {
		t.Errorf("number %s", s.Number)
	}
	must(t, h.db.Tx(t.Context(), h.desk(), func(tx *db.Tx) error {
		return register.ReopenYear(t.Context(), tx, records.SeriesJournal, 2026, h.clock.Now())
	}))
	must(t, h.open(h.here.ID, "", "", old))
	if f := h.sound(t); len(f) > 0 {
		t.Error(f)
	}
}

// An agenda put to a register takes its numbers there, for submissions, referrals and case files opened by hand alike.
func TestAgendasGoToTheirRegisters(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.registers(t)
	for _, office := range []int32{h.here.ID, h.there.ID} {
		must(t, h.db.Tx(t.Context(), db.Scope{Office: office, Actor: "account:1"}, func(tx *db.Tx) error {
			if office == h.here.ID {
				must(t, register.SetMask(t.Context(), tx, "faktury", 2026, "{zkratka}/{rok}/{evidence}/{poradi:3}", h.clock.Now()))
			}
			return register.PutAgenda(t.Context(), tx, "kaceni-drevin", "faktury", h.clock.Now())
		}))
	}
	s, id := h.sent(t)
	if s.Number != "HEJ/2026/FA/001-1" {
		t.Errorf("number %s", s.Number)
	}
	got, err := h.Refer(t.Context(), h.desk(), id, submissions.Referral{Target: h.there.ID, Why: "Nejsme příslušní."})
	if err != nil || got != "FRY/FA/2026/00001-1" {
		t.Errorf("referred as %s: %v", got, err)
	}
	must(t, h.db.Tx(t.Context(), h.desk(), func(tx *db.Tx) error {
		c, err := records.OpenCase(t.Context(), tx, nil, records.NewCase{Subject: "Lípa", Agenda: "kaceni-drevin"}, h.clock.Now())
		if err != nil || c.Mark != "HEJ/2026/FA/002" {
			t.Errorf("opened as %s: %v", c.Mark, err)
		}
		d, err := records.AddDocument(t.Context(), tx, c.ID, records.NewDocument{Direction: records.Own, Kind: "note", Subject: "Záznam", Channel: "none"}, h.clock.Now())
		if err != nil || d.Register != "faktury" || d.ReferenceNumber != "HEJ/2026/FA/002-1" {
			t.Errorf("document %+v: %v", d, err)
		}
		return register.End(t.Context(), tx, "faktury", h.clock.Now())
	}))
	if s, _ := h.sent(t); s.Number != "HEJ/2026/00001-1" {
		t.Errorf("after the end of the register: %s", s.Number)
	}
	if f := h.sound(t); len(f) > 0 {
		t.Error(f)
	}
}

// Two series that could make one number are refused, and so is a change of numbers already given.
func TestCollidingNumbersAreRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.registers(t)
	h.sent(t)
	now := h.clock.Now()
	for name, c := range map[string]struct {
		act func(*db.Tx) error
		ok  bool
	}{
		"invoices like the journal": {func(tx *db.Tx) error {
			return register.SetMask(t.Context(), tx, "faktury", 2026, "{zkratka}/{rok}/{poradi:5}", now)
		}, false},
		"a shorter order, still like the journal": {func(tx *db.Tx) error {
			return register.SetMask(t.Context(), tx, "faktury", 2026, "{zkratka}/{rok}/{poradi:2}", now)
		}, false},
		"year and order change places": {func(tx *db.Tx) error {
			return register.SetMask(t.Context(), tx, "faktury", 2028, "{zkratka}/{evidence}/{poradi:4}/{rok}", now)
		}, true},
		"year and order change places, four digits both": {func(tx *db.Tx) error {
			return errors.Join(register.SetMask(t.Context(), tx, "faktury", 2026, "{zkratka}/{evidence}/{rok}/{poradi:4}", now),
				register.SetMask(t.Context(), tx, "faktury", 2028, "{zkratka}/{evidence}/{poradi:4}/{rok}", now))
		}, false},
		"the journal of this year": {func(tx *db.Tx) error {
			return register.SetMask(t.Context(), tx, records.SeriesJournal, 2026, "{zkratka}-{rok}/{poradi:5}", now)
		}, false},
		"the journal of the next year": {func(tx *db.Tx) error {
			return register.SetMask(t.Context(), tx, records.SeriesJournal, 2027, "{zkratka}-{rok}/{poradi:5}", now)
		}, true},
		"the abbreviation of another office":           {func(tx *db.Tx) error { return register.SetAbbreviation(t.Context(), tx, "", 2027, "FRY", now) }, false},
		"a new abbreviation next year":                 {func(tx *db.Tx) error { return register.SetAbbreviation(t.Context(), tx, "", 2027, "HEJN", now) }, true},
		"a second register with the same abbreviation": {func(tx *db.Tx) error { _, err := register.Create(t.Context(), tx, "Smlouvy", "FA", now); return err }, false},
		"a second register of the same name":           {func(tx *db.Tx) error { _, err := register.Create(t.Context(), tx, "faktury", "FB", now); return err }, false},
	} {
		err := h.db.Tx(t.Context(), h.desk(), func(tx *db.Tx) error {
			if err := c.act(tx); err != nil {
				return err
			}
			return errBack
		})
		if c.ok != errors.Is(err, errBack) || !c.ok && errs.FieldsOf(err) == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
