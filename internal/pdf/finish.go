package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// output is the finished file under construction.
type output struct {
	buf     bytes.Buffer
	offsets []int // by object number; 0 = not written yet
}

// reserve answers the number of an object that is written later.
func (o *output) reserve() int {
	o.offsets = append(o.offsets, 0)
	return len(o.offsets) - 1
}

func (o *output) write(num int, body string) {
	o.offsets[num] = o.buf.Len()
	fmt.Fprintf(&o.buf, "%d 0 obj\n%s\nendobj\n", num, strings.TrimSpace(body))
}

func (o *output) add(body string) int {
	num := o.reserve()
	o.write(num, body)
	return num
}

// stream adds a stream; entries are those of its dictionary without length and filter.
func (o *output) stream(num int, entries string, data []byte, compress bool) int {
	if compress {
		var packed bytes.Buffer
		w := zlib.NewWriter(&packed)
		w.Write(data) // a bytes.Buffer takes everything
		w.Close()
		data = packed.Bytes()
		entries += "/Filter/FlateDecode"
	}
	if num == 0 {
		num = o.reserve()
	}
	o.offsets[num] = o.buf.Len()
	fmt.Fprintf(&o.buf, "%d 0 obj\n<<%s/Length %d>>\nstream\n", num, entries, len(data))
	o.buf.Write(data)
	o.buf.WriteString("\nendstream\nendobj\n")
	return num
}

// finish writes the file anew from fpdf's objects: pages with the key of their tags, fonts with their own names and
// character maps; then everything that fpdf does not know: structure tree, metadata, output intent, attachments. fpdf's
// own catalog and info dictionary, always the last two objects, are left out.
func (d *Doc) finish(raw []byte) ([]byte, error) {
	objects, err := splitObjects(raw)
	if err != nil {
		return nil, err
	}
	o := &output{offsets: make([]int, len(objects)-2)}
	o.buf.WriteString("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")
	last := len(o.offsets)
	annots := d.reserveLinks(o)
	page := 0
	var font *face
	for num := 1; num < last; num++ {
		body := objects[num]
		switch {
		case bytes.HasPrefix(body, []byte("<</Type /Page\n")):
			entries := fmt.Sprintf("/StructParents %d/Tabs/S", page)
			page++
			if annots[page] != "" {
				entries += "/Annots[" + annots[page] + "]"
			}
			body = fmt.Appendf(nil, "<</Type/Page%s%s", entries, body[len("<</Type /Page"):])
		case bytes.Contains(body[:min(len(body), 80)], []byte("/Subtype /Type0")):
			font = regular()
			if bytes.Contains(body, []byte("/utf8notoB")) {
				font = bold()
			}
			body = d.fontName(body, font)
		case bytes.Contains(body[:min(len(body), 80)], []byte("/CIDFontType2")),
			bytes.HasPrefix(body, []byte("<</Type /FontDescriptor")):
			body = d.fontName(body, font)
		case bytes.Contains(body[:min(len(body), 80)], []byte("/CIDInit")):
			o.stream(num, "", d.toUnicode(font), true)
			continue
		}
		o.write(num, string(body))
	}
	d.writeLinks(o)
	d.writeCatalog(o)
	return o.buf.Bytes(), nil
}

// splitObjects answers the bodies of fpdf's objects by number, found by its cross-reference table.
func splitObjects(raw []byte) ([][]byte, error) {
	at := bytes.LastIndex(raw, []byte("\nxref\n0 "))
	if at < 0 {
		return nil, fmt.Errorf("pdf: no cross-reference table")
	}
	lines := bytes.Split(raw[at+1:], []byte("\n"))
	count, err := strconv.Atoi(string(lines[1][2:]))
	if err != nil || len(lines) < count+2 {
		return nil, fmt.Errorf("pdf: bad cross-reference table")
	}
	starts := []int{at + 1}
	offset := make([]int, count)
	for num := 1; num < count; num++ {
		if offset[num], err = strconv.Atoi(string(lines[2+num][:10])); err != nil {
			return nil, fmt.Errorf("pdf: bad cross-reference table: %w", err)
		}
		starts = append(starts, offset[num])
	}
	slices.Sort(starts)
	objects := make([][]byte, count)
	for num := 1; num < count; num++ {
		next, _ := slices.BinarySearch(starts, offset[num]+1)
		body := raw[offset[num]:starts[next]]
		head, tail := bytes.Index(body, []byte(" obj\n")), bytes.LastIndex(body, []byte("endobj"))
		if head < 0 || tail < head {
			return nil, fmt.Errorf("pdf: object %d is not whole", num)
		}
		objects[num] = body[head+len(" obj\n") : tail]
	}
	return objects, nil
}

// fontName gives the subset its proper name: six letters that depend on the characters in it, and the font's own name.
func (d *Doc) fontName(body []byte, f *face) []byte {
	name, old := "NotoSans-Regular", "/utf8noto"
	if f == bold() {
		name, old = "NotoSans-Bold", "/utf8notoB"
	}
	sum := sha256.Sum256([]byte(string(d.usedRunes(f))))
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + sum[i]%26
	}
	return bytes.ReplaceAll(body, []byte(old), fmt.Appendf(nil, "/%s+%s", tag, name))
}

