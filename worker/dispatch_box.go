package worker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"
	"time"

	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/isds"
	"epom/internal/jobs"
	"epom/offices"
	"epom/records"
	"epom/records/dispatch"
)

// askSoon is when the data box system is first asked about a fresh message.
const askSoon = 2 * time.Minute

// dispatchSweep asks for what still waits for the data box system: fresh messages and news of those on their way.
func (w *Worker) dispatchSweep(ctx context.Context, c jobs.Claimed) error {
	if w.Boxes == nil {
		return nil
	}
	for _, o := range w.Offices.Snapshot().Participating() {
		err := w.DB.Tx(ctx, system(o.ID), func(tx *db.Tx) error {
			send, ask, err := dispatch.Open(ctx, tx, w.Dispatch, w.Clock.Now())
			if err != nil {
				return err
			}
			for kind, ids := range map[string][]int64{dispatch.JobBox: send, dispatch.JobAsk: ask} {
				for _, id := range ids {
					if err := jobs.Enqueue(ctx, tx, jobs.Job{Kind: kind, Office: o.ID, Payload: dispatch.Ref{Dispatch: id}, Uniq: strconv.FormatInt(id, 10), Priority: 6}); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// turn lets the calls for one data box go one at a time: the system refuses several at once.
func (w *Worker) turn(box string) (done func()) {
	m, _ := w.boxTurns.LoadOrStore(box, &sync.Mutex{})
	m.(*sync.Mutex).Lock()
	return m.(*sync.Mutex).Unlock
}

// dispatchBox hands a document over to the data box system. That we are about to is noted first; whoever finds the note
// without an answer looks among the sent messages before sending again, so that a crash in between sends nothing twice.
func (w *Worker) dispatchBox(ctx context.Context, c jobs.Claimed) error {
	var ref dispatch.Ref
	if err := c.Decode(&ref); err != nil {
		return err
	}
	o, err := w.Offices.ByID(c.Office)
	if err != nil {
		return gone(err)
	}
	if w.Boxes == nil { // waits for the sweep, or for a clerk who sends it by hand
		return nil
	}
	defer w.turn(o.DataBox)()
	m, tried, err := w.boxMessage(ctx, o, ref.Dispatch)
	if err != nil || m == nil {
		return err
	}
	id := ""
	if tried {
		id, err = w.Boxes.Find(ctx, *m)
	}
	if err == nil && id == "" {
		id, err = w.Boxes.Send(ctx, *m)
	}
	if isds.Temporary(err) {
		return err
	}
	return w.DB.Tx(ctx, system(o.ID), func(tx *db.Tx) error {
		d, err2 := dispatch.ByID(ctx, tx, ref.Dispatch)
		if err2 != nil {
			return err2
		}
		if err != nil {
			err2 = w.failed(ctx, tx, d, boxTrouble(err))
		} else {
			_, err2 = dispatch.Note(ctx, tx, d.ID, dispatch.Happened{Kind: dispatch.EventSent, At: w.Clock.Now(), Key: "isds/" + id, Fact: true, Data: map[string]any{"message": id}})
			if err2 == nil {
				err2 = jobs.Enqueue(ctx, tx, jobs.Job{Kind: dispatch.JobAsk, Office: o.ID, Payload: ref, Uniq: strconv.FormatInt(d.ID, 10), RunAt: w.Clock.Now().Add(askSoon)})
			}
		}
		if err2 != nil {
			return err2
		}
		return c.DoneIn(ctx, tx)
	})
}

// boxMessage puts the message together and notes that it is about to go; nil when there is nothing to send. tried says
// that an earlier attempt of this round may have gone.
func (w *Worker) boxMessage(ctx context.Context, o *offices.Office, id int64) (m *isds.Outgoing, tried bool, err error) {
	err = w.DB.Tx(ctx, system(o.ID), func(tx *db.Tx) error {
		d, s, doc, err := w.sending(ctx, tx, id)
		if err != nil || s.Kind != dispatch.Waiting || d.Way != dispatch.DataBox {
			return err
		}
		why := unfit(doc, isds.MaxMessage)
		if o.DataBox == "" {
			why = "Úřad nemá v e-POM zapsanou svou datovou schránku. Doplní ji správce v údajích úřadu."
		}
		if why != "" {
			return w.failed(ctx, tx, d, why)
		}
		fresh, err := dispatch.Note(ctx, tx, id, dispatch.Happened{Kind: dispatch.EventTried, At: w.Clock.Now(), Key: "isds/tried/" + round(d)})
		tried = !fresh
		m = &isds.Outgoing{From: o.DataBox, To: d.DataBox, Subject: short(d.Subject, isds.MaxSubject-1), Number: short(d.Number, isds.MaxNumber-1), Mark: short(d.Mark, isds.MaxNumber-1),
			NoSubst: !d.Fiction, Files: w.boxFiles(ctx, doc), Identity: fmt.Sprintf("%d/%d/%s", o.ID, d.ID, round(d)), Sent: w.Clock.Now()}
		return err
	})
	return m, tried, err
}

func (w *Worker) boxFiles(ctx context.Context, doc records.Document) []isds.Attachment {
	var files []isds.Attachment
	for _, f := range dispatch.Files(doc) {
		files = append(files, isds.Attachment{Name: f.Name, Type: f.MediaType, Size: f.Size, Open: func() (io.ReadCloser, error) {
			r, _, err := w.Files.Open(ctx, f.SHA256)
			return r, err
		}})
	}
	return files
}

// boxTrouble says to a clerk what the system refused.
func boxTrouble(err error) string {
	switch isds.CodeOf(err) {
	case isds.CodeBigMessage:
		return "Zpráva je větší, než datové schránky dovolují (20 MB). Zmenšete soubory, nebo pošlete velkou datovou zprávu na portálu a zapište ji ručně."
	case isds.CodeNoBox:
		return "Datová schránka adresáta neexistuje, nebo je zneplatněná. Ověřte ji v seznamu držitelů, nebo zvolte jinou cestu."
	}
	return "Datové schránky zprávu odmítly (kód " + isds.CodeOf(err) + "). Zkuste to znovu, nebo zvolte jinou cestu."
}

// dispatchAsk asks how a message stands and notes what is new; the delivery receipt becomes a document of the case file.
func (w *Worker) dispatchAsk(ctx context.Context, c jobs.Claimed) error {
	var ref dispatch.Ref
	if err := c.Decode(&ref); err != nil {
		return err
	}
	o, err := w.Offices.ByID(c.Office)
	if err != nil {
		return gone(err)
	}
	message := ""
	err = w.DB.Tx(ctx, system(o.ID), func(tx *db.Tx) error {
		d, err := dispatch.ByID(ctx, tx, ref.Dispatch)
		for _, e := range d.Events {
			if e.Kind == dispatch.EventSent && d.Way == dispatch.DataBox {
				message = e.Word("message")
			}
		}
		return gone(err)
	})
	if err != nil || message == "" || w.Boxes == nil {
		return err
	}
	defer w.turn(o.DataBox)()
	st, err := w.Boxes.Status(ctx, o.DataBox, message)
	if isds.CodeOf(err) == isds.CodeNoMessage {
		w.Log.Warn("data box: no such message", "office", o.ID, "dispatch", ref.Dispatch) // a clerk mistook its number
		return nil
	}
	if err != nil {
		return err
	}
	var receipt *records.Component
	if st.State == isds.ByFiction || st.State == isds.ByLogin || st.State == isds.Opened {
		data, err := w.Boxes.Receipt(ctx, o.DataBox, message)
		if err != nil {
			return err
		}
		kept, err := w.Files.PutBytes(ctx, data)
		if err != nil {
			return err
		}
		receipt = &records.Component{Name: blob.CleanName("dorucenka-" + message + ".zfo"), MediaType: kept.MediaType, Size: kept.Size, SHA256: kept.SHA256}
	}
	return w.DB.Tx(ctx, system(o.ID), func(tx *db.Tx) error {
		if err := w.boxNews(ctx, tx, ref.Dispatch, message, st, receipt); err != nil {
			return err
		}
		return c.DoneIn(ctx, tx)
	})
}

// boxNews turns a status into events, each noted once.
func (w *Worker) boxNews(ctx context.Context, tx *db.Tx, id int64, message string, st isds.Status, receipt *records.Component) error {
	note := func(kind string, at time.Time, why string) (bool, error) {
		data := map[string]any{"message": message}
		if why != "" {
			data["why"] = why
		}
		if now := w.Clock.Now(); at.IsZero() || at.After(now) {
			at = now
		}
		return dispatch.Note(ctx, tx, id, dispatch.Happened{Kind: kind, On: clock.Date(at), At: at, Key: "isds/" + message + "/" + kind, Data: data, Fact: true})
	}
	switch st.State {
	case isds.Infected:
		_, err := note(dispatch.EventFailed, time.Time{}, "Zpráva neprošla antivirovou kontrolou datových schránek. Soubory opravte a pošlete znovu jako nový dokument.")
		return err
	case isds.Undelivered:
		_, err := note(dispatch.EventFailed, time.Time{}, "Datová schránka adresáta je znepřístupněná nebo zrušená. Zvolte jinou cestu.")
		return err
	}
	if !st.InBoxAt.IsZero() {
		if _, err := note(dispatch.EventBoxed, st.InBoxAt, ""); err != nil {
			return err
		}
	}
	kind := map[int]string{isds.ByFiction: dispatch.EventFiction, isds.ByLogin: dispatch.EventDelivered, isds.Opened: dispatch.EventDelivered}[st.State]
	if kind == "" {
		return nil
	}
	fresh, err := note(kind, st.AcceptedAt, "")
	if err != nil || !fresh {
		return err
	}
	if receipt == nil {
		return errors.New("a delivered message without its receipt")
	}
	d, err := dispatch.ByID(ctx, tx, id)
	if err != nil {
		return err
	}
	return dispatch.KeepReceipt(ctx, tx, d, *receipt, w.Clock.Now())
}
