package desk_test

import (
	"fmt"
	"io"
	"net/url"
	"strings"
	"testing"

	"github.com/valyala/fasthttp/fasthttputil"
)

// Whatever stands in an address or a form, the answer is a page with a reason, never a fault.
func TestNonsenseIsAnsweredCalmly(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id, _ := s.sent(hejnice, "lípa")
	s.posted("Záměr prodeje")
	b, admin, poster := s.as(t, "clerk"), s.as(t, "admin"), s.as(t, "board")
	nonsense := []string{"nesmysl", "-1", "99999999999999999999", "'; DROP TABLE case_file; --", "<script>alert(1)</script>", "\x00", "\xff\xfe", strings.Repeat("ř", 30), "2026-13-45", "0"}
	for _, x := range nonsense {
		q := url.QueryEscape(x)
		for _, r := range routesOf(t, "desk.go") {
			who := b
			if r.who == "admin-office" || r.who == "view-audit" {
				who = admin
			} else if r.who == "post" {
				who = poster
			}
			path := address(r.path, id, 1, 1)
			var got *answer
			if r.method == "GET" {
				got = who.get(fmt.Sprintf("%s?po=%s&q=%s&kdo=%s&od=%s&do=%s&stav=%s&pohled=%s&rok=%s&agenda=%s&prideleno=%s&obec=%s&kod=%s&hledat=%s&dokument=%s", path, q, q, q, q, q, q, q, q, q, q, q, q, q, q))
			} else if r.handler != "SwitchOffice" {
				got = who.post(path, "clerk", x, "text", x, "due", x, "days", x, "why", x, "how", x, "subject", x, "kod", x, "urad", "", "session", x, "password", x, "again", x, "present", x,
					"email", x, "name", x, "role", x, "unit", x, "id", x, "agenda", x, "level", x, "seat", x, "reason", x, "valid_from", x, "valid_to", x, "case", x, "day1", x, "zip", x, "attachment_mb", x,
					"title", x, "kind", x, "issuer", x, "link", x, "place", x, "place_name", x, "agendas", x, "approved_on", x, "when", "plan", "post_on", x, "post_time", x, "until", "day",
					"until_on", x, "event_on", x, "event_time", x, "sealed", x, "file", x, "seen", x, "seen_revision", x, "up_on", x, "down", x, "publisher", x, "last", x, "document", x)
			}
			if got != nil && got.StatusCode >= 500 && got.StatusCode != 503 {
				t.Errorf("%s %s with %.30q: status %d", r.method, r.path, x, got.StatusCode)
			}
			if got != nil && strings.Contains(got.text, "<script>alert") {
				t.Errorf("%s %s shows markup as it came", r.method, r.path)
			}
		}
	}
	in := s.visitor(t)
	for _, x := range nonsense {
		for _, path := range []string{"/prihlaseni", "/prihlaseni/odkaz", "/prihlaseni/" + url.PathEscape(x)} {
			if got := in.post(path, "email", x, "password", x, "kam", x, "kept", x); got.StatusCode >= 500 {
				t.Errorf("%s with %.30q: status %d", path, x, got.StatusCode)
			}
		}
	}
}

// A request whose head is too large never reaches a handler; it is refused with a page and the server goes on.
func TestAHeadTooLargeIsRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	line := fasthttputil.NewInmemoryListener()
	go func() { _ = s.app.Listener(line) }()
	t.Cleanup(func() { _ = s.app.Shutdown() })
	for path, status := range map[string]string{"/" + strings.Repeat("a", 100_000): "HTTP/1.1 431", "/prihlaseni": "HTTP/1.1 200"} {
		conn := must(line.Dial())
		go func() {
			_, _ = conn.Write([]byte("GET " + path + " HTTP/1.1\r\nHost: epom.example\r\nConnection: close\r\n\r\n"))
		}()
		got := string(must(io.ReadAll(conn)))
		if !strings.HasPrefix(got, status) || !strings.Contains(got, "<!DOCTYPE html>") {
			t.Errorf("%.20s: %.200q", path, got)
		}
	}
}
