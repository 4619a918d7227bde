package board

import (
	"encoding/json"
	"time"
)

// Rows of an import, as the statements that write many at once read them.

type addedRow struct {
	Year       int        `json:"year"`
	No         int64      `json:"no"`
	Revision   int        `json:"revision"`
	PostedAt   time.Time  `json:"posted_at"`
	UntilOn    *string    `json:"until_on"`
	RemovedAt  *time.Time `json:"removed_at"`
	RemovedBy  *string    `json:"removed_by"`
	RemovedWhy string     `json:"removed_why"`
	IRI        string     `json:"iri"`

	until *time.Time
}

type changedRow struct {
	ID         int64      `json:"id"`
	Revision   int        `json:"revision"`
	UntilOn    *string    `json:"until_on"`
	RemovedAt  *time.Time `json:"removed_at"`
	RemovedBy  *string    `json:"removed_by"`
	RemovedWhy string     `json:"removed_why"`

	until   *time.Time
	version int
}

type revisionRow struct {
	Posting         int64           `json:"posting"`
	Revision        int             `json:"revision"`
	At              time.Time       `json:"at"`
	Why             string          `json:"why"`
	Kind            string          `json:"kind"`
	Title           string          `json:"title"`
	Text            string          `json:"text"`
	Issuer          string          `json:"issuer"`
	IssuerICO       string          `json:"issuer_ico"`
	ReferenceNumber string          `json:"reference_number"`
	FileMark        string          `json:"file_mark"`
	Agendas         []string        `json:"agendas"`
	ApprovedOn      *string         `json:"approved_on"`
	Places          []Place         `json:"places"`
	Subjects        []Subject       `json:"subjects"`
	Source          json.RawMessage `json:"source"`
	Files           []File          `json:"files"`

	last bool // of its posting: its documents are brought here
}

type sourceRow struct {
	Posting int64  `json:"posting"`
	Key     string `json:"key"`
	Nth     int    `json:"nth"`
	Spans   []Span `json:"spans"`
	Shown   bool   `json:"shown"`
	Digest  string `json:"digest"`
}

type judgedRow struct {
	Posting int64       `json:"posting"`
	Faults  []ItemFault `json:"faults"`
	Item    string      `json:"item"`
}
