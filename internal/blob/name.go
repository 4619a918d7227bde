package blob

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const maxName = 200 // bytes; file systems allow 255, and our own prefixes must fit too

// reserved are names Windows keeps for devices, whatever extension follows.
var reserved = map[string]bool{"con": true, "prn": true, "aux": true, "nul": true}

// CleanName makes the name of a sent file safe to store, show and offer for download: no folders, no control
// characters, no invisible ones that turn the direction of text and hide an extension, composed accents, at most 200
// bytes with the extension kept. A name of which nothing is left is "soubor".
func CleanName(name string) string {
	name = strings.ToValidUTF8(name, "_")
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs):
			return -1
		case strings.ContainsRune(`<>:"|?*`, r), r == utf8.RuneError:
			return '_'
		}
		return r
	}, norm.NFC.String(name))
	name = strings.Trim(strings.Join(strings.Fields(name), " "), ". ")
	if name == "" {
		return "soubor"
	}
	stem, ext := name[:len(name)-len(path.Ext(name))], path.Ext(name)
	low := strings.ToLower(strings.TrimSpace(stem))
	if first, _, _ := strings.Cut(low, "."); reserved[first] || (len(first) == 4 && (first[:3] == "com" || first[:3] == "lpt") && first[3] >= '0' && first[3] <= '9') {
		stem = "_" + stem
	}
	if len(ext) > maxName/2 {
		stem, ext = stem+ext, ""
	}
	return cut(stem, maxName-len(ext)) + ext
}

// cut shortens s to at most n bytes without breaking a letter.
func cut(s string, n int) string {
	for len(s) > n {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return strings.TrimRight(s, " ")
}
