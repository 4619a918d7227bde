package formeditor

import (
	"math"
	"strconv"
	"strings"
	"time"

	"epom/handlers/web"
)

// showValue is a limit or a compared value for people: crowns, a day, a number with a comma.
func showValue(kind string, v any) string {
	v = plain(v)
	switch x := v.(type) {
	case float64:
		if kind == "money" {
			x /= 100
		}
		return strings.ReplaceAll(strconv.FormatFloat(x, 'f', -1, 64), ".", ",")
	case string:
		if t, err := time.Parse(time.DateOnly, x); kind == "date" && err == nil {
			return t.Format("2. 1. 2006")
		}
		return strings.ReplaceAll(x, "today", "dnes")
	}
	return ""
}

// readValue takes such a value in; nil for none.
func readValue(kind, typed string) (any, bool) {
	if typed == "" {
		return nil, true
	}
	if kind == "date" {
		if t, ok := web.ParseDay(typed); ok {
			return t.Format(time.DateOnly), true
		}
		s := strings.ReplaceAll(strings.ReplaceAll(strings.ToLower(typed), " ", ""), "dnes", "today")
		_, err := strconv.Atoi(strings.TrimPrefix(s, "today"))
		return s, s == "today" || strings.HasPrefix(s, "today") && strings.ContainsAny(s[5:6], "+-") && err == nil
	}
	n, err := strconv.ParseFloat(strings.ReplaceAll(strings.NewReplacer(" ", "", "\u00a0", "", "Kč", "").Replace(typed), ",", "."), 64)
	if err != nil || math.IsNaN(n) || math.Abs(n) > 1e12 {
		return nil, false
	}
	if kind == "money" {
		n = math.Round(n * 100)
	}
	return n, true
}
