package exchange

import (
	"bytes"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Limits of a file taken in. The largest known municipal form has 750 kB and 40 000 values.
const (
	MaxFile   = 8_000_000 // bytes, also of an unpacked archive
	maxValues = 300_000   // values of one file
	maxNested = 120       // arrays and objects inside one another
)

// jsonKind is the type of a value.
type jsonKind byte

const (
	isNull   jsonKind = 'n'
	isBool   jsonKind = 'b'
	isNumber jsonKind = '0'
	isString jsonKind = 's'
	isArray  jsonKind = '['
	isObject jsonKind = '{'
)

// value is a JSON value that knows where it stands and keeps the order of names, which is the order of questions.
// A nil value is one that is not there; all its methods answer with nothing.
type value struct {
	kind   jsonKind
	text   string // of a string; a number as written
	truth  bool
	names  []string
	items  []*value
	byName map[string]*value
	offset int
	up     *value
	name   string // in the object or the number in the array
	file   *jsonFile
}

type jsonFile struct {
	data   []byte
	prefix string // path of the string this document was written in
	base   *Place // its place
	loose  int    // offset of the first comma that strict JSON would refuse
	starts []int  // offsets of lines, found out when first asked for
}

// reader reads one JSON document.
type reader struct {
	file  *jsonFile
	at    int
	count int
}

// readJSON reads a document strictly but for a comma before a closing bracket, which some exports write.
func readJSON(data []byte) (*value, error) {
	return readInside(&jsonFile{data: data})
}

func readInside(file *jsonFile) (*value, error) {
	r := &reader{file: file}
	if bytes.HasPrefix(file.data, []byte("\ufeff")) {
		r.at = 3
	}
	if len(file.data) > MaxFile {
		return nil, &Error{Reason: fmt.Sprintf("soubor je větší než %d MB, tak velký neumíme", MaxFile/1_000_000)}
	}
	v, err := r.value(nil, "", 0)
	if err != nil {
		return nil, err
	}
	if r.space(); r.at < len(file.data) {
		return nil, r.fail("za koncem JSON ještě něco je")
	}
	return v, nil
}

func (r *reader) fail(format string, a ...any) error {
	return &Error{Place: r.file.place("", r.at), Reason: fmt.Sprintf(format, a...)}
}

func (r *reader) space() {
	for r.at < len(r.file.data) && strings.IndexByte(" \t\r\n", r.file.data[r.at]) >= 0 {
		r.at++
	}
}

func (r *reader) peek() byte {
	r.space()
	if r.at < len(r.file.data) {
		return r.file.data[r.at]
	}
	return 0
}

func (r *reader) value(up *value, name string, depth int) (*value, error) {
	c := r.peek()
	if r.count++; r.count > maxValues {
		return nil, r.fail("soubor má příliš mnoho hodnot (nejvýše %d)", maxValues)
	}
	if depth > maxNested {
		return nil, r.fail("hodnoty jsou do sebe vnořené příliš hluboko (nejvýše %d)", maxNested)
	}
	v := &value{offset: r.at, up: up, name: name, file: r.file}
	switch {
	case c == '{' || c == '[':
		v.kind = jsonKind(c)
		return v, r.inside(v, depth)
	case c == '"':
		v.kind = isString
		var err error
		v.text, err = r.str()
		return v, err
	case c == '-' || c >= '0' && c <= '9':
		v.kind = isNumber
		return v, r.number(v)
	}
	for _, w := range []string{"true", "false", "null"} {
		if bytes.HasPrefix(r.file.data[r.at:], []byte(w)) {
			r.at += len(w)
			v.kind, v.truth = isBool, w == "true"
			if w == "null" {
				v.kind = isNull
			}
			return v, nil
		}
	}
	if c == 0 {
		return nil, r.fail("soubor končí uprostřed")
	}
	return nil, r.fail("tady měla být hodnota JSON")
}

// inside reads the members of an object or an array.
func (r *reader) inside(v *value, depth int) error {
	end := byte(']')
	if v.kind == isObject {
		end, v.byName = '}', map[string]*value{}
	}
	r.at++
	for comma := false; ; comma = true {
		switch c := r.peek(); {
		case c == end:
			if comma && len(v.items) > 0 {
				if r.file.loose == 0 {
					r.file.loose = r.at
				}
			}
			r.at++
			return nil
		case comma && len(v.items) == 0, c == 0:
			return r.fail("soubor končí uprostřed nebo chybí závorka „%c“", end)
		}
		name := strconv.Itoa(len(v.items))
		if v.kind == isObject {
			var err error
			if r.peek() != '"' {
				return r.fail("tady mělo být jméno v uvozovkách")
			}
			if name, err = r.str(); err != nil {
				return err
			}
			if r.peek() != ':' {
				return r.fail("za jménem „%s“ chybí dvojtečka", short(name))
			}
			r.at++
			if v.byName[name] != nil {
				return r.fail("jméno „%s“ je v objektu dvakrát", short(name))
			}
		}
		item, err := r.value(v, name, depth+1)
		if err != nil {
			return err
		}
		if v.items = append(v.items, item); v.kind == isObject {
			v.names, v.byName[name] = append(v.names, name), item
		}
		switch c := r.peek(); c {
		case ',':
			r.at++
		case end:
			r.at++
			return nil
		default:
			return r.fail("tady měla být čárka nebo závorka „%c“", end)
		}
	}
}

func (r *reader) number(v *value) error {
	start := r.at
	for r.at < len(r.file.data) && strings.IndexByte("+-.eE0123456789", r.file.data[r.at]) >= 0 {
		r.at++
	}
	v.text = string(r.file.data[start:r.at])
	if _, err := strconv.ParseFloat(v.text, 64); err != nil {
		r.at = start
		return r.fail("tohle není číslo: %s", short(v.text))
	}
	return nil
}

func (r *reader) str() (string, error) {
	var b strings.Builder
	for r.at++; r.at < len(r.file.data); {
		c := r.file.data[r.at]
		switch {
		case c == '"':
			r.at++
			return strings.ToValidUTF8(b.String(), "\ufffd"), nil
		case c == '\\':
			if err := r.escape(&b); err != nil {
				return "", err
			}
		case c < ' ':
			return "", r.fail("v textu je řídicí znak, text má končit uvozovkou na témže řádku")
		default:
			b.WriteByte(c)
			r.at++
		}
	}
	return "", r.fail("soubor končí uprostřed textu")
}

func (r *reader) escape(b *strings.Builder) error {
	if r.at+1 >= len(r.file.data) {
		return r.fail("soubor končí uprostřed textu")
	}
	c := r.file.data[r.at+1]
	if i := strings.IndexByte(`"\/bfnrt`, c); i >= 0 {
		b.WriteByte("\"\\/\b\f\n\r\t"[i])
		r.at += 2
		return nil
	}
	unit := func(at int) (rune, bool) {
		if at+6 > len(r.file.data) || r.file.data[at] != '\\' || r.file.data[at+1] != 'u' {
			return 0, false
		}
		n, err := strconv.ParseUint(string(r.file.data[at+2:at+6]), 16, 32)
		return rune(n), err == nil
	}
	u, ok := unit(r.at)
	if !ok {
		return r.fail("v textu je neznámý znak za zpětným lomítkem")
	}
	r.at += 6
	if utf16.IsSurrogate(u) {
		if low, ok := unit(r.at); ok && utf16.DecodeRune(u, low) != utf8.RuneError {
			u = utf16.DecodeRune(u, low)
			r.at += 6
		}
	}
	b.WriteRune(u)
	return nil
}

// looseAt is the place of the first comma too many, if there is one.
func (f *jsonFile) looseAt() Place {
	if f == nil || f.loose == 0 {
		return Place{}
	}
	return f.place("", f.loose)
}

// place tells line and column (both from 1, columns in characters) of an offset.
func (f *jsonFile) place(path string, offset int) Place {
	if f.base != nil {
		return Place{Path: f.prefix + path, Line: f.base.Line, Column: f.base.Column}
	}
	if f.starts == nil {
		f.starts = []int{0}
		for i, c := range f.data {
			if c == '\n' {
				f.starts = append(f.starts, i+1)
			}
		}
	}
	offset = min(offset, len(f.data))
	row := sort.SearchInts(f.starts, offset+1) - 1
	return Place{Path: path, Line: row + 1, Column: utf8.RuneCount(f.data[f.starts[row]:offset]) + 1}
}
