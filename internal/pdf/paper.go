package pdf

import (
	"math"
	"strings"
)

// Box is one choice beside a tick box.
type Box struct {
	Text    string
	Checked bool
}

// Blank is one place to be filled in by hand. Share divides the line among neighbours; zero counts as one.
type Blank struct {
	Label string
	Share float64
}

const (
	writingH   = 8.5 * mm // room for handwriting above a line
	tickSize   = 10.0
	mostBeside = 8 // lines of a label; longer ones get the whole width
)

// Blanks draws writing lines side by side, each with its label above.
func (d *Doc) Blanks(blanks ...Blank) {
	if len(blanks) == 0 {
		return
	}
	st := small()
	free, shares := bodyW-float64(len(blanks)-1)*cellGap, 0.0
	for i := range blanks {
		if blanks[i].Share <= 0 {
			blanks[i].Share = 1
		}
		shares += blanks[i].Share
	}
	cells, deepest, x := make([]*cell, len(blanks)), 0, float64(left)
	for i, b := range blanks {
		w := free * b.Share / shares
		cells[i] = newCell(&elem{kind: "P"}, oneLine(b.Label), st, x, w, false)
		deepest = max(deepest, len(cells[i].lines))
		x += w + cellGap
	}
	if deepest > mostBeside {
		for _, b := range blanks {
			d.Lines(b.Label, 1)
		}
		return
	}
	height := float64(deepest) * st.lead
	d.need(height + writingH + 11)
	for _, c := range cells {
		d.root.adopt(c.el)
		c.draw(d, d.y+height-float64(len(c.lines))*st.lead, len(c.lines))
		d.artifact("", func() { d.rule(c.x, c.x+c.w, d.y+height+writingH, 0.7, line) })
	}
	d.y += height + writingH + 11
}

// Lines draws n writing lines over the whole width below a label. They go on over the page.
func (d *Doc) Lines(s string, n int) {
	st := small()
	t := newText(oneLine(s))
	lines := t.wrap(st.face, st.size, bodyW)
	d.need(float64(len(lines))*st.lead + writingH + 6)
	if len(t.runes) > 0 {
		d.lines(d.root.child("P", ""), t, lines, st, left)
	}
	for range n {
		d.need(writingH + 6)
		d.artifact("", func() { d.rule(left, right, d.y+writingH, 0.7, line) })
		d.y += writingH
	}
	d.y += 6
}

// Comb draws a label and n boxes for one character each: numbers that must be read without doubt.
func (d *Doc) Comb(s string, n int) {
	const side = 6 * mm
	st := small()
	t := newText(oneLine(s))
	lines := t.wrap(st.face, st.size, bodyW)
	n = min(n, int(math.Floor(bodyW/side)))
	d.need(float64(len(lines))*st.lead + side + 16)
	d.lines(d.root.child("P", ""), t, lines, st, left)
	d.y += 4
	d.artifact("", func() {
		for i := range n {
			d.frame(left+float64(i)*side, d.y, side, side*1.15, 0.7, line)
		}
	})
	d.y += side*1.15 + 10
}

// Boxes draws a label and choices with tick boxes, checked ones crossed.
func (d *Doc) Boxes(s string, choices []Box) {
	ls, st := small(), body()
	t := newText(oneLine(s))
	lines := t.wrap(ls.face, ls.size, bodyW)
	d.need(float64(len(lines))*ls.lead + 2*st.lead)
	if len(t.runes) > 0 {
		d.lines(d.root.child("P", ""), t, lines, ls, left)
		d.y += 3
	}
	list := d.root.child("L", "")
	for _, c := range choices {
		t := newText(strings.TrimSpace(c.Text))
		lines := t.wrap(st.face, st.size, bodyW-18)
		if d.fitting(len(lines), st.lead) == 0 {
			d.newPage()
		}
		li := list.child("LI", "")
		d.tick(li.child("Lbl", ""), c.Checked)
		d.lines(li.child("LBody", ""), t, lines, st, left+18)
		d.y += 3
	}
	d.y += 7
}

// tick draws one box as what it means: ☐ or ☒.
func (d *Doc) tick(e *elem, checked bool) {
	means := "☐"
	if checked {
		means = "☒"
	}
	e.attrs = "/ActualText" + hexText(means)
	x, y := float64(left), d.y+(body().lead-tickSize)/2
	d.mark(e, func() {
		d.frame(x, y, tickSize, tickSize, 0.8, ink)
		if checked {
			d.stroke(x+2, y+2, x+tickSize-2, y+tickSize-2)
			d.stroke(x+tickSize-2, y+2, x+2, y+tickSize-2)
		}
	})
}

// Sign draws places for signatures side by side, each with its caption below the line.
func (d *Doc) Sign(captions ...string) {
	if len(captions) == 0 {
		return
	}
	const height = 18 * mm
	st := small()
	w := (bodyW - float64(len(captions)-1)*2*cellGap) / float64(len(captions))
	cells, deepest := make([]*cell, len(captions)), 0
	for i, s := range captions {
		cells[i] = newCell(&elem{kind: "P"}, oneLine(s), st, left+float64(i)*(w+2*cellGap), w, false)
		deepest = max(deepest, len(cells[i].lines))
	}
	if deepest > mostBeside {
		for _, s := range captions {
			d.Lines(s, 1)
		}
		return
	}
	d.need(height + 3 + float64(deepest)*st.lead)
	d.y += height
	for _, c := range cells {
		d.root.adopt(c.el)
		d.artifact("", func() { d.rule(c.x, c.x+w, d.y, 0.7, line) })
		c.draw(d, d.y+3, len(c.lines))
	}
	d.y += 3 + float64(deepest)*st.lead + 10
}
