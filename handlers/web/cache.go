package web

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"
)

// OpenPage starts the data of a page that has nothing of one visitor in it, and no form that changes anything, so
// that caches may keep it; answer it with ViewOpen.
func OpenPage(c *fiber.Ctx, title string) Page {
	p := Page{Lang: Lang(c), Path: c.Path(), Demo: settings(c).Demo, Theme: theme(c)}
	p.Title = p.T(title)
	return p
}

// ViewOpen renders a page made by OpenPage with an ETag. Caches keep it for a while unless the visitor has chosen a
// language or a look; it differs by language only.
func ViewOpen(c *fiber.Ctx, page, part string, data any, age time.Duration) error {
	if err := View(c, page, part, data); err != nil {
		return err
	}
	c.Vary(fiber.HeaderAcceptLanguage, fiber.HeaderCookie)
	if c.Cookies("epom_lang") != "" || c.Cookies("epom_theme") != "" || c.Query("lang") != "" || c.Query("theme") != "" {
		c.Set(fiber.HeaderCacheControl, "private, no-cache")
	} else {
		c.Set(fiber.HeaderCacheControl, fmt.Sprintf("public, max-age=%d", int(age.Seconds())))
	}
	return Tagged(c)
}

// Tagged gives the answer an ETag and leaves the body out when the visitor has it already.
func Tagged(c *fiber.Ctx) error {
	sum := sha256.Sum256(c.Response().Body())
	c.Set(fiber.HeaderETag, `W/"`+base64.RawURLEncoding.EncodeToString(sum[:12])+`"`)
	if c.Fresh() {
		c.Response().ResetBody()
		return c.SendStatus(fiber.StatusNotModified)
	}
	return nil
}

// Private keeps an answer with something of one visitor out of every cache.
func Private(c *fiber.Ctx) { c.Set(fiber.HeaderCacheControl, "no-store") }
