package ofn

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// sqlRow is one row of an INSERT: its values by column; nulls have none.
type sqlRow struct {
	table  string
	at     int
	values map[string]string
}

// sqlReader reads INSERT INTO table (columns) VALUES (…), (…); and nothing else. Other statements are passed over and said.
type sqlReader struct {
	locator
	at   int // hides the locator's
	rows []sqlRow
	left []Fault
}

// inserts reads all rows of a text.
func inserts(text []byte) ([]sqlRow, []Fault, *Error) {
	if i := invalidUTF8(text); i >= 0 {
		return nil, nil, fail(text, i, "utf8", "")
	}
	s := &sqlReader{locator: locator{text: text}}
	if bytes.HasPrefix(text, []byte(bom)) {
		s.at = len(bom)
	}
	for s.space(); s.at < len(s.text); s.space() {
		at := s.at
		if s.keyword("insert") && s.keyword("into") {
			if e := s.insert(); e != nil {
				return nil, nil, e
			}
			continue
		}
		s.at = at
		if e := s.pass(); e != nil {
			return nil, nil, e
		}
	}
	return s.rows, s.left, nil
}

func invalidUTF8(text []byte) int {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// space skips white space and comments.
func (s *sqlReader) space() {
	for s.at < len(s.text) {
		rest := s.text[s.at:]
		switch {
		case rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\n' || rest[0] == '\r':
			s.at++
		case bytes.HasPrefix(rest, []byte("--")):
			s.until("\n")
		case bytes.HasPrefix(rest, []byte("/*")):
			s.until("*/")
		default:
			return
		}
	}
}

func (s *sqlReader) until(mark string) {
	if i := bytes.Index(s.text[s.at:], []byte(mark)); i >= 0 {
		s.at += i + len(mark)
	} else {
		s.at = len(s.text)
	}
}

func (s *sqlReader) fail(what string) *Error {
	if s.at >= len(s.text) {
		return fail(s.text, s.at, "truncated", "")
	}
	return fail(s.text, s.at, "table", what+", je zde "+seen(s.text, s.at))
}

// keyword takes a word regardless of case.
func (s *sqlReader) keyword(word string) bool {
	s.space()
	end := s.at + len(word)
	if end > len(s.text) || !strings.EqualFold(string(s.text[s.at:end]), word) || end < len(s.text) && isName(s.text[end]) {
		return false
	}
	s.at = end
	return true
}

func isName(c byte) bool {
	return c == '_' || c == '.' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf
}

func (s *sqlReader) mark(c byte) bool {
	s.space()
	if s.at < len(s.text) && s.text[s.at] == c {
		s.at++
		return true
	}
	return false
}

// name reads a name of a table or column, bare or in quotes of any kind.
func (s *sqlReader) name() (string, *Error) {
	s.space()
	if s.at < len(s.text) && (s.text[s.at] == '"' || s.text[s.at] == '`') {
		quote := s.text[s.at]
		from := s.at + 1
		for s.at++; s.at < len(s.text) && s.text[s.at] != quote; s.at++ {
		}
		if s.at == len(s.text) {
			return "", s.fail("")
		}
		s.at++
		return string(s.text[from : s.at-1]), nil
	}
	from := s.at
	for s.at < len(s.text) && isName(s.text[s.at]) {
		s.at++
	}
	if s.at == from {
		return "", s.fail("čeká se název")
	}
	return string(s.text[from:s.at]), nil
}

func (s *sqlReader) insert() *Error {
	table, e := s.name()
	if e != nil {
		return e
	}
	if !s.mark('(') {
		return s.fail("čeká se závorka se sloupci")
	}
	var columns []string
	for {
		column, e := s.name()
		if e != nil {
			return e
		}
		columns = append(columns, column)
		if s.mark(')') {
			break
		}
		if !s.mark(',') {
			return s.fail("mezi sloupci se čeká čárka")
		}
	}
	if !s.keyword("values") {
		return s.fail("čeká se slovo VALUES")
	}
	for {
		if e := s.row(table, columns); e != nil {
			return e
		}
		if s.mark(';') {
			return nil
		}
		if s.space(); s.at == len(s.text) {
			return nil // the last semicolon may be missing
		}
		if !s.mark(',') {
			return s.fail("mezi řádky se čeká čárka")
		}
	}
}

func (s *sqlReader) row(table string, columns []string) *Error {
	s.space()
	r := sqlRow{table: table, at: s.at, values: make(map[string]string, len(columns))}
	if !s.mark('(') {
		return s.fail("čeká se závorka s hodnotami")
	}
	for i, column := range columns {
		if i > 0 && !s.mark(',') {
			return s.fail("mezi hodnotami se čeká čárka")
		}
		text, null, e := s.value()
		if e != nil {
			return e
		}
		if !null {
			r.values[column] = text
		}
	}
	if !s.mark(')') {
		return s.fail("hodnot je jiný počet než sloupců")
	}
	s.rows = append(s.rows, r)
	return nil
}

// value reads a text in single quotes (” is a quote in it), a number, a word, or NULL.
func (s *sqlReader) value() (text string, null bool, e *Error) {
	s.space()
	if s.at < len(s.text) && s.text[s.at] == '\'' {
		var out strings.Builder
		for s.at++; s.at < len(s.text); s.at++ {
			if s.text[s.at] != '\'' {
				out.WriteByte(s.text[s.at])
				continue
			}
			if s.at++; s.at == len(s.text) || s.text[s.at] != '\'' {
				return out.String(), false, nil
			}
			out.WriteByte('\'')
		}
		return "", false, s.fail("")
	}
	from := s.at
	for s.at < len(s.text) && (isName(s.text[s.at]) || s.text[s.at] == '-' || s.text[s.at] == '+') {
		s.at++
	}
	if s.at == from {
		return "", false, s.fail("čeká se hodnota")
	}
	text = string(s.text[from:s.at])
	return text, strings.EqualFold(text, "null"), nil
}

// pass skips one statement that is no INSERT.
func (s *sqlReader) pass() *Error {
	line, column := s.position(s.at)
	from := s.at
	for s.at < len(s.text) && s.text[s.at] != ';' {
		if s.text[s.at] == '\'' {
			if _, _, e := s.value(); e != nil {
				return e
			}
			continue
		}
		s.at++
	}
	word, _, _ := strings.Cut(string(s.text[from:s.at]), " ")
	s.at = min(s.at+1, len(s.text))
	s.left = append(s.left, Fault{Line: line, Column: column, Notice: -1, Text: "Příkaz „" + tidy(word) + "“ není INSERT, vynechán."})
	return nil
}

// readSQL makes notices of articles (HTML texts) and of attachments (addresses of pages, files and pictures): tables that
// have id, a name or title, and pub_date. Rows of other tables are left out and said.
func readSQL(text []byte, o Options) (*Import, error) {
	rows, left, e := inserts(text)
	if e != nil {
		return nil, e
	}
	b := o.board()
	in := &Import{Boards: []*Board{b}, LeftOut: left}
	places := locator{text: text}
	for _, r := range rows {
		line, column := places.position(r.at)
		at := Fault{Path: r.table, Line: line, Column: column, Notice: len(b.Notices)}
		a := r.values
		name := pull(a, "title") + pull(a, "name")
		if a["id"] == "" || name == "" {
			at.Text, at.Notice = "Řádek nemá id a název, vynechán.", -1
			in.LeftOut = append(in.LeftOut, at)
			continue
		}
		n := Notice{}
		n.IRI, n.Name = o.iri(LayoutSQL, a["id"]), Czech(name)
		term(b, &n, at, pull(a, "pub_date"), "")
		if category := pull(a, "category"); category != "" {
			n.Agendas = []Agenda{NewAgenda(category)}
		}
		if content, ok := a["content"]; ok {
			n.describe(content, o)
			delete(a, "content")
		}
		if page := pull(a, "content_url"); fileType(page) != "" {
			n.Documents = append(n.Documents, NewDocument(name, o.resolve(page), fileType(page)))
		} else if page != "" {
			n.URL = o.resolve(page)
		}
		if picture := pull(a, "image_url"); picture != "" {
			n.Attachments = append(n.Attachments, NewDocument("", o.resolve(picture), fileType(picture)))
		}
		for key, value := range a {
			n.keep(key, value)
		}
		b.Notices = append(b.Notices, n)
	}
	return in, nil
}
