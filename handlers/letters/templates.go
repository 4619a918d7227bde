package letters

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
	core "epom/records/letters"
	"epom/users"
)

// TemplatesPage lists the templates and how the office handles.
type TemplatesPage struct {
	web.Page
	fields
	Rows     []core.Template
	Days     string
	FourEyes bool
	Admin    bool
}

func (h *Letters) templatesPage(c *fiber.Ctx) (TemplatesPage, error) {
	p := TemplatesPage{Admin: users.Can(web.Session(c), users.AdminOffice)}
	err := h.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = h.Page(c, tx, "Vzory dopisů"); err != nil {
			return err
		}
		if p.Rows, err = core.Templates(ctx, tx, h.Date()); err != nil {
			return err
		}
		s, err := records.SettingOf(ctx, tx)
		var words []string
		for _, d := range s.WarnDays {
			words = append(words, strconv.Itoa(d))
		}
		p.Days, p.FourEyes = strings.Join(words, ", "), s.FourEyes
		return err
	})
	return p, err
}

// Templates shows them.
func (h *Letters) Templates(c *fiber.Ctx) error {
	p, err := h.templatesPage(c)
	if err != nil {
		return err
	}
	return web.View(c, "letters/templates", "", p)
}

// SaveSetting keeps how many eyes see a letter and when the office warns before a term.
func (h *Letters) SaveSetting(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	p, err := h.templatesPage(c)
	if err != nil {
		return err
	}
	p.Days, p.FourEyes = v.Get("days"), v.Get("eyes") != ""
	days, err := records.ParseDays(p.Days)
	if err == nil {
		err = h.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
			return records.SaveSetting(ctx, tx, records.Setting{WarnDays: days, FourEyes: p.FourEyes}, h.Clock.Now())
		})
	}
	if p.wrong(err) {
		return web.Invalid(c, "letters/templates", "", p)
	}
	if err != nil {
		return err
	}
	web.SetFlash(c, "success", "Nastavení je uložené.")
	return web.See(c, "/kancelar/vzory")
}

// TemplatePage is one template with the office's wording.
type TemplatePage struct {
	web.Page
	fields
	Template core.Template
	What     string
	By       string
	Since    *time.Time
	Fields   []core.Field
	Admin    bool
}

func (h *Letters) templatePage(c *fiber.Ctx) (TemplatePage, error) {
	name, err := h.names(c)
	if err != nil {
		return TemplatePage{}, err
	}
	p := TemplatePage{Fields: core.Fields, Admin: users.Can(web.Session(c), users.AdminOffice)}
	err = h.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Template, err = core.TemplateBy(ctx, tx, c.Params("code"), h.Date()); err != nil {
			return err
		}
		p.Page, err = h.Page(c, tx, "Vzor: "+p.Template.Name)
		return err
	})
	p.What, p.Since = effects[p.Template.Effect], p.Template.OwnAt
	if p.Since != nil {
		p.By = name(p.Template.OwnBy)
	}
	return p, err
}

// Template shows one.
func (h *Letters) Template(c *fiber.Ctx) error {
	p, err := h.templatePage(c)
	if err != nil {
		return err
	}
	return web.View(c, "letters/template", "", p)
}

// SaveTemplate gives the office a wording of its own.
func (h *Letters) SaveTemplate(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	p, err := h.templatePage(c)
	if err != nil {
		return err
	}
	t := &p.Template
	t.Subject, t.Body, t.Instruction = v.Get("subject"), strings.ReplaceAll(v.Get("body"), "\r\n", "\n"), strings.ReplaceAll(v.Get("instruction"), "\r\n", "\n")
	err = h.InOffice(c, func(ctx context.Context, tx *db.Tx) error { return core.SaveTemplate(ctx, tx, *t, h.Clock.Now()) })
	if p.wrong(err) {
		return web.Invalid(c, "letters/template", "", p)
	}
	if err != nil {
		return err
	}
	web.SetFlash(c, "success", "Úřad má vlastní znění vzoru „"+t.Name+"“. Platí pro dopisy začaté od teď.")
	return web.See(c, "/kancelar/vzory")
}

// ResetTemplate returns to the shipped wording.
func (h *Letters) ResetTemplate(c *fiber.Ctx) error {
	if _, err := web.FormValues(c, nil); err != nil {
		return err
	}
	p, err := h.templatePage(c)
	if err != nil {
		return err
	}
	err = h.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		return core.ResetTemplate(ctx, tx, p.Template.Code, h.Clock.Now())
	})
	kind, said := "success", "Platí zase původní znění vzoru „"+p.Template.Name+"“."
	if errs.Is(err, errs.Conflict) {
		kind, said, err = "warning", errs.Message(err), nil
	}
	if err != nil {
		return err
	}
	web.SetFlash(c, kind, said)
	return web.See(c, "/kancelar/vzory")
}
