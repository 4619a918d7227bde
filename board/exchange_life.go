package board

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"epom/board/ofn"
	"epom/internal/clock"
	"epom/internal/fold"
)

// Span is a time without a break in which the source showed an imported posting.
type Span struct {
	First   time.Time  `json:"first"`
	Last    time.Time  `json:"last"`
	Removed *time.Time `json:"removed,omitempty"` // the first state without it
}

// spansOf are those of a life.
func spansOf(l *ofn.Life) (list []Span) {
	for _, s := range l.Spans {
		to := Span{First: s.First, Last: s.Last}
		if !s.Removed.IsZero() {
			to.Removed = &s.Removed
		}
		list = append(list, to)
	}
	return list
}

// join puts spans of later states behind those of earlier ones. joint is the first of the later states: what was shown
// before it and in it hung all the time, what was not in it was gone by then. States seen twice change nothing.
func join(earlier, later []Span, joint time.Time) []Span {
	if len(earlier) == 0 {
		return later
	}
	list := slices.Clone(earlier)
	end := &list[len(list)-1]
	if end.Removed == nil && (len(later) == 0 || later[0].First.After(joint)) && end.Last.Before(joint) {
		end.Removed = &joint
	}
	for _, s := range later {
		end = &list[len(list)-1]
		switch {
		case s.Last.Before(end.First) || !s.First.After(end.Last) && s.Last.Before(end.Last): // seen already
		case !s.First.After(end.Last) || end.Removed == nil && s.First.Equal(joint):
			end.Last, end.Removed = s.Last, s.Removed
		default:
			list = append(list, s)
		}
	}
	return list
}

// How an imported posting left the board.
const (
	gone     = "import"      // a state without it was seen
	goneTerm = "import-term" // its own term is over, which nobody has seen
)

const whyGone = "Otevřená data zdroje ho už neobsahovala."

// fate is when an imported posting left the board, as far as is known at now.
func fate(spans []Span, until *time.Time, posted, now time.Time) (at *time.Time, by, why string) {
	last := spans[len(spans)-1]
	latest := func(list ...time.Time) *time.Time {
		m := slices.MaxFunc(list, time.Time.Compare)
		return &m
	}
	switch {
	case last.Removed != nil:
		return latest(*last.Removed, posted), gone, whyGone
	case until != nil && clock.Date(now).After(*until):
		return latest(until.AddDate(0, 0, 1), last.Last, posted), goneTerm, "Zdroj uvádí relevantní do " + until.Format("2. 1. 2006") + "; sejmutí samo doloženo není."
	}
	return nil, "", ""
}

// postedAt is when a notice was posted by its own word, and never after it was first seen.
func postedAt(n *ofn.Notice, seen time.Time) time.Time {
	t, ok := n.Posted.Time(clock.Prague)
	if !ok || t.Year() < 1900 || t.After(seen) {
		return seen
	}
	return t
}

// lifeKey is how the source names a notice.
func lifeKey(iri string) string {
	if len(iri) > 1000 || clean(iri) != iri {
		return "sha256:" + hash(iri)
	}
	return iri
}

// wording is an item as it came, in the form in which it is kept.
type wording struct {
	raw    json.RawMessage
	digest string
}

func wordingOf(n *ofn.Notice) (wording, error) {
	raw, err := ofn.MarshalNotice(n)
	if err != nil {
		return wording{}, err
	}
	sum := sha256.Sum256(raw)
	return wording{raw, hex.EncodeToString(sum[:])}, nil
}

// contentOf is what a notice says, as far as our own pages show it.
func (t *Taking) contentOf(head *ofn.Board, n *ofn.Notice) Content {
	line := func(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }
	c := Content{Title: line(n.Name.Best()), Text: strings.TrimSpace(clean(n.Description.Best())), Issuer: t.Office.Name, IssuerICO: t.Office.ICO,
		ReferenceNumber: line(n.Reference), FileMark: line(n.FileMark)}
	c.Agendas.V, c.Places.V, c.Subjects.V = []string{}, []Place{}, []Subject{}
	if name := line(head.Operator.Name.Best()); name != "" {
		c.Issuer, c.IssuerICO = name, line(head.Operator.ICO)
	}
	if len(n.Providers) > 0 && line(n.Providers[0].Name.Best()) != "" {
		c.Issuer, c.IssuerICO = line(n.Providers[0].Name.Best()), line(n.Providers[0].ICO)
	}
	for _, a := range n.Agendas {
		if s := line(a.Name.Best()); s != "" {
			c.Agendas.V = append(c.Agendas.V, s)
		}
	}
	if c.Title == "" {
		c.Title = "Bez názvu"
	}
	c.Kind = t.guess(c.Title + " " + strings.Join(c.Agendas.V, " "))
	if at, ok := n.Approved.Time(clock.Prague); ok && at.Year() >= 1900 && at.Before(farAway) {
		d := clock.Date(at)
		c.ApprovedOn = &d
	}
	for _, p := range n.Places {
		if place, ok := placeOf(&p); ok {
			c.Places.V = append(c.Places.V, place)
		}
	}
	for _, s := range n.Subjects {
		name := line(s.Name.Best())
		if name == "" {
			name = line(s.First.Best() + " " + s.Last.Best())
		}
		if name != "" {
			c.Subjects.V = append(c.Subjects.V, Subject{Name: name, ICO: line(s.ICO)})
		}
	}
	for _, d := range slices.Concat(n.Documents, n.Attachments) {
		if address := clean(d.URL); address != "" {
			c.Files = append(c.Files, File{Ordinal: len(c.Files) + 1, Name: documentName(line(d.Name.Best()), address), MediaType: clean(ofn.MediaOf(d.MediaType)), URL: address})
		}
	}
	return c
}

