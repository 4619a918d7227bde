package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/valyala/fasthttp"
)

type crashCmd struct {
	Bin     string `default:"bin/epom" help:"The binary to torture."`
	Rounds  int    `default:"20"`
	Clients int    `default:"16"`
}

// Run loads the app, kills it or PostgreSQL in the middle, brings both back, sends what was not acknowledged again, and
// compares: nothing acknowledged may be missing or changed, no draft may have become two submissions, no notice may be lost,
// verify must be clean.
func (c *crashCmd) Run(ctx context.Context) error {
	s, err := newStand(ctx, c.Bin)
	if err != nil {
		return err
	}
	defer s.close()
	owner, err := s.owner(ctx)
	if err != nil {
		return err
	}
	defer owner.Close()
	where, err := targets(ctx, owner, 12)
	if err != nil {
		return err
	}
	acknowledged, again, hung := 0, 0, 0
	for round := range c.Rounds {
		tokens, err := makeDrafts(ctx, owner, where[:1+round%len(where)], 1500, fmt.Sprintf("crash-%d", round))
		if err != nil {
			return err
		}
		if _, err := s.startApp("EPOM_WORKERS=1"); err != nil {
			return err
		}
		victim := "app"
		if round%2 == 1 {
			victim = "PostgreSQL"
		}
		got, posted, err := c.load(ctx, s, tokens, victim, round)
		if err != nil {
			return err
		}
		acked := map[string]string{}
		var open []string
		for _, r := range got {
			if r.reference != "" {
				acked[r.token] = r.reference
			} else if r.token != "" {
				if len(open) < 100 { // asked, but no answer: the person clicks again; a hundred show it
					open = append(open, r.token)
				}
			}
		}
		if len(acked) == 0 {
			return fmt.Errorf("round %d: nothing was acknowledged before the kill; the round proves nothing", round+1)
		}
		if err := c.recover(ctx, s, victim); err != nil {
			return err
		}
		for _, r := range sendAll(ctx, s.addr, open, 4) {
			if r.reference == "" {
				return fmt.Errorf("round %d: a draft cannot be sent after the crash: %s", round+1, r.problem)
			}
			acked[r.token] = r.reference
		}
		// A second click on everything acknowledged: it must answer with the same reference.
		for token, ref := range acked {
			if second, _ := sendOne(&fasthttp.HostClient{Addr: s.addr}, s.addr, token); second != ref {
				return fmt.Errorf("round %d: %s was acknowledged as %s, then as %q", round+1, token, ref, second)
			}
			if again++; again%50 == 0 {
				break
			}
		}
		s.killApp()
		if err := compare(ctx, owner, acked); err != nil {
			return fmt.Errorf("round %d (%s killed): %w", round+1, victim, err)
		}
		if err := compareNotices(ctx, owner, posted); err != nil {
			return fmt.Errorf("round %d (%s killed): %w", round+1, victim, err)
		}
		if err := s.epom(ctx, "verify"); err != nil {
			return fmt.Errorf("round %d (%s killed): %w", round+1, victim, err)
		}
		acknowledged += len(acked)
		hung += len(posted)
		fmt.Printf("round %2d: %-10s killed, %5d acknowledged, %2d sent again, %3d notices, verify clean\n", round+1, victim, len(acked), len(open), len(posted))
	}
	fmt.Printf("%d rounds, %d submissions and %d notices acknowledged, none lost, none twice\n", c.Rounds, acknowledged, hung)
	return nil
}

// load sends and posts until somewhere in the middle the victim is killed, then a moment longer.
func (c *crashCmd) load(ctx context.Context, s *stand, tokens []string, victim string, round int) (got []sent, posted []notice, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	time.AfterFunc(time.Duration(250+rand.IntN(500))*time.Millisecond, func() {
		if victim == "app" {
			s.killApp()
		} else {
			s.killPostgres()
		}
		time.AfterFunc(50*time.Millisecond, cancel)
	})
	var posting sync.WaitGroup
	posting.Go(func() { posted, err = notices(ctx, s, round) })
	got = sendAll(ctx, s.addr, tokens, c.Clients)
	cancel()
	posting.Wait()
	return got, posted, err
}

func (c *crashCmd) recover(ctx context.Context, s *stand, victim string) error {
	if victim == "app" {
		_, err := s.startApp("EPOM_WORKERS=1")
		return err
	}
	// What the killed server left running may hold its memory for a moment, then a new one refuses to start.
	err := s.startPostgres(ctx)
	for try := 0; err != nil && try < 20; try++ {
		time.Sleep(250 * time.Millisecond)
		err = s.startPostgres(ctx)
	}
	if err != nil {
		return err
	}
	// The app must find its way back by itself.
	for start := time.Now(); time.Since(start) < 30*time.Second; time.Sleep(50 * time.Millisecond) {
		if code, _, err := fasthttp.GetTimeout(nil, "http://"+s.addr+"/readyz", 2*time.Second); err == nil && code == 200 {
			return nil
		}
	}
	return fmt.Errorf("the app did not recover after PostgreSQL came back")
}

// compare looks for every acknowledged draft: stored once, under the acknowledged reference.
func compare(ctx context.Context, owner *sqlx.DB, acked map[string]string) error {
	for token, ref := range acked {
		var n int
		err := owner.GetContext(ctx, &n, `SELECT count(*) FROM draft d JOIN submission s ON s.reference = d.reference AND s.to_office IS NULL
			WHERE d.token_hash = sha256(convert_to($1, 'UTF8')) AND d.reference = $2`, token, ref)
		if err != nil {
			return err
		}
		if n != 1 {
			return fmt.Errorf("draft %s acknowledged as %s is stored %d times", token, ref, n)
		}
	}
	return nil
}
