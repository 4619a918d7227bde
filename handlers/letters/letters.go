// Package letters is where clerks write: letters from templates, their approval, and the office's own templates.
//
// Routes:
//
//	GET /kancelar/dopisy  List  see-mail
//	GET /kancelar/spisy/:id/dopisy/novy  New  handle
//	POST /kancelar/spisy/:id/dopisy/novy  Start  handle
//	GET /kancelar/dopisy/:id  Show  see-mail
//	POST /kancelar/dopisy/:id  Save  handle
//	GET /kancelar/dopisy/:id/nahled.pdf  Preview  see-mail
//	POST /kancelar/dopisy/:id/:act  Act  handle
//	GET /kancelar/vzory  Templates  see-mail, admin-office
//	POST /kancelar/vzory  SaveSetting  admin-office
//	GET /kancelar/vzory/:code  Template  see-mail, admin-office
//	POST /kancelar/vzory/:code  SaveTemplate  admin-office
//	POST /kancelar/vzory/:code/puvodni  ResetTemplate  admin-office
package letters

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
	core "epom/records/letters"
	"epom/submissions"
	"epom/users"
)

// Letters is the group of handlers.
type Letters struct {
	web.Staff
	Submissions *submissions.Service
}

// Templates are the pages of the group and the data they are shown with.
var Templates = map[string]any{"letters/list": ListPage{}, "letters/new": NewPage{}, "letters/show": LetterPage{}, "letters/templates": TemplatesPage{}, "letters/template": TemplatePage{}}

// Wrong is one wrong field for the list on top of a form.
type Wrong struct{ ID, Label, Message string }

// fields are the wrong fields of a form with its errors.
type fields struct{ Errors []Wrong }

// Error is the message about a field.
func (f fields) Error(name string) string {
	for _, w := range f.Errors {
		if w.ID == name {
			return w.Message
		}
	}
	return ""
}

// wrong takes the fields of an invalid input; false when the error is another.
func (f *fields) wrong(err error) bool {
	if !errs.Is(err, errs.Invalid) {
		return false
	}
	for _, w := range errs.FieldsOf(err) {
		f.Errors = append(f.Errors, Wrong{ID: w.Name, Message: w.Message})
	}
	if len(f.Errors) == 0 {
		f.Errors = []Wrong{{Message: errs.Message(err)}}
	}
	return true
}

// Choice is an option of a select.
type Choice struct {
	Value, Label string
	Selected     bool
}

// ListPage are the letters of the office that have no number yet.
type ListPage struct {
	web.Page
	Rows []Row
}

// Row is one of them.
type Row struct {
	core.Letter
	State, Tone string
	By          string
}

// states says in words where a letter stands.
func state(l core.Letter) (word, tone string) {
	switch {
	case l.ApprovedAt != nil:
		return "schválený", "success"
	case l.DroppedAt != nil:
		return "zahozený", "neutral"
	case l.OfferedAt != nil:
		return "čeká na schválení", "warning"
	case l.ReturnedAt != nil:
		return "vrácený k opravě", "danger"
	}
	return "rozepsaný", "info"
}

// names says who did something: people of the office and, by a question each, others.
func (h *Letters) names(c *fiber.Ctx) (func(actor string) string, error) {
	members, err := h.Users.Members(c.UserContext(), web.Session(c).Scope())
	known := map[string]string{}
	for _, m := range members {
		known[users.Actor(m.Account)] = m.Name
	}
	return func(actor string) string {
		if known[actor] == "" {
			known[actor] = actor
			if id, err := strconv.ParseInt(strings.TrimPrefix(actor, "account:"), 10, 64); err == nil {
				if a, err := h.Users.Account(c.UserContext(), id); err == nil {
					known[actor] = a.Name
				}
			}
		}
		return known[actor]
	}, err
}

// List shows drafts, those that wait for approval first.
func (h *Letters) List(c *fiber.Ctx) error {
	name, err := h.names(c)
	if err != nil {
		return err
	}
	var p ListPage
	err = h.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = h.Page(c, tx, "Dopisy"); err != nil {
			return err
		}
		list, err := core.Drafts(ctx, tx)
		for _, l := range list {
			word, tone := state(l)
			p.Rows = append(p.Rows, Row{Letter: l, State: word, Tone: tone})
		}
		return err
	})
	if err != nil {
		return err
	}
	for i := range p.Rows {
		p.Rows[i].By = name(p.Rows[i].ChangedBy)
	}
	return web.View(c, "letters/list", "", p)
}

// NewPage chooses a template for a letter of a case file.
type NewPage struct {
	web.Page
	fields
	CaseID        int64
	Mark, Subject string
	Open          bool
	Groups        []Group
	Answers       []Choice // incoming documents
}

