package dispatch

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/errs"
	sending "epom/records/dispatch"
)

// mostLetters is how many letters one page or one print holds.
const mostLetters = 300

// PostPage are the letters to be taken to the post.
type PostPage struct {
	web.Page
	Letters     []Letter
	Sizes       []Size
	Range       sending.Range
	Sheets      []sending.Sheet
	First, Last string // of a new range, as typed
	Errors      Wrongs
}

// Letter is one letter with its number.
type Letter struct {
	Row
	Registered bool
	No         string
	Checked    bool
	Error      string
}

// Size is a kind of envelope.
type Size struct{ Code, Name string }

// Error is the message about a field.
func (p PostPage) Error(name string) string { return p.Errors.Error(name) }

// Post shows the letters with envelopes, numbers and the hand-over.
func (d *Dispatch) Post(c *fiber.Ctx) error {
	p, err := d.postPage(c, nil)
	if err != nil {
		return err
	}
	return web.View(c, "dispatch/post", "", p)
}

// postPage gathers the page; v are values typed, nil = all letters are ticked.
func (d *Dispatch) postPage(c *fiber.Ctx, v url.Values) (p PostPage, err error) {
	for _, s := range sending.Sizes {
		p.Sizes = append(p.Sizes, Size{s, sending.SizeName(s)})
	}
	ticked := map[string]bool{}
	for _, id := range v["id"] {
		ticked[id] = true
	}
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = d.Page(c, tx, "Zásilky na poštu"); err != nil {
			return err
		}
		items, _, err := sending.List(ctx, tx, d.Sending, sending.ViewPost, 0, mostLetters, d.Clock.Now())
		if err != nil {
			return err
		}
		for _, i := range items {
			service, _ := d.Sending.Service(i.Service, i.MadeAt)
			l := Letter{Row: d.row(i), Registered: service.Registered, Checked: v == nil || ticked[strconv.FormatInt(i.ID, 10)]}
			if i.PostNo != nil {
				l.No = sending.Spaced(*i.PostNo)
			}
			if typed := v.Get(key("cislo", i.ID)); typed != "" {
				l.No = typed
			}
			p.Letters = append(p.Letters, l)
		}
		if p.Range, err = sending.RangeOf(ctx, tx); err != nil {
			return err
		}
		p.Sheets, err = sending.Sheets(ctx, tx, 12)
		d.Seen(tx, "dispatch viewed", "office", int64(tx.Office), map[string]any{"view": "post", "rows": len(p.Letters)})
		return err
	})
	return p, err
}

// HandOver writes down numbers, and gives the ticked letters to the post when that was asked for.
func (d *Dispatch) HandOver(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	if v.Get("act") == "obalky" {
		return web.See(c, home+"/obalky.pdf?"+url.Values{"id": v["id"], "format": {v.Get("format")}}.Encode())
	}
	var ids []int64
	for _, s := range v["id"] {
		ids = append(ids, number(s))
	}
	var wrong Wrongs
	var sheet sending.Sheet
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		for _, id := range ids {
			typed := strings.TrimSpace(v.Get(key("cislo", id)))
			if err := sending.Number(ctx, tx, d.Sending, id, typed, d.Clock.Now()); err != nil {
				wrong = wrongs(err, "-"+strconv.FormatInt(id, 10))
				return err
			}
		}
		if v.Get("act") != "predat" && len(ids) > 0 {
			return nil
		}
		var err error
		if sheet, err = sending.HandOver(ctx, tx, d.Sending, ids, d.Clock.Now()); err != nil {
			wrong = wrongs(err, "")
		}
		return err
	})
	switch {
	case errs.Is(err, errs.Invalid) || errs.Is(err, errs.Conflict):
		p, err := d.postPage(c, v)
		if err != nil {
			return err
		}
		p.Errors = wrong
		for i := range p.Letters {
			p.Letters[i].Error = wrong.Error(key("cislo", p.Letters[i].ID))
		}
		return web.Invalid(c, "dispatch/post", "", p)
	case err != nil:
		return err
	case sheet.No == 0:
		web.SetFlash(c, "success", "Podací čísla jsou zapsaná.")
	default:
		web.SetFlash(c, "success", "Předáno poště, podací arch "+sheet.Name()+". Vytiskněte ho a nechte potvrdit.")
	}
	return web.See(c, home+"/posta")
}

// SetRange writes down new labels from the post.
func (d *Dispatch) SetRange(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		return sending.SetRange(ctx, tx, v.Get("prvni"), v.Get("posledni"), d.Clock.Now())
	})
	if errs.Is(err, errs.Invalid) {
		p, pageErr := d.postPage(c, nil)
		if pageErr != nil {
			return pageErr
		}
		p.Errors, p.First, p.Last = wrongs(err, ""), v.Get("prvni"), v.Get("posledni")
		return web.Invalid(c, "dispatch/post", "", p)
	}
	if err != nil {
		return err
	}
	web.SetFlash(c, "success", "Řada podacích čísel je zapsaná.")
	return web.See(c, home+"/posta")
}

// Envelopes prints the ticked letters' envelopes.
func (d *Dispatch) Envelopes(c *fiber.Ctx) error {
	var letters []sending.Dispatch
	err := d.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		for _, id := range query(c)["id"] {
			l, err := sending.ByID(ctx, tx, number(id))
			if err != nil {
				return err
			}
			if l.Way == sending.Post && len(letters) < mostLetters {
				letters = append(letters, l)
				d.Seen(tx, "envelope printed", "dispatch", l.ID, nil)
			}
		}
		return nil
	})
	if err == nil && len(letters) == 0 {
		err = errs.New(errs.NotFound, "Zaškrtněte zásilky, jejichž obálky chcete vytisknout.")
	}
	if err != nil {
		return err
	}
	o, err := d.Offices.ByID(web.Session(c).Office)
	if err != nil {
		return err
	}
	data, err := sending.EnvelopesPDF(o, d.Sending, letters, c.Query("format"), d.Clock.Now())
	return sendPDF(c, data, err, "obalky.pdf")
}

// SheetPaper prints a hand-over sheet; its address ends "2026-3".
func (d *Dispatch) SheetPaper(c *fiber.Ctx) error {
	year, no, _ := strings.Cut(c.Params("number"), "-")
	var sheet sending.Sheet
	err := d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		sheet, err = sending.SheetByNo(ctx, tx, int(number(year)), int(number(no)))
		d.Seen(tx, "sheet printed", "office", int64(tx.Office), map[string]any{"sheet": sheet.Name()})
		return err
	})
	if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Invalid) {
		return errs.New(errs.NotFound, "Takový podací arch úřad nemá.")
	}
	if err != nil {
		return err
	}
	o, err := d.Offices.ByID(web.Session(c).Office)
	if err != nil {
		return err
	}
	data, err := sending.SheetPDF(o, d.Sending, sheet, d.Clock.Now())
	return sendPDF(c, data, err, "podaci-arch-"+c.Params("number")+".pdf")
}

func sendPDF(c *fiber.Ctx, data []byte, err error, name string) error {
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/pdf")
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'") // a sandbox would stop the browser's own viewer
	c.Set(fiber.HeaderContentDisposition, `inline; filename="`+name+`"`)
	return c.Send(data)
}
