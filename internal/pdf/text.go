package pdf

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// missing stands visibly for a character that the fonts cannot show.
const missing = '\uFFFD'

// lookalike names characters that the fonts lack but can show nearly.
var lookalike = map[rune]rune{'→': '›', '←': '‹', '‐': '-', '‑': '-', '−': '–'}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\v", "\n", "\f", "\n")

// text is what is drawn and, where it differs, what was written: the latter goes into ActualText, so that copying,
// searching and reading aloud keep even what the fonts cannot show.
type text struct {
	runes []rune
	orig  []string // per rune; nil when everything is shown as written
}

// newText makes any string drawable: NFC, one kind of line end, no control or invisible characters.
func newText(s string) text {
	s = norm.NFC.String(strings.ToValidUTF8(s, string(missing)))
	s = lineEnds.Replace(s)
	t := text{runes: make([]rune, 0, len(s))}
	f := regular()
	for _, r := range s {
		switch {
		case r == '\u202F' || r == '\u2007':
			t.add('\u00A0', "")
		case r == '\t' || unicode.Is(unicode.Zs, r) && r != '\u00A0':
			t.add(' ', "")
		case r == '\n' || drawable(f, r):
			t.add(r, "")
		case r == '\u00AD' || r == '\uFEFF' || r == '\u2060':
			// Soft hyphens, byte order marks and word joiners carry no text.
		case unicode.In(r, unicode.Bidi_Control):
			// Direction overrides could make a document show other words than it holds.
		case unicode.In(r, unicode.Variation_Selector, unicode.Join_Control) || r == '\u200B':
			t.extend(string(r))
		case lookalike[r] != 0 && drawable(f, lookalike[r]):
			t.add(lookalike[r], string(r))
		case unicode.IsGraphic(r):
			t.add(missing, string(r))
		default:
			t.add(missing, "")
		}
	}
	return t
}

// drawable: in the font, and not one of the controls that have an empty glyph.
func drawable(f *face, r rune) bool {
	return r >= ' ' && r <= 0xFFFF && f.has[r] && bold().has[r] && (unicode.IsGraphic(r) || r == missing) && r != '\u00AD'
}

func (t *text) add(show rune, orig string) {
	if orig != "" && t.orig == nil {
		t.orig = make([]string, len(t.runes), cap(t.runes))
		for i, r := range t.runes {
			t.orig[i] = string(r)
		}
	}
	t.runes = append(t.runes, show)
	if t.orig != nil {
		if orig == "" {
			orig = string(show)
		}
		t.orig = append(t.orig, orig)
	}
}

// extend adds an invisible character to what the last shown one stands for.
func (t *text) extend(invisible string) {
	if n := len(t.orig); n > 0 && t.runes[n-1] == missing {
		t.orig[n-1] += invisible
	}
}

// actual answers what was written in the span when it differs from what is shown.
func (t *text) actual(from, to int) (string, bool) {
	if t.orig == nil {
		return "", false
	}
	differs := false
	var b strings.Builder
	for i := from; i < to; i++ {
		b.WriteString(t.orig[i])
		r, size := utf8.DecodeRuneInString(t.orig[i])
		differs = differs || r != t.runes[i] || size != len(t.orig[i])
	}
	return b.String(), differs
}

// span is one line: runes[from:to] without line end; width leaves the trailing space out.
type span struct {
	from, to int
	width    float64
}

// wrap breaks the text into lines of at most width points. A text without characters has one empty line.
func (t *text) wrap(f *face, size, width float64) []span {
	limit := int(width / size * 1000)
	var lines []span
	from := 0
	for {
		to, next := t.line(f, from, limit)
		end := to
		for end > from && t.runes[end-1] == ' ' {
			end--
		}
		lines = append(lines, span{from, to, f.measure(t.runes[from:end], size)})
		if next < 0 {
			return lines
		}
		from = next
	}
}

// line answers the end of the line that starts at from and the start of the next one, -1 when there is none.
func (t *text) line(f *face, from, limit int) (to, next int) {
	used, good, poor := 0, -1, -1
	for i := from; i < len(t.runes); i++ {
		r := t.runes[i]
		if r == '\n' {
			return i, i + 1
		}
		used += int(f.width[r])
		if used > limit && r != ' ' && i > from {
			if good < 0 {
				good = poor
			}
			if good < 0 {
				for good = i; good > from+1 && unicode.Is(unicode.M, t.runes[good]); good-- {
				}
			}
			return good, good
		}
		switch {
		case r == ' ' && !t.glued(i):
			good = i + 1
		case r == ' ':
			poor = max(poor, i+1)
		case (r == '-' || r == '–') && i > from && unicode.IsLetter(t.runes[i-1]):
			good = i + 1
		case strings.ContainsRune("/?&=@;", r) && i > from+3:
			poor = i + 1
		}
	}
	return len(t.runes), -1
}

// glued: the space at i should not end a line: after one-letter prepositions and conjunctions, after §, inside
// numbers and dates, between a short abbreviation and its number (ČSN 01 6910).
func (t *text) glued(i int) bool {
	at := func(k int) rune {
		if k < 0 || k >= len(t.runes) {
			return ' '
		}
		return t.runes[k]
	}
	prev, before, next := at(i-1), at(i-2), at(i+1)
	switch {
	case prev == '§':
		return true
	case unicode.IsLetter(prev) && (before == ' ' || before == '\n' || before == '('):
		return strings.ContainsRune("kvszouaiвузійоає", unicode.ToLower(prev))
	case unicode.IsDigit(next):
		return unicode.IsDigit(prev) || prev == '.' && (unicode.IsDigit(before) || t.abbreviated(i-1))
	case unicode.IsLower(next) && at(i+2) == ')':
		return prev == '.' && t.abbreviated(i-1)
	}
	return false
}

// abbreviated: the full stop ends one to four small letters, as in č. odst. písm. str.
func (t *text) abbreviated(stop int) bool {
	n := 0
	for n < stop && unicode.IsLower(t.runes[stop-1-n]) {
		n++
	}
	return n >= 1 && n <= 4 && (n == stop || t.runes[stop-1-n] == ' ')
}
