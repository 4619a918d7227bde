// Package pack makes packages for the archive (SIP): METS 1.12 with the description of the national standard (NSESSS, version 4)
// and the transaction logs of all entities, beside the files. One package holds a case file with all that belongs to it.
package pack

import (
	"bufio"
	"io"
	"strings"
	"unicode/utf8"
)

// element is a piece of XML on its way out; names carry their prefixes.
type element struct {
	name  string
	attrs []string // name, value, …
	text  string
	kids  []*element
}

// el makes an element with children; nil ones are left out.
func el(name string, kids ...*element) *element { return (&element{name: name}).add(kids...) }

// txt makes an element with text.
func txt(name, text string) *element { return &element{name: name, text: text} }

// opt is txt when there is a text, nil otherwise.
func opt(name, text string) *element {
	if text == "" {
		return nil
	}
	return txt(name, text)
}

func (e *element) with(attrs ...string) *element { e.attrs = append(e.attrs, attrs...); return e }

func (e *element) add(kids ...*element) *element {
	for _, k := range kids {
		if k != nil {
			e.kids = append(e.kids, k)
		}
	}
	return e
}

// write puts out the whole document.
func (e *element) write(w io.Writer) error {
	b := bufio.NewWriter(w)
	_, _ = b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	e.put(b)
	return b.Flush()
}

func (e *element) put(b *bufio.Writer) {
	_, _ = b.WriteString("<" + e.name)
	for i := 0; i+1 < len(e.attrs); i += 2 {
		_, _ = b.WriteString(" " + e.attrs[i] + `="`)
		escape(b, e.attrs[i+1], true)
		_ = b.WriteByte('"')
	}
	if e.text == "" && len(e.kids) == 0 {
		_, _ = b.WriteString("/>\n")
		return
	}
	_ = b.WriteByte('>')
	escape(b, e.text, false)
	if len(e.kids) > 0 {
		_ = b.WriteByte('\n')
	}
	for _, k := range e.kids {
		k.put(b)
	}
	_, _ = b.WriteString("</" + e.name + ">\n")
}

// escape writes text; what XML cannot hold becomes the sign of a missing letter.
func escape(b *bufio.Writer, s string, attr bool) {
	for _, r := range s {
		switch {
		case r == '&':
			_, _ = b.WriteString("&amp;")
		case r == '<':
			_, _ = b.WriteString("&lt;")
		case r == '>':
			_, _ = b.WriteString("&gt;")
		case r == '"' && attr:
			_, _ = b.WriteString("&quot;")
		case (r == '\n' || r == '\t') && !attr:
			_, _ = b.WriteRune(r)
		case r < ' ', r == 0xFFFE, r == 0xFFFF:
			_, _ = b.WriteRune(utf8.RuneError)
		default:
			_, _ = b.WriteRune(r)
		}
	}
}

// cut shortens a text to n letters and puts it on one line.
func cut(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// or is the first text that is not empty.
func or(texts ...string) string {
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" {
			return t
		}
	}
	return ""
}
