package dispatch

import (
	"context"
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
	sending "epom/records/dispatch"
)

const perPage = 50

// Tab is a view of the list.
type Tab struct {
	Href, Label   string
	Count         int
	Current, Late bool
}

// ListPage is what waits to be sent and what is on its way.
type ListPage struct {
	web.Page
	View    string
	Tabs    []Tab
	Unsent  []sending.Unsent
	Rows    []Row
	Untaken []sending.Untaken
	Case    *records.Case // only of this case file
	Next    string
	First   bool
	May     bool
}

var views = []struct{ name, label string }{{"", "K vypravení"}, {"posta", "Na poštu"}, {"ceka", "Čeká na odeslání"}, {"cesta", "Na cestě"}, {"zasah", "Potřebuje zásah"}, {"vse", "Vše"}}

var viewOf = map[string]string{"posta": sending.ViewPost, "ceka": sending.ViewWaiting, "cesta": sending.ViewUnderway, "zasah": sending.ViewPressing, "vse": sending.ViewAll}

// List shows outgoing documents and sendings by what they call for.
func (d *Dispatch) List(c *fiber.Ctx) error {
	p := ListPage{View: c.Query("pohled"), May: mayWrite(c), First: c.Query("po") == ""}
	if _, known := viewOf[p.View]; !known {
		p.View = ""
	}
	err := d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = d.Page(c, tx, "Výpravna"); err != nil {
			return err
		}
		if id := number(c.Query("spis")); id != 0 {
			return d.ofCase(ctx, tx, &p, id)
		}
		if err := d.fill(ctx, tx, &p, number(c.Query("po"))); err != nil {
			return err
		}
		d.Seen(tx, "dispatch viewed", "office", int64(tx.Office), map[string]any{"view": p.View, "rows": len(p.Rows) + len(p.Unsent)})
		return nil
	})
	if err != nil {
		return err
	}
	return web.View(c, "dispatch/list", "list", p)
}

func (d *Dispatch) fill(ctx context.Context, tx *db.Tx, p *ListPage, from int64) error {
	now := d.Clock.Now()
	counts, err := sending.Count(ctx, tx, d.Sending, now)
	if err != nil {
		return err
	}
	untaken, err := sending.NotTaken(ctx, tx, d.Sending, now)
	if err != nil {
		return err
	}
	for _, v := range views {
		t := Tab{Href: home, Label: v.label, Current: v.name == p.View,
			Count: map[string]int{"": counts.ToSend, "posta": counts.Post, "ceka": counts.Waiting, "cesta": counts.Underway, "zasah": counts.Pressing + len(untaken)}[v.name]}
		if t.Late = v.name == "zasah" && t.Count > 0; v.name != "" {
			t.Href += "?pohled=" + v.name
		}
		p.Tabs = append(p.Tabs, t)
	}
	if p.View == "" {
		if p.Unsent, err = sending.ToSend(ctx, tx, from, perPage+1); err == nil && len(p.Unsent) > perPage {
			p.Unsent = p.Unsent[:perPage]
			p.Next = home + "?po=" + strconv.FormatInt(p.Unsent[perPage-1].ID, 10)
		}
		return err
	}
	if p.View == "zasah" && from == 0 {
		p.Untaken = untaken
	}
	items, next, err := sending.List(ctx, tx, d.Sending, viewOf[p.View], from, perPage, now)
	if p.Rows = d.rows(items); next != 0 {
		p.Next = home + "?" + url.Values{"pohled": {p.View}, "po": {strconv.FormatInt(next, 10)}}.Encode()
	}
	return err
}

// ofCase shows what was sent of one case file, and what was not.
func (d *Dispatch) ofCase(ctx context.Context, tx *db.Tx, p *ListPage, id int64) error {
	k, err := records.CaseByID(ctx, tx, id)
	if errs.Is(err, errs.NotFound) {
		return errs.New(errs.NotFound, "Tento spis ve vašem úřadu není.")
	}
	if err != nil {
		return err
	}
	p.Case, p.Title, p.View = &k, "Vypravení – "+k.Mark, "spis"
	items, err := sending.OfCase(ctx, tx, d.Sending, id, d.Clock.Now())
	if err != nil {
		return err
	}
	docs, err := records.Documents(ctx, tx, id)
	if err != nil {
		return err
	}
	ready := map[int64]bool{}
	for _, i := range items {
		ready[i.DocumentID] = true
	}
	for _, doc := range docs {
		if doc.Direction == records.Out && doc.SentAt == nil && doc.CancelledAt == nil && !ready[doc.ID] {
			p.Unsent = append(p.Unsent, sending.Unsent{ID: doc.ID, CaseID: id, Number: doc.ReferenceNumber, Mark: k.Mark, Subject: doc.Subject, Party: doc.Party, RegisteredAt: doc.RegisteredAt})
		}
	}
	p.Rows = d.rows(items)
	d.Seen(tx, "dispatch viewed", "case_file", id, nil)
	return nil
}

// StatisticsPage is what became of the sendings of a year.
type StatisticsPage struct {
	web.Page
	Year  int
	Years []int
	Rows  []TallyRow
}

// TallyRow is one way with its name.
type TallyRow struct {
	sending.Tally
	Name string
}

// Statistics shows how many were delivered, how many came back.
func (d *Dispatch) Statistics(c *fiber.Ctx) error {
	p := StatisticsPage{Year: clock.Year(d.Clock.Now())}
	for y := p.Year; y > p.Year-5; y-- {
		p.Years = append(p.Years, y)
	}
	if y := int(number(c.Query("rok"))); y >= 2000 && y <= p.Year {
		p.Year = y
	}
	err := d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = d.Page(c, tx, "Přehled vypravení"); err != nil {
			return err
		}
		tallies, err := sending.Statistics(ctx, tx, d.Sending, p.Year, d.Clock.Now())
		for _, t := range tallies {
			p.Rows = append(p.Rows, TallyRow{t, wayWords[t.Way]})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.View(c, "dispatch/statistics", "", p)
}
