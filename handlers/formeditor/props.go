package formeditor

import (
	"net/url"
	"strings"

	"epom/forms"
)

// kindNames are the kinds of questions as they are offered, in this order.
var kindNames = []Choice{
	{Value: "text", Label: "krátký text"}, {Value: "longtext", Label: "dlouhý text"}, {Value: "number", Label: "číslo"}, {Value: "money", Label: "částka v korunách"}, {Value: "date", Label: "datum"},
	{Value: "choice", Label: "výběr jedné možnosti"}, {Value: "choices", Label: "výběr více možností"}, {Value: "yesno", Label: "ano, nebo ne"}, {Value: "declaration", Label: "prohlášení (zaškrtnutí)"},
	{Value: "person", Label: "osoba"}, {Value: "legalperson", Label: "firma nebo organizace"}, {Value: "address", Label: "adresa"}, {Value: "municipality", Label: "obec"}, {Value: "parcel", Label: "parcela"},
	{Value: "email", Label: "e-mail"}, {Value: "phone", Label: "telefon"}, {Value: "account", Label: "číslo účtu"}, {Value: "databox", Label: "datová schránka"}, {Value: "ico", Label: "IČO"}, {Value: "zip", Label: "PSČ"},
	{Value: "file", Label: "příloha"}, {Value: "repeat", Label: "opakovaný blok otázek"}, {Value: "group", Label: "skupina otázek"}, {Value: "computed", Label: "výpočet"}, {Value: "note", Label: "poznámka (text bez otázky)"}}

var weights = []Choice{{Value: "error", Label: "chyba: nepustí dál"}, {Value: "warning", Label: "varování"}, {Value: "info", Label: "informace"}, {Value: "success", Label: "v pořádku"}}

var results = []Choice{{Value: "number", Label: "číslo"}, {Value: "money", Label: "částka v korunách"}, {Value: "text", Label: "text"}, {Value: "date", Label: "datum"}, {Value: "yesno", Label: "ano, nebo ne"}}

// fill are what a browser may fill in by itself, by the tokens of HTML.
var fill = []Choice{{Label: "nic, nebo podle druhu otázky"}, {Value: "name", Label: "celé jméno"}, {Value: "given-name", Label: "jméno"}, {Value: "family-name", Label: "příjmení"}, {Value: "bday", Label: "datum narození"},
	{Value: "email", Label: "e-mail"}, {Value: "tel", Label: "telefon"}, {Value: "organization", Label: "organizace"}, {Value: "street-address", Label: "ulice a číslo"}, {Value: "postal-code", Label: "PSČ"}}

var localities = []Choice{{Value: "addressee", Label: "podle obce, které člověk píše"}, {Value: "residence", Label: "podle bydliště nebo sídla"}, {Value: "property", Label: "podle místa nemovitosti"}, {Value: "place-of-event", Label: "podle místa, kde se to stalo"},
	{Value: "residence-or-property", Label: "podle bydliště, nebo nemovitosti"}, {Value: "new-residence", Label: "podle nového bydliště"}, {Value: "registry-of-event", Label: "podle matriky"}, {Value: "any", Label: "kterýkoli úřad"}}

