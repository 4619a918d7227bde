package feed

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"epom/internal/clock"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s (-want +got):\n%s", name, d)
	}
}

var noon = time.Date(2026, 6, 24, 12, 0, 0, 0, clock.Prague)

func sampleAtom() Atom {
	return Atom{
		ID: Tag("deska.example", 2026, "urady/hejnice/deska"), Title: "Úřední deska: Hejnice", Subtitle: "Vyvěšené písemnosti", Lang: "cs", Updated: noon,
		Author: Person{Name: "Město Hejnice", URI: "https://deska.example/urady/hejnice"},
		Links: []Link{{Rel: "self", Href: "https://deska.example/urady/hejnice/deska.atom?strana=2", Type: "application/atom+xml"},
			{Rel: "alternate", Href: "https://deska.example/urady/hejnice/deska", Type: "text/html", Lang: "cs"},
			{Rel: "previous", Href: "https://deska.example/urady/hejnice/deska.atom"}, {Rel: "next", Href: "https://deska.example/urady/hejnice/deska.atom?strana=3&stav=v"}},
		Entries: []Entry{{
			ID: Tag("deska.example", 2026, "urady/hejnice/deska/2026-17"), Title: "Záměr prodeje <pozemku> & stavby", Summary: "Vyvěšeno do 10. 7. 2026",
			Content: "<p>Záměr</p>", ContentHTML: true, Published: noon.Add(-time.Hour), Updated: noon,
			Categories: []Category{{Term: "zamer", Scheme: "https://deska.example/druhy", Label: "Záměr obce"}},
			Links: []Link{{Rel: "alternate", Href: "https://deska.example/urady/hejnice/deska/2026-17"},
				{Rel: "enclosure", Href: "https://deska.example/soubory/zamer.pdf", Type: "application/pdf", Title: "Záměr č. 3.pdf", Length: 69363}},
		}, {
			ID: Tag("deska.example", 2026, "urady/hejnice/deska/2026-16"), Title: "Pozvánka na zasedání", Updated: noon.Add(-48 * time.Hour),
			Author: &Person{Name: "Stavební úřad", Email: "stavebni@hejnice.example"},
			Links:  []Link{{Rel: "alternate", Href: "https://deska.example/urady/hejnice/deska/2026-16"}},
		}},
	}
}

func TestAtomGolden(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := sampleAtom().Write(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "board.atom", b.Bytes())
}

func TestAtomRefuses(t *testing.T) {
	t.Parallel()
	for want, spoil := range map[string]func(*Atom){
		"no IRI":            func(f *Atom) { f.ID = "deska" },
		"no title":          func(f *Atom) { f.Title = " \x01" },
		"no time of change": func(f *Atom) { f.Updated = time.Time{} },
		"author has no":     func(f *Atom) { f.Author.Name = "" },
		"stands twice":      func(f *Atom) { f.Entries[1].ID = f.Entries[0].ID },
		"2026-16\": no ti":  func(f *Atom) { f.Entries[1].Title = "" },
		"the author has":    func(f *Atom) { f.Entries[1].Author.Name = "" },
		"neither content":   func(f *Atom) { f.Entries[1].Links = nil },
		"leads nowhere":     func(f *Atom) { f.Entries[0].Links[1].Href = "" },
		"\"next\" leads":    func(f *Atom) { f.Links[3].Href = "\n" },
		"entry \"a b\": th": func(f *Atom) { f.Entries[0].ID = "a b" },
	} {
		f := sampleAtom()
		spoil(&f)
		var b bytes.Buffer
		if err := f.Write(&b); err == nil || !strings.Contains(err.Error(), want) || b.Len() > 0 {
			t.Errorf("%s: %v, %d bytes went out", want, err, b.Len())
		}
	}
	if err := sampleAtom().Write(torn{}); !errors.Is(err, errTorn) {
		t.Errorf("a writer that fails: %v", err)
	}
}

var errTorn = errors.New("torn")

type torn struct{}

func (torn) Write([]byte) (int, error) { return 0, errTorn }

func TestTag(t *testing.T) {
	t.Parallel()
	if got := Tag("a.example", 2026, "deska/č 1?"); got != "tag:a.example,2026:deska/%C4%8D%201%3F" || !iri(got) {
		t.Error(got)
	}
}

// read is a feed as a reader of XML sees it.
type read struct {
	Title   string `xml:"http://www.w3.org/2005/Atom title"`
	Lang    string `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	Author  string `xml:"author>name"`
	Entries []struct {
		Content struct {
			Type string `xml:"type,attr"`
			Text string `xml:",chardata"`
		} `xml:"content"`
		Summaries []string `xml:"summary"`
		Titles    []string `xml:"title"`
		Links     []Link   `xml:"link"`
	} `xml:"http://www.w3.org/2005/Atom entry"`
}

// anyText draws what people and programs write, bad bytes too.
var anyText = rapid.OneOf(rapid.String(), rapid.StringOfN(rapid.RuneFrom([]rune("ačř€😀 ,;:\\\"'<>&\n\r\t\x00\x1b\u0085\u2028\ufffe^=")), 0, 300, -1),
	rapid.Custom(func(t *rapid.T) string { return string(rapid.SliceOfN(rapid.Byte(), 0, 200).Draw(t, "bytes")) }))

func TestAtomCarriesAnyText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := anyText.Draw(t, "text")
		f := sampleAtom()
		f.Title, f.Author.Name, f.Lang = "x"+s, "x"+s, s
		f.Entries[0].Title, f.Entries[0].Summary, f.Entries[0].Content, f.Entries[0].ContentHTML = "x"+s, "x"+s, "x"+s, rapid.Bool().Draw(t, "html")
		f.Entries[0].Links[1].Title, f.Entries[0].Links[1].Href = s, "https://x/"+s
		var b bytes.Buffer
		if err := f.Write(&b); err != nil {
			t.Fatal(err)
		}
		var got read
		if err := xml.Unmarshal(b.Bytes(), &got); err != nil {
			t.Fatalf("%v\n%s", err, b.Bytes())
		}
		short, long := line("x"+s), text("x"+s)
		e := got.Entries[0]
		if got.Title != short || got.Author != short || got.Lang != line(s) || e.Titles[0] != short || e.Summaries[0] != long || e.Content.Text != long || e.Links[1].Title != line(s) {
			t.Fatalf("%q came back as %+v", s, got)
		}
		if html := f.Entries[0].ContentHTML; (e.Content.Type == "html") != html {
			t.Fatalf("type of content %q", e.Content.Type)
		}
	})
}

func FuzzText(f *testing.F) {
	f.Add("a\r\n\x00b\xff")
	f.Fuzz(func(t *testing.T, s string) {
		if got := text(s); text(got) != got || strings.ContainsAny(got, "\r\x00\x1b\ufffe") {
			t.Errorf("%q became %q", s, got)
		}
		if got := line(s); line(got) != got || strings.ContainsAny(got, "\n\t") {
			t.Errorf("%q became %q", s, got)
		}
	})
}
