// Package daily makes the transaction log of each day a document of the office (NSESSS 5.2.12): the part of the chain that
// the day wrote, as XML by the standard's sixth annex, sealed and time-stamped, under a number of its own in the case file
// "Transakční protokoly RRRR".
package daily

import (
	"context"
	_ "embed"
	"fmt"
	"math"
	"time"

	"epom/internal/audit"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
)

//go:embed daily.sql
var text string

var sql = db.Load("records-daily", text)

// Kind is the kind of documents that hold a part of the log.
const Kind = "log"

// Part is one day of an office's log that is sealed.
type Part struct {
	OfficeID        int32     `db:"office_id"`
	Day             time.Time `db:"day"`   // Prague date
	Since           time.Time `db:"since"` // = Day; the first part covers all that was before it too
	From            int64     `db:"seq_from"`
	To              int64     `db:"seq_to"`
	Before          []byte    `db:"before"` // hash of the row in front of the first
	Head            []byte    `db:"head"`   // hash of the last row
	DocumentID      int64     `db:"document_id"`
	SHA256          string    `db:"sha256"` // of the sealed file
	MadeAt          time.Time `db:"made_at"`
	StampedAt       time.Time `db:"stamped_at"`
	Signer          string    `db:"signer"`
	Test            bool      `db:"test"` // without legal effects
	ReferenceNumber string    `db:"reference_number"`
	CaseID          int64     `db:"case_id"`
	Size            int64     `db:"size"`
	Name            string    `db:"name"` // of the file

	spans []span // whose numbers the rows were hashed with, when the office came from elsewhere
}

// span is a run of rows hashed with one number of the office.
type span struct {
	From   int64 `db:"seq_from"`
	To     int64 `db:"seq_to"`
	Office int32 `db:"origin_id"`
}

// Events is how many lines of the log the part has.
func (p Part) Events() int64 { return p.To - p.From + 1 }

// FileName is what the sealed file is called.
func (p Part) FileName() string { return "transakcni-protokol-" + p.Day.Format(time.DateOnly) + ".xml" }

// Next finds the first day of the transaction's office that is over and has no part yet. NotFound: there is none. The first
// part of an office covers all its log until yesterday; after that a day that was missed is made up for by a part of its own.
func Next(ctx context.Context, tx *db.Tx, now time.Time) (p Part, err error) {
	today := clock.Date(now)
	p = Part{OfficeID: tx.Office, From: 1, Before: audit.Genesis(tx.Office)}
	if p.spans, err = origins(ctx, tx); err != nil {
		return p, err
	}
	if len(p.spans) > 0 {
		p.Before = audit.Genesis(p.spans[0].Office)
	}
	var last struct {
		Day  time.Time `db:"day"`
		To   int64     `db:"seq_to"`
		Head []byte    `db:"head"`
	}
	err = db.Classify(tx.GetContext(ctx, &last, sql.Get("last"), tx.Office))
	switch {
	case err == nil:
		p.Day = date(last.Day).AddDate(0, 0, 1)
		p.Since, p.From, p.Before = p.Day, last.To+1, last.Head
	case errs.Is(err, errs.NotFound):
		var first *time.Time
		if err := tx.GetContext(ctx, &first, sql.Get("first-event"), tx.Office); err != nil {
			return p, db.Classify(err)
		}
		p.Day = today.AddDate(0, 0, -1)
		if p.Since = p.Day; first != nil && clock.Date(*first).Before(p.Day) {
			p.Since = clock.Date(*first)
		}
	default:
		return p, err
	}
	if !p.Day.Before(today) {
		return p, errs.New(errs.NotFound, "")
	}
	return p, p.end(ctx, tx)
}

// end finds the last row of the part. Rows are numbered in the order of commits: one that was written a moment before
// midnight may stand behind one of the next day, and the part goes as far as the last of its own.
func (p *Part) end(ctx context.Context, tx *db.Tx) error {
	err := db.Classify(tx.GetContext(ctx, &p.To, sql.Get("last-before"), tx.Office, p.Day.AddDate(0, 0, 1)))
	if p.Head = p.Before; errs.Is(err, errs.NotFound) || err == nil && p.To < p.From {
		p.To = p.From - 1
		return nil
	}
	if err == nil {
		err = db.Classify(tx.GetContext(ctx, &p.Head, sql.Get("hash-of"), tx.Office, p.To))
	}
	return err
}

func origins(ctx context.Context, tx *db.Tx) (list []span, err error) {
	err = tx.SelectContext(ctx, &list, sql.Get("origins"), tx.Office)
	return list, db.Classify(err)
}

// date reads a date of the database as the legal date in Prague.
func date(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, clock.Prague)
}

// Sealed is the part's file as it was sealed and kept.
type Sealed struct {
	SHA256 string
	Size   int64
	At     time.Time // of the timestamp
	Signer string
	Test   bool
}

