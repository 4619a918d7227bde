package edit

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"

	"epom/forms"
	"epom/internal/errs"
)

var nameShape = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Rename gives a field another name and rewrites all that reads it: conditions, computed values, checks, the subject, what
// the head says of fields, adjustable parts and examples. Expressions are read by their parser, so that an option, a text
// or a field of another block with the same name stays as it was.
func Rename(d *forms.Definition, at Place, name string) (*forms.Definition, error) {
	c := Clone(d)
	f, ok := Field(c, at)
	if !ok {
		return nil, gone()
	}
	if f.Name == name {
		return c, nil
	}
	if !nameShape.MatchString(name) {
		return nil, errs.Fields(errs.Field{Name: "name", Message: "Jméno otázky má začínat malým písmenem a mít jen malá písmena bez diakritiky, číslice a podtržítko."})
	}
	if taken(c)[name] {
		return nil, errs.Fields(errs.Field{Name: "name", Message: "Tak se už jmenuje jiná otázka. Zvolte jiné jméno."})
	}
	r := renaming{old: pathOf(c, at), name: name}
	twin := false // the same path on another page, in a form that is not sound
	Walk(c, func(place Place, _ *forms.Field) {
		twin = twin || !slices.Equal(place, at) && pathOf(c, place) == r.old
	})
	if !twin {
		r.everywhere(c)
	}
	f.Name = name
	return c, nil
}

// pathOf is how answers name a field: "stromy.obvod".
func pathOf(d *forms.Definition, at Place) string {
	var names []string
	for n := 2; n <= len(at); n++ {
		if f, ok := Field(d, at[:n]); ok {
			names = append(names, f.Name)
		}
	}
	return strings.Join(names, ".")
}

type renaming struct{ old, name string }

func (r renaming) everywhere(d *forms.Definition) {
	r.expression(&d.Subject, "")
	for i := range d.Pages {
		p := &d.Pages[i]
		r.expression(&p.When, "")
		r.checks(p.Checks, "")
	}
	Walk(d, func(at Place, f *forms.Field) {
		item := ""
		for n := len(at) - 1; n > 1 && item == ""; n-- {
			if block, ok := Field(d, at[:n]); ok && block.Kind == "repeat" {
				item = pathOf(d, at[:n])
			}
		}
		for _, text := range []*string{&f.When, &f.Required.Expr, &f.Expr} {
			r.expression(text, item)
		}
		r.checks(f.Checks, item)
	})
	for _, list := range [][]string{d.Locality.From, d.Applicant.Person, d.Applicant.Legal} {
		for i := range list {
			list[i] = r.path(list[i])
		}
	}
	for _, p := range []*string{&d.Locality.Level, &d.Applicant.Email, &d.Applicant.Phone, &d.Applicant.Databox} {
		*p = r.path(*p)
	}
	for i, part := range d.Adjustable {
		if what, path, ok := strings.Cut(part, ":"); ok && what != "intro" {
			d.Adjustable[i] = what + ":" + r.path(path)
		}
	}
	for i := range d.Examples {
		r.example(d, &d.Examples[i])
	}
}

func (r renaming) checks(list []forms.CheckDef, item string) {
	for i := range list {
		r.expression(&list[i].Test, item)
	}
}

// example renames in answers and in what is to come out of them. An error may also name a page whose own check fails: where
// such a page and a field have one name, the error is the page's.
func (r renaming) example(d *forms.Definition, x *forms.Example) {
	r.answers(x.Answers, strings.Split(r.old, "."))
	for i, path := range x.Errors {
		ofPage := slices.ContainsFunc(d.Pages, func(p forms.PageDef) bool {
			return p.Code == path && slices.ContainsFunc(p.Checks, func(c forms.CheckDef) bool { return c.Weight == "" || c.Weight == forms.Error })
		})
		if !ofPage {
			x.Errors[i] = r.path(path)
		}
	}
	for path, v := range x.Computed {
		if now := r.path(path); now != path {
			delete(x.Computed, path)
			x.Computed[now] = v
		}
	}
}

func (r renaming) answers(in any, path []string) {
	switch in := in.(type) {
	case forms.Answers:
		r.answers(map[string]any(in), path)
	case []any:
		for _, x := range in {
			r.answers(x, path)
		}
	case map[string]any:
		v, ok := in[path[0]]
		if !ok {
			return
		}
		if len(path) > 1 {
			r.answers(v, path[1:])
			return
		}
		delete(in, path[0])
		in[r.name] = v
	}
}

// path is a path after the renaming; numbers of items in it are passed over.
func (r renaming) path(path string) string {
	old, parts, k := strings.Split(r.old, "."), strings.Split(path, "."), 0
	for i, part := range parts {
		if _, err := strconv.Atoi(part); err == nil {
			continue
		}
		if part != old[k] {
			return path
		}
		if k++; k == len(old) {
			parts[i] = r.name
			return strings.Join(parts, ".")
		}
	}
	return path
}

