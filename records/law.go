package records

import (
	"context"
	"epom/internal/clock"
	"time"

	"github.com/jmoiron/sqlx"

	"epom/internal/errs"
)

// Law is what the records room needs of the law, loaded once and kept: rest days and terms with their validity.
type Law struct {
	Calendar *clock.Calendar
	rules    map[string][]Rule
	agendas  map[string][]AgendaRule
}

// AgendaRule says which term an agenda has, and whether an unsigned submission in it must be confirmed within five
// days (§ 37(4) of Act 500/2004 Sb.).
type AgendaRule struct {
	Agenda    string     `db:"agenda"`
	ValidFrom time.Time  `db:"valid_from"`
	ValidTo   *time.Time `db:"valid_to"`
	Rule      string     `db:"rule"`
	Confirm   bool       `db:"confirm"`
}

// NewLaw puts rules and rest days together.
func NewLaw(rules []Rule, agendas []AgendaRule, holidays []clock.Holiday) *Law {
	l := &Law{Calendar: clock.NewCalendar(holidays), rules: map[string][]Rule{}, agendas: map[string][]AgendaRule{}}
	for _, a := range agendas {
		l.agendas[a.Agenda] = append(l.agendas[a.Agenda], a)
	}
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
	var agendas []AgendaRule
	if err := sqlx.SelectContext(ctx, q, &agendas, sql.Get("agenda-rules")); err != nil {
		return nil, err
	}
	var holidays []clock.Holiday
	if err := sqlx.SelectContext(ctx, q, &holidays, sql.Get("holidays")); err != nil {
		return nil, err
	}
	return NewLaw(rules, agendas, holidays), nil
}

// Rule is the wording of a term valid on the date.
func (l *Law) Rule(code string, on time.Time) (Rule, error) {
	for _, r := range l.rules[code] {
		if holds(r.ValidFrom, r.ValidTo, on) {
			return r, nil
		}
	}
	return Rule{}, errs.Newf(errs.NotFound, "Pravidlo lhůty „%s“ není k %s v číselníku.", code, czech(on))
}

// generalRule is what an agenda without a row of its own has: handling without undue delay (§ 6 of Act 500/2004 Sb.).
const generalRule = "bez-lhuty"

// ForAgenda is the term of an agenda on the date, and whether its submissions must be confirmed when unsigned.
func (l *Law) ForAgenda(agenda string, on time.Time) (rule Rule, confirm bool, err error) {
	code := generalRule
	for _, a := range l.agendas[agenda] {
		if holds(a.ValidFrom, a.ValidTo, on) {
			code, confirm = a.Rule, a.Confirm
			break
		}
	}
	rule, err = l.Rule(code, on)
	return rule, confirm, err
}

// holds tells whether a row valid from a day to a day (nil = on) holds on the date.
func holds(from time.Time, to *time.Time, on time.Time) bool {
	return daysBetween(from, on) >= 0 && (to == nil || daysBetween(on, *to) >= 0)
}

// Unverified counts the terms no person has checked against the law yet.
func (l *Law) Unverified() int {
	n := 0
	for _, versions := range l.rules {
		for _, r := range versions {
			if !r.Verified {
				n++
			}
		}
	}
	return n
}
