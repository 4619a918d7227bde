package formdesk

import (
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/forms/edit"
	"epom/forms/repository"
	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/errs"
)

// CataloguePage is the operator's view: what is offered, what waits, whom is trusted.
type CataloguePage struct {
	web.Page
	Filled
	Rows             []CatalogueRow
	Publishers       []repository.Publisher
	Key, Fingerprint string
}

// CatalogueRow is one form of the installation.
type CatalogueRow struct {
	Code, Title, Publisher string
	Version                int // 0 = never published
	Offered                bool
	Draft                  int // revision being written, 0 = none
	Missing                int // offices without a value the form needs
}

// Catalogue shows it.
func (d *Desk) Catalogue(c *fiber.Ctx) error {
	p, err := d.catalogue(c, Filled{Values: map[string]string{}})
	if err != nil {
		return err
	}
	return web.View(c, "formdesk/catalogue", "", p)
}

func (d *Desk) catalogue(c *fiber.Ctx, typed Filled) (CataloguePage, error) {
	p := CataloguePage{Filled: typed, Key: d.Key, Fingerprint: d.Fingerprint}
	var err error
	if p.Page, err = d.Operator(c, "Formuláře"); err != nil {
		return p, err
	}
	ctx := c.UserContext()
	versions, err := d.Repository.Versions(ctx, "")
	if err != nil {
		return p, err
	}
	at := map[string]int{}
	for _, v := range versions { // the newest of each first
		if _, ok := at[v.Code]; ok {
			continue
		}
		at[v.Code] = len(p.Rows)
		r := CatalogueRow{Code: v.Code, Title: v.Code, Version: v.Version, Publisher: v.Publisher}
		if f, ok := d.Repository.Catalogue.Version(v.Code, v.Version); ok {
			r.Title = f.Title.CS
		}
		if f, ok := d.Repository.Catalogue.Latest(v.Code); ok {
			r.Offered, r.Version = true, f.Version
			for _, l := range d.Repository.Lacking(f) {
				if len(l.Missing) > 0 {
					r.Missing++
				}
			}
		}
		p.Rows = append(p.Rows, r)
	}
	drafts, err := d.Repository.Drafts(ctx, "")
	if err != nil {
		return p, err
	}
	for _, dr := range drafts {
		if i, ok := at[dr.Code]; ok {
			p.Rows[i].Draft = dr.Revision
			continue
		}
		p.Rows = append(p.Rows, CatalogueRow{Code: dr.Code, Title: dr.Code, Draft: dr.Revision})
	}
	p.Publishers, err = d.Repository.Publishers(ctx)
	return p, err
}

// FormPage is one form at the operator: its versions, its draft, offices that lack a value.
type FormPage struct {
	web.Page
	Filled
	Code, Title string
	Versions    []VersionRow
	Left        int // versions that may be withdrawn
	Draft       *repository.Draft
	Problems    []string // what stops publishing
	Warnings    []string // what does not, and should be mended: an unused parameter, a page nobody gets to
	Differences []string // of the draft from the newest version
	Lacking     []LackRow
	Forms       []CodeTitle // successors to choose
}

// CodeTitle is a form to choose.
type CodeTitle struct{ Code, Title string }

// VersionRow is one published version.
type VersionRow struct {
	Version            int
	PublishedAt        time.Time
	Publisher, Changes string
	Letters            []string
	WithdrawnAt        *time.Time
	Why                string
	Until              *time.Time
	Offered            bool
}

// LackRow is an office without values.
type LackRow struct {
	Office            string
	Missing, Defaults []string
}

// Form shows it.
func (d *Desk) Form(c *fiber.Ctx) error {
	p, err := d.formPage(c, Filled{Values: map[string]string{}})
	if err != nil {
		return err
	}
	return web.View(c, "formdesk/form", "", p)
}

func (d *Desk) formPage(c *fiber.Ctx, typed Filled) (FormPage, error) {
	ctx, code := c.UserContext(), c.Params("code")
	p := FormPage{Filled: typed, Code: code, Title: code}
	versions, err := d.Repository.Versions(ctx, code)
	if err != nil {
		return p, err
	}
	latest, offered := d.Repository.Catalogue.Latest(code)
	for _, v := range versions {
		r := VersionRow{Version: v.Version, PublishedAt: v.PublishedAt, Publisher: v.Publisher, WithdrawnAt: v.WithdrawnAt, Until: v.DraftsUntil, Offered: offered && latest.Version == v.Version}
		if f, ok := d.Repository.Catalogue.Version(code, v.Version); ok {
			p.Title, r.Changes = f.Title.CS, f.Changes.CS
		}
		if v.Why != nil {
			r.Why = *v.Why
		}
		for name := range v.Letters.V {
			r.Letters = append(r.Letters, name)
		}
		if p.Versions = append(p.Versions, r); v.WithdrawnAt == nil {
			p.Left++
		}
	}
	draft, err := d.Repository.Draft(ctx, code, 0)
	switch {
	case err == nil:
		p.Draft = &draft
		d.look(&p, draft, latest)
	case !errs.Is(err, errs.NotFound):
		return p, err
	case len(versions) == 0:
		return p, errs.New(errs.NotFound, "Takový formulář tu není.")
	}
	if offered {
		p.Lacking = lacking(d.Repository.Lacking(latest))
	}
	for _, f := range d.Repository.Catalogue.All() {
		if f.Code != code {
			p.Forms = append(p.Forms, CodeTitle{f.Code, f.Title.CS})
		}
	}
	p.Page, err = d.Operator(c, p.Title)
	return p, err
}

