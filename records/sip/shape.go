package sip

import (
	"embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// Shapes are our own short notation of what an XML schema says, one line a type:
//
//	root NAME:TYPE
//	enum NAME value | value
//	simple NAME BASE[*] [minlen= maxlen= min= max=]     (* is a list)
//	type NAME [BASE] [@attribute:TYPE[!]] [@*] = content
//
// Content is names with their types in order, | for a choice, brackets, and ? * + {a,b}; ! is a required attribute, @* lets
// attributes of other namespaces in, @any all; any is any element.
//
//go:embed shapes/*.shape
var shapeFiles embed.FS

type shapeAttr struct {
	name, typ string
	required  bool
}

type shapeType struct {
	name     string
	base     string // of its text; "" when it holds elements only
	attrs    []shapeAttr
	anyAttr  bool // attributes of other namespaces may stand here
	openAttr bool // any attributes may
	content  *particle
	facets   map[string]int
	values   []string
	list     bool
	isSimple bool
}

// particle is a part of content: an element, any element, a sequence or a choice.
type particle struct {
	elem, typ string
	any       bool
	choice    bool
	parts     []*particle
	min, max  int // max -1: without limit
}

type shape struct {
	ns    string
	roots map[string]string
	types map[string]*shapeType
}

var shapes = sync.OnceValue(func() map[string]*shape {
	out := map[string]*shape{}
	files, err := shapeFiles.ReadDir("shapes")
	if err != nil {
		panic(err)
	}
	for _, f := range files {
		data, err := shapeFiles.ReadFile("shapes/" + f.Name())
		if err != nil {
			panic(err)
		}
		s, err := parseShape(string(data))
		if err != nil {
			panic(f.Name() + ": " + err.Error())
		}
		out[s.ns] = s
	}
	return out
})

func parseShape(text string) (*shape, error) {
	s := &shape{roots: map[string]string{}, types: map[string]*shapeType{}}
	for i, line := range strings.Split(text, "\n") {
		word, rest, _ := strings.Cut(line, " ")
		var err error
		switch word {
		case "", "#":
		case "ns":
			s.ns = rest
		case "root":
			name, typ, _ := strings.Cut(rest, ":")
			s.roots[name] = typ
		case "enum":
			name, values, _ := strings.Cut(rest, " ")
			s.types[name] = &shapeType{name: name, base: "string", isSimple: true, values: strings.Split(values, " | ")}
		case "simple":
			err = s.addSimple(rest)
		case "type":
			err = s.addType(rest)
		default:
			err = fmt.Errorf("unknown word %q", word)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return s, s.complete()
}

func (s *shape) addSimple(text string) error {
	w := strings.Fields(text)
	if len(w) < 2 {
		return fmt.Errorf("a simple type needs a name and a base")
	}
	t := &shapeType{name: w[0], base: strings.TrimSuffix(w[1], "*"), list: strings.HasSuffix(w[1], "*"), isSimple: true, facets: map[string]int{}}
	for _, f := range w[2:] {
		k, v, _ := strings.Cut(f, "=")
		n, err := strconv.Atoi(v)
		if err != nil {
			return err
		}
		t.facets[k] = n
	}
	s.types[t.name] = t
	return nil
}

func (s *shape) addType(text string) error {
	head, content, ok := strings.Cut(text, "=")
	w := strings.Fields(head)
	if !ok || len(w) == 0 {
		return fmt.Errorf("a type needs a name and =")
	}
	t := &shapeType{name: w[0]}
	for _, a := range w[1:] {
		switch {
		case a == "@*":
			t.anyAttr = true
		case a == "@any":
			t.anyAttr, t.openAttr = true, true
		case a[0] == '@':
			colon := strings.Index(a, ":")
			if strings.HasPrefix(a, "@xlink:") {
				colon = len("@xlink:") + strings.Index(a[len("@xlink:"):], ":")
			}
			t.attrs = append(t.attrs, shapeAttr{a[1:colon], strings.TrimSuffix(a[colon+1:], "!"), strings.HasSuffix(a, "!")})
		default:
			t.base = a
		}
	}
	words := strings.Fields(content)
	p, left, err := parseParticles(words)
	if err != nil || len(left) > 0 {
		return fmt.Errorf("content of %s: %v, left %v", t.name, err, left)
	}
	t.content = p
	s.types[t.name] = t
	return nil
}

// parseParticles reads words up to a closing bracket or the end.
func parseParticles(w []string) (*particle, []string, error) {
	p := &particle{min: 1, max: 1}
	for len(w) > 0 && w[0][0] != ')' {
		word := w[0]
		w = w[1:]
		switch {
		case word == "|":
			p.choice = true
		case word == "(":
			sub, left, err := parseParticles(w)
			if err != nil || len(left) == 0 {
				return nil, nil, fmt.Errorf("an open bracket (%v)", err)
			}
			sub.times(strings.TrimPrefix(left[0], ")"))
			p.parts, w = append(p.parts, sub), left[1:]
		default:
			e := &particle{min: 1, max: 1}
			cut := strings.IndexAny(word, "?*+{")
			if cut < 0 {
				cut = len(word)
			}
			e.times(word[cut:])
			if word[:cut] == "any" {
				e.any = true
			} else {
				e.elem, e.typ, _ = strings.Cut(word[:cut], ":")
			}
			p.parts = append(p.parts, e)
		}
	}
	return p, w, nil
}

func (p *particle) times(q string) {
	switch q {
	case "?":
		p.min = 0
	case "*":
		p.min, p.max = 0, -1
	case "+":
		p.max = -1
	case "":
	default:
		a, b, _ := strings.Cut(strings.Trim(q, "{}"), ",")
		p.min, _ = strconv.Atoi(a)
		p.max = -1
		if b != "" {
			p.max, _ = strconv.Atoi(b)
		}
	}
}

// complete makes sure that every type that is named is there.
func (s *shape) complete() error {
	known := func(t string) bool { _, ok := builtin[t]; return ok || s.types[t] != nil }
	var look func(owner string, p *particle) error
	look = func(owner string, p *particle) error {
		if p.elem != "" && !known(p.typ) {
			return fmt.Errorf("%s: unknown type %q", owner, p.typ)
		}
		for _, k := range p.parts {
			if err := look(owner, k); err != nil {
				return err
			}
		}
		return nil
	}
	for _, t := range s.types {
		if t.base != "" && !known(t.base) {
			return fmt.Errorf("%s: unknown base %q", t.name, t.base)
		}
		for _, a := range t.attrs {
			if !known(a.typ) {
				return fmt.Errorf("%s: unknown type %q of an attribute", t.name, a.typ)
			}
		}
		if t.content != nil {
			if err := look(t.name, t.content); err != nil {
				return err
			}
		}
	}
	return nil
}
