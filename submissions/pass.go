package submissions

import (
	"context"
	"time"

	"epom/internal/db"
	"epom/internal/errs"
)

// passLife is how long a code for another device holds.
const passLife = 10 * time.Minute

// Pass gives a one-time code of eight characters by which another device takes the draft over, and until when it holds. An
// earlier code of the draft holds no more.
func (s *Service) Pass(ctx context.Context, token string) (code string, until time.Time, err error) {
	code, until = newReference(), s.clock.Now().Add(passLife)
	err = s.db.Tx(ctx, db.Scope{}, func(tx *db.Tx) error {
		d, err := s.lockDraft(ctx, tx, token)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, sql.Get("pass"), d.ID, s.mac("pass", code), until)
		return db.Classify(err)
	})
	return code, until, err
}

// TakePassed takes over the draft of a code, as a person typed it, and returns its new token; the device that had it has it
// no more. NotFound when there is no such code, it was used, or it holds no more.
func (s *Service) TakePassed(ctx context.Context, typed string) (token string, d *Draft, err error) {
	code := CleanReference(typed)
	if code == "" {
		return "", nil, errs.New(errs.NotFound, "")
	}
	token = newToken()
	err = s.db.Tx(ctx, db.Scope{}, func(tx *db.Tx) error {
		var id int64
		if err := tx.GetContext(ctx, &id, sql.Get("take-passed"), s.mac("pass", code), s.clock.Now()); err != nil {
			return db.Classify(err)
		}
		r, err := tx.ExecContext(ctx, sql.Get("retoken"), id, hashToken(token))
		if err != nil {
			return db.Classify(err)
		}
		if n, _ := r.RowsAffected(); n == 0 {
			return errs.New(errs.Conflict, "Toto podání jste už odeslali; změnit je nelze.")
		}
		d, err = s.scanDraft(tx.QueryRowxContext(ctx, sql.Get("draft"), hashToken(token), s.clock.Now()))
		return err
	})
	return token, d, err
}
