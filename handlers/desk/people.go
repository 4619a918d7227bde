package desk

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/audit"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/offices"
	"epom/users"
)

// PeoplePage lists who works in the office and invites others.
type PeoplePage struct {
	web.Page
	People []MemberRow
	Roles  []Choice
	Units  []Choice
	Name   string
	Email  string
	Errors []Wrong
}

// MemberRow is one person with her roles in the office.
type MemberRow struct {
	Account  int64
	Name     string
	Email    string
	Disabled bool
	Me       bool
	Roles    []RoleRow
}

// RoleRow is one role.
type RoleRow struct {
	Role, Label, Unit string
	From              time.Time
}

// Error is the message about a field.
func (p PeoplePage) Error(name string) string {
	for _, w := range p.Errors {
		if w.ID == name {
			return w.Message
		}
	}
	return ""
}

var roleHelp = map[users.Role]string{
	users.Admin: "mění údaje úřadu, zve lidi a vidí záznam o činnosti; podání nečte", users.Mailroom: "přijímá a přiděluje poštu, postupuje jiným úřadům",
	users.Clerk: "vyřizuje přidělené věci", users.Board: "vyvěšuje na úřední desku", users.Auditor: "vše čte, nic nemění",
}

// People lists the people of the office.
func (d *Desk) People(c *fiber.Ctx) error {
	p, err := d.peoplePage(c, nil)
	if err != nil {
		return err
	}
	return web.View(c, "admin/people", "", p)
}

func (d *Desk) peoplePage(c *fiber.Ctx, v url.Values) (PeoplePage, error) {
	s := web.Session(c)
	p := PeoplePage{Name: v.Get("name"), Email: v.Get("email")}
	for _, r := range users.Roles {
		ticked := false
		for _, given := range v["role"] {
			ticked = ticked || given == string(r)
		}
		p.Roles = append(p.Roles, Choice{Value: string(r), Label: web.RoleWords[r] + " – " + roleHelp[r], Selected: ticked})
	}
	members, err := d.Users.Members(c.UserContext(), s.Scope())
	if err != nil {
		return p, err
	}
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = d.Page(c, tx, "Lidé a role"); err != nil {
			return err
		}
		units, err := offices.Units(ctx, tx)
		if err != nil {
			return err
		}
		names := map[int32]string{}
		for _, u := range units {
			names[int32(u.ID)] = u.Name
			p.Units = append(p.Units, Choice{Value: strconv.Itoa(u.ID), Label: u.Name, Selected: v.Get("unit") == strconv.Itoa(u.ID)})
		}
		for _, m := range members {
			if m.Role == users.Lent { // has a page of its own
				continue
			}
			if n := len(p.People); n == 0 || p.People[n-1].Account != m.Account {
				p.People = append(p.People, MemberRow{Account: m.Account, Name: m.Name, Email: m.Email, Disabled: m.Disabled, Me: m.Account == s.Account.ID})
			}
			last := &p.People[len(p.People)-1]
			last.Roles = append(last.Roles, RoleRow{Role: string(m.Role), Label: web.RoleWords[m.Role], Unit: names[m.Unit], From: m.ValidFrom})
		}
		return nil
	})
	return p, err
}

// Invite gives a person roles in the office; a new one gets a one-time link by e-mail.
func (d *Desk) Invite(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	s, ctx := web.Session(c), c.UserContext()
	inv := users.Invitation{Email: v.Get("email"), Name: v.Get("name")}
	for _, r := range v["role"] {
		inv.Roles = append(inv.Roles, users.Role(r))
	}
	unit, _ := strconv.ParseInt(v.Get("unit"), 10, 32)
	inv.Unit = int32(unit)
	a, link, err := d.Users.Invite(ctx, s.Scope(), inv)
	if errs.Is(err, errs.Invalid) {
		p, pageErr := d.peoplePage(c, v)
		if pageErr != nil {
			return pageErr
		}
		for _, f := range errs.FieldsOf(err) {
			p.Errors = append(p.Errors, Wrong{ID: f.Name, Message: f.Message})
		}
		return web.Invalid(c, "admin/people", "", p)
	}
	if err != nil {
		return err
	}
	o, err := d.Offices.ByID(s.Office)
	if err != nil {
		return err
	}
	path := ""
	if link != "" {
		path = "/prihlaseni/" + link + "?kam=" + url.QueryEscape("/kancelar/ucet")
	}
	if err := d.Letters.Invitation(ctx, a, o, path); err != nil {
		return err
	}
	web.SetFlash(c, "success", "Pozvánka pro "+a.Name+" odešla na "+a.Email+".")
	return web.See(c, "/kancelar/sprava/lide")
}

// EndMember takes a role away from a person, from now on.
func (d *Desk) EndMember(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	account, err := web.Number(c, "account")
	if err != nil {
		return err
	}
	err = d.Users.EndMember(c.UserContext(), web.Session(c).Scope(), account, users.Role(v.Get("role")))
	switch {
	case errs.Is(err, errs.Conflict):
		web.SetFlash(c, "warning", errs.Message(err))
	case errs.Is(err, errs.NotFound):
		web.SetFlash(c, "info", "Tuto roli už ten člověk nemá.")
	case err != nil:
		return err
	default:
		web.SetFlash(c, "success", "Role skončila. Věci, které ten člověk vyřizuje, přidělte někomu jinému.")
	}
	return web.See(c, "/kancelar/sprava/lide")
}

// UnitsPage lists the departments of the office.
type UnitsPage struct {
	web.Page
	Units  []offices.Unit
	Name   string
	Errors []Wrong
}

// Units lists departments and adds or renames one.
func (d *Desk) Units(c *fiber.Ctx) error {
	p, err := d.unitsPage(c)
	if err != nil {
		return err
	}
	return web.View(c, "admin/units", "", p)
}

func (d *Desk) unitsPage(c *fiber.Ctx) (p UnitsPage, err error) {
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = d.Page(c, tx, "Útvary"); err != nil {
			return err
		}
		p.Units, err = offices.Units(ctx, tx)
		return err
	})
	return p, err
}

// SaveUnit adds a department, or renames the one whose number is given.
func (d *Desk) SaveUnit(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	id, _ := strconv.Atoi(v.Get("id"))
	unit := offices.Unit{ID: id, Name: strings.TrimSpace(v.Get("name"))}
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		saved, err := offices.SaveUnit(ctx, tx, unit)
		audit.Write(tx, audit.Event{At: d.Clock.Now(), Action: "unit saved", ObjectType: "unit", ObjectID: strconv.Itoa(saved)})
		return err
	})
	if errs.Is(err, errs.Invalid) {
		p, pageErr := d.unitsPage(c)
		if pageErr != nil {
			return pageErr
		}
		p.Name = v.Get("name")
		for _, f := range errs.FieldsOf(err) {
			p.Errors = append(p.Errors, Wrong{ID: f.Name, Message: f.Message})
		}
		return web.Invalid(c, "admin/units", "", p)
	}
	if err != nil {
		return err
	}
	web.SetFlash(c, "success", "Útvar „"+unit.Name+"“ je uložený.")
	return web.See(c, "/kancelar/sprava/utvary")
}
