package feed

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	ics "github.com/arran4/golang-ical"

	"epom/internal/clock"
)

// CalendarType is the content type of a calendar.
const CalendarType = "text/calendar; charset=utf-8; method=PUBLISH"

// Calendar is a list of events to be shown in a reader's own calendar.
type Calendar struct {
	Name, Description, URL string
	Organizer              string        // e-mail of who publishes it, may be empty
	Stamp                  time.Time     // when this state of the calendar was made
	Refresh                time.Duration // how often it is worth asking again, 0 = not said
	Events                 []Event
}

// Event is a meeting, or a day that matters.
type Event struct {
	UID         string // never changes, unique in the world: number@host
	Summary     string
	Location    string
	Description string
	URL         string
	Start, End  time.Time // instants, shown in Prague time; zero End = not said
	AllDay      bool      // Start and End are dates in Prague, End is the last day; such an event blocks nobody's time
	Cancelled   bool
	Updated     time.Time // last change, zero = not said
	Sequence    int       // raised with every change of time or place
	Categories  []string
}

// Write sends the calendar. An event that calendars would refuse is an error before anything is sent: without or with a
// repeated UID, without a start or a name, or ending before it begins.
func (c Calendar) Write(w io.Writer) error {
	if c.Stamp.IsZero() {
		return errors.New("calendar: no time of making")
	}
	cal := ics.NewCalendarFor("e-POM")
	cal.SetProductId("-//e-POM//e-POM//CS")
	cal.SetCalscale("GREGORIAN")
	cal.SetMethod(ics.MethodPublish)
	c.describe(cal)
	seen, zoned := map[string]bool{}, false
	for _, e := range c.Events {
		event, err := e.wire(c.Stamp, line(c.Organizer))
		if err == nil && seen[event.Id()] {
			err = errors.New("its UID stands twice")
		}
		if err != nil {
			return fmt.Errorf("calendar: event %q: %w", e.UID, err)
		}
		if !e.AllDay && !zoned {
			cal.AddVTimezone(prague()) // before its first use
			zoned = true
		}
		seen[event.Id()] = true
		cal.AddVEvent(event)
	}
	return cal.SerializeTo(w, ics.WithNewLine("\r\n"))
}

// describe says what the calendar is, by RFC 7986 and for older programs by their own properties.
func (c Calendar) describe(cal *ics.Calendar) {
	if name := line(c.Name); name != "" {
		cal.SetName(name)
	}
	if about := text(c.Description); about != "" {
		cal.SetDescription(about)
		cal.SetXWRCalDesc(about)
	}
	if at := line(c.URL); at != "" {
		cal.SetUrl(at)
	}
	cal.SetXWRTimezone(clock.Prague.String())
	if c.Refresh > 0 {
		every := "PT" + strconv.Itoa(max(int(c.Refresh/time.Minute), 1)) + "M"
		cal.SetRefreshInterval(every)
		cal.SetXPublishedTTL(every)
	}
}

func (e Event) wire(made time.Time, organizer string) (*ics.VEvent, error) {
	uid, summary := line(e.UID), line(e.Summary)
	switch {
	case uid == "":
		return nil, errors.New("no UID")
	case summary == "":
		return nil, errors.New("no name")
	case e.Start.IsZero():
		return nil, errors.New("no start")
	case !e.End.IsZero() && e.End.Before(e.Start):
		return nil, errors.New("it ends before it begins")
	}
	v := ics.NewEvent(uid)
	v.SetDtStampTime(made)
	v.SetSequence(e.Sequence)
	e.span(v)
	v.SetSummary(summary)
	if s := line(e.Location); s != "" {
		v.SetLocation(s)
	}
	if s := text(e.Description); s != "" {
		v.SetDescription(s)
	}
	if s := line(e.URL); s != "" {
		v.SetURL(s)
	}
	if organizer != "" {
		v.SetOrganizer("mailto:" + organizer)
	}
	for _, c := range e.Categories {
		v.AddCategory(line(c))
	}
	if !e.Updated.IsZero() {
		v.SetModifiedAt(e.Updated)
	}
	if e.Cancelled {
		v.SetStatus(ics.ObjectStatusCancelled)
	} else {
		v.SetStatus(ics.ObjectStatusConfirmed)
	}
	return v, nil
}

const (
	dayForm   = "20060102"
	localForm = "20060102T150405"
)

// span writes when the event is. The end of whole days is the first day after them (RFC 5545, 3.6.1).
func (e Event) span(v *ics.VEvent) {
	if !e.AllDay {
		moment(v, ics.ComponentPropertyDtStart, e.Start)
		if e.End.After(e.Start) { // an end at the start is not allowed
			moment(v, ics.ComponentPropertyDtEnd, e.End)
		}
		return
	}
	last := e.Start
	if !e.End.IsZero() {
		last = e.End
	}
	date := ics.WithValue(string(ics.ValueDataTypeDate))
	v.SetProperty(ics.ComponentPropertyDtStart, e.Start.In(clock.Prague).Format(dayForm), date)
	v.SetProperty(ics.ComponentPropertyDtEnd, last.In(clock.Prague).AddDate(0, 0, 1).Format(dayForm), date)
	v.SetTimeTransparency(ics.TransparencyTransparent)
}

// moment writes an instant in Prague time. In the hour which the clock shows twice, the second time is written in UTC:
// local time would mean the first (RFC 5545, 3.3.5).
func moment(v *ics.VEvent, property ics.ComponentProperty, t time.Time) {
	local := t.In(clock.Prague).Format(localForm)
	if t.Add(-time.Hour).In(clock.Prague).Format(localForm) == local {
		v.SetProperty(property, t.UTC().Format(localForm)+"Z")
		return
	}
	v.SetProperty(property, local, ics.WithTZID(clock.Prague.String()))
}

// prague is the rule of the zone since 1996; the calendar has no event before it.
func prague() *ics.VTimezone {
	zone := ics.NewTimezone(clock.Prague.String())
	daylight, standard := &ics.Daylight{}, zone.AddStandard()
	zone.Components = append(zone.Components, daylight)
	for _, half := range []struct {
		*ics.ComponentBase
		name, start, from, to, rule string
	}{
		{&daylight.ComponentBase, "CEST", "19960331T020000", "+0100", "+0200", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"},
		{&standard.ComponentBase, "CET", "19961027T030000", "+0200", "+0100", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"},
	} {
		half.SetProperty(ics.ComponentPropertyDtStart, half.start)
		half.SetProperty(ics.ComponentProperty(ics.PropertyTzoffsetfrom), half.from)
		half.SetProperty(ics.ComponentProperty(ics.PropertyTzoffsetto), half.to)
		half.SetProperty(ics.ComponentProperty(ics.PropertyTzname), half.name)
		half.AddRrule(half.rule)
	}
	return zone
}
