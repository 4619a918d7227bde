package formdesk

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/offices"
)

// ListPage is the common catalogue as the office uses it.
type ListPage struct {
	web.Page
	Rows []Row
}

// Row is one form.
type Row struct {
	Code, Title, Statute string
	Version, Newest      int
	Pinned               bool // a version was taken over; else always the newest
	Off                  string
	Missing              int // parameters without any value
	Defaults             int // parameters with the form's own value only
	Handles              bool
}

// List shows the forms; those the office handles stand first.
func (d *Desk) List(c *fiber.Ctx) error {
	var p ListPage
	err := d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		p.Page, err = d.Page(c, tx, "Formuláře")
		return err
	})
	if err != nil {
		return err
	}
	here := web.Session(c).Office
	o, err := d.Offices.ByID(here)
	if err != nil {
		return err
	}
	var others []Row
	for _, newest := range d.Repository.Catalogue.All() {
		f, _ := d.Repository.Catalogue.Offered(here, newest.Code)
		use := d.Repository.Catalogue.Use(here, f.Code)
		r := Row{Code: f.Code, Title: f.Title.CS, Statute: f.Statute, Version: f.Version, Newest: newest.Version, Pinned: use.Version != 0,
			Handles: d.Repository.Handles == nil || d.Repository.Handles(o, f.Agenda)}
		if use.Off(d.Date().Format(time.DateOnly)) {
			r.Off = use.OffWhy
		}
		for _, v := range d.Repository.Catalogue.Current(f, here, d.Date()) {
			if v.Missing {
				r.Missing++
			} else if !v.Given {
				r.Defaults++
			}
		}
		if r.Handles {
			p.Rows = append(p.Rows, r)
		} else {
			others = append(others, r)
		}
	}
	p.Rows = append(p.Rows, others...)
	return web.View(c, "formdesk/list", "", p)
}

// ShowPage is one form at the office: version, state, own wording.
type ShowPage struct {
	web.Page
	Filled
	Code, Title, Statute string
	Version              int
	Pinned               bool
	Newest               int
	Published            time.Time
	Changes              string
	Differences          []string // what the newest version has otherwise than the one offered
	Off                  string
	OffUntil             time.Time
	Parts                []PartView
	Parameters           int
	Lacking              []LackRow // at a region: its offices without values
}

// PartView is one part the office may word.
type PartView struct {
	Name, Label, Kind string
	Original          string
	Must              bool
	Own               string // what is in force; of an attachment "1" or "0"
}

// Show is the page of a form.
func (d *Desk) Show(c *fiber.Ctx) error {
	p, err := d.show(c, Filled{})
	if err != nil {
		return err
	}
	return web.View(c, "formdesk/show", "", p)
}

func (d *Desk) show(c *fiber.Ctx, typed Filled) (ShowPage, error) {
	f, err := d.form(c)
	if err != nil {
		return ShowPage{}, err
	}
	here := web.Session(c).Office
	use := d.Repository.Catalogue.Use(here, f.Code)
	p := ShowPage{Filled: typed, Code: f.Code, Title: f.Title.CS, Statute: f.Statute, Version: f.Version, Pinned: use.Version != 0, Newest: f.Version, Parameters: len(f.Parameters)}
	p.Published, _ = time.Parse(time.DateOnly, f.PublishedOn)
	if newest, ok := d.Repository.Catalogue.Latest(f.Code); ok && newest.Version > f.Version {
		p.Newest, p.Changes, p.Differences = newest.Version, newest.Changes.CS, forms.Differences(f, newest)
	}
	if use.Off(d.Date().Format(time.DateOnly)) {
		p.Off = use.OffWhy
		p.OffUntil, _ = time.Parse(time.DateOnly, use.OffUntil)
	}
	if o, err := d.Offices.ByID(here); err == nil && o.Kind == offices.OfRegion {
		p.Lacking = lacking(d.Repository.Lacking(f))
	}
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = d.Page(c, tx, f.Title.CS); err != nil {
			return err
		}
		own, err := d.Repository.Own(ctx, tx, f.Code)
		p.Parts = parts(f, own, typed)
		return err
	})
	return p, err
}

var partWords = map[string]string{"needed": "Co si připravit (každá věc na vlastní řádek)", "summary": "K čemu formulář je", "intro": "Úvod stránky „%s“",
	"help": "Nápověda k otázce „%s“", "attachment": "Příloha „%s“"}

