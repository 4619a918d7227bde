// Package edit is what an author does to a form: pages, questions and options added, moved, changed and removed, what is
// wrong with the form while it is being written, and how two versions differ. It is pure.
//
// Every operation works on a copy and answers it, so that undoing is going back to an earlier copy. A definition in work may
// be unfinished: no operation needs it to make sense; [Problems] says what is missing.
package edit

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"epom/forms"
	"epom/internal/errs"
)

// Limits of a form in work; those of a published one are in the schema.
const (
	maxPages  = 60
	maxFields = 200 // beside each other
	maxDepth  = 3   // of blocks in blocks
)

// Place is a page ("2") or a field of it ("2.0", in a block "2.0.1"): numbers from 0.
type Place []int

// ParsePlace reads a place; an empty text is the form itself.
func ParsePlace(s string) (Place, bool) {
	if s == "" {
		return nil, true
	}
	parts := strings.Split(s, ".")
	if len(parts) > maxDepth+2 {
		return nil, false
	}
	at := make(Place, len(parts))
	for i, p := range parts {
		n, err := strconv.Atoi(p)
		if err != nil || n < 0 || n > 10_000 {
			return nil, false
		}
		at[i] = n
	}
	return at, true
}

func (p Place) String() string {
	words := make([]string, len(p))
	for i, n := range p {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, ".")
}

// In is the place of the nth thing below.
func (p Place) In(n int) Place { return append(slices.Clone(p), n) }

// Up is the place this one lies in.
func (p Place) Up() Place { return slices.Clone(p[:max(0, len(p)-1)]) }

func (p Place) last() int { return p[len(p)-1] }

// gone answers an operation on a place that is not there: somebody else has changed the form meanwhile.
func gone() error {
	return errs.New(errs.Conflict, "Tato část formuláře už tu není. Formulář mezitím někdo změnil.")
}

// Clone is a deep copy of a definition.
func Clone(d *forms.Definition) *forms.Definition {
	b, err := json.Marshal(d)
	if err != nil {
		panic(err) // a definition always marshals: it was read from text
	}
	var c forms.Definition
	if err := json.Unmarshal(b, &c); err != nil {
		panic(err)
	}
	return &c
}

// fields is the list that holds the fields of a place: of a page or of a block.
func fields(d *forms.Definition, of Place) (*[]*forms.Field, bool) {
	if len(of) == 0 || of[0] >= len(d.Pages) {
		return nil, false
	}
	list := &d.Pages[of[0]].Fields
	for _, n := range of[1:] {
		if n >= len(*list) {
			return nil, false
		}
		list = &(*list)[n].Fields
	}
	return list, true
}

// Field finds the field of a place.
func Field(d *forms.Definition, at Place) (*forms.Field, bool) {
	if len(at) < 2 {
		return nil, false
	}
	list, ok := fields(d, at.Up())
	if !ok || at.last() >= len(*list) {
		return nil, false
	}
	return (*list)[at.last()], true
}

// Page finds the page of a place or the page a field stands on.
func Page(d *forms.Definition, at Place) (*forms.PageDef, bool) {
	if len(at) == 0 || at[0] >= len(d.Pages) {
		return nil, false
	}
	return &d.Pages[at[0]], true
}

// Walk visits all fields in the order of the form.
func Walk(d *forms.Definition, visit func(at Place, f *forms.Field)) {
	var walk func(at Place, list []*forms.Field)
	walk = func(at Place, list []*forms.Field) {
		for i, f := range list {
			visit(at.In(i), f)
			walk(at.In(i), f.Fields)
		}
	}
	for i, p := range d.Pages {
		walk(Place{i}, p.Fields)
	}
}

// block tells whether a kind holds fields of its own.
func block(kind string) bool { return kind == "repeat" || kind == "group" }
