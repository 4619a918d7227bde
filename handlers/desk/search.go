package desk

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/records/books"
	"epom/records/register"
)

// SearchPage is what was found, with all that the search may be narrowed by. Everything stands in the address.
type SearchPage struct {
	web.Page
	Query, Person, Class string
	From, To             string
	FromError, ToError   string
	Registers, States    []Choice
	Directions, Channels []Choice
	Clerks               []Person
	Rows                 []FoundRow
	Next                 string
	Asked, Narrowed      bool
	Late                 bool // not all that changed has been read yet
	Canonical            string
	Filters              []FilterRow
}

// FoundRow is a found document or a case file without any.
type FoundRow struct {
	books.Hit
	Incoming  bool
	Direction string
	Channel   string
	Outcome   string
	Cancelled bool
	Due       Due
}

// FilterRow is a kept search.
type FilterRow struct {
	books.Filter
	Href          string
	Mine, Current bool
}

var searchStates = []Choice{{Value: books.Open, Label: "nevyřízené"}, {Value: books.Done, Label: "vyřízené"}, {Value: books.Cancelled, Label: "stornovaná čísla"}}

var searchDirections = []Choice{{Value: "in", Label: "došlé"}, {Value: "out", Label: "odeslané"}, {Value: "own", Label: "vlastní"}}

var searchChannels = []Choice{{Value: "portal", Label: "portál"}, {Value: "databox", Label: "datová schránka"}, {Value: "email", Label: "e-mail"}, {Value: "post", Label: "pošta"},
	{Value: "counter", Label: "přepážka"}, {Value: "office", Label: "jiný úřad"}, {Value: "referral", Label: "postoupení"}}

// refreshMost is how many changes a search reads itself; the rest follows within a minute.
const refreshMost = 500

// Search finds documents by words, number, person and whatever else the form offers. A whole number leads straight to its case
// file, and so does a citizen's reference.
func (d *Desk) Search(c *fiber.Ctx) error {
	s := web.Session(c)
	var p SearchPage
	q := p.read(c)
	read, err := books.Refresh(c.UserContext(), d.DB, s.Scope(), refreshMost)
	if err != nil {
		return err
	}
	if p.Clerks, err = d.clerks(c.UserContext(), s, q.Clerk); err != nil {
		return err
	}
	var straight int64
	at, id := parseMoment(c.Query("po"))
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = d.Page(c, tx, "Hledání"); err != nil {
			return err
		}
		if err = p.offer(ctx, tx, q, s.Account.ID); err != nil || !p.Asked {
			return err
		}
		if straight, err = d.byReference(ctx, tx, p.Query); err != nil || straight != 0 {
			return err
		}
		var after *books.Key
		if id != 0 {
			after = &books.Key{At: at, ID: id}
		}
		hits, more, err := books.Find(ctx, tx, q, after, perPage, d.Clock.Now())
		if err != nil {
			return err
		}
		if more {
			last := hits[len(hits)-1]
			p.Next = with(c, "po", strconv.FormatInt(last.At.UnixMicro(), 10)+"."+strconv.FormatInt(last.ID, 10))
		}
		if !p.Narrowed && after == nil {
			straight = exact(p.Query, hits)
		}
		p.Late = !read
		p.rows(hits, d.Date())
		d.Seen(tx, "searched", "case_file", 0, map[string]any{"found": len(hits)})
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

// exact is the one case file whose mark or document's number was typed whole, 0 when there is none.
func exact(typed string, hits []books.Hit) int64 {
	typed = strings.Join(strings.Fields(typed), "")
	for _, h := range hits {
		if strings.EqualFold(h.ReferenceNumber, typed) || strings.EqualFold(h.Mark, typed) {
			return h.CaseID
		}
	}
	return 0
}

// read reads the search from the address; a day that cannot be read is said and does not narrow.
func (p *SearchPage) read(c *fiber.Ctx) books.Search {
	p.Query, p.Person, p.Class = strings.TrimSpace(c.Query("q")), strings.TrimSpace(c.Query("osoba")), strings.TrimSpace(c.Query("znak"))
	p.From, p.To = c.Query("od"), c.Query("do")
	q := books.Search{Words: p.Query, Person: p.Person, Class: p.Class, Register: c.Query("evidence"), State: c.Query("stav"), Direction: c.Query("smer"), Channel: c.Query("zpusob"),
		Agenda: c.Query("agenda"), Clerk: queryID(c, "kdo")}
	day := func(typed string, wrong *string) *time.Time {
		if typed == "" {
			return nil
		}
		t, ok := web.ParseDay(typed)
		if !ok || t.Year() < 1900 || t.Year() > 2200 {
			*wrong = "Napište den, například 3. 11. 2026."
			return nil
		}
		return &t
	}
	q.From, q.To = day(p.From, &p.FromError), day(p.To, &p.ToError)
	if q.From != nil && q.To != nil && q.To.Before(*q.From) {
		p.ToError = "Konec je dřív než začátek. Prohoďte je."
	}
	rest := q
	rest.Words = ""
	p.Narrowed = !rest.Empty()
	p.Asked = len([]rune(p.Query)) >= 2 || p.Narrowed
	p.Canonical = q.Values().Encode()
	return q
}

// offer fills the choices of the form and the kept searches.
func (p *SearchPage) offer(ctx context.Context, tx *db.Tx, q books.Search, me int64) error {
	n, err := register.Load(ctx, tx)
	if err != nil {
		return err
	}
	if len(n.Registers) > 0 {
		for _, s := range n.Series() {
			p.Registers = append(p.Registers, Choice{Value: s, Label: n.Name(s), Selected: q.Register == s})
		}
	}
	p.States, p.Directions, p.Channels = selected(searchStates, q.State), selected(searchDirections, q.Direction), selected(searchChannels, q.Channel)
	filters, err := books.Filters(ctx, tx, me)
	for _, f := range filters {
		p.Filters = append(p.Filters, FilterRow{Filter: f, Href: "/kancelar/hledat?" + typedDays(f.Query), Mine: f.Account == me, Current: f.Query == p.Canonical})
	}
	return err
}

// typedDays writes the days of a kept search as the form shows them.
func typedDays(query string) string {
	q, err := url.ParseQuery(query)
	if err != nil {
		return ""
	}
	for _, name := range []string{"od", "do"} {
		if t, err := time.ParseInLocation(time.DateOnly, q.Get(name), clock.Prague); err == nil {
			q.Set(name, t.Format("2. 1. 2006"))
		}
	}
	return q.Encode()
}

func selected(list []Choice, value string) []Choice {
	out := make([]Choice, len(list))
	for i, c := range list {
		c.Selected = c.Value == value
		out[i] = c
	}
	return out
}

func (p *SearchPage) rows(hits []books.Hit, today time.Time) {
	for _, h := range hits {
		r := FoundRow{Hit: h, Incoming: h.Direction == "in", Direction: directionWords[h.Direction], Channel: channelWords[h.Channel], Outcome: handledWords[h.HandledHow], Cancelled: h.CancelledAt != nil,
			Due: dueOf(h.DueOn, h.PausedOn, h.HandledAt, today)}
		p.Rows = append(p.Rows, r)
	}
}
