package preview

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

const titleMax = 300 // bytes

// plain takes the text as it is.
func (j *job) plain() error {
	b, err := j.beginning()
	if err != nil {
		return err
	}
	j.keep(decode(b))
	return nil
}

// beginning reads as much of the document as can become text that is kept.
func (j *job) beginning() ([]byte, error) {
	most := int64(j.limits.Text) * 4
	j.made.Cut = j.size > most
	return io.ReadAll(io.LimitReader(&timed{j.ctx, j.file}, most))
}

// keep makes s the one text of the document.
func (j *job) keep(s string) {
	s = clean(s)
	short := clip(s, j.limits.Text)
	j.made.Cut = j.made.Cut || len(short) < len(s)
	j.made.Texts = []string{short}
}

// decode finds the encoding of Czech text: a byte order mark says it, else UTF-8 when it is that, else windows-1250.
func decode(b []byte) string {
	for mark, order := range map[string]binary.ByteOrder{"\xff\xfe": binary.LittleEndian, "\xfe\xff": binary.BigEndian} {
		if rest, ok := bytes.CutPrefix(b, []byte(mark)); ok {
			units := make([]uint16, len(rest)/2)
			for i := range units {
				units[i] = order.Uint16(rest[2*i:])
			}
			return string(utf16.Decode(units))
		}
	}
	if whole := b[:len(b)-cutRune(b)]; utf8.Valid(whole) {
		return string(whole)
	}
	s, err := charmap.Windows1250.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "")
	}
	return string(s)
}

// cutRune is how many bytes of a rune that was cut stand at the end.
func cutRune(b []byte) int {
	for n := 1; n <= min(utf8.UTFMax-1, len(b)); n++ {
		if utf8.RuneStart(b[len(b)-n]) {
			if utf8.FullRune(b[len(b)-n:]) {
				return 0
			}
			return n
		}
	}
	return 0
}

// unread are the elements whose content nobody reads.
var unread = map[atom.Atom]bool{atom.Script: true, atom.Style: true, atom.Template: true, atom.Noscript: true, atom.Iframe: true,
	atom.Object: true, atom.Svg: true, atom.Math: true, atom.Select: true, atom.Textarea: true, atom.Title: true}

// inline are the elements within a line; all others break it.
var inline = map[atom.Atom]bool{atom.A: true, atom.Abbr: true, atom.B: true, atom.Bdi: true, atom.Bdo: true, atom.Cite: true, atom.Code: true,
	atom.Del: true, atom.Dfn: true, atom.Em: true, atom.Font: true, atom.I: true, atom.Img: true, atom.Input: true, atom.Ins: true, atom.Kbd: true,
	atom.Label: true, atom.Mark: true, atom.Q: true, atom.S: true, atom.Samp: true, atom.Small: true, atom.Span: true, atom.Strong: true,
	atom.Sub: true, atom.Sup: true, atom.Time: true, atom.U: true, atom.Var: true, atom.Wbr: true}

// html takes what a visitor would read of a page without scripts and styles.
func (j *job) html() error {
	b, err := j.beginning()
	if err != nil {
		return err
	}
	b = unified(b)
	var text, title strings.Builder
	z := html.NewTokenizer(bytes.NewReader(b))
	z.SetMaxBuf(1 << 20)
	var within atom.Atom // the unread element we are in
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken: // the end, or a token larger than any honest one
			j.made.Cut = j.made.Cut || z.Err() != io.EOF
			j.made.Title = clip(oneLine(clean(title.String())), titleMax)
			j.keep(text.String())
			return nil
		case html.TextToken:
			if within == atom.Title {
				title.Write(z.Text())
			} else if within == 0 {
				text.WriteString(spaced(string(z.Text())))
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			a := atom.Lookup(name)
			switch {
			case within != 0:
				if kind == html.EndTagToken && a == within {
					within = 0
				}
			case kind == html.StartTagToken && unread[a]:
				within = a
			case a == atom.Td || a == atom.Th:
				text.WriteByte(' ')
			case !inline[a]:
				text.WriteByte('\n')
			}
		}
	}
}

// unified is a page in UTF-8.
func unified(b []byte) []byte {
	e, name, certain := charset.DetermineEncoding(b[:min(len(b), 1024)], "")
	if !certain && name != "utf-8" || name == "replacement" {
		return []byte(decode(b))
	}
	if u, err := e.NewDecoder().Bytes(b); err == nil {
		return u
	}
	return b
}

// spaced makes line breaks of the source the spaces they are.
func spaced(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, s)
}

var ligatures = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\v", "\n", "\f", "\n",
	"ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl", "ﬅ", "st", "ﬆ", "st")

// clean makes text fit for a page and for searching: valid UTF-8 in NFC, ligatures taken apart, no characters that control
// or turn what stands around them, spaces and empty lines made one, but lines kept.
func clean(s string) string {
	s = ligatures.Replace(strings.ToValidUTF8(s, ""))
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\u200c' || r == '\u200d': // joiners belong to the spelling of some languages
			return r
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Noncharacter_Code_Point) || r == utf8.RuneError:
			return -1
		}
		return r
	}, s)
	var b strings.Builder
	b.Grow(len(s))
	empty := 0
	for line := range strings.Lines(norm.NFC.String(s)) {
		line = oneLine(line)
		if line == "" {
			empty++
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
			if empty > 0 {
				b.WriteByte('\n')
			}
		}
		b.WriteString(line)
		empty = 0
	}
	return b.String()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// clip shortens s to at most n bytes at the edge of a rune.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n-cutRune([]byte(s[:n]))]
}
