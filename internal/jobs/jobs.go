// Package jobs is the outbox and the schedule on PostgreSQL: work is enqueued in the transaction that causes it and
// done later by whichever process is free. A job is done at least once; a handler that marks it in its own transaction
// (Claimed.DoneIn) does it exactly once.
package jobs

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"epom/internal/db"
	"epom/internal/errs"
)

//go:embed jobs.sql
var text string

var queries = db.Load("jobs", text)

// Job is work to be done.
type Job struct {
	Kind     string
	Office   int32     // for whom; 0 = the installation
	Payload  any       // ids only, never personal data
	RunAt    time.Time // zero = at once
	Uniq     string    // at most one unfinished job of (Kind, Uniq); a second is silently left out
	Priority int       // 1 first … 9 last; 0 = 5
}

// Enqueue adds jobs within the transaction, however many by one statement: they exist when it commits and not otherwise.
func Enqueue(ctx context.Context, tx *db.Tx, jobs ...Job) error {
	rows := make([]row, len(jobs))
	for i, j := range jobs {
		if j.Kind == "" {
			return errors.New("jobs: a job without a kind")
		}
		if j.Payload == nil {
			j.Payload = struct{}{}
		}
		rows[i] = row{j.Kind, j.Office, j.Payload, nil, cmp.Or(j.Priority, 5), instant(j.RunAt)}
		if j.Uniq != "" {
			rows[i].Uniq = &j.Uniq
		}
	}
	var err error
	switch len(rows) {
	case 0:
	case 1:
		r := rows[0]
		_, err = tx.ExecContext(ctx, queries.Get("enqueue"), r.Kind, r.Office, db.J(r.Payload), r.Uniq, r.Priority, r.RunAt)
	default:
		_, err = tx.ExecContext(ctx, queries.Get("enqueue-many"), db.J(rows))
	}
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", jobs[0].Kind, err)
	}
	return nil
}

// row is a job on its way into the table.
type row struct {
	Kind     string     `json:"kind"`
	Office   int32      `json:"office"`
	Payload  any        `json:"payload"`
	Uniq     *string    `json:"uniq"`
	Priority int        `json:"priority"`
	RunAt    *time.Time `json:"run_at"`
}

// instant is a time for a parameter; a zero time is NULL, which means the database's own clock.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// Handler does the work of one kind. It may be called again for the same job after a crash.
type Handler func(context.Context, Claimed) error

// Claimed is a job in the hands of a handler.
type Claimed struct {
	ID       int64           `db:"id"`
	Kind     string          `db:"kind"`
	Office   int32           `db:"office_id"`
	Payload  json.RawMessage `db:"payload"`
	Attempt  int             `db:"attempts"` // 1 = the first
	Priority int             `db:"priority"`
	RunAt    time.Time       `db:"run_at"`

	marked *bool // DoneIn was called
}

// Decode reads the payload; one that cannot be read fails the job for good.
func (c Claimed) Decode(v any) error {
	if err := json.Unmarshal(c.Payload, v); err != nil {
		return Permanent(fmt.Errorf("payload: %w", err))
	}
	return nil
}

// DoneIn marks the job done inside the handler's own transaction, so that its effect and the mark commit together. When
// another process has taken the job over meanwhile, it answers Conflict and the transaction must end without effect.
func (c Claimed) DoneIn(ctx context.Context, tx *db.Tx) error {
	res, err := tx.ExecContext(ctx, queries.Get("done-in"), c.ID, c.Attempt)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return errs.Wrap(errs.Conflict, fmt.Errorf("job %d was taken over (%v)", c.ID, err), "")
	}
	if c.marked != nil {
		*c.marked = true
	}
	return nil
}

type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// Permanent says that trying again is of no use: the job is given up at once and stays visible.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return permanent{err}
}

// IsPermanent tells whether an error was marked so.
func IsPermanent(err error) bool {
	var p permanent
	return errors.As(err, &p)
}

// State of unfinished jobs, for List.
type State string

// The states a person may look at.
const (
	Failed  State = "failed"
	Waiting State = "waiting"
	Running State = "running"
)

// Row is an unfinished job as the operator sees it.
type Row struct {
	ID         int64           `db:"id"`
	Kind       string          `db:"kind"`
	Office     int32           `db:"office_id"`
	Payload    json.RawMessage `db:"payload"`
	Attempts   int             `db:"attempts"`
	Priority   int             `db:"priority"`
	CreatedAt  time.Time       `db:"created_at"`
	RunAt      time.Time       `db:"run_at"`
	LeaseUntil *time.Time      `db:"lease_until"`
	FailedAt   *time.Time      `db:"failed_at"`
	LastError  string          `db:"last_error"`
}

// List returns unfinished jobs of a state: failed ones latest first, others in the order they will be taken.
func List(ctx context.Context, d *db.DB, s State, limit int) ([]Row, error) {
	rows := []Row{}
	err := d.SelectContext(ctx, &rows, queries.Get("unscoped-"+string(s)), limit)
	return rows, db.Classify(err)
}

// Count is the size of the queue.
type Count struct {
	Failed  int        `db:"failed"`
	Waiting int        `db:"waiting"`
	Running int        `db:"running"`
	Oldest  *time.Time `db:"oldest"` // since when the longest waiting job is due; nil = none waits
}

// Counts tells the size of the queue.
func Counts(ctx context.Context, d *db.DB) (Count, error) {
	var c Count
	err := d.GetContext(ctx, &c, queries.Get("unscoped-counts"))
	return c, db.Classify(err)
}

// Retry makes a failed or waiting job due at once with all its attempts. A job that is done, running or unknown is
// NotFound; Conflict means that a newer job of the same thing waits already.
func Retry(ctx context.Context, d *db.DB, id int64) error {
	res, err := d.ExecContext(ctx, queries.Get("unscoped-retry"), id)
	if err != nil {
		return db.Classify(err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errs.New(errs.NotFound, "Úloha už je hotová, nebo právě běží.")
	}
	_, err = d.ExecContext(ctx, `NOTIFY job`)
	return db.Classify(err)
}

// PruneKind is the kind of the job that removes old done jobs; its handler is Prune.
const PruneKind = "jobs-prune"

// Prune removes jobs done longer ago than keep, in batches, so that no long lock is held.
func Prune(d *db.DB, keep time.Duration, now func() time.Time) Handler {
	const batch = 5000
	return func(ctx context.Context, _ Claimed) error {
		for {
			res, err := d.ExecContext(ctx, queries.Get("unscoped-prune"), now().Add(-keep), batch)
			if err != nil {
				return db.Classify(err)
			}
			if n, err := res.RowsAffected(); err != nil || n < batch {
				return err
			}
		}
	}
}
