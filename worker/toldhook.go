package worker

import (
	"context"
	"fmt"
	"net/url"

	"epom/board"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/jobs"
	"epom/notify"
	"epom/users"
)

// Kinds of jobs by which other systems are told; payload board.Ref.
const (
	jobHookPosted  = "hook-posted"
	jobHookRevised = "hook-revised"
	jobHookRemoved = "hook-removed"
)

// hookEvent raises an event of a posting for the office's receivers.
func (w *Worker) hookEvent(event string) jobs.Handler {
	return func(ctx context.Context, c jobs.Claimed) error {
		office, err := w.Offices.ByID(c.Office)
		if err != nil {
			return gone(err)
		}
		return w.onBoard(ctx, c, func(tx *db.Tx, ref board.Ref) error {
			return w.Hooks.Raise(ctx, tx, office, w.Board, event, ref.Posting, w.Clock.Now())
		})
	}
}

// hookCall makes one call. One that failed plans its next try itself; a receiver that was given up is told of to those who
// look after the office.
func (w *Worker) hookCall(ctx context.Context, c jobs.Claimed) error {
	var ref board.CallRef
	if err := c.Decode(&ref); err != nil {
		return err
	}
	return gone(w.Hooks.Deliver(ctx, w.DB, c.Office, ref.Call, w.Clock.Now, func(tx *db.Tx, o board.Outcome) error {
		if o.Disabled {
			if err := w.tellDisabled(ctx, tx, o.Hook); err != nil {
				return err
			}
		}
		return c.DoneIn(ctx, tx)
	}))
}

// tellDisabled writes to the office's administrators. The address of the receiver may hold a secret, so only its host goes
// by mail.
func (w *Worker) tellDisabled(ctx context.Context, tx *db.Tx, h board.Hook) error {
	office, err := w.Offices.ByID(tx.Office)
	if err != nil {
		return err
	}
	members, err := w.Users.Members(ctx, system(tx.Office))
	if err != nil {
		return err
	}
	host := ""
	if u, err := url.Parse(h.URL); err == nil {
		host = u.Hostname()
	}
	l := notify.HookDisabled{Office: office.Name, Host: host, Since: h.FailingSince.In(clock.Prague), Link: fmt.Sprintf("%s/kancelar/sprava/deska/oznameni/%d", w.BaseURL, h.ID)}
	for _, m := range having(members, users.Admin) {
		uniq := fmt.Sprintf("hook/%d/%d/%d/%d", tx.Office, h.ID, h.FailingSince.Unix(), m.Account)
		if err := w.queue(ctx, tx, to{uniq: uniq, address: m.Email, name: m.Name}, l); err != nil {
			return err
		}
	}
	return nil
}
