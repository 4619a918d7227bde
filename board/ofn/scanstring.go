package ofn

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// str reads a string; the cursor stands on its first quotation mark.
func (s *scanner) str() (string, *Error) {
	s.at++
	from := s.at
	for s.at < len(s.text) { // the common case: nothing to decode
		switch c := s.text[s.at]; {
		case c == '"':
			whole := s.text[from:s.at]
			s.at++
			return string(whole), nil
		case c == '\\':
			return s.escaped(from)
		case c < 0x20:
			return "", s.fail("control")
		case c < utf8.RuneSelf:
			s.at++
		default:
			_, size := utf8.DecodeRune(s.text[s.at:])
			if size == 1 {
				return "", s.fail("utf8")
			}
			s.at += size
		}
	}
	return "", s.fail("control")
}

func (s *scanner) escaped(from int) (string, *Error) {
	out := append([]byte(nil), s.text[from:s.at]...)
	for s.at < len(s.text) {
		switch c := s.text[s.at]; {
		case c == '"':
			s.at++
			return string(out), nil
		case c == '\\':
			r, e := s.escape()
			if e != nil {
				return "", e
			}
			out = utf8.AppendRune(out, r)
		case c < 0x20:
			return "", s.fail("control")
		default:
			r, size := utf8.DecodeRune(s.text[s.at:])
			if r == utf8.RuneError && size == 1 {
				return "", s.fail("utf8")
			}
			out = append(out, s.text[s.at:s.at+size]...)
			s.at += size
		}
	}
	return "", s.fail("control")
}

var escapes = map[byte]rune{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (s *scanner) escape() (rune, *Error) {
	start := s.at
	s.at++
	if s.at >= len(s.text) {
		return 0, s.fail("escape")
	}
	c := s.text[s.at]
	if c != 'u' {
		r, ok := escapes[c]
		if !ok {
			return 0, s.fail("escape")
		}
		s.at++
		return r, nil
	}
	s.at++
	r, e := s.hex()
	if e != nil {
		return 0, e
	}
	if r == 0 {
		return 0, fail(s.text, start, "nul", "")
	}
	if !utf16.IsSurrogate(r) {
		return r, nil
	}
	half := string(s.text[start:s.at])
	if bytes.HasPrefix(s.text[s.at:], []byte(`\u`)) {
		s.at += 2
		low, e := s.hex()
		if e != nil {
			return 0, e
		}
		if whole := utf16.DecodeRune(r, low); whole != utf8.RuneError {
			return whole, nil
		}
	}
	return 0, fail(s.text, start, "surrogate", half)
}

// hex reads four hexadecimal digits.
func (s *scanner) hex() (rune, *Error) {
	var r rune
	for range 4 {
		if s.at >= len(s.text) {
			return 0, s.fail("escape")
		}
		d, err := strconv.ParseUint(string(s.text[s.at]), 16, 8)
		if err != nil {
			return 0, s.fail("escape")
		}
		r = r<<4 | rune(d)
		s.at++
	}
	return r, nil
}
