// Package checks knows the check digits and the one normal shape of Czech identifiers. Every function takes what a
// person typed and gives the normal shape, or false when it cannot be that identifier. Nothing is looked up.
package checks

import (
	"net/mail"
	"strings"
)

// ICO normalises an identification number of a person (IČO) to eight digits and checks the last one:
// weights 8…2, modulo 11.
func ICO(typed string) (string, bool) {
	s, ok := digits(typed)
	if !ok || s == "" || len(s) > 8 {
		return "", false
	}
	s = strings.Repeat("0", 8-len(s)) + s
	sum := 0
	for i := range 7 {
		sum += int(s[i]-'0') * (8 - i)
	}
	return s, s != "00000000" && int(s[7]-'0') == (11-sum%11)%10
}

// Databox normalises the identifier of a data box: seven small letters and digits. The official alphabet leaves
// some of them out, which is not enforced.
func Databox(typed string) (string, bool) {
	s := strings.ToLower(strings.Join(strings.Fields(typed), ""))
	if len(s) != 7 {
		return "", false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return "", false
		}
	}
	return s, true
}

// Zip normalises a Czech postal code (PSČ) to five digits. Only their number and the first one are checked, because a
// code crosses municipalities and its list changes.
func Zip(typed string) (string, bool) {
	s, ok := digits(typed)
	return s, ok && len(s) == 5 && s[0] >= '1' && s[0] <= '7'
}

// FormatZip prints five digits as "463 62".
func FormatZip(zip string) string {
	if len(zip) != 5 {
		return zip
	}
	return zip[:3] + " " + zip[3:]
}

// Phone normalises a telephone number to the international shape "+420601234567". Nine digits without a prefix are
// Czech; "00" at the start means "+".
func Phone(typed string) (string, bool) {
	s := phoneMarks.Replace(typed)
	switch {
	case strings.HasPrefix(s, "00"):
		s = s[2:]
	case strings.HasPrefix(s, "+"):
		s = s[1:]
	case len(s) == 9:
		s = "420" + s
	default:
		return "", false
	}
	if _, ok := digits(s); !ok || len(s) < 8 || len(s) > 15 || s[0] == '0' {
		return "", false
	}
	if strings.HasPrefix(s, "420") && (len(s) != 12 || s[3] < '2') {
		return "", false
	}
	return "+" + s, true
}

var phoneMarks = strings.NewReplacer(" ", "", "\u00a0", "", "-", "", "/", "", ".", "", "(", "", ")", "")

// FormatPhone prints a Czech number as "+420 601 234 567", others unchanged.
func FormatPhone(phone string) string {
	if len(phone) == 13 && strings.HasPrefix(phone, "+420") {
		return phone[:4] + " " + phone[4:7] + " " + phone[7:10] + " " + phone[10:]
	}
	return phone
}

// Email normalises an e-mail address (the domain in small letters). Quoted names and addresses without a dot in the
// domain are refused, because nobody types them on purpose.
func Email(typed string) (string, bool) {
	s := strings.TrimSpace(typed)
	if len(s) > 254 || strings.ContainsAny(s, "<>\" \t\r\n,;()") {
		return "", false
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s {
		return "", false
	}
	local, domain, _ := strings.Cut(s, "@")
	if strings.HasPrefix(domain, "[") || !strings.Contains(strings.Trim(domain, "."), ".") || strings.Contains(domain, "..") {
		return "", false
	}
	return local + "@" + strings.ToLower(domain), true
}

// digits removes the spaces people type and tells whether only ASCII digits are left.
func digits(typed string) (string, bool) {
	s := strings.Join(strings.Fields(typed), "")
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return "", false
		}
	}
	return s, true
}
