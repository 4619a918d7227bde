// Package handlers is the web side: routes.go is the map of the whole site, middleware.go what every request passes.
package handlers

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/template/html/v2"

	"epom/handlers/counter"
	"epom/handlers/desk"
	"epom/handlers/dispatch"
	"epom/handlers/files"
	"epom/handlers/formdesk"
	"epom/handlers/formeditor"
	"epom/handlers/handover"
	"epom/handlers/kiosk"
	"epom/handlers/letters"
	"epom/handlers/logs"
	"epom/handlers/mailroom"
	"epom/handlers/operator"
	"epom/handlers/public"
	"epom/handlers/registry"
	"epom/handlers/signin"
	"epom/handlers/web"
	"epom/templates"
)

// Deps is what the site is built of.
type Deps struct {
	Settings       web.Settings
	TrustedProxies []string
	Log            *slog.Logger
	Public         *public.Public
	Desk           *desk.Desk
	Counter        *counter.Counter
	Forms          *formdesk.Desk
	FormEditor     *formeditor.Editor
	Handover       *handover.Handover
	Dispatch       *dispatch.Dispatch
	Logs           *logs.Logs
	Registry       *registry.Registry
	Mailroom       *mailroom.Mailroom
	Files          *files.Files
	Kiosk          *kiosk.Kiosk
	Letters        *letters.Letters
	Operator       *operator.Operator
	SignIn         *signin.SignIn
	Ready          func(context.Context) error // can the database be reached
}

// New makes the site.
func New(d Deps) (*fiber.App, error) {
	engine := html.NewFileSystem(http.FS(templates.FS), ".html")
	engine.AddFuncMap(templates.Funcs())
	if err := engine.Load(); err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	if err := renderAll(engine); err != nil {
		return nil, err
	}
	app := fiber.New(fiber.Config{
		AppName: "e-POM",
		// Fiber's strings change after the handler returns unless it copies them; citizens must never be mixed up.
		Immutable:                    true,
		Views:                        engine,
		ErrorHandler:                 web.Fail(d.Log),
		StreamRequestBody:            true, // bodies are bounded where they are read: web.FormValues
		DisablePreParseMultipartForm: true,
		BodyLimit:                    1 << 20,
		ReadBufferSize:               16 << 10,        // headers: cookies of other systems on an office's domain are long
		ReadTimeout:                  5 * time.Minute, // a slow line may upload 50 MB
		IdleTimeout:                  2 * time.Minute,
		DisableStartupMessage:        true,
		ProxyHeader:                  proxyHeader(d.TrustedProxies),
		EnableTrustedProxyCheck:      true,
		TrustedProxies:               d.TrustedProxies,
		EnableIPValidation:           true,
	})
	passEach(app, d)
	Routes(app, d)
	return app, nil
}

func proxyHeader(trusted []string) string {
	if len(trusted) == 0 {
		return ""
	}
	return fiber.HeaderXForwardedFor
}

// groups are the pages of all parts of the site with the data they are shown with.
var groups = []map[string]any{
	public.Templates, counter.Templates, desk.Templates, dispatch.Templates, files.Templates, formdesk.Templates, formeditor.Templates, handover.Templates, kiosk.Templates, letters.Templates, logs.Templates,
	mailroom.Templates, registry.Templates, operator.Templates, signin.Templates,
}

// renderAll executes every template once with its zero data, before the first request: a race at a template's first
// execution cannot happen then, and a broken template stops the start.
func renderAll(engine *html.Engine) error {
	for _, group := range groups {
		for name, data := range group {
			if err := engine.Render(io.Discard, name, data); err != nil {
				return fmt.Errorf("template %s: %w", name, err)
			}
		}
	}
	return nil
}
