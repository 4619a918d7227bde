package pdf

import (
	"bytes"
	"errors"
	"strconv"
	"unicode/utf16"
)

// The values of a PDF file (ISO 32000-1, 7.3) as far as reading attachments needs them: name, ref, dict, []any,
// []byte for strings, float64, bool, nil and operator for any other word.
type (
	name     string
	operator string
	ref      struct{ num int }
	dict     map[name]any
)

// Bounds that no honest object passes.
const (
	depthLimit = 50
	valueLimit = 300_000
)

var errSyntax = errors.New("pdf: not a readable object")

// scanner reads values from bytes that may hold anything.
type scanner struct {
	data  []byte
	pos   int
	count int // values read
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func isDelimiter(c byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 }

func (s *scanner) skipSpace() {
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; {
		case isSpace(c):
			s.pos++
		case c == '%':
			for s.pos < len(s.data) && s.data[s.pos] != '\n' && s.data[s.pos] != '\r' {
				s.pos++
			}
		default:
			return
		}
	}
}

func (s *scanner) at(token string) bool { return bytes.HasPrefix(s.data[s.pos:], []byte(token)) }

// word reads up to the next space or delimiter.
func (s *scanner) word() string {
	from := s.pos
	for s.pos < len(s.data) && !isSpace(s.data[s.pos]) && !isDelimiter(s.data[s.pos]) {
		s.pos++
	}
	return string(s.data[from:s.pos])
}

func (s *scanner) value(depth int) (any, error) {
	s.skipSpace()
	s.count++
	if s.pos >= len(s.data) || depth > depthLimit || s.count > valueLimit {
		return nil, errSyntax
	}
	switch {
	case s.at("<<"):
		s.pos += 2
		return s.dict(depth + 1)
	case s.at("<"):
		s.pos++
		return s.hex()
	case s.at("("):
		s.pos++
		return s.literal()
	case s.at("["):
		s.pos++
		return s.array(depth + 1)
	case s.at("/"):
		s.pos++
		return s.name(), nil
	}
	w := s.word()
	switch w {
	case "":
		return nil, errSyntax
	case "true", "false":
		return w == "true", nil
	case "null":
		return nil, nil
	}
	number, err := strconv.ParseFloat(w, 64)
	if err != nil {
		return operator(w), nil
	}
	return s.maybeRef(number), nil
}

// maybeRef looks whether "generation R" follows an integer.
func (s *scanner) maybeRef(number float64) any {
	num := int(number)
	if float64(num) != number || num < 0 {
		return number
	}
	back := s.pos
	s.skipSpace()
	if gen := s.word(); gen != "" && len(gen) <= 5 {
		if _, err := strconv.Atoi(gen); err == nil {
			s.skipSpace()
			if s.word() == "R" {
				return ref{num}
			}
		}
	}
	s.pos = back
	return number
}

func (s *scanner) dict(depth int) (any, error) {
	d := dict{}
	for {
		s.skipSpace()
		if s.at(">>") {
			s.pos += 2
			return d, nil
		}
		if !s.at("/") {
			return nil, errSyntax
		}
		s.pos++
		key := s.name()
		value, err := s.value(depth)
		if err != nil {
			return nil, err
		}
		d[key] = value
	}
}

func (s *scanner) array(depth int) (any, error) {
	var list []any
	for {
		s.skipSpace()
		if s.at("]") {
			s.pos++
			return list, nil
		}
		value, err := s.value(depth)
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
}

func (s *scanner) name() name {
	raw := s.word()
	var b []byte
	for i := 0; i < len(raw); i++ {
		if raw[i] == '#' && i+2 < len(raw) {
			if v, err := strconv.ParseUint(raw[i+1:i+3], 16, 8); err == nil {
				b, i = append(b, byte(v)), i+2
				continue
			}
		}
		b = append(b, raw[i])
	}
	return name(b)
}

func (s *scanner) hex() (any, error) {
	out, half, have := []byte{}, byte(0), false
	for ; s.pos < len(s.data); s.pos++ {
		c := s.data[s.pos]
		digit := bytes.IndexByte([]byte("0123456789abcdef"), c|0x20)
		switch {
		case c == '>':
			s.pos++
			if have {
				out = append(out, half<<4)
			}
			return out, nil
		case isSpace(c):
		case digit < 0:
			return nil, errSyntax
		case have:
			out, have = append(out, half<<4|byte(digit)), false
		default:
			half, have = byte(digit), true
		}
	}
	return nil, errSyntax
}

// literal reads a string in parentheses with its escapes.
func (s *scanner) literal() (any, error) {
	out, open := []byte{}, 1
	for ; s.pos < len(s.data); s.pos++ {
		c := s.data[s.pos]
		switch c {
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				s.pos++
				return out, nil
			}
		case '\\':
			if s.pos+1 < len(s.data) {
				out = append(out, s.escaped()...)
			}
			continue
		}
		out = append(out, c)
	}
	return nil, errSyntax
}

// escaped reads what follows a backslash and stays on its last byte.
func (s *scanner) escaped() []byte {
	s.pos++
	c := s.data[s.pos]
	if i := bytes.IndexByte([]byte("nrtbf"), c); i >= 0 {
		return []byte{"\n\r\t\b\f"[i]}
	}
	if c == '\r' && s.pos+1 < len(s.data) && s.data[s.pos+1] == '\n' {
		s.pos++
		return nil
	}
	if c == '\n' || c == '\r' {
		return nil
	}
	if c < '0' || c > '7' {
		return []byte{c}
	}
	v := 0
	for n := 0; n < 3 && s.pos < len(s.data) && s.data[s.pos] >= '0' && s.data[s.pos] <= '7'; n++ {
		v = v<<3 | int(s.data[s.pos]-'0')
		s.pos++
	}
	s.pos--
	return []byte{byte(v)}
}

// textString decodes a PDF text string: UTF-16 or UTF-8 with a byte order mark, else single bytes.
func textString(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte{0xFE, 0xFF}), bytes.HasPrefix(b, []byte{0xFF, 0xFE}):
		hi, lo := 0, 1
		if b[0] == 0xFF {
			hi, lo = 1, 0
		}
		var units []uint16
		for i := 2; i+1 < len(b); i += 2 {
			units = append(units, uint16(b[i+hi])<<8|uint16(b[i+lo]))
		}
		return string(utf16.Decode(units))
	case bytes.HasPrefix(b, []byte{0xEF, 0xBB, 0xBF}):
		return string(bytes.ToValidUTF8(b[3:], []byte("\uFFFD")))
	}
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}
