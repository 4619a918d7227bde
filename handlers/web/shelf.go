package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"epom/internal/clock"
)

// Shelf keeps public pages as they were rendered, to be sent as bytes until something they show changes: key is path,
// language and look. Only pages with nothing of one visitor in them may be put here, so whoever asks gets the same.
//
// It serves only while every change is being heard (Listening); otherwise each page is rendered for each visit.
type Shelf struct {
	now  func() time.Time
	most int // bytes

	mu    sync.RWMutex
	hears bool
	pages map[string]*keptPage
	size  int
	turns map[int32]uint64 // how many times each office's pages were taken away; 0 = those of all offices
	all   uint64           // how many times everything was
	langs map[string]string

	pieces map[string]piece // of pages, which no posting changes
}

// piece is a part of a page that holds till the day ends or everything changes.
type piece struct {
	html  template.HTML
	until time.Time
}

// keptPage is one page, ready to be sent.
type keptPage struct {
	office int32
	until  time.Time
	body   []byte
	header fasthttp.ResponseHeader
	same   fasthttp.ResponseHeader // of the answer 304
	tag    []byte
	used   atomic.Int64

	zip       sync.Once
	zipped    []byte
	zipHeader fasthttp.ResponseHeader
	zipSame   fasthttp.ResponseHeader
	zipTag    []byte
}

// NewShelf makes a shelf for so many bytes.
func NewShelf(now func() time.Time, most int) *Shelf {
	return &Shelf{now: now, most: most, pages: map[string]*keptPage{}, turns: map[int32]uint64{}, langs: map[string]string{}, pieces: map[string]piece{}}
}

// Listening tells whether Changed is being told of every change. What was kept is dropped either way.
func (s *Shelf) Listening(yes bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hears = yes
	s.clear()
}

// Changed takes away the pages of an office and those of all offices; 0 = everything.
func (s *Shelf) Changed(office int32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if office == 0 {
		s.clear()
		return
	}
	s.turns[office]++
	s.turns[0]++
	for key, p := range s.pages {
		if p.office == office || p.office == 0 {
			s.drop(key, p)
		}
	}
}

func (s *Shelf) clear() {
	s.all++
	s.size = 0
	clear(s.pages)
	clear(s.pieces)
}

func (s *Shelf) drop(key string, p *keptPage) {
	delete(s.pages, key)
	s.size -= p.weight()
}

// weight is about how much memory a page takes, its compressed form included.
func (p *keptPage) weight() int { return len(p.body)*3/2 + 4096 }

// Kept tells how many pages stand here.
func (s *Shelf) Kept() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.pages)
}

// Serve answers with a kept page; false = there is none, and nothing was done. It stands before everything else, so it
// must cost next to nothing.
func (s *Shelf) Serve(c *fiber.Ctx) bool {
	if !keepable(c) {
		return false
	}
	var room [256]byte
	s.mu.RLock()
	lang, met := s.met(c)
	p := s.pages[string(key(room[:0], c, lang))]
	s.mu.RUnlock()
	if p == nil || !met {
		return false
	}
	now := s.now()
	if !now.Before(p.until) {
		return false
	}
	if t := now.Unix(); p.used.Load() != t {
		p.used.Store(t)
	}
	p.send(c)
	return true
}

// keepable tells whether the request asks for a whole page as everybody gets it.
func keepable(c *fiber.Ctx) bool {
	r := &c.Context().Request
	return (r.Header.IsGet() || r.Header.IsHead()) && len(r.URI().QueryString()) == 0 && len(r.Header.Peek("HX-Request")) == 0 && len(r.Header.Cookie(KioskCookie)) == 0
}

// key is where a page stands.
func key(room []byte, c *fiber.Ctx, lang string) []byte {
	look := byte('-')
	switch string(c.Context().Request.Header.Cookie("epom_theme")) {
	case "light":
		look = 'l'
	case "dark":
		look = 'd'
	}
	return append(append(append(room, lang...), look), c.Context().URI().PathOriginal()...)
}

// met is what Lang says when the browser's wish was met before: reading it costs more than sending the page. Under the lock.
func (s *Shelf) met(c *fiber.Ctx) (string, bool) {
	h := &c.Context().Request.Header
	if l := h.Cookie("epom_lang"); len(l) == 2 && known(string(l)) {
		return string(l), true
	}
	l, ok := s.langs[string(h.Peek(fiber.HeaderAcceptLanguage))]
	return l, ok
}

// meet remembers what a browser's wish means; of short ones, and not too many. Under the lock.
func (s *Shelf) meet(c *fiber.Ctx) {
	const most, longest = 500, 200
	if wish := c.Get(fiber.HeaderAcceptLanguage); len(s.langs) < most && len(wish) <= longest {
		s.langs[wish] = wished(c)
	}
}

// Turn is the state of the shelf before a page's data was read: a page is not kept when something changed since.
type Turn struct {
	office   int32
	path     string
	own, all uint64
	until    time.Time // what is said of today holds till then
}

// Turn begins a page of an office (0 = of all of them) whose one true address is path.
func (s *Shelf) Turn(office int32, path string) Turn {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return Turn{office, path, s.turns[office], s.all, clock.Date(s.now()).AddDate(0, 0, 1)}
}

// View renders a page made by OpenPage, keeps it until something changes or the day ends, and sends it. A page with a
// query or a part of a page is only rendered.
func (s *Shelf) View(c *fiber.Ctx, t Turn, page, part string, data any) error {
	if err := View(c, page, part, data); err != nil {
		return err
	}
	c.Vary(fiber.HeaderAcceptLanguage, fiber.HeaderCookie)
	return s.Keep(c, t)
}

