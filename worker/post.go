package worker

import (
	"context"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"
	"time"

	"epom/forms"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/mail"
	"epom/notify"
	"epom/offices"
	"epom/submissions"
	"epom/users"
)

// letter is anything of notify that becomes a message.
type letter interface {
	Message() (notify.Message, error)
}

// to is where a letter goes.
type to struct {
	uniq    string // what it is about: the same news goes once
	address string
	name    string
	office  *offices.Office // answers go there; nil = nowhere
	files   []mail.File
}

// queue writes a letter into the outbox within the transaction. Nothing goes to nobody; an address that cannot be one is
// noted and left, so that it holds up nothing else.
func (w *Worker) queue(ctx context.Context, tx *db.Tx, t to, l letter) error {
	if t.address == "" {
		return nil
	}
	m, err := l.Message()
	if err != nil {
		return err
	}
	out := mail.Message{Office: tx.Office, Uniq: t.uniq, To: t.address, ToName: t.name, Subject: m.Subject, Text: m.Text, HTML: m.HTML,
		Files: db.J(t.files), CreatedAt: w.Clock.Now()}
	if t.office != nil {
		if a, err := netmail.ParseAddress(t.office.Email); err == nil {
			out.ReplyTo = a.Address
		}
	}
	err = mail.Queue(ctx, tx, out)
	if errs.Is(err, errs.Invalid) {
		w.Log.Warn("mail: no such address", "about", t.uniq)
		return nil
	}
	return err
}

// statusPage is the address of a submission's page that opens without the PIN.
func (w *Worker) statusPage(reference string) string {
	return w.BaseURL + "/podani/" + reference + "?k=" + w.Submissions.Ticket(reference)
}

func (w *Worker) casePage(id int64) string { return fmt.Sprintf("%s/kancelar/spisy/%d", w.BaseURL, id) }

// DraftLink queues the mail with the link by which a person goes on with a draft, within the transaction that remembers
// her address. Asking again sends again.
func (w *Worker) DraftLink(tx *db.Tx, d *submissions.Draft, link string) error {
	uniq := fmt.Sprintf("draft/%d/%d", d.ID, w.Clock.Now().UnixNano())
	return w.queue(context.Background(), tx, to{uniq: uniq, address: d.Email},
		notify.Draft{Lang: d.Lang, Form: d.Form.Title.In(forms.Lang(d.Lang)), Link: link, Expires: d.ExpiresAt.In(clock.Prague)})
}

// SignInLink sends a one-time link to an account's own address; path is the local part of the link.
func (w *Worker) SignInLink(ctx context.Context, a users.Account, path string) error {
	return w.send(ctx, 0, "sign-in", a, notify.SignIn{Link: w.BaseURL + path, Minutes: int(users.LinkLife / time.Minute)})
}

// Invitation asks a person to come and work in an office; path is the local part of the link.
func (w *Worker) Invitation(ctx context.Context, a users.Account, o *offices.Office, path string) error {
	return w.send(ctx, o.ID, "invitation", a, notify.Invitation{Office: o.Name, Link: w.BaseURL + path, Days: int(users.InviteLife / (24 * time.Hour))})
}

func (w *Worker) send(ctx context.Context, office int32, about string, a users.Account, l letter) error {
	if !strings.HasPrefix(w.BaseURL, "http") {
		return errors.New("mail: the address of the site is not set")
	}
	uniq := fmt.Sprintf("%s/%d/%d", about, a.ID, w.Clock.Now().UnixNano())
	return w.DB.Tx(ctx, system(office), func(tx *db.Tx) error {
		return w.queue(ctx, tx, to{uniq: uniq, address: a.Email, name: a.Name}, l)
	})
}
