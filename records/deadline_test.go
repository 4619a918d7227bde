package records

import (
	"testing"
	"time"

	"github.com/rickar/cal/v2/cz"
	"pgregory.net/rapid"

	"epom/internal/clock"
)

func day(s string) time.Time {
	d, err := time.ParseInLocation("2006-01-02", s, clock.Prague)
	if err != nil {
		panic(err)
	}
	return d
}

func ptr[T any](v T) *T { return &v }

func testHolidays() []clock.Holiday {
	var h []clock.Holiday
	for _, md := range [][2]int{{1, 1}, {5, 1}, {5, 8}, {7, 5}, {7, 6}, {9, 28}, {10, 28}, {11, 17}, {12, 24}, {12, 25}, {12, 26}} {
		h = append(h, clock.Holiday{Name: "svátek", Month: ptr(md[0]), Day: ptr(md[1]), ValidFrom: 2001})
	}
	return append(h, clock.Holiday{Name: "Velký pátek", EasterOffset: ptr(-2), ValidFrom: 2016}, clock.Holiday{Name: "Velikonoční pondělí", EasterOffset: ptr(1), ValidFrom: 2001})
}

func TestEaster(t *testing.T) {
	t.Parallel()
	c := clock.NewCalendar(testHolidays())
	for _, s := range []string{"2025-04-18", "2025-04-21", "2026-04-03", "2026-04-06", "2027-03-26", "2027-03-29",
		"2028-04-14", "2028-04-17", "2029-03-30", "2029-04-02", "2030-04-19", "2030-04-22"} {
		if _, ok := c.Holiday(day(s)); !ok {
			t.Errorf("%s is a rest day", s)
		}
	}
	if _, ok := c.Holiday(day("2015-04-03")); ok {
		t.Error("Good Friday was no rest day before 2016")
	}
}

// A library of others counts the same rest days.
func TestCalendarAgreesWithAnother(t *testing.T) {
	t.Parallel()
	c := clock.NewCalendar(testHolidays())
	for d := day("2017-01-01"); d.Year() < 2036; d = d.AddDate(0, 0, 1) {
		theirs := false
		for _, h := range cz.Holidays {
			if act, _ := h.Calc(d.Year()); act.Month() == d.Month() && act.Day() == d.Day() {
				theirs = true
			}
		}
		if _, ours := c.Holiday(d); ours != theirs {
			t.Fatalf("%s: ours %v, theirs %v", d.Format("2006-01-02"), ours, theirs)
		}
	}
}

func TestDue(t *testing.T) {
	t.Parallel()
	cal := clock.NewCalendar(testHolidays())
	for _, c := range []struct {
		event string
		days  int
		want  string
	}{
		{"2026-12-10", 15, "2026-12-28"}, {"2026-12-09", 15, "2026-12-28"}, {"2026-03-19", 15, "2026-04-07"},
		{"2026-10-13", 15, "2026-10-29"}, {"2026-11-27", 30, "2026-12-28"}, {"2026-11-13", 5, "2026-11-18"},
	} {
		d := Term{Rule: Rule{Days: c.days, Unit: "day", Shift: true}, Starts: day(c.event)}.Due(cal)
		if !d.On.Equal(day(c.want)) {
			t.Errorf("%s + %d: %s, want %s", c.event, c.days, d.On.Format("2006-01-02"), c.want)
		}
	}
}

func TestMonthsEndOnTheLastDay(t *testing.T) {
	t.Parallel()
	cal := clock.NewCalendar(nil)
	for event, want := range map[string]string{"2026-01-31": "2026-02-28", "2028-01-31": "2028-02-29", "2026-05-15": "2026-06-15"} {
		if d := (Term{Rule: Rule{Days: 1, Unit: "month"}, Starts: day(event)}).Due(cal); !d.On.Equal(day(want)) {
			t.Errorf("%s + 1 month: %s, want %s", event, d.On.Format("2006-01-02"), want)
		}
	}
}

func TestPauseStopsTheClock(t *testing.T) {
	t.Parallel()
	cal := clock.NewCalendar(testHolidays())
	term := Term{Rule: Rule{Days: 30, Unit: "day", Shift: true, AfterPause: 15}, Starts: day("2026-09-01")}
	term.Pauses = []Pause{{From: day("2026-09-10"), Why: "výzva"}}
	if d := term.Due(cal); !d.Stands {
		t.Error("an open pause: the clock stands")
	}
	term.Pauses[0].To = ptr(day("2026-09-20"))
	if d := term.Due(cal); d.Stands || !d.On.Equal(day("2026-10-12")) { // 1 Oct + 10 days = Sunday 11 Oct
		t.Errorf("10 days of pause: %v %s", d.Stands, d.On)
	}
	term.Pauses[0] = Pause{From: day("2026-09-30"), To: ptr(day("2026-10-02"))}
	if d := term.Due(cal); !d.On.Equal(day("2026-10-19")) { // at least 15 days remain: Saturday 17 Oct
		t.Errorf("the least that remains: %s", d.On)
	}
}

func TestDueIsAWorkingDayAndNeverEarlier(t *testing.T) {
	t.Parallel()
	cal := clock.NewCalendar(testHolidays())
	rapid.Check(t, func(r *rapid.T) {
		start := day("2020-01-01").AddDate(0, 0, rapid.IntRange(0, 5000).Draw(r, "start"))
		term := Term{Rule: Rule{Days: rapid.IntRange(1, 400).Draw(r, "days"), Unit: "day", Shift: true}, Starts: start}
		plain := term.Due(cal).On
		if !cal.WorkingDay(plain) || daysBetween(start, plain) < term.Rule.Days {
			r.Fatalf("%s + %d = %s", start, term.Rule.Days, plain)
		}
		from := start.AddDate(0, 0, rapid.IntRange(0, 30).Draw(r, "from"))
		term.Pauses = []Pause{{From: from, To: ptr(from.AddDate(0, 0, rapid.IntRange(0, 60).Draw(r, "stood")))}}
		if paused := term.Due(cal).On; paused.Before(plain) {
			r.Fatalf("a pause made the term end earlier: %s < %s", paused, plain)
		}
	})
}
