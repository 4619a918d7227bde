package submissions

import (
	"cmp"
	"context"
	"time"

	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
	"epom/records/letters"
)

// Facts gathers what letters of a case file are filled in from; answers is the incoming document to answer, 0 = the last
// one that nobody has handled. clerk is who writes.
func (s *Service) Facts(ctx context.Context, tx *db.Tx, v *View, answers int64, clerk string) (letters.Facts, error) {
	f := letters.Facts{Office: v.Office, Case: v.Case, Clerk: clerk, Law: s.Law(), Today: s.today()}
	if t, ok, err := s.Law().Term(ctx, tx, v.Case); err != nil {
		return f, err
	} else if ok {
		f.Term = &t
	}
	for i := range v.Documents {
		d := &v.Documents[i]
		if d.Direction != records.In || d.CancelledAt != nil {
			continue
		}
		if d.ID == answers || answers == 0 && (f.Answers == nil || d.HandledAt == nil) {
			f.Answers = d
		}
	}
	if f.Answers == nil {
		return f, nil
	}
	list, err := records.PartiesOf(ctx, tx, f.Answers.ID)
	for i := range list {
		if list[i].Role == records.Sender && f.Party == nil {
			f.Party = &list[i].Party
		}
	}
	return f, err
}

// ApproveLetter gives a letter its number and does what it is for, all in one transaction: the clock, the handling of the
// case file when closes says so, the citizen's page, the paper's job. revision is what the person has read.
func (s *Service) ApproveLetter(ctx context.Context, scope db.Scope, id int64, revision int, clerk string, closes bool) (doc records.Document, err error) {
	err = s.db.Tx(ctx, scope, func(tx *db.Tx) error {
		l, err := letters.ByID(ctx, tx, id)
		if err != nil {
			return err
		}
		sub, err := lock(ctx, tx, l.CaseID)
		if err != nil {
			return err
		}
		if l.Effect == letters.Refer && sub.ID != 0 {
			return errs.New(errs.Invalid, "Podání z portálu postupte úkonem „Postoupit jinému úřadu“, který ho příslušnému úřadu rovnou předá.")
		}
		if _, err := records.LockCase(ctx, tx, l.CaseID); err != nil {
			return err
		}
		v, err := s.OfCase(ctx, tx, l.CaseID)
		if err != nil {
			return err
		}
		f, err := s.Facts(ctx, tx, v, deref(l.AnswersID), clerk)
		if err != nil {
			return err
		}
		now := s.clock.Now()
		if l, doc, err = letters.Approve(ctx, tx, f, id, revision, channel(sub), now); err != nil {
			return err
		}
		if err := s.sent(ctx, tx, sub, doc.ID, now); err != nil {
			return err
		}
		return s.approved(ctx, tx, sub, f, l, doc, closes, now)
	})
	return doc, err
}

// approved does to the case file and the citizen's page what an approved letter means.
func (s *Service) approved(ctx context.Context, tx *db.Tx, sub Submission, f letters.Facts, l letters.Letter, doc records.Document, closes bool, now time.Time) error {
	number := map[string]any{"number": doc.ReferenceNumber}
	switch {
	case closes || l.Effect == letters.Refer:
		how := records.ByDocument
		if l.Effect == letters.Refer {
			how = records.ByReferral
		} else if l.AnswersID != nil {
			if err := records.AnswerWith(ctx, tx, *l.AnswersID, doc.ID, now); err != nil {
				return err
			}
		}
		number["how"] = how
		return s.close(ctx, tx, sub, how, "", number, now)
	case l.Effect == letters.Extend:
		return s.happened(ctx, tx, sub, EventExtended, map[string]any{"days": l.Days, "why": l.Subject + " " + doc.ReferenceNumber})
	case l.Kind == "request" && sub.ID != 0:
		return s.called(ctx, tx, sub, doc, l.Body, f.Until(l.Days), now)
	}
	return s.happened(ctx, tx, sub, EventLetter, map[string]any{"number": doc.ReferenceNumber, "subject": doc.Subject})
}

// called opens a completion request that the citizen answers on the page of the submission, and stops the clock.
func (s *Service) called(ctx context.Context, tx *db.Tx, sub Submission, doc records.Document, text string, dueOn, now time.Time) error {
	if err := s.Law().StopClock(ctx, tx, sub.CaseID, "výzva k doplnění "+doc.ReferenceNumber, now); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, sql.Get("create-request"), sub.OfficeID, sub.ID, now, tx.Actor, text, dueOn.Format(time.DateOnly), doc.ID); err != nil {
		if errs.Is(db.Classify(err), errs.Conflict) {
			return errs.New(errs.Conflict, "Občan ještě neodpověděl na předchozí výzvu.")
		}
		return err
	}
	return s.happened(ctx, tx, sub, EventAsked, map[string]any{"text": text, "due": dueOn.Format(time.DateOnly), "number": doc.ReferenceNumber})
}

// Interrupt stops the term with a reason, Resume lets it run on; an open call to the citizen resumes by its answer.
func (s *Service) Interrupt(ctx context.Context, scope db.Scope, caseID int64, why string) error {
	return s.db.Tx(ctx, scope, func(tx *db.Tx) error {
		sub, err := lock(ctx, tx, caseID)
		if err != nil {
			return err
		}
		if err := s.Law().Interrupt(ctx, tx, caseID, why, s.clock.Now()); err != nil || sub.ID == 0 {
			return err
		}
		return Announce(ctx, tx, sub.Reference)
	})
}

// Resume ends an interruption.
func (s *Service) Resume(ctx context.Context, scope db.Scope, caseID int64) error {
	return s.db.Tx(ctx, scope, func(tx *db.Tx) error {
		sub, err := lock(ctx, tx, caseID)
		if err != nil {
			return err
		}
		now := s.clock.Now()
		if _, err := tx.ExecContext(ctx, sql.Get("withdraw-request"), sub.OfficeID, sub.ID, now); err != nil {
			return err
		}
		if err := s.Law().Resume(ctx, tx, caseID, now); err != nil || sub.ID == 0 {
			return err
		}
		return Announce(ctx, tx, sub.Reference)
	})
}

func deref(id *int64) int64 { return *cmp.Or(id, new(int64)) }
