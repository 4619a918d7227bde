package main

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"net"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	fiberhtml "github.com/gofiber/template/html/v2"
	"github.com/valyala/fasthttp"

	"net/http"

	"epom/board"
	"epom/handlers/public"
	"epom/handlers/web"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/offices"
	"epom/templates"
	"epom/territory"
)

// bareCmd is the limit for a kept page: Fiber that does nothing but send bytes from memory or answer 304.
type bareCmd struct {
	Addr string `required:""`
	File string `required:""`
}

// Run serves until it is killed.
func (b *bareCmd) Run() error {
	body, err := os.ReadFile(b.File)
	if err != nil {
		return err
	}
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/page", func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
		return c.Send(body)
	})
	app.Get("/same", func(c *fiber.Ctx) error { return c.SendStatus(fiber.StatusNotModified) })
	return app.Listen(b.Addr)
}

// village is a board on which some twenty items hang.
const village = `SELECT o.slug FROM board_item i JOIN office o ON o.id = i.office_id WHERE i.removed_at IS NULL GROUP BY o.slug HAVING count(*) BETWEEN 20 AND 26 ORDER BY o.slug LIMIT 1`

// keptPages compares a kept page, and the answer that it has not changed, with Fiber that does nothing else.
func (b *benchCmd) keptPages(_ context.Context, s *stand, slug string) error {
	boardPage := board.Path(slug)
	if _, err := s.startApp("EPOM_WORKERS=0"); err != nil {
		return err
	}
	defer s.killApp()
	time.Sleep(200 * time.Millisecond) // it begins to hear changes just after it is ready
	var tag string
	var body []byte
	for range 2 { // made, then kept
		req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
		req.SetRequestURI("http://" + s.addr + boardPage)
		if err := fasthttp.Do(req, resp); err != nil {
			return err
		}
		tag, body = string(resp.Header.Peek("ETag")), bytes.Clone(resp.Body())
		fasthttp.ReleaseRequest(req)
		fasthttp.ReleaseResponse(resp)
	}
	file := s.dir + "/page.html"
	if err := os.WriteFile(file, body, 0o600); err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	addr := l.Addr().String()
	_ = l.Close()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	bare := exec.Command(self, "bare", "--addr", addr, "--file", file)
	if err := bare.Start(); err != nil {
		return err
	}
	defer func() { _ = bare.Process.Kill(); _ = bare.Wait() }()
	for range 200 {
		if code, _, err := fasthttp.Get(nil, "http://"+addr+"/page"); err == nil && code == 200 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	for _, c := range []struct{ what, page, tag, bare string }{{"kept page", boardPage, "", "/page"}, {"answer 304", boardPage, tag, "/same"}} {
		var ours, limit, cost, costLimit float64
		for range 3 { // by turns, so that what else the machine does meets both
			r, used := b.flood(bare.Process.Pid, addr, c.bare, "")
			limit, costLimit = limit+r, costLimit+used
			r, used = b.flood(s.app.Process.Pid, s.addr, c.page, c.tag)
			ours, cost = ours+r, cost+used
		}
		atLeast("board: "+c.what+" against bare Fiber", ours/limit, 0.6, "×", fmt.Sprintf("%.0f/s against %.0f/s, %d kB; CPU of the server %.1f µs against %.1f µs", ours/3, limit/3, len(body)/1000, cost/3, costLimit/3))
	}
	return nil
}

// flood asks for a page over many connections; it returns answers a second and the server's processor time of each in µs.
func (b *benchCmd) flood(pid int, addr, path, tag string) (rate, used float64) {
	const connections = 16
	host := &fasthttp.HostClient{Addr: addr, MaxConns: connections}
	var n atomic.Int64
	var wg sync.WaitGroup
	before, end := processTime(pid), time.Now().Add(b.For/5)
	start := time.Now()
	for range connections {
		wg.Go(func() {
			req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
			defer fasthttp.ReleaseRequest(req)
			defer fasthttp.ReleaseResponse(resp)
			req.SetRequestURI("http://" + addr + path)
			if tag != "" {
				req.Header.Set("If-None-Match", tag)
			}
			for time.Now().Before(end) {
				if host.Do(req, resp) == nil && (resp.StatusCode() == 304 || resp.StatusCode() == 200 && tag == "") {
					n.Add(1)
				}
			}
		})
	}
	wg.Wait()
	return float64(n.Load()) / time.Since(start).Seconds(), float64((processTime(pid) - before).Microseconds()) / float64(max(1, n.Load()))
}

// yardRows is what the limit of a first render reads and writes: twenty rows and html/template.
var yardRows = template.Must(template.New("").Parse(`<!DOCTYPE html><html lang="cs"><head><meta charset="utf-8"><title>{{.Title}}</title><link rel="stylesheet" href="/app.css"></head><body><h1>{{.Title}}</h1>
<ul>{{range .Items}}<li><p>{{.Kind}}</p><h3><a href="/urady/{{$.Slug}}/deska/{{.Number}}">{{.Title}}</a></h3><p><span class="{{.Class}}">{{.Until}}</span> <time datetime="{{.PostedAt}}">{{.PostedAt}}</time> <span>{{.Issuer}}</span> <span>{{.ReferenceNumber}}</span> <span>{{.Files}}</span></p></li>
{{end}}</ul></body></html>`))

type yardRow struct {
	Number          string    `db:"number"`
	Kind            string    `db:"kind"`
	Class           string    `db:"class"`
	Title           string    `db:"title"`
	Issuer          string    `db:"issuer"`
	ReferenceNumber string    `db:"reference_number"`
	Files           int       `db:"files"`
	PostedAt        time.Time `db:"posted_at"`
	Until           time.Time `db:"until_on"`
}

// benchFirstRender compares making a board's page anew with SELECT 20 rows + html/template in the same process.
func benchFirstRender(ctx context.Context, dsn, slug string) error {
	pool, err := db.Open(dsn, db.Options{MaxConns: 2})
	if err != nil {
		return err
	}
	defer pool.Close()
	app, h, office, err := boardApp(ctx, pool, slug)
	if err != nil {
		return err
	}
	app.Get("/yard", func(c *fiber.Ctx) error {
		var items []yardRow
		if err := pool.SelectContext(c.UserContext(), &items, `SELECT number, kind, class, title, issuer, reference_number, files, posted_at, until_on FROM board_item
			WHERE office_id = $1 AND class = 'notice' AND removed_at IS NULL ORDER BY posted_at DESC, posting_id DESC LIMIT 20`, office); err != nil {
			return err
		}
		c.Type("html", "utf-8")
		return yardRows.Execute(c.Response().BodyWriter(), map[string]any{"Title": "Deska", "Slug": slug, "Items": items})
	})
	handler := app.Handler()
	rate := func(path string) (float64, int) {
		n, size, start := 0, 0, time.Now()
		for time.Since(start) < time.Second {
			h.Shelf.Changed(office)
			var rc fasthttp.RequestCtx
			rc.Request.SetRequestURI(path)
			handler(&rc)
			size = len(rc.Response.Body())
			n++
		}
		return float64(n) / time.Since(start).Seconds(), size
	}
	var ours, limit float64
	var size, yardSize int
	for range 4 {
		r, n := rate("/yard")
		limit, yardSize = limit+r, n
		r, n = rate(board.Path(slug))
		ours, size = ours+r, n
	}
	atLeast("board: first render after a change", ours/limit, 0.7, "×", fmt.Sprintf("%.0f/s against %.0f/s of SELECT 20 rows + html/template (%d kB against %d kB)", ours/4, limit/4, size/1000, yardSize/1000))
	return nil
}

// boardApp is a site with nothing but boards.
func boardApp(ctx context.Context, pool *db.DB, slug string) (*fiber.App, *public.Public, int32, error) {
	land, err := territory.Open(ctx, pool)
	if err != nil {
		return nil, nil, 0, err
	}
	all, err := offices.Open(ctx, pool)
	if err != nil {
		return nil, nil, 0, err
	}
	law, err := board.LoadLaw(ctx, pool)
	if err != nil {
		return nil, nil, 0, err
	}
	o, err := all.BySlug(slug)
	if err != nil {
		return nil, nil, 0, err
	}
	engine := fiberhtml.NewFileSystem(http.FS(templates.FS), ".html")
	engine.AddFuncMap(templates.Funcs())
	now := clock.System{}
	h := &public.Public{Clock: now, Territory: land, Offices: all, Boards: board.NewPublic(pool), Kinds: law, Shelf: web.NewShelf(now.Now, 1<<20)}
	h.Shelf.Listening(true)
	app := fiber.New(fiber.Config{Immutable: true, Views: engine})
	app.Use(web.NumberRequests, web.Use(web.Settings{Secret: []byte(strconv.Itoa(1))}))
	app.Get("/urady/:slug/deska", h.Board)
	return app, h, o.ID, nil
}
