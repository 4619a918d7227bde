package exchange

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"epom/internal/audit"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
)

// Handover is the handing over of one case file to the office's records system.
type Handover struct {
	OfficeID     int32      `db:"office_id"`
	ID           int64      `db:"id"`
	CaseID       int64      `db:"case_id"`
	LinkID       int64      `db:"link_id"`
	Key          string     `db:"key"`
	CreatedAt    time.Time  `db:"created_at"`
	Mark         string     `db:"mark"`   // file mark there
	Number       string     `db:"number"` // of the first document there
	NumberAt     *time.Time `db:"number_at"`
	ReceiptAt    *time.Time `db:"receipt_at"`
	Trouble      string     `db:"trouble"`
	Why          string     `db:"why"`
	TroubleSince *time.Time `db:"trouble_since"`
	Tries        int        `db:"tries"`
	NextAt       *time.Time `db:"next_at"`
	ClaimedUntil *time.Time `db:"claimed_until"`
	WarnedAt     *time.Time `db:"warned_at"`
	StoppedAt    *time.Time `db:"stopped_at"`
	StoppedBy    *string    `db:"stopped_by"`
	StoppedWhy   string     `db:"stopped_why"`

	Steps []Step `db:"-"`
	Link  Link   `db:"-"`
}

// Kinds of steps.
const (
	stepOpen     = "open"
	stepDocument = "document"
	stepFile     = "file"
	stepDispatch = "dispatch"
	stepConfirm  = "confirm"
	stepClose    = "close"
)

// Step is one call to the other side; its result is kept before the next one begins.
type Step struct {
	OfficeID   int32          `db:"office_id"`
	HandoverID int64          `db:"handover_id"`
	Ordinal    int            `db:"ordinal"`
	Kind       string         `db:"kind"`
	Key        string         `db:"key"`
	DocumentID *int64         `db:"document_id"`
	Component  *int           `db:"component"`
	File       db.JSON[*File] `db:"file"`
	Tries      int            `db:"tries"`
	SentAt     *time.Time     `db:"sent_at"`
	DoneAt     *time.Time     `db:"done_at"`
	Number     string         `db:"number"`
}

// Budget is how long a hand-over may wait before people are warned. It goes on all the same: waiting is not failing.
const Budget = 24 * time.Hour

// refusedTries is how often a step that was refused is tried by itself before it waits for a person.
const refusedTries = 5

// Open is the next step to be done; nil when there is none.
func (h *Handover) Open() *Step {
	for i := range h.Steps {
		if h.Steps[i].DoneAt == nil {
			return &h.Steps[i]
		}
	}
	return nil
}

// Since is the instant from which the citizen waits for the office's own number.
func (h *Handover) Since() time.Time {
	if h.TroubleSince != nil {
		return *h.TroubleSince
	}
	return h.CreatedAt
}

// ForCase reads the hand-over of a case file with its steps and its link; nil when nothing is handed over.
func ForCase(ctx context.Context, tx *db.Tx, caseID int64) (*Handover, error) {
	var h Handover
	err := db.Classify(tx.GetContext(ctx, &h, sql.Get("handover-of"), tx.Office, caseID))
	if errs.Is(err, errs.NotFound) {
		return nil, nil //nolint:nilnil // most case files have none; it is no error
	}
	if err != nil {
		return nil, err
	}
	return &h, h.fill(ctx, tx)
}

func (h *Handover) fill(ctx context.Context, tx *db.Tx) error {
	if err := tx.SelectContext(ctx, &h.Steps, sql.Get("steps"), tx.Office, h.ID); err != nil {
		return db.Classify(err)
	}
	return db.Classify(tx.GetContext(ctx, &h.Link, sql.Get("link"), tx.Office, h.LinkID))
}

// begin makes the hand-over of a case file when the office's setting at the opening of the file asks for it; nil when not.
func begin(ctx context.Context, tx *db.Tx, c records.Case, now time.Time) (*Handover, error) {
	var h Handover
	err := db.Classify(tx.GetContext(ctx, &h, sql.Get("lock-handover"), tx.Office, c.ID))
	if errs.Is(err, errs.NotFound) {
		l, linkErr := Current(ctx, tx, c.OpenedAt)
		if linkErr != nil || !l.External() {
			return nil, linkErr
		}
		if _, err := tx.ExecContext(ctx, sql.Get("create-handover"), tx.Office, c.ID, l.ID, c.Mark, now); err != nil {
			return nil, db.Classify(err)
		}
		err = db.Classify(tx.GetContext(ctx, &h, sql.Get("lock-handover"), tx.Office, c.ID))
		if err == nil {
			note(tx, &h, "handover begun", now, map[string]any{"key": h.Key})
		}
	}
	if err != nil {
		return nil, err
	}
	if err := h.fill(ctx, tx); err != nil {
		return nil, err
	}
	return &h, h.follow(ctx, tx, now)
}

// follow takes a changed setting into account: a new address or password of the same system holds for what is under way, and
// what has not begun goes to the new system. What has begun is finished where it began.
func (h *Handover) follow(ctx context.Context, tx *db.Tx, now time.Time) error {
	l, err := Current(ctx, tx, now)
	if err != nil || l.ID == h.LinkID || !l.External() {
		return err
	}
	begun := slices.ContainsFunc(h.Steps, func(s Step) bool { return s.DoneAt != nil || s.SentAt != nil && h.Trouble != Refused })
	if begun && (l.Driver != h.Link.Driver || l.TheirCode != h.Link.TheirCode) || !begun && len(h.Steps) > 0 && l.Driver != h.Link.Driver {
		return nil
	}
	h.Link, h.LinkID = l, l.ID
	_, err = tx.ExecContext(ctx, sql.Get("relink"), tx.Office, h.ID, l.ID)
	return db.Classify(err)
}

