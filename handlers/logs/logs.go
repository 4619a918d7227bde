// Package logs shows the sealed days of an office's transaction log to those who may see the log.
package logs

import (
	"context"
	"crypto/x509"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records/daily"
)

// Templates are the pages of the group and the data they are shown with.
var Templates = map[string]any{"logs/list": ListPage{}, "logs/list#list": ListPage{}, "logs/show": ShowPage{}}

// Logs are the pages.
type Logs struct {
	web.Staff
	Files *blob.Store
	Roots *x509.CertPool // whom seals are trusted by
}

// perPage is two months.
const perPage = 62

// ListPage lists sealed days, the newest first.
type ListPage struct {
	web.Page
	Parts   []daily.Part
	Next    string
	Missing []time.Time // days that are over and not sealed
	Trial   bool        // a seal on the page has no legal effects
}

// List shows the days with their state.
func (l *Logs) List(c *fiber.Ctx) error {
	var p ListPage
	before := time.Time{}
	if day, err := time.ParseInLocation(time.DateOnly, c.Query("pred"), clock.Prague); err == nil {
		before = day
	}
	err := l.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = l.Page(c, tx, "Transakční protokoly"); err != nil {
			return err
		}
		if p.Parts, err = daily.List(ctx, tx, before, perPage+1); err != nil {
			return err
		}
		next, err := daily.Next(ctx, tx, l.Clock.Now())
		if err == nil && before.IsZero() {
			for day := next.Day; day.Before(l.Date()) && len(p.Missing) < perPage; day = day.AddDate(0, 0, 1) {
				p.Missing = append(p.Missing, day)
			}
		}
		if errs.Is(err, errs.NotFound) {
			err = nil
		}
		l.Seen(tx, "log days viewed", "log", 0, nil)
		return err
	})
	if err != nil {
		return err
	}
	if len(p.Parts) > perPage {
		p.Parts = p.Parts[:perPage]
		p.Next = "/kancelar/protokol?pred=" + p.Parts[perPage-1].Day.Format(time.DateOnly)
	}
	for _, x := range p.Parts {
		p.Trial = p.Trial || x.Test
	}
	return web.View(c, "logs/list", "list", p)
}

// ShowPage is one sealed day with what its check gave.
type ShowPage struct {
	web.Page
	Part   daily.Part
	Result daily.Examined
	Lost   bool // the file is not there
}

// part reads the day of the address and writes into the log who looked.
func (l *Logs) part(c *fiber.Ctx, action string, page func(*db.Tx) error) (p daily.Part, err error) {
	day, err := time.ParseInLocation(time.DateOnly, c.Params("day"), clock.Prague)
	if err != nil {
		return p, errs.New(errs.NotFound, "Takový den tu není.")
	}
	return p, l.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p, err = daily.OnDay(ctx, tx, day); err != nil {
			return err
		}
		l.Seen(tx, action, "log", 0, map[string]any{"day": day.Format(time.DateOnly), "number": p.ReferenceNumber})
		return page(tx)
	})
}

// Show checks the seal, the timestamp and the chain of a day and says what came out.
func (l *Logs) Show(c *fiber.Ctx) error {
	var p ShowPage
	part, err := l.part(c, "log day checked", func(tx *db.Tx) (err error) {
		p.Page, err = l.Page(c, tx, "Ověření protokolu")
		return err
	})
	if err != nil {
		return err
	}
	p.Part = part
	p.Result, err = daily.Examine(c.UserContext(), l.Files, part, l.Roots, l.Clock.Now())
	if p.Lost = errs.Is(err, errs.NotFound); err != nil && !p.Lost {
		return err
	}
	return web.View(c, "logs/show", "", p)
}

// File hands the sealed file out.
func (l *Logs) File(c *fiber.Ctx) error {
	part, err := l.part(c, "log day downloaded", func(*db.Tx) error { return nil })
	if err != nil {
		return err
	}
	// The file is read after the handler returned, when the request's own time is over.
	body, size, err := l.Files.Open(context.WithoutCancel(c.UserContext()), part.SHA256)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/xml")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+strings.ReplaceAll(part.Name, `"`, "")+`"`)
	c.Set(fiber.HeaderETag, strconv.Quote(part.SHA256))
	return c.SendStream(body, int(size))
}
