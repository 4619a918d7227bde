package ofn

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"
)

// FuzzParse: whatever is read is written, read again the same, and is JSON to others; whatever is refused has a place.
func FuzzParse(f *testing.F) {
	f.Add(slurpFile(f, "testdata/full.jsonld"))
	for _, s := range []string{"", "{}", "[]", `{"informace":[{},1,null,{"typ":5,"název":{"cs":1}}]}`, `{"a":"\ud83d\ude00\n","b":-1.5e+3}`, "\ufeff{\"a\":\"\t\"}", `{"@context":[],"informace":"x","stránka":"a&amp;amp;b"}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		b, err := Parse(bytes.NewReader(text), 1<<20)
		if err != nil {
			if e, ok := err.(*Error); !ok || e.Line < 1 || e.Column < 1 || e.Reason == "" {
				t.Fatalf("error without a place: %v", err)
			}
			return
		}
		if !json.Valid(bytes.TrimPrefix(text, []byte(bom))) {
			t.Fatal("read what is no JSON")
		}
		var out bytes.Buffer
		if err := Write(&out, b); err != nil {
			t.Fatal(err)
		}
		if !json.Valid(out.Bytes()) {
			t.Fatalf("written is no JSON: %s", out.Bytes())
		}
		again, err := parse(out.Bytes())
		if err != nil || !Equal(b, again) {
			t.Fatalf("not the same: %v\n%s", err, out.Bytes())
		}
		Validate(text)
	})
}

// FuzzRead: detection and every adapter end with an answer or an error with a place, and what they make can be written.
func FuzzRead(f *testing.F) {
	layouts := []Layout{LayoutBoard, LayoutEdesky, LayoutPraha7, LayoutPraha7Files, LayoutSQL, LayoutGazetteJSON, LayoutGazetteXML, LayoutGazetteCSV}
	for i, s := range []string{"{}", someEdesky, somePraha7, somePraha7Files, someSQL, someGazette, someGazetteXML, someGazetteCSV} {
		f.Add(uint8(i), []byte(s))
		f.Add(uint8(i), []byte(gzipped(s)))
	}
	f.Fuzz(func(t *testing.T, n uint8, text []byte) {
		Detect("x.json", text)
		layout := layouts[int(n)%len(layouts)]
		in, err := Read(layout, bytes.NewReader(text), Options{Base: "https://x.example/", Limit: 1 << 20})
		if err != nil {
			if e, ok := err.(*Error); !ok || e.Line < 1 || e.Reason == "" {
				t.Fatalf("%s: error without a place: %v", layout, err)
			}
			return
		}
		other, err := Read(layout, bytes.NewReader(text), Options{Base: "https://x.example/", Limit: 1 << 20})
		if err != nil {
			t.Fatalf("the second reading: %v", err)
		}
		in.Join(other)
		for _, b := range in.Boards {
			var out bytes.Buffer
			if err := Write(&out, b); err != nil || !json.Valid(out.Bytes()) {
				t.Fatalf("%s: %v %s", layout, err, out.Bytes())
			}
		}
	})
}

// FuzzStates: an archive of any bytes ends.
func FuzzStates(f *testing.F) {
	raw := packed(f, map[string]int{"2026-01-01.json": 5, "b.json": 700})
	f.Add(raw)
	f.Add(xzipped(f, raw))
	f.Add([]byte(gzipped(string(raw))))
	f.Fuzz(func(t *testing.T, archive []byte) {
		for s, err := range States(bytes.NewReader(archive), 1<<20) {
			if err != nil {
				if e, ok := err.(*Error); !ok || e.Reason == "" {
					t.Fatal(err)
				}
				continue
			}
			if _, err := Replay(all(s.Timed(time.Unix(1, 0)))); err != nil {
				t.Fatal(err)
			}
		}
	})
}
