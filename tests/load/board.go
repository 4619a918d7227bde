package main

import (
	"context"
	_ "embed"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/valyala/fasthttp"
)

// country is how many municipalities there are.
const country = 6258

//go:embed board-fill.sql
var boardFill string

// board measures notice boards: pages kept and made anew, and searching a land full of them.
func (b *benchCmd) board(ctx context.Context, s *stand, owner *sqlx.DB) error {
	if err := b.fillBoards(ctx, owner); err != nil {
		return err
	}
	var slug string
	if err := owner.GetContext(ctx, &slug, village); err != nil {
		return err
	}
	if err := b.keptPages(ctx, s, slug); err != nil {
		return err
	}
	if err := benchFirstRender(ctx, s.url(), slug); err != nil {
		return err
	}
	return b.allBoards(ctx, s, owner)
}

// fillBoards gives every municipality of the country an office with a place on the map, and hangs so many items.
func (b *benchCmd) fillBoards(ctx context.Context, owner *sqlx.DB) error {
	start := time.Now()
	if err := b.grow(ctx, owner, country); err != nil {
		return err
	}
	if _, err := owner.ExecContext(ctx, `UPDATE office SET lat = 48.6 + (id % 79) * 0.03, lon = 12.2 + (id / 79) * 0.08 WHERE lat IS NULL AND municipality_code IS NOT NULL`); err != nil {
		return err
	}
	conn, err := owner.Connx(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	var indexes []struct {
		Name string `db:"indexname"`
		Def  string `db:"indexdef"`
	}
	if err := conn.SelectContext(ctx, &indexes, `SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'board_item' AND indexname <> 'board_item_pkey'`); err != nil {
		return err
	}
	steps := []string{`SET session_replication_role = replica`, `SET maintenance_work_mem = '512MB'`, `SET work_mem = '64MB'`, `SET synchronous_commit = off`}
	for _, i := range indexes {
		steps = append(steps, `DROP INDEX `+i.Name)
	}
	for _, q := range steps {
		if _, err := conn.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("%s: %w", q, err)
		}
	}
	if _, err := conn.ExecContext(ctx, boardFill, b.Items); err != nil {
		return fmt.Errorf("fill: %w", err)
	}
	for _, i := range indexes {
		if _, err := conn.ExecContext(ctx, i.Def); err != nil {
			return err
		}
	}
	if _, err := conn.ExecContext(ctx, `VACUUM ANALYZE board_item`); err != nil {
		return err
	}
	fmt.Printf("boards: %d items on %d boards, made in %.0f s\n", b.Items, country, time.Since(start).Seconds())
	return nil
}

// searches are what people ask of all boards. A common word is in every third item, a rare one in a few of a million.
var searches = []struct {
	name string
	make func() string
}{
	{"common word", func() string { return "q=" + word(10, 14) }},
	{"rare word", func() string { return "q=" + word(3000, 4900) }},
	{"rare word in the archive", func() string { return "archiv=1&q=" + word(3000, 4900) }},
	{"common word in the archive", func() string { return "archiv=1&q=" + word(10, 14) }},
	{"two words", func() string { return "q=" + word(2, 200) + "+" + word(2, 200) }},
	{"two words in the archive", func() string { return "archiv=1&q=" + word(2, 200) + "+" + word(2, 200) }},
	{"three letters of words", func() string { return "archiv=1&q=" + word(1, 9) }},
	{"four letters of words", func() string { return "archiv=1&q=" + word(10, 99) }},
	{"five letters of words", func() string { return "archiv=1&q=" + word(100, 400) }},
	{"word, kind and date", func() string {
		from := time.Now().AddDate(0, -rand.IntN(100), 0)
		return "archiv=1&druh=zamer&q=" + word(2, 100) + "&od=" + from.Format(time.DateOnly) + "&do=" + from.AddDate(0, 3, 0).Format(time.DateOnly)
	}},
	{"kind only", func() string { return "archiv=1&druh=doprava" }},
	{"in my municipality", func() string { return "obec=" + strconv.Itoa(990001+rand.IntN(5000)) }},
	{"far in the archive", func() string { return "archiv=1&q=" + word(1, 50) + "&do=2019-06-30" }},
}

// word is an invented word of a rank between two.
func word(from, to int) string {
	s := []byte("sl" + strconv.Itoa(from+rand.IntN(to-from+1)))
	for i := 2; i < len(s); i++ {
		s[i] = "aeioubdmrt"[s[i]-'0']
	}
	return string(s)
}

// allBoards asks a running app: the first page after a change somewhere, then searches.
func (b *benchCmd) allBoards(ctx context.Context, s *stand, owner *sqlx.DB) error {
	if _, err := s.startApp("EPOM_WORKERS=0", "EPOM_TRUSTED_PROXIES=127.0.0.1"); err != nil {
		return err
	}
	defer s.killApp()
	host := &fasthttp.HostClient{Addr: s.addr, MaxConns: 4}
	ask := func(path string) (time.Duration, error) {
		req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
		defer fasthttp.ReleaseRequest(req)
		defer fasthttp.ReleaseResponse(resp)
		req.SetRequestURI("http://" + s.addr + path)
		req.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.%d", rand.IntN(250), rand.IntN(250), rand.IntN(250))) // many visitors
		start := time.Now()
		err := host.Do(req, resp)
		if err == nil && resp.StatusCode() != 200 {
			err = fmt.Errorf("%s: %d", path, resp.StatusCode())
		}
		return time.Since(start), err
	}
	first, err := percentile(100, func() (time.Duration, error) {
		if _, err := owner.ExecContext(ctx, `SELECT pg_notify('board', CAST((SELECT id FROM office WHERE slug = 'hejnice') AS text))`); err != nil {
			return 0, err
		}
		return ask("/deska")
	})
	if err != nil {
		return err
	}
	note := fmt.Sprintf("%d boards, %d items, made anew after a change", country, b.Items)
	atMost("boards: first page of all, p95", first, 30, "ms", note)
	for _, q := range searches {
		if _, err := ask("/deska?" + q.make()); err != nil { // what it reads comes into memory
			return err
		}
		p95, err := percentile(60, func() (time.Duration, error) { return ask("/deska?" + q.make()) })
		if err != nil {
			return err
		}
		atMost("boards: search, "+q.name+", p95", p95, 100, "ms", "for example "+must(url.QueryUnescape(q.make())))
	}
	return nil
}

func must(s string, _ error) string { return s }

// percentile is the time within which 95 of 100 answers came, in ms.
func percentile(n int, ask func() (time.Duration, error)) (float64, error) {
	var all []time.Duration
	for range n {
		d, err := ask()
		if err != nil {
			return 0, err
		}
		all = append(all, d)
	}
	slices.Sort(all)
	return float64(all[n*95/100].Microseconds()) / 1000, nil
}

// median is the time within which half of the answers came, in ms: one slow answer of a busy machine does not move it.
func median(n int, ask func() (time.Duration, error)) (float64, error) {
	var all []time.Duration
	for range n {
		d, err := ask()
		if err != nil {
			return 0, err
		}
		all = append(all, d)
	}
	slices.Sort(all)
	return float64(all[n/2].Microseconds()) / 1000, nil
}
