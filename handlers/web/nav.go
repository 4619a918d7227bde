package web

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/internal/db"
	"epom/records"
	"epom/records/dispatch"
	"epom/records/exchange"
	"epom/records/store"
	"epom/users"
)

// work is the navigation of what the person does in the office, with what waits there: the day's work, then the books and
// the files.
func (d *Staff) work(c *fiber.Ctx, tx *db.Tx, s *users.Session) ([]NavGroup, error) {
	ctx, now := c.UserContext(), d.Clock.Now()
	day, kept := NavGroup{}, NavGroup{Title: "Evidence a spisy"}
	if users.Can(s, users.SeeMail) {
		n, err := records.CountOpen(ctx, tx, s.Account.ID, now)
		if err != nil {
			return nil, err
		}
		toSend, err := dispatch.CountToSend(ctx, tx)
		if err != nil {
			return nil, err
		}
		day.Items = []NavItem{
			{Href: "/kancelar", Label: "Co je dnes potřeba", Icon: "check-circle-fill", Count: n.Todo, Late: n.Late > 0},
			{Href: "/kancelar/posta", Label: "Pošta", Icon: "inbox", Count: n.Fresh},
			{Href: "/kancelar/lhuty", Label: "Lhůty", Icon: "calendar", Count: n.Soon + n.Late, Late: n.Late > 0},
			{Href: "/kancelar/nevyrizene", Label: "Nevyřízené", Icon: "question"},
			{Href: "/kancelar/dopisy", Label: "Dopisy", Icon: "pencil"},
			{Href: "/kancelar/vypravna", Label: "Výpravna", Icon: "send", Count: toSend},
		}
		kept.Items = []NavItem{
			{Href: "/kancelar/denik", Label: "Podací deník", Icon: "book-open"},
			{Href: "/kancelar/spisy", Label: "Spisy", Icon: "archive"},
		}
	}
	if users.Can(s, users.SeeBooks) {
		kept.Items = append(kept.Items, NavItem{Href: "/kancelar/jmena", Label: "Jmenný rejstřík", Icon: "users"}, NavItem{Href: "/kancelar/sestavy", Label: "Sestavy", Icon: "printer"})
	}
	if users.Can(s, users.Register) {
		n, err := store.Count(ctx, tx, d.Date())
		if err != nil {
			return nil, err
		}
		day.Items = append(day.Items, NavItem{Href: "/kancelar/posta/nova", Label: "Zapsat zásilku", Icon: "pencil"})
		kept.Items = append(kept.Items, NavItem{Href: "/kancelar/spisovna", Label: "Spisovna", Icon: "archive", Count: n.Waiting + n.Late, Late: n.Late > 0})
	}
	if users.Can(s, users.Register) || users.Can(s, users.Handle) {
		day.Items = append(day.Items, NavItem{Href: "/kancelar/potvrzeni", Label: "Potvrdit podání", Icon: "qr"})
	}
	if users.Can(s, users.Dispose) {
		kept.Items = append(kept.Items, NavItem{Href: "/kancelar/skartace", Label: "Skartace", Icon: "trash"})
	}
	if users.Can(s, users.SeeBooks) {
		uses, need, err := exchange.Need(ctx, tx, now)
		if err != nil {
			return nil, err
		}
		if uses {
			kept.Items = append(kept.Items, NavItem{Href: "/kancelar/predani", Label: "Předání spisové službě", Icon: "send", Count: need, Late: need > 0})
		}
		kept.Items = append(kept.Items, NavItem{Href: "/kancelar/zastupovani", Label: "Zastupování", Icon: "users"})
	}
	if users.Can(s, users.Post) {
		todo, err := d.Law.Todos(ctx, tx, now)
		if err != nil {
			return nil, err
		}
		day.Items = append(day.Items, NavItem{Href: "/kancelar/deska", Label: "Úřední deska", Icon: "pin-board", Count: len(todo)})
	}
	return shown(c.Path(), day, kept), nil
}

