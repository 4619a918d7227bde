package desk

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/blob"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/i18n"
	"epom/offices"
	"epom/records"
	"epom/submissions"
)

// ActPage is an act in a case file: its form with what was typed and what is wrong.
type ActPage struct {
	web.Page
	Head    Head
	Values  map[string]string
	Errors  []Wrong
	Clerks  []Person
	Ways    []Choice // of handling
	MaxDays int      // by which the term may still be extended
	Statute string
	Party   string
	Files   FileLimits
	Doc     int64  // the document to cancel or handle
	Number  string // its number
	What    string // its subject
	Units   []Choice
	Answers []Choice // outgoing documents that may answer
	Filed   bool     // a citizen of the portal is told
	Paused  bool     // the term stands
	Running bool     // the case file has a term
}

// FileLimits are what the office allows of attachments.
type FileLimits struct{ MB, Count int }

// Wrong is one wrong field for the list on top of a form.
type Wrong struct{ ID, Label, Message string }

// Error is the message about a field.
func (p ActPage) Error(name string) string {
	for _, w := range p.Errors {
		if w.ID == name {
			return w.Message
		}
	}
	return ""
}

// Value is what stands in a field.
func (p ActPage) Value(name string) string { return p.Values[name] }

// act prepares the page of an act in an open case file.
func (d *Desk) act(c *fiber.Ctx, title string, fill func(context.Context, *db.Tx, *submissions.View, *ActPage) error) (ActPage, int64, error) {
	p := ActPage{Values: map[string]string{}}
	var id int64
	err := d.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		v, err := d.view(ctx, c, tx)
		if err != nil {
			return err
		}
		id, p.Head, p.Party, p.Filed = v.CaseID, d.head(v, web.Session(c)), v.Party, v.Filed()
		p.Paused, p.Running = v.Case.PausedOn != nil, v.Case.DeadlineRule != nil
		if p.Page, err = d.Page(c, tx, title+" – "+v.Case.Mark); err != nil || fill == nil {
			return err
		}
		return fill(ctx, tx, v, &p)
	})
	return p, id, err
}

// outcome answers an act: done → the case file with a message; wrong fields → the same page; somebody faster → the case
// file, which shows what happened.
func outcome(c *fiber.Ctx, err error, p ActPage, template, said string) error {
	back := casePath(p.Head.ID)
	switch {
	case err == nil:
		web.SetFlash(c, "success", said)
		return web.See(c, back)
	case errs.Is(err, errs.Conflict):
		web.SetFlash(c, "warning", errs.Message(err)+" Podívejte se na poslední stav spisu.")
		return web.See(c, back)
	case errs.Is(err, errs.Invalid):
		for _, f := range errs.FieldsOf(err) {
			p.Errors = append(p.Errors, Wrong{ID: f.Name, Message: f.Message})
		}
		if len(p.Errors) == 0 {
			p.Errors = []Wrong{{Message: errs.Message(err)}}
		}
		return web.Invalid(c, template, "", p)
	}
	return err
}

// keep puts what was typed back into the page.
func (p *ActPage) keep(v url.Values) {
	for name := range v {
		if name != "_csrf" {
			p.Values[name] = v.Get(name)
		}
	}
}

// AssignForm offers the people a case file may be given to.
func (d *Desk) AssignForm(c *fiber.Ctx) error {
	p, err := d.assignPage(c)
	if err != nil {
		return err
	}
	return web.View(c, "case/assign", "", p)
}

func (d *Desk) assignPage(c *fiber.Ctx) (ActPage, error) {
	members, err := d.members(c.UserContext(), web.Session(c))
	if err != nil {
		return ActPage{}, err
	}
	p, _, err := d.act(c, "Přidělit", func(ctx context.Context, tx *db.Tx, v *submissions.View, p *ActPage) error {
		p.Clerks = members.clerks(v.Case.ClerkID)
		units, err := offices.Units(ctx, tx)
		for _, u := range units {
			p.Units = append(p.Units, Choice{Value: strconv.Itoa(u.ID), Label: u.Name, Selected: v.Case.UnitID != nil && *v.Case.UnitID == u.ID})
		}
		return err
	})
	return p, err
}

