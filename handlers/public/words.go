package public

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"epom/routing"
)

// words are the words of a text in small letters without diacritics.
func words(s string) []string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(strings.ToLower(s)))
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// alike tells whether two words begin alike up to an ending: "řidičák" and "řidičský" do, "pes" and "peněžní" do not.
func alike(a, b string) bool {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	shorter, longer := min(len(a), len(b)), max(len(a), len(b))
	return n == longer || n >= 4 && n >= shorter-3 || n == shorter && n >= 3
}

// empty says nothing about what a person needs.
var empty = map[string]bool{"chci": true, "potrebuji": true, "jak": true, "kde": true, "kam": true, "podat": true, "zadost": true, "vyridit": true,
	"pro": true, "nebo": true, "bych": true, "mam": true, "nova": true, "novy": true, "nove": true, "the": true, "how": true, "for": true, "want": true, "need": true}

// findAgendas finds agendas by people's words, best first: each typed word that stands in the name or among the
// keywords counts.
func findAgendas(list []*routing.Agenda, query, lang string, most int) []*routing.Agenda {
	var wanted []string
	for _, w := range words(query) {
		if len(w) >= 2 && !empty[w] {
			wanted = append(wanted, w)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	best := make([][]*routing.Agenda, len(wanted)+1)
	for _, a := range list {
		text, hits := words(a.Name+" "+a.Title(lang)+" "+a.Keywords), 0
		for _, w := range wanted {
			for _, t := range text {
				if alike(w, t) {
					hits++
					break
				}
			}
		}
		best[hits] = append(best[hits], a)
	}
	for hits := len(wanted); hits > 0; hits-- {
		if found := best[hits]; len(found) > 0 {
			return found[:min(most, len(found))]
		}
	}
	return nil
}
