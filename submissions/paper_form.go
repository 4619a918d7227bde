package submissions

import (
	"errors"
	"fmt"
	"strings"

	"epom/forms"
	"epom/internal/i18n"
	"epom/internal/pdf"
	"epom/routing"
)

// FilledPaper is a form filled here: the person keeps it, signs it and hands it in herself, or goes on from it later.
// Nothing is accepted by making it. It is in Czech; set.Today is its date, base the address of the site.
func FilledPaper(f *forms.Form, a forms.Answers, dec *routing.Decision, set forms.Setting, base string) ([]byte, error) {
	if dec.Office == nil {
		return nil, errors.New("paper: a filled form needs an office")
	}
	set.Lang = forms.CS
	ev := f.Evaluate(a, set)
	o := dec.Office
	d := pdf.New(pdf.Meta{Title: f.Title.In(forms.CS), Subject: ev.Subject(), Created: set.Today, Header: f.Title.In(forms.CS),
		Aside: o.Name, Footer: "Vyplněno " + day(set.Today)})
	d.Heading(1, f.Title.In(forms.CS))
	to := []pdf.Row{{Label: "Komu", Value: strings.TrimSpace(o.Name + "\n" + o.Address)}}
	for _, r := range []pdf.Row{{Label: "Datová schránka", Value: o.DataBox}, {Label: "E-mail", Value: o.Email}, {Label: "Telefon", Value: o.Phone}} {
		if r.Value != "" {
			to = append(to, r)
		}
	}
	if s := ev.Subject(); s != "" {
		to = append(to, pdf.Row{Label: "Věc", Value: s})
	}
	d.Rows(append(to, pdf.Row{Label: "Podle předpisu", Value: f.Statute}))
	d.Note(handIn(o, base))
	answers(d, "Vyplněné údaje", ev.Summary())
	k := kept(dec)
	reasons(d, k)
	if files := attached(ev.Summary()); len(files) > 0 {
		d.Heading(2, "Přiložte tyto přílohy")
		d.List(files)
	}
	d.Sign("Místo a datum", "Podpis")
	e := Embedded{Office: o.Slug, Form: f.Code, Version: f.Version, Lang: string(forms.CS), Answers: ev.Result()}
	print, err := e.fingerprint()
	if err != nil {
		return nil, err
	}
	nameForm(d, f, base, "&otisk="+print, fmt.Sprintf("Formulář %s, verze %d, otisk údajů %s.\nÚdaje jsou v tomto souboru vložené i strojově čitelně jako %s.", f.Code, f.Version, print, AnswersFile))
	return finish(d, e)
}

// nameForm draws the code that names a form and its version, and what else tells this paper apart from others.
func nameForm(d *pdf.Doc, f *forms.Form, base, more, caption string) {
	d.QR(fmt.Sprintf("%s/formulare/%s?verze=%d%s", base, f.Code, f.Version, more), caption, caption, 22)
}

// handIn tells what to do with the paper.
func handIn(o *routing.Card, base string) string {
	ways := []string{"poštou nebo osobně na uvedenou adresu"}
	if o.DataBox != "" {
		ways = append([]string{"datovou schránkou " + o.DataBox + " (pak podpis nepotřebujete)"}, ways...)
	}
	if o.Participates {
		return "Tento formulář zatím nikdo nedostal. Nahrajte tento soubor na " + base + "/formulare/nahrat a odešlete ho, " +
			"nebo ho podepište a doručte sami: " + strings.Join(ways, ", ") + "."
	}
	return "Tento formulář jsme nikam neposlali, úřad podání přes e-POM zatím nepřijímá. Podepište ho a doručte sami: " + strings.Join(ways, ", ") + "."
}

func attached(sections []forms.Section) []string {
	var names []string
	for _, s := range sections {
		for _, r := range s.Rows {
			for _, file := range r.Files {
				names = append(names, file.Name+" ("+size(file.Size)+")")
			}
		}
	}
	return names
}

// BlankPaper is the empty form for handwriting: every page with every field, and in words when a part is to be filled.
// base is the address of the site.
func BlankPaper(f *forms.Form, lang, base string) ([]byte, error) {
	w := &blank{form: f, lang: lang}
	title := f.Title.In(w.l())
	d := pdf.New(pdf.Meta{Title: title, Subject: f.Summary.In(w.l()), Lang: lang, Header: title, Aside: f.Code, Footer: w.t("Pište čitelně, nejlépe hůlkovým písmem.")})
	w.doc = d
	d.Heading(1, title)
	d.Para(f.Summary.In(w.l()))
	if f.Statute != "" {
		d.Small(f.Statute)
	}
	d.Para(w.t("Údaje označené hvězdičkou * jsou povinné."))
	if len(f.Needed) > 0 {
		needed := make([]string, len(f.Needed))
		for i, n := range f.Needed {
			needed[i] = n.In(w.l())
		}
		d.Heading(2, w.t("Co budete potřebovat"))
		d.List(needed)
	}
	d.Blanks(pdf.Blank{Label: w.t("Kterému úřadu podání posíláte")})
	for i := range f.Pages {
		p := &f.Pages[i]
		d.Heading(2, p.Title.In(w.l()))
		w.when(p.When)
		if s := p.Intro.In(w.l()); s != "" {
			d.Para(s)
		}
		w.fields(p.Fields, "", true)
	}
	d.Sign(w.t("Místo a datum"), w.t("Podpis"))
	nameForm(d, f, base, "", w.t("Formulář %s, verze %d. Vyplnit ho můžete i na počítači nebo telefonu: načtěte kód.", f.Code, f.Version))
	return d.Bytes()
}

