package ofn

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// readEdesky reads an answer of the search of documents of edesky.cz: documents of many boards, grouped here by board. The
// time of posting is not there; that of the record is the nearest known and stands for it.
func readEdesky(text []byte, _ Options) (*Import, error) {
	e := edesky{locator: locator{text: text}, boards: map[string]*Board{}, in: &Import{}}
	d := xml.NewDecoder(bytes.NewReader(text))
	for depth := 0; ; {
		at := int(d.InputOffset())
		token, err := d.Token()
		if err == io.EOF && depth == 0 {
			return e.in, nil
		}
		if err != nil {
			return nil, markupError(text, int(d.InputOffset()), err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			depth++
			a := attributes(t)
			switch t.Name.Local {
			case "document":
				e.document(a, at)
			case "attachment":
				if e.open == nil {
					return nil, markupError(text, at, errors.New("příloha stojí mimo dokument"))
				}
				e.file(a, at)
			case "edesky_search_api", "documents", "attachments":
			default: // what the answer says of the question, the asker's name and key among it
				line, column := e.position(at)
				e.in.LeftOut = append(e.in.LeftOut, Fault{Path: "/" + t.Name.Local, Line: line, Column: column, Text: "Údaj o dotazu, ne o desce.", Notice: -1})
			}
		case xml.EndElement:
			depth--
			if t.Name.Local == "document" && e.open != nil {
				e.board.Notices = append(e.board.Notices, *e.open)
				e.open = nil
			}
		}
	}
}

type edesky struct {
	locator
	in     *Import
	boards map[string]*Board // by the number of the board
	board  *Board
	open   *Notice
}

func markupError(text []byte, at int, err error) *Error {
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		return fail(text, at, "markup", syntax.Msg)
	}
	return fail(text, at, "markup", err.Error())
}

func attributes(t xml.StartElement) map[string]string {
	a := make(map[string]string, len(t.Attr))
	for _, x := range t.Attr {
		a[x.Name.Local] = x.Value
	}
	return a
}

// pull takes a value out, so that what stays is what had no place.
func pull(a map[string]string, key string) string {
	v := a[key]
	delete(a, key)
	return v
}

// document begins a notice.
func (e *edesky) document(a map[string]string, at int) {
	id := pull(a, "dashboard_id")
	b := e.boards[id]
	if b == nil {
		b = &Board{Thing: Thing{IRI: "https://edesky.cz/desky/" + id, Name: Czech(a["dashboard_name"])}, Page: "https://edesky.cz/desky/" + id}
		b.Operator.Name = b.Name
		if ico := a["dashboard_ovm_ico"]; ico != "" {
			b.Operator.ICO = fmt.Sprintf("%08s", ico)
		}
		if code, err := strconv.ParseInt(a["dashboard_ruian_kod"], 10, 64); err == nil {
			b.Place = &Place{Address: &Address{Municipality: RUIAN("obec", code)}}
		}
		for key, value := range a {
			if strings.HasPrefix(key, "dashboard_") {
				b.keep(key, value)
			}
		}
		e.boards[id] = b
		e.in.Boards = append(e.in.Boards, b)
	}
	for key := range a {
		if strings.HasPrefix(key, "dashboard_") {
			delete(a, key) // the board has it
		}
	}
	n := &Notice{}
	e.board, e.open = b, n
	n.IRI = pull(a, "edesky_url")
	n.Name = Czech(pull(a, "name"))
	n.URL = e.mended(pull(a, "orig_url"), at)
	n.RelevantTo = Unspecified()
	if made, err := time.Parse("2006-01-02 15:04:05 -0700", a["created_at"]); err == nil {
		n.Posted = At(made)
	} else {
		n.Posted = Unspecified()
	}
	for key, value := range a {
		n.keep(key, value)
	}
}

// file adds a file to the open notice.
func (e *edesky) file(a map[string]string, at int) {
	d := NewDocument(pull(a, "name"), e.mended(pull(a, "orig_url"), at), pull(a, "mimetype"))
	for key, value := range a {
		d.keep(key, value)
	}
	e.open.Documents = append(e.open.Documents, d)
}

// mended undoes escaping of an address and notes it.
func (e *edesky) mended(address string, at int) string {
	if !strings.Contains(address, "&amp;") {
		return address
	}
	line, column := e.position(at)
	e.board.Notes = append(e.board.Notes, Fault{Line: line, Column: column, Notice: len(e.board.Notices), Text: "V adrese bylo „&amp;“ místo „&“, opraveno."})
	return plainAddress(address)
}
