package checks

import (
	"strconv"
	"strings"
	"time"
)

// BirthNumber tells whether a birth number (rodné číslo, act 133/2000 Sb. § 13) is well formed and on which day its
// bearer was born. Ten digits since 1954 are divisible by eleven; until 1985 a remainder of ten was
// written as zero. Nine digits belong to births to 1953 and have no check digit.
// Forms ask for the date of birth instead; this only helps to recognise a number typed by mistake.
func BirthNumber(typed string) (born time.Time, ok bool) {
	s, ok := digits(strings.Replace(typed, "/", "", 1))
	if !ok || (len(s) != 9 && len(s) != 10) {
		return born, false
	}
	n := func(from, to int) int { v, _ := strconv.Atoi(s[from:to]); return v }
	year, month, day := n(0, 2), n(2, 4), n(4, 6)
	switch {
	case len(s) == 9 && year <= 53, len(s) == 10 && year >= 54:
		year += 1900
	case len(s) == 10:
		year += 2000
	default: // nine digits with a year after 1953: born in the nineteenth century
		year += 1800
	}
	if month > 50 {
		month -= 50
	}
	if month > 20 && year >= 2004 {
		month -= 20
	}
	born = time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if born.Year() != year || int(born.Month()) != month || born.Day() != day {
		return time.Time{}, false
	}
	if len(s) == 9 {
		return born, s[6:] != "000"
	}
	number := n(0, 10)
	if number%11 == 0 {
		return born, true
	}
	return born, year < 1986 && n(0, 9)%11 == 10 && s[9] == '0'
}
