package records

import (
	"cmp"
	"context"
	dbsql "database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"epom/internal/audit"
	"epom/internal/db"
	"epom/internal/errs"
)

// Directions of a document.
const (
	In  = "in"  // delivered to the office
	Out = "out" // made by the office to be sent
	Own = "own" // made by the office for itself
)

// Document is one registered document.
type Document struct {
	OfficeID        int32      `db:"office_id"`
	ID              int64      `db:"id"`
	CaseID          int64      `db:"case_id"`
	Ordinal         int        `db:"ordinal"`
	ReferenceNumber string     `db:"reference_number"` // číslo jednací
	Direction       string     `db:"direction"`
	Kind            string     `db:"kind"`
	Subject         string     `db:"subject"`
	Channel         string     `db:"channel"`
	Party           string     `db:"party"`
	ForeignNumber   string     `db:"foreign_number"`
	Body            string     `db:"body"`
	DeliveredAt     *time.Time `db:"delivered_at"`
	ReceivedAt      *time.Time `db:"received_at"`
	RegisteredAt    time.Time  `db:"registered_at"`
	RegisteredBy    string     `db:"registered_by"`
	SentAt          *time.Time `db:"sent_at"`
	AnswersID       *int64     `db:"answers_id"`
	CancelledAt     *time.Time `db:"cancelled_at"`
	CancelledBy     *string    `db:"cancelled_by"`
	CancelledWhy    *string    `db:"cancelled_why"`

	GivenJID         *string                 `db:"jid"`      // of another originator; see JID
	Register         string                  `db:"register"` // separate register (samostatná evidence); empty = the journal
	Paper            bool                    `db:"paper"`    // the original is on paper
	Sheets           *int                    `db:"sheets"`
	Attachments      *int                    `db:"attachments"` // on paper
	AttachmentSheets *int                    `db:"attachment_sheets"`
	AttachmentNote   string                  `db:"attachment_note"` // digital attachments in words
	Envelope         db.JSON[map[string]any] `db:"envelope"`        // what the way of delivery brought
	Barcode          string                  `db:"barcode"`
	ReadAt           *time.Time              `db:"read_at"`
	HandledAt        *time.Time              `db:"handled_at"`
	HandledHow       *string                 `db:"handled_how"`
	HandledWhy       string                  `db:"handled_why"`
	FiledIn          *int64                  `db:"filed_in"`      // the file where it lies when it was taken out of its own
	FiledWhy         string                  `db:"filed_why"`     // why it was
	HandledByID      *int64                  `db:"handled_by_id"` // the outgoing document that answers it

	Components []Component `db:"-"`
}

// Component is one file of a document.
type Component struct {
	OfficeID   int32  `db:"office_id"`
	DocumentID int64  `db:"document_id"`
	Ordinal    int    `db:"ordinal"`
	Name       string `db:"name"`
	MediaType  string `db:"media_type"`
	Size       int64  `db:"size"` // bytes
	SHA256     string `db:"sha256"`
	Field      string `db:"field"`

	Preservation string `db:"preservation"` // Original when empty
	FromOrdinal  *int   `db:"from_ordinal"` // the container it was unpacked from
	Replaces     *int   `db:"replaces"`     // the component it is a later version of
	DestroyedIn  *int64 `db:"destroyed_in"` // the disposal that let its bytes go
}

// Forms of preservation of a component (NSESSS, forma_uchovani).
const (
	Draft     = "draft"     // koncept
	Original  = "original"  // originál
	Output    = "output"    // originál ve výstupním datovém formátu
	Scan      = "scan"      // digitalizát
	Container = "container" // kontejner
)

// JID is the unique identifier of a document (jednoznačný identifikátor): it marks the originator by its IČO, or by its
// abbreviation when it has none, and within it the document by its reference number, which never changes.
func (d Document) JID(ico, abbreviation string) string {
	if d.GivenJID != nil {
		return *d.GivenJID
	}
	if ico == "" {
		ico = abbreviation
	}
	return ico + ":" + d.ReferenceNumber
}

// NewDocument is what AddDocument needs to know.
type NewDocument struct {
	Direction, Kind, Subject, Channel, Party, ForeignNumber, Body string

	DeliveredAt *time.Time // incoming only
	AnswersID   *int64
	Components  []Component

	Register                              string // empty = that of the case file
	Paper                                 bool
	Sheets, Attachments, AttachmentSheets *int
	AttachmentNote, Barcode               string
	Envelope                              map[string]any
	Parties                               []PartyRole
}

