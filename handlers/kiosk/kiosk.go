// Package kiosk is the device in the hall of an office at which anybody files a submission, with large letters and no account,
// and which forgets everybody. Filling itself is the same as everywhere (handlers/public); here is the start, the end, the look,
// and the office's list of its devices.
//
// Routes:
//
//	GET  /kiosk  Start  anyone; a device that is no kiosk is asked for its code
//	POST /kiosk/parovat  Pair  anyone with a code
//	POST /kiosk/vzhled  Look  the device
//	GET  /kiosk/napoveda  Help  the device
//	GET  /kiosk/jste-tu  StillHere  the device
//	GET  /kiosk/konec  End  the device
//	POST /kiosk/konec  End  the device
//	GET  /kancelar/sprava/kiosky  List  admin-office
//	POST /kancelar/sprava/kiosky  Add  admin-office
//	POST /kancelar/sprava/kiosky/:id/kod  Code  admin-office
//	POST /kancelar/sprava/kiosky/:id/konec  Revoke  admin-office
package kiosk

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/handlers/web"
	"epom/internal/errs"
	"epom/static"
	"epom/submissions"
)

// Templates are the pages of the group and the data they are shown with.
var Templates = map[string]any{"kioskform/pair": PairPage{}, "kioskform/start": StartPage{}, "kioskform/help": web.Page{}, "kioskform/bar": web.Page{Kiosk: &web.KioskMode{}}, "kioskform/here": HerePage{}, "kioskform/devices": ListPage{}}

// Kiosk is the group of handlers.
type Kiosk struct {
	web.Staff
	Submissions *submissions.Service
	Forms       *forms.Catalogue
	Idle        time.Duration // after so long without a touch everything is forgotten; 0 = a minute
}

// warning is how long before the end the person is asked.
const warning = 20 * time.Second

// Recognise marks the requests of a kiosk and makes the browser forget them. It stands before all pages.
func (k *Kiosk) Recognise(c *fiber.Ctx) error {
	token := c.Cookies(web.KioskCookie)
	if token == "" || strings.HasPrefix(c.Path(), static.Prefix) {
		return c.Next()
	}
	d, err := k.Offices.Kiosk(c.UserContext(), token, k.Clock.Now())
	if errs.Is(err, errs.NotFound) { // revoked: the device is anybody's
		web.ForgetPerson(c)
		web.Cookie(c, web.KioskCookie, "", -1)
		return c.Next()
	}
	if err != nil {
		return err
	}
	idle := k.Idle
	if idle == 0 {
		idle = time.Minute
	}
	m := &web.KioskMode{Office: d.OfficeID, Place: d.Name, Forms: d.Forms, Idle: int(idle / time.Second), Warn: int(min(warning, idle/2) / time.Second), Here: c.OriginalURL()}
	m.Large, m.Strong = web.LookOf(c)
	web.SetKiosk(c, m)
	err = c.Next()
	if err != nil { // the error's page is the kiosk's too
		err = c.App().ErrorHandler(c, err)
	}
	web.Forgetful(c)
	return err
}

// PairPage asks for the code that makes the device a kiosk.
type PairPage struct {
	web.Page
	Code, Error string
}

// StartPage is what a kiosk shows when nobody is there.
type StartPage struct {
	web.Page
	Place string
	Forms []Choice
}

// Choice is one form offered.
type Choice struct{ Code, Title, Summary string }

// HerePage asks whether somebody is still there, for browsers without JavaScript.
type HerePage struct {
	web.Page
	Back string
	Left int // seconds
}

// Start shows the forms of the kiosk; a device that is none is asked for its code.
func (k *Kiosk) Start(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	m := web.Kiosk(c)
	if m == nil {
		return web.View(c, "kioskform/pair", "", PairPage{Page: web.NewPage(c, "Nový kiosek")})
	}
	o, err := k.Offices.ByID(m.Office)
	if err != nil {
		return err
	}
	p := StartPage{Page: web.NewPage(c, "S čím dnes přicházíte?"), Place: m.Place}
	p.Office = web.ViewOffice(o)
	lang := forms.Lang(p.Lang)
	for _, f := range Suited(k.Forms) {
		if len(m.Forms) == 0 || slices.Contains(m.Forms, f.Code) {
			p.Forms = append(p.Forms, Choice{f.Code, f.Title.In(lang), f.Summary.In(lang)})
		}
	}
	return web.View(c, "kioskform/start", "", p)
}

