package board

import (
	"context"
	"errors"
	"strconv"
	"time"

	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
	"epom/internal/webhook"
)

// Outcome is what became of a try.
type Outcome struct {
	Hook     Hook
	Disabled bool // this try was the last one: the receiver has failed too long
}

// dueCall is a call with what it needs to be made.
type dueCall struct {
	HookCall
	Hook
}

// Deliver makes one call and writes down what came of it; what failed is tried again after a pause. mark is called in the
// transaction of the outcome. A call that is done, given up, or whose receiver is off is left.
func (h *Hooks) Deliver(ctx context.Context, d *db.DB, office int32, id int64, now func() time.Time, mark func(*db.Tx, Outcome) error) error {
	scope := db.Scope{Office: office, Actor: "system"}
	var due *dueCall
	err := d.Tx(ctx, scope, func(tx *db.Tx) (err error) {
		due, err = readCall(ctx, tx, id)
		return err
	})
	if err != nil {
		return err
	}
	if due.DoneAt != nil || due.NextAt == nil || due.DisabledAt != nil && due.Event != HookTest {
		return d.Tx(ctx, scope, func(tx *db.Tx) error { return mark(tx, Outcome{Hook: due.Hook}) })
	}
	var status int
	secret, fault := webhook.Unlock(h.Key, due.Secret, place(office, due.HookID))
	if fault == nil { // outside of any transaction: the receiver may be slow
		status, fault = h.Client.Send(ctx, webhook.Call{URL: due.URL, ID: strconv.FormatInt(id, 10), Event: due.Event, Body: []byte(due.Body), Secret: []byte(secret), At: now()})
	}
	if ctx.Err() != nil { // this process is being stopped: another one tries
		return ctx.Err()
	}
	return d.Tx(ctx, scope, func(tx *db.Tx) error {
		o, err := record(ctx, tx, due, status, fault, now())
		if err != nil {
			return err
		}
		return mark(tx, o)
	})
}

func readCall(ctx context.Context, tx *db.Tx, id int64) (*dueCall, error) {
	due := &dueCall{}
	if err := tx.GetContext(ctx, &due.HookCall, toldSQL.Get("hook-call"), tx.Office, id); err != nil {
		return nil, db.Classify(err)
	}
	return due, db.Classify(tx.GetContext(ctx, &due.Hook, toldSQL.Get("hook"), tx.Office, due.HookID))
}

// record writes a try down. What failed is tried again until it succeeds, or until its receiver has failed too long and is
// called no more. A test is tried once: it tells at once what is wrong.
func record(ctx context.Context, tx *db.Tx, due *dueCall, status int, fault error, now time.Time) (Outcome, error) {
	var answered *int
	if status != 0 {
		answered = &status
	}
	attempts, call, o := due.Attempts+1, due.HookCall.ID, Outcome{Hook: due.Hook}
	if fault == nil {
		_, err1 := tx.ExecContext(ctx, toldSQL.Get("call-done"), tx.Office, call, attempts, now, answered)
		_, err2 := tx.ExecContext(ctx, toldSQL.Get("hook-succeeded"), tx.Office, due.HookID, now)
		return o, db.Classify(errors.Join(err1, err2))
	}
	var next *time.Time
	if due.Event != HookTest {
		if err := tx.GetContext(ctx, &o.Hook, toldSQL.Get("hook-failed"), tx.Office, due.HookID, now, fault.Error()); err != nil {
			return o, db.Classify(err)
		}
		last := o.Hook.FailingSince.Add(hookPatience)
		if o.Disabled = !now.Before(last); !o.Disabled {
			at := now.Add(hookPauses[min(attempts, len(hookPauses))-1])
			if at.After(last) {
				at = last
			}
			next = &at
		}
	}
	if _, err := tx.ExecContext(ctx, toldSQL.Get("call-failed"), tx.Office, call, attempts, now, answered, fault.Error(), next); err != nil {
		return o, db.Classify(err)
	}
	if next != nil {
		return o, jobs.Enqueue(ctx, tx, callJob(tx.Office, call, attempts, *next))
	}
	if o.Disabled {
		return o, Switch(ctx, tx, due.HookID, false, now)
	}
	return o, nil
}

// Again tries a call that has not succeeded once more, now. Errors: NotFound; Conflict when it has succeeded.
func Again(ctx context.Context, tx *db.Tx, hook, call int64, now time.Time) error {
	var c HookCall
	if err := tx.GetContext(ctx, &c, toldSQL.Get("hook-call"), tx.Office, call); err != nil {
		return db.Classify(err)
	}
	switch {
	case c.HookID != hook:
		return errs.New(errs.NotFound, "")
	case c.DoneAt != nil:
		return errs.New(errs.Conflict, "Tato zpráva už je předaná.")
	}
	if _, err := tx.ExecContext(ctx, toldSQL.Get("call-again"), tx.Office, call, now); err != nil {
		return db.Classify(err)
	}
	j := callJob(tx.Office, call, c.Attempts, now)
	j.Uniq += "/" + strconv.FormatInt(now.UnixMicro(), 36) // beside the one that waits for its time
	return jobs.Enqueue(ctx, tx, j)
}
