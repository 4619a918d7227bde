package public

import (
	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/handlers/web"
	"epom/internal/blob"
	"epom/internal/errs"
	"epom/submissions"
)

// Complete takes the citizen's answer to a call to complete her submission. When something is wrong, the text and the
// files already taken in stay.
func (h *Public) Complete(c *fiber.Ctx) error {
	reference, ok := h.reference(c)
	if !ok {
		return web.See(c, "/podani?cislo="+reference)
	}
	var files []submissions.File
	var wrong []forms.Finding
	values, err := web.FormValues(c, func(u web.Upload) error {
		f, err := h.keepFile(c, u)
		switch {
		case err == nil:
			files = append(files, f)
		case errs.Is(err, errs.Invalid):
			wrong = append(wrong, forms.Finding{ID: "soubory", Message: fileProblem(u.Name, err), Weight: forms.Error})
		default:
			return err
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, sealed := range values["_file"] {
		var f submissions.File
		if web.Unseal(c, "completion "+reference, sealed, &f) && f.ID != values.Get("_remove") {
			files = append(files, f)
		}
	}
	typed := values.Get("text")
	if len(wrong) == 0 && !values.Has("_remove") {
		err = h.Submissions.Complete(c.UserContext(), reference, typed, files)
		if err == nil {
			web.SetFlash(c, "success", web.NewPage(c, "").T("Doplnění jsme předali úřadu."))
			return web.See(c, "/podani/"+reference)
		}
		if !errs.Is(err, errs.Invalid) && !errs.Is(err, errs.Unavailable) {
			return err
		}
		wrong = completionErrors(err)
	}
	return h.askAgain(c, reference, typed, files, wrong)
}

// keepFile puts one file into the file store.
func (h *Public) keepFile(c *fiber.Ctx, u web.Upload) (submissions.File, error) {
	const most = 100 << 20 // the office's own limit is checked with the whole answer
	ref, err := h.Files.Put(c.UserContext(), u.Body, most)
	if err != nil {
		return submissions.File{}, err
	}
	f := submissions.File{ID: ref.SHA256[:12], Field: "priloha", Name: blob.CleanName(u.Name), MediaType: ref.MediaType, Size: ref.Size, SHA256: ref.SHA256}
	return f, blob.Check(f.Name, f.MediaType)
}

func completionErrors(err error) []forms.Finding {
	var out []forms.Finding
	for _, f := range errs.FieldsOf(err) {
		out = append(out, forms.Finding{ID: "doplneni-text", Path: f.Name, Message: f.Message, Weight: forms.Error})
	}
	if len(out) == 0 {
		_, message := web.Status(err)
		out = append(out, forms.Finding{ID: "soubory", Message: message, Weight: forms.Error})
	}
	return out
}

// askAgain shows the page with the answer as it was typed.
func (h *Public) askAgain(c *fiber.Ctx, reference, typed string, files []submissions.File, wrong []forms.Finding) error {
	p, err := h.statusPage(c, reference)
	if err != nil {
		return err
	}
	if p.Request == nil {
		return errs.New(errs.Conflict, "Na tuto výzvu jste už odpověděli, nebo ji úřad vzal zpět.")
	}
	p.Request.Typed, p.Request.Errors = typed, wrong
	for _, f := range files {
		sealed, err := web.Seal(c, "completion "+reference, f)
		if err != nil {
			return err
		}
		p.Request.Kept = append(p.Request.Kept, KeptFile{ID: f.ID, Name: f.Name, Size: f.Size, Sealed: sealed})
	}
	if len(wrong) == 0 {
		return web.View(c, "status/show", "", p)
	}
	return web.Invalid(c, "status/show", "", p)
}
