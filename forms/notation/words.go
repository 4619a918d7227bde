package notation

import (
	"epom/forms"
	"epom/internal/fold"
)

// pair is a word of definitions with its Czech word in the notation.
type pair struct{ code, word string }

// kindWords are the kinds of fields; a kind that is not among them stands as it is.
var kindWords = []pair{{"text", "text"}, {"longtext", "dlouhý text"}, {"number", "číslo"}, {"money", "částka"}, {"date", "datum"}, {"choice", "výběr"},
	{"choices", "výběr více"}, {"yesno", "ano/ne"}, {"person", "osoba"}, {"legalperson", "firma"}, {"address", "adresa"}, {"municipality", "obec"},
	{"parcel", "parcela"}, {"email", "e-mail"}, {"phone", "telefon"}, {"account", "číslo účtu"}, {"databox", "datová schránka"}, {"ico", "IČO"}, {"zip", "PSČ"},
	{"file", "příloha"}, {"declaration", "prohlášení"}, {"computed", "výpočet"}, {"repeat", "opakování"}, {"group", "skupina"}, {"note", "poznámka"}}

var weightWords = []pair{{string(forms.Error), "chyba"}, {string(forms.Warning), "varování"}, {string(forms.Info), "informace"}, {string(forms.Success), "v pořádku"}}

// word is how a code is written.
func word(list []pair, code string) string {
	for _, p := range list {
		if p.code == code {
			return p.word
		}
	}
	return code
}

// code is what a word means; what is not in the list means itself.
func code(list []pair, word string) string {
	plain := fold.Text(word)
	for _, p := range list {
		if folded(p.word) == plain {
			return p.code
		}
	}
	return word
}

// Kinds are the words of all kinds of fields, for help.
func Kinds() []string {
	list := make([]string, len(kindWords))
	for i, p := range kindWords {
		list[i] = p.word
	}
	return list
}
