package worker

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"epom/board"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
	"epom/internal/mail"
	"epom/notify"
	"epom/records"
	"epom/records/dispatch"
	"epom/submissions"
)

// Kinds of the work of sending out that only this room asks for.
const (
	jobDispatchBoard = "dispatch-board" // payload board.Ref: a document went up on the board, or came down
	jobDispatchSweep = "dispatch-sweep" // scheduled: what waits for the data box system
)

// mostMailed is how large the files of one e-mail may be together, in bytes: many servers refuse more.
const mostMailed = 20 << 20

// sending reads a sending with its state and its document, which must be still there to be sent. The transaction holds
// its row.
func (w *Worker) sending(ctx context.Context, tx *db.Tx, id int64) (d dispatch.Dispatch, s dispatch.State, doc records.Document, err error) {
	if d, s, err = dispatch.Read(ctx, tx, w.Dispatch, id, w.Clock.Now()); err != nil {
		return d, s, doc, gone(err)
	}
	docs, err := records.Documents(ctx, tx, d.CaseID)
	for _, x := range docs {
		if x.ID == d.DocumentID {
			doc = x
		}
	}
	return d, s, doc, err
}

// round is how many times the sending was begun: news of one round are noted once.
func round(d dispatch.Dispatch) string {
	n := 0
	for _, e := range d.Events {
		if e.Kind == dispatch.EventRetried {
			n++
		}
	}
	return strconv.Itoa(n)
}

// failed notes that a sending came to nothing, with the reason for the clerk.
func (w *Worker) failed(ctx context.Context, tx *db.Tx, d dispatch.Dispatch, why string) error {
	_, err := dispatch.Note(ctx, tx, d.ID, dispatch.Happened{Kind: dispatch.EventFailed, At: w.Clock.Now(), Key: "failed/" + round(d), Data: map[string]any{"why": why}})
	return err
}

// unfit says why a document cannot go by a machine; empty when it can.
func unfit(doc records.Document, most int64) string {
	total, files := int64(0), dispatch.Files(doc)
	for _, f := range files {
		total += f.Size
	}
	switch {
	case doc.CancelledAt != nil:
		return "Dokument byl mezitím stornován."
	case len(files) == 0:
		return "Dokument nemá žádný soubor, který by šlo poslat. Přiložte ho a zkuste to znovu."
	case total > most:
		return fmt.Sprintf("Soubory mají dohromady víc než %d MB. Zmenšete je, nebo zvolte jinou cestu.", most>>20)
	}
	return ""
}

// dispatchEmail writes the letter into the outbox. Tried again, it is the same message with the same Message-ID.
func (w *Worker) dispatchEmail(ctx context.Context, c jobs.Claimed) error {
	var ref dispatch.Ref
	if err := c.Decode(&ref); err != nil {
		return err
	}
	o, err := w.Offices.ByID(c.Office)
	if err != nil {
		return gone(err)
	}
	return w.DB.Tx(ctx, system(c.Office), func(tx *db.Tx) error {
		d, s, doc, err := w.sending(ctx, tx, ref.Dispatch)
		if err != nil {
			return err
		}
		if s.Kind != dispatch.Waiting || d.Way != dispatch.Email {
			return c.DoneIn(ctx, tx)
		}
		if why := unfit(doc, mostMailed); why != "" {
			if err := w.failed(ctx, tx, d, why); err != nil {
				return err
			}
			return c.DoneIn(ctx, tx)
		}
		var files []mail.File
		for _, f := range dispatch.Files(doc) {
			files = append(files, mail.File{Name: f.Name, Type: f.MediaType, SHA256: f.SHA256})
		}
		l := notify.Dispatched{Office: o.Name, Contact: submissions.Contact(o), Subject: d.Subject, Number: d.Number, Confirm: d.Proof,
			Till: w.Dispatch.Calendar.AddWorkingDays(clock.Date(w.Clock.Now()), 1)}
		if _, err := dispatch.Note(ctx, tx, d.ID, dispatch.Happened{Kind: dispatch.EventTried, At: w.Clock.Now(), Key: "mail/" + round(d)}); err != nil {
			return err
		}
		if err := w.queue(ctx, tx, to{uniq: mailOf(d.OfficeID, d.ID), address: d.Email, name: d.Name, office: o, files: files}, l); err != nil {
			return err
		}
		if err := mail.Again(ctx, tx, mailOf(d.OfficeID, d.ID)); err != nil {
			return err
		}
		return c.DoneIn(ctx, tx)
	})
}

