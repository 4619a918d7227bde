package preview

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"epom/internal/pdf"
)

func newMaker(t *testing.T, l Limits) *Maker {
	t.Helper()
	m, err := New(filepath.Join(t.TempDir(), "work"), l)
	if err != nil {
		t.Fatal(err)
	}
	if !m.Available() {
		t.Fatal("poppler-utils is missing: install it")
	}
	t.Cleanup(func() { // whatever happened, nothing stays behind
		if left, err := os.ReadDir(m.dir); err != nil || len(left) > 0 {
			t.Errorf("left in the directory: %v (%v)", left, err)
		}
	})
	return m
}

func mustMake(t *testing.T, m *Maker, data []byte, media string, o Options) Preview {
	t.Helper()
	p, err := m.Make(t.Context(), bytes.NewReader(data), media, o)
	if err != nil {
		t.Fatal(err)
	}
	check(t, m, p)
	return p
}

// check holds for every preview.
func check(t *testing.T, m *Maker, p Preview) {
	t.Helper()
	total := 0
	for _, s := range append(p.Texts, p.Title) {
		total += len(s)
		if s != clean(s) {
			t.Errorf("text is not clean: %q", s)
		}
	}
	if total > m.limits.Text+titleMax {
		t.Errorf("%d bytes of text, the limit is %d", total, m.limits.Text)
	}
	pictures := p.Pictures
	if p.Thumb != nil {
		pictures = append(pictures[:len(pictures):len(pictures)], *p.Thumb)
	} else if len(pictures) > 0 {
		t.Error("pictures, but no thumbnail")
	}
	for _, pic := range pictures {
		head := map[string]string{"image/png": "\x89PNG\r\n", "image/jpeg": "\xff\xd8"}[pic.Media]
		if head == "" || !bytes.HasPrefix(pic.Data, []byte(head)) || pic.Width < 1 || pic.Width > maxWidth || pic.Height > tallest*pic.Width+tallest {
			t.Errorf("page %d: %s %d × %d, %d bytes", pic.Page, pic.Media, pic.Width, pic.Height, len(pic.Data))
		}
	}
}

