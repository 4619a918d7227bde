// Package fold makes texts comparable the way people type them in a hurry: small letters without diacritics. It is pure:
// the offline client uses it too.
package fold

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Text is the text in small letters without diacritics: "Žďár" → "zdar". The SQL function plain does the same.
func Text(s string) string {
	if !ascii(s) {
		s = strings.Map(func(r rune) rune {
			if unicode.Is(unicode.Mn, r) {
				return -1
			}
			return r
		}, norm.NFD.String(s))
	}
	return strings.ToLower(s)
}

// Words are the words and numbers of a text, folded: "Horní Brána 12/3" → horni, brana, 12, 3.
func Words(s string) []string {
	return strings.FieldsFunc(Text(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// ascii tells whether there is nothing to take off.
func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
