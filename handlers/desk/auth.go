package desk

import (
	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/users"
)

// SwitchOffice moves the person to another office where she has a role.
func (d *Desk) SwitchOffice(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	o, err := d.Offices.BySlug(v.Get("urad"))
	if err != nil {
		return err
	}
	s := web.Session(c)
	if err := d.Users.SwitchOffice(c.UserContext(), s, o.ID); err != nil {
		return err
	}
	web.SetFlash(c, "success", "Pracujete v úřadu "+o.Name+".")
	return web.See(c, workplace(s))
}

// workplace is the first page for what the person does in the office.
func workplace(s *users.Session) string {
	switch {
	case users.Can(s, users.SeeMail):
		return "/kancelar"
	case users.Can(s, users.Post):
		return boardPath
	case users.Can(s, users.AdminOffice):
		return "/kancelar/sprava"
	case s.Office == 0 && s.Account.Operator:
		return "/sprava"
	}
	return "/kancelar/ucet"
}
