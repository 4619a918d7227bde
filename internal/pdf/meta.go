package pdf

import (
	"crypto/md5"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const producer = "e-POM"

var notLang = regexp.MustCompile(`[^A-Za-z0-9-]`)

func (d *Doc) lang() string { return notLang.ReplaceAllString(d.meta.Lang, "") }

// plain makes a text fit for metadata: one line, nothing that XML forbids.
func plain(s string) string {
	s = norm.NFC.String(strings.ToValidUTF8(s, string(missing)))
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r) || r == '\uFFFE' || r == '\uFFFF':
			return -1
		}
		return r
	}, s)
	return oneLine(s)
}

// info is the content of the info dictionary; it says the same as the XMP metadata.
func (d *Doc) info() string {
	var b strings.Builder
	put := func(key, value string) {
		if value != "" {
			b.WriteString("/" + key + hexText(value))
		}
	}
	put("Title", plain(d.meta.Title))
	put("Author", plain(d.meta.Author))
	put("Subject", plain(d.meta.Subject))
	b.WriteString("/Creator(" + producer + ")/Producer(" + producer + ")")
	if t := d.meta.Created; !t.IsZero() {
		fmt.Fprintf(&b, "/CreationDate%s/ModDate%[1]s", pdfDate(t))
	}
	return b.String()
}

func pdfDate(t time.Time) string { return "(D:" + t.UTC().Format("20060102150405") + "+00'00')" }

// xmp is the metadata packet (ISO 16684-1) with the claim of the PDF/A part: 3 when files are attached.
func (d *Doc) xmp() []byte {
	part := 2
	if len(d.files) > 0 {
		part = 3
	}
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")
	var b strings.Builder
	put := func(key, open, value, shut string) {
		if value != "" {
			fmt.Fprintf(&b, "<%s>%s%s%s</%[1]s>\n", key, open, escape.Replace(value), shut)
		}
	}
	const alt, altEnd = `<rdf:Alt><rdf:li xml:lang="x-default">`, "</rdf:li></rdf:Alt>"
	b.WriteString("<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n" +
		`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
		`<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"` +
		` xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">` + "\n")
	fmt.Fprintf(&b, "<pdfaid:part>%d</pdfaid:part>\n<pdfaid:conformance>A</pdfaid:conformance>\n", part)
	put("dc:format", "", "application/pdf", "")
	put("dc:title", alt, plain(d.meta.Title), altEnd)
	put("dc:creator", "<rdf:Seq><rdf:li>", plain(d.meta.Author), "</rdf:li></rdf:Seq>")
	put("dc:description", alt, plain(d.meta.Subject), altEnd)
	put("dc:language", "<rdf:Bag><rdf:li>", d.lang(), "</rdf:li></rdf:Bag>")
	if t := d.meta.Created; !t.IsZero() {
		date := t.UTC().Format("2006-01-02T15:04:05Z")
		put("xmp:CreateDate", "", date, "")
		put("xmp:ModifyDate", "", date, "")
	}
	put("xmp:CreatorTool", "", producer, "")
	put("pdf:Producer", "", producer, "")
	b.WriteString("</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>")
	return []byte(b.String())
}

// Relation says what an attached file is to the document (ISO 32000-2, table 43).
type Relation string

// The relations of attached files.
const (
	Source      Relation = "Source"      // what the document was made from
	Data        Relation = "Data"        // what its text shows, for machines
	Alternative Relation = "Alternative" // the same in another form
	Supplement  Relation = "Supplement"  // more of it
	Unspecified Relation = "Unspecified"
)

type file struct {
	name, mime string
	relation   Relation
	data       []byte
}

// Attach puts a file into the document, to be read back by Attachments or saved from any reader. Names are unique;
// a second file of the same name is an error.
func (d *Doc) Attach(name, mime string, relation Relation, data []byte) {
	name = plain(name)
	if name == "" || slices.ContainsFunc(d.files, func(f file) bool { return f.name == name }) {
		d.fail("attachment %q: the name is empty or taken", name)
		return
	}
	d.files = append(d.files, file{name, mime, relation, slices.Clone(data)})
}

// writeFiles writes the attachments and answers their catalog entries.
func (d *Doc) writeFiles(o *output) string {
	if len(d.files) == 0 {
		return ""
	}
	files := slices.Clone(d.files)
	for i := range files {
		if files[i].relation == "" {
			files[i].relation = Unspecified
		}
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(hexText(a.name), hexText(b.name)) })
	var names, refs strings.Builder
	for _, f := range files {
		params := fmt.Sprintf("/Size %d/CheckSum<%X>", len(f.data), md5.Sum(f.data))
		if !d.meta.Created.IsZero() {
			params += "/ModDate" + pdfDate(d.meta.Created)
		}
		stream := o.stream(0, "/Type/EmbeddedFile/Subtype/"+nameOf(f.mime)+"/Params<<"+params+">>", f.data, true)
		spec := o.add(fmt.Sprintf("<</Type/Filespec/F%s/UF%[1]s/Desc%[1]s/AFRelationship/%s/EF<</F %d 0 R/UF %[3]d 0 R>>>>",
			hexText(f.name), nameOf(string(f.relation)), stream))
		fmt.Fprintf(&names, "%s %d 0 R ", hexText(f.name), spec)
		fmt.Fprintf(&refs, "%d 0 R ", spec)
	}
	return "/Names<</EmbeddedFiles<</Names[" + names.String() + "]>>>>/AF[" + refs.String() + "]"
}

// nameOf writes a PDF name with everything but letters, digits, ".", "+" and "-" escaped.
func nameOf(s string) string {
	if s == "" {
		s = "application/octet-stream"
	}
	var b strings.Builder
	for _, c := range []byte(s) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '+' || c == '-' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "#%02X", c)
		}
	}
	return b.String()
}

// writeOutline writes the headings for the reader's side panel and answers the root, 0 when there are none.
func (d *Doc) writeOutline(o *output) int {
	if len(d.outline) == 0 {
		return 0
	}
	type node struct {
		num, up, first, last, prev, next, open int
		youngest                               *node
	}
	root := &node{num: o.reserve()}
	path := []*node{root} // the last node of each level
	nodes := make([]*node, len(d.outline))
	for i, mark := range d.outline {
		path = path[:min(len(path), mark.level)]
		up := path[len(path)-1]
		n := &node{num: o.reserve(), up: up.num, prev: up.last}
		if up.first == 0 {
			up.first = n.num
		} else {
			up.youngest.next = n.num
		}
		up.last, up.youngest = n.num, n
		for _, p := range path {
			p.open++
		}
		nodes[i], path = n, append(path, n)
	}
	for i, n := range nodes {
		mark := d.outline[i]
		body := fmt.Sprintf("<</Title%s/Parent %d 0 R/Dest[%d 0 R/XYZ null %.2f null]", hexText(plain(mark.title)), n.up,
			pageObject(mark.page), pageH-mark.y)
		for _, ref := range []struct {
			key string
			num int
		}{{"Prev", n.prev}, {"Next", n.next}, {"First", n.first}, {"Last", n.last}} {
			if ref.num > 0 {
				body += fmt.Sprintf("/%s %d 0 R", ref.key, ref.num)
			}
		}
		if n.open > 0 {
			body += fmt.Sprintf("/Count %d", n.open)
		}
		o.write(n.num, body+">>")
	}
	o.write(root.num, fmt.Sprintf("<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>", root.first, root.last, root.open))
	return root.num
}
