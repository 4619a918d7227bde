package pdf

import (
	"crypto/sha256"
	"encoding/xml"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
)

var update = flag.Bool("update", false, "write the golden files anew")

// samples are documents of every kind that the house makes.
func samples() map[string]func() *Doc {
	return map[string]func() *Doc{
		"receipt": func() *Doc { return receipt("") },
		"marked":  func() *Doc { return receipt("zkušební – bez právních účinků") },
		"form":    paperForm,
		"five":    fivePages,
		"empty":   func() *Doc { return New(Meta{}) },
		"attached": func() *Doc {
			d := receipt("")
			d.Attach("odpovědi.json", "application/json", Data, answers)
			return d
		},
	}
}

// What programs from outside say of every sample.
func TestFilesAreSound(t *testing.T) {
	t.Parallel()
	for name, sample := range samples() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := save(t, mustBytes(t, sample()))
			if out := run(t, "qpdf", "--check", path); strings.Contains(out, "WARNING") {
				t.Errorf("qpdf --check:\n%s", out)
			}
			conf := model.NewDefaultConfiguration()
			conf.ValidationMode = model.ValidationStrict
			if name == "attached" {
				// PDF/A-3 puts AFRelationship into PDF 1.7; strictly it belongs to 2.0.
				conf.ValidationMode = model.ValidationRelaxed
			}
			if err := api.ValidateFile(path, conf); err != nil {
				t.Errorf("pdfcpu, strict: %v", err)
			}
			info := run(t, "pdfinfo", path)
			for _, want := range []string{`Tagged: +yes`, `PDF version: +1\.7`, `Encrypted: +no`, `Page size: +595\.28 x 841\.89`} {
				if !regexp.MustCompile(want).MatchString(info) {
					t.Errorf("pdfinfo: no %s in\n%s", want, info)
				}
			}
			for _, font := range strings.Split(strings.TrimSpace(run(t, "pdffonts", path)), "\n")[2:] {
				if !regexp.MustCompile(`^[A-Z]{6}\+NotoSans-\w+ +CID TrueType +Identity-H +yes yes yes `).MatchString(font) {
					t.Errorf("pdffonts: %s", font)
				}
			}
		})
	}
}

func TestGoldenText(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"receipt", "marked", "form"} {
		data := mustBytes(t, samples()[name]())
		golden(t, name+".txt", words(t, data))
		golden(t, name+".tags.txt", run(t, "pdfinfo", "-struct-text", save(t, data)))
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; go test -update writes it anew):\n%s", name, diff)
	}
}

func TestSameInputSameBytes(t *testing.T) {
	t.Parallel()
	for name, sample := range samples() {
		want := sha256.Sum256(mustBytes(t, sample()))
		var wait sync.WaitGroup
		for range 8 {
			wait.Go(func() {
				data, err := sample().Bytes()
				if err != nil || sha256.Sum256(data) != want {
					t.Errorf("%s: another file, error %v", name, err)
				}
			})
		}
		wait.Wait()
	}
	if other := receipt("x"); sha256.Sum256(mustBytes(t, other)) == sha256.Sum256(mustBytes(t, receipt(""))) {
		t.Error("other input, same file")
	}
}

// The metadata say the same in both places, and name the part of PDF/A.
func TestMetadata(t *testing.T) {
	t.Parallel()
	type packet struct {
		Part   int    `xml:"RDF>Description>part"`
		Level  string `xml:"RDF>Description>conformance"`
		Title  string `xml:"RDF>Description>title>Alt>li"`
		Author string `xml:"RDF>Description>creator>Seq>li"`
		Lang   string `xml:"RDF>Description>language>Bag>li"`
		Date   string `xml:"RDF>Description>CreateDate"`
	}
	const title = "Žádost <a> & \"b\"\x00\x1b\ufffe 🌳\nřádek"
	read := func(d *Doc) (p packet, info string) {
		data := mustBytes(t, d)
		from, to := strings.Index(string(data), "<?xpacket begin"), strings.Index(string(data), "<?xpacket end")
		if err := xml.Unmarshal(data[from:to], &p); err != nil {
			t.Fatal(err)
		}
		return p, run(t, "pdfinfo", save(t, data))
	}
	got, info := read(New(Meta{Title: title, Author: "Obec", Lang: "uk", Created: created}))
	want := packet{2, "A", "Žádost <a> & \"b\" 🌳 řádek", "Obec", "uk", "2026-11-22T08:30:00Z"}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if !strings.Contains(info, want.Title) || !strings.Contains(info, "2026") {
		t.Errorf("pdfinfo: %s", info)
	}
	d := New(Meta{Title: "x", Lang: "cs)/Evil(\\"})
	d.Attach("a", "text/plain", Data, nil)
	got, info = read(d)
	if got.Part != 3 || got.Date != "" || got.Lang != "csEvil" || strings.Contains(info, "CreationDate") {
		t.Errorf("%+v\n%s", got, info)
	}
}

func TestErrorsWaitInBytes(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]func(*Doc){
		"QR":   func(d *Doc) { d.QR(strings.Repeat("x", 5000), "", "", 30) },
		"bars": func(d *Doc) { d.Code128("ž", "", 30) },
		"twice": func(d *Doc) {
			d.Attach("a", "", Data, nil)
			d.Attach("a", "", Data, nil)
		},
		"nameless": func(d *Doc) { d.Attach("\x00", "", Data, nil) },
	} {
		d := New(Meta{})
		write(d)
		d.Para("and on")
		if data, err := d.Bytes(); err == nil || data != nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestPageNumbersSpeakTheLanguage(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{"": "strana 1 z 2", "cs-CZ": "strana 2 z 2", "uk": "сторінка 1 з 2", "en": "page 1 of 2", "xx": "page 2 of 2"} {
		d := New(Meta{Lang: lang})
		d.Para("a")
		d.PageBreak()
		d.Para("b")
		if text := words(t, mustBytes(t, d)); !strings.Contains(text, want) {
			t.Errorf("%q: no %q in %q", lang, want, text)
		}
	}
}

// A level is never skipped in the tags, however the headings look.
func TestHeadingLevels(t *testing.T) {
	t.Parallel()
	d := New(Meta{})
	for _, level := range []int{3, 3, 1, 3, 9, -1, 2} {
		d.Heading(level, "x")
	}
	var kinds []string
	for _, k := range d.root.kids {
		kinds = append(kinds, k.el.kind)
	}
	if got := strings.Join(kinds, " "); got != "H1 H2 H1 H2 H3 H1 H2" {
		t.Error(got)
	}
}
