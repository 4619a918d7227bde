package exchange

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// diagram is a reduced ordered binary decision diagram (Bryant 1986): the one normal shape of a condition over given
// statements. "A and B, or A and not B" becomes A, however long the way to it was.
type diagram struct {
	nodes    []branch
	same     map[branch]int
	literals []literal
	number   map[string]int
	joined   map[[3]int]int
}

// branch asks one literal. 0 is false and 1 is true.
type branch struct{ literal, no, yes int }

const (
	mostBranches   = 5000
	mostPruned     = 1500
	mostSteps      = 400_000 // of all conditions of one form
	mostCharacters = 600     // bytes of an expression, as the engine has it
)

var errLong = errors.New("je na náš zápis příliš složitá")

func newDiagram() *diagram {
	d := &diagram{same: map[branch]int{}, number: map[string]int{}, joined: map[[3]int]int{}}
	d.nodes = []branch{{literal: 1 << 30}, {literal: 1 << 30}}
	return d
}

func (d *diagram) node(b branch) int {
	if b.no == b.yes {
		return b.no
	}
	if n, ok := d.same[b]; ok {
		return n
	}
	d.nodes = append(d.nodes, b)
	d.same[b] = len(d.nodes) - 1
	return len(d.nodes) - 1
}

// choose is "if f then g else h".
func (d *diagram) choose(f, g, h int) (int, error) {
	switch {
	case f == 1 || g == h:
		return g, nil
	case f == 0:
		return h, nil
	}
	key := [3]int{f, g, h}
	if n, ok := d.joined[key]; ok {
		return n, nil
	}
	if len(d.joined) > mostBranches {
		return 0, errLong
	}
	first := min(d.nodes[f].literal, d.nodes[g].literal, d.nodes[h].literal)
	side := func(n int, yes bool) int {
		switch b := d.nodes[n]; {
		case b.literal != first:
			return n
		case yes:
			return b.yes
		default:
			return b.no
		}
	}
	no, err := d.choose(side(f, false), side(g, false), side(h, false))
	if err != nil {
		return 0, err
	}
	yes, err := d.choose(side(f, true), side(g, true), side(h, true))
	if err != nil {
		return 0, err
	}
	d.joined[key] = d.node(branch{first, no, yes})
	return d.joined[key], nil
}

// of brings a condition in; parts shared by many are worked out once.
func (d *diagram) of(c *cond, s spot, done map[*cond]int) (int, error) {
	if c == nil {
		return 1, nil
	}
	if n, ok := done[c]; ok {
		return n, nil
	}
	n, err := d.make(c, s, done)
	done[c] = n
	return n, err
}

func (d *diagram) make(c *cond, s spot, done map[*cond]int) (int, error) {
	switch c.op {
	case '?':
		return 0, errors.New(c.reason)
	case 'a':
		list, err := c.atom.literals(s)
		if err != nil {
			return 0, err
		}
		sum := 0
		for _, l := range list {
			n := 0
			switch {
			case l.truth == nil && l.isNot:
				l.isNot = false
				n = d.node(branch{d.literal(l), 1, 0})
			case l.truth == nil:
				n = d.node(branch{d.literal(l), 0, 1})
			case *l.truth:
				n = 1
			}
			if sum, err = d.choose(sum, 1, n); err != nil {
				return 0, err
			}
		}
		return sum, nil
	case '!':
		n, err := d.of(c.parts[0], s, done)
		if err != nil {
			return 0, err
		}
		return d.choose(n, 0, 1)
	}
	sum := 0
	if c.op == '&' {
		sum = 1
	}
	for _, p := range c.parts {
		n, err := d.of(p, s, done)
		if err != nil {
			return 0, err
		}
		if c.op == '&' {
			sum, err = d.choose(sum, n, 0)
		} else {
			sum, err = d.choose(sum, 1, n)
		}
		if err != nil {
			return 0, err
		}
	}
	return sum, nil
}

func (d *diagram) literal(l literal) int {
	key := l.text + "\x00" + l.path + "\x00" + l.value + strconv.FormatBool(l.given)
	if n, ok := d.number[key]; ok {
		return n
	}
	d.literals = append(d.literals, l)
	d.number[key] = len(d.literals) - 1
	return len(d.literals) - 1
}

