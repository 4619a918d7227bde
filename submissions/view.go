package submissions

import (
	"context"
	"time"

	"epom/forms"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/offices"
	"epom/records"
	"epom/records/exchange"
)

// Submission is a submission as one office has it.
type Submission struct {
	OfficeID    int32                  `db:"office_id"`
	ID          int64                  `db:"id"`
	Reference   string                 `db:"reference"`
	FormCode    string                 `db:"form_code"`
	FormVersion int                    `db:"form_version"`
	Lang        string                 `db:"lang"`
	Answers     db.JSON[forms.Answers] `db:"answers"`
	Routing     db.JSON[Kept]          `db:"routing"`
	Party       string                 `db:"party"`
	Email       string                 `db:"email"`
	CaseID      int64                  `db:"case_id"`
	DocumentID  int64                  `db:"document_id"`
	DeliveredAt time.Time              `db:"delivered_at"` // to the first office
	ReceivedAt  time.Time              `db:"received_at"`  // legally, by this office
	ConfirmBy   *time.Time             `db:"confirm_by"`
	ConfirmedAt *time.Time             `db:"confirmed_at"`
	FromOffice  *int32                 `db:"from_office"`
	FromID      *int64                 `db:"from_id"`
	ToOffice    *int32                 `db:"to_office"`
	ToID        *int64                 `db:"to_id"`
}

// Kinds of events in the life of a submission.
const (
	EventReceived  = "received"
	EventTakenOver = "taken-over" // by the office it was referred to
	EventAssigned  = "assigned"
	EventAsked     = "asked" // completion request
	EventCompleted = "completed"
	EventExtended  = "extended"
	EventReferred  = "referred"
	EventHandled   = "handled"
	EventLetter    = "letter"  // a letter that neither asks nor ends the matter
	EventReceipt   = "receipt" // the sealed confirmation is ready
)

// Event is one step a citizen may see.
type Event struct {
	OfficeID     int32                   `db:"office_id"`
	SubmissionID int64                   `db:"submission_id"`
	ID           int64                   `db:"id"`
	At           time.Time               `db:"at"`
	Kind         string                  `db:"kind"`
	Actor        string                  `db:"actor"`
	Data         db.JSON[map[string]any] `db:"data"`
}

// Request is a call to complete a submission (§ 37(3), § 45(2) of Act 500/2004 Sb.).
type Request struct {
	OfficeID     int32      `db:"office_id"`
	SubmissionID int64      `db:"submission_id"`
	ID           int64      `db:"id"`
	AskedAt      time.Time  `db:"asked_at"`
	AskedBy      string     `db:"asked_by"`
	Text         string     `db:"text"`
	DueOn        time.Time  `db:"due_on"`
	DocumentID   int64      `db:"document_id"`
	AnsweredAt   *time.Time `db:"answered_at"`
	AnswerID     *int64     `db:"answer_id"`
	WithdrawnAt  *time.Time `db:"withdrawn_at"`
}

// Open tells whether the citizen still has to answer.
func (r Request) Open() bool { return r.AnsweredAt == nil && r.WithdrawnAt == nil }

// View is a submission with everything around it, for the citizen's page and for the clerk's.
type View struct {
	Submission
	Form      *forms.Form
	Office    *offices.Office
	Case      records.Case
	Due       *records.Due       // nil when there is no term
	Documents []records.Document // for the citizen also letters of the offices it was at before
	Events    []Event            // of this office and of those it came from, by time
	Requests  []Request
	Past      []Stay // offices it was at before, oldest first
	Next      *offices.Office
	Handover  *exchange.Handover // to the office's own records system; nil = nothing is handed over
}

// Stay is a submission's time at an office that referred it on.
type Stay struct {
	Office *offices.Office
	Mark   string
}

// OpenRequest is the call the citizen has to answer, nil when there is none.
func (v *View) OpenRequest() *Request {
	for i := range v.Requests {
		if v.Requests[i].Open() {
			return &v.Requests[i]
		}
	}
	return nil
}

// Document finds a document of the case by its id.
func (v *View) Document(id int64) *records.Document {
	for i := range v.Documents {
		if v.Documents[i].ID == id {
			return &v.Documents[i]
		}
	}
	return nil
}

// Filed tells whether the case file was opened by a submission; others were opened at the office's own desk or mailroom.
func (v *View) Filed() bool { return v.ID != 0 }

// Summary is what was filled in, in plain words.
func (v *View) Summary(lang string, setting forms.Setting) []forms.Section {
	if v.Form == nil {
		return nil
	}
	setting.Lang = forms.Lang(lang)
	return v.Form.Evaluate(v.Answers.V, setting).Summary()
}

