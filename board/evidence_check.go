package board

import (
	"context"
	"time"

	"epom/internal/clock"
	"epom/internal/db"
)

// What a look at the public pages may find wrong.
const (
	FaultAway    = "away"    // no answer, or an answer that is not the page
	FaultPage    = "page"    // the page does not show what hangs
	FaultFile    = "file"    // a document is not given out
	FaultChanged = "changed" // a document is given out with another content
)

// CheckFault is one thing that was wrong.
type CheckFault struct {
	Posting int64  `json:"posting"` // 0 = the board as a whole, so all postings
	What    string `json:"what"`
	Detail  string `json:"detail"` // for the clerk's technician: address and what it answered
}

// Check is one look at an office's public board through the network.
type Check struct {
	At     time.Time
	Items  int // postings that should hang
	Files  int
	Read   int // files read whole and hashed; the others were told apart by their ETag
	Took   time.Duration
	Faults []CheckFault
}

// HangingItem is what the public pages should show.
type HangingItem struct {
	ID       int64           `db:"id"`
	Number   string          `db:"number"`
	Title    string          `db:"title"`
	Revision int             `db:"revision"`
	Files    db.JSON[[]File] `db:"files"`
}

// HangingItems lists what hangs on the board of the transaction's office now, with the files kept here.
func HangingItems(ctx context.Context, tx *db.Tx) ([]HangingItem, error) {
	var list []HangingItem
	err := tx.SelectContext(ctx, &list, evidenceSQL.Get("hanging"), tx.Office)
	return list, db.Classify(err)
}

// WithHanging lists offices with something on their board.
func WithHanging(ctx context.Context, tx *db.Tx) ([]int32, error) {
	var list []int32
	err := tx.SelectContext(ctx, &list, evidenceSQL.Get("unscoped-with-hanging"))
	return list, db.Classify(err)
}

// Probe is what the check knows of one address from before, so that it reads a file whole only when it must.
type Probe struct {
	ETag   string    `json:"etag"`
	SHA256 string    `json:"sha256"`
	Read   time.Time `json:"read"` // when it was last read whole
}

// Probes reads what is known of the office's addresses.
func Probes(ctx context.Context, tx *db.Tx) (map[string]Probe, error) {
	var rows []db.JSON[map[string]Probe]
	if err := tx.SelectContext(ctx, &rows, evidenceSQL.Get("probe"), tx.Office); err != nil || len(rows) == 0 {
		return map[string]Probe{}, db.Classify(err)
	}
	return rows[0].V, nil
}

// KeepCheck writes what a look found, with what it learnt of the addresses (nil = nothing new). The checks of each day
// that ended go into the chain of evidence by their hash.
func KeepCheck(ctx context.Context, tx *db.Tx, c Check, learnt map[string]Probe) error {
	if c.Faults == nil {
		c.Faults = []CheckFault{}
	}
	if _, err := tx.ExecContext(ctx, evidenceSQL.Get("insert-check"), tx.Office, c.At, c.Items, c.Files, c.Read, c.Took.Milliseconds(), db.J(c.Faults)); err != nil {
		return db.Classify(err)
	}
	if learnt != nil {
		if _, err := tx.ExecContext(ctx, evidenceSQL.Get("save-probe"), tx.Office, db.J(learnt)); err != nil {
			return db.Classify(err)
		}
	}
	return closeDays(ctx, tx, c.At)
}

func closeDays(ctx context.Context, tx *db.Tx, now time.Time) error {
	var days []string
	if err := tx.SelectContext(ctx, &days, evidenceSQL.Get("checked-days"), tx.Office, clock.Date(now)); err != nil {
		return db.Classify(err)
	}
	for _, s := range days {
		since, err := time.ParseInLocation(time.DateOnly, s, clock.Prague)
		if err != nil {
			return err
		}
		till := since.AddDate(0, 0, 1)
		var sum struct {
			Checks int    `db:"checks"`
			Failed int    `db:"failed"`
			SHA256 string `db:"sha256"`
		}
		if err := tx.GetContext(ctx, &sum, evidenceSQL.Get("checks-summary"), tx.Office, since, till); err != nil {
			return db.Classify(err)
		}
		prove(tx, nil, EvidenceChecks, now, map[string]any{"day": s, "since": stamp(&since), "till": stamp(&till), "checks": sum.Checks, "failed": sum.Failed, "sha256": sum.SHA256})
	}
	return nil
}

// Seen is what the first look at a posting's page gave.
type Seen struct {
	Page   string // address
	Status int    // of HTTP; 0 = no answer
	SHA256 string // of the page as it was served
	Size   int64
	Files  []SeenFile
	Faults []CheckFault
}

// SeenFile is what the first look at a document gave.
type SeenFile struct {
	URL    string `json:"url"`
	SHA256 string `json:"sha256"` // of what was served
	Same   bool   `json:"same"`   // as the document that was posted
}

// KeepSeen puts into the chain what the public page and the documents gave through the network.
func KeepSeen(ctx context.Context, tx *db.Tx, posting int64, s Seen, now time.Time) error {
	p, err := ByID(ctx, tx, posting)
	if err != nil {
		return err
	}
	prove(tx, &p.ID, EvidenceSeen, now, map[string]any{"number": p.Number(), "revision": p.Revision, "page": s.Page, "status": s.Status, "page_sha256": s.SHA256, "page_size": s.Size,
		"files": s.Files, "faults": s.Faults})
	return nil
}