// plan adds the steps for what lies in the case file and has none yet. It may be called at any time, any number of times.
func (h *Handover) plan(ctx context.Context, tx *db.Tx, c records.Case, docs []records.Document) error {
	whole := h.Link.Driver == Mail
	var want []Step
	if !whole {
		want = append(want, Step{Kind: stepOpen, Key: c.Mark})
	}
	receipt := receiptOf(docs)
	for i := range docs {
		d := &docs[i]
		if d.Kind == kindReceipt || d.CancelledAt != nil || d.Direction == records.Out && d.SentAt == nil {
			continue
		}
		first := d.Ordinal == 1 && d.Channel == "portal"
		files := filesOf(d)
		if first && receipt != nil {
			files = append([]File{*receipt}, files...)
		}
		if whole && first && receipt == nil {
			break // the message goes out once, with everything
		}
		want = append(want, Step{Kind: stepDocument, Key: d.ReferenceNumber, DocumentID: &d.ID})
		for _, f := range files {
			if !whole {
				want = append(want, Step{Kind: stepFile, Key: f.Key, DocumentID: &d.ID, File: db.J(&f)})
			}
		}
		if d.Direction == records.Out && !whole {
			want = append(want, Step{Kind: stepDispatch, Key: d.ReferenceNumber, DocumentID: &d.ID})
		}
		if (!first || receipt != nil) && (!whole || d.Ordinal == 1) {
			want = append(want, Step{Kind: stepConfirm, Key: d.ReferenceNumber, DocumentID: &d.ID})
		}
	}
	if c.HandledAt != nil && !whole && (receipt != nil || len(docs) == 0 || docs[0].Channel != "portal") {
		want = append(want, Step{Kind: stepClose, Key: c.Mark})
	}
	added := false
	for _, s := range want {
		if slices.ContainsFunc(h.Steps, func(x Step) bool { return x.Kind == s.Kind && x.Key == s.Key }) {
			continue
		}
		if _, err := tx.ExecContext(ctx, sql.Get("create-step"), tx.Office, h.ID, s.Kind, s.Key, s.DocumentID, s.Component, s.File); err != nil {
			return db.Classify(err)
		}
		added = true
	}
	if !added {
		return nil
	}
	h.Steps = nil
	return db.Classify(tx.SelectContext(ctx, &h.Steps, sql.Get("steps"), tx.Office, h.ID))
}

// kindReceipt is the confirmation the gate gave the citizen; what was filled in stands on it.
const kindReceipt = "receipt"

// receiptOf is the filled form on paper, the main file of a submission.
func receiptOf(docs []records.Document) *File {
	for i := range docs {
		if d := &docs[i]; d.Kind == kindReceipt && d.CancelledAt == nil && len(d.Components) > 0 && len(docs) > 0 {
			f := fileOf(docs[0].ReferenceNumber+"/0", d.Components[0])
			f.Main = true
			return &f
		}
	}
	return nil
}

func filesOf(d *records.Document) (files []File) {
	for _, c := range d.Components {
		f := fileOf(fmt.Sprintf("%s/%d", d.ReferenceNumber, c.Ordinal), c)
		f.Main = c.Field == "letter" || d.Direction != records.In && c.Ordinal == 1
		files = append(files, f)
	}
	return files
}

func fileOf(key string, c records.Component) File {
	return File{Key: key, Name: cmp.Or(c.Name, "soubor"), Type: c.MediaType, Size: c.Size, SHA256: c.SHA256}
}

// note writes an act of the hand-over into the log of the case file.
func note(tx *db.Tx, h *Handover, action string, at time.Time, data map[string]any) {
	audit.Write(tx, audit.Event{At: at, Action: action, ObjectType: "case_file", ObjectID: fmt.Sprint(h.CaseID), Data: data})
}

// Row is a hand-over in a list.
type Row struct {
	Handover
	CaseMark string `db:"case_mark"`
	Subject  string `db:"subject"`
}

// List are hand-overs of the transaction's office, the latest first, from before an id (0 = the latest); only open ones when
// asked so.
func List(ctx context.Context, tx *db.Tx, open bool, before int64, limit int) (rows []Row, err error) {
	if before <= 0 {
		before = 1<<63 - 1
	}
	which := ""
	if open {
		which = "open"
	}
	err = tx.SelectContext(ctx, &rows, sql.Get("handovers"), tx.Office, which, before, limit)
	return rows, db.Classify(err)
}

// Need says whether the transaction's office hands over at all, and how many hand-overs need a person.
func Need(ctx context.Context, tx *db.Tx, now time.Time) (uses bool, need int, err error) {
	err = tx.QueryRowContext(ctx, sql.Get("pressing"), tx.Office, now).Scan(&uses, &need)
	return uses, need, db.Classify(err)
}

// Count says how many hand-overs an office has in each state.
type Count struct {
	All     int `db:"all_of_them"`
	Done    int `db:"done"`
	Waiting int `db:"waiting"`
	Refused int `db:"refused"`
	Stopped int `db:"stopped"`
}

// CountOf counts the hand-overs of the transaction's office.
func CountOf(ctx context.Context, tx *db.Tx) (n Count, err error) {
	err = tx.GetContext(ctx, &n, sql.Get("handover-counts"), tx.Office)
	return n, db.Classify(err)
}
