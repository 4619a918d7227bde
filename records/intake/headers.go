package intake

import (
	"bytes"
	"io"
	"mime"
	"net/mail"
	"net/textproto"
	"strings"

	"golang.org/x/net/html/charset"
)

// headers are the header lines of a message as they came, unfolded. The library's own would refuse some that mail
// programs take.
type headers []struct{ name, value string }

// headBytes bounds the header that is read: a thousand recipients take some 100 kB.
const headBytes = 4 << 20

func newHeaders(data []byte) (h headers) {
	head, _ := split(unmbox(data))
	for _, line := range bytes.Split(head[:min(len(head), headBytes)], []byte("\n")) {
		line = bytes.TrimRight(line, "\r")
		if len(line) > 0 && (line[0] == ' ' || line[0] == '\t') && len(h) > 0 {
			h[len(h)-1].value += " " + strings.TrimSpace(string(line))
			continue
		}
		if name, value, ok := strings.Cut(string(line), ":"); ok && !strings.ContainsAny(strings.TrimSpace(name), " \t") {
			h = append(h, struct{ name, value string }{textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name)), strings.TrimSpace(value)})
		}
	}
	return h
}

// split divides a message at its first empty line.
func split(data []byte) (head, body []byte) {
	for i := 0; i < len(data); {
		end := bytes.IndexByte(data[i:], '\n')
		if end < 0 {
			break
		}
		if line := bytes.TrimRight(data[i:i+end], "\r"); len(line) == 0 && i > 0 {
			return data[:i], data[i+end+1:]
		}
		i += end + 1
	}
	return data, nil
}

// raw is the first line of a name, undecoded.
func (h headers) raw(name string) string {
	for _, l := range h {
		if strings.EqualFold(l.name, name) {
			return l.value
		}
	}
	return ""
}

var words = mime.WordDecoder{CharsetReader: func(label string, in io.Reader) (io.Reader, error) { return charset.NewReaderLabel(label, in) }}

// text is the first line of a name, decoded. 8-bit text without a declared charset is UTF-8, or else Windows-1250.
func (h headers) text(name string) string { return decodeWords(h.raw(name)) }

func decodeWords(s string) string {
	s = string(toUTF8([]byte(s), "", false))
	if out, err := words.DecodeHeader(s); err == nil {
		return strings.ToValidUTF8(out, "\uFFFD")
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// first is the first address of the first of the named headers that has one.
func (h headers) first(names ...string) (a mail.Address) {
	for _, n := range names {
		line := h.raw(n)
		if line == "" {
			continue
		}
		parser := mail.AddressParser{WordDecoder: &words}
		if list, err := parser.ParseList(string(toUTF8([]byte(line), "", false))); err == nil && len(list) > 0 {
			return *list[0]
		}
		if a = lenient(decodeWords(line)); a.Address != "" {
			return a
		}
	}
	return a
}

// lenient finds a name and an address in what is no list of addresses by the rules.
func lenient(s string) (a mail.Address) {
	if i, j := strings.LastIndexByte(s, '<'), strings.LastIndexByte(s, '>'); i >= 0 && j > i {
		return mail.Address{Name: strings.Trim(strings.TrimSpace(s[:i]), `"' `), Address: strings.TrimSpace(s[i+1 : j])}
	}
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" \t,;\"()", r) }) {
		if at := strings.IndexByte(w, '@'); at > 0 && at < len(w)-1 {
			return mail.Address{Address: w}
		}
	}
	return a
}

// count says how many addresses the lines of a name hold, however they are written.
func (h headers) count(name string) (n int) {
	for _, l := range h {
		if strings.EqualFold(l.name, name) {
			n += max(strings.Count(l.value, "@"), min(len(l.value), 1))
		}
	}
	return n
}
