// Package mail keeps outgoing messages in the database and sends them by background jobs, so that a message exists
// exactly when the act it tells of was committed, and waits while the mail server is away.
package mail

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"math"
	netmail "net/mail"
	"strings"
	"time"
	"unicode"

	"github.com/lib/pq"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
)

//go:embed mail.sql
var text string

var queries = db.Load("mail", text)

// Kind is the kind of the job that sends one message; its handler is SendJob.
const Kind = "mail-send"

// Attempts is how often sending is tried: with the pauses of the jobs about a day.
const Attempts = 100

// Message is one outgoing message to one person.
type Message struct {
	ID        int64           `db:"id"`
	Office    int32           `db:"office_id"` // on whose behalf; 0 = the installation
	Uniq      string          `db:"uniq"`      // what it is about, such as "submission/12/received": the same news is written once
	Topic     string          `db:"topic"`     // what it belongs to when that may have to be forgotten; see Forget
	To        string          `db:"to_address"`
	ToName    string          `db:"to_name"`
	ReplyTo   string          `db:"reply_to"` // address; empty = the sender's
	Subject   string          `db:"subject"`
	Text      string          `db:"text"`
	HTML      string          `db:"html"` // empty = text only
	Files     db.JSON[[]File] `db:"files"`
	End       string          `db:"end_url"` // where a POST ends what the message is one of (RFC 8058); empty = a message of its own
	CreatedAt time.Time       `db:"created_at"`
	SentAt    *time.Time      `db:"sent_at"`
}

// File is an attachment that lies in the file store.
type File struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	SHA256 string `json:"sha256"`
}

// Queue writes messages and the jobs that send them within the transaction, however many by two statements. A message with
// a Uniq written before is silently left out. Invalid: an address that cannot be one. Control characters in headers
// become spaces.
func Queue(ctx context.Context, tx *db.Tx, messages ...Message) error {
	rows := make([]row, len(messages))
	for i, m := range messages {
		if m.Uniq == "" || m.Text == "" || m.CreatedAt.IsZero() {
			return fmt.Errorf("mail: message %q lacks its subject matter, text or time", m.Uniq)
		}
		for _, a := range []string{m.To, m.ReplyTo} {
			if parsed, err := netmail.ParseAddress(a); (err != nil || parsed.Address != a) && (a != "" || a == m.To) {
				return errs.Wrap(errs.Invalid, fmt.Errorf("mail: not an address"), "E-mailová adresa není správně.")
			}
		}
		if m.Files.V == nil {
			m.Files.V = []File{}
		}
		rows[i] = row{m.Office, m.Uniq, m.Topic, m.To, oneLine(m.ToName), m.ReplyTo, oneLine(m.Subject), m.Text, m.HTML, m.Files.V, m.End, m.CreatedAt}
	}
	var queued []struct {
		ID     int64 `db:"id"`
		Office int32 `db:"office_id"`
	}
	if err := tx.SelectContext(ctx, &queued, queries.Get("queue"), db.J(rows)); err != nil {
		return db.Classify(err)
	}
	sending := make([]jobs.Job, len(queued))
	for i, q := range queued {
		sending[i] = jobs.Job{Kind: Kind, Office: q.Office, Payload: payload{q.ID}, Uniq: fmt.Sprint(q.ID)}
	}
	return jobs.Enqueue(ctx, tx, sending...)
}

// row is a message on its way into the table.
type row struct {
	Office  int32     `json:"office"`
	Uniq    string    `json:"uniq"`
	Topic   string    `json:"topic"`
	To      string    `json:"to"`
	ToName  string    `json:"to_name"`
	ReplyTo string    `json:"reply_to"`
	Subject string    `json:"subject"`
	Text    string    `json:"text"`
	HTML    string    `json:"html"`
	Files   []File    `json:"files"`
	End     string    `json:"end_url"`
	At      time.Time `json:"at"`
}

