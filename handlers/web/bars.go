package web

import (
	"html/template"
	"strconv"
	"strings"

	"github.com/boombuler/barcode/code128"
)

// Bars is the picture of a Code 128: one path of an SVG whose view box is "0 0 Width 1". The quiet zones are within.
type Bars struct {
	Width int
	Path  template.HTMLAttr // the d attribute, ready to stand in a tag
}

// NewBars draws a text; one that the code cannot carry gives an empty picture.
func NewBars(text string) Bars {
	code, err := code128.Encode(text)
	if err != nil {
		return Bars{}
	}
	const quiet = 10
	n := code.Bounds().Dx()
	var d strings.Builder
	for x := 0; x < n; x++ {
		from := x
		for x < n && dark(code.At(x, 0)) {
			x++
		}
		if x > from {
			d.WriteString("M" + strconv.Itoa(from+quiet) + " 0h" + strconv.Itoa(x-from) + "v1h-" + strconv.Itoa(x-from) + "z")
		}
	}
	return Bars{Width: n + 2*quiet, Path: template.HTMLAttr(`d="` + d.String() + `"`)}
}