// File registers the sealed part as a document of the transaction's office: state, number and log commit together. A part
// of the day that somebody else has filed meanwhile is a Conflict.
func File(ctx context.Context, tx *db.Tx, p Part, s Sealed, now time.Time) (records.Document, error) {
	id, err := yearFile(ctx, tx, p.Day.Year(), now)
	if err != nil {
		return records.Document{}, err
	}
	subject := "Transakční protokol za " + p.Day.Format("2. 1. 2006")
	if !p.Since.Equal(p.Day) {
		subject = "Transakční protokol za " + p.Since.Format("2. 1. 2006") + " až " + p.Day.Format("2. 1. 2006")
	}
	if s.Test {
		subject += " (pečeť zkušební – bez právních účinků)"
	}
	d, err := records.AddDocument(ctx, tx, id, records.NewDocument{Direction: records.Own, Kind: Kind, Subject: subject, Channel: "none",
		Components: []records.Component{{Name: p.FileName(), MediaType: "application/xml", Size: s.Size, SHA256: s.SHA256}}}, now)
	if err != nil {
		return d, err
	}
	_, err = tx.ExecContext(ctx, sql.Get("insert"), tx.Office, p.Day.Format(time.DateOnly), p.Since.Format(time.DateOnly), p.From, p.To, p.Before, p.Head, d.ID, s.SHA256, now, s.At, s.Signer, s.Test)
	if err != nil {
		return d, db.Classify(err)
	}
	audit.Write(tx, audit.Event{At: now, Action: "log sealed", ObjectType: "log", ObjectID: p.Day.Format(time.DateOnly),
		Data: map[string]any{"number": d.ReferenceNumber, "rows": p.Events(), "sha256": s.SHA256}})
	return d, nil
}

// yearFile is the case file of the year, opened when the year has none. The system runs it: it is handled by a note from
// its beginning, so that nobody is asked to do anything with it.
func yearFile(ctx context.Context, tx *db.Tx, year int, now time.Time) (id int64, err error) {
	err = db.Classify(tx.GetContext(ctx, &id, sql.Get("case-of-year"), tx.Office, fmt.Sprintf("%d-01-01", year), fmt.Sprintf("%d-12-31", year)))
	if !errs.Is(err, errs.NotFound) {
		return id, err
	}
	c, err := records.OpenCase(ctx, tx, nil, records.NewCase{Subject: fmt.Sprintf("Transakční protokoly %d", year)}, now)
	if err != nil {
		return 0, err
	}
	return c.ID, records.Handle(ctx, tx, c.ID, records.ByNote, "Spis vede systém: ukládá do něj každý den zapečetěný protokol.", now)
}

// List are the parts of the transaction's office from before a day (zero = all), the newest first.
func List(ctx context.Context, tx *db.Tx, before time.Time, limit int) ([]Part, error) {
	if before.IsZero() {
		before = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	list := []Part{}
	err := tx.SelectContext(ctx, &list, sql.Get("list"), tx.Office, before.Format(time.DateOnly), min(limit, math.MaxInt16))
	return list, db.Classify(err)
}

// OnDay is the part of a day. Errors: NotFound.
func OnDay(ctx context.Context, tx *db.Tx, day time.Time) (p Part, err error) {
	err = db.Classify(tx.GetContext(ctx, &p, sql.Get("on-day"), tx.Office, day.Format(time.DateOnly)))
	return p, err
}

// Proof is what anybody may know of a document whose file he holds.
type Proof struct {
	Office          int32      `db:"office_id"`
	ReferenceNumber string     `db:"reference_number"`
	Direction       string     `db:"direction"`
	Kind            string     `db:"kind"`
	RegisteredAt    time.Time  `db:"registered_at"`
	Cancelled       bool       `db:"cancelled"`
	Day             *time.Time `db:"day"` // of a part of the log
	Since           *time.Time `db:"since"`
	Events          *int64     `db:"events"`
	Signer          string     `db:"signer"`
	Test            bool       `db:"test"`
	StampedAt       *time.Time `db:"stamped_at"`
}

// LastDays are the last sealed days by office; an office without any is not there.
func LastDays(ctx context.Context, d *db.DB) (map[int32]time.Time, error) {
	var rows []struct {
		Office int32     `db:"office_id"`
		Day    time.Time `db:"day"`
	}
	err := d.SelectContext(ctx, &rows, sql.Get("unscoped-days"))
	out := map[int32]time.Time{}
	for _, r := range rows {
		out[r.Office] = date(r.Day)
	}
	return out, db.Classify(err)
}

// Public answers what anybody may ask of documents and logs of offices.
type Public struct{ DB *db.DB }

// WhoseFile looks a file up by its SHA-256 among the documents that offices made, at most 20 of them.
func (p *Public) WhoseFile(ctx context.Context, sha256 string) ([]Proof, error) {
	list := []Proof{}
	err := p.DB.SelectContext(ctx, &list, sql.Get("unscoped-proof"), sha256)
	return list, db.Classify(err)
}

// ByNumber is the sealed part of an office's log with a reference number. Errors: NotFound.
func (p *Public) ByNumber(ctx context.Context, office int32, number string) (part Part, err error) {
	err = p.DB.Tx(ctx, db.Scope{Office: office, Actor: "public"}, func(tx *db.Tx) error {
		return db.Classify(tx.GetContext(ctx, &part, sql.Get("by-number"), tx.Office, number))
	})
	return part, err
}
