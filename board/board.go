// Package board is the official notice board (úřední deska, § 26 of Act 500/2004 Sb.): postings with their terms,
// revisions that never change, posting and removal with evidence, open data.
//
// Everything that changes takes the caller's transaction, so that state, number, log and jobs commit together. The
// transaction's office is the one whose board it is, also when another office posts for it by contract.
package board

import (
	_ "embed"
	"encoding/json"
	"time"

	"epom/internal/db"
)

//go:embed board.sql
var sqlText string

var sql = db.Load("board", sqlText)

// Origins of a posting.
const (
	FromFile     = "file"
	FromDocument = "document" // of a case file
	FromRequest  = "request"  // of another authority; the clause goes back to it
	Typed        = "typed"
	Imported     = "import"
)

// Jobs the room asks for: payload Ref, office = whose board.
const (
	JobPost    = "board-post"    // put up when its time comes
	JobRemove  = "board-remove"  // take down after its last day
	JobPosted  = "board-posted"  // it hangs: evidence, previews, open data, those who asked are told
	JobChanged = "board-changed" // a revision or another term: the same, without telling
	JobRemoved = "board-removed" // evidence, clause to the requester
)

// Ref is the payload of the room's jobs.
type Ref struct {
	Posting  int64 `json:"posting"`
	Revision int   `json:"revision,omitempty"`
}

// Place is where a posting concerns.
type Place struct {
	Municipality int      `json:"municipality,omitempty"` // RÚIAN code
	Name         string   `json:"name,omitempty"`
	Lat          *float64 `json:"lat,omitempty"` // degrees, WGS 84
	Lon          *float64 `json:"lon,omitempty"`
}

// Subject is whom a posting concerns, when that is public.
type Subject struct {
	Name string `json:"name"`
	ICO  string `json:"ico,omitempty"`
}

// File is a document of a posting: kept here, or only known by its address (imported).
type File struct {
	Ordinal   int    `db:"ordinal" json:"ordinal"`
	Name      string `db:"name" json:"name"`
	MediaType string `db:"media_type" json:"type"`
	Size      int64  `db:"size" json:"size"` // bytes
	SHA256    string `db:"sha256" json:"sha256"`
	URL       string `db:"url" json:"url"`
	Warning   string `db:"warning" json:"warning"` // code of internal/preview: encrypted, broken
}

// Content is what a revision says; once posted it never changes.
type Content struct {
	Kind            string                   `db:"kind"`
	Title           string                   `db:"title"`
	Text            string                   `db:"text"`
	Issuer          string                   `db:"issuer"` // originator (původce)
	IssuerICO       string                   `db:"issuer_ico"`
	ReferenceNumber string                   `db:"reference_number"`
	FileMark        string                   `db:"file_mark"`
	Agendas         db.JSON[[]string]        `db:"agendas"`
	ApprovedOn      *time.Time               `db:"approved_on"`
	Places          db.JSON[[]Place]         `db:"places"`
	Subjects        db.JSON[[]Subject]       `db:"subjects"`
	Link            string                   `db:"link"`   // into the state collection of ordinances
	Source          db.JSON[json.RawMessage] `db:"source"` // imported: the notice as it came
	Files           []File                   `db:"-"`
}

// Revision is one state of what hangs.
type Revision struct {
	PostingID int64     `db:"posting_id"`
	Revision  int       `db:"revision"`
	At        time.Time `db:"at"`
	By        string    `db:"by"`
	Why       string    `db:"why"`
	Content
}

// Posting is one thing on the board with its term; Revisions stand from the first to the current one.
type Posting struct {
	OfficeID          int32      `db:"office_id"`
	ID                int64      `db:"id"`
	Year              int        `db:"year"`
	No                int64      `db:"no"`
	Version           int        `db:"version"`
	Revision          int        `db:"revision"`
	Origin            string     `db:"origin"`
	CaseID            *int64     `db:"case_id"`
	DocumentID        *int64     `db:"document_id"`
	Requester         string     `db:"requester"`
	RequesterRef      string     `db:"requester_ref"`
	RequesterEmail    string     `db:"requester_email"`
	ContractID        *int64     `db:"contract_id"`  // posted by another office under this contract
	PublisherID       *int32     `db:"publisher_id"` // that office
	MadeAt            time.Time  `db:"made_at"`
	MadeBy            string     `db:"made_by"`
	PostAt            time.Time  `db:"post_at"`
	UntilOn           *time.Time `db:"until_on"` // the last day it hangs
	EventAt           *time.Time `db:"event_at"`
	EventPlace        string     `db:"event_place"`
	MustUntil         *time.Time `db:"must_until"`
	EffectOn          *time.Time `db:"effect_on"`
	EarlyWhy          string     `db:"early_why"` // why it hangs shorter than the law wants
	PastWhy           string     `db:"past_why"`
	PostedAt          *time.Time `db:"posted_at"`
	RemovedAt         *time.Time `db:"removed_at"`
	RemovedBy         *string    `db:"removed_by"`
	RemovedWhy        string     `db:"removed_why"`
	PhysicalPostedAt  *time.Time `db:"physical_posted_at"`
	PhysicalRemovedAt *time.Time `db:"physical_removed_at"`
	CancelledAt       *time.Time `db:"cancelled_at"`
	CancelledBy       *string    `db:"cancelled_by"`
	CancelledWhy      *string    `db:"cancelled_why"`
	IRI               string     `db:"iri"`
	Revisions         []Revision `db:"-"`
}

// State is where a posting stands, computed from its instants.
type State string

// The states of a posting.
const (
	Waiting   State = "waiting" // for its time
	Hanging   State = "hanging"
	Removed   State = "removed"
	Cancelled State = "cancelled" // never posted
)

// State tells where the posting stands.
func (p *Posting) State() State {
	switch {
	case p.CancelledAt != nil:
		return Cancelled
	case p.RemovedAt != nil:
		return Removed
	case p.PostedAt != nil:
		return Hanging
	}
	return Waiting
}

// Number is the posting's address on its board, "2026-17".
func (p *Posting) Number() string { return Number(p.Year, p.No) }

// Current is the revision that is valid.
func (p *Posting) Current() *Revision { return &p.Revisions[len(p.Revisions)-1] }

// Late is how much later than planned it was posted; zero when on time (within a minute) or posted into the past.
func (p *Posting) Late() time.Duration {
	if p.PostedAt == nil || p.PastWhy != "" {
		return 0
	}
	if d := p.PostedAt.Sub(p.PostAt); d > time.Minute {
		return d
	}
	return 0
}
