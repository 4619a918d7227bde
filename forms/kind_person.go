package forms

import (
	"slices"
	"strings"
)

// personKind is a natural person as § 37 odst. 2 of act 500/2004 Sb. wants one named; legalKind is a legal person or a business.
type personKind struct{ composite }
type legalKind struct{ composite }

func init() {
	register("person", personKind{composite{leaf{properties: "omit optional"}, personParts}})
	register("legalperson", legalKind{composite{leaf{properties: "omit optional"}, legalParts}})
}

func personParts(f *Field) []*Field {
	return chosenParts(f, []*Field{
		{Name: "jmeno", Kind: "text", MaxLength: 100, Autocomplete: "given-name", Label: Text{"Jméno", "First name", "Ім’я"}},
		{Name: "prijmeni", Kind: "text", MaxLength: 100, Autocomplete: "family-name", Label: Text{"Příjmení", "Last name", "Прізвище"}},
		{Name: "narozeni", Kind: "date", Min: "today-130y", Max: "today", Autocomplete: "bday", Sensitive: true,
			Label: Text{"Datum narození", "Date of birth", "Дата народження"},
			Help:  Text{"Například 24. 3. 1980", "For example 24. 3. 1980", "Наприклад 24. 3. 1980"},
			Why: Text{"Podle data narození vás úřad odliší od jmenovců (§ 37 odst. 2 zákona č. 500/2004 Sb.).",
				"The date of birth tells you apart from people of the same name (§ 37(2) of Act No. 500/2004 Coll.).",
				"За датою народження орган відрізнить вас від тезок (§ 37 абз. 2 Закону № 500/2004 Зб.)."}},
		{Name: "adresa", Kind: "address", Label: Text{"Adresa trvalého pobytu", "Address of permanent residence", "Адреса постійного проживання"},
			Help: Text{"Cizinci uvedou adresu, kde jsou hlášeni k pobytu.", "Foreigners give the address where their stay is registered.", "Іноземці вказують адресу, за якою зареєстроване їхнє перебування."}},
	})
}

func legalParts(f *Field) []*Field {
	return chosenParts(f, []*Field{
		{Name: "ico", Kind: "ico", Help: Text{"Osm číslic", "Eight digits", "Вісім цифр"}},
		{Name: "nazev", Kind: "text", MaxLength: 250, Autocomplete: "organization", Label: Text{"Název nebo jméno", "Name", "Назва або ім’я"}},
		{Name: "sidlo", Kind: "address", Label: Text{"Adresa sídla", "Registered address", "Юридична адреса"}},
	})
}

// chosenParts leaves out what the definition omits and makes the rest required unless it is optional.
func chosenParts(f *Field, all []*Field) []*Field {
	var parts []*Field
	for _, p := range all {
		if slices.Contains(f.Omit, p.Name) {
			continue
		}
		p.Required.Always = !slices.Contains(f.Optional, p.Name)
		parts = append(parts, p)
	}
	return parts
}

func (personKind) text(f *Field, v any, lang Lang) string {
	var lines []string
	name := strings.TrimSpace(asString(child(v, "jmeno")) + " " + asString(child(v, "prijmeni")))
	if born := asString(child(v, "narozeni")); born != "" {
		name += ", " + say(lang, "birth") + " " + formatDate(born)
	}
	lines = appendText(lines, strings.TrimPrefix(name, ", "))
	lines = appendText(lines, addressText(child(v, "adresa")))
	return strings.Join(lines, "\n")
}

func (legalKind) text(f *Field, v any, lang Lang) string {
	name := asString(child(v, "nazev"))
	if ico := asString(child(v, "ico")); ico != "" {
		name += ", " + say(lang, "ico") + " " + ico
	}
	var lines []string
	lines = appendText(lines, strings.TrimPrefix(name, ", "))
	lines = appendText(lines, addressText(child(v, "sidlo")))
	return strings.Join(lines, "\n")
}

func appendText(lines []string, s string) []string {
	if s != "" {
		return append(lines, s)
	}
	return lines
}
