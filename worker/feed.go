package worker

import (
	"context"

	"epom/board"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
)

// jobFeed looks whether a posting may stand in the open data; payload board.Ref.
const jobFeed = "board-feed"

// boardFeed looks whether a changed posting may stand in the open data and notes what is wrong with it for the clerk.
func (w *Worker) boardFeed(ctx context.Context, c jobs.Claimed) error {
	o, err := w.Offices.ByID(c.Office)
	if errs.Is(err, errs.NotFound) {
		return jobs.Permanent(err)
	}
	if err != nil {
		return err
	}
	data := board.OpenData{Law: w.Board, Office: o, Base: w.BaseURL}
	return w.onBoard(ctx, c, func(tx *db.Tx, ref board.Ref) error { return data.Judge(ctx, tx, ref.Posting) })
}