// Group are templates with one purpose.
type Group struct {
	Title string
	Items []TemplateChoice
}

// TemplateChoice is a template to choose.
type TemplateChoice struct {
	Code, Name, Statute, What string
	Selected, Own             bool
}

// effects says in words what approval does.
var effects = map[string]string{core.Pause: "Schválením se přeruší lhůta.", core.Extend: "Schválením se prodlouží lhůta.", core.Handle: "Obvykle jím věc končí.",
	core.Refer: "Schválením se spis vyřídí postoupením."}

// view reads the case file in the address.
func (h *Letters) view(ctx context.Context, tx *db.Tx, caseID int64) (*submissions.View, error) {
	v, err := h.Submissions.OfCase(ctx, tx, caseID)
	if errs.Is(err, errs.NotFound) {
		err = errs.New(errs.NotFound, "Tento spis ve vašem úřadu není.")
	}
	return v, err
}

func (h *Letters) newPage(c *fiber.Ctx, code string, answers int64) (NewPage, error) {
	id, err := web.Number(c, "id")
	if err != nil {
		return NewPage{}, err
	}
	var p NewPage
	err = h.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		v, err := h.view(ctx, tx, id)
		if err != nil {
			return err
		}
		if p.Page, err = h.Page(c, tx, "Nový dopis – "+v.Case.Mark); err != nil {
			return err
		}
		p.CaseID, p.Mark, p.Subject, p.Open = id, v.Case.Mark, v.Case.Subject, v.Case.HandledAt == nil
		f, err := h.Submissions.Facts(ctx, tx, v, answers, "")
		if err != nil {
			return err
		}
		for _, d := range v.Documents {
			if d.Direction == records.In && d.CancelledAt == nil {
				p.Answers = append(p.Answers, Choice{Value: strconv.FormatInt(d.ID, 10), Label: d.ReferenceNumber + " " + d.Subject, Selected: f.Answers != nil && f.Answers.ID == d.ID})
			}
		}
		list, err := core.Templates(ctx, tx, h.Date())
		p.Groups = grouped(list, code, v.Filed())
		return err
	})
	return p, err
}

// grouped orders templates for the choice. A portal submission is referred by its own act, which hands it over at once.
func grouped(list []core.Template, code string, filed bool) []Group {
	groups := []Group{{Title: "V řízení"}, {Title: "Vyřízení věci"}, {Title: "Informace podle zákona č. 106/1999 Sb."}}
	for _, t := range list {
		if filed && t.Effect == core.Refer {
			continue
		}
		g := &groups[0]
		switch {
		case strings.HasPrefix(t.Code, "infz-"):
			g = &groups[2]
		case t.Effect == core.Handle || t.Effect == core.Refer:
			g = &groups[1]
		}
		g.Items = append(g.Items, TemplateChoice{Code: t.Code, Name: t.Name, Statute: t.Statute, What: effects[t.Effect], Selected: t.Code == code, Own: t.OwnAt != nil})
	}
	return groups
}

// New chooses the template.
func (h *Letters) New(c *fiber.Ctx) error {
	p, err := h.newPage(c, c.Query("vzor"), 0)
	if err != nil {
		return err
	}
	return web.View(c, "letters/new", "", p)
}

// Start begins a letter and opens it for writing.
func (h *Letters) Start(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	answers, _ := strconv.ParseInt(v.Get("answers"), 10, 64)
	p, err := h.newPage(c, v.Get("template"), answers)
	if err != nil {
		return err
	}
	var id int64
	err = h.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		t, err := core.TemplateBy(ctx, tx, v.Get("template"), h.Date())
		if errs.Is(err, errs.NotFound) {
			return errs.Fields(errs.Field{Name: "template", Message: "Vyberte vzor dopisu."})
		}
		if err != nil {
			return err
		}
		view, err := h.view(ctx, tx, p.CaseID)
		if err != nil {
			return err
		}
		f, err := h.Submissions.Facts(ctx, tx, view, answers, web.Session(c).Account.Name)
		if err != nil {
			return err
		}
		id, err = core.Start(ctx, tx, f, t, h.Clock.Now())
		return err
	})
	if errs.Is(err, errs.Conflict) {
		web.SetFlash(c, "warning", errs.Message(err))
		return web.See(c, fmt.Sprintf("/kancelar/spisy/%d", p.CaseID))
	}
	if p.wrong(err) {
		return web.Invalid(c, "letters/new", "", p)
	}
	if err != nil {
		return err
	}
	return web.See(c, path(id))
}

func path(id int64) string { return fmt.Sprintf("/kancelar/dopisy/%d", id) }

func czechDay(t time.Time) string { return t.Format("2. 1. 2006") }
