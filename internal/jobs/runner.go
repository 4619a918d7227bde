package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/lib/pq"

	"epom/internal/clock"
	"epom/internal/db"
)

// Runner does jobs until its context ends. Any number of runners in any number of processes share the work.
type Runner struct {
	DB          *db.DB
	Clock       clock.Clock // nil = the database's own clock, which all processes share
	Handlers    map[string]Handler
	MaxAttempts map[string]int    // by kind; others 12, about an hour and a half
	Schedule    map[string]string // kind → cron expression in Prague time
	Workers     int               // 0 = 4
	Lease       time.Duration     // how long a dead process keeps its jobs; 0 = 1 minute
	Timeout     time.Duration     // longest work of one job; 0 = 15 minutes
	Grace       time.Duration     // how long a stop waits for what runs; 0 = 20 seconds
	Yield       func() bool       // true = people wait for this machine; claiming then pauses for up to 2 seconds
	Log         *slog.Logger      // nil = the default one
}

const (
	maxAttempts = 12
	poll        = time.Second
	maxYield    = 2 * time.Second
	quickJob    = 50 * time.Millisecond // jobs quicker than this are claimed ahead in batches
)

var errTaken = errors.New("the lease ran out and another process took the job")

// task is a claimed job on its way through this process.
type task struct {
	Claimed
	cancel context.CancelCauseFunc // nil until it runs
	taken  bool                    // another process has it now
	err    error
}

// run is the state of one Run.
type run struct {
	*Runner
	queue  chan *task
	done   chan *task
	wake   chan struct{} // new jobs were announced
	freed  chan struct{} // a worker has finished something
	mu     sync.Mutex
	held   map[int64]*task // claimed and not yet recorded
	active int             // of these, not yet through their handler
	mean   time.Duration   // sliding mean of the time a job takes
}

// Run claims and does jobs until ctx ends, then lets what runs finish and gives back what has not begun. It returns an
// error only when it cannot begin (a wrong schedule, no database).
func (r *Runner) Run(ctx context.Context) error {
	if err := r.plan(ctx); err != nil {
		return err
	}
	s := &run{Runner: r, queue: make(chan *task, r.workers()*8), done: make(chan *task, 1024),
		wake: make(chan struct{}, 1), freed: make(chan struct{}, 1), held: map[int64]*task{}, mean: 2 * quickJob}
	// Handlers outlive ctx by the grace; bookkeeping outlives the handlers.
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	books, stopBooks := context.WithCancel(context.WithoutCancel(ctx))
	defer stopBooks()
	var workers, helpers sync.WaitGroup
	for range r.workers() {
		workers.Go(func() {
			for t := range s.queue {
				s.do(work, t)
			}
		})
	}
	helpers.Go(func() { s.record(books) })
	keeper, stopKeeper := context.WithCancel(books)
	defer stopKeeper()
	helpers.Go(func() { s.keep(keeper) })
	helpers.Go(func() { s.listen(ctx) })

	s.claim(ctx)

	s.giveBack(books)
	close(s.queue)
	grace := time.AfterFunc(cmp.Or(r.Grace, 20*time.Second), func() {
		stopWork()
		time.AfterFunc(5*time.Second, stopBooks)
	})
	defer grace.Stop()
	workers.Wait()
	close(s.done)
	stopKeeper()
	helpers.Wait()
	return nil
}

// claim fills the workers' queue till ctx ends.
func (s *run) claim(ctx context.Context) {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	hungry, ask := true, true
	for ctx.Err() == nil {
		if ask {
			ask = false
			if err := s.due(ctx); err != nil && ctx.Err() == nil {
				s.log().Error("jobs: schedule", "error", err)
			}
		}
		for n := s.free(); hungry && n > 0 && ctx.Err() == nil; n = s.free() {
			s.giveWay(ctx)
			tasks, err := s.take(ctx, n)
			if err != nil && ctx.Err() == nil {
				s.log().Error("jobs: claim", "error", err)
			}
			hungry = len(tasks) == n
			for _, t := range tasks {
				s.queue <- t // never blocks: free counts what lies in it
			}
		}
		select {
		case <-ctx.Done():
		case <-s.freed:
		case <-s.wake:
			hungry = true
		case <-tick.C:
			hungry, ask = true, true
		}
	}
}

