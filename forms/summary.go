package forms

import (
	"reflect"
	"strconv"
)

// Summary lays all answers that count out in plain text, page by page, for the check page, a PDF or a mail. A repeat gives one heading row
// an item (Value empty) and its answers below it with Depth 1.
func (ev *Evaluation) Summary() []Section {
	sections := make([]Section, 0, len(ev.pages))
	for _, p := range ev.pages {
		s := Section{Code: p.def.Code, Title: p.def.Title.In(ev.setting.Lang)}
		for _, f := range p.def.Fields {
			s.Rows = ev.rows(s.Rows, f, f.Name, ev.answers[f.Name], 0)
		}
		sections = append(sections, s)
	}
	return sections
}

func (ev *Evaluation) rows(rows []Row, f *Field, path string, v any, depth int) []Row {
	if f.Kind == "note" || ev.marks[path]&markHidden != 0 || f.InSummary != nil && !*f.InSummary {
		return rows
	}
	lang := ev.setting.Lang
	row := Row{Path: path, ID: inputID(path), Label: f.label().In(lang), Depth: depth, Sensitive: f.sensitive()}
	switch f.Kind {
	case "repeat":
		list, _ := v.([]any)
		for i, x := range list {
			at := path + "." + strconv.Itoa(i)
			rows = append(rows, Row{Path: at, ID: inputID(at), Label: itemTitle(f, i, lang), Depth: depth})
			for _, p := range f.Fields {
				rows = ev.rows(rows, p, at+"."+p.Name, child(x, p.Name), depth+1)
			}
		}
		return rows
	case "group":
		rows = append(rows, row)
		for _, p := range f.Fields {
			rows = ev.rows(rows, p, path+"."+p.Name, child(v, p.Name), depth+1)
		}
		return rows
	case "computed":
		v = ev.computed[path]
	case "file":
		row.Files = filesOf(v)
	}
	if row.Value = f.c.kind.text(f, v, lang); row.Value == "" {
		row.Value = say(lang, "notfiled")
	}
	return append(rows, row)
}

// sensitive tells that the field or a part of it is marked so.
func (f *Field) sensitive() bool {
	if f.Sensitive {
		return true
	}
	for _, p := range f.c.parts {
		if p.sensitive() {
			return true
		}
	}
	return false
}

// Sensitive tells whether the answer at a path must be masked in lists and kept out of logs and statistics.
func (f *Form) Sensitive(path string) bool {
	field, ok := f.Field(path)
	return ok && field.sensitive()
}

// Result are the answers that count, with computed values: what a submission keeps. Answers of hidden pages and fields and
// names the form does not know are left out.
func (ev *Evaluation) Result() Answers {
	result := make(Answers, len(ev.answers)+len(ev.computed))
	for _, p := range ev.pages {
		ev.keep(result, p.def.Fields, "", ev.answers)
	}
	return result
}

func (ev *Evaluation) counting(fields []*Field, prefix string, m map[string]any) map[string]any {
	kept := make(map[string]any, len(m))
	ev.keep(kept, fields, prefix, m)
	return kept
}

func (ev *Evaluation) keep(kept map[string]any, fields []*Field, prefix string, m map[string]any) {
	for _, f := range fields {
		path := prefix + f.Name
		if ev.marks[path]&markHidden != 0 {
			continue
		}
		v := m[f.Name]
		switch f.Kind {
		case "computed":
			v = ev.computed[path]
		case "repeat":
			v = ev.countingItems(f, path, v)
		default:
			if x, ok := v.(map[string]any); ok && len(f.c.parts) > 0 {
				v = ev.counting(f.c.parts, path+".", x)
			}
		}
		if v != nil {
			kept[f.Name] = v
		}
	}
}

func (ev *Evaluation) countingItems(f *Field, path string, v any) any {
	list, ok := v.([]any)
	if !ok {
		return v
	}
	kept := make([]any, len(list))
	for i, x := range list {
		m, _ := x.(map[string]any)
		kept[i] = ev.counting(f.c.parts, path+"."+strconv.Itoa(i)+".", m)
	}
	return kept
}

// Change is one answer that differs.
type Change struct {
	Page  string // code of the page
	Path  string
	ID    string
	Label string
	Old   string
	New   string
}

// Diff names the answers that differ between two states of one draft, hidden ones too: a second tab is told what changed.
func (f *Form) Diff(old, new Answers, lang Lang) []Change {
	var changes []Change
	for i := range f.Pages {
		for _, field := range f.Pages[i].Fields {
			changes = f.diff(changes, field, field.Name, old[field.Name], new[field.Name], lang)
		}
	}
	return changes
}

func (f *Form) diff(changes []Change, field *Field, path string, old, new any, lang Lang) []Change {
	if field.Kind == "computed" || field.Kind == "note" || reflect.DeepEqual(old, new) {
		return changes
	}
	switch field.Kind {
	case "repeat":
		return f.diffItems(changes, field, path, old, new, lang)
	case "group":
		for _, p := range field.Fields {
			changes = f.diff(changes, p, path+"."+p.Name, child(old, p.Name), child(new, p.Name), lang)
		}
		return changes
	}
	return append(changes, Change{Page: f.pageOf[rootOf(path)], Path: path, ID: inputID(path), Label: f.labelAt(path, field, lang),
		Old: field.c.kind.text(field, old, lang), New: field.c.kind.text(field, new, lang)})
}

// diffItems compares item by item. Items that are gone come from the last one, so that each path still means the same when they
// are taken away one by one.
func (f *Form) diffItems(changes []Change, field *Field, path string, old, new any, lang Lang) []Change {
	a, _ := old.([]any)
	b, _ := new.([]any)
	whole := func(i int) Change {
		at := path + "." + strconv.Itoa(i)
		x, y := child(old, strconv.Itoa(i)), child(new, strconv.Itoa(i))
		return Change{Page: f.pageOf[rootOf(path)], Path: at, ID: inputID(at), Label: itemTitle(field, i, lang),
			Old: partsText(field.Fields, x, lang), New: partsText(field.Fields, y, lang)}
	}
	for i := range min(len(a), len(b)) {
		for _, p := range field.Fields {
			changes = f.diff(changes, p, path+"."+strconv.Itoa(i)+"."+p.Name, child(a[i], p.Name), child(b[i], p.Name), lang)
		}
	}
	for i := len(a); i < len(b); i++ {
		changes = append(changes, whole(i))
	}
	for i := len(a) - 1; i >= len(b); i-- {
		changes = append(changes, whole(i))
	}
	return changes
}

func rootOf(path string) string {
	for i := range len(path) {
		if path[i] == '.' {
			return path[:i]
		}
	}
	return path
}
