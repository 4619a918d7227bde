// Package register is the administration of numbers: how they look (masks), separate registers (samostatné evidence)
// and which agenda is kept where, abbreviations with validity, closed years. The numbers themselves are given by
// records.NextNumber and by the functions of the database that take submissions in.
package register

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"epom/internal/errs"
)

// Masks used where an office has set none.
const (
	JournalMask  = "{zkratka}/{rok}/{poradi:5}"
	RegisterMask = "{zkratka}/{evidence}/{rok}/{poradi:5}"
)

const (
	maxMask   = 60
	separator = "/._-"
)

var (
	token   = regexp.MustCompile(`\{[^{}]*\}`)
	order   = regexp.MustCompile(`^\{poradi:([1-8])\}$`)
	letters = regexp.MustCompile(`^[A-Za-z0-9/._-]*$`)
)

// Check says what is wrong with a mask as a person writes it; nil = nothing. A mask names the office, the year and the
// order, each parted by a sign, so that a mark can be read only one way; "-" is left to the documents of a case file.
func Check(mask string) error {
	wrong := func(text string) error { return errs.Fields(errs.Field{Name: "mask", Message: text}) }
	switch {
	case mask == "":
		return wrong("Napište masku, například " + JournalMask + ".")
	case len(mask) > maxMask:
		return wrong(fmt.Sprintf("Maska může mít nejvýše %d znaků.", maxMask))
	case !letters.MatchString(token.ReplaceAllString(mask, "")):
		return wrong("Mimo složené závorky smí být jen písmena bez diakritiky, číslice a znaky / . _ -")
	}
	seen := map[string]int{}
	for _, at := range token.FindAllStringIndex(mask, -1) {
		t, name := mask[at[0]:at[1]], ""
		switch {
		case t == "{zkratka}" || t == "{evidence}" || t == "{rok}":
			name = t
		case order.MatchString(t):
			name = "{poradi}"
		case strings.HasPrefix(t, "{poradi"):
			return wrong("Pořadí pište s počtem číslic 1 až 8, například {poradi:5}.")
		default:
			return wrong("Neznáme " + t + ". Použít lze {zkratka}, {evidence}, {rok} a {poradi:5}.")
		}
		seen[name]++
		before, after := at[0] == 0 || strings.ContainsRune(separator, rune(mask[at[0]-1])), at[1] == len(mask) || strings.ContainsRune(separator, rune(mask[at[1]]))
		if !before || !after {
			return wrong("Oddělte " + t + " od ostatního lomítkem, tečkou nebo pomlčkou, ať jde číslo přečíst jen jedním způsobem.")
		}
		if name == "{poradi}" && at[1] < len(mask) && mask[at[1]] == '-' {
			return wrong("Za pořadím nesmí být pomlčka: tou se připojuje pořadí dokumentu ve spisu.")
		}
	}
	for _, name := range []string{"{zkratka}", "{rok}", "{poradi}"} {
		switch {
		case seen[name] == 0 && name == "{poradi}":
			return wrong("V masce chybí pořadí, například {poradi:5}.")
		case seen[name] == 0:
			return wrong("V masce chybí " + name + ".")
		case seen[name] > 1 && name != "{zkratka}":
			return wrong("V masce je " + name + " dvakrát.")
		}
	}
	return nil
}

// Fill puts the abbreviations and the year into a mask that Check accepted; the order stays: "HEJ/2026/{5}". It is what the
// function series_mask of the database answers.
func Fill(mask, office, register string, year int) string {
	return strings.NewReplacer("{zkratka}", office, "{evidence}", register, "{rok}", strconv.Itoa(year), "{poradi:", "{").Replace(mask)
}

// Mark is the number no by a filled mask, as number_mark of the database makes it.
func Mark(filled string, no int64) string {
	f := split(filled)
	return fmt.Sprintf("%s%0*d%s", f.before, f.width, no, f.after)
}

// filled is a filled mask in parts.
type filled struct {
	before, after string
	width         int
}

func split(mask string) filled {
	before, rest, _ := strings.Cut(mask, "{")
	width, after, _ := strings.Cut(rest, "}")
	n, _ := strconv.Atoi(width)
	return filled{before, after, cmp.Or(n, 1)}
}

// Collide tells whether two filled masks could ever make the same mark. Marks of a mask are a text, so many digits at
// least, and a text; both ways through are walked at once.
func Collide(a, b string) bool {
	f, g := split(a), split(b)
	type state struct{ i, j int }
	queue, seen := []state{{0, 0}}, map[state]bool{{0, 0}: true}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		if s.i == f.end() && s.j == g.end() {
			return true
		}
		for _, x := range f.steps(s.i) {
			for _, y := range g.steps(s.j) {
				if n := (state{x.to, y.to}); x.fits(y) && !seen[n] {
					seen[n] = true
					queue = append(queue, n)
				}
			}
		}
	}
	return false
}

// step leads to a place by one sign, or by any digit (sign 0).
type step struct {
	to   int
	sign byte
}

func (s step) fits(o step) bool {
	digit := func(b byte) bool { return b == 0 || b >= '0' && b <= '9' }
	return s.sign == o.sign || s.sign == 0 && digit(o.sign) || o.sign == 0 && digit(s.sign)
}

func (f filled) end() int { return len(f.before) + f.width + len(f.after) }

// steps are the ways on from a place: along the text, along the digits, and round the last digit.
func (f filled) steps(at int) []step {
	digits := len(f.before) + f.width
	var list []step
	switch {
	case at < len(f.before):
		return []step{{at + 1, f.before[at]}}
	case at < digits:
		return []step{{at + 1, 0}}
	case at == digits:
		list = append(list, step{at, 0})
	}
	if at < f.end() {
		list = append(list, step{at + 1, f.after[at-digits]})
	}
	return list
}
