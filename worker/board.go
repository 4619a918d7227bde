package worker

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"time"

	"epom/board"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
)

// Sealer seals what must stand up later; internal/seal.
type Sealer interface {
	Test() bool // without legal effects
	Name() string
	SealPDF(ctx context.Context, pdf []byte, reason string) ([]byte, error)
	SealBytes(ctx context.Context, data []byte) (cms []byte, err error)
	SealXML(ctx context.Context, into io.Writer, content io.ReadSeeker) (at time.Time, err error)
	Timestamp(ctx context.Context, sum [32]byte) (token []byte, at time.Time, err error)
}

// Kinds of the board's work that only this room asks for; payload board.Ref.
const (
	jobPreview = "board-preview" // texts and pictures of documents
	jobTold    = "board-told"    // those who asked are told
	jobSeen    = "board-seen"    // the first look at the public page
	jobClause  = "board-clause"  // "Vyvěšeno dne … / Sejmuto dne …"
	jobChecks  = "board-checks"  // scheduled: starts the next one for each office
	jobCheck   = "board-check"   // a look at one office's board through the network
)

// seenPatience is how often the first look is tried before a fault is written down.
const seenPatience = 5

// sealAttempts: an authority of time may be away for a day.
const sealAttempts = 110

// onBoard does an act upon a posting in one transaction with the mark.
func (w *Worker) onBoard(ctx context.Context, c jobs.Claimed, act func(*db.Tx, board.Ref) error) error {
	var ref board.Ref
	if err := c.Decode(&ref); err != nil {
		return err
	}
	return w.DB.Tx(ctx, system(c.Office), func(tx *db.Tx) error {
		if err := act(tx, ref); err != nil {
			return gone(err)
		}
		return c.DoneIn(ctx, tx)
	})
}

// since is the present instant, and never before the job's own: the clock of the database, which decides what is due, may
// be ahead of this machine's.
func (w *Worker) since(c jobs.Claimed) time.Time {
	if now := w.Clock.Now(); now.After(c.RunAt) {
		return now
	}
	return c.RunAt
}

// boardPost puts a planned posting up.
func (w *Worker) boardPost(ctx context.Context, c jobs.Claimed) error {
	return w.onBoard(ctx, c, func(tx *db.Tx, ref board.Ref) error {
		_, err := w.Board.Publish(ctx, tx, ref.Posting, w.since(c))
		return err
	})
}

// boardRemove takes a posting down after its last day.
func (w *Worker) boardRemove(ctx context.Context, c jobs.Claimed) error {
	return w.onBoard(ctx, c, func(tx *db.Tx, ref board.Ref) error {
		_, err := board.RemoveDue(ctx, tx, ref.Posting, w.since(c))
		return err
	})
}

// fanOut asks for what follows a change on the board, each a job of its own, so that a failing one holds up no other.
func (w *Worker) fanOut(kinds ...string) jobs.Handler {
	return func(ctx context.Context, c jobs.Claimed) error {
		return w.onBoard(ctx, c, func(tx *db.Tx, ref board.Ref) error {
			uniq := fmt.Sprintf("%d/%d/%d", c.Office, ref.Posting, ref.Revision)
			for _, kind := range kinds {
				if err := jobs.Enqueue(ctx, tx, jobs.Job{Kind: kind, Office: c.Office, Payload: ref, Uniq: uniq, Priority: boardPriority[kind]}); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// boardSeal seals the office's records that have no seal yet, oldest first, each kept as soon as it is made.
func (w *Worker) boardSeal(ctx context.Context, c jobs.Claimed) error {
	for more := true; more; {
		err := w.DB.Tx(ctx, system(c.Office), func(tx *db.Tx) (err error) {
			more, err = w.sealNext(ctx, tx)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// sealLater is when a job that found another one sealing looks again.
const sealLater = 5 * time.Second

// sealNext seals one record. Only one job at a time does it for an office, so that no record is stamped twice.
func (w *Worker) sealNext(ctx context.Context, tx *db.Tx) (more bool, err error) {
	mine, err := board.SealTurn(ctx, tx)
	if err != nil {
		return false, err
	}
	if !mine { // the other one may have looked before our record was there
		return false, jobs.Enqueue(ctx, tx, jobs.Job{Kind: board.JobSeal, Office: tx.Office, Uniq: fmt.Sprintf("later/%d", tx.Office),
			RunAt: w.Clock.Now().Add(sealLater), Priority: 4})
	}
	list, err := board.UnsealedEvidence(ctx, tx, 1)
	if err != nil || len(list) == 0 {
		return false, err
	}
	s, err := w.sealRecord(ctx, list[0].Record)
	if err != nil {
		return false, lasting(err)
	}
	return true, board.KeepSeal(ctx, tx, list[0].Seq, s)
}

func (w *Worker) sealRecord(ctx context.Context, record string) (s board.Seal, err error) {
	s = board.Seal{At: w.Clock.Now(), Signer: w.Seal.Name(), Test: w.Seal.Test()}
	if s.CMS, err = w.Seal.SealBytes(ctx, []byte(record)); err != nil {
		return s, err
	}
	s.Token, s.StampedAt, err = w.Seal.Timestamp(ctx, sha256.Sum256([]byte(record)))
	return s, err
}

// lasting marks a failure of sealing that trying again does not mend.
func lasting(err error) error {
	if errs.Is(err, errs.Invalid) {
		return jobs.Permanent(err)
	}
	return err
}
