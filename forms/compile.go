package forms

import (
	"maps"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/types"
	"github.com/expr-lang/expr/vm"
)

const stringKind = reflect.String

// Form is a definition made ready: it never changes and serves any number of goroutines.
type Form struct {
	Definition
	compiled []compiledPage
	subject  *vm.Program
	blank    map[string]any    // what expressions see before the first answer
	byPath   map[string]*Field // by path without numbers of items
	pageOf   map[string]string // code of the page by name of a root field
	numbers  map[string]int    // of fields by path
	count    int
	noParams map[string]any
}

type compiledPage struct {
	when   *vm.Program
	checks []*vm.Program
}

// compiledField is what Parse works out once for each field.
type compiledField struct {
	kind     kind
	number   int
	parts    []*Field
	typ      types.Type
	zero     any
	itemZero map[string]any
	blank    any
	min, max bound
	pattern  *regexp.Regexp
	when     *vm.Program
	required *vm.Program
	computed *vm.Program
	checks   []*vm.Program
	used     bool // read by some expression
	locality bool // decides where the submission belongs: its municipality must be recognised
	refresh  bool // another field of its page depends on it
}

// compiler turns a definition into a form and collects problems on the way.
type compiler struct {
	form     *Form
	problems []Problem
	scope    scope
	uses     map[*Field]bool
}

func compile(def Definition) (*Form, []Problem) {
	f := &Form{Definition: def, byPath: map[string]*Field{}, pageOf: map[string]string{}, numbers: map[string]int{}}
	c := &compiler{form: f, uses: map[*Field]bool{}}
	c.head()
	position := map[string]int{}
	for i := range f.Pages {
		page := &f.Pages[i]
		for j, field := range page.Fields {
			at := "/pages/" + strconv.Itoa(i) + "/fields/" + strconv.Itoa(j)
			if f.byPath[field.Name] != nil {
				c.problem(at+"/name", field.Name, "jméno pole se opakuje: „%s“", field.Name)
			}
			c.prepare(field, field.Name, at, 0)
			position[field.Name] = len(position)
			f.pageOf[field.Name] = page.Code
		}
	}
	if len(c.problems) > 0 {
		return f, c.problems // expressions would only repeat them
	}
	names := types.Map{}
	f.blank = map[string]any{}
	for _, page := range f.Pages {
		for _, field := range page.Fields {
			if field.c.typ != nil {
				names[field.Name], f.blank[field.Name] = field.c.typ, field.c.zero
			}
		}
	}
	params, noParams := types.Map{}, map[string]any{}
	for _, p := range f.Parameters {
		if k, ok := kinds[p.Kind]; ok {
			params[p.Name], noParams[p.Name] = k.shape(&Field{Kind: p.Kind, Decimals: 2})
		}
	}
	names["today"], names["params"], names["answered"] = types.String, params, types.TypeOf(func(string) bool { return false })
	f.noParams = noParams
	c.scope = scope{form: f, names: names, position: position, uses: c.uses}
	c.paths()
	c.adjustable()
	c.pages(position)
	c.markUsed()
	return f, c.problems
}

// prepare fills what does not depend on expressions: kind, parts, limits, shape.
func (c *compiler) prepare(f *Field, path, at string, depth int) {
	if depth > maxDepth {
		c.problem(at, path, "skupiny a opakované bloky jsou vnořené příliš hluboko (nejvýše %d)", maxDepth)
		f.c = &compiledField{kind: noteKind{}}
		return
	}
	k, ok := kinds[f.Kind]
	f.c = &compiledField{kind: k, number: c.form.count}
	c.form.byPath[path], c.form.numbers[path] = f, c.form.count
	c.form.count++
	if !ok {
		c.problem(at+"/kind", path, "neznámý druh pole „%s“", f.Kind)
		f.c.kind = noteKind{}
		return
	}
	own := f.c
	own.parts = k.parts(f)
	seen := map[string]bool{}
	for i, p := range own.parts {
		if seen[p.Name] {
			c.problem(at+"/fields/"+strconv.Itoa(i)+"/name", path+"."+p.Name, "jméno pole se opakuje: „%s“", p.Name)
		}
		seen[p.Name] = true
		c.prepare(p, path+"."+p.Name, at+"/fields/"+strconv.Itoa(i), depth+1)
	}
	c.limits(f, path, at)
	own.typ, own.zero = k.shape(f)
	if f.Kind == "repeat" {
		_, zero := shapeOf(own.parts)
		own.itemZero = zero.(map[string]any)
	}
	own.blank = f.blank()
	c.checkField(f, path, at)
}

