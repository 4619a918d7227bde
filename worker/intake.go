package worker

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
	"epom/notify"
	"epom/records"
	"epom/records/intake"
)

// Kinds of the work around the mailroom.
const (
	jobNames    = "names-forget"    // scheduled: starts the next one for each office
	jobNamesOf  = "names-forget-of" // payload: day; deletes from the name register whom nothing refers to
	namesAtOnce = 500
)

// intakeConfirm tells the sender of an e-mail under which number it was taken in.
func (w *Worker) intakeConfirm(ctx context.Context, c jobs.Claimed) error {
	var ref intake.Ref
	if err := c.Decode(&ref); err != nil {
		return err
	}
	office, err := w.Offices.ByID(ref.Office)
	if err != nil {
		return gone(err)
	}
	return w.DB.Tx(ctx, system(ref.Office), func(tx *db.Tx) error {
		d, err := records.DocumentByID(ctx, tx, ref.ID)
		if err != nil {
			return gone(err)
		}
		address, err := w.sender(ctx, tx, d)
		if err != nil {
			return err
		}
		at := d.RegisteredAt
		if d.DeliveredAt != nil {
			at = *d.DeliveredAt
		}
		l := notify.Intake{Office: office.Name, Contact: office.Phone, Subject: d.Subject, Number: d.ReferenceNumber, At: at}
		if err := w.queue(ctx, tx, to{uniq: fmt.Sprintf("intake/%d/%d/confirmed", ref.Office, ref.ID), address: address, office: office}, l); err != nil {
			return err
		}
		return c.DoneIn(ctx, tx)
	})
}

// sender is where the answer to an e-mail goes: read anew from the message's own record, so that no address stands in a job.
func (w *Worker) sender(ctx context.Context, tx *db.Tx, d records.Document) (string, error) {
	if back, ok := d.Envelope.V["answer_to"].(string); ok {
		return back, nil
	}
	parties, err := records.PartiesOf(ctx, tx, d.ID)
	for _, p := range parties {
		if p.Role == records.Sender {
			return p.Email, err
		}
	}
	return "", err
}

// intakeRefused tells the sender of an e-mail that it was not taken in, and why (§ 4 of Decree 259/2012 Sb.).
func (w *Worker) intakeRefused(ctx context.Context, c jobs.Claimed) error {
	var ref intake.Ref
	if err := c.Decode(&ref); err != nil {
		return err
	}
	office, err := w.Offices.ByID(ref.Office)
	if err != nil {
		return gone(err)
	}
	return w.DB.Tx(ctx, system(ref.Office), func(tx *db.Tx) error {
		r, err := intake.RefusalByID(ctx, tx, ref.ID)
		if err != nil {
			return gone(err)
		}
		l := notify.Intake{Office: office.Name, Contact: office.Phone, Subject: r.Subject, Refused: r.Why, At: r.At}
		if err := w.queue(ctx, tx, to{uniq: fmt.Sprintf("intake/%d/%d/refused", ref.Office, ref.ID), address: r.Sender, office: office}, l); err != nil {
			return err
		}
		return c.DoneIn(ctx, tx)
	})
}

// namesForget starts each office's care of its name register.
func (w *Worker) namesForget(ctx context.Context, c jobs.Claimed) error {
	on := clock.Date(w.Clock.Now()).Format(time.DateOnly)
	return w.DB.Tx(ctx, system(0), func(tx *db.Tx) error {
		for _, o := range w.Offices.Snapshot().Participating() {
			if err := jobs.Enqueue(ctx, tx, jobs.Job{Kind: jobNamesOf, Office: o.ID, Payload: day{on}, Uniq: strconv.Itoa(int(o.ID)) + "/" + on, Priority: 8}); err != nil {
				return err
			}
		}
		return c.DoneIn(ctx, tx)
	})
}

// namesForgetOf deletes in pieces, each in a transaction of its own.
func (w *Worker) namesForgetOf(ctx context.Context, c jobs.Claimed) error {
	for {
		n := 0
		err := w.DB.Tx(ctx, system(c.Office), func(tx *db.Tx) (err error) {
			n, err = records.ForgetParties(ctx, tx, w.Clock.Now(), namesAtOnce)
			return err
		})
		if err != nil || n < namesAtOnce {
			return err
		}
	}
}

// link puts the applicant of a submission into the name register. A submission that is gone harms nothing.
func (w *Worker) link(ctx context.Context, tx *db.Tx, submission int64) error {
	err := w.Submissions.LinkSender(ctx, tx, submission)
	if errs.Is(err, errs.NotFound) {
		return jobs.Permanent(err)
	}
	return err
}
