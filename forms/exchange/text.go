package exchange

import (
	"html"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	maxText  = 5000 // characters of a text of a definition
	maxLabel = 600  // characters of a question or an option
)

var (
	unseen   = regexp.MustCompile(`(?is)<!--.*?(-->|$)|<(script|style|template|iframe|object|svg)\b.*?(</(script|style|template|iframe|object|svg)\s*>|$)`)
	anchor   = regexp.MustCompile(`(?is)<a\b[^>]*?\bhref\s*=\s*["']?([^"'\s>]+)[^>]*>(.*?)</a\s*>`)
	listItem = regexp.MustCompile(`(?i)<li\b[^>]*>`)
	blocks   = regexp.MustCompile(`(?i)<(/?(p|div|h[1-6]|ul|ol|table|tr|section|summary|details|fieldset)|/li|br|hr)\b[^>]*>`)
	anyTag   = regexp.MustCompile(`(?s)</?[a-zA-Z!][^<>]*(>|$)`)
	markLink = regexp.MustCompile(`\[([^\[\]]*)\]\(([^()\s]*)[^()]*\)`)
	bold     = regexp.MustCompile(`(\*\*|__)([^*_]+)(\*\*|__)`)
	hashes   = regexp.MustCompile(`(?m)^#{1,6}\s+`)
	gaps     = regexp.MustCompile(`\n{3,}`)
	webPage  = regexp.MustCompile(`^(https?://|mailto:|tel:)`)
)

// plain makes plain text of HTML: paragraphs and items of lists become lines, a link keeps its web address in
// brackets, scripts and everything nobody would see is gone.
func plain(s string) string {
	if strings.ContainsAny(s, "<&") {
		s = unseen.ReplaceAllString(s, "")
		s = anchor.ReplaceAllStringFunc(s, func(a string) string {
			m := anchor.FindStringSubmatch(a)
			return withAddress(anyTag.ReplaceAllString(m[2], ""), m[1])
		})
		s = listItem.ReplaceAllString(s, "\n– ")
		s = blocks.ReplaceAllString(s, "\n")
		s = html.UnescapeString(anyTag.ReplaceAllString(s, ""))
		s = anyTag.ReplaceAllString(s, "") // what was written as an entity is no more welcome
	}
	return cut(clean(s), maxText)
}

// markdown makes plain text of the few marks forms use.
func markdown(s string) string {
	s = markLink.ReplaceAllStringFunc(s, func(a string) string {
		m := markLink.FindStringSubmatch(a)
		return withAddress(m[1], m[2])
	})
	s = bold.ReplaceAllString(s, "$2")
	return plain(hashes.ReplaceAllString(s, ""))
}

func withAddress(text, href string) string {
	href = html.UnescapeString(href)
	if !webPage.MatchString(href) || strings.Contains(text, href) {
		return text
	}
	return text + " (" + strings.TrimPrefix(strings.TrimPrefix(href, "mailto:"), "tel:") + ")"
}

// clean is NFC without control characters and marks that turn the direction of reading.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n"), "\r", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r) && r != '\u200d', r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
	rows := strings.Split(norm.NFC.String(s), "\n")
	for i, row := range rows {
		rows[i] = strings.Join(strings.Fields(row), " ")
	}
	return strings.TrimSpace(gaps.ReplaceAllString(strings.Join(rows, "\n"), "\n\n"))
}

// line is a text on one line.
func line(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

// label is a short text without tags.
func label(s string) string { return cut(line(plain(s)), maxLabel) }

func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	if runes := []rune(s); len(runes) > limit {
		return strings.TrimSpace(string(runes[:limit-1])) + "…"
	}
	return s
}
