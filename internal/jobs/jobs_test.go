package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
	"epom/internal/testdb"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func enqueue(t testing.TB, d *db.DB, js ...jobs.Job) {
	t.Helper()
	err := d.Tx(context.Background(), db.Scope{Actor: "system"}, func(tx *db.Tx) error { return jobs.Enqueue(context.Background(), tx, js...) })
	if err != nil {
		t.Fatal(err)
	}
}

// start runs r until the test ends or the returned function is called, which waits for the end.
func start(t testing.TB, r *jobs.Runner) (stop func()) {
	t.Helper()
	return startIn(context.Background(), t, r)
}

func startIn(ctx context.Context, t testing.TB, r *jobs.Runner) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	if r.Log == nil {
		r.Log = quiet
	}
	go func() { ended <- r.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("runner: %v", err)
			}
		case <-time.After(20 * time.Second):
			t.Error("the runner did not stop")
		}
	})
	t.Cleanup(stop)
	return stop
}

// eventually waits for a condition that another process brings about.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never happened: %s", what)
		}
	}
}

func counts(t testing.TB, d *db.DB) jobs.Count {
	t.Helper()
	c, err := jobs.Counts(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func doneJobs(t testing.TB, d *db.DB) (n int) {
	t.Helper()
	if err := d.Get(&n, `SELECT count(*) FROM job WHERE done_at IS NOT NULL`); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAJobExistsOnlyWhenItsTransactionCommits(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	undone := errors.New("no")
	err := d.Tx(t.Context(), db.Scope{Office: 7, Actor: "x"}, func(tx *db.Tx) error {
		if err := jobs.Enqueue(t.Context(), tx, jobs.Job{Kind: "a"}); err != nil {
			return err
		}
		return undone
	})
	if !errors.Is(err, undone) {
		t.Fatal(err)
	}
	if c := counts(t, d); c.Waiting != 0 {
		t.Errorf("%d jobs wait after a rollback", c.Waiting)
	}
	enqueue(t, d, jobs.Job{Kind: "a", Office: 7, Payload: map[string]int{"id": 5}})
	rows, err := jobs.List(t.Context(), d, jobs.Waiting, 10)
	if err != nil || len(rows) != 1 || rows[0].Office != 7 || string(rows[0].Payload) != `{"id": 5}` || rows[0].Priority != 5 {
		t.Errorf("waiting: %+v (%v)", rows, err)
	}
}

func TestOrderIsPriorityThenTimeThenAge(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	now := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	add := func(name string, prio int, at time.Time) jobs.Job {
		return jobs.Job{Kind: "a", Payload: name, Priority: prio, RunAt: at}
	}
	enqueue(t, d, add("4th", 5, now), add("3rd", 5, now.Add(-time.Hour)), add("2nd", 1, now), add("5th", 5, now),
		add("1st", 1, now.Add(-time.Minute)), add("later", 1, now.Add(time.Hour)))
	var mu sync.Mutex
	var got []string
	fake := clock.NewFake(now)
	start(t, &jobs.Runner{DB: d, Clock: fake, Workers: 1, Handlers: map[string]jobs.Handler{"a": func(_ context.Context, c jobs.Claimed) error {
		var name string
		err := c.Decode(&name)
		mu.Lock()
		defer mu.Unlock()
		got = append(got, name)
		return err
	}}})
	seen := func(n int) func() bool { return func() bool { mu.Lock(); defer mu.Unlock(); return len(got) == n } }
	eventually(t, "five jobs done", seen(5))
	if want := []string{"1st", "2nd", "3rd", "4th", "5th"}; !slices.Equal(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
	fake.Advance(2 * time.Hour)
	eventually(t, "the later one done when its time has come", seen(6))
}

func TestUniqJobsAreNotDoubledWhileUnfinished(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	same := jobs.Job{Kind: "a", Uniq: "receipt/1"}
	enqueue(t, d, same, same, jobs.Job{Kind: "b", Uniq: "receipt/1"}, jobs.Job{Kind: "a"}, jobs.Job{Kind: "a"})
	enqueue(t, d, same)
	if c := counts(t, d); c.Waiting != 4 {
		t.Errorf("%d wait, want 4", c.Waiting)
	}
	nothing := func(context.Context, jobs.Claimed) error { return nil }
	start(t, &jobs.Runner{DB: d, Handlers: map[string]jobs.Handler{"a": nothing, "b": nothing}})
	eventually(t, "all done", func() bool { return doneJobs(t, d) == 4 })
	enqueue(t, d, same)
	eventually(t, "the same work done again once it was finished", func() bool { return doneJobs(t, d) == 5 })
}

func TestTwoRunnersNeverHaveOneJobAtOnce(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	const n = 3000
	js := make([]jobs.Job, n)
	for i := range js {
		js[i] = jobs.Job{Kind: "a"}
	}
	enqueue(t, d, js...)
	var times [n + 1]atomic.Int32
	h := map[string]jobs.Handler{"a": func(_ context.Context, c jobs.Claimed) error { times[c.ID].Add(1); return nil }}
	for range 3 {
		start(t, &jobs.Runner{DB: d, Handlers: h})
	}
	eventually(t, "all done", func() bool { return doneJobs(t, d) == n })
	for id := 1; id <= n; id++ {
		if c := times[id].Load(); c != 1 {
			t.Errorf("job %d was done %d times", id, c)
		}
	}
}

func TestAFailedJobIsTriedAgainAndThenKeptForAPerson(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	fake := clock.NewFake(time.Now().Add(time.Hour))
	var calls atomic.Int32
	var broken atomic.Bool
	broken.Store(true)
	start(t, &jobs.Runner{DB: d, Clock: fake, MaxAttempts: map[string]int{"a": 3}, Handlers: map[string]jobs.Handler{
		"a": func(context.Context, jobs.Claimed) error {
			if n := calls.Add(1); n == 2 {
				panic("second")
			}
			if broken.Load() {
				return errors.New("out\x00of order")
			}
			return nil
		}}})
	enqueue(t, d, jobs.Job{Kind: "a"})
	for n := range int32(3) {
		eventually(t, "an attempt", func() bool { return calls.Load() == n+1 })
		eventually(t, "the attempt written down", func() bool { c := counts(t, d); return c.Running == 0 })
		if n == 0 {
			rows, err := jobs.List(t.Context(), d, jobs.Waiting, 10)
			if err != nil || len(rows) != 1 || rows[0].LastError != "outof order" || rows[0].RunAt.Before(fake.Now()) {
				t.Fatalf("after the first attempt: %+v (%v)", rows, err)
			}
		}
		fake.Advance(10 * time.Minute)
	}
	rows, err := jobs.List(t.Context(), d, jobs.Failed, 10)
	if err != nil || len(rows) != 1 || rows[0].Attempts != 3 || rows[0].FailedAt == nil {
		t.Fatalf("failed: %+v (%v)", rows, err)
	}
	broken.Store(false)
	if err := jobs.Retry(t.Context(), d, rows[0].ID); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the retried job done", func() bool { return doneJobs(t, d) == 1 })
	if err := jobs.Retry(t.Context(), d, rows[0].ID); !errs.Is(err, errs.NotFound) {
		t.Errorf("retry of a done job: %v", err)
	}
}

func TestPermanentFailureIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	var calls atomic.Int32
	start(t, &jobs.Runner{DB: d, Handlers: map[string]jobs.Handler{
		"a": func(context.Context, jobs.Claimed) error {
			calls.Add(1)
			return fmt.Errorf("sending: %w", jobs.Permanent(errors.New("no such box")))
		},
		"b": func(_ context.Context, c jobs.Claimed) error { var n int; return c.Decode(&n) },
	}})
	enqueue(t, d, jobs.Job{Kind: "a"}, jobs.Job{Kind: "b", Payload: "not a number"})
	eventually(t, "both given up", func() bool { return counts(t, d).Failed == 2 })
	if calls.Load() != 1 {
		t.Errorf("called %d times", calls.Load())
	}
}

func TestDoneInCommitsWithTheEffectOrNotAtAll(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	owner := testdb.Owner(t, d)
	if _, err := owner.Exec(`CREATE TABLE effect (job bigint); GRANT ALL ON effect TO epom_app`); err != nil {
		t.Fatal(err)
	}
	fake := clock.NewFake(time.Now().Add(time.Hour))
	var calls atomic.Int32
	start(t, &jobs.Runner{DB: d, Clock: fake, Handlers: map[string]jobs.Handler{"a": func(ctx context.Context, c jobs.Claimed) error {
		return d.Tx(ctx, db.Scope{Actor: "system"}, func(tx *db.Tx) error {
			if _, err := tx.Exec(`INSERT INTO effect VALUES ($1)`, c.ID); err != nil {
				return err
			}
			if err := c.DoneIn(ctx, tx); err != nil {
				return err
			}
			if calls.Add(1) == 1 {
				return errors.New("after the mark, before the commit")
			}
			return nil
		})
	}}})
	enqueue(t, d, jobs.Job{Kind: "a"})
	eventually(t, "the first attempt failed", func() bool {
		rows, err := jobs.List(t.Context(), d, jobs.Waiting, 1)
		return err == nil && len(rows) == 1 && rows[0].Attempts == 1
	})
	fake.Advance(time.Hour)
	eventually(t, "done", func() bool { return doneJobs(t, d) == 1 })
	var effects int
	if err := d.Get(&effects, `SELECT count(*) FROM effect`); err != nil || effects != 1 {
		t.Errorf("%d effects (%v), want 1", effects, err)
	}
	// A process that lost its lease meanwhile must not take effect.
	stale := jobs.Claimed{ID: 1, Attempt: 1}
	err := d.Tx(t.Context(), db.Scope{Actor: "system"}, func(tx *db.Tx) error { return stale.DoneIn(t.Context(), tx) })
	if !errs.Is(err, errs.Conflict) {
		t.Errorf("stale DoneIn: %v", err)
	}
}

func TestStoppingFinishesWhatRunsAndGivesBackTheRest(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	running, stopRunning := context.WithCancel(t.Context())
	begun, release := make(chan bool, 100), make(chan bool)
	var finished atomic.Int32
	stop := startIn(running, t, &jobs.Runner{DB: d, Workers: 1, Handlers: map[string]jobs.Handler{
		"quick": func(context.Context, jobs.Claimed) error { return nil },
		"a": func(ctx context.Context, _ jobs.Claimed) error {
			begun <- true
			<-release
			if ctx.Err() == nil {
				finished.Add(1)
			}
			return ctx.Err()
		}}})
	// After quick jobs a whole batch is claimed ahead: one runs, seven wait in the process.
	enqueue(t, d, slices.Repeat([]jobs.Job{{Kind: "quick"}}, 40)...)
	eventually(t, "the quick ones done", func() bool { return doneJobs(t, d) == 40 })
	enqueue(t, d, slices.Repeat([]jobs.Job{{Kind: "a"}}, 8)...)
	<-begun
	if n := counts(t, d).Running; n != 8 {
		t.Fatalf("%d claimed, want the whole batch", n)
	}
	stopRunning() // in the middle of the first
	eventually(t, "the rest is given back", func() bool { return counts(t, d).Waiting == 7 })
	close(release)
	stop()
	if finished.Load() != 1 || doneJobs(t, d) != 41 {
		t.Errorf("%d finished, %d marked; want the one that ran", finished.Load(), doneJobs(t, d)-40)
	}
	rows, err := jobs.List(t.Context(), d, jobs.Waiting, 100)
	if err != nil || len(rows) != 7 {
		t.Fatalf("%d wait (%v), want 7", len(rows), err)
	}
	for _, r := range rows {
		if r.Attempts != 0 {
			t.Errorf("job %d counts %d attempts though none was made", r.ID, r.Attempts)
		}
	}
}

// TestMain lets the test program play a worker that is killed.
func TestMain(m *testing.M) {
	if dsn := os.Getenv("EPOM_TEST_VICTIM"); dsn != "" {
		d, err := db.Open(dsn, db.Options{})
		if err != nil {
			panic(err)
		}
		r := &jobs.Runner{DB: d, Lease: 900 * time.Millisecond, Log: quiet, Handlers: map[string]jobs.Handler{
			"a": func(context.Context, jobs.Claimed) error { fmt.Println("begun"); select {} }}}
		panic(r.Run(context.Background()))
	}
	os.Exit(m.Run())
}

func TestAJobOfAKilledProcessIsTakenOver(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	enqueue(t, d, jobs.Job{Kind: "a"})
	victim := exec.Command(os.Args[0])
	victim.Env = append(os.Environ(), "EPOM_TEST_VICTIM="+d.DSN())
	out, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = victim.Process.Kill(); _ = victim.Wait() })
	if _, err := io.ReadFull(out, make([]byte, len("begun\n"))); err != nil {
		t.Fatal(err)
	}
	var calls atomic.Int32
	start(t, &jobs.Runner{DB: d, Lease: 900 * time.Millisecond, Handlers: map[string]jobs.Handler{
		"a": func(_ context.Context, c jobs.Claimed) error { calls.Store(int32(c.Attempt)); return nil }}})
	// The victim is alive and keeps its lease beyond the first term.
	var term time.Time
	if err := d.Get(&term, `SELECT lease_until FROM job`); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the first term is over", func() (over bool) {
		err := d.Get(&over, `SELECT now() > $1`, term)
		return err == nil && over
	})
	if calls.Load() != 0 {
		t.Fatal("the job was taken from a living process")
	}
	if err := victim.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "done by the other", func() bool { return doneJobs(t, d) == 1 })
	if calls.Load() != 2 {
		t.Errorf("attempt %d did it, want the second", calls.Load())
	}
}

