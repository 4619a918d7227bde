package edit

import (
	"embed"

	"epom/forms"
	"epom/forms/notation"
	"epom/internal/errs"
	"epom/internal/fold"
)

//go:embed starters/*.formular
var starters embed.FS

// Starter is a simple form to begin with.
type Starter struct{ Code, Title, What string }

// Starters in the order they are offered.
var Starters = []Starter{{"zadost", "Žádost", "o co jde, kdo žádá, přílohy"}, {"ohlaseni", "Ohlášení", "co, od kdy a kde, kdo ohlašuje"}, {"stiznost", "Stížnost", "na co, co se stalo, jaká náprava"}}

// New begins a form as a starter under a title and code of its own; with no starter it has one page with one question.
func New(starter, code, title string) (*forms.Definition, error) {
	d := &forms.Definition{Version: 1, Summary: forms.Text{CS: "K čemu formulář je."}, Agenda: forms.NoAgenda, Locality: forms.Locality{Key: "any"}, Subject: literal(title),
		Pages: []forms.PageDef{{Code: "stranka", Title: forms.Text{CS: "Nová stránka"}, Fields: []*forms.Field{{Name: "text", Kind: "text", Label: forms.Text{CS: "Nová otázka"}}}}}}
	if starter != "" {
		data, err := starters.ReadFile("starters/" + starter + ".formular")
		if err != nil {
			return nil, errs.Fields(errs.Field{Name: "vzor", Message: "Takový vzor nemáme. Vyberte jiný."})
		}
		if d, err = notation.Read(string(data)); err != nil {
			return nil, err
		}
	}
	d.Code, d.Title, d.Version = code, forms.Text{CS: title}, 1
	return d, nil
}

// CodeFor makes a code of a form from its title: "Žádost o pronájem sálu" → "zadost-o-pronajem-salu".
func CodeFor(title string) string {
	code := ""
	for _, w := range fold.Words(title) {
		word := ""
		for _, r := range w {
			if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
				word += string(r)
			}
		}
		if word == "" || len(code)+len(word) >= 60 {
			continue
		}
		if code != "" {
			code += "-"
		}
		code += word
	}
	return code
}