// notice is a document of three pages.
func notice(t *testing.T) []byte {
	t.Helper()
	d := pdf.New(pdf.Meta{Title: "Záměr prodeje pozemku č. 12/3"})
	d.Heading(1, "Záměr prodeje pozemku")
	d.Para("Obec zveřejňuje záměr prodat pozemek parcelní číslo 12/3 v katastrálním území Hejnice. Příliš žluťoučký kůň úpěl ďábelské ódy.")
	d.PageBreak()
	d.Para("Druhá strana.")
	d.PageBreak()
	d.Para("Třetí strana.")
	data, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestPDF(t *testing.T) {
	t.Parallel()
	m := newMaker(t, Limits{})
	p := mustMake(t, m, notice(t), "application/pdf", Options{MaxPages: 2})
	if p.Problem != None || p.Pages != 3 || p.Title != "Záměr prodeje pozemku č. 12/3" || p.Cut {
		t.Errorf("%q, %d pages, title %q", p.Problem, p.Pages, p.Title)
	}
	if len(p.Texts) != 3 || !strings.Contains(oneLine(p.Texts[0]), "Příliš žluťoučký kůň úpěl ďábelské ódy.") || !strings.Contains(p.Texts[2], "Třetí strana.") {
		t.Errorf("%q", p.Texts)
	}
	if !strings.Contains(p.Text(), "Druhá strana.") {
		t.Errorf("%q", p.Text())
	}
	if len(p.Pictures) != 2 || p.Pictures[1].Page != 2 || p.Pictures[0].Width != 1000 || p.Pictures[0].Height != 1414 || p.Thumb.Width != 320 || p.Thumb.Height != 452 {
		t.Fatalf("%d pictures, thumbnail %v", len(p.Pictures), p.Thumb)
	}
	img := decoded(t, p.Pictures[0])
	if dark := darkShare(img); dark < 0.002 || dark > 0.3 {
		t.Errorf("%.4f of the page is dark: is the text drawn?", dark)
	}
	if p = mustMake(t, m, notice(t), "application/pdf; charset=binary", Options{MaxPages: -1}); p.Pages != 3 || len(p.Texts) != 3 || p.Thumb != nil || p.Pictures != nil {
		t.Errorf("text only: %d pages, %d texts, %d pictures", p.Pages, len(p.Texts), len(p.Pictures))
	}
}

// TestEncrypted: what needs a password says so; what only forbids copying is public all the same.
func TestEncrypted(t *testing.T) {
	t.Parallel()
	m := newMaker(t, Limits{})
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.pdf"), filepath.Join(dir, "out.pdf")
	if err := os.WriteFile(in, notice(t), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		user string
		want Problem
	}{{"tajné", Encrypted}, {"", None}} {
		if said, err := exec.Command("qpdf", "--encrypt", c.user, "vlastník", "256", "--extract=n", "--", in, out).CombinedOutput(); err != nil {
			t.Fatalf("qpdf: %v %s", err, said)
		}
		data, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		p := mustMake(t, m, data, "application/pdf", Options{MaxPages: 1})
		if p.Problem != c.want || (c.want == None) != (len(p.Pictures) == 1) {
			t.Errorf("user password %q: %q, %d pictures", c.user, p.Problem, len(p.Pictures))
		}
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	m := newMaker(t, Limits{Input: 1 << 20})
	for _, c := range []struct {
		name, media string
		data        []byte
		want        Problem
	}{
		{"a PDF cut in half", "application/pdf", notice(t)[:900], Broken},
		{"nothing", "application/pdf", nil, Broken},
		{"too large", "application/pdf", make([]byte, 1<<20+1), TooLarge},
		{"unknown", "application/msword", []byte("x"), Unsupported},
		{"no media type", "", []byte("x"), Unsupported},
		{"no picture", "image/png", []byte("x"), Broken},
		{"no archive", odf + "text", []byte("x"), Broken},
	} {
		if p := mustMake(t, m, c.data, c.media, Options{}); p.Problem != c.want {
			t.Errorf("%s: %q, want %q", c.name, p.Problem, c.want)
		}
	}
	if Supported("application/msword") || !Supported("Application/PDF; x=y") || !Supported("text/plain;charset=utf-8") {
		t.Error("Supported is wrong")
	}
}

func TestOurFaults(t *testing.T) {
	t.Parallel()
	m := newMaker(t, Limits{})
	torn := errors.New("the store is away")
	if _, err := m.Make(t.Context(), iotest.ErrReader(torn), "application/pdf", Options{}); !errors.Is(err, torn) {
		t.Errorf("a reader that fails: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := m.Make(ctx, bytes.NewReader(notice(t)), "application/pdf", Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	none := &Maker{dir: m.dir, limits: m.limits, slots: m.slots}
	if none.Available() {
		t.Error("no tools, yet available")
	}
	if p := mustMake(t, none, notice(t), "application/pdf", Options{}); p.Problem != ToolMissing {
		t.Errorf("without poppler: %q", p.Problem)
	}
	if p := mustMake(t, none, []byte("ahoj"), "text/plain", Options{}); p.Text() != "ahoj" {
		t.Errorf("text without poppler: %q", p.Text())
	}
}

func TestFacts(t *testing.T) {
	t.Parallel()
	f := readFacts([]byte("Title:           Smlouva\nPages: 99999\nTagged:          no\nPages:           3\n" +
		"Page    1 size:  595.32 x 841.92 pts (A4)\nPage    1 rot:   0\nPage    2 size:  841.9 x 595.3 pts\nPage    2 rot:   90\n" +
		"Page    3 size:  1 x 14400 pts\n"))
	if f.title != "Smlouva" || f.pages != 3 {
		t.Errorf("%+v", f)
	}
	for page, want := range map[int][2]int{1: {1000, 1414}, 2: {1000, 1414}, 3: {1, 4000}, 4: {1000, 1414}} {
		if w, h := f.fit(page, 1000); w != want[0] || h != want[1] {
			t.Errorf("page %d: %d × %d, want %v", page, w, h, want)
		}
	}
}
