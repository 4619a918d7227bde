package public

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/forms/checks"
	"epom/handlers/web"
	"epom/internal/ares"
	"epom/internal/i18n"
)

// Companies knows bodies by their identification number.
type Companies interface {
	ByICO(ctx context.Context, ico string) (ares.Subject, error)
}

// fillCompany writes name and seat from ARES into a legal person at a path. What was typed stays when the register does not
// know; the finding says why nothing came.
func (h *Public) fillCompany(c *fiber.Ctx, form *forms.Form, path string, answers forms.Answers, set forms.Setting) (forms.Answers, *forms.Finding) {
	lang := string(set.Lang)
	say := func(text string, args ...any) *forms.Finding {
		at := path + ".ico"
		return &forms.Finding{Page: c.Params("step"), Path: at, ID: inputID(at), Message: i18n.T(lang, text, args...), Weight: forms.Error}
	}
	if f, ok := form.Field(path); !ok || f.Kind != "legalperson" {
		return answers, nil
	}
	typed, _ := answers.Get(path + ".ico").(string)
	ico, ok := checks.ICO(typed)
	if !ok {
		return answers, say("Nejdřív napište IČO: osm číslic, najdete ho třeba na faktuře.")
	}
	if ok, _, err := h.Users.Allow(c.UserContext(), "ares:ip:"+c.IP(), 60, time.Hour); err != nil || !ok {
		return answers, say("Z ARES jste načítali příliš mnohokrát. Vyplňte prosím název a sídlo ručně.")
	}
	s, err := ares.Subject{}, ares.ErrUnavailable
	if h.Companies != nil {
		s, err = h.Companies.ByICO(c.UserContext(), ico)
	}
	switch {
	case errors.Is(err, ares.ErrUnknown):
		return answers, say("IČO %s v ARES není. Zkontrolujte ho, nebo vyplňte název a sídlo ručně.", ico)
	case err != nil:
		return answers, say("ARES teď neodpovídá. Vyplňte prosím název a sídlo ručně.")
	}
	answers = answers.With(path+".ico", ico).With(path+".nazev", cutText(s.Name, 250))
	if _, asked := form.Field(path + ".sidlo"); asked {
		answers = answers.With(path+".sidlo", seat(s.Seat, set.Gazetteer).Value())
	}
	if s.Ended != "" {
		web.SetFlash(c, "warning", i18n.T(lang, "Podle ARES subjekt %s zanikl. Zkontrolujte prosím IČO.", s.Name))
	} else {
		web.SetFlash(c, "success", i18n.T(lang, "Název a sídlo jsme vyplnili z ARES. Zkontrolujte je prosím."))
	}
	return answers, nil
}

// seat is an address of ARES; the address point of our own register where both know it.
func seat(s ares.Seat, g forms.Gazetteer) forms.Address {
	if g != nil && s.Adm != 0 {
		if a, ok := g.Address(s.Adm); ok {
			return a
		}
	}
	a := forms.Address{Text: s.Text, Street: s.Street, Municipality: forms.Municipality{Code: s.Municipality, Name: s.Town}}
	if s.House > 0 {
		a.Number = strconv.Itoa(s.House)
		if s.Orientation > 0 {
			a.Number += "/" + strconv.Itoa(s.Orientation) + s.Letter
		}
	}
	if s.Zip > 0 {
		a.Zip = strconv.Itoa(s.Zip)
	}
	if s.Part != s.Town {
		a.Part = s.Part
	}
	return a
}
