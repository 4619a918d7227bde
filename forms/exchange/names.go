package exchange

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"epom/internal/fold"
)

const maxName = 40 // characters of a name; the format allows 60, but long names make long expressions

// taken are words that expressions or addresses keep for themselves; a field of that name gets a line at its end.
var taken = strings.Fields(`age days addDays addMonths workday year answered today params item index not and or in matches contains
	startsWith endsWith let if else true false nil all any none one filter map count sum len min max abs ceil floor round trim lower upper string
	int float join split replace first last find mean`)

var takenPages = []string{"kontrola", "odeslat", "tisk", "nova", "pokracovat"}

// letters are those that are not a letter with a mark.
var letters = strings.NewReplacer("ß", "ss", "æ", "ae", "Æ", "Ae", "œ", "oe", "ø", "o", "Ø", "O", "ł", "l", "Ł", "L", "đ", "d", "Đ", "D")

// words cuts a foreign name into small words: "objednavatelTyp", "Straße (neu)" and "contact-details" alike.
func words(s string) []string {
	var b strings.Builder
	runes := []rune(letters.Replace(clean(s)))
	for i, r := range runes {
		if i > 0 && unicode.IsUpper(r) && (!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return strings.FieldsFunc(fold.Text(b.String()), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
}

// fieldName is a name of our rules made of a foreign one.
func fieldName(s string) string {
	name := strings.Join(words(s), "_")
	if len(name) > maxName {
		name = strings.TrimRight(name[:maxName], "_")
	}
	switch {
	case name == "":
		return "pole"
	case name[0] < 'a':
		name = "p_" + name
	}
	if slices.Contains(taken, name) {
		return name + "_"
	}
	return name
}

// slug is a word for an address or a code.
func slug(s, empty string) string {
	name := strings.Join(words(s), "-")
	if len(name) > maxName {
		name = strings.TrimRight(name[:maxName], "-")
	}
	if name == "" {
		return empty
	}
	return name
}

// optionValue keeps a value that suits our rules and makes one of another.
func optionValue(s string) string {
	if s != "" && len(s) <= maxName && strings.IndexFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
	}) < 0 && s[0] != '-' && s[0] != '_' {
		return s
	}
	return slug(s, "moznost")
}

// unique adds the lowest number that makes a name new, and takes it.
func unique(used map[string]bool, name, joint string) string {
	fresh := name
	for i := 2; used[fresh]; i++ {
		fresh = strings.TrimRight(name, "_-") + joint + strconv.Itoa(i)
	}
	used[fresh] = true
	return fresh
}
