package routing

import "epom/internal/fold"

// Find finds agendas by people's own words, in the language they read, best first: those in whose name or keywords the
// most of the typed words stand, whatever their endings and diacritics. When none is there, or the words say nothing
// ("chci podat žádost"), it finds nothing.
func (e *Engine) Find(text, lang string, most int) []*Agenda {
	var wanted []string
	for _, w := range fold.Words(text) {
		if len(w) >= 2 && !saysNothing[w] {
			wanted = append(wanted, w)
		}
	}
	known := e.words[lang]
	if known == nil {
		known = e.words["cs"]
	}
	var found []*Agenda
	best := 1
	for i, a := range e.list {
		hits := 0
		for _, w := range wanted {
			if anyAlike(known[i], w) {
				hits++
			}
		}
		if hits > best {
			best, found = hits, nil
		}
		if hits == best {
			found = append(found, a)
		}
	}
	return found[:min(most, len(found))]
}

// learnWords prepares what each agenda may be called in each language; Czech words are typed in any.
func (e *Engine) learnWords() {
	e.words = map[string][][]string{}
	for _, lang := range []string{"cs", "en", "uk"} {
		for _, a := range e.list {
			e.words[lang] = append(e.words[lang], fold.Words(a.Name+" "+a.Title(lang)+" "+a.Keywords))
		}
	}
}

func anyAlike(words []string, wanted string) bool {
	for _, w := range words {
		if alike(w, wanted) {
			return true
		}
	}
	return false
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

// saysNothing are words that tell nothing about what a person needs.
var saysNothing = map[string]bool{"chci": true, "potrebuji": true, "jak": true, "kde": true, "kam": true, "podat": true, "zadost": true, "vyridit": true,
	"pro": true, "nebo": true, "bych": true, "mam": true, "nova": true, "novy": true, "nove": true, "the": true, "how": true, "for": true, "want": true, "need": true}
