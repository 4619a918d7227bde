package pdf

import (
	"fmt"
	"image"
	"strings"

	"github.com/boombuler/barcode/code128"
	"github.com/boombuler/barcode/qr"
)

// QR draws a QR code, size millimetres wide, with a caption beside it. alt tells people who do not see it what it
// holds; the caption stands in when alt is empty. Content of more than about 2,000 characters is an error in Bytes.
func (d *Doc) QR(content, caption, alt string, size float64) {
	code, err := qr.Encode(content, qr.M, qr.Auto)
	if err != nil {
		d.fail("QR code: %w", err)
		return
	}
	const gap = 18
	side := size * mm
	st := style{regular(), 9.5, 14, ink}
	t := newText(strings.TrimSpace(caption))
	lines := t.wrap(st.face, st.size, bodyW-side-gap)
	d.need(side + 22)
	d.space(12)
	y := d.y
	module := side / float64(code.Bounds().Dx())
	quiet := 4 * module // readers need it; a watermark must not show there
	d.artifact("", func() { d.fill(left-quiet, y-quiet, side+2*quiet, side+2*quiet, rgb{255, 255, 255}) })
	d.figure(alt, caption, func() { d.modules(code, left, y, module, module) })
	if beside := float64(len(lines)) * st.lead; beside <= side {
		d.y = y + (side-beside)/2
		if len(t.runes) > 0 {
			d.lines(d.root.child("P", ""), t, lines, st, left+side+gap)
		}
		d.y = y + side + 10
		return
	}
	d.y = y + side + 4
	d.Small(caption)
}

// Code128 draws a bar code for desk scanners, with its content readable below. width is in millimetres, the height is
// 12 mm. Content beyond ASCII is an error in Bytes.
func (d *Doc) Code128(content, alt string, width float64) {
	code, err := code128.Encode(content)
	if err != nil {
		d.fail("bar code: %w", err)
		return
	}
	const height = 12 * mm
	d.space(6)
	d.need(height + 20)
	d.figure(alt, content, func() {
		d.modules(code, left, d.y, width*mm/float64(code.Bounds().Dx()), height)
	})
	d.y += height + 2
	d.Small(content)
}

// figure tags a drawing with its description.
func (d *Doc) figure(alt, instead string, draw func()) {
	e := d.root.child("Figure", "/A<</O/Layout/Placement/Block>>")
	if e.alt = plain(alt); e.alt == "" {
		e.alt = plain(instead)
	}
	d.mark(e, draw)
}

// modules fills the dark parts of a code as one path; neighbours in a row become one rectangle, so that no seams show.
func (d *Doc) modules(code image.Image, x, y, w, h float64) {
	var path strings.Builder
	path.WriteString("q 0 0 0 rg\n")
	size := code.Bounds()
	dark := func(col, row int) bool {
		r, _, _, _ := code.At(col, row).RGBA()
		return r < 0x8000
	}
	for row := range size.Dy() {
		for col := 0; col < size.Dx(); col++ {
			start := col
			for col < size.Dx() && dark(col, row) {
				col++
			}
			if col > start {
				fmt.Fprintf(&path, "%.3f %.3f %.3f %.3f re\n", x+float64(start)*w, pageH-y-float64(row+1)*h,
					float64(col-start)*w, h)
			}
		}
	}
	path.WriteString("f Q")
	d.fp.RawWriteStr(path.String())
}
