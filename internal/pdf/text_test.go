package pdf

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

// Everything the languages of the house need is in both fonts.
func TestFontsHaveTheLetters(t *testing.T) {
	t.Parallel()
	const letters = "aábcčdďeéěfghiíjklmnňoópqrřsštťuúůvwxyýzžľĺŕôäąćęłńśźżüößабвгґдеєжзиіїйклмнопрстуфхцчшщьюяэыъ" +
		"0123456789 \u00a0.,:;!?()[]{}/\\@#%&*+-–—=<>„“‚‘’'\"§€№°²³½×•…" + string(missing)
	for _, r := range letters + strings.ToUpper(letters) {
		if !regular().has[r] || !bold().has[r] {
			t.Errorf("%q is missing", r)
		}
	}
}

func TestNewText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"z\u030c": "ž", "a\r\nb\rc\u2028d": "a\nb\nc\nd", "a\tb\u2003c": "a b c", "\x00\x07\u0085": "���",
		"abc\xff": "abc�", "\u202eabc\u202c": "abc", "hy\u00adphen\ufeff": "hyphen", "→": "›", "🌳": "�", "👨‍👩‍👧": "���", "שלום": "����",
	} {
		text := newText(in)
		if got := string(text.runes); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"strom 🌳 a 👨‍👩‍👧": "strom 🌳 a 👨‍👩‍👧", "→ x": "→ x", "pan جميل": "pan جميل", "שלום": "שלום", "\x00": "", "žluť": ""} {
		text := newText(in)
		if got, _ := text.actual(0, len(text.runes)); got != want {
			t.Errorf("%q: actual text %q, want %q", in, got, want)
		}
	}
}

func TestLinesEndWhereTheyMay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ fits, in, want string }{
		{"stojí v", "stojí v lese", "stojí|v lese"},
		{"podle §", "podle § 12 zákona", "podle|§ 12|zákona"},
		{"podle č.", "podle č. 114 nebo", "podle|č. 114|nebo"},
		{"podle písm.", "podle písm. a) zákona", "podle|písm. a)|zákona"},
		{"Konec. ", "Konec. 114", "Konec.|114"},
		{"stojí 10 ", "stojí 10 000 Kč", "stojí|10 000|Kč"},
		{"dne 3. 5. 202", "dne 3. 5. 2026", "dne|3. 5. 2026"},
		{"česko-pol", "česko-polský", "česko-|polský"},
		{"aaaaa", "a\n\nb", "a||b"},
		{"aaa", "aaaaaaaa", "aaa|aaa|aa"},
		{"aaa", "aaa aaa", "aaa|aaa"},
		{"https://obec.", "https://obec.cz/podani/17", "https://|obec.cz/|podani/17"},
		{"aaa", "", ""},
		{"konec", "konec   ", "konec"},
	} {
		text := newText(c.in)
		width := regular().measure([]rune(c.fits), 10) + 0.1
		in, want := c.in, c.want
		var got []string
		for _, l := range text.wrap(regular(), 10, width) {
			got = append(got, strings.TrimRight(string(text.runes[l.from:l.to]), " "))
		}
		if joined := strings.Join(got, "|"); joined != want {
			t.Errorf("%q: %s, want %s", in, joined, want)
		}
	}
}

// Wrapping loses nothing, keeps within the width and always ends.
func TestWrapKeepsEverything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := newText(rapid.StringN(0, 400, -1).Draw(t, "s"))
		width := rapid.Float64Range(1, 500).Draw(t, "width")
		at := 0
		for _, l := range text.wrap(bold(), 11, width) {
			if l.from < at || string(text.runes[at:l.from]) != strings.Repeat("\n", l.from-at) {
				t.Fatalf("lost %q", string(text.runes[at:l.from]))
			}
			one := 0
			for _, r := range text.runes[l.from:l.to] {
				if !unicode.Is(unicode.M, r) && r != ' ' {
					one++
				}
			}
			if one > 1 && l.width > width+0.02 {
				t.Fatalf("line of %.1f in %.1f", l.width, width)
			}
			at = l.to
		}
		if at != len(text.runes) {
			t.Fatalf("lost %q", string(text.runes[at:]))
		}
	})
}

// What cannot be shown can still be copied and read aloud.
func TestActualTextIsExtracted(t *testing.T) {
	t.Parallel()
	d := New(Meta{Title: "x"})
	d.Para("strom 🌳 konec")
	d.Rows([]Row{{"日本", "e\u0301→"}})
	got := words(t, mustBytes(t, d))
	for _, want := range []string{"strom 🌳 konec", "日本", "é→"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// Strings that break programs make sound documents in every place.
func TestHostileStrings(t *testing.T) {
	t.Parallel()
	hostile := []string{"", " ", "\x00", "\xff\xfe", strings.Repeat("W", 1500), strings.Repeat("a\n", 80), "\\) Tj ET EMC (", "<</MCID 0>> BDC",
		"\u202e\u0646\u0635", "Z̷̡͖̠a̸͜l̵g̸̢o̵", "👩🏽‍🚒🇨🇿", "\U0010FFFF\uFFFF\uFFFE", "<script>alert(1)</script>", "\r\n\r\n\r\n", "A\u00a0B\u2060C"}
	var naughty []string
	if root := os.Getenv("EPOM_REAL_DATA"); root == "" {
		t.Log("EPOM_REAL_DATA is not set: the big list of naughty strings was left out, own ones stand in")
	} else {
		data, err := os.ReadFile(filepath.Join(root, "strings", "blns.json"))
		if err != nil {
			t.Fatal(err)
		}
		var more []string
		if err := json.Unmarshal(data, &more); err != nil || len(more) < 100 {
			t.Fatal(len(more), err)
		}
		naughty = more
	}
	d := New(Meta{Title: strings.Join(hostile, " "), Author: hostile[6], Header: strings.Join(hostile, ""), Aside: hostile[4],
		Footer: hostile[9], Mark: hostile[4], Created: created})
	for _, s := range hostile {
		everything(d, s)
	}
	for _, s := range naughty {
		d.Rows([]Row{{s, s}})
		d.Para(s)
	}
	data := mustBytes(t, d)
	run(t, "qpdf", "--check", save(t, data))
	checkTree(t, data)
	checkMargins(t, data)
}

// everything writes a text in every place that takes one.
func everything(d *Doc, s string) {
	d.Heading(2, s)
	d.Para(s)
	d.Small(s)
	d.Note(s)
	d.Rows([]Row{{s, s}, {"label", s}, {s, "value"}})
	d.Table(Cols(s, "b", "c"), [][]string{{s, s, s}, {s}, {"a", s, "c", "surplus"}})
	d.List([]string{s, s})
	d.Blanks(Blank{s, 1}, Blank{s, 3})
	d.Lines(s, 2)
	d.Comb(s, 8)
	d.Boxes(s, []Box{{s, true}, {s, false}})
	d.Sign(s, s)
	d.Link(s, "https://obec.example")
}
