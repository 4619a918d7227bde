package desk

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
	"epom/submissions"
)

// JournalPage is the journal of one year from the newest number.
type JournalPage struct {
	web.Page
	Year    int
	Years   []int
	Entries []JournalRow
	Next    string
	First   bool
}

// JournalRow is one registered document.
type JournalRow struct {
	records.Entry
	Incoming  bool
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
	p := JournalPage{Year: clock.Year(d.Clock.Now())}
	if y, err := strconv.Atoi(c.Query("rok")); err == nil && y >= 1990 && y <= p.Year {
		p.Year = y
	}
	at, id := parseMoment(c.Query("po"))
	p.First = id == 0
	const limit = 2 * perPage
	err := d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = d.Page(c, tx, "Podací deník"); err != nil {
			return err
		}
		if p.Years, err = records.JournalYears(ctx, tx); err != nil {
			return err
		}
		entries, err := records.Journal(ctx, tx, p.Year, at, id, limit+1)
		if err != nil {
			return err
		}
		if len(entries) > limit {
			entries = entries[:limit]
			last := entries[limit-1]
			p.Next = with(c, "po", strconv.FormatInt(last.RegisteredAt.UnixMicro(), 10)+"."+strconv.FormatInt(last.ID, 10))
		}
		for _, e := range entries {
			p.Entries = append(p.Entries, JournalRow{Entry: e, Incoming: e.Direction == records.In, Direction: directionWords[e.Direction],
				Channel: channelWords[e.Channel], Outcome: handledWords[e.HandledHow], Cancelled: e.CancelledAt != nil})
		}
		d.Seen(tx, "journal viewed", "journal", int64(p.Year), map[string]any{"rows": len(entries)})
		return nil
	})
	if err != nil {
		return err
	}
	return web.View(c, "journal/list", "list", p)
}

// parseMoment reads the last row of a page of the journal: instant in microseconds and id.
func parseMoment(s string) (time.Time, int64) {
	micro, id, _ := strings.Cut(s, ".")
	m, err1 := strconv.ParseInt(micro, 10, 64)
	n, err2 := strconv.ParseInt(id, 10, 64)
	if err1 != nil || err2 != nil || n <= 0 {
		return time.Time{}, 0
	}
	return time.UnixMicro(m).UTC(), n
}

// SearchPage is what was found.
type SearchPage struct {
	web.Page
	Query string
	Rows  []Row
	More  bool
	Asked bool
}

// referenceNumber is a file mark with the order of a document: HEJ/2026/00042-3.
var referenceNumber = regexp.MustCompile(`^(\S+/\d{4}/\d+)-\d+$`)

// Search finds case files by mark, subject, party, or by the citizen's reference. A full mark leads straight to its file.
func (d *Desk) Search(c *fiber.Ctx) error {
	const limit = 50
	s := web.Session(c)
	p := SearchPage{Query: strings.TrimSpace(c.Query("q"))}
	p.Asked = len([]rune(p.Query)) >= 2
	var straight int64
	err := d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = d.Page(c, tx, "Hledání"); err != nil || !p.Asked {
			return err
		}
		if straight, err = d.byReference(ctx, tx, p.Query); err != nil || straight != 0 {
			return err
		}
		mark := referenceNumber.ReplaceAllString(p.Query, "$1")
		items, err := records.Search(ctx, tx, mark, limit+1)
		if err != nil {
			return err
		}
		if p.More = len(items) > limit; p.More {
			items = items[:limit]
		}
		if len(items) == 1 && strings.EqualFold(items[0].Mark, mark) {
			straight = items[0].ID
		}
		p.Rows = rowsOf(items, s.Account.ID, d.Date())
		d.Seen(tx, "searched", "case_file", 0, map[string]any{"found": len(items)})
		return nil
	})
	if err != nil {
		return err
	}
	if straight != 0 {
		return web.See(c, casePath(straight))
	}
	return web.View(c, "desk/search", "list", p)
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
