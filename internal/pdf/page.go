package pdf

import (
	"fmt"
	"strings"
)

// PageBreak continues on a new page.
func (d *Doc) PageBreak() { d.newPage() }

func (d *Doc) newPage() {
	d.fp.AddPage()
	d.y = top
	if d.meta.Mark != "" {
		d.drawMark()
	}
}

// room answers the height left on the page.
func (d *Doc) room() float64 { return bottom - d.y }

// need breaks the page unless the height is free; on an empty page it never does.
func (d *Doc) need(height float64) {
	if d.room() < height && d.y > top {
		d.newPage()
	}
}

// space moves down, but never opens a page: space at the top of a page is dropped.
func (d *Doc) space(height float64) {
	if d.y > top {
		d.y += height
	}
}

// put draws one line of text with its baseline at y.
func (d *Doc) put(t text, from, to int, s style, x, y float64) {
	if to <= from {
		return
	}
	if page := d.fp.PageNo(); d.style.face != s.face || d.style.size != s.size || d.page != page {
		d.fp.SetFont("noto", s.face.style, s.size)
		d.page = page
	}
	if d.style.color != s.color {
		d.fp.SetTextColor(s.color.r, s.color.g, s.color.b)
	}
	d.style = s
	used := d.used[s.face]
	for _, r := range t.runes[from:to] {
		used[r] = true
	}
	actual, differs := t.actual(from, to)
	if differs {
		d.fp.RawWriteStr("/Span <</ActualText " + hexText(actual) + ">> BDC")
	}
	drawn := string(t.runes[from:to])
	if to < len(t.runes) && t.runes[to] == '\n' {
		drawn += " " // or the words of two lines would run together for readers that reflow the text
		used[' '] = true
	}
	d.fp.Text(x, y, drawn)
	if differs {
		d.fp.RawWriteStr("EMC")
	}
}

// baseline answers where the letters stand in a line whose top is y.
func (s style) baseline(y float64) float64 { return y + s.lead/2 + 0.36*s.size }

// fill paints a rectangle.
func (d *Doc) fill(x, y, w, h float64, c rgb) {
	d.fp.RawWriteStr(fmt.Sprintf("q %s rg %.2f %.2f %.2f %.2f re f Q", c.ops(), x, pageH-y-h, w, h))
}

// frame strokes a rectangle.
func (d *Doc) frame(x, y, w, h, width float64, c rgb) {
	d.fp.RawWriteStr(fmt.Sprintf("q %s RG %.2f w %.2f %.2f %.2f %.2f re S Q", c.ops(), width, x, pageH-y-h, w, h))
}

// rule strokes a level line.
func (d *Doc) rule(x1, x2, y, width float64, c rgb) {
	d.fp.RawWriteStr(fmt.Sprintf("q %s RG %.2f w %.2f %.2f m %.2f %.2f l S Q", c.ops(), width, x1, pageH-y, x2, pageH-y))
}

func (c rgb) ops() string {
	return fmt.Sprintf("%.3f %.3f %.3f", float64(c.r)/255, float64(c.g)/255, float64(c.b)/255)
}

// clip shortens a text to one line of at most width points.
func clip(s string, st style, width float64) (text, span) {
	t := newText(oneLine(s[:min(len(s), 2000)])) // no line holds more
	lines := t.wrap(st.face, st.size, width)
	if len(lines) > 1 {
		t = newText(string(t.runes[:max(0, lines[0].to-1)]) + "…")
		lines = t.wrap(st.face, st.size, width+st.size)
	}
	return t, lines[0]
}

// drawMark writes the warning: large and pale under the text, and readable in a band over it. The first band is
// content, so that it is read aloud once.
func (d *Doc) drawMark() {
	d.artifact("/Type/Background", func() { d.watermark() })
	const height = 18
	s := style{bold(), 9.5, height, alarm}
	t, l := clip(d.meta.Mark, s, bodyW-16)
	d.artifact("", func() { d.frame(left, d.y-height-8, bodyW, height, 0.8, alarm) })
	draw := func() { d.put(t, l.from, l.to, s, left+(bodyW-l.width)/2, s.baseline(d.y-height-8)) }
	if d.marked {
		d.artifact("/Type/Pagination", draw)
	} else {
		d.mark(d.root.child("P", ""), draw)
		d.marked = true
	}
	d.y += 4
}

// watermark sets the mark across the page. An empty ActualText keeps it out of copied text.
func (d *Doc) watermark() {
	s := style{bold(), 60, 60, pale}
	t, l := clip(d.meta.Mark, style{bold(), 6, 6, pale}, 1e4)
	s.size = min(60, 60*700/(l.width*10))
	width := l.width * s.size / 6
	const cos, sin = 0.5878, 0.8090 // 54°, the diagonal of A4
	d.fp.RawWriteStr(fmt.Sprintf("q %.4f %.4f %.4f %.4f %.2f %.2f cm /Span <</ActualText <FEFF>>> BDC",
		cos, sin, -sin, cos, pageW/2-cos*width/2, pageH/2-sin*width/2))
	d.put(t, l.from, l.to, s, 0, pageH)
	d.fp.RawWriteStr("EMC Q")
	d.page = 0 // the font was chosen inside q … Q
}

// pageOf is the words of the page number.
var pageOf = map[string]string{"cs": "strana %d z %d", "sk": "strana %d z %d", "uk": "сторінка %d з %d", "en": "page %d of %d"}

// runningHeads draws head and foot of every page, when their number is known.
func (d *Doc) runningHeads() {
	lang, _, _ := strings.Cut(strings.ToLower(d.meta.Lang), "-")
	words, ok := pageOf[lang]
	if !ok {
		words = pageOf["en"]
	}
	s, from := small(), small()
	from.face, from.color = bold(), ink
	aside := newRunning(d.meta.Aside, s, bodyW/2)
	header := newRunning(d.meta.Header, from, bodyW-aside.line.width-20)
	footer := newRunning(d.meta.Footer, s, bodyW-120)
	total := d.fp.PageCount()
	for n := 1; n <= total; n++ {
		d.fp.SetPage(n)
		if d.meta.Header != "" || d.meta.Aside != "" {
			d.artifact("/Type/Pagination/Subtype/Header", func() {
				d.ends(header, aside, 38)
				d.rule(left, right, 54, 0.6, hair)
			})
		}
		d.artifact("/Type/Pagination/Subtype/Footer", func() {
			d.rule(left, right, pageH-54, 0.6, hair)
			d.ends(footer, newRunning(fmt.Sprintf(words, n, total), s, 100), pageH-50)
		})
	}
}

// running is one end of a running head or foot.
type running struct {
	text  text
	line  span
	style style
}

func newRunning(s string, st style, width float64) running {
	t, l := clip(s, st, width)
	return running{t, l, st}
}

// ends draws one line with a text at either margin.
func (d *Doc) ends(a, b running, y float64) {
	d.put(b.text, b.line.from, b.line.to, b.style, right-b.line.width, b.style.baseline(y))
	d.put(a.text, a.line.from, a.line.to, a.style, left, a.style.baseline(y))
}

// stroke draws a thick short line, the arm of a cross.
func (d *Doc) stroke(x1, y1, x2, y2 float64) {
	d.fp.RawWriteStr(fmt.Sprintf("q %s RG 1.4 w %.2f %.2f m %.2f %.2f l S Q", ink.ops(), x1, pageH-y1, x2, pageH-y2))
}
