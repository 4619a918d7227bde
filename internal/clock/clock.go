// Package clock gives the time to those who may ask for it. Domain rooms get a time passed in and never ask.
package clock

import (
	"sync"
	"time"
	_ "time/tzdata" // legal dates need Europe/Prague on a machine without zone files too
)

// Prague is the zone of legal dates.
var Prague = mustLoad("Europe/Prague")

func mustLoad(name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return l
}

// Clock tells the present instant in UTC.
type Clock interface{ Now() time.Time }

// System is the machine's clock, in whole microseconds as PostgreSQL keeps them.
type System struct{}

func (System) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// Fake is a clock that tests and seeding move by hand, in whole microseconds too; safe for concurrent use.
type Fake struct {
	mu sync.Mutex
	t  time.Time
}

// NewFake starts a clock at an instant.
func NewFake(t time.Time) *Fake { return &Fake{t: t.UTC()} }

func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.t.Truncate(time.Microsecond)
}

// Set moves the clock to an instant.
func (f *Fake) Set(t time.Time) { f.mu.Lock(); f.t = t.UTC(); f.mu.Unlock() }

// Advance moves the clock forward.
func (f *Fake) Advance(d time.Duration) { f.mu.Lock(); f.t = f.t.Add(d); f.mu.Unlock() }

// Date is the legal date of an instant: midnight in Prague.
func Date(t time.Time) time.Time {
	y, m, d := t.In(Prague).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, Prague)
}

// Year is the calendar year in Prague, which numbers of documents count by.
func Year(t time.Time) int { return t.In(Prague).Year() }