// Forget empties all messages of topics, address and text, because the person asked to be forgotten. One not sent yet is
// not sent any more.
func Forget(ctx context.Context, tx *db.Tx, now time.Time, topics ...string) error {
	_, err := tx.ExecContext(ctx, queries.Get("forget"), pq.Array(topics), now)
	return db.Classify(err)
}

// ForgetSent empties messages of any topic that were sent before an instant: they have done what they were for.
func ForgetSent(ctx context.Context, tx *db.Tx, before time.Time) error {
	_, err := tx.ExecContext(ctx, queries.Get("forget-sent"), before)
	return db.Classify(err)
}

// oneLine makes a text fit for a header.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }), " ")
}

type payload struct {
	ID int64 `json:"id"`
}

// Get returns a message.
func Get(ctx context.Context, d *db.DB, id int64) (Message, error) {
	var m Message
	err := d.GetContext(ctx, &m, queries.Get("message"), id)
	return m, db.Classify(err)
}

// List returns messages, newest first, from before an id (0 = the newest); to, when not empty, only to that address.
func List(ctx context.Context, d *db.DB, before int64, to string, limit int) ([]Message, error) {
	if before <= 0 {
		before = math.MaxInt64
	}
	list := []Message{}
	err := d.SelectContext(ctx, &list, queries.Get("unscoped-messages"), before, to, limit)
	return list, db.Classify(err)
}

// Sender hands a message over. An error marked jobs.Permanent means that trying again is of no use. Errors hold no
// address of the recipient.
type Sender interface {
	Send(ctx context.Context, m Message, open Opener) error
}

// Opener opens an attachment by its hash, as blob.Store.Open does.
type Opener func(ctx context.Context, sha256 string) (io.ReadSeekCloser, int64, error)

// Capture is a Sender that hands over to nobody: the message stays readable in the table (demo, trial).
type Capture struct{}

// Send does nothing; the message counts as sent.
func (Capture) Send(context.Context, Message, Opener) error { return nil }

// Again enqueues the sending of a message that was written before and did not go; the message, and so its Message-ID, stays
// the same. Nothing happens when it is not there or went.
func Again(ctx context.Context, tx *db.Tx, uniq string) error {
	var ids []int64
	if err := tx.SelectContext(ctx, &ids, queries.Get("unsent"), uniq); err != nil {
		return db.Classify(err)
	}
	for _, id := range ids {
		if err := jobs.Enqueue(ctx, tx, jobs.Job{Kind: Kind, Office: tx.Office, Payload: payload{id}, Uniq: fmt.Sprint(id)}); err != nil {
			return err
		}
	}
	return nil
}

// SendJob is the handler of Kind; sent, when given, commits together with the mark that a message went. A message is handed over at least once; only when the process dies between the
// server's answer and the commit, a second copy goes with the same Message-ID, by which mailboxes know it.
func SendJob(d *db.DB, clk clock.Clock, s Sender, open Opener, sent ...func(context.Context, *db.Tx, Message) error) jobs.Handler {
	return func(ctx context.Context, c jobs.Claimed) error {
		var p payload
		if err := c.Decode(&p); err != nil {
			return err
		}
		m, err := Get(ctx, d, p.ID)
		if errs.Is(err, errs.NotFound) {
			return jobs.Permanent(errors.New("mail: the message is gone"))
		}
		if err != nil || m.SentAt != nil {
			return err
		}
		if err := s.Send(ctx, m, open); err != nil {
			return err
		}
		return d.Tx(ctx, db.Scope{Office: m.Office, Actor: "system"}, func(tx *db.Tx) error {
			if _, err := tx.ExecContext(ctx, queries.Get("sent"), m.ID, clk.Now()); err != nil {
				return err
			}
			for _, tell := range sent {
				if err := tell(ctx, tx, m); err != nil {
					return err
				}
			}
			return c.DoneIn(ctx, tx)
		})
	}
}
