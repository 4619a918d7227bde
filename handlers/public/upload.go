package public

import (
	"errors"
	"io"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/handlers/web"
	"epom/internal/errs"
	"epom/submissions"
)

// UploadPage takes a form filled earlier, to go on from it.
type UploadPage struct {
	web.Page
	Error   string
	Replace *FormLink // a draft of the same form is in this browser already
}

// Upload asks for the file.
func (h *Public) Upload(c *fiber.Ctx) error {
	web.Private(c)
	return web.View(c, "step/upload", "", UploadPage{Page: web.NewPage(c, "Pokračovat ze souboru")})
}

// TakeUpload starts a draft from the file and says what could not be taken over.
func (h *Public) TakeUpload(c *fiber.Ctx) error {
	if err := h.Users.Limit(c.UserContext(), "upload:ip:"+c.IP(), 60, time.Hour); err != nil {
		return err
	}
	var data []byte
	v, err := web.FormValues(c, func(u web.Upload) (err error) {
		data, err = io.ReadAll(io.LimitReader(u.Body, submissions.FilledBytes+1))
		return err
	})
	if err != nil {
		return err
	}
	web.Private(c)
	p := UploadPage{Page: web.NewPage(c, "Pokračovat ze souboru")}
	refuse := func(err error) error {
		var e *errs.Error
		if !errors.As(err, &e) || e.Kind != errs.Invalid && e.Kind != errs.NotFound {
			return err
		}
		p.Error = p.T(errs.Message(err))
		return web.Invalid(c, "step/upload", "", p)
	}
	if len(data) == 0 {
		return refuse(errs.New(errs.Invalid, "Vyberte soubor, ze kterého chcete pokračovat."))
	}
	filled, err := submissions.ReadFilled(data)
	if err != nil {
		return refuse(err)
	}
	if old, err := h.Submissions.Draft(c.UserContext(), c.Cookies(draftCookie+filled.Form)); err == nil && old.Reference == nil && v.Get("nahradit") == "" {
		link := formLink(old.Form, p.Lang)
		p.Replace = &link
		return refuse(errs.New(errs.Invalid, "Tento formulář už máte v prohlížeči rozepsaný. Dokončete ho, nebo zaškrtněte, že ho má soubor nahradit, a vyberte soubor znovu."))
	}
	taken, err := h.Submissions.GoOn(c.UserContext(), filled, p.Lang)
	if err != nil {
		return refuse(err)
	}
	keepDraft(c, taken.Form.Code, taken.Token)
	web.SetFlash(c, "info", takenText(p.Page, taken))
	return web.See(c, "/formulare/"+taken.Form.Code+"/"+h.whereOf(c, taken.Token))
}

// whereOf is the step a draft goes on at.
func (h *Public) whereOf(c *fiber.Ctx, token string) string {
	d, err := h.Submissions.Draft(c.UserContext(), token)
	if err != nil {
		return ""
	}
	if at := h.evaluate(c, d).Journey().Current(); at != "" {
		return at
	}
	return "kontrola"
}

// takenText says what was taken over and what has to be done again.
func takenText(p web.Page, t submissions.Taken) string {
	said := []string{p.T("Odpovědi ze souboru jsou načtené. Zkontrolujte je prosím.")}
	if t.Was != 0 {
		said = append(said, p.T("Soubor je z verze %d, teď platí verze %d formuláře „%s“.", t.Was, t.Form.Version, t.Form.Title.In(forms.Lang(p.Lang))))
	}
	if len(t.Lost) > 0 {
		said = append(said, p.T("Převzít nešlo: %s. Přílohy přiložte znovu.", quoted(t.Lost)))
	}
	return strings.Join(said, " ")
}

// Export gives the answers as a file to go on from anywhere.
func (h *Public) Export(c *fiber.Ctx) error {
	d, err := h.draft(c)
	if err != nil {
		return h.lost(c, err)
	}
	web.Private(c)
	data, err := submissions.Export(d)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/json")
	c.Set(fiber.HeaderContentDisposition, disposition("attachment", d.FormCode+".epom.json"))
	return c.Send(data)
}
