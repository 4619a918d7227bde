package desk

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/records"
)

// UnansweredPage is the report of incoming documents that nothing answers.
type UnansweredPage struct {
	web.Page
	Tabs   []Tab
	Rows   []UnansweredRow
	Clerks []Person
	Unread bool
	Next   string
}

// UnansweredRow is one document.
type UnansweredRow struct {
	records.Unanswered
	Days int // since it was registered
	Due  Due
	Mine bool
}

// Unanswered lists them, the oldest first.
func (d *Desk) Unanswered(c *fiber.Ctx) error {
	s := web.Session(c)
	f := records.UnansweredFilter{Clerk: queryID(c, "kdo"), Unread: c.Query("pohled") == "neprectene", Limit: perPage + 1}
	if at, id, ok := strings.Cut(c.Query("po"), "."); ok {
		if ms, err := strconv.ParseInt(at, 10, 64); err == nil {
			f.AfterAt = time.UnixMicro(ms)
			f.AfterID, _ = strconv.ParseInt(id, 10, 64)
		}
	}
	clerks, err := d.clerks(c.UserContext(), s, f.Clerk)
	if err != nil {
		return err
	}
	p := UnansweredPage{Clerks: clerks, Unread: f.Unread, Tabs: []Tab{{Href: with(c, "pohled", ""), Label: "Nezodpovězené", Current: !f.Unread},
		{Href: with(c, "pohled", "neprectene"), Label: "Nepřečtené", Current: f.Unread}}}
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = d.Page(c, tx, "Nevyřízené dokumenty"); err != nil {
			return err
		}
		list, err := records.ListUnanswered(ctx, tx, f)
		if len(list) > perPage {
			list = list[:perPage]
			last := list[perPage-1]
			p.Next = with(c, "po", strconv.FormatInt(last.RegisteredAt.UnixMicro(), 10)+"."+strconv.FormatInt(last.ID, 10))
		}
		for _, u := range list {
			p.Rows = append(p.Rows, UnansweredRow{Unanswered: u, Days: days(u.RegisteredAt.In(clock.Prague), d.Date()), Due: dueOf(u.DueOn, u.PausedOn, nil, d.Date()),
				Mine: u.ClerkID != nil && *u.ClerkID == s.Account.ID})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.View(c, "desk/unanswered", "list", p)
}
