// Package records is the records service (spisová služba): journal numbers, case files, documents, assignment, terms.
//
// Everything that registers or changes takes the caller's transaction, so that state, number, log and jobs commit
// together.
package clock

import "time"

// Holiday is a rest day by Act 245/2000 Sb.: a fixed day of the year, or days counted from Easter Sunday.
type Holiday struct {
	Name         string `db:"name"`
	Month        *int   `db:"month"`
	Day          *int   `db:"day"`
	EasterOffset *int   `db:"easter_offset"`
	ValidFrom    int    `db:"valid_from"` // year
	ValidTo      *int   `db:"valid_to"`   // year, inclusive
}

// Calendar knows working days.
type Calendar struct{ holidays []Holiday }

// NewCalendar makes a calendar of the given rest days; Saturdays and Sundays are always such.
func NewCalendar(h []Holiday) *Calendar { return &Calendar{h} }

// Holiday names the rest day that falls on the date, if any.
func (c *Calendar) Holiday(d time.Time) (string, bool) {
	y := d.Year()
	for _, h := range c.holidays {
		if y < h.ValidFrom || (h.ValidTo != nil && y > *h.ValidTo) {
			continue
		}
		var on time.Time
		if h.EasterOffset != nil {
			on = easter(y).AddDate(0, 0, *h.EasterOffset)
		} else {
			on = time.Date(y, time.Month(*h.Month), *h.Day, 0, 0, 0, 0, time.UTC)
		}
		if on.Month() == d.Month() && on.Day() == d.Day() {
			return h.Name, true
		}
	}
	return "", false
}

// WorkingDay tells whether offices work on the date.
func (c *Calendar) WorkingDay(d time.Time) bool {
	if wd := d.Weekday(); wd == time.Saturday || wd == time.Sunday {
		return false
	}
	_, rest := c.Holiday(d)
	return !rest
}

// NextWorkingDay is the date itself or the first working day after it: § 40(1)(c) of Act 500/2004 Sb.
func (c *Calendar) NextWorkingDay(d time.Time) time.Time {
	for !c.WorkingDay(d) {
		d = d.AddDate(0, 0, 1)
	}
	return d
}

// AddWorkingDays is the n-th working day after the date.
func (c *Calendar) AddWorkingDays(d time.Time, n int) time.Time {
	for n > 0 {
		d = d.AddDate(0, 0, 1)
		if c.WorkingDay(d) {
			n--
		}
	}
	return d
}

// easter is Easter Sunday of a Gregorian year (Meeus, Astronomical Algorithms, ch. 8).
func easter(y int) time.Time {
	a, b, c := y%19, y/100, y%100
	d, e, f := b/4, b%4, (b+8)/25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return time.Date(y, time.Month(n/31), n%31+1, 0, 0, 0, 0, time.UTC)
}
