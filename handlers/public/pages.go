package public

import (
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/errs"
	"epom/offices"
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
