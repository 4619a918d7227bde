package preview

import (
	"archive/zip"
	"bytes"
	"hash/crc32"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func crc(b []byte) uint32 { return crc32.ChecksumIEEE(b) }

func TestClean(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Pr\u030ci\u0301lis\u030c":              "Příliš",
		"oﬃce\u00ad ﬁ":                          "office fi",
		"a\x00\x1b[31mb\u202ec\ufeff":           "a[31mbc",
		"  a\u00a0 b\t\r\n\r\n\r\n\n c \rd\f\n": "a b\n\nc\nd",
		"v\xffadné":                             "vadné",
		"":                                      "",
	} {
		if got := clean(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) + rapid.String().Draw(t, "text")
		c := clean(s)
		if clean(c) != c || !utf8.ValidString(c) || !norm.NFC.IsNormalString(c) || c != strings.TrimSpace(c) || strings.Contains(c, "\n\n\n") {
			t.Fatalf("%q became %q", s, c)
		}
		n := rapid.IntRange(0, 40).Draw(t, "n")
		if short := clip(c, n); len(short) > n || !strings.HasPrefix(c, short) || !utf8.ValidString(short) || len(c) > n && len(short) < n-3 {
			t.Fatalf("%q clipped to %d: %q", c, n, short)
		}
	})
}

func TestPlainAndHTML(t *testing.T) {
	t.Parallel()
	m := newMaker(t, Limits{Text: 1000})
	for _, c := range []struct{ media, in, want string }{
		{"text/plain", "Žluťoučký\r\nkůň", "Žluťoučký\nkůň"},
		{"text/plain", "\x8elu\x9dou\xe8k\xfd k\xf9\xf2", "Žluťoučký kůň"}, // windows-1250
		{"text/plain", "\xff\xfe\x7d\x01l\x00u\x00", "Žlu"},
		{"text/plain", "\xfe\xff\x01\x7d\x00l\x00u\x00", "Žlu"},
		{"text/csv; header=present", "a;b\n1;2\n", "a;b\n1;2"},
		{"text/html", "<title>Pozvánka &amp; program</title><style>p{}</style><h1>Zasedání</h1><script>alert('<p>x')</script>" +
			"<p>v <b>pon</b>dělí\n  v 17&nbsp;hodin<br>v sále</p><noscript>zapněte</noscript><table><tr><td>1<td>2</table><!-- tajné -->",
			"Zasedání\n\nv pondělí v 17 hodin\nv sále\n\n1 2"},
		{"text/html", "<meta charset=windows-1250><p>k\xf9\xf2", "kůň"},
		{"text/html", "<p>k\xf9\xf2", "kůň"},
		{"text/html", "<p>kůň", "kůň"},
		{"text/html", "<p title='<script>'>a</p><svg><text>b</text></svg>c<script>unclosed", "a\nc"},
	} {
		p := mustMake(t, m, []byte(c.in), c.media, Options{})
		if p.Problem != None || p.Text() != c.want || p.Cut || p.Pages != 0 || p.Thumb != nil {
			t.Errorf("%s %q: %q %q, want %q", c.media, c.in, p.Problem, p.Text(), c.want)
		}
		if strings.Contains(c.in, "<title>") && p.Title != "Pozvánka & program" {
			t.Errorf("title %q", p.Title)
		}
	}
	for _, media := range []string{"text/plain", "text/html"} {
		if p := mustMake(t, m, []byte(strings.Repeat("ř", 501)), media, Options{}); !p.Cut || len(p.Text()) != 1000 {
			t.Errorf("%s: %d bytes, cut: %v", media, len(p.Text()), p.Cut)
		}
		if p := mustMake(t, m, []byte(strings.Repeat("ř", 50_000)), media, Options{}); !p.Cut || len(p.Text()) != 1000 {
			t.Errorf("%s: %d bytes, cut: %v", media, len(p.Text()), p.Cut)
		}
	}
}

