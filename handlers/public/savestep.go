package public

import (
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/handlers/web"
	"epom/internal/errs"
	"epom/submissions"
)

// uploaded is what came of the files of one page.
type uploaded struct {
	draft    *submissions.Draft
	max      int64 // bytes of one file
	step     string
	lang     forms.Lang
	files    []submissions.File
	findings []forms.Finding // files that were refused, by name
}

// SaveStep takes one page in. Everything that can be kept is kept, also what is wrong; then the next page follows, or
// the same one with what is wrong named.
func (h *Public) SaveStep(c *fiber.Ctx) error {
	d, err := h.draft(c)
	if err != nil {
		return h.lost(c, err)
	}
	setting := h.setting(c, d)
	before := d.Form.Evaluate(d.Answers.V, setting)
	if d.Reference != nil || !before.Journey().May(c.Params("step")) {
		return h.goOn(c, d, "")
	}
	up := &uploaded{draft: d, max: h.maxFile(d, setting), step: c.Params("step"), lang: setting.Lang}
	values, err := web.FormValues(c, func(u web.Upload) error { return h.attach(c, up, u) })
	if err != nil {
		return err
	}
	parsed := d.Form.ParsePage(up.step, values, d.Answers.V, setting)
	if parsed.Act.Kind == "ares" {
		var wrong *forms.Finding
		if parsed.Answers, wrong = h.fillCompany(c, d.Form, parsed.Act.Path, parsed.Answers, setting); wrong != nil {
			up.findings = append(up.findings, *wrong)
		}
	}
	answers, findings := up.into(d.Form, parsed, setting)
	seen, _ := strconv.Atoi(values.Get("_revision"))
	clash, err := h.Submissions.Save(c.UserContext(), draftToken(c), seen, answers)
	if err != nil {
		return err
	}
	if clash != nil {
		return h.clashed(c, up, values, clash)
	}
	if d, err = h.Submissions.Draft(c.UserContext(), draftToken(c)); err != nil {
		return err
	}
	return h.saved(c, d, parsed.Act, up.findings, findings, values, h.turn(c, d, before))
}

// saved answers what was pressed on a page that is kept now. refused are files that were not taken, findings all of the page.
func (h *Public) saved(c *fiber.Ctx, d *submissions.Draft, act forms.Act, refused, findings []forms.Finding, values url.Values, t turned) error {
	switch {
	case values.Has("_later"):
		return web.See(c, "/formulare/"+d.FormCode+"/pokracovat")
	case act.Kind != "":
		return h.acted(c, d, act, refused, t)
	case len(errorsOf(findings)) > 0 && web.Kiosk(c) != nil: // the browser keeps the body of a POST it shows an answer to; the draft has it all
		return c.Redirect(stepPath(c, url.Values{"chyby": {"1"}}, ""), fiber.StatusSeeOther)
	case len(errorsOf(findings)) > 0:
		p, err := h.stepPage(c, d, d.Answers.V, findings)
		if err != nil {
			return err
		}
		p.Hidden, p.Returned = t.hidden, t.returned
		return web.Invalid(c, "step/show", "step", p)
	}
	t.tell(c)
	return h.onward(c, d)
}

// clashed shows the page again as it was typed, with what was changed elsewhere named. Files only add up, so those that
// came along are kept at once: the page could not send them a second time.
func (h *Public) clashed(c *fiber.Ctx, up *uploaded, values url.Values, clash *submissions.Changed) error {
	d, err := h.Submissions.Draft(c.UserContext(), draftToken(c))
	if err == nil && len(up.files) > 0 {
		set := h.setting(c, d)
		kept, _ := up.into(d.Form, forms.Parsed{Answers: d.Answers.V}, set)
		if _, err = h.Submissions.Save(c.UserContext(), draftToken(c), d.Revision, kept); err == nil {
			d, err = h.Submissions.Draft(c.UserContext(), draftToken(c))
		}
	}
	if err != nil {
		return err
	}
	set := h.setting(c, d)
	parsed := d.Form.ParsePage(up.step, values, d.Answers.V, set)
	p, err := h.stepPage(c, d, parsed.Answers, append(up.findings, parsed.Findings...))
	if err != nil {
		return err
	}
	p.Changed = clash.Labels
	return web.Invalid(c, "step/show", "step", p)
}

// onward leads from a complete page to the next one, or back to the check page it was opened from.
func (h *Public) onward(c *fiber.Ctx, d *submissions.Draft) error {
	journey := h.evaluate(c, d).Journey()
	next, query := journey.Next(c.Params("step")), ""
	if c.Query("zpet") == "kontrola" {
		if next = journey.AfterChange(); next != "" {
			query = "?zpet=kontrola"
		}
	}
	if next == "" {
		next = "kontrola"
	}
	return web.See(c, "/formulare/"+d.FormCode+"/"+next+query)
}

