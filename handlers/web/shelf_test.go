package web

import (
	"fmt"
	"io"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/internal/clock"
)

// plain is an engine whose page is its data.
type plain struct{}

func (plain) Load() error { return nil }

func (plain) Render(w io.Writer, _ string, data any, _ ...string) error {
	_, err := fmt.Fprint(w, data)
	return err
}

// shelved is an app with one shelf; make is called for each page that is not kept.
func shelved(t *testing.T, most int, make func(path string) string) (*Shelf, func(path string) string) {
	t.Helper()
	now := clock.NewFake(time.Date(2026, 9, 14, 8, 0, 0, 0, time.UTC))
	s := NewShelf(now.Now, most)
	s.Listening(true)
	app := fiber.New(fiber.Config{Views: plain{}})
	app.Use(func(c *fiber.Ctx) error {
		if s.Serve(c) {
			return nil
		}
		return c.Next()
	})
	app.Get("/:office/*", func(c *fiber.Ctx) error {
		var office int32
		_, _ = fmt.Sscan(c.Params("office"), &office)
		turn := s.Turn(office, c.Path())
		now.Advance(time.Second)
		return s.View(c, turn, "page", "", make(c.Path()))
	})
	return s, func(path string) string {
		resp, err := app.Test(httptest.NewRequest("GET", path, nil), 20_000)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		return string(b)
	}
}

func TestWhatChangedMeanwhileIsNotKept(t *testing.T) {
	t.Parallel()
	var s *Shelf
	var get func(string) string
	meanwhile := func() {}
	s, get = shelved(t, 1<<20, func(path string) string { meanwhile(); return path })
	for name, c := range map[string]struct {
		act  func()
		page string
		kept int
	}{
		"nothing":                 {func() {}, "/7/a", 1},
		"another office":          {func() { s.Changed(8) }, "/7/a", 1},
		"another, all boards":     {func() { s.Changed(8) }, "/0/a", 0},
		"the office":              {func() { s.Changed(7) }, "/7/a", 0},
		"everything":              {func() { s.Changed(0) }, "/7/a", 0},
		"the line broke":          {func() { s.Listening(false) }, "/7/a", 0},
		"it broke and came again": {func() { s.Listening(false); s.Listening(true) }, "/7/a", 0},
	} {
		s.Listening(true)
		meanwhile = c.act
		if got := get(c.page); got != c.page || s.Kept() != c.kept {
			t.Errorf("%s: %q, %d kept", name, got, s.Kept())
		}
	}
}

func TestTheShelfIsBoundedAndKeepsWhatIsAskedFor(t *testing.T) {
	t.Parallel()
	made := map[string]int{}
	s, get := shelved(t, 200<<10, func(path string) string { made[path]++; return strings.Repeat("x", 10<<10) })
	for i := range 60 {
		get("/7/often")
		get(fmt.Sprintf("/7/once-%d", i))
	}
	if n := s.Kept(); n < 5 || n > 11 {
		t.Errorf("%d pages of 10 kB in 200 kB", n)
	}
	if made["/7/often"] > 30 {
		t.Errorf("the page everybody wants was made %d times", made["/7/often"])
	}
	s, get = shelved(t, 200<<10, func(string) string { return strings.Repeat("x", 100<<10) })
	if get("/7/huge"); s.Kept() != 0 {
		t.Error("one page takes half of the shelf")
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	s, get := shelved(t, 100<<10, func(path string) string { return path })
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 200 {
				path := fmt.Sprintf("/%d/%d", i%3, i%20)
				if got := get(path); got != path {
					t.Errorf("%s shows %q", path, got)
				}
				if i%10 == w {
					s.Changed(int32(i % 3))
				}
			}
		})
	}
	wg.Wait()
}
