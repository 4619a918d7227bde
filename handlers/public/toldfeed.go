package public

import (
	"bytes"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/board"
	"epom/handlers/web"
	"epom/internal/clock"
	"epom/internal/feed"
	"epom/offices"
)

// feedItems is how much one page of a feed carries.
const feedItems = 50

// feedOf is what a feed is about: one board, or all of them narrowed by the same words of the address as /deska.
type feedOf struct {
	office *offices.Office // nil = all boards
	search board.Search
	name   string
	path   string // of the feed, without its query
	query  url.Values
}

// OfficeFeed is the Atom feed of one board.
func (h *Public) OfficeFeed(c *fiber.Ctx) error { return h.ofOffice(c, ".atom", h.sendFeed) }

// OfficeCalendar is the calendar of one board.
func (h *Public) OfficeCalendar(c *fiber.Ctx) error { return h.ofOffice(c, ".ics", h.sendCalendar) }

// RegionFeed is the Atom feed of all boards.
func (h *Public) RegionFeed(c *fiber.Ctx) error { return h.ofRegion(c, ".atom", h.sendFeed) }

// RegionCalendar is the calendar of all boards.
func (h *Public) RegionCalendar(c *fiber.Ctx) error { return h.ofRegion(c, ".ics", h.sendCalendar) }

func (h *Public) ofOffice(c *fiber.Ctx, ending string, send func(*fiber.Ctx, feedOf) error) error {
	o, err := h.Offices.BySlug(c.Params("slug"))
	if err != nil {
		return err
	}
	_, s := h.boardQuery(c)
	s.Office, s.Class = o.ID, classOf(c)
	return h.open(c, feedOf{o, s, "Úřední deska – " + o.Name, board.Path(o.Slug) + ending, feedQuery(c)}, send)
}

func (h *Public) ofRegion(c *fiber.Ctx, ending string, send func(*fiber.Ctx, feedOf) error) error {
	p := BoardsPage{Page: web.Page{Lang: "cs"}, ByOffice: cutText(c.Query("urad"), 100)}
	asked, s := h.boardQuery(c)
	p.Asked, p.Place = asked, h.boardPlace(c, p.Page)
	h.narrow(&p, &s)
	s.Class = classOf(c)
	return h.open(c, feedOf{nil, s, "Úřední desky v kraji", boardsPath + ending, feedQuery(c)}, send)
}

// classOf narrows a feed to one class only when the address says so: unlike the page, a feed holds all.
func classOf(c *fiber.Ctx) board.Class {
	return map[string]board.Class{"oznameni": board.Notice, "aktuality": board.News, "udalosti": board.Event}[c.Query("trida")]
}

// toldLink leads from a list to the form of a subscription to the same.
func toldLink(base string, c *fiber.Ctx) string {
	v := url.Values{}
	for from, to := range map[string]string{"druh": "druh", "q": "slova", "obec": "obec"} {
		if s := cutText(c.Query(from), 200); s != "" {
			v.Set(to, s)
		}
	}
	if slug, ok := strings.CutPrefix(strings.TrimSuffix(base, boardsPath), "/urady/"); ok {
		v.Set("urad", slug)
	}
	if len(v) == 0 {
		return "/odber"
	}
	return "/odber?" + v.Encode()
}

// feedQuery are the words of the address that narrow a feed.
func feedQuery(c *fiber.Ctx) url.Values {
	v := url.Values{}
	for _, name := range append(askedParams, "terminy") {
		if s := cutText(c.Query(name), 200); s != "" && name != "za" && name != "archiv" {
			v.Set(name, s)
		}
	}
	return v
}

// open sends a feed to programs of any site: it is the same for everyone.
func (h *Public) open(c *fiber.Ctx, f feedOf, send func(*fiber.Ctx, feedOf) error) error {
	if wait, err := h.tooMany(c, len(f.query) > 0); err != nil || wait != "" {
		return c.SendString(wait)
	}
	turn := h.Shelf.Turn(f.search.Office, f.path)
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	if err := send(c, f); err != nil {
		return err
	}
	return h.Shelf.Keep(c, turn)
}

// address is a page of the feed itself.
func (h *Public) feedAddress(c *fiber.Ctx, f feedOf, path string, archive bool, after string) string {
	v := url.Values{}
	for name := range f.query {
		v.Set(name, f.query.Get(name))
	}
	if archive {
		v.Set("archiv", "1")
	}
	if after != "" {
		v.Set("za", after)
	}
	if len(v) > 0 {
		path += "?" + v.Encode()
	}
	return h.base(c) + path
}

