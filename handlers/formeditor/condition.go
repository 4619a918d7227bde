package formeditor

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"epom/forms"
	"epom/forms/edit"
	"epom/handlers/web"
	"epom/internal/fold"
)

// maxRows of one condition; who needs more writes an expression.
const maxRows = 20

// Condition is a condition on the page: rows, or its text when rows cannot say it.
type Condition struct {
	Name, Label, Help string
	Any, Expert       bool
	Rows              []ConditionRow
	Text              string
	Error             string
}

// ConditionRow is one row with what may be chosen in it.
type ConditionRow struct {
	N                 int
	Fields, Relations []Choice
	Values            []Choice // of a choice; else Value is typed
	Value             string
	Kind              string
}

// about are the questions a condition may ask about: path, label, field.
type about struct {
	path, label string
	f           *forms.Field
}

// earlier lists what stands before a place, and for a question in a repeated block its neighbours.
func earlier(d *forms.Definition, at edit.Place) []about {
	var list []about
	add := func(path string, f *forms.Field) {
		if f.Kind == "note" {
			return
		}
		label := f.Label.CS
		if label == "" {
			label = forms.KindLabel(f.Kind).CS
		}
		list = append(list, about{path, label + " (" + path + ")", f})
	}
	edit.Walk(d, func(p edit.Place, f *forms.Field) {
		if !before(p, at) {
			return
		}
		path := f.Name
		for up := p.Up(); len(up) > 1; up = up.Up() {
			parent, ok := edit.Field(d, up)
			if !ok {
				return
			}
			if parent.Kind == "repeat" {
				if len(at) <= len(up) || at[:len(up)].String() != up.String() {
					return
				}
				path = "item." + path
				break
			}
			path = parent.Name + "." + path
		}
		add(path, f)
	})
	return list
}

// before tells that p comes earlier in the document; a block comes after what it holds.
func before(p, at edit.Place) bool {
	for i := range p {
		if i >= len(at) {
			return false
		}
		if p[i] != at[i] {
			return p[i] < at[i]
		}
	}
	return false
}

// condition lays an expression out as rows with an empty one to add.
func condition(d *forms.Definition, at edit.Place, name, label, help, expr string) Condition {
	c := Condition{Name: name, Label: label, Help: help, Text: expr}
	parsed, ok := edit.ParseCondition(expr)
	known := earlier(d, at)
	if c.Expert = !ok || len(parsed.Rows) > maxRows; c.Expert {
		return c
	}
	c.Any = parsed.Any
	for i, r := range append(parsed.Rows, edit.Row{}) {
		row := ConditionRow{N: i, Fields: []Choice{{Label: "vyberte otázku"}}}
		found := r.Field == ""
		var f *forms.Field
		for _, k := range known {
			same := k.path == r.Field
			row.Fields = append(row.Fields, Choice{k.path, k.label, same})
			if same {
				found, f = true, k.f
			}
		}
		if !found {
			row.Fields = append(row.Fields, Choice{r.Field, r.Field + " – tady není", true})
		}
		relations := edit.Relations
		if f != nil {
			relations, row.Kind = edit.RelationsOf(f.Kind), f.Kind
		}
		there := r.Relation == ""
		for _, rel := range relations {
			row.Relations = append(row.Relations, Choice{rel.Code, rel.Label, rel.Code == r.Relation})
			there = there || rel.Code == r.Relation
		}
		if !there {
			row.Relations = append(row.Relations, Choice{r.Relation, r.Relation, true})
		}
		row.values(f, r.Value)
		c.Rows = append(c.Rows, row)
	}
	return c
}

func (r *ConditionRow) values(f *forms.Field, value string) {
	r.Value = value
	if f == nil {
		return
	}
	if len(f.Options) > 0 {
		r.Values = []Choice{{Label: "vyberte"}}
		for _, o := range f.Options {
			r.Values = append(r.Values, Choice{o.Value, o.Label.CS, o.Value == value})
		}
		return
	}
	if n, err := strconv.ParseFloat(value, 64); err == nil && f.Kind != "text" && f.Kind != "zip" && f.Kind != "ico" {
		r.Value = showValue(f.Kind, n)
	} else {
		r.Value = showValue(f.Kind, value)
	}
}

// takeCondition reads a condition that was typed: the text when it was changed, else the rows.
func takeCondition(d *forms.Definition, at edit.Place, name, now string, v url.Values, wrong map[string]string) string {
	typed := strings.TrimSpace(v.Get(name + ".text"))
	if !v.Has(name+".shown") || len(typed) > maxTyped {
		return now
	}
	if typed != strings.TrimSpace(now) || v.Has(name+".expert") {
		return typed
	}
	known := map[string]*forms.Field{}
	for _, k := range earlier(d, at) {
		known[k.path] = k.f
	}
	c := edit.Condition{Any: v.Get(name+".any") == "1"}
	for i := range maxRows + 1 {
		key := name + "." + strconv.Itoa(i)
		r := edit.Row{Field: v.Get(key + ".field"), Relation: v.Get(key + ".relation"), Value: strings.TrimSpace(v.Get(key + ".value"))}
		if r.Field == "" {
			continue
		}
		if !pathLike(r.Field) || r.Relation == "" {
			wrong[name] = "Vyberte, jak se má odpověď porovnat."
			return now
		}
		if message := compared(known[r.Field], &r); message != "" {
			wrong[name] = message
			return now
		}
		c.Rows = append(c.Rows, r)
	}
	kinds := edit.KindOf(d)
	return c.Expression(func(path string) string {
		if f := known[path]; f != nil {
			return f.Kind
		}
		return kinds(path)
	})
}

// compared puts the value a person typed into the form the engine compares; it answers what is wrong.
func compared(f *forms.Field, r *edit.Row) string {
	fits := false
	for _, rel := range edit.Relations {
		fits = fits || rel.Code == r.Relation
	}
	if !fits {
		return "Vyberte, jak se má odpověď porovnat."
	}
	if f == nil || strings.Contains("yes no answered empty", r.Relation) {
		return ""
	}
	fits = false
	for _, rel := range edit.RelationsOf(f.Kind) {
		fits = fits || rel.Code == r.Relation
	}
	if !fits {
		return "U otázky „" + f.Label.CS + "“ se takto porovnávat nedá. Zkuste „je vyplněno“."
	}
	for _, o := range f.Options {
		if fold.Text(o.Label.CS) == fold.Text(r.Value) {
			r.Value = o.Value
		}
	}
	switch f.Kind {
	case "number", "money", "computed":
		n, ok := readValue(f.Kind, r.Value)
		if !ok || n == nil {
			return "Do podmínky o otázce „" + f.Label.CS + "“ napište číslo."
		}
		r.Value = strconv.FormatFloat(n.(float64), 'f', -1, 64)
	case "date":
		t, ok := web.ParseDay(r.Value)
		if !ok {
			return "Do podmínky o otázce „" + f.Label.CS + "“ napište den jako d. m. rrrr."
		}
		r.Value = t.Format(time.DateOnly)
	}
	return ""
}

// pathLike tells whether a text can be a path: it goes into an expression.
func pathLike(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' && r != '.' {
			return false
		}
	}
	return s != "" && len(s) <= 200
}
