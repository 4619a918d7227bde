package dispatch_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/records"
	"epom/records/dispatch"
)

// law is the law of delivery as the migrations write it, without a database.
func law(shift bool) *dispatch.Law {
	holidays := []clock.Holiday{}
	for _, h := range [][2]int{{1, 1}, {5, 1}, {5, 8}, {7, 5}, {7, 6}, {9, 28}, {10, 28}, {11, 17}, {12, 24}, {12, 25}, {12, 26}} {
		m, d := h[0], h[1]
		holidays = append(holidays, clock.Holiday{Name: "svátek", Month: &m, Day: &d, ValidFrom: 2001})
	}
	for _, o := range []int{-2, 1} {
		holidays = append(holidays, clock.Holiday{Name: "Velikonoce", EasterOffset: &o, ValidFrom: 2001})
	}
	rule := func(code string, days int, unit string, shift bool) records.Rule {
		return records.Rule{Code: code, ValidFrom: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), Days: days, Unit: unit, Shift: shift, Statute: "zákon", Label: code}
	}
	return dispatch.NewLaw(records.NewLaw([]records.Rule{rule("doruceni-ulozeni", 10, "day", shift), rule("doruceni-schranka", 10, "day", shift),
		rule("doruceni-email", 1, "working_day", false), rule("prevzeti-uradem", 1, "working_day", false), rule("odvolani-83", 15, "day", true),
		rule("bez-lhuty", 30, "day", true)}, nil, holidays), nil)
}

// events reads "sent 3-2, stored 3-5": kinds with their days of 2026.
func events(t testing.TB, text string) (list []dispatch.Event) {
	for i, part := range strings.Split(text, ",") {
		var e dispatch.Event
		var m, d int
		if _, err := fmt.Sscanf(strings.TrimSpace(part), "%s %d-%d", &e.Kind, &m, &d); err != nil {
			t.Fatal(part, err)
		}
		e.ID, e.On = int64(i+1), time.Date(2026, time.Month(m), d, 0, 0, 0, 0, time.UTC)
		e.Data.V = map[string]any{}
		if e.Kind == dispatch.EventPosted {
			e.Data.V["effect"] = e.On.AddDate(0, 0, 15).Format(time.DateOnly)
		}
		list = append(list, e)
	}
	return list
}

func on(m, d int) time.Time {
	return time.Date(2026, time.Month(m), d, 10, 0, 0, 0, clock.Prague)
}