// acted shows the page again after a button that added, removed or looked something up.
func (h *Public) acted(c *fiber.Ctx, d *submissions.Draft, act forms.Act, refused []forms.Finding, t turned) error {
	if len(refused) == 0 && !web.Fragment(c) {
		t.tell(c)
		anchor := act.Path
		if act.Kind == "add" {
			if list, ok := d.Answers.V.Get(act.Path).([]any); ok && len(list) > 0 {
				anchor += "." + strconv.Itoa(len(list)-1)
			}
		}
		return c.Redirect(stepPath(c, url.Values{}, anchor), fiber.StatusSeeOther)
	}
	findings := append(refused[:len(refused):len(refused)], notices(h.evaluate(c, d).PageFindings(c.Params("step")))...)
	p, err := h.stepPage(c, d, d.Answers.V, findings)
	if err != nil {
		return err
	}
	p.Hidden, p.Returned = t.hidden, t.returned
	if len(refused) > 0 {
		return web.Invalid(c, "step/show", "step", p)
	}
	return web.View(c, "step/show", "step", p)
}

// maxFile is the size in bytes the competent office takes, as far as it is known yet.
func (h *Public) maxFile(d *submissions.Draft, setting forms.Setting) int64 {
	const usual = 20 << 20
	dec, err := h.decided(d, d.Form.Evaluate(d.Answers.V, setting))
	if err != nil || dec == nil || dec.Office == nil {
		return usual
	}
	o, err := h.Offices.ByID(dec.Office.OfficeID)
	if err != nil || o.AttachmentMB == 0 {
		return usual
	}
	return int64(o.AttachmentMB) << 20
}

// attach takes one file in as it streams. A file that cannot be taken is named; the others and the answers stay.
func (h *Public) attach(c *fiber.Ctx, up *uploaded, u web.Upload) error {
	field, ok := up.draft.Form.Field(u.Field)
	if !ok || field.Kind != "file" {
		return errs.New(errs.Invalid, "Tato stránka takový soubor nepřijímá.")
	}
	limit := up.max
	if field.MaxBytes > 0 {
		limit = min(limit, field.MaxBytes)
	}
	f, err := h.Submissions.Attach(c.UserContext(), up.draft, u.Field, u.Name, u.Body, limit)
	switch {
	case err == nil:
		up.files = append(up.files, f)
	case errs.Is(err, errs.Invalid):
		up.refuse(u.Field, fileProblem(u.Name, err))
	default:
		return err
	}
	return nil
}

// fileProblem is a refusal with the name of the file in it.
func fileProblem(name string, err error) string {
	return "„" + cutText(name, 80) + "“: " + errs.Message(err)
}

func (up *uploaded) refuse(path, message string) {
	up.findings = append(up.findings, forms.Finding{Page: up.step, Path: path, ID: inputID(path), Message: message, Weight: forms.Error})
}

// into puts the files into the answers and returns them with all findings of the page.
func (up *uploaded) into(form *forms.Form, parsed forms.Parsed, setting forms.Setting) (forms.Answers, []forms.Finding) {
	answers := parsed.Answers
	for _, f := range up.files {
		if up.has(answers, f) {
			continue
		}
		var ok bool
		answers, ok = form.Attach(answers, f.Field, forms.FileRef{ID: f.ID, Name: f.Name, Size: f.Size, Type: f.MediaType})
		if !ok {
			up.refuse(f.Field, fileProblem(f.Name, errs.New(errs.Invalid, "Víc souborů sem přiložit nejde.")))
		}
	}
	findings := parsed.Findings
	if len(up.files) > 0 {
		findings = form.Evaluate(answers, setting).PageFindings(up.step)
		said := map[string]forms.Finding{} // of the other fields only parsing knows what was typed
		for _, f := range parsed.Findings {
			said[f.Path] = f
		}
		for _, f := range up.files {
			delete(said, f.Field)
		}
		for i := range findings {
			if f, ok := said[findings[i].Path]; ok {
				findings[i] = f
			}
		}
	}
	return answers, append(up.findings[:len(up.findings):len(up.findings)], findings...)
}

// has tells whether the answers name the same file already: it may come twice when a person goes on while it travels.
func (up *uploaded) has(answers forms.Answers, f submissions.File) bool {
	list, _ := answers.Get(f.Field).([]any)
	for _, v := range list {
		ref, _ := v.(map[string]any)
		for _, old := range up.draft.Files.V {
			if old.ID == ref["id"] && old.SHA256 == f.SHA256 && old.Name == f.Name {
				return true
			}
		}
	}
	return false
}
