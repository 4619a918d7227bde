package forms

import "strconv"

// Question is one question of a form, named for a person.
type Question struct {
	Path  string
	Label string
}

// Unsent names the answered questions that are hidden now. Their answers stay in the draft, so they are back when the
// question is asked again; meanwhile they are neither checked nor sent.
func (ev *Evaluation) Unsent() []Question {
	var list []Question
	shown := map[string]bool{}
	for _, p := range ev.pages {
		shown[p.def.Code] = true
	}
	for i := range ev.form.Pages {
		p := &ev.form.Pages[i]
		for _, f := range p.Fields {
			list = ev.unsent(list, f, f.Name, ev.answers[f.Name], !shown[p.Code])
		}
	}
	return list
}

func (ev *Evaluation) unsent(list []Question, f *Field, path string, v any, hidden bool) []Question {
	if v == nil || f.Kind == "computed" || f.Kind == "note" {
		return list
	}
	if hidden || ev.marks[path]&markHidden != 0 {
		return append(list, Question{path, ev.form.labelAt(path, f, ev.setting.Lang)})
	}
	switch f.Kind {
	case "group":
		for _, part := range f.Fields {
			list = ev.unsent(list, part, path+"."+part.Name, child(v, part.Name), false)
		}
	case "repeat":
		items, _ := v.([]any)
		for i, item := range items {
			for _, part := range f.Fields {
				list = ev.unsent(list, part, path+"."+strconv.Itoa(i)+"."+part.Name, child(item, part.Name), false)
			}
		}
	}
	return list
}

// Without are the labels of the questions of a that are not in b.
func Without(a, b []Question) []string {
	in := make(map[string]bool, len(b))
	for _, q := range b {
		in[q.Path] = true
	}
	var labels []string
	for _, q := range a {
		if !in[q.Path] {
			labels = append(labels, q.Label)
		}
	}
	return labels
}
