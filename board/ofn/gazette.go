package ofn

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// The standard of notices of 2018 was written as JSON, XML and CSV with the same names. All three become entries: texts,
// numbers, lists and entries inside, as encoding/json would have them, with their place in the file.
type gazetteRow struct {
	entry map[string]any
	at    int
}

// readGazetteJSON forgives the commas before closing brackets that the standard's own examples have.
func readGazetteJSON(text []byte, o Options) (*Import, error) {
	s := scanner{text: text, lenient: true}
	v, e := s.document()
	if e != nil {
		return nil, e
	}
	list := []value{v}
	if v.kind == '[' {
		list = v.vals
	}
	var rows []gazetteRow
	for i := range list {
		entry, ok := plain(&list[i]).(map[string]any)
		if !ok {
			return nil, fail(text, list[i].from, "table", "položka není celek ve složených závorkách")
		}
		rows = append(rows, gazetteRow{entry, list[i].from})
	}
	in := gazette(text, rows, o)
	for _, b := range in.Boards {
		b.Notes = append(s.mended, b.Notes...)
		break
	}
	return in, nil
}

// readGazetteCSV takes columns such as "organizace_ico" for what is inside of organizace.
func readGazetteCSV(text []byte, o Options) (*Import, error) {
	if i := invalidUTF8(text); i >= 0 {
		return nil, fail(text, i, "utf8", "")
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte(bom))))
	head, err := r.Read()
	if err != nil {
		return nil, tableError(text, err)
	}
	var rows []gazetteRow
	for {
		record, err := r.Read()
		if err == io.EOF {
			return gazette(text, rows, o), nil
		}
		if err != nil {
			return nil, tableError(text, err)
		}
		row := gazetteRow{entry: map[string]any{}, at: int(r.InputOffset())}
		for i, cell := range record {
			if cell == "" {
				continue
			}
			whole, part, inside := strings.Cut(head[i], "_")
			if inside && (whole == "organizace" || whole == "autor") {
				inner, _ := row.entry[whole].(map[string]any)
				if inner == nil {
					inner = map[string]any{}
				}
				inner[part] = cell
				row.entry[whole] = inner
			} else {
				row.entry[head[i]] = cell
			}
		}
		rows = append(rows, row)
	}
}

func tableError(text []byte, err error) *Error {
	if err == io.EOF {
		return fail(text, len(text), "empty", "")
	}
	e := fail(nil, 0, "table", err.Error())
	var bad *csv.ParseError
	if errors.As(err, &bad) {
		e = fail(nil, 0, "table", bad.Err.Error())
		e.Line, e.Column = bad.Line, bad.Column
	}
	return e
}

// readGazetteXML reads elements: those with elements inside are entries, repeated ones lists. Names lose their prefix.
func readGazetteXML(text []byte, o Options) (*Import, error) {
	type element struct {
		name  string
		at    int
		words strings.Builder
		entry map[string]any
	}
	var rows []gazetteRow
	var open []*element
	d := xml.NewDecoder(bytes.NewReader(text))
	for {
		at := int(d.InputOffset())
		token, err := d.Token()
		if err == io.EOF {
			return gazette(text, rows, o), nil
		}
		if err != nil {
			return nil, markupError(text, int(d.InputOffset()), err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if len(open) >= maxDepth {
				return nil, fail(text, at, "deep", strconv.Itoa(maxDepth))
			}
			open = append(open, &element{name: t.Name.Local, at: at, entry: map[string]any{}})
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].words.Write(t)
			}
		case xml.EndElement:
			done := open[len(open)-1]
			open = open[:len(open)-1]
			var v any = done.entry
			if len(done.entry) == 0 {
				v = strings.TrimSpace(done.words.String())
			}
			if len(open) == 1 && done.name == "oznameni" {
				rows = append(rows, gazetteRow{done.entry, done.at})
			} else if len(open) > 0 {
				add(open[len(open)-1].entry, done.name, v)
			}
		}
	}
}

// add puts a value under a key; a second one makes a list.
func add(entry map[string]any, key string, v any) {
	switch was := entry[key].(type) {
	case nil:
		entry[key] = v
	case []any:
		entry[key] = append(was, v)
	default:
		entry[key] = []any{was, v}
	}
}

// gazette makes boards of rows, one a publisher.
func gazette(text []byte, rows []gazetteRow, o Options) *Import {
	in := &Import{}
	boards := map[string]*Board{}
	places := locator{text: text}
	for _, row := range rows {
		m := modern(row.entry)
		publisher := inside(m, "organizace")
		key, err := json.Marshal(publisher["ico"])
		if err != nil {
			key = nil
		}
		b := boards[string(key)]
		if b == nil {
			b = o.board()
			boards[string(key)] = b
			in.Boards = append(in.Boards, b)
		}
		line, column := places.position(row.at)
		at := Fault{Line: line, Column: column, Notice: len(b.Notices)}
		if b.Operator.Name != nil && len(publisher) > 1 {
			m["organizace"] = publisher // the board has its operator from a notice before
		} else if len(publisher) > 0 && b.Operator.Name == nil {
			b.Operator = person(publisher)
			if len(b.Operator.Places) > 0 {
				b.Place = &b.Operator.Places[0]
				b.Operator.Places = nil
			}
		}
		b.Notices = append(b.Notices, gazetteNotice(m, b, at, o))
	}
	return in
}

func gazetteNotice(m map[string]any, b *Board, at Fault, o Options) Notice {
	n := Notice{}
	n.URL = plainAddress(words(m, "url", "link"))
	if n.IRI = n.URL; n.IRI == "" {
		id := cmp.Or(m["identifikator"], m["id"], any(at.Line))
		n.IRI = o.iri("gazette", fmt.Sprint(id))
	}
	n.Name, n.Description = Czech(words(m, "nazev")), Czech(words(m, "anotace"))
	if n.Name == nil {
		n.Name = n.Description
	}
	term(b, &n, at, words(m, "zverejneno", "zverejneno_od"), words(m, "sejmuto", "zverejneno_do"))
	if approved := words(m, "schvaleno"); approved != "" {
		n.Approved = Moment{Date: approved}
	}
	n.FileMark, n.Reference, n.Revision = words(m, "znacka"), words(m, "cislo_jednaci"), words(m, "revize")
	for _, a := range some(m, "agenda") {
		if name, ok := a.(string); ok {
			n.Agendas = append(n.Agendas, NewAgenda(name))
		} else {
			add(m, "agenda", a) // of another kind than a name: kept below
		}
	}
	for _, d := range some(m, "dokument") {
		entry, ok := d.(map[string]any)
		if !ok {
			address, _ := d.(string)
			entry = map[string]any{"url": address}
		}
		document := NewDocument(words(entry, "nazev"), o.resolve(plainAddress(words(entry, "url"))), words(entry, "media_type"))
		if document.MediaType == "" {
			document.MediaType = MediaIRI(fileType(document.URL))
		}
		rest(&document.Thing, entry)
		n.Documents = append(n.Documents, document)
	}
	for _, s := range some(m, "subjekt") {
		if entry, ok := s.(map[string]any); ok {
			n.Subjects = append(n.Subjects, person(entry))
		} else {
			add(m, "subjekt", s)
		}
	}
	if author := inside(m, "autor"); len(author) > 0 {
		n.Providers = []Person{person(author)}
	}
	rest(&n.Thing, m)
	return n
}
