// Package feed writes what programs of readers fetch again and again: Atom 1.0 feeds (RFC 4287, with pages by RFC 5005) and
// iCalendar files (RFC 5545). Texts may be anything people have typed; what the formats cannot carry is left out.
package feed

import (
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// Tag is an address that stays when a feed moves (RFC 4151): tag:host,year:specific. The year is one in which the host was
// ours, such as the one in which the thing was made.
func Tag(host string, year int, specific string) string {
	return "tag:" + host + "," + strconv.Itoa(year) + ":" + (&url.URL{Path: specific}).EscapedPath()
}

// iri says whether s is an absolute address, as identifiers must be.
func iri(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme != "" && s == line(s)
}

// text leaves out what neither format may carry: invalid UTF-8 and control characters save tabs and ends of lines.
func text(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(s, ""))
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.IsControl(r) || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, s)
}

// line is text without ends of lines, for names, titles and addresses.
func line(s string) string { return strings.Join(strings.Fields(text(s)), " ") }
