package forms

import (
	"maps"
	"slices"

	"github.com/expr-lang/expr/types"
)

// kind is all that is known about one kind of field. Each kind_*.go registers its own.
type kind interface {
	// shape is the type that expressions see and the value of an unanswered field.
	shape(f *Field) (types.Type, any)
	// parse makes an answer of what was typed; nil when nothing was. What it does not understand it keeps as text.
	parse(in *input, f *Field, path string, prev any) any
	// check reports what is wrong with an answer (never nil) and returns the value that expressions see.
	check(w *walk, f *Field, v any) any
	// missing reports that a required answer is not there.
	missing(w *walk, f *Field)
	// text is the answer in plain words, "" for none.
	text(f *Field, v any, lang Lang) string
	// view fills what is special to the kind.
	view(b *builder, f *Field, path string, v any, fv *FieldView)
	// parts are the fields a composite consists of.
	parts(f *Field) []*Field
	// label is the natural name of the kind, zero when the author must give one.
	label() Text
	// takes tells whether a property of a definition makes sense for the kind (semantic check).
	takes(property string) bool
}

var kinds = map[string]kind{}

func register(name string, k kind) { kinds[name] = k }

// Kinds are the kinds of fields by name.
func Kinds() []string { return slices.Sorted(maps.Keys(kinds)) }

// Takes tells whether a property of a definition, such as "maxLength", makes sense for a kind of field.
func Takes(kind, property string) bool {
	k, ok := kinds[kind]
	return ok && k.takes(property)
}

// KindLabel is the natural name of a kind that needs no label of its own (e-mail, phone …), zero when the author must give one.
func KindLabel(kind string) Text {
	if k, ok := kinds[kind]; ok {
		return k.label()
	}
	return Text{}
}

// leaf carries what most kinds share: one text input, one message when empty.
type leaf struct {
	name       Text
	inputType  string
	inputMode  string
	complete   string // autocomplete token when the definition names none
	empty      string // key of the message when a required answer is missing
	properties string // space-separated properties besides the common ones
}

func (l leaf) shape(*Field) (types.Type, any) { return types.String, "" }
func (l leaf) parts(*Field) []*Field          { return nil }
func (l leaf) label() Text                    { return l.name }

func (l leaf) takes(property string) bool { return hasWord(l.properties, property) }

func (l leaf) missing(w *walk, f *Field) {
	key := l.empty
	if key == "" {
		key = "required"
	}
	w.report(f, Error, key)
}

func (l leaf) text(_ *Field, v any, _ Lang) string { return asString(v) }

func (l leaf) view(_ *builder, f *Field, _ string, v any, fv *FieldView) {
	fv.Value = asString(v)
	fv.InputType, fv.InputMode = "text", l.inputMode
	if l.inputType != "" {
		fv.InputType = l.inputType
	}
	if fv.Autocomplete == "" {
		fv.Autocomplete = l.complete
	}
}

func asString(v any) string {
	s, _ := v.(string)
	return s
}

// hasWord tells whether the space-separated list has the word.
func hasWord(list, word string) bool {
	for len(list) > 0 {
		i := 0
		for i < len(list) && list[i] != ' ' {
			i++
		}
		if list[:i] == word {
			return true
		}
		list = list[min(i+1, len(list)):]
	}
	return false
}

// composite carries what kinds made of parts share.
type composite struct {
	leaf
	make func(f *Field) []*Field
}

func (c composite) parts(f *Field) []*Field { return c.make(f) }

func (c composite) shape(f *Field) (types.Type, any) {
	return shapeOf(f.c.parts)
}

// shapeOf is the type and the empty value of a map of fields.
func shapeOf(fields []*Field) (types.Type, any) {
	typ, zero := types.Map{}, map[string]any{}
	for _, p := range fields {
		if p.c.typ != nil {
			typ[p.Name], zero[p.Name] = p.c.typ, p.c.zero
		}
	}
	return typ, zero
}

func (c composite) parse(in *input, f *Field, path string, prev any) any {
	return parseParts(in, f.c.parts, path, prev)
}

func parseParts(in *input, parts []*Field, path string, prev any) any {
	var m map[string]any
	for _, p := range parts {
		if v := in.field(p, path+"."+p.Name, child(prev, p.Name)); v != nil {
			if m == nil {
				m = make(map[string]any, len(parts))
			}
			m[p.Name] = v
		}
	}
	if m == nil {
		return nil
	}
	return m
}

func (c composite) check(w *walk, f *Field, v any) any {
	m, ok := v.(map[string]any)
	if !ok {
		w.report(f, Error, "value.wrong")
		return f.c.zero
	}
	return w.fields(f, f.c.parts, m)
}

func (c composite) missing(w *walk, f *Field) {
	for _, p := range f.c.parts {
		if p.Required.Always {
			w.push(p.Name)
			p.c.kind.missing(w, p)
			w.pop()
		}
	}
}

func (c composite) view(b *builder, f *Field, path string, v any, fv *FieldView) {
	for _, p := range f.c.parts {
		if part, visible := b.field(p, path+"."+p.Name, child(v, p.Name)); visible {
			part.Required = part.Required && (fv.Required || v != nil)
			fv.Parts = append(fv.Parts, part)
		}
	}
}
