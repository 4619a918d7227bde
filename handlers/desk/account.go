package desk

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/errs"
	"epom/users"
)

// AccountPage is the person's own account.
type AccountPage struct {
	web.Page
	Name, Email string
	Places      []PlaceRow
	Sessions    []SessionRow
	HasPassword bool
	Errors      []Wrong
}

// PlaceRow is an office with the roles the person has in it.
type PlaceRow struct{ Office, Roles string }

// SessionRow is one place where the person is signed in.
type SessionRow struct {
	ID      string
	Agent   string
	IP      string
	Created time.Time
	Seen    time.Time
	This    bool
}

// Error is the message about a field.
func (p AccountPage) Error(name string) string {
	for _, w := range p.Errors {
		if w.ID == name {
			return w.Message
		}
	}
	return ""
}

// Account shows who the person is, where she is signed in, and changes the password.
func (d *Desk) Account(c *fiber.Ctx) error {
	p, err := d.accountPage(c)
	if err != nil {
		return err
	}
	return web.View(c, "account/show", "", p)
}

func (d *Desk) accountPage(c *fiber.Ctx) (AccountPage, error) {
	s, ctx := web.Session(c), c.UserContext()
	p := AccountPage{Page: web.Bare(c, s, "Můj účet"), Name: s.Account.Name, Email: s.Account.Email}
	a, err := d.Users.Account(ctx, s.Account.ID)
	if err != nil {
		return p, err
	}
	p.HasPassword = a.PasswordHash != ""
	roles := map[string][]users.Role{}
	var order []string
	for _, pl := range s.Places {
		if roles[pl.Name] == nil {
			order = append(order, pl.Name)
		}
		roles[pl.Name] = append(roles[pl.Name], pl.Role)
	}
	for _, name := range order {
		p.Places = append(p.Places, PlaceRow{name, web.RoleNames(roles[name])})
	}
	list, err := d.Users.Sessions(ctx, s.Account.ID)
	for _, x := range list {
		p.Sessions = append(p.Sessions, SessionRow{ID: x.ID, Agent: device(x.Agent), IP: x.IP, Created: x.CreatedAt, Seen: x.SeenAt, This: x.ID == s.ID})
	}
	return p, err
}

// SetPassword changes the password; the present one is asked for when there is one, and other sessions end.
func (d *Desk) SetPassword(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	s, ctx := web.Session(c), c.UserContext()
	p, err := d.accountPage(c)
	if err != nil {
		return err
	}
	wrong := func(id, message string) error {
		p.Errors = append(p.Errors, Wrong{ID: id, Message: message})
		return web.Invalid(c, "account/show", "", p)
	}
	if v.Get("password") != v.Get("again") {
		return wrong("again", "Hesla se neshodují. Napište obě stejně.")
	}
	if p.HasPassword {
		if err := d.Users.CheckPassword(ctx, s.Account.ID, v.Get("present"), c.IP()); errs.Is(err, errs.Invalid) || errs.Is(err, errs.Unavailable) {
			return wrong("present", errs.Message(err))
		} else if err != nil {
			return err
		}
	}
	err = d.Users.SetPassword(ctx, s.Scope(), s.Account.ID, v.Get("password"), s.ID)
	if errs.Is(err, errs.Invalid) {
		return wrong("password", web.FieldMessage(errs.FieldsOf(err), "password"))
	}
	if err != nil {
		return err
	}
	web.SetFlash(c, "success", "Heslo je změněné. Na ostatních zařízeních jste odhlášeni.")
	return web.See(c, "/kancelar/ucet")
}

// RevokeSession ends one of the person's sessions, or all the others.
func (d *Desk) RevokeSession(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	s, ctx := web.Session(c), c.UserContext()
	switch id := v.Get("session"); id {
	case "others":
		err = d.Users.RevokeAll(ctx, s.Scope(), s.Account.ID, s.ID)
		web.SetFlash(c, "success", "Na ostatních zařízeních jste odhlášeni.")
	default:
		if err = d.Users.Revoke(ctx, s.Scope(), s.Account.ID, id); errs.Is(err, errs.NotFound) {
			web.SetFlash(c, "info", "Toto přihlášení už skončilo.")
			return web.See(c, "/kancelar/ucet")
		}
		web.SetFlash(c, "success", "Zařízení je odhlášené.")
	}
	if err != nil {
		return err
	}
	return web.See(c, "/kancelar/ucet")
}
