package sip

import (
	"fmt"
	"maps"
	"math/big"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// fault is one departure from a shape.
type fault struct {
	at   *node
	text string
}

// validator holds a file against the shapes; identifiers and references are looked at in the whole file.
type validator struct {
	faults []fault
	ids    map[string]*node
	refs   []fault // text is the reference
}

// validate compares the tree with the shape of its root's namespace. Inside "any" only known roots are looked at.
func validate(root *node) []fault {
	v := &validator{ids: map[string]*node{}}
	v.root(root)
	for _, r := range v.refs {
		if v.ids[r.text] == nil {
			v.fault(r.at, "odkaz na ID %q nikam nevede", r.text)
		}
	}
	return v.faults
}

// enough is how many faults are kept; a file with more is another thing than it says.
const enough = 1000

func (v *validator) fault(n *node, format string, a ...any) {
	if len(v.faults) >= enough {
		return
	}
	v.faults = append(v.faults, fault{n, fmt.Sprintf(format, a...)})
}

func (v *validator) root(n *node) {
	s := shapes()[n.space]
	if s == nil {
		return
	}
	if typ, ok := s.roots[n.name]; ok {
		v.element(s, n, typ)
	}
}

func (v *validator) element(s *shape, n *node, typ string) {
	t := s.types[typ]
	if t == nil || t.isSimple {
		v.attrs(s, n, &shapeType{})
		if len(n.kids) > 0 {
			v.fault(n, "element %s nesmí obsahovat element %s", n.name, n.kids[0].name)
		}
		v.value(s, n, typ, n.text, "element "+n.name)
		return
	}
	v.attrs(s, n, t)
	if t.base != "" {
		v.value(s, n, t.base, n.text, "element "+n.name)
	} else if n.val() != "" {
		v.fault(n, "element %s nesmí obsahovat text", n.name)
	}
	v.content(s, n, t)
}

func (v *validator) attrs(s *shape, n *node, t *shapeType) {
	for _, a := range n.attrs {
		name := a.Name.Local
		switch a.Name.Space {
		case "xmlns", nsXSI:
			continue
		case "":
			if name == "xmlns" {
				continue
			}
		case nsXLink:
			name = "xlink:" + name
		}
		i := slices.IndexFunc(t.attrs, func(k shapeAttr) bool { return k.name == name })
		switch {
		case i >= 0 && (a.Name.Space == "" || a.Name.Space == nsXLink):
			v.value(s, n, t.attrs[i].typ, a.Value, "atribut "+name)
		case !t.openAttr && (!t.anyAttr || a.Name.Space == ""):
			v.fault(n, "element %s nesmí mít atribut %s", n.name, name)
		}
	}
	for _, a := range t.attrs {
		if a.required && !n.has(strings.TrimPrefix(a.name, "xlink:")) && !hasLink(n, a.name) {
			v.fault(n, "elementu %s chybí atribut %s", n.name, a.name)
		}
	}
}

func hasLink(n *node, name string) bool {
	short, ok := strings.CutPrefix(name, "xlink:")
	_, has := n.attrNS(nsXLink, short)
	return ok && has
}

// content matches the children with the particles; the first child that does not fit, or what is missing, is the fault.
func (v *validator) content(s *shape, n *node, t *shapeType) {
	m := &matcher{ns: s.ns, kids: n.kids, types: map[*node]string{}, wanted: map[string]bool{}}
	ends := m.match(t.content, []int{0})
	for _, k := range n.kids {
		if typ, ok := m.types[k]; ok {
			v.element(s, k, typ)
		} else {
			v.root(k) // of another namespace, where any element may stand
		}
	}
	switch {
	case slices.Contains(ends, len(n.kids)):
	case m.furthest < len(n.kids):
		v.fault(n.kids[m.furthest], "element %s sem v %s nepatří%s", n.kids[m.furthest].name, n.name, m.expected())
	default:
		v.fault(n, "element %s není úplný%s", n.name, m.expected())
	}
}

// matcher follows all ways through the particles at once: positions are indexes of the next child.
type matcher struct {
	ns       string
	kids     []*node
	types    map[*node]string
	furthest int
	wanted   map[string]bool // what could have stood at the furthest place
}

func (m *matcher) expected() string {
	if len(m.wanted) == 0 {
		return ""
	}
	return ", očekává se " + strings.Join(slices.Sorted(maps.Keys(m.wanted)), ", ")
}

func (m *matcher) match(p *particle, from []int) []int {
	var out []int
	now := from
	if p.min == 0 {
		out = append(out, from...)
	}
	for i := 1; len(now) > 0 && (p.max < 0 || i <= p.max); i++ {
		next := m.once(p, now)
		if i > p.min { // only a step forward can add something
			next = slices.DeleteFunc(next, func(k int) bool { return slices.Contains(now, k) })
		}
		if i >= p.min {
			out = append(out, next...)
		}
		now = next
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (m *matcher) once(p *particle, from []int) []int {
	switch {
	case p.elem != "" || p.any:
		var out []int
		for _, i := range from {
			if i < len(m.kids) && (p.any || m.kids[i].name == p.elem && m.kids[i].space == m.ns) {
				if !p.any {
					m.types[m.kids[i]] = p.typ
				}
				out = append(out, i+1)
				if i+1 > m.furthest {
					m.furthest = i + 1
					clear(m.wanted)
				}
			} else if i == m.furthest && p.elem != "" {
				m.wanted[p.elem] = true
			}
		}
		return out
	case p.choice:
		var out []int
		for _, k := range p.parts {
			out = append(out, m.match(k, from)...)
		}
		slices.Sort(out)
		return slices.Compact(out)
	default:
		for _, k := range p.parts {
			if from = m.match(k, from); len(from) == 0 {
				return nil
			}
		}
		return slices.Clone(from)
	}
}

// value checks a text against a simple type.
func (v *validator) value(s *shape, n *node, typ, text, what string) {
	t := s.types[typ]
	if t == nil {
		v.builtin(n, typ, text, what)
		return
	}
	if t.base != "string" || t.name == "tText" {
		text = strings.TrimSpace(text)
	}
	switch length := utf8.RuneCountInString(text); {
	case t.values != nil:
		if !slices.Contains(t.values, text) {
			v.fault(n, "%s má nepovolenou hodnotu %.60q", what, text)
		}
		return
	case t.list:
		for _, word := range strings.Fields(text) {
			v.value(s, n, t.base, word, what)
		}
		return
	case t.facets["maxlen"] > 0 && length > t.facets["maxlen"]:
		v.fault(n, "%s je delší než %d znaků", what, t.facets["maxlen"])
	case length < t.facets["minlen"]:
		v.fault(n, "%s je kratší než %d znaků", what, t.facets["minlen"])
	}
	before := len(v.faults)
	v.value(s, n, t.base, text, what)
	if number, ok := new(big.Int).SetString(text, 10); ok && before == len(v.faults) {
		if low, ok := t.facets["min"]; ok && number.Cmp(big.NewInt(int64(low))) < 0 {
			v.fault(n, "%s je menší než %d", what, low)
		}
		if high, ok := t.facets["max"]; ok && number.Cmp(big.NewInt(int64(high))) > 0 {
			v.fault(n, "%s je větší než %d", what, high)
		}
	}
}

const zone = `(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00))?`

var (
	reDate     = regexp.MustCompile(`^-?\d{4,}-\d\d-\d\d` + zone + `$`)
	reDateTime = regexp.MustCompile(`^-?\d{4,}-\d\d-\d\dT(([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?|24:00:00(\.0+)?)` + zone + `$`)
	reYear     = regexp.MustCompile(`^-?\d{4,}` + zone + `$`)
	reMonth    = regexp.MustCompile(`^-?\d{4,}-(0[1-9]|1[0-2])` + zone + `$`)
	reInteger  = regexp.MustCompile(`^[+-]?\d+$`)
	reName     = regexp.MustCompile(`^[\p{L}_][\p{L}\p{N}\p{M}._·-]*$`)
	reBase64   = regexp.MustCompile(`^[A-Za-z0-9+/=\s]*$`)
)

// builtin is the forms of values that schemas know by themselves; nil takes anything.
var builtin = map[string]func(string) bool{
	"string": nil, "anyType": nil, "ID": reName.MatchString, "IDREF": reName.MatchString, "IDREFS": nil,
	"anyURI":   func(s string) bool { _, err := url.Parse(strings.ReplaceAll(s, "%", "")); return err == nil },
	"date":     func(s string) bool { return reDate.MatchString(s) && realDay(s) },
	"dateTime": func(s string) bool { return reDateTime.MatchString(s) && realDay(s) },
	"gYear":    reYear.MatchString, "gYearMonth": reMonth.MatchString, "integer": reInteger.MatchString, "base64Binary": reBase64.MatchString,
	"positiveInteger": between("1", ""), "int": between("-2147483648", "2147483647"), "long": between("-9223372036854775808", "9223372036854775807"),
}

func between(low, high string) func(string) bool {
	a, _ := new(big.Int).SetString(low, 10)
	b, limited := new(big.Int).SetString(high, 10)
	return func(s string) bool {
		n, ok := new(big.Int).SetString(strings.TrimPrefix(s, "+"), 10)
		return ok && reInteger.MatchString(s) && n.Cmp(a) >= 0 && (!limited || n.Cmp(b) <= 0)
	}
}

// realDay rejects 31 February; the forms have been checked before.
func realDay(s string) bool {
	s = strings.TrimPrefix(s, "-")
	i := strings.Index(s, "-")
	_, err := time.Parse("2006-01-02", "2000"+s[i:i+6])
	if err != nil {
		return false
	}
	if s[i:i+6] == "-02-29" {
		year, _ := new(big.Int).SetString(s[:i], 10)
		y := new(big.Int).Mod(year, big.NewInt(400)).Int64()
		return y%4 == 0 && (y%100 != 0 || y == 0)
	}
	return true
}

func (v *validator) builtin(n *node, typ, text, what string) {
	ok, known := builtin[typ]
	if !known {
		return
	}
	if typ != "string" {
		text = strings.TrimSpace(text)
	}
	if ok != nil && !ok(text) {
		v.fault(n, "%s má hodnotu %.60q, která není typu %s", what, text, typ)
		return
	}
	switch typ {
	case "ID":
		if v.ids[text] != nil {
			v.fault(n, "ID %q je v souboru dvakrát", text)
		}
		v.ids[text] = n
	case "IDREF", "IDREFS":
		words := strings.Fields(text)
		if len(words) == 0 {
			v.fault(n, "%s je prázdný, čeká se odkaz na ID", what)
		}
		for _, word := range words {
			v.refs = append(v.refs, fault{n, word})
		}
	}
}
