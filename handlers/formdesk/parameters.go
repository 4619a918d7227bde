package formdesk

import (
	"context"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/errs"
)

// ParametersPage are an office's values of a form.
type ParametersPage struct {
	web.Page
	Filled
	Code, Title string
	Rows        []ParameterRow
}

// ParameterRow is one parameter with its values of all times.
type ParameterRow struct {
	Name, Label, Kind, Unit string
	Now, Source             string
	Given, Missing          bool
	Unverified              bool
	Values                  []ValueRow
}

// ValueRow is one value.
type ValueRow struct {
	From, To            time.Time
	FromISO             string
	Value, Source       string
	Verified, Now, Ours bool
}

// Parameters shows them.
func (d *Desk) Parameters(c *fiber.Ctx) error {
	p, err := d.parameters(c, Filled{Values: map[string]string{"name": c.Query("parametr")}})
	if err != nil {
		return err
	}
	return web.View(c, "formdesk/parameters", "", p)
}

func (d *Desk) parameters(c *fiber.Ctx, typed Filled) (ParametersPage, error) {
	f, err := d.form(c)
	if err != nil {
		return ParametersPage{}, err
	}
	p := ParametersPage{Filled: typed, Code: f.Code, Title: f.Title.CS}
	here := web.Session(c).Office
	own := d.Repository.Catalogue.Use(here, f.Code).Values
	for _, cur := range d.Repository.Catalogue.Current(f, here, d.Date()) {
		r := ParameterRow{Name: cur.Name, Label: cur.Label.CS, Kind: cur.Kind, Unit: cur.Unit.CS, Given: cur.Given, Missing: cur.Missing}
		if !cur.Missing {
			r.Now, r.Source, r.Unverified = cur.Show(forms.CS), cur.Value.Source, !cur.Value.Verified
		}
		for _, v := range own {
			if v.Name == cur.Name {
				r.Values = append(r.Values, valueRow(cur, v, true))
			}
		}
		for _, v := range cur.Values {
			r.Values = append(r.Values, valueRow(cur, v, false))
		}
		p.Rows = append(p.Rows, r)
	}
	return p, d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		p.Page, err = d.Page(c, tx, "Hodnoty: "+f.Title.CS)
		return err
	})
}

func valueRow(cur forms.Current, v forms.ParameterValue, ours bool) ValueRow {
	r := ValueRow{FromISO: v.From, Value: cur.Parameter.Show(v.Value, forms.CS), Source: v.Source, Verified: v.Verified, Ours: ours, Now: !cur.Missing && ours == cur.Given && v.From == cur.Value.From}
	r.From, _ = time.Parse(time.DateOnly, v.From)
	r.To, _ = time.Parse(time.DateOnly, v.To)
	return r
}

// SetParameter keeps a value from a day on.
func (d *Desk) SetParameter(c *fiber.Ctx) error {
	return d.value(c, "Hodnota je uložená.", func(ctx context.Context, tx *db.Tx, form *forms.Form, f *Filled) error {
		v := forms.ParameterValue{Name: f.Value("name"), Source: f.Value("source"), Verified: f.Value("verified") != ""}
		for i := range form.Parameters {
			if p := &form.Parameters[i]; p.Name == v.Name {
				var ok bool
				if v.Value, ok = p.Read(f.Value("value")); !ok {
					f.Errors = append(f.Errors, Wrong{ID: "value", Message: valueHint[p.Kind]})
				}
				v.From, v.To = day(f, "from", false), day(f, "to", true)
				if v.Source == "" {
					f.Errors = append(f.Errors, Wrong{ID: "source", Message: "Napište, odkud hodnota je, třeba „OZV č. 2/2024, čl. 4“."})
				}
				if len(f.Errors) > 0 {
					return nil
				}
				return d.Repository.SetParameter(ctx, tx, form, v)
			}
		}
		return errs.Fields(errs.Field{Name: "name", Message: "Vyberte, kterou hodnotu zadáváte."})
	})
}

var valueHint = map[string]string{"money": "Napište částku v korunách, třeba 1 500 nebo 99,50.", "number": "Napište číslo, třeba 80 nebo 0,5.",
	"date": "Napište den jako d. m. rrrr.", "yesno": "Napište ano, nebo ne.", "text": "Napište hodnotu."}

// DropParameter takes a value back.
func (d *Desk) DropParameter(c *fiber.Ctx) error {
	return d.value(c, "Hodnota je zrušená. V záznamu o činnosti zůstává.", func(ctx context.Context, tx *db.Tx, form *forms.Form, f *Filled) error {
		if _, err := time.Parse(time.DateOnly, f.Value("from")); err != nil {
			return errs.New(errs.NotFound, "Taková hodnota tu není.")
		}
		return d.Repository.DropParameter(ctx, tx, form.Code, f.Value("name"), f.Value("from"))
	})
}

func (d *Desk) value(c *fiber.Ctx, done string, fn func(context.Context, *db.Tx, *forms.Form, *Filled) error) error {
	form, err := d.form(c)
	if err != nil {
		return err
	}
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	f := filled(v)
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) error { return fn(ctx, tx, form, &f) })
	if f.wrong(err) || len(f.Errors) > 0 {
		p, err := d.parameters(c, f)
		if err != nil {
			return err
		}
		return web.Invalid(c, "formdesk/parameters", "", p)
	}
	if err == nil {
		err = d.Repository.Load(c.UserContext())
	}
	if err != nil {
		return err
	}
	web.SetFlash(c, "success", done)
	return web.See(c, address(c, "/parametry?"+url.Values{"parametr": {f.Value("name")}}.Encode()))
}
