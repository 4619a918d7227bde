package desk

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/db"
	"epom/records"
	"epom/users"
)

// DayPage is what must be done today.
type DayPage struct {
	web.Page
	Day    string // "neděle 22. listopadu 2026"
	Counts records.Counts
	Tabs   []Tab
	View   string
	Clerks []Person
	Whose  string // the colleague whose cases are shown
	Groups []Group
	Next   string
	May    may
	First  bool // the first page of the list
	Return Back // what came back to the senders

	Waiting []Passing // handed over to me, not taken over yet
	Covered string    // for whom I stand in today
}

// Group is a part of the list with one thing in common.
type Group struct {
	Key, Title, Hint string
	Rows             []Row
}

// views are the views of the list, by their name in the address.
var views = []struct{ name, label, view string }{
	{"", "Moje a nové", records.Todo}, {"vse", "Celý úřad", records.All}, {"nove", "Nové", records.Fresh},
	{"po-lhute", "Po lhůtě", records.Late}, {"ceka", "Čeká na občana", records.Waiting},
}

var groupWords = map[int]Group{
	records.PartNew:      {Key: "nove", Title: "Nové – nikdo je ještě nemá", Hint: "Vezměte si je, nebo je přidělte."},
	records.PartLate:     {Key: "po-lhute", Title: "Po lhůtě", Hint: "Vyřiďte je hned, nebo lhůtu s důvodem prodlužte, pokud to zákon dovoluje."},
	records.PartToday:    {Key: "dnes", Title: "Lhůta končí dnes"},
	records.PartWeek:     {Key: "tyden", Title: "Lhůta končí do týdne"},
	records.PartAnswered: {Key: "odpoved", Title: "Občan odpověděl"},
	records.PartLater:    {Key: "pozdeji", Title: "Později"},
	records.PartWaiting:  {Key: "ceka", Title: "Čeká na občana", Hint: "Lhůta stojí, dokud občan neodpoví."},
}

// Today is the clerk's first screen: new items, then by term; new items alone from the newest.
func (d *Desk) Today(c *fiber.Ctx) error {
	s := web.Session(c)
	if !users.Can(s, users.SeeMail) {
		return web.See(c, workplace(s))
	}
	whose := queryID(c, "kdo")
	members, err := d.members(c.UserContext(), s)
	if err != nil {
		return err
	}
	clerks := members.clerks(&whose)
	p := DayPage{Day: longDay(d.Date()), View: c.Query("pohled"), Clerks: clerks, May: mayOf(c), First: c.Query("po") == ""}
	q := records.Open{Clerk: s.Account.ID, Today: d.Date(), Limit: perPage + 1, View: records.Todo}
	q.AfterPart, q.AfterDue, q.AfterID = parseCursor(c.Query("po"))
	for _, v := range views {
		if v.name == p.View {
			q.View = v.view
		}
	}
	if who, ok := personByID(clerks, whose); ok {
		q.View, q.Clerk, p.Whose, p.View = records.Mine, who.ID, who.Name, "kdo"
	}
	var waiting []records.Handover
	var mine []int64
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = d.Page(c, tx, "Co je dnes potřeba"); err != nil {
			return err
		}
		if waiting, err = records.ToAccept(ctx, tx, s.Account.ID, d.Clock.Now()); err != nil {
			return err
		}
		if mine, err = records.Covers(ctx, tx, s.Account.ID, d.Clock.Now()); err != nil {
			return err
		}
		if p.Counts, err = records.CountOpen(ctx, tx, s.Account.ID, d.Clock.Now()); err != nil {
			return err
		}
		items, err := todo(ctx, tx, q)
		if err != nil {
			return err
		}
		if len(items) > perPage {
			items = items[:perPage]
			last := items[perPage-1]
			p.Next = with(c, "po", cursor(last.Part, last.DueOn, last.ID))
		}
		d.Seen(tx, "list viewed", "case_file", 0, map[string]any{"rows": len(items)})
		if p.Groups, err = d.groups(ctx, tx, items, s.Account.ID); err != nil || !p.First {
			return err
		}
		p.Return, err = d.back(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	p.Tabs = dayTabs(p)
	p.passed(waiting, mine, s.Account.ID, members)
	return web.View(c, "desk/day", "list", p)
}

// todo are the cases of a view by what they call for; those nobody has yet, looked at alone, from the newest.
func todo(ctx context.Context, tx *db.Tx, q records.Open) ([]records.Item, error) {
	if q.View != records.Fresh {
		return records.OpenCases(ctx, tx, q)
	}
	items, err := records.Cases(ctx, tx, records.Filter{State: records.Fresh, BeforeID: q.AfterID, Limit: q.Limit})
	for i := range items {
		items[i].Part = records.PartNew
	}
	return items, err
}

// groups divides the rows of a page by what they call for, and says how each term was counted.
func (d *Desk) groups(ctx context.Context, tx *db.Tx, items []records.Item, me int64) ([]Group, error) {
	dues, err := d.Submissions.Law().Dues(ctx, tx, items)
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(items))
	for i, it := range items {
		ids[i] = it.ID
	}
	unread, err := records.Unread(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	var groups []Group
	for i, r := range rowsOf(items, me, d.Date()) {
		r.Unread = unread[r.ID] && !r.New // what nobody has is unread anyway
		if due, ok := dues[r.ID]; ok {
			r.Due.How = due.How
		}
		g := groupWords[items[i].Part]
		if len(groups) == 0 || groups[len(groups)-1].Key != g.Key {
			groups = append(groups, g)
		}
		last := &groups[len(groups)-1]
		last.Rows = append(last.Rows, r)
	}
	return groups, nil
}

// passed names what was handed over to the person and for whom they stand in.
func (p *DayPage) passed(waiting []records.Handover, mine []int64, me int64, who directory) {
	for _, h := range waiting {
		p.Waiting = append(p.Waiting, Passing{ID: h.ID, CaseID: h.CaseID, Mark: h.Mark, Subject: h.Subject, From: who.name(h.By), To: who.account(*h.ToClerk), Note: h.Note, At: h.At, Mine: *h.ToClerk == me})
	}
	var names []string
	for _, id := range mine {
		if id != me {
			names = append(names, who.account(id))
		}
	}
	p.Covered = strings.Join(names, ", ")
}

func dayTabs(p DayPage) []Tab {
	counts := map[string]int{"": p.Counts.Todo, "vse": p.Counts.Open, "nove": p.Counts.Fresh, "po-lhute": p.Counts.Late, "ceka": p.Counts.Waiting}
	tabs := make([]Tab, 0, len(views))
	for _, v := range views {
		t := Tab{Href: "/kancelar", Label: v.label, Count: counts[v.name], Current: v.name == p.View, Late: v.name == "po-lhute" && p.Counts.Late > 0}
		if v.name != "" {
			t.Href += "?pohled=" + v.name
		}
		tabs = append(tabs, t)
	}
	return tabs
}

var (
	weekdays = [...]string{"neděle", "pondělí", "úterý", "středa", "čtvrtek", "pátek", "sobota"}
	months   = [...]string{"ledna", "února", "března", "dubna", "května", "června", "července", "srpna", "září", "října", "listopadu", "prosince"}
)

// longDay writes a day out: "neděle 22. listopadu 2026".
func longDay(t time.Time) string {
	return fmt.Sprintf("%s %d. %s %d", weekdays[t.Weekday()], t.Day(), months[t.Month()-1], t.Year())
}
