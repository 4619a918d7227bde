package public

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/board"
	"epom/handlers/web"
	"epom/internal/i18n"
	"epom/offices"
	"epom/static"
)

// kioskBuilt are the built files that the screen's pages need.
var kioskBuilt = []string{"kiosk.css", "kiosk.js", "icons.svg", "favicon.svg", "roboto-regular.woff2", "roboto-regular-ext.woff2", "roboto-bold.woff2", "roboto-bold-ext.woff2"}

// KioskState is what the screen asks for again and again: whether anything changed, and what time it really is.
type KioskState struct {
	Version string    `json:"version"`
	At      time.Time `json:"at"`
}

// KioskContents is all that the screen needs when there is no network.
type KioskContents struct {
	KioskState
	Pages []KioskKept `json:"pages"` // the start first
	Files []string    `json:"files"` // never change under their address
}

// KioskKept is a page; what it says changes with its version.
type KioskKept struct {
	Href    string `json:"href"`
	Version string `json:"version"`
}

// kioskVersion changes whenever anything on the screen does; with a new day too, as pages speak of today.
func (h *Public) kioskVersion(o *offices.Office, items []board.ScreenItem) string {
	all := h.kioskLook(o)
	for i := range items {
		all += fmt.Sprintln(items[i].PostingID, items[i].State())
	}
	return shortHash(all)
}

func shortHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// kioskLook is what all pages depend on besides what they are about.
func (h *Public) kioskLook(o *offices.Office) string {
	look := h.today().Format(time.DateOnly) + " " + o.Name + " " + o.Emblem
	for _, name := range kioskBuilt {
		look += " " + static.URL(name)
	}
	return look
}

func (h *Public) kioskItems(c *fiber.Ctx) (o *offices.Office, items []board.ScreenItem, s KioskState, err error) {
	if o, err = h.Offices.BySlug(c.Params("slug")); err != nil {
		return nil, nil, s, err
	}
	items, err = h.Boards.Screen(c.UserContext(), o.ID, kioskNotices, kioskOthers)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return o, items, KioskState{h.kioskVersion(o, items), h.Clock.Now().UTC()}, err
}

// KioskState says whether the screen is up to date.
func (h *Public) KioskState(c *fiber.Ctx) error {
	_, _, s, err := h.kioskItems(c)
	if err != nil {
		return err
	}
	return c.JSON(s)
}

// KioskContents lists what the screen keeps for the time without a network.
func (h *Public) KioskContents(c *fiber.Ctx) error {
	o, items, s, err := h.kioskItems(c)
	if err != nil {
		return err
	}
	all := KioskContents{KioskState: s, Files: []string{}}
	base, look := kioskPath(o.Slug), h.kioskLook(o)
	for _, lang := range i18n.Languages {
		in := kioskAsked{Lang: lang, Page: 1}
		all.Pages = append(all.Pages, KioskKept{in.at(base), s.Version})
		for i := range items {
			all.Pages = append(all.Pages, KioskKept{in.at(base + "/" + items[i].Number), shortHash(look + items[i].State())})
		}
	}
	for _, name := range kioskBuilt {
		all.Files = append(all.Files, static.URL(name))
	}
	if emblem := web.ViewOffice(o).Emblem; emblem != "" {
		all.Files = append(all.Files, emblem)
	}
	for _, i := range items {
		for _, d := range i.Sheets {
			for _, p := range d.Pictures.V {
				all.Files = append(all.Files, board.PicturePath(o.Slug, i.Number, d.Ordinal, p.Page, d.SHA256))
			}
		}
	}
	return c.JSON(all)
}

// KioskWorker is the script that keeps the screen alive without a network. It may do so for this one screen.
func (h *Public) KioskWorker(c *fiber.Ctx) error {
	o, err := h.Offices.BySlug(c.Params("slug"))
	if err != nil {
		return err
	}
	script, err := fs.ReadFile(static.FS, strings.TrimPrefix(static.URL("kiosk-sw.js"), static.Prefix))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/javascript; charset=utf-8")
	c.Set("Service-Worker-Allowed", kioskPath(o.Slug))
	c.Set(fiber.HeaderCacheControl, "no-cache")
	return c.Send(script)
}
