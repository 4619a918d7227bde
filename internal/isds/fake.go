package isds

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"epom/internal/clock"
)

// Fake behaves as the data box system does, in memory: states follow one another with delays, requests fail as told, boxes
// are closed. It is for tests and for the demo; its receipts are no data messages and say so.
//
// After a restart it still knows the numbers it gave: a number carries the time of sending and the habit of the box.
type Fake struct {
	Clock clock.Clock
	Stamp time.Duration // from sending to the timestamp
	Boxed time.Duration // from sending to the box
	// Habit says how a box is used: signed in so long after a message came, never when zero; or closed. nil = HabitOf.
	Habit func(box string) (after time.Duration, closed bool)

	mu    sync.Mutex
	sent  map[string]Outgoing // by number
	last  int64
	fails []fail
	calls map[string]int
}

// fail makes the next calls of a kind answer an error; before = the call has no effect, else its answer is lost.
type fail struct {
	call   string
	err    error
	effect bool
}

// habits by the last digit of a number: hours after which somebody signs in.
var habits = [10]time.Duration{time.Hour, 3 * time.Hour, 8 * time.Hour, 20 * time.Hour, 26 * time.Hour, 50 * time.Hour, 75 * time.Hour, 0, 0, 0}

const (
	habitNever  = 8
	habitClosed = 9
)

// HabitOf makes up how a box of the demo is used: those that begin with "zav" are closed, "fik" never signs in.
func HabitOf(box string) (after time.Duration, closed bool) {
	sum := 0
	for _, r := range box {
		sum += int(r)
	}
	switch {
	case strings.HasPrefix(box, "zav"):
		return 0, true
	case strings.HasPrefix(box, "fik"):
		return 0, false
	}
	return habits[sum%7], false
}

// Fail lets the next call ("send", "find", "status", "receipt") answer an error without effect.
func (f *Fake) Fail(call string, err error) { f.fail(call, err, false) }

// Lose lets the next call have its effect, and its answer be lost.
func (f *Fake) Lose(call string, err error) { f.fail(call, err, true) }

func (f *Fake) fail(call string, err error, effect bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fails = append(f.fails, fail{call, err, effect})
}

// Calls is how often a call was made.
func (f *Fake) Calls(call string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls[call]
}

// Messages is how many messages were sent.
func (f *Fake) Messages() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.sent)
}

// enter counts a call and answers how it is to fail; the lock is held till leave.
func (f *Fake) enter(ctx context.Context, call string) (fail, error) {
	if err := ctx.Err(); err != nil {
		return fail{}, err
	}
	f.mu.Lock()
	if f.calls == nil {
		f.calls, f.sent = map[string]int{}, map[string]Outgoing{}
	}
	f.calls[call]++
	for i, x := range f.fails {
		if x.call == call {
			f.fails = append(f.fails[:i:i], f.fails[i+1:]...)
			return x, nil
		}
	}
	return fail{}, nil
}

// Send takes a message over.
func (f *Fake) Send(ctx context.Context, m Outgoing) (string, error) {
	if err := m.Check(); err != nil {
		return "", err
	}
	for _, file := range m.Files { // a real client reads them all
		r, err := file.Open()
		if err != nil {
			return "", err
		}
		n, err := io.Copy(io.Discard, r)
		_ = r.Close()
		if err != nil || n != file.Size {
			return "", fmt.Errorf("isds: attachment: %d of %d bytes (%v)", n, file.Size, err)
		}
	}
	x, err := f.enter(ctx, "send")
	if err != nil {
		return "", err
	}
	defer f.mu.Unlock()
	if x.err != nil && !x.effect {
		return "", x.err
	}
	digit := int64(habitNever)
	after, closed := f.habit(m.To)
	for i, h := range habits[:7] {
		if h == after {
			digit = int64(i)
		}
	}
	if closed {
		digit = habitClosed
	}
	f.last = max(f.last+1, f.Clock.Now().UnixMilli())
	id := strconv.FormatInt(f.last*10+digit, 10)
	f.sent[id] = m
	return id, x.err
}

