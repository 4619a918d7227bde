package desk

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
	"epom/records/register"
	"epom/submissions"
)

// JournalPage is the journal of one year, or a separate register, from the newest number.
type JournalPage struct {
	web.Page
	Year      int
	Years     []Tab
	Register  string // its code
	Name      string // what it is called
	Registers []Tab  // the journal among them; one alone is not offered
	Ended     bool   // nothing new is registered in it
	Closed    bool   // the year is
	Entries   []JournalRow
	Next      string
	First     bool
}

// JournalRow is one registered document.
type JournalRow struct {
	records.Entry
	Incoming  bool
	Outgoing  bool
	Direction string // in words
	Channel   string
	Outcome   string // how the case was handled, in words; empty while it is open
	Cancelled bool
}

var channelWords = map[string]string{"portal": "portál", "email": "e-mail", "databox": "datová schránka", "post": "pošta", "counter": "přepážka",
	"office": "jiný úřad", "other": "jinak elektronicky", "referral": "postoupení", "none": "–"}

var directionWords = map[string]string{records.In: "došlé", records.Out: "odeslané", records.Own: "vlastní"}

// Journal lists registered documents, the newest first.
func (d *Desk) Journal(c *fiber.Ctx) error {
	now := clock.Year(d.Clock.Now())
	p := JournalPage{Year: now}
	if y, err := strconv.Atoi(c.Query("rok")); err == nil && y >= 1990 && y <= p.Year {
		p.Year = y
	}
	at, id := parseMoment(c.Query("po"))
	p.First = id == 0
	const limit = 2 * perPage
	err := d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if err = p.choose(ctx, tx, c.Query("evidence", records.SeriesJournal), now); err != nil {
			return err
		}
		if p.Page, err = d.Page(c, tx, fmt.Sprintf("%s %d", p.Name, p.Year)); err != nil {
			return err
		}
		entries, err := records.Journal(ctx, tx, p.Register, p.Year, at, id, limit+1)
		if err != nil {
			return err
		}
		if len(entries) > limit {
			entries = entries[:limit]
			last := entries[limit-1]
			p.Next = with(c, "po", strconv.FormatInt(last.RegisteredAt.UnixMicro(), 10)+"."+strconv.FormatInt(last.ID, 10))
		}
		for _, e := range entries {
			p.Entries = append(p.Entries, JournalRow{Entry: e, Incoming: e.Direction == records.In, Outgoing: e.Direction == records.Out, Direction: directionWords[e.Direction],
				Channel: channelWords[e.Channel], Outcome: handledWords[e.HandledHow], Cancelled: e.CancelledAt != nil})
		}
		d.Seen(tx, "journal viewed", "journal", int64(p.Year), map[string]any{"rows": len(entries), "register": p.Register})
		return nil
	})
	if err != nil {
		return err
	}
	return web.View(c, "journal/list", "list", p)
}

// choose finds the register and offers the others and their years.
func (p *JournalPage) choose(ctx context.Context, tx *db.Tx, code string, now int) error {
	n, err := register.Load(ctx, tx)
	if err != nil {
		return err
	}
	if !slices.Contains(n.Series(), code) {
		return errs.New(errs.NotFound, "Taková evidence v úřadu není.")
	}
	p.Register, p.Name = code, n.Name(code)
	for _, r := range n.Registers {
		p.Ended = p.Ended || r.Code == code && r.EndedAt != nil
	}
	address := func(code string, year int) string {
		return "/kancelar/denik?" + url.Values{"evidence": {code}, "rok": {strconv.Itoa(year)}}.Encode()
	}
	if len(n.Registers) > 0 {
		for _, s := range n.Series() {
			p.Registers = append(p.Registers, Tab{Href: address(s, p.Year), Label: n.Name(s), Current: s == code})
		}
	}
	years := []int{now, p.Year}
	for _, k := range n.Counters {
		if k.Series == code && (k.Last > 0 || k.ClosedAt != nil) {
			years = append(years, k.Year)
			p.Closed = p.Closed || k.Year == p.Year && k.ClosedAt != nil
		}
	}
	slices.Sort(years)
	for _, y := range slices.Backward(slices.Compact(years)) {
		p.Years = append(p.Years, Tab{Href: address(code, y), Label: strconv.Itoa(y), Current: y == p.Year})
	}
	return nil
}

// parseMoment reads the last row of a page of the journal or a search: instant in microseconds and id (negative: a case file
// without documents).
func parseMoment(s string) (time.Time, int64) {
	micro, id, _ := strings.Cut(s, ".")
	m, err1 := strconv.ParseInt(micro, 10, 64)
	n, err2 := strconv.ParseInt(id, 10, 64)
	if err1 != nil || err2 != nil || n == 0 {
		return time.Time{}, 0
	}
	return time.UnixMicro(m).UTC(), n
}

// byReference finds the case file of a citizen's reference in this office, 0 when there is none.
func (d *Desk) byReference(ctx context.Context, tx *db.Tx, typed string) (int64, error) {
	reference := submissions.CleanReference(typed)
	if len([]rune(typed)) > 9 || reference == "" {
		return 0, nil
	}
	office, id, err := d.Submissions.Locate(ctx, reference)
	if errs.Is(err, errs.NotFound) || err == nil && office != tx.Office {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	v, err := d.Submissions.Get(ctx, tx, id)
	if err != nil {
		return 0, err
	}
	return v.CaseID, nil
}

func casePath(id int64) string { return "/kancelar/spisy/" + strconv.FormatInt(id, 10) }
