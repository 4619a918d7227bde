package seal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"epom/internal/errs"
	"epom/internal/seal/pdffile"
)

// firstPlace is what a signature in a PDF is given at first: one with a short chain and one timestamp fits.
const firstPlace = 8 << 10

// SealPDF adds an invisible seal with a timestamp to the end of a PDF; all that stood there stays byte by byte, earlier
// signatures too. reason is for people and may be empty. Invalid = the file is no PDF, damaged, encrypted, or certified
// against any change.
func (s *Sealer) SealPDF(ctx context.Context, pdf []byte, reason string) (sealed []byte, err error) {
	head := "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/Name" + textHex(s.Name()) +
		"/M(D:" + s.clock.Now().UTC().Format("20060102150405") + "Z)"
	if reason != "" {
		head += "/Reason" + textHex(reason)
	}
	return s.extend(ctx, pdf, head, s.sign)
}

// StampPDF adds a timestamp of the whole document to the end of a PDF, which keeps the signatures in it provable when
// their certificates and timestamps expire (EN 319 142-1, 5.4.3; without revocation data). Errors as in SealPDF.
func (s *Sealer) StampPDF(ctx context.Context, pdf []byte) (stamped []byte, err error) {
	head := "<</Type/DocTimeStamp/Filter/Adobe.PPKLite/SubFilter/ETSI.RFC3161"
	return s.extend(ctx, pdf, head, func(ctx context.Context, content []byte) ([]byte, error) {
		token, _, err := s.stamps.Stamp(ctx, sha256.Sum256(content))
		return token, err
	})
}

// extend adds a signature, whose dictionary begins with head, to the end of a PDF.
func (s *Sealer) extend(ctx context.Context, pdf []byte, head string, sign func(context.Context, []byte) ([]byte, error)) ([]byte, error) {
	f, err := pdffile.Open(pdf)
	if err != nil {
		return nil, err
	}
	page := firstPage(f)
	if f.Damaged || page == nil {
		return nil, errs.New(errs.Invalid, "PDF je poškozené.")
	}
	if frozen(f) {
		return nil, errs.New(errs.Invalid, "PDF nedovoluje žádné změny.")
	}
	for place := max(firstPlace, int(s.place.Load())); ; {
		u := newUpdate(f)
		from := u.sign(page, head, s.Name(), place)
		out := u.finish()
		to := from + 2*place + 2
		fillRange(out, from, to)
		cms, err := sign(ctx, slices.Concat(out[:from], out[to:]))
		if err != nil {
			return nil, err
		}
		if len(cms) <= place {
			hex.Encode(out[from+1:], cms)
			return out, nil
		}
		// A longer signature than ever: once more with room to spare, and so from now on.
		place = len(cms) + 1024
		s.place.Store(int64(place))
	}
}

const rangeHole = "/ByteRange[0                                 ]"

// fillRange writes the signed ranges into the hole before the signature's value.
func fillRange(out []byte, from, to int) {
	at := bytes.LastIndex(out[:from], []byte(rangeHole))
	said := fmt.Sprintf("/ByteRange[0 %d %d %d", from, to, len(out)-to)
	copy(out[at:], said)
}

// pageDepth bounds the tree of pages and of fields.
const pageDepth = 64

// firstPage answers the first page, nil when the tree of pages is broken.
func firstPage(f *pdffile.File) *pdffile.Object {
	node := f.Follow(f.Catalog().Get("Pages"))
	for range pageDepth {
		if node == nil || node.Num == 0 {
			return nil
		}
		kids := f.Resolve(node.Get("Kids")).Items()
		if len(kids) == 0 {
			if node.Get("Type").Name() != "Page" {
				return nil
			}
			return node
		}
		node = f.Follow(kids[0])
	}
	return nil
}

// frozen tells whether a certification forbids every change (ISO 32000-1, 12.8.2.2).
func frozen(f *pdffile.File) bool {
	certified := f.Dict(f.Dict(f.Catalog().Get("Perms")).Get("DocMDP"))
	for _, v := range f.Resolve(certified.Get("Reference")).Items() {
		if p, ok := f.Resolve(f.Dict(f.Dict(v).Get("TransformParams")).Get("P")).Int(); ok && p == 1 {
			return true
		}
	}
	return false
}

// update is an addition to the end of a file (ISO 32000-1, 7.5.6).
type update struct {
	f       *pdffile.File
	buf     bytes.Buffer
	offsets map[int]int // of objects by number
	gens    map[int]int
	next    int // number of the next new object
}

func newUpdate(f *pdffile.File) *update {
	u := &update{f: f, offsets: map[int]int{}, gens: map[int]int{}, next: f.Size}
	u.buf.Grow(len(f.Data) + 32<<10)
	u.buf.Write(f.Data)
	if !bytes.HasSuffix(f.Data, []byte("\n")) {
		u.buf.WriteByte('\n')
	}
	return u
}

func (u *update) reserve() int { u.next++; return u.next - 1 }

func (u *update) write(num, gen int, body []byte) {
	u.offsets[num], u.gens[num] = u.buf.Len(), gen
	fmt.Fprintf(&u.buf, "%d %d obj\n%s\nendobj\n", num, gen, body)
}

