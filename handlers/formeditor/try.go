package formeditor

import (
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/handlers/web"
	"epom/internal/errs"
	"epom/submissions"
)

// TryPage is a form in work as people would fill it; nothing is sent, answers stay in the page.
type TryPage struct {
	web.Page
	Tabs          Tabs
	Name, Answers string
	Broken        bool // the form has faults, it cannot be filled yet
	View          *forms.PageView
	Findings      []forms.Finding
	Summary       []forms.Section // at the end
	Subject       string
	Competent     string
	Errors        []Wrong
}

// Try begins at the first page.
func (e *Editor) Try(c *fiber.Ctx) error {
	now, err := e.draft(c)
	if err != nil {
		return err
	}
	return e.tried(c, now, url.Values{}, false)
}

// TryStep goes on.
func (e *Editor) TryStep(c *fiber.Ctx) error {
	var files []web.Upload
	v, err := web.FormValues(c, func(u web.Upload) error { // only that a file was there counts
		files = append(files, web.Upload{Field: u.Field, Name: u.Name})
		_, err := io.Copy(io.Discard, io.LimitReader(u.Body, 20<<20))
		return err
	})
	if err != nil {
		return err
	}
	for _, f := range files {
		v.Add("_file", f.Field+"\n"+f.Name)
	}
	now, err := e.draft(c)
	if err != nil {
		return err
	}
	return e.tried(c, now, v, true)
}

func (e *Editor) tried(c *fiber.Ctx, now draft, v url.Values, posted bool) error {
	p := TryPage{Name: now.d.Title.CS, Tabs: Tabs{now.d.Code, "vyzkouset"}}
	f, err := ready(now.d)
	var faults *forms.DefinitionError
	if p.Broken = errors.As(err, &faults); err != nil && !p.Broken {
		return err
	}
	if !p.Broken {
		answers := forms.Answers{}
		if raw := v.Get("_answers"); raw != "" && json.Unmarshal([]byte(raw), &answers) != nil {
			return errs.New(errs.Invalid, "Odpovědi se nepodařilo přečíst. Začněte zkoušku znovu.")
		}
		setting := forms.Setting{Today: e.today(), Lang: forms.CS, Gazetteer: e.Gazetteer(c.UserContext())}
		page, choices := v.Get("_page"), map[string][]forms.Option(nil)
		if posted && page != "" {
			answers, page, choices = p.step(f, page, v, answers, setting)
		} else if page = v.Get("_back"); page == "" {
			page = f.Pages[0].Code
		}
		act := v.Get("_act")
		if act == "pdf" {
			return e.tryPaper(c, f, answers, setting)
		}
		if act == "example" {
			if done, err := e.keepExample(c, now, f, answers, v.Get("example"), &p); done || err != nil {
				return err
			}
			page = ""
		}
		if act == "example" || act == "end" {
			page = ""
		}
		p.lay(e, f, page, answers, choices, setting)
	}
	if p.Page, err = e.Operator(c, "Vyzkoušet: "+p.Name); err != nil {
		return err
	}
	if len(p.Findings) > 0 || len(p.Errors) > 0 {
		return web.Invalid(c, "formeditor/try", "", p)
	}
	return web.View(c, "formeditor/try", "", p)
}

// step takes one page in: the answers and the page to show next, "" for the end.
func (p *TryPage) step(f *forms.Form, page string, v url.Values, answers forms.Answers, setting forms.Setting) (forms.Answers, string, map[string][]forms.Option) {
	parsed := f.ParsePage(page, v, answers, setting)
	answers = parsed.Answers
	for _, file := range v["_file"] {
		path, name, _ := strings.Cut(file, "\n")
		answers, _ = f.Attach(answers, path, forms.FileRef{ID: "zkouska", Name: name, Size: 1000, Type: "application/octet-stream"})
	}
	if parsed.Act.Kind != "" {
		return answers, page, parsed.Choices
	}
	ev := f.Evaluate(answers, setting)
	for _, x := range ev.PageFindings(page) {
		if x.Weight == forms.Error {
			p.Findings = ev.PageFindings(page)
			return answers, page, parsed.Choices
		}
	}
	return answers, ev.Journey().Next(page), nil
}

// lay shows a page, or at the end what would be sent and where.
func (p *TryPage) lay(e *Editor, f *forms.Form, page string, answers forms.Answers, choices map[string][]forms.Option, setting forms.Setting) {
	ev := f.Evaluate(answers, setting)
	if raw, err := json.Marshal(answers); err == nil {
		p.Answers = string(raw)
	}
	if page != "" {
		if v, ok := ev.Page(page, forms.ViewExtras{Findings: p.Findings, Choices: choices}); ok {
			p.View = &v
			for _, x := range p.Findings {
				if x.Weight == forms.Error {
					p.Errors = append(p.Errors, Wrong{x.ID, "", x.Message})
				}
			}
			return
		}
	}
	p.Summary, p.Subject = ev.Summary(), ev.Subject()
	if dec, err := e.Decide(f, ev); err != nil {
		p.Competent = "nepodařilo se určit"
		if m := errs.Message(err); m != "" {
			p.Competent += ": " + m
		}
	} else if dec != nil && dec.Office != nil {
		p.Competent = dec.Office.Name
	}
}

// tryPaper is the PDF of what was tried.
func (e *Editor) tryPaper(c *fiber.Ctx, f *forms.Form, answers forms.Answers, setting forms.Setting) error {
	ev := f.Evaluate(answers, setting)
	data, err := submissions.BlankPaper(f, "cs", c.BaseURL())
	if dec, missing := e.Decide(f, ev); missing == nil && dec != nil && dec.Office != nil {
		data, err = submissions.FilledPaper(f, ev.Result(), dec, setting, c.BaseURL())
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/pdf")
	c.Set(fiber.HeaderContentDisposition, `inline; filename="zkouska.pdf"`)
	return c.Send(data)
}

// keepExample adds what was filled to the examples that publishing runs; false when it could not and p says why.
func (e *Editor) keepExample(c *fiber.Ctx, now draft, f *forms.Form, answers forms.Answers, name string, p *TryPage) (bool, error) {
	if name = strings.TrimSpace(name); name == "" || len(name) > 200 {
		p.Errors = append(p.Errors, Wrong{"example", "Název příkladu", "Napište krátký název příkladu."})
		return false, nil
	}
	example := f.Snapshot(name, answers, e.today())
	example.Subject = f.Evaluate(answers, forms.Setting{Today: e.today()}).Subject()
	d := *now.d
	d.Examples = nil
	for _, x := range now.d.Examples {
		if x.Name != name {
			d.Examples = append(d.Examples, x)
		}
	}
	d.Examples = append(d.Examples, example)
	if _, err := e.save(c, now, &d, "příklad: "+name); err != nil {
		return false, err
	}
	web.SetFlash(c, "success", "Příklad je uložený. Při vydání se ověří, že z něj pořád vychází totéž.")
	return true, c.Redirect(address(c, "/upravit"), fiber.StatusSeeOther)
}
