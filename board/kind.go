package board

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
)

// Class tells legal notices from news and events, which stand apart.
type Class string

// The classes of what hangs on a board.
const (
	Notice Class = "notice"
	News   Class = "news"
	Event  Class = "event"
)

// Kind is a kind of posting with the term the law gives it.
type Kind struct {
	Code        string     `db:"code"`
	ValidFrom   time.Time  `db:"valid_from"`
	ValidTo     *time.Time `db:"valid_to"`
	Name        string     `db:"name"` // Czech
	Class       Class      `db:"class"`
	Days        int        `db:"days"`         // it must hang so many whole days after the day of posting
	BeforeEvent bool       `db:"before_event"` // those days must pass before the event
	Hangs       string     `db:"hangs"`        // proposed term: ForDays, TillEvent or Open
	EffectDays  *int       `db:"effect_days"`  // delivered on this day after posting
	Statute     string     `db:"statute"`
	Note        string     `db:"note"`
	Source      string     `db:"source"`
	Verified    bool       `db:"verified"`
}

// How long a kind is proposed to hang.
const (
	ForDays   = "days"
	TillEvent = "event"
	Open      = "open"
)

// usual is the proposed term in days of a kind for which the law names none.
const usual = 15

// Law is what the board needs of the law, loaded once and kept: kinds of postings and rest days.
type Law struct {
	Calendar *clock.Calendar
	kinds    []Kind
}

// NewLaw puts kinds and rest days together.
func NewLaw(kinds []Kind, holidays []clock.Holiday) *Law {
	return &Law{Calendar: clock.NewCalendar(holidays), kinds: kinds}
}

// LoadLaw reads the law from the database.
func LoadLaw(ctx context.Context, q sqlx.QueryerContext) (*Law, error) {
	var kinds []Kind
	if err := sqlx.SelectContext(ctx, q, &kinds, sql.Get("kinds")); err != nil {
		return nil, db.Classify(err)
	}
	var holidays []clock.Holiday
	if err := sqlx.SelectContext(ctx, q, &holidays, sql.Get("rest-days")); err != nil {
		return nil, db.Classify(err)
	}
	return NewLaw(kinds, holidays), nil
}

// Kinds lists the kinds valid on a date, in the order they are offered.
func (l *Law) Kinds(on time.Time) []Kind {
	var out []Kind
	for _, k := range l.kinds {
		if k.validOn(on) {
			out = append(out, k)
		}
	}
	return out
}

// Kind is the wording of a kind valid on a date; a posting of an earlier wording finds the latest one.
func (l *Law) Kind(code string, on time.Time) (Kind, error) {
	var last *Kind
	for i, k := range l.kinds {
		if k.Code != code {
			continue
		}
		if last = &l.kinds[i]; k.validOn(on) {
			return k, nil
		}
	}
	if last != nil {
		return *last, nil
	}
	return Kind{}, errs.Newf(errs.NotFound, "Druh vyvěšení „%s“ neznáme.", code)
}

func (k Kind) validOn(on time.Time) bool {
	return !on.Before(day(k.ValidFrom)) && (k.ValidTo == nil || on.Before(day(*k.ValidTo)))
}

// Plan is the term of one posting, computed: what the calculator shows and what the law holds the board to. All fields
// are legal dates in Prague.
type Plan struct {
	Kind      Kind
	PostOn    time.Time
	Until     *time.Time // proposed last day it hangs; nil = until further notice
	MustUntil *time.Time // the last day the law wants it to hang; nil = the law names none
	EffectOn  *time.Time // delivered on this day
	// EffectRest names the rest day the delivery falls on: whether it moves to a working day the law does not say plainly.
	EffectRest string
	LatestPost *time.Time // a posting before an event: the last day it could be put up
	TooLate    bool       // the days before the event no longer fit
}

// Removal is the first day the posting may be taken down: the day after the last one it must hang.
func (p Plan) Removal() *time.Time {
	if p.MustUntil == nil {
		return nil
	}
	d := p.MustUntil.AddDate(0, 0, 1)
	return &d
}

// Plan computes the term of a posting put up on a date, with the date of its event when the kind has one. The day of
// posting itself is not counted (§ 40(1)(a) of Act 500/2004 Sb.): days are whole days after it.
func (l *Law) Plan(k Kind, postOn time.Time, event *time.Time) Plan {
	postOn = clock.Date(postOn)
	p := Plan{Kind: k, PostOn: postOn}
	if k.Days > 0 {
		d := postOn.AddDate(0, 0, k.Days)
		p.MustUntil = &d
	}
	if k.EffectDays != nil {
		d := postOn.AddDate(0, 0, *k.EffectDays)
		p.EffectOn = &d
		if p.MustUntil == nil || p.MustUntil.Before(d) {
			p.MustUntil = &d
		}
		if !l.Calendar.WorkingDay(d) {
			p.EffectRest = weekdays[d.Weekday()]
			if name, ok := l.Calendar.Holiday(d); ok {
				p.EffectRest = name
			}
		}
	}
	switch {
	case k.Hangs == Open:
	case k.Hangs == TillEvent && event != nil:
		d := clock.Date(*event)
		p.Until = &d
	case k.Hangs == TillEvent:
		p.Until = p.MustUntil
	default:
		d := postOn.AddDate(0, 0, usual)
		if p.MustUntil != nil {
			d = *p.MustUntil
		}
		p.Until = &d
	}
	if k.BeforeEvent && event != nil {
		d := clock.Date(*event).AddDate(0, 0, -k.Days)
		p.LatestPost, p.TooLate = &d, postOn.After(d)
		if e := clock.Date(*event); p.MustUntil == nil || e.After(*p.MustUntil) {
			p.MustUntil = &e
		}
		p.Until = p.MustUntil
	}
	if p.Until != nil && p.MustUntil != nil && p.Until.Before(*p.MustUntil) {
		p.Until = p.MustUntil
	}
	return p
}

var weekdays = map[time.Weekday]string{time.Saturday: "sobota", time.Sunday: "neděle"}

// day is a date read from the database (midnight UTC) as a legal date.
func day(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, clock.Prague)
}

// Number is the address of a posting on its board, "2026-17".
func Number(year int, no int64) string { return fmt.Sprintf("%d-%d", year, no) }
