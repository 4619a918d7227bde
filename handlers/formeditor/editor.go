// Package formeditor is where the authors of forms write them: pages and questions in a tree, what belongs to each beside
// it, and the page as people will see it; the same form as plain text; trying it out; comparing versions.
//
// Routes:
//
//	GET  /sprava/formulare/novy                  New      operator
//	POST /sprava/formulare/novy                  Create   operator
//	POST /sprava/formulare/:code/nova-verze      Begin    operator
//	GET  /sprava/formulare/:code/upravit         Show     operator
//	POST /sprava/formulare/:code/upravit         Act      operator
//	GET  /sprava/formulare/:code/zapis           Text     operator
//	POST /sprava/formulare/:code/zapis           SaveText operator
//	GET  /sprava/formulare/:code/vyzkouset       Try      operator
//	POST /sprava/formulare/:code/vyzkouset       TryStep  operator
//	GET  /sprava/formulare/:code/porovnat        Compare  operator
//	POST /sprava/formulare/:code/zahodit         Discard  operator
//
// Every act is one form: what was typed is kept first, then the act is done, so that no button loses anything.
package formeditor

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/forms/edit"
	"epom/forms/repository"
	"epom/handlers/web"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/routing"
)

// Editor is the group of handlers.
type Editor struct {
	Clock      clock.Clock
	Repository *repository.Store
	Router     *routing.Store
	// Gazetteer recognises places where a form is tried out; Decide finds the competent office.
	Gazetteer func(context.Context) forms.Gazetteer
	Decide    func(*forms.Form, *forms.Evaluation) (*routing.Decision, error)
	// Operator starts a page of the operator with its navigation.
	Operator func(c *fiber.Ctx, title string) (web.Page, error)
}

// Templates are the pages of the group and the data they are shown with.
var Templates = map[string]any{
	"formeditor/show": ShowPage{}, "formeditor/parts": struct{}{}, "formeditor/text": TextPage{}, "formeditor/new": NewPage{}, "formeditor/try": TryPage{}, "formeditor/compare": ComparePage{},
}

// Wrong is a message about a field.
type Wrong struct{ ID, Label, Message string }

// draft is a form in work as it was read.
type draft struct {
	d        *forms.Definition
	revision int
}

func (e *Editor) draft(c *fiber.Ctx) (draft, error) {
	saved, err := e.Repository.Draft(c.UserContext(), c.Params("code"), 0)
	if err != nil {
		return draft{}, err
	}
	return read(saved)
}

func read(saved repository.Draft) (draft, error) {
	d := &forms.Definition{}
	if err := json.Unmarshal([]byte(saved.Definition), d); err != nil {
		return draft{}, errs.Wrap(errs.Invalid, err, "Uložený formulář nemá tvar, který umí editor upravit.")
	}
	return draft{d, saved.Revision}, nil
}

// save keeps a definition as the revision after the one seen; one that did not change is not kept again.
func (e *Editor) save(c *fiber.Ctx, was draft, d *forms.Definition, note string) (int, error) {
	before, err := repository.Write(*was.d)
	if err != nil {
		return 0, err
	}
	now, err := repository.Write(*d)
	if err != nil || string(before) == string(now) {
		return was.revision, err
	}
	revision, _, err := e.Repository.SaveDraft(c.UserContext(), scope(c), was.d.Code, was.revision, now, note)
	return revision, err
}

// ready is the draft as the engine reads it; its problems when it does not.
func ready(d *forms.Definition) (*forms.Form, error) {
	text, err := repository.Write(*d)
	if err != nil {
		return nil, err
	}
	return forms.Parse(text)
}

func (e *Editor) today() time.Time { return clock.Date(e.Clock.Now()) }

func (e *Editor) agendas() []Choice {
	list := []Choice{{Value: forms.NoAgenda, Label: "zatím žádná (tak ho nelze vydat)"}}
	for _, a := range e.Router.Engine().Agendas() {
		list = append(list, Choice{Value: a.Code, Label: a.Name})
	}
	return list
}

func (e *Editor) knows(agenda string) bool {
	_, err := e.Router.Engine().Agenda(agenda, e.today())
	return agenda == forms.NoAgenda || err == nil
}

// scope is the installation as the signed-in person.
func scope(c *fiber.Ctx) db.Scope {
	s := web.Session(c).Scope()
	s.Office = 0
	return s
}

func address(c *fiber.Ctx, rest string) string { return "/sprava/formulare/" + c.Params("code") + rest }

// name is what a place is called: its page or question.
func name(d *forms.Definition, at edit.Place) string {
	if f, ok := edit.Field(d, at); ok {
		for _, s := range []string{f.Label.CS, f.Text.CS, forms.KindLabel(f.Kind).CS, f.Name} {
			if s != "" {
				return short(s)
			}
		}
	}
	if p, ok := edit.Page(d, at); ok && len(at) == 1 {
		if p.Title.CS == "" {
			return "Stránka " + strconv.Itoa(at[0]+1)
		}
		return short(p.Title.CS)
	}
	return "Celý formulář"
}

func short(s string) string {
	if r := []rune(s); len(r) > 70 {
		return string(r[:69]) + "…"
	}
	return s
}

// thing names a part of a form so that another revision can tell whether it is still the same one.
func thing(d *forms.Definition, at edit.Place) string {
	if f, ok := edit.Field(d, at); ok {
		return "field " + f.Name
	}
	if p, ok := edit.Page(d, at); ok && len(at) == 1 {
		return "page " + p.Code
	}
	return "form"
}