func TestAJobThatKillsItsProcessIsGivenUp(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	enqueue(t, d, jobs.Job{Kind: "a"})
	if _, err := d.Exec(`UPDATE job SET attempts = 12, lease_until = now() - interval '1 second'`); err != nil {
		t.Fatal(err)
	}
	start(t, &jobs.Runner{DB: d, Handlers: map[string]jobs.Handler{"a": func(context.Context, jobs.Claimed) error { t.Error("begun again"); return nil }}})
	eventually(t, "given up", func() bool { return counts(t, d).Failed == 1 })
	rows, err := jobs.List(t.Context(), d, jobs.Failed, 1)
	if err != nil || !strings.Contains(rows[0].LastError, "12 times") {
		t.Errorf("%+v (%v)", rows, err)
	}
}

func TestAnnouncedJobsBeginAtOnce(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	begun := make(chan time.Time, 1)
	start(t, &jobs.Runner{DB: d, Handlers: map[string]jobs.Handler{"a": func(context.Context, jobs.Claimed) error { begun <- time.Now(); return nil }}})
	best := time.Hour
	for range 8 { // the poll comes once a second: one fast start could be luck, the best of eight is not
		at := time.Now()
		enqueue(t, d, jobs.Job{Kind: "a"})
		best = min(best, (<-begun).Sub(at))
	}
	t.Logf("from enqueue to begin: %v at best", best)
	if best > 500*time.Millisecond {
		t.Errorf("%v at best: the announcement was not heard", best)
	}
}

