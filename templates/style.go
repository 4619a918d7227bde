package templates

import "epom/forms"

type styleStep struct {
	Title, Href string
	Done, Here  bool
}

// styleSteps are the steps of a form in each state, for the style page.
func styleSteps() []styleStep {
	return []styleStep{{"Žadatel", "#zadatel", true, false}, {"Stromy", "#stromy", false, true}, {"Přílohy", "", false, false}}
}

// styleFields are one field of each kind, in good and in bad state, for the style page.
func styleFields() []forms.FieldView {
	part := func(of, kind, name, label, value string) forms.FieldView {
		return forms.FieldView{Kind: kind, Name: name, Path: of + "." + name, ID: of + "-" + name, Label: label, Value: value, InputType: "text", Required: true}
	}
	return []forms.FieldView{
		{Kind: "text", Name: "predmet", Path: "predmet", ID: "predmet", Label: "Čeho se žádost týká", Required: true, Value: "Pokácení smrku u domu",
			Help: "Napište to jednou větou.", HelpID: "predmet-help", DescribedBy: "predmet-help", Why: "Podle předmětu úředník pozná, kdo má žádost vyřídit."},
		{Kind: "number", Name: "obvod", Path: "obvod", ID: "obvod", Label: "Obvod kmene", Unit: "cm", Required: true, Value: "dvanáct", InputMode: "numeric",
			Error: "Zadejte číslo, například 94.", ErrorID: "obvod-error", DescribedBy: "obvod-help obvod-error",
			Help: "Měří se ve výšce 130 cm nad zemí.", HelpID: "obvod-help"},
		{Kind: "date", Name: "den", Path: "den", ID: "den", Label: "Kdy chcete kácet", Help: "Například 24. 3. 2027.", HelpID: "den-help", DescribedBy: "den-help"},
		{Kind: "money", Name: "castka", Path: "castka", ID: "castka", Label: "Výše dotace", Unit: "Kč", Required: true, Value: "12 500", InputMode: "decimal"},
		{Kind: "longtext", Name: "duvod", Path: "duvod", ID: "duvod", Label: "Důvod", Required: true, Rows: 4, MaxLength: 2000},
		{Kind: "yesno", Name: "vlastnik", Path: "vlastnik", ID: "vlastnik", Label: "Jste vlastníkem pozemku?", Required: true,
			Options: []forms.OptionView{{Value: "ano", Label: "Ano", ID: "vlastnik", Selected: true}, {Value: "ne", Label: "Ne", ID: "vlastnik-ne"}}},
		{Kind: "choice", Name: "stav", Path: "stav", ID: "stav", Label: "V jakém stavu strom je", Required: true,
			Error: "Vyberte jednu z možností: V jakém stavu strom je.", ErrorID: "stav-error", DescribedBy: "stav-error",
			Options: []forms.OptionView{{Value: "z", Label: "Zdravý", ID: "stav"},
				{Value: "p", Label: "Poškozený", Help: "Například prasklý kmen nebo houba.", ID: "stav-p"}, {Value: "s", Label: "Suchý", ID: "stav-s"}}},
		{Kind: "choices", Name: "doklady", Path: "doklady", ID: "doklady", Label: "Co přikládáte",
			Options: []forms.OptionView{{Value: "s", Label: "Situační nákres", ID: "doklady", Selected: true}, {Value: "f", Label: "Fotografie", ID: "doklady-f"}}},
		{Kind: "group", Name: "zadatel", Path: "zadatel", ID: "zadatel", Label: "Kdo žádá", Required: true, Parts: []forms.FieldView{
			{Kind: "text", Name: "jmeno", Path: "zadatel.jmeno", ID: "zadatel-jmeno", Label: "Jméno", Required: true, Autocomplete: "given-name", Value: "Jana"},
			{Kind: "text", Name: "prijmeni", Path: "zadatel.prijmeni", ID: "zadatel-prijmeni", Label: "Příjmení", Required: true, Autocomplete: "family-name", Value: "Říhová"},
			{Kind: "email", Name: "email", Path: "zadatel.email", ID: "zadatel-email", Label: "E-mail", InputType: "email", Autocomplete: "email"}}},
		{Kind: "address", Name: "misto", Path: "misto", ID: "misto", Label: "Kde strom stojí", Required: true,
			Parts: []forms.FieldView{part("misto", "text", "text", "Adresa", "Hejnice, Klášterní"), part("misto", "text", "street", "Ulice", ""),
				part("misto", "text", "number", "Číslo domu", ""), part("misto", "zip", "zip", "PSČ", "")},
			Choices: []forms.OptionView{{Value: "1", Label: "Klášterní 88, 463 62 Hejnice", ID: "misto-1"}, {Value: "2", Label: "Klášterní 90, 463 62 Hejnice", ID: "misto-2"}}},
		{Kind: "address", Name: "bydliste", Path: "bydliste", ID: "bydliste", Label: "Bydliště", Required: true, Picked: true, Value: "Nádražní 12, 463 62 Hejnice", Parts: []forms.FieldView{
			part("bydliste", "code", "adm", "", "27854621"), part("bydliste", "text", "text", "Adresa", "Nádražní 12, 463 62 Hejnice"), part("bydliste", "text", "street", "Ulice", "Nádražní")}},
		{Kind: "municipality", Name: "obec", Path: "obec", ID: "obec", Label: "Obec", Required: true, Value: "Hej", Parts: []forms.FieldView{part("obec", "text", "name", "Název obce", "Hej")},
			Choices: []forms.OptionView{{Value: "564044", Label: "Hejnice", Help: "okres Liberec", ID: "obec-1"}}},
		{Kind: "file", Name: "priloha", Path: "priloha", ID: "priloha", Label: "Situační nákres", Required: true, Multiple: true, CanAdd: true,
			Accept: ".pdf,.jpg,.png", MaxBytes: 20_000_000, Files: []forms.FileView{{ID: "1", Name: "nákres pozemku u kostela.pdf", Size: 482_113, Remove: "priloha.0"}}},
		{Kind: "repeat", Name: "stromy", Path: "stromy", ID: "stromy", Label: "Stromy", Required: true, CanAdd: true, AddLabel: "Přidat další strom", Items: []forms.ItemView{
			{Index: 0, ID: "stromy-0", Title: "1. strom", Fields: []forms.FieldView{{Kind: "text", Name: "druh", Path: "stromy.0.druh", ID: "stromy-0-druh", Label: "Druh stromu", Required: true, Value: "smrk ztepilý"}}},
			{Index: 1, ID: "stromy-1", Title: "2. strom", CanRemove: true, Remove: "stromy.1", Fields: []forms.FieldView{{Kind: "text", Name: "druh", Path: "stromy.1.druh", ID: "stromy-1-druh", Label: "Druh stromu", Required: true}}}}},
		{Kind: "computed", Name: "celkem", Path: "celkem", ID: "celkem", Label: "Poplatek za rok", Value: "1 500 Kč", Why: "Sazba za prvního psa podle vyhlášky obce."},
		{Kind: "note", Name: "upozorneni", Path: "upozorneni", ID: "upozorneni", Label: "Kdy povolení nepotřebujete", Help: "Strom s obvodem do 80 cm ve výšce 130 cm můžete pokácet bez povolení.", Weight: forms.Info},
		{Kind: "declaration", Name: "souhlas", Path: "souhlas", ID: "souhlas", Label: "Prohlašuji, že uvedené údaje jsou pravdivé.", Required: true},
	}
}
