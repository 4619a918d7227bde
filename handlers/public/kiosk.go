package public

import (
	"net/url"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/board"
	"epom/handlers/web"
	"epom/internal/clock"
	"epom/internal/i18n"
	"epom/offices"
)

// How much the screen in the street shows: more than anybody turns through there.
const (
	kioskNotices = 60
	kioskOthers  = 12
	kioskAtOnce  = 6
)

// kioskPath is the address of a board's screen.
func kioskPath(slug string) string { return "/kiosk/deska/" + slug }

// kioskAsked is what the address of a page of the screen says: nothing is kept of a person anywhere else.
type kioskAsked struct {
	Lang     string
	Contrast bool
	Page     int // of the list, from 1
	Still    bool
}

func readKiosk(c *fiber.Ctx) kioskAsked {
	a := kioskAsked{Lang: i18n.Default, Contrast: c.Query("kontrast") == "1", Page: 1, Still: c.Query("stat") == "1"}
	if l := c.Query("jazyk"); i18n.Known(l) {
		a.Lang = l
	}
	if n, err := strconv.Atoi(c.Query("strana")); err == nil && n > 1 && n <= kioskNotices {
		a.Page = n
	}
	return a
}

// at is the address of a page of the screen with what was asked for.
func (a kioskAsked) at(path string) string {
	v := url.Values{}
	set := func(when bool, name, value string) {
		if when {
			v.Set(name, value)
		}
	}
	set(a.Lang != i18n.Default, "jazyk", a.Lang)
	set(a.Contrast, "kontrast", "1")
	set(a.Page > 1, "strana", strconv.Itoa(a.Page))
	set(a.Still, "stat", "1")
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// KioskFrame is what every page of the screen has.
type KioskFrame struct {
	web.Page
	Card      *offices.Office
	Base      string // address of the screen
	Contrast  bool
	Version   string // of what the screen shows; "" = not asked
	At        time.Time
	Refresh   string // without JavaScript: where the page turns to by itself
	Languages []KioskLanguage
	Look      string // the address with the other contrast
}

// KioskLanguage leads to the page in a language.
type KioskLanguage struct {
	Lang, Href string
	Chosen     bool
}

// KioskPage is the list on the screen.
type KioskPage struct {
	KioskFrame
	Lists      []KioskList
	Here       int // the list shown, from 1
	Prev, Next string
	Still      string // without JavaScript: stop, or go on turning
	Stopped    bool
	Empty      bool
}

// KioskList is what the screen shows at once.
type KioskList struct {
	N     int
	Shown bool
	Items []KioskLine
}

// KioskLine is one thing that hangs.
type KioskLine struct {
	board.Item
	KindName string
	Last     string // "visí do 16. 6. 2026"
	Address  string
	Ends     time.Time // since then it should not hang any more; zero = hangs until further notice
}

func (h *Public) kioskFrame(c *fiber.Ctx, title, path string) (KioskFrame, kioskAsked, error) {
	o, err := h.Offices.BySlug(c.Params("slug"))
	if err != nil {
		return KioskFrame{}, kioskAsked{}, err
	}
	asked := readKiosk(c)
	f := KioskFrame{Page: web.OpenPage(c, ""), Card: o, Base: kioskPath(o.Slug), Contrast: asked.Contrast, At: h.Clock.Now()}
	f.Lang, f.Theme, f.Page.Office = asked.Lang, "", web.ViewOffice(o)
	f.Title = f.T(title)
	for _, l := range i18n.Languages {
		in := asked
		in.Lang = l
		f.Languages = append(f.Languages, KioskLanguage{l, in.at(f.Base + path), l == asked.Lang})
	}
	other := asked
	other.Contrast = !asked.Contrast
	f.Look = other.at(f.Base + path)
	noIndex(c, true)
	return f, asked, nil
}

// Kiosk shows on the screen in the street what hangs on a board.
func (h *Public) Kiosk(c *fiber.Ctx) error {
	f, asked, err := h.kioskFrame(c, "Úřední deska", "")
	if err != nil {
		return err
	}
	turn := h.Shelf.Turn(f.Card.ID, f.Base)
	items, err := h.Boards.Screen(c.UserContext(), f.Card.ID, kioskNotices, kioskOthers)
	if err != nil {
		return err
	}
	f.Version = h.kioskVersion(f.Card, items)
	p := KioskPage{KioskFrame: f, Lists: h.kioskLists(f, items, asked), Stopped: asked.Still, Empty: len(items) == 0}
	last := len(p.Lists)
	asked.Page = max(1, min(asked.Page, last))
	p.Here = asked.Page
	to := func(n int) string {
		a := asked
		a.Page = (n+last-1)%max(last, 1) + 1
		return a.at(f.Base)
	}
	if last > 1 {
		p.Lists[p.Here-1].Shown = true
		p.Prev, p.Next = to(p.Here-1), to(p.Here+1)
		if !asked.Still {
			p.Refresh = p.Next
		}
		asked.Still = !asked.Still
		p.Still = asked.at(f.Base)
	} else {
		p.Refresh = asked.at(f.Base)
		for i := range p.Lists {
			p.Lists[i].Shown = true
		}
	}
	return h.Shelf.View(c, turn, "kiosk/list", "", p)
}

func (h *Public) kioskLists(f KioskFrame, items []board.ScreenItem, asked kioskAsked) (lists []KioskList) {
	asked.Still = false
	for i := range items {
		if i%kioskAtOnce == 0 {
			lists = append(lists, KioskList{N: len(lists) + 1})
		}
		in, l := &lists[len(lists)-1], items[i].Item
		asked.Page = in.N
		k := KioskLine{Item: l, KindName: h.kindName(f.Lang, l.Kind, l.PostedAt), Address: asked.at(f.Base + "/" + l.Number)}
		k.Last, _ = term(f.Page, l.UntilOn, nil, f.At)
		if l.UntilOn != nil {
			k.Ends = clock.Date(*l.UntilOn).AddDate(0, 0, 1)
		}
		in.Items = append(in.Items, k)
	}
	return lists
}