func (c *compiler) limits(f *Field, path, at string) {
	var ok bool
	if f.c.min, ok = readBound(f.Min); !ok {
		c.problem(at+"/min", path, "nejmenší hodnotě nerozumíme: %v", f.Min)
	}
	if f.c.max, ok = readBound(f.Max); !ok {
		c.problem(at+"/max", path, "nejvyšší hodnotě nerozumíme: %v", f.Max)
	}
	if f.Pattern != "" {
		re, err := regexp.Compile(`^(?:` + f.Pattern + `)$`)
		if err != nil {
			c.problem(at+"/pattern", path, "vzor nelze přeložit: %v", err)
		}
		f.c.pattern = re
	}
}

// pages compiles the expressions in the order in which they will be evaluated.
func (c *compiler) pages(position map[string]int) {
	f := c.form
	f.compiled = make([]compiledPage, len(f.Pages))
	first := 0
	for i := range f.Pages {
		page, at := &f.Pages[i], "/pages/"+strconv.Itoa(i)
		c.scope.before = first
		f.compiled[i].when = c.condition(page.When, at+"/when", page.Code)
		for j, field := range page.Fields {
			c.field(field, field.Name, at+"/fields/"+strconv.Itoa(j), first+j)
		}
		for _, field := range page.Fields {
			c.dependOn(field, page)
		}
		first += len(page.Fields)
		c.scope.before = first
		f.compiled[i].checks = c.checks(page.Checks, at, page.Code)
	}
	c.scope.before = len(position)
	f.subject = c.expression(f.Subject, expr.AsKind(stringKind), "/subject", "")
}

// field compiles the expressions of one field and of what is inside it.
func (c *compiler) field(f *Field, path, at string, position int) {
	c.scope.before = position
	f.c.when = c.condition(f.When, at+"/when", path)
	if f.Kind == "computed" {
		f.c.computed = c.expression(f.Expr, wanted(f.Result), at+"/expr", path)
	}
	f.c.required = c.condition(f.Required.Expr, at+"/required", path)
	outer, template := c.scope.repeat, c.scope.template
	if f.Kind == "repeat" {
		c.scope.repeat, c.scope.template = f, path
	}
	for i, p := range f.Fields {
		inner := position
		if f.Kind == "group" && outer == nil {
			inner = position + 1 // parts of a group may read those before them
		}
		c.field(p, path+"."+p.Name, at+"/fields/"+strconv.Itoa(i), inner)
	}
	c.scope.repeat, c.scope.template = outer, template
	c.scope.before = position + 1
	f.c.checks = c.checks(f.Checks, at, path)
}

func (c *compiler) checks(defs []CheckDef, at, path string) []*vm.Program {
	var programs []*vm.Program
	for i, def := range defs {
		programs = append(programs, c.expression(def.Test, expr.AsBool(), at+"/checks/"+strconv.Itoa(i)+"/test", path))
	}
	return programs
}

// condition compiles a condition, which must be possible.
func (c *compiler) condition(text, at, path string) *vm.Program {
	if text == "" {
		return nil
	}
	program, look := c.scope.compile(text, expr.AsBool())
	if program != nil && look.never(program) {
		look.problem("podmínka není nikdy splněna")
	}
	c.add(look, at, path)
	return program
}

func (c *compiler) expression(text string, want expr.Option, at, path string) *vm.Program {
	program, look := c.scope.compile(text, want)
	c.add(look, at, path)
	return program
}

