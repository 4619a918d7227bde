package feed

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"
	"pgregory.net/rapid"

	"epom/internal/clock"
)

func sampleCalendar() Calendar {
	return Calendar{
		Name: "Hejnice: zasedání a lhůty", Description: "Co se chystá", URL: "https://deska.example/urady/hejnice/deska", Organizer: "podatelna@hejnice.example",
		Stamp: noon, Refresh: 6 * time.Hour,
		Events: []Event{
			{UID: "2026-18@deska.example", Summary: "Zasedání zastupitelstva č. 4", Location: "Radnice, Jizerská 1; velký sál", URL: "https://deska.example/urady/hejnice/deska/2026-18",
				Description: "Program:\n1. Zahájení\n2. Záměr prodeje pozemku parcelní číslo 12/3 v katastrálním území Hejnice, příliš žluťoučký kůň",
				Start:       time.Date(2026, 7, 1, 17, 0, 0, 0, clock.Prague), End: time.Date(2026, 7, 1, 17, 0, 0, 0, time.UTC), Sequence: 2, Updated: noon, Categories: []string{"zasedání", "a,b"}},
			{UID: "2026-17@deska.example", Summary: "Konec lhůty k vyjádření", AllDay: true, Start: time.Date(2026, 7, 10, 0, 0, 0, 0, clock.Prague)},
			{UID: "2026-16@deska.example", Summary: "Výlohy", AllDay: true, Start: time.Date(2026, 12, 30, 0, 0, 0, 0, time.UTC), End: time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC), Cancelled: true},
		},
	}
}

func calendarBytes(t interface {
	Helper()
	Fatal(...any)
}, c Calendar) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := c.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestCalendarGolden(t *testing.T) {
	t.Parallel()
	golden(t, "board.ics", calendarBytes(t, sampleCalendar()))
}

// TestMoments: every instant comes back, the hour shown twice and the hour left out among them.
func TestMoments(t *testing.T) {
	t.Parallel()
	for instant, want := range map[time.Time]string{
		time.Date(2026, 7, 1, 15, 0, 0, 0, time.UTC):   "DTSTART;TZID=Europe/Prague:20260701T170000",
		time.Date(2026, 1, 31, 23, 30, 0, 0, time.UTC): "DTSTART;TZID=Europe/Prague:20260201T003000",
		time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC): "DTSTART;TZID=Europe/Prague:20261025T023000",
		time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC): "DTSTART:20261025T013000Z",
		time.Date(2026, 10, 25, 2, 30, 0, 0, time.UTC): "DTSTART;TZID=Europe/Prague:20261025T033000",
		time.Date(2026, 3, 29, 0, 59, 59, 9, time.UTC): "DTSTART;TZID=Europe/Prague:20260329T015959",
		time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC):   "DTSTART;TZID=Europe/Prague:20260329T030000",
	} {
		c := Calendar{Stamp: noon, Events: []Event{{UID: "1", Summary: "a", Start: instant, End: instant}}}
		out := string(calendarBytes(t, c))
		if !strings.Contains(out, "\r\n"+want+"\r\n") || strings.Contains(out, "DTEND") || strings.Count(out, "BEGIN:VTIMEZONE") != 1 {
			t.Errorf("%v: want %s in\n%s", instant, want, out)
		}
	}
	days := Calendar{Stamp: noon, Events: sampleCalendar().Events[1:]}
	if out := string(calendarBytes(t, days)); strings.Contains(out, "VTIMEZONE") {
		t.Errorf("a zone nobody needs:\n%s", out)
	}
}

func TestCalendarRefuses(t *testing.T) {
	t.Parallel()
	for want, spoil := range map[string]func(*Calendar){
		"no time of making": func(c *Calendar) { c.Stamp = time.Time{} },
		"no UID":            func(c *Calendar) { c.Events[0].UID = "\n" },
		"no name":           func(c *Calendar) { c.Events[0].Summary = "" },
		"no start":          func(c *Calendar) { c.Events[0].Start = time.Time{} },
		"before it begins":  func(c *Calendar) { c.Events[0].End = c.Events[0].Start.Add(-1) },
		"stands twice":      func(c *Calendar) { c.Events[1].UID = " " + c.Events[0].UID },
	} {
		c := sampleCalendar()
		spoil(&c)
		var b bytes.Buffer
		if err := c.Write(&b); err == nil || !strings.Contains(err.Error(), want) || b.Len() > 0 {
			t.Errorf("%s: %v, %d bytes went out", want, err, b.Len())
		}
	}
	if err := sampleCalendar().Write(torn{}); !errors.Is(err, errTorn) {
		t.Errorf("a writer that fails: %v", err)
	}
}

// unfold reads content lines by RFC 5545, 3.1, and checks how they are folded.
func unfold(t *rapid.T, out []byte) map[string][]string {
	whole, ended := strings.CutSuffix(string(out), "\r\n")
	if !ended || strings.Contains(strings.ReplaceAll(whole, "\r\n", ""), "\n") {
		t.Fatalf("lines do not end by CRLF: %q", out)
	}
	for _, l := range strings.Split(whole, "\r\n") {
		if len(l) > 75 || !utf8.ValidString(l) || strings.ContainsRune(l, 0) {
			t.Fatalf("line of %d bytes: %q", len(l), l)
		}
	}
	values := map[string][]string{}
	for _, l := range strings.Split(strings.ReplaceAll(whole, "\r\n ", ""), "\r\n") {
		name, value, found := strings.Cut(l, ":")
		if !found {
			t.Fatalf("no value in %q", l)
		}
		values[name] = append(values[name], value)
	}
	return values
}

// unescape reads TEXT by RFC 5545, 3.3.11.
func unescape(s string) string {
	return strings.NewReplacer(`\\`, `\`, `\;`, `;`, `\,`, `,`, `\n`, "\n", `\N`, "\n").Replace(s)
}

func TestCalendarCarriesAnyText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := anyText.Draw(t, "text")
		c := sampleCalendar()
		c.Events = c.Events[:1]
		e := &c.Events[0]
		c.Name, c.Description, c.URL, c.Organizer = "x"+s, "x"+s, "https://x/"+s, "x@"+s
		e.UID, e.Summary, e.Location, e.Description, e.URL, e.Categories = "x"+s, "x"+s, "x"+s, "x"+s, "https://y/"+s, []string{"x" + s}
		out := calendarBytes(t, c)
		got := unfold(t, out)
		short, long := line("x"+s), text("x"+s)
		for name, want := range map[string]string{"UID": short, "SUMMARY": short, "LOCATION": short, "CATEGORIES": short, "NAME": short, "X-WR-CALNAME": short, "X-WR-CALDESC": long} {
			if len(got[name]) != 1 || unescape(got[name][0]) != want {
				t.Fatalf("%s: %q, want %q", name, got[name], want)
			}
		}
		if d := got["DESCRIPTION"]; len(d) != 2 || unescape(d[1]) != long || got["BEGIN"][0] != "VCALENDAR" || len(got["BEGIN"]) != 5 {
			t.Fatalf("%q", got)
		}
		parsed, err := ics.ParseCalendar(bytes.NewReader(out))
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if v := parsed.Events(); len(v) != 1 || v[0].GetProperty(ics.ComponentPropertySummary).Value != short || v[0].GetProperty(ics.ComponentPropertyDescription).Value != long {
			t.Fatalf("%q read as %+v", s, v)
		}
	})
}
