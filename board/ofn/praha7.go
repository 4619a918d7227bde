package ofn

import (
	"bytes"
	"strconv"
	"time"
)

// readPraha7 reads the list of notices of Praha 7: names, dates and HTML texts.
func readPraha7(text []byte, o Options) (*Import, error) {
	v, e := scan(text)
	if e != nil {
		return nil, e
	}
	if v.kind != '[' {
		return nil, fail(text, v.from, "table", "má to být seznam")
	}
	b := o.board()
	in := &Import{Boards: []*Board{b}}
	places := locator{text: text}
	for i := range v.vals {
		row := &v.vals[i]
		line, column := places.position(row.from)
		at := Fault{Path: "/" + strconv.Itoa(i), Line: line, Column: column, Notice: i}
		if row.kind != '{' {
			at.Text = "Položka není celek ve složených závorkách."
			in.LeftOut = append(in.LeftOut, at)
			continue
		}
		n := Notice{}
		n.IRI = o.iri(LayoutPraha7, row.word("id"))
		n.Name = Czech(row.word("official_desk_name"))
		n.describe(row.word("description"), o)
		if category := row.word("category_name"); category != "" {
			n.Agendas = []Agenda{NewAgenda(category)}
		}
		term(b, &n, at, row.word("official_desk_date"), row.word("official_desk_date_until"))
		if made, err := time.ParseInLocation(time.DateTime, row.word("created"), prague()); err == nil {
			n.Created = At(made)
		}
		for k, key := range row.keys {
			switch key {
			case "official_desk_name", "official_desk_date", "official_desk_date_until", "description", "category_name":
				if inner := &row.vals[k]; inner.kind == '"' || inner.kind == 'n' {
					continue
				}
			case "created":
				if !n.Created.IsZero() {
					continue
				}
			}
			n.keep(key, compact(text[row.vals[k].from:row.vals[k].to]))
		}
		b.Notices = append(b.Notices, n)
	}
	return in, nil
}

// readPraha7Files reads the files of the notices: a line says the number of the notice and its documents. The notices that
// come out have nothing but them: Join adds them to those of the list.
func readPraha7Files(text []byte, o Options) (*Import, error) {
	b := o.board()
	in := &Import{Boards: []*Board{b}}
	number := 0
	for line := range bytes.Lines(text) {
		number++
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		row, e := scan(line)
		if e != nil {
			e.Line = number
			return nil, e
		}
		documents := row.get("documents")
		if row.word("id") == "" || documents == nil {
			in.LeftOut = append(in.LeftOut, Fault{Line: number, Column: 1, Text: "Řádek neříká, ke které položce soubory patří.", Notice: -1})
			continue
		}
		n := Notice{}
		n.IRI = o.iri(LayoutPraha7, row.word("id"))
		for i := range documents.vals {
			file := &documents.vals[i]
			d := NewDocument(file.word("document_name"), o.resolve(plainAddress(file.word("url"))), mediaTypes[file.word("ext")])
			for k, key := range file.keys {
				if key != "document_name" && key != "url" {
					d.keep(key, compact(line[file.vals[k].from:file.vals[k].to]))
				}
			}
			n.Documents = append(n.Documents, d)
		}
		b.Notices = append(b.Notices, n)
	}
	return in, nil
}

// word is the text under a key, or a number as it is written; "" when there is none.
func (v *value) word(key string) string {
	if inner := v.get(key); inner != nil {
		return inner.text
	}
	return ""
}

// prague is the zone in which Czech offices write times without an offset.
func prague() *time.Location {
	if loc, err := time.LoadLocation("Europe/Prague"); err == nil {
		return loc
	}
	return time.FixedZone("CET", 3600)
}
