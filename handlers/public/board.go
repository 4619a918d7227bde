package public

import (
	"html/template"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/board"
	"epom/handlers/web"
	"epom/internal/clock"
	"epom/internal/i18n"
	"epom/offices"
	"epom/templates"
)

// How much a list shows at once.
const (
	boardItems  = 20
	boardOthers = 4 // news and events on the front of a board
)

// How often one visitor may search boards; a list without a search is not counted.
const (
	searchesOfVisitor = 120
	searchesWindow    = time.Minute
)

// BoardPage is the board of one office.
type BoardPage struct {
	web.Page
	Card    *offices.Office
	Asked   BoardQuery
	Kinds   template.HTML
	Front   bool // the first look: all classes, each apart
	Notices []ItemLine
	News    []ItemLine
	Events  []ItemLine
	Found   []ItemLine // of a list that is no front
	Links   BoardLinks
	Wait    string // asked too often: how long to wait

	Before, After template.HTML // what stands around the lists
}

// BoardLinks lead from one list to another; an empty one leads nowhere.
type BoardLinks struct {
	Here, Archive, AllNews, AllEvents string
	Next, First                       string
	OtherState                        string // the same search in the archive, or in what hangs
	Told, Calendar                    string // the same by e-mail, and as a calendar
}

// BoardQuery is what the visitor asked for, as it stands in the address.
type BoardQuery struct {
	Words, Kind, Issuer, Agenda, Place, From, To string
	Class                                        string // as written in the address: aktuality, udalosti, ""
	Archive, Narrow                              bool
	BadFrom, BadTo                               bool // not a date
}

// ItemLine is one line of a list, put into words here: a template takes much longer over each of them.
type ItemLine struct {
	board.Item
	Href      template.URL
	KindName  string // with the name of the board, where boards are mixed
	Term      string // "visí do 16. 6. 2026"
	Mark      template.HTML
	Tone      string
	Posted    string // for people
	PostedISO string // for machines
	From      string // originator with the reference number
	Documents template.HTML
}

// Board shows the board of an office: what hangs, the archive, or what fits a search.
func (h *Public) Board(c *fiber.Ctx) error {
	o, err := h.Offices.BySlug(c.Params("slug"))
	if err != nil {
		return err
	}
	turn := h.Shelf.Turn(o.ID, board.Path(o.Slug))
	asked, search := h.boardQuery(c)
	search.Office = o.ID
	p := BoardPage{Page: web.OpenPage(c, "Úřední deska"), Card: o, Asked: asked, Kinds: h.kindOptions(web.Lang(c), asked.Kind)}
	p.Title = p.T("Úřední deska") + " – " + o.Name
	p.Page.Office = web.ViewOffice(o)
	p.Alternates = boardFeeds(p.Page, o)
	after := board.ParseKey(c.Query("za"))
	p.Front = !asked.Narrow && !asked.Archive && asked.Class == "" && after == nil
	p.Links = boardLinks(board.Path(o.Slug), c, asked)
	switch {
	case p.Front:
		err = h.boardFront(c, &p)
	default:
		if p.Wait, err = h.tooMany(c, asked.Narrow); err == nil && p.Wait == "" {
			p.Found, p.Links.Next, err = h.boardFound(c, p.Page, board.Path(o.Slug), search, after)
		}
	}
	if err != nil {
		return err
	}
	noIndex(c, !p.Front)
	for part, into := range map[string]*template.HTML{"before": &p.Before, "after": &p.After} {
		if *into, err = h.Shelf.Piece(c, turn, "board/list", part, p); err != nil {
			return err
		}
	}
	return h.Shelf.View(c, turn, "board/list", "", p)
}

func (h *Public) boardFront(c *fiber.Ctx, p *BoardPage) error {
	f, err := h.Boards.Front(c.UserContext(), p.Card.ID, boardItems, boardOthers)
	if err != nil {
		return err
	}
	p.Notices, p.News, p.Events = h.lines(p.Page, f.Notices, false), h.lines(p.Page, f.News, false), h.lines(p.Page, f.Events, false)
	base := board.Path(p.Card.Slug)
	if f.MoreNotices {
		p.Links.Next = base + "?za=" + f.Notices[len(f.Notices)-1].Key().String()
	}
	if f.MoreNews {
		p.Links.AllNews = base + "?trida=aktuality"
	}
	if f.MoreEvents {
		p.Links.AllEvents = base + "?trida=udalosti"
	}
	return nil
}

