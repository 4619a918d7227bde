package exchange

import (
	"slices"
	"sort"
	"strings"

	"epom/forms"
)

// Bratislava writes a form as one JSON Schema: properties of the root are steps, "if/then" adds questions, the look and the
// order stand beside each property ("baUiSchema", "baOrder").

// object is an object of the schema with all its properties, whichever branch of a condition adds them.
type object struct {
	entries []entry
	fields  map[string][]*field
	objects map[string][]*object
	asks    []demand
}

type entry struct {
	order, number int
	list          func() []*field // asked when all is read
}

// demand makes a property required that stands in another part of the schema.
type demand struct {
	key  string
	when *cond
}

type schemaReader struct {
	draft *draft
	root  *value
	steps []step
	left  int // schemas still read; stops definitions that refer to themselves again and again
}

type step struct {
	order, number int
	page          *page
	in            *object
}

const (
	mostSchemas = 60_000
	mostRefs    = 60 // definitions inside one another
)

func newObject() *object {
	return &object{fields: map[string][]*field{}, objects: map[string][]*object{}}
}

func readBratislava(name string, data []byte) ([]*draft, error) {
	doc, err := readJSON(data)
	if err != nil {
		return nil, err
	}
	schema := doc
	if doc.get("schema").is(isObject) {
		schema = doc.get("schema")
	}
	if !schema.is(isObject) || schema.get("properties") == nil && schema.get("allOf") == nil {
		return nil, &Error{Place: doc.place(), Reason: "tohle není formulář Bratislavy: chybí schéma s vlastnostmi"}
	}
	d := &draft{code: name, title: schema.get("title").str(), summary: markdown(schema.get("description").str()), log: &log{}, loose: doc.file.looseAt()}
	r := &schemaReader{draft: d, root: schema, left: mostSchemas}
	top := newObject()
	if err := r.collect(top, schema, nil, true, 0); err != nil {
		return nil, err
	}
	sort.SliceStable(r.steps, func(i, j int) bool { return r.steps[i].order < r.steps[j].order })
	for _, s := range r.steps {
		s.page.fields = s.in.finish()
		d.pages = append(d.pages, s.page)
	}
	if loose := top.finish(); len(loose) > 0 {
		d.pages = append([]*page{{key: "formular", title: d.title, fields: loose, at: schema.place()}}, d.pages...)
	}
	d.answers = top
	return []*draft{d}, nil
}

// collect takes one schema of an object in: its properties and what its conditions add.
func (r *schemaReader) collect(o *object, s *value, when *cond, steps bool, depth int) error {
	s, err := r.follow(s, depth)
	if err != nil || !s.is(isObject) {
		return err
	}
	required := map[string]bool{}
	for _, x := range s.get("required").list() {
		required[x.str()] = true
	}
	for i, p := range s.get("properties").members() {
		key := s.get("properties").names[i]
		if err := r.property(o, key, p, when, required[key], steps, depth+1); err != nil {
			return err
		}
		delete(required, key)
	}
	for _, x := range s.get("required").list() {
		if required[x.str()] {
			o.asks = append(o.asks, demand{x.str(), when})
		}
	}
	for _, sub := range s.get("allOf").list() {
		if err := r.collect(o, sub, when, steps, depth+1); err != nil {
			return err
		}
	}
	r.others(s, "$schema $id $defs definitions type title description properties required allOf anyOf oneOf if then else dependencies dependentSchemas "+
		"dependentRequired baUiSchema baOrder default additionalProperties $comment")
	if err := r.branches(o, s, when, steps, depth); err != nil {
		return err
	}
	return r.alternatives(o, s, when, steps, depth)
}

// others lists the words of a schema that we do not know: most are checks.
func (r *schemaReader) others(s *value, known string) {
	for i, word := range s.names {
		if !slices.Contains(strings.Fields(known), word) {
			r.draft.log.lose("check", s.name, s.items[i].place(), "vlastnost „"+short(word)+"“ nepřevádíme")
		}
	}
}