func (h *Public) sendFeed(c *fiber.Ctx, f feedOf) error {
	items, more, err := h.Boards.Feed(c.UserContext(), f.search, board.ParseKey(c.Query("za")), feedItems, h.Clock.Now())
	if err != nil {
		return err
	}
	page := board.Path
	out := feed.Atom{Title: f.name, Lang: "cs", Author: feed.Person{Name: "e-POM", URI: h.base(c)}, ID: h.feedAddress(c, f, f.path, false, "")}
	html := boardsPath
	if f.office != nil {
		out.Author, html = feed.Person{Name: f.office.Name, URI: h.base(c) + "/urady/" + f.office.Slug}, page(f.office.Slug)
	}
	link := func(rel, kind, href string) {
		out.Links = append(out.Links, feed.Link{Rel: rel, Type: kind, Href: href})
	}
	const atom = "application/atom+xml"
	link("self", atom, h.feedAddress(c, f, f.path, f.search.Archive, c.Query("za")))
	link("alternate", "text/html", h.feedAddress(c, f, html, f.search.Archive, ""))
	link("first", atom, h.feedAddress(c, f, f.path, false, ""))
	switch { // what hangs comes first, then what was taken down (RFC 5005, section 3)
	case more:
		link("next", atom, h.feedAddress(c, f, f.path, f.search.Archive, items[len(items)-1].Key().String()))
	case !f.search.Archive:
		link("next", atom, h.feedAddress(c, f, f.path, true, ""))
	}
	for _, i := range items {
		if e, ok := h.feedEntry(c, i); ok {
			out.Entries = append(out.Entries, e)
			if e.Updated.After(out.Updated) {
				out.Updated = e.Updated
			}
		}
	}
	if out.Updated.IsZero() {
		out.Updated = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) // an empty feed never changed
	}
	c.Set(fiber.HeaderContentType, feed.AtomType)
	return h.sendWritten(c, func(b *bytes.Buffer) error { return out.Write(b) })
}

func (h *Public) sendWritten(c *fiber.Ctx, write func(*bytes.Buffer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	return c.Send(b.Bytes())
}

// feedEntry is one posting; false for one of an office that is no more.
func (h *Public) feedEntry(c *fiber.Ctx, i board.FeedItem) (e feed.Entry, ok bool) {
	o, err := h.Offices.ByID(i.OfficeID)
	if err != nil {
		return e, false
	}
	kind := h.kindName("cs", i.Kind, i.PostedAt)
	e = feed.Entry{ID: h.itemTag(c, o, i), Title: i.Title, Summary: h.itemSummary(i, kind), Published: i.PostedAt, Updated: i.ChangedAt,
		Author: &feed.Person{Name: o.Name}, Categories: []feed.Category{{Term: i.Kind, Label: kind}},
		Links: []feed.Link{{Rel: "alternate", Type: "text/html", Href: h.base(c) + board.ItemPath(o.Slug, i.Number)}}}
	if e.Updated.Before(i.PostedAt) {
		e.Updated = i.PostedAt
	}
	for n := range i.Files {
		f := &i.Files[n]
		href := f.URL
		if f.SHA256 != "" {
			href = h.base(c) + board.FilePath(o.Slug, i.Number, f)
		}
		e.Links = append(e.Links, feed.Link{Rel: "enclosure", Href: href, Type: f.MediaType, Title: f.Name, Length: f.Size})
	}
	return e, true
}

// itemTag names a posting for ever.
func (h *Public) itemTag(c *fiber.Ctx, o *offices.Office, i board.FeedItem) string {
	return feed.Tag(h.host(c), i.PostedAt.In(clock.Prague).Year(), "deska/"+o.Slug+"/"+i.Number)
}

func (h *Public) host(c *fiber.Ctx) string {
	if u, err := url.Parse(h.base(c)); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return "localhost"
}

// itemSummary says a posting in one line, in Czech as the posting itself.
func (h *Public) itemSummary(i board.FeedItem, kind string) string {
	s := kind + ". Vydal: " + i.Issuer + "."
	if i.ReferenceNumber != "" {
		s += " Č. j. " + i.ReferenceNumber + "."
	}
	day := func(t time.Time) string { return t.In(clock.Prague).Format("2. 1. 2006") }
	s += " Vyvěšeno " + day(i.PostedAt)
	switch {
	case i.RemovedAt != nil:
		s += ", sejmuto " + day(*i.RemovedAt)
	case i.UntilOn != nil:
		s += ", visí do " + day(*i.UntilOn)
	}
	if i.Item.Files > 0 {
		s += ", dokumentů: " + strconv.Itoa(i.Item.Files)
	}
	return s + "."
}
