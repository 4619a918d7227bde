package forms

import "time"

// Setting is everything a run takes from outside, so that the same answers on the same day always give the same.
type Setting struct {
	Today time.Time // only its date in its own location counts: pass local (Prague) time
	Lang  Lang
	// Params are the office's values for Definition.Parameters; missing ones read as zero.
	Params map[string]any
	// Gazetteer recognises places; nil leaves what the form sent.
	Gazetteer Gazetteer
}

// Gazetteer knows places. The engine asks it only while parsing a page, never while validating.
type Gazetteer interface {
	// Address gives the address point of that RÚIAN code.
	Address(adm int64) (Address, bool)
	// Municipality gives the municipality of that code.
	Municipality(code int64) (Municipality, bool)
	// MunicipalitiesNamed finds all municipalities of that name, whatever its case and diacritics.
	MunicipalitiesNamed(name string) []Municipality
}

// Address is an address picked from the register (Adm ≠ 0) or typed by hand.
type Address struct {
	Adm          int64        `json:"adm,omitempty"` // code of the address point
	Text         string       `json:"text,omitempty"`
	Street       string       `json:"street,omitempty"`
	Number       string       `json:"number,omitempty"` // "666/12a", "č. ev. 5"
	Part         string       `json:"part,omitempty"`   // city part when it differs from the municipality
	Zip          string       `json:"zip,omitempty"`    // five digits
	Municipality Municipality `json:"municipality,omitzero"`
}

// Municipality is a municipality by its ČÚZK/ČSÚ code; code 0 = typed and not recognised.
type Municipality struct {
	Code int64  `json:"code,omitempty"`
	Name string `json:"name,omitempty"`
	// District tells namesakes apart in a choice; never stored in answers.
	District string `json:"-"`
}

// Place is what the router needs to know about where a submission belongs.
type Place struct {
	Key          string // Locality.Key
	Level        string // "obec", "orp", "kraj" when the form asks for the addressed office; else ""
	Path         string // of the deciding answer
	Adm          int64
	Municipality Municipality
	Text         string // one line to show
}

// Applicant is who submits, gathered from the answers named in Definition.Applicant.
type Applicant struct {
	Given, Family, Born   string // natural person; Born is an ISO date
	Company, ICO          string // legal person or business
	Address               Address
	Email, Phone, Databox string
}

// Name is how the applicant is called in lists.
func (a Applicant) Name() string {
	switch {
	case a.Company != "":
		return a.Company
	case a.Given != "" && a.Family != "":
		return a.Given + " " + a.Family
	}
	return a.Given + a.Family
}

// FileRef is a stored file as answers keep it.
type FileRef struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Size int64  `json:"size"`
	Type string `json:"type"`
}

// Act is a button other than "continue".
type Act struct {
	Kind string // "", "add", "remove", "find", "refresh", "ares"
	Path string // "stromy", "stromy.1", "misto"
}

// Parsed is one page taken in.
type Parsed struct {
	Answers  Answers   // all answers with this page's replaced, right or wrong
	Findings []Finding // of this page
	Act      Act
	// Choices: namesakes of a typed municipality, by the field's path; give them to ViewExtras.
	Choices map[string][]Option
}

// Valid tells that nothing stops going on to the next page.
func (p Parsed) Valid() bool { return !hasErrors(p.Findings) }

// Section is one page of a summary.
type Section struct {
	Code  string // of the page, for "change"
	Title string
	Rows  []Row
}

// Row is one answer in plain text. Depth 1 rows belong to the item named by the last heading row (Value empty).
type Row struct {
	Path      string
	ID        string // of the input, for "change"
	Label     string
	Value     string
	Depth     int
	Sensitive bool
	Files     []FileRef
}
