package submissions

import (
	"cmp"
	"context"
	"strings"
	"time"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
	"epom/records"
)

// News is the payload of a "submission-news" job: somebody has to be told of an event.
type News struct {
	Office     int32 `json:"office"`
	Submission int64 `json:"submission"`
	Event      int64 `json:"event"`
}

// Kinds of jobs this room asks for; worker knows what to do.
const (
	JobReceived = "submission-received" // payload: Ref
	JobNews     = "submission-news"     // payload: News
	JobPaper    = "document-paper"      // payload: PaperRef; make the PDF of a written document
)

// Ref names a submission.
type Ref struct {
	Office     int32 `json:"office"`
	Submission int64 `json:"submission"`
}

// PaperRef names a document whose PDF is to be made.
type PaperRef struct {
	Office   int32 `json:"office"`
	Document int64 `json:"document"`
}

// lock reads the submission of a case file that is still at the transaction's office and keeps others from acting on it. A
// case file that no submission opened answers one without an id: acts on it tell nobody outside.
func lock(ctx context.Context, tx *db.Tx, caseID int64) (Submission, error) {
	var sub Submission
	err := db.Classify(tx.GetContext(ctx, &sub, sql.Get("lock-submission"), tx.Office, caseID))
	switch {
	case errs.Is(err, errs.NotFound):
		_, err = records.CaseByID(ctx, tx, caseID)
		return Submission{OfficeID: tx.Office, CaseID: caseID}, err
	case err == nil && sub.ToOffice != nil:
		err = errs.New(errs.Conflict, "Podání už bylo postoupeno jinému úřadu.")
	}
	return sub, err
}

// filed demands a submission: what the citizen is to answer on the page of the submission needs one.
func filed(ctx context.Context, tx *db.Tx, caseID int64) (Submission, error) {
	sub, err := lock(ctx, tx, caseID)
	if err == nil && sub.ID == 0 {
		err = errs.New(errs.Invalid, "Tento spis nezaložilo podání z portálu. Napište dopis podle vzoru a vypravte ho.")
	}
	return sub, err
}

// happened notes an event and has those concerned told; without a submission there is nobody to tell.
func (s *Service) happened(ctx context.Context, tx *db.Tx, sub Submission, kind string, data map[string]any) error {
	if sub.ID == 0 {
		return nil
	}
	var id int64
	if err := tx.QueryRowContext(ctx, sql.Get("create-event"), sub.OfficeID, sub.ID, s.clock.Now(), kind, tx.Actor, db.J(data)).Scan(&id); err != nil {
		return err
	}
	if err := Announce(ctx, tx, sub.Reference); err != nil {
		return err
	}
	return jobs.Enqueue(ctx, tx, jobs.Job{Kind: JobNews, Office: sub.OfficeID, Payload: News{sub.OfficeID, sub.ID, id}})
}

// Announce tells open status pages, on every replica, that something happened; they get it when the transaction commits.
func Announce(ctx context.Context, tx *db.Tx, reference string) error {
	_, err := tx.ExecContext(ctx, `SELECT pg_notify('submission', $1)`, reference)
	return err
}

// Acts name the case file; the submission that opened it, when there is one, is told of in the same transaction.

// Assign gives the case to a clerk or a unit; the citizen sees that somebody has it, not who.
func (s *Service) Assign(ctx context.Context, scope db.Scope, caseID int64, to records.Hand) error {
	return s.db.Tx(ctx, scope, func(tx *db.Tx) error {
		sub, err := lock(ctx, tx, caseID)
		if err != nil {
			return err
		}
		if err := records.Assign(ctx, tx, caseID, to, s.clock.Now()); err != nil || to.Clerk == nil {
			return err
		}
		return s.happened(ctx, tx, sub, EventAssigned, map[string]any{"clerk": *to.Clerk})
	})
}

