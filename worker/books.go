package worker

import (
	"context"
	"strconv"

	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
	"epom/records/books"
)

const (
	jobFindIndex   = "find-index"   // scheduled: reads for the search what changed
	jobBooksExpire = "books-expire" // scheduled: starts the next one for each office
	jobBooksForget = "books-forget" // removes an office's books whose time is over
)

// findBatch is how many changes are read in one transaction.
const findBatch = 500

// book makes a journal, a list or an export that somebody asked for.
func (w *Worker) book(ctx context.Context, c jobs.Claimed) error {
	var ref books.Ref
	if err := c.Decode(&ref); err != nil {
		return err
	}
	m := &books.Maker{DB: w.DB, Clock: w.Clock, Files: w.Files, Seal: w.Seal, Agenda: w.Agenda, Office: func(id int32) string {
		o, err := w.Offices.ByID(id)
		if err != nil {
			return ""
		}
		return o.Name
	}}
	err := m.Make(ctx, system(ref.Office), ref.Book, c.DoneIn)
	if errs.Is(err, errs.NotFound) {
		err = jobs.Permanent(err)
	}
	return err
}

// findIndex reads all that changed since; searches read what their office lacks themselves.
func (w *Worker) findIndex(ctx context.Context, _ jobs.Claimed) error {
	for {
		if all, err := books.Refresh(ctx, w.DB, system(0), findBatch); err != nil || all && !w.due(ctx) {
			return err
		}
	}
}

// due tells whether any office has changes that were not read: a batch ends with its office.
func (w *Worker) due(ctx context.Context) bool {
	var more bool
	err := w.DB.Tx(ctx, system(0), func(tx *db.Tx) (err error) { more, err = books.Due(ctx, tx); return err })
	return err == nil && more
}

// booksExpire starts the removal of old books for each office.
func (w *Worker) booksExpire(ctx context.Context, c jobs.Claimed) error {
	return w.DB.Tx(ctx, system(0), func(tx *db.Tx) error {
		for _, o := range w.Offices.List() {
			if !o.Participates {
				continue
			}
			if err := jobs.Enqueue(ctx, tx, jobs.Job{Kind: jobBooksForget, Office: o.ID, Uniq: strconv.Itoa(int(o.ID)), Priority: 8}); err != nil {
				return err
			}
		}
		return c.DoneIn(ctx, tx)
	})
}

func (w *Worker) booksForget(ctx context.Context, c jobs.Claimed) error {
	return books.Expire(ctx, w.DB, system(c.Office), w.Files.Remove, w.Clock.Now())
}
