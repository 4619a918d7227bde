package pdf

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/boombuler/barcode/code128"

	"codeberg.org/go-pdf/fpdf"
)

// Envelope is what is printed on one envelope.
type Envelope struct {
	From      []string // sender, one line each
	To        []string // addressee; the first line is the name
	Marking   string   // how it is to be delivered, in words
	Number    string   // of registered mail
	Reference string   // of the document inside
	Barcode   string   // brings the delivery receipt back to its letter
}

// EnvelopeSize is a kind of envelope: its size and where the address stands, in millimetres from the top left corner.
type EnvelopeSize struct {
	Name                 string
	Width, Height        float64
	AddressX, AddressY   float64
	SenderX, SenderY     float64
	BarcodeX, BarcodeY   float64
	lineWidth, codeWidth float64
}

// EnvelopeSizes by their code: two envelopes printed upon, and a sheet that shows its address in a window.
var EnvelopeSizes = map[string]EnvelopeSize{
	"C5":     {"C5, 229 × 162 mm", 229, 162, 118, 88, 14, 14, 14, 128, 98, 52},
	"DL":     {"DL, 220 × 110 mm", 220, 110, 112, 56, 14, 10, 14, 80, 96, 52},
	"okenko": {"list A4 do obálky s okénkem", 210, 297, 114, 52, 20, 20, 20, 70, 82, 52},
}

// Envelopes sets one page an envelope. size must be one of EnvelopeSizes.
func Envelopes(meta Meta, size EnvelopeSize, list []Envelope) ([]byte, error) {
	d := &Doc{meta: meta, root: &elem{kind: "Document"}, used: map[*face]map[rune]bool{}}
	if d.meta.Lang == "" {
		d.meta.Lang = "cs"
	}
	d.begin(size.Width*mm, size.Height*mm)
	for _, e := range list {
		d.fp.AddPage()
		d.envelope(size, e)
	}
	if len(list) == 0 {
		d.fail("no envelope to print")
	}
	if d.err != nil {
		return nil, d.err
	}
	var raw bytes.Buffer
	if err := d.fp.Output(&raw); err != nil {
		return nil, fmt.Errorf("pdf: %w", err)
	}
	return d.finish(raw.Bytes())
}

// begin starts the file with pages of a size in points.
func (d *Doc) begin(width, height float64) {
	d.fp = fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt", Size: fpdf.SizeType{Wd: width, Ht: height}})
	d.fp.SetAutoPageBreak(false, 0)
	d.fp.SetMargins(left, top, left)
	d.fp.SetCatalogSort(true)
	d.fp.SetCreationDate(zeroDate) // thrown away by the finisher, must not be "now"
	d.fp.SetModificationDate(zeroDate)
	for _, f := range []*face{regular(), bold()} {
		d.used[f] = map[rune]bool{}
		// fpdf may write behind the slice it is given; a copy keeps documents apart.
		d.fp.AddUTF8FontFromBytes("noto", f.style, bytes.Clone(f.data))
	}
}

func (d *Doc) envelope(size EnvelopeSize, e Envelope) {
	from, to, marking := style{regular(), 8.5, 11.5, ink}, style{regular(), 12, 17, ink}, style{bold(), 10, 14, ink}
	y := d.block(e.From, from, size.SenderX, size.SenderY, size.lineWidth)
	y = d.block([]string{e.Reference}, from, size.SenderX, y+1, size.lineWidth)
	d.block([]string{e.Marking, e.Number}, marking, size.SenderX, y+4, size.lineWidth)
	name := to
	name.face = bold()
	if len(e.To) > 0 {
		y = d.block(e.To[:1], name, size.AddressX, size.AddressY, size.lineWidth)
		d.block(e.To[1:], to, size.AddressX, y, size.lineWidth)
	}
	if e.Barcode == "" {
		return
	}
	code, err := code128.Encode(e.Barcode)
	if err != nil {
		d.fail("bar code: %w", err)
		return
	}
	const height = 10 * mm
	off := pageH - size.Height*mm // drawing counts from the top of A4
	d.figure("Čárový kód zásilky "+e.Barcode, e.Barcode, func() {
		d.modules(code, size.BarcodeX*mm, size.BarcodeY*mm+off, size.codeWidth*mm/float64(code.Bounds().Dx()), height)
	})
	d.block([]string{e.Barcode}, from, size.BarcodeX, size.BarcodeY+11, size.lineWidth)
}

// block writes lines from a point on, wrapping those too long, and answers where it ended; all in millimetres.
func (d *Doc) block(lines []string, st style, x, y, width float64) float64 {
	y *= mm
	for _, l := range lines {
		if l = strings.TrimSpace(oneLine(l)); l == "" {
			continue
		}
		t := newText(l)
		p := d.root.child("P", "")
		for _, s := range t.wrap(st.face, st.size, width*mm) {
			d.mark(p, func() { d.put(t, s.from, s.to, st, x*mm, st.baseline(y)) })
			y += st.lead
		}
	}
	return y / mm
}