// blank is an empty form on its way to paper.
type blank struct {
	form *forms.Form
	doc  *pdf.Doc
	lang string
}

func (w *blank) l() forms.Lang               { return forms.Lang(w.lang) }
func (w *blank) t(s string, a ...any) string { return i18n.T(w.lang, s, a...) }

// when says in words when what follows is to be filled.
func (w *blank) when(condition string) {
	if condition != "" {
		w.doc.Para(w.words(condition))
	}
}

// Names of kinds that need no label.
var kindNames = map[string]string{"email": "E-mail", "phone": "Telefon", "account": "Číslo účtu", "databox": "Datová schránka", "municipality": "Obec",
	"address": "Adresa", "parcel": "Parcela", "person": "Osoba", "legalperson": "Právnická osoba", "ico": "IČO", "zip": "PSČ"}

func (w *blank) label(f *forms.Field) string {
	s := f.Label.In(w.l())
	if s == "" {
		s = w.t(kindNames[f.Kind])
	}
	if u := f.Unit.In(w.l()); u != "" {
		s += " (" + u + ")"
	}
	if f.Required.Always {
		s += " *"
	}
	return s
}

// part is the label of a part of a field: "zadatel.jmeno"; "" when the form does not ask for it.
func (w *blank) part(path string) (string, bool) {
	f, ok := w.form.Field(path)
	if !ok {
		return "", false
	}
	return w.label(f), true
}

// line writes the parts of a field that the form asks for side by side.
func (w *blank) line(path string, names ...string) {
	var list []pdf.Blank
	for _, n := range names {
		if s, ok := w.part(path + "." + n); ok {
			list = append(list, pdf.Blank{Label: s})
		}
	}
	w.doc.Blanks(list...)
}

// narrow kinds share a line with their neighbours.
var narrow = map[string]bool{"number": true, "money": true, "phone": true, "ico": true, "zip": true, "email": true, "databox": true, "account": true}

// fields writes fields one after another; neighbours that need little room stand side by side. help adds their advice.
func (w *blank) fields(fields []*forms.Field, prefix string, help bool) {
	var line []pdf.Blank
	var advice []string
	flush := func() {
		w.doc.Blanks(line...)
		for _, s := range advice {
			w.doc.Small(s)
		}
		line, advice = nil, nil
	}
	for _, f := range fields {
		if f.Kind == "computed" {
			continue // counted from the other answers
		}
		beside := narrow[f.Kind] && f.When == ""
		if !beside || len(line) == 3 {
			flush()
		}
		if beside {
			line = append(line, pdf.Blank{Label: w.label(f)})
		} else {
			w.when(f.When)
			w.field(f, prefix+f.Name)
		}
		if s := f.Help.In(w.l()); help && s != "" && f.Kind != "note" && f.Kind != "repeat" && f.Kind != "group" {
			advice = append(advice, s)
		}
	}
	flush()
}

const repeats = 3 // places for items of a repeated block

func (w *blank) field(f *forms.Field, path string) {
	d, label := w.doc, w.label(f)
	switch f.Kind {
	case "note":
		d.Note(strings.TrimSpace(f.Label.In(w.l()) + "\n" + f.Text.In(w.l())))
	case "longtext":
		d.Lines(label, max(4, min(f.Rows, 10)))
	case "choice", "choices", "yesno", "declaration":
		d.Boxes(w.boxes(f, label))
	case "person":
		d.Heading(3, label)
		w.line(path, "jmeno", "prijmeni", "narozeni")
		w.line(path, "adresa")
	case "legalperson":
		d.Heading(3, label)
		w.line(path, "nazev")
		if s, ok := w.part(path + ".ico"); ok {
			d.Comb(s, 8)
		}
		w.line(path, "sidlo")
	case "parcel":
		w.line(path, "area", "number")
	case "date":
		d.Comb(label+" – "+w.t("den, měsíc, rok"), 8)
	case "file":
		d.Boxes("", []pdf.Box{{Text: w.t("Přikládám: %s", label)}})
	case "group":
		d.Heading(3, label)
		w.help(f)
		w.fields(f.Fields, path+".", true)
	case "repeat":
		w.repeat(f, path, label)
	default:
		d.Blanks(pdf.Blank{Label: label})
	}
}

func (w *blank) help(f *forms.Field) {
	if s := f.Help.In(w.l()); s != "" {
		w.doc.Para(s)
	}
}

// boxes are the answers of a choice; a declaration is its own only one.
func (w *blank) boxes(f *forms.Field, label string) (string, []pdf.Box) {
	switch f.Kind {
	case "yesno":
		return label, []pdf.Box{{Text: w.t("Ano")}, {Text: w.t("Ne")}}
	case "declaration":
		return "", []pdf.Box{{Text: label}}
	case "choices":
		label += " – " + w.t("můžete označit víc možností")
	}
	list := make([]pdf.Box, len(f.Options))
	for i, o := range f.Options {
		list[i].Text = o.Label.In(w.l())
		if h := o.Help.In(w.l()); h != "" {
			list[i].Text += " – " + h
		}
	}
	return label, list
}

// repeat gives a few places for items: a table when they are simple, else their fields again and again.
func (w *blank) repeat(f *forms.Field, path, label string) {
	w.doc.Heading(3, label)
	w.help(f)
	item := f.ItemLabel.In(w.l())
	if item == "" {
		item = label
	}
	for i := range repeats {
		w.doc.Heading(3, strings.TrimSuffix(w.t("%d. %s", i+1, item), " *"))
		w.fields(f.Fields, path+".", i == 0)
	}
	w.doc.Small(w.t("Nestačí-li místo, pokračujte na zvláštním listu."))
}