// sign writes signature, its field and what leads to it, and answers where the signature's value begins.
func (u *update) sign(page *pdffile.Object, head, name string, place int) (from int) {
	sig, field := u.reserve(), u.reserve()
	head += rangeHole + "/Contents"
	u.write(sig, 0, []byte(head+"<"+strings.Repeat("0", 2*place)+">>>"))
	from = u.offsets[sig] + bytes.Index(u.buf.Bytes()[u.offsets[sig]:], []byte("/Contents<00")) + len("/Contents")
	u.write(field, 0, fmt.Appendf(nil, "<</Type/Annot/Subtype/Widget/FT/Sig/T(Seal%d)/TU%s/V %s/P %s/F 132/Rect[0 0 0 0]>>",
		field, textHex(name), reference(sig), reference(page.Num)))
	u.writeForm(field)
	annots := u.f.Resolve(page.Get("Annots")).Items()
	u.write(page.Num, page.Gen, page.Body.With("Annots", array(annots, field)))
	return from
}

// writeForm adds the field to the form, which may be new.
func (u *update) writeForm(field int) {
	root := u.f.Catalog()
	old := root.Get("AcroForm")
	form := u.f.Dict(old)
	if form == nil {
		num := u.reserve()
		u.write(num, 0, fmt.Appendf(nil, "<</Fields[%s]/SigFlags 3>>", reference(field)))
		u.write(root.Num, root.Gen, root.Body.With("AcroForm", reference(num)))
		return
	}
	body := form.Body.With("Fields", array(u.f.Resolve(form.Get("Fields")).Items(), field), "SigFlags", "3")
	if form.Num > 0 {
		u.write(form.Num, form.Gen, body)
		return
	}
	u.write(root.Num, root.Gen, root.Body.With("AcroForm", string(body)))
}

func array(items []pdffile.Value, more int) string {
	var b strings.Builder
	b.WriteString("[")
	for _, v := range items {
		b.Write(v)
		b.WriteString(" ")
	}
	b.WriteString(reference(more) + "]")
	return b.String()
}

// finish writes the cross-reference section in the manner of the file's last one, and answers the whole file.
func (u *update) finish() []byte {
	start := u.buf.Len()
	entries := fmt.Sprintf("/Root %s/Prev %d", u.f.Trailer.Get("Root"), u.f.Start)
	if info := u.f.Trailer.Get("Info"); info != nil {
		entries += "/Info " + string(info)
	}
	if id := u.f.Resolve(u.f.Trailer.Get("ID")).Items(); len(id) == 2 {
		sum := sha256.Sum256(u.buf.Bytes())
		entries += fmt.Sprintf("/ID[%s<%X>]", id[0], sum[:16])
	}
	own := 0
	if u.f.Streamed {
		own = u.reserve()
		u.offsets[own] = start
	}
	numbers := slices.Sorted(maps.Keys(u.offsets))
	var table, index, rows bytes.Buffer
	for i := 0; i < len(numbers); {
		end := i + 1
		for end < len(numbers) && numbers[end] == numbers[end-1]+1 {
			end++
		}
		fmt.Fprintf(&table, "%d %d\n", numbers[i], end-i)
		fmt.Fprintf(&index, "%d %d ", numbers[i], end-i)
		for ; i < end; i++ {
			at, gen := u.offsets[numbers[i]], u.gens[numbers[i]]
			fmt.Fprintf(&table, "%010d %05d n \n", at, gen)
			rows.Write([]byte{1, byte(at >> 24), byte(at >> 16), byte(at >> 8), byte(at), byte(gen >> 8), byte(gen)})
		}
	}
	if own > 0 {
		fmt.Fprintf(&u.buf, "%d 0 obj\n<</Type/XRef/Size %d%s/W[1 4 2]/Index[%s]/Length %d>>\nstream\n%s\nendstream\nendobj\n",
			own, u.next, entries, index.Bytes(), rows.Len(), rows.Bytes())
	} else {
		fmt.Fprintf(&u.buf, "xref\n%strailer\n<</Size %d%s>>\n", table.Bytes(), u.next, entries)
	}
	fmt.Fprintf(&u.buf, "startxref\n%d\n%%%%EOF\n", start)
	return u.buf.Bytes()
}

// textHex writes a text string as UTF-16 (ISO 32000-1, 7.9.2).
func textHex(s string) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, unit := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", unit)
	}
	return b.String() + ">"
}

// text reads a text string: UTF-16 or UTF-8 with a byte order mark, else single bytes.
func text(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte{0xFE, 0xFF}):
		var units []uint16
		for b = b[2:]; len(b) > 1; b = b[2:] {
			units = append(units, uint16(b[0])<<8|uint16(b[1]))
		}
		return string(utf16.Decode(units))
	case bytes.HasPrefix(b, []byte{0xEF, 0xBB, 0xBF}):
		return string(bytes.ToValidUTF8(b[3:], []byte("\uFFFD")))
	}
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}

func reference(num int) string { return strconv.Itoa(num) + " 0 R" }
