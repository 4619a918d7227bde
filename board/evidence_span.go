package board

import (
	"context"
	"fmt"
	"slices"
	"time"

	"epom/internal/clock"
	"epom/internal/db"
)

// step is the longest time between two checks that leaves no gap: they run hourly, spread over some minutes.
const step = 90 * time.Minute

// Gap is a time in which it is not proved that the posting could be read through the network.
type Gap struct {
	From, To time.Time // the last good look before and the first after
	Failed   bool      // a look found a fault; else nobody looked
	What     string    // the first fault
	Detail   string
	Open     bool // it lasts
}

// Availability is what the hourly checks say of a posting between its electronic posting and removal, or now.
type Availability struct {
	From, To time.Time
	Checks   int
	Failed   int
	Gaps     []Gap
}

// Unproved is the length of all gaps together.
func (a Availability) Unproved() (d time.Duration) {
	for _, g := range a.Gaps {
		d += g.To.Sub(g.From)
	}
	return d
}

// look is one check as read back.
type look struct {
	At     time.Time             `db:"at"`
	Faults db.JSON[[]CheckFault] `db:"faults"`
}

// Available tells when a posted posting could be read through the network, as far as the checks know. An outage changes
// no term by itself.
func Available(ctx context.Context, tx *db.Tx, p *Posting, now time.Time) (Availability, error) {
	if p.PostedAt == nil {
		return Availability{}, nil
	}
	to := now
	if p.RemovedAt != nil {
		to = *p.RemovedAt
	}
	looks, err := looksBetween(ctx, tx, *p.PostedAt, to)
	return available(p.ID, *p.PostedAt, to, p.RemovedAt == nil, looks), err
}

func looksBetween(ctx context.Context, tx *db.Tx, from, to time.Time) ([]look, error) {
	var looks []look
	err := tx.SelectContext(ctx, &looks, evidenceSQL.Get("checks-between"), tx.Office, from, to)
	return looks, db.Classify(err)
}

// available reads the looks between two instants; those before the first are left out.
func available(posting int64, from, to time.Time, lasts bool, looks []look) Availability {
	a := Availability{From: from, To: to}
	good := from
	var open *Gap
	for _, l := range looks {
		if l.At.Before(from) {
			continue
		}
		a.Checks++
		i := slices.IndexFunc(l.Faults.V, func(f CheckFault) bool { return f.Posting == posting || f.Posting == 0 })
		if i >= 0 {
			a.Failed++
			if open == nil {
				open = &Gap{From: good, Failed: true, What: l.Faults.V[i].What, Detail: l.Faults.V[i].Detail}
			}
			continue
		}
		if open == nil && l.At.Sub(good) > step {
			open = &Gap{From: good}
		}
		if open != nil {
			open.To = l.At
			a.Gaps = append(a.Gaps, *open)
			open = nil
		}
		good = l.At
	}
	if open == nil && to.Sub(good) > step {
		open = &Gap{From: good}
	}
	if open != nil {
		open.To, open.Open = to, lasts
		a.Gaps = append(a.Gaps, *open)
	}
	return a
}

// Warning says that a posting's term on the network was broken and may still be saved.
type Warning struct {
	Posting int64
	Number  string
	Title   string
	What    string     // Czech, what happened
	SaveBy  *time.Time // until when a longer term saves it; nil = a longer term does not help
	Suggest *time.Time // the last day that would give the whole term
}

// inTerm is a hanging posting for which the law names a term.
type inTerm struct {
	ID        int64      `db:"id"`
	Number    string     `db:"number"`
	Title     string     `db:"title"`
	PostedAt  time.Time  `db:"posted_at"`
	UntilOn   *time.Time `db:"until_on"`
	MustUntil time.Time  `db:"must_until"`
	EventAt   *time.Time `db:"event_at"`
}

// Warnings lists the postings of the transaction's office whose term was broken by an outage and that still hang: nothing
// is prolonged by itself, the clerk decides.
func Warnings(ctx context.Context, tx *db.Tx, now time.Time) ([]Warning, error) {
	var list []inTerm
	if err := tx.SelectContext(ctx, &list, evidenceSQL.Get("in-term"), tx.Office, now); err != nil || len(list) == 0 {
		return nil, db.Classify(err)
	}
	first := slices.MinFunc(list, func(a, b inTerm) int { return a.PostedAt.Compare(b.PostedAt) }).PostedAt
	looks, err := looksBetween(ctx, tx, first, now)
	if err != nil {
		return nil, err
	}
	var out []Warning
	for _, p := range list {
		if w := p.warning(available(p.ID, p.PostedAt, now, true, looks), now); w != nil {
			out = append(out, *w)
		}
	}
	return out, nil
}

// warning counts whole days without a gap. A posting that hangs through enough of them needs nothing.
func (p inTerm) warning(a Availability, now time.Time) *Warning {
	on, must := clock.Date(p.PostedAt), day(p.MustUntil)
	need, suggest := 0, on
	for d := on; d.Before(must); d = d.AddDate(0, 0, 1) {
		need++
	}
	broken := false
	for d := on.AddDate(0, 0, 1); need > 0; d = d.AddDate(0, 0, 1) {
		if a.broken(d) {
			broken = broken || !d.After(must)
			continue
		}
		need--
		suggest = d
	}
	if !broken {
		return nil
	}
	w := &Warning{Posting: p.ID, Number: p.Number, Title: p.Title, What: a.Gaps[0].Sentence()}
	if n := len(a.Gaps); n > 1 {
		w.What += fmt.Sprintf(" Celkem se to stalo %d×.", n)
	}
	if p.EventAt != nil && clock.Date(*p.EventAt).Equal(must) {
		return w // the event does not move with the term
	}
	if p.UntilOn == nil || !day(*p.UntilOn).Before(suggest) {
		return nil
	}
	by := day(*p.UntilOn).AddDate(0, 0, 1)
	w.SaveBy, w.Suggest = &by, &suggest
	return w
}

// broken tells whether a gap touches a legal date.
func (a Availability) broken(d time.Time) bool {
	next := d.AddDate(0, 0, 1)
	return slices.ContainsFunc(a.Gaps, func(g Gap) bool { return g.From.Before(next) && g.To.After(d) })
}

// Sentence says the gap in Czech.
func (g Gap) Sentence() string {
	from, to := g.From.In(clock.Prague).Format("2. 1. 2006 15:04"), g.To.In(clock.Prague).Format("2. 1. 2006 15:04")
	switch {
	case !g.Failed:
		return fmt.Sprintf("Od %s do %s nikdo neověřil, že je vyvěšení na internetu dostupné: kontrola neběžela.", from, to)
	case g.What == FaultChanged:
		return fmt.Sprintf("Od %s do %s se na internetu vydával jiný obsah dokumentu, než jaký byl vyvěšen.", from, to)
	case g.What == FaultFile:
		return fmt.Sprintf("Od %s do %s nebyl na internetu dostupný dokument.", from, to)
	}
	return fmt.Sprintf("Od %s do %s nebylo vyvěšení na internetu dostupné.", from, to)
}