// documentName is a document's name, or the last part of its address.
func documentName(name, address string) string {
	if name != "" {
		return name
	}
	if u, err := url.Parse(address); err == nil {
		if base := path.Base(u.Path); base != "." && base != "/" {
			return base
		}
	}
	return "dokument"
}

// placeOf takes the municipality and the point of a place.
func placeOf(p *ofn.Place) (to Place, ok bool) {
	to.Name = clean(p.Name.Best())
	if a := p.Address; a != nil {
		if name := clean(a.MunicipalityName.Best()); name != "" {
			to.Name = name
		}
		if code, err := strconv.ParseInt(a.Municipality[strings.LastIndexByte(a.Municipality, '/')+1:], 10, 32); err == nil && code > 0 {
			to.Municipality = int(code)
		}
		if to.Name == "" {
			to.Name = clean(a.Words.Best())
		}
	}
	var g struct {
		Type        string    `json:"type"`
		Coordinates []float64 `json:"coordinates"`
	}
	if json.Unmarshal(p.Geometry, &g) == nil && g.Type == "Point" && len(g.Coordinates) >= 2 && abs(g.Coordinates[0]) <= 180 && abs(g.Coordinates[1]) <= 90 {
		to.Lon, to.Lat = &g.Coordinates[0], &g.Coordinates[1]
	}
	return to, to.Name != "" || to.Municipality != 0 || to.Lat != nil
}

func abs(x float64) float64 { return max(x, -x) }

// kindWords tell kinds by words of a title without diacritics; the first that fits.
var kindWords = []struct {
	kind  string
	words *regexp.Regexp
}{
	{"drazba", regexp.MustCompile(`drazebni vyhlask|drazb`)},
	{"oop-navrh", regexp.MustCompile(`navrh\w* opatreni obecne povahy`)},
	{"oop", regexp.MustCompile(`opatreni\w* obecne povahy`)},
	{"eia", regexp.MustCompile(`\beia\b|vliv\w* (zameru )?na zivotni prostredi`)},
	{"pravni-predpis", regexp.MustCompile(`obecne zavazn|\bozv\b|narizeni (mesta|obce|rady)`)},
	{"doprava", regexp.MustCompile(`uzavirk|uprav\w* provozu`)},
	{"uzemni-plan", regexp.MustCompile(`uzemni\w* plan`)},
	{"verejna-vyhlaska", regexp.MustCompile(`verejn\w* vyhlask`)},
	{"zasedani", regexp.MustCompile(`(zasedani|jednani) zastupitelstva`)},
	{"rozpoctove-opatreni", regexp.MustCompile(`rozpoctov\w* opatreni|zmen\w* rozpoctu`)},
	{"zaverecny-ucet-navrh", regexp.MustCompile(`navrh\w* zaverecn\w* uct`)},
	{"zaverecny-ucet", regexp.MustCompile(`zaverecn\w* uc`)},
	{"vyhled-navrh", regexp.MustCompile(`navrh\w* (strednedob\w* )?(rozpoctov\w* )?vyhled`)},
	{"vyhled", regexp.MustCompile(`strednedob\w* (rozpoctov\w* )?vyhled`)},
	{"rozpocet-navrh", regexp.MustCompile(`navrh\w* rozpoct`)},
	{"rozpocet", regexp.MustCompile(`rozpocet`)},
	{"dotacni-smlouva", regexp.MustCompile(`verejnopravni smlouv`)},
	{"vyberove-rizeni", regexp.MustCompile(`vyberov\w* rizeni`)},
	{"volby", regexp.MustCompile(`\bvol(by|eb)\b`)},
	{"ztraty-nalezy", regexp.MustCompile(`\bztrat|\bnalez`)},
	{"zamer", regexp.MustCompile(`\bzamer`)},
}

// guess names the kind of an imported notice by its title and agendas: for looking up only, no term is counted from it.
func (t *Taking) guess(title string) string {
	words := fold.Text(title)
	for _, k := range kindWords {
		if k.words.MatchString(words) {
			if kind, err := t.Law.Kind(k.kind, t.Now); err == nil && kind.Class == Notice {
				return k.kind
			}
		}
	}
	return "oznameni"
}
