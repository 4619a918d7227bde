package public_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"epom/board"
)

func TestTheBoardOnTheVillagesOwnSite(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	b.head["Accept-Language"] = "en" // the village's page says the language, not the visitor's browser
	b.get("/urady/hejnice/deska/widget").is(t, 200).has(t, "Teď tu nic nevisí")
	var last *board.Posting
	for i := range 25 {
		s.clock.Advance(time.Minute)
		last = s.hang(s.here, fmt.Sprintf("Oznámení %02d <script>alert(1)</script>", i))
	}
	event := monday.AddDate(0, 0, 3)
	s.hang(s.here, "Posvícení", func(n *board.New) { n.Kind, n.EventAt = "udalost", &event })
	s.hang(s.there, "Cizí")
	for _, path := range []string{"widget", "vlozit.html"} {
		b.cookies["epom_theme"], b.cookies["epom_lang"] = "dark", "uk"
		a := b.get("/urady/hejnice/deska/"+path).is(t, 200).has(t, "Oznámení 24 <script>alert(1)</script>", "Celá úřední deska")
		a.lacks(t, "<script", "Oznámení 19", "Posvícení", "Cizí", " style=", "<form", "data-theme=\"dark\"")
		if a.Page.Find("li").Length() != 5 || len(a.Cookies()) != 0 || a.Header.Get("Access-Control-Allow-Origin") != "*" || a.Header.Get("X-Frame-Options") != "" {
			t.Errorf("%s: %v", path, a.Header)
		}
		if csp := a.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "frame-ancestors *") || !strings.Contains(csp, "default-src 'none'") {
			t.Error(csp)
		}
		a.Page.Find("a").Each(func(_ int, link *goquery.Selection) {
			href, _ := link.Attr("href")
			target, _ := link.Attr("target")
			if !strings.HasPrefix(href, "https://epom.example/") || path == "widget" && target != "_top" {
				t.Errorf("%s: %s %s", path, href, target)
			}
		})
		if href, _ := a.Page.Find("li a").First().Attr("href"); href != "https://epom.example/urady/hejnice/deska/"+last.Number() {
			t.Error(href)
		}
		for query, n := range map[string]int{"pocet=12": 12, "pocet=1000": 20, "pocet=-1": 5, "pocet=x": 5} {
			if got := b.get("/urady/hejnice/deska/" + path + "?" + query).Page.Find("li").Length(); got != n {
				t.Errorf("%s %s: %d", path, query, got)
			}
		}
		b.head["If-None-Match"] = a.Header.Get("ETag")
		b.get("/urady/hejnice/deska/"+path).is(t, 304)
		delete(b.head, "If-None-Match")
		b.get("/urady/neni/deska/"+path).is(t, 404)
	}
	light := b.get("/urady/hejnice/deska/widget?vzhled=svetly&lang=en").is(t, 200).has(t, "Official notice board")
	if light.Page.Find(`html[data-theme="light"][lang="en"]`).Length() != 1 || len(light.Cookies()) != 0 {
		t.Error(light.Text)
	}
	delete(b.cookies, "epom_lang")
	how := b.get("/urady/hejnice/deska/vlozeni").is(t, 200).has(t, `<iframe src="https://epom.example/urady/hejnice/deska/widget?pocet=5"`, "readfile('https://epom.example/urady/hejnice/deska/vlozit.html?pocet=5')", "https://epom.example/urady/hejnice/deska.atom")
	if how.Page.Find("iframe").Length() != 0 || strings.Contains(how.Header.Get("Content-Security-Policy"), "frame-ancestors *") {
		t.Error("the page of instructions is no widget")
	}
}
