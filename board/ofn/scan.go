package ofn

import (
	"bytes"
	"io"
	"strconv"
	"unicode/utf8"
)

// Limits of what is read. A board of 30,000 notices fits in.
const (
	DefaultLimit = 64 << 20 // bytes
	maxDepth     = 64
	maxValues    = 1_500_000
)

// value is one JSON value with its place in the text. A list has vals; an object has keys and vals; a string
// and a number have their text.
type value struct {
	kind     byte // '{' '[' '"' '0' (number) 't' 'f' 'n'
	from, to int
	text     string
	keys     []string
	vals     []value
}

func (v *value) get(key string) *value {
	for i, k := range v.keys {
		if k == key {
			return &v.vals[i]
		}
	}
	return nil
}

// slurp reads at most limit bytes (0 = DefaultLimit).
func slurp(r io.Reader, limit int64) ([]byte, error) {
	if limit <= 0 {
		limit = DefaultLimit
	}
	text, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(text)) > limit {
		return nil, fail(nil, 0, "large", strconv.FormatInt(limit, 10)+" B")
	}
	return text, nil
}

// scanner reads strict JSON (RFC 8259); a lenient one forgives a comma before a closing bracket and says so in mended.
type scanner struct {
	text    []byte
	at      int
	values  int
	lenient bool
	mended  []Fault
	places  locator
}

// scan reads the whole text as one value.
func scan(text []byte) (value, *Error) {
	s := scanner{text: text}
	return s.document()
}

func (s *scanner) document() (value, *Error) {
	if e := notJSON(s.text); e != nil {
		return value{}, e
	}
	s.at += len(s.text) - len(bytes.TrimPrefix(s.text, []byte(bom)))
	s.space()
	if s.at == len(s.text) {
		return value{}, fail(s.text, s.at, "empty", "")
	}
	v, e := s.value(0)
	if e != nil {
		return value{}, e
	}
	if s.space(); s.at < len(s.text) {
		return value{}, fail(s.text, s.at, "trailing", seen(s.text, s.at))
	}
	return v, nil
}

// notJSON recognises the usual things sent in place of data.
func notJSON(text []byte) *Error {
	head := bytes.TrimSpace(bytes.TrimPrefix(text[:min(len(text), 512)], []byte(bom)))
	switch lower := bytes.ToLower(head); {
	case bytes.HasPrefix(text, []byte{0xff, 0xfe}), bytes.HasPrefix(text, []byte{0xfe, 0xff}):
		return fail(text, 0, "utf16", "")
	case bytes.HasPrefix(lower, []byte("<?xml")) && !bytes.Contains(lower, []byte("<html")):
		return fail(text, 0, "xml", "")
	case bytes.HasPrefix(lower, []byte("<")):
		return fail(text, 0, "html", "")
	}
	return nil
}

func (s *scanner) space() {
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

func (s *scanner) fail(code string) *Error {
	if s.at >= len(s.text) {
		return fail(s.text, s.at, "truncated", "")
	}
	if r, size := utf8.DecodeRune(s.text[s.at:]); r == utf8.RuneError && size == 1 {
		return fail(s.text, s.at, "utf8", "")
	}
	return fail(s.text, s.at, code, seen(s.text, s.at))
}

func (s *scanner) value(depth int) (value, *Error) {
	if s.at >= len(s.text) {
		return value{}, s.fail("value")
	}
	if s.values++; s.values > maxValues {
		return value{}, fail(s.text, s.at, "many", strconv.Itoa(maxValues))
	}
	v := value{kind: s.text[s.at], from: s.at}
	var e *Error
	switch c := s.text[s.at]; {
	case c == '{' || c == '[':
		if depth == maxDepth {
			return value{}, fail(s.text, s.at, "deep", strconv.Itoa(maxDepth))
		}
		e = s.whole(&v, depth+1)
	case c == '"':
		v.text, e = s.str()
	case c == '-' || c >= '0' && c <= '9':
		v.kind = '0'
		e = s.number()
		v.text = string(s.text[v.from:s.at])
	case c == 't':
		e = s.word("true")
	case c == 'f':
		e = s.word("false")
	case c == 'n':
		e = s.word("null")
	default:
		e = s.fail("value")
	}
	v.to = s.at
	return v, e
}

// whole reads an object or a list.
func (s *scanner) whole(v *value, depth int) *Error {
	closing := byte(']')
	if v.kind == '{' {
		closing = '}'
	}
	s.at++
	var known map[string]bool // only for large objects
	for first := true; ; first = false {
		s.space()
		if s.at < len(s.text) && s.text[s.at] == closing && first {
			s.at++
			return nil
		}
		if !first {
			if s.at >= len(s.text) {
				return s.fail("comma")
			}
			if s.text[s.at] == closing {
				s.at++
				return nil
			}
			if s.text[s.at] != ',' {
				return s.fail("comma")
			}
			comma := s.at
			s.at++
			if s.space(); s.at < len(s.text) && s.text[s.at] == closing {
				if !s.lenient {
					return fail(s.text, comma, "surplus", "")
				}
				s.mend(comma, reasons["surplus"][0])
				s.at++
				return nil
			}
		}
		if v.kind == '{' {
			if e := s.key(v, &known); e != nil {
				return e
			}
		}
		inner, e := s.value(depth)
		if e != nil {
			return e
		}
		v.vals = append(v.vals, inner)
	}
}

func (s *scanner) key(v *value, known *map[string]bool) *Error {
	if s.at >= len(s.text) || s.text[s.at] != '"' {
		return s.fail("key")
	}
	at := s.at
	key, e := s.str()
	if e != nil {
		return e
	}
	if len(v.keys) < 32 {
		for _, k := range v.keys {
			if k == key {
				return fail(s.text, at, "duplicate", "„"+key+"“")
			}
		}
	} else {
		if *known == nil {
			*known = make(map[string]bool, 64)
			for _, k := range v.keys {
				(*known)[k] = true
			}
		}
		if (*known)[key] {
			return fail(s.text, at, "duplicate", "„"+key+"“")
		}
		(*known)[key] = true
	}
	v.keys = append(v.keys, key)
	if s.space(); s.at >= len(s.text) || s.text[s.at] != ':' {
		return s.fail("colon")
	}
	s.at++
	s.space()
	return nil
}

func (s *scanner) mend(at int, text string) {
	s.places.text = s.text
	line, column := s.places.position(at)
	s.mended = append(s.mended, Fault{Line: line, Column: column, Text: text, Notice: -1})
}

func (s *scanner) word(w string) *Error {
	for i := range len(w) {
		if s.at >= len(s.text) || s.text[s.at] != w[i] {
			return s.fail("value")
		}
		s.at++
	}
	return nil
}

// number checks -?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?
func (s *scanner) number() *Error {
	start := s.at
	digits := func() bool {
		from := s.at
		for s.at < len(s.text) && s.text[s.at] >= '0' && s.text[s.at] <= '9' {
			s.at++
		}
		return s.at > from
	}
	has := func(set string) bool {
		if s.at < len(s.text) && bytes.IndexByte([]byte(set), s.text[s.at]) >= 0 {
			s.at++
			return true
		}
		return false
	}
	has("-")
	ok := has("0") || digits()
	if ok && has(".") {
		ok = digits()
	}
	if ok && has("eE") {
		has("+-")
		ok = digits()
	}
	if !ok {
		if s.at >= len(s.text) {
			return s.fail("number")
		}
		return fail(s.text, start, "number", "")
	}
	return nil
}
