package exchange

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"epom/internal/db"
	"epom/internal/jobs"
	"epom/records"
)

// Job advances the hand-over of one case file; payload Ref.
const Job = "handover"

// Ref is the payload of Job.
type Ref struct {
	Office int32 `json:"office"`
	Case   int64 `json:"case"`
}

// Enqueue asks for the hand-over of a case file to go on; many asks at once are one.
func Enqueue(ctx context.Context, tx *db.Tx, caseID int64, at time.Time) error {
	return jobs.Enqueue(ctx, tx, jobs.Job{Kind: Job, Office: tx.Office, Payload: Ref{tx.Office, caseID}, Uniq: fmt.Sprintf("%d/%d", tx.Office, caseID), RunAt: at, Priority: 6})
}

// EnqueueNow asks for it at once, also when an earlier ask waits for its time.
func EnqueueNow(ctx context.Context, tx *db.Tx, caseID int64) error {
	return jobs.Enqueue(ctx, tx, jobs.Job{Kind: Job, Office: tx.Office, Payload: Ref{tx.Office, caseID}, Uniq: fmt.Sprintf("%d/%d/now", tx.Office, caseID), Priority: 5})
}

// Service hands over. All fields but Make are needed.
type Service struct {
	DB     *db.DB
	Now    func() time.Time
	Key    []byte                                                               // 32 bytes; seals passwords
	Check  func(url string) error                                               // judges the address of a system before it is kept
	HTTP   *http.Client                                                         // calls systems
	Open   func(context.Context, string) (io.ReadSeekCloser, int64, error)      // opens a file of the store by its hash
	Keep   func(context.Context, []byte) (sha256 string, size int64, err error) // puts a file into the store
	Email  func(context.Context, *db.Tx, int64) (string, error)                 // of the citizen who opened the case file; empty = not known
	Finish func(context.Context, *db.Tx, Handover) error                        // told in the same transaction when the state of a hand-over changed
	Make   func(Link) (System, error)                                           // makes the system of a link; nil = the real ones
}

// held is how long one run has a hand-over for itself.
const held = 5 * time.Minute

// Advance does the steps of a case file's hand-over that can be done now, one after another, and keeps the result of each
// before it begins the next. done is called in the last transaction with the instant of the next run (zero = none). It is safe
// to be called again after any crash and by several processes at once.
func (s *Service) Advance(ctx context.Context, office int32, caseID int64, done func(*db.Tx, time.Time) error) error {
	scope := db.Scope{Office: office, Actor: "system"}
	for {
		w, err := s.turn(ctx, scope, caseID, done)
		if err != nil || w == nil {
			return err
		}
		target := w.h.Link.Target()
		now := s.Now()
		ok, t, err := s.admit(ctx, target, now)
		if err != nil {
			return err
		}
		if !ok {
			return s.park(ctx, scope, w, t, done)
		}
		begun := s.Now()
		answer, callErr := s.call(ctx, w)
		now = s.Now()
		tr, isTrouble := trouble(callErr)
		if callErr != nil && !isTrouble {
			if ctx.Err() == nil {
				return callErr
			}
			tr, isTrouble = &Trouble{Down, "spojení se přerušilo"}, true
		}
		if tr != nil && tr.Kind == Down {
			err = s.answered(context.WithoutCancel(ctx), target, tr, begun)
		} else {
			err = s.answered(context.WithoutCancel(ctx), target, nil, now)
		}
		if err != nil {
			return err
		}
		if isTrouble {
			return s.troubled(ctx, scope, w, tr, done)
		}
		if err := s.stepDone(ctx, scope, w, answer, now); err != nil {
			return err
		}
	}
}

// work is one step in hand.
type work struct {
	h    Handover
	c    records.Case
	step Step
	doc  *records.Document
	docs []records.Document
	from Party // sender or addressee of doc
}