func archive(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err == nil {
			_, err = w.Write([]byte(files[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestOffice(t *testing.T) {
	t.Parallel()
	m := newMaker(t, Limits{Unpacked: 2 << 20})
	manifest := `<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>`
	slide := func(s string) string {
		return `<?xml version="1.0" encoding="UTF-8"?><p:sld><a:p><a:r><a:t>` + s + `</a:t></a:r></a:p></p:sld>`
	}
	for _, c := range []struct {
		name, media string
		data        []byte
		want        string
		problem     Problem
	}{
		{"Word", ooxml + "wordprocessingml.document", archive(t, "word/comments.xml", "<w:t>tajné</w:t>", "word/document.xml",
			`<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document><w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t xml:space="preserve">Obecně </w:t></w:r><w:r><w:t>závazná</w:t><w:tab/><w:t>vyhláška</w:t></w:r>`+
				`<w:del><w:r><w:delText>smazané</w:delText></w:r></w:del></w:p><w:p><w:r><w:t>č. 1 &amp; 2</w:t><w:br/><w:t>řádek</w:t></w:r></w:p>`+
				`<mc:AlternateContent><mc:Choice><w:p><w:r><w:t>rámeček</w:t></w:r></w:p></mc:Choice><mc:Fallback><w:p><w:r><w:t>rámeček</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent></w:document>`),
			"Obecně závazná vyhláška\nč. 1 & 2\nřádek\nrámeček", None},
		{"ODF", odf + "text", archive(t, "mimetype", odf+"text", "content.xml",
			`<office:text><text:tracked-changes><text:changed-region><text:deletion><text:p>smazané</text:p></text:deletion></text:changed-region></text:tracked-changes>`+
				`<text:h>Záměr</text:h><text:p>prodat<text:s text:c="3"/><text:span>po<text:span>zem</text:span>ek</text:span><text:line-break/>12/3<office:annotation><text:p>poznámka</text:p></office:annotation></text:p></office:text>`),
			"Záměr\nprodat pozemek\n12/3", None},
		{"sheet", ooxml + "spreadsheetml.sheet", archive(t, "xl/sharedStrings.xml", `<sst><si><t>Příjmy</t></si><si><r><t>Vý</t></r><r><t>daje</t></r><rPh><t>x</t></rPh></si></sst>`), "Příjmy\nVýdaje", None},
		{"slides", ooxml + "presentationml.presentation", archive(t, "ppt/slides/slide10.xml", slide("třetí"), "ppt/slides/slide2.xml", slide("druhý"), "ppt/slides/slide1.xml", slide("první")), "první\ndruhý\ntřetí", None},
		{"ODF with a password", odf + "text", archive(t, "META-INF/manifest.xml", manifest, "content.xml", "\x00\x01"), "", Encrypted},
		{"an archive of something else", odf + "text", archive(t, "a.txt", "x"), "", Broken},
		{"not XML", odf + "text", archive(t, "content.xml", `<text:p>jen začátek</text:p><text:p`), "jen začátek", Broken},
		{"entities", odf + "text", archive(t, "content.xml", `<!DOCTYPE x [<!ENTITY a "aaaa">]><text:p>&a;</text:p>`), "", Broken},
		{"XML without an end", odf + "text", archive(t, "content.xml", "<text:p>a</text:p><x "+strings.Repeat(`a="" `, 300_000)), "a", TooLarge},
		{"a bomb", odf + "text", archive(t, "content.xml", strings.Repeat("<a>", 700_000)), "", TooLarge},
	} {
		if p := mustMake(t, m, c.data, c.media, Options{}); p.Problem != c.problem || p.Text() != c.want {
			t.Errorf("%s: %q %q, want %q %q", c.name, p.Problem, p.Text(), c.problem, c.want)
		}
	}
	small := newMaker(t, Limits{Text: 100})
	if p := mustMake(t, small, archive(t, "content.xml", strings.Repeat("<text:p>žluť</text:p>", 50)), odf+"text", Options{}); !p.Cut || len(p.Text()) > 100 || len(p.Text()) < 97 || p.Problem != None {
		t.Errorf("cut: %v, %d bytes, %q", p.Cut, len(p.Text()), p.Problem)
	}
}

// TestDirectory: an archive whose list of files is larger than any document's is not listed.
func TestDirectory(t *testing.T) {
	t.Parallel()
	m := newMaker(t, Limits{})
	long := strings.Repeat("x", 60_000)
	var files []string
	for i := range 80 {
		files = append(files, string(rune('a'+i))+long, "")
	}
	if p := mustMake(t, m, archive(t, files...), odf+"text", Options{}); p.Problem != TooLarge {
		t.Errorf("%q", p.Problem)
	}
}

func FuzzOffice(f *testing.F) {
	f.Add(archive(f, "content.xml", "<text:p>a</text:p>"))
	f.Add(archive(f, "word/document.xml", "<w:p><w:t>a</w:t></w:p>", "META-INF/manifest.xml", "<a/>"))
	fuzz(f, odf+"text")
}

func FuzzHTML(f *testing.F) {
	f.Add([]byte("<title>a</title><p>b<script>c</script><svg>"))
	f.Add([]byte("<meta charset=utf-16><p>x"))
	fuzz(f, "text/html")
}

func FuzzPicture(f *testing.F) {
	f.Add([]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00;"))
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00II*\x00\x08\x00\x00\x00\xff\xff"))
	fuzz(f, "image/jpeg")
}

// fuzz: anything is answered with a preview that holds the promises.
func fuzz(f *testing.F, media string) {
	m, err := New(f.TempDir(), Limits{Text: 10_000, Pixels: 1 << 20})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) { mustMake(t, m, data, media, Options{}) })
}
