package forms

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/types"
	"github.com/expr-lang/expr/vm"
)

// Limits of one expression. With at most one loop inside another and lists of at most 200 items none can run long.
const (
	maxExprLength = 600
	maxExprNodes  = 200
)

// scope knows what an expression at one place of the definition may read.
type scope struct {
	form     *Form
	names    types.Map      // all fields of the form with their types
	position map[string]int // of a root field in the document
	before   int            // fields from this position on are not known yet
	repeat   *Field         // the repeat the expression stands in
	template string         // path of that repeat
	uses     map[*Field]bool
}

// compile makes a program of an expression whose result has the given shape.
func (s *scope) compile(text string, want expr.Option) (*vm.Program, *look) {
	look := &look{scope: s, names: map[string]bool{}}
	if len(text) > maxExprLength {
		look.problem("výraz je příliš dlouhý (nejvýše %d znaků)", maxExprLength)
		return nil, look
	}
	names := maps.Clone(s.names)
	if s.repeat != nil {
		item, _ := shapeOf(s.repeat.c.parts)
		names["item"], names["index"] = item, types.Int64
	}
	options := append([]expr.Option{expr.Env(names), expr.DisableAllBuiltins(), expr.MaxNodes(maxExprNodes), expr.Patch(look), want}, functions...)
	for _, b := range builtins {
		options = append(options, expr.EnableBuiltin(b))
	}
	program, err := expr.Compile(text, options...)
	if err != nil {
		look.problem("%s", explain(err))
		return nil, look
	}
	return program, look
}

var unknownName = regexp.MustCompile(`(?:unknown name|has no field|unknown field) (\S+)`)

// explain says in Czech what the compiler of expressions found.
func explain(err error) string {
	first, _, _ := strings.Cut(err.Error(), "\n")
	if m := unknownName.FindStringSubmatch(first); m != nil {
		return fmt.Sprintf("výraz čte neznámé pole „%s“", strings.Trim(m[1], "`\"()"))
	}
	return "výraz nelze přeložit: " + first
}

// look walks over an expression: it notes which fields are read and finds what types alone do not tell.
type look struct {
	scope    *scope
	problems []string
	names    map[string]bool // what the expression reads
}

func (l *look) problem(format string, a ...any) {
	text := fmt.Sprintf(format, a...)
	if !slices.Contains(l.problems, text) {
		l.problems = append(l.problems, text)
	}
}

// Visit is called from the leaves up.
func (l *look) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.IdentifierNode:
		l.read(n.Value)
	case *ast.CallNode:
		if callee, ok := n.Callee.(*ast.IdentifierNode); ok && callee.Value == "answered" {
			l.answered(n)
		}
	case *ast.BinaryNode:
		l.compare(n)
	case *ast.PredicateNode:
		inner := counter(0)
		ast.Walk(&n.Node, &inner)
		if inner > 1 {
			l.problem("výraz má příliš mnoho vnořených průchodů seznamem")
		}
	}
}

// counter counts predicates.
type counter int

func (c *counter) Visit(node *ast.Node) {
	if _, ok := (*node).(*ast.PredicateNode); ok {
		*c++
	}
}

func (l *look) read(name string) {
	l.names[name] = true
	at, known := l.scope.position[name]
	switch {
	case name == "item" && l.scope.repeat != nil:
		l.scope.uses[l.scope.repeat] = true
	case known && at >= l.scope.before:
		l.problem("výraz čte pole „%s“, které přijde až později", name)
	case known:
		l.scope.uses[l.scope.form.byPath[name]] = true
	}
}

// answered turns the argument into the full path and checks that it is there.
func (l *look) answered(call *ast.CallNode) {
	arg, ok := ast.Node(nil), len(call.Arguments) == 1
	if ok {
		arg = call.Arguments[0]
	}
	text, ok := arg.(*ast.StringNode)
	if !ok {
		l.problem("answered() chce jméno pole v uvozovkách")
		return
	}
	path := text.Value
	if rest, inItem := strings.CutPrefix(path, "item."); inItem && l.scope.repeat != nil {
		path = l.scope.template + "." + rest
	}
	root, _, _ := strings.Cut(path, ".")
	if l.scope.form.byPath[path] == nil {
		l.problem("výraz čte neznámé pole „%s“", text.Value)
		return
	}
	if at, ok := l.scope.position[root]; ok && root != l.scope.template && at >= l.scope.before {
		l.problem("výraz čte pole „%s“, které přijde až později", root)
	}
	text.Value = path
}

// compare finds options that do not exist: such a condition could never be true.
func (l *look) compare(n *ast.BinaryNode) {
	switch n.Operator {
	case "==", "!=":
		l.option(n.Left, n.Right)
		l.option(n.Right, n.Left)
	case "in":
		l.option(n.Right, n.Left)
		if list, ok := n.Right.(*ast.ArrayNode); ok {
			for _, x := range list.Nodes {
				l.option(n.Left, x)
			}
		}
	}
}

func (l *look) option(field, value ast.Node) {
	text, ok := value.(*ast.StringNode)
	f := l.field(field)
	if ok && f != nil && (f.Kind == "choice" || f.Kind == "choices") && text.Value != "" && f.option(text.Value) == nil {
		l.problem("pole „%s“ nemá možnost „%s“", f.Name, text.Value)
	}
}

// field is the field a node reads, nil when it is no plain field.
func (l *look) field(node ast.Node) *Field {
	switch n := node.(type) {
	case *ast.IdentifierNode:
		return l.scope.form.byPath[n.Value]
	case *ast.MemberNode:
		property, ok := n.Property.(*ast.StringNode)
		if !ok {
			return nil
		}
		if root, ok := n.Node.(*ast.IdentifierNode); ok {
			if root.Value == "item" {
				return l.scope.form.byPath[l.scope.template+"."+property.Value]
			}
			return l.scope.form.byPath[root.Value+"."+property.Value]
		}
	}
	return nil
}

// never tells that a condition is false whatever the answers are. It is found out for conditions that read only choices and
// yes/no, by trying all of them.
func (l *look) never(p *vm.Program) bool {
	envs := []map[string]any{maps.Clone(l.scope.form.blank)}
	for name := range l.names {
		f := l.scope.form.byPath[name]
		if f == nil {
			return false
		}
		var values []any
		switch f.Kind {
		case "choice":
			values = append(values, "")
			for _, o := range f.Options {
				values = append(values, o.Value)
			}
		case "yesno":
			values = append(values, true, false)
		}
		if len(values)*len(envs) > 2000 || values == nil {
			return false
		}
		var more []map[string]any
		for _, env := range envs {
			for _, v := range values {
				env = maps.Clone(env)
				env[name] = v
				more = append(more, env)
			}
		}
		envs = more
	}
	for _, env := range envs {
		if out, err := expr.Run(p, env); err != nil || out == true {
			return false
		}
	}
	return true
}

// wanted is the shape an expression of a computed value must have.
func wanted(result string) expr.Option {
	switch result {
	case "number", "money":
		return expr.AsFloat64()
	case "yesno":
		return expr.AsBool()
	}
	return expr.AsKind(stringKind)
}

// resultValue is a computed value in the shape of its kind.
func resultValue(f *Field, out any) any {
	n, ok := out.(float64)
	if !ok {
		return out
	}
	if math.IsNaN(n) || math.IsInf(n, 0) || math.Abs(n) > 1e15 {
		return nil
	}
	scale := math.Pow10(f.Decimals)
	n = math.Round(n*scale) / scale
	if f.Result == "money" || f.Decimals == 0 {
		return int64(n)
	}
	return n
}
