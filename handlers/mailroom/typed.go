package mailroom

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/handlers/web"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
	"epom/records/intake"
	"epom/submissions"
)

// TypedPage is a paper form typed in: the questions of the whole form on one page.
type TypedPage struct {
	NewPage
	Code, Title string
	Sections    []forms.PageView
	Notes       []forms.Finding // what is missing or does not fit; a second press registers all the same
	Answers     string          // sealed: answers of questions that are hidden now come back with their question
	answers     forms.Answers
	acted       bool // a button of a field was pressed
}

// envelope are the fields about the paper itself. They begin with "_", which no question of a form does.
var envelope = []string{"way", "day", "time", "sheets", "attachments", "attachment_sheets", "mail_no"}

// paperWays are the ways a paper comes.
var paperWays = slices.DeleteFunc(slices.Clone(ways), func(o Option) bool { return !paper(o.Value) })

// Typed shows the form to be typed in, after one was registered with its number above it.
func (m *Mailroom) Typed(c *fiber.Ctx) error {
	f, set, err := m.blank(c)
	if err != nil {
		return err
	}
	if path := c.Query("_find"); path != "" && web.Fragment(c) {
		return m.Places.Choices(c, f, path, forms.CS)
	}
	p, err := m.typedPage(c, f)
	if err != nil {
		return err
	}
	now := m.Clock.Now().In(clock.Prague)
	p.Values = map[string]string{"_way": "post", "_day": now.Format("2. 1. 2006"), "_time": now.Format("15:04:05"), "_sheets": "1"}
	return m.typedView(c, p, f, set)
}

// SaveTyped registers a typed paper. What is missing in it is shown once; pressed again, it is registered with the notes.
func (m *Mailroom) SaveTyped(c *fiber.Ctx) error {
	f, set, err := m.blank(c)
	if err != nil {
		return err
	}
	p, err := m.typedPage(c, f)
	if err != nil {
		return err
	}
	if err := m.readTyped(c, &p, f, set); err != nil {
		return err
	}
	if p.acted {
		return m.typedView(c, p, f, set)
	}
	if p.Notes = submissions.Defects(f, f.Evaluate(p.answers, set)); len(p.Notes) > 0 && p.Value("_anyway") == "" {
		return m.typedView(c, p, f, set)
	}
	n, err := m.typedItem(c, &p, f, set)
	if err != nil {
		return err
	}
	var done intake.Done
	if len(p.Errors) == 0 {
		err = m.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
			done, err = intake.Register(ctx, tx, m.Records(), n, m.Clock.Now())
			return err
		})
	}
	switch fields := errs.FieldsOf(err); {
	case errs.Is(err, errs.Invalid) && len(fields) > 0:
		p.wrong(fields)
	case err != nil:
		return err
	case done.DocumentID != 0:
		to := "/kancelar/posta/formular/" + f.Code + "?hotovo=" + strconv.FormatInt(done.DocumentID, 10)
		if done.Again {
			to += "&znovu=1"
		}
		return web.See(c, to)
	}
	return m.typedView(c, p, f, set)
}

// NoteLines are the notes for the list; one that does not name its question is given the name.
func (p TypedPage) NoteLines() []forms.Finding {
	list := slices.Clone(p.Notes)
	for i, n := range list {
		if n.Label != "" && !strings.Contains(n.Message, n.Label) {
			list[i].Message = n.Label + ": " + n.Message
		}
	}
	return list
}

func (m *Mailroom) blank(c *fiber.Ctx) (*forms.Form, forms.Setting, error) {
	f, set, err := m.Blank(c.Params("code"), web.Session(c).Office)
	if err == nil {
		set.Gazetteer = m.Gazetteer(c.UserContext())
	}
	return f, set, err
}

func (m *Mailroom) typedPage(c *fiber.Ctx, f *forms.Form) (TypedPage, error) {
	page, err := m.page(c)
	page.Ways = paperWays
	return TypedPage{NewPage: page, Code: f.Code, Title: f.Title.In(forms.CS), answers: forms.Answers{}}, err
}

