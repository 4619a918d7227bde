package desk

import (
	"strings"

	"epom/board"
	"epom/internal/clock"
)

// Changes is what differs between two states of a posting, in plain words.
type Changes []Change

// Change is one differing thing; Was or Now may be empty.
type Change struct{ Label, Was, Now string }

// changes compares two contents field by field.
func (d *Desk) changes(was, now *board.Content) (list Changes) {
	add := func(label, a, b string) {
		if a != b {
			list = append(list, Change{label, a, b})
		}
	}
	kind := func(code string) string {
		if k, err := d.Law.Kind(code, clock.Date(d.Clock.Now())); err == nil {
			return k.Name
		}
		return code
	}
	approved := func(c *board.Content) string {
		if c.ApprovedOn == nil {
			return ""
		}
		return czech(*c.ApprovedOn)
	}
	places := func(c *board.Content) string {
		var names []string
		for _, p := range c.Places.V {
			names = append(names, p.Name)
		}
		return strings.Join(names, ", ")
	}
	add("Druh", kind(was.Kind), kind(now.Kind))
	add("Název", was.Title, now.Title)
	add("Text", was.Text, now.Text)
	add("Vydal", was.Issuer, now.Issuer)
	add("Číslo jednací", was.ReferenceNumber, now.ReferenceNumber)
	add("Spisová značka", was.FileMark, now.FileMark)
	add("Agendy", strings.Join(was.Agendas.V, ", "), strings.Join(now.Agendas.V, ", "))
	add("Schváleno", approved(was), approved(now))
	add("Místa", places(was), places(now))
	add("Odkaz", was.Link, now.Link)
	return append(list, fileChanges(was.Files, now.Files)...)
}

// fileChanges tells files taken away and added; one of the same name and other content was replaced.
func fileChanges(was, now []board.File) (list Changes) {
	in := func(files []board.File, f board.File) (same, named bool) {
		for _, x := range files {
			named = named || x.Name == f.Name
			same = same || x.Name == f.Name && x.SHA256 == f.SHA256 && x.URL == f.URL
		}
		return same, named
	}
	for _, f := range was {
		if same, named := in(now, f); !same && named {
			list = append(list, Change{"Soubor", f.Name, f.Name + " (nový obsah)"})
		} else if !same {
			list = append(list, Change{Label: "Soubor", Was: f.Name})
		}
	}
	for _, f := range now {
		if same, named := in(was, f); !same && !named {
			list = append(list, Change{Label: "Soubor", Now: f.Name})
		}
	}
	return list
}
