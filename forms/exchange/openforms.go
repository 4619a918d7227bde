package exchange

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"sort"
	"strings"

	"epom/forms"
)

// Open Forms (Netherlands) writes the questions of a step as components of Form.io, and rules between steps in JSON-logic. It exports a
// form as a ZIP of four files; a single configuration and a dump of its database are read too.

type ofReader struct {
	draft  *draft
	fields map[string][]*field
	states map[*field]*ofState
	pages  map[string]*page // by the identifiers of a step
}

// ofState is what components and rules say about one question.
type ofState struct {
	hidden     bool // until a rule shows it
	show, hide []*cond
	at         Place
}

// ofForm is a form put together of the files of an export.
type ofForm struct {
	code, title string
	steps       []ofStep
	rules       []*value
}

type ofStep struct {
	ids           []string
	title         string
	configuration *value
	hidden        bool
}

func readOpenForms(name string, data []byte) ([]*draft, error) {
	parts, err := ofFiles(data)
	if err != nil {
		return nil, err
	}
	found, err := ofForms(name, parts)
	if err != nil {
		return nil, err
	}
	var drafts []*draft
	for _, form := range found {
		d := &draft{code: form.code, title: form.title, log: &log{}}
		for _, v := range parts {
			if at := v.file.looseAt(); at.Line > 0 {
				d.loose = at
			}
		}
		r := &ofReader{draft: d, fields: map[string][]*field{}, states: map[*field]*ofState{}, pages: map[string]*page{}}
		for _, s := range form.steps {
			p := &page{key: s.title, title: label(s.title), at: s.configuration.place()}
			p.fields = r.components(s.configuration.get("components"), "")
			for _, id := range s.ids {
				r.pages[id] = p
			}
			if s.hidden {
				r.state(p.fields, true)
			}
			d.pages = append(d.pages, p)
		}
		r.rules(form.rules)
		r.settle()
		drafts = append(drafts, d)
	}
	return drafts, nil
}

