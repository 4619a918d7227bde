package handover

import (
	"context"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/erms"
	"epom/internal/errs"
	"epom/offices"
	"epom/records/exchange"
)

// SettingPage is which records system the office uses.
type SettingPage struct {
	web.Page
	Form
	Full     bool // § 63(1): only its own, attested system
	Current  exchange.Link
	Links    []LinkRow
	Permits  []exchange.Permit
	Count    exchange.Count
	Evidence bool // the built-in one may only be kept until the receipt
}

// LinkRow is one setting in the list.
type LinkRow struct {
	exchange.Link
	Word           string
	Planned, Holds bool
}

// DriverWords say what the systems are called.
var DriverWords = map[string]string{exchange.BuiltIn: "vestavěná v e-POM", exchange.NSESSS: "vlastní, předává se rozhraním národního standardu", exchange.Mail: "vlastní, předává se e-mailem podatelně"}

// Word is what a driver is called.
func (p SettingPage) Word(driver string) string { return DriverWords[driver] }

// Setting shows it.
func (d *Handover) Setting(c *fiber.Ctx) error {
	p, err := d.setting(c, nil)
	if err != nil {
		return err
	}
	return web.View(c, "handover/setting", "", p)
}

func (d *Handover) setting(c *fiber.Ctx, values map[string]string) (p SettingPage, err error) {
	now := d.Clock.Now()
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = d.Page(c, tx, "Spisová služba"); err != nil {
			return err
		}
		o, err := d.Offices.ByID(tx.Office)
		if err != nil {
			return err
		}
		p.Full = o.Category == offices.Full
		if p.Permits, err = exchange.Permits(ctx, tx, d.Date()); err != nil {
			return err
		}
		for _, x := range p.Permits {
			p.Evidence = p.Evidence || x.Driver == exchange.BuiltIn && x.Use == exchange.Evidence
		}
		if p.Current, err = exchange.Current(ctx, tx, now); err != nil {
			return err
		}
		links, err := exchange.Links(ctx, tx)
		if err != nil {
			return err
		}
		for _, l := range links {
			p.Links = append(p.Links, LinkRow{l, DriverWords[l.Driver], l.WithdrawnAt == nil && l.FromAt.After(now), l.ID == p.Current.ID})
		}
		p.Count, err = exchange.CountOf(ctx, tx)
		return err
	})
	if p.Values = values; values == nil {
		l := p.Current
		p.Values = map[string]string{"druh": l.Driver, "url": l.URL, "nas-kod": l.OurCode, "jejich-kod": l.TheirCode, "osoba": l.Person, "ucet": l.Account, "podatelna": l.Mailbox}
		if p.Evidence && l.Driver == exchange.BuiltIn {
			p.Values["druh"] = ""
		}
	}
	return p, err
}

// Set keeps a new setting.
func (d *Handover) Set(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	n := exchange.Setting{Driver: v.Get("druh"), URL: v.Get("url"), OurCode: v.Get("nas-kod"), TheirCode: v.Get("jejich-kod"), Person: v.Get("osoba"), Account: v.Get("ucet"),
		Password: v.Get("heslo"), KeepFrom: v.Get("nastaveni"), Mailbox: v.Get("podatelna")}
	var badDay error
	if day := v.Get("od"); day != "" {
		on, ok := web.ParseDay(day)
		if n.From = on; !ok {
			badDay = errs.Fields(errs.Field{Name: "od", Message: "Napište den, třeba 1. 1. 2027."})
		}
	}
	err = badDay
	if err == nil {
		err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
			_, err := d.Exchange.Set(ctx, tx, n, d.Clock.Now())
			return err
		})
	}
	if errs.Is(err, errs.Invalid) && len(errs.FieldsOf(err)) > 0 {
		values := map[string]string{}
		for _, name := range []string{"druh", "url", "nas-kod", "jejich-kod", "osoba", "ucet", "podatelna", "od"} {
			values[name] = v.Get(name)
		}
		p, pageErr := d.setting(c, values)
		if pageErr != nil {
			return pageErr
		}
		p.wrong(err)
		return web.Invalid(c, "handover/setting", "", p)
	}
	if err != nil {
		return err
	}
	web.SetFlash(c, "success", "Nastavení je uložené. Vyzkoušejte spojení, ať víte, že funguje.")
	return web.See(c, "/kancelar/sprava/spisovka")
}

// tryTime is how long a trial of the connection may take.
const tryTime = 15 * time.Second

// Try asks the records system whether it hears us.
func (d *Handover) Try(c *fiber.Ctx) error {
	if _, err := web.FormValues(c, nil); err != nil {
		return err
	}
	var l exchange.Link
	now := d.Clock.Now()
	if err := d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		l, err = exchange.Current(ctx, tx, now)
		return err
	}); err != nil {
		return err
	}
	kind, said := "info", "Zkouší se jen spojení s rozhraním národního standardu, a to teď úřad nepoužívá."
	if l.Driver == exchange.NSESSS {
		ctx, cancel := context.WithTimeout(c.UserContext(), tryTime)
		defer cancel()
		kind, said = d.try(ctx, l, now)
	}
	web.SetFlash(c, kind, said)
	return web.See(c, "/kancelar/sprava/spisovka")
}

func (d *Handover) try(ctx context.Context, l exchange.Link, now time.Time) (kind, said string) {
	client, err := d.Exchange.Client(l)
	if err == nil {
		_, err = client.Test(ctx, "e-POM "+strconv.FormatInt(l.ID, 10), now)
	}
	if err == nil {
		return "success", "Spisová služba odpověděla " + now.In(clock.Prague).Format("2. 1. 2006 v 15:04") + ", spojení funguje."
	}
	if _, text, refused := erms.Refused(err); refused {
		return "danger", "Spisová služba odpověděla, ale zkoušku odmítla: " + erms.Cut(text, erms.MaxText)
	}
	return "danger", "Nepodařilo se: " + exchange.Why(err) + "."
}

// Withdraw takes a planned setting back.
func (d *Handover) Withdraw(c *fiber.Ctx) error {
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	if _, err := web.FormValues(c, nil); err != nil {
		return err
	}
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) error { return exchange.Withdraw(ctx, tx, id, d.Clock.Now()) })
	switch {
	case errs.Is(err, errs.Conflict):
		web.SetFlash(c, "info", errs.Message(err))
	case err != nil:
		return err
	default:
		web.SetFlash(c, "success", "Plánované nastavení je zrušené.")
	}
	return web.See(c, "/kancelar/sprava/spisovka")
}
