package worker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"epom/board"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/jobs"
	"epom/users"
)

// site is the public side of the house as the network gives it: pages and documents of the boards with ETags.
type site struct {
	h       *house
	away    bool
	foreign bool // documents have another content
	untitled,
	unlinked bool
	asked []string // status and path
}

func (s *site) RoundTrip(r *http.Request) (*http.Response, error) {
	status, body, tag := s.answer(r.URL.EscapedPath())
	if status == 200 && tag != "" && r.Header.Get("If-None-Match") == tag {
		status, body = 304, nil
	}
	s.asked = append(s.asked, fmt.Sprint(status, " ", r.URL.EscapedPath()))
	return &http.Response{StatusCode: status, Header: http.Header{"Etag": {tag}}, Body: io.NopCloser(bytes.NewReader(body)), Request: r}, nil
}

func (s *site) answer(path string) (status int, body []byte, tag string) {
	if s.away {
		return 503, nil, ""
	}
	slug := strings.Split(path, "/")[2]
	if path == board.Path(slug) {
		return 200, []byte("<h1>Úřední deska</h1>"), ""
	}
	office, err := s.h.Offices.BySlug(slug)
	must(s.h.t, err)
	var items []board.HangingItem
	must(s.h.t, s.h.DB.Tx(context.Background(), system(office.ID), func(tx *db.Tx) (err error) {
		items, err = board.HangingItems(context.Background(), tx)
		return err
	}))
	for _, it := range items {
		page := ""
		if !s.untitled {
			page = "<h1>" + html.EscapeString(it.Title) + "</h1>"
		}
		for _, f := range it.Files.V {
			at := board.FilePath(slug, it.Number, &f)
			if !s.unlinked {
				page += `<a href="` + html.EscapeString(at) + `">x</a>`
			}
			if path == at && s.foreign {
				return 200, []byte("něco"), `"jiné"`
			}
			if path == at {
				r, _, err := s.h.Files.Open(context.Background(), f.SHA256)
				must(s.h.t, err)
				body, err = io.ReadAll(r)
				must(s.h.t, errors.Join(err, r.Close()))
				return 200, body, `"` + f.SHA256 + `"`
			}
		}
		if path == board.ItemPath(slug, it.Number) {
			return 200, []byte(page), ""
		}
	}
	return 404, nil, ""
}

func (h *house) withFile(text string) board.New {
	h.t.Helper()
	ref, err := h.Files.PutBytes(h.t.Context(), []byte(text))
	must(h.t, err)
	n := notice("oznameni")
	n.Title = "Záměr č. 5 <prodej> & „směna“"
	n.Files = []board.File{{Name: "záměr & mapa.pdf", MediaType: "application/pdf", Size: ref.Size, SHA256: ref.SHA256}}
	return n
}

func (h *house) check() board.Availability {
	h.t.Helper()
	h.enqueue(jobChecks, 0, struct{}{})
	h.none(h.work())
	p := h.posting(1)
	var a board.Availability
	must(h.t, h.DB.Tx(h.t.Context(), h.desk(), func(tx *db.Tx) (err error) {
		a, err = board.Available(h.t.Context(), tx, p, h.clock.Now())
		return err
	}))
	return a
}

func TestWhatWasServedBecomesEvidence(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.post(h.withFile("obsah"))
	h.none(h.work())
	list := h.evidence(p.ID)
	if proven(list) != "posted seen" {
		t.Fatal(proven(list))
	}
	for _, want := range []string{`"page": "https://epom.example/urady/hejnice/deska/2026-1"`, `"status": 200`, `"faults": []`, p.Current().Files[0].SHA256, `"same": true`} {
		if !strings.Contains(list[1].Record, want) {
			t.Errorf("%s lacks %s", list[1].Record, want)
		}
	}
	// while nothing answers it is tried again; in the end the fault itself is written down
	h.web.away = true
	q := h.post(notice("oznameni"))
	for range seenPatience - 1 {
		if h.work()[jobSeen] == nil {
			t.Fatal("not tried again")
		}
	}
	h.none(h.work())
	if list = h.evidence(q.ID); proven(list) != "posted seen" || !strings.Contains(list[1].Record, `"what": "away"`) || !strings.Contains(list[1].Record, "503") {
		t.Fatal(proven(list), list[len(list)-1].Record)
	}
}

