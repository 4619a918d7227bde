package dispatch

import (
	"fmt"
	"regexp"
	"time"

	"epom/internal/clock"
)

// Kinds of states. What a sending has come to is computed from its events and never stored.
const (
	Waiting     = "waiting"     // got ready, not handed over yet
	Sent        = "sent"        // left the office
	Boxed       = "boxed"       // in the data box, nobody has signed in yet (dodáno)
	Stored      = "stored"      // at the post office, to be picked up (uloženo)
	Posted      = "posted"      // hangs on the board
	Delivered   = "delivered"   // doručeno
	Fictitious  = "fiction"     // doručeno fikcí
	Unconfirmed = "unconfirmed" // e-mail that the addressee did not confirm in time
	Failed      = "failed"
	Returned    = "returned" // came back undelivered
	Withdrawn   = "withdrawn"
)

// State is what a sending has come to on a day.
type State struct {
	Kind string
	Day  time.Time  // of the event the state follows from; of delivery when it is delivered
	Till *time.Time // delivered by fiction when nothing happens till the end of this day; or to be confirmed by it
	Why  string     // reason of a failure or a return
	How  []string   // how it was counted, in sentences for people

	// When it is delivered: the last day of an appeal, and the day on which a decision becomes final without one.
	AppealTill, FinalOn *time.Time
	done                bool // nothing more is waited for
}

// IsDelivered tells whether the document counts as delivered.
func (s State) IsDelivered() bool { return s.Kind == Delivered || s.Kind == Fictitious }

// CameToNothing tells whether the document must go another way.
func (s State) CameToNothing() bool {
	return s.Kind == Failed || s.Kind == Returned || s.Kind == Withdrawn || s.Kind == Unconfirmed
}

// Pressing tells whether somebody must do something about it.
func (s State) Pressing() bool {
	return s.Kind == Failed || s.Kind == Returned || s.Kind == Unconfirmed
}

// Done tells whether nothing more is waited for.
func (s State) Done() bool { return s.done || s.IsDelivered() || s.Kind == Withdrawn }

var words = map[string]string{Waiting: "čeká na odeslání", Sent: "odesláno", Boxed: "dodáno do schránky", Stored: "uloženo na poště", Posted: "visí na úřední desce",
	Delivered: "doručeno", Fictitious: "doručeno fikcí", Unconfirmed: "převzetí nepotvrzeno", Failed: "nepodařilo se", Returned: "vráceno nedoručené", Withdrawn: "zrušeno"}

// Label is Word with days that do not break over lines.
func (s State) Label() string {
	return days.ReplaceAllString(s.Word(), "$1.\u00a0$2.\u00a0$3")
}

var days = regexp.MustCompile(`(\d+)\. (\d+)\. (\d{4})`)

// Word is the state in words, with the day that matters: "doručeno 12. 3. 2026".
func (s State) Word() string {
	w := words[s.Kind]
	if !s.Day.IsZero() && s.Kind != Waiting {
		w += " " + czech(s.Day)
	}
	if s.Till != nil && (s.Kind == Boxed || s.Kind == Stored || s.Kind == Posted) {
		w += ", fikce " + czech(*s.Till)
	}
	return w
}

// Compute says what a sending has come to on the day of an instant. What counts as delivered stays so whatever comes
// after it; an actual delivery after the day of fiction changes nothing (§ 24(1) of Act 500/2004 Sb.), and what came back
// before that day was never delivered by it.
func Compute(d Dispatch, law *Law, at time.Time) (State, error) {
	today := clock.Date(at)
	c := counting{Dispatch: d, law: law}
	for _, e := range live(d.Events) {
		if err := c.take(e); err != nil {
			return State{}, err
		}
	}
	s := c.state
	if s.Kind == "" {
		s = State{Kind: Waiting, Day: clock.Date(d.MadeAt)}
	}
	if on, fiction, ok := c.delivered(today); ok {
		s = State{Kind: Delivered, Day: on}
		if fiction {
			s.Kind = Fictitious
		}
		end, rule, err := law.end(ruleAppeal, on)
		if err != nil {
			return State{}, err
		}
		final := end.AddDate(0, 0, 1)
		s.AppealTill, s.FinalOn = &end, &final
		c.say("Jde-li o rozhodnutí: odvolání lze podat do %s (%s), bez něj je pravomocné %s.", czech(end), rule.Statute, czech(final))
	} else if s.Kind == Sent {
		if err := c.waits(&s, today); err != nil {
			return State{}, err
		}
	} else if c.till != nil && (s.Kind == Boxed || s.Kind == Stored || s.Kind == Posted) {
		s.Till = c.till
	}
	s.How = c.how
	return s, nil
}

// counting walks through the events.
type counting struct {
	Dispatch
	law      *Law
	state    State
	actual   *time.Time // delivered or refused on
	declared *time.Time // fiction said by who counts it: the data box system, the post's note
	till     *time.Time // fiction by our own counting
	broken   *time.Time // the earliest day on which the storage ended without delivery
	how      []string
}

func (c *counting) say(format string, args ...any) {
	c.how = append(c.how, fmt.Sprintf(format, args...))
}

