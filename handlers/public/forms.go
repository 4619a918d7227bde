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
	Query  string
	Agenda string // title of the agenda whose forms are shown; "" = all
	Forms  []FormLink
}

// FormList shows all forms, or those found by people's own words.
func (h *Public) FormList(c *fiber.Ctx) error {
	p := FormListPage{Page: web.OpenPage(c, "Formuláře"), Query: cutText(c.Query("q"), 200)}
	if agenda := c.Query("agenda"); agenda != "" {
		a, err := h.Routing.Engine().Agenda(agenda, h.today())
		if err != nil {
			return errs.New(errs.NotFound, "Takovou agendu neznáme. Podívejte se do seznamu formulářů.")
		}
		p.Agenda = a.Title(p.Lang)
		for _, f := range h.Forms.ByAgenda(agenda) {
			p.Forms = append(p.Forms, formLink(f, p.Lang))
		}
	} else if p.Query == "" {
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
	Parameters []ParameterView
	Off        string // why the office of the place does not take it in now
	OffUntil   time.Time
	Version    int
	Published  time.Time
	Past       []VersionView // versions with what changed, the newest first
	Agenda     *AgendaLink
}

// AgendaLink leads to all forms of an agenda.
type AgendaLink struct{ Code, Title string }

// VersionView is one version of a form.
type VersionView struct {
	Number    int
	Published time.Time
	Changes   string
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
		if to, ok := h.instead(c.Params("code")); ok {
			return web.See(c, "/formulare/"+to)
		}
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
	h.about(&p, f)
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

// instead is the form offered in place of one that was withdrawn whole.
func (h *Public) instead(code string) (string, bool) {
	versions := h.Forms.Versions(code)
	if len(versions) == 0 {
		return "", false
	}
	if f, ok := h.Forms.Successor(versions[len(versions)-1]); ok && f.Code != code {
		return f.Code, true
	}
	return "", false
}

// about adds what the office of the place makes of the form, its versions and its agenda.
func (h *Public) about(p *FormPage, f *forms.Form) {
	lang, office := forms.Lang(p.Lang), int32(0)
	if p.Competence != nil && p.Competence.Office != nil {
		office = p.Competence.Office.OfficeID
	}
	if offered, ok := h.Forms.Offered(office, f.Code); ok && office != 0 {
		f = h.Forms.Suited(offered, office)
		p.Form, p.Needed = formLink(f, p.Lang), needed(p.Lang, f)
		if use := h.Forms.Use(office, f.Code); use.Off(h.today().Format(time.DateOnly)) {
			p.Off = use.OffWhy
			p.OffUntil, _ = time.Parse(time.DateOnly, use.OffUntil)
		}
	}
	p.Parameters, p.Version = h.parameters(f, office, p.Lang), f.Version
	p.Published, _ = time.Parse(time.DateOnly, f.PublishedOn)
	versions := h.Forms.Versions(f.Code)
	for i := len(versions) - 1; i >= 0; i-- {
		if v := versions[i]; v.PublishedOn != "" && len(p.Past) < 20 {
			day, _ := time.Parse(time.DateOnly, v.PublishedOn)
			p.Past = append(p.Past, VersionView{v.Version, day, v.Changes.In(lang)})
		}
	}
	if a, err := h.Routing.Engine().Agenda(f.Agenda, h.today()); err == nil {
		p.Agenda = &AgendaLink{a.Code, a.Title(p.Lang)}
	}
}

// officeOf is the office that answers lead to, 0 = not known yet.
func (h *Public) officeOf(f *forms.Form, answers forms.Answers) int32 {
	dec, err := h.Submissions.Decide(f, f.Evaluate(answers, h.Submissions.Setting("cs")))
	if err != nil || dec.Office == nil {
		return 0
	}
	return dec.Office.OfficeID
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
	answers := h.prefilled(c, f)
	token, err := h.Submissions.StartAt(c.UserContext(), h.officeOf(f, answers), f.Code, web.Lang(c), answers)
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
	at := h.evaluate(c, d).Journey().Current()
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
