package forms

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/types"
)

// moneyKind is an amount in haléře (1 Kč = 100).
type moneyKind struct{ leaf }

func init() {
	register("money", moneyKind{leaf{inputMode: "decimal", properties: "min max autocomplete"}})
}

func (moneyKind) shape(*Field) (types.Type, any) { return types.Int64, int64(0) }

func (moneyKind) parse(in *input, _ *Field, path string, _ any) any {
	typed := cleanLine(in.text(path, maxLine))
	if typed == "" {
		return nil
	}
	if n, ok := halere(typed); ok {
		return n
	}
	return typed
}

// halere reads "1 250", "1250,50", "99.5 Kč" or "300,-".
func halere(typed string) (int64, bool) {
	s := plainNumber(strings.TrimSuffix(strings.TrimSuffix(typed, "Kč"), "CZK"))
	s = strings.TrimSuffix(strings.TrimSuffix(s, ".--"), ".-")
	whole, rest, _ := strings.Cut(s, ".")
	if len(whole) > 15 || len(rest) > 2 || strings.Trim(rest, "0123456789") != "" {
		return 0, false
	}
	crowns, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return 0, false
	}
	cents, _ := strconv.ParseInt((rest + "00")[:2], 10, 64)
	if strings.HasPrefix(whole, "-") {
		cents = -cents
	}
	return crowns*100 + cents, true
}

func (moneyKind) check(w *walk, f *Field, v any) any {
	n, ok := v.(int64)
	switch {
	case !ok:
		w.report(f, Error, "money.not")
		return int64(0)
	case f.c.min.set && float64(n) < f.c.min.number:
		w.report(f, Error, "number.min", "min", formatMoney(int64(f.c.min.number), w.lang))
	case n < 0 && !f.c.min.set:
		w.report(f, Error, "number.min", "min", formatMoney(0, w.lang))
	case f.c.max.set && float64(n) > f.c.max.number:
		w.report(f, Error, "number.max", "max", formatMoney(int64(f.c.max.number), w.lang))
	case n > math.MaxInt64/1000:
		w.report(f, Error, "money.not")
	}
	return n
}

func (moneyKind) text(_ *Field, v any, lang Lang) string {
	if n, ok := v.(int64); ok {
		return formatMoney(n, lang)
	}
	return asString(v)
}

func (k moneyKind) view(b *builder, f *Field, path string, v any, fv *FieldView) {
	k.leaf.view(b, f, path, v, fv)
	if n, ok := v.(int64); ok {
		fv.Value = crowns(n)
	}
	fv.Unit, fv.MaxLength = say(b.lang, "crown"), 20
}

func crowns(n int64) string {
	sign, abs := "", n
	if n < 0 {
		sign, abs = "-", -n
	}
	if abs%100 == 0 {
		return sign + strconv.FormatInt(abs/100, 10)
	}
	return fmt.Sprintf("%s%d,%02d", sign, abs/100, abs%100)
}

// formatMoney prints "1 250 Kč" or "99,50 Kč".
func formatMoney(n int64, lang Lang) string {
	whole, rest, ok := strings.Cut(crowns(n), ",")
	whole = groupDigits(whole)
	if ok {
		whole += "," + rest
	}
	return whole + "\u00a0" + say(lang, "crown")
}
