package worker

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
	"epom/notify"
	"epom/offices"
	"epom/records/store"
	"epom/users"
)

const jobLoans = "loans-late" // scheduled: who has not returned a case file of the records store is reminded, once

// loansLate reminds of loans past their day. The mark and the letter commit together for each office, so a crash repeats neither.
func (w *Worker) loansLate(ctx context.Context, c jobs.Claimed) error {
	for _, o := range w.Offices.Snapshot().Participating() {
		err := w.DB.Tx(ctx, system(o.ID), func(tx *db.Tx) error {
			now := w.Clock.Now()
			late, err := store.Remind(ctx, tx, clock.Date(now), now)
			for _, l := range late {
				if err := w.loanLate(ctx, tx, o, l); err != nil {
					return err
				}
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return w.DB.Tx(ctx, system(0), func(tx *db.Tx) error { return c.DoneIn(ctx, tx) })
}

// loanLate writes to the borrower; when that is somebody whose e-mail we do not know, to the one who lent the file.
func (w *Worker) loanLate(ctx context.Context, tx *db.Tx, o *offices.Office, l store.Loan) error {
	n := notify.LoanLate{Office: o.Name, Mark: l.Mark, Due: l.DueOn, Link: w.BaseURL + "/kancelar/spisovna"}
	var who users.Account
	err := errs.New(errs.NotFound, "")
	if l.BorrowerID != nil {
		who, err = w.Users.Account(ctx, *l.BorrowerID)
	}
	if errs.Is(err, errs.NotFound) || err == nil && who.DisabledAt != nil {
		id, _ := strconv.ParseInt(strings.TrimPrefix(l.LentBy, "account:"), 10, 64)
		n.Borrower = l.Borrower
		who, err = w.Users.Account(ctx, id)
	}
	if err != nil || who.DisabledAt != nil {
		return gone(err)
	}
	return w.queue(ctx, tx, to{uniq: fmt.Sprintf("loan/%d/%d", o.ID, l.ID), address: who.Email, name: who.Name, office: o}, n)
}
