package web

import (
	"errors"
	"log/slog"

	"github.com/gofiber/fiber/v2"

	"epom/internal/errs"
)

// Fragment tells whether htmx asks for a part of the page only.
func Fragment(c *fiber.Ctx) bool {
	return c.Get("HX-Request") == "true" && c.Get("HX-Boosted") == "" && c.Get("HX-History-Restore-Request") == ""
}

// View renders a page, or its named part when htmx asks for a fragment. A page without parts passes "".
func View(c *fiber.Ctx, page, part string, data any) error {
	c.Vary("HX-Request")
	c.Type("html", "utf-8")
	if part != "" && Fragment(c) {
		page += "#" + part
	}
	return c.Render(page, data)
}

// Invalid renders the page anew after a wrong input: 422, with what was typed.
func Invalid(c *fiber.Ctx, page, part string, data any) error {
	c.Status(fiber.StatusUnprocessableEntity)
	return View(c, page, part, data)
}

// See sends the browser to another page after a change.
func See(c *fiber.Ctx, path string) error {
	if Fragment(c) {
		c.Set("HX-Redirect", path)
		return c.SendStatus(fiber.StatusNoContent)
	}
	return c.Redirect(path, fiber.StatusSeeOther)
}

// Status is the code of an error, and the sentence a visitor reads.
func Status(err error) (int, string) {
	var f *fiber.Error
	if errors.As(err, &f) {
		switch f.Code {
		case fiber.StatusNotFound:
			return f.Code, "Tato stránka neexistuje, nebo se přesunula."
		case fiber.StatusMethodNotAllowed:
			return f.Code, "Takto stránku použít nelze."
		case fiber.StatusRequestEntityTooLarge:
			return f.Code, "Odesílaná data jsou příliš velká."
		}
		return f.Code, "Požadavku server nerozuměl."
	}
	say := func(otherwise string) string {
		if m := errs.Message(err); m != "" {
			return m
		}
		return otherwise
	}
	switch errs.KindOf(err) {
	case errs.NotFound:
		return fiber.StatusNotFound, say("Tato stránka neexistuje, nebo k ní nemáte přístup.")
	case errs.Invalid:
		return fiber.StatusUnprocessableEntity, say("Některý údaj není v pořádku. Vraťte se a opravte ho.")
	case errs.Forbidden:
		return fiber.StatusForbidden, say("K tomuto nemáte oprávnění.")
	case errs.Conflict:
		return fiber.StatusConflict, say("Mezitím to změnil někdo jiný. Načtěte stránku znovu.")
	case errs.Unavailable:
		return fiber.StatusServiceUnavailable, say("Systém je teď krátce nedostupný. Nic se neztratilo, zkuste to za chvíli znovu.")
	}
	return fiber.StatusInternalServerError, "Něco se pokazilo na naší straně. Nic se neztratilo. Zkuste to prosím znovu; když to nepomůže, pošlete nám číslo požadavku."
}

// ErrorPage is the data of the error page.
type ErrorPage struct {
	Page
	Status  int
	Message string
	Fields  []errs.Field
}

// plainError answers when even the error page cannot be rendered.
const plainError = `<!DOCTYPE html><html lang="cs"><meta charset="utf-8"><title>Chyba</title><h1>Něco se pokazilo</h1><p>Zkuste to prosím za chvíli znovu.</p></html>`

// Fail answers an error: the one place that turns errors into pages. Internal ones are logged, never shown.
func Fail(log *slog.Logger) fiber.ErrorHandler {
	return func(c *fiber.Ctx, err error) error {
		code, message := Status(err)
		if code >= 500 {
			log.Error("request failed", "id", RequestID(c), "method", c.Method(), "route", c.Route().Path, "err", err)
		}
		if code == fiber.StatusServiceUnavailable {
			c.Set(fiber.HeaderRetryAfter, "5")
		}
		c.Status(code)
		c.Set(fiber.HeaderCacheControl, "no-store")
		if c.Locals(localSettings) == nil { // the server itself could not read the request: no middleware has seen it
			c.Type("html", "utf-8")
			return c.SendString(plainError)
		}
		if c.Accepts("html", "json") == "json" {
			return c.JSON(fiber.Map{"error": message, "request": RequestID(c)})
		}
		p := ErrorPage{Page: NewPage(c, "Chyba"), Status: code, Message: message, Fields: errs.FieldsOf(err)}
		if e := View(c, "error/show", "", p); e != nil {
			log.Error("error page failed", "err", e)
			c.Type("html", "utf-8")
			return c.SendString(plainError)
		}
		return nil
	}
}
