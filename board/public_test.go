package board_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"epom/board"
	"epom/internal/db"
	"epom/internal/errs"
)

// hang posts on an office's board at once.
func (h *house) hang(office int32, change func(*board.New)) *board.Posting {
	h.t.Helper()
	n := notice("oznameni")
	change(&n)
	var p *board.Posting
	h.must(h.in(office, func(tx *db.Tx) (err error) { p, err = h.law.Make(h.t.Context(), tx, n, h.now); return err }))
	return p
}

func (h *house) remove(p *board.Posting) {
	h.t.Helper()
	h.must(h.in(p.OfficeID, func(tx *db.Tx) error {
		_, err := board.Remove(h.t.Context(), tx, p.ID, p.Version, "zkouška", h.now)
		return err
	}))
}

func titles(items []board.Item) (list []string) {
	for _, i := range items {
		list = append(list, i.Title)
	}
	return list
}

func TestSearchingBoards(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	open := board.NewPublic(h.db)
	event := h.now.AddDate(0, 2, 0)
	years := map[string]*board.Posting{}
	for _, p := range []struct {
		title, at string
		office    int32
		change    func(*board.New)
	}{
		{"Kácení lip u školy", "2019-03-04 08:00", h.here, func(n *board.New) {
			n.Issuer, n.ReferenceNumber = "Krajský úřad Libereckého kraje", "OV/666/18 Tisj"
		}},
		{"Záměr prodat pozemek", "2025-01-31 23:30", h.here, func(n *board.New) { n.Kind = "zamer" }},
		{"Uzavírka silnice", "2026-05-30 08:00", h.beside, func(n *board.New) {
			n.Kind = "doprava"
			n.Places = db.J([]board.Place{{Municipality: 564044, Name: "Hejnice – Ferdinandov"}})
			n.Agendas = db.J([]string{"Doprava a silnice"})
		}},
		{"Dražba <b>domu</b>", "2026-06-01 08:00", h.here, func(n *board.New) { n.Kind, n.EventAt = "drazba", &event }},
		{"Pouť", "2026-06-01 08:00", h.here, func(n *board.New) { n.Kind, n.EventAt = "udalost", &event }},
	} {
		h.at(p.at)
		years[p.title] = h.hang(p.office, func(n *board.New) { n.Title = p.title; p.change(n) })
	}
	gone := h.hang(h.here, func(n *board.New) { n.Title = "Stará vyhláška o stavbě" })
	h.remove(gone)
	from, to := date(t, "2025-01-31"), date(t, "2025-02-01")
	for name, c := range map[string]struct {
		search board.Search
		want   []string
	}{
		"without diacritics, each word begins some word": {board.Search{Words: "KACENI lip"}, []string{"Kácení lip u školy"}},
		"three letters":                          {board.Search{Words: "kác"}, []string{"Kácení lip u školy"}},
		"four letters":                           {board.Search{Words: "kace lip"}, []string{"Kácení lip u školy"}},
		"two letters are a word":                 {board.Search{Words: "ká"}, nil},
		"a part of a reference number":           {board.Search{Words: "666/18"}, []string{"Kácení lip u školy"}},
		"the text too":                           {board.Search{Words: "úplné znění", Class: board.Event}, []string{"Pouť"}},
		"all words":                              {board.Search{Words: "kácení silnice"}, nil},
		"originator":                             {board.Search{Issuer: "liberecký"}, nil},
		"originator by the beginnings":           {board.Search{Issuer: "libereck kraj"}, []string{"Kácení lip u školy"}},
		"kind":                                   {board.Search{Kind: "drazba"}, []string{"Dražba <b>domu</b>"}},
		"agenda":                                 {board.Search{Agenda: "silnice"}, []string{"Uzavírka silnice"}},
		"place by name":                          {board.Search{Place: "ferdinandov"}, []string{"Uzavírka silnice"}},
		"my municipality: concerns it":           {board.Search{Municipality: 564044}, []string{"Uzavírka silnice"}},
		"my municipality: or hangs on its board": {board.Search{Municipality: 564044, InOffices: []int32{h.here}, Kind: "zamer"}, []string{"Záměr prodat pozemek"}},
		"one office":                             {board.Search{Office: h.beside, Words: "silnic"}, []string{"Uzavírka silnice"}},
		"of several offices":                     {board.Search{Offices: []int32{h.beside}}, []string{"Uzavírka silnice"}},
		"days in Prague":                         {board.Search{From: from, To: from}, []string{"Záměr prodat pozemek"}},
		"from a day":                             {board.Search{From: to, Class: board.Notice}, []string{"Dražba <b>domu</b>", "Uzavírka silnice"}},
		"the end before the start":               {board.Search{From: to, To: from}, nil},
		"archive":                                {board.Search{Archive: true, Words: "stavb"}, []string{"Stará vyhláška o stavbě"}},
		"archive by its index":                   {board.Search{Archive: true, Class: board.Notice, Office: h.here}, []string{"Stará vyhláška o stavbě"}},
		"what hangs, all boards":                 {board.Search{Class: board.Notice}, []string{"Dražba <b>domu</b>", "Uzavírka silnice", "Záměr prodat pozemek", "Kácení lip u školy"}},
		"signs only do not narrow words":         {board.Search{Words: "%% ' \\ & | !", Class: board.Event}, []string{"Pouť"}},
		"signs only are no name":                 {board.Search{Issuer: "'&"}, nil},
		"marks cannot be typed":                  {board.Search{Words: "@hangs"}, nil},
	} {
		got, more, err := open.Find(t.Context(), c.search, nil, 20, h.now)
		if err != nil || more || !slices.Equal(titles(got), c.want) {
			t.Errorf("%s: %q more %v (%v), want %q", name, titles(got), more, err, c.want)
		}
	}
}

