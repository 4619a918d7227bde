package formeditor

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/forms/edit"
	"epom/handlers/web"
	"epom/internal/errs"
)

// Show is the editor at a place of the form.
func (e *Editor) Show(c *fiber.Ctx) error {
	now, err := e.draft(c)
	if err != nil {
		return err
	}
	at, _ := edit.ParsePlace(c.Query("misto"))
	p, err := e.page(c, now, now.d, at, nil, nil)
	if err != nil {
		return err
	}
	return web.View(c, "formeditor/show", "", p)
}

// Act keeps what was typed and does what the pressed button says.
func (e *Editor) Act(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	now, err := e.draft(c)
	if err != nil {
		return err
	}
	at, ok := edit.ParsePlace(v.Get("_at"))
	if !ok {
		return errs.New(errs.Invalid, "Taková část formuláře není.")
	}
	if strconv.Itoa(now.revision) != v.Get("_revision") {
		return e.meanwhile(c, now, at, v)
	}
	typed, wrong := e.take(now.d, at, v)
	if v.Get("_act") == "look" || len(wrong) > 0 {
		return e.again(c, now, typed, at, v, wrong)
	}
	done, to, note, err := perform(typed, at, v)
	if err == nil && note != "" {
		now.revision, err = e.keep(c, now, typed, done, note)
	}
	switch {
	case errs.Is(err, errs.Conflict) && errs.Message(err) == "":
		return e.meanwhile(c, now, at, v)
	case errs.Is(err, errs.Conflict), errs.Is(err, errs.Invalid):
		message := errs.Message(err)
		for _, f := range errs.FieldsOf(err) {
			message = f.Message
		}
		return e.again(c, now, typed, at, v, map[string]string{"": message})
	case err != nil:
		return err
	}
	return e.shown(c, to)
}

// keep saves what was typed, then a step back or forth or what the act made of it.
func (e *Editor) keep(c *fiber.Ctx, was draft, typed, done *forms.Definition, note string) (int, error) {
	if note != "undo" && note != "redo" {
		return e.save(c, was, done, note)
	}
	revision, err := e.save(c, was, typed, "úprava")
	if err != nil || note == "redo" && revision != was.revision { // what was typed now is the newest
		return revision, err
	}
	return e.Repository.Step(c.UserContext(), scope(c), was.d.Code, revision, note == "undo")
}

// shown leads to a place after an act: with htmx it is shown at once.
func (e *Editor) shown(c *fiber.Ctx, at edit.Place) error {
	path := address(c, "/upravit?misto="+at.String())
	if !web.Fragment(c) {
		return c.Redirect(path, fiber.StatusSeeOther)
	}
	now, err := e.draft(c)
	if err != nil {
		return err
	}
	p, err := e.page(c, now, now.d, at, nil, nil)
	if err != nil {
		return err
	}
	c.Set("HX-Replace-Url", path)
	return web.View(c, "formeditor/show", "", p)
}

// again shows what was typed with what is wrong; nothing was kept.
func (e *Editor) again(c *fiber.Ctx, now draft, typed *forms.Definition, at edit.Place, v url.Values, wrong map[string]string) error {
	p, err := e.page(c, now, typed, at, v, wrong)
	if err != nil {
		return err
	}
	if v.Get("_act") == "look" {
		return web.View(c, "formeditor/show", "", p)
	}
	return web.Invalid(c, "formeditor/show", "", p)
}

// meanwhile shows what was typed over what somebody else has saved since.
func (e *Editor) meanwhile(c *fiber.Ctx, now draft, at edit.Place, v url.Values) error {
	now, err := e.draft(c)
	if err != nil {
		return err
	}
	if thing(now.d, at) != v.Get("_thing") {
		return e.again(c, now, now.d, nil, url.Values{}, map[string]string{"": "Formulář mezitím změnil někdo jiný a část, kterou jste upravovali, je jinde, nebo už v něm není. Níže je formulář, jak je uložený teď."})
	}
	typed, wrong := e.take(now.d, at, v)
	wrong[""] = "Formulář mezitím uložil někdo jiný. Níže je jeho verze s tím, co jste teď napsali vy. Zkontrolujte to a znovu stiskněte Uložit."
	return e.again(c, now, typed, at, v, wrong)
}

// perform does an act: the form after it, where to go, and what was done in words ("" = nothing to keep).
func perform(d *forms.Definition, at edit.Place, v url.Values) (*forms.Definition, edit.Place, string, error) {
	act, arg, _ := strings.Cut(v.Get("_act"), " ")
	var to edit.Place
	var err error
	switch act {
	case "", "save":
		return d, at, "úprava: " + name(d, at), nil
	case "go":
		to, ok := edit.ParsePlace(arg)
		if !ok {
			return nil, nil, "", errs.New(errs.Invalid, "Taková část formuláře není.")
		}
		return d, to, "úprava: " + name(d, at), nil
	case "undo", "redo":
		return d, at, act, nil
	case "add-page":
		d, to, err = edit.AddPage(d, at)
		return d, to, "nová stránka", err
	case "add-field":
		if len(at) == 0 {
			return nil, nil, "", errs.New(errs.Invalid, "Nejdřív vyberte stránku, na kterou otázka patří.")
		}
		d, to, err = edit.AddField(d, at, v.Get("_kind"))
		return d, to, "nová otázka", err
	case "option-up", "option-down", "option-remove":
		return options(d, at, act, arg)
	case "example-remove":
		if n, err := strconv.Atoi(arg); err == nil && n >= 0 && n < len(d.Examples) {
			d.Examples = slices.Delete(d.Examples, n, n+1)
		}
		return d, at, "odebraný příklad", nil
	}
	if len(at) == 0 {
		return nil, nil, "", errs.New(errs.Invalid, "Vyberte stránku nebo otázku.")
	}
	what := name(d, at)
	switch act {
	case "up":
		d, to, err = edit.Move(d, at, -1)
	case "down":
		d, to, err = edit.Move(d, at, 1)
	case "duplicate":
		d, to, err = edit.Duplicate(d, at)
	case "remove":
		d, to, err = edit.Remove(d, at)
	case "into":
		into, ok := edit.ParsePlace(v.Get("_into"))
		if !ok || len(into) == 0 {
			return nil, nil, "", errs.New(errs.Invalid, "Vyberte, kam otázku přesunout.")
		}
		d, to, err = edit.MoveInto(d, at, into)
	default:
		return nil, nil, "", errs.New(errs.Invalid, "Takový krok editor neumí.")
	}
	note := map[string]string{"up": "výš: ", "down": "níž: ", "duplicate": "kopie: ", "remove": "odebráno: ", "into": "přesunuto: "}[act]
	return d, to, note + what, err
}

// options moves or removes one option of a choice.
func options(d *forms.Definition, at edit.Place, act, arg string) (*forms.Definition, edit.Place, string, error) {
	c := edit.Clone(d)
	f, ok := edit.Field(c, at)
	n, err := strconv.Atoi(arg)
	if !ok || err != nil || n < 0 || n >= len(f.Options) {
		return nil, nil, "", errs.New(errs.Conflict, "Tato možnost už tu není.")
	}
	to := n
	switch act {
	case "option-remove":
		f.Options = slices.Delete(f.Options, n, n+1)
		return c, at, "odebraná možnost", nil
	case "option-up":
		to = max(0, n-1)
	case "option-down":
		to = min(len(f.Options)-1, n+1)
	}
	f.Options[n], f.Options[to] = f.Options[to], f.Options[n]
	return c, at, "pořadí možností", nil
}
