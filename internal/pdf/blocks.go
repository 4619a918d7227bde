package pdf

import (
	"strings"
)

// Heading writes a heading of level 1 (the document), 2 (a part) or 3. In the tags a level is never skipped. It stays
// on one page with the beginning of what follows.
func (d *Doc) Heading(level int, s string) {
	level = min(max(level, 1), 3)
	st, above, below := heading(level)
	d.level = min(level, d.level+1)
	t := newText(oneLine(s))
	lines := t.wrap(st.face, st.size, bodyW)
	d.need(above + below + float64(min(len(lines), 3))*st.lead + 4*body().lead)
	d.space(above)
	d.outline = append(d.outline, bookmark{d.level, d.fp.PageNo(), d.y, string(t.runes)})
	d.lines(d.root.child([]string{"H1", "H2", "H3"}[d.level-1], ""), t, lines, st, left)
	d.y += below
}

// Para writes a paragraph; an empty line in the text begins another one, a single line end stays a line end.
func (d *Doc) Para(s string) { d.paras(d.root, s, body(), left, bodyW, 8) }

// Small writes a paragraph in small grey letters: explanations, sources.
func (d *Doc) Small(s string) { d.paras(d.root, s, small(), left, bodyW, 6) }

func (d *Doc) paras(up *elem, s string, st style, x, width, below float64) {
	for _, p := range paragraphs(s) {
		t := newText(p)
		d.lines(up.child("P", ""), t, t.wrap(st.face, st.size, width), st, x)
		d.y += below
	}
}

// lines draws the lines of one element, over pages where needed, with no single line left alone on either side.
func (d *Doc) lines(e *elem, t text, lines []span, st style, x float64) {
	for len(lines) > 0 {
		n := d.fitting(len(lines), st.lead)
		if n == 0 {
			d.newPage()
			continue
		}
		d.mark(e, func() {
			for _, l := range lines[:n] {
				d.put(t, l.from, l.to, st, x, st.baseline(d.y))
				d.y += st.lead
			}
		})
		lines = lines[n:]
	}
}

// fitting answers how many of n lines go on this page.
func (d *Doc) fitting(n int, lead float64) int {
	fit := min(n, int((d.room()+0.01)/lead))
	if fit == n {
		return n
	}
	if n-fit == 1 {
		fit--
	}
	if fit < 2 && d.y > top+30 {
		return 0
	}
	return max(fit, 1)
}

// List writes items behind bullets.
func (d *Doc) List(items []string) {
	list := d.root.child("L", "/A<</O/List/ListNumbering/Disc>>")
	st := body()
	bullet := newText("•")
	for _, item := range items {
		t := newText(strings.TrimSpace(item))
		lines := t.wrap(st.face, st.size, bodyW-16)
		if d.fitting(len(lines), st.lead) == 0 {
			d.newPage()
		}
		li := list.child("LI", "")
		d.mark(li.child("Lbl", ""), func() { d.put(bullet, 0, 1, st, left+3, st.baseline(d.y)) })
		d.lines(li.child("LBody", ""), t, lines, st, left+16)
		d.y += 3
	}
	d.y += 5
}

// Note writes a text on a shaded ground with a bar at its left: what must not be overlooked.
func (d *Doc) Note(s string) {
	const pad, bar = 9, 3
	st := body()
	div := d.root.child("Div", "")
	d.space(4)
	for _, p := range paragraphs(s) {
		t := newText(p)
		lines := t.wrap(st.face, st.size, bodyW-2*pad-bar-3)
		e := div.child("P", "")
		for len(lines) > 0 {
			d.y += pad
			n := d.fitting(len(lines), st.lead)
			if n == 0 {
				d.newPage()
				continue
			}
			height := float64(n)*st.lead + 2*pad
			d.artifact("", func() {
				d.fill(left, d.y-pad, bodyW, height, shade)
				d.fill(left, d.y-pad, bar, height, accent)
			})
			d.lines(e, t, lines[:n], st, left+bar+pad+3)
			d.y += pad
			lines = lines[n:]
		}
	}
	d.y += 10
}

// Rule draws a line across the page; it is no content.
func (d *Doc) Rule() {
	d.need(20)
	d.space(8)
	d.artifact("", func() { d.rule(left, right, d.y, 0.6, line) })
	d.y += 12
}

// paragraphs splits at empty lines.
func paragraphs(s string) []string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	var out []string
	for p := range strings.SplitSeq(s, "\n\n") {
		if p = strings.Trim(p, "\n"); strings.TrimSpace(p) != "" {
			out = append(out, p)
		}
	}
	return out
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
