package files

import (
	"context"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/fold"
	"epom/records"
	"epom/records/scheme"
	"epom/users"
)

// NewPage opens a file from the office's own initiative.
type NewPage struct {
	web.Page
	Form
	Agendas []Choice
	Plan    bool // the office has a scheme
}

// NewForm shows the form.
func (f *Files) NewForm(c *fiber.Ctx) error { return f.newForm(c, Form{}) }

func (f *Files) newForm(c *fiber.Ctx, form Form) error {
	p := NewPage{Form: form}
	for _, a := range f.Router.Engine().Agendas() {
		p.Agendas = append(p.Agendas, Choice{a.Code, a.Name, a.Code == form.Values["agenda"]})
	}
	err := f.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = f.Page(c, tx, "Nový spis"); err != nil {
			return err
		}
		_, err = scheme.Current(ctx, tx, f.Date())
		p.Plan = err == nil
		return nil
	})
	if err != nil {
		return err
	}
	return web.View(c, "files/new", "", p)
}

// Open opens the file; whoever handles matters has it at once.
func (f *Files) Open(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	s, back := web.Session(c), "/kancelar/spisy"
	return f.acted(c, v, back, f.newForm, func(ctx context.Context, tx *db.Tx, v url.Values) (string, error) {
		n, now := records.NewCase{Subject: v.Get("subject"), Agenda: v.Get("agenda"), Paper: v.Get("paper") != ""}, f.Clock.Now()
		if users.Can(s, users.Handle) {
			n.ClerkID = &s.Account.ID
		}
		if n.Agenda != "" {
			rule, _, err := f.Submissions.Law().ForAgenda(n.Agenda, f.Date())
			if err == nil && v.Get("term") != "" {
				n.Rule = rule.Code
			}
		}
		k, err := records.OpenCase(ctx, tx, f.Submissions.Law(), n, now)
		return "Nový spis má značku " + k.Mark + ".", err
	})
}

// matches tells whether a class fits typed words or the beginning of a code.
func matches(k scheme.Class, query string) bool {
	if query == "" || strings.HasPrefix(k.Code, query) {
		return true
	}
	text := fold.Text(k.Name + " " + k.Note)
	for _, w := range fold.Words(query) {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return len(fold.Words(query)) > 0
}
