package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/valyala/fasthttp"

	"epom/internal/cluster"
	"epom/internal/db"
	"epom/routing"
)

type benchCmd struct {
	Bin       string        `default:"bin/epom"`
	For       time.Duration `default:"10s" help:"How long the yardstick runs; the same number of submissions is then sent through HTTP."`
	Clients   int           `default:"32"`
	Only      string        `help:"Only the figures whose name has this in it."`
	Items     int           `default:"1000000" help:"How many items hang or hung on the boards of the country."`
	Documents int           `default:"1000000" help:"How many documents the registers of one office hold."`
}

// Run prints each figure beside its limit; a figure on the wrong side is marked, but nothing fails on a time.
func (b *benchCmd) Run(ctx context.Context) error {
	s, err := newStand(ctx, b.Bin)
	if err != nil {
		return err
	}
	defer s.close()
	owner, err := s.owner(ctx)
	if err != nil {
		return err
	}
	defer owner.Close()
	for _, part := range []struct {
		name string
		run  func(context.Context, *stand, *sqlx.DB) error
	}{{"size", b.size}, {"serve", b.serve}, {"routing", b.routing}, {"intake-hot", b.hot}, {"intake-region", b.regionWide}, {"counter", b.counter}, {"replicas", b.replicas}, {"board", b.board}, {"registers", b.registers}} {
		if b.Only != "" && b.Only != part.name {
			continue
		}
		if err := part.run(ctx, s, owner); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return nil
}

// atLeast and atMost print a figure beside its limit.
func atLeast(what string, got, limit float64, unit, note string) {
	row(what, got, limit, unit, note, got >= limit, "≥")
}

func atMost(what string, got, limit float64, unit, note string) {
	row(what, got, limit, unit, note, got <= limit, "≤")
}

func row(what string, got, limit float64, unit, note string, ok bool, sign string) {
	mark := "ok"
	if !ok {
		mark = "OVER THE LIMIT"
	}
	fmt.Printf("%-52s %10.2f %-4s (%s %g)  %-4s %s\n", what, got, unit, sign, limit, mark, note)
}

func (b *benchCmd) size(context.Context, *stand, *sqlx.DB) error {
	st, err := os.Stat(b.Bin)
	if err != nil {
		return err
	}
	fmt.Printf("binary: one file, %.1f MB\n", float64(st.Size())/(1<<20))
	return nil
}

func (b *benchCmd) serve(_ context.Context, s *stand, _ *sqlx.DB) error {
	took, err := s.startApp()
	if err != nil {
		return err
	}
	defer s.killApp()
	atMost("serve: ready on a migrated database", took.Seconds(), 1, "s", "")
	host := &fasthttp.HostClient{Addr: s.addr, MaxConns: 8}
	for i := range 10000 {
		path := []string{"/", "/formulare", "/formulare/" + loadForm, "/urady", "/urady/hejnice"}[i%5]
		req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
		req.SetRequestURI("http://" + s.addr + path)
		err := host.Do(req, resp)
		code := resp.StatusCode()
		fasthttp.ReleaseRequest(req)
		fasthttp.ReleaseResponse(resp)
		if err != nil || code != 200 {
			return fmt.Errorf("%s: %d %w", path, code, err)
		}
	}
	atMost("serve: memory after 10,000 requests", s.memory(), 120, "MB", "resident, background work included")
	return nil
}

// hot and regionWide compare the whole way through HTTP with pgbench on the same cluster in the same run.
func (b *benchCmd) hot(ctx context.Context, s *stand, owner *sqlx.DB) error {
	return b.intake(ctx, s, owner, "one hot office", 1, 2)
}

func (b *benchCmd) regionWide(ctx context.Context, s *stand, owner *sqlx.DB) error {
	if err := b.grow(ctx, owner, 300); err != nil {
		return err
	}
	return b.intake(ctx, s, owner, "300 offices", 300, 0.4)
}

func (b *benchCmd) intake(ctx context.Context, s *stand, owner *sqlx.DB, what string, offices int, limit float64) error {
	where, err := targets(ctx, owner, offices)
	if err != nil {
		return err
	}
	yard, err := b.yardstick(s, offices)
	if err != nil {
		return err
	}
	tokens, err := makeDrafts(ctx, owner, where, int(2*limit*yard*b.For.Seconds()/2), fmt.Sprintf("bench-%d", offices))
	if err != nil {
		return err
	}
	if _, err := owner.ExecContext(ctx, `VACUUM ANALYZE draft`); err != nil {
		return err
	}
	// Jobs are queued with each submission; they are done by another process in operation, here by none.
	if _, err := s.startApp("EPOM_WORKERS=0"); err != nil {
		return err
	}
	defer s.killApp()
	sendAll(ctx, s.addr, tokens[:200], b.Clients) // warm: connections, caches
	start, before := time.Now(), s.cpu()
	results := sendAll(ctx, s.addr, tokens[200:], b.Clients)
	took, after := time.Since(start), s.cpu()
	for _, r := range results {
		if r.reference == "" {
			return fmt.Errorf("a draft was not taken in: %s", r.problem)
		}
	}
	ours := float64(len(results)) / took.Seconds()
	atLeast("intake: "+what+", "+strconv.Itoa(b.Clients)+" clients", ours/yard, limit, "×", fmt.Sprintf("%.0f/s against %.0f/s of pgbench; %s", ours, yard, after.each(before, len(results))))
	return nil
}

var tps = regexp.MustCompile(`tps = ([0-9.]+)`)

func (b *benchCmd) yardstick(s *stand, offices int) (float64, error) {
	bin, err := cluster.Bin()
	if err != nil {
		return 0, err
	}
	run := func(name string, args ...string) ([]byte, error) {
		out, err := exec.Command(filepath.Join(bin, name), append(args, s.url())...).CombinedOutput()
		if err != nil {
			return nil, fmt.Errorf("%s: %w: %s", name, err, out)
		}
		return out, nil
	}
	if _, err := run("psql", "-qf", "tests/load/intake-schema.sql"); err != nil {
		return 0, err
	}
	out, err := run("pgbench", "-n", "-M", "prepared", "-c", strconv.Itoa(b.Clients), "-j", "2", "-T", strconv.Itoa(int(b.For.Seconds())), "-D", "offices="+strconv.Itoa(offices), "-f", "tests/load/intake.sql")
	if err != nil {
		return 0, err
	}
	m := tps.FindSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("pgbench said: %s", out)
	}
	return strconv.ParseFloat(string(m[1]), 64)
}

// grow lets more offices of the demo region take part, and adds invented municipalities until there are n.
func (b *benchCmd) grow(ctx context.Context, owner *sqlx.DB, n int) error {
	if err := growMunicipalities(ctx, owner, n); err != nil {
		return err
	}
	_, err := owner.ExecContext(ctx, `UPDATE office SET participates = true, abbreviation = CASE WHEN abbreviation = '' THEN 'B' || id ELSE abbreviation END
		WHERE municipality_code IS NOT NULL`)
	return err
}

func (b *benchCmd) routing(ctx context.Context, s *stand, owner *sqlx.DB) error {
	pool, err := db.Open(s.url(), db.Options{MaxConns: 2})
	if err != nil {
		return err
	}
	defer pool.Close()
	store, err := routing.Open(ctx, pool)
	if err != nil {
		return err
	}
	var codes []int
	if err := owner.SelectContext(ctx, &codes, `SELECT code FROM municipality WHERE valid_to IS NULL ORDER BY code`); err != nil {
		return err
	}
	return benchRouting(ctx, s, store, codes)
}
