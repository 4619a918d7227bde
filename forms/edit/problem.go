package edit

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"

	"epom/forms"
)

// Problem is what an author should mend, at its place. An error stops publishing, a warning does not.
type Problem struct {
	Place   Place
	Weight  forms.Weight
	Message string
}

// Problems lists what is wrong with a form in work: what the engine refuses, what can never happen, what nothing uses,
// and texts without a translation. Examples are run at publishing.
func Problems(d *forms.Definition) []Problem {
	var list []Problem
	data, err := json.Marshal(d)
	if err != nil {
		return []Problem{{Weight: forms.Error, Message: err.Error()}}
	}
	if _, err := forms.Parse(data); err != nil {
		if e, ok := err.(*forms.DefinitionError); ok {
			for _, p := range e.Problems {
				at, about := placeOf(p.Place)
				list = append(list, Problem{at, forms.Error, sentence(about, p.Message)})
			}
		}
	}
	list = append(list, never(d)...)
	list = append(list, unused(d)...)
	return append(list, untranslated(d)...)
}

// placeOf reads the engine's JSON pointer: where it points to, and which property.
func placeOf(pointer string) (Place, string) {
	var at Place
	parts := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i := 0; i+1 < len(parts); i += 2 {
		n, err := strconv.Atoi(parts[i+1])
		if err != nil || parts[i] != "pages" && parts[i] != "fields" {
			return at, parts[i]
		}
		at = append(at, n)
		if i+3 >= len(parts) && i+2 < len(parts) {
			return at, parts[i+2]
		}
	}
	if len(parts) == 1 {
		return at, parts[0]
	}
	return at, ""
}

// properties are what the parts of a definition are called in the editor.
var properties = map[string]string{"title": "Název", "summary": "Popis", "when": "Podmínka", "required": "Povinnost", "label": "Otázka", "help": "Nápověda", "options": "Možnosti", "expr": "Výpočet",
	"checks": "Kontrola", "subject": "Věc", "agenda": "Agenda", "locality": "Příslušnost", "applicant": "Žadatel", "name": "Jméno pole", "code": "Kód", "min": "Nejméně", "max": "Nejvíce", "pattern": "Vzor",
	"text": "Text", "fields": "Otázky", "examples": "Příklady", "pages": "Stránky"}

func sentence(about, message string) string {
	if name := properties[about]; name != "" {
		return name + ": " + message + "."
	}
	first, size := utf8.DecodeRuneInString(message)
	return string(unicode.ToUpper(first)) + message[size:] + "."
}

// never finds pages and questions whose condition is false whatever is answered.
func never(d *forms.Definition) []Problem {
	var list []Problem
	for i, p := range d.Pages {
		if constantlyFalse(p.When) {
			list = append(list, Problem{Place{i}, forms.Warning, "Na tuto stránku se nikdo nedostane: její podmínka nikdy neplatí."})
		}
	}
	hidden := map[string]bool{}
	Walk(d, func(at Place, f *forms.Field) {
		if constantlyFalse(f.When) || hidden[at.Up().String()] && len(at) > 2 {
			hidden[at.String()] = true
			list = append(list, Problem{at, forms.Warning, "Tato otázka se nikdy neukáže: její podmínka nikdy neplatí."})
		}
	})
	return list
}

// constantlyFalse tells that an expression reads nothing and is false, or asks one choice to be two things at once.
func constantlyFalse(text string) bool {
	if strings.TrimSpace(text) == "" {
		return false
	}
	if c, ok := ParseCondition(text); ok && !c.Any {
		is := map[string]string{}
		for _, r := range c.Rows {
			if v, twice := is[r.Field]; r.Relation == "is" && twice && v != r.Value {
				return true
			}
			if r.Relation == "is" {
				is[r.Field] = r.Value
			}
		}
	}
	tree, err := parser.Parse(text)
	if err != nil || len(reads(tree.Node)) > 0 {
		return false
	}
	v, err := expr.Eval(text, nil)
	no, ok := v.(bool)
	return err == nil && ok && !no
}

type reader map[string]bool

func (r reader) Visit(n *ast.Node) {
	switch n := (*n).(type) {
	case *ast.IdentifierNode:
		r[n.Value] = true
	case *ast.StringNode:
		r[n.Value] = true // the argument of answered()
	}
}

// reads are the names an expression reads.
func reads(n ast.Node) map[string]bool {
	r := reader{}
	ast.Walk(&n, r)
	return r
}

// unused finds computed values and parameters that nothing reads or shows.
func unused(d *forms.Definition) []Problem {
	read := map[string]bool{}
	note := func(texts ...string) {
		for _, t := range texts {
			if tree, err := parser.Parse(t); err == nil && t != "" {
				for name := range reads(tree.Node) {
					root, _, _ := strings.Cut(name, ".")
					read[root], read[name] = true, true
				}
			}
		}
	}
	note(d.Subject)
	for _, p := range d.Pages {
		note(p.When)
		for _, c := range p.Checks {
			note(c.Test)
		}
	}
	all := strings.Builder{}
	Walk(d, func(_ Place, f *forms.Field) {
		note(f.When, f.Required.Expr, f.Expr)
		for _, c := range f.Checks {
			note(c.Test)
		}
		for _, t := range []forms.Text{f.Label, f.Help, f.Text, f.Why} {
			all.WriteString(t.CS)
		}
	})
	var list []Problem
	Walk(d, func(at Place, f *forms.Field) {
		if f.Kind == "computed" && f.InSummary != nil && !*f.InSummary && !read[f.Name] {
			list = append(list, Problem{at, forms.Warning, "Tento výpočet se nikde neukáže ani nepoužije."})
		}
	})
	for _, p := range d.Parameters {
		if !read[p.Name] && !strings.Contains(all.String(), p.Name) {
			list = append(list, Problem{nil, forms.Warning, "Parametr „" + p.Name + "“ nic nepoužívá."})
		}
	}
	return list
}

// untranslated counts texts without English or Ukrainian, once for each page and for the head.
func untranslated(d *forms.Definition) []Problem {
	var list []Problem
	missing := func(at Place, texts ...forms.Text) {
		en, uk := 0, 0
		for _, t := range texts {
			if t.CS != "" && t.EN == "" {
				en++
			}
			if t.CS != "" && t.UK == "" {
				uk++
			}
		}
		if en+uk > 0 {
			list = append(list, Problem{at, forms.Info, "Chybí překlady: anglicky " + strconv.Itoa(en) + ", ukrajinsky " + strconv.Itoa(uk) + "."})
		}
	}
	missing(nil, append([]forms.Text{d.Title, d.Summary}, d.Needed...)...)
	for i, p := range d.Pages {
		texts := []forms.Text{p.Title, p.Intro}
		for _, c := range p.Checks {
			texts = append(texts, c.Message)
		}
		Walk(&forms.Definition{Pages: []forms.PageDef{p}}, func(_ Place, f *forms.Field) {
			texts = append(texts, f.Label, f.Help, f.Why, f.Text, f.PatternMessage, f.Unit, f.ItemLabel, f.AddLabel)
			for _, o := range f.Options {
				texts = append(texts, o.Label, o.Help)
			}
			for _, c := range f.Checks {
				texts = append(texts, c.Message)
			}
		})
		missing(Place{i}, texts...)
	}
	return list
}
