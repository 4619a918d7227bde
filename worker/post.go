package worker

import (
	"context"
	"fmt"
	netmail "net/mail"

	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/mail"
	"epom/notify"
	"epom/offices"
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
