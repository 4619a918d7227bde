// Package formdesk is where offices make forms of the common catalogue their own, and where the operator publishes,
// withdraws and installs them.
//
// Routes:
//
//	GET  /kancelar/formulare                           List            admin
//	GET  /kancelar/formulare/:code                     Show            admin
//	POST /kancelar/formulare/:code/prevzit             Adopt           admin
//	POST /kancelar/formulare/:code/vypnout             SwitchOff       admin
//	POST /kancelar/formulare/:code/zapnout             SwitchOn        admin
//	POST /kancelar/formulare/:code/upravy              Reword          admin
//	GET  /kancelar/formulare/:code/parametry           Parameters      admin
//	POST /kancelar/formulare/:code/parametry           SetParameter    admin
//	POST /kancelar/formulare/:code/parametry/zrusit    DropParameter   admin
//	GET  /sprava/formulare                             Catalogue       operator
//	POST /sprava/formulare/balicek                     Upload          operator
//	GET  /sprava/formulare/balicek/:balicek            Preview         operator
//	POST /sprava/formulare/balicek/:balicek            Install         operator
//	POST /sprava/formulare/vydavatele                  Trust           operator
//	POST /sprava/formulare/vydavatele/konec            Distrust        operator
//	GET  /sprava/formulare/:code                       Form            operator
//	POST /sprava/formulare/:code/vydat                 Publish         operator
//	POST /sprava/formulare/:code/stahnout              Withdraw        operator
package formdesk

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/forms/repository"
	"epom/handlers/web"
	"epom/internal/errs"
)

// Desk is the group of handlers.
type Desk struct {
	web.Staff
	Repository *repository.Store
	// Operator starts a page of the operator with its navigation.
	Operator func(c *fiber.Ctx, title string) (web.Page, error)
	// Key and Fingerprint are those this installation signs its packages with.
	Key, Fingerprint string
}

// Templates are the pages of the group and the data they are shown with.
var Templates = map[string]any{
	"formdesk/list": ListPage{}, "formdesk/show": ShowPage{}, "formdesk/parameters": ParametersPage{},
	"formdesk/catalogue": CataloguePage{}, "formdesk/form": FormPage{}, "formdesk/package": PackagePage{}, "formdesk/parts": fieldsPage{},
}

// Filled is what was typed into a form and what is wrong with it.
type Filled struct {
	Values map[string]string
	Errors []Wrong
}

// Wrong is a message about a field.
type Wrong struct{ ID, Label, Message string }

// Value is what stands in a field.
func (f Filled) Value(name string) string { return f.Values[name] }

// Error is the message about a field.
func (f Filled) Error(name string) string {
	for _, w := range f.Errors {
		if w.ID == name {
			return w.Message
		}
	}
	return ""
}

type fieldsPage struct {
	web.Page
	Filled
}

func filled(v url.Values) Filled {
	f := Filled{Values: map[string]string{}}
	for name := range v {
		f.Values[name] = strings.TrimSpace(v.Get(name))
	}
	return f
}

// wrong takes the messages of an error over; false when it is about something else.
func (f *Filled) wrong(err error) bool {
	if !errs.Is(err, errs.Invalid) {
		return false
	}
	for _, w := range errs.FieldsOf(err) {
		f.Errors = append(f.Errors, Wrong{ID: w.Name, Message: w.Message})
	}
	if len(f.Errors) == 0 {
		f.Errors = append(f.Errors, Wrong{Message: errs.Message(err)})
	}
	return true
}

// form is the form in the address as the office of the session offers it.
func (d *Desk) form(c *fiber.Ctx) (*forms.Form, error) {
	f, ok := d.Repository.Catalogue.Offered(web.Session(c).Office, c.Params("code"))
	if !ok {
		return nil, errs.New(errs.NotFound, "Takový formulář se nenabízí. Podívejte se do seznamu formulářů.")
	}
	return f, nil
}

func day(f *Filled, name string, optional bool) string {
	typed := f.Value(name)
	if typed == "" && optional {
		return ""
	}
	t, ok := web.ParseDay(typed)
	if !ok {
		f.Errors = append(f.Errors, Wrong{ID: name, Message: "Napište den jako d. m. rrrr, třeba 1. 1. 2027."})
		return ""
	}
	return t.Format("2006-01-02")
}

func address(c *fiber.Ctx, rest string) string {
	return fmt.Sprintf("/kancelar/formulare/%s%s", c.Params("code"), rest)
}
