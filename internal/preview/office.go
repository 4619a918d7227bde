package preview

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Bounds against archives and XML made to fill the memory.
const (
	directoryMax = 4 << 20 // bytes read for an archive's list of files
	tokenMax     = 1 << 20 // bytes between two marks of XML
)

// parts are the files of a document that hold its text: ODF, Word, presentations, sheets.
var parts = regexp.MustCompile(`^(content\.xml|word/document\.xml|ppt/slides/slide\d{1,4}\.xml|xl/sharedStrings\.xml)$`)

// office takes the text of an OpenDocument or Office Open XML file: a ZIP archive with XML.
func (j *job) office() error {
	source := &budget{r: j.file, left: directoryMax}
	archive, err := zip.NewReader(source, j.size)
	if source.left < 0 {
		return TooLarge
	} else if err != nil {
		return Broken
	}
	source.left = 2*j.size + 1<<20 // each part once
	var texts []*zip.File
	for _, f := range archive.File {
		switch {
		case f.Name == "META-INF/manifest.xml" && encrypted(f):
			return Encrypted
		case parts.MatchString(f.Name):
			texts = append(texts, f)
		}
	}
	if len(texts) == 0 {
		return Broken
	}
	slices.SortFunc(texts, func(a, b *zip.File) int { return number(a.Name) - number(b.Name) })
	text, left := &strings.Builder{}, j.limits.Unpacked
	for _, f := range texts {
		if err = j.readPart(f, text, &left); err != nil || text.Len() > j.limits.Text {
			break
		}
	}
	j.keep(text.String())
	return err
}

// number is the number of a slide.
func number(name string) int {
	n, _ := strconv.Atoi(strings.Trim(name, "abcdefghijklmnopqrstuvwxyzS/.")) // others have none: 0
	return n
}

// encrypted says whether the manifest of an ODF document names keys (OpenDocument 1.3, part 2, chapter 4).
func encrypted(f *zip.File) bool {
	r, err := f.Open()
	if err != nil {
		return false
	}
	defer r.Close()
	b, _ := io.ReadAll(io.LimitReader(r, 1<<20)) // what cannot be read names none
	return bytes.Contains(b, []byte("encryption-data")) || bytes.Contains(b, []byte("encrypted-key"))
}

// readPart adds the text of one part, until there is enough of it.
func (j *job) readPart(f *zip.File, text *strings.Builder, left *int64) error {
	packed, err := f.Open()
	if err != nil {
		return Broken
	}
	defer packed.Close()
	r := &marks{r: &timed{j.ctx, packed}, left: left}
	d := xml.NewDecoder(r)
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errors.New("these formats are UTF-8") }
	for w := (writer{text: text}); text.Len() <= j.limits.Text; {
		t, err := d.RawToken() // keeps no stack that nesting could fill
		switch {
		case err == io.EOF:
			return nil
		case r.over:
			return TooLarge
		case err != nil:
			return Broken
		}
		w.token(t)
	}
	return nil
}

// writer takes the text out of the marks of both formats. Prefixes are those that all writers use: RawToken does not
// translate them.
type writer struct {
	text    *strings.Builder
	depth   int // of elements that hold text
	skipped int // depth within what a reader of the document does not see
}

// unseen are deleted and noted things: they must not come out with the text.
var unseen = []xml.Name{{Space: "text", Local: "tracked-changes"}, {Space: "office", Local: "annotation"},
	{Space: "presentation", Local: "notes"}, {Space: "mc", Local: "Fallback"}, {Space: "", Local: "rPh"}}

func (w *writer) token(t xml.Token) {
	switch t := t.(type) {
	case xml.StartElement:
		if w.skipped > 0 || slices.Contains(unseen, t.Name) {
			w.skipped++
			return
		}
		w.open(t.Name)
	case xml.EndElement:
		if w.skipped > 0 {
			w.skipped--
			return
		}
		w.close(t.Name)
	case xml.CharData:
		if w.depth > 0 && w.skipped == 0 {
			w.text.Write(t)
		}
	}
}

func (w *writer) open(n xml.Name) {
	switch {
	case run(n) || paragraph(n):
		w.depth++
	case n.Space == "text" && n.Local == "s" || n.Local == "tab":
		w.text.WriteByte(' ')
	case n.Local == "line-break" || n.Local == "br":
		w.text.WriteByte('\n')
	}
}

func (w *writer) close(n xml.Name) {
	if run(n) || paragraph(n) {
		w.depth = max(w.depth-1, 0)
	}
	if paragraph(n) || n.Local == "p" && (n.Space == "w" || n.Space == "a") || n.Local == "si" {
		w.text.WriteByte('\n')
	}
}

// run is an element of Office Open XML that holds text; its paragraphs hold runs.
func run(n xml.Name) bool {
	return n.Local == "t" && (n.Space == "w" || n.Space == "a" || n.Space == "")
}

// paragraph is an element of ODF that holds text, with spans inside.
func paragraph(n xml.Name) bool { return n.Space == "text" && (n.Local == "p" || n.Local == "h") }

// budget reads an archive until more was read than any honest one needs.
type budget struct {
	r    io.ReaderAt
	left int64
}

func (b *budget) ReadAt(p []byte, at int64) (int, error) {
	n, err := b.r.ReadAt(p, at)
	if b.left -= int64(n); b.left < 0 {
		return 0, TooLarge
	}
	return n, err
}

// marks reads XML until there is too much of it, or too long a run without a mark, which a decoder would hold in memory.
type marks struct {
	r    io.Reader
	left *int64
	run  int
	over bool
}

func (m *marks) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	*m.left -= int64(n)
	if last := bytes.LastIndexByte(p[:n], '<'); last >= 0 {
		m.run = n - last
	} else {
		m.run += n
	}
	if *m.left < 0 || m.run > tokenMax {
		m.over = true
		return 0, TooLarge
	}
	return n, err
}
