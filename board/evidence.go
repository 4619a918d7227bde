package board

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"time"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/jobs"
)

//go:embed evidence.sql
var evidenceText string

var evidenceSQL = db.Load("board-evidence", evidenceText)

// JobSeal seals what the office's evidence has unsealed; no payload.
const JobSeal = "board-seal"

// Kinds of evidence. A record's bytes never change; each names the hash of the one before it in the office's chain.
const (
	EvidencePosted      = "posted"
	EvidenceSeen        = "seen" // what the public page and files gave through the network
	EvidenceRevised     = "revised"
	EvidenceRescheduled = "rescheduled"
	EvidencePhysical    = "physical" // the board in the street
	EvidenceRemoved     = "removed"
	EvidenceChecks      = "checks" // the hourly checks of one day, for the whole board
)

// Evidence is one record with its seal.
type Evidence struct {
	Seq       int64      `db:"seq"`
	PostingID *int64     `db:"posting_id"`
	Kind      string     `db:"kind"`
	At        time.Time  `db:"at"`
	Record    string     `db:"record"` // JSON, exactly what was hashed and sealed
	Hash      string     `db:"hash"`   // SHA-256 of the record
	SealedAt  *time.Time `db:"sealed_at"`
	Signer    string     `db:"signer"`
	Test      bool       `db:"test"` // sealed by the installation's own authority, without legal effect
	StampedAt *time.Time `db:"stamped_at"`
}

// proofs are the records of one transaction. They go into the chain just before the commit, so that its lock is short.
type proofs struct{ rows []proof }

type proof struct {
	posting *int64
	kind    string
	at      time.Time
	data    map[string]any
}

func (p *proofs) Flush(ctx context.Context, tx *db.Tx) error {
	for _, r := range p.rows {
		var seq int64
		if err := tx.GetContext(ctx, &seq, evidenceSQL.Get("append"), r.posting, r.kind, r.at, tx.Actor, db.J(r.data)); err != nil {
			return db.Classify(err)
		}
	}
	return jobs.Enqueue(ctx, tx, jobs.Job{Kind: JobSeal, Office: tx.Office, Priority: 4})
}

func prove(tx *db.Tx, posting *int64, kind string, now time.Time, data map[string]any) {
	p := db.LastOf(tx, func() *proofs { return &proofs{} })
	p.rows = append(p.rows, proof{posting, kind, now, data})
}

// prove writes evidence of an act upon the posting: what hangs, by hashes, and since when.
func (p *Posting) prove(tx *db.Tx, kind string, now time.Time) {
	r := p.Current()
	files := []map[string]any{}
	for _, f := range r.Files {
		files = append(files, map[string]any{"sha256": f.SHA256, "size": f.Size, "type": f.MediaType, "url": f.URL})
	}
	data := map[string]any{"number": p.Number(), "revision": p.Revision, "kind": r.Kind, "title_sha256": hash(r.Title), "text_sha256": hash(r.Text), "files": files,
		"planned": stamp(&p.PostAt), "posted": stamp(p.PostedAt), "until": date(p.UntilOn), "must_until": date(p.MustUntil), "effect": date(p.EffectOn),
		"physically_posted": stamp(p.PhysicalPostedAt)}
	if m := int(p.Late().Minutes()); m > 0 {
		data["posted_late_minutes"] = m
	}
	if kind == EvidenceRevised {
		data["why"] = r.Why
	}
	if p.RemovedAt != nil {
		data["removed"], data["removed_why"], data["physically_removed"] = stamp(p.RemovedAt), p.RemovedWhy, stamp(p.PhysicalRemovedAt)
		if m := int(p.RemovedLate().Minutes()); m > 0 {
			data["removed_late_minutes"] = m
		}
	}
	prove(tx, &p.ID, kind, now, data)
}

// RemovedLate is how much later than planned it was taken down; zero when on time (within a minute), early or by hand
// with a reason.
func (p *Posting) RemovedLate() time.Duration {
	if p.RemovedAt == nil || p.UntilOn == nil || p.RemovedWhy != "" {
		return 0
	}
	if d := p.RemovedAt.Sub(clock.Date(*p.UntilOn).AddDate(0, 0, 1)); d > time.Minute {
		return d
	}
	return 0
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// stamp is an instant as the records say it.
func stamp(t *time.Time) *string {
	if t == nil {
		return nil
	}
	s := t.UTC().Format("2006-01-02T15:04:05.000000Z")
	return &s
}

// EvidenceOf reads the records about a posting, oldest first.
func EvidenceOf(ctx context.Context, tx *db.Tx, posting int64) ([]Evidence, error) {
	var list []Evidence
	err := tx.SelectContext(ctx, &list, evidenceSQL.Get("of-posting"), tx.Office, posting)
	return list, db.Classify(err)
}

// Unsealed is a record that waits for its seal.
type Unsealed struct {
	Seq    int64  `db:"seq"`
	Record string `db:"record"`
}

// UnsealedEvidence lists up to limit records of the office without a seal, oldest first.
func UnsealedEvidence(ctx context.Context, tx *db.Tx, limit int) ([]Unsealed, error) {
	var list []Unsealed
	err := tx.SelectContext(ctx, &list, evidenceSQL.Get("unsealed"), tx.Office, limit)
	return list, db.Classify(err)
}

// SealTurn takes the turn to seal for the transaction's office until the transaction ends; false when somebody else has it.
func SealTurn(ctx context.Context, tx *db.Tx) (mine bool, err error) {
	err = db.Classify(tx.GetContext(ctx, &mine, evidenceSQL.Get("seal-turn"), tx.Office))
	return mine, err
}

// Seal is what proves a record: a detached signature and a time stamp.
type Seal struct {
	At        time.Time
	Signer    string
	Test      bool
	CMS       []byte
	Token     []byte
	StampedAt time.Time
}

// KeepSeal puts a seal beside its record; a second one changes nothing.
func KeepSeal(ctx context.Context, tx *db.Tx, seq int64, s Seal) error {
	_, err := tx.ExecContext(ctx, evidenceSQL.Get("insert-seal"), tx.Office, seq, s.At, s.Signer, s.Test, s.CMS, s.Token, s.StampedAt)
	return db.Classify(err)
}
