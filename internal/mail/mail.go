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
	To        string          `db:"to_address"`
	ToName    string          `db:"to_name"`
	ReplyTo   string          `db:"reply_to"` // address; empty = the sender's
	Subject   string          `db:"subject"`
	Text      string          `db:"text"`
	HTML      string          `db:"html"` // empty = text only
	Files     db.JSON[[]File] `db:"files"`
	CreatedAt time.Time       `db:"created_at"`
	SentAt    *time.Time      `db:"sent_at"`
}

// File is an attachment that lies in the file store.
type File struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	SHA256 string `json:"sha256"`
}

// Queue writes a message and the job that sends it within the transaction. A message with a Uniq written before is
// silently left out. Invalid: an address that cannot be one. Control characters in headers become spaces.
func Queue(ctx context.Context, tx *db.Tx, m Message) error {
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
	var id int64
	err := db.Classify(tx.GetContext(ctx, &id, queries.Get("queue"), m.Office, m.Uniq, m.To, oneLine(m.ToName), m.ReplyTo,
		oneLine(m.Subject), m.Text, m.HTML, m.Files, m.CreatedAt))
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return jobs.Enqueue(ctx, tx, jobs.Job{Kind: Kind, Office: m.Office, Payload: payload{id}, Uniq: fmt.Sprint(id)})
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

// SendJob is the handler of Kind. A message is handed over at least once; only when the process dies between the
// server's answer and the commit, a second copy goes with the same Message-ID, by which mailboxes know it.
func SendJob(d *db.DB, clk clock.Clock, s Sender, open Opener) jobs.Handler {
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
			return c.DoneIn(ctx, tx)
		})
	}
}