// Whatever the way of reading, pages by key give each item once, in one order.
func TestPagesByKey(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	open := board.NewPublic(h.db)
	start := h.now
	for i := range 30 {
		h.now = start.AddDate(0, -2*(i/3), 0) // several at one instant, over five years
		h.hang([]int32{h.here, h.beside}[i%2], func(n *board.New) { n.Title = fmt.Sprintf("Stavba %d", i) })
	}
	h.now = start
	for name, s := range map[string]board.Search{"listed": {Class: board.Notice}, "searched": {Words: "stavba"}, "an office": {Class: board.Notice, Office: h.here}, "searched there": {Words: "stavba", Office: h.here}} {
		want := 30
		if s.Office != 0 {
			want = 15
		}
		var after *board.Key
		seen, last := map[int64]bool{}, time.Time{}
		for pages := 0; pages < 20; pages++ {
			items, more, err := open.Find(t.Context(), s, after, 4, h.now)
			h.must(err)
			for _, i := range items {
				if seen[i.PostingID] || !last.IsZero() && i.PostedAt.After(last) {
					t.Fatalf("%s: %s comes twice or out of order", name, i.Title)
				}
				seen[i.PostingID], last = true, i.PostedAt
			}
			if !more {
				break
			}
			if after = board.ParseKey(items[len(items)-1].Key().String()); after == nil {
				t.Fatal("a key cannot be read back")
			}
		}
		if len(seen) != want {
			t.Errorf("%s: %d items, want %d", name, len(seen), want)
		}
	}
	for _, s := range []string{"", "x", "a.b", "a.b.c.d", "zzzzzzzzzzzzzzzz.1.1", "-zzzzzzzzzzz.1.1", "1.zzzzzzzzz.1", "'.'.'"} {
		if board.ParseKey(s) != nil {
			t.Errorf("%q is a key", s)
		}
	}
}

