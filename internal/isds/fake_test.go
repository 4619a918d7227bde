package isds_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"epom/internal/clock"
	"epom/internal/isds"
)

var monday = time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC)

func outgoing(to string) isds.Outgoing {
	return isds.Outgoing{From: "abc2d3f", To: to, Subject: "Rozhodnutí", Identity: "1/7", Files: []isds.Attachment{{Name: "a.pdf", Size: 3,
		Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("%PD")), nil }}}}
}

// A message goes through the states of the system as time goes on.
func TestFakeGoesThroughTheStates(t *testing.T) {
	t.Parallel()
	never := func(string) (time.Duration, bool) { return 0, false }
	login := func(string) (time.Duration, bool) { return 26 * time.Hour, false }
	closed := func(string) (time.Duration, bool) { return 0, true }
	for _, c := range []struct {
		name  string
		habit func(string) (time.Duration, bool)
		noFic bool
		after time.Duration
		want  int
	}{
		{"just sent", login, false, 0, isds.Submitted}, {"stamped", login, false, 20 * time.Second, isds.Stamped}, {"in the box", login, false, 2 * time.Minute, isds.InBox},
		{"signed in", login, false, 27 * time.Hour, isds.ByLogin}, {"the tenth day", never, false, 10*24*time.Hour + 13*time.Hour, isds.InBox},
		{"after the tenth day", never, false, 10*24*time.Hour + 15*time.Hour, isds.ByFiction}, {"fiction excluded", never, true, 100 * 24 * time.Hour, isds.InBox},
		{"closed box", closed, false, 2 * time.Minute, isds.Undelivered},
	} {
		clk := clock.NewFake(monday)
		f := &isds.Fake{Clock: clk, Stamp: 10 * time.Second, Boxed: time.Minute, Habit: c.habit}
		m := outgoing("xyz2345")
		m.NoSubst = c.noFic
		id, err := f.Send(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		clk.Advance(c.after)
		s, err := f.Status(t.Context(), m.From, id)
		if err != nil || s.State != c.want || (s.State == isds.ByLogin || s.State == isds.ByFiction) != !s.AcceptedAt.IsZero() {
			t.Errorf("%s: %+v (%v), want state %d", c.name, s, err, c.want)
		}
		if _, err := f.Status(t.Context(), "other23", id); isds.CodeOf(err) != isds.CodeNoMessage {
			t.Errorf("%s: another box sees the message (%v)", c.name, err)
		}
		again := &isds.Fake{Clock: clk, Stamp: f.Stamp, Boxed: f.Boxed} // after a restart
		if s2, err := again.Status(t.Context(), m.From, id); err != nil || !c.noFic && s2 != s {
			t.Errorf("%s: after a restart %+v (%v), before %+v", c.name, s2, err, s)
		}
	}
}

// Many messages of one instant have numbers of their own, and all can be asked about.
func TestFakeTakesManyAtOnce(t *testing.T) {
	t.Parallel()
	f, seen := &isds.Fake{Clock: clock.NewFake(monday), Stamp: time.Second, Boxed: time.Minute}, map[string]bool{}
	for range 5 {
		id, err := f.Send(t.Context(), outgoing("xyz2345"))
		if err != nil || seen[id] {
			t.Fatalf("%s again (%v)", id, err)
		}
		seen[id] = true
		if s, err := f.Status(t.Context(), "abc2d3f", id); err != nil || s.State != isds.Submitted {
			t.Errorf("%+v %v", s, err)
		}
	}
}

func TestFakeFailsAsTold(t *testing.T) {
	t.Parallel()
	f := &isds.Fake{Clock: clock.NewFake(monday), Stamp: time.Second, Boxed: time.Minute}
	overload := &isds.Error{Code: isds.CodeOverload}
	f.Fail("send", overload)
	if _, err := f.Send(t.Context(), outgoing("xyz2345")); !errors.Is(err, overload) || !isds.Temporary(err) || f.Messages() != 0 {
		t.Errorf("overload: %v, %d messages", err, f.Messages())
	}
	f.Lose("send", errors.New("connection reset"))
	if id, err := f.Send(t.Context(), outgoing("xyz2345")); err == nil || id == "" || f.Messages() != 1 {
		t.Errorf("lost answer: %q %v", id, err)
	}
	id, err := f.Find(t.Context(), outgoing("xyz2345"))
	if err != nil || id == "" {
		t.Fatalf("the message is not found: %v", err)
	}
	if _, err := f.Receipt(t.Context(), "abc2d3f", id); isds.CodeOf(err) != isds.CodeNoTimestamp || !isds.Temporary(err) {
		t.Errorf("receipt before the timestamp: %v", err)
	}
	big := outgoing("xyz2345")
	big.Files[0].Size = isds.MaxMessage + 1
	if _, err := f.Send(t.Context(), big); isds.CodeOf(err) != isds.CodeBigMessage || isds.Temporary(err) {
		t.Errorf("too large: %v", err)
	}
	for _, wrong := range []isds.Outgoing{{To: "xyz"}, {To: "xyz2345"}, {To: "xyz2345", Files: make([]isds.Attachment, isds.MaxFiles+1)}} {
		if err := wrong.Check(); err == nil || isds.Temporary(err) {
			t.Errorf("%d files to %q: %v", len(wrong.Files), wrong.To, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Status(ctx, "abc2d3f", id); !errors.Is(err, context.Canceled) {
		t.Errorf("ended context: %v", err)
	}
	if !isds.Temporary(errors.New("timeout")) || isds.Temporary(nil) {
		t.Error("a broken network is temporary, no error is none")
	}
}
