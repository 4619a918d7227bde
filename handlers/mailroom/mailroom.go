// Package mailroom is the counter at which an office takes in what comes (podatelna), and its name register.
//
// Routes:
//
//	GET /kancelar/posta/nova  New  register
//	POST /kancelar/posta/nova  Save  register
//	GET /kancelar/posta/soubory  Files  register
//	POST /kancelar/posta/soubory  TakeFiles  register
//	GET /kancelar/posta/formular/:code  Typed  register
//	POST /kancelar/posta/formular/:code  SaveTyped  register
//	GET /kancelar/posta/kod  Code  see-mail
//	GET /kancelar/posta/:doc/stitek  Label  see-mail
//	GET /kancelar/posta/:doc/razitko.pdf  Stamp  see-mail
//	GET /kancelar/jmena  Names  see-books
//	GET /kancelar/jmena/shody  Twins  register
//	GET /kancelar/jmena/:party  Name  see-books
//	POST /kancelar/jmena/:party  SaveName  register
//	POST /kancelar/jmena/:party/sloucit  Merge  register
//	POST /kancelar/jmena/:party/rozdelit  Unmerge  register
//	GET /kancelar/sprava/podatelna  Settings  admin-office
//	POST /kancelar/sprava/podatelna  SaveSettings  admin-office
package mailroom

import (
	"context"

	"epom/forms"
	"epom/handlers/web"
	"epom/internal/errs"
	"epom/records"
	"epom/records/intake"
	"epom/routing"
	"epom/submissions"
)

// Mailroom is the group of handlers.
type Mailroom struct {
	web.Staff
	Records func() *records.Law
	Reader  intake.Reader
	Agendas func() []*routing.Agenda
	// Recognise reads a filled form of ours; NotFound when a file is none.
	Recognise func(data []byte) (submissions.Recognised, error)
	// Blank is a form to type a paper into, as the office takes it.
	Blank     func(code string, office int32) (*forms.Form, forms.Setting, error)
	Forms     func() []*forms.Form // those offered now
	Gazetteer func(context.Context) forms.Gazetteer
	Places    web.FindPlaces
	BaseURL   string // how the site is reached from outside, for labels; "" = as the request says
}

// Templates are the pages of the group and the data they are shown with.
var Templates = map[string]any{
	"mailroom/new": NewPage{}, "mailroom/typed": TypedPage{}, "mailroom/files": FilesPage{}, "mailroom/label": LabelPage{}, "mailroom/names": NamesPage{}, "mailroom/names#list": NamesPage{},
	"mailroom/name": NamePage{}, "mailroom/twins": TwinsPage{}, "mailroom/settings": SettingsPage{}, "mailroom/code": CodePage{},
}

// Form is what forms of the group share: what was typed and what is wrong with it.
type Form struct {
	Values map[string]string
	Errors []Wrong
}

// Wrong is one wrong field for the list on top of a form.
type Wrong struct{ ID, Label, Message string }

// Value is what was typed into a field.
func (f Form) Value(name string) string { return f.Values[name] }

// Error is what is wrong with a field.
func (f Form) Error(name string) string {
	for _, w := range f.Errors {
		if w.ID == name {
			return w.Message
		}
	}
	return ""
}

func (f *Form) wrong(fields []errs.Field) {
	for _, w := range fields {
		f.Errors = append(f.Errors, Wrong{ID: w.Name, Label: labels[w.Name], Message: w.Message})
	}
}

var labels = map[string]string{"who": "Odesílatel", "subject": "Věc", "day": "Doručeno dne", "time": "Čas", "join": "Spis", "files": "Soubory", "sheets": "Listů",
	"attachments": "Příloh", "attachment_sheets": "Listů příloh", "ico": "IČO", "data_box": "Datová schránka", "email": "E-mail", "zip": "PSČ", "kind": "Druh", "name": "Jméno nebo název",
	"born": "Narozen", "mail_no": "Podací číslo", "way": "Jak to přišlo", "months": "Měsíců"}

// PartyKinds are the kinds of the name register in words.
var PartyKinds = []Option{{records.Person, "Člověk"}, {records.Business, "Podnikatel"}, {records.Company, "Firma nebo spolek"}, {records.Authority, "Úřad"}}

// Option is a choice of a select.
type Option struct{ Value, Label string }

func word(list []Option, value string) string {
	for _, o := range list {
		if o.Value == value {
			return o.Label
		}
	}
	return value
}