func TestScheduleEnqueuesOnceForAllRunners(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	// 2:30 in Prague on the night the clock goes forward does not exist; the schedule must not stumble.
	fake := clock.NewFake(time.Date(2026, 3, 28, 22, 0, 0, 0, time.UTC))
	var mu sync.Mutex
	var ran []string
	h := func(_ context.Context, c jobs.Claimed) error {
		mu.Lock()
		defer mu.Unlock()
		ran = append(ran, c.Kind)
		return nil
	}
	for range 3 {
		start(t, &jobs.Runner{DB: d, Clock: fake, Schedule: map[string]string{"nightly": "15 4 * * *"}, Handlers: map[string]jobs.Handler{"nightly": h}})
	}
	eventually(t, "planned", func() bool {
		var n int
		return d.Get(&n, `SELECT count(*) FROM schedule WHERE kind = 'nightly' AND next_at = '2026-03-29 02:15Z'`) == nil && n == 1
	})
	for day := 1; day <= 2; day++ {
		// Jobs get the time of the database; a clock years ahead finds them due.
		fake.Set(time.Date(2036, 3, 28+day, 3, 0, 0, 0, time.UTC))
		eventually(t, "run", func() bool { mu.Lock(); defer mu.Unlock(); return len(ran) == day })
	}
	var made, due int
	if err := d.Get(&made, `SELECT count(*) FROM job`); err != nil || made != 2 {
		t.Errorf("%d jobs were made (%v), want one each day", made, err)
	}
	if err := d.Get(&due, `SELECT count(*) FROM schedule WHERE next_at <= $1`, fake.Now()); err != nil || due != 0 {
		t.Errorf("%d lines of the schedule are still due (%v)", due, err)
	}
}

