package public

import (
	"context"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/handlers/web"
	"epom/submissions"
)

// StepPage is one page of a form being filled.
type StepPage struct {
	web.Page
	Form     FormLink
	Steps    []StepView
	View     forms.PageView
	Revision int
	Changed  []string        // fields changed elsewhere meanwhile
	Back     string          // address of the page before, "" on the first
	ToCheck  bool            // opened by "change" on the check page
	Notices  []forms.Finding // about the page as a whole; they do not stop going on
	Hidden   []string        // questions that were just hidden: their answers will not be sent
	Returned []string        // questions that were just brought back with the answers given before
}

// StepView is one step of the way.
type StepView struct {
	Title, Href string // Href "" = may not be seen yet
	Done, Here  bool
}

// Step shows one page of a form; one that may not be seen yet leads to where to go on.
func (h *Public) Step(c *fiber.Ctx) error {
	d, err := h.draft(c)
	if err != nil {
		return h.lost(c, err)
	}
	step := c.Params("step")
	ev := h.evaluate(c, d)
	if d.Reference != nil || !ev.Journey().May(step) {
		return h.goOn(c, d, "")
	}
	if halt := h.Submissions.HaltedAt(d, ev); halt != nil {
		return h.halted(c, d, halt)
	}
	if path := c.Query("_find"); path != "" && web.Fragment(c) {
		return h.places(c).Choices(c, d.Form, path, forms.Lang(web.Lang(c)))
	}
	findings := ev.PageFindings(step)
	if c.Query("chyby") == "" {
		findings = notices(findings)
	}
	p, err := h.stepPage(c, d, d.Answers.V, findings)
	if err != nil {
		return err
	}
	return web.View(c, "step/show", "step", p)
}

// stepPage is the page of a draft with answers, which may differ from those kept.
func (h *Public) stepPage(c *fiber.Ctx, d *submissions.Draft, answers forms.Answers, findings []forms.Finding) (StepPage, error) {
	web.Private(c)
	step, lang := c.Params("step"), web.Lang(c)
	set := h.setting(c, d)
	ev := d.Form.Evaluate(answers, set)
	p := StepPage{Page: web.NewPage(c, ""), Form: formLink(d.Form, lang), Revision: d.Revision, ToCheck: c.Query("zpet") == "kontrola"}
	extras := forms.ViewExtras{Findings: findings}
	view, _ := ev.Page(step, extras)
	found, err := h.places(c).Offered(c.UserContext(), view.Fields)
	if err != nil {
		return p, err
	}
	if len(found) > 0 {
		extras.Choices = found
		view, _ = ev.Page(step, extras)
	}
	p.View = view
	for _, f := range notices(findings) {
		if f.Path == step {
			p.Notices = append(p.Notices, f)
		}
	}
	p.Title = view.Title + " – " + p.Form.Title
	if len(errorsOf(findings)) > 0 {
		p.Title = p.T("Chyba") + ": " + p.Title
	}
	for _, s := range ev.Journey().Steps {
		v := StepView{Title: s.Title, Done: s.Complete && s.Open, Here: s.Code == step}
		if s.Open {
			v.Href = "/formulare/" + d.FormCode + "/" + s.Code
		}
		p.Steps = append(p.Steps, v)
	}
	if p.ToCheck {
		p.Back = "/formulare/" + d.FormCode + "/kontrola"
	} else if view.Back != "" {
		p.Back = "/formulare/" + d.FormCode + "/" + view.Back
	}
	return p, nil
}

// places finds places, those of the municipality this browser asked about last first.
func (h *Public) places(c *fiber.Ctx) web.FindPlaces {
	home := h.cookiePlace(c)
	return func(ctx context.Context, kind, typed string) ([]forms.Option, error) {
		return Places(ctx, h.Territory, kind, typed, home)
	}
}

func errorsOf(findings []forms.Finding) []forms.Finding {
	var out []forms.Finding
	for _, f := range findings {
		if f.Weight == forms.Error {
			out = append(out, f)
		}
	}
	return out
}

// notices are the findings that do not stop anything: warnings, information, success.
func notices(findings []forms.Finding) []forms.Finding {
	var out []forms.Finding
	for _, f := range findings {
		if f.Weight != forms.Error {
			out = append(out, f)
		}
	}
	return out
}

// stepPath is the address of the step the visitor is on, with what follows kept.
func stepPath(c *fiber.Ctx, query url.Values, anchor string) string {
	path := "/formulare/" + c.Params("code") + "/" + c.Params("step")
	if c.Query("zpet") == "kontrola" {
		query.Set("zpet", "kontrola")
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	if anchor != "" {
		path += "#" + inputID(anchor)
	}
	return path
}

// inputID is the id of a field on the page, as the form system makes it.
func inputID(path string) string { return "f-" + strings.ReplaceAll(path, ".", "-") }

// Errors are what stops this page, for the list on top of it. A label that the message says itself is not said twice.
func (p StepPage) Errors() []forms.Finding {
	list := errorsOf(p.View.Findings)
	for i := range list {
		item, label, nested := cutLast(list[i].Label, " – ")
		if label != "" && strings.Contains(list[i].Message, label) {
			if list[i].Label = ""; nested {
				list[i].Label = item
			}
		}
	}
	return list
}

// cutLast divides a text at the last separator; without one it is all behind it.
func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return "", s, false
}
