package forms

import (
	"maps"
	"strconv"
	"time"

	"github.com/expr-lang/expr/vm"
)

// Evaluation is one walk over a form with answers: what is visible, what is wrong, what was computed. It belongs to
// one goroutine and never changes afterwards.
type Evaluation struct {
	form     *Form
	answers  Answers
	setting  Setting
	pages    []visiblePage
	findings []Finding
	marks    map[string]mark // by path; only what differs from the plain definition
	computed map[string]any  // by path
	subject  string
}

type visiblePage struct {
	def      *PageDef
	from, to int // its findings
}

type mark uint8

const (
	markHidden mark = 1 << iota
	markRequired
)

// walk is the state of an evaluation on its way.
type walk struct {
	ev       *Evaluation
	lang     Lang
	today    string
	env      map[string]any // what expressions see
	into     map[string]any // where the value of the next field goes; nil when no expression reads it
	answered []bool         // by number of field
	path     []byte
	ends     []int
	page     *PageDef
	machine  vm.VM
}

// Evaluate walks once over all pages in order. Hidden pages and fields count as unanswered for everything after them.
func (f *Form) Evaluate(answers Answers, setting Setting) *Evaluation {
	ev := &Evaluation{form: f, answers: answers, setting: setting}
	w := &walk{
		ev: ev, lang: setting.Lang, today: setting.Today.Format(time.DateOnly),
		env: maps.Clone(f.blank), answered: make([]bool, f.count),
		path: make([]byte, 0, 64), ends: make([]int, 0, 8),
	}
	w.into = w.env
	w.env["today"] = w.today
	w.env["params"] = f.params(setting.Params)
	w.env["answered"] = w.isAnswered
	ev.pages = make([]visiblePage, 0, len(f.Pages))
	for i := range f.Pages {
		w.visit(&f.Pages[i], f.compiled[i])
	}
	if out, ok := w.eval(f.subject); ok {
		ev.subject, _ = out.(string)
	}
	return ev
}

func (w *walk) visit(page *PageDef, c compiledPage) {
	if c.when != nil && !w.truth(c.when) {
		return
	}
	w.page = page
	from := len(w.ev.findings)
	w.each(page.Fields, w.ev.answers)
	for i, check := range c.checks {
		if !w.holds(check) {
			w.ev.findings = append(w.ev.findings, Finding{Page: page.Code, Path: page.Code, Label: page.Title.In(w.lang),
				Message: page.Checks[i].Message.In(w.lang), Weight: page.Checks[i].weight()})
		}
	}
	w.ev.pages = append(w.ev.pages, visiblePage{page, from, len(w.ev.findings)})
}

// each walks over fields whose answers lie in m.
func (w *walk) each(fields []*Field, m map[string]any) {
	for _, f := range fields {
		w.push(f.Name)
		w.one(f, m[f.Name])
		w.pop()
	}
}

func (w *walk) one(f *Field, v any) {
	c := f.c
	w.answered[c.number] = false // an item before may have set it
	if c.when != nil && !w.truth(c.when) {
		w.mark(markHidden)
		return
	}
	if c.computed != nil {
		w.compute(f)
		return
	}
	required := f.Required.Always
	if c.required != nil && w.truth(c.required) {
		required = true
		w.mark(markRequired)
	}
	if v == nil {
		if v = c.blank; v == nil {
			if required {
				c.kind.missing(w, f)
			}
			return
		}
	} else {
		w.answered[c.number] = true
	}
	before := len(w.ev.findings)
	typed := c.kind.check(w, f, v)
	if c.used && w.into != nil {
		w.into[f.Name] = typed
	}
	if len(c.checks) == 0 || hasErrors(w.ev.findings[before:]) {
		return
	}
	for i, check := range c.checks {
		if !w.holds(check) {
			w.add(f, f.Checks[i].weight(), f.Checks[i].Message.In(w.lang))
		}
	}
}

