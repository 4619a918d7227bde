package ofn

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"
)

// Layout is a way boards are kept.
type Layout string

// Layouts known here.
const (
	LayoutNone        Layout = ""
	LayoutBoard       Layout = "ofn"          // one state by the norm
	LayoutSeries      Layout = "series"       // an archive of states: States and Replay
	LayoutEdesky      Layout = "edesky"       // answer of the search of documents of edesky.cz
	LayoutPraha7      Layout = "praha7"       // list of notices with HTML texts
	LayoutPraha7Files Layout = "praha7-files" // their files, one JSON a line
	LayoutSQL         Layout = "sql"          // INSERT statements of a web of articles and attachments
	LayoutGazetteJSON Layout = "gazette-json" // the earlier standard of 2018
	LayoutGazetteXML  Layout = "gazette-xml"
	LayoutGazetteCSV  Layout = "gazette-csv"
)

// Options say what a file itself does not.
type Options struct {
	Base     string // address of the web that relative addresses hang on; also of notices that have none
	Operator Person // whose board it is, where the file does not say
	Limit    int64  // bytes, unpacked; 0 = DefaultLimit
}

// Import is what an adapter made of a file: boards (one an office), and what found no place in them.
type Import struct {
	Layout  Layout
	Boards  []*Board
	LeftOut []Fault
}

// Detect recognises the layout by the beginning of a file (some kilobytes, may be packed) and by its name.
func Detect(name string, head []byte) Layout {
	if bytes.HasPrefix(head, []byte(magicXZ)) {
		return LayoutSeries
	}
	if bytes.HasPrefix(head, []byte(magicGzip)) {
		inner := make([]byte, 16<<10)
		n := 0
		if z, err := gzip.NewReader(bytes.NewReader(head)); err == nil {
			n, _ = io.ReadFull(z, inner) // the head is cut, so is what comes of it
		}
		return Detect(strings.TrimSuffix(name, ".gz"), inner[:n])
	}
	if len(head) > 262 && string(head[257:262]) == "ustar" {
		return LayoutSeries
	}
	text := bytes.TrimSpace(bytes.TrimPrefix(head, []byte(bom)))
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return bytes.Contains(text, []byte(w)) })
	}
	first := byte(0)
	if len(text) > 0 {
		first = text[0]
	}
	switch {
	case first == '<' && has("<edesky_search_api"):
		return LayoutEdesky
	case first == '<' && has("<uredni_deska"):
		return LayoutGazetteXML
	case first == '[' && has(`"official_desk_name"`):
		return LayoutPraha7
	case first == '{' && has(`"document_name"`):
		return LayoutPraha7Files
	case first == '{' && has(`"informace"`, "ofn.gov.cz/úřední-desky/", `"Úřední deska"`):
		return LayoutBoard
	case (first == '[' || first == '{') && has(`"identifikator"`, `"zverejneno"`, `"zverejneno_od"`, `"entity_type"`):
		return LayoutGazetteJSON
	case bytes.Contains(bytes.ToLower(text[:min(len(text), 512)]), []byte("insert into")):
		return LayoutSQL
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	if columns := strings.Split(strings.TrimSpace(string(line)), ","); slices.Contains(columns, "nazev") && slices.Contains(columns, "zverejneno") {
		return LayoutGazetteCSV
	}
	if ext := strings.ToLower(path.Ext(name)); ext == ".json" || ext == ".jsonld" {
		return LayoutBoard // so that reading it says what is wrong with it
	}
	return LayoutNone
}

// Read turns a file of a layout into boards; packed files are unpacked. What is malformed is refused with an *Error.
func Read(layout Layout, r io.Reader, o Options) (*Import, error) {
	open, err := unpack(bufio.NewReader(r))
	if err != nil {
		return nil, fail(nil, 0, "archive", err.Error())
	}
	text, err := slurp(open, o.Limit)
	if e := (*Error)(nil); err != nil && !errors.As(err, &e) {
		return nil, fail(nil, 0, "archive", err.Error())
	} else if err != nil {
		return nil, err
	}
	read := map[Layout]func([]byte, Options) (*Import, error){
		LayoutBoard: readBoard, LayoutEdesky: readEdesky, LayoutPraha7: readPraha7, LayoutPraha7Files: readPraha7Files, LayoutSQL: readSQL,
		LayoutGazetteJSON: readGazetteJSON, LayoutGazetteXML: readGazetteXML, LayoutGazetteCSV: readGazetteCSV,
	}[layout]
	if read == nil {
		return nil, fail(text, 0, "layout", "")
	}
	in, err := read(text, o)
	if err != nil {
		return nil, err
	}
	in.Layout = layout
	return in, nil
}

func readBoard(text []byte, _ Options) (*Import, error) {
	b, err := parse(text)
	if err != nil {
		return nil, err
	}
	return &Import{Boards: []*Board{b}}, nil
}

