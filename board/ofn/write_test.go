package ofn

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestWriteGivesBack(t *testing.T) {
	t.Parallel()
	text := slurpFile(t, "testdata/full.jsonld")
	b, err := parse(text)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := Write(&out, b); err != nil {
		t.Fatal(err)
	}
	if bytes.HasPrefix(out.Bytes(), []byte(bom)) || bytes.Contains(out.Bytes(), []byte(`\u003c`)) || !bytes.HasPrefix(out.Bytes(), []byte(`{"@context":`)) {
		t.Errorf("written: %.200s", out.Bytes())
	}
	if faults := Validate(out.Bytes()); faults != nil {
		t.Errorf("written is not valid: %v", faults)
	}
	x, _ := scan(text)
	y, e := scan(out.Bytes())
	if e != nil {
		t.Fatal(e)
	}
	if was, is := same(text, &x), same(out.Bytes(), &y); was != is {
		t.Errorf("was %s\nis  %s", was, is)
	}
	again, err := Parse(&out, 0)
	if err != nil || !Equal(b, again) {
		t.Errorf("read again: %v", err)
	}
	b.Notices[0], b.Notices[1] = b.Notices[1], b.Notices[0]
	if !Equal(b, again) {
		t.Error("the order of notices matters")
	}
	b.Notices[0].Reference = "jiné"
	if Equal(b, again) {
		t.Error("a changed notice is equal")
	}
}

