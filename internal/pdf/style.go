package pdf

// rgb is a colour of the screen (sRGB), 0–255.
type rgb struct{ r, g, b int }

// Every text colour has a contrast of at least 4.5 : 1 on white.
var (
	ink    = rgb{26, 29, 33}
	grey   = rgb{86, 92, 100}
	hair   = rgb{208, 212, 217}
	line   = rgb{120, 126, 134}
	shade  = rgb{244, 246, 248}
	accent = rgb{31, 78, 140}
	alarm  = rgb{150, 24, 24}
	pale   = rgb{240, 234, 234}
)

// style is how a text is set; lead is the distance of baselines. All in points.
type style struct {
	face       *face
	size, lead float64
	color      rgb
}

// A4 in points and the margins of the text.
const (
	pageW, pageH = 595.28, 841.89
	left, right  = 65, pageW - 65
	top, bottom  = 84, pageH - 76
	bodyW        = right - left
	mm           = 72 / 25.4
)

func body() style  { return style{regular(), 10.5, 15, ink} }
func label() style { return style{regular(), 9.5, 15, grey} }
func small() style { return style{regular(), 8.5, 12, grey} }

// heading answers the style and the space above and below.
func heading(level int) (s style, above, below float64) {
	switch level {
	case 1:
		return style{bold(), 20, 26, ink}, 6, 12
	case 2:
		return style{bold(), 13, 18, ink}, 18, 6
	default:
		return style{bold(), 11, 15, ink}, 12, 3
	}
}