// Assign hands a case file over to a clerk ("me" or a number of an account), to a unit, or to both.
func (d *Desk) Assign(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	p, err := d.assignPage(c)
	if err != nil {
		return err
	}
	to, said, err := p.hand(c, v)
	if err != nil {
		p.keep(v)
		return outcome(c, err, p, "case/assign", "")
	}
	err = d.Submissions.Assign(c.UserContext(), web.Session(c).Scope(), p.Head.ID, to)
	if v.Get("back") == "day" && (err == nil || errs.Is(err, errs.Conflict)) {
		if kind := "success"; err != nil {
			web.SetFlash(c, "warning", errs.Message(err))
		} else {
			web.SetFlash(c, kind, said)
		}
		return web.See(c, "/kancelar")
	}
	return outcome(c, err, p, "case/assign", said)
}

// hand reads to whom the case file is given, and says so.
func (p ActPage) hand(c *fiber.Ctx, v url.Values) (to records.Hand, said string, err error) {
	to.Note = strings.TrimSpace(v.Get("note"))
	if unit, e := strconv.Atoi(v.Get("unit")); e == nil {
		for _, u := range p.Units {
			if u.Value == v.Get("unit") {
				to.Unit, said = &unit, "Spis "+p.Head.Mark+" má útvar "+u.Label+", vezme si ho někdo z něj."
			}
		}
	}
	if v.Get("clerk") == "" && to.Unit != nil {
		return to, said, nil
	}
	id, _ := strconv.ParseInt(v.Get("clerk"), 10, 64)
	me := web.Session(c).Account.ID
	if v.Get("clerk") == "me" {
		id = me
	}
	who, ok := personByID(p.Clerks, id)
	if !ok {
		return to, "", errs.Fields(errs.Field{Name: "clerk", Message: "Vyberte, kdo bude věc vyřizovat, nebo útvar."})
	}
	to.Clerk = &who.ID
	said = "Spis " + p.Head.Mark + " vyřizuje " + who.Name + "."
	if who.ID != me {
		said += " Převzetí má ještě potvrdit."
	}
	return to, said, nil
}

// AskForm calls the citizen to complete the submission.
func (d *Desk) AskForm(c *fiber.Ctx) error {
	p, _, err := d.act(c, "Výzva k doplnění", nil)
	if err != nil {
		return err
	}
	p.Values["due"] = d.Submissions.CompletionDay().Format("2. 1. 2006")
	return web.View(c, "case/ask", "", p)
}

// Ask sends the call; the term stops.
func (d *Desk) Ask(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	p, id, err := d.act(c, "Výzva k doplnění", nil)
	if err != nil {
		return err
	}
	p.keep(v)
	due, ok := web.ParseDay(v.Get("due"))
	if !ok {
		err = errs.Fields(errs.Field{Name: "due", Message: "Napište den, například 3. 12. 2026."})
	} else {
		err = d.Submissions.Ask(c.UserContext(), web.Session(c).Scope(), id, v.Get("text"), due)
	}
	return outcome(c, err, p, "case/ask", "Výzva odešla. Lhůta stojí, dokud občan neodpoví.")
}

// ExtendForm adds days to the term.
func (d *Desk) ExtendForm(c *fiber.Ctx) error {
	p, _, err := d.extendPage(c)
	if err != nil {
		return err
	}
	return web.View(c, "case/extend", "", p)
}

func (d *Desk) extendPage(c *fiber.Ctx) (ActPage, int64, error) {
	return d.act(c, "Prodloužit lhůtu", func(_ context.Context, _ *db.Tx, v *submissions.View, p *ActPage) error {
		if v.Case.DeadlineRule == nil || v.Case.ClockStarts == nil {
			return nil
		}
		rule, err := d.Submissions.Law().Rule(*v.Case.DeadlineRule, *v.Case.ClockStarts)
		p.MaxDays, p.Statute = max(0, rule.Extension-v.Case.ExtendedDays), rule.Statute
		return err
	})
}

// Extend extends the term with a reason.
func (d *Desk) Extend(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	p, id, err := d.extendPage(c)
	if err != nil {
		return err
	}
	p.keep(v)
	n, convErr := strconv.Atoi(strings.TrimSpace(v.Get("days")))
	if convErr != nil {
		err = errs.Fields(errs.Field{Name: "days", Message: "Napište počet dnů číslem, například 30."})
	} else {
		err = d.Submissions.Extend(c.UserContext(), web.Session(c).Scope(), id, n, v.Get("why"))
	}
	said := i18n.N("cs", n, "Lhůta je o %d den delší.", "Lhůta je o %d dny delší.", "Lhůta je o %d dnů delší.")
	if p.Filed {
		said += toldCitizen
	}
	return outcome(c, err, p, "case/extend", said)
}