// branches reads if/then/else and what depends on the presence of another answer.
func (r *schemaReader) branches(o *object, s *value, when *cond, steps bool, depth int) error {
	if test := s.get("if"); test != nil {
		c := r.translate(o, nil, test, depth+1).from(r.draft.log.condition(test.place()))
		if err := r.collect(o, s.get("then"), allOf(when, c), steps, depth+1); err != nil {
			return err
		}
		if s.get("else") != nil {
			if err := r.collect(o, s.get("else"), allOf(when, not(c)), steps, depth+1); err != nil {
				return err
			}
		}
	}
	for _, word := range []string{"dependencies", "dependentSchemas", "dependentRequired"} {
		for i, x := range s.get(word).members() {
			given := o.atom([]string{s.get(word).names[i]}, "given", "").from(r.draft.log.condition(x.place()))
			for _, name := range x.list() {
				o.asks = append(o.asks, demand{name.str(), allOf(when, given)})
			}
			if err := r.collect(o, x, allOf(when, given), steps, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// alternatives reads anyOf and oneOf: what tells the branches apart is the condition of the other properties of a branch.
func (r *schemaReader) alternatives(o *object, s *value, when *cond, steps bool, depth int) error {
	for _, word := range []string{"oneOf", "anyOf"} {
		for _, branch := range s.get(word).list() {
			branch, err := r.follow(branch, depth)
			if err != nil {
				return err
			}
			var telling []*cond
			rest := 0
			for i, p := range branch.get("properties").members() {
				if key := branch.get("properties").names[i]; tells(p) {
					telling = append(telling, r.translate(o, []string{key}, p, depth+1))
				} else {
					rest++
				}
			}
			c := allOf(telling...)
			if rest == 0 && len(branch.get("required").list()) == 0 && branch.get("allOf") == nil && branch.get("if") == nil {
				continue
			}
			source := r.draft.log.condition(branch.place())
			if c == nil {
				c = unsaid("větve „" + word + "“ nejde rozlišit podle odpovědi")
			}
			if err := r.collect(o, branch, allOf(when, c.from(source)), steps, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// tells tells whether a property of a branch only repeats which answer the branch is for.
func tells(p *value) bool {
	return p.get("baUiSchema") == nil && p.get("title") == nil && (p.get("const") != nil || p.get("enum") != nil)
}

// follow resolves references inside the file.
func (r *schemaReader) follow(s *value, depth int) (*value, error) {
	if r.left--; r.left < 0 || depth > mostRefs {
		return nil, &Error{Place: s.place(), Reason: "schéma je příliš velké nebo se odkazuje samo na sebe"}
	}
	for range mostRefs {
		ref := s.get("$ref")
		if ref == nil {
			return s, nil
		}
		target := r.root
		path, ok := strings.CutPrefix(ref.str(), "#")
		for part := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
			if part != "" {
				target = target.get(strings.NewReplacer("~1", "/", "~0", "~").Replace(part))
			}
		}
		if !ok || target == nil {
			return nil, &Error{Place: ref.place(), Reason: "odkaz „" + short(ref.str()) + "“ nikam nevede; odkazy mimo soubor neotvíráme"}
		}
		s = target
	}
	return nil, &Error{Place: s.place(), Reason: "odkazy tvoří smyčku"}
}

// property takes one property in: a step, a group, a repeated block or a question.
func (r *schemaReader) property(o *object, key string, p *value, when *cond, required, steps bool, depth int) error {
	p, err := r.follow(p, depth)
	if err != nil {
		return err
	}
	if !p.is(isObject) || tells(p) && len(o.fields[key]) > 0 {
		return nil
	}
	order := p.get("baOrder").count()
	if isObjectSchema(p) {
		return r.inner(o, key, p, when, steps, order, depth)
	}
	f, err := r.leaf(key, p, required, depth)
	if err != nil || f == nil {
		return err
	}
	f.when = when
	o.fields[key] = append(o.fields[key], f)
	o.entries = append(o.entries, entry{order, len(o.entries), func() []*field { return []*field{f} }})
	return nil
}

func isObjectSchema(p *value) bool {
	return p.get("type").str() == "object" || p.get("type") == nil && p.get("properties") != nil
}

func uiOptions(p *value) *value { return p.get("baUiSchema", "ui:options") }

// heading is the title of a step or a group and the text under it.
func heading(p *value) (title, text string) {
	ui := uiOptions(p)
	if title = p.get("title").str(); title == "" {
		title = ui.get("title").str()
	}
	if text = ui.get("description").str(); text == "" {
		text = p.get("description").str()
	}
	return label(title), markdown(text)
}

func (r *schemaReader) inner(o *object, key string, p *value, when *cond, steps bool, order, depth int) error {
	title, text := heading(p)
	if known := o.objects[key]; len(known) > 0 && p.get("baUiSchema") == nil && title == "" {
		return r.collect(known[0], p, when, false, depth+1) // more of the same object
	}
	in := newObject()
	o.objects[key] = append(o.objects[key], in)
	if err := r.collect(in, p, nil, false, depth+1); err != nil {
		return err
	}
	if steps {
		r.steps = append(r.steps, step{order, len(r.steps), &page{key: key, title: title, intro: text, when: when, at: p.place()}, in})
		return nil
	}
	o.entries = append(o.entries, entry{order, len(o.entries), func() []*field {
		g := &field{key: key, wish: key, when: when, parts: in.finish(), at: p.place(), def: &forms.Field{Kind: "group"}}
		g.def.Label.CS, g.def.Help.CS, g.def.Required.Always = title, text, true
		if title == "" {
			return g.open()
		}
		return []*field{g}
	}})
	return nil
}

// finish puts the questions of an object into their order and hands on what is required by other parts of the schema.
func (o *object) finish() []*field {
	for _, a := range o.asks {
		for _, f := range o.fields[a.key] {
			if a.when == nil {
				f.def.Required.Always = f.def.Kind != "note"
			} else if f.def.Kind != "note" && !f.def.Required.Always {
				f.required = orElse(f.required, a.when)
			}
		}
	}
	o.asks = nil
	sort.SliceStable(o.entries, func(i, j int) bool { return o.entries[i].order < o.entries[j].order })
	var list []*field
	for _, e := range o.entries {
		list = append(list, e.list()...)
	}
	return list
}

// orElse adds another condition to one that may be missing.
func orElse(c, more *cond) *cond {
	if c == nil {
		return more
	}
	return anyOf(c, more)
}
