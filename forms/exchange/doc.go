// Package exchange takes over forms of other systems: the JSON Schema forms of the city of Bratislava, Form.io forms as Open
// Forms (Netherlands) writes them, forms of the digital form builder (United Kingdom) and formcode (OneGov, Switzerland).
// It is pure and compiles to WebAssembly, as the engine does.
//
// [Import] reads one file and gives for each form in it a definition in our format, checked by our schema and by [forms.Parse].
// What cannot be carried over is listed with its place, never dropped silently; a condition that cannot be said
// is left out and its question is then always asked. Texts stay in the language of the source. All texts are plain: HTML is
// read, not kept. An imported form is a draft without an agenda: a person must look at it before it is offered.
package exchange

import (
	"fmt"
	"strings"

	"epom/forms"
)

// Systems whose forms can be taken over.
const (
	Bratislava = "bratislava" // JSON Schema with UI schema
	OpenForms  = "openforms"  // Form.io style
	GovUK      = "govuk"      // digital form builder
	Formcode   = "formcode"   // plain text
)

// Place is where something stands in a source file.
type Place struct {
	Path   string `json:"path,omitempty"`   // JSON pointer
	Line   int    `json:"line,omitempty"`   // from 1
	Column int    `json:"column,omitempty"` // from 1, in characters
}

func (p Place) String() string {
	s := fmt.Sprintf("řádek %d, sloupec %d", p.Line, p.Column)
	if p.Path != "" {
		s += ", " + p.Path
	}
	return s
}

// Error tells why a file cannot be imported. Messages are Czech: their readers make forms.
type Error struct {
	Place  Place
	Reason string
}

func (e *Error) Error() string {
	if e.Place.Line == 0 {
		return e.Reason
	}
	return e.Place.String() + ": " + e.Reason
}

// Note is one thing that was lost or changed on the way.
type Note struct {
	Kind string `json:"kind"` // field, condition, check, text, default, option, order, setting
	Name string `json:"name,omitempty"`
	Place
	Reason string `json:"reason"`
}

// Imported is one form taken over.
type Imported struct {
	Form       *forms.Form
	JSON       []byte // the definition
	Fields     int    // questions and notes of the source
	Conditions int    // conditions of the source
	Carried    int    // of both
	Dropped    []Note
	Changed    []Note

	draft *draft
}

// Import takes over the forms of one file. The name of the file helps where the form has no code of its own. The error
// is an *[Error].
func Import(system, name string, data []byte) ([]*Imported, error) {
	if len(data) > MaxFile {
		return nil, &Error{Reason: fmt.Sprintf("soubor je větší než %d MB, tak velký neumíme", MaxFile/1_000_000)}
	}
	read, ok := map[string]func(string, []byte) ([]*draft, error){
		Bratislava: readBratislava, OpenForms: readOpenForms, GovUK: readGovUK, Formcode: readFormcode,
	}[system]
	if !ok {
		return nil, &Error{Reason: "neznámý systém „" + short(system) + "“"}
	}
	drafts, err := read(baseName(name), data)
	if err != nil {
		return nil, err
	}
	if len(drafts) == 0 {
		return nil, &Error{Place: Place{Line: 1, Column: 1}, Reason: "v souboru není žádný formulář"}
	}
	for _, d := range drafts {
		if d.loose.Line > 0 {
			d.log.change("setting", "", d.loose, "soubor není přísný JSON: čárka před závorkou")
		}
	}
	list := make([]*Imported, len(drafts))
	for i, d := range drafts {
		if list[i], err = d.build(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// baseName is the name of a file without folders and ending.
func baseName(path string) string {
	path = path[strings.LastIndexAny(path, `/\`)+1:]
	name, _, _ := strings.Cut(path, ".")
	return name
}

func (n Note) String() string {
	s := n.Kind
	if n.Name != "" {
		s += " " + n.Name
	}
	if n.Line > 0 {
		s += " (" + n.Place.String() + ")"
	}
	return s + ": " + n.Reason
}
