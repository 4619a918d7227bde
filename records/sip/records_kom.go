package sip

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"strconv"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// aboutContents is the rules about the files themselves; one pass over each file looks at all four.
var aboutContents = index(
	tech("kom1", "SIZE je velikost souboru v bajtech", annex+", 1.15"),
	tech("kom2", "CHECKSUM souhlasí se souborem", annex+", 1.15"),
	tech("kom3", "MIMETYPE souhlasí s obsahem souboru", annex+", 1.15"),
	clerk("kom4", "dokument PDF je ve shodě s PDF/A", dec+" § 23 odst. 2"),
)

var contentsRules = []recordsRule{
	{aboutContents["kom1"], withFiles, eachFile(func(f *node, say report) {
		if !f.has("SIZE") {
			say(f, "SIZE chybí")
		}
	})},
	{aboutContents["kom2"], withFiles, eachFile(func(f *node, say report) {
		if f.attr("CHECKSUM") == "" {
			say(f, "CHECKSUM chybí")
		}
	})},
	{aboutContents["kom3"], withFiles, eachFile(func(f *node, say report) {
		if m := f.attr("MIMETYPE"); !mimeName.MatchString(m) || strings.HasPrefix(m, "multipart/") && !among(m, zipMIME...) {
			say(f, "MIMETYPE %.60q není typ souboru", m)
		}
	})},
	{aboutContents["kom4"], withFiles, checkContents},
}

// read is what one pass over a file tells.
type read struct {
	size    int64
	sum     string
	head    []byte // first bytes, for the type
	pdfa    bool
	failure string
}

const (
	headSize = 64 << 10
	overlap  = 64 // longer than any mark that is looked for
)

// readFile reads a component as a stream; memory does not grow with its size.
func readFile(e entry, algorithm string) (out read) {
	f, err := e.open()
	if err != nil {
		out.failure = err.Error()
		return out
	}
	defer f.Close()
	var h hash.Hash = sha256.New()
	if algorithm == "SHA-512" {
		h = sha512.New()
	}
	buf, kept := make([]byte, overlap+128<<10), 0 // the end of one piece stays before the next, so that no mark is cut in two
	src := io.LimitReader(f, e.size+1)
	for {
		n, err := src.Read(buf[kept:])
		piece := buf[kept : kept+n]
		out.size += int64(n)
		h.Write(piece)
		if len(out.head) < headSize {
			out.head = append(out.head, piece[:min(n, headSize-len(out.head))]...)
		}
		seen := buf[:kept+n]
		out.pdfa = out.pdfa || bytes.Contains(seen, []byte("pdfaid:part")) || bytes.Contains(seen, []byte("http://www.aiim.org/pdfa/ns/id/"))
		kept = copy(buf, seen[max(0, len(seen)-overlap):])
		if err == io.EOF {
			break
		}
		if err != nil {
			out.failure = err.Error()
			return out
		}
	}
	out.sum = hex.EncodeToString(h.Sum(nil))
	return out
}

// checkContents holds files against what the package says of them; it reports for all four rules of components.
func checkContents(c *records, say report) {
	component := map[string]*node{}
	for _, k := range c.metaAll("Komponenta") {
		component[k.attr("ID")] = k
	}
	last := map[*node]bool{} // components whose form must be an output one
	for _, o := range c.byOrder() {
		for _, k := range o.parts {
			last[k] = digital(o.doc) && among(k.attr("forma_uchovani"), original, output) && number(k, "verze") == o.highest && !exempt(k)
		}
	}
	tell := func(id string, f *node, format string, a ...any) {
		c.add(aboutContents[id], metsName, f, fmt.Sprintf(format, a...))
	}
	for _, f := range c.files {
		e, ok := c.pack.file(link(f))
		if !ok {
			continue // obs52 says so
		}
		got := readFile(e, f.attr("CHECKSUMTYPE"))
		if got.failure != "" {
			tell("kom2", f, "soubor %.120s nelze přečíst: %s", link(f), got.failure)
			continue
		}
		if size, err := strconv.ParseInt(f.attr("SIZE"), 10, 64); f.has("SIZE") && (err != nil || size != got.size) {
			tell("kom1", f, "soubor %.120s má %d bajtů, SIZE je %.20s", link(f), got.size, f.attr("SIZE"))
		}
		if sum := f.attr("CHECKSUM"); sum != "" && !strings.EqualFold(sum, got.sum) {
			tell("kom2", f, "soubor %.120s má jiný kontrolní součet", link(f))
		}
		mime := f.attr("MIMETYPE")
		if seen, fits := fitsType(got.head, mime); !fits {
			tell("kom3", f, "soubor %.120s je %s, MIMETYPE je %.80s", link(f), seen, mime)
		}
		if k := component[f.attr("DMDID")]; k != nil && last[k] && mime == "application/pdf" && !got.pdfa {
			say(f, "soubor %.120s se nehlásí k PDF/A", link(f))
		}
	}
}

// sameType is names under which one and the same form goes, or forms which the first bytes do not tell apart.
var sameType = [][]string{
	{"text/xml", "application/xml", "application/xml-dtd"},
	{"text/rtf", "application/rtf"},
	{"audio/wav", "audio/x-wav", "audio/wave"},
	{"video/x-msvideo", "video/avi", "video/msvideo"},
	{"audio/mpeg", "audio/mp3"},
	{"application/x-ole-storage", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint", "application/vnd.ms-outlook", "application/vnd.visio"},
	{"application/zip", "application/zip-compressed", "application/x-zip-compressed", "multipart/x-zip", "application/vnd.etsi.asic-e+zip",
		"application/vnd.etsi.asic-s+zip", "application/vnd.isac.fcs.isdocx", "application/vnd.apple.pages"},
}

// fitsType says whether the head of a file fits the declared type. What cannot be told apart by its first bytes is believed.
func fitsType(head []byte, declared string) (string, bool) {
	m := mimetype.Detect(head)
	seen, _, _ := strings.Cut(m.String(), ";")
	for t := m; t != nil; t = t.Parent() {
		if t.Is(declared) && !(t.Parent() == nil || t.Is("text/plain") && m != t) {
			return seen, true
		}
	}
	for _, same := range sameType {
		if among(declared, same...) && among(seen, same...) {
			return seen, true
		}
	}
	switch {
	case seen == "application/octet-stream":
		return "neznámý formát", !strings.HasPrefix(declared, "text/") && mimetype.Lookup(declared) == nil
	case seen == "text/plain":
		return seen, strings.HasPrefix(declared, "text/") && declared != "text/html" && declared != "text/xml" || declared == "message/rfc822"
	}
	return seen, mimetype.Lookup(declared) == nil && !strings.HasPrefix(declared, "text/") && declared != "application/rtf"
}
