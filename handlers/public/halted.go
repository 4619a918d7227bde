package public

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/handlers/web"
	"epom/submissions"
)

// HaltedPage says why a begun form cannot go on as it is, and what to do: nothing filled is lost.
type HaltedPage struct {
	web.Page
	Form      FormLink
	Why       string // withdrawn, off, version
	Text      string
	Until     time.Time      // the last day the office has it switched off; zero = not known
	By        *OfficeContact // the office that stops it
	Successor *FormLink
}

// OfficeContact is an office to turn to.
type OfficeContact struct{ Name, Slug, Email, Phone string }

// halted answers a visit to a draft that cannot go on: 409, with the way to go on where there is one.
func (h *Public) halted(c *fiber.Ctx, d *submissions.Draft, halt *submissions.Halt) error {
	web.Private(c)
	lang := web.Lang(c)
	p := HaltedPage{Page: web.NewPage(c, "Tento formulář teď nejde odeslat"), Form: formLink(d.Form, lang), Why: string(halt.Why), Text: halt.Text}
	p.Until, _ = time.Parse(time.DateOnly, halt.Until)
	if o := halt.Office; o != nil {
		p.By = &OfficeContact{o.Name, o.Slug, o.Email, o.Phone}
	}
	if halt.Successor != nil {
		link := formLink(halt.Successor, lang)
		p.Successor = &link
	}
	c.Status(fiber.StatusConflict)
	return web.View(c, "step/halted", "", p)
}

// MoveForm takes a draft that cannot go on over to its successor, with the answers that fit there.
func (h *Public) MoveForm(c *fiber.Ctx) error {
	if _, err := web.FormValues(c, nil); err != nil {
		return err
	}
	d, err := h.draft(c)
	if err != nil {
		return h.lost(c, err)
	}
	halt := h.Submissions.HaltedAt(d, h.evaluate(c, d))
	if d.Reference != nil || halt == nil || halt.Successor == nil {
		return h.goOn(c, d, "")
	}
	token, lost, err := h.Submissions.Move(c.UserContext(), draftToken(c), halt.Successor)
	if err != nil {
		return err
	}
	keepDraft(c, halt.Successor.Code, token)
	if d, err = h.Submissions.Draft(c.UserContext(), token); err != nil {
		return err
	}
	p := web.NewPage(c, "")
	message := p.T("Odpovědi jsme převedli.")
	if len(lost) > 0 {
		message += " " + p.T("Znovu vyplňte: %s.", strings.Join(lost, ", "))
	}
	web.SetFlash(c, "success", message)
	return h.goOn(c, d, "")
}

// ParameterView is a value an office, or the law, gives a form: a rate, a limit.
type ParameterView struct {
	Label, Value, Source string
	Own                  bool // the office's own; else the form's
	Unverified           bool
}

// parameters are the values of a form at an office (0 = not known) that people may read.
func (h *Public) parameters(f *forms.Form, office int32, lang string) []ParameterView {
	var list []ParameterView
	for _, p := range h.Forms.Current(f, office, h.today()) {
		if p.Missing {
			continue
		}
		list = append(list, ParameterView{Label: p.Label.In(forms.Lang(lang)), Value: p.Show(forms.Lang(lang)), Source: p.Value.Source, Own: p.Given, Unverified: !p.Value.Verified})
	}
	return list
}
