package checks

import (
	"fmt"
	"strings"
)

// Account is a Czech bank account.
type Account struct{ Prefix, Number, Bank string }

// ParseAccount reads "19-2000145399/0800" or a Czech IBAN. Prefix and number are each checked modulo 11 with the weights 6 3 7 9 10
// 5 8 4 2 1 (decree 169/2011 Sb.).
func ParseAccount(typed string) (Account, bool) {
	s := strings.ToUpper(strings.Join(strings.Fields(typed), ""))
	if strings.HasPrefix(s, "CZ") {
		return fromIBAN(s)
	}
	number, bank, ok := strings.Cut(s, "/")
	if !ok {
		return Account{}, false
	}
	prefix, rest, dashed := strings.Cut(number, "-")
	if !dashed {
		prefix, rest = "", number
	}
	a := Account{strings.TrimLeft(prefix, "0"), strings.TrimLeft(rest, "0"), bank}
	return a, a.valid() && len(prefix) <= 6 && len(rest) <= 10
}

func (a Account) valid() bool {
	for _, s := range []string{a.Prefix, a.Number, a.Bank} {
		if _, ok := digits(s); !ok {
			return false
		}
	}
	return len(a.Bank) == 4 && len(a.Prefix) <= 6 && len(a.Number) >= 2 && len(a.Number) <= 10 &&
		mod11(a.Prefix) && mod11(a.Number)
}

// String is the usual Czech writing.
func (a Account) String() string {
	if a.Prefix == "" {
		return a.Number + "/" + a.Bank
	}
	return a.Prefix + "-" + a.Number + "/" + a.Bank
}

// IBAN is the international number: CZ, two check digits modulo 97, bank, prefix, number (ISO 13616).
func (a Account) IBAN() string {
	bban := fmt.Sprintf("%04s%06s%010s", a.Bank, a.Prefix, a.Number)
	bban = strings.ReplaceAll(bban, " ", "0")
	return fmt.Sprintf("CZ%02d%s", 98-mod97(bban+"123500"), bban)
}

func fromIBAN(s string) (Account, bool) {
	if _, ok := digits(s[2:]); !ok || len(s) != 24 || mod97(s[4:]+"1235"+s[2:4]) != 1 {
		return Account{}, false
	}
	a := Account{strings.TrimLeft(s[8:14], "0"), strings.TrimLeft(s[14:], "0"), s[4:8]}
	return a, a.valid()
}

// mod11 tells whether the weighted sum of the digits, aligned to the right, is divisible by eleven.
func mod11(s string) bool {
	weights := [...]int{6, 3, 7, 9, 10, 5, 8, 4, 2, 1}
	sum := 0
	for i := range len(s) {
		sum += int(s[i]-'0') * weights[len(weights)-len(s)+i]
	}
	return sum%11 == 0
}

func mod97(s string) int {
	rest := 0
	for _, c := range []byte(s) {
		rest = (rest*10 + int(c-'0')) % 97
	}
	return rest
}