// Keep is View for an answer that is made already, such as a feed.
func (s *Shelf) Keep(c *fiber.Ctx, t Turn) error {
	c.Vary(fiber.HeaderAcceptEncoding)
	c.Set(fiber.HeaderCacheControl, "no-cache")
	if !keepable(c) || c.Response().StatusCode() != fiber.StatusOK || string(c.Context().URI().PathOriginal()) != t.path || len(c.Response().Header.Peek(fiber.HeaderSetCookie)) > 0 {
		return Tagged(c)
	}
	p := newKept(c.Response(), t)
	s.mu.Lock()
	s.meet(c)
	s.put(string(key(nil, c, Lang(c))), p, t)
	s.mu.Unlock()
	p.send(c)
	return nil
}

// Piece renders a part of a page that says nothing of what hangs, so that it need not be rendered anew with each change; of
// a page without a query it is kept until the day ends or everything changes.
func (s *Shelf) Piece(c *fiber.Ctx, t Turn, page, part string, data any) (template.HTML, error) {
	keep := keepable(c)
	name := part + string(key(nil, c, Lang(c)))
	s.mu.RLock()
	p, ok := s.pieces[name]
	s.mu.RUnlock()
	if keep && ok && s.now().Before(p.until) {
		return p.html, nil
	}
	var b bytes.Buffer
	if err := c.App().Config().Views.Render(&b, page+"#"+part, data); err != nil {
		return "", err
	}
	p = piece{template.HTML(b.String()), t.until} // rendered by html/template, so it is safe
	if keep && string(c.Context().URI().PathOriginal()) == t.path {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.hears && s.all == t.all && b.Len() < s.most/100 {
			if len(s.pieces) >= mostPieces {
				clear(s.pieces)
			}
			s.pieces[name] = p
		}
	}
	return p.html, nil
}

// mostPieces bounds the memory of pieces: some 10 kB each.
const mostPieces = 1000

// put keeps a page unless something changed since its turn began. Under the lock.
func (s *Shelf) put(key string, p *keptPage, t Turn) {
	if !s.hears || s.turns[t.office] != t.own || s.all != t.all || p.weight() > s.most/4 {
		return
	}
	if old := s.pages[key]; old != nil {
		s.drop(key, old)
	}
	p.used.Store(s.now().Unix())
	s.pages[key] = p
	for s.size += p.weight(); s.size > s.most; {
		s.evict()
	}
}

// evict drops the page not asked for longest, among a few taken at random.
func (s *Shelf) evict() {
	var oldest string
	tried := 0
	for key, p := range s.pages { // Go begins at a random place
		if oldest == "" || p.used.Load() < s.pages[oldest].used.Load() {
			oldest = key
		}
		if tried++; tried == 8 {
			break
		}
	}
	s.drop(oldest, s.pages[oldest])
}

// newKept copies an answer with all its headers, save those of this one request.
func newKept(r *fasthttp.Response, t Turn) *keptPage {
	p := &keptPage{office: t.office, until: t.until, body: bytes.Clone(r.Body())}
	sum := sha256.Sum256(p.body)
	name := base64.RawURLEncoding.EncodeToString(sum[:15])
	p.tag, p.zipTag = []byte(`"`+name+`"`), []byte(`"`+name+`.z"`)
	r.Header.CopyTo(&p.header)
	p.header.Del(fiber.HeaderXRequestID)
	p.header.DelAllCookies()
	p.header.SetBytesV(fiber.HeaderETag, p.tag)
	p.header.CopyTo(&p.zipHeader)
	p.zipHeader.SetBytesV(fiber.HeaderETag, p.zipTag)
	p.zipHeader.SetContentEncoding("gzip")
	// What does not change is not said again (RFC 9110, 15.4.5).
	p.same.SetStatusCode(fiber.StatusNotModified)
	for _, name := range []string{fiber.HeaderETag, fiber.HeaderVary, fiber.HeaderCacheControl} {
		p.same.SetBytesV(name, p.header.Peek(name))
	}
	if open := p.header.Peek(fiber.HeaderAccessControlAllowOrigin); len(open) > 0 {
		p.same.SetBytesV(fiber.HeaderAccessControlAllowOrigin, open)
	}
	p.same.CopyTo(&p.zipSame)
	p.zipSame.SetBytesV(fiber.HeaderETag, p.zipTag)
	return p
}

// send answers: 304 to who has it, compressed to who can read that.
func (p *keptPage) send(c *fiber.Ctx) {
	req, resp := &c.Context().Request.Header, c.Response()
	zip := req.HasAcceptEncoding("gzip")
	if have := req.Peek(fiber.HeaderIfNoneMatch); len(have) > 0 {
		header, tag := &p.same, p.tag
		if zip {
			header, tag = &p.zipSame, p.zipTag
		}
		if bytes.Equal(have, tag) || hasTag(have, tag) {
			header.CopyTo(&resp.Header)
			resp.ResetBody()
			return
		}
	}
	if zip {
		p.zip.Do(p.compress)
		p.zipHeader.CopyTo(&resp.Header)
		resp.SetBodyRaw(p.zipped)
		return
	}
	p.header.CopyTo(&resp.Header)
	resp.SetBodyRaw(p.body)
}

func (p *keptPage) compress() {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(p.body) // into memory: cannot fail
	_ = w.Close()
	p.zipped = b.Bytes()
}

// hasTag tells whether a list of If-None-Match holds a tag; weak ones count too (RFC 9110, 13.1.2).
func hasTag(list, tag []byte) bool {
	if string(list) == "*" {
		return true
	}
	for one := range bytes.SplitSeq(list, []byte(",")) {
		if bytes.Equal(bytes.TrimPrefix(bytes.TrimSpace(one), []byte("W/")), tag) {
			return true
		}
	}
	return false
}