// The law as a table. Terms end on working days: 5 March 2026 is a Thursday, 5 July a Sunday and a holiday.
func TestComputeByTheLaw(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, way, events string
		today             time.Time
		want              string // State.Word
		appeal            string // last day of an appeal
	}{
		{"letter got ready", "post", "", on(3, 2), "čeká na odeslání", ""},
		{"letter at the post", "post", "sent 3-2", on(3, 4), "odesláno 2. 3. 2026", ""},
		{"letter taken over", "post", "sent 3-2, delivered 3-4", on(3, 6), "doručeno 4. 3. 2026", "2026-03-19"},
		{"letter to be picked up", "post", "sent 3-2, stored 3-4", on(3, 10), "uloženo na poště 4. 3. 2026, fikce 16. 3. 2026", ""}, // the 14th is a Saturday
		{"on the last day it may still be picked up", "post", "sent 3-2, stored 3-4", on(3, 16), "uloženo na poště 4. 3. 2026, fikce 16. 3. 2026", ""},
		{"the day after, it is delivered by fiction", "post", "sent 3-2, stored 3-4", on(3, 17), "doručeno fikcí 16. 3. 2026", "2026-03-31"},
		{"picked up in time", "post", "sent 3-2, stored 3-4, delivered 3-9", on(4, 1), "doručeno 9. 3. 2026", "2026-03-24"},
		{"picked up on the last day", "post", "sent 3-2, stored 3-4, delivered 3-16", on(4, 1), "doručeno 16. 3. 2026", "2026-03-31"},
		{"picked up after the fiction", "post", "sent 3-2, stored 3-4, delivered 3-18", on(4, 1), "doručeno fikcí 16. 3. 2026", "2026-03-31"},
		{"came back before the fiction", "post", "sent 3-2, stored 3-4, returned 3-6", on(4, 1), "vráceno nedoručené 6. 3. 2026", ""},
		{"came back after the fiction, as it should", "post", "sent 3-2, stored 3-4, returned 3-20", on(4, 1), "doručeno fikcí 16. 3. 2026", "2026-03-31"},
		{"refused", "post", "sent 3-2, refused 3-4", on(3, 5), "doručeno 4. 3. 2026", "2026-03-19"},
		{"fiction ends on Good Friday", "post", "sent 3-20, stored 3-24", on(4, 8), "doručeno fikcí 7. 4. 2026", "2026-04-22"},
		{"fiction ends on Saint Wenceslas", "post", "sent 9-15, stored 9-18", on(10, 1), "doručeno fikcí 29. 9. 2026", "2026-10-14"},
		{"fiction over Christmas", "post", "sent 12-10, stored 12-14", on(12, 30), "doručeno fikcí 28. 12. 2026", "2027-01-12"},
		{"appeal ends on Christmas", "post", "sent 12-1, delivered 12-9", on(12, 30), "doručeno 9. 12. 2026", "2026-12-28"},
		{"delivered, then a stray return", "post", "sent 3-2, delivered 3-4, returned 3-20", on(4, 1), "doručeno 4. 3. 2026", "2026-03-19"},
		{"thrown into the mailbox", "post", "sent 3-2, stored 3-4, fiction 3-16", on(3, 16), "doručeno fikcí 16. 3. 2026", "2026-03-31"},
		{"box: in the box", "databox", "tried 6-1, sent 6-1, boxed 6-1", on(6, 5), "dodáno do schránky 1. 6. 2026, fikce 11. 6. 2026", ""},
		{"box: signed in", "databox", "tried 6-1, sent 6-1, boxed 6-1, delivered 6-3", on(6, 5), "doručeno 3. 6. 2026", "2026-06-18"},
		{"box: fiction by counting", "databox", "sent 6-1, boxed 6-1", on(6, 12), "doručeno fikcí 11. 6. 2026", "2026-06-26"},
		{"box: fiction on a day that is no working day", "databox", "sent 6-25, boxed 6-25", on(7, 8), "doručeno fikcí 7. 7. 2026", "2026-07-22"},
		{"box: the system's own word holds", "databox", "sent 6-25, boxed 6-25, fiction 7-5", on(7, 8), "doručeno fikcí 5. 7. 2026", "2026-07-20"},
		{"box: closed", "databox", "tried 6-1, failed 6-1", on(6, 5), "nepodařilo se 1. 6. 2026", ""},
		{"box: tried again", "databox", "tried 6-1, failed 6-1, retried 6-2, tried 6-2, sent 6-2", on(6, 5), "odesláno 2. 6. 2026", ""},
		{"mail: waits for confirmation", "email", "sent 6-5", on(6, 8), "odesláno 5. 6. 2026", ""},
		{"mail: not confirmed on the first working day", "email", "sent 6-5", on(6, 9), "převzetí nepotvrzeno 5. 6. 2026", ""},
		{"mail: confirmed", "email", "sent 6-5, delivered 6-8", on(6, 9), "doručeno 8. 6. 2026", "2026-06-23"},
		{"mail: the evening before a holiday", "email", "sent 7-3", on(7, 7), "odesláno 3. 7. 2026", ""},
		{"board: hangs", "board", "posted 6-1", on(6, 10), "visí na úřední desce 1. 6. 2026, fikce 16. 6. 2026", ""},
		{"board: the fifteenth day is over", "board", "posted 6-1", on(6, 17), "doručeno fikcí 16. 6. 2026", "2026-07-01"},
		{"board: a Saturday does not move it", "board", "posted 6-5", on(6, 30), "doručeno fikcí 20. 6. 2026", "2026-07-07"}, // 5 and 6 July are holidays
		{"board: taken off in time", "board", "posted 6-1, removed 6-17", on(6, 20), "doručeno fikcí 16. 6. 2026", "2026-07-01"},
		{"board: taken off too soon", "board", "posted 6-1, removed 6-10", on(6, 20), "vráceno nedoručené 10. 6. 2026", ""},
		{"board: posted anew after that", "board", "posted 6-1, removed 6-10, posted 6-11", on(6, 20), "visí na úřední desce 11. 6. 2026, fikce 26. 6. 2026", ""},
		{"given up", "post", "withdrawn 3-3", on(3, 4), "zrušeno 3. 3. 2026", ""},
		{"handed over", "counter", "delivered 3-3", on(3, 4), "doručeno 3. 3. 2026", "2026-03-18"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := dispatch.Dispatch{Way: c.way, Proof: true, Fiction: true, MadeAt: on(1, 1)}
			if c.events != "" {
				d.Events = events(t, c.events)
			}
			s, err := dispatch.Compute(d, law(true), c.today)
			if err != nil {
				t.Fatal(err)
			}
			appeal := ""
			if s.AppealTill != nil {
				appeal = s.AppealTill.Format(time.DateOnly)
				if got := s.FinalOn.Format(time.DateOnly); got != s.AppealTill.AddDate(0, 0, 1).Format(time.DateOnly) {
					t.Errorf("final on %s", got)
				}
			}
			if s.Word() != c.want || appeal != c.appeal {
				t.Errorf("%s\n  got  %q, appeal till %q\n  want %q, appeal till %q\n  %v", c.events, s.Word(), appeal, c.want, c.appeal, s.How)
			}
		})
	}
}

