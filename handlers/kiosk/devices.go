package kiosk

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/offices"
)

// ListPage is the office's list of its kiosks.
type ListPage struct {
	web.Page
	Devices []offices.KioskDevice
	Choices []FormChoice
	Name    string
	Error   string
	Code    string // just given, to be typed at the device
	Address string // what to open at it
	Now     time.Time
}

// FormChoice is a form that a kiosk may offer.
type FormChoice struct {
	Code, Title string
	Picked      bool
}

// List shows the kiosks of the office and offers to add one.
func (k *Kiosk) List(c *fiber.Ctx) error {
	p, err := k.list(c, "", nil)
	if err != nil {
		return err
	}
	return web.View(c, "kioskform/devices", "", p)
}

func (k *Kiosk) list(c *fiber.Ctx, code string, picked map[string]bool) (p ListPage, err error) {
	err = k.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = k.Page(c, tx, "Kiosky"); err != nil {
			return err
		}
		p.Devices, err = offices.Kiosks(ctx, tx)
		return err
	})
	p.Code, p.Address, p.Now = code, c.BaseURL()+"/kiosk", k.Clock.Now()
	for _, f := range Suited(k.Forms) {
		p.Choices = append(p.Choices, FormChoice{f.Code, f.Title.CS, picked[f.Code]})
	}
	return p, err
}

// Add writes a device down and shows its code.
func (k *Kiosk) Add(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	picked := map[string]bool{}
	var codes []string
	for _, f := range v["formular"] {
		if _, ok := k.Forms.Latest(f); ok && !picked[f] {
			picked[f], codes = true, append(codes, f)
		}
	}
	var code string
	err = k.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		code, err = offices.AddKiosk(ctx, tx, v.Get("name"), codes, k.Clock.Now())
		return err
	})
	wrong := errs.FieldsOf(err)
	if err != nil && len(wrong) == 0 {
		return err
	}
	if err == nil {
		picked = nil // the form is for the next device
	}
	p, err := k.list(c, code, picked)
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		p.Name, p.Error = v.Get("name"), wrong[0].Message
		return web.Invalid(c, "kioskform/devices", "", p)
	}
	return web.View(c, "kioskform/devices", "", p) // the code is shown once, so there is no page to go to
}

// Code gives a new code, for another device or after the first one ran out.
func (k *Kiosk) Code(c *fiber.Ctx) error {
	var code string
	if err := k.act(c, func(ctx context.Context, tx *db.Tx, id int64) (err error) {
		code, err = offices.PairKiosk(ctx, tx, id, k.Clock.Now())
		return err
	}); err != nil {
		return err
	}
	p, err := k.list(c, code, nil)
	if err != nil {
		return err
	}
	return web.View(c, "kioskform/devices", "", p)
}

// Revoke ends a kiosk at once.
func (k *Kiosk) Revoke(c *fiber.Ctx) error {
	if err := k.act(c, func(ctx context.Context, tx *db.Tx, id int64) error {
		return offices.RevokeKiosk(ctx, tx, id, k.Clock.Now())
	}); err != nil {
		return err
	}
	web.SetFlash(c, "success", "Kiosek je zrušený. Od další stránky je to zase obyčejné zařízení.")
	return web.See(c, "/kancelar/sprava/kiosky")
}

func (k *Kiosk) act(c *fiber.Ctx, do func(context.Context, *db.Tx, int64) error) error {
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	if _, err := web.FormValues(c, nil); err != nil { // a body that is not read would be taken for the next request
		return err
	}
	return k.InOffice(c, func(ctx context.Context, tx *db.Tx) error { return do(ctx, tx, id) })
}
