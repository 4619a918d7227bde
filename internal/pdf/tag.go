package pdf

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// elem is one node of the structure tree (ISO 32000-1, 14.7).
type elem struct {
	kind  string // standard structure type: P, H1, Table, TR, …
	attrs string // raw entries such as /A<</O/Table/Scope/Row>>
	alt   string
	kids  []kid
	num   int // object number, set by the finisher
}

// kid is an element, a link or a piece of marked content on a page.
type kid struct {
	el   *elem
	link *link
	page int
	mcid int
}

func (e *elem) child(kind, attrs string) *elem {
	c := &elem{kind: kind, attrs: attrs}
	e.adopt(c)
	return c
}

func (e *elem) adopt(c *elem) { e.kids = append(e.kids, kid{el: c}) }

// mark draws content that belongs to the element. It must not break the page.
func (d *Doc) mark(e *elem, draw func()) {
	page := d.fp.PageNo()
	for len(d.marks) < page {
		d.marks = append(d.marks, nil)
	}
	mcid := len(d.marks[page-1])
	d.marks[page-1] = append(d.marks[page-1], e)
	e.kids = append(e.kids, kid{page: page, mcid: mcid})
	d.fp.RawWriteStr(fmt.Sprintf("/%s <</MCID %d>> BDC", e.kind, mcid))
	draw()
	d.fp.RawWriteStr("EMC")
}

// artifact draws what is no content: rules, frames, running heads. props may be empty.
func (d *Doc) artifact(props string, draw func()) {
	if props == "" {
		d.fp.RawWriteStr("/Artifact BMC")
	} else {
		d.fp.RawWriteStr("/Artifact <<" + props + ">> BDC")
	}
	draw()
	d.fp.RawWriteStr("EMC")
}

// hexText writes a PDF text string as UTF-16BE in hexadecimal form: nothing to escape.
func hexText(s string) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	b.WriteByte('>')
	return b.String()
}
