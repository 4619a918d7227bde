package desk

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/db"
	"epom/records"
)

// TermsPage shows running terms by day.
type TermsPage struct {
	web.Page
	Weeks  [][]CalendarDay
	Days   []TermDay
	Clerks []Person
	Mine   bool
	Next   string
	First  bool
	Late   int
}

// CalendarDay is one day of the overview.
type CalendarDay struct {
	On      time.Time
	Count   int
	Today   bool
	Past    bool
	Holiday string
	Rest    bool
}

// TermDay is one day with the terms that end on it.
type TermDay struct {
	On    time.Time
	Key   string
	Title string
	Rest  string
	Rows  []Row
}

// weeksShown is how many weeks the overview shows.
const weeksShown = 5

// Terms lists running terms by the day on which they end.
func (d *Desk) Terms(c *fiber.Ctx) error {
	s := web.Session(c)
	whose := queryID(c, "kdo")
	if c.Query("moje") != "" {
		whose = s.Account.ID
	}
	clerks, err := d.clerks(c.UserContext(), s, whose)
	if err != nil {
		return err
	}
	p := TermsPage{Clerks: clerks, Mine: whose == s.Account.ID}
	_, after, afterID := parseCursor(c.Query("po"))
	p.First = after == nil
	from := time.Time{}
	if after != nil {
		from = *after
	}
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = d.Page(c, tx, "Lhůty"); err != nil {
			return err
		}
		n, err := records.CountOpen(ctx, tx, s.Account.ID, d.Clock.Now())
		if err != nil {
			return err
		}
		p.Late = n.Late
		items, err := records.Terms(ctx, tx, whose, from, afterID, perPage+1)
		if err != nil {
			return err
		}
		if len(items) > perPage {
			items = items[:perPage]
			last := items[perPage-1]
			p.Next = with(c, "po", cursor(0, last.DueOn, last.ID))
		}
		p.Days = d.byDay(items, s.Account.ID)
		d.Seen(tx, "list viewed", "case_file", 0, map[string]any{"rows": len(items)})
		start := d.Date().AddDate(0, 0, -(int(d.Date().Weekday())+6)%7)
		counts, err := records.TermCounts(ctx, tx, whose, start, start.AddDate(0, 0, 7*weeksShown-1))
		p.Weeks = d.calendar(start, counts)
		return err
	})
	if err != nil {
		return err
	}
	return web.View(c, "desk/terms", "list", p)
}

func (d *Desk) byDay(items []records.Item, me int64) []TermDay {
	var list []TermDay
	cal := d.Submissions.Law().Calendar
	for i, r := range rowsOf(items, me, d.Date()) {
		on := *items[i].DueOn
		key := on.Format(time.DateOnly)
		if len(list) == 0 || list[len(list)-1].Key != key {
			day := TermDay{On: on, Key: key, Title: longDay(on)}
			day.Rest, _ = cal.Holiday(on)
			list = append(list, day)
		}
		list[len(list)-1].Rows = append(list[len(list)-1].Rows, r)
	}
	return list
}

func (d *Desk) calendar(monday time.Time, counts map[string]int) [][]CalendarDay {
	cal, today := d.Submissions.Law().Calendar, d.Date()
	var weeks [][]CalendarDay
	for w := range weeksShown {
		var week []CalendarDay
		for i := range 7 {
			on := monday.AddDate(0, 0, 7*w+i)
			day := CalendarDay{On: on, Count: counts[on.Format(time.DateOnly)], Today: days(today, on) == 0, Past: days(today, on) < 0, Rest: !cal.WorkingDay(on)}
			day.Holiday, _ = cal.Holiday(on)
			week = append(week, day)
		}
		weeks = append(weeks, week)
	}
	return weeks
}
