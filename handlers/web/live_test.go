package web

import (
	"bufio"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
)

// listen opens the stream of a topic over a real connection and gives its lines.
func listen(t *testing.T, addr, topic, last string) (lines <-chan string, leave func()) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+"/"+topic, nil)
	if err != nil {
		t.Fatal(err)
	}
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if kind := w.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/event-stream") {
		t.Fatalf("answer is %q", kind)
	}
	out := make(chan string, 100)
	go func() {
		defer close(out)
		for s := bufio.NewScanner(w.Body); s.Scan(); {
			out <- s.Text()
		}
	}()
	return out, func() { _ = w.Body.Close() }
}

// until waits for a line; the deadline only ends a broken test.
func until(t *testing.T, lines <-chan string, want string) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		select {
		case line, ok := <-lines:
			if !ok {
				t.Fatalf("the stream ended before %q", want)
			}
			if line == want {
				return
			}
		case <-deadline:
			t.Fatalf("no %q", want)
		}
	}
}

func serveLive(t *testing.T, l *Live) string {
	t.Helper()
	app := fiber.New(fiber.Config{Immutable: true, DisableStartupMessage: true})
	app.Get("/:topic", func(c *fiber.Ctx) error { return l.Stream(c, c.Params("topic")) })
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = app.Listener(ln) }()
	t.Cleanup(func() { l.Close(); _ = app.Shutdown() })
	return ln.Addr().String()
}

func TestLiveTellsPagesOfATopicAlone(t *testing.T) {
	t.Parallel()
	l := NewLive(10)
	addr := serveLive(t, l)
	one, _ := listen(t, addr, "one", "")
	two, _ := listen(t, addr, "two", "")
	until(t, one, "retry: 3000")
	until(t, two, "retry: 3000")
	l.Notify("one")
	until(t, one, "event: change")
	l.NotifyAll()
	until(t, two, "event: change")
	l.Close()
	for range two { // it must end
	}
	if l.Notify("one"); l.Open() > 2 {
		t.Error("more pages than opened")
	}
}

func TestLiveComingBackLooksAgain(t *testing.T) {
	t.Parallel()
	l := NewLive(10)
	back, _ := listen(t, serveLive(t, l), "one", "1")
	until(t, back, "event: change")
}

func TestLiveIsBounded(t *testing.T) {
	t.Parallel()
	l := NewLive(3)
	leaves := []func(){}
	for range 3 {
		_, leave, ok := l.subscribe("one")
		if !ok {
			t.Fatal("refused below the limit")
		}
		leaves = append(leaves, leave)
	}
	if _, _, ok := l.subscribe("two"); ok {
		t.Error("a page above the limit")
	}
	leaves[0]()
	leaves[0]() // leaving twice counts once
	if l.Open() != 2 {
		t.Errorf("%d open", l.Open())
	}
	if _, _, ok := l.subscribe("two"); !ok {
		t.Error("no room after one left")
	}
	many := NewLive(1000)
	for range many.each {
		many.subscribe("one")
	}
	if _, _, ok := many.subscribe("one"); ok {
		t.Error("too many pages of one topic")
	}
	many.Close()
	if _, _, ok := many.subscribe("two"); ok {
		t.Error("a closed hub took a page")
	}
}

func TestLiveEndsWhenThePageLeaves(t *testing.T) {
	t.Parallel()
	l := NewLive(10)
	l.beat = 5 * time.Millisecond
	lines, leave := listen(t, serveLive(t, l), "one", "")
	until(t, lines, "retry: 3000")
	leave()
	deadline, tick := time.After(10*time.Second), time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for l.Open() > 0 {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("a page that left still counts")
		}
	}
}
