package forms

import (
	"maps"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/types"
)

// repeatKind is a list of the same questions; groupKind puts questions under one heading.
type repeatKind struct{ leaf }
type groupKind struct{ composite }

func init() {
	register("repeat", repeatKind{leaf{empty: "required.repeat", properties: "fields min max itemLabel addLabel"}})
	register("group", groupKind{composite{leaf{properties: "fields"}, fieldsOf}})
}

func fieldsOf(f *Field) []*Field { return f.Fields }

func (repeatKind) parts(f *Field) []*Field { return f.Fields }

func (repeatKind) shape(f *Field) (types.Type, any) {
	item, _ := shapeOf(f.c.parts)
	return types.Array(item), []any{}
}

func (f *Field) leastItems() int {
	switch {
	case f.c.min.set:
		return int(f.c.min.number)
	case f.Required.Always:
		return 1
	}
	return 0
}

func (f *Field) mostItems() int {
	if f.c.max.set {
		return min(int(f.c.max.number), maxItems)
	}
	return maxItems
}

// parse takes the items in the order of their numbers. An item left empty is dropped when the person goes on, unless the
// least number would not be reached without it.
func (repeatKind) parse(in *input, f *Field, path string, prev any) any {
	var list []any
	filled := 0
	for _, i := range in.items(path) {
		at := strconv.Itoa(i)
		if in.act.Kind == "remove" && in.act.Path == path+"."+at {
			continue
		}
		m, _ := parseParts(in, f.c.parts, path+"."+at, child(prev, at)).(map[string]any)
		if m == nil {
			m = map[string]any{}
		} else {
			filled++
		}
		list = append(list, m)
	}
	switch {
	case in.act.Kind == "add" && in.act.Path == path && len(list) < f.mostItems():
		list = append(list, map[string]any{})
	case in.act.Kind == "" && filled == 0:
		return nil
	case in.act.Kind == "":
		list = dropEmpty(list, max(0, f.leastItems()-filled))
	}
	if len(list) == 0 {
		return nil
	}
	return list
}

// dropEmpty leaves only so many empty items.
func dropEmpty(list []any, keep int) []any {
	kept := list[:0]
	for _, x := range list {
		if len(x.(map[string]any)) == 0 {
			if keep == 0 {
				continue
			}
			keep--
		}
		kept = append(kept, x)
	}
	return kept
}

// blank is what stands for an unanswered repeat that needs items: so many empty ones, so that each question is asked and named. For the
// same reason a required group is walked empty: its own conditions say which of its parts are asked.
func (f *Field) blank() any {
	if f.Kind == "group" && f.Required.Always {
		return map[string]any{}
	}
	if n := f.leastItems(); f.Kind == "repeat" && n > 0 {
		list := make([]any, n)
		for i := range list {
			list[i] = map[string]any{}
		}
		return list
	}
	return nil
}

func (repeatKind) check(w *walk, f *Field, v any) any {
	list, ok := v.([]any)
	if !ok {
		w.report(f, Error, "value.wrong")
		return f.c.zero
	}
	switch {
	case len(list) < f.leastItems():
		w.report(f, Error, "repeat.min", "min", strconv.Itoa(f.leastItems()))
	case len(list) > f.mostItems():
		w.report(f, Error, "repeat.max", "max", strconv.Itoa(f.mostItems()))
		list = list[:f.mostItems()]
	}
	outer, outerIndex, into := w.env["item"], w.env["index"], w.into
	var typed []any
	if f.c.used {
		typed = make([]any, 0, len(list))
	}
	for i, x := range list {
		m, ok := x.(map[string]any)
		if !ok {
			m = nil
		}
		w.pushIndex(i)
		w.into = nil
		if i > 0 {
			w.forget(f.c.parts)
		}
		if f.c.used {
			w.into = maps.Clone(f.c.itemZero)
			typed = append(typed, w.into)
			w.env["item"], w.env["index"] = w.into, int64(i)
		}
		w.each(f.c.parts, m)
		w.pop()
	}
	w.env["item"], w.env["index"], w.into = outer, outerIndex, into
	if typed == nil {
		return f.c.zero
	}
	return typed
}

func (repeatKind) text(f *Field, v any, lang Lang) string {
	list, _ := v.([]any)
	return strconv.Itoa(len(list))
}

func (repeatKind) view(b *builder, f *Field, path string, v any, fv *FieldView) {
	if v == nil {
		v = f.blank()
	}
	list, _ := v.([]any)
	for i, x := range list {
		at := path + "." + strconv.Itoa(i)
		item := ItemView{Index: i, ID: inputID(at), Title: itemTitle(f, i, b.lang), Remove: at, CanRemove: len(list) > f.leastItems() || len(list) > 1, Error: b.errorAt(at)}
		for _, p := range f.c.parts {
			if part, visible := b.field(p, at+"."+p.Name, child(x, p.Name)); visible {
				item.Fields = append(item.Fields, part)
			}
		}
		fv.Items = append(fv.Items, item)
	}
	fv.CanAdd = len(list) < f.mostItems()
	if fv.AddLabel = f.AddLabel.In(b.lang); fv.AddLabel == "" {
		fv.AddLabel = say(b.lang, "add")
	}
}

// itemTitle is "2. strom".
func itemTitle(f *Field, i int, lang Lang) string {
	label := f.ItemLabel.In(lang)
	if label == "" {
		label = say(lang, "item")
	}
	return strconv.Itoa(i+1) + ". " + label
}

func (groupKind) text(f *Field, v any, lang Lang) string { return partsText(f.c.parts, v, lang) }

// partsText is "label: value" on lines.
func partsText(parts []*Field, v any, lang Lang) string {
	var lines []string
	for _, p := range parts {
		if s := p.c.kind.text(p, child(v, p.Name), lang); s != "" {
			lines = append(lines, p.label().In(lang)+": "+s)
		}
	}
	return strings.Join(lines, "\n")
}
