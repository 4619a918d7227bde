package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/valyala/fasthttp"
)

// replicas measures how soon every process shows a change of a board: a third one hangs a notice, and two that have the
// page on their shelves are asked until both show it.
func (b *benchCmd) replicas(ctx context.Context, s *stand, owner *sqlx.DB) error {
	if _, err := s.startApp(); err != nil {
		return err
	}
	defer s.killApp()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	other := &stand{bin: s.bin, dir: s.dir, cluster: s.cluster, env: s.env, addr: l.Addr().String()}
	_ = l.Close()
	if _, err := other.startApp("EPOM_ADDR=" + other.addr); err != nil {
		return err
	}
	defer other.killApp()
	var slug string
	if err := owner.GetContext(ctx, &slug, `SELECT slug FROM office WHERE participates ORDER BY id LIMIT 1`); err != nil {
		return err
	}
	var worst time.Duration
	const times = 5
	for i := range times {
		title := fmt.Sprintf("Změna č. %d viděná všude", i)
		for _, addr := range []string{s.addr, other.addr} { // both have the page now
			if _, err := shows(addr, slug, title); err != nil {
				return err
			}
		}
		took, err := s.seenBy(ctx, owner, slug, title, s.addr, other.addr)
		if err != nil {
			return err
		}
		worst = max(worst, took)
	}
	atMost("board: a change seen by two processes", worst.Seconds(), 1, "s", fmt.Sprintf("the worst of %d, from the commit of a third process", times))
	return nil
}

// seenBy hangs a notice by the command line and tells how long after its commit all the processes show it.
func (s *stand) seenBy(ctx context.Context, owner *sqlx.DB, slug, title string, addrs ...string) (time.Duration, error) {
	file := filepath.Join(s.dir, "notice.json")
	today := time.Now().Format(time.DateOnly)
	board := fmt.Sprintf(`{"@context":"https://ofn.gov.cz/úřední-desky/2021-07-20/kontexty/úřední-deska.jsonld","typ":"Úřední deska","iri":"https://deska.example/","stránka":"https://deska.example/",
		"provozovatel":{"typ":"Osoba","ičo":"00262803"},"informace":[{"typ":["Digitální objekt","Informace na úřední desce"],"iri":"https://deska.example/%x","název":{"cs":%q},
		"vyvěšení":{"typ":"Časový okamžik","datum":%q},"relevantní_do":{"typ":"Časový okamžik","nespecifikovaný":true}}]}`, title, title, today)
	if err := os.WriteFile(file, []byte(board), 0o600); err != nil {
		return 0, err
	}
	done := make(chan error, 1)
	go func() { done <- s.epom(ctx, "board", "import", "--office", slug, file) }()
	for n := 0; n == 0; {
		select {
		case err := <-done:
			if err != nil {
				return 0, err
			}
			done <- nil
		default:
		}
		if err := owner.GetContext(ctx, &n, `SELECT count(*) FROM board_item WHERE title = $1`, title); err != nil {
			return 0, err
		}
	}
	start := time.Now()
	for _, addr := range addrs {
		for {
			seen, err := shows(addr, slug, title)
			if err != nil {
				return 0, err
			}
			if seen {
				break
			}
			if time.Since(start) > 30*time.Second {
				return 0, fmt.Errorf("the process on %s never showed the change", addr)
			}
		}
	}
	took := time.Since(start)
	return took, <-done
}

func shows(addr, slug, title string) (bool, error) {
	code, body, err := fasthttp.GetTimeout(nil, "http://"+addr+"/urady/"+slug+"/deska", 10*time.Second)
	if err == nil && code != fasthttp.StatusOK {
		err = fmt.Errorf("the board answers %d", code)
	}
	return bytes.Contains(body, []byte(title)), err
}
