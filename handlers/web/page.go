// Package web is what all handlers share: the page's data, rendering, forms taken in, and the answer to an error.
package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/internal/i18n"
	"epom/offices"
	"epom/users"
)

// Page is what every page's data embeds.
type Page struct {
	Lang       string // cs, en, uk
	Path       string
	Title      string
	Office     *OfficeView
	User       *UserView
	Flash      *Flash
	Nav        Nav
	RequestID  string
	Demo       bool
	Theme      string // light, dark, or "" = as the system
	CSRF       string
	Alternates []Alternate // the same in other forms
	Kiosk      *KioskMode  // nil = not at a kiosk
}

// Alternate is another form of what a page shows: a feed, open data.
type Alternate struct{ Type, Href, Title string }

// T translates a Czech text of a page.
func (p Page) T(text string, args ...any) string { return i18n.T(p.Lang, text, args...) }

// OfficeView is the office whose page it is; Emblem is the address of its picture, empty for the common one.
type OfficeView struct {
	Slug, Name, Emblem string
	Note               string // how the person is lent there; empty = works there
}

// ViewOffice is how pages show an office. The picture's address changes with the picture, so it may be kept long.
func ViewOffice(o *offices.Office) *OfficeView {
	v := &OfficeView{Slug: o.Slug, Name: o.Name}
	if len(o.Emblem) > 12 {
		v.Emblem = "/urady/" + o.Slug + "/znak?v=" + o.Emblem[:12]
	}
	return v
}

// UserView is the signed-in person.
type UserView struct {
	Name   string
	Office string
	Roles  []string
}

// Flash is a message kept over one redirect.
type Flash struct{ Kind, Text string } // success, info, warning, danger

// Nav is the clerks' navigation.
type Nav struct {
	Groups  []NavGroup
	Offices []OfficeView // others the person may switch to
}

// NavGroup is a titled list of links.
type NavGroup struct {
	Title string
	Items []NavItem
}

// NavItem is a link with a count of what waits there.
type NavItem struct {
	Href, Label, Icon string
	Count             int
	Late, Current     bool
}

// Settings are what pages need to know of the installation.
type Settings struct {
	Demo   bool
	Secure bool // cookies only over https
	Secret []byte
}

const (
	localSettings = "settings"
	localSession  = "session"
	localLang     = "lang"
	localID       = "requestid"
)

// Use puts the installation's settings on each request.
func Use(s Settings) fiber.Handler {
	return func(c *fiber.Ctx) error { c.Locals(localSettings, &s); return c.Next() }
}

func settings(c *fiber.Ctx) *Settings { return c.Locals(localSettings).(*Settings) }

// Demo tells whether the installation is a demo.
func Demo(c *fiber.Ctx) bool { return settings(c).Demo }

// NewPage starts the data of a page; its title is Czech and is translated.
func NewPage(c *fiber.Ctx, title string) Page {
	p := Page{Lang: Lang(c), Path: c.Path(), Demo: settings(c).Demo, Theme: theme(c), RequestID: RequestID(c), CSRF: csrfToken(c), Flash: takeFlash(c), Kiosk: Kiosk(c)}
	p.Title = p.T(title)
	return p
}

// RequestID is the number a visitor may quote when something failed.
func RequestID(c *fiber.Ctx) string { id, _ := c.Locals(localID).(string); return id }

// NumberRequests gives each request its number.
func NumberRequests(c *fiber.Ctx) error {
	var b [9]byte
	_, _ = rand.Read(b[:])
	id := base64.RawURLEncoding.EncodeToString(b[:])
	c.Locals(localID, id)
	c.Set(fiber.HeaderXRequestID, id)
	return c.Next()
}

// Lang is the language of the page: ?lang= (kept in a cookie), the cookie, the browser's wish, Czech.
func Lang(c *fiber.Ctx) string {
	if l, ok := c.Locals(localLang).(string); ok {
		return l
	}
	l := c.Query("lang")
	if known(l) {
		Cookie(c, "epom_lang", l, 365*24*time.Hour)
	} else if l = c.Cookies("epom_lang"); !known(l) {
		l = wished(c)
	}
	c.Locals(localLang, l)
	return l
}

// wished is the language the browser asks for; Slovaks read Czech.
func wished(c *fiber.Ctx) string {
	if l := c.AcceptsLanguages("cs", "en", "uk", "sk"); l != "sk" && known(l) {
		return l
	}
	return "cs"
}

func known(l string) bool { return l == "cs" || l == "en" || l == "uk" }

func theme(c *fiber.Ctx) string {
	t := c.Query("theme")
	if t == "light" || t == "dark" {
		Cookie(c, "epom_theme", t, 365*24*time.Hour)
		return t
	}
	if t = c.Cookies("epom_theme"); t == "light" || t == "dark" {
		return t
	}
	return ""
}

// Cookie sets a cookie no script reads and no other site sends with a change.
func Cookie(c *fiber.Ctx, name, value string, life time.Duration) {
	k := &fiber.Cookie{Name: name, Value: value, Path: "/", HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode, Secure: settings(c).Secure}
	switch {
	case life < 0:
		k.Expires = time.Unix(1, 0)
	case life > 0 && (Kiosk(c) == nil || name == KioskCookie): // at a kiosk nothing of a person outlives the visit
		k.MaxAge = int(life / time.Second)
	}
	c.Cookie(k)
}

// SetFlash keeps a message for the next page.
func SetFlash(c *fiber.Ctx, kind, text string) {
	Cookie(c, "epom_flash", kind+"."+base64.RawURLEncoding.EncodeToString([]byte(text)), time.Minute)
}

func takeFlash(c *fiber.Ctx) *Flash {
	kind, text, ok := strings.Cut(c.Cookies("epom_flash"), ".")
	if !ok || c.Method() != fiber.MethodGet || Fragment(c) { // a piece of a page does not show it, so it waits for the next page
		return nil
	}
	Cookie(c, "epom_flash", "", -1)
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || (kind != "success" && kind != "info" && kind != "warning" && kind != "danger") {
		return nil
	}
	return &Flash{kind, string(b)}
}

// SetSession puts the signed-in person's session on the request.
func SetSession(c *fiber.Ctx, s *users.Session) { c.Locals(localSession, s) }

// Session is the signed-in person's session, nil for a visitor.
func Session(c *fiber.Ctx) *users.Session { s, _ := c.Locals(localSession).(*users.Session); return s }

// csrfToken is the value forms send back: an HMAC of a random cookie of this browser.
func csrfToken(c *fiber.Ctx) string {
	seed := c.Cookies("epom_csrf")
	if len(seed) != 22 {
		var b [16]byte
		_, _ = rand.Read(b[:])
		seed = base64.RawURLEncoding.EncodeToString(b[:])
		Cookie(c, "epom_csrf", seed, 0)
		c.Request().Header.SetCookie("epom_csrf", seed)
	}
	return csrfFor(c, seed)
}

func csrfFor(c *fiber.Ctx, seed string) string {
	m := hmac.New(sha256.New, settings(c).Secret)
	m.Write([]byte("csrf" + seed))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil)[:18])
}