// Suited are the published forms that can be filled without a file of one's own, by title.
func Suited(all *forms.Catalogue) (list []*forms.Form) {
	for _, f := range all.All() {
		if !needsFile(f) {
			list = append(list, f)
		}
	}
	slices.SortFunc(list, func(a, b *forms.Form) int { return strings.Compare(a.Title.CS, b.Title.CS) })
	return list
}

func needsFile(f *forms.Form) bool {
	var in func(list []*forms.Field) bool
	in = func(list []*forms.Field) bool {
		return slices.ContainsFunc(list, func(x *forms.Field) bool { return x.Kind == "file" && x.Required.Always || in(x.Fields) })
	}
	return slices.ContainsFunc(f.Pages, func(p forms.PageDef) bool { return in(p.Fields) })
}

// Pair makes the device a kiosk.
func (k *Kiosk) Pair(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	if err := k.Users.Limit(c.UserContext(), "kiosk:ip:"+c.IP(), 10, 15*time.Minute); err != nil {
		return err
	}
	token, err := k.Offices.BecomeKiosk(c.UserContext(), v.Get("kod"), k.Clock.Now())
	if errs.Is(err, errs.NotFound) {
		p := PairPage{Page: web.NewPage(c, "Nový kiosek"), Code: v.Get("kod")}
		p.Error = p.T("Tento kód neplatí. Platí jednou a deset minut; správce úřadu ho dá znovu v Správa → Kiosky.")
		return web.Invalid(c, "kioskform/pair", "", p)
	}
	if err != nil {
		return err
	}
	web.DropSession(c) // who paired it is not signed in at it
	web.KeepKiosk(c, token)
	return web.See(c, "/kiosk")
}

// Look changes the size of letters and the contrast till the person leaves.
func (k *Kiosk) Look(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	m := web.Kiosk(c)
	if m == nil {
		return web.See(c, "/kiosk")
	}
	large, strong := m.Large, m.Strong
	switch v.Get("zmenit") {
	case "pismo":
		large = !large
	case "kontrast":
		strong = !strong
	}
	look := "-"
	if large {
		look += "l"
	}
	if strong {
		look += "s"
	}
	web.KioskLook(c, look)
	return web.See(c, local(v.Get("zpet")))
}

// local is an address within the site, the start for anything else.
func local(path string) string {
	u, err := url.Parse(path)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.Contains(path, `\`) {
		return "/kiosk"
	}
	return path
}

// Help says how the kiosk is used.
func (k *Kiosk) Help(c *fiber.Ctx) error {
	if web.Kiosk(c) == nil {
		return web.See(c, "/kiosk")
	}
	return web.View(c, "kioskform/help", "", web.NewPage(c, "Jak na to"))
}

// StillHere asks, without JavaScript, whether somebody is there; no answer is the end.
func (k *Kiosk) StillHere(c *fiber.Ctx) error {
	m := web.Kiosk(c)
	if m == nil {
		return web.See(c, "/kiosk")
	}
	return web.View(c, "kioskform/here", "", HerePage{Page: web.NewPage(c, "Jste tu ještě?"), Back: local(c.Query("zpet")), Left: m.Warn})
}

// End forgets the person and shows the start.
func (k *Kiosk) End(c *fiber.Ctx) error {
	if c.Method() == fiber.MethodPost {
		if _, err := web.FormValues(c, nil); err != nil {
			return err
		}
	}
	if web.Kiosk(c) == nil {
		return web.See(c, "/kiosk")
	}
	if err := k.forget(c); err != nil {
		return err
	}
	return web.See(c, "/kiosk")
}

// forget deletes the drafts of the device that were neither sent nor taken over elsewhere, and all cookies of the person.
func (k *Kiosk) forget(c *fiber.Ctx) (err error) {
	c.Request().Header.VisitAllCookie(func(name, value []byte) {
		if err == nil && strings.HasPrefix(string(name), "epom_draft_") {
			err = k.Submissions.Discard(c.UserContext(), string(value))
		}
	})
	if err == nil {
		web.ForgetPerson(c)
	}
	return err
}