// readTyped takes the whole form in, page after page: a later page may depend on an earlier one.
func (m *Mailroom) readTyped(c *fiber.Ctx, p *TypedPage, f *forms.Form, set forms.Setting) error {
	v, err := web.FormValues(c, func(web.Upload) error {
		return errs.New(errs.Invalid, "Přílohy papíru se tu nenahrávají, jen počítají.")
	})
	if err != nil {
		return err
	}
	p.Values = map[string]string{}
	for name := range v {
		if strings.HasPrefix(name, "_") {
			p.Values[name] = strings.TrimSpace(v.Get(name))
		}
	}
	if k := v.Get("_key"); len(k) == 16 {
		p.Key = k
	}
	web.Unseal(c, sealUse(c)+f.Code, v.Get("_answers"), &p.answers) // not ours: only what is typed counts
	for _, page := range f.Pages {
		parsed := f.ParsePage(page.Code, v, p.answers, set)
		p.answers = parsed.Answers
		p.acted = p.acted || parsed.Act.Kind != ""
	}
	return nil
}

// typedItem is what is registered: the transcript, the sender from the answers, the paper as it was described.
func (m *Mailroom) typedItem(c *fiber.Ctx, p *TypedPage, f *forms.Form, set forms.Setting) (n intake.New, err error) {
	typed, err := submissions.TypeIn(f, p.answers, set)
	if err != nil {
		return n, err
	}
	it, err := m.Reader.Read(c.UserContext(), "prepis-"+f.Code+".pdf", bytes.NewReader(typed.PDF))
	if err != nil {
		return n, err
	}
	about := p.NewPage
	about.items, about.Values = []*intake.Item{it}, map[string]string{"subject": typed.Subject, "agenda": typed.Agenda}
	for _, name := range envelope {
		about.Values[name] = p.Value("_" + name)
	}
	n, wrong := m.reading(&about)
	if !paper(about.Values["way"]) {
		wrong = append(wrong, errs.Field{Name: "way", Message: "Vyberte, jak papír přišel."})
	}
	p.wrong(wrong)
	n.Sender = typed.Sender
	n.Document.Envelope["form"], n.Document.Envelope["form_version"] = f.Code, f.Version
	if len(typed.Missing) > 0 {
		n.Document.Envelope["missing"] = typed.Missing
	}
	return n, nil
}

// typedView shows the page as it stands: every visible question, and what the register of places offers.
func (m *Mailroom) typedView(c *fiber.Ctx, p TypedPage, f *forms.Form, set forms.Setting) (err error) {
	web.Private(c)
	for i := range p.Errors { // fields about the paper have a mark before their name here
		p.Errors[i].ID = "_" + p.Errors[i].ID
	}
	ev := f.Evaluate(p.answers, set)
	for _, page := range f.Pages {
		var extras forms.ViewExtras
		for _, n := range p.Notes {
			if n.Page == page.Code {
				extras.Findings = append(extras.Findings, n)
			}
		}
		view, ok := ev.Page(page.Code, extras)
		if !ok {
			continue
		}
		if extras.Choices, err = m.Places.Offered(c.UserContext(), view.Fields); err != nil {
			return err
		}
		if len(extras.Choices) > 0 {
			view, _ = ev.Page(page.Code, extras)
		}
		if view.Fields = withoutFiles(view.Fields); len(view.Fields) > 0 {
			p.Sections = append(p.Sections, view)
		}
	}
	if p.Answers, err = web.Seal(c, sealUse(c)+f.Code, p.answers); err != nil {
		return err
	}
	err = m.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		if id, err := strconv.ParseInt(c.Query("hotovo"), 10, 64); err == nil && c.Method() == fiber.MethodGet {
			d, err := records.DocumentByID(ctx, tx, id)
			if err != nil {
				return err
			}
			p.Done = &Registered{Number: d.ReferenceNumber, ID: d.ID, CaseID: d.CaseID, Subject: d.Subject, Party: d.Party, Again: c.Query("znovu") != ""}
		}
		p.Page, err = m.Page(c, tx, "Přepsat papír: "+p.Title)
		return err
	})
	if err != nil {
		return err
	}
	if len(p.Errors)+len(p.Notes) > 0 {
		return web.Invalid(c, "mailroom/typed", "", p)
	}
	return web.View(c, "mailroom/typed", "", p)
}

// withoutFiles leaves out fields for files: attachments of a paper are counted, not uploaded.
func withoutFiles(fields []forms.FieldView) []forms.FieldView {
	var out []forms.FieldView
	for _, f := range fields {
		if f.Kind == "file" {
			continue
		}
		f.Parts = withoutFiles(f.Parts)
		for i := range f.Items {
			f.Items[i].Fields = withoutFiles(f.Items[i].Fields)
		}
		out = append(out, f)
	}
	return out
}
