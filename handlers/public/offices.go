package public

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/fold"
	"epom/offices"
	"epom/routing"
	"epom/territory"
)

// OfficeListPage is the list of offices.
type OfficeListPage struct {
	web.Page
	Query   string
	Taking  []OfficeRow // take submissions here
	Others  []OfficeRow // only known
	Matches int
}

// OfficeRow is one office of the list.
type OfficeRow struct{ Slug, Name, Address string }

// OfficeList shows the offices, or those whose name fits what is typed.
func (h *Public) OfficeList(c *fiber.Ctx) error {
	p := OfficeListPage{Page: web.OpenPage(c, "Úřady"), Query: cutText(c.Query("q"), 100)}
	wanted := fold.Words(p.Query)
	for _, o := range h.Offices.List() {
		if !begins(fold.Words(o.Name+" "+o.SeatName+" "+o.Town+" "+o.Zip), wanted) {
			continue
		}
		row := OfficeRow{o.Slug, o.Name, o.Address()}
		if o.Participates {
			p.Taking = append(p.Taking, row)
		} else {
			p.Others = append(p.Others, row)
		}
	}
	p.Matches = len(p.Taking) + len(p.Others)
	return web.ViewOpen(c, "offices/list", "rows", p, 5*time.Minute)
}

// begins tells whether each wanted word begins some word of the text.
func begins(text, wanted []string) bool {
	for _, w := range wanted {
		ok := false
		for _, t := range text {
			ok = ok || strings.HasPrefix(t, w)
		}
		if !ok {
			return false
		}
	}
	return true
}

// OfficePage is the card of an office.
type OfficePage struct {
	web.Page
	Card    *offices.Office
	Week    []Day
	Forms   []FormLink
	Agendas []string // handled here without a form
}

// Office is the card of one office: where, when, how to reach it, what it handles.
func (h *Public) Office(c *fiber.Ctx) error {
	o, err := h.Offices.BySlug(c.Params("slug"))
	if err != nil {
		return err
	}
	p := OfficePage{Page: web.OpenPage(c, ""), Card: o, Week: week(web.Lang(c), o.Hours)}
	p.Title = o.Name
	p.Page.Office = web.ViewOffice(o)
	h.handled(&p, o)
	return web.ViewOpen(c, "offices/show", "", p, 5*time.Minute)
}

// handled lists what the office handles for people of its own seat.
func (h *Public) handled(p *OfficePage, o *offices.Office) {
	place := o.MunicipalityCode
	if o.Kind == offices.OfRegion {
		if r := h.Territory.Snapshot().Area(territory.Region, o.RegionCode, h.today()); r != nil {
			place = r.SeatCode
		}
	}
	engine := h.Routing.Engine()
	for _, a := range engine.Agendas() {
		d, err := engine.Resolve(routing.Query{Agenda: a.Code, Municipality: place, On: h.today(), Level: own(o, a)})
		if err != nil || d.Office == nil || d.Office.OfficeID != o.ID {
			continue
		}
		list := h.Forms.ByAgenda(a.Code)
		for _, f := range list {
			p.Forms = append(p.Forms, formLink(f, p.Lang))
		}
		if len(list) == 0 {
			p.Agendas = append(p.Agendas, a.Title(p.Lang))
		}
	}
}

// own is the level at which the office itself is addressed in an agenda where the person chooses.
func own(o *offices.Office, a *routing.Agenda) routing.Level {
	if a.Level == routing.Addressee && o.Kind == offices.OfRegion {
		return routing.Kraj
	}
	return ""
}

// Emblem sends the picture of an office. It was checked when it was taken in; nothing in it is run.
func (h *Public) Emblem(c *fiber.Ctx) error {
	o, err := h.Offices.BySlug(c.Params("slug"))
	if err != nil {
		return err
	}
	body, size, err := h.Files.Open(c.UserContext(), o.Emblem)
	if err != nil {
		return err
	}
	var head [512]byte
	n, err := io.ReadFull(body, head[:])
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		_ = body.Close()
		return err
	}
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		_ = body.Close()
		return err
	}
	c.Set(fiber.HeaderContentType, http.DetectContentType(head[:n]))
	c.Set(fiber.HeaderContentSecurityPolicy, "sandbox; default-src 'none'")
	c.Set(fiber.HeaderCacheControl, "public, max-age=86400")
	return c.SendStream(body, int(size)) // closes it
}
