package dispatch

import (
	"context"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/errs"
	sending "epom/records/dispatch"
)

// ScanPage takes delivery receipts one after another: the reader types the code and presses Enter.
type ScanPage struct {
	web.Page
	Code, What, Day, Why string
	Whats                []sending.Act
	Last                 *Row // what was written down last
	Errors               Wrongs
}

// Error is the message about a field.
func (p ScanPage) Error(name string) string { return p.Errors.Error(name) }

// scanned are the outcomes a delivery receipt or an envelope that came back says.
var scanned = []sending.Act{{Kind: sending.EventDelivered, Label: "Doručeno"}, {Kind: sending.EventStored, Label: "Uloženo"}, {Kind: sending.EventFiction, Label: "Vhozeno do schránky"},
	{Kind: sending.EventReturned, Label: "Vráceno nedoručené", Why: true}, {Kind: sending.EventRefused, Label: "Odmítnuto"}}

// Scan shows the form with the outcome and day of the receipt before.
func (d *Dispatch) Scan(c *fiber.Ctx) error {
	v := url.Values{"co": {c.Query("co")}, "den": {c.Query("den")}, "duvod": {c.Query("duvod")}}
	p, err := d.scanPage(c, v, number(c.Query("posledni")))
	if err != nil {
		return err
	}
	return web.View(c, "dispatch/scan", "", p)
}

func (d *Dispatch) scanPage(c *fiber.Ctx, v url.Values, last int64) (p ScanPage, err error) {
	p.Whats, p.Code, p.What, p.Day, p.Why = scanned, v.Get("kod"), v.Get("co"), v.Get("den"), v.Get("duvod")
	if p.What == "" {
		p.What = sending.EventDelivered
	}
	if p.Day == "" {
		p.Day = d.Date().Format("2. 1. 2006")
	}
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = d.Page(c, tx, "Doručenky"); err != nil || last == 0 {
			return err
		}
		item, err := sending.ByID(ctx, tx, last)
		if errs.Is(err, errs.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		s, err := sending.Compute(item, d.Sending, d.Clock.Now())
		r := d.row(sending.Item{Dispatch: item, State: s})
		p.Last = &r
		d.Seen(tx, "dispatch opened", "document", item.DocumentID, map[string]any{"dispatch": last})
		return err
	})
	return p, err
}

// Scanned writes a receipt down and waits for the next one.
func (d *Dispatch) Scanned(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	var item sending.Dispatch
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if item, err = sending.ByCode(ctx, tx, v.Get("kod")); errs.Is(err, errs.NotFound) {
			return errs.Fields(errs.Field{Name: "kod", Message: "Zásilku s tímto kódem ani podacím číslem úřad neposlal. Načtěte čárový kód obálky (začíná V), nebo opište podací číslo."})
		}
		return err
	})
	if err == nil {
		err = d.write(c, item.ID, v, nil)
	}
	if errs.Is(err, errs.Invalid) || errs.Is(err, errs.Conflict) {
		p, pageErr := d.scanPage(c, v, item.ID)
		if pageErr != nil {
			return pageErr
		}
		p.Errors = wrongs(err, "")
		return web.Invalid(c, "dispatch/scan", "", p)
	}
	if err != nil {
		return err
	}
	back := url.Values{"co": {v.Get("co")}, "den": {v.Get("den")}, "duvod": {v.Get("duvod")}, "posledni": {itemID(item.ID)}}
	return web.See(c, home+"/dodejky?"+back.Encode())
}
