package forms

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Limits of what is taken in. They are far above what a form needs and far below what could hurt.
const (
	maxLine   = 500       // characters of a one-line answer when the field says nothing
	maxText   = 10_000    // characters of a long answer when the field says nothing
	maxItems  = 200       // items of a repeat
	maxFiles  = 50        // files of one field
	maxDepth  = 4         // nesting of groups and repeats
	maxStored = 1_000_000 // bytes of all text of one page
)

// cleanLine normalises a one-line answer: NFC, no control characters, one space between words.
func cleanLine(s string) string {
	return strings.Join(strings.Fields(clean(s, false)), " ")
}

// cleanText normalises a longer answer: NFC, line ends as \n, no control characters but line ends and tabs.
func cleanText(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	lines := strings.Split(clean(s, true), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRightFunc(line, unicode.IsSpace)
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

func clean(s string, keepLines bool) string {
	if plainASCII(s) {
		return s
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			if keepLines {
				return r
			}
			return ' '
		case r == utf8.RuneError, r == '\ufeff', r == '\u200b', r == '\u00ad': // marks nobody sees
			return -1
		case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069': // turn the reading direction of what follows
			return -1
		case r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return norm.NFC.String(s)
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// cut shortens s to at most max bytes without breaking a character.
func cut(s string, max int) (string, bool) {
	if len(s) <= max {
		return s, false
	}
	for max > 0 && !utf8.RuneStart(s[max]) {
		max--
	}
	return s[:max], true
}
