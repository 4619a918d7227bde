package worker

import (
	"context"
	"fmt"
	"time"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/jobs"
	"epom/notify"
	"epom/records/exchange"
	"epom/submissions"
	"epom/users"
)

// jobHandoverSweep, scheduled, finds what should be handed over and lies still, and warns of what has waited too long.
const jobHandoverSweep = "handover-sweep"

// sweepMost is how many hand-overs one sweep sets going.
const sweepMost = 1000

// handover does what can be done now of the handing over of one case file. A records system that does not answer costs the
// job nothing: the hand-over keeps its own tries and says when it goes on.
func (w *Worker) handover(ctx context.Context, c jobs.Claimed) error {
	var ref exchange.Ref
	if err := c.Decode(&ref); err != nil {
		return err
	}
	return gone(w.Handovers.Advance(ctx, ref.Office, ref.Case, func(tx *db.Tx, next time.Time) error {
		if err := c.DoneIn(ctx, tx); err != nil || next.IsZero() {
			return err
		}
		return exchange.Enqueue(ctx, tx, ref.Case, next)
	}))
}

// toRecords sets the handing over of a new submission going when the office has a records system of its own.
func (w *Worker) toRecords(ctx context.Context, tx *db.Tx, ref submissions.Ref) error {
	v, err := w.Submissions.Get(ctx, tx, ref.Submission)
	if err != nil {
		return gone(err)
	}
	l, err := exchange.Current(ctx, tx, v.Case.OpenedAt)
	if err != nil || !l.External() {
		return err
	}
	return exchange.EnqueueNow(ctx, tx, v.CaseID)
}

// handoverSweep is the second belt: whatever got lost on the way is set going again.
func (w *Worker) handoverSweep(ctx context.Context, _ jobs.Claimed) error {
	now := w.Clock.Now()
	due, err := exchange.Due(ctx, w.DB, now, sweepMost)
	if err != nil {
		return err
	}
	for _, ref := range due {
		if err := w.DB.Tx(ctx, system(ref.Office), func(tx *db.Tx) error { return exchange.EnqueueNow(ctx, tx, ref.Case) }); err != nil {
			return err
		}
	}
	counts, err := exchange.Counts(ctx, w.DB, now)
	if err != nil {
		return err
	}
	seen := map[int32]bool{}
	for _, n := range counts {
		if !seen[n.Office] && n.Since != nil && now.Sub(*n.Since) >= exchange.Budget {
			seen[n.Office] = true
			if err := w.warnLate(ctx, n.Office, now); err != nil {
				return err
			}
		}
	}
	return nil
}

// warnLate writes to those who can do something: the administrators and the mailroom of the office, once a hand-over.
func (w *Worker) warnLate(ctx context.Context, office int32, now time.Time) error {
	o, err := w.Offices.ByID(office)
	if err != nil {
		return gone(err)
	}
	members, err := w.Users.Members(ctx, system(office))
	if err != nil {
		return err
	}
	return w.DB.Tx(ctx, system(office), func(tx *db.Tx) error {
		late, err := exchange.Warn(ctx, tx, now)
		if err != nil || len(late) == 0 {
			return err
		}
		l := notify.HandoverLate{Office: o.Name, Count: len(late), Since: late[0].Since().In(clock.Prague), Why: late[0].Why, Link: w.BaseURL + "/kancelar/predani"}
		told := map[int64]bool{}
		for _, m := range append(having(members, users.Admin), having(members, users.Mailroom)...) {
			if told[m.Account] {
				continue
			}
			told[m.Account] = true
			if err := w.queue(ctx, tx, to{uniq: fmt.Sprintf("handover-late/%d/%d/%d", office, late[0].ID, m.Account), address: m.Email, name: m.Name}, l); err != nil {
				return err
			}
		}
		return nil
	})
}