// expression rewrites one expression; item is the path of the repeat it stands in. One that cannot be read stays: it is
// among the problems of the form.
func (r renaming) expression(text *string, item string) {
	if strings.TrimSpace(*text) == "" {
		return
	}
	tree, err := parser.Parse(*text)
	if err != nil {
		return
	}
	m := &mentions{renaming: r, item: item, lets: map[string]string{}}
	m.of(tree.Node)
	slices.SortFunc(m.found, func(a, b mention) int { return b.at.From - a.at.From })
	runes := []rune(*text)
	for _, x := range m.found {
		runes = slices.Replace(runes, x.at.From, x.at.To, []rune(x.now)...)
	}
	*text = string(runes)
}

type mention struct {
	at  file.Location // in runes
	now string
}

// mentions finds where an expression names the field.
type mentions struct {
	renaming
	item  string
	lets  map[string]string
	lists []string // of the predicates around, from outside
	found []mention
}

// of walks over a node and answers the path of the field it gives; "" = none. Items of a list have the path of the list.
func (m *mentions) of(node ast.Node) string {
	switch n := node.(type) {
	case *ast.IdentifierNode:
		if path, ok := m.lets[n.Value]; ok {
			return path
		}
		if n.Value == "item" && m.item != "" {
			return m.item
		}
		m.named(n.Value, n)
		return n.Value
	case *ast.PointerNode:
		if len(m.lists) > 0 && n.Name == "" {
			return m.lists[len(m.lists)-1]
		}
	case *ast.MemberNode:
		path := m.of(n.Node)
		property, ok := n.Property.(*ast.StringNode)
		if !ok {
			m.of(n.Property)
			return path
		}
		if path == "" {
			return ""
		}
		path += "." + property.Value
		m.named(path, property)
		return path
	case *ast.ChainNode:
		return m.of(n.Node)
	case *ast.SliceNode:
		m.of(n.From)
		m.of(n.To)
		return m.of(n.Node)
	case *ast.BuiltinNode:
		return m.list(n.Name, n.Arguments)
	case *ast.PredicateNode:
		return m.of(n.Node)
	case *ast.CallNode:
		return m.call(n)
	case *ast.VariableDeclaratorNode:
		was, had := m.lets[n.Name]
		m.lets[n.Name] = m.of(n.Value)
		path := m.of(n.Expr)
		if delete(m.lets, n.Name); had {
			m.lets[n.Name] = was
		}
		return path
	case *ast.ConditionalNode:
		m.of(n.Cond)
		m.of(n.Exp2)
		return m.of(n.Exp1)
	case *ast.UnaryNode:
		m.of(n.Node)
	case *ast.BinaryNode:
		m.of(n.Left)
		m.of(n.Right)
	case *ast.ArrayNode:
		m.all(n.Nodes)
	case *ast.MapNode:
		m.all(n.Pairs)
	case *ast.PairNode:
		m.of(n.Value)
	case *ast.SequenceNode:
		m.all(n.Nodes)
	}
	return ""
}

func (m *mentions) all(nodes []ast.Node) {
	for _, n := range nodes {
		m.of(n)
	}
}

// list walks over a function of a list, whose predicates see its items.
func (m *mentions) list(name string, arguments []ast.Node) string {
	if len(arguments) == 0 {
		return ""
	}
	path := m.of(arguments[0])
	m.lists = append(m.lists, path)
	last := ""
	for _, a := range arguments[1:] {
		last = m.of(a)
	}
	m.lists = m.lists[:len(m.lists)-1]
	if name == "map" {
		return last
	}
	return path
}

// call walks over a call; answered("stromy.obvod") names a field by a text.
func (m *mentions) call(n *ast.CallNode) string {
	callee, ok := n.Callee.(*ast.IdentifierNode)
	if !ok {
		m.of(n.Callee)
	}
	if ok && callee.Value == "answered" && len(n.Arguments) == 1 {
		if text, ok := n.Arguments[0].(*ast.StringNode); ok {
			now := m.path(text.Value)
			if rest, inItem := strings.CutPrefix(text.Value, "item."); inItem && m.item != "" {
				now = "item." + strings.TrimPrefix(m.path(m.item+"."+rest), m.item+".")
				if m.path(m.item) != m.item { // the block itself is renamed: its item is still called so
					now = text.Value
				}
			}
			if now != text.Value {
				m.found = append(m.found, mention{text.Location(), strconv.Quote(now)})
			}
			return ""
		}
	}
	m.all(n.Arguments)
	return ""
}

func (m *mentions) named(path string, node ast.Node) {
	if path != m.old {
		return
	}
	at, now := node.Location(), m.name
	if _, text := node.(*ast.StringNode); text && at.To-at.From != len([]rune(path[strings.LastIndexByte(path, '.')+1:])) {
		now = strconv.Quote(now) // item["obvod"]
	}
	m.found = append(m.found, mention{at, now})
}