// turn finds the next step, plans what is new and claims the hand-over; nil when there is nothing to do now.
func (s *Service) turn(ctx context.Context, scope db.Scope, caseID int64, done func(*db.Tx, time.Time) error) (w *work, err error) {
	now := s.Now()
	err = s.DB.Tx(ctx, scope, func(tx *db.Tx) error {
		c, err := records.CaseByID(ctx, tx, caseID)
		if err != nil {
			return err
		}
		h, err := begin(ctx, tx, c, now)
		if err != nil {
			return err
		}
		if h == nil || h.StoppedAt != nil {
			return done(tx, time.Time{})
		}
		if h.ClaimedUntil != nil && h.ClaimedUntil.After(now) {
			return done(tx, *h.ClaimedUntil) // somebody has it; when that process died, it is ours then
		}
		if h.Trouble != "" && h.NextAt != nil && h.NextAt.After(now) {
			return done(tx, *h.NextAt)
		}
		if h.Trouble == Refused && h.NextAt == nil {
			return done(tx, time.Time{}) // waits for a person
		}
		docs, err := records.Documents(ctx, tx, caseID)
		if err != nil {
			return err
		}
		if err := h.plan(ctx, tx, c, docs); err != nil {
			return err
		}
		step := h.Open()
		if step == nil {
			var next time.Time
			if h.ReceiptAt == nil { // the filled form is not on paper yet
				next = now.Add(time.Minute)
			}
			return s.rest(ctx, tx, h, next, done)
		}
		if _, err := tx.ExecContext(ctx, sql.Get("claim"), tx.Office, h.ID, now, now.Add(held)); err != nil {
			return err
		}
		if err := tx.GetContext(ctx, &step.Tries, sql.Get("step-begins"), tx.Office, h.ID, step.Ordinal, now); err != nil {
			return err
		}
		w = &work{h: *h, c: c, step: *step, docs: docs}
		return w.about(ctx, tx, s)
	})
	if err != nil {
		return nil, err
	}
	return w, nil
}

// rest ends a run that has nothing more to do.
func (s *Service) rest(ctx context.Context, tx *db.Tx, h *Handover, next time.Time, done func(*db.Tx, time.Time) error) error {
	var at *time.Time
	if !next.IsZero() {
		at = &next
	}
	if _, err := tx.ExecContext(ctx, sql.Get("release"), tx.Office, h.ID, at); err != nil {
		return err
	}
	return done(tx, next)
}

// about finds the document of the step and who stands behind it.
func (w *work) about(ctx context.Context, tx *db.Tx, s *Service) error {
	first := w.step.DocumentID == nil
	for i := range w.docs {
		if d := &w.docs[i]; first || d.ID == *w.step.DocumentID {
			w.doc = d
			break
		}
	}
	if w.doc == nil {
		return nil
	}
	w.from.Name = w.doc.Party
	parties, err := records.PartiesOf(ctx, tx, w.doc.ID)
	if err != nil {
		return err
	}
	if len(parties) > 0 {
		p := parties[0]
		w.from = Party{Kind: p.Kind, Name: p.Name, Given: p.Given, Family: p.Family, ICO: p.ICO, DataBox: p.DataBox, Email: p.Email, Street: p.Street, Town: p.Town, Zip: p.Zip}
		if p.Born != nil {
			w.from.DateOfBirth = p.Born.Format(time.DateOnly)
		}
	}
	if w.from.Email == "" && w.from.DataBox == "" && s.Email != nil {
		w.from.Email, err = s.Email(ctx, tx, w.c.ID)
	}
	return err
}

// park puts a step aside without a try: its system does not answer others either.
func (s *Service) park(ctx context.Context, scope db.Scope, w *work, t Target, done func(*db.Tx, time.Time) error) error {
	now := s.Now()
	next := now.Add(15 * time.Second)
	if t.ProbeAt != nil && t.ProbeAt.After(now) && t.Credits == 0 {
		next = *t.ProbeAt
	}
	// Spread out, so that not all come at once; the place follows from the number and is the same each time.
	next = next.Add(time.Duration(w.h.ID%30) * time.Second)
	return s.keepTrouble(ctx, scope, w, &Trouble{Parked, "spisová služba neodpovídá, předání čeká, až se ozve"}, w.h.Tries, &next, done)
}

