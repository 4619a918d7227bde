package public

import (
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/errs"
	"epom/records"
	"epom/submissions"
)

// DocumentPage is the text of one document with its files.
type DocumentPage struct {
	web.Page
	Reference string
	Holder    string // name of the office
	Document  DocumentView
	Body      string
}

// Document shows the text of a document.
func (h *Public) Document(c *fiber.Ctx) error {
	v, d, err := h.document(c)
	if err != nil {
		return err
	}
	web.Private(c)
	p := DocumentPage{Page: web.NewPage(c, ""), Reference: v.Reference, Holder: v.Office.Name, Body: d.Body}
	p.Title = d.Subject
	for _, x := range documents(v) {
		if x.ID == d.ID {
			p.Document = x
		}
	}
	return web.View(c, "status/document", "", p)
}

// document is the document in the address when the visitor may see it.
func (h *Public) document(c *fiber.Ctx) (*submissions.View, *records.Document, error) {
	gone := errs.New(errs.NotFound, "Tento dokument neexistuje, nebo k němu nemáte přístup. Otevřete nejdřív své podání.")
	reference, ok := h.reference(c)
	if !ok {
		return nil, nil, gone
	}
	id, err := strconv.ParseInt(c.Params("id"), 10, 64)
	if err != nil {
		return nil, nil, gone
	}
	v, err := h.Submissions.ByReference(c.UserContext(), reference)
	if err != nil {
		return nil, nil, err
	}
	d := v.Document(id)
	if d == nil || !visible(d) {
		return nil, nil, gone
	}
	return v, d, nil
}

// DocumentFile gives one file of a document.
func (h *Public) DocumentFile(c *fiber.Ctx) error {
	_, d, err := h.document(c)
	if err != nil {
		return err
	}
	for i := range d.Components {
		if f := &d.Components[i]; strconv.Itoa(f.Ordinal) == c.Params("n") {
			return h.sendFile(c, f, "attachment")
		}
	}
	return errs.New(errs.NotFound, "Takový soubor u dokumentu není.")
}

func (h *Public) sendFile(c *fiber.Ctx, f *records.Component, how string) error {
	body, size, err := h.Files.Open(c.UserContext(), f.SHA256)
	if err != nil {
		return err
	}
	web.Private(c)
	c.Set(fiber.HeaderContentType, f.MediaType)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; sandbox")
	c.Set(fiber.HeaderContentDisposition, disposition(how, f.Name))
	if c.Method() == fiber.MethodHead {
		return body.Close()
	}
	return c.SendStream(body.(io.Reader), int(size))
}

// disposition names a file for the browser: plain letters for old ones, all letters for the others (RFC 6266).
func disposition(how, name string) string {
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' {
			return '_'
		}
		return r
	}, name)
	return how + `; filename="` + plain + `"; filename*=UTF-8''` + url.PathEscape(name)
}

// WaitingPage says that the receipt is being made.
type WaitingPage struct {
	web.Page
	Reference string
}

// Receipt gives the confirmation of receipt, or says that it is being made.
func (h *Public) Receipt(c *fiber.Ctx) error {
	reference, ok := h.reference(c)
	if !ok {
		return web.See(c, "/podani?cislo="+reference)
	}
	v, err := h.Submissions.ByReference(c.UserContext(), reference)
	if err != nil {
		return err
	}
	if f, ok := receiptOf(v); ok {
		return h.sendFile(c, f, "inline")
	}
	web.Private(c)
	c.Status(fiber.StatusNotFound)
	return web.View(c, "status/waiting", "", WaitingPage{Page: web.NewPage(c, "Potvrzení se připravuje"), Reference: reference})
}

// receiptOf is the newest confirmation in the case.
func receiptOf(v *submissions.View) (*records.Component, bool) {
	for i := len(v.Documents) - 1; i >= 0; i-- {
		if d := &v.Documents[i]; d.Kind == submissions.KindReceipt && len(d.Components) > 0 {
			return &d.Components[0], true
		}
	}
	return nil, false
}