const toldCitizen = " Občan o tom dostane zprávu."

// ways are the ways of handling a clerk chooses from.
func ways(selected string) []Choice {
	list := []Choice{{Value: records.ByDocument, Label: "Odpovědět dokumentem"}, {Value: records.ByNoting, Label: "Vzít na vědomí"},
		{Value: records.ByNote, Label: "Vyřídit záznamem ve spisu"}, {Value: records.ByOther, Label: "Jinak (s odůvodněním)"}}
	for i := range list {
		list[i].Selected = list[i].Value == selected
	}
	return list
}

func chosen(list []Choice) bool {
	return slices.ContainsFunc(list, func(c Choice) bool { return c.Selected })
}

func (d *Desk) handlePage(c *fiber.Ctx, how string) (ActPage, int64, error) {
	return d.act(c, "Vyřídit", func(_ context.Context, _ *db.Tx, v *submissions.View, p *ActPage) error {
		p.Ways, p.Files = ways(how), FileLimits{v.Office.AttachmentMB, v.Office.AttachmentCount}
		p.Values["subject"] = "Odpověď: " + v.Case.Subject
		p.Answers = outgoing(v, 0)
		return nil
	})
}

// HandleForm closes the matter.
func (d *Desk) HandleForm(c *fiber.Ctx) error {
	p, _, err := d.handlePage(c, records.ByDocument)
	if err != nil {
		return err
	}
	return web.View(c, "case/handle", "", p)
}

// Handle closes the matter with an answer, its files, or in another way.
func (d *Desk) Handle(c *fiber.Ctx) error {
	// The limits must be known before the files stream in; the office is the session's.
	here, err := d.Offices.ByID(web.Session(c).Office)
	if err != nil {
		return err
	}
	var files []submissions.File
	var refused error
	v, err := web.FormValues(c, func(u web.Upload) error {
		if refused != nil || len(files) >= here.AttachmentCount {
			refused = errs.Fields(errs.Field{Name: "files", Message: "Souborů může být nejvýše " + strconv.Itoa(here.AttachmentCount) + "."})
			return nil
		}
		f, err := d.put(c.UserContext(), u, int64(here.AttachmentMB)<<20)
		if errs.Is(err, errs.Invalid) {
			refused = errs.Fields(errs.Field{Name: "files", Message: blob.CleanName(u.Name) + ": " + errs.Message(err)})
			return nil
		}
		files = append(files, f)
		return err
	})
	if err != nil {
		return err
	}
	p, id, err := d.handlePage(c, v.Get("how"))
	if err != nil {
		return err
	}
	p.keep(v)
	switch {
	case refused != nil:
		err = refused
	case !chosen(p.Ways):
		err = errs.Fields(errs.Field{Name: "how", Message: "Vyberte způsob vyřízení."})
	case v.Get("how") == records.ByOther && strings.TrimSpace(v.Get("text")) == "":
		err = errs.Fields(errs.Field{Name: "text", Message: "Napište, jak a proč byla věc vyřízena jinak."})
	default:
		err = d.Submissions.Handle(c.UserContext(), web.Session(c).Scope(), id,
			submissions.Answer{How: v.Get("how"), Subject: v.Get("subject"), Text: v.Get("text"), Files: files, By: idOf(v.Get("answer"))})
	}
	said := "Spis " + p.Head.Mark + " je vyřízený."
	if p.Filed {
		said += toldCitizen
	}
	return outcome(c, err, p, "case/handle", said)
}

func (d *Desk) put(ctx context.Context, u web.Upload, max int64) (submissions.File, error) {
	name := blob.CleanName(u.Name)
	ref, err := d.Files.Put(ctx, u.Body, max)
	if err != nil {
		return submissions.File{}, err
	}
	if err := blob.Check(name, ref.MediaType); err != nil {
		return submissions.File{}, err
	}
	return submissions.File{Name: name, MediaType: ref.MediaType, Size: ref.Size, SHA256: ref.SHA256}, nil
}