// prune uses that one answer has one value: where it is known to be "a" it is given and not "b", where it is not given ("") it is
// nothing.
func (d *diagram) prune(n int, is map[string]string, done map[string]int) int {
	if n < 2 || len(done) > mostPruned {
		return n
	}
	key := fmt.Sprint(n, is)
	if m, ok := done[key]; ok {
		return m
	}
	b := d.nodes[n]
	l := d.literals[b.literal]
	v, ok := is[l.path]
	var fresh int
	switch {
	case l.path == "":
		fresh = d.node(branch{b.literal, d.prune(b.no, is, done), d.prune(b.yes, is, done)})
	case ok && (l.given && v != "" || !l.given && v == l.value):
		fresh = d.prune(b.yes, is, done)
	case ok:
		fresh = d.prune(b.no, is, done)
	case l.given:
		fresh = d.node(branch{b.literal, d.prune(b.no, with(is, l.path, ""), done), d.prune(b.yes, is, done)})
	default:
		fresh = d.node(branch{b.literal, d.prune(b.no, is, done), d.prune(b.yes, with(is, l.path, l.value), done)})
	}
	done[key] = fresh
	return fresh
}

func with(is map[string]string, path, value string) map[string]string {
	fresh := map[string]string{path: value}
	for p, v := range is {
		fresh[p] = v
	}
	return fresh
}

// text writes a node in the language of our expressions. The rank says what may surround it without brackets.
func (d *diagram) text(n int) (string, error) {
	s, _, err := d.write(n, 0)
	if err == nil && len(s) > mostCharacters {
		err = errLong
	}
	return s, err
}

const (
	rankOr = iota + 1
	rankAnd
	rankOne
)

func (d *diagram) write(n, depth int) (string, int, error) {
	if depth > 60 {
		return "", 0, errLong
	}
	b := d.nodes[n]
	l := d.literals[b.literal]
	values := []string{l.value}
	for l.path != "" && b.no > 1 { // "a", else "b" with the same end: one of a, b
		next := d.nodes[b.no]
		if m := d.literals[next.literal]; l.given || m.given || m.path != l.path || next.yes != b.yes {
			break
		}
		values = append(values, d.literals[next.literal].value)
		b.no = next.no
	}
	is, isNot := l.say(values)
	rest := func(n int, op string, rank int, first string) (string, int, error) {
		s, r, err := d.write(n, depth+1)
		if err == nil && len(s) > 4*mostCharacters {
			err = errLong
		}
		if r < rank {
			s = "(" + s + ")"
		}
		return first + " " + op + " " + s, rank, err
	}
	switch {
	case b.yes == 1 && b.no == 0:
		return is, rankOne, nil
	case b.yes == 0 && b.no == 1:
		return isNot, rankOne, nil
	case b.yes == 1:
		return rest(b.no, "or", rankOr, is)
	case b.yes == 0:
		return rest(b.no, "and", rankAnd, isNot)
	case b.no == 0:
		return rest(b.yes, "and", rankAnd, is)
	case b.no == 1:
		return rest(b.yes, "or", rankOr, isNot)
	}
	yes, _, err := rest(b.yes, "and", rankAnd, is)
	if err != nil {
		return "", 0, err
	}
	no, _, err := rest(b.no, "and", rankAnd, isNot)
	return yes + " or " + no, rankOr, err
}

// say writes that an answer is one of the values, and that it is none of them.
func (l literal) say(values []string) (is, isNot string) {
	given := "answered(" + quote(l.path) + ")"
	switch {
	case l.path == "" && l.no != "":
		return l.text, l.no
	case l.path == "" && strings.HasPrefix(l.text, "("):
		return l.text, "not " + l.text
	case l.path == "":
		return l.text, "not (" + l.text + ")"
	case l.given, l.yesno && slices.Contains(values, "true") && slices.Contains(values, "false"):
		return given, "not " + given
	case l.yesno && values[0] == "true":
		return l.path, "not " + l.path
	case l.yesno:
		return "(" + given + " and not " + l.path + ")", "(" + l.path + " or not " + given + ")"
	case len(values) == 1:
		return l.path + " == " + quote(values[0]), l.path + " != " + quote(values[0])
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = quote(v)
	}
	list := l.path + " in [" + strings.Join(quoted, ", ") + "]"
	return list, "not (" + list + ")"
}

// expression says a condition: "" when it always holds, never when nothing fulfils it. left is how many steps all conditions of
// a form together may still take.
func expression(c *cond, s spot, left *int) (text string, never bool, err error) {
	if *left < 0 {
		return "", false, errLong
	}
	d, pruned := newDiagram(), map[string]int{}
	defer func() { *left -= len(d.joined) + 4*len(pruned) }()
	n, err := d.of(c, s, map[*cond]int{})
	if err != nil {
		return "", false, err
	}
	switch n = d.prune(n, nil, pruned); n {
	case 0:
		return "", true, nil
	case 1:
		return "", false, nil
	}
	text, err = d.text(n)
	return text, false, err
}