func (d *Doc) usedRunes(f *face) []rune {
	runes := make([]rune, 0, len(d.used[f]))
	for r := range d.used[f] {
		runes = append(runes, r)
	}
	slices.Sort(runes)
	return runes
}

// toUnicode maps the codes of a font, which are UTF-16 units, to themselves (ISO 32000-1, 9.10.3).
func (d *Doc) toUnicode(f *face) []byte {
	var b bytes.Buffer
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n" +
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	for part := range slices.Chunk(d.usedRunes(f), 100) { // the format allows 100 a block
		fmt.Fprintf(&b, "%d beginbfchar\n", len(part))
		for _, r := range part {
			fmt.Fprintf(&b, "<%04X> <%04X>\n", r, r)
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
	return b.Bytes()
}

// writeCatalog writes everything beyond pages and fonts, and the end of the file.
func (d *Doc) writeCatalog(o *output) {
	catalog := o.reserve()
	entries := "/Type/Catalog/Pages 1 0 R/MarkInfo<</Marked true>>/ViewerPreferences<</DisplayDocTitle true>>" +
		"/Lang(" + d.lang() + ")"
	entries += fmt.Sprintf("/StructTreeRoot %d 0 R", d.writeTree(o))
	if root := d.writeOutline(o); root > 0 {
		entries += fmt.Sprintf("/Outlines %d 0 R", root)
	}
	icc := o.stream(0, "/N 3", srgbProfile(), true)
	entries += fmt.Sprintf("/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)"+
		"/Info(sRGB IEC61966-2.1)/DestOutputProfile %d 0 R>>]", icc)
	entries += fmt.Sprintf("/Metadata %d 0 R", o.stream(0, "/Type/Metadata/Subtype/XML", d.xmp(), false))
	entries += d.writeFiles(o)
	o.write(catalog, "<<"+entries+">>")
	info := o.add("<<" + d.info() + ">>")

	sum := sha256.Sum256(o.buf.Bytes())
	start := o.buf.Len()
	fmt.Fprintf(&o.buf, "xref\n0 %d\n0000000000 65535 f \n", len(o.offsets))
	for _, offset := range o.offsets[1:] {
		fmt.Fprintf(&o.buf, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&o.buf, "trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%X><%X>]>>\nstartxref\n%d\n%%%%EOF\n",
		len(o.offsets), catalog, info, sum[:16], sum[:16], start)
}

// writeTree writes the structure tree and answers the number of its root.
func (d *Doc) writeTree(o *output) int {
	root, parents := o.reserve(), o.reserve()
	var number func(e *elem)
	number = func(e *elem) {
		e.num = o.reserve()
		for _, k := range e.kids {
			if k.el != nil {
				number(k.el)
			}
		}
	}
	number(d.root)
	d.writeElem(o, d.root, root)
	var b strings.Builder
	b.WriteString("<</Nums[")
	for page := range d.fp.PageCount() {
		fmt.Fprintf(&b, "%d[", page)
		if page < len(d.marks) { // else nothing was tagged on the last pages
			for _, e := range d.marks[page] {
				fmt.Fprintf(&b, "%d 0 R ", e.num)
			}
		}
		b.WriteString("]")
	}
	for i, l := range d.links {
		fmt.Fprintf(&b, "%d %d 0 R ", d.fp.PageCount()+i, l.el.num)
	}
	b.WriteString("]>>")
	o.write(parents, b.String())
	o.write(root, fmt.Sprintf("<</Type/StructTreeRoot/K %d 0 R/ParentTree %d 0 R/ParentTreeNextKey %d>>",
		d.root.num, parents, d.fp.PageCount()+len(d.links)))
	return root
}

func (d *Doc) writeElem(o *output, e *elem, up int) {
	var b strings.Builder
	fmt.Fprintf(&b, "<</Type/StructElem/S/%s/P %d 0 R%s", e.kind, up, e.attrs)
	if e.alt != "" {
		b.WriteString("/Alt" + hexText(e.alt))
	}
	page := 0 // the page that bare MCIDs belong to
	for _, k := range e.kids {
		if k.page > 0 {
			page = k.page
			fmt.Fprintf(&b, "/Pg %d 0 R", pageObject(page))
			break
		}
	}
	b.WriteString("/K[")
	for _, k := range e.kids {
		switch {
		case k.el != nil:
			fmt.Fprintf(&b, "%d 0 R ", k.el.num)
		case k.link != nil:
			fmt.Fprintf(&b, "<</Type/OBJR/Pg %d 0 R/Obj %d 0 R>>", pageObject(k.link.page), k.link.num)
		case k.page == page:
			fmt.Fprintf(&b, "%d ", k.mcid)
		default:
			fmt.Fprintf(&b, "<</Type/MCR/Pg %d 0 R/MCID %d>>", pageObject(k.page), k.mcid)
		}
	}
	b.WriteString("]>>")
	o.write(e.num, b.String())
	for _, k := range e.kids {
		if k.el != nil {
			d.writeElem(o, k.el, e.num)
		}
	}
}

// pageObject is where fpdf puts page n (from 1): after the page tree and the resources, each with its content.
func pageObject(n int) int { return 2*n + 1 }
