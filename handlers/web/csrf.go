package web

import (
	"crypto/hmac"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"epom/internal/errs"
)

// SameSite refuses changes that another site's page asked for. Browsers of today say where a request comes from
// (Sec-Fetch-Site, Origin) and that decides; a request that says nothing must bring the token of its form (ADR 0003).
// It needs the form, so FormValues calls it for each change; handlers that read no form call it themselves.
func SameSite(c *fiber.Ctx, token string) error {
	foreign := errs.New(errs.Forbidden, "Požadavek přišel z cizí stránky. Otevřete stránku znovu a odešlete formulář z ní.")
	switch c.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return nil
	case "":
	default:
		return foreign
	}
	if origin := c.Get(fiber.HeaderOrigin); origin != "" {
		if u, err := url.Parse(origin); err == nil && u.Host == string(c.Request().Host()) {
			return nil
		}
		return foreign
	}
	seed := c.Cookies("epom_csrf")
	if seed != "" && hmac.Equal([]byte(csrfFor(c, seed)), []byte(token)) {
		return nil
	}
	return foreign
}
