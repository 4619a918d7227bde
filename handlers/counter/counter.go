// Package counter is where a clerk of any office that takes part confirms an unsigned submission for the person who stands there
// with a slip and a document of identity: § 37(4) of Act 500/2004 Sb.
//
// Routes:
//
//	GET /kancelar/potvrzeni  Ask  register, handle
//	POST /kancelar/potvrzeni  Find  register, handle
//	GET /kancelar/potvrzeni/:reference  Show  register, handle
//	POST /kancelar/potvrzeni/:reference  Confirm  register, handle
package counter

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/submissions"
)

// Templates are the pages of the group and the data they are shown with.
var Templates = map[string]any{"counter/ask": AskPage{}, "counter/show": ShowPage{}}

// Counter is the group of handlers.
type Counter struct {
	web.Staff
	Submissions *submissions.Service
}

// How often the code of a slip may be tried: of one submission, and by one person.
const (
	triesOfReference = 5
	triesOfClerk     = 30
	triesWindow      = 15 * time.Minute
)

// Wrong is one wrong field for the list on top of a form.
type Wrong struct{ ID, Label, Message string }

type wrongs []Wrong

// Error is the message about a field.
func (w wrongs) Error(name string) string {
	for _, x := range w {
		if x.ID == name {
			return x.Message
		}
	}
	return ""
}

func wrongsOf(err error) (list wrongs) {
	for _, f := range errs.FieldsOf(err) {
		list = append(list, Wrong{ID: f.Name, Message: f.Message})
	}
	if len(list) == 0 {
		list = wrongs{{ID: "cislo", Message: errs.Message(err)}}
	}
	return list
}

// AskPage asks for what stands on the slip.
type AskPage struct {
	web.Page
	Reference string
	Errors    wrongs
}

// page is a desk page of the group.
func (k *Counter) page(c *fiber.Ctx) (p web.Page, err error) {
	err = k.InOffice(c, func(_ context.Context, tx *db.Tx) (err error) {
		p, err = k.Page(c, tx, "Potvrdit podání")
		return err
	})
	return p, err
}

// Ask shows the form for the slip's words.
func (k *Counter) Ask(c *fiber.Ctx) error {
	p, err := k.page(c)
	if err != nil {
		return err
	}
	return web.View(c, "counter/ask", "", AskPage{Page: p})
}

// Find leads to the submission whose reference and code of the slip belong together.
func (k *Counter) Find(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	p := AskPage{Reference: v.Get("cislo")}
	reference, code := submissions.CleanReference(v.Get("cislo")), strings.Join(strings.Fields(v.Get("kod")), "")
	if reference == "" {
		p.Errors = append(p.Errors, Wrong{"cislo", "Značka podání", "Značka podání má osm znaků, například K7MF-3XQP."})
	}
	if len(code) != 6 {
		p.Errors = append(p.Errors, Wrong{"kod", "Kód lístku", "Kód lístku má šest číslic a stojí na lístku pod značkou. Není to PIN: ten občan na přepážce nikomu neříká."})
	}
	if len(p.Errors) == 0 {
		switch err := k.try(c, reference, code); {
		case err == nil:
			return web.See(c, address(reference, k.Submissions.SlipKey(reference)))
		case !errs.Is(err, errs.Invalid):
			return err
		default:
			p.Errors = wrongsOf(err)
		}
	}
	if p.Page, err = k.page(c); err != nil {
		return err
	}
	return web.Invalid(c, "counter/ask", "", p)
}

// try counts a try of a code before it is judged, so guessing ends exactly at the limit.
func (k *Counter) try(c *fiber.Ctx, reference, code string) error {
	for _, t := range []struct {
		key  string
		most int
	}{{"slip:clerk:" + strconv.FormatInt(web.Session(c).Account.ID, 10), triesOfClerk}, {"slip:" + reference, triesOfReference}} {
		switch ok, _, err := k.Users.Allow(c.UserContext(), t.key, t.most, triesWindow); {
		case err != nil:
			return err
		case !ok:
			return errs.New(errs.Invalid, "Zkoušeli jste to příliš často. Zkuste to znovu za 15 minut, nebo načtěte kód z lístku.")
		}
	}
	if !k.Submissions.SlipCodeOpens(reference, code) {
		return errs.New(errs.Invalid, "Značka podání a kód lístku k sobě nepatří. Opište obojí z lístku.")
	}
	return nil
}

func address(reference, key string) string {
	return "/kancelar/potvrzeni/" + reference + "?" + url.Values{"k": {key}}.Encode()
}

// ShowPage is what the clerk compares with the document of identity.
type ShowPage struct {
	web.Page
	Waiting submissions.Waiting
	Key     string
	Kinds   []Kind
	Last    string
	Errors  wrongs
}

// Kind is a kind of document of identity to choose.
type Kind struct {
	Code, Label string
	Picked      bool
}

func kinds(picked string) (list []Kind) {
	for _, x := range submissions.IDKinds {
		list = append(list, Kind{x.Code, x.Label, x.Code == picked})
	}
	return list
}

// showPage reads the submission of the slip; only the long key of its code opens it here, the digits are tried elsewhere.
func (k *Counter) showPage(c *fiber.Ctx, key string) (p ShowPage, err error) {
	reference := submissions.CleanReference(c.Params("reference"))
	if !k.Submissions.SlipKeyOpens(reference, key) {
		return p, errs.New(errs.NotFound, "Tento odkaz není z lístku. Opište značku podání a kód lístku na stránce Potvrdit podání.")
	}
	p = ShowPage{Key: key, Kinds: kinds("")}
	if p.Waiting, err = k.Submissions.WaitingFor(c.UserContext(), web.Session(c).Scope(), reference, key); err != nil {
		return p, err
	}
	p.Page, err = k.page(c)
	return p, err
}

// Show tells whose submission it is and asks for the document of identity.
func (k *Counter) Show(c *fiber.Ctx) error {
	p, err := k.showPage(c, c.Query("k"))
	if err != nil {
		return err
	}
	return web.View(c, "counter/show", "", p)
}

// Confirm notes that the person was here.
func (k *Counter) Confirm(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	key := v.Get("k")
	p, err := k.showPage(c, key)
	if err != nil {
		return err
	}
	shown := submissions.Shown{Kind: v.Get("doklad"), Last: v.Get("konec")}
	_, err = k.Submissions.ConfirmAtCounter(c.UserContext(), web.Session(c).Scope(), p.Waiting.Reference, key, shown)
	switch {
	case err == nil:
		web.SetFlash(c, "success", "Podání je potvrzené. Dokladu a lístku už není potřeba.")
		return web.See(c, address(p.Waiting.Reference, key))
	case errs.Is(err, errs.Conflict):
		web.SetFlash(c, "warning", errs.Message(err))
		return web.See(c, address(p.Waiting.Reference, key))
	case errs.Is(err, errs.Invalid):
		p.Errors, p.Kinds, p.Last = wrongsOf(err), kinds(shown.Kind), shown.Last
		if len([]rune(p.Last)) > 3 {
			p.Last = "" // perhaps the whole number: it is not even shown again
		}
		return web.Invalid(c, "counter/show", "", p)
	}
	return err
}
