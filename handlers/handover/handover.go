// Package handover is the clerks' and administrators' side of records systems: which one the office uses, what is on its way
// there, and what a person can do about it.
//
// Routes:
//
//	GET /kancelar/sprava/spisovka  Setting  admin-office
//	POST /kancelar/sprava/spisovka  Set  admin-office
//	POST /kancelar/sprava/spisovka/zkouska  Try  admin-office
//	POST /kancelar/sprava/spisovka/:id/zrusit  Withdraw  admin-office
//	GET /kancelar/predani  List  see-books
//	GET /kancelar/spisy/:id/predani  Show  see-mail
//	POST /kancelar/spisy/:id/predani/znovu  Retry  register
//	POST /kancelar/spisy/:id/predani/zastavit  Stop  register
//	POST /kancelar/spisy/:id/predani/cislo  Number  register
package handover

import (
	"context"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
	"epom/records/exchange"
	"epom/users"
)

// Handover is the group of handlers.
type Handover struct {
	web.Staff
	Exchange *exchange.Service
}

// Templates are the pages of the group and the data they are shown with.
var Templates = map[string]any{"handover/setting": SettingPage{}, "handover/list": ListPage{}, "handover/show": ShowPage{}}

// Wrong is a field that is not right.
type Wrong struct{ ID, Label, Message string }

// Form is what was typed and what is wrong with it.
type Form struct {
	Values map[string]string
	Errors []Wrong
}

// Value is what stands in a field.
func (f Form) Value(name string) string { return f.Values[name] }

// Error is the message about a field.
func (f Form) Error(name string) string {
	for _, w := range f.Errors {
		if w.ID == name {
			return w.Message
		}
	}
	return ""
}

func (f *Form) wrong(err error) {
	for _, x := range errs.FieldsOf(err) {
		f.Errors = append(f.Errors, Wrong{ID: x.Name, Message: x.Message})
	}
}

// State is where a hand-over stands, in a tone, a word and a sentence.
type State struct{ Tone, Word, Text string }

// stateOf says it in plain words.
func stateOf(h *exchange.Handover) State {
	since := h.Since().In(clock.Prague).Format("2. 1. 15:04")
	switch {
	case h.StoppedAt != nil:
		return State{"neutral", "zastaveno", h.StoppedWhy}
	case h.Trouble == exchange.Refused && h.NextAt == nil:
		return State{"danger", "čeká na vás", h.Why}
	case h.Trouble == exchange.Refused:
		return State{"warning", "odmítnuto, zkusíme znovu", h.Why}
	case h.Trouble == exchange.Parked:
		return State{"warning", "čeká od " + since, h.Why}
	case h.Trouble != "":
		return State{tone(h), "čeká od " + since, h.Why}
	case h.ReceiptAt != nil && h.Open() == nil:
		return State{"success", "potvrzeno", ""}
	case h.ReceiptAt != nil:
		return State{"info", "potvrzeno, předává se další", ""}
	}
	return State{"info", "předává se", ""}
}

// tone: waiting is not failing; it becomes a warning when it takes longer than its budget.
func tone(h *exchange.Handover) string {
	if h.WarnedAt != nil || h.Trouble == exchange.Down {
		return "warning"
	}
	return "info"
}

// ListPage lists hand-overs.
type ListPage struct {
	web.Page
	Rows  []ListRow
	All   bool
	Next  int64 // hand-overs from before it; 0 = no more
	Count exchange.Count
	Uses  string // driver
}

// ListRow is one hand-over.
type ListRow struct {
	exchange.Row
	State State
}

// perPage is how many rows one page shows.
const perPage = 50

