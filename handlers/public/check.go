package public

import (
	"errors"
	"net/url"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/handlers/web"
	"epom/internal/errs"
	"epom/records"
	"epom/submissions"
)

// CheckPage is the last page before sending: all answers, the competent office and why.
type CheckPage struct {
	web.Page
	Form       FormLink
	Steps      []StepView
	Sections   []SectionView
	Competence *Competence
	Takes      bool // the competent office takes submissions here
	Problem    string
	Revision   int
	Changed    []string   // fields changed since the page was seen
	Confirm    *time.Time // last day to confirm it when it is sent today, § 37(4) of Act 500/2004 Sb.; nil = no need
	Email      string     // where news goes, "" = none was given
	Notices    []forms.Finding
}

// SectionView is one page of the form with its answers.
type SectionView struct {
	Title, Href string
	Rows        []RowView
}

// RowView is one answer; a row without a value heads the rows of Depth 1 below it.
type RowView struct {
	Label, Value, Href string
	Depth              int
	Heading            bool
	Files              []forms.FileRef
}

func sections(list []forms.Section, change func(page, id string) string) []SectionView {
	out := make([]SectionView, 0, len(list))
	for _, s := range list {
		v := SectionView{Title: s.Title, Href: change(s.Code, "")}
		for _, r := range s.Rows {
			v.Rows = append(v.Rows, RowView{Label: r.Label, Value: r.Value, Depth: r.Depth, Heading: r.Value == "" && len(r.Files) == 0, Files: r.Files, Href: change(s.Code, r.ID)})
		}
		if len(v.Rows) > 0 {
			out = append(out, v)
		}
	}
	return out
}

// Check shows all answers with a way to change each, who will decide, and the button that sends.
func (h *Public) Check(c *fiber.Ctx) error {
	d, err := h.draft(c)
	if err != nil {
		return h.lost(c, err)
	}
	if d.Reference != nil || !h.evaluate(c, d).Journey().Complete() {
		return h.goOn(c, d, "")
	}
	if halt := h.Submissions.HaltedAt(d, h.evaluate(c, d)); halt != nil {
		return h.halted(c, d, halt)
	}
	p, err := h.checkPage(c, d)
	if err != nil {
		return err
	}
	return web.View(c, "check/show", "", p)
}

func (h *Public) checkPage(c *fiber.Ctx, d *submissions.Draft) (CheckPage, error) {
	web.Private(c)
	p := CheckPage{Page: web.NewPage(c, "Kontrola a odeslání"), Form: formLink(d.Form, web.Lang(c)), Revision: d.Revision}
	ev := h.evaluate(c, d)
	at := "/formulare/" + d.FormCode + "/"
	p.Sections = sections(ev.Summary(), func(page, id string) string {
		if id == "" {
			return at + page + "?zpet=kontrola"
		}
		return at + page + "?zpet=kontrola#" + id
	})
	for _, s := range ev.Journey().Steps {
		p.Steps = append(p.Steps, StepView{Title: s.Title, Href: at + s.Code, Done: true})
	}
	for _, f := range ev.Findings() {
		if f.Weight != forms.Error {
			p.Notices = append(p.Notices, f)
		}
	}
	p.Email = ev.Applicant().Email
	if p.Email == "" {
		p.Email = d.Email
	}
	dec, err := h.decided(d, ev)
	if err != nil {
		return p, err
	}
	if dec == nil {
		p.Problem = p.T("Podle vyplněných údajů neumíme určit úřad. Zkontrolujte prosím obec nebo adresu.")
		return p, nil
	}
	v := competence(p.Lang, dec)
	v.Needs, v.Yours = nil, nil
	p.Competence, p.Takes = &v, dec.Office != nil && dec.Office.Participates
	if p.Takes {
		p.Confirm, err = h.confirmBy(d.Form.Agenda)
	}
	return p, err
}

// confirmBy is the last day to confirm what is sent today unsigned; nil when the agenda needs no confirmation.
func (h *Public) confirmBy(agenda string) (*time.Time, error) {
	law, today := h.Submissions.Law(), h.today()
	_, confirm, err := law.ForAgenda(agenda, today)
	if err != nil || !confirm {
		return nil, err
	}
	rule, err := law.Rule("sr-37-4", today)
	on := records.Term{Rule: rule, Starts: today}.Due(law.Calendar).On
	return &on, err
}

// Send submits the draft as it was seen. A second click, a reload or a lost answer find it sent and lead to the same page.
func (h *Public) Send(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	seen, _ := strconv.Atoi(v.Get("_revision"))
	sent, err := h.Submissions.Send(c.UserContext(), draftToken(c), seen)
	if err != nil {
		return h.notSent(c, err)
	}
	h.admit(c, sent.Reference)
	if sent.Fresh {
		web.SetFlash(c, "success", web.NewPage(c, "").T("Odesláno. Úřad vaše podání má."))
	}
	return web.See(c, "/podani/"+sent.Reference)
}

// notSent explains why a draft was not sent; the answers stay and the button too, whenever trying again makes sense.
func (h *Public) notSent(c *fiber.Ctx, why error) error {
	d, err := h.draft(c)
	if err != nil {
		return h.lost(c, err)
	}
	var unfinished *submissions.Unfinished
	if errors.As(why, &unfinished) {
		return h.goOn(c, d, "?"+url.Values{"zpet": {"kontrola"}, "chyby": {"1"}}.Encode())
	}
	var halt *submissions.Halt
	if errors.As(why, &halt) {
		return h.halted(c, d, halt)
	}
	p, err := h.checkPage(c, d)
	if err != nil {
		return errors.Join(why, err)
	}
	var stale *submissions.Stale
	var elsewhere *submissions.Elsewhere
	switch {
	case errors.As(why, &stale):
		p.Changed, p.Revision = stale.Labels, stale.Revision
	case errors.As(why, &elsewhere): // the page itself says where to go
	case errs.Is(why, errs.Unavailable), errs.Is(why, errs.Invalid), errs.Is(why, errs.Conflict):
		code, message := web.Status(why)
		p.Problem = p.T(message)
		c.Status(code)
		return web.View(c, "check/show", "", p)
	default:
		return why
	}
	return web.Invalid(c, "check/show", "", p)
}
