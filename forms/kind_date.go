package forms

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// dateKind is a day, stored as "2006-01-02".
type dateKind struct{ leaf }

func init() {
	register("date", dateKind{leaf{properties: "min max autocomplete"}})
}

func (dateKind) parse(in *input, _ *Field, path string, _ any) any {
	typed := cleanLine(in.text(path, maxLine))
	if typed == "" {
		return nil
	}
	if iso, ok := readDate(typed); ok {
		return iso
	}
	return typed
}

// readDate reads "24. 3. 2026", "24.3.2026", "24/3/2026" or "2026-03-24".
func readDate(typed string) (string, bool) {
	if isDate(typed) {
		return typed, true
	}
	parts := strings.FieldsFunc(typed, func(r rune) bool { return r == '.' || r == '/' || r == ' ' })
	if len(parts) != 3 || len(parts[2]) != 4 || len(parts[0]) > 2 || len(parts[1]) > 2 {
		return "", false
	}
	iso := parts[2] + "-" + pad2(parts[1]) + "-" + pad2(parts[0])
	return iso, isDate(iso)
}

func pad2(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

// isDate tells whether s is an existing day written as "2006-01-02".
func isDate(s string) bool {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return false
	}
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

func (dateKind) check(w *walk, f *Field, v any) any {
	s := asString(v)
	if !isDate(s) {
		w.report(f, Error, "date.not")
		return ""
	}
	if f.c.min.set {
		if least := f.c.min.day(w.today); s < least {
			w.report(f, Error, "date.min", "min", formatDate(least))
		}
	}
	if f.c.max.set {
		if most := f.c.max.day(w.today); s > most {
			w.report(f, Error, "date.max", "max", formatDate(most))
		}
	}
	return s
}

func (dateKind) text(_ *Field, v any, _ Lang) string { return formatDate(asString(v)) }

func (k dateKind) view(b *builder, f *Field, path string, v any, fv *FieldView) {
	k.leaf.view(b, f, path, v, fv)
	fv.Value, fv.MaxLength = formatDate(asString(v)), 20
}

// formatDate prints "24. 3. 2026"; what is no date stays as it is.
func formatDate(iso string) string {
	if !isDate(iso) {
		return iso
	}
	month, _ := strconv.Atoi(iso[5:7])
	day, _ := strconv.Atoi(iso[8:])
	return fmt.Sprintf("%d. %d. %s", day, month, iso[:4])
}

// bound is a limit of a number, an amount or a day.
type bound struct {
	set    bool
	number float64
	iso    string // fixed day
	amount int    // days, months or years from today
	unit   byte   // 'd', 'm', 'y'
}

// readBound understands a number, an ISO day, "today", "today+30", "today-3m", "today+1y".
func readBound(v any) (bound, bool) {
	switch v := v.(type) {
	case nil:
		return bound{}, true
	case float64:
		return bound{set: true, number: v}, true
	case string:
		if isDate(v) {
			return bound{set: true, iso: v}, true
		}
		rest, ok := strings.CutPrefix(v, "today")
		if !ok {
			return bound{}, false
		}
		b := bound{set: true, unit: 'd'}
		if rest == "" {
			return b, true
		}
		if last := rest[len(rest)-1]; last == 'd' || last == 'm' || last == 'y' {
			b.unit, rest = last, rest[:len(rest)-1]
		}
		n, err := strconv.Atoi(rest)
		b.amount = n
		return b, err == nil && n > -100_000 && n < 100_000
	}
	return bound{}, false
}

// day is the limit as a day.
func (b bound) day(today string) string {
	switch {
	case b.iso != "":
		return b.iso
	case b.amount == 0:
		return today
	case b.unit == 'm':
		return addMonths(today, b.amount)
	case b.unit == 'y':
		return addMonths(today, 12*b.amount)
	}
	return addDays(today, b.amount)
}
