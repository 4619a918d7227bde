package forms

import (
	"math"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/types"
)

// numberKind is a whole number, or a decimal one when the field has decimals.
type numberKind struct{ leaf }

func init() {
	register("number", numberKind{leaf{inputMode: "numeric", properties: "min max decimals unit autocomplete"}})
}

func (numberKind) shape(f *Field) (types.Type, any) {
	if f.Decimals > 0 {
		return types.Float64, float64(0)
	}
	return types.Int64, int64(0)
}

func (numberKind) parse(in *input, f *Field, path string, _ any) any {
	typed := cleanLine(in.text(path, maxLine))
	if typed == "" {
		return nil
	}
	s := plainNumber(typed)
	if f.Decimals == 0 {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return n
		}
		return typed
	}
	if n, ok := decimal(s); ok {
		return storable(n)
	}
	return typed
}

// storable writes a whole decimal as int64, so that answers do not change on their way through JSON.
func storable(v any) any {
	if n, ok := v.(float64); ok && n == math.Trunc(n) && math.Abs(n) < 1<<53 {
		return int64(n)
	}
	return v
}

// plainNumber removes the spaces of thousands and writes the decimal comma as a point.
func plainNumber(s string) string { return numberSpaces.Replace(s) }

var numberSpaces = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ",", ".")

// decimal reads digits with at most one point; the shapes of strconv such as "1e9", "Inf" or "0x1p" are refused.
func decimal(s string) (float64, bool) {
	if strings.Trim(s, "+-.0123456789") != "" || len(s) > 20 {
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil
}

func isDecimal(s string) bool { _, ok := decimal(s); return ok }

func (k numberKind) check(w *walk, f *Field, v any) any {
	var n float64
	switch x := v.(type) {
	case int64:
		n = float64(x)
	case float64:
		n = x
	default:
		if s := plainNumber(asString(v)); f.Decimals == 0 && strings.Contains(s, ".") && isDecimal(s) {
			w.report(f, Error, "number.whole")
		} else {
			w.report(f, Error, "number.not", "example", "12")
		}
		return f.c.zero
	}
	scaled := n * math.Pow10(f.Decimals)
	switch {
	case f.Decimals == 0 && n != math.Trunc(n):
		w.report(f, Error, "number.whole")
	case math.Abs(scaled-math.Round(scaled)) > 1e-6*math.Max(1, math.Abs(scaled)):
		w.report(f, Error, "number.places", "max", strconv.Itoa(f.Decimals))
	case f.c.min.set && n < f.c.min.number:
		w.report(f, Error, "number.min", "min", withUnit(formatNumber(f.c.min.number), f, w.lang))
	case f.c.max.set && n > f.c.max.number:
		w.report(f, Error, "number.max", "max", withUnit(formatNumber(f.c.max.number), f, w.lang))
	}
	if f.Decimals > 0 {
		return n
	}
	if x, ok := v.(int64); ok {
		return x
	}
	return int64(n)
}

func (numberKind) text(f *Field, v any, lang Lang) string {
	switch n := v.(type) {
	case int64:
		return withUnit(groupDigits(strconv.FormatInt(n, 10)), f, lang)
	case float64:
		return withUnit(formatNumber(n), f, lang)
	}
	return asString(v)
}

func (k numberKind) view(b *builder, f *Field, path string, v any, fv *FieldView) {
	k.leaf.view(b, f, path, v, fv)
	switch n := v.(type) {
	case int64:
		fv.Value = strconv.FormatInt(n, 10)
	case float64:
		fv.Value = strings.ReplaceAll(strconv.FormatFloat(n, 'f', -1, 64), ".", ",")
	}
	if f.Decimals > 0 || (f.c.min.set && f.c.min.number < 0) {
		fv.InputMode = "decimal"
	}
	if fv.MaxLength = f.MaxLength; fv.MaxLength == 0 {
		fv.MaxLength = 20
	}
}

func withUnit(s string, f *Field, lang Lang) string {
	if unit := f.Unit.In(lang); unit != "" {
		return s + " " + unit
	}
	return s
}

// formatNumber prints "12 500,5".
func formatNumber(n float64) string {
	whole, rest, ok := strings.Cut(strconv.FormatFloat(n, 'f', -1, 64), ".")
	if !ok {
		return groupDigits(whole)
	}
	return groupDigits(whole) + "," + rest
}

// groupDigits puts a no-break space between thousands.
func groupDigits(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u00a0" + s[i:]
	}
	return sign + s
}