// mailOf names the message of a sending in the outbox; ofMail reads it back.
func mailOf(office int32, id int64) string { return fmt.Sprintf("dispatch/%d/%d", office, id) }

func ofMail(uniq string) (id int64, ok bool) {
	parts := strings.Split(uniq, "/")
	if len(parts) != 3 || parts[0] != "dispatch" {
		return 0, false
	}
	id, err := strconv.ParseInt(parts[2], 10, 64)
	return id, err == nil
}

// dispatchSent notes, in the transaction of the outbox, that the mail server took a document over.
func (w *Worker) dispatchSent(ctx context.Context, tx *db.Tx, m mail.Message) error {
	id, ok := ofMail(m.Uniq)
	if !ok {
		return nil
	}
	_, err := dispatch.Note(ctx, tx, id, dispatch.Happened{Kind: dispatch.EventSent, At: w.Clock.Now(), Key: "mail/sent", Fact: true})
	return err
}

// dispatchMail stands before the outbox: a document cancelled meanwhile does not go, and a message that was refused for
// good is a failed sending with the server's reason.
func (w *Worker) dispatchMail(send jobs.Handler) jobs.Handler {
	return func(ctx context.Context, c jobs.Claimed) error {
		var ref struct {
			ID int64 `json:"id"`
		}
		if err := json.Unmarshal(c.Payload, &ref); err != nil {
			return send(ctx, c)
		}
		m, err := mail.Get(ctx, w.DB, ref.ID)
		id, ours := ofMail(m.Uniq)
		if err != nil || !ours || m.SentAt != nil {
			return send(ctx, c)
		}
		note := func(why func(records.Document) string) (stop bool, err error) {
			err = w.DB.Tx(ctx, system(m.Office), func(tx *db.Tx) error {
				d, s, doc, err := w.sending(ctx, tx, id)
				if err != nil {
					return err
				}
				if text := why(doc); text != "" {
					stop = true
					if s.Kind == dispatch.Waiting {
						return w.failed(ctx, tx, d, text)
					}
				}
				return nil
			})
			return stop, err
		}
		stop, err := note(func(doc records.Document) string {
			if doc.CancelledAt != nil {
				return unfit(doc, mostMailed)
			}
			return ""
		})
		if err != nil || stop {
			return err
		}
		err = send(ctx, c)
		if err != nil && (jobs.IsPermanent(err) || c.Attempt >= mail.Attempts) {
			reason := "Poštovní server zprávu nepřijal: " + short(err.Error(), 200)
			if _, noted := note(func(records.Document) string { return reason }); noted != nil {
				return noted // tried again, so that the failure is not lost
			}
		}
		return err
	}
}

func short(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

// dispatchBoard brings the fact of posting back to the document that hangs.
func (w *Worker) dispatchBoard(ctx context.Context, c jobs.Claimed) error {
	return w.onBoard(ctx, c, func(tx *db.Tx, ref board.Ref) error {
		p, err := board.ByID(ctx, tx, ref.Posting)
		if err != nil || p.DocumentID == nil {
			return err
		}
		err = dispatch.FromBoard(ctx, tx, w.Dispatch, *p.DocumentID, p.Number(), p.PostedAt, p.RemovedAt, p.EffectOn, w.Clock.Now())
		if errs.Is(err, errs.Conflict) || errs.Is(err, errs.Invalid) { // it goes to somebody another way; the board hangs all the same
			return nil
		}
		return err
	})
}