func TestAWrongScheduleStopsTheStart(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	h := map[string]jobs.Handler{"a": func(context.Context, jobs.Claimed) error { return nil }}
	for _, s := range []map[string]string{{"a": "every day"}, {"unknown": "@daily"}} {
		if err := (&jobs.Runner{DB: d, Handlers: h, Schedule: s}).Run(t.Context()); err == nil {
			t.Errorf("%v was accepted", s)
		}
	}
}

func TestPruneRemovesOldDoneJobsOnly(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	enqueue(t, d, slices.Repeat([]jobs.Job{{Kind: "a"}}, 6)...)
	for _, q := range []string{
		`UPDATE job SET done_at = now() - interval '40 days' WHERE id <= 2`, `UPDATE job SET done_at = now() WHERE id = 3`,
		`UPDATE job SET failed_at = now() - interval '90 days' WHERE id = 4`,
	} {
		if _, err := d.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	if err := jobs.Prune(d, 30*24*time.Hour, time.Now)(t.Context(), jobs.Claimed{}); err != nil {
		t.Fatal(err)
	}
	var left []int64
	if err := d.Select(&left, `SELECT id FROM job ORDER BY id`); err != nil || !slices.Equal(left, []int64{3, 4, 5, 6}) {
		t.Errorf("left %v (%v)", left, err)
	}
}

func TestYieldHoldsBackClaimingForAWhileOnly(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	var asked atomic.Int32
	enqueue(t, d, jobs.Job{Kind: "a"})
	start(t, &jobs.Runner{DB: d, Yield: func() bool { asked.Add(1); return true }, Handlers: map[string]jobs.Handler{
		"a": func(context.Context, jobs.Claimed) error { return nil }}})
	eventually(t, "done although people always wait", func() bool { return doneJobs(t, d) == 1 })
	if n := asked.Load(); n < 50 {
		t.Errorf("asked %d times: it did not give way for two seconds", n)
	}
}

// BenchmarkJobs prints how many jobs with an empty handler are done in a second.
func BenchmarkJobs(b *testing.B) {
	d := testdb.New(b)
	js := make([]jobs.Job, b.N)
	for i := range js {
		js[i] = jobs.Job{Kind: "a"}
	}
	enqueue(b, d, js...)
	b.ResetTimer()
	start(b, &jobs.Runner{DB: d, Handlers: map[string]jobs.Handler{"a": func(context.Context, jobs.Claimed) error { return nil }}})
	eventually(b, "all done", func() bool { return doneJobs(b, d) == b.N })
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "jobs/s")
}