// Ask calls the citizen to complete the submission by a day. The term stops: § 64(1)(a) and § 65 of Act 500/2004 Sb.
func (s *Service) Ask(ctx context.Context, scope db.Scope, caseID int64, text string, dueOn time.Time) error {
	text = strings.TrimSpace(text)
	if text == "" {
		return errs.Fields(errs.Field{Name: "text", Message: "Napište, co má občan doplnit."})
	}
	if !dueOn.After(s.today()) {
		return errs.Fields(errs.Field{Name: "due", Message: "Den, do kdy se má doplnit, musí být v budoucnosti."})
	}
	return s.db.Tx(ctx, scope, func(tx *db.Tx) error {
		sub, err := filed(ctx, tx, caseID)
		if err != nil {
			return err
		}
		now := s.clock.Now()
		to, err := addressees(ctx, tx, sub)
		if err != nil {
			return err
		}
		doc, err := records.AddDocument(ctx, tx, sub.CaseID, records.NewDocument{Direction: records.Out, Kind: "request", Parties: to,
			Subject: "Výzva k doplnění podání", Channel: "portal", Party: sub.Party, Body: text, AnswersID: &sub.DocumentID}, now)
		if err != nil {
			return err
		}
		if err := s.sent(ctx, tx, sub, doc.ID, now); err != nil {
			return err
		}
		return s.called(ctx, tx, sub, doc, text, dueOn, now)
	})
}

// sent dispatches a written document through the citizen's page: it is there at once, its PDF follows by a job. Without a
// submission the document waits for dispatch.
func (s *Service) sent(ctx context.Context, tx *db.Tx, sub Submission, document int64, at time.Time) error {
	if sub.ID != 0 {
		if err := records.MarkSent(ctx, tx, document, at); err != nil {
			return err
		}
	}
	return jobs.Enqueue(ctx, tx, jobs.Job{Kind: JobPaper, Office: sub.OfficeID, Payload: PaperRef{sub.OfficeID, document}})
}

// Complete is the citizen's answer to the open call, with files already in the file store; the term runs on.
func (s *Service) Complete(ctx context.Context, reference, text string, files []File) error {
	office, id, err := s.Locate(ctx, reference)
	if err != nil {
		return err
	}
	text = strings.TrimSpace(text)
	if text == "" && len(files) == 0 {
		return errs.Fields(errs.Field{Name: "text", Message: "Napište odpověď, nebo přiložte soubor."})
	}
	o, err := s.offices.ByID(office)
	if err != nil {
		return err
	}
	if err := withinLimits(o, files); err != nil {
		return err
	}
	return s.asCitizen(ctx, office, reference, func(tx *db.Tx) error {
		v, err := s.byID(ctx, tx, id)
		if err != nil {
			return err
		}
		sub, err := lock(ctx, tx, v.CaseID)
		if err != nil {
			return err
		}
		now := s.clock.Now()
		n := records.NewDocument{Direction: records.In, Kind: "completion", Subject: "Doplnění podání", Channel: "portal", Party: sub.Party, Body: text, DeliveredAt: &now}
		if n.Parties, err = roles(ctx, tx, sub.DocumentID, records.Sender); err != nil {
			return err
		}
		for _, f := range files {
			n.Components = append(n.Components, records.Component{Name: f.Name, MediaType: f.MediaType, Size: f.Size, SHA256: f.SHA256, Field: f.Field})
		}
		doc, err := records.AddDocument(ctx, tx, sub.CaseID, n, now)
		if err != nil {
			return err
		}
		r, err := tx.ExecContext(ctx, sql.Get("answer-request"), sub.OfficeID, sub.ID, now, doc.ID)
		if err != nil {
			return err
		}
		if answered, _ := r.RowsAffected(); answered == 0 {
			return errs.New(errs.Conflict, "Na tuto výzvu jste už odpověděli, nebo ji úřad vzal zpět.")
		}
		if err := s.Law().StartClock(ctx, tx, sub.CaseID, now); err != nil {
			return err
		}
		return s.happened(ctx, tx, sub, EventCompleted, map[string]any{"number": doc.ReferenceNumber, "files": len(files)})
	})
}

// Extend adds days to the term with a reason; the citizen is told.
func (s *Service) Extend(ctx context.Context, scope db.Scope, caseID int64, days int, why string) error {
	return s.db.Tx(ctx, scope, func(tx *db.Tx) error {
		sub, err := lock(ctx, tx, caseID)
		if err != nil {
			return err
		}
		if err := s.Law().Extend(ctx, tx, sub.CaseID, days, strings.TrimSpace(why), s.clock.Now()); err != nil {
			return err
		}
		return s.happened(ctx, tx, sub, EventExtended, map[string]any{"days": days, "why": why})
	})
}