// boardFound lists what fits, with the address of the following page.
func (h *Public) boardFound(c *fiber.Ctx, p web.Page, base string, s board.Search, after *board.Key) ([]ItemLine, string, error) {
	items, more, err := h.Boards.Find(c.UserContext(), s, after, boardItems, h.Clock.Now())
	if err != nil || !more {
		return h.lines(p, items, s.Office == 0), "", err
	}
	return h.lines(p, items, s.Office == 0), linkWith(base, c, "za", items[len(items)-1].Key().String()), nil
}

// boardQuery reads what is asked for.
func (h *Public) boardQuery(c *fiber.Ctx) (BoardQuery, board.Search) {
	get := func(name string) string { return strings.Join(strings.Fields(cutText(c.Query(name), 200)), " ") }
	q := BoardQuery{Words: get("q"), Kind: get("druh"), Issuer: get("puvodce"), Agenda: get("agenda"), Place: get("misto"), From: get("od"), To: get("do"),
		Class: get("trida"), Archive: c.Query("archiv") == "1"}
	s := board.Search{Words: q.Words, Issuer: q.Issuer, Agenda: q.Agenda, Place: q.Place, Archive: q.Archive}
	s.From, q.BadFrom = askedDate(&q.From)
	s.To, q.BadTo = askedDate(&q.To)
	switch q.Class {
	case "aktuality":
		s.Class = board.News
	case "udalosti":
		s.Class = board.Event
	default:
		q.Class = ""
	}
	if _, err := h.Kinds.Kind(q.Kind, h.today()); err == nil {
		s.Kind = q.Kind
	} else {
		q.Kind = ""
	}
	q.Narrow = s.Narrow()
	if s.Class == "" && !q.Narrow {
		s.Class = board.Notice
	}
	return q, s
}

// askedDate reads a day as browsers or people write it and rewrites it for the input; bad = it is none.
func askedDate(text *string) (on *time.Time, bad bool) {
	if *text == "" {
		return nil, false
	}
	for _, layout := range []string{time.DateOnly, "2.1.2006"} {
		d, err := time.ParseInLocation(layout, strings.ReplaceAll(*text, " ", ""), clock.Prague)
		if err == nil && d.Year() > 1900 && d.Year() < 3000 {
			*text = d.Format(time.DateOnly)
			return &d, false
		}
	}
	return nil, true
}

// tooMany counts a search and says how long to wait when there were too many from one place.
func (h *Public) tooMany(c *fiber.Ctx, search bool) (string, error) {
	if !search {
		return "", nil
	}
	ok, after, err := h.Users.Allow(c.UserContext(), "deska:ip:"+c.IP(), searchesOfVisitor, searchesWindow)
	if err != nil || ok {
		return "", err
	}
	c.Status(fiber.StatusTooManyRequests)
	c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(after.Seconds())+1))
	return waitText(web.Lang(c), after), nil
}

// noIndex asks search engines to leave out lists and what was taken down: people named there hung for a time only.
func noIndex(c *fiber.Ctx, yes bool) {
	if yes {
		c.Set("X-Robots-Tag", "noindex")
	}
}

func boardFeeds(p web.Page, o *offices.Office) []web.Alternate {
	at := board.Path(o.Slug)
	return []web.Alternate{{Type: "application/atom+xml", Href: at + ".atom", Title: p.T("Úřední deska") + " – " + o.Name},
		{Type: "application/ld+json", Href: at + ".jsonld", Title: p.T("Otevřená data úřední desky")}}
}

// boardLinks are the ways between the lists of a board.
func boardLinks(base string, c *fiber.Ctx, q BoardQuery) BoardLinks {
	l := BoardLinks{Here: base, Archive: base + "?archiv=1", Told: toldLink(base, c), Calendar: base + ".ics"}
	if c.Query("za") != "" {
		l.First = linkWith(base, c, "za", "")
	}
	if q.Narrow {
		state := "1"
		if q.Archive {
			state = ""
		}
		l.OtherState = linkWith(base, c, "archiv", state)
	}
	return l
}

