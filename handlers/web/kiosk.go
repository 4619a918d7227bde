package web

import (
	"bytes"
	"regexp"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
)

// KioskCookie holds the secret of a device that an office made its kiosk.
const KioskCookie = "epom_kiosk"

const localKiosk = "kiosk"

// KioskMode is how pages are shown at a kiosk.
type KioskMode struct {
	Office int32
	Place  string   // where it stands
	Forms  []string // codes of the forms offered; empty = all that suit
	Idle   int      // seconds of stillness after which everything is forgotten
	Warn   int      // how many seconds before that the person is asked
	Large  bool     // larger letters
	Strong bool     // stronger contrast
	Here   string   // address of the page, for the way back from the question whether somebody is here
}

// SetKiosk puts the mode on the request.
func SetKiosk(c *fiber.Ctx, m *KioskMode) { c.Locals(localKiosk, m) }

// Unseen is the time, in seconds, after which a page without JavaScript asks whether somebody is there: it cannot tell slow
// typing from stillness, and what is being typed would be lost.
func (m *KioskMode) Unseen() int { return 3 * m.Idle }

// Kiosk is the mode of the device; nil at all others.
func Kiosk(c *fiber.Ctx) *KioskMode { m, _ := c.Locals(localKiosk).(*KioskMode); return m }

var remembers = regexp.MustCompile(`autocomplete="[^"]*"`)

// Forgetful makes sure that the browser of a kiosk keeps nothing of an answer: neither the page nor what was typed in it.
func Forgetful(c *fiber.Ctx) {
	r := c.Response()
	c.Set(fiber.HeaderCacheControl, "no-store")
	if !bytes.HasPrefix(r.Header.ContentType(), []byte("text/html")) || r.IsBodyStream() {
		return
	}
	body := remembers.ReplaceAll(r.Body(), []byte(`autocomplete="off"`))
	r.SetBody(bytes.ReplaceAll(body, []byte("<form "), []byte(`<form autocomplete="off" `)))
}

// ForgetPerson takes away every cookie but those of the device itself and tells the browser to drop what it holds of the site.
func ForgetPerson(c *fiber.Ctx) {
	c.Request().Header.VisitAllCookie(func(name, _ []byte) {
		if n := string(name); n != KioskCookie {
			Cookie(c, n, "", -1)
		}
	})
	c.Set("Clear-Site-Data", `"cache", "storage"`)
}

// KioskLook keeps larger letters and stronger contrast till the person leaves.
func KioskLook(c *fiber.Ctx, value string) { Cookie(c, "epom_kiosk_look", value, 0) }

// LookOf reads what KioskLook kept.
func LookOf(c *fiber.Ctx) (large, strong bool) {
	v := c.Cookies("epom_kiosk_look")
	return strings.Contains(v, "l"), strings.Contains(v, "s")
}

// KeepKiosk gives the device its secret, for ten years.
func KeepKiosk(c *fiber.Ctx, token string) { Cookie(c, KioskCookie, token, 10*365*24*time.Hour) }