// free tells how many jobs may be claimed now. Quick jobs are claimed ahead, so that one statement fetches many; slow
// ones are not, so that none waits here while another process is idle.
func (s *run) free() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mean > quickJob {
		return max(0, s.workers()-s.active)
	}
	if room := s.workers()*8 - s.active; room >= s.workers()*4 {
		return room
	}
	return 0
}

func (s *run) take(ctx context.Context, n int) ([]*task, error) {
	var claimed []Claimed
	if err := s.DB.SelectContext(ctx, &claimed, queries.Get("unscoped-claim"), s.now(), s.lease().Seconds(), pq.Array(s.kinds()), n); err != nil {
		return nil, err
	}
	slices.SortFunc(claimed, func(a, b Claimed) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), a.RunAt.Compare(b.RunAt), cmp.Compare(a.ID, b.ID))
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	tasks := make([]*task, len(claimed))
	for i, c := range claimed {
		c.marked = new(bool)
		tasks[i] = &task{Claimed: c}
		s.held[c.ID] = tasks[i]
		s.active++
	}
	return tasks, nil
}

func (s *run) giveWay(ctx context.Context) {
	for waited := time.Duration(0); s.Yield != nil && waited < maxYield && ctx.Err() == nil && s.Yield(); waited += 20 * time.Millisecond {
		time.Sleep(20 * time.Millisecond)
	}
}

// do runs one handler.
func (s *run) do(ctx context.Context, t *task) {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(s.Timeout, 15*time.Minute))
	defer cancel()
	ctx, taken := context.WithCancelCause(ctx)
	defer taken(nil)
	s.mu.Lock()
	t.cancel = taken
	if t.taken {
		taken(errTaken)
	}
	s.mu.Unlock()
	begun := time.Now()
	if ctx.Err() == nil {
		t.err = s.call(ctx, t)
	}
	s.mu.Lock()
	if t.taken {
		t.err = errTaken
	}
	s.active--
	s.mean += (time.Since(begun) - s.mean) / 16
	s.mu.Unlock()
	s.done <- t
	poke(s.freed)
}

// call turns a panic into an error; a job whose process died in its hands too often is not begun again.
func (s *run) call(ctx context.Context, t *task) (err error) {
	defer func() {
		if p := recover(); p != nil {
			s.log().Error("jobs: panic", "job", t.ID, "kind", t.Kind, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	if t.Attempt > s.attempts(t.Kind) {
		return Permanent(fmt.Errorf("the process ended in the middle of it, %d times in all", t.Attempt-1))
	}
	return s.Handlers[t.Kind](ctx, t.Claimed)
}

// listen pokes the claimer when jobs are announced; without the connection the poll alone finds them.
func (s *run) listen(ctx context.Context) {
	dsn, err := db.WithParams(s.DB.DSN(), "application_name", "epom-listen")
	if err != nil {
		return // the pool was opened with the same address
	}
	l := pq.NewListener(dsn, 100*time.Millisecond, 10*time.Second, nil)
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	if err := l.Listen("job"); err != nil {
		return
	}
	for range l.Notify {
		poke(s.wake)
	}
}

func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func (r *Runner) workers() int         { return cmp.Or(r.Workers, 4) }
func (r *Runner) lease() time.Duration { return cmp.Or(r.Lease, time.Minute) }
func (r *Runner) kinds() []string      { return slices.Sorted(maps.Keys(r.Handlers)) }

func (r *Runner) attempts(kind string) int { return cmp.Or(r.MaxAttempts[kind], maxAttempts) }

func (r *Runner) log() *slog.Logger { return cmp.Or(r.Log, slog.Default()) }

func (r *Runner) clock() clock.Clock {
	if r.Clock == nil {
		return clock.System{}
	}
	return r.Clock
}

// now is the instant for a parameter: NULL = the database's own.
func (r *Runner) now() *time.Time {
	if r.Clock == nil {
		return nil
	}
	t := r.Clock.Now()
	return &t
}
