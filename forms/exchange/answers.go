package exchange

import (
	"math"
	"strings"

	"epom/forms"
)

// Answers reads a filled form of the source (a JSON object of its answers) as answers of the imported one, so that drafts can
// go on here. file gives what is known of an attachment by its name there. Notes name what has no place in the form.
// Only forms of Bratislava keep their answers by their definition.
func (im *Imported) Answers(data []byte, file func(id string) forms.FileRef) (forms.Answers, []Note, error) {
	doc, err := readJSON(data)
	if err != nil {
		return nil, nil, err
	}
	if im.draft.answers == nil || !doc.is(isObject) {
		return nil, nil, &Error{Place: doc.place(), Reason: "odpovědi tohoto formuláře neumíme přečíst"}
	}
	f := &filler{file: file, known: map[*value]bool{}}
	answers := forms.Answers{}
	f.object(im.draft.answers, doc, answers, "")
	return answers, f.unknown(doc, nil), nil
}

type filler struct {
	file  func(id string) forms.FileRef
	known map[*value]bool // answers that some question took
}

// unknown are the answers no question took.
func (f *filler) unknown(v *value, notes []Note) []Note {
	for i, x := range v.items {
		switch {
		case f.known[x]:
			notes = f.unknown(x, notes)
		case v.kind == isObject:
			notes = append(notes, Note{Kind: "field", Name: label(v.names[i]), Place: x.place(), Reason: "tuto odpověď formulář nezná"})
		case x.kind == isObject || x.kind == isArray:
			notes = f.unknown(x, notes)
		}
	}
	return notes
}

// object sets the answers of one object; inside is the path of the block whose item is being filled.
func (f *filler) object(o *object, v *value, into map[string]any, inside string) {
	for i, x := range v.members() {
		key := v.names[i]
		for _, in := range o.objects[key] {
			f.known[x] = true
			f.object(in, x, into, inside)
		}
		for _, g := range o.fields[key] {
			if g.path == "" {
				continue // left out of the definition
			}
			f.known[x] = true
			if answer := f.answer(g, x); answer != nil {
				set(into, strings.TrimPrefix(g.path, inside), answer)
			}
		}
	}
}

// set puts an answer where its path leads, through groups.
func set(into map[string]any, path string, answer any) {
	parts := strings.Split(path, ".")
	for _, name := range parts[:len(parts)-1] {
		in, ok := into[name].(map[string]any)
		if !ok {
			in = map[string]any{}
			into[name] = in
		}
		into = in
	}
	into[parts[len(parts)-1]] = answer
}

// answer makes a value of ours, nil when there is none.
func (f *filler) answer(g *field, v *value) any {
	text, scalar := v.scalar()
	switch g.def.Kind {
	case "note", "group", "computed":
		return nil
	case "repeat":
		var list []any
		for _, x := range v.list() {
			m := map[string]any{}
			if g.single != nil {
				if answer := f.answer(g.single, x); answer != nil {
					m[g.single.def.Name] = answer
				}
			} else if g.items != nil {
				f.object(g.items, x, m, g.path+".")
			}
			list = append(list, m)
		}
		return some(list)
	case "file":
		var list []any
		for _, x := range append(v.list(), v) {
			if id := x.str(); id != "" {
				list = append(list, f.file(id).Value())
			}
		}
		return some(list)
	case "choices":
		var list []any
		for _, x := range v.list() {
			if s, ok := x.scalar(); ok {
				list = append(list, ours(g, s))
			}
		}
		return some(list)
	case "declaration":
		for _, x := range append(v.list(), v) {
			if s, ok := x.scalar(); ok && (s == "true" && g.ticked == "" || g.ticked != "" && s == g.ticked) {
				return true
			}
		}
		return nil
	}
	if !scalar || text == "" {
		return nil
	}
	switch {
	case g.def.Kind == "yesno" && v.is(isBool):
		return v.truth
	case g.def.Kind == "number" && v.is(isNumber):
		n, ok := v.number()
		if ok && n == math.Trunc(n) {
			return int64(n)
		}
		return n
	case g.def.Kind == "choice":
		return ours(g, text)
	case g.def.Kind == "longtext":
		return clean(text)
	}
	return line(text)
}

func ours(g *field, value string) string {
	if v, ok := g.values[value]; ok {
		return v
	}
	return line(value)
}

func some(list []any) any {
	if len(list) == 0 {
		return nil
	}
	return list
}