func (c *compiler) add(l *look, at, path string) {
	for _, p := range l.problems {
		c.problem(at, path, "%s", p)
	}
}

// dependOn finds the fields of a page on which the visibility of others on the same page depends.
func (c *compiler) dependOn(f *Field, page *PageDef) {
	texts := []string{f.When, f.Required.Expr, f.Expr}
	for _, other := range page.Fields {
		if other != f && mentions(texts, other.Name) {
			other.c.refresh = true
		}
	}
	for _, p := range f.Fields {
		for _, other := range f.Fields {
			if other != p && mentions([]string{p.When, p.Required.Expr, p.Expr}, "item."+other.Name) {
				other.c.refresh = true
			}
		}
		c.dependOn(p, page)
	}
}

// mentions tells whether one of the expressions has the name as a whole word.
func mentions(texts []string, name string) bool {
	for _, t := range texts {
		for from := 0; ; {
			i := strings.Index(t[from:], name)
			if i < 0 {
				break
			}
			i += from
			end := i + len(name)
			if (i == 0 || !isWord(t[i-1])) && (end == len(t) || !isWord(t[end])) {
				return true
			}
			from = end
		}
	}
	return false
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// markUsed notes which values expressions read, with all that is inside; the others need not be prepared for them.
func (c *compiler) markUsed() {
	var all func(f *Field)
	all = func(f *Field) {
		f.c.used = true
		for _, p := range f.c.parts {
			all(p)
		}
	}
	for f := range c.uses {
		all(f)
	}
	for _, page := range c.form.Pages {
		for _, f := range page.Fields {
			if inner(f.c.parts) {
				all(f)
			}
			if !f.c.used {
				delete(c.form.blank, f.Name) // nobody will ask
			}
		}
	}
}

// inner tells whether some field inside is read, as a part of a nested repeat is.
func inner(parts []*Field) bool {
	for _, p := range parts {
		if p.c.used || inner(p.c.parts) {
			return true
		}
	}
	return false
}

// params are the office's values, zero where it gave none or one of a wrong type.
func (f *Form) params(given map[string]any) map[string]any {
	if len(f.noParams) == 0 || len(given) == 0 {
		return f.noParams
	}
	m := maps.Clone(f.noParams)
	for name, zero := range m {
		if v := sameType(plain(given[name]), zero); v != nil {
			m[name] = v
		}
	}
	return m
}

// sameType gives v the type of zero, nil when it cannot have it.
func sameType(v, zero any) any {
	switch zero.(type) {
	case float64:
		if n, ok := v.(int64); ok {
			return float64(n)
		}
	case int64:
		if n, ok := v.(float64); ok && n == math.Trunc(n) {
			return int64(n)
		}
	}
	if reflect.TypeOf(v) == reflect.TypeOf(zero) {
		return v
	}
	return nil
}

// Field is the field at a path; numbers of items are skipped ("stromy.0.druh" and "stromy.druh" are the same).
func (f *Form) Field(path string) (*Field, bool) {
	field, ok := f.byPath[template(path)]
	return field, ok
}

// template is a path without the numbers of items.
func template(path string) string {
	parts := strings.Split(path, ".")
	kept := parts[:0]
	for _, p := range parts {
		if p == "" || p[0] < '0' || p[0] > '9' {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, ".")
}

func (f *Field) label() Text {
	if f.Label.IsZero() {
		return f.c.kind.label()
	}
	return f.Label
}

// labelAt is the label with the item it belongs to: "2. strom – Druh".
func (f *Form) labelAt(path string, field *Field, lang Lang) string {
	label := field.label().In(lang)
	for i := len(path) - 1; i > 0; i-- {
		if path[i] != '.' || path[i-1] < '0' || path[i-1] > '9' {
			continue
		}
		start := strings.LastIndexByte(path[:i], '.')
		if start < 0 {
			break
		}
		n, err := strconv.Atoi(path[start+1 : i])
		if repeat, ok := f.Field(path[:start]); ok && err == nil {
			return itemTitle(repeat, n, lang) + " – " + label
		}
	}
	return label
}
