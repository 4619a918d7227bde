package formeditor

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"epom/forms/edit"
	"epom/forms/repository"
	"epom/handlers/web"
	"epom/internal/errs"
)

// NewPage begins a form.
type NewPage struct {
	web.Page
	Title0, Code, Starter string
	Starters              []edit.Starter
	Errors                []Wrong
}

// Error is the message about a field.
func (p NewPage) Error(name string) string {
	for _, w := range p.Errors {
		if w.ID == name {
			return w.Message
		}
	}
	return ""
}

// New asks what the form is called and what to begin with.
func (e *Editor) New(c *fiber.Ctx) error {
	p := NewPage{Starters: edit.Starters, Starter: "zadost"}
	var err error
	if p.Page, err = e.Operator(c, "Nový formulář"); err != nil {
		return err
	}
	return web.View(c, "formeditor/new", "", p)
}

// Create saves its first draft.
func (e *Editor) Create(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	p := NewPage{Title0: strings.TrimSpace(v.Get("nazev")), Code: strings.TrimSpace(v.Get("kod")), Starter: v.Get("vzor"), Starters: edit.Starters}
	code := p.Code
	if code == "" {
		code = edit.CodeFor(p.Title0)
	}
	if p.Title0 == "" || len(p.Title0) > 300 {
		p.Errors = append(p.Errors, Wrong{"nazev", "Název", "Napište název, nejvýše 300 znaků, třeba Žádost o pronájem sálu."})
	}
	if (code != edit.CodeFor(strings.ReplaceAll(code, "-", " ")) || code == "" || code == "novy" || code == "balicek" || code == "vydavatele") && p.Title0 != "" {
		p.Errors = append(p.Errors, Wrong{"kod", "Kód", "Kód smí mít jen malá písmena bez diakritiky, číslice a pomlčky, třeba pronajem-salu. Zvolte jiný."})
	}
	if len(p.Errors) == 0 {
		taken, err := e.taken(c, code)
		if err != nil {
			return err
		}
		if taken {
			p.Errors = append(p.Errors, Wrong{"kod", "Kód", "Formulář s kódem „" + code + "“ už je. Napište jiný kód."})
		}
	}
	if len(p.Errors) == 0 {
		d, err := edit.New(p.Starter, code, p.Title0)
		if err != nil {
			return err
		}
		text, err := repository.Write(*d)
		if err != nil {
			return err
		}
		last, err := e.Repository.Head(c.UserContext(), code)
		if err != nil {
			return err
		}
		if _, _, err = e.Repository.SaveDraft(c.UserContext(), scope(c), code, last, text, "nový formulář"); err != nil {
			return err
		}
		return web.See(c, "/sprava/formulare/"+code+"/upravit")
	}
	if p.Page, err = e.Operator(c, "Nový formulář"); err != nil {
		return err
	}
	return web.Invalid(c, "formeditor/new", "", p)
}

func (e *Editor) taken(c *fiber.Ctx, code string) (bool, error) {
	if len(e.Repository.Catalogue.Versions(code)) > 0 {
		return true, nil
	}
	drafts, err := e.Repository.Drafts(c.UserContext(), code)
	return len(drafts) > 0, err
}

// Begin makes a draft of the newest version, unless one is being written already.
func (e *Editor) Begin(c *fiber.Ctx) error {
	if _, err := web.FormValues(c, nil); err != nil {
		return err
	}
	_, err := e.Repository.Draft(c.UserContext(), c.Params("code"), 0)
	if errs.Is(err, errs.NotFound) {
		_, err = e.Repository.Begin(c.UserContext(), scope(c), c.Params("code"))
	}
	if err != nil {
		return err
	}
	return web.See(c, address(c, "/upravit"))
}

// Discard throws the draft away; what was published stays.
func (e *Editor) Discard(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	if v.Get("opravdu") == "" {
		return errs.New(errs.Invalid, "Zaškrtněte, že rozepsanou verzi opravdu chcete zahodit.")
	}
	if err := e.Repository.Discard(c.UserContext(), scope(c), c.Params("code")); err != nil {
		return err
	}
	web.SetFlash(c, "success", "Rozepsaná verze je zahozená.")
	return web.See(c, "/sprava/formulare")
}
