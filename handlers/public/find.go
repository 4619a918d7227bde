package public

import (
	"crypto/subtle"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/handlers/web"
	"epom/internal/errs"
	"epom/submissions"
)

// How often a PIN may be tried: per submission, and per address of the visitor.
const (
	triesOfReference = 5
	triesOfVisitor   = 20
	triesWindow      = 15 * time.Minute
)

const accessCookie = "epom_podani_"

// admit lets this browser see a submission until it is closed; the cookie is the submission's own ticket.
func (h *Public) admit(c *fiber.Ctx, reference string) {
	web.Cookie(c, accessCookie+reference, h.Submissions.Ticket(reference), 0)
}

// reference is the submission in the address when this browser may see it. Absent and forbidden are not told apart.
func (h *Public) reference(c *fiber.Ctx) (string, bool) {
	reference := submissions.CleanReference(c.Params("reference"))
	if reference == "" {
		return "", false
	}
	have := c.Cookies(accessCookie + reference)
	return reference, subtle.ConstantTimeCompare([]byte(have), []byte(h.Submissions.Ticket(reference))) == 1
}

// FindPage asks for the reference and PIN.
type FindPage struct {
	web.Page
	Reference string
	Errors    []errs.Field // with names "reference", "pin", or "" for both
	Wait      string       // tried too often: how long to wait
}

// Error is the message of one field.
func (p FindPage) Error(name string) string {
	for _, f := range p.Errors {
		if f.Name == name {
			return f.Message
		}
	}
	return ""
}

// Find shows the page that asks for a reference and PIN.
func (h *Public) Find(c *fiber.Ctx) error {
	web.Private(c)
	return web.View(c, "find/show", "", FindPage{Page: web.NewPage(c, "Moje podání"), Reference: cutText(c.Query("cislo"), 20)})
}

// OpenSubmission lets in who knows the PIN.
func (h *Public) OpenSubmission(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	web.Private(c)
	p := FindPage{Page: web.NewPage(c, "Moje podání"), Reference: cutText(v.Get("reference"), 20)}
	reference, pin := submissions.CleanReference(v.Get("reference")), strings.Join(strings.Fields(v.Get("pin")), "")
	if reference == "" {
		p.Errors = append(p.Errors, errs.Field{Name: "reference", Message: p.T("Značka podání má osm znaků, například K7MF-3XQP. Najdete ho v potvrzení nebo v e-mailu.")})
	}
	if len(pin) != 6 {
		p.Errors = append(p.Errors, errs.Field{Name: "pin", Message: p.T("PIN má šest číslic. Najdete ho vedle značky podání.")})
	}
	if len(p.Errors) > 0 {
		return web.Invalid(c, "find/show", "", p)
	}
	return h.letIn(c, p, reference, pin)
}

// letIn opens a submission by its PIN or ticket. Each try of a PIN counts before it is judged, so guessing ends exactly at
// the limit; a ticket from our e-mail works even then.
func (h *Public) letIn(c *fiber.Ctx, p FindPage, reference, key string) error {
	if h.Submissions.TicketOpens(reference, key) {
		h.admit(c, reference)
		return web.See(c, "/podani/"+reference)
	}
	for _, try := range []struct {
		key  string
		most int
	}{{"pin:ip:" + c.IP(), triesOfVisitor}, {"pin:" + reference, triesOfReference}} {
		ok, after, err := h.Users.Allow(c.UserContext(), try.key, try.most, triesWindow)
		if err != nil {
			return err
		}
		if !ok {
			p.Wait = waitText(p.Lang, after)
			c.Status(fiber.StatusTooManyRequests)
			return web.View(c, "find/show", "", p)
		}
	}
	if !h.Submissions.Opens(reference, key) {
		p.Errors = []errs.Field{{Message: p.T("Značka podání a PIN k sobě nepatří. Zkontrolujte obojí v potvrzení nebo v e-mailu.")}}
		return web.Invalid(c, "find/show", "", p)
	}
	h.admit(c, reference)
	return web.See(c, "/podani/"+reference)
}

// Findings are the errors for the list on top of the page.
func (p FindPage) Findings() []forms.Finding { return fieldFindings(p.Errors) }

// fieldFindings lists errors of fields whose inputs have their names for ids.
func fieldFindings(fields []errs.Field) []forms.Finding {
	var out []forms.Finding
	for _, f := range fields {
		out = append(out, forms.Finding{ID: f.Name, Message: f.Message, Weight: forms.Error})
	}
	return out
}
