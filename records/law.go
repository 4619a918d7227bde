package records

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"epom/internal/errs"
)

// Law is what the records room needs of the law, loaded once and kept: rest days and terms with their validity.
type Law struct {
	Calendar *Calendar
	rules    map[string][]Rule
}

// NewLaw puts rules and rest days together.
func NewLaw(rules []Rule, holidays []Holiday) *Law {
	l := &Law{Calendar: NewCalendar(holidays), rules: map[string][]Rule{}}
	for _, r := range rules {
		l.rules[r.Code] = append(l.rules[r.Code], r)
	}
	return l
}

// LoadLaw reads the law from the database.
func LoadLaw(ctx context.Context, q sqlx.QueryerContext) (*Law, error) {
	var rules []Rule
	if err := sqlx.SelectContext(ctx, q, &rules, sql.Get("deadline-rules")); err != nil {
		return nil, err
	}
	var holidays []Holiday
	if err := sqlx.SelectContext(ctx, q, &holidays, sql.Get("holidays")); err != nil {
		return nil, err
	}
	return NewLaw(rules, holidays), nil
}

// Rule is the wording of a term valid on the date.
func (l *Law) Rule(code string, on time.Time) (Rule, error) {
	for _, r := range l.rules[code] {
		if daysBetween(r.ValidFrom, on) >= 0 && (r.ValidTo == nil || daysBetween(on, *r.ValidTo) >= 0) {
			return r, nil
		}
	}
	return Rule{}, errs.Newf(errs.NotFound, "Pravidlo lhůty „%s“ není k %s v číselníku.", code, czech(on))
}
