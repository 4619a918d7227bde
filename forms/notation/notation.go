// Package notation is the plain text a clerk types a form in: every definition can be written as text and read back
// without loss. It is pure.
//
// A form is a heading, its properties, pages and examples; what belongs to something stands below it, two spaces in:
//
//	formulář hlaseni-zavady, verze 1
//	Název: Hlášení závady
//	  en: Report a fault
//	Popis: Nesvítí lampa? Napište nám, kde.
//	Agenda: hlaseni-zavady
//	Příslušnost: place-of-event
//	Místo je v: misto
//	Věc: "Závada – " + misto.text
//
//	# misto: Kde to je
//	misto (adresa) *: Místo závady
//	  Nápověda: Stačí ulice a číslo nejbližšího domu.
//	druh (výběr): Co se rozbilo
//	  - lampa: Veřejné osvětlení
//	  - cesta: Chodník nebo silnice
//	popis (dlouhý text): Popište závadu
//	  Povinné, když: druh == "cesta"
//
// A star says that an answer is required. A value that begins with a quotation mark is a JSON string; a value of more
// lines goes on below after a bar:
//
//	Popis: První řádek
//	  | druhý řádek
//
// Words of the notation stand above; those of properties are listed by form.go and page.go. They may be typed in small letters and without diacritics.
package notation

import (
	"fmt"
	"strings"

	"epom/forms"
)

// Limits of a text, so that reading takes a bounded time.
const (
	maxBytes = 4_000_000
	maxDepth = 16
	maxLines = 200_000
	maxFault = 50 // faults listed
)

// Fault is what is wrong at a place of a text; lines and columns count from 1, columns in characters. The message is
// Czech and says what to do.
type Fault struct {
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"`
}

func (f Fault) String() string {
	return fmt.Sprintf("řádek %d, znak %d: %s", f.Line, f.Column, f.Message)
}

// Error is the answer of Read to a text that cannot be read: every fault in one run.
type Error struct{ Faults []Fault }

func (e *Error) Error() string {
	lines := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		lines[i] = f.String()
	}
	return "zápis formuláře má chyby:\n" + strings.Join(lines, "\n")
}

// Read makes a definition of a text. It reads what the text says; whether the form makes sense tells forms.Check. Its
// error is a *[Error].
func Read(text string) (*forms.Definition, error) {
	r := &reader{}
	root := r.lines(text)
	d := &forms.Definition{Pages: []forms.PageDef{}}
	if root != nil {
		r.form(d, root)
	}
	if len(r.faults) > 0 {
		return nil, &Error{r.faults}
	}
	return d, nil
}

// Write makes the text of a definition: always the same for the same definition.
func Write(d *forms.Definition) string {
	w := &writer{}
	w.form(d)
	return w.out.String()
}

// Is tells whether a file holds the notation rather than JSON.
func Is(text string) bool {
	first, _, _ := strings.Cut(strings.TrimLeft(strings.TrimPrefix(text, "\ufeff"), " \t\r\n"), "\n")
	word, _, _ := strings.Cut(first, " ")
	return same(word, "formulář")
}
