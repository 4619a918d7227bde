package desk

import (
	"strings"
	"time"

	"epom/board"
	"epom/handlers/web"
	"epom/internal/clock"
	"epom/internal/errs"
	"epom/internal/i18n"
)

// PlanView is the computed term as the calculator shows it.
type PlanView struct {
	Kind, Statute, Note string
	Verified            bool
	Lines               []PlanLine
	Until               string // what is proposed, in words
	TooLate             string
}

// PlanLine is one day of the term.
type PlanLine struct{ Label, Day, Why string }

var dayNames = [...]string{"neděle", "pondělí", "úterý", "středa", "čtvrtek", "pátek", "sobota"}

// namedDay writes a day with its name, and the holiday that falls on it.
func (d *Desk) namedDay(t time.Time) string {
	s := czech(t) + ", " + dayNames[t.Weekday()]
	if name, ok := d.Law.Calendar.Holiday(t); ok {
		s += " – " + name
	}
	return s
}

// planView says a plan in words; in the past the term is counted from today, since the electronic board is never faster.
func (d *Desk) planView(p board.Plan) *PlanView {
	v := &PlanView{Kind: p.Kind.Name, Statute: p.Kind.Statute, Note: p.Kind.Note, Verified: p.Kind.Verified, Until: "do odvolání"}
	add := func(label string, day *time.Time, why string) {
		if day != nil {
			v.Lines = append(v.Lines, PlanLine{label, d.namedDay(*day), why})
		}
	}
	add("Den vyvěšení", &p.PostOn, "Do lhůty se nepočítá.")
	if p.LatestPost != nil {
		add("Vyvěsit nejpozději", p.LatestPost, i18n.N("cs", p.Kind.Days, "Mezi vyvěšením a událostí musí být aspoň %d den.", "Mezi vyvěšením a událostí musí být aspoň %d dny.", "Mezi vyvěšením a událostí musí být aspoň %d dnů."))
	}
	if p.MustUntil != nil {
		why := "Tento den musí ještě viset celý."
		if p.Kind.Days > 0 && !p.Kind.BeforeEvent {
			why = i18n.N("cs", p.Kind.Days, "%d. den po vyvěšení. ", "%d. den po vyvěšení. ", "%d. den po vyvěšení. ") + why
		}
		add("Viset musí do", p.MustUntil, why)
		add("Sejmout nejdříve", p.Removal(), "")
	}
	if p.EffectOn != nil {
		why := "Patnáctým dnem po vyvěšení je písemnost doručena."
		if p.EffectRest != "" {
			why += " Není to pracovní den; zda se den doručení posouvá, zákon výslovně neříká. Chcete-li mít jistotu, nechte viset do dalšího pracovního dne."
		}
		add("Účinky doručení", p.EffectOn, why)
	}
	if p.Until != nil {
		v.Until = "do " + d.namedDay(*p.Until)
	}
	if p.TooLate {
		v.TooLate = i18n.N("cs", p.Kind.Days, "Na zákonnou lhůtu %d dne už je pozdě. Posuňte událost, nebo uveďte důvod.", "Na zákonnou lhůtu %d dnů už je pozdě. Posuňte událost, nebo uveďte důvod.", "Na zákonnou lhůtu %d dnů už je pozdě. Posuňte událost, nebo uveďte důvod.")
	}
	return v
}

// term is when a posting is put up, how long it hangs, and its event, as typed in the form.
type term struct {
	postAt  time.Time // zero = now
	event   *time.Time
	until   *time.Time
	plan    board.Plan
	planned bool // a kind was chosen, so there is a plan
}

// hasEvent tells whether an event is asked for with the kind; the fields of others are out of sight and are not read.
func hasEvent(k board.Kind) bool {
	return k.BeforeEvent || k.Hangs == board.TillEvent || k.Class == board.Event
}

// readTerm reads the times of the form and computes the plan; the page then asks for what the kind and the times need.
func (d *Desk) readTerm(p *PostingPage, v map[string]string) (t term, wrong []errs.Field) {
	now := d.Clock.Now()
	bad := func(name, message string) { wrong = append(wrong, errs.Field{Name: name, Message: message}) }
	read := func(day, clockText string) (time.Time, bool) {
		at, dayOK, timeOK := moment(v[day], v[clockText], now)
		if !dayOK {
			bad(day, wrongDay)
		}
		if !timeOK {
			bad(clockText, "Napište čas, například 8:30.")
		}
		return at, dayOK && timeOK
	}
	if v["when"] == "plan" {
		if at, ok := read("post_on", "post_time"); ok {
			t.postAt = at
		}
	}
	kind, err := d.Law.Kind(v["kind"], clock.Date(now))
	if err == nil && hasEvent(kind) && strings.TrimSpace(v["event_on"]) != "" {
		if at, ok := read("event_on", "event_time"); ok {
			t.event = &at
		}
	}
	on := now
	if t.postAt.After(now) {
		on = t.postAt
	}
	p.Past = !t.postAt.IsZero() && t.postAt.Before(now.Add(-2*time.Minute))
	if err == nil {
		t.plan, t.planned = d.Law.Plan(kind, on, t.event), true
		p.Plan = d.planView(t.plan)
		t.until = t.plan.Until
	}
	switch v["until"] {
	case "open":
		t.until = nil
	case "day":
		if day, ok := web.ParseDay(v["until_on"]); ok {
			t.until = &day
		} else {
			bad("until_on", wrongDay)
		}
	}
	p.Early = t.planned && (t.plan.TooLate || t.until != nil && t.plan.MustUntil != nil && t.until.Before(*t.plan.MustUntil))
	return t, wrong
}
