// Package pdf sets documents for people: headings, paragraphs, label–value tables, lists, QR codes and empty forms for
// handwriting, as tagged PDF 1.7 files with embedded fonts and files.
//
// The files are designed for PDF/A-2a, and for PDF/A-3a once something is attached (ISO 19005-2, -3); no validator has
// certified them. The same calls with the same texts give the same bytes.
//
//	doc := pdf.New(pdf.Meta{Title: "Receipt 17", Lang: "en", Created: now})
//	doc.Heading(1, "Receipt")
//	doc.Rows([]pdf.Row{{Label: "Number", Value: "17"}})
//	data, err := doc.Bytes()
//
// Any text may be given: what the fonts cannot show is shown as "�" and kept for copying and reading aloud.
// Methods never fail one by one; the first error waits in Bytes.
package pdf

import (
	"bytes"
	"fmt"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// Meta describes a document. All but Title may be left empty.
type Meta struct {
	Title   string // shown by readers in place of the file name
	Author  string
	Subject string
	Lang    string    // BCP 47; "cs" when empty. Also the language of the page numbers: cs, uk, else English
	Created time.Time // no date is written when zero; the clock is never read
	Header  string    // running head, left: who the document comes from
	Aside   string    // running head, right: for example a reference number
	Footer  string    // running foot, left
	Mark    string    // a warning over every page, for example "zkušební – bez právních účinků"
}

// Doc is a document being written, from top to bottom. It is not safe for concurrent use.
type Doc struct {
	meta    Meta
	fp      *fpdf.Fpdf
	y       float64 // top of what comes next, points from the top of the page
	root    *elem
	marks   [][]*elem // per page: the element of each MCID
	used    map[*face]map[rune]bool
	style   style // what fpdf has selected
	page    int   // the page on which it was selected
	level   int   // of the last heading as tagged
	marked  bool  // Meta.Mark has been tagged
	files   []file
	links   []*link
	err     error
	outline []bookmark
}

// bookmark is a heading in the reader's side panel.
type bookmark struct {
	level, page int
	y           float64
	title       string
}

// zeroDate stands where fpdf would look at the clock.
var zeroDate = time.Unix(0, 0).UTC()

// New begins a document on A4 paper.
func New(meta Meta) *Doc {
	if meta.Lang == "" {
		meta.Lang = "cs"
	}
	d := &Doc{meta: meta, root: &elem{kind: "Document"}, used: map[*face]map[rune]bool{}}
	d.begin(pageW, pageH)
	d.newPage()
	return d
}

// Bytes finishes the document. Nothing may be added afterwards.
func (d *Doc) Bytes() ([]byte, error) {
	d.runningHeads()
	if d.err != nil {
		return nil, d.err
	}
	var raw bytes.Buffer
	if err := d.fp.Output(&raw); err != nil {
		return nil, fmt.Errorf("pdf: %w", err)
	}
	return d.finish(raw.Bytes())
}

// fail keeps the first error for Bytes.
func (d *Doc) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf("pdf: "+format, args...)
	}
}
