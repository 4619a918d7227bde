package public

import (
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/errs"
	"epom/submissions"
)

// PassPage shows the code by which another device takes the form over.
type PassPage struct {
	web.Page
	Form    FormLink
	Code    string
	Address string // to be opened at the other device
	QR      web.QR
	Until   time.Time
	Back    string
}

// TakePage asks for such a code at the other device.
type TakePage struct {
	web.Page
	Code, Error string
}

// Pass gives a code for another device; this one goes on till the code is used.
func (h *Public) Pass(c *fiber.Ctx) error {
	if _, err := web.FormValues(c, nil); err != nil {
		return err
	}
	d, err := h.draft(c)
	if err != nil {
		return h.lost(c, err)
	}
	if d.Reference != nil {
		return h.goOn(c, d, "")
	}
	code, until, err := h.Submissions.Pass(c.UserContext(), draftToken(c))
	if err != nil {
		return err
	}
	web.Private(c)
	p := PassPage{Page: web.NewPage(c, "Pokračovat na jiném zařízení"), Form: formLink(d.Form, web.Lang(c)), Code: code, Until: until, Address: h.base(c) + "/pokracovat", Back: "/formulare/" + d.FormCode}
	p.QR = web.NewQR(p.Address + "?" + url.Values{"kod": {code}}.Encode())
	return web.View(c, "step/pass", "", p)
}

// Take asks for the code; one that came by the address of a QR code is filled in, and taking over is a click: programs that
// look at links must not use it up.
func (h *Public) Take(c *fiber.Ctx) error {
	web.Private(c)
	return web.View(c, "step/take", "", TakePage{Page: web.NewPage(c, "Pokračovat v rozepsaném formuláři"), Code: submissions.CleanReference(c.Query("kod"))})
}

// TakeOver makes this device the one that goes on.
func (h *Public) TakeOver(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	if err := h.Users.Limit(c.UserContext(), "pass:ip:"+c.IP(), 20, 15*time.Minute); err != nil {
		return err
	}
	token, d, err := h.Submissions.TakePassed(c.UserContext(), v.Get("kod"))
	if errs.Is(err, errs.NotFound) {
		web.Private(c)
		p := TakePage{Page: web.NewPage(c, "Pokračovat v rozepsaném formuláři"), Code: cutText(v.Get("kod"), 20)}
		p.Error = p.T("Tento kód neplatí. Platí jednou a deset minut. Nechte si na prvním zařízení ukázat nový.")
		return web.Invalid(c, "step/take", "", p)
	}
	if err != nil {
		return err
	}
	keepDraft(c, d.FormCode, token)
	return h.goOn(c, d, "")
}
