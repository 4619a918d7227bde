package dispatch

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"epom/records"
)

// Codes of the terms of delivery in the law.
const (
	ruleStored  = "doruceni-ulozeni"
	ruleBox     = "doruceni-schranka"
	ruleEmail   = "doruceni-email"
	ruleOffice  = "prevzeti-uradem"
	ruleAppeal  = "odvolani-83"
	ruleGeneral = "bez-lhuty" // of what comes to another office
)

// Service is a service of the post: law and its conditions as data.
type Service struct {
	Code       string     `db:"code"`
	ValidFrom  time.Time  `db:"valid_from"`
	ValidTo    *time.Time `db:"valid_to"`
	Name       string     `db:"name"`
	Marking    string     `db:"marking"`    // text on the envelope
	Registered bool       `db:"registered"` // has a number
	Proof      bool       `db:"proof"`      // a delivery receipt comes back
	Substitute bool       `db:"substitute"` // fiction of delivery is possible
}

// Law is what sending needs of the law: terms with rest days, services of the post.
type Law struct {
	*records.Law
	services []Service
}

// NewLaw puts terms and services together.
func NewLaw(l *records.Law, services []Service) *Law { return &Law{l, services} }

// LoadLaw reads the services of the post beside the law of the records room.
func LoadLaw(ctx context.Context, q sqlx.QueryerContext, l *records.Law) (*Law, error) {
	var services []Service
	if err := sqlx.SelectContext(ctx, q, &services, sql.Get("services")); err != nil {
		return nil, err
	}
	return NewLaw(l, services), nil
}

// Services are those offered on a day, in their order.
func (l *Law) Services(on time.Time) []Service {
	var list []Service
	for _, s := range l.services {
		if !before(on, s.ValidFrom) && (s.ValidTo == nil || !before(*s.ValidTo, on)) {
			list = append(list, s)
		}
	}
	return list
}

// Service finds a service valid on a day.
func (l *Law) Service(code string, on time.Time) (Service, bool) {
	for _, s := range l.Services(on) {
		if s.Code == code {
			return s, true
		}
	}
	return Service{}, false
}

// end is the last day of a term that runs from a day, and the rule it follows from.
func (l *Law) end(code string, from time.Time) (time.Time, records.Rule, error) {
	r, err := l.Rule(code, from)
	if err != nil {
		return time.Time{}, r, err
	}
	return records.Term{Rule: r, Starts: day(from)}.Due(l.Calendar).On, r, nil
}
