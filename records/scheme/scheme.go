// Package scheme is the office's classification scheme (spisový a skartační plán, § 66 of Act 499/2004 Sb.): a tree of classes
// whose leaves say how long files are kept and what becomes of them. It reads and writes schemes of other systems, checks
// them, and keeps versions with their validity; files keep the class of the version in which they were classified.
package scheme

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"epom/internal/errs"
)

// Plan is a scheme as a file says it, before an office takes it on.
type Plan struct {
	Name      string
	Separator string // between the parts of a full code: . - – / or a space
	Source    string // where it comes from
	From      time.Time
	Groups    []Group
	Notes     []string // what was mended on the way in, in Czech
}

// Group is a class as a file says it.
type Group struct {
	Line          int    // of the file; 0 = unknown
	Code          string // full code
	Parent        string // full code of the class above; "" = by the code, or the top
	HasParent     bool   // the file says the parent itself
	Simple        string // code within the parent; computed when empty
	Name, Note    string
	Sign          string // A, S, V; "" = none
	Years         int    // retention period; with Sign only
	Trigger       string // records.When…
	CheckYears    int    // 0 = none
	Justification string
	Typed         bool
	Keeping       string // Priorace, SbernyArch
	Standing      bool
}

// Problem is what is wrong with a scheme, with the line of the file.
type Problem struct {
	Line int
	Text string
}

func (p Problem) String() string {
	if p.Line == 0 {
		return p.Text
	}
	return "řádek " + strconv.Itoa(p.Line) + ": " + p.Text
}

// Problems makes an error of them, nil when there are none: one field "file" with at most twenty sentences.
func Problems(list []Problem) error {
	if len(list) == 0 {
		return nil
	}
	var fields []errs.Field
	for i, p := range list {
		if i == 20 {
			fields = append(fields, errs.Field{Name: "file", Message: fmt.Sprintf("A dalších chyb: %d.", len(list)-i)})
			break
		}
		first, size := utf8.DecodeRuneInString(p.String())
		fields = append(fields, errs.Field{Name: "file", Message: string(unicode.ToUpper(first)) + p.String()[size:] + "."})
	}
	return errs.Fields(fields...)
}

// separators a full code may be written with (NSESSS 3.1.12).
const separators = ".-–/ "

// most bounds a plan.
const most = 10_000

// Arrange puts a plan in order: parents by the codes where the file does not name them, missing classes above filled in with a
// note, simple codes, groups from the top down. It answers what is wrong: codes twice, parents that are not there, circles,
// codes that do not follow from the one above, leaves without a rule.
func (p *Plan) Arrange() []Problem {
	if p.Separator == "" {
		p.Separator = p.guess()
	}
	if len(p.Groups) == 0 {
		return []Problem{{Text: "v souboru není žádná věcná skupina"}}
	}
	if len(p.Groups) > most {
		return []Problem{{Text: fmt.Sprintf("plán má víc než %d skupin", most)}}
	}
	var bad []Problem
	at := map[string]int{}
	for i := range p.Groups {
		g := &p.Groups[i]
		g.tidy()
		if first, twice := at[g.Code]; twice {
			bad = append(bad, Problem{g.Line, fmt.Sprintf("spisový znak %s už má řádek %d", g.Code, p.Groups[first].Line)})
			continue
		}
		at[g.Code] = i
		bad = append(bad, g.check()...)
	}
	if len(bad) > 0 {
		return bad
	}
	p.findParents(at)
	for i := range p.Groups {
		if g := &p.Groups[i]; g.Parent != "" {
			if _, there := at[g.Parent]; !there {
				bad = append(bad, Problem{g.Line, fmt.Sprintf("nadřazená skupina %s skupiny %s v plánu není", g.Parent, g.Code)})
			}
		}
	}
	if len(bad) > 0 {
		return bad
	}
	if circle := p.circle(at); circle != nil {
		return []Problem{*circle}
	}
	bad = p.codes(at)
	p.order()
	return append(bad, p.leaves()...)
}

func (g *Group) tidy() {
	for _, s := range []*string{&g.Code, &g.Parent, &g.Name, &g.Note, &g.Justification, &g.Simple} {
		*s = strings.Join(strings.Fields(*s), " ")
	}
}

func (g *Group) check() (bad []Problem) {
	say := func(format string, args ...any) { bad = append(bad, Problem{g.Line, fmt.Sprintf(format, args...)}) }
	switch {
	case g.Code == "":
		say("skupina „%s“ nemá spisový znak", g.Name)
	case len([]rune(g.Code)) > 255:
		say("spisový znak je delší než 255 znaků")
	}
	if g.Name == "" {
		say("skupina %s nemá název", g.Code)
	}
	if g.Sign != "" && g.Sign != "A" && g.Sign != "S" && g.Sign != "V" {
		say("skartační znak skupiny %s je %q; může být A, S, ve starých plánech V", g.Code, g.Sign)
	}
	if g.Years < 0 || g.Years > 999 {
		say("skartační lhůta skupiny %s je %d; může být 0 až 999 let", g.Code, g.Years)
	}
	if g.Sign != "" && g.Trigger == "" {
		g.Trigger = "closed"
	}
	return bad
}