func (f *Fake) habit(box string) (time.Duration, bool) {
	if f.Habit != nil {
		return f.Habit(box)
	}
	return HabitOf(box)
}

// Find looks for a message of the same identity.
func (f *Fake) Find(ctx context.Context, m Outgoing) (string, error) {
	x, err := f.enter(ctx, "find")
	if err != nil {
		return "", err
	}
	defer f.mu.Unlock()
	for id, s := range f.sent {
		if s.Identity == m.Identity && s.From == m.From && s.To == m.To {
			return id, x.err
		}
	}
	return "", x.err
}

// Status counts the state of a message from its age.
func (f *Fake) Status(ctx context.Context, from, id string) (Status, error) {
	x, err := f.enter(ctx, "status")
	if err != nil {
		return Status{}, err
	}
	defer f.mu.Unlock()
	if x.err != nil {
		return Status{}, x.err
	}
	return f.status(from, id)
}

func (f *Fake) status(from, id string) (Status, error) {
	n, err := strconv.ParseInt(id, 10, 64)
	now := f.Clock.Now()
	sent := time.UnixMilli(n / 10).UTC()
	if err != nil || sent.After(now.Add(time.Second)) || sent.Year() < 2020 { // numbers given in one instant run ahead of it
		return Status{}, &Error{CodeNoMessage, "no such message"}
	}
	m, known := f.sent[id]
	if known && m.From != from {
		return Status{}, &Error{CodeNoMessage, "not a message of this box"}
	}
	after, closed := habits[n%10], n%10 == habitClosed
	if known {
		after, closed = f.habit(m.To)
	}
	s := Status{State: Submitted}
	if boxed := sent.Add(f.Boxed); now.Before(sent.Add(f.Stamp)) {
		return s, nil
	} else if s.State = Stamped; now.Before(boxed) {
		return s, nil
	} else if closed {
		s.State = Undelivered
		return s, nil
	} else {
		s.State, s.InBoxAt = InBox, boxed
	}
	fiction := clock.Date(s.InBoxAt).AddDate(0, 0, 11) // the tenth day is over
	noFiction := known && m.NoSubst
	switch login := s.InBoxAt.Add(after); {
	case after > 0 && !now.Before(login) && (login.Before(fiction) || noFiction):
		s.State, s.AcceptedAt = ByLogin, login
	case !now.Before(fiction) && !noFiction:
		s.State, s.AcceptedAt = ByFiction, fiction.Add(-time.Second).UTC()
	}
	return s, nil
}

// Receipt answers the delivery information once the message is stamped.
func (f *Fake) Receipt(ctx context.Context, from, id string) ([]byte, error) {
	x, err := f.enter(ctx, "receipt")
	if err != nil {
		return nil, err
	}
	defer f.mu.Unlock()
	if x.err != nil {
		return nil, x.err
	}
	s, err := f.status(from, id)
	if err != nil {
		return nil, err
	}
	if s.State < Stamped {
		return nil, &Error{CodeNoTimestamp, "the message has no timestamp yet"}
	}
	var b strings.Builder
	b.WriteString(xml.Header + "<!-- Zkušební doručenka e-POM, bez právních účinků -->\n")
	err = xml.NewEncoder(&b).Encode(struct {
		XMLName  xml.Name `xml:"GetDeliveryInfoResponse"`
		ID       string   `xml:"dmDelivery>dmDm>dmID"`
		Sender   string   `xml:"dmDelivery>dmDm>dbIDSender"`
		InBox    string   `xml:"dmDelivery>dmDeliveryTime,omitempty"`
		Accepted string   `xml:"dmDelivery>dmAcceptanceTime,omitempty"`
		State    int      `xml:"dmDelivery>dmMessageStatus"`
	}{ID: id, Sender: from, InBox: stamp(s.InBoxAt), Accepted: stamp(s.AcceptedAt), State: s.State})
	return []byte(b.String()), err
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(clock.Prague).Format("2006-01-02T15:04:05.000-07:00")
}