// formProps are those of the form itself.
func formProps(agendas []Choice) []prop[forms.Definition] {
	return []prop[forms.Definition]{
		text("title", "Název formuláře", "", "text", func(d *forms.Definition) *forms.Text { return &d.Title }),
		text("summary", "K čemu je", "Jednou nebo dvěma větami, jak to řeknete člověku u okénka.", "textarea", func(d *forms.Definition) *forms.Text { return &d.Summary }),
		choose("agenda", "Agenda", "Podle agendy se najde příslušný úřad.", agendas, func(d *forms.Definition) *string { return &d.Agenda }),
		choose("locality", "Příslušnost", "", localities, func(d *forms.Definition) *string { return &d.Locality.Key }),
		commas("from", "Místo určí otázky", "Jména otázek s obcí, adresou nebo osobou; platí první vyplněná.", func(d *forms.Definition) *[]string { return &d.Locality.From }),
		line("subject", "Věc", "Vzorec: text v uvozovkách a jména otázek spojte znakem +. Například \"Žádost: \" + vec", "code", func(d *forms.Definition) *string { return &d.Subject }),
		line("statute", "Předpis", "Například § 8 odst. 1 zákona č. 114/1992 Sb.", "line", func(d *forms.Definition) *string { return &d.Statute }),
		commas("words", "Lidé to hledají jako", "Slova oddělte čárkou.", func(d *forms.Definition) *[]string { return &d.Keywords.CS }),
		needed,
		commas("person", "Kdo podává: otázky s osobou", "", func(d *forms.Definition) *[]string { return &d.Applicant.Person }),
		commas("legal", "Kdo podává: otázky s firmou", "", func(d *forms.Definition) *[]string { return &d.Applicant.Legal }),
		line("email", "Otázka s e-mailem", "", "line", func(d *forms.Definition) *string { return &d.Applicant.Email }),
		line("phone", "Otázka s telefonem", "", "line", func(d *forms.Definition) *string { return &d.Applicant.Phone }),
		line("databox", "Otázka s datovou schránkou", "", "line", func(d *forms.Definition) *string { return &d.Applicant.Databox }),
		line("level", "Otázka, které úrovni člověk píše", "Výběr s hodnotami obec, orp nebo kraj. Nechte prázdné, píše-li se vždy obci.", "line", func(d *forms.Definition) *string { return &d.Locality.Level }),
		text("changes", "Co je v této verzi nového", "Přečtou si to úřady, než ji převezmou.", "textarea", func(d *forms.Definition) *forms.Text { return &d.Changes }),
	}
}

// needed is one thing a line; a line that stays keeps its translations.
var needed = prop[forms.Definition]{Input: Input{Kind: "area", Name: "needed", Label: "Co si připravit", Help: "Každou věc na vlastní řádek."},
	show: func(d *forms.Definition, in *Input) {
		var lines []string
		for _, t := range d.Needed {
			lines = append(lines, strings.ReplaceAll(t.CS, "\n", " "))
		}
		in.Value = strings.Join(lines, "\n")
	},
	take: func(d *forms.Definition, typed string, _ url.Values) string {
		known := map[string]forms.Text{}
		for _, t := range d.Needed {
			known[strings.ReplaceAll(t.CS, "\n", " ")] = t
		}
		d.Needed = nil
		for _, s := range strings.Split(typed, "\n") {
			if s = strings.TrimSpace(s); s == "" {
				continue
			} else if t, ok := known[s]; ok {
				d.Needed = append(d.Needed, t)
			} else {
				d.Needed = append(d.Needed, forms.Text{CS: s})
			}
		}
		return ""
	}}

// pageProps are those of a page.
var pageProps = []prop[forms.PageDef]{
	text("title", "Název stránky", "", "text", func(p *forms.PageDef) *forms.Text { return &p.Title }),
	text("intro", "Úvod", "", "textarea", func(p *forms.PageDef) *forms.Text { return &p.Intro }),
	line("code", "Kód v adrese", "Malá písmena bez diakritiky, číslice a pomlčky.", "code", func(p *forms.PageDef) *string { return &p.Code }),
}

// wordProps are the words of a question; moreProps what fits its kind.
var wordProps = []prop[forms.Field]{
	asked(text("label", "Otázka", "", "text", func(f *forms.Field) *forms.Text { return &f.Label })),
	fitting("text", text("text", "Text poznámky", "", "textarea", func(f *forms.Field) *forms.Text { return &f.Text })),
	fitting("weight", choose("weight", "Druh poznámky", "", append([]Choice{{Label: "informace"}}, weights[1:]...), func(f *forms.Field) *string { return (*string)(&f.Weight) })),
	asked(text("help", "Nápověda", "Co člověku pomůže odpovědět.", "textarea", func(f *forms.Field) *forms.Text { return &f.Help })),
	asked(text("why", "Proč se ptáme", "", "textarea", func(f *forms.Field) *forms.Text { return &f.Why })),
}

