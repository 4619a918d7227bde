package exchange_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"epom/internal/db"
	"epom/internal/erms"
	"epom/records/exchange"
)

var errKilled = errors.New("killed")

// killed is a process that dies before or after the other side did the work: what it learnt is lost.
type killed struct {
	exchange.System
	before, after func() bool
}

func around[T any](k killed, call func() (T, error)) (got T, err error) {
	if k.before() {
		return got, errKilled
	}
	if got, err = call(); k.after() {
		var lost T
		return lost, errKilled
	}
	return got, err
}

func (k killed) Register(ctx context.Context, m exchange.Matter) (exchange.Answer, error) {
	return around(k, func() (exchange.Answer, error) { return k.System.Register(ctx, m) })
}

func (k killed) Add(ctx context.Context, p exchange.Paper) (exchange.Answer, error) {
	return around(k, func() (exchange.Answer, error) { return k.System.Add(ctx, p) })
}

func (k killed) Attach(ctx context.Context, e exchange.Enclosure) error {
	_, err := around(k, func() (int, error) { return 0, k.System.Attach(ctx, e) })
	return err
}

func (k killed) State(ctx context.Context, t exchange.Try) (exchange.State, error) {
	return around(k, func() (exchange.State, error) { return k.System.State(ctx, t) })
}

// Any interleaving of retries, crashes, lost answers, duplicate deliveries, overloads, people who stop and retry, several
// processes at once: in the end each submission is there once, with one number, and the gate has that number.
func TestNeverTwoNumbersNoneLost(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	s.fake.Late = 10 * time.Minute
	s.link(s.here, s.essl())
	var mu sync.Mutex
	var troubles []erms.Trouble
	var kills []bool
	calm := false
	kill := func() bool {
		mu.Lock()
		defer mu.Unlock()
		if calm || len(kills) == 0 {
			return false
		}
		k := kills[0]
		kills = kills[1:]
		return k
	}
	s.fake.Trouble = func(string) erms.Trouble {
		mu.Lock()
		defer mu.Unlock()
		if calm || len(troubles) == 0 {
			return erms.None
		}
		x := troubles[0]
		troubles = troubles[1:]
		return x
	}
	s.Make = func(l exchange.Link) (exchange.System, error) {
		real, err := s.Real(l, 0)
		return killed{real, kill, kill}, err
	}
	var all []int64
	rapid.Check(t, func(r *rapid.T) {
		id := s.submission(s.here, rapid.Bool().Draw(r, "receipt at once"))
		all = append(all, id)
		mu.Lock()
		calm = false
		troubles = rapid.SliceOfN(rapid.SampledFrom([]erms.Trouble{erms.None, erms.None, erms.Before, erms.After, erms.Twice, erms.SaysNo, erms.Overloaded}), 0, 25).Draw(r, "troubles")
		kills = rapid.SliceOfN(rapid.SampledFrom([]bool{false, false, false, true}), 0, 30).Draw(r, "kills")
		mu.Unlock()
		advance := func(lost bool) {
			err := s.Advance(t.Context(), s.here, id, func(*db.Tx, time.Time) error {
				if lost {
					return errKilled // the last transaction does not commit
				}
				return nil
			})
			if err != nil && !errors.Is(err, errKilled) {
				r.Fatal(err)
			}
		}
		for _, act := range rapid.SliceOfN(rapid.SampledFrom([]string{"go", "go", "go", "lost", "together", "wait", "long wait", "stop", "retry", "answer"}), 1, 14).Draw(r, "acts") {
			switch act {
			case "go", "lost":
				advance(act == "lost")
			case "together":
				var both sync.WaitGroup
				for range 2 {
					both.Go(func() { advance(false) })
				}
				both.Wait()
			case "wait":
				s.later(20 * time.Second)
			case "long wait":
				s.later(20 * time.Minute)
			case "stop":
				_ = s.in(s.here, func(tx *db.Tx) error { return s.Stop(t.Context(), tx, id, "zkouška", s.clock()) })
			case "retry":
				_ = s.in(s.here, func(tx *db.Tx) error { return s.Retry(t.Context(), tx, id, s.clock()) })
			case "answer":
				s.answer(s.here, id)
			}
		}
		mu.Lock()
		calm = true
		mu.Unlock()
		if !hasReceiptPaper(s, id) {
			s.receipt(s.here, id)
		}
		s.later(time.Hour)
		if s.handover(s.here, id) == nil {
			advance(false)
		}
		s.must(s.in(s.here, func(tx *db.Tx) error { return s.Retry(t.Context(), tx, id, s.clock()) }))
		s.later(10 * time.Minute)
		s.advance(s.here, id, 40)
		h, first := s.handover(s.here, id), s.mark(id)+"-1"
		numbers := s.fake.Numbers(ours(first))
		if len(numbers) != 1 {
			r.Fatalf("%s was given numbers %v", first, numbers)
		}
		if h.ReceiptAt == nil || h.Number != numbers[0] || h.Open() != nil {
			r.Fatalf("%s has number %v there; here %+v", first, numbers, h)
		}
		if d := s.fake.Document(ours(first)); len(d.Files.List) != 2 {
			r.Fatalf("%s has %d files there", first, len(d.Files.List))
		}
	})
	if faults, err := exchange.Verify(t.Context(), s.owner); err != nil || len(faults) > 0 {
		t.Error(faults, err)
	}
	var shared int
	if err := s.owner.Get(&shared, `SELECT count(*) - count(DISTINCT number) FROM records_handover`); err != nil || shared != 0 {
		t.Errorf("%d of %d submissions share a number (%v)", shared, len(all), err)
	}
}

func hasReceiptPaper(s *stand, id int64) (has bool) {
	s.must(s.owner.Get(&has, `SELECT EXISTS (SELECT FROM document WHERE case_id = $1 AND kind = 'receipt')`, id))
	return has
}
