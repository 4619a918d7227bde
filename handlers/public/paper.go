package public

import (
	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/submissions"
)

// BlankPaper is the empty form to be printed and filled by hand.
func (h *Public) BlankPaper(c *fiber.Ctx) error {
	f, err := h.form(c)
	if err != nil {
		return err
	}
	office := h.officeOf(f, h.prefilled(c, f)) // in the words of the office of the visitor's place, where the form asks for it first
	if offered, ok := h.Forms.Offered(office, f.Code); ok && office != 0 {
		f = h.Forms.Suited(offered, office)
	}
	data, err := submissions.BlankPaper(f, web.Lang(c))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "private, max-age=300")
	return sendPDF(c, f.Code+".pdf", data)
}

// FilledPaper is the visitor's own filled form: for an office that takes no submissions here.
func (h *Public) FilledPaper(c *fiber.Ctx) error {
	d, err := h.draft(c)
	if err != nil {
		return h.lost(c, err)
	}
	web.Private(c)
	setting := h.setting(c, d)
	ev := d.Form.Evaluate(d.Answers.V, setting)
	dec, err := h.decided(d, ev)
	if err != nil {
		return err
	}
	data, err := submissions.FilledPaper(d.Form, ev.Result(), dec, setting)
	if err != nil {
		return err
	}
	return sendPDF(c, d.FormCode+"-vyplneny.pdf", data)
}

func sendPDF(c *fiber.Ctx, name string, data []byte) error {
	c.Set(fiber.HeaderContentType, "application/pdf")
	c.Set(fiber.HeaderContentDisposition, disposition("inline", name))
	return c.Send(data)
}