func TestFrontAndTallies(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	open := board.NewPublic(h.db)
	open.Listening(true)
	count := func() string {
		c, err := open.Tallies(t.Context())
		h.must(err)
		return fmt.Sprintf("%d %d %d  %d", c[h.here].Notices, c[h.here].News, c[h.here].Events, c[h.beside].All())
	}
	if got := count(); got != "0 0 0  0" {
		t.Error(got)
	}
	for i := range 4 {
		h.hang(h.here, func(n *board.New) { n.Title = fmt.Sprint("Oznámení ", i) })
	}
	h.hang(h.here, func(n *board.New) { n.Kind, n.Title = "aktualita", "Aktualita" })
	other := h.hang(h.beside, func(n *board.New) {})
	f, err := open.Front(t.Context(), h.here, 3, 3)
	h.must(err)
	if got := strings.Join(titles(f.Notices), ", "); got != "Oznámení 3, Oznámení 2, Oznámení 1" || !f.MoreNotices || len(f.News) != 1 || f.MoreNews || len(f.Events) != 0 {
		t.Errorf("%s %+v", got, f)
	}
	for i := range 12 {
		h.hang(h.here, func(n *board.New) { n.Title = fmt.Sprint("Další ", i) })
	}
	if f, err = open.Front(t.Context(), h.here, 3, 3); err != nil || len(f.Notices) != 3 || f.Notices[0].Title != "Další 11" || !f.MoreNotices || len(f.News) != 1 {
		t.Errorf("a full board: %v %+v", err, f)
	}
	if got := count(); got != "0 0 0  0" {
		t.Error("counted without being told:", got)
	}
	open.Changed(h.here)
	if got := count(); got != "16 1 0  0" {
		t.Error(got)
	}
	open.Changed(0)
	if got := count(); got != "16 1 0  1" {
		t.Error(got)
	}
	h.remove(other)
	open.Changed(h.beside)
	if got := count(); got != "16 1 0  0" {
		t.Error(got)
	}
	open.Listening(false)
	h.hang(h.here, func(n *board.New) {})
	if got := count(); got != "17 1 0  0" {
		t.Error("nobody listens, yet counts are kept:", got)
	}
}

func TestOnlyWhatHungIsShown(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	open := board.NewPublic(h.db)
	plan := notice("oznameni")
	plan.PostAt = h.now.AddDate(0, 0, 5)
	waits, err := h.make(plan)
	h.must(err)
	for _, number := range []string{waits.Number(), "2026-9", "2026-01", "x", "", "99999999999999999999-1", "2026-99999999999999999999", "-1-1"} {
		if _, err := open.Show(t.Context(), h.here, number); !errs.Is(err, errs.NotFound) {
			t.Errorf("%q: %v", number, err)
		}
	}
	p := h.hang(h.here, func(n *board.New) {
		n.Files = []board.File{{Name: "výkres č. 1.pdf", MediaType: "application/pdf", SHA256: strings.Repeat("a", 64), Size: 1}}
	})
	if _, err := open.Show(t.Context(), h.beside, p.Number()); !errs.Is(err, errs.NotFound) {
		t.Error("it hangs at the neighbour's too:", err)
	}
	h.must(h.in(h.here, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO posting_preview (office_id, sha256, made_at, pages, text, pictures, thumb) VALUES ($1, $2, now(), 2, 'Text výkresu', '[{"sha256":"b","type":"image/png","width":10,"height":20}]', 'c')`, h.here, strings.Repeat("a", 64))
		if err != nil {
			return err
		}
		c := p.Current().Content
		c.Files = []board.File{{Name: "nový.pdf", MediaType: "application/pdf", SHA256: strings.Repeat("d", 64), Size: 1}}
		_, err = h.law.Revise(t.Context(), tx, p.ID, p.Version, c, "jiný výkres", h.now)
		return err
	}))
	s, err := open.Show(t.Context(), h.here, p.Number())
	h.must(err)
	if v := s.Previews[strings.Repeat("a", 64)]; v.Text != "Text výkresu" || len(v.Pictures.V) != 1 || v.Pictures.V[0].Height != 20 {
		t.Errorf("%+v", v)
	}
	for name, want := range map[string]string{"nový.pdf": "d", "výkres č. 1.pdf": "a"} {
		if f, ok := s.FileAt(1, name); !ok || f.SHA256[:1] != want {
			t.Errorf("%s: %+v", name, f)
		}
	}
	if _, ok := s.FileAt(1, "jiný.pdf"); ok {
		t.Error("a file that never hung")
	}
	if got := board.FilePath("tady", "2026-17", &board.File{Ordinal: 2, Name: "a/b ?č.pdf"}); got != "/urady/tady/deska/2026-17/2/a%2Fb%20%3F%C4%8D.pdf" {
		t.Error(got)
	}
}

func TestDaysLeft(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		until, now string
		want       int
	}{{"2026-06-16", "2026-06-16 23:59", 0}, {"2026-06-16", "2026-06-15 00:00", 1}, {"2026-10-26", "2026-10-24 12:00", 2}, {"2026-03-30", "2026-03-28 12:00", 2}, {"2026-06-16", "2026-06-20 08:00", 0}, {"", "2026-06-16 08:00", -1}} {
		if got := board.DaysLeft(date(t, c.until), instant(t, c.now)); got != c.want {
			t.Errorf("%s from %s: %d, want %d", c.until, c.now, got, c.want)
		}
	}
}