// findParents names the class above where the file does not: the longest code with a separator behind it. What lies between is
// added, so that each simple code stands below its own class.
func (p *Plan) findParents(at map[string]int) {
	for i := 0; i < len(p.Groups); i++ { // grows
		g := p.Groups[i]
		cut := strings.LastIndex(g.Code, p.Separator)
		if g.HasParent || g.Parent != "" || cut <= 0 {
			continue
		}
		above := g.Code[:cut]
		p.Groups[i].Parent = above
		if _, there := at[above]; !there {
			at[above] = len(p.Groups)
			p.Groups = append(p.Groups, Group{Line: g.Line, Code: above, Name: "Skupina " + above})
			p.Notes = append(p.Notes, fmt.Sprintf("Skupina %s v plánu chyběla, doplnili jsme ji kvůli skupině %s. Pojmenujte ji.", above, g.Code))
		}
	}
}

func (p *Plan) circle(at map[string]int) *Problem {
	state := make([]int, len(p.Groups)) // 1 = on the way, 2 = leads to the top
	for i := range p.Groups {
		var way []int
		for j := i; state[j] != 2; {
			if state[j] == 1 {
				names := []string{}
				for _, k := range way[slices.Index(way, j):] {
					names = append(names, p.Groups[k].Code)
				}
				return &Problem{p.Groups[j].Line, "skupiny jsou nadřazené jedna druhé dokola: " + strings.Join(append(names, p.Groups[j].Code), " → ")}
			}
			state[j] = 1
			way = append(way, j)
			above, ok := at[p.Groups[j].Parent]
			if !ok {
				break
			}
			j = above
		}
		for _, j := range way {
			state[j] = 2
		}
	}
	return nil
}

// codes computes simple codes: the full one without the parent's and the separator (NSESSS 3.1.12).
func (p *Plan) codes(at map[string]int) (bad []Problem) {
	for i := range p.Groups {
		g := &p.Groups[i]
		want := g.Code
		if g.Parent != "" {
			rest, ok := strings.CutPrefix(g.Code, g.Parent+p.Separator)
			if !ok || rest == "" {
				bad = append(bad, Problem{g.Line, fmt.Sprintf("znak %s nezačíná znakem nadřazené skupiny %s a oddělovačem „%s“", g.Code, g.Parent, p.Separator)})
				continue
			}
			want = rest
		}
		if strings.ContainsAny(want, separators) || len([]rune(want)) > 50 {
			bad = append(bad, Problem{g.Line, fmt.Sprintf("jednoduchý znak %q skupiny %s obsahuje oddělovač nebo je delší než 50 znaků", want, g.Code)})
			continue
		}
		if g.Simple != "" && g.Simple != want {
			bad = append(bad, Problem{g.Line, fmt.Sprintf("jednoduchý znak skupiny %s je %q, z plného plyne %q", g.Code, g.Simple, want)})
		}
		g.Simple = want
	}
	return bad
}

// order puts groups from the top down, each below its parent, numbers by their size.
func (p *Plan) order() {
	below := map[string][]Group{}
	for _, g := range p.Groups {
		below[g.Parent] = append(below[g.Parent], g)
	}
	out := make([]Group, 0, len(p.Groups))
	var walk func(string)
	walk = func(parent string) {
		list := below[parent]
		slices.SortStableFunc(list, func(a, b Group) int { return compare(a.Simple, b.Simple) })
		for _, g := range list {
			out = append(out, g)
			walk(g.Code)
		}
	}
	walk("")
	p.Groups = out
}

// compare orders simple codes: numbers by their size, then the rest as text.
func compare(a, b string) int {
	x, errX := strconv.Atoi(a)
	y, errY := strconv.Atoi(b)
	if errX == nil && errY == nil && x != y {
		return x - y
	}
	return strings.Compare(a, b)
}

// leaves asks a rule of each class that has none below it. A rule of a class that is divided would never be used.
func (p *Plan) leaves() (bad []Problem) {
	parents := map[string]bool{}
	for _, g := range p.Groups {
		parents[g.Parent] = true
	}
	signed := false
	for i := range p.Groups {
		g := &p.Groups[i]
		switch {
		case parents[g.Code] && g.Sign != "":
			p.Notes = append(p.Notes, fmt.Sprintf("Skupina %s se dělí na další, proto jsme u ní vynechali režim %s/%d.", g.Code, g.Sign, g.Years))
			g.Sign, g.Years, g.Trigger = "", 0, ""
		case !parents[g.Code] && g.Sign == "":
			p.Notes = append(p.Notes, fmt.Sprintf("Skupina %s nemá skartační znak a lhůtu; dokud je nedoplníte, nepůjde do ní zařadit spis.", g.Code))
		}
		signed = signed || g.Sign != ""
	}
	if !signed {
		bad = append(bad, Problem{Text: "žádná skupina plánu nemá skartační znak a lhůtu"})
	}
	return bad
}

// guess finds the separator by which most codes have a class above them.
func (p *Plan) guess() string {
	codes := map[string]bool{}
	for _, g := range p.Groups {
		codes[strings.Join(strings.Fields(g.Code), " ")] = true
	}
	best, most := ".", 0
	for _, r := range separators {
		n := 0
		for c := range codes {
			if cut := strings.LastIndex(c, string(r)); cut > 0 && codes[c[:cut]] {
				n++
			}
		}
		if n > most {
			best, most = string(r), n
		}
	}
	return best
}
