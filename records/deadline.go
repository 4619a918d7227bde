package records

import (
	"epom/internal/clock"
	"fmt"
	"strings"
	"time"
)

// Rule is a statutory term: so many days from a deciding event. Rules are dated data with a source, never constants.
type Rule struct {
	Code       string     `db:"code"`
	ValidFrom  time.Time  `db:"valid_from"`
	ValidTo    *time.Time `db:"valid_to"`
	Days       int        `db:"days"`
	Unit       string     `db:"unit"`        // day, working_day, month
	Extension  int        `db:"extension"`   // days the office may add, with a reason
	AfterPause int        `db:"after_pause"` // at least so many days remain when a pause ends
	Shift      bool       `db:"shift"`       // an end on a rest day moves to the next working day
	Statute    string     `db:"statute"`
	Label      string     `db:"label"`
	Verified   bool       `db:"verified"`
}

// Pause is an interval in which the clock stands: from a legal date to a legal date (nil = it still stands).
type Pause struct {
	From time.Time  `db:"from_on"`
	To   *time.Time `db:"to_on"`
	Why  string     `db:"why"`
}

// Term is a rule applied to a case: all that a due date follows from.
type Term struct {
	Rule     Rule
	Starts   time.Time // legal date of the deciding event; it is not counted itself (§ 40(1)(a) of Act 500/2004 Sb.)
	Extended int       // days added by the office
	Pauses   []Pause   // in order of time
}

// Due is the computed end of a term, and how it was counted, in sentences for people.
type Due struct {
	On     time.Time // last day, a legal date
	Stands bool      // a pause is open: the term does not run
	How    []string
}

// Due counts the term by § 40 of Act 500/2004 Sb.: the day of the event is not counted, every day inside is, an end on
// a rest day moves to the next working day. Days of a pause are left out (§ 65(1)). All dates are midnights of one zone.
func (t Term) Due(cal *clock.Calendar) Due {
	var d Due
	say := func(format string, args ...any) { d.How = append(d.How, fmt.Sprintf(format, args...)) }
	say("%s: %s.", t.Rule.Label, strings.TrimSuffix(t.Rule.Statute, "."))
	say("Den doručení %s se nepočítá.", czech(t.Starts))

	days := t.Rule.Days + t.Extended
	end := t.add(cal, t.Starts, days)
	say("%s končí %s.", count(days, t.Rule.Unit), czech(end))
	if t.Extended > 0 {
		say("V tom je prodloužení o %s.", count(t.Extended, "day"))
	}
	for _, p := range t.Pauses {
		if p.To == nil {
			d.Stands = true
			say("Od %s lhůta stojí: %s.", czech(p.From), p.Why)
			continue
		}
		if stood := daysBetween(p.From, *p.To); stood > 0 {
			end = end.AddDate(0, 0, stood)
			say("Od %s do %s lhůta stála %s: %s.", czech(p.From), czech(*p.To), count(stood, "day"), p.Why)
		}
		if least := p.To.AddDate(0, 0, t.Rule.AfterPause); t.Rule.AfterPause > 0 && end.Before(least) {
			end = least
			say("Po skončení přerušení zbývá nejméně %s: do %s.", count(t.Rule.AfterPause, "day"), czech(end))
		}
	}
	if t.Rule.Shift {
		if next := cal.NextWorkingDay(end); !next.Equal(end) {
			say("%s %s, posledním dnem je proto nejbližší pracovní den %s.", czech(end), restDay(cal, end), czech(next))
			end = next
		}
	}
	d.On = end
	return d
}

func (t Term) add(cal *clock.Calendar, from time.Time, n int) time.Time {
	switch t.Rule.Unit {
	case "working_day":
		return cal.AddWorkingDays(from, n)
	case "month":
		return addMonths(from, n)
	}
	return from.AddDate(0, 0, n)
}

// addMonths ends on the day of the same number, or on the last day of a shorter month (§ 40(1)(b)).
func addMonths(d time.Time, n int) time.Time {
	first := time.Date(d.Year(), d.Month(), 1, 0, 0, 0, 0, d.Location()).AddDate(0, n, 0)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(d.Day(), last)-1)
}

func daysBetween(a, b time.Time) int {
	ua := time.Date(a.Year(), a.Month(), a.Day(), 0, 0, 0, 0, time.UTC)
	ub := time.Date(b.Year(), b.Month(), b.Day(), 0, 0, 0, 0, time.UTC)
	return int(ub.Sub(ua) / (24 * time.Hour))
}

func restDay(cal *clock.Calendar, d time.Time) string {
	if name, ok := cal.Holiday(d); ok {
		return "je svátek (" + name + ")"
	}
	if d.Weekday() == time.Saturday {
		return "je sobota"
	}
	return "je neděle"
}

func czech(d time.Time) string { return d.Format("2. 1. 2006") }

func count(n int, unit string) string {
	forms := map[string][3]string{
		"day":         {"den", "dny", "dnů"},
		"working_day": {"pracovní den", "pracovní dny", "pracovních dnů"},
		"month":       {"měsíc", "měsíce", "měsíců"},
	}[unit]
	switch {
	case n == 1:
		return "1 " + forms[0]
	case n >= 2 && n <= 4:
		return fmt.Sprintf("%d %s", n, forms[1])
	}
	return fmt.Sprintf("%d %s", n, forms[2])
}
