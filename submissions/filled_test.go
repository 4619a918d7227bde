package submissions

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"epom/forms"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/routing"
)

// What a person fills in comes out of the paper and of the file again.
func TestFilledReadsBack(t *testing.T) {
	t.Parallel()
	all, err := forms.Load()
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for _, f := range all.All() {
		a := f.Examples[0].Answers
		office := &routing.Decision{}
		office.Office = &routing.Card{Name: "Městský úřad Hejnice", Slug: "hejnice", Participates: true}
		paper, err := FilledPaper(f, a, office, forms.Setting{Today: day, Lang: "cs"}, "https://epom.example")
		if err != nil {
			t.Fatal(f.Code, err)
		}
		file, err := Export(&Draft{FormCode: f.Code, FormVersion: f.Version, Lang: "cs", Answers: db.J(a)})
		if err != nil {
			t.Fatal(err)
		}
		for kind, data := range map[string][]byte{"paper": paper, "file": file} {
			e, err := ReadFilled(data)
			if err != nil || e.Form != f.Code || e.Version != f.Version || len(e.Answers) == 0 {
				t.Fatalf("%s of %s: %+v %v", kind, f.Code, e, err)
			}
			for _, c := range f.Diff(a, e.Answers, "cs") {
				if kind == "file" {
					t.Errorf("%s of %s: %s changed from %q to %q", kind, f.Code, c.Path, c.Old, c.New)
				}
			}
		}
	}
}

func TestFilledRefusesWhatIsNotOurs(t *testing.T) {
	t.Parallel()
	sound, err := Embedded{Form: "zkouska", Version: 1, Lang: "cs", Answers: forms.Answers{"a": "b", "n": int64(7), "f": 1.5, "h": "<&>"}}.sealed()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ReadFilled(sound); err != nil {
		t.Fatal(err)
	}
	var shuffled map[string]any // saved by another program: order and white space do not matter
	if err := json.Unmarshal(sound, &shuffled); err != nil {
		t.Fatal(err)
	}
	again, _ := json.Marshal(shuffled)
	if _, err := ReadFilled(again); err != nil {
		t.Errorf("the same data written otherwise: %v", err)
	}
	for name, c := range map[string]struct {
		data []byte
		kind errs.Kind
	}{
		"empty":         {nil, errs.NotFound},
		"a picture":     {[]byte("\x89PNG"), errs.NotFound},
		"another JSON":  {[]byte(`{"a":1}`), errs.NotFound},
		"changed":       {bytes.Replace(sound, []byte(`"b"`), []byte(`"c"`), 1), errs.Invalid},
		"other version": {bytes.Replace(sound, []byte(`"version": 1`), []byte(`"version": 2`), 1), errs.Invalid},
		"without hash":  {[]byte(`{"form":"zkouska","version":1,"answers":{}}`), errs.Invalid},
		"two documents": {append(bytes.Clone(sound), sound...), errs.NotFound},
		"cut PDF":       {[]byte("%PDF-1.7\n1 0 obj\n<</Type/Cat"), errs.Invalid},
		"foreign PDF":   {[]byte("%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF"), errs.NotFound},
		"huge":          {[]byte(`{"form":"zkouska","answers":{"a":"` + strings.Repeat("a", answersBytes) + `"}}`), errs.Invalid},
	} {
		if _, err := ReadFilled(c.data); !errs.Is(err, c.kind) || errs.Message(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Any single change of the text of the data is found, or changes nothing.
func TestFilledFindsAnyChange(t *testing.T) {
	t.Parallel()
	sound, err := Embedded{Form: "zkouska", Version: 3, Lang: "cs", Answers: forms.Answers{"jméno": "Eva", "počet": int64(12)}}.sealed()
	if err != nil {
		t.Fatal(err)
	}
	want, _ := ReadFilled(sound)
	rapid.Check(t, func(t *rapid.T) {
		bad := bytes.Clone(sound)
		bad[rapid.IntRange(0, len(bad)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
		e, err := ReadFilled(bad)
		if err != nil {
			return
		}
		a, _ := json.Marshal(want)
		b, _ := json.Marshal(e)
		if !bytes.Equal(a, b) {
			t.Fatalf("a change went through: %s", b)
		}
	})
}

func FuzzReadFilled(f *testing.F) {
	sound, _ := Embedded{Form: "zkouska", Version: 1, Answers: forms.Answers{"a": "b"}}.sealed()
	f.Add(sound)
	f.Add([]byte("%PDF-1.7\n1 0 obj<</Type/Catalog/Names 2 0 R>>endobj"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if e, err := ReadFilled(data); err == nil && (e.Form == "" || e.Answers == nil) {
			t.Error("an empty form was read")
		}
	})
}

// A form of five pages and more: the limit is 50 ms.
func BenchmarkFilledPaper(b *testing.B) {
	all, err := forms.Load()
	if err != nil {
		b.Fatal(err)
	}
	f, _ := all.Latest("kaceni-drevin")
	dec := &routing.Decision{Office: &routing.Card{Name: "Městský úřad Hejnice", Slug: "hejnice", Participates: true}}
	set := forms.Setting{Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), Lang: "cs"}
	for b.Loop() {
		if _, err := FilledPaper(f, f.Examples[0].Answers, dec, set, "https://epom.example"); err != nil {
			b.Fatal(err)
		}
	}
}
