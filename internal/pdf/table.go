package pdf

// Row is one line of a two-column table.
type Row struct{ Label, Value string }

// Col is one column of a table. Share divides the width; when every share is zero, the content does. Right sets
// numbers flush right.
type Col struct {
	Title string
	Share float64
	Right bool
}

// Cols makes plain columns from titles.
func Cols(titles ...string) []Col {
	cols := make([]Col, len(titles))
	for i, t := range titles {
		cols[i].Title = t
	}
	return cols
}

const (
	cellPad   = 5.0 // above and below the text of a cell
	cellGap   = 12.0
	labelW    = 0.34 * bodyW
	emptyCell = "–"
)

// cell is the rest of one cell that is still to be drawn.
type cell struct {
	el    *elem // nil for a repeated head, which is no content
	text  text
	lines []span
	st    style
	x, w  float64
	right bool
	base  float64 // baseline below the top of the line; row makes it the same for all
}

func newCell(el *elem, s string, st style, x, w float64, right bool) *cell {
	if oneLine(s) == "" && el != nil && el.kind == "TD" {
		s = emptyCell
	}
	t := newText(s)
	return &cell{el, t, t.wrap(st.face, st.size, w), st, x, w, right, st.baseline(0)}
}

// Rows writes label and value side by side. An empty value is shown as "–". A value that does not fit goes on over
// the page.
func (d *Doc) Rows(rows []Row) {
	if len(rows) == 0 {
		return
	}
	d.need(3 * body().lead)
	table := d.root.child("Table", "")
	d.artifact("", func() { d.rule(left, right, d.y, 0.6, hair) })
	for _, r := range rows {
		tr := table.child("TR", "")
		d.row([]*cell{
			newCell(tr.child("TH", "/A<</O/Table/Scope/Row>>"), r.Label, label(), left, labelW-cellGap, false),
			newCell(tr.child("TD", ""), r.Value, body(), left+labelW, bodyW-labelW, false),
		}, nil)
	}
	d.y += 8
}

// Table writes a table with a head, which is repeated on every page. Missing cells are empty, surplus ones are left out.
func (d *Doc) Table(head []Col, rows [][]string) {
	if len(head) == 0 {
		return
	}
	st, hs := body(), style{bold(), 9, 13, ink}
	st.size, st.lead = 9.5, 13
	widths := columnWidths(head, rows, st, hs)
	drawHead := func(tr *elem) {
		cells, x := make([]*cell, len(head)), float64(left)
		for i, c := range head {
			var el *elem
			if tr != nil {
				el = tr.child("TH", "/A<</O/Table/Scope/Column>>")
			}
			cells[i] = newCell(el, c.Title, hs, x, widths[i], c.Right)
			x += widths[i] + cellGap
		}
		d.row(cells, nil)
		d.artifact("", func() { d.rule(left, right, d.y, 0.9, line) })
	}
	d.need(6 * st.lead)
	table := d.root.child("Table", "")
	before := d.y
	drawHead(table.child("THead", "").child("TR", ""))
	repeat := func() { drawHead(nil) }
	if d.y < before || d.y-before > 100 {
		repeat = nil // a head that leaves no room for rows
	}
	tbody := table.child("TBody", "")
	for _, r := range rows {
		tr := tbody.child("TR", "")
		cells, x := make([]*cell, len(head)), float64(left)
		for i, c := range head {
			value := ""
			if i < len(r) {
				value = r[i]
			}
			cells[i] = newCell(tr.child("TD", ""), value, st, x, widths[i], c.Right)
			x += widths[i] + cellGap
		}
		d.row(cells, repeat)
	}
	d.y += 10
}

// row draws cells side by side and the line below them; over pages, when it is taller than a third of one.
func (d *Doc) row(cells []*cell, onNewPage func()) {
	height, base := 0.0, 0.0
	for _, c := range cells {
		base = max(base, c.base)
		height = max(height, float64(len(c.lines))*c.st.lead+2*cellPad)
	}
	for _, c := range cells {
		c.base = base
	}
	turn := func() {
		d.newPage()
		if onNewPage != nil {
			onNewPage()
		}
	}
	const page = bottom - top
	if d.room() < height && d.y > top+30 && (height < page/3 || d.room() < 80) {
		turn()
	}
	for {
		y, deepest, rest := d.y+cellPad, d.y, false
		for _, c := range cells {
			n := min(len(c.lines), int((bottom-y-cellPad+0.01)/c.st.lead))
			c.draw(d, y, max(n, 0))
			deepest = max(deepest, y+float64(n)*c.st.lead+cellPad)
			rest = rest || len(c.lines) > 0
		}
		d.y = deepest
		if !rest {
			break
		}
		turn()
	}
	d.artifact("", func() { d.rule(left, right, d.y, 0.6, hair) })
}

// draw sets the next n lines of the cell from y downwards.
func (c *cell) draw(d *Doc, y float64, n int) {
	if n == 0 {
		return
	}
	lines := c.lines[:n]
	c.lines = c.lines[n:]
	set := func() {
		for i, l := range lines {
			x := c.x
			if c.right {
				x += c.w - l.width
			}
			d.put(c.text, l.from, l.to, c.st, x, y+float64(i)*c.st.lead+c.base)
		}
	}
	if c.el == nil {
		d.artifact("/Type/Pagination", set)
	} else {
		d.mark(c.el, set)
	}
}

// columnWidths divides the page: by shares, else by what the first rows hold, so that words are not cut if that can be.
func columnWidths(head []Col, rows [][]string, st, hs style) []float64 {
	n := len(head)
	free := bodyW - float64(n-1)*cellGap
	widths := make([]float64, n)
	shares := 0.0
	for _, c := range head {
		shares += c.Share
	}
	if shares > 0 {
		for i, c := range head {
			widths[i] = free * c.Share / shares
		}
		return widths
	}
	least, most := make([]float64, n), make([]float64, n)
	look := func(i int, s string, st style) {
		t := newText(s)
		least[i] = max(least[i], longestWord(t, st))
		for _, l := range t.wrap(st.face, st.size, 1e5) {
			most[i] = max(most[i], l.width)
		}
	}
	for i, c := range head {
		look(i, c.Title, hs)
	}
	for _, r := range rows[:min(len(rows), 200)] {
		for i := range min(len(r), n) {
			look(i, r[i], st)
		}
	}
	return divide(free, least, most)
}

// divide gives each column its least width and the rest in proportion to what it could use beyond it.
func divide(free float64, least, most []float64) []float64 {
	n := len(least)
	widths := make([]float64, n)
	minimum, wish := 0.0, 0.0
	for i := range n {
		least[i] = min(least[i]+1, free/float64(n))
		most[i] = max(min(most[i]+1, free*0.7), least[i])
		minimum += least[i]
		wish += most[i] - least[i]
	}
	for i := range n {
		part := 1 / float64(n)
		if wish > 0 {
			part = (most[i] - least[i]) / wish
		}
		widths[i] = least[i] + (free-minimum)*part
	}
	return widths
}

// longestWord answers the width of the longest part that should stay in one line.
func longestWord(t text, st style) float64 {
	longest, from := 0.0, 0
	for i := 0; i <= len(t.runes); i++ {
		if i == len(t.runes) || t.runes[i] == '\n' || t.runes[i] == ' ' && !t.glued(i) {
			longest = max(longest, st.face.measure(t.runes[from:i], st.size))
			from = i + 1
		}
	}
	return longest
}
