package public

import (
	"html/template"
	"net/url"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/board"
	"epom/handlers/web"
	"epom/offices"
)

// How many postings a village's own site shows.
const (
	widgetItems     = 5
	mostWidgetItems = 20
)

// widgetCSP lets the widget be framed by any site, and it alone: nothing in it can be clicked that changes anything.
const widgetCSP = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"

// WidgetPage is the board on the village's own site: a page in a frame, or a piece of HTML. All its addresses are whole.
type WidgetPage struct {
	web.Page
	Card  *offices.Office
	Board string // address of the whole board
	Told  string // where one subscribes
	Items []WidgetItem
}

// WidgetItem is one posting.
type WidgetItem struct {
	Title, Href, Kind string
	PostedAt          time.Time
	UntilOn           *time.Time
}

// Widget is the page for a frame.
func (h *Public) Widget(c *fiber.Ctx) error { return h.widget(c, "told/widget") }

// Include is the piece of HTML for the village's own server.
func (h *Public) Include(c *fiber.Ctx) error { return h.widget(c, "told/include") }

// widget sends nothing of the visitor and sets no cookie: it lives on another site.
func (h *Public) widget(c *fiber.Ctx, template string) error {
	o, err := h.Offices.BySlug(c.Params("slug"))
	if err != nil {
		return err
	}
	p := WidgetPage{Page: web.Page{Lang: widgetLang(c), Theme: widgetTheme(c), Path: c.Path()}, Card: o, Board: h.base(c) + board.Path(o.Slug),
		Told: h.base(c) + "/odber?urad=" + url.QueryEscape(o.Slug)}
	p.Title = p.T("Úřední deska") + " – " + o.Name
	n, err := strconv.Atoi(c.Query("pocet"))
	if err != nil || n < 1 {
		n = widgetItems
	}
	items, _, err := h.Boards.Find(c.UserContext(), board.Search{Office: o.ID, Class: board.Notice}, nil, min(n, mostWidgetItems), h.Clock.Now())
	if err != nil {
		return err
	}
	for _, i := range items {
		p.Items = append(p.Items, WidgetItem{i.Title, h.base(c) + board.ItemPath(o.Slug, i.Number), h.kindName(p.Lang, i.Kind, i.PostedAt), i.PostedAt, i.UntilOn})
	}
	c.Type("html", "utf-8")
	if err := c.Render(template, p); err != nil {
		return err
	}
	c.Response().Header.Del(fiber.HeaderXFrameOptions)
	c.Response().Header.Del("Cross-Origin-Opener-Policy")
	c.Set(fiber.HeaderContentSecurityPolicy, widgetCSP)
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	c.Set(fiber.HeaderCacheControl, "public, max-age=300")
	noIndex(c, true)
	return web.Tagged(c)
}

// widgetLang and widgetTheme are what the village's site says in the address; by itself the widget is Czech and follows the
// visitor's system.
func widgetLang(c *fiber.Ctx) string {
	if l := c.Query("lang"); l == "en" || l == "uk" {
		return l
	}
	return "cs"
}

func widgetTheme(c *fiber.Ctx) string {
	return map[string]string{"svetly": "light", "tmavy": "dark"}[c.Query("vzhled")]
}

// EmbedPage tells the village's webmaster how to show the board on its own site.
type EmbedPage struct {
	web.Page
	Card  *offices.Office
	Codes []EmbedCode
	Feeds []EmbedCode
}

// EmbedCode is a code to copy.
type EmbedCode struct{ ID, Title, Help, Code string }

// Embedding shows the codes.
func (h *Public) Embedding(c *fiber.Ctx) error {
	o, err := h.Offices.BySlug(c.Params("slug"))
	if err != nil {
		return err
	}
	at, name := h.base(c)+board.Path(o.Slug), template.HTMLEscapeString(o.Name)
	p := EmbedPage{Page: web.OpenPage(c, "Úřední deska na vašem webu"), Card: o}
	p.Page.Office = web.ViewOffice(o)
	p.Codes = []EmbedCode{
		{"ramec", "Rámec", "Vložte do stránky. Rámec se obnovuje sám a řídí se světlým i tmavým vzhledem návštěvníka. Vzhled určíte přidáním &vzhled=svetly nebo &vzhled=tmavy.",
			`<iframe src="` + at + `/widget?pocet=5" title="Úřední deska – ` + name + `" width="100%" height="520" loading="lazy" referrerpolicy="no-referrer"></iframe>`},
		{"php", "HTML vložené na serveru (PHP)", "Hodí se, když chcete desku ve vzhledu svého webu a aby ji našly vyhledávače. Obsah obnovujte nejvýš jednou za pět minut.",
			`<?php readfile('` + at + `/vlozit.html?pocet=5'); ?>`},
		{"ssi", "HTML vložené na serveru (nginx)", "Na serveru nginx nastavte pro cestu /deska-vlozit předání na tuto adresu a do stránky napište řádek s include.",
			"location = /deska-vlozit { proxy_pass " + at + "/vlozit.html; }\n<!--# include virtual=\"/deska-vlozit\" -->"},
	}
	p.Feeds = []EmbedCode{
		{"atom", "Kanál novinek (Atom)", "Pro čtečky a redakční systémy.", at + ".atom"},
		{"ics", "Kalendář zasedání a událostí (iCalendar)", "Přidáním ?terminy=1 se doplní poslední dny vyvěšení.", at + ".ics"},
		{"odber", "Odběr e-mailem", "Odkaz na formulář, ve kterém je váš úřad už vybraný.", h.base(c) + "/odber?urad=" + url.QueryEscape(o.Slug)},
	}
	return web.ViewOpen(c, "told/embed", "", p, 5*time.Minute)
}