// shown are the groups that have something, with the item marked whose page is shown: the longest address that the path
// begins with, in whichever group.
func shown(path string, groups ...NavGroup) []NavGroup {
	var list []NavGroup
	var best *NavItem
	for _, g := range groups {
		for i := range g.Items {
			it := &g.Items[i]
			if (path == it.Href || strings.HasPrefix(path, it.Href+"/") && it.Href != "/kancelar") && (best == nil || len(it.Href) > len(best.Href)) {
				best = it
			}
		}
		if len(g.Items) > 0 {
			list = append(list, g)
		}
	}
	if best != nil {
		best.Current = true
	}
	return list
}

// Bare is a desk page without counts.
func Bare(c *fiber.Ctx, s *users.Session, title string) Page {
	p := NewPage(c, title)
	p.Lang = "cs"
	p.Title = title
	p.User = &UserView{Name: s.Account.Name, Office: RoleNames(s.Roles)}
	if s.Lending != nil {
		p.User.Office = lentWords(*s.Lending)
	}
	for _, r := range s.Roles {
		p.User.Roles = append(p.User.Roles, string(r))
	}
	if s.Office != 0 {
		p.Office = &OfficeView{Slug: s.OfficeSlug, Name: s.OfficeName}
	}
	seen := map[int32]bool{s.Office: true}
	for _, o := range s.Places {
		if !seen[o.Office] {
			seen[o.Office] = true
			p.Nav.Offices = append(p.Nav.Offices, OfficeView{Slug: o.Slug, Name: o.Name, Note: lentWords(o)})
		}
	}
	office, me := NavGroup{Title: "Úřad"}, NavGroup{Title: "Já"}
	if users.Can(s, users.AdminOffice) {
		office.Items = append(office.Items,
			NavItem{Href: "/kancelar/sprava", Label: "Údaje úřadu", Icon: "office"},
			NavItem{Href: "/kancelar/sprava/lide", Label: "Lidé a role", Icon: "users"},
			NavItem{Href: "/kancelar/sprava/utvary", Label: "Útvary", Icon: "briefcase"},
			NavItem{Href: "/kancelar/sprava/vypujcky", Label: "Výpomoc úřadů", Icon: "users"},
			NavItem{Href: "/kancelar/sprava/cislovani", Label: "Číslování a evidence", Icon: "book-open"},
			NavItem{Href: "/kancelar/sprava/podatelna", Label: "Podatelna", Icon: "inbox"},
			NavItem{Href: "/kancelar/sprava/spisovy-plan", Label: "Spisový plán", Icon: "book-open"},
			NavItem{Href: "/kancelar/sprava/prislusnost", Label: "Příslušnost", Icon: "scale"},
			NavItem{Href: "/kancelar/formulare", Label: "Formuláře", Icon: "file"},
			NavItem{Href: "/kancelar/sprava/kiosky", Label: "Kiosky", Icon: "office"},
			NavItem{Href: "/kancelar/sprava/spisovka", Label: "Spisová služba", Icon: "archive"},
			NavItem{Href: "/kancelar/sprava/deska", Label: "Deska pro sousedy", Icon: "pin-board"},
			NavItem{Href: "/kancelar/sprava/deska/oznameni", Label: "Zprávy jiným systémům", Icon: "send"})
	}
	if users.Can(s, users.ViewAudit) {
		office.Items = append(office.Items, NavItem{Href: "/kancelar/sprava/zaznam", Label: "Záznam o činnosti", Icon: "eye"},
			NavItem{Href: "/kancelar/protokol", Label: "Transakční protokoly", Icon: "shield"})
	}
	if users.Can(s, users.SeeMail) || users.Can(s, users.AdminOffice) {
		office.Items = append(office.Items, NavItem{Href: "/kancelar/vzory", Label: "Vzory dopisů", Icon: "file"})
	}
	me.Items = append(me.Items, NavItem{Href: "/kancelar/ucet", Label: "Můj účet", Icon: "user"})
	if s.Account.Operator {
		me.Items = append(me.Items, NavItem{Href: "/sprava", Label: "Provoz systému", Icon: "shield"})
	}
	p.Nav.Groups = shown(c.Path(), office, me)
	return p
}

// lentWords say until when and for what somebody is lent; empty when not.
func lentWords(p users.Place) string {
	until, err := time.Parse(time.DateOnly, p.Until)
	if p.Lending == 0 || err != nil {
		return ""
	}
	return "zapůjčeno do " + until.Format("2. 1. 2006") + ", " + p.Limits
}
