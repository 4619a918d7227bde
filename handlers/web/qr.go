package web

import (
	"html/template"
	"strconv"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// QR is the picture of a QR code: one path of an SVG whose view box is "0 0 Size Size". The quiet zone is within.
type QR struct {
	Size int
	Path template.HTMLAttr // the d attribute, ready to stand in a tag
}

// NewQR draws a text. A text too long for a code (about 2,000 characters) gives an empty picture.
func NewQR(text string) QR {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return QR{}
	}
	const quiet = 4
	n := code.Bounds().Dx()
	var d strings.Builder
	for y := range n {
		for x := 0; x < n; x++ {
			from := x
			for x < n && dark(code.At(x, y)) {
				x++
			}
			if x > from {
				d.WriteString("M" + strconv.Itoa(from+quiet) + " " + strconv.Itoa(y+quiet) + "h" + strconv.Itoa(x-from) + "v1h-" + strconv.Itoa(x-from) + "z")
			}
		}
	}
	return QR{Size: n + 2*quiet, Path: template.HTMLAttr(`d="` + d.String() + `"`)}
}

func dark(c interface {
	RGBA() (r, g, b, a uint32)
}) bool {
	r, _, _, _ := c.RGBA()
	return r < 0x8000
}