// Locate tells where a reference lives now.
func (s *Service) Locate(ctx context.Context, reference string) (office int32, id int64, err error) {
	err = s.db.QueryRowContext(ctx, sql.Get("locate"), reference).Scan(&office, &id)
	return office, id, db.Classify(err)
}

// ByReference is the citizen's view. The caller has checked that the person may see it.
func (s *Service) ByReference(ctx context.Context, reference string) (*View, error) {
	office, id, err := s.Locate(ctx, reference)
	if err != nil {
		return nil, err
	}
	var v *View
	err = s.asCitizen(ctx, office, reference, func(tx *db.Tx) (err error) {
		v, err = s.view(ctx, tx, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	return v, s.past(ctx, v)
}

// past adds what happened at the offices that referred the submission on.
func (s *Service) past(ctx context.Context, v *View) error {
	from, id := v.FromOffice, v.FromID
	for hops := 0; from != nil && hops < 10; hops++ {
		err := s.asCitizen(ctx, *from, v.Reference, func(tx *db.Tx) error {
			earlier, err := s.view(ctx, tx, *id)
			if err != nil {
				return err
			}
			v.Past = append([]Stay{{Office: earlier.Office, Mark: earlier.Case.Mark}}, v.Past...)
			v.Documents = append(lettersOf(earlier.Documents), v.Documents...)
			v.Events = append(append([]Event{}, earlier.Events...), v.Events...)
			from, id = earlier.FromOffice, earlier.FromID
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// lettersOf are the documents of an earlier office that the later one does not have as its own: calls, completions, the
// resolution of the referral.
func lettersOf(documents []records.Document) []records.Document {
	var out []records.Document
	for _, d := range documents {
		if d.Kind != "submission" && d.Kind != "receipt" {
			out = append(out, d)
		}
	}
	return out
}

// Get is the view of a submission of the transaction's office by its id.
func (s *Service) Get(ctx context.Context, tx *db.Tx, id int64) (*View, error) {
	return s.view(ctx, tx, id)
}

// OfCase is the view of a case file with the submission that opened it. A file that no submission opened has none: see
// View.Filed; its party and delivery are those of its first document.
func (s *Service) OfCase(ctx context.Context, tx *db.Tx, caseID int64) (*View, error) {
	sub, err := ofCase(ctx, tx, caseID)
	if err != nil {
		return nil, err
	}
	sub.OfficeID, sub.CaseID = tx.Office, caseID
	v, err := s.around(ctx, tx, sub)
	if err != nil || v.Filed() {
		return v, err
	}
	v.DeliveredAt = v.Case.OpenedAt
	if len(v.Documents) > 0 {
		first := v.Documents[0]
		v.Party, v.DocumentID = first.Party, first.ID
		if first.DeliveredAt != nil {
			v.DeliveredAt = *first.DeliveredAt
		}
	}
	return v, nil
}

func (s *Service) byID(ctx context.Context, tx *db.Tx, id int64) (Submission, error) {
	var sub Submission
	err := tx.GetContext(ctx, &sub, sql.Get("submission"), tx.Office, id)
	return sub, db.Classify(err)
}

func (s *Service) view(ctx context.Context, tx *db.Tx, id int64) (*View, error) {
	sub, err := s.byID(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	return s.around(ctx, tx, sub)
}

func (s *Service) around(ctx context.Context, tx *db.Tx, sub Submission) (*View, error) {
	v := &View{Submission: sub}
	var ok bool
	var err error
	if v.Form, ok = s.forms.Version(sub.FormCode, sub.FormVersion); !ok && v.Filed() {
		return nil, errs.Newf(errs.Internal, "form %s version %d is not in the catalogue", sub.FormCode, sub.FormVersion)
	}
	if v.Office, err = s.offices.ByID(sub.OfficeID); err != nil {
		return nil, err
	}
	if sub.ToOffice != nil {
		if v.Next, err = s.offices.ByID(*sub.ToOffice); err != nil {
			return nil, err
		}
	}
	if v.Case, err = records.CaseByID(ctx, tx, sub.CaseID); err != nil {
		return nil, err
	}
	if t, has, err := s.Law().Term(ctx, tx, v.Case); err != nil {
		return nil, err
	} else if has {
		due := t.Due(s.Law().Calendar)
		v.Due = &due
	}
	if v.Documents, err = records.Documents(ctx, tx, sub.CaseID); err != nil {
		return nil, err
	}
	if v.Handover, err = exchange.ForCase(ctx, tx, sub.CaseID); err != nil {
		return nil, err
	}
	if err := tx.SelectContext(ctx, &v.Events, sql.Get("events"), tx.Office, sub.ID); err != nil {
		return nil, err
	}
	return v, tx.SelectContext(ctx, &v.Requests, sql.Get("requests"), tx.Office, sub.ID)
}
