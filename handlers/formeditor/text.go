package formeditor

import (
	"errors"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"epom/forms/edit"
	"epom/forms/notation"
	"epom/handlers/web"
	"epom/internal/errs"
)

// TextPage is the form as plain text.
type TextPage struct {
	web.Page
	Tabs       Tabs
	Name, Text string
	Revision   int
	Errors     []Wrong
	Kinds      []string
}

// Text shows it.
func (e *Editor) Text(c *fiber.Ctx) error {
	now, err := e.draft(c)
	if err != nil {
		return err
	}
	p := TextPage{Name: now.d.Title.CS, Text: notation.Write(now.d), Revision: now.revision}
	if err := e.textPage(c, &p); err != nil {
		return err
	}
	return web.View(c, "formeditor/text", "", p)
}

func (e *Editor) textPage(c *fiber.Ctx, p *TextPage) (err error) {
	p.Tabs, p.Kinds = Tabs{c.Params("code"), "zapis"}, notation.Kinds()
	p.Page, err = e.Operator(c, "Zápis: "+p.Name)
	return err
}

// SaveText reads it back.
func (e *Editor) SaveText(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	now, err := e.draft(c)
	if err != nil {
		return err
	}
	p := TextPage{Name: now.d.Title.CS, Text: strings.ReplaceAll(v.Get("zapis"), "\r\n", "\n"), Revision: now.revision}
	d, err := notation.Read(p.Text)
	var faults *notation.Error
	switch {
	case errors.As(err, &faults):
		for _, f := range faults.Faults {
			p.Errors = append(p.Errors, Wrong{ID: "zapis", Message: f.String()})
		}
	case err != nil:
		return err
	case d.Code != now.d.Code:
		p.Errors = append(p.Errors, Wrong{ID: "zapis", Message: "řádek 1: kód formuláře se tu nemění, má být „" + now.d.Code + "“."})
	case v.Get("_revision") != strconv.Itoa(now.revision):
		p.Errors = append(p.Errors, Wrong{ID: "zapis", Message: "Formulář mezitím uložil někdo jiný. Když teď uložíte, nahradíte jeho verzi tímto zápisem; vrátit ji lze tlačítkem Zpět."})
	default:
		d.PublishedOn = ""
		if _, err = e.save(c, now, d, "úprava zápisu"); err == nil {
			web.SetFlash(c, "success", "Zápis je uložený.")
			return web.See(c, address(c, "/upravit"))
		}
		if !errs.Is(err, errs.Conflict) && !errs.Is(err, errs.Invalid) {
			return err
		}
		p.Errors = append(p.Errors, Wrong{ID: "zapis", Message: errs.Message(err)})
	}
	if err := e.textPage(c, &p); err != nil {
		return err
	}
	return web.Invalid(c, "formeditor/text", "", p)
}

// ComparePage is what differs between two versions.
type ComparePage struct {
	web.Page
	Tabs        Tabs
	Name        string
	From, To    []Choice
	Differences []edit.Difference
}

// Compare shows a published version beside another one or the draft.
func (e *Editor) Compare(c *fiber.Ctx) error {
	now, err := e.draft(c)
	if err != nil {
		return err
	}
	p := ComparePage{Name: now.d.Title.CS, Tabs: Tabs{c.Params("code"), "porovnat"}}
	versions := e.Repository.Catalogue.Versions(now.d.Code)
	from, to := now.d, now.d
	for i := len(versions) - 1; i >= 0; i-- {
		n := strconv.Itoa(versions[i].Version)
		one := Choice{Value: n, Label: "verze " + n, Selected: c.Query("od") == n || c.Query("od") == "" && i == len(versions)-1}
		if one.Selected {
			from = &versions[i].Definition
		}
		p.From = append(p.From, one)
		if one.Selected = c.Query("do") == n; one.Selected {
			to = &versions[i].Definition
		}
		p.To = append(p.To, one)
	}
	history, err := e.Repository.History(c.UserContext(), now.d.Code)
	if err != nil {
		return err
	}
	p.To = append([]Choice{{Label: "rozepsaná"}}, p.To...)
	for i, r := range history {
		if i == 0 || i > 40 {
			continue
		}
		value := "r" + strconv.Itoa(r.Revision)
		one := Choice{Value: value, Label: "rozepsaná, uložení " + strconv.Itoa(r.Revision) + ": " + r.Note, Selected: c.Query("od") == value}
		if one.Selected {
			old, err := e.revision(c, r.Revision)
			if err != nil {
				return err
			}
			from = old.d
		}
		p.From = append(p.From, one)
	}
	p.Differences = edit.Compare(from, to)
	if p.Page, err = e.Operator(c, "Porovnání: "+p.Name); err != nil {
		return err
	}
	return web.View(c, "formeditor/compare", "", p)
}

func (e *Editor) revision(c *fiber.Ctx, n int) (draft, error) {
	saved, err := e.Repository.Draft(c.UserContext(), c.Params("code"), n)
	if err != nil {
		return draft{}, err
	}
	return read(saved)
}
