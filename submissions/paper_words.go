package submissions

import (
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
)

// words explains a condition of a form to a person with a pen: „Vyplňte, jen pokud …“. What has no simple words (a
// computed value, an office's parameter) is left to the person's judgement.
func (w *blank) words(condition string) string {
	tree, err := parser.Parse(condition)
	if err == nil {
		if s, ok := w.explain(tree.Node); ok {
			return w.t("Vyplňte, jen pokud %s.", s)
		}
	}
	return w.t("Vyplňte, jen pokud se vás to týká.")
}

func (w *blank) explain(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.BinaryNode:
		return w.binary(n)
	case *ast.UnaryNode:
		if id, ok := n.Node.(*ast.IdentifierNode); ok && (n.Operator == "not" || n.Operator == "!") {
			return w.answered(id.Value, w.t("Ne"))
		}
	case *ast.IdentifierNode:
		return w.answered(n.Value, w.t("Ano"))
	}
	return "", false
}

func (w *blank) binary(n *ast.BinaryNode) (string, bool) {
	switch n.Operator {
	case "and", "&&", "or", "||":
		a, okA := w.explain(n.Left)
		b, okB := w.explain(n.Right)
		joint := " " + w.t("a zároveň") + " "
		if strings.HasPrefix(n.Operator, "o") || n.Operator == "||" {
			joint = " " + w.t("nebo") + " "
		}
		return a + joint + b, okA && okB
	case "==":
		if id, ok := n.Left.(*ast.IdentifierNode); ok {
			return w.chosen(id.Value, n.Right, "u otázky „%s“ vyberete „%s“")
		}
	case "!=":
		if id, ok := n.Left.(*ast.IdentifierNode); ok {
			return w.chosen(id.Value, n.Right, "u otázky „%s“ vyberete něco jiného než „%s“")
		}
	case "in":
		if id, ok := n.Right.(*ast.IdentifierNode); ok {
			return w.chosen(id.Value, n.Left, "u otázky „%s“ vyberete „%s“")
		}
		if id, ok := n.Left.(*ast.IdentifierNode); ok {
			return w.chosen(id.Value, n.Right, "u otázky „%s“ vyberete „%s“")
		}
	}
	return "", false
}

// chosen names the options that a question must be answered with.
func (w *blank) chosen(name string, values ast.Node, sentence string) (string, bool) {
	field, ok := w.form.Field(name)
	if !ok {
		return "", false
	}
	list := []ast.Node{values}
	if many, ok := values.(*ast.ArrayNode); ok {
		list = many.Nodes
	}
	var labels []string
	for _, v := range list {
		switch v := v.(type) {
		case *ast.BoolNode:
			labels = append(labels, map[bool]string{true: w.t("Ano"), false: w.t("Ne")}[v.Value])
		case *ast.StringNode:
			for _, o := range field.Options {
				if o.Value == v.Value {
					labels = append(labels, o.Label.In(w.l()))
				}
			}
		}
	}
	if len(labels) != len(list) {
		return "", false
	}
	return w.t(sentence, field.Label.In(w.l()), strings.Join(labels, w.t("“ nebo „"))), true
}

// answered names a yes-or-no question and its answer.
func (w *blank) answered(name, answer string) (string, bool) {
	field, ok := w.form.Field(name)
	if !ok || field.Kind != "yesno" && field.Kind != "declaration" {
		return "", false
	}
	return w.t("u otázky „%s“ vyberete „%s“", field.Label.In(w.l()), answer), true
}