// parts lays out what the office may word, with what it made of it.
func parts(f *forms.Form, own forms.Adjustments, typed Filled) []PartView {
	var list []PartView
	for _, part := range f.Parts() {
		v := PartView{Name: part.Name, Kind: part.Kind, Label: strings.ReplaceAll(partWords[part.Kind], "%s", part.Label), Original: part.Text.CS, Must: part.Must}
		switch part.Kind {
		case "needed":
			v.Original, v.Own = strings.ReplaceAll(lines(f.Needed), "\n", "; "), lines(own.Needed)
		case "attachment":
			if must, ok := own.Attachments[part.Of]; ok {
				v.Own = map[bool]string{true: "1", false: "0"}[must]
			}
		default:
			v.Own = own.Texts[part.Name].CS
		}
		if t, ok := typed.Values[part.Name]; ok {
			v.Own = t
		}
		list = append(list, v)
	}
	return list
}

func lines(list []forms.Text) string {
	var out []string
	for _, t := range list {
		out = append(out, t.CS)
	}
	return strings.Join(out, "\n")
}

// Adopt takes a version over.
func (d *Desk) Adopt(c *fiber.Ctx) error {
	return d.act(c, "Hotovo. Lidem se od teď nabízí zvolená verze; kdo má formulář rozepsaný, dokončí ho ve své verzi.", func(ctx context.Context, tx *db.Tx, f *Filled) error {
		version := 0
		if f.Value("verze") != "vzdy" {
			var err error
			if version, err = strconv.Atoi(f.Value("verze")); err != nil || version < 1 {
				return errs.New(errs.Invalid, "Vyberte verzi formuláře.")
			}
		}
		return d.Repository.Adopt(ctx, tx, c.Params("code"), version)
	})
}

// SwitchOff stops taking the form in for a time.
func (d *Desk) SwitchOff(c *fiber.Ctx) error {
	return d.act(c, "Formulář je vypnutý. Lidé vidí důvod, který jste napsali.", func(ctx context.Context, tx *db.Tx, f *Filled) error {
		var until *time.Time
		if f.Value("until") != "" {
			t, ok := web.ParseDay(f.Value("until"))
			if !ok {
				return errs.Fields(errs.Field{Name: "until", Message: "Napište den jako d. m. rrrr, nebo pole nechte prázdné."})
			}
			until = &t
		}
		return d.Repository.SwitchOff(ctx, tx, c.Params("code"), f.Value("why"), until)
	})
}

// SwitchOn takes the form in again.
func (d *Desk) SwitchOn(c *fiber.Ctx) error {
	return d.act(c, "Formulář zase přijímáte.", func(ctx context.Context, tx *db.Tx, _ *Filled) error {
		return d.Repository.SwitchOn(ctx, tx, c.Params("code"))
	})
}

// Reword keeps the office's own wording. An empty field means the form's own text.
func (d *Desk) Reword(c *fiber.Ctx) error {
	form, err := d.form(c)
	if err != nil {
		return err
	}
	return d.act(c, "Úpravy platí. Překlad do jiných jazyků má jen původní text.", func(ctx context.Context, tx *db.Tx, f *Filled) error {
		a := forms.Adjustments{Texts: map[string]forms.Text{}, Attachments: map[string]bool{}}
		for _, part := range form.Parts() {
			v := f.Value(part.Name)
			switch {
			case v == "":
			case len(v) > 5000:
				return errs.Fields(errs.Field{Name: part.Name, Message: "Text je příliš dlouhý, nejvýše 5 000 znaků."})
			case part.Kind == "needed":
				for _, line := range strings.Split(v, "\n") {
					if line = strings.TrimSpace(line); line != "" && len(a.Needed) < 30 {
						a.Needed = append(a.Needed, forms.Text{CS: line})
					}
				}
			case part.Kind == "attachment":
				a.Attachments[part.Of] = v == "1"
			case v != part.Text.CS:
				a.Texts[part.Name] = forms.Text{CS: v}
			}
		}
		return d.Repository.Reword(ctx, tx, form.Code, a)
	})
}

// act does one thing with a form in the office and shows its page again.
func (d *Desk) act(c *fiber.Ctx, done string, fn func(context.Context, *db.Tx, *Filled) error) error {
	if _, err := d.form(c); err != nil {
		return err
	}
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	f := filled(v)
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) error { return fn(ctx, tx, &f) })
	if f.wrong(err) {
		p, err := d.show(c, f)
		if err != nil {
			return err
		}
		return web.Invalid(c, "formdesk/show", "", p)
	}
	if err == nil {
		err = d.Repository.Load(c.UserContext())
	}
	if err != nil {
		return err
	}
	web.SetFlash(c, "success", done)
	return web.See(c, address(c, ""))
}