// The switch of the weekend rule is the law's, not the program's.
func TestFictionWithoutTheWeekendRule(t *testing.T) {
	t.Parallel()
	d := dispatch.Dispatch{Way: "databox", Proof: true, Fiction: true, Events: events(t, "sent 6-25, boxed 6-25")}
	s, err := dispatch.Compute(d, law(false), on(7, 8))
	if err != nil || s.Word() != "doručeno fikcí 5. 7. 2026" {
		t.Errorf("%q (%v)", s.Word(), err)
	}
	d.Fiction = false
	if s, _ = dispatch.Compute(d, law(true), on(12, 1)); s.Kind != dispatch.Boxed || s.Till != nil {
		t.Errorf("excluded fiction: %q", s.Word())
	}
	d = dispatch.Dispatch{Way: "post", Events: events(t, "sent 6-25")}
	if s, _ = dispatch.Compute(d, law(true), on(12, 1)); s.Kind != dispatch.Sent || !s.Done() {
		t.Errorf("an ordinary letter is done when it left: %+v", s)
	}
}

func TestVoidedEventsDoNotCount(t *testing.T) {
	t.Parallel()
	d := dispatch.Dispatch{Way: "post", Proof: true, Fiction: true, Events: events(t, "sent 3-2, delivered 3-4, voided 3-5")}
	two := int64(2)
	d.Events[2].Voids = &two
	if s, err := dispatch.Compute(d, law(true), on(3, 6)); err != nil || s.Word() != "odesláno 2. 3. 2026" {
		t.Errorf("%q (%v)", s.Word(), err)
	}
}

var kinds = []string{"tried", "sent", "boxed", "stored", "posted", "removed", "delivered", "refused", "fiction", "returned", "failed", "retried", "withdrawn"}

// Any sequence of events gives one state; what was once taken over, refused or declared delivered stays delivered whatever
// comes after and however time goes on, and its day never moves later.
func TestAnySequenceGivesOneState(t *testing.T) {
	t.Parallel()
	l := law(true)
	rapid.Check(t, func(t *rapid.T) {
		d := dispatch.Dispatch{Way: rapid.SampledFrom(dispatch.Ways).Draw(t, "way"), Proof: rapid.Bool().Draw(t, "proof"), Fiction: rapid.Bool().Draw(t, "fiction"), MadeAt: on(1, 1)}
		n, when := rapid.IntRange(0, 12).Draw(t, "events"), on(1, 1)
		var before dispatch.State
		for i := range n {
			when = when.AddDate(0, 0, rapid.IntRange(0, 9).Draw(t, "days"))
			e := dispatch.Event{ID: int64(i + 1), Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), On: when, Data: db.J(map[string]any{"why": "důvod"})}
			if e.Kind == dispatch.EventPosted {
				e.Data.V["effect"] = when.AddDate(0, 0, 15).Format(time.DateOnly)
			}
			d.Events = append(d.Events, e)
			s, err := dispatch.Compute(d, l, when)
			if err != nil {
				t.Fatal(err)
			}
			again, _ := dispatch.Compute(d, l, when)
			if s.Word() != again.Word() || s.Word() == "" {
				t.Fatalf("two states: %q and %q", s.Word(), again.Word())
			}
			if before.IsDelivered() && !s.IsDelivered() {
				t.Fatalf("undelivered after delivered: %q, then %q by %s", before.Word(), s.Word(), e.Kind)
			}
			if before.IsDelivered() && s.Day.After(before.Day) && !slices.Contains([]string{"fiction"}, e.Kind) {
				t.Fatalf("delivery moved from %s to %s by %s", before.Day, s.Day, e.Kind)
			}
			if s.IsDelivered() != (s.AppealTill != nil) || s.IsDelivered() && (s.Day.After(when) || s.CameToNothing() || s.Pressing() || !s.Done()) {
				t.Fatalf("state contradicts itself: %+v", s)
			}
			before = s
		}
		later, err := dispatch.Compute(d, l, when.AddDate(0, 0, 40))
		if err != nil || before.IsDelivered() && (!later.IsDelivered() || !later.Day.Equal(before.Day)) {
			t.Fatalf("time alone changed %q to %q (%v)", before.Word(), later.Word(), err)
		}
	})
}
