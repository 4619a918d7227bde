package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"epom/board"
	"epom/forms"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/mail"
	"epom/notify"
	"epom/offices"
	"epom/submissions"
	"epom/users"
)

// letters queues the mails that handlers ask for; handlers themselves know no mail.
type letters struct {
	db    *db.DB
	clock clock.Clock
	base  string // address of the site
}

// SignInLink mails somebody of the staff a link she asked for.
func (l *letters) SignInLink(ctx context.Context, to users.Account, path string) error {
	m, err := notify.SignIn{Name: to.Name, Link: l.base + path, Minutes: 15}.Message()
	if err != nil {
		return err
	}
	return l.db.Tx(ctx, db.Scope{Actor: "system"}, func(tx *db.Tx) error { return l.queue(ctx, tx, 0, to, path, m) })
}

// Invitation mails somebody that an office wants her to work there.
func (l *letters) Invitation(ctx context.Context, to users.Account, office *offices.Office, path string) error {
	i := notify.Invitation{Name: to.Name, Office: office.Name, SignIn: l.base + "/prihlaseni"}
	if path != "" {
		i.Link = l.base + path
	}
	m, err := i.Message()
	if err != nil {
		return err
	}
	about := fmt.Sprintf("%d %d %s", office.ID, to.ID, l.clock.Now().Format(time.RFC3339Nano))
	return l.db.Tx(ctx, db.Scope{Actor: "system"}, func(tx *db.Tx) error { return l.queue(ctx, tx, office.ID, to, about, m) })
}

// queue keys the mail by a hash: what it is about may hold a secret.
func (l *letters) queue(ctx context.Context, tx *db.Tx, office int32, to users.Account, about string, m notify.Message) error {
	h := sha256.Sum256([]byte(about))
	return mail.Queue(ctx, tx, mail.Message{Office: office, Uniq: "account/" + hex.EncodeToString(h[:12]), To: to.Email, ToName: to.Name,
		Subject: m.Subject, Text: m.Text, HTML: m.HTML, CreatedAt: l.clock.Now()})
}

// Draft queues the link by which a citizen goes on with a form, in the transaction that remembers her address.
func (l *letters) Draft(tx *db.Tx, d *submissions.Draft, link string) error {
	m, err := notify.Draft{Lang: d.Lang, Form: d.Form.Title.In(forms.Lang(d.Lang)), Link: link, Expires: d.ExpiresAt.In(clock.Prague)}.Message()
	if err != nil {
		return err
	}
	uniq := fmt.Sprintf("draft/%d/%d/%s", d.ID, d.Revision, l.clock.Now().Format(time.RFC3339Nano))
	return mail.Queue(context.Background(), tx, mail.Message{Uniq: uniq, To: d.Email, Subject: m.Subject, Text: m.Text, HTML: m.HTML, CreatedAt: l.clock.Now()})
}

// Told queues the link by which a person confirms that she wants to be told of postings, with what else is kept of her.
func (l *letters) Told(tx *db.Tx, s *board.Subscription, wished notify.Wished, link string) error {
	m, err := notify.AskConfirm{Lang: s.Lang, Wished: wished, Link: link, Until: s.ExpiresAt.In(clock.Prague)}.Message()
	if err != nil {
		return err
	}
	topic := board.Topic(s.ID)
	return mail.Queue(context.Background(), tx, mail.Message{Uniq: topic + "/confirm", Topic: topic, To: s.Email, Subject: m.Subject, Text: m.Text, HTML: m.HTML, CreatedAt: l.clock.Now()})
}
