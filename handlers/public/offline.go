package public

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/handlers/web"
	"epom/internal/i18n"
	"epom/routing"
	"epom/static"
)

// offlinePath is where the offline client lives; its worker answers for nothing else.
const offlinePath = "/offline"

// offlineCSP lets the client start its WebAssembly; nothing else differs from other pages.
const offlineCSP = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"

// offlineBuilt are the built files the client needs without a network.
var offlineBuilt = []string{"app.css", "app.js", "offline.css", "offline.js", "icons.svg", "favicon.svg", "roboto-regular.woff2", "roboto-regular-ext.woff2",
	"roboto-medium.woff2", "roboto-medium-ext.woff2", "roboto-bold.woff2", "roboto-bold-ext.woff2"}

// engine is the client's engine; what it is made of never changes in a running process.
var engine = sync.OnceValue(func() (e struct {
	packed, script []byte
	version        string
	ok             bool
}) {
	if e.packed, e.script, e.ok = static.Engine(); e.ok {
		e.version = shortHash(string(e.packed) + string(e.script))
	}
	return e
})

// OfflinePage is the client's one page; the script fills it.
type OfflinePage struct {
	web.Page
	Ready  bool   // the binary brings the engine
	Texts  string // JSON: what the script says, by its Czech text
	Engine string // address of the engine
	Start  string // address of the script that starts it
	Forms  []FormLink
}

// Offline is the client, and without JavaScript the way to forms on paper.
func (h *Public) Offline(c *fiber.Ctx) error {
	e := engine()
	p := OfflinePage{Page: web.NewPage(c, "Vyplňování bez připojení"), Ready: e.ok, Engine: offlinePath + "/engine-" + e.version + ".wasm", Start: offlinePath + "/start-" + e.version + ".js"}
	p.RequestID = "" // the page is kept
	texts := make(map[string]string, len(offlineTexts))
	for _, t := range offlineTexts {
		texts[t] = p.T(t)
	}
	data, err := json.Marshal(texts)
	if err != nil {
		return err
	}
	p.Texts = string(data)
	for _, f := range h.Forms.All() {
		p.Forms = append(p.Forms, formLink(f, p.Lang))
	}
	c.Set(fiber.HeaderContentSecurityPolicy, offlineCSP)
	c.Set(fiber.HeaderCacheControl, "no-cache")
	return web.View(c, "offline/show", "", p)
}

