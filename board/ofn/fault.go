package ofn

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Error says why a text was not read and where: lines and columns from one, columns in characters.
type Error struct {
	Line, Column int
	Code         string // "control", "truncated"…, for programs
	Reason       string // a Czech sentence
	English      string // the same in English
}

func (e *Error) Error() string {
	return fmt.Sprintf("řádek %d, sloupec %d: %s", e.Line, e.Column, e.Reason)
}

// Fault is one thing that does not follow the norm, or one that was mended or left out. Path is a JSON pointer
// ("/informace/3/vyvěšení"). Line and Column are zero where the text is not known. Notice is the index in "informace", or -1.
type Fault struct {
	Path         string
	Line, Column int
	Text         string // a Czech sentence
	Notice       int
}

func (f Fault) String() string {
	where := ""
	if f.Line > 0 {
		where = fmt.Sprintf("řádek %d, sloupec %d: ", f.Line, f.Column)
	}
	if f.Path != "" {
		where += f.Path + ": "
	}
	return where + f.Text
}

// reasons are the sentences of errors: Czech, English. A %s is filled in by the place of the error.
var reasons = map[string][2]string{
	"empty":     {"Soubor je prázdný.", "The file is empty."},
	"large":     {"Soubor je větší, než je dovoleno (%s).", "The file is larger than allowed (%s)."},
	"deep":      {"Hodnoty jsou do sebe vnořeny příliš hluboko (více než %s úrovní).", "Values are nested too deeply (more than %s levels)."},
	"many":      {"Soubor má příliš mnoho hodnot (více než %s).", "The file has too many values (more than %s)."},
	"html":      {"Místo dat je zde webová stránka (HTML).", "There is a web page (HTML) in place of data."},
	"xml":       {"Místo JSON je zde XML.", "There is XML in place of JSON."},
	"utf8":      {"Znak není v kódování UTF-8.", "A character is not in UTF-8."},
	"utf16":     {"Soubor je v kódování UTF-16, má být v UTF-8.", "The file is in UTF-16, it should be in UTF-8."},
	"control":   {"Uvnitř textu v uvozovkách je řídicí znak (%s), který tam být nesmí.", "There is a control character (%s) inside a quoted text."},
	"nul":       {"Text obsahuje znak NUL (\\u0000), který nelze uložit.", "The text holds the character NUL (\\u0000), which cannot be stored."},
	"surrogate": {"Text obsahuje jen polovinu znaku (%s).", "The text holds half of a character (%s)."},
	"escape":    {"Za zpětným lomítkem je nedovolený znak (%s).", "A character that is not allowed follows a backslash (%s)."},
	"truncated": {"Soubor končí uprostřed, zbytek chybí.", "The file ends in the middle, the rest is missing."},
	"trailing":  {"Za koncem dat je ještě něco navíc (%s).", "Something follows the end of the data (%s)."},
	"key":       {"Čeká se název v uvozovkách, je zde %s.", "A quoted name is expected, here is %s."},
	"colon":     {"Za názvem chybí dvojtečka, je zde %s.", "A colon is missing after the name, here is %s."},
	"comma":     {"Chybí čárka nebo závorka, je zde %s.", "A comma or a bracket is missing, here is %s."},
	"surplus":   {"Před závorkou je čárka navíc.", "There is a superfluous comma before the bracket."},
	"value":     {"Čeká se hodnota, je zde %s.", "A value is expected, here is %s."},
	"number":    {"Číslo není zapsáno správně.", "The number is not written correctly."},
	"duplicate": {"Název %s je v jednom celku dvakrát.", "The name %s is twice in one whole."},
	"object":    {"Úřední deska má být celek ve složených závorkách.", "A board should be one whole in curly brackets."},
	"table":     {"Tabulka nemá očekávanou podobu: %s.", "The table is not as expected: %s."},
	"markup":    {"XML není zapsáno správně: %s.", "The XML is not written correctly: %s."},
	"archive":   {"Archiv nelze přečíst: %s.", "The archive cannot be read: %s."},
	"layout":    {"Podobu souboru neznáme.", "The layout of the file is not known."},
}

// fail makes the error at a place of a text.
func fail(text []byte, at int, code, with string) *Error {
	line, column := position(text, at)
	r := reasons[code]
	e := &Error{Line: line, Column: column, Code: code, Reason: r[0], English: r[1]}
	if strings.Contains(r[0], "%s") {
		e.Reason, e.English = fmt.Sprintf(r[0], with), fmt.Sprintf(r[1], with)
	}
	return e
}

// position counts lines and characters up to a byte; a byte order mark is no character.
func position(text []byte, at int) (line, column int) {
	return (&locator{text: text}).position(at)
}

// locator finds positions in one text; those that follow each other cost no second reading.
type locator struct {
	text         []byte
	at           int
	line, column int // before the byte, from zero
}

func (l *locator) position(at int) (line, column int) {
	at = min(at, len(l.text))
	if at < l.at {
		l.at, l.line, l.column = 0, 0, 0
	}
	if l.at == 0 && at > 0 && bytes.HasPrefix(l.text, []byte(bom)) {
		l.at = min(len(bom), at)
	}
	part := l.text[l.at:at]
	if n := bytes.Count(part, []byte{'\n'}); n > 0 {
		l.line += n
		l.column = 0
		part = part[bytes.LastIndexByte(part, '\n')+1:]
	}
	l.column += utf8.RuneCount(part)
	l.at = at
	return l.line + 1, l.column + 1
}

const bom = "\ufeff"

// seen names the character at a place, for a sentence.
func seen(text []byte, at int) string {
	if at >= len(text) {
		return "konec"
	}
	r, _ := utf8.DecodeRune(text[at:])
	if r < 0x20 || r == 0x7f {
		return fmt.Sprintf("U+%04X", r)
	}
	return "„" + string(r) + "“"
}
