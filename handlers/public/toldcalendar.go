package public

import (
	"bytes"
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/board"
	"epom/internal/clock"
	"epom/internal/feed"
	"epom/offices"
)

// sendCalendar sends what takes place: meetings, elections, events; with terminy=1 also the last days of notices, till when
// one can object or apply.
func (h *Public) sendCalendar(c *fiber.Ctx, f feedOf) error {
	now := h.Clock.Now()
	items, err := h.Boards.Calendar(c.UserContext(), f.search, c.Query("terminy") == "1", now)
	if err != nil {
		return err
	}
	out := feed.Calendar{Name: f.name, URL: h.feedAddress(c, f, f.path, false, ""), Refresh: 6 * time.Hour, Stamp: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	for _, i := range items {
		o, err := h.Offices.ByID(i.OfficeID)
		if err != nil {
			continue // an office that is no more has no board
		}
		out.Events = append(out.Events, h.calendarEvent(c, o, i))
		if i.ChangedAt.After(out.Stamp) { // not the present: an unchanged calendar is the same bytes
			out.Stamp = i.ChangedAt
		}
	}
	c.Set(fiber.HeaderContentType, feed.CalendarType)
	return h.sendWritten(c, func(b *bytes.Buffer) error { return out.Write(b) })
}

func (h *Public) calendarEvent(c *fiber.Ctx, o *offices.Office, i board.FeedItem) feed.Event {
	kind := h.kindName("cs", i.Kind, i.PostedAt)
	e := feed.Event{UID: fmt.Sprintf("deska-%s-%s@%s", o.Slug, i.Number, h.host(c)), Summary: i.Title, URL: h.base(c) + board.ItemPath(o.Slug, i.Number),
		Description: h.itemSummary(i, kind), Updated: i.ChangedAt, Sequence: int(i.ChangedAt.Sub(i.PostedAt).Minutes()), Categories: []string{kind}, Location: i.EventPlace}
	if i.EventAt == nil {
		e.UID, e.Summary = "termin-"+e.UID, "Poslední den na úřední desce: "+i.Title
		e.Start, e.AllDay, e.Location = *i.UntilOn, true, o.Name
		return e
	}
	if e.Start = *i.EventAt; e.Start.In(clock.Prague).Format("15:04:05") == "00:00:00" {
		e.Start, e.AllDay = clock.Date(e.Start), true // a day without an hour
	}
	if e.Location == "" {
		e.Location = o.SeatName
	}
	e.Cancelled = i.CalledOff()
	return e
}
