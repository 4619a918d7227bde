package exchange

import (
	"encoding/json"

	"epom/forms"
)

// addressee is the page that asks which municipality an imported form goes to: other systems serve one office and need
// not ask.
const addressee = "komu"

// ForUse makes the definition of an imported form fit to be sent: in an agenda, and with a question for the municipality
// on a page of its own when no answer decides where it belongs. The imported form stays as it is.
func ForUse(f *forms.Form, agenda string) (forms.Definition, error) {
	var def forms.Definition
	data, err := json.Marshal(f.Definition)
	if err == nil {
		err = json.Unmarshal(data, &def)
	}
	if err != nil {
		return def, err
	}
	if agenda != "" {
		def.Agenda = agenda
	}
	if len(def.Locality.From) > 0 {
		return def, nil
	}
	names := map[string]bool{}
	for _, p := range def.Pages {
		names[p.Code] = true
		for _, field := range p.Fields {
			names[field.Name] = true
		}
	}
	page, field := addressee, "obec_uradu"
	for names[page] {
		page += "-uradu"
	}
	for names[field] {
		field += "_uradu"
	}
	def.Pages = append([]forms.PageDef{{Code: page, Title: forms.Text{CS: "Komu formulář pošlete", EN: "Where the form goes", UK: "Куди надсилається форма"},
		Fields: []*forms.Field{{Name: field, Kind: "municipality", Label: forms.Text{CS: "Obec, jejímuž úřadu píšete", EN: "Municipality whose office you write to", UK: "Муніципалітет, до органу якого ви пишете"},
			Required: forms.Condition{Always: true}}}}}, def.Pages...)
	def.Locality = forms.Locality{Key: "addressee", From: []string{field}}
	return def, nil
}