// OfflineEngine sends the engine and the script that starts it; their address changes with them.
func (h *Public) OfflineEngine(c *fiber.Ctx) error {
	e, file := engine(), c.Params("file")
	if !e.ok || !strings.Contains(file, "-"+e.version+".") {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	if strings.HasSuffix(file, ".js") {
		c.Set(fiber.HeaderContentType, "text/javascript; charset=utf-8")
		return c.Send(e.script)
	}
	c.Set(fiber.HeaderContentType, "application/wasm")
	c.Vary(fiber.HeaderAcceptEncoding)
	if strings.Contains(c.Get(fiber.HeaderAcceptEncoding), "br") { // every browser that has service workers, where they work
		c.Set(fiber.HeaderContentEncoding, "br")
		return c.Send(e.packed)
	}
	plain, err := io.ReadAll(brotli.NewReader(bytes.NewReader(e.packed)))
	if err != nil {
		return err
	}
	return c.Send(plain)
}

// OfflineWorker is the script that keeps the client alive without a network. It begins with the list of what to keep, so it
// changes whenever any of that does, and browsers take the new one over by themselves.
func (h *Public) OfflineWorker(c *fiber.Ctx) error {
	e := engine()
	script, err := fs.ReadFile(static.FS, strings.TrimPrefix(static.URL("offline-sw.js"), static.Prefix))
	if err != nil || !e.ok {
		return fiber.ErrNotFound
	}
	kept := struct {
		Version string   `json:"version"`
		Pages   []string `json:"pages"`
		Files   []string `json:"files"`
	}{Files: []string{offlinePath + "/engine-" + e.version + ".wasm", offlinePath + "/start-" + e.version + ".js", offlinePath + "/aplikace.json"}}
	all := e.version
	for _, l := range i18n.Languages {
		kept.Pages = append(kept.Pages, offlinePath+"?lang="+l)
		for _, t := range offlineTexts {
			all += i18n.T(l, t)
		}
	}
	for _, name := range offlineBuilt {
		kept.Files = append(kept.Files, static.URL(name))
		all += static.URL(name)
	}
	kept.Version = shortHash(all)
	data, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/javascript; charset=utf-8")
	c.Set("Service-Worker-Allowed", offlinePath)
	c.Set(fiber.HeaderContentSecurityPolicy, offlineCSP)
	c.Set(fiber.HeaderCacheControl, "no-cache")
	return c.SendString(fmt.Sprintf("self.KEPT = %s;\n%s", data, script))
}

// OfflineManifest lets the client be installed.
func (h *Public) OfflineManifest(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-cache")
	if err := c.JSON(fiber.Map{"name": "e-POM bez připojení", "short_name": "e-POM", "lang": "cs", "id": offlinePath, "start_url": offlinePath, "scope": offlinePath,
		"display": "standalone", "background_color": "#ffffff", "theme_color": "#2362a2",
		"icons": []fiber.Map{{"src": static.URL("favicon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}}}); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/manifest+json")
	return nil
}

// offlineForm is one form in the list of those that can be stored.
type offlineForm struct {
	Code    string     `json:"code"`
	Version int        `json:"version"`
	Title   forms.Text `json:"title"`
	Agenda  string     `json:"agenda"`
}

// OfflineForms lists the forms that can be stored.
func (h *Public) OfflineForms(c *fiber.Ctx) error {
	list := []offlineForm{}
	for _, f := range h.Forms.All() {
		list = append(list, offlineForm{f.Code, f.Version, f.Title, f.Agenda})
	}
	c.Set(fiber.HeaderCacheControl, "no-cache")
	return c.JSON(list)
}

// offlineStored is all of a form that filling it without a network needs.
type offlineStored struct {
	offlineForm
	Definition forms.Definition `json:"definition"`
	Params     map[string]any   `json:"params"`
	Offices    []string         `json:"offices"` // who decides, by name
	Takes      []bool           `json:"takes"`   // whether it takes submissions here
	Towns      [][3]any         `json:"towns"`   // code, name, district
	Routes     []int            `json:"routes"`  // for each town its office; -1 = not known
	StoredOn   string           `json:"on"`
}

// OfflineForm gives one form with the municipalities and the office that is competent in each.
func (h *Public) OfflineForm(c *fiber.Ctx) error {
	f, err := h.form(c)
	if err != nil {
		return err
	}
	today := h.today()
	out := offlineStored{offlineForm: offlineForm{f.Code, f.Version, f.Title, f.Agenda}, Definition: f.Definition, Params: h.Forms.Params(f, 0, today),
		Offices: []string{}, Takes: []bool{}, Towns: [][3]any{}, Routes: []int{}, StoredOn: today.Format("2006-01-02")}
	known := map[string]int{}
	for _, m := range h.Territory.Snapshot().Municipalities() {
		at := -1
		q := routing.Query{Agenda: f.Agenda, Municipality: m.Code, On: today}
		if f.Locality.Key == string(routing.ByAddressee) {
			q.Level = routing.Obec
		}
		if d, err := h.Routing.Resolve(q); err == nil && d.Office != nil {
			var seen bool
			if at, seen = known[d.Office.Name]; !seen {
				at = len(out.Offices)
				known[d.Office.Name] = at
				out.Offices, out.Takes = append(out.Offices, d.Office.Name), append(out.Takes, d.Office.Participates)
			}
		}
		out.Towns, out.Routes = append(out.Towns, [3]any{m.Code, m.Name, m.District}), append(out.Routes, at)
	}
	c.Set(fiber.HeaderCacheControl, "no-cache")
	return c.JSON(out)
}
