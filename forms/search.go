package forms

import (
	"math"
	"sort"
	"strings"

	"epom/internal/fold"
)

// Found is one answer of a search.
type Found struct {
	Form  *Form
	Score float64
}

// index is what people may call each form, folded and shortened to stems.
type index struct {
	entries []entry
	spread  map[string]int // in how many forms a stem is
}

type entry struct {
	form  *Form
	words map[Lang]map[string]float64 // weight by stem
}

// Weights of where a word stands.
const (
	inKeywords = 4
	inTitle    = 3
	inSummary  = 1
	again      = 0.1
)

func newIndex(list []*Form) *index {
	x := &index{spread: map[string]int{}}
	for _, f := range list {
		e := entry{form: f, words: map[Lang]map[string]float64{}}
		for lang, own := range map[Lang][]string{CS: f.Keywords.CS, EN: f.Keywords.EN, UK: f.Keywords.UK} {
			words := map[string]float64{}
			put := func(text string, weight float64) {
				for _, w := range stems(text) {
					words[w] = max(words[w], weight) + again*min(words[w], 1) // a word said more often is meant more
				}
			}
			put(f.Summary.In(lang), inSummary)
			put(f.Title.In(lang), inTitle)
			put(f.Title.CS, inTitle)
			for _, k := range own {
				put(k, inKeywords)
			}
			for _, k := range f.Keywords.CS { // Czech words are typed in any language
				put(k, inTitle)
			}
			e.words[lang] = words
		}
		for w := range e.words[CS] {
			x.spread[w]++
		}
		x.entries = append(x.entries, e)
	}
	return x
}

// Search finds forms by people's own words, best first: without diacritics, by the beginnings of words, whatever their endings
// ("pokácet stromy" finds "kácení stromu"). Rare words count more.
func (c *Catalogue) Search(query string, lang Lang) []Found {
	query, _ = cut(query, 500)
	wanted := stems(query)
	if len(wanted) > 12 {
		wanted = wanted[:12]
	}
	if lang != EN && lang != UK {
		lang = CS
	}
	var found []Found
	index := c.state.Load().index
	for _, e := range index.entries {
		score, hits := 0.0, 0
		for _, w := range wanted {
			if s := index.match(e.words[lang], w); s > 0 {
				score += s
				hits++
			}
		}
		if hits > 0 {
			found = append(found, Found{e.form, score * float64(hits) / float64(len(wanted))})
		}
	}
	sort.SliceStable(found, func(i, j int) bool { return found[i].Score > found[j].Score })
	for i := range found { // what matched only by a common word is no answer
		if found[i].Score < found[0].Score/5 {
			return found[:i]
		}
	}
	return found
}

// match is how well a wanted stem fits the words of a form: whole, or as the beginning of one.
func (x *index) match(words map[string]float64, wanted string) float64 {
	best := 0.0
	for word, weight := range words {
		fit := 0.0
		switch {
		case word == wanted:
			fit = 1
		case len(wanted) >= 3 && strings.HasPrefix(word, wanted):
			fit = 0.7 * float64(len(wanted)+2) / float64(len(word)+2)
		case len(word) >= 4 && strings.HasPrefix(wanted, word):
			fit = 0.5 * float64(len(word)) / float64(len(wanted))
		default:
			continue
		}
		rare := 1 / math.Sqrt(float64(max(1, x.spread[word])))
		best = max(best, fit*weight*rare)
	}
	return best
}

// stems are the words of a text folded and cut to their stems, without those that say nothing.
func stems(text string) []string {
	words := fold.Words(text)
	kept := words[:0]
	for _, w := range words {
		if len(w) > 1 && !empty[w] {
			kept = append(kept, stem(w))
		}
	}
	return kept
}

var empty = wordSet(`a i k o s u v z na do od po za ze ve se si je to pro pri jak kde co kdo chci chtel chtela bych potrebuji mam muj moje moji
	muze mohu nebo ktery ktera podle the an of for to in on my how want need is at and or do get я на до за з та і й в у хочу як де мій моя`)

func wordSet(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(s) {
		set[fold.Text(w)] = true
	}
	return set
}

// endings of Czech words without diacritics, the longest first; what is left has at least three letters.
var endings = strings.Fields(`ovanim ovani ovane ovat ovala oval enim eni ani ami emi imi ich ych ech ach eho emu ymi ova ove ovi ovy
	ata aty atum ete eti ety ka ku ky ce ci ek ou em um am im ym at et it ut al el il la lo li ho mu mi a e i o u y`)

// stem cuts endings; it is light on purpose: prefixes do the rest. In two words a letter comes and goes ("pes", "psa").
func stem(w string) string {
	if s, ok := irregular[w]; ok {
		return s
	}
	for _, e := range endings {
		if rest, ok := strings.CutSuffix(w, e); ok && len(rest) >= 3 {
			return rest
		}
	}
	return w
}

var irregular = func() map[string]string {
	m := map[string]string{}
	for s, forms := range map[string]string{
		"pes":   "pes psa psu psem psovi psi psy psum psech pejsek pejska pejskovi fena feny fenku fenka stene stenata",
		"dira":  "dira diry diru dire der vytluk vytluky vytluku",
		"dum":   "dum domu dome domem domy domek domku baracek",
		"les":   "les lesa lese lesy",
		"kacet": "kacet pokacet kaceni pokaceni skacet porazit porazeni kacim pokacim vykacet",
		"ryba":  "ryba ryby ryb rybu rybam rybareni rybarit rybarsky rybar rybare",
	} {
		for _, f := range strings.Fields(forms) {
			m[f] = s
		}
	}
	return m
}()
