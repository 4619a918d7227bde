package forms

// Carry takes answers over from one form to another: what has a field of the same name and kind there. Files are left
// out unless they may stay. It returns the labels of answered questions that could not be carried over.
func Carry(from, to *Form, answers Answers, files bool, lang Lang) (Answers, []string) {
	kept, lost := Answers{}, []string(nil)
	for i := range from.Pages {
		for _, f := range from.Pages[i].Fields {
			v, answered := answers[f.Name]
			if !answered {
				continue
			}
			there, ok := to.byPath[f.Name]
			if ok && there.Kind == f.Kind && sameParts(f, there) && (files || !holdsFile(f)) {
				kept[f.Name] = v
			} else {
				lost = append(lost, f.label().In(lang))
			}
		}
	}
	return kept, lost
}

// sameParts tells whether what is inside a group or a repeat may hold the answers of another one.
func sameParts(a, b *Field) bool {
	kinds := map[string]string{}
	for _, p := range b.Fields {
		kinds[p.Name] = p.Kind
	}
	for _, p := range a.Fields {
		if kind, ok := kinds[p.Name]; ok && kind != p.Kind {
			return false
		}
	}
	return true
}

func holdsFile(f *Field) bool {
	if f.Kind == "file" {
		return true
	}
	for _, p := range f.Fields {
		if holdsFile(p) {
			return true
		}
	}
	return false
}
