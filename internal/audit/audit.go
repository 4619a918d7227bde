// Package audit is the append-only log of who did what: one chain of hashes per office, so that a changed, removed or
// cut-off row is found (transaction log of the national standard for records systems, NSESSS 5.2).
package audit

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"epom/internal/db"
)

//go:embed audit.sql
var text string

var queries = db.Load("audit", text)

// Event is one line of the log. Data holds ids, states and reasons, never the content of documents.
type Event struct {
	Office       int32 // whose log; 0 = the office of the transaction
	Installation bool  // write to the log of the installation whatever the transaction's office
	At           time.Time
	Action       string // "submission.sent"
	ObjectType   string
	ObjectID     string
	Data         any // nil, or something that marshals to a JSON object
}

// entry is an event as unscoped_audit_append reads it.
type entry struct {
	Office int32     `json:"office"`
	At     time.Time `json:"at"`
	Actor  string    `json:"actor"`
	Action string    `json:"action"`
	Type   string    `json:"type"`
	ID     string    `json:"id"`
	Data   any       `json:"data"`
}

// batch gathers the events of one transaction.
type batch struct {
	entries []entry
	flushed bool
}

// Write adds an event to the log when the transaction commits. All events of a transaction go in by one statement, the
// last one before the commit, so that the lock of the chain is held only for the commit itself. The actor is the
// transaction's. An event without time, actor, action or object type makes the commit fail; one that comes after the
// others went in (from other last work of the transaction) would be lost, so it panics.
func Write(tx *db.Tx, e Event) {
	b := db.LastOf(tx, func() *batch { return &batch{} })
	if b.flushed {
		panic("audit: an event after the log was written")
	}
	office := e.Office
	switch {
	case e.Installation:
		office = 0
	case office == 0:
		office = tx.Office
	}
	b.entries = append(b.entries, entry{office, e.At, tx.Actor, e.Action, e.ObjectType, e.ObjectID, e.Data})
	if tx.Lending != 0 && office == tx.Office { // a lent clerk: the office at home sees what was done, and nothing of the matter itself
		b.entries = append(b.entries, entry{tx.Home, e.At, tx.Actor, e.Action, e.ObjectType, e.ObjectID, map[string]any{"office": office, "lending": tx.Lending}})
	}
}

// Flush appends the events by one statement; the database locks the chains in the order of offices, so that
// transactions writing to several never wait for each other in a circle.
func (b *batch) Flush(ctx context.Context, tx *db.Tx) error {
	b.flushed = true
	for _, e := range b.entries {
		if e.At.IsZero() || e.Actor == "" || e.Action == "" || e.Type == "" {
			return fmt.Errorf("audit: event %q of %s %q lacks its time, actor, action or object", e.Action, e.Type, e.ID)
		}
	}
	_, err := tx.ExecContext(ctx, queries.Get("append"), db.J(b.entries))
	return err
}

// Row is a stored line of the log.
type Row struct {
	Seq        int64           `db:"seq"`
	At         time.Time       `db:"at"`
	Actor      string          `db:"actor"`
	Action     string          `db:"action"`
	ObjectType string          `db:"object_type"`
	ObjectID   string          `db:"object_id"`
	Data       json.RawMessage `db:"data"`
}

// List returns what the log of the transaction's office says about one object, oldest first.
func List(ctx context.Context, tx *db.Tx, objectType, objectID string, limit int) ([]Row, error) {
	rows := []Row{}
	err := tx.SelectContext(ctx, &rows, queries.Get("list"), objectType, objectID, limit)
	return rows, err
}

// Page returns lines of the log of the transaction's office, newest first, from before a sequence number (0 = the end).
func Page(ctx context.Context, tx *db.Tx, before int64, limit int) ([]Row, error) {
	if before <= 0 {
		before = math.MaxInt64
	}
	rows := []Row{}
	err := tx.SelectContext(ctx, &rows, queries.Get("page"), before, limit)
	return rows, err
}
