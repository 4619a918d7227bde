package forms

import (
	"errors"
	"strings"
	"time"

	"github.com/expr-lang/expr"
)

// builtins are the functions of expr that always end, change nothing and know no clock.
var builtins = strings.Fields(`all any none one filter map count sum len min max abs ceil floor round trim lower upper
	string int float join split replace first last find mean`)

// functions are the house's own. Days are texts "2006-01-02"; of a text that is no day the answer is zero or "".
var functions = []expr.Option{
	expr.Function("age", func(p ...any) (any, error) {
		return int64(age(asString(p[0]), asString(p[1]))), nil
	}, new(func(born, day string) int64)),
	expr.Function("days", func(p ...any) (any, error) {
		return int64(daysBetween(asString(p[0]), asString(p[1]))), nil
	}, new(func(from, to string) int64)),
	expr.Function("addDays", func(p ...any) (any, error) {
		n, err := small(p[1])
		return addDays(asString(p[0]), n), err
	}, new(func(day string, n int) string), new(func(day string, n int64) string)),
	expr.Function("addMonths", func(p ...any) (any, error) {
		n, err := small(p[1])
		return addMonths(asString(p[0]), n), err
	}, new(func(day string, n int) string), new(func(day string, n int64) string)),
	expr.Function("workday", func(p ...any) (any, error) {
		return workday(asString(p[0])), nil
	}, new(func(day string) bool)),
	expr.Function("year", func(p ...any) (any, error) {
		d, ok := toDay(asString(p[0]))
		if !ok {
			return int64(0), nil
		}
		return int64(d.Year()), nil
	}, new(func(day string) int64)),
}

// functionNames may not be taken by fields.
var functionNames = append([]string{"age", "days", "addDays", "addMonths", "workday", "year", "answered", "today", "params", "item", "index",
	"not", "and", "or", "in", "matches", "contains", "startsWith", "endsWith", "let", "if", "else", "true", "false", "nil"}, builtins...)

// small is a number of days or months that cannot run out of the calendar.
func small(v any) (int, error) {
	var n int64
	switch v := v.(type) {
	case int:
		n = int64(v)
	case int64:
		n = v
	}
	if n < -1_000_000 || n > 1_000_000 {
		return 0, errors.New("number of days out of range")
	}
	return int(n), nil
}

func toDay(s string) (time.Time, bool) {
	t, err := time.Parse(time.DateOnly, s)
	return t, err == nil
}

// age is the number of birthdays until the day, that day included; on 29 February born people have it on 1 March in common years.
func age(born, day string) int {
	b, ok1 := toDay(born)
	d, ok2 := toDay(day)
	if !ok1 || !ok2 || d.Before(b) {
		return 0
	}
	n := d.Year() - b.Year()
	if d.Month() < b.Month() || d.Month() == b.Month() && d.Day() < b.Day() {
		n--
	}
	return n
}

func daysBetween(from, to string) int {
	a, ok1 := toDay(from)
	b, ok2 := toDay(to)
	if !ok1 || !ok2 {
		return 0
	}
	return int(b.Sub(a).Hours() / 24)
}

func addDays(day string, n int) string {
	d, ok := toDay(day)
	if !ok {
		return ""
	}
	return d.AddDate(0, 0, n).Format(time.DateOnly)
}

// addMonths ends on the same-named day, or on the last day of a month that has none (§ 40 odst. 1 písm. b) of act 500/2004 Sb.).
func addMonths(day string, n int) string {
	d, ok := toDay(day)
	if !ok {
		return ""
	}
	first := time.Date(d.Year(), d.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(d.Day(), last)-1).Format(time.DateOnly)
}

// workday is Monday to Friday; holidays are data of the deadlines and unknown here.
func workday(day string) bool {
	d, ok := toDay(day)
	return ok && d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
}
