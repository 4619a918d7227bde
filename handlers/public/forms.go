package public

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/handlers/web"
	"epom/internal/errs"
	"epom/routing"
	"epom/submissions"
)

// FormListPage is the catalogue of forms.
type FormListPage struct {
	web.Page
	Query string
	Forms []FormLink
}

// FormList shows all forms, or those found by people's own words.
func (h *Public) FormList(c *fiber.Ctx) error {
	p := FormListPage{Page: web.OpenPage(c, "Formuláře"), Query: cutText(c.Query("q"), 200)}
	if p.Query == "" {
		for _, f := range h.Forms.All() {
			p.Forms = append(p.Forms, formLink(f, p.Lang))
		}
	} else {
		for _, found := range h.Forms.Search(p.Query, forms.Lang(p.Lang)) {
			p.Forms = append(p.Forms, formLink(found.Form, p.Lang))
		}
	}
	return web.ViewOpen(c, "forms/list", "forms", p, 5*time.Minute)
}

// FormPage says what a form is for, who handles it and what it takes.
type FormPage struct {
	web.Page
	Form       FormLink
	Statute    string
	Needed     []Line
	Pages      []string
	Place      PlaceView
	Competence *Competence
	Problem    string
	Draft      *DraftView
}

// DraftView is a draft the visitor has begun.
type DraftView struct {
	UpdatedAt, ExpiresAt time.Time
	Reference            string // set once it was sent
}

// Form is the public page of a form.
func (h *Public) Form(c *fiber.Ctx) error {
	f, err := h.form(c)
	if err != nil {
		return err
	}
	web.Private(c)
	lang := web.Lang(c)
	p := FormPage{Page: web.NewPage(c, f.Title.In(forms.Lang(lang))), Form: formLink(f, lang), Statute: f.Statute, Needed: needed(lang, f)}
	for i := range f.Pages {
		p.Pages = append(p.Pages, f.Pages[i].Title.In(forms.Lang(lang)))
	}
	p.Place = h.place(c, p.Page)
	if p.Place.Known != 0 {
		r := h.result(Result{}, f.Agenda, lang, p.Place.Known)
		if p.Competence, p.Problem = r.Competence, r.Problem; p.Competence != nil {
			p.Competence.Needs = nil // the form's own list stands below
		}
	}
	if d, err := h.draft(c); err == nil {
		p.Draft = &DraftView{UpdatedAt: d.UpdatedAt, ExpiresAt: d.ExpiresAt}
		if d.Reference != nil {
			p.Draft.Reference = *d.Reference
		}
	} else if !errs.Is(err, errs.NotFound) {
		return err
	}
	return web.View(c, "forms/show", "place", p)
}

// StartForm begins a draft, or goes on with the one begun in this browser unless a new one is asked for.
func (h *Public) StartForm(c *fiber.Ctx) error {
	f, err := h.form(c)
	if err != nil {
		return err
	}
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	d, err := h.draft(c)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	if err == nil && d.Reference == nil {
		if v.Get("znovu") == "" {
			return h.goOn(c, d, "")
		}
		if err := h.Submissions.Discard(c.UserContext(), draftToken(c)); err != nil {
			return err
		}
	}
	token, err := h.Submissions.Start(c.UserContext(), f.Code, web.Lang(c), h.prefilled(c, f))
	if err != nil {
		return err
	}
	keepDraft(c, f.Code, token)
	if d, err = h.Submissions.Draft(c.UserContext(), token); err != nil {
		return err
	}
	return h.goOn(c, d, "")
}

// prefilled is what is known before the first question: the municipality, where a field asks for just that.
func (h *Public) prefilled(c *fiber.Ctx, f *forms.Form) forms.Answers {
	home := h.cookiePlace(c)
	m, err := h.Territory.Municipality(home, h.today())
	if home == 0 || err != nil {
		return nil
	}
	for _, path := range f.Locality.From {
		if field, ok := f.Field(path); ok && field.Kind == "municipality" {
			return forms.Answers{}.With(path, municipalityOf(m).Value())
		}
	}
	return nil
}

// goOn leads to where a draft was left: the first page that still misses something, else the check page.
func (h *Public) goOn(c *fiber.Ctx, d *submissions.Draft, hint string) error {
	if d.Reference != nil {
		h.admit(c, *d.Reference)
		return web.See(c, "/podani/"+*d.Reference)
	}
	at := d.Form.Evaluate(d.Answers.V, h.setting(c)).Journey().Current()
	if at == "" {
		at = "kontrola"
	}
	return web.See(c, "/formulare/"+d.FormCode+"/"+at+hint)
}

// decided lays out who is competent for a draft; a nil decision when it is not known yet.
func (h *Public) decided(d *submissions.Draft, ev *forms.Evaluation) (*routing.Decision, error) {
	dec, err := h.Submissions.Decide(d.Form, ev)
	if errs.Is(err, errs.Invalid) || errs.Is(err, errs.NotFound) {
		return nil, nil
	}
	return dec, err
}
