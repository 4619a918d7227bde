package handlers

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/compress"

	"epom/handlers/web"
)

// passEach is what every request passes, in order.
func passEach(app *fiber.App, d Deps) {
	app.Use(fromShelf(d.Public.Shelf)) // before all else: an unchanged public page costs nothing but sending it
	app.Use(web.NumberRequests)
	app.Use(web.Use(d.Settings))
	app.Use(logAndRecover(d.Log))
	app.Use(headers(d.Settings.Secure))
	app.Use(compress.New(compress.Config{Level: compress.LevelBestSpeed, Next: streams}))
	app.Use(bounded)
	if d.Kiosk != nil {
		app.Use(d.Kiosk.Recognise)
	}
}

// fromShelf answers with a public page that was rendered before, headers and all.
func fromShelf(s *web.Shelf) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if s.Serve(c) {
			kept.Inc()
			return nil
		}
		return c.Next()
	}
}

// streams tells which answers must not be gathered up before they are sent.
func streams(c *fiber.Ctx) bool {
	return c.Get(fiber.HeaderAccept) == "text/event-stream"
}

// logAndRecover writes one line a request: route pattern, status and time, never the path or the form, which may hold
// personal data. A panic becomes an error.
func logAndRecover(log *slog.Logger) fiber.Handler {
	return func(c *fiber.Ctx) (err error) {
		start := time.Now()
		defer func() {
			if p := recover(); p != nil {
				log.Error("panic", "id", web.RequestID(c), "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
				err = fiber.ErrInternalServerError
			}
			if err != nil {
				err = c.App().ErrorHandler(c, err)
			}
			measure(c, start)
			log.Debug("request", "id", web.RequestID(c), "method", c.Method(), "route", c.Route().Path, "status", c.Response().StatusCode(), "took", time.Since(start))
		}()
		return c.Next()
	}
}

// headers: nothing inline, nothing from elsewhere, no frames, no referrer to others.
func headers(secure bool) fiber.Handler {
	const csp = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
	return func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderContentSecurityPolicy, csp)
		c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
		c.Set(fiber.HeaderReferrerPolicy, "same-origin")
		c.Set(fiber.HeaderXFrameOptions, "DENY")
		c.Set(fiber.HeaderPermissionsPolicy, "camera=(), microphone=(), geolocation=()")
		c.Set("Cross-Origin-Opener-Policy", "same-origin")
		if secure {
			c.Set(fiber.HeaderStrictTransportSecurity, "max-age=31536000; includeSubDomains")
		}
		return c.Next()
	}
}

// bounded gives each request a time after which its questions to the database end; an upload over a slow line may take
// longer than a page.
func bounded(c *fiber.Ctx) error {
	if streams(c) {
		return c.Next()
	}
	limit := 30 * time.Second
	if strings.HasPrefix(c.Get(fiber.HeaderContentType), fiber.MIMEMultipartForm) {
		limit = 10 * time.Minute
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), limit)
	defer cancel()
	c.SetUserContext(ctx)
	return c.Next()
}
