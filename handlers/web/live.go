package web

import (
	"bufio"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/internal/errs"
)

// Live tells open pages that what they show has changed: a hub of server-sent events. Feed it with Notify; pages
// then ask for the news themselves, so an event carries no data and reaches only those who may see the page.
type Live struct {
	limit, each int
	beat        time.Duration

	mu     sync.Mutex
	topics map[string]map[chan struct{}]bool
	count  int
	done   chan struct{}
	closed bool
}

// NewLive makes a hub for at most limit open pages, 20 of them of one topic.
func NewLive(limit int) *Live {
	return &Live{limit: limit, each: 20, beat: 15 * time.Second, topics: map[string]map[chan struct{}]bool{}, done: make(chan struct{})}
}

// Notify tells the pages of a topic. It never waits: a page that has not read the last event yet needs no second one.
func (l *Live) Notify(topic string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for ch := range l.topics[topic] {
		poke(ch)
	}
}

// NotifyAll tells all pages: for a feed that broke off and may have missed something.
func (l *Live) NotifyAll() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, pages := range l.topics {
		for ch := range pages {
			poke(ch)
		}
	}
}

func poke(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}

// Close ends all streams; the server can stop then.
func (l *Live) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.closed = true
		close(l.done)
	}
}

// Open tells how many pages listen.
func (l *Live) Open() int { l.mu.Lock(); defer l.mu.Unlock(); return l.count }

func (l *Live) subscribe(topic string) (ch chan struct{}, leave func(), ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || l.count >= l.limit || len(l.topics[topic]) >= l.each {
		return nil, nil, false
	}
	if l.topics[topic] == nil {
		l.topics[topic] = map[chan struct{}]bool{}
	}
	ch = make(chan struct{}, 1)
	l.topics[topic][ch] = true
	l.count++
	var once sync.Once
	return ch, func() {
		once.Do(func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			if delete(l.topics[topic], ch); len(l.topics[topic]) == 0 {
				delete(l.topics, topic)
			}
			l.count--
		})
	}, true
}

// Stream answers with the events of a topic until the page leaves or the hub closes. The caller has checked that the
// visitor may see it. A page that comes back after a break is told at once to look again.
func (l *Live) Stream(c *fiber.Ctx, topic string) error {
	ch, leave, ok := l.subscribe(topic)
	if !ok {
		return errs.New(errs.Unavailable, "Živé sledování je teď plně obsazené. Stav uvidíte po načtení stránky znovu.")
	}
	if c.Get("Last-Event-ID") != "" {
		poke(ch)
	}
	c.Set(fiber.HeaderContentType, "text/event-stream; charset=utf-8")
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set("X-Accel-Buffering", "no")
	done, beat := l.done, l.beat
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		defer leave()
		send := func(text string) bool {
			_, err := w.WriteString(text)
			return err == nil && w.Flush() == nil
		}
		tick := time.NewTicker(beat)
		defer tick.Stop()
		for ok := send("retry: 3000\nid: 1\ndata: \n\n"); ok; {
			select {
			case <-ch:
				ok = send("event: change\ndata: \n\n")
			case <-tick.C:
				ok = send(": \n\n")
			case <-done:
				return
			}
		}
	})
	return nil
}