// TestWriteKeepsWrong: what does not fit the norm's type comes back as it was, with the same faults.
func TestWriteKeepsWrong(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"@context":5,"typ":{},"informace":"nic","iri":["x"],"provozovatel":null,"umístění":[],"odbor":{"a":[ ]}}`,
		`{"informace":[{"typ":"x","název":{"cs":1},"vyvěšení":{},"relevantní_do":{"typ":1,"datum":5,"nespecifikovaný":false},"agenda":["a"],"dokument":[],"číslo_jednací":"","popis":{},"subjekt":{}}]}`,
	} {
		b, err := parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := Write(&out, b); err != nil {
			t.Fatal(err)
		}
		was, is := map[string]any{}, map[string]any{}
		if json.Unmarshal([]byte(text), &was) != nil || json.Unmarshal(out.Bytes(), &is) != nil {
			t.Fatalf("no JSON: %s", out.Bytes())
		}
		if missing := lost("", was, is); missing != "" {
			t.Errorf("%s\n%s\nlost: %s", text, out.Bytes(), missing)
		}
	}
}

// lost names the first thing of was that is not in is; a name in place of a list of one name is the same.
func lost(path string, was, is any) string {
	switch w := was.(type) {
	case map[string]any:
		i, ok := is.(map[string]any)
		for key, v := range w {
			if !ok {
				return path
			}
			inner, has := i[key]
			if !has {
				return path + "/" + key
			}
			if l := lost(path+"/"+key, v, inner); l != "" {
				return l
			}
		}
	case []any:
		i, ok := is.([]any)
		if !ok || len(i) != len(w) {
			return path
		}
		for n := range w {
			if l := lost(path, w[n], i[n]); l != "" {
				return l
			}
		}
	default:
		if list, ok := is.([]any); ok && len(list) == 1 && strings.HasSuffix(path, "/typ") {
			is = list[0]
		}
		if was != is {
			return path
		}
	}
	return ""
}

func TestWriteStops(t *testing.T) {
	t.Parallel()
	trouble := errors.New("trouble")
	err := WriteBoard(io.Discard, &Board{}, func(yield func(*Notice, error) bool) { yield(nil, trouble) })
	if !errors.Is(err, trouble) {
		t.Errorf("error of the source: %v", err)
	}
	n := Notice{}
	n.Extra = Extra{"odbor": json.RawMessage(`{"broken"`)}
	if err := Write(io.Discard, &Board{Notices: []Notice{n}}); err == nil {
		t.Error("a kept value that is no JSON was written")
	}
	// A name in what is kept of the head must not be taken for the list of notices.
	b := Board{Operator: Person{ICO: "00263184"}, Notices: make([]Notice, 2)}
	b.Operator.Extra = Extra{"informace": json.RawMessage(`[1]`)}
	var out bytes.Buffer
	if err := Write(&out, &b); err != nil {
		t.Fatal(err)
	}
	if again, err := parse(out.Bytes()); err != nil || len(again.Notices) != 2 || string(again.Operator.Extra["informace"]) != "[1]" {
		t.Errorf("%v: %s", err, out.Bytes())
	}
}

func TestMoment(t *testing.T) {
	t.Parallel()
	prague, err := time.LoadLocation("Europe/Prague")
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 7, 1, 23, 30, 0, 0, prague)
	if m := On(day); m.Date != "2026-07-01" {
		t.Errorf("%+v", m)
	}
	if at, ok := On(day).Time(prague); !ok || !at.Equal(time.Date(2026, 7, 1, 0, 0, 0, 0, prague)) {
		t.Errorf("beginning of the day: %v", at)
	}
	if at, ok := At(day).Time(time.UTC); !ok || !at.Equal(day) {
		t.Errorf("instant: %v", at)
	}
	for _, m := range []Moment{{}, Unspecified(), {Date: "zítra"}, {DateTime: "2026-07-01"}} {
		if _, ok := m.Time(prague); ok {
			t.Errorf("%+v has a time", m)
		}
	}
}

// anyBoard draws a valid board with anything the norm and its owner may put there.
func anyBoard(t *rapid.T) *Board {
	words := rapid.String().Filter(func(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) })
	some := words.Filter(func(s string) bool { return s != "" })
	text := rapid.Custom(func(t *rapid.T) Text {
		x := Text{"cs": words.Draw(t, "cs")}
		if rapid.Bool().Draw(t, "second") {
			x[rapid.SampledFrom([]string{"en", "uk", "de"}).Draw(t, "lang")] = words.Draw(t, "other")
		}
		return x
	})
	address := rapid.Custom(func(t *rapid.T) string {
		return "https://x.example/" + rapid.StringMatching(`[a-zA-Z0-9ěščřžýáíé/_.-]{0,12}(\?[a-z]=[0-9]&[a-z]=[ž1]){0,1}`).Draw(t, "path")
	})
	moment := rapid.Custom(func(t *rapid.T) Moment {
		at := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "at"), 0).UTC()
		return rapid.SampledFrom([]Moment{On(at), At(at), Unspecified()}).Draw(t, "moment")
	})
	extra := rapid.Custom(func(t *rapid.T) Extra {
		return rapid.SampledFrom([]Extra{nil, {"odbor": json.RawMessage(`"VD"`)}, {"a/b~c \"d\"": json.RawMessage(`[{"x":1e3},null,"<\u00e9>"]`), "": json.RawMessage(`{}`)}}).Draw(t, "extra")
	})
	thing := func(t *rapid.T) Thing {
		return Thing{IRI: address.Draw(t, "iri"), Name: text.Draw(t, "name"), Extra: extra.Draw(t, "extra")}
	}
	document := rapid.Custom(func(t *rapid.T) Document {
		d := NewDocument(some.Draw(t, "name"), address.Draw(t, "url"), rapid.SampledFrom([]string{"", "application/pdf"}).Draw(t, "media"))
		if rapid.Bool().Draw(t, "authored") {
			d.Authors = []Person{{First: text.Draw(t, "first"), Last: text.Draw(t, "last")}}
		}
		return d
	})
	notice := rapid.Custom(func(t *rapid.T) Notice {
		n := Notice{Document: Document{Thing: thing(t)}, Posted: moment.Draw(t, "posted"), Approved: moment.Draw(t, "approved")}
		n.RelevantTo = moment.Draw(t, "to")
		n.Reference, n.FileMark, n.Revision = words.Draw(t, "reference"), words.Draw(t, "mark"), words.Draw(t, "revision")
		n.Documents = rapid.SliceOfN(document, 0, 3).Draw(t, "documents")
		n.Agendas = rapid.SliceOfN(rapid.Map(some, NewAgenda), 0, 3).Draw(t, "agendas")
		n.Places = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Place {
			return Place{Thing: Thing{Name: text.Draw(t, "place")}, Building: Label{Plain: words.Draw(t, "building")}}
		}), 0, 2).Draw(t, "places")
		n.Subjects = rapid.SliceOfN(rapid.SampledFrom([]Person{{ICO: "00263184"}, {OVM: "x"}, {First: Czech("J"), Last: Czech("N")}}), 0, 2).Draw(t, "subjects")
		return n
	})
	b := &Board{Thing: thing(t), Page: address.Draw(t, "page"), Operator: Person{ICO: "00263184"}}
	b.Notices = rapid.SliceOfN(notice, 0, 5).Draw(t, "notices")
	return b
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := anyBoard(t)
		var out bytes.Buffer
		if err := Write(&out, b); err != nil {
			t.Fatal(err)
		}
		if faults := Validate(out.Bytes()); faults != nil {
			t.Fatalf("not valid: %v\n%s", faults, out.Bytes())
		}
		again, err := parse(out.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if !Equal(b, again) || len(again.Notes) > 0 {
			t.Fatalf("differs: %s", out.Bytes())
		}
		for i := range b.Notices {
			raw, err := MarshalNotice(&b.Notices[i])
			if err != nil {
				t.Fatal(err)
			}
			if _, err := ParseNotice(raw); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func BenchmarkWrite2000(b *testing.B) {
	board := rapid.Custom(anyBoard).Example(7)
	n := Notice{Posted: Moment{Date: "2026-01-20"}, Reference: "HO/17/2026", FileMark: "S 3/2026"}
	n.IRI, n.URL = "https://data.horka.example/zdroj/úřední-deska/2026-1", "https://www.horka.example/deska/2026-1"
	n.Name, n.Description, n.RelevantTo = Czech("Záměr pronájmu části pozemku č. 12/3"), Czech("Popis záměru"), Unspecified()
	n.Agendas = []Agenda{NewAgenda("majetek"), NewAgenda("záměr")}
	n.Documents = []Document{NewDocument("Záměr", "https://www.horka.example/f/1.pdf", "application/pdf")}
	var items iter.Seq2[*Notice, error] = func(yield func(*Notice, error) bool) {
		for range 2000 {
			if !yield(&n, nil) {
				return
			}
		}
	}
	for b.Loop() {
		if err := WriteBoard(io.Discard, board, items); err != nil {
			b.Fatal(err)
		}
	}
}
