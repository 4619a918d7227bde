package books

import (
	"context"
	"errors"
	"math"
	"net/url"
	"slices"
	"time"

	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
)

// JobBook is the kind of the job that makes a book; payload: Ref.
const JobBook = "book"

// Ref names a book.
type Ref struct {
	Office int32 `json:"office"`
	Book   int64 `json:"book"`
}

// Kinds of books.
const (
	Journal    = "journal"    // of a register and year: evidence, rok
	OpenCases  = "open"       // case files that are not handled
	Found      = "search"     // what a search finds: the address of the search
	Statistics = "statistics" // of a year: rok
)

// Formats of books.
const (
	CSV  = "csv"
	XLSX = "xlsx"
	PDF  = "pdf"
)

// Keep is how long the file of a book stays.
const Keep = 7 * 24 * time.Hour

// maxWaiting is how many unfinished books a person may have.
const maxWaiting = 5

// Book is something made in the background to be taken away.
type Book struct {
	OfficeID    int32      `db:"office_id"`
	ID          int64      `db:"id"`
	Kind        string     `db:"kind"`
	Format      string     `db:"format"`
	Title       string     `db:"title"`
	Query       string     `db:"query"`
	AccountID   int64      `db:"account_id"`
	AccountName string     `db:"account_name"`
	AskedAt     time.Time  `db:"asked_at"`
	Total       *int64     `db:"total"`
	Done        int64      `db:"done"`
	StartedAt   *time.Time `db:"started_at"`
	FinishedAt  *time.Time `db:"finished_at"`
	StoppedAt   *time.Time `db:"stopped_at"`
	Problem     string     `db:"problem"`
	Name        string     `db:"name"`
	SHA256      string     `db:"sha256"` // empty before it is finished, and once the file has gone
	Size        int64      `db:"size"`
	Seal        string     `db:"seal"`
	ExpiresAt   *time.Time `db:"expires_at"`
}

// States of a book.
const (
	Waiting = "waiting"
	Running = "running"
	Ready   = "ready"
	Gone    = "gone" // its time is over
	Stopped = "stopped"
	Broken  = "broken"
)

// State is what is happening with the book.
func (b *Book) State() string {
	switch {
	case b.StoppedAt != nil:
		return Stopped
	case b.Problem != "":
		return Broken
	case b.FinishedAt != nil && b.SHA256 != "":
		return Ready
	case b.FinishedAt != nil:
		return Gone
	case b.StartedAt != nil:
		return Running
	}
	return Waiting
}

// Percent is how much of it is done, -1 when that cannot be told.
func (b *Book) Percent() int {
	if b.Total == nil {
		return -1
	}
	if *b.Total == 0 {
		return 100
	}
	return int(min(100, b.Done*100 / *b.Total))
}

// Ask has a book made. One that the person waits for already is answered again.
func Ask(ctx context.Context, tx *db.Tx, b Book, at time.Time) (int64, error) {
	formats := map[string][]string{Journal: {CSV, XLSX, PDF}, OpenCases: {CSV, XLSX, PDF}, Found: {CSV, XLSX}, Statistics: {CSV, XLSX, PDF}}
	if !slices.Contains(formats[b.Kind], b.Format) {
		return 0, errs.Fields(errs.Field{Name: "format", Message: "Vyberte, v jakém formátu se má sestava vytvořit."})
	}
	if _, err := url.ParseQuery(b.Query); err != nil || len(b.Query) > maxQuery {
		return 0, errs.Fields(errs.Field{Name: "query", Message: "Tento výběr nejde přečíst. Vyhledejte znovu, co potřebujete."})
	}
	var id int64
	if err := tx.GetContext(ctx, &id, sql.Get("same-book"), tx.Office, b.AccountID, b.Kind, b.Format, b.Query); err == nil {
		return id, nil
	} else if !errs.Is(db.Classify(err), errs.NotFound) {
		return 0, err
	}
	var waiting int
	if err := tx.GetContext(ctx, &waiting, sql.Get("unfinished-books"), tx.Office, b.AccountID); err != nil {
		return 0, err
	}
	if waiting >= maxWaiting {
		return 0, errs.New(errs.Conflict, "Pět vašich sestav se právě vytváří. Počkejte, až budou hotové, nebo některou zastavte.")
	}
	if err := tx.GetContext(ctx, &id, sql.Get("create-book"), tx.Office, b.Kind, b.Format, b.Title, b.Query, b.AccountID, at); err != nil {
		return 0, err
	}
	return id, jobs.Enqueue(ctx, tx, jobs.Job{Kind: JobBook, Office: tx.Office, Payload: Ref{tx.Office, id}, Priority: 7})
}

// List are a person's books, the latest first, from before an id (0 = the end).
func List(ctx context.Context, tx *db.Tx, account, before int64, limit int) ([]Book, error) {
	if before <= 0 {
		before = math.MaxInt64
	}
	list := []Book{}
	err := tx.SelectContext(ctx, &list, sql.Get("books"), tx.Office, account, before, limit)
	return list, err
}

// ByID reads a book of the transaction's office.
func ByID(ctx context.Context, tx *db.Tx, id int64) (Book, error) {
	var b Book
	err := tx.GetContext(ctx, &b, sql.Get("book"), tx.Office, id)
	return b, db.Classify(err)
}

// Stop gives up a book that is being made; whoever makes it stops at the next page.
func Stop(ctx context.Context, tx *db.Tx, account, id int64, at time.Time) error {
	r, err := tx.ExecContext(ctx, sql.Get("stop-book"), tx.Office, id, at, account)
	if err != nil {
		return err
	}
	if n, _ := r.RowsAffected(); n == 0 {
		return errs.New(errs.Conflict, "Sestava už je hotová, zastavená, nebo ji vytváří někdo jiný.")
	}
	return nil
}

// Expire removes the files of an office's books whose time is over, unless something else has the same content.
func Expire(ctx context.Context, d *db.DB, scope db.Scope, remove func(context.Context, string) error, at time.Time) error {
	var old []struct {
		ID     int64  `db:"id"`
		SHA256 string `db:"sha256"`
	}
	if err := d.Tx(ctx, scope, func(tx *db.Tx) error { return tx.SelectContext(ctx, &old, sql.Get("expired"), tx.Office, at) }); err != nil {
		return err
	}
	for _, b := range old {
		var free bool
		err := d.Tx(ctx, scope, func(tx *db.Tx) error {
			if _, err := tx.ExecContext(ctx, sql.Get("expire-book"), tx.Office, b.ID); err != nil {
				return err
			}
			return tx.GetContext(ctx, &free, sql.Get("unscoped-file-free"), b.SHA256)
		})
		if err == nil && free {
			err = remove(ctx, b.SHA256)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

var errStopped = errors.New("stopped")