// ofFiles reads the one file, or those of a ZIP by their names without ending.
func ofFiles(data []byte) (map[string]*value, error) {
	if !bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		v, err := readJSON(data)
		return map[string]*value{"": v}, err
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, &Error{Reason: "archiv ZIP nejde otevřít"}
	}
	files := map[string]*value{}
	left := int64(MaxFile)
	for _, f := range archive.File {
		base := f.Name[strings.LastIndexByte(f.Name, '/')+1:]
		key, ok := strings.CutSuffix(base, ".json")
		if !ok || files[key] != nil {
			continue
		}
		if len(files) > 50 {
			return nil, &Error{Reason: "archiv má příliš mnoho souborů"}
		}
		r, err := f.Open()
		if err != nil {
			return nil, &Error{Reason: "soubor „" + short(base) + "“ v archivu nejde otevřít"}
		}
		text, err := io.ReadAll(io.LimitReader(r, left+1))
		r.Close()
		if left -= int64(len(text)); err != nil || left < 0 {
			return nil, &Error{Reason: fmt.Sprintf("archiv nejde rozbalit, nebo je po rozbalení větší než %d MB", MaxFile/1_000_000)}
		}
		if files[key], err = readInside(&jsonFile{data: text, prefix: "/" + base}); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// ofForms puts forms together, whatever the shape of the file.
func ofForms(name string, files map[string]*value) ([]ofForm, error) {
	doc := files[""]
	switch {
	case doc == nil && files["formDefinitions"] != nil:
		return ofExport(name, files), nil
	case doc.get("components").is(isArray):
		return []ofForm{{code: name, title: name, steps: []ofStep{{title: name, configuration: doc}}}}, nil
	case doc.get("steps").is(isArray):
		form := ofForm{code: name, title: doc.get("name").str(), rules: doc.get("logic").list()}
		for _, s := range doc.get("steps").list() {
			form.steps = append(form.steps, ofStep{ids: []string{s.get("uuid").str()}, title: s.get("name").str(), configuration: s.get("configuration")})
		}
		return []ofForm{form}, nil
	case doc.is(isArray) && len(doc.items) > 0 && doc.items[0].get("model") != nil:
		return ofDump(doc)
	case doc.is(isArray) && len(doc.items) > 0 && doc.items[0].get("configuration") != nil:
		return ofExport(name, map[string]*value{"formDefinitions": doc}), nil
	}
	return nil, &Error{Place: doc.place(), Reason: "tohle není formulář Open Forms: chybí komponenty, kroky nebo soubory exportu"}
}

// ofExport is one form of an export; steps name their definitions by address.
func ofExport(name string, files map[string]*value) []ofForm {
	head := files["forms"]
	if head.is(isArray) && len(head.items) > 0 {
		head = head.items[0]
	}
	form := ofForm{code: head.get("slug").str(), title: head.get("name").str(), rules: files["formLogic"].list()}
	if form.code == "" {
		form.code, form.title = name, name
	}
	definitions := map[string]*value{}
	for _, x := range files["formDefinitions"].list() {
		definitions[x.get("url").str()] = x
	}
	steps := append([]*value(nil), files["formSteps"].list()...)
	sort.SliceStable(steps, func(i, j int) bool { return steps[i].get("index").count() < steps[j].get("index").count() })
	for _, s := range steps {
		if x := definitions[s.get("form_definition").str()]; x != nil {
			form.steps = append(form.steps, ofStep{ids: []string{s.get("uuid").str(), s.get("slug").str()}, title: x.get("name").str(),
				configuration: x.get("configuration"), hidden: s.get("is_applicable").isFalse()})
		}
	}
	if len(steps) == 0 {
		for _, x := range files["formDefinitions"].list() {
			form.steps = append(form.steps, ofStep{title: x.get("name").str(), configuration: x.get("configuration")})
		}
	}
	return []ofForm{form}
}

// ofDump reads rows of the database (Django fixture): forms, steps, definitions; submissions of people are left alone.
func ofDump(doc *value) ([]ofForm, error) {
	rows := map[string]map[string]*value{}
	var order, steps []*value
	for _, x := range doc.list() {
		model, id := x.get("model").str(), ""
		id, _ = x.get("pk").scalar()
		if rows[model] == nil {
			rows[model] = map[string]*value{}
		}
		rows[model][id] = x.get("fields")
		switch model {
		case "forms.form":
			order = append(order, x)
		case "forms.formstep":
			steps = append(steps, x.get("fields"))
		}
	}
	sort.SliceStable(steps, func(i, j int) bool { return steps[i].get("order").count() < steps[j].get("order").count() })
	var list []ofForm
	for _, x := range order {
		id, _ := x.get("pk").scalar()
		fields := x.get("fields")
		form := ofForm{code: fields.get("slug").str(), title: fields.get("name").str()}
		if label(form.title) == "" || len(words(form.title)) == 0 {
			form.title = form.code
		}
		for _, s := range steps {
			of, _ := s.get("form").scalar()
			key, _ := s.get("form_definition").scalar()
			definition := rows["forms.formdefinition"][key]
			if of != id || definition == nil {
				continue
			}
			configuration := definition.get("configuration")
			if configuration.is(isString) {
				var err error
				if configuration, err = configuration.embedded(); err != nil {
					return nil, err
				}
			}
			form.steps = append(form.steps, ofStep{ids: []string{s.get("uuid").str()}, title: definition.get("name").str(), configuration: configuration})
		}
		list = append(list, form)
	}
	return list, nil
}

// components makes questions of a list; prefix is the key of the block they stand in.
func (r *ofReader) components(list *value, prefix string) []*field {
	var fields []*field
	for _, c := range list.list() {
		fields = append(fields, r.component(c, prefix)...)
	}
	return fields
}

// state notes what is hidden at first.
func (r *ofReader) state(list []*field, hidden bool) {
	for _, f := range list {
		if r.states[f] == nil {
			r.states[f] = &ofState{at: f.at}
		}
		r.states[f].hidden = r.states[f].hidden || hidden
	}
}

// settle gives each question the condition that components and rules make together.
func (r *ofReader) settle() {
	var walk func(list []*field) []*field
	walk = func(list []*field) []*field {
		var kept []*field
		for _, f := range list {
			f.parts = walk(f.parts)
			s := r.states[f]
			if s == nil {
				kept = append(kept, f)
				continue
			}
			if s.hidden && len(s.show) == 0 {
				r.draft.lose(f, "pole je v předloze skryté a nic ho neukáže")
				continue
			}
			if len(s.show) > 0 && s.hidden {
				f.when = allOf(f.when, anyOf(s.show...))
			}
			for _, h := range s.hide {
				f.when = allOf(f.when, not(h))
			}
			kept = append(kept, f)
		}
		return kept
	}
	for _, p := range r.draft.pages {
		p.fields = walk(p.fields)
	}
}

func (r *ofReader) register(key, prefix string, f *field) {
	r.fields[prefix+key] = append(r.fields[prefix+key], f)
	if prefix != "" && len(r.fields[key]) == 0 {
		r.fields[key] = append(r.fields[key], f)
	}
}

// box makes a group of components; columns are only a matter of the look.
func (r *ofReader) box(c *value, prefix string) []*field {
	key := c.get("key").str()
	if c.get("type").str() == "columns" {
		var list []*field
		for _, column := range c.get("columns").list() {
			list = append(list, r.components(column.get("components"), prefix)...)
		}
		g := &field{key: key, wish: key, parts: list, at: c.place(), def: &forms.Field{Kind: "group"}}
		return r.boxed(c, prefix, g, true)
	}
	g := &field{key: key, wish: key, parts: r.components(c.get("components"), prefix), at: c.place(), def: &forms.Field{Kind: "group"}}
	title := c.get("label").str()
	if title == "" {
		title = c.get("legend").str()
	}
	g.def.Label.CS, g.def.Required.Always = label(title), true
	g.def.Help.CS = markdown(c.get("description").str())
	return r.boxed(c, prefix, g, c.get("hideHeader").isTrue() || g.def.Label.CS == "")
}

// boxed keeps a group together, or hands its condition to its questions.
func (r *ofReader) boxed(c *value, prefix string, g *field, open bool) []*field {
	list := []*field{g}
	if open {
		list = g.parts
	}
	for _, f := range list {
		r.register(g.key, prefix, f)
	}
	r.conditional(c, list)
	return list
}