func asked(p prop[forms.Field]) prop[forms.Field] {
	p.fits = func(f *forms.Field) bool { return f.Kind != "note" }
	return p
}

var moreProps = []prop[forms.Field]{
	fitting("expr", line("expr", "Vzorec", "Jména otázek, čísla, závorky a + - * /. Například pocet * 100", "code", func(f *forms.Field) *string { return &f.Expr })),
	fitting("result", choose("result", "Výsledek je", "", results, func(f *forms.Field) *string { return &f.Result })),
	bound("min", "Nejméně", func(f *forms.Field) *any { return &f.Min }),
	bound("max", "Nejvíce", func(f *forms.Field) *any { return &f.Max }),
	fitting("minLength", whole("minLength", "Nejméně znaků", "", 100_000, func(f *forms.Field) *int { return &f.MinLength })),
	fitting("maxLength", whole("maxLength", "Nejvíce znaků", "", 100_000, func(f *forms.Field) *int { return &f.MaxLength })),
	fitting("rows", whole("rows", "Výška pole v řádcích", "", 40, func(f *forms.Field) *int { return &f.Rows })),
	fitting("decimals", whole("decimals", "Desetinná místa", "", 6, func(f *forms.Field) *int { return &f.Decimals })),
	fitting("unit", text("unit", "Jednotka", "Například cm, kusů.", "text", func(f *forms.Field) *forms.Text { return &f.Unit })),
	fitting("pattern", line("pattern", "Vzor", "Regulární výraz, kterému musí odpovědět celá odpověď. Například [0-9]{4}", "code", func(f *forms.Field) *string { return &f.Pattern })),
	fitting("patternMessage", text("patternMessage", "Co říct, když vzoru neodpovídá", "", "text", func(f *forms.Field) *forms.Text { return &f.PatternMessage })),
	fitting("accept", commas("accept", "Přípony souborů", "Například pdf, jpg. Prázdné znamená všechny, které úřad přijímá.", func(f *forms.Field) *[]string { return &f.Accept })),
	fitting("maxBytes", whole("maxBytes", "Nejvíce bajtů jednoho souboru", "", 1<<40, func(f *forms.Field) *int64 { return &f.MaxBytes })),
	fitting("itemLabel", text("itemLabel", "Jak se říká jedné položce", "Například strom.", "text", func(f *forms.Field) *forms.Text { return &f.ItemLabel })),
	fitting("addLabel", text("addLabel", "Tlačítko na další položku", "Například Přidat další strom.", "text", func(f *forms.Field) *forms.Text { return &f.AddLabel })),
	fitting("omit", commas("omit", "Na co se neptat", "Z osoby: narozeni, adresa. Z firmy: sidlo.", func(f *forms.Field) *[]string { return &f.Omit })),
	fitting("optional", commas("optional", "Co smí zůstat prázdné", "", func(f *forms.Field) *[]string { return &f.Optional })),
	fitting("autocomplete", choose("autocomplete", "Prohlížeč předvyplní", "", fill, func(f *forms.Field) *string { return &f.Autocomplete })),
	asked(flag("sensitive", "Citlivý údaj: v přehledech zakrýt", "", func(f *forms.Field) bool { return f.Sensitive }, func(f *forms.Field, v bool) { f.Sensitive = v })),
	asked(flag("inSummary", "Ukázat v souhrnu a v PDF", "", func(f *forms.Field) bool { return f.InSummary == nil || *f.InSummary }, func(f *forms.Field, v bool) {
		if shown := f.InSummary == nil || *f.InSummary; shown != v {
			f.InSummary = &v
		}
	})),
	line("name", "Jméno otázky", "Píše se do podmínek a vzorců: malá písmena bez diakritiky, číslice a podtržítka. Když je změníte, podmínky a vzorce se přepíšou samy.", "code", func(f *forms.Field) *string { return &f.Name }),
}
