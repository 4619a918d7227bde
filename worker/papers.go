package worker

import (
	"context"
	"strings"

	"epom/internal/blob"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
	"epom/records"
	"epom/records/letters"
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

// letterPaper makes the paper of a document and seals it; while the seal is only on trial, the pages say so.
func (w *Worker) letterPaper(ctx context.Context, v *submissions.View, document int64) ([]byte, error) {
	var written *letters.Letter
	var party *records.Party
	err := w.DB.Tx(ctx, system(v.OfficeID), func(tx *db.Tx) error {
		l, err := letters.OfDocument(ctx, tx, document)
		if err == nil {
			written = &l
		} else if !errs.Is(err, errs.NotFound) {
			return err
		}
		list, err := records.PartiesOf(ctx, tx, document)
		for i := range list {
			if list[i].Role == records.Addressee && party == nil {
				party = &list[i].Party
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	mark := ""
	if w.Seal == nil || w.Seal.Test() {
		mark = submissions.TrialMark
	}
	data, err := submissions.Letter(v, v.Document(document), written, party, mark)
	if err != nil || w.Seal == nil {
		return data, err
	}
	data, err = w.Seal.SealPDF(ctx, data, "Dokument "+v.Document(document).ReferenceNumber)
	return data, lasting(err)
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
	var v *submissions.View
	err := w.DB.Tx(ctx, system(ref.Office), func(tx *db.Tx) error {
		doc, err := records.DocumentByID(ctx, tx, ref.Document)
		if err == nil {
			v, err = w.Submissions.OfCase(ctx, tx, doc.CaseID)
		}
		return err
	})
	if err != nil {
		return gone(err)
	}
	doc := v.Document(ref.Document)
	data, err := w.makeLetter(ctx, v, ref.Document)
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
