package records

import (
	"context"
	"strconv"
	"strings"
	"time"

	"epom/internal/audit"
	"epom/internal/db"
	"epom/internal/errs"
)

// HandleDocument handles one incoming document in one of the standard's ways; by document it names the outgoing one of
// the same case file, which may answer several.
func HandleDocument(ctx context.Context, tx *db.Tx, id int64, how, why string, by *int64, at time.Time) error {
	d, err := DocumentByID(ctx, tx, id)
	if err != nil {
		return err
	}
	c, err := openCase(ctx, tx, d.CaseID)
	if err != nil {
		return err
	}
	why = strings.TrimSpace(why)
	switch how {
	case ByDocument:
		if by == nil {
			return errs.Fields(errs.Field{Name: "answer", Message: "Vyberte odeslaný dokument, který na tento odpovídá."})
		}
		if err := answers(ctx, tx, d, *by); err != nil {
			return err
		}
	case ByNoting, ByNote, ByReferral:
		by = nil
	case ByOther:
		if by = nil; why == "" {
			return errs.Fields(errs.Field{Name: "why", Message: "Napište, jak a proč byl dokument vyřízen jinak."})
		}
	default:
		return errs.Fields(errs.Field{Name: "how", Message: "Vyberte způsob vyřízení."})
	}
	r, err := tx.ExecContext(ctx, handling.Get("handle-document"), tx.Office, id, at, how, why, by)
	if err != nil {
		return err
	}
	if n, _ := r.RowsAffected(); n == 0 {
		return errs.New(errs.Conflict, "Tento dokument je už vyřízený, stornovaný, nebo není doručený.")
	}
	if err := acted(ctx, tx, c, at); err != nil {
		return err
	}
	audit.Write(tx, audit.Event{At: at, Action: "document handled", ObjectType: "document", ObjectID: strconv.FormatInt(id, 10),
		Data: map[string]any{"number": d.ReferenceNumber, "how": how, "by": by}})
	return nil
}

// answers notes that an outgoing document answers an incoming one of the same case file.
func answers(ctx context.Context, tx *db.Tx, d Document, by int64) error {
	out, err := DocumentByID(ctx, tx, by)
	if err != nil || out.CaseID != d.CaseID || out.Direction != Out || out.CancelledAt != nil {
		return errs.Fields(errs.Field{Name: "answer", Message: "Vyberte platný odeslaný dokument z tohoto spisu."})
	}
	_, err = tx.ExecContext(ctx, handling.Get("set-answer"), tx.Office, by, d.ID)
	return err
}

// AnswerWith handles an incoming document by the outgoing one in the transaction of a larger act; one handled already stays.
func AnswerWith(ctx context.Context, tx *db.Tx, incoming, by int64, at time.Time) error {
	d, err := DocumentByID(ctx, tx, incoming)
	if err != nil {
		return err
	}
	if err := answers(ctx, tx, d, by); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, handling.Get("handle-document"), tx.Office, incoming, at, ByDocument, "", by)
	return err
}

// MarkRead notes that whoever handles a case file has opened it: its incoming documents are read from now.
func MarkRead(ctx context.Context, tx *db.Tx, caseID int64, at time.Time) error {
	_, err := tx.ExecContext(ctx, handling.Get("mark-read"), tx.Office, caseID, at)
	return err
}

// Unanswered is an incoming document that no outgoing one answers and nobody has handled otherwise.
type Unanswered struct {
	ID              int64      `db:"id"`
	CaseID          int64      `db:"case_id"`
	ReferenceNumber string     `db:"reference_number"`
	Subject         string     `db:"subject"`
	Party           string     `db:"party"`
	RegisteredAt    time.Time  `db:"registered_at"`
	ReadAt          *time.Time `db:"read_at"`
	Mark            string     `db:"mark"`
	DueOn           *time.Time `db:"due_on"`
	PausedOn        *time.Time `db:"paused_on"`
	ClerkID         *int64     `db:"clerk_id"`
	ClerkName       string     `db:"clerk_name"`
}

// UnansweredFilter narrows the report; After is the last row of the page before.
type UnansweredFilter struct {
	Clerk   int64 // 0 = everybody
	Unread  bool
	AfterAt time.Time
	AfterID int64
	Limit   int
}

// ListUnanswered is the report of the unanswered, the oldest first. Its cost follows the open case files, not the archive.
func ListUnanswered(ctx context.Context, tx *db.Tx, f UnansweredFilter) ([]Unanswered, error) {
	list := []Unanswered{}
	if f.AfterAt.IsZero() {
		f.AfterAt = firstDay
	}
	err := tx.SelectContext(ctx, &list, handling.Get("unanswered"), tx.Office, f.Clerk, f.Unread, f.AfterAt, f.AfterID, f.Limit)
	return list, err
}
