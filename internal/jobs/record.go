package jobs

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/lib/pq"
)

const (
	firstPause = time.Second
	lastPause  = 15 * time.Minute
	maxError   = 2000 // bytes of an error that are kept
)

// pause is how long a job waits after its nth attempt: four times longer each time, up to a quarter of an hour, give or
// take a fifth, so that jobs which failed together do not return together.
func pause(attempt int) time.Duration {
	d := firstPause
	for i := 1; i < attempt && d < lastPause; i++ {
		d *= 4
	}
	d = min(d, lastPause)
	return time.Duration(float64(d) * (0.8 + 0.4*rand.Float64()))
}

// record writes down how jobs ended: all that succeeded meanwhile by one statement. While the database is away it
// tries on; the leases run out by themselves if it must give up.
func (s *run) record(ctx context.Context) {
	for t := range s.done {
		ended := []*task{t}
		for more := true; more && len(ended) < 256; {
			select {
			case t, more = <-s.done:
				if more {
					ended = append(ended, t)
				}
			default:
				more = false
			}
		}
		for wait := 100 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
			err := s.write(ctx, ended)
			if err == nil || ctx.Err() != nil {
				break
			}
			s.log().Error("jobs: record", "error", err)
			select {
			case <-ctx.Done():
			case <-time.After(wait):
			}
		}
		s.mu.Lock()
		for _, t := range ended {
			delete(s.held, t.ID)
		}
		s.mu.Unlock()
	}
}

func (s *run) write(ctx context.Context, ended []*task) error {
	var ids, attempts pq.Int64Array
	for _, t := range ended {
		switch {
		case t.err == nil && *t.marked, errors.Is(t.err, errTaken):
		case t.err == nil:
			ids, attempts = append(ids, t.ID), append(attempts, int64(t.Attempt))
		default:
			if err := s.writeError(ctx, t); err != nil {
				return err
			}
		}
	}
	if len(ids) == 0 {
		return nil
	}
	_, err := s.DB.ExecContext(ctx, queries.Get("unscoped-done"), s.now(), ids, attempts)
	return err
}

func (s *run) writeError(ctx context.Context, t *task) error {
	said := strings.ToValidUTF8(strings.ReplaceAll(t.err.Error(), "\x00", ""), "�")
	if len(said) > maxError {
		said = strings.ToValidUTF8(said[:maxError], "")
	}
	if IsPermanent(t.err) || t.Attempt >= s.attempts(t.Kind) {
		s.log().Error("jobs: given up", "job", t.ID, "kind", t.Kind, "office", t.Office, "attempt", t.Attempt, "error", said)
		_, err := s.DB.ExecContext(ctx, queries.Get("unscoped-fail"), t.ID, t.Attempt, said, s.now())
		return err
	}
	s.log().Warn("jobs: will be tried again", "job", t.ID, "kind", t.Kind, "office", t.Office, "attempt", t.Attempt, "error", said)
	_, err := s.DB.ExecContext(ctx, queries.Get("unscoped-again"), t.ID, t.Attempt, said, s.now(), pause(t.Attempt).Seconds())
	return err
}

// keep prolongs the leases of what this process holds, three times a lease. A job that somebody else has taken over is
// cancelled here.
func (s *run) keep(ctx context.Context) {
	tick := time.NewTicker(s.lease() / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		ids, attempts := s.holding()
		if len(ids) == 0 {
			continue
		}
		// An error means that the database is away; if it stays so, the leases run out as they should.
		_, _ = s.DB.ExecContext(ctx, queries.Get("unscoped-extend"), s.now(), s.lease().Seconds(), ids, attempts)
		var taken []int64
		_ = s.DB.SelectContext(ctx, &taken, queries.Get("unscoped-taken"), ids, attempts)
		s.mu.Lock()
		for _, id := range taken {
			if t := s.held[id]; t != nil {
				t.taken = true
				if t.cancel != nil {
					t.cancel(errTaken)
				}
			}
		}
		s.mu.Unlock()
	}
}

func (s *run) holding() (ids, attempts pq.Int64Array) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, t := range s.held {
		ids, attempts = append(ids, id), append(attempts, int64(t.Attempt))
	}
	return ids, attempts
}

// giveBack returns jobs that wait in this process to the others.
func (s *run) giveBack(ctx context.Context) {
	var ids, attempts pq.Int64Array
	for {
		select {
		case t := <-s.queue:
			ids, attempts = append(ids, t.ID), append(attempts, int64(t.Attempt))
			s.mu.Lock()
			delete(s.held, t.ID)
			s.mu.Unlock()
			continue
		default:
		}
		break
	}
	if len(ids) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if _, err := s.DB.ExecContext(ctx, queries.Get("unscoped-release"), ids, attempts); err != nil {
		s.log().Error("jobs: give back", "error", err)
	}
}
