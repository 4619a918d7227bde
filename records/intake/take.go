package intake

import (
	"bytes"
	"context"
	"io"
	"strconv"
	"time"

	"epom/internal/audit"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
	"epom/records"
)

// Taker takes in whole files: messages and anything else, one document each.
type Taker struct {
	DB     *db.DB
	Reader Reader
	Law    func() *records.Law
	Clock  clock.Clock
}

// Taken is a file that was taken in.
type Taken struct {
	Done
	Item *Item
}

// Take reads a file and registers it in a case file of its own. Invalid: it was refused with the reason, which is kept and,
// when it is a letter of a person, told to the sender.
func (t *Taker) Take(ctx context.Context, scope db.Scope, name string, body io.Reader) (Taken, error) {
	head := &beginning{r: body}
	it, err := t.Reader.Read(ctx, name, head)
	if errs.Is(err, errs.Invalid) {
		if e := t.refuse(ctx, scope, name, errs.Message(err), head.seen.Bytes()); e != nil {
			return Taken{}, e
		}
	}
	if err != nil {
		return Taken{}, err
	}
	done, err := t.Register(ctx, scope, it)
	return Taken{done, it}, err
}

// Register registers an item that was read.
func (t *Taker) Register(ctx context.Context, scope db.Scope, it *Item) (done Done, err error) {
	err = t.DB.Tx(ctx, scope, func(tx *db.Tx) error {
		now := t.Clock.Now()
		done, err = Register(ctx, tx, t.Law(), it.New(now), now)
		return err
	})
	return done, err
}

// unknown stands for a sender about whom an item says nothing.
var unknown = records.Party{Kind: records.Person, Name: "Neznámý odesílatel"}

// New is the registration that an item asks for by itself: a case file and an unidentified sender, delivered when the
// message proves it, else now.
func (it *Item) New(now time.Time) New {
	at := now
	if it.DeliveredAt != nil && it.DeliveredAt.Before(now) {
		at = *it.DeliveredAt
	}
	who, way := it.Sender, it.Way
	if who.Name == "" {
		who = unknown
	}
	if way == "" {
		way = Other
	}
	it.Envelope["read"] = stamp(&now)
	if it.AnswerTo != "" {
		it.Envelope["answer_to"] = it.AnswerTo
	}
	if it.OurNo != "" {
		it.Envelope["answers"] = it.OurNo
	}
	return New{Case: records.NewCase{Subject: it.Subject}, Sender: who, Keys: []string{it.Key}, AnswerTo: it.AnswerTo,
		Document: records.NewDocument{Kind: it.Kind, Subject: it.Subject, Channel: way, ForeignNumber: clip(it.ForeignNo, 100), DeliveredAt: &at,
			AttachmentNote: it.Note(), Envelope: it.Envelope, Components: it.Components()}}
}

// Note counts the digital attachments and names the lost ones (§ 3(3)(f) of Decree 259/2012 Sb.).
func (it *Item) Note() string {
	s := ""
	if it.Digital > 0 {
		s = strconv.Itoa(it.Digital) + " el. příloh"
		switch {
		case it.Digital == 1:
			s = "1 el. příloha"
		case it.Digital < 5:
			s = strconv.Itoa(it.Digital) + " el. přílohy"
		}
	}
	for _, l := range it.Losses {
		s = joinedBy("; ", s, l.Name+": "+l.Why)
	}
	return clip(s, 2000)
}

func joinedBy(sep, a, b string) string {
	if a == "" {
		return b
	}
	return a + sep + b
}

// Problem is what went wrong inside a taken item, in one sentence; empty = nothing.
func (it *Item) Problem() string {
	s := ""
	for _, l := range it.Losses {
		s = joinedBy(" ", s, l.Name+": "+l.Why)
	}
	for _, w := range it.Warnings {
		s = joinedBy(" ", s, w)
	}
	return s
}

// Refusal is what was not taken in.
type Refusal struct {
	ID      int64     `db:"id"`
	At      time.Time `db:"at"`
	Name    string    `db:"name"`
	Why     string    `db:"why"`
	Sender  string    `db:"sender"`
	Subject string    `db:"subject"`
}

// refuse keeps that a file was not taken in, and has the person who wrote it told.
func (t *Taker) refuse(ctx context.Context, scope db.Scope, name, why string, head []byte) error {
	r := Refusal{Name: clip(name, 200), Why: why}
	if looksLikeMail(head) {
		u := &unpacking{item: &Item{Envelope: map[string]any{}}}
		u.letter(newHeaders(head), "")
		r.Sender, r.Subject = u.item.AnswerTo, u.item.Subject
	}
	return t.DB.Tx(ctx, scope, func(tx *db.Tx) error {
		now := t.Clock.Now()
		if err := tx.GetContext(ctx, &r.ID, queries.Get("refuse"), tx.Office, now, tx.Actor, r.Name, r.Why, r.Sender, r.Subject); err != nil {
			return err
		}
		audit.Write(tx, audit.Event{At: now, Action: "refused", ObjectType: "intake", ObjectID: strconv.FormatInt(r.ID, 10), Data: map[string]any{"why": why}})
		if r.Sender == "" {
			return nil
		}
		return jobs.Enqueue(ctx, tx, jobs.Job{Kind: JobRefused, Office: tx.Office, Payload: Ref{tx.Office, r.ID}, Uniq: strconv.Itoa(int(tx.Office)) + "/" + strconv.FormatInt(r.ID, 10)})
	})
}

// RefusalByID reads one refusal.
func RefusalByID(ctx context.Context, tx *db.Tx, id int64) (Refusal, error) {
	var r Refusal
	err := tx.GetContext(ctx, &r, queries.Get("refusal"), tx.Office, id)
	return r, db.Classify(err)
}

// Refusals lists the latest refusals.
func Refusals(ctx context.Context, tx *db.Tx, limit int) ([]Refusal, error) {
	list := []Refusal{}
	err := tx.SelectContext(ctx, &list, queries.Get("refusals"), tx.Office, limit)
	return list, err
}

// beginning remembers the first bytes of what is read, for the header of a message that cannot be kept.
type beginning struct {
	r    io.Reader
	seen bytes.Buffer
}

func (b *beginning) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if left := 64<<10 - b.seen.Len(); left > 0 {
		b.seen.Write(p[:min(n, left)])
	}
	return n, err
}

// Together makes one item of several files that came together: the first message among them says who and when.
func Together(items []*Item) *Item {
	if len(items) == 0 {
		return &Item{Envelope: map[string]any{}}
	}
	lead := items[0]
	for _, it := range items {
		if it.Way != "" {
			lead = it
			break
		}
	}
	all := *lead
	all.Pieces, all.Losses, all.Warnings, all.Digital = nil, nil, nil, 0
	for _, it := range items {
		offset := len(all.Pieces)
		for _, p := range it.Pieces {
			if p.From >= 0 {
				p.From += offset
			}
			all.Pieces = append(all.Pieces, p)
		}
		all.Losses, all.Warnings = append(all.Losses, it.Losses...), append(all.Warnings, it.Warnings...)
		all.Digital += it.Digital
	}
	return &all
}