// Answer is how a clerk handles a case.
type Answer struct {
	How     string // records.ByDocument, ByNoting, ByNote, ByOther
	Subject string
	Text    string // of the answering document; also the reason of other ways
	Files   []File // already in the file store
	By      *int64 // an outgoing document of the case file that answers; nothing new is written then
}

// Handle closes the matter: with a document that answers what came, or in another way of the standard.
func (s *Service) Handle(ctx context.Context, scope db.Scope, caseID int64, a Answer) error {
	a.Text, a.Subject = strings.TrimSpace(a.Text), strings.TrimSpace(a.Subject)
	if a.How == records.ByDocument && a.By == nil && a.Text == "" && len(a.Files) == 0 {
		return errs.Fields(errs.Field{Name: "text", Message: "Napište odpověď, přiložte dokument, nebo vyberte dopis ze spisu."})
	}
	if a.How == records.ByReferral {
		return errs.New(errs.Invalid, "Postoupení má vlastní úkon.")
	}
	return s.db.Tx(ctx, scope, func(tx *db.Tx) error {
		sub, err := lock(ctx, tx, caseID)
		if err != nil {
			return err
		}
		now, data, why := s.clock.Now(), map[string]any{"how": a.How}, a.Text
		if a.How == records.ByDocument {
			doc, err := s.answer(ctx, tx, sub, a, now)
			if err != nil {
				return err
			}
			data["number"] = doc.ReferenceNumber
			if a.By != nil {
				why = ""
			}
		}
		return s.close(ctx, tx, sub, a.How, why, data, now)
	})
}

// close handles the case file in one of the standard's ways: what the citizen was asked for is no longer waited for.
func (s *Service) close(ctx context.Context, tx *db.Tx, sub Submission, how, why string, data map[string]any, now time.Time) error {
	if _, err := tx.ExecContext(ctx, sql.Get("withdraw-request"), sub.OfficeID, sub.ID, now); err != nil {
		return err
	}
	if err := records.Handle(ctx, tx, sub.CaseID, how, why, now); err != nil {
		return err
	}
	return s.happened(ctx, tx, sub, EventHandled, data)
}

// answer is the document that answers what opened the case file: the chosen one, or a new one.
func (s *Service) answer(ctx context.Context, tx *db.Tx, sub Submission, a Answer, now time.Time) (records.Document, error) {
	docs, err := records.Documents(ctx, tx, sub.CaseID)
	if err != nil {
		return records.Document{}, err
	}
	first, party := sub.DocumentID, sub.Party
	for _, d := range docs {
		if first == 0 && d.Direction == records.In && d.CancelledAt == nil {
			first, party = d.ID, d.Party
		}
	}
	var doc records.Document
	if a.By != nil {
		doc, err = records.DocumentByID(ctx, tx, *a.By)
		if err == nil && (doc.CaseID != sub.CaseID || doc.Direction != records.Out || doc.CancelledAt != nil) {
			err = errs.Fields(errs.Field{Name: "answer", Message: "Vyberte platný odeslaný dokument z tohoto spisu."})
		}
	} else {
		n := records.NewDocument{Direction: records.Out, Kind: "answer", Subject: cmp.Or(a.Subject, "Odpověď na podání"), Channel: channel(sub), Party: party, Body: a.Text}
		if first != 0 {
			n.AnswersID = &first
		}
		for _, f := range a.Files {
			n.Components = append(n.Components, records.Component{Name: f.Name, MediaType: f.MediaType, Size: f.Size, SHA256: f.SHA256})
		}
		if doc, err = records.AddDocument(ctx, tx, sub.CaseID, n, now); err == nil {
			err = s.sent(ctx, tx, sub, doc.ID, now)
		}
	}
	if err != nil || first == 0 {
		return doc, err
	}
	return doc, records.AnswerWith(ctx, tx, first, doc.ID, now)
}

// channel is how a document leaves: by the citizen's page when there is one; else dispatch decides later.
func channel(sub Submission) string {
	if sub.ID != 0 {
		return "portal"
	}
	return "none"
}

// CompletionDay proposes the last day for a completion: 15 days, moved to a working day.
func (s *Service) CompletionDay() time.Time {
	return s.Law().Calendar.NextWorkingDay(clock.Date(s.clock.Now()).AddDate(0, 0, 15))
}
