package forms

import (
	"math"
	"strings"
	"time"
)

// Show is a value of the parameter for people: "1 500 Kč", "80 cm", "ano".
func (p *Parameter) Show(v any, lang Lang) string {
	k, ok := kinds[p.Kind]
	if !ok || !p.Fits(v) {
		return ""
	}
	text := k.text(&Field{Kind: p.Kind, Decimals: decimalsOf(v)}, whole(v), lang)
	if unit := p.Unit.In(lang); unit != "" {
		text += "\u00a0" + unit
	}
	return text
}

func decimalsOf(v any) int {
	if _, fraction := whole(v).(float64); fraction {
		return 2
	}
	return 0
}

// Show is the current value for people.
func (c Current) Show(lang Lang) string { return c.Parameter.Show(c.Value.Value, lang) }

// Read takes in what a clerk typed: crowns as "1 500" or "99,50", a day as "1. 1. 2027" or ISO, "ano" or "ne".
func (p *Parameter) Read(typed string) (any, bool) {
	typed = strings.TrimSpace(typed)
	var v any
	switch p.Kind {
	case "money":
		n, ok := decimal(plainNumber(strings.TrimSpace(strings.TrimSuffix(strings.TrimSuffix(typed, ",-"), "Kč"))))
		if hal := math.Round(n * 100); ok && math.Abs(hal-n*100) < 1e-6 {
			v = int64(hal)
		}
	case "number":
		if n, ok := decimal(plainNumber(typed)); ok {
			v = whole(n)
		}
	case "date":
		for _, layout := range []string{time.DateOnly, "2.1.2006"} {
			if t, err := time.Parse(layout, strings.ReplaceAll(typed, " ", "")); err == nil {
				v = t.Format(time.DateOnly)
			}
		}
	case "yesno":
		switch strings.ToLower(typed) {
		case "ano":
			v = true
		case "ne":
			v = false
		}
	default:
		v = typed
	}
	return v, p.Fits(v)
}
