package pdf

import (
	_ "embed"
	"encoding/binary"
	"sync"
)

// Noto Sans, SIL Open Font License 1.1 (assets/NotoSans-OFL.txt).
var (
	//go:embed assets/NotoSans-Regular.ttf
	regularTTF []byte
	//go:embed assets/NotoSans-Bold.ttf
	boldTTF []byte
)

// face knows which characters a font can show and how wide they are. It is read once a process and never changed,
// so that wrapping needs no PDF writer and documents can be made concurrently.
type face struct {
	style string // as fpdf names it: "" or "B"
	data  []byte
	width [1 << 16]uint16 // 1/1000 of the font size
	has   [1 << 16]bool
}

var (
	regular = sync.OnceValue(func() *face { return newFace("", regularTTF) })
	bold    = sync.OnceValue(func() *face { return newFace("B", boldTTF) })
)

// newFace reads cmap (format 4) and hmtx of one of the embedded fonts.
func newFace(style string, ttf []byte) *face {
	u16 := func(at int) int { return int(binary.BigEndian.Uint16(ttf[at:])) }
	u32 := func(at int) int { return int(binary.BigEndian.Uint32(ttf[at:])) }
	table := map[string]int{}
	for i := range u16(4) {
		record := 12 + 16*i
		table[string(ttf[record:record+4])] = u32(record + 8)
	}
	f := &face{style: style, data: ttf}
	unitsPerEm, metrics := u16(table["head"]+18), u16(table["hhea"]+34)
	cmap := 0
	for i := range u16(table["cmap"] + 2) {
		if at := table["cmap"] + u32(table["cmap"]+8+8*i); u16(at) == 4 {
			cmap = at
		}
	}
	segments := u16(cmap+6) / 2
	for s := range segments {
		end, start := u16(cmap+14+2*s), u16(cmap+16+2*segments+2*s)
		delta, rangeAt := u16(cmap+16+4*segments+2*s), cmap+16+6*segments+2*s
		for char := start; char <= end && char < 0xFFFF; char++ {
			glyph := char
			if offset := u16(rangeAt); offset != 0 {
				if glyph = u16(rangeAt + offset + 2*(char-start)); glyph == 0 {
					continue
				}
			}
			if glyph = (glyph + delta) & 0xFFFF; glyph == 0 {
				continue
			}
			advance := u16(table["hmtx"] + 4*min(glyph, metrics-1))
			f.has[char] = true
			f.width[char] = uint16((advance*1000 + unitsPerEm/2) / unitsPerEm)
		}
	}
	return f
}

// measure answers the width of the characters in points.
func (f *face) measure(runes []rune, size float64) float64 {
	sum := 0
	for _, r := range runes {
		sum += int(f.width[r])
	}
	return float64(sum) * size / 1000
}