// AddDocument registers a further document in a case file under a number derived from its mark: HEJ/2026/00042-3.
func AddDocument(ctx context.Context, tx *db.Tx, caseID int64, n NewDocument, at time.Time) (Document, error) {
	d := Document{OfficeID: tx.Office, CaseID: caseID, Direction: n.Direction, Kind: n.Kind, Subject: n.Subject, Channel: n.Channel,
		Party: n.Party, ForeignNumber: n.ForeignNumber, Body: n.Body, DeliveredAt: n.DeliveredAt, ReceivedAt: n.DeliveredAt,
		RegisteredAt: at, RegisteredBy: tx.Actor, AnswersID: n.AnswersID, Register: n.Register, Paper: n.Paper, Sheets: n.Sheets,
		Attachments: n.Attachments, AttachmentSheets: n.AttachmentSheets, AttachmentNote: n.AttachmentNote, Barcode: n.Barcode}
	if d.Envelope.V = n.Envelope; d.Envelope.V == nil {
		d.Envelope.V = map[string]any{}
	}
	var mark string
	if err := tx.QueryRowContext(ctx, sql.Get("next-ordinal"), tx.Office, caseID).Scan(&d.Ordinal, &mark); err != nil {
		return d, db.Classify(err)
	}
	d.ReferenceNumber = fmt.Sprintf("%s-%d", mark, d.Ordinal)
	err := tx.QueryRowContext(ctx, sql.Get("create-document"), d.OfficeID, d.CaseID, d.Ordinal, d.ReferenceNumber, d.Direction, d.Kind,
		d.Subject, d.Channel, d.Party, d.ForeignNumber, d.Body, d.DeliveredAt, d.ReceivedAt, d.RegisteredAt, d.RegisteredBy, d.AnswersID,
		d.Register, d.Paper, d.Sheets, d.Attachments, d.AttachmentSheets, d.AttachmentNote, d.Barcode, d.Envelope).Scan(&d.ID, &d.Register)
	if err != nil {
		return d, err
	}
	for _, p := range n.Parties {
		if err := LinkParty(ctx, tx, d.ID, p); err != nil {
			return d, err
		}
	}
	for _, c := range n.Components {
		if err := AddComponent(ctx, tx, d.ID, c); err != nil {
			return d, err
		}
	}
	audit.Write(tx, audit.Event{At: at, Action: "registered", ObjectType: "case_file", ObjectID: strconv.FormatInt(caseID, 10),
		Data: map[string]any{"number": d.ReferenceNumber, "kind": d.Kind, "direction": d.Direction}})
	return d, nil
}

// AddComponent adds a file that is already in the file store to a document.
func AddComponent(ctx context.Context, tx *db.Tx, documentID int64, c Component) error {
	_, err := tx.ExecContext(ctx, sql.Get("create-component"), tx.Office, documentID, c.Name, c.MediaType, c.Size, c.SHA256, c.Field, cmp.Or(c.Preservation, Original), c.FromOrdinal, c.Replaces)
	return err
}

// MarkSent notes that an outgoing document left the office; a second time changes nothing.
func MarkSent(ctx context.Context, tx *db.Tx, documentID int64, at time.Time) error {
	_, err := tx.ExecContext(ctx, sql.Get("mark-sent"), tx.Office, documentID, at)
	return err
}

// Cancel gives up a number with a reason; the row and the number stay, crossed out. What came from outside by itself cannot
// be undone so; what a person entered by mistake can. A case file with nothing else in it is thereby handled.
func Cancel(ctx context.Context, tx *db.Tx, documentID int64, why string, at time.Time) error {
	if why = strings.TrimSpace(why); why == "" {
		return errs.Fields(errs.Field{Name: "why", Message: "Uveďte důvod, proč se číslo ruší."})
	}
	var caseID int64
	err := tx.GetContext(ctx, &caseID, sql.Get("cancel-document"), tx.Office, documentID, at, tx.Actor, why)
	if errors.Is(err, dbsql.ErrNoRows) {
		return errs.New(errs.Conflict, "Dokument nelze stornovat: přišel úřadu sám (z portálu, datové schránky), je už stornovaný, nebo neexistuje.")
	}
	if err != nil {
		return err
	}
	audit.Write(tx, audit.Event{At: at, Action: "cancelled", ObjectType: "document", ObjectID: strconv.FormatInt(documentID, 10), Data: map[string]any{"why": why}})
	var all bool
	if err := tx.GetContext(ctx, &all, sql.Get("all-cancelled"), tx.Office, caseID); err != nil || !all {
		return err
	}
	if c, err := LockCase(ctx, tx, caseID); err != nil || c.HandledAt != nil {
		return err
	}
	return Handle(ctx, tx, caseID, ByOther, "Stornováno: "+why, at)
}

// CanCancel tells whether Cancel would accept the document.
func (d Document) CanCancel() bool {
	return d.CancelledAt == nil && (d.Direction != In || strings.HasPrefix(d.RegisteredBy, "account:"))
}

// DocumentByID reads a document of the transaction's office without its components.
func DocumentByID(ctx context.Context, tx *db.Tx, id int64) (Document, error) {
	var d Document
	err := tx.GetContext(ctx, &d, sql.Get("document"), tx.Office, id)
	return d, db.Classify(err)
}

// Documents lists the documents that lie in a case file with their components, in two questions.
func Documents(ctx context.Context, tx *db.Tx, caseID int64) ([]Document, error) {
	var docs []Document
	if err := tx.SelectContext(ctx, &docs, sql.Get("documents"), tx.Office, caseID); err != nil {
		return nil, err
	}
	var parts []Component
	if err := tx.SelectContext(ctx, &parts, sql.Get("components"), tx.Office, caseID); err != nil {
		return nil, err
	}
	at := map[int64]int{}
	for i := range docs {
		at[docs[i].ID] = i
	}
	for _, p := range parts {
		d := &docs[at[p.DocumentID]]
		d.Components = append(d.Components, p)
	}
	return docs, nil
}
