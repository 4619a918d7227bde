package repository

import (
	"context"
	"time"

	"epom/internal/db"
	"epom/internal/errs"
)

// Revision is one saving of a draft without its text.
type Revision struct {
	Revision int       `db:"revision"`
	SameAs   int       `db:"same_as"` // the earlier revision it repeats: a step back or forth; 0 = written
	Note     string    `db:"note"`
	SavedAt  time.Time `db:"saved_at"`
	SavedBy  string    `db:"saved_by"`
}

// History are the savings of a draft since it was last published, the newest first.
type History []Revision

// History lists them.
func (s *Store) History(ctx context.Context, code string) (History, error) {
	var h History
	err := s.DB.SelectContext(ctx, &h, queries.Get("draft-history"), code)
	return h, db.Classify(err)
}

// stands is the written revision that revision n shows; 0 when it is not known any more.
func (h History) stands(n int) int {
	for _, r := range h {
		if r.Revision == n && r.SameAs == 0 {
			return n
		} else if r.Revision == n {
			return r.SameAs
		}
	}
	return 0
}

// before is the written revision that n was made of; 0 when n is the first.
func (h History) before(n int) int {
	return h.stands(n - 1)
}

// Undo is the revision a step back leads to; 0 = there is none.
func (h History) Undo() int {
	if len(h) == 0 {
		return 0
	}
	return h.before(h.stands(h[0].Revision))
}

// Redo is the revision a step forth leads to; 0 when the last act was no step back.
func (h History) Redo() int {
	if len(h) == 0 || h[0].SameAs == 0 {
		return 0
	}
	here := h[0].SameAs
	for _, r := range h { // the newest of those made of what stands now
		if r.SameAs == 0 && h.before(r.Revision) == here {
			return r.Revision
		}
	}
	return 0
}

// Step takes a draft one step back, or forth again, and returns the new revision. Conflict when somebody saved meanwhile
// or there is no such step.
func (s *Store) Step(ctx context.Context, scope db.Scope, code string, seen int, back bool) (int, error) {
	h, err := s.History(ctx, code)
	if err != nil {
		return 0, err
	}
	to, note := h.Undo(), "krok zpět"
	if !back {
		to, note = h.Redo(), "krok vpřed"
	}
	if to == 0 {
		return 0, errs.New(errs.Conflict, "Dál už to nejde.")
	}
	d, err := s.Draft(ctx, code, to)
	if err != nil {
		return 0, err
	}
	return seen + 1, s.save(ctx, scope, Draft{Code: code, Revision: seen + 1, Definition: d.Definition, Note: note}, to)
}

// save adds a revision after the last one.
func (s *Store) save(ctx context.Context, scope db.Scope, d Draft, sameAs int) error {
	return s.DB.Tx(ctx, scope, func(tx *db.Tx) error {
		var last int
		if err := tx.GetContext(ctx, &last, queries.Get("draft-head"), d.Code); err != nil {
			return err
		}
		if d.Revision != last+1 {
			return errs.New(errs.Conflict, "Formulář mezitím uložil někdo jiný. Načtěte stránku znovu a změny zopakujte.")
		}
		_, err := tx.ExecContext(ctx, queries.Get("save-draft"), d.Code, d.Revision, d.Definition, d.Note, s.Clock.Now(), scope.Actor, sameAs)
		return err
	})
}