// fields walks over the parts of a composite and returns the value expressions see.
func (w *walk) fields(f *Field, parts []*Field, m map[string]any) any {
	outer := w.into
	var typed map[string]any
	if f.c.used && outer != nil {
		typed = maps.Clone(f.c.zero.(map[string]any))
		outer[f.Name] = typed // so that its own parts may refer to those before them
	}
	w.into = typed
	w.each(parts, m)
	w.into = outer
	if typed == nil {
		return f.c.zero
	}
	return typed
}

func (w *walk) compute(f *Field) {
	out, ok := w.eval(f.c.computed)
	if !ok {
		return
	}
	value := resultValue(f, out)
	if w.ev.computed == nil {
		w.ev.computed = map[string]any{}
	}
	w.ev.computed[string(w.path)] = storable(value)
	if f.c.used && w.into != nil {
		w.into[f.Name] = value
	}
}

// eval runs a program; one that fails at run time (an index out of range) has no value.
func (w *walk) eval(p *vm.Program) (any, bool) {
	out, err := w.machine.Run(p, w.env)
	return out, err == nil
}

// truth is the answer of a condition; one that cannot be answered is false.
func (w *walk) truth(p *vm.Program) bool {
	out, _ := w.eval(p)
	return out == true
}

// holds is the answer of a check; one that cannot be answered stops nobody.
func (w *walk) holds(p *vm.Program) bool {
	out, ok := w.eval(p)
	return !ok || out == true
}

func (w *walk) isAnswered(path string) bool {
	n, ok := w.ev.form.numbers[path]
	return ok && w.answered[n]
}

// forget clears what the item before answered: parts of what is hidden in this one are not walked.
func (w *walk) forget(parts []*Field) {
	for _, p := range parts {
		w.answered[p.c.number] = false
		w.forget(p.c.parts)
	}
}

func (w *walk) push(name string) {
	w.ends = append(w.ends, len(w.path))
	if len(w.path) > 0 {
		w.path = append(w.path, '.')
	}
	w.path = append(w.path, name...)
}

func (w *walk) pushIndex(i int) {
	w.ends = append(w.ends, len(w.path))
	w.path = strconv.AppendInt(append(w.path, '.'), int64(i), 10)
}

func (w *walk) pop() {
	w.path = w.path[:w.ends[len(w.ends)-1]]
	w.ends = w.ends[:len(w.ends)-1]
}

func (w *walk) mark(m mark) {
	if w.ev.marks == nil {
		w.ev.marks = map[string]mark{}
	}
	w.ev.marks[string(w.path)] |= m
}

// report adds a finding with one of the engine's own messages.
func (w *walk) report(f *Field, weight Weight, key string, pairs ...string) {
	w.add(f, weight, say(w.lang, key, append(pairs, "label", f.label().In(w.lang))...))
}

func (w *walk) add(f *Field, weight Weight, message string) {
	path := string(w.path)
	w.ev.findings = append(w.ev.findings, Finding{Page: w.page.Code, Path: path, ID: inputID(path), Label: w.ev.form.labelAt(path, f, w.lang), Message: message, Weight: weight})
}

func (c *CheckDef) weight() Weight {
	if c.Weight == "" {
		return Error
	}
	return c.Weight
}

// Valid tells that the whole journey may be sent.
func (ev *Evaluation) Valid() bool { return !hasErrors(ev.findings) }

// Findings are all findings of the visible pages in their order.
func (ev *Evaluation) Findings() []Finding { return ev.findings }

// PageFindings are the findings of one page; none when it is hidden.
func (ev *Evaluation) PageFindings(code string) []Finding {
	for _, p := range ev.pages {
		if p.def.Code == code {
			return ev.findings[p.from:p.to]
		}
	}
	return nil
}

// Computed are the computed values by path.
func (ev *Evaluation) Computed() map[string]any { return maps.Clone(ev.computed) }

// Subject is the subject of the case, in Czech.
func (ev *Evaluation) Subject() string { return ev.subject }