// List shows what is on its way, or with ?vse=1 everything.
func (d *Handover) List(c *fiber.Ctx) error {
	p := ListPage{All: c.Query("vse") != ""}
	before, _ := strconv.ParseInt(c.Query("pred"), 10, 64) // anything else is the first page
	err := d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = d.Page(c, tx, "Předání spisové službě"); err != nil {
			return err
		}
		if p.Count, err = exchange.CountOf(ctx, tx); err != nil {
			return err
		}
		l, err := exchange.Current(ctx, tx, d.Clock.Now())
		if err != nil {
			return err
		}
		p.Uses = l.Driver
		rows, err := exchange.List(ctx, tx, !p.All, before, perPage+1)
		if len(rows) > perPage {
			rows = rows[:perPage]
			p.Next = rows[perPage-1].ID
		}
		for _, r := range rows {
			p.Rows = append(p.Rows, ListRow{r, stateOf(&r.Handover)})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.View(c, "handover/list", "", p)
}

// ShowPage is the hand-over of one case file.
type ShowPage struct {
	web.Page
	Form
	Case     records.Case
	Handover *exchange.Handover // nil = nothing is handed over
	Link     exchange.Link
	Steps    []StepRow
	State    State
	May      bool // retry, stop, record the number
	Busy     bool // something is still to be handed over
	ByMail   bool // a number may be written down
}

// StepRow is one step in words.
type StepRow struct {
	Word, Key, Number string
	Done              *time.Time
	Begun             *time.Time
	Tries             int
	Now               bool // the one on turn
}

var stepWords = map[string]string{"open": "založit spis", "document": "zapsat dokument", "file": "předat soubor", "dispatch": "zapsat vypravení", "confirm": "ověřit, že má vše",
	"close": "vyřídit a uzavřít spis"}

// Show shows how far the handing over of a case file is.
func (d *Handover) Show(c *fiber.Ctx) error {
	p, err := d.show(c, Form{})
	if err != nil {
		return err
	}
	return web.View(c, "handover/show", "", p)
}

func (d *Handover) show(c *fiber.Ctx, f Form) (p ShowPage, err error) {
	id, err := web.Number(c, "id")
	if err != nil {
		return p, err
	}
	p.Form, p.May = f, users.Can(web.Session(c), users.Register)
	return p, d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Case, err = records.CaseByID(ctx, tx, id); err != nil {
			if errs.Is(err, errs.NotFound) {
				return errs.New(errs.NotFound, "Tento spis ve vašem úřadu není.")
			}
			return err
		}
		if p.Page, err = d.Page(c, tx, "Předání spisu "+p.Case.Mark); err != nil {
			return err
		}
		if p.Handover, err = exchange.ForCase(ctx, tx, id); err != nil || p.Handover == nil {
			return err
		}
		p.Link, p.State = p.Handover.Link, stateOf(p.Handover)
		open := p.Handover.Open()
		for i := range p.Handover.Steps {
			st := &p.Handover.Steps[i]
			row := StepRow{Word: stepWords[st.Kind], Key: st.Key, Number: st.Number, Done: st.DoneAt, Begun: st.SentAt, Tries: st.Tries, Now: st == open}
			if st.File.V != nil {
				row.Key = st.File.V.Name
			}
			p.Steps = append(p.Steps, row)
		}
		p.Busy = p.Handover.StoppedAt == nil && (open != nil || p.Handover.ReceiptAt == nil)
		p.ByMail = p.Link.Driver == exchange.Mail && p.Handover.Number == "" && open != nil && open.Kind == "confirm"
		d.Seen(tx, "handover viewed", "case_file", id, nil)
		return nil
	})
}

// act does what a person asked for on the page of a hand-over.
func (d *Handover) act(c *fiber.Ctx, said string, names []string, do func(context.Context, *db.Tx, int64, map[string]string) error) error {
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	f := Form{Values: map[string]string{}}
	for _, n := range names {
		f.Values[n] = v.Get(n)
	}
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) error { return do(ctx, tx, id, f.Values) })
	if errs.Is(err, errs.Invalid) && len(errs.FieldsOf(err)) > 0 {
		f.wrong(err)
		p, pageErr := d.show(c, f)
		if pageErr != nil {
			return pageErr
		}
		return web.Invalid(c, "handover/show", "", p)
	}
	switch {
	case errs.Is(err, errs.Conflict):
		web.SetFlash(c, "info", errs.Message(err))
	case err != nil:
		return err
	default:
		web.SetFlash(c, "success", said)
	}
	return web.See(c, "/kancelar/spisy/"+strconv.FormatInt(id, 10)+"/predani")
}

// Retry lets it go on at once.
func (d *Handover) Retry(c *fiber.Ctx) error {
	return d.act(c, "Předání pokračuje hned.", nil, func(ctx context.Context, tx *db.Tx, id int64, _ map[string]string) error {
		return d.Exchange.Retry(ctx, tx, id, d.Clock.Now())
	})
}

// Stop lets it rest.
func (d *Handover) Stop(c *fiber.Ctx) error {
	return d.act(c, "Předání je zastavené.", []string{"duvod"}, func(ctx context.Context, tx *db.Tx, id int64, v map[string]string) error {
		return d.Exchange.Stop(ctx, tx, id, v["duvod"], d.Clock.Now())
	})
}

// Number writes down the number the mailroom gave, typed or found in its whole reply.
func (d *Handover) Number(c *fiber.Ctx) error {
	return d.act(c, "Číslo jednací je zapsané. Vidí ho i občan.", []string{"cislo"}, func(ctx context.Context, tx *db.Tx, id int64, v map[string]string) error {
		return d.Exchange.RecordNumber(ctx, tx, id, v["cislo"], d.Clock.Now())
	})
}