func (c *counting) take(e Event) error {
	on := day(e.On)
	c.state = State{Kind: c.state.Kind, Day: on}
	switch e.Kind {
	case EventSent:
		c.state.Kind = Sent
	case EventBoxed:
		c.state.Kind = Boxed
		return c.runs(ruleBox, on, "Do datové schránky dodáno %s.")
	case EventStored:
		c.state.Kind = Stored
		return c.runs(ruleStored, on, "K vyzvednutí připraveno %s.")
	case EventPosted:
		c.state.Kind = Posted
		if till, err := time.ParseInLocation(time.DateOnly, e.word("effect"), clock.Prague); err == nil && c.begins() {
			c.till = &till
			c.say("Vyvěšeno %s, doručeno patnáctým dnem po vyvěšení: %s (§ 25 odst. 2 správního řádu).", czech(on), czech(till))
		}
	case EventRemoved:
		c.state.Kind = Sent
		if c.till == nil || !before(*c.till, on) { // it must hang to the end of the fifteenth day
			c.state = State{Kind: Returned, Day: on, Why: "Sejmuto z desky dřív, než nastaly účinky doručení."}
			c.ends(on)
		}
	case EventDelivered, EventRefused:
		c.actual = earlier(c.actual, on)
		if e.Kind == EventRefused {
			c.say("Adresát %s odmítl převzetí; tím je doručeno (§ 24 odst. 4 správního řádu).", czech(on))
		}
	case EventFiction:
		c.declared = earlier(c.declared, on)
	case EventReturned:
		c.state = State{Kind: Returned, Day: on, Why: e.word("why")}
		c.ends(on)
	case EventFailed:
		c.state = State{Kind: Failed, Day: on, Why: e.word("why")}
		c.ends(on)
	case EventRetried:
		c.state = State{Kind: Waiting, Day: on}
	case EventWithdrawn:
		if c.state.Kind == "" || c.state.Kind == Waiting || c.state.Kind == Failed { // what left the office cannot be taken back
			c.state.Kind = Withdrawn
		}
	}
	return nil
}

// begins tells whether a term of fiction may start: none runs, or the last one was broken off before its end.
func (c *counting) begins() bool {
	if c.till != nil && c.broken != nil && !before(*c.till, *c.broken) {
		c.till, c.broken = nil, nil
	}
	return c.Fiction && c.till == nil
}

func (c *counting) ends(on time.Time) { c.broken = earlier(c.broken, on) }

// runs starts the term after whose last day the document counts as delivered; the first start counts unless
// it was broken off.
func (c *counting) runs(code string, from time.Time, began string) error {
	if !c.begins() {
		return nil
	}
	end, rule, err := c.law.end(code, from)
	if err != nil {
		return err
	}
	c.till = &end
	c.say(began, czech(from))
	c.say("Nevyzvedne-li si adresát písemnost, je doručena posledním dnem lhůty %d dnů: %s (%s).", rule.Days, czech(end), rule.Statute)
	return nil
}

// delivered answers the day of delivery, if there is one by today, and whether it is by fiction.
func (c *counting) delivered(today time.Time) (on time.Time, fiction, ok bool) {
	by := c.declared
	if by == nil && c.till != nil && (c.broken == nil || before(*c.till, *c.broken)) {
		reached := before(*c.till, today)
		late := c.actual != nil && before(*c.till, *c.actual)
		if reached || late {
			by = c.till
		}
	}
	switch {
	case c.actual != nil && (by == nil || !before(*by, *c.actual)):
		return *c.actual, false, true
	case by != nil:
		return *by, true, true
	}
	return time.Time{}, false, false
}

// waits says what is waited for after a document left: a confirmation of an e-mail, or nothing at all.
func (c *counting) waits(s *State, today time.Time) error {
	if !c.Proof {
		s.done = true
		return nil
	}
	if c.Way != Email {
		return nil
	}
	end, rule, err := c.law.end(ruleEmail, s.Day)
	if err != nil {
		return err
	}
	s.Till = &end
	c.say("E-mailem je doručeno, když adresát převzetí potvrdí zprávou se svým uznávaným elektronickým podpisem nejpozději %s (%s).", czech(end), rule.Statute)
	if before(end, today) {
		s.Kind = Unconfirmed
		s.Why = "Adresát převzetí do " + czech(end) + " nepotvrdil; doručte jinak."
	}
	return nil
}

// live are the events that were not voided as mistakes, in the order they were noted.
func live(events []Event) []Event {
	void := map[int64]bool{}
	for _, e := range events {
		if e.Voids != nil {
			void[*e.Voids] = true
		}
	}
	kept := make([]Event, 0, len(events))
	for _, e := range events {
		if !void[e.ID] && e.Voids == nil {
			kept = append(kept, e)
		}
	}
	return kept
}

func earlier(a *time.Time, b time.Time) *time.Time {
	if a != nil && !before(b, *a) {
		return a
	}
	return &b
}

// day is a date of the database as midnight in Prague, where all legal dates are compared.
func day(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, clock.Prague)
}

func before(a, b time.Time) bool { return a.Format(time.DateOnly) < b.Format(time.DateOnly) }

func czech(d time.Time) string { return d.Format("2. 1. 2006") }
