package desk

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/i18n"
	"epom/records"
)

// ListPage is a list of case files: the inbox, or all of them.
type ListPage struct {
	web.Page
	Heading, Lead string
	Path          string
	Tabs          []Tab
	View          string
	Agendas       []Choice
	Clerks        []Person
	From, To      string
	FromError     string
	Rows          []Row
	Next          string
	May           may
	Assigned      string // who has just been given the rows
	Batch         string // under which they can be taken back together
	Filtered      bool
}

// Choice is an option of a select.
type Choice struct {
	Value, Label string
	Selected     bool
}

// states are the views of the list by their name in the address.
var states = []struct{ name, label, state string }{
	{"nove", "Nové", records.Fresh}, {"otevrene", "Otevřené", records.Opened}, {"vyrizene", "Vyřízené", records.Handled}, {"vse", "Všechny", records.All},
}

// Inbox is what came, the newest first; new items when nothing else is asked for.
func (d *Desk) Inbox(c *fiber.Ctx) error {
	return d.list(c, "nove", ListPage{Heading: "Pošta", Lead: "Co přišlo úřadu, od nejnovějšího."})
}

// Cases are all case files of the office.
func (d *Desk) Cases(c *fiber.Ctx) error {
	return d.list(c, "vse", ListPage{Heading: "Spisy", Lead: "Všechny spisy úřadu, od nejnovějšího."})
}

func (d *Desk) list(c *fiber.Ctx, usual string, p ListPage) error {
	s := web.Session(c)
	f := records.Filter{Clerk: queryID(c, "kdo"), Agenda: c.Query("agenda"), BeforeID: queryID(c, "po"), Limit: perPage + 1}
	p.Path, p.View, p.From, p.To, p.May = c.Path(), c.Query("stav", usual), c.Query("od"), c.Query("do"), mayOf(c)
	for _, v := range states {
		if v.name == p.View {
			f.State = v.state
		}
	}
	p.span(&f)
	if f.IDs = ids(c.Query("prideleno")); f.IDs != nil {
		f.State, p.View = records.All, ""
	}
	p.Filtered = f.Clerk != 0 || f.Agenda != "" || !f.From.IsZero() || !f.To.IsZero()
	clerks, err := d.clerks(c.UserContext(), s, f.Clerk)
	if err != nil {
		return err
	}
	p.Clerks = clerks
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = d.Page(c, tx, p.Heading); err != nil {
			return err
		}
		n, err := records.CountOpen(ctx, tx, s.Account.ID, d.Clock.Now())
		if err != nil {
			return err
		}
		for _, v := range states {
			p.Tabs = append(p.Tabs, Tab{Href: with(c, "stav", v.name, "prideleno", ""), Label: v.label, Current: v.name == p.View,
				Count: map[string]int{"nove": n.Fresh, "otevrene": n.Open}[v.name]})
		}
		items, err := records.Cases(ctx, tx, f)
		if err != nil {
			return err
		}
		if len(items) > perPage {
			items = items[:perPage]
			p.Next = with(c, "po", strconv.FormatInt(items[perPage-1].ID, 10))
		}
		p.Rows = rowsOf(items, s.Account.ID, d.Date())
		d.Seen(tx, "list viewed", "case_file", 0, map[string]any{"rows": len(items)})
		if f.IDs != nil && len(items) > 0 {
			p.Assigned, p.Batch = items[0].ClerkName, c.Query("davka")
		}
		codes, err := records.Agendas(ctx, tx)
		p.Agendas = d.agendas(codes, f.Agenda)
		return err
	})
	if err != nil {
		return err
	}
	return web.View(c, "inbox/list", "list", p)
}

// span reads the days from and to which the list is narrowed; a day that cannot be read is said and does not narrow.
func (p *ListPage) span(f *records.Filter) {
	read := func(typed string, plus int) (on time.Time) {
		if typed == "" {
			return on
		}
		on, ok := web.ParseDay(typed)
		if !ok {
			p.FromError = "Napište den, například 3. 11. 2026."
			return time.Time{}
		}
		return on.AddDate(0, 0, plus)
	}
	f.From, f.To = read(p.From, 0), read(p.To, 1)
}

// agendas names the agendas of open cases for the choice.
func (d *Desk) agendas(codes []string, selected string) []Choice {
	var list []Choice
	for _, code := range codes {
		label := code
		if a, err := d.Router.Engine().Agenda(code, d.Date()); err == nil {
			label = a.Name
		}
		list = append(list, Choice{Value: code, Label: label, Selected: code == selected})
	}
	return list
}

// ids reads case files from the address: "12,13".
func ids(s string) []int64 {
	var list []int64
	for _, part := range strings.Split(s, ",") {
		if id, err := strconv.ParseInt(part, 10, 64); err == nil && id > 0 && len(list) < perPage {
			list = append(list, id)
		}
	}
	return list
}

// AssignMany gives the ticked case files to one clerk; what cannot be given is said.
func (d *Desk) AssignMany(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	list := ids(strings.Join(v["case"], ","))
	back := web.LocalPath(v.Get("back"))
	if !strings.HasPrefix(back, "/kancelar/") {
		back = "/kancelar/posta"
	}
	clerks, err := d.clerks(c.UserContext(), web.Session(c), 0)
	if err != nil {
		return err
	}
	id, _ := strconv.ParseInt(v.Get("clerk"), 10, 64)
	who, ok := personByID(clerks, id)
	switch {
	case len(list) == 0:
		web.SetFlash(c, "warning", "Zaškrtněte aspoň jeden řádek a zkuste to znovu.")
		return web.See(c, back)
	case !ok:
		web.SetFlash(c, "warning", "Vyberte, komu se mají podání přidělit.")
		return web.See(c, back)
	}
	batch := newBatch()
	done, failed, err := d.assignAll(c, list, who.ID, batch)
	if err != nil {
		return err
	}
	said := i18n.N("cs", len(done), "Přidělen %d spis: ", "Přiděleny %d spisy: ", "Přiděleno %d spisů: ") + who.Name + "."
	if len(failed) > 0 {
		web.SetFlash(c, "warning", said+" "+strings.Join(failed, " "))
	} else {
		web.SetFlash(c, "success", said)
	}
	if len(done) == 0 {
		return web.See(c, back)
	}
	return web.See(c, "/kancelar/posta?prideleno="+url.QueryEscape(strings.Join(done, ","))+"&davka="+batch)
}