func lacking(list []repository.Lack) []LackRow {
	var rows []LackRow
	for _, l := range list {
		rows = append(rows, LackRow{l.Office.Name, labels(l.Missing), labels(l.Defaults)})
	}
	return rows
}

// look says what publishing the draft would meet.
func (d *Desk) look(p *FormPage, draft repository.Draft, latest *forms.Form) {
	problems := forms.Check([]byte(draft.Definition))
	if f, err := forms.Parse([]byte(draft.Definition)); err == nil {
		if len(p.Versions) == 0 {
			p.Title = f.Title.CS
		}
		problems = append(problems, d.Repository.Examine(f)...)
		if latest != nil {
			p.Differences = forms.Differences(latest, f)
		}
	}
	for _, x := range problems {
		p.Problems = append(p.Problems, x.String())
	}
	var def forms.Definition
	if err := json.Unmarshal([]byte(draft.Definition), &def); err != nil {
		return // said among the problems
	}
	for _, x := range edit.Problems(&def) {
		if x.Weight == forms.Warning {
			p.Warnings = append(p.Warnings, x.Message)
		}
	}
}

// labels are parameters in words, with the value that holds.
func labels(list []forms.Current) []string {
	var out []string
	for _, v := range list {
		text := v.Label.CS
		if !v.Missing {
			text += " (" + v.Show(forms.CS) + ")"
		}
		out = append(out, text)
	}
	return out
}

// Publish makes the draft the newest version.
func (d *Desk) Publish(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	f := filled(v)
	seen, _ := strconv.Atoi(f.Value("revize"))
	draft, err := d.Repository.Draft(c.UserContext(), c.Params("code"), 0)
	if err != nil {
		return err
	}
	var done repository.Published
	if seen != draft.Revision {
		err = errs.New(errs.Conflict, "Formulář mezitím někdo změnil. Prohlédněte si ho znovu a pak ho vydejte.")
	} else {
		done, err = d.Repository.Publish(c.UserContext(), scope(c), c.Params("code"), seen)
	}
	var refused *repository.Refused
	switch {
	case errors.As(err, &refused):
		f.Errors = append(f.Errors, Wrong{Message: "Formulář vydat nejde. Co je potřeba opravit, je v seznamu níže."})
	case errs.Is(err, errs.Conflict):
		f.Errors = append(f.Errors, Wrong{Message: errs.Message(err)})
	case err != nil:
		return err
	default:
		web.SetFlash(c, "success", "Verze "+strconv.Itoa(done.Version)+" je vydaná a nabízí se. Úřadů, kterým chybí hodnota nebo mají jen výchozí: "+strconv.Itoa(len(done.Lacking))+".")
		return web.See(c, "/sprava/formulare/"+c.Params("code"))
	}
	p, err := d.formPage(c, f)
	if err != nil {
		return err
	}
	return web.Invalid(c, "formdesk/form", "", p)
}

// Withdraw ends a version, or all of a form.
func (d *Desk) Withdraw(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	f := filled(v)
	version, err := strconv.Atoi(f.Value("verze"))
	if err != nil || version < 0 {
		f.Errors = append(f.Errors, Wrong{ID: "verze", Message: "Vyberte, co stáhnout."})
	}
	until := day(&f, "until", false)
	if len(f.Errors) == 0 {
		err = d.Repository.Withdraw(c.UserContext(), scope(c), c.Params("code"), version, forms.Withdrawal{DraftsUntil: until, Why: f.Value("why"), Successor: f.Value("successor")})
		if errs.Is(err, errs.Conflict) {
			f.Errors = append(f.Errors, Wrong{ID: "verze", Message: errs.Message(err)})
		} else if err != nil && !f.wrong(err) {
			return err
		}
	}
	if len(f.Errors) > 0 {
		p, err := d.formPage(c, f)
		if err != nil {
			return err
		}
		return web.Invalid(c, "formdesk/form", "", p)
	}
	web.SetFlash(c, "success", "Staženo. Rozepsané formuláře lze dokončit do zvoleného dne.")
	return web.See(c, "/sprava/formulare/"+c.Params("code"))
}

// scope is the installation as the signed-in person.
func scope(c *fiber.Ctx) db.Scope {
	s := web.Session(c).Scope()
	s.Office = 0
	return s
}
