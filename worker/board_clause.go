package worker

import (
	"context"
	"fmt"
	"strings"
	"time"

	"epom/board"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/jobs"
	"epom/internal/mail"
	"epom/notify"
	"epom/offices"
	"epom/records"
	"epom/submissions"
	"epom/users"
)

// clauseWait is how long the clause waits for the clerk to write down when the paper was taken off the board in the
// street; after that it says it was not written down.
const clauseWait = 72 * time.Hour

// kindClause is the kind of the document in the case file the posting came from.
const kindClause = "clause"

// boardClause makes the sealed clause of a removed posting, sends it to who asked for the posting and adds it to the case
// file it came from, each exactly once.
func (w *Worker) boardClause(ctx context.Context, c jobs.Claimed) error {
	var ref board.Ref
	if err := c.Decode(&ref); err != nil {
		return err
	}
	o, err := w.Offices.ByID(c.Office)
	if err != nil {
		return gone(err)
	}
	s, wanted, err := w.sheet(ctx, o, ref.Posting)
	if err != nil {
		return gone(err)
	}
	if !wanted {
		return nil
	}
	if s.PhysicalPostedAt != nil && s.PhysicalRemovedAt == nil && w.Clock.Now().Before(s.RemovedAt.Add(clauseWait)) {
		return w.clauseLater(ctx, c, ref, s.RemovedAt.Add(clauseWait))
	}
	data, err := s.PDF()
	if err == nil {
		data, err = w.Seal.SealPDF(ctx, data, "Doložka o vyvěšení "+s.Number())
	}
	if err != nil {
		return lasting(err)
	}
	file, err := w.keep(ctx, data, nil, s.ClauseName())
	if err != nil {
		return err
	}
	return w.DB.Tx(ctx, system(c.Office), func(tx *db.Tx) error {
		fresh, err := board.KeepClause(ctx, tx, ref.Posting, board.Clause{MadeAt: s.At, SHA256: file.SHA256, Size: file.Size, Test: s.Test})
		if err == nil && fresh {
			err = w.returnClause(ctx, tx, s, file)
		}
		if err != nil {
			return err
		}
		return c.DoneIn(ctx, tx)
	})
}

// sheet gathers what the clause needs; wanted is false when there is one, or none is to be.
func (w *Worker) sheet(ctx context.Context, o *offices.Office, posting int64) (s board.Sheet, wanted bool, err error) {
	err = w.DB.Tx(ctx, system(o.ID), func(tx *db.Tx) error {
		p, err := board.ByID(ctx, tx, posting)
		if err != nil || p.State() != board.Removed || p.Origin == board.Imported {
			return err
		}
		if _, err := board.ClauseOf(ctx, tx, posting); err == nil {
			return nil
		}
		wanted = true
		s, err = board.ReadSheet(ctx, tx, p, w.Clock.Now())
		return err
	})
	if err != nil || !wanted {
		return s, wanted, err
	}
	s.Office, s.BaseURL, s.Test = o, w.BaseURL, w.Seal.Test()
	from := o.ID
	if s.PublisherID != nil {
		from = *s.PublisherID
		if p, err := w.Offices.ByID(from); err == nil {
			s.Publisher = p.Name
		}
	}
	members, err := w.Users.Members(ctx, system(from))
	for _, m := range members {
		if users.Actor(m.Account) == s.MadeBy {
			s.By = m.Name
		}
	}
	return s, true, err
}

// clauseLater leaves the clause for later; a job of another key, so that writing down the removal of the paper makes it at once.
func (w *Worker) clauseLater(ctx context.Context, c jobs.Claimed, ref board.Ref, at time.Time) error {
	return w.DB.Tx(ctx, system(c.Office), func(tx *db.Tx) error {
		if err := c.DoneIn(ctx, tx); err != nil {
			return err
		}
		uniq := fmt.Sprintf("%d/%d/later", c.Office, ref.Posting)
		return jobs.Enqueue(ctx, tx, jobs.Job{Kind: jobClause, Office: c.Office, Payload: ref, RunAt: at, Uniq: uniq})
	})
}

// returnClause sends the clause to the requester and adds it to the case file.
func (w *Worker) returnClause(ctx context.Context, tx *db.Tx, s board.Sheet, file records.Component) error {
	l := notify.Clause{Office: s.Office.Name, Contact: submissions.Contact(s.Office), Title: s.Current().Title, RequesterRef: s.RequesterRef, ReferenceNumber: s.Current().ReferenceNumber,
		Posted: s.PostedAt.In(clock.Prague), Removed: s.RemovedAt.In(clock.Prague), Link: w.BaseURL + board.ItemPath(s.Office.Slug, s.Number()), Test: s.Test}
	uniq := fmt.Sprintf("board/%d/%d/clause", s.OfficeID, s.ID)
	err := w.queue(ctx, tx, to{uniq: uniq, address: strings.TrimSpace(s.RequesterEmail), name: s.Requester, office: s.Office,
		files: []mail.File{{Name: file.Name, Type: file.MediaType, SHA256: file.SHA256}}}, l)
	if err != nil || s.CaseID == nil {
		return err
	}
	_, err = records.AddDocument(ctx, tx, *s.CaseID, records.NewDocument{Direction: records.Own, Kind: kindClause, Subject: "Doložka o vyvěšení " + s.Number(), Channel: "portal",
		AnswersID: s.DocumentID, Components: []records.Component{file}}, w.Clock.Now())
	return err
}
