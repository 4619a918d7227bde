package board

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"epom/board/ofn"
	"epom/internal/db"
	"epom/offices"
)

// someBoard draws a valid board with everything a notice may have, and with what the norm does not know.
func someBoard(r *rapid.T) *ofn.Board {
	words := rapid.SampledFrom([]string{"Záměr", "<script>alert(1)</script>", "a & b", "Příliš \"žluťoučký\"\nkůň", "日本 😀", "x\x00y\u2028z", " ", "'); DROP TABLE posting; --", "\\u0000"})
	text := func(name string) ofn.Text {
		t := ofn.Text{"cs": words.Draw(r, name)}
		if rapid.Bool().Draw(r, name+" en") {
			t["en"] = words.Draw(r, name+" in English")
		}
		return t
	}
	day := func(name string) ofn.Moment {
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(-1000, 1000).Draw(r, name))
		switch rapid.IntRange(0, 2).Draw(r, name+" kind") {
		case 0:
			return ofn.Unspecified()
		case 1:
			return ofn.At(at.Add(time.Hour * 9))
		}
		return ofn.On(at)
	}
	extra := func(name string) ofn.Extra {
		raw := rapid.SampledFrom([]string{`"VD"`, `{"b":[1,2.50,{"a":null}],"aa":true}`, `[]`, `"\ud83d\ude00\\u0000"`, `12345678901234567890.5`}).Draw(r, name)
		return ofn.Extra{"odbor": json.RawMessage(raw), "ř": json.RawMessage(`{}`)}
	}
	b := &ofn.Board{Thing: ofn.Thing{IRI: "https://obec.example/deska", Extra: extra("of the board")}, Page: "https://obec.example/", Operator: ofn.Person{ICO: "00258245"}}
	for i := range rapid.IntRange(0, 6).Draw(r, "notices") {
		n := ofn.Notice{}
		n.IRI = fmt.Sprintf("https://obec.example/%d", rapid.IntRange(0, 3).Draw(r, "iri")*rapid.IntRange(0, 1).Draw(r, "shared")+i*10)
		n.Name, n.Posted, n.RelevantTo, n.Extra = text("name"), day("posted"), day("until"), extra("of a notice")
		if rapid.Bool().Draw(r, "more") {
			n.Description, n.URL, n.Reference, n.FileMark, n.Revision = text("text"), "https://obec.example/?a=1&b=2", words.Draw(r, "reference"), words.Draw(r, "mark"), "2"
			n.Approved = day("approved")
			n.Agendas = []ofn.Agenda{ofn.NewAgenda(words.Draw(r, "agenda"))}
			n.Documents = []ofn.Document{ofn.NewDocument(words.Draw(r, "document"), "https://obec.example/příloha 1.pdf", "application/pdf"), ofn.NewDocument("bez adresy", "", "")}
			n.Subjects = []ofn.Person{{ICO: "00258245", Thing: ofn.Thing{Name: text("subject")}}, {First: text("first"), Last: text("last")}}
			n.Places = []ofn.Place{{Geometry: json.RawMessage(`{"type":"Point","coordinates":[15.5,50.25]}`)}, {Address: &ofn.Address{Municipality: ofn.RUIAN("obec", 564044)}}}
		}
		if ofn.ValidateNotice(&n) == nil {
			b.Notices = append(b.Notices, n)
		}
	}
	return b
}

// Any board comes back from the database as it went in, and what comes back is
// valid, and taken in again it changes nothing.
func TestAnyBoardComesBack(t *testing.T) {
	t.Parallel()
	const most = 100
	x, list := newExchange(t, most)
	next := 0
	rapid.Check(t, func(r *rapid.T) {
		var o *offices.Office
		if next < most {
			o = list[next]
			next++
		} else {
			o = list[rapid.IntRange(0, most-1).Draw(r, "office")]
		}
		b := someBoard(r)
		s, err := StateOf(b, "state", imported.Add(time.Duration(next)*time.Second))
		if err != nil {
			r.Fatal(err)
		}
		x.take(o, imported, s)
		raw := x.give(o, StillShown)
		if faults := ofn.Validate(raw); faults != nil {
			r.Fatalf("%v\n%s", faults, raw)
		}
		want, err := ofn.Parse(bytes.NewReader(s.Raw), 0)
		if err != nil {
			r.Fatal(err)
		}
		got, err := ofn.Parse(bytes.NewReader(raw), 0)
		if err != nil || !ofn.Equal(want, got) {
			r.Fatalf("%v\nwent in  %s\ncame out %s", err, s.Raw, raw)
		}
		if said := x.take(o, imported, ofn.State{At: s.At.Add(time.Millisecond), Name: "again", Raw: raw}); said.New+said.Revised+said.Removed+said.Again != 0 {
			r.Fatalf("%+v\n%s", said, raw)
		}
		// what the judged items say and what is made anew is the same
		err = x.db.Tx(t.Context(), db.Scope{Office: o.ID, Actor: "test"}, func(tx *db.Tx) error {
			var fresh bytes.Buffer
			if err := (OpenData{Law: x.law, Office: o, Base: "https://other.example"}).WriteBoard(t.Context(), tx, StillShown, &fresh); err != nil {
				return err
			}
			if again, err := ofn.Parse(&fresh, 0); err != nil || !ofn.Equal(got, again) {
				return fmt.Errorf("made anew it differs: %w", err)
			}
			return nil
		})
		if err != nil {
			r.Fatal(err)
		}
	})
	x.sound()
}