func TestHourlyCheckReadsWhatItMust(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.at("2026-09-14 10:00")
	h.post(h.withFile("obsah"))
	h.none(h.work())
	h.web.asked = nil
	at := func(s string) (a board.Availability) { h.at(s); h.web.asked = nil; return h.check() }
	file := "/urady/hejnice/deska/2026-1/1/z%C3%A1m%C4%9Br%20&%20mapa.pdf"
	pages := []string{"200 /urady/hejnice/deska", "200 /urady/hejnice/deska/2026-1"}
	for _, c := range []struct{ at, file string }{{"2026-09-14 11:02", "200 " + file}, {"2026-09-14 12:02", "304 " + file}, {"2026-09-15 10:30", "200 " + file}, {"2026-09-15 11:30", "304 " + file}} {
		a := at(c.at)
		if !slices.Equal(h.web.asked, append(slices.Clone(pages), c.file)) {
			t.Errorf("%s: %q", c.at, h.web.asked)
		}
		if a.Failed != 0 {
			t.Errorf("%s: %+v", c.at, a)
		}
	}
	// each fault is found, looked at again in five minutes, and over when it is over
	for name, c := range map[string]struct {
		set  func(*site, bool)
		what string
	}{
		"away":     {func(s *site, on bool) { s.away = on }, board.FaultAway},
		"untitled": {func(s *site, on bool) { s.untitled = on }, board.FaultPage},
		"unlinked": {func(s *site, on bool) { s.unlinked = on }, board.FaultPage},
		"foreign":  {func(s *site, on bool) { s.foreign = on }, board.FaultChanged},
	} {
		before := at(h.clock.Now().Add(time.Hour).In(clock.Prague).Format("2006-01-02 15:04"))
		c.set(h.web, true)
		h.clock.Advance(time.Hour)
		a := h.check()
		if n := len(before.Gaps); len(a.Gaps) != n+1 || !a.Gaps[n].Failed || a.Gaps[n].What != c.what || !a.Gaps[n].Open {
			t.Errorf("%s: %+v", name, a.Gaps)
			continue
		}
		c.set(h.web, false)
		h.clock.Advance(checkSoon)
		h.none(h.work())
		a = h.check()
		if g := a.Gaps[len(before.Gaps)]; g.Open || !g.To.Equal(h.clock.Now()) {
			t.Errorf("%s: %+v", name, g)
		}
	}
}

func TestChecksOfAllBoardsAreSpread(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.post(notice("oznameni"))
	must(t, h.DB.Tx(t.Context(), system(h.there.ID), func(tx *db.Tx) error {
		_, err := h.Board.Make(t.Context(), tx, notice("oznameni"), h.clock.Now())
		return err
	}))
	h.none(h.work())
	h.enqueue(jobChecks, 0, struct{}{})
	c, ok := h.claim(nil)
	if !ok || c.Kind != jobChecks {
		t.Fatalf("%+v", c)
	}
	must(t, h.boardChecks(t.Context(), c))
	var rows []jobs.Row
	must(t, h.owner.Select(&rows, `SELECT id, kind, office_id, payload, attempts, priority, created_at, run_at FROM job WHERE kind = 'board-check' ORDER BY run_at`))
	if len(rows) != 2 || rows[0].RunAt.Sub(h.clock.Now()) != 0 || rows[1].RunAt.Sub(h.clock.Now()) != checkSpread/2 {
		t.Fatalf("%+v", rows)
	}
}

func TestAnOutageIsToldOnceWhileTheTermCanBeSaved(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.person("deska@hejnice.example", "Dana Desková", h.here, users.Board)
	h.at("2026-09-14 10:00")
	n := h.withFile("obsah")
	until := time.Date(2026, 9, 29, 0, 0, 0, 0, clock.Prague)
	n.Kind, n.UntilOn = "zamer", &until
	h.post(n)
	h.none(h.work())
	h.at("2026-09-15 10:00")
	h.web.away = true
	for range 3 { // each look finds it again
		h.check()
		h.clock.Advance(checkSoon)
	}
	mails := h.mails("deska@hejnice.example")
	if len(mails) != 1 || mails[0].Subject != "Výpadek úřední desky, vyvěšení 2026-1" {
		t.Fatal(h.subjects("deska@hejnice.example"))
	}
	for _, want := range []string{"Od 14. 9. 2026 10:00 do 15. 9. 2026 10:00 nebylo vyvěšení na internetu dostupné.", "prodlužte ji do 30. září 2026", "do 30. září 2026 v 0:00", "https://epom.example/kancelar/deska/2026-1"} {
		if !strings.Contains(strings.Join(strings.Fields(mails[0].Text), " "), want) {
			t.Errorf("the mail lacks %q: %s", want, mails[0].Text)
		}
	}
}
