package exchange

import (
	"context"
	"time"

	"epom/internal/db"
	"epom/internal/errs"
)

// Target is a system that calls go to, whatever offices use it.
type Target struct {
	Target   string     `db:"target"`
	Failures int        `db:"failures"` // in a row
	Why      string     `db:"why"`
	OpenedAt *time.Time `db:"opened_at"` // since when work is parked
	ProbeAt  *time.Time `db:"probe_at"`  // when one piece may try
	Credits  int        `db:"credits"`   // pieces that may follow a good one
	Good     int        `db:"good"`      // in a row since then
	GoodAt   *time.Time `db:"good_at"`
}

// The breaker: after so many failures in a row work for a target is parked; one piece tries after a pause, each good one lets
// two more pass, and after so many good ones all goes on.
const (
	breakAfter = 3
	mendAfter  = 8
	canaryTime = 3 * time.Minute // how long the one that tries may take
)

// admit tells whether a call to a target may be made now; when not, since when it is parked and when to ask again.
func (s *Service) admit(ctx context.Context, target string, now time.Time) (ok bool, t Target, err error) {
	if target == "" {
		return true, t, nil
	}
	err = db.Classify(s.DB.GetContext(ctx, &t, sql.Get("target"), target))
	if errs.Is(err, errs.NotFound) || err == nil && t.OpenedAt == nil {
		return true, t, nil
	}
	if err != nil {
		return false, t, err
	}
	res, err := s.DB.ExecContext(ctx, sql.Get("admit"), target, now, now.Add(canaryTime))
	if err != nil {
		return false, t, db.Classify(err)
	}
	n, err := res.RowsAffected()
	return n == 1, t, err
}

// answered tells the breaker how a call ended.
func (s *Service) answered(ctx context.Context, target string, down *Trouble, now time.Time) error {
	if target == "" {
		return nil
	}
	var err error
	if down == nil {
		_, err = s.DB.ExecContext(ctx, sql.Get("target-good"), target, now, mendAfter)
	} else {
		_, err = s.DB.ExecContext(ctx, sql.Get("target-bad"), target, now, down.Why, breakAfter)
	}
	return db.Classify(err)
}

// Targets are all systems that ever failed.
func Targets(ctx context.Context, d *db.DB) (list []Target, err error) {
	err = d.SelectContext(ctx, &list, sql.Get("targets"))
	return list, db.Classify(err)
}

// Free lets work for a target go on at once, because a person says that it runs again.
func Free(ctx context.Context, d *db.DB, target string) error {
	_, err := d.ExecContext(ctx, sql.Get("target-free"), target)
	return db.Classify(err)
}

// OfficeCount says how the handing over goes for one office and one system.
type OfficeCount struct {
	Office  int32      `db:"office_id"`
	Name    string     `db:"name"`
	Driver  string     `db:"driver"`
	Target  string     `db:"target"`
	All     int        `db:"all_of_them"`
	Waiting int        `db:"waiting"`
	Parked  int        `db:"parked"`
	Refused int        `db:"refused"`
	Stopped int        `db:"stopped"`
	Late    int        `db:"late"` // beyond the budget
	Since   *time.Time `db:"since"`
}

// Counts are the numbers of all offices that hand over.
func Counts(ctx context.Context, d *db.DB, now time.Time) (list []OfficeCount, err error) {
	err = d.SelectContext(ctx, &list, sql.Get("unscoped-counts"), now)
	return list, db.Classify(err)
}
