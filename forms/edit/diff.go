package edit

import (
	"strings"

	"epom/forms"
	"epom/forms/notation"
)

// Difference is how one part of a form differs between two versions, in the words of the notation.
type Difference struct {
	What    string   // "Formulář", "Stránka stromy", "Otázka stromy / pocet"
	Kind    string   // added, removed, changed, moved
	Removed []string // lines of the earlier version
	Added   []string // lines of the later one
}

// part is a piece of a form that is compared on its own.
type part struct {
	id, what string
	lines    []string
	after    string // the piece before it among its own, for "moved"
}

// Compare says how a form changed from an earlier version to a later one. What only moved says so.
func Compare(earlier, later *forms.Definition) []Difference {
	old, now := parts(earlier), parts(later)
	before := map[string]part{}
	for _, p := range old {
		before[p.id] = p
	}
	there := map[string]bool{}
	var list []Difference
	for _, p := range now {
		there[p.id] = true
		o, known := before[p.id]
		switch {
		case !known:
			list = append(list, Difference{What: p.what, Kind: "added", Added: p.lines})
		case strings.Join(o.lines, "\n") != strings.Join(p.lines, "\n"):
			removed, added := lines(o.lines, p.lines)
			list = append(list, Difference{What: p.what, Kind: "changed", Removed: removed, Added: added})
		}
	}
	for _, p := range old {
		if !there[p.id] {
			list = append(list, Difference{What: p.what, Kind: "removed", Removed: p.lines})
		}
	}
	for _, p := range now {
		if o, known := before[p.id]; known && o.after != p.after && there[o.after] == (o.after != "") && (p.after == "" || before[p.after].id != "") {
			list = append(list, Difference{What: p.what, Kind: "moved"})
		}
	}
	return list
}

// parts takes a form to pieces: its head, pages, questions and examples, each as lines of the notation without its own
// translations apart.
func parts(d *forms.Definition) []part {
	head := Clone(d)
	head.Pages, head.Examples, head.Version, head.PublishedOn = nil, nil, 0, ""
	list := []part{{id: "form", what: "Formulář", lines: text(head)}}
	last := ""
	for _, p := range d.Pages {
		own := p
		own.Fields = nil
		id := "page " + p.Code
		list = append(list, part{id, "Stránka " + p.Code, of(own), last})
		last = id
		var walk func(prefix string, fields []*forms.Field)
		walk = func(prefix string, fields []*forms.Field) {
			before := prefix
			for _, f := range fields {
				alone := *f
				alone.Fields = nil
				id := prefix + " / " + f.Name
				list = append(list, part{id, "Otázka " + strings.TrimPrefix(id, "page "), of(forms.PageDef{Fields: []*forms.Field{&alone}}), before})
				before = id
				walk(id, f.Fields)
			}
		}
		walk(id, p.Fields)
	}
	for _, e := range d.Examples {
		list = append(list, part{id: "example " + e.Name, what: "Příklad " + e.Name, lines: text(&forms.Definition{Examples: []forms.Example{e}})})
	}
	return list
}

// text are the lines of a definition without its heading.
func text(d *forms.Definition) []string {
	all := strings.Split(strings.TrimSpace(notation.Write(d)), "\n")
	return all[1:]
}

// of are the lines of a page alone.
func of(p forms.PageDef) []string {
	var kept []string
	for _, l := range text(&forms.Definition{Pages: []forms.PageDef{p}}) {
		if l != "" && !strings.HasPrefix(l, "# :") && !strings.HasPrefix(l, `# "": ""`) {
			kept = append(kept, l)
		}
	}
	return kept
}

// lines are the lines that only one of two lists has, in their order.
func lines(old, now []string) (removed, added []string) {
	count := map[string]int{}
	for _, l := range old {
		count[l]++
	}
	for _, l := range now {
		if count[l] > 0 {
			count[l]--
		} else {
			added = append(added, strings.TrimSpace(l))
		}
	}
	for i := len(old) - 1; i >= 0; i-- {
		if count[old[i]] > 0 {
			count[old[i]]--
			removed = append([]string{strings.TrimSpace(old[i])}, removed...)
		}
	}
	return removed, added
}
