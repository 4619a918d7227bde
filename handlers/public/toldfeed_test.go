package public_test

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
	"time"

	"epom/board"
)

type atom struct {
	ID      string `xml:"id"`
	Updated string `xml:"updated"`
	Links   []struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
		Type string `xml:"type,attr"`
	} `xml:"link"`
	Entries []atom `xml:"entry"`
	Title   string `xml:"title"`
}

func (a atom) link(rel string) string {
	for _, l := range a.Links {
		if l.Rel == rel {
			return strings.TrimPrefix(l.Href, "https://epom.example")
		}
	}
	return ""
}

func (b *browser) feed(path string) (f atom) {
	b.t.Helper()
	a := b.get(path).is(b.t, 200)
	if a.Header.Get("Content-Type") != "application/atom+xml; charset=utf-8" || a.Header.Get("Access-Control-Allow-Origin") != "*" || len(a.Cookies()) != 0 {
		b.t.Fatalf("%v", a.Header)
	}
	check(b.t, xml.Unmarshal([]byte(a.Text), &f))
	return f
}

func (f atom) titles() (all []string) {
	for _, e := range f.Entries {
		all = append(all, e.Title)
	}
	return all
}

func TestFeedsOfBoards(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	empty := b.feed("/urady/hejnice/deska.atom")
	if len(empty.Entries) != 0 || empty.link("alternate") != "/urady/hejnice/deska" {
		t.Fatalf("%+v", empty)
	}
	gone := s.hang(s.here, "Sejmuté")
	s.takeDown(gone, "omyl")
	for i := range 52 {
		s.clock.Advance(time.Minute)
		s.hang(s.here, fmt.Sprintf("Záměr %02d <b>&", i), func(n *board.New) { n.Kind = "zamer" })
	}
	s.hang(s.there, "Cizí lesní věc")
	first := b.feed("/urady/hejnice/deska.atom")
	if n := len(first.Entries); n != 50 || first.Entries[0].Title != "Záměr 51 <b>&" || !strings.HasPrefix(first.Entries[0].ID, "tag:epom.example,2026:deska/hejnice/2026-") {
		t.Fatalf("%d entries, %+v", n, first.Entries[0])
	}
	// all pages together hold everything once, the archive last
	all := first.titles()
	for next := first.link("next"); next != ""; {
		page := b.feed(next)
		all = append(all, page.titles()...)
		next = page.link("next")
	}
	if len(all) != 53 || all[51] != "Záměr 00 <b>&" || all[52] != "Sejmuté" {
		t.Fatalf("%d: %q", len(all), all[len(all)-3:])
	}
	// the address narrows the feed of all boards as it narrows their page
	for query, want := range map[string]int{"": 50, "?q=LESNI+vec": 1, "?druh=zamer&q=z%C3%A1m%C4%9Br+07": 1, "?obec=564028": 1, "?urad=frydl": 1, "?trida=aktuality": 0} {
		if f := b.feed("/deska.atom" + query); len(f.Entries) != want || query != "" && !strings.HasPrefix(f.link("self"), "/deska.atom?") {
			t.Errorf("%q: %d entries, self %s", query, len(f.Entries), f.link("self"))
		}
	}
	// an unchanged feed is not sent again; a correction is
	a := b.get("/urady/frydlant/deska.atom")
	b.head["If-None-Match"] = a.Header.Get("ETag")
	if got := b.get("/urady/frydlant/deska.atom"); got.StatusCode != 304 || got.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Error(got.StatusCode)
	}
	s.clock.Advance(time.Minute)
	s.hang(s.there, "Další")
	b.get("/urady/frydlant/deska.atom").is(t, 200)
	delete(b.head, "If-None-Match")
	b.get("/urady/neni/deska.atom").is(t, 404)
}

func TestFeedEntriesCarryDocumentsAndChanges(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	p := s.hang(s.here, "Zápis", func(n *board.New) {
		n.Files = []board.File{{Name: "zápis 1.pdf", MediaType: "application/pdf", Size: 77, SHA256: strings.Repeat("a", 64)}, {Name: "jinde.odt", URL: "https://obec.example/a.odt"}}
	})
	s.clock.Advance(time.Hour)
	s.takeDown(p, "omyl")
	e := b.feed("/urady/hejnice/deska.atom?archiv=1").Entries[0]
	if e.Updated != "2026-09-14T09:00:00Z" {
		t.Error(e.Updated)
	}
	var docs []string
	for _, l := range e.Links {
		if l.Rel == "enclosure" {
			docs = append(docs, l.Href)
		}
	}
	if strings.Join(docs, " ") != "https://epom.example/urady/hejnice/deska/"+p.Number()+"/1/z%C3%A1pis%201.pdf https://obec.example/a.odt" {
		t.Error(docs)
	}
}

func TestCalendarsOfBoards(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	meeting, feast, past := monday.AddDate(0, 0, 20), time.Date(2026, 10, 2, 22, 0, 0, 0, time.UTC), monday.AddDate(-1, 0, 0)
	until := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	m := s.hang(s.here, "Zasedání; zastupitelstva, č. 7", func(n *board.New) { n.Kind, n.EventAt, n.EventPlace = "zasedani", &meeting, "Kulturní dům" })
	s.hang(s.there, "Posvícení", func(n *board.New) { n.Kind, n.EventAt = "udalost", &feast })
	s.hang(s.here, "Loni", func(n *board.New) { n.Kind, n.EventAt = "udalost", &past })
	s.hang(s.here, "Záměr prodeje", func(n *board.New) { n.Kind, n.UntilOn = "zamer", &until })
	calendar := func(path string) string {
		a := b.get(path).is(t, 200)
		if !strings.HasPrefix(a.Header.Get("Content-Type"), "text/calendar") || a.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Fatalf("%v", a.Header)
		}
		return strings.ReplaceAll(a.Text, "\r\n ", "")
	}
	here := calendar("/urady/hejnice/deska.ics")
	for _, part := range []string{`SUMMARY:Zasedání\; zastupitelstva\, č. 7`, "LOCATION:Kulturní dům", "DTSTART;TZID=Europe/Prague:20261004T100000", "URL:https://epom.example/urady/hejnice/deska/" + m.Number()} {
		if !strings.Contains(here, part) {
			t.Errorf("lacks %q:\n%s", part, here)
		}
	}
	if strings.Contains(here, "Posvícení") || strings.Contains(here, "Loni") || strings.Contains(here, "Záměr") || strings.Contains(here, "CANCELLED") {
		t.Error(here)
	}
	if with := calendar("/urady/hejnice/deska.ics?terminy=1"); !strings.Contains(with, "Poslední den na úřední desce: Záměr prodeje") || !strings.Contains(with, "DTSTART;VALUE=DATE:20261001") {
		t.Error(with)
	}
	if all := calendar("/deska.ics"); !strings.Contains(all, "Posvícení") || !strings.Contains(all, "DTSTART;VALUE=DATE:20261003") || !strings.Contains(all, "Zasedání") {
		t.Error(all)
	}
	if some := calendar("/deska.ics?obec=564028"); strings.Contains(some, "Zasedání") || !strings.Contains(some, "Posvícení") {
		t.Error(some)
	}
	// called off: the posting was taken down before it
	s.clock.Advance(24 * time.Hour)
	s.takeDown(m, "zasedání se nekoná")
	if got := calendar("/urady/hejnice/deska.ics"); !strings.Contains(got, "STATUS:CANCELLED") {
		t.Error(got)
	}
}