// troubled keeps why a step could not be finished and when it goes on.
func (s *Service) troubled(ctx context.Context, scope db.Scope, w *work, tr *Trouble, done func(*db.Tx, time.Time) error) error {
	next, tries := s.Now(), w.h.Tries+1
	if w.h.Trouble != tr.Kind {
		tries = 1
	}
	switch pauses := pausesOf[tr.Kind]; {
	case tr.Kind == Refused && tries >= refusedTries:
		return s.keepTrouble(ctx, scope, w, tr, tries, nil, done)
	default:
		next = next.Add(pauses[min(tries, len(pauses))-1])
	}
	return s.keepTrouble(ctx, scope, w, tr, tries, &next, done)
}

// pausesOf are the pauses between tries of one step; the last one repeats.
var pausesOf = map[string][]time.Duration{
	Waiting: {15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute},
	Down:    {20 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute},
	Refused: {time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour},
}

func (s *Service) keepTrouble(ctx context.Context, scope db.Scope, w *work, tr *Trouble, tries int, next *time.Time, done func(*db.Tx, time.Time) error) error {
	now := s.Now()
	return s.DB.Tx(context.WithoutCancel(ctx), scope, func(tx *db.Tx) error {
		if _, err := tx.ExecContext(ctx, sql.Get("troubled"), tx.Office, w.h.ID, tr.Kind, tr.Why, now, tries, next); err != nil {
			return err
		}
		if w.h.Trouble != tr.Kind {
			note(tx, &w.h, "handover "+tr.Kind, now, map[string]any{"step": w.step.Kind, "about": w.step.Key, "why": tr.Why})
			if err := s.finish(ctx, tx, w.h); err != nil {
				return err
			}
		}
		if next == nil {
			return done(tx, time.Time{})
		}
		return done(tx, *next)
	})
}

// stepDone keeps the result of a step. A second number for what already has one is a fault of the other side: it stays out,
// and a person has to look.
func (s *Service) stepDone(ctx context.Context, scope db.Scope, w *work, got State, now time.Time) error {
	return s.DB.Tx(context.WithoutCancel(ctx), scope, func(tx *db.Tx) error {
		if _, err := tx.ExecContext(ctx, sql.Get("step-done"), tx.Office, w.h.ID, w.step.Ordinal, now, got.Number); err != nil {
			return err
		}
		first := w.doc != nil && w.doc.Ordinal == 1 && w.step.DocumentID != nil
		if got.Mark != "" {
			if _, err := tx.ExecContext(ctx, sql.Get("learnt-mark"), tx.Office, w.h.ID, got.Mark); err != nil {
				return err
			}
		}
		changed := false
		if first && got.Number != "" && w.h.Number == "" {
			if _, err := tx.ExecContext(ctx, sql.Get("learnt-number"), tx.Office, w.h.ID, got.Number, now); err != nil {
				return err
			}
			changed = true
		}
		if first && w.step.Kind == stepConfirm {
			if _, err := tx.ExecContext(ctx, sql.Get("receipt"), tx.Office, w.h.ID, now); err != nil {
				return err
			}
			changed = true
		}
		if _, err := tx.ExecContext(ctx, sql.Get("went-on"), tx.Office, w.h.ID, now); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sql.Get("release"), tx.Office, w.h.ID, now); err != nil {
			return err
		}
		note(tx, &w.h, "handed over", now, map[string]any{"step": w.step.Kind, "about": w.step.Key, "number": got.Number})
		if changed || w.h.Trouble != "" {
			return s.finish(ctx, tx, w.h)
		}
		return nil
	})
}

func (s *Service) finish(ctx context.Context, tx *db.Tx, h Handover) error {
	if s.Finish == nil {
		return nil
	}
	return s.Finish(ctx, tx, h)
}
