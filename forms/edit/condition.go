package edit

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"

	"epom/forms"
)

// Row is one line of a condition as a clerk puts it together: a field, a relation, a value.
type Row struct {
	Field    string // path
	Relation string // one of Relations
	Value    string // empty for relations that need none; an amount of money in haléře
}

// Condition is rows of which all or any must hold.
type Condition struct {
	Any  bool
	Rows []Row
}

// Relation is a way of comparing, with the Czech words a clerk chooses.
type Relation struct{ Code, Label string }

// Relations in the order they are offered; those that fit a kind of field are RelationsOf.
var Relations = []Relation{{"yes", "je zaškrtnuto / ano"}, {"no", "není zaškrtnuto / ne"}, {"is", "je"}, {"not", "není"}, {"has", "obsahuje volbu"}, {"lacks", "neobsahuje volbu"},
	{"over", "je víc než"}, {"least", "je aspoň"}, {"under", "je méně než"}, {"most", "je nejvýš"}, {"answered", "je vyplněno"}, {"empty", "není vyplněno"}}

// RelationsOf are the relations that make sense for a kind of field.
func RelationsOf(kind string) []Relation {
	codes := "answered empty"
	switch kind {
	case "yesno", "declaration":
		codes = "yes no"
	case "choice", "text", "zip", "ico":
		codes = "is not answered empty"
	case "choices":
		codes = "has lacks answered empty"
	case "number", "money", "date", "computed":
		codes = "is not over least under most answered empty"
	}
	var list []Relation
	for _, r := range Relations {
		for _, c := range strings.Fields(codes) {
			if c == r.Code {
				list = append(list, r)
			}
		}
	}
	return list
}

var signs = map[string]string{"is": "==", "not": "!=", "over": ">", "least": ">=", "under": "<", "most": "<="}

// Expression writes a condition for the engine. kind tells the kind of a field by its path: numbers and money stand
// bare, other values in quotation marks.
func (c Condition) Expression(kind func(path string) string) string {
	parts := make([]string, len(c.Rows))
	for i, r := range c.Rows {
		switch r.Relation {
		case "yes":
			parts[i] = r.Field
		case "no":
			parts[i] = "not " + r.Field
		case "has":
			parts[i] = literal(r.Value) + " in " + r.Field
		case "lacks":
			parts[i] = "not (" + literal(r.Value) + " in " + r.Field + ")"
		case "answered":
			parts[i] = "answered(" + literal(r.Field) + ")"
		case "empty":
			parts[i] = "not answered(" + literal(r.Field) + ")"
		default:
			value := literal(r.Value)
			if k := kind(r.Field); k == "number" || k == "money" || k == "computed" {
				if v := strings.ReplaceAll(strings.TrimSpace(r.Value), ",", "."); number(v) {
					value = v
				}
			}
			parts[i] = r.Field + " " + signs[r.Relation] + " " + value
		}
	}
	if c.Any {
		return strings.Join(parts, " or ")
	}
	return strings.Join(parts, " and ")
}

func number(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil && !strings.ContainsAny(s, "xXnNiI_")
}

func literal(s string) string {
	b, _ := json.Marshal(s) // strings always marshal
	return string(b)
}

// ParseCondition reads an expression back into rows; false when it says more than rows can: it is then edited as text.
func ParseCondition(text string) (Condition, bool) {
	if strings.TrimSpace(text) == "" {
		return Condition{}, true
	}
	tree, err := parser.Parse(text)
	if err != nil {
		return Condition{}, false
	}
	var c Condition
	word := ""
	var walk func(n ast.Node) bool
	walk = func(n ast.Node) bool {
		if b, ok := n.(*ast.BinaryNode); ok {
			op := map[string]string{"and": "and", "&&": "and", "or": "or", "||": "or"}[b.Operator]
			if op != "" {
				if word != "" && word != op {
					return false
				}
				word = op
				return walk(b.Left) && walk(b.Right)
			}
		}
		r, ok := row(n)
		c.Rows = append(c.Rows, r)
		return ok
	}
	if !walk(tree.Node) {
		return Condition{}, false
	}
	c.Any = word == "or"
	return c, true
}

// row reads one comparison.
func row(n ast.Node) (Row, bool) {
	if u, ok := n.(*ast.UnaryNode); ok && (u.Operator == "not" || u.Operator == "!") {
		r, ok := row(u.Node)
		opposite := map[string]string{"yes": "no", "has": "lacks", "answered": "empty"}[r.Relation]
		r.Relation = opposite
		return r, ok && opposite != ""
	}
	if p, ok := path(n); ok {
		return Row{Field: p, Relation: "yes"}, true
	}
	if call, ok := n.(*ast.CallNode); ok {
		name, _ := call.Callee.(*ast.IdentifierNode)
		if name == nil || name.Value != "answered" || len(call.Arguments) != 1 {
			return Row{}, false
		}
		s, ok := call.Arguments[0].(*ast.StringNode)
		if !ok {
			return Row{}, false
		}
		return Row{Field: s.Value, Relation: "answered"}, true
	}
	b, ok := n.(*ast.BinaryNode)
	if !ok {
		return Row{}, false
	}
	if b.Operator == "in" {
		p, ok := path(b.Right)
		s, is := b.Left.(*ast.StringNode)
		if !ok || !is {
			return Row{}, false
		}
		return Row{Field: p, Relation: "has", Value: s.Value}, true
	}
	for code, sign := range signs {
		if sign != b.Operator {
			continue
		}
		p, ok := path(b.Left)
		v, is := value(b.Right)
		return Row{Field: p, Relation: code, Value: v}, ok && is
	}
	return Row{}, false
}

// path reads a field: "obec", "zadatel.adresa".
func path(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return n.Value, true
	case *ast.MemberNode:
		left, ok := path(n.Node)
		name, is := n.Property.(*ast.StringNode)
		if !ok || !is || n.Optional {
			return "", false
		}
		return left + "." + name.Value, true
	}
	return "", false
}

func value(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.IntegerNode:
		return strconv.Itoa(n.Value), true
	case *ast.FloatNode:
		return strconv.FormatFloat(n.Value, 'f', -1, 64), true
	case *ast.UnaryNode:
		if s, ok := value(n.Node); ok && n.Operator == "-" && number(s) {
			return "-" + s, true
		}
	}
	return "", false
}

// KindOf answers the kinds of fields by path, for Expression.
func KindOf(d *forms.Definition) func(path string) string {
	kinds := map[string]string{}
	var walk func(prefix string, list []*forms.Field)
	walk = func(prefix string, list []*forms.Field) {
		for _, f := range list {
			kinds[prefix+f.Name] = f.Kind
			walk(prefix+f.Name+".", f.Fields)
			if f.Kind == "repeat" {
				walk("item.", f.Fields)
			}
		}
	}
	for _, p := range d.Pages {
		walk("", p.Fields)
	}
	return func(path string) string { return kinds[path] }
}