// asked are the parameters that make an address of a list; what else stands there is not carried on.
var askedParams = []string{"q", "druh", "puvodce", "agenda", "misto", "od", "do", "trida", "obec", "urad", "archiv", "za"}

// linkWith is the address of the shown list with one parameter changed; changing the list leaves its page.
func linkWith(base string, c *fiber.Ctx, name, value string) string {
	v := url.Values{}
	for _, n := range askedParams {
		if s := cutText(c.Query(n), 200); s != "" && n != "za" {
			v.Set(n, s)
		}
	}
	v.Set(name, value)
	if value == "" {
		v.Del(name)
	}
	if len(v) == 0 {
		return base
	}
	return base + "?" + v.Encode()
}

// kindOptions are the options of kinds to choose from, in the page's language.
func (h *Public) kindOptions(lang, chosen string) template.HTML {
	var b strings.Builder
	for _, k := range h.Kinds.Kinds(h.today()) {
		b.WriteString(`<option value="` + template.HTMLEscapeString(k.Code) + `"`)
		if k.Code == chosen {
			b.WriteString(" selected")
		}
		b.WriteString(">" + template.HTMLEscapeString(i18n.T(lang, k.Name)) + "</option>")
	}
	return template.HTML(b.String())
}

// lines are items as lists show them; mixed ones name their board.
func (h *Public) lines(p web.Page, items []board.Item, mixed bool) []ItemLine {
	now := h.Clock.Now()
	out := make([]ItemLine, 0, len(items))
	for _, i := range items {
		o, err := h.Offices.ByID(i.OfficeID)
		if err != nil {
			continue // an office that is no more has no board
		}
		posted := i.PostedAt.In(clock.Prague)
		l := ItemLine{Item: i, Href: template.URL(board.ItemPath(o.Slug, i.Number)), KindName: h.kindName(p.Lang, i.Kind, i.PostedAt), From: i.Issuer,
			Posted: dayText(posted), PostedISO: posted.Format(time.DateOnly)}
		if mixed {
			l.KindName += " · " + o.Name
			if i.Issuer == o.Name {
				l.From = ""
			}
		}
		if i.ReferenceNumber != "" {
			l.From = strings.TrimPrefix(l.From+", "+p.T("č. j.")+" "+i.ReferenceNumber, ", ")
		}
		if i.Files > 0 {
			l.Documents = clip + template.HTML(template.HTMLEscapeString(i18n.N(p.Lang, i.Files, "%d dokument", "%d dokumenty", "%d dokumentů")))
		}
		l.Term, l.Tone = term(p, i.UntilOn, i.RemovedAt, now)
		l.Mark = toneMarks[l.Tone]
		out = append(out, l)
	}
	return out
}

var clip = templates.Icon("paperclip") + " "

// toneMarks are the shapes of tones, so that colour never speaks alone.
var toneMarks = map[string]template.HTML{"success": mark("success"), "warning": mark("warning"), "neutral": mark("neutral")}

func mark(tone string) template.HTML { return templates.Icon(templates.StatusIcon(tone)) }

// dayText writes a day as people do.
func dayText(t time.Time) string {
	y, m, d := t.Date()
	return strconv.Itoa(d) + ".\u00a0" + strconv.Itoa(int(m)) + ".\u00a0" + strconv.Itoa(y)
}

func (h *Public) kindName(lang, code string, on time.Time) string {
	k, err := h.Kinds.Kind(code, clock.Date(on))
	if err != nil {
		return code
	}
	return i18n.T(lang, k.Name)
}

// term says in words how long a posting hangs, with a tone.
func term(p web.Page, until, removed *time.Time, now time.Time) (text, tone string) {
	day := func(t time.Time) string { return dayText(t.In(clock.Prague)) }
	switch left := board.DaysLeft(until, now); {
	case removed != nil:
		return p.T("sejmuto %s", day(*removed)), "neutral"
	case until == nil:
		return p.T("visí do odvolání"), "success"
	case left == 0:
		return p.T("visí naposledy dnes"), "warning"
	case left <= 3:
		return p.T("visí do %s", day(*until)) + ", " + i18n.N(p.Lang, left, "ještě %d den", "ještě %d dny", "ještě %d dní"), "warning"
	}
	return p.T("visí do %s", day(*until)), "success"
}
