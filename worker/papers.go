package worker

import (
	"context"
	"strings"

	"epom/internal/blob"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
	"epom/records"
	"epom/submissions"
)

// The receipt goes with the first mail to the citizen. When it cannot be made at once, the mail does not wait for it
// longer than patience attempts (about 20 seconds); the receipt follows in a mail of its own.
const (
	patience        = 3
	receiptAttempts = 40 // about nine hours
)

func (w *Worker) receiptPaper(v *submissions.View) ([]byte, error) {
	return submissions.Receipt(v, w.Submissions.PIN(v.Reference), w.statusPage(v.Reference), w.Submissions.SettingOf(v, "cs"))
}

func (w *Worker) letterPaper(v *submissions.View, document int64) ([]byte, error) {
	return submissions.Letter(v, v.Document(document))
}

// view reads a submission of an office.
func (w *Worker) view(ctx context.Context, office int32, id int64) (v *submissions.View, err error) {
	err = w.DB.Tx(ctx, system(office), func(tx *db.Tx) (err error) {
		v, err = w.Submissions.Get(ctx, tx, id)
		return err
	})
	if errs.Is(err, errs.NotFound) {
		err = jobs.Permanent(err)
	}
	return v, err
}

// keep puts a paper into the file store.
func (w *Worker) keep(ctx context.Context, data []byte, err error, name string) (records.Component, error) {
	if err != nil {
		return records.Component{}, err
	}
	ref, err := w.Files.PutBytes(ctx, data)
	return records.Component{Name: blob.CleanName(name), MediaType: "application/pdf", Size: ref.Size, SHA256: ref.SHA256}, err
}

// receipt makes the receipt, registers it and tells the citizen, exactly once each.
func (w *Worker) receipt(ctx context.Context, c jobs.Claimed) error {
	var ref submissions.Ref
	if err := c.Decode(&ref); err != nil {
		return err
	}
	v, err := w.view(ctx, ref.Office, ref.Submission)
	if err != nil {
		return err
	}
	data, broken := w.makeReceipt(v)
	file, broken := w.keep(ctx, data, broken, "potvrzeni-"+v.Reference+".pdf")
	if broken != nil {
		if c.Attempt < patience {
			return broken
		}
		err := w.DB.Tx(ctx, system(ref.Office), func(tx *db.Tx) error { return w.tellReceived(ctx, tx, v, nil) })
		if err != nil {
			w.Log.Error("mail without receipt", "submission", ref.Submission, "office", ref.Office, "error", err)
		}
		return broken
	}
	return w.DB.Tx(ctx, system(ref.Office), func(tx *db.Tx) error {
		fresh, err := w.Submissions.KeepReceipt(ctx, tx, ref.Submission, file)
		if err != nil {
			return err
		}
		if fresh {
			if err := w.tellReceived(ctx, tx, v, &file); err != nil {
				return err
			}
			if err := w.toRecords(ctx, tx, ref); err != nil { // it goes with the submission
				return err
			}
		}
		return c.DoneIn(ctx, tx)
	})
}

// paper makes the PDF of a document written on the clerks' desk. The resolution of a referral goes to the file of the
// competent office too.
func (w *Worker) paper(ctx context.Context, c jobs.Claimed) error {
	var ref submissions.PaperRef
	if err := c.Decode(&ref); err != nil {
		return err
	}
	v, err := w.view(ctx, ref.Office, ref.Submission)
	if err != nil {
		return err
	}
	doc := v.Document(ref.Document)
	if doc == nil {
		return jobs.Permanent(errs.New(errs.NotFound, "document of a letter"))
	}
	data, err := w.makeLetter(v, ref.Document)
	file, err := w.keep(ctx, data, err, strings.ReplaceAll(doc.ReferenceNumber, "/", "-")+".pdf")
	if err != nil {
		return err
	}
	if doc.Kind == "referral" && v.ToOffice != nil {
		there, err := w.view(ctx, *v.ToOffice, *v.ToID)
		if err != nil {
			return err
		}
		err = w.DB.Tx(ctx, system(there.OfficeID), func(tx *db.Tx) error {
			return w.Submissions.KeepLetter(ctx, tx, there, there.DocumentID, file)
		})
		if err != nil {
			return err
		}
	}
	return w.DB.Tx(ctx, system(ref.Office), func(tx *db.Tx) error {
		if err := w.Submissions.KeepLetter(ctx, tx, v, ref.Document, file); err != nil {
			return err
		}
		return c.DoneIn(ctx, tx)
	})
}
