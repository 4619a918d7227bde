package public

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/forms/checks"
	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/submissions"
)

const draftCookie = "epom_draft_"

func keepDraft(c *fiber.Ctx, code, token string) {
	web.Cookie(c, draftCookie+code, token, 30*24*time.Hour)
}

func draftToken(c *fiber.Ctx) string { return c.Cookies(draftCookie + c.Params("code")) }

// draft is the visitor's draft of the form in the address; NotFound when there is none, or it has expired.
func (h *Public) draft(c *fiber.Ctx) (*submissions.Draft, error) {
	token := draftToken(c)
	if token == "" {
		return nil, errs.New(errs.NotFound, "")
	}
	d, err := h.Submissions.Draft(c.UserContext(), token)
	if err == nil && d.FormCode != c.Params("code") {
		return nil, errs.New(errs.NotFound, "")
	}
	return d, err
}

// LostPage explains that a draft is not here and how to go on.
type LostPage struct {
	web.Page
	Form *FormLink // nil when the form is not known
}

// lost answers a visit to a draft that is not here: it expired, was made in another browser, or the link is damaged.
func (h *Public) lost(c *fiber.Ctx, err error) error {
	if !errs.Is(err, errs.NotFound) {
		return err
	}
	web.Private(c)
	p := LostPage{Page: web.NewPage(c, "Rozepsaný formulář tu není")}
	if f, ok := h.Forms.Latest(c.Params("code")); ok {
		link := formLink(f, p.Lang)
		p.Form = &link
	} else if c.Params("code") != "" {
		return errs.New(errs.NotFound, "Takový formulář nemáme. Podívejte se do seznamu formulářů.")
	}
	c.Status(fiber.StatusNotFound)
	return web.View(c, "step/lost", "", p)
}

// Resume opens the link from the e-mail: this browser may go on where she stopped.
func (h *Public) Resume(c *fiber.Ctx) error {
	token := c.Params("token")
	d, err := h.Submissions.Draft(c.UserContext(), token)
	if err != nil {
		return h.lost(c, err)
	}
	web.Private(c)
	keepDraft(c, d.FormCode, token)
	return h.goOn(c, d, "")
}

// LaterPage offers to go on another time or on another device.
type LaterPage struct {
	web.Page
	Form   FormLink
	Email  string
	Error  string
	SentTo string // where the link was sent
	Until  time.Time
	Back   string
}

// Later says how to go on later.
func (h *Public) Later(c *fiber.Ctx) error {
	d, err := h.draft(c)
	if err != nil {
		return h.lost(c, err)
	}
	if d.Reference != nil {
		return h.goOn(c, d, "")
	}
	p := h.laterPage(c, d)
	if c.Query("poslano") != "" {
		p.SentTo = d.Email
	}
	return web.View(c, "step/later", "", p)
}

func (h *Public) laterPage(c *fiber.Ctx, d *submissions.Draft) LaterPage {
	web.Private(c)
	p := LaterPage{Page: web.NewPage(c, "Pokračovat později"), Form: formLink(d.Form, web.Lang(c)), Email: d.Email, Until: d.ExpiresAt,
		Back: "/formulare/" + d.FormCode}
	if p.Email == "" {
		p.Email = h.evaluate(c, d).Applicant().Email
	}
	return p
}

// SaveLater sends the link to the draft by e-mail.
func (h *Public) SaveLater(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	d, err := h.draft(c)
	if err != nil {
		return h.lost(c, err)
	}
	if d.Reference != nil {
		return h.goOn(c, d, "")
	}
	email, ok := checks.Email(v.Get("email"))
	if !ok {
		p := h.laterPage(c, d)
		p.Email, p.Error = v.Get("email"), p.T("E-mailová adresa není úplná. Správně vypadá třeba jana.novakova@seznam.cz.")
		return web.Invalid(c, "step/later", "", p)
	}
	ctx, token := c.UserContext(), draftToken(c)
	for key, most := range map[string]int{"later:ip:" + c.IP(): 20, "later:draft:" + d.FormCode + token: 5} {
		if err := h.Users.Limit(ctx, key, most, time.Hour); err != nil {
			return err
		}
	}
	link := h.base(c) + "/pokracovat/" + token
	err = h.Submissions.Remember(ctx, token, email, func(tx *db.Tx, d *submissions.Draft) error { return h.QueueMail(tx, d, link) })
	if err != nil {
		return err
	}
	return web.See(c, "/formulare/"+d.FormCode+"/pokracovat?poslano=1")
}
