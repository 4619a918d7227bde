package pdf

import (
	"fmt"
	"strings"
)

// link is one line of a clickable text.
type link struct {
	page       int
	x, y, w, h float64 // y from the top
	url, text  string
	el         *elem
	num        int // object number, set by the finisher
}

// Link writes a paragraph that opens an address: http, https, mailto or tel. With any other address it is a plain
// paragraph. On paper only the text remains, so the text should hold the address or be beside it.
func (d *Doc) Link(s, url string) {
	st := body()
	t := newText(oneLine(s))
	lines := t.wrap(st.face, st.size, bodyW)
	e := d.root.child("P", "")
	if opens(url) && len(t.runes) > 0 {
		e, st.color = e.child("Link", ""), accent
	}
	for _, l := range lines {
		d.need(st.lead)
		top, page := d.y, d.fp.PageNo()
		d.lines(e, t, []span{l}, st, left)
		if e.kind == "Link" {
			at := &link{page: page, x: left, y: top, w: l.width, h: st.lead, url: url, text: plain(s), el: e}
			d.links = append(d.links, at)
			e.kids = append(e.kids, kid{link: at})
		}
	}
	d.y += 8
}

// opens: an address that a reader may follow without harm, in characters that need no escaping.
func opens(url string) bool {
	for _, r := range url {
		if r <= ' ' || r > '~' || strings.ContainsRune(`()\<>`, r) {
			return false
		}
	}
	for _, scheme := range []string{"https://", "http://", "mailto:", "tel:"} {
		if strings.HasPrefix(url, scheme) {
			return true
		}
	}
	return false
}

// reserveLinks numbers the links and answers the annotations of each page.
func (d *Doc) reserveLinks(o *output) map[int]string {
	annots := map[int]string{}
	for _, l := range d.links {
		l.num = o.reserve()
		annots[l.page] += fmt.Sprintf("%d 0 R ", l.num)
	}
	return annots
}

// writeLinks writes the annotations; their keys in the parent tree follow those of the pages.
func (d *Doc) writeLinks(o *output) {
	for i, l := range d.links {
		o.write(l.num, fmt.Sprintf("<</Type/Annot/Subtype/Link/F 4/Border[0 0 0]/Rect[%.2f %.2f %.2f %.2f]/P %d 0 R"+
			"/Contents%s/A<</S/URI/URI(%s)>>/StructParent %d>>", l.x, pageH-l.y-l.h, l.x+l.w, pageH-l.y, pageObject(l.page),
			hexText(l.text), l.url, d.fp.PageCount()+i))
	}
}
