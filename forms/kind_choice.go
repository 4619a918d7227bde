package forms

import (
	"strconv"
	"strings"

	"github.com/expr-lang/expr/types"
)

// choiceKind is one of several options (radio buttons or a list).
type choiceKind struct{ leaf }

// choicesKind is any number of several options (check boxes).
type choicesKind struct{ leaf }

// yesNoKind is a question answered yes or no; nothing is ticked beforehand.
type yesNoKind struct{ leaf }

// declarationKind must be ticked.
type declarationKind struct{ leaf }

func init() {
	register("choice", choiceKind{leaf{empty: "required.choice", properties: "options autocomplete"}})
	register("choices", choicesKind{leaf{empty: "required.choices", properties: "options min max"}})
	register("yesno", yesNoKind{leaf{empty: "required.yesno"}})
	register("declaration", declarationKind{leaf{empty: "required.tick"}})
}

func (choiceKind) parse(in *input, _ *Field, path string, _ any) any {
	if s := cleanLine(in.text(path, maxLine)); s != "" {
		return s
	}
	return nil
}

func (choiceKind) check(w *walk, f *Field, v any) any {
	s := asString(v)
	if f.option(s) == nil {
		w.report(f, Error, "choice.unknown")
		return ""
	}
	return s
}

func (choiceKind) text(f *Field, v any, lang Lang) string { return f.optionText(asString(v), lang) }

func (choiceKind) view(b *builder, f *Field, _ string, v any, fv *FieldView) {
	fv.Options = optionViews(f, fv.ID, b.lang, func(value string) bool { return value == asString(v) })
}

func (f *Field) option(value string) *Option {
	for i := range f.Options {
		if f.Options[i].Value == value {
			return &f.Options[i]
		}
	}
	return nil
}

func (f *Field) optionText(value string, lang Lang) string {
	if o := f.option(value); o != nil {
		return o.Label.In(lang)
	}
	return value
}

func optionViews(f *Field, id string, lang Lang, selected func(string) bool) []OptionView {
	views := make([]OptionView, len(f.Options))
	for i, o := range f.Options {
		views[i] = OptionView{Value: o.Value, Label: o.Label.In(lang), Help: o.Help.In(lang), ID: id + "-" + o.Value, Selected: selected(o.Value)}
	}
	if len(views) > 0 {
		views[0].ID = id // a link to the field leads to its first option
	}
	return views
}

func (choicesKind) shape(*Field) (types.Type, any) { return types.Array(types.String), []any{} }

func (choicesKind) parse(in *input, f *Field, path string, _ any) any {
	typed := in.all(path, 2*len(f.Options))
	var list []any
	for _, o := range f.Options { // in the order of the form, each once
		for _, s := range typed {
			if s == o.Value {
				list = append(list, s)
				break
			}
		}
	}
	for _, s := range typed {
		if s = cleanLine(s); s != "" && f.option(s) == nil {
			list = append(list, s)
		}
	}
	if list == nil {
		return nil
	}
	return list
}

func (choicesKind) check(w *walk, f *Field, v any) any {
	list, ok := v.([]any)
	if !ok {
		w.report(f, Error, "value.wrong")
		return f.c.zero
	}
	for _, x := range list {
		if f.option(asString(x)) == nil {
			w.report(f, Error, "choice.unknown")
			return f.c.zero
		}
	}
	n := float64(len(list))
	switch {
	case f.c.min.set && n < f.c.min.number:
		w.report(f, Error, "choices.min", "min", strconv.Itoa(int(f.c.min.number)))
	case f.c.max.set && n > f.c.max.number:
		w.report(f, Error, "choices.max", "max", strconv.Itoa(int(f.c.max.number)))
	}
	return list
}

func (choicesKind) text(f *Field, v any, lang Lang) string {
	list, _ := v.([]any)
	words := make([]string, len(list))
	for i, x := range list {
		words[i] = f.optionText(asString(x), lang)
	}
	return strings.Join(words, "; ")
}

func (choicesKind) view(b *builder, f *Field, _ string, v any, fv *FieldView) {
	list, _ := v.([]any)
	fv.Options = optionViews(f, fv.ID, b.lang, func(value string) bool {
		for _, x := range list {
			if x == value {
				return true
			}
		}
		return false
	})
}

func (yesNoKind) shape(*Field) (types.Type, any) { return types.Bool, false }

func (yesNoKind) parse(in *input, _ *Field, path string, _ any) any {
	return readBool(in.text(path, 50))
}

// readBool gives true, false, nil for nothing, or the text it does not know.
func readBool(typed string) any {
	switch s := strings.ToLower(cleanLine(typed)); s {
	case "":
		return nil
	case "ano", "yes", "true", "on", "1":
		return true
	case "ne", "no", "false", "0":
		return false
	default:
		return s
	}
}

func (yesNoKind) check(w *walk, f *Field, v any) any {
	yes, ok := v.(bool)
	if !ok {
		w.report(f, Error, "required.yesno")
	}
	return yes
}

func (yesNoKind) text(_ *Field, v any, lang Lang) string {
	switch v {
	case true:
		return say(lang, "yes")
	case false:
		return say(lang, "no")
	}
	return asString(v)
}

func (yesNoKind) view(b *builder, _ *Field, _ string, v any, fv *FieldView) {
	fv.Options = []OptionView{
		{Value: "ano", Label: say(b.lang, "yes"), ID: fv.ID, Selected: v == true},
		{Value: "ne", Label: say(b.lang, "no"), ID: fv.ID + "-ne", Selected: v == false},
	}
}

func (declarationKind) shape(*Field) (types.Type, any) { return types.Bool, false }

func (declarationKind) parse(in *input, _ *Field, path string, _ any) any {
	if readBool(in.text(path, 50)) == true {
		return true
	}
	return nil
}

func (declarationKind) check(w *walk, f *Field, v any) any {
	if v != true {
		w.report(f, Error, "required.tick")
	}
	return v == true
}

func (declarationKind) text(_ *Field, v any, lang Lang) string {
	if v == true {
		return say(lang, "ticked")
	}
	return ""
}

func (declarationKind) view(_ *builder, _ *Field, _ string, v any, fv *FieldView) {
	fv.Checked = v == true
}
