package public

import (
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/handlers/web"
	"epom/internal/errs"
	"epom/offices"
	"epom/submissions"
)

// AccessibilityPage is the declaration by § 7 of Act 99/2019 Sb., for the whole site or for one office.
type AccessibilityPage struct {
	web.Page
	Card *offices.Office // nil = the whole site
}

// Accessibility is the declaration of accessibility.
func (h *Public) Accessibility(c *fiber.Ctx) error {
	p := AccessibilityPage{Page: web.OpenPage(c, "Prohlášení o přístupnosti")}
	if slug := c.Query("urad"); slug != "" {
		o, err := h.Offices.BySlug(slug)
		if err != nil {
			return err
		}
		p.Card, p.Page.Office = o, web.ViewOffice(o)
	}
	return web.ViewOpen(c, "pages/accessibility", "", p, time.Hour)
}

// VerifyPage tells whether a submission with a reference and a number exists.
type VerifyPage struct {
	web.Page
	Reference, Number string
	Errors            []errs.Field
	Asked, Known      bool
	Holder            string // name of the office
	ReceivedAt        time.Time
	Wait              string
}

// Error is the message of one field.
func (p VerifyPage) Error(name string) string {
	for _, f := range p.Errors {
		if f.Name == name {
			return f.Message
		}
	}
	return ""
}

// Findings are the errors for the list on top of the page.
func (p VerifyPage) Findings() []forms.Finding { return fieldFindings(p.Errors) }

// Verify asks for the two numbers of a receipt.
func (h *Public) Verify(c *fiber.Ctx) error {
	web.Private(c)
	return web.View(c, "pages/verify", "", VerifyPage{Page: web.NewPage(c, "Ověření dokumentu"), Reference: cutText(c.Query("znacka"), 20)})
}

// VerifyNumber answers yes or no: only who holds the receipt knows both numbers, and it says nothing beyond it.
func (h *Public) VerifyNumber(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	web.Private(c)
	p := VerifyPage{Page: web.NewPage(c, "Ověření dokumentu"), Reference: cutText(v.Get("reference"), 20), Number: cutText(strings.TrimSpace(v.Get("number")), 60)}
	reference := submissions.CleanReference(p.Reference)
	if reference == "" {
		p.Errors = append(p.Errors, errs.Field{Name: "reference", Message: p.T("Značka podání má osm znaků, například K7MF-3XQP.")})
	}
	if p.Number == "" {
		p.Errors = append(p.Errors, errs.Field{Name: "number", Message: p.T("Opište číslo jednací z dokumentu.")})
	}
	if len(p.Errors) > 0 {
		return web.Invalid(c, "pages/verify", "", p)
	}
	ok, after, err := h.Users.Allow(c.UserContext(), "verify:ip:"+c.IP(), triesOfVisitor, triesWindow)
	if err != nil {
		return err
	}
	if !ok {
		p.Wait = waitText(p.Lang, after)
		c.Status(fiber.StatusTooManyRequests)
		return web.View(c, "pages/verify", "", p)
	}
	if err := h.verify(c, &p, reference); err != nil {
		return err
	}
	return web.View(c, "pages/verify", "", p)
}

// verify looks the two numbers up: the document must be of the case of that reference.
func (h *Public) verify(c *fiber.Ctx, p *VerifyPage, reference string) error {
	p.Asked = true
	s, err := h.Submissions.ByReference(c.UserContext(), reference)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	for i := range s.Documents {
		d := &s.Documents[i]
		if visible(d) && strings.EqualFold(d.ReferenceNumber, p.Number) {
			p.Known, p.Holder, p.ReceivedAt = true, s.Office.Name, d.RegisteredAt
			if d.DeliveredAt != nil {
				p.ReceivedAt = *d.DeliveredAt
			}
		}
	}
	return nil
}

// MailboxPage lists the mails of a demo.
type MailboxPage struct {
	web.Page
	Mails []Mail
	Leave bool // they go out too
}

// Mailbox shows what a demo has sent, or would have.
func (h *Public) Mailbox(c *fiber.Ctx) error {
	list, err := h.mails(c)
	if err != nil {
		return err
	}
	return web.View(c, "pages/mailbox", "", MailboxPage{Page: web.NewPage(c, "Pošta zkušebního provozu"), Mails: list, Leave: h.MailsLeave})
}

// MailPage is one mail of a demo.
type MailPage struct {
	web.Page
	Mail  Mail
	Parts []MailPart
}

// MailPart is a piece of the text: words, or an address to click on.
type MailPart struct{ Text, Href string }

// Mail shows one mail of a demo as text with its links.
func (h *Public) Mail(c *fiber.Ctx) error {
	list, err := h.mails(c)
	if err != nil {
		return err
	}
	for _, m := range list {
		if strconv.FormatInt(m.ID, 10) == c.Params("id") {
			p := MailPage{Page: web.NewPage(c, ""), Mail: m, Parts: linked(m.Text)}
			p.Title = m.Subject
			return web.View(c, "pages/mail", "", p)
		}
	}
	return errs.New(errs.NotFound, "Takovou zprávu tu nemáme.")
}

func (h *Public) mails(c *fiber.Ctx) ([]Mail, error) {
	if !web.Demo(c) || h.Mails == nil {
		return nil, errs.New(errs.NotFound, "")
	}
	web.Private(c)
	return h.Mails(c.UserContext())
}

// linked cuts a text into words and addresses.
func linked(text string) []MailPart {
	var out []MailPart
	for {
		at := strings.Index(text, "http")
		if at < 0 || !strings.HasPrefix(text[at:], "http://") && !strings.HasPrefix(text[at:], "https://") {
			return append(out, MailPart{Text: text})
		}
		end := strings.IndexAny(text[at:], " \r\n\t<>\"")
		if end < 0 {
			end = len(text) - at
		}
		link := strings.TrimRight(text[at:at+end], ".,;)")
		out = append(out, MailPart{Text: text[:at]}, MailPart{Text: link, Href: link})
		text = text[at+len(link):]
	}
}

// StylePage shows every part pages are made of in each of its states, for those who build them.
type StylePage struct{ web.Page }

// Style shows what citizens' pages are made of.
func (h *Public) Style(c *fiber.Ctx) error { return style(c, "style/show") }

// StyleDesk shows what the clerks' pages are made of.
func (h *Public) StyleDesk(c *fiber.Ctx) error { return style(c, "style/desk") }

func style(c *fiber.Ctx, template string) error {
	p := StylePage{web.NewPage(c, "")}
	p.Title = "Vzhled"
	return web.View(c, template, "", p)
}