// Join adds what another file says of the same notices (their files, addresses, names). What belongs to no notice is added
// as one when it has a name, else it is left out and said.
func (in *Import) Join(other *Import) {
	known := map[string]*Notice{}
	for _, b := range in.Boards {
		for i := range b.Notices {
			known[b.Notices[i].IRI] = &b.Notices[i]
		}
	}
	in.LeftOut = append(in.LeftOut, other.LeftOut...)
	for _, b := range other.Boards {
		var more []Notice
		for _, n := range b.Notices {
			switch known := known[n.IRI]; {
			case known != nil:
				known.join(&n)
			case n.Name != nil && len(in.Boards) > 0:
				more = append(more, n)
			default:
				in.LeftOut = append(in.LeftOut, Fault{Path: n.IRI, Text: "Soubory nepatří k žádné položce desky.", Notice: -1})
			}
		}
		if len(more) > 0 {
			in.Boards[0].Notices = append(in.Boards[0].Notices, more...)
		}
	}
}

// join fills what is empty and adds what is not there yet.
func (n *Notice) join(other *Notice) {
	if n.Name == nil {
		n.Name = other.Name
	}
	if n.URL == "" {
		n.URL = other.URL
	}
	for _, d := range other.Documents {
		if !slices.ContainsFunc(n.Documents, func(x Document) bool { return x.URL == d.URL }) {
			n.Documents = append(n.Documents, d)
		}
	}
	for _, d := range other.Attachments {
		if !slices.ContainsFunc(n.Attachments, func(x Document) bool { return x.URL == d.URL }) {
			n.Attachments = append(n.Attachments, d)
		}
	}
	for key, raw := range other.Extra {
		if _, had := n.Extra[key]; !had {
			n.keep(key, raw)
		}
	}
}

// keep puts a value under its name into Extra.
func (t *Thing) keep(key string, v any) {
	raw, ok := v.(json.RawMessage)
	if !ok {
		if s, text := v.(string); text {
			raw = appendString(nil, s)
		} else if made, err := json.Marshal(v); err == nil {
			raw = made
		}
	}
	if t.Extra == nil {
		t.Extra = Extra{}
	}
	t.Extra[key] = raw
}

// iri is the address of a notice that has only a number of its own.
func (o Options) iri(layout Layout, id string) string {
	if o.Base == "" {
		return "urn:epom:" + string(layout) + ":" + url.PathEscape(id)
	}
	return strings.TrimSuffix(o.Base, "/") + "/uredni-deska/" + url.PathEscape(id)
}

// resolve makes a relative address whole, also one of a developer's machine, which is moved to the web it was meant for.
func (o Options) resolve(address string) string {
	base, err := url.Parse(o.Base)
	if err != nil || o.Base == "" {
		return address
	}
	ref, err := url.Parse(strings.TrimSpace(address))
	if err != nil || ref.IsAbs() && ref.Hostname() != "localhost" {
		return address
	}
	ref.Scheme, ref.Host = "", ""
	return base.ResolveReference(ref).String()
}

// board is an empty board of the one the file belongs to.
func (o Options) board() *Board {
	return &Board{Thing: Thing{IRI: o.Base}, Page: o.Base, Operator: o.Operator}
}

// term makes moments of two dates and notes what is odd about them; no end is an unspecified one.
func term(b *Board, n *Notice, at Fault, from, to string) {
	n.Posted, n.RelevantTo = Moment{Date: from}, Moment{Date: to}
	if from == "" {
		n.Posted = Unspecified()
	}
	if to == "" {
		n.RelevantTo = Unspecified()
	}
	for _, m := range []Moment{n.Posted, n.RelevantTo} {
		if _, ok := m.Time(time.UTC); !ok && m.Date != "" {
			at.Text = "Datum „" + m.Date + "“ nelze přečíst."
			b.Notes = append(b.Notes, at)
		}
	}
	if from != "" && to != "" && to < from {
		at.Text = "Sejmutí " + to + " předchází vyvěšení " + from + "."
		b.Notes = append(b.Notes, at)
	}
}

// mediaTypes are those of files met on boards, by extension.
var mediaTypes = map[string]string{
	"pdf": "application/pdf", "doc": "application/msword", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"xls": "application/vnd.ms-excel", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"odt": "application/vnd.oasis.opendocument.text", "ods": "application/vnd.oasis.opendocument.spreadsheet", "rtf": "application/rtf",
	"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "tif": "image/tiff", "tiff": "image/tiff",
	"zip": "application/zip", "txt": "text/plain", "html": "text/html", "htm": "text/html", "zfo": "application/vnd.software602.filler.form-xml-zip",
}

// fileType is the media type of an address by its extension, or "" when it is no file.
func fileType(address string) string {
	if u, err := url.Parse(address); err == nil {
		address = u.Path
	}
	return mediaTypes[strings.ToLower(strings.TrimPrefix(path.Ext(address), "."))]
}
