package board

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"math"
	"time"

	"github.com/lib/pq"

	"epom/board/ofn"
	"epom/forms/checks"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/offices"
)

//go:embed exchange.sql
var exchangeText string

var exchangeSQL = db.Load("board-exchange", exchangeText)

// OpenData gives out one office's board by the open formal norms.
type OpenData struct {
	Law    *Law
	Office *offices.Office
	Base   string // address of the site, without a slash at its end
}

// Extent is how much of a board is given out.
type Extent string

// Extents of open data.
const (
	HangingNow Extent = "here"
	StillShown Extent = "shown" // the same, and what the source of an imported board still shows although its own term is over
	EverHung   Extent = "ever"  // the archive too
)

// feedPage is how many postings stand in memory while a feed is written.
const feedPage = 500

// WriteBoard writes the board's legal notices as OFN "Úřední desky", page by page. A posting that the norm would not allow
// is left out; FeedFaults tells of it.
func (o OpenData) WriteBoard(ctx context.Context, tx *db.Tx, extent Extent, w io.Writer) error {
	head, err := o.head(ctx, tx)
	if err != nil {
		return err
	}
	rows := o.rows(ctx, tx, Notice, extent)
	return ofn.WriteBoard(w, head, func(yield func(*ofn.Notice, error) bool) {
		for r, err := range rows {
			if err != nil {
				yield(nil, err)
				return
			}
			n, err := o.notice(ctx, tx, r)
			if err == nil && r.allowed(n) && !yield(n, nil) || err != nil && !yield(nil, err) {
				return
			}
		}
	})
}

// head is the board itself: as the source had it when it was imported, else the office's own.
func (o OpenData) head(ctx context.Context, tx *db.Tx) (*ofn.Board, error) {
	own := &ofn.Board{Thing: ofn.Thing{IRI: o.Base + Path(o.Office.Slug), Name: ofn.Czech("Úřední deska – " + o.Office.Name)},
		Page: o.Base + Path(o.Office.Slug), Operator: o.Operator(), Place: o.place()}
	s, err := sourceOf(ctx, tx)
	if errs.Is(err, errs.NotFound) {
		return own, nil
	}
	if err != nil {
		return nil, err
	}
	head, err := s.board()
	if err != nil {
		return nil, err
	}
	if head.IRI == "" {
		head.IRI = own.IRI
	}
	if head.Page == "" {
		head.Page = own.Page
		delete(head.Extra, "stránka")
	}
	if head.Operator.ICO == "" && head.Operator.OVM == "" && head.Extra["provozovatel"] == nil {
		head.Operator = own.Operator
	}
	return head, nil
}

// Operator names the office by its IČO, or as a public authority when that is not right.
func (o OpenData) Operator() ofn.Person {
	p := ofn.Person{Thing: ofn.Thing{Name: ofn.Czech(o.Office.Name)}}
	ico, ok := checks.ICO(o.Office.ICO)
	switch {
	case ok:
		p.ICO = ico
	case o.Office.ICO != "":
		p.OVM = o.Office.ICO
	default:
		p.OVM = o.Office.Slug
	}
	return p
}

// place is where the office sits.
func (o OpenData) place() *ofn.Place {
	a := &ofn.Address{Words: ofn.Czech(o.Office.Address())}
	if o.Office.Kind == offices.OfMunicipality && o.Office.MunicipalityCode != 0 {
		a.Municipality = ofn.RUIAN("obec", int64(o.Office.MunicipalityCode))
		a.MunicipalityName = ofn.Czech(o.Office.SeatName)
	}
	if a.Words == nil && a.Municipality == "" {
		return nil
	}
	return &ofn.Place{Address: a}
}

// feedRow is a posting with its current revision, as the open data need it.
type feedRow struct {
	ID                int64      `db:"id"`
	Version           int        `db:"version"`
	Year              int        `db:"year"`
	No                int64      `db:"no"`
	Revision          int        `db:"revision"`
	MadeAt            time.Time  `db:"made_at"`
	At                time.Time  `db:"at"`
	PostedAt          time.Time  `db:"posted_at"`
	UntilOn           *time.Time `db:"until_on"`
	RemovedAt         *time.Time `db:"removed_at"`
	EventAt           *time.Time `db:"event_at"`
	EventPlace        string     `db:"event_place"`
	PhysicalPostedAt  *time.Time `db:"physical_posted_at"`
	PhysicalRemovedAt *time.Time `db:"physical_removed_at"`
	Base              int        `db:"base"`   // imported and corrected here since: the last revision of the source
	Judged            *int       `db:"judged"` // the version of which it is known whether it may go out
	Faulty            bool       `db:"faulty"`
	Content
}

// number is the posting's address on its board.
func (r *feedRow) number() string { return Number(r.Year, r.No) }

// allowed tells whether the posting may stand in the open data: what was found before, or found now of a version not yet
// judged.
func (r *feedRow) allowed(n *ofn.Notice) bool {
	if r.Judged != nil && *r.Judged == r.Version {
		return !r.Faulty
	}
	return len(ofn.ValidateNotice(n)) == 0
}

// rows reads postings of one class page by page, the latest first.
func (o OpenData) rows(ctx context.Context, tx *db.Tx, class Class, extent Extent) iter.Seq2[*feedRow, error] {
	return func(yield func(*feedRow, error) bool) {
		at, id := farAway, int64(math.MaxInt64)
		for {
			var keys []struct {
				At time.Time `db:"posted_at"`
				ID int64     `db:"posting_id"`
			}
			if err := tx.SelectContext(ctx, &keys, exchangeSQL.Get("feed-"+string(extent)), tx.Office, string(class), at, id, feedPage); err != nil {
				yield(nil, db.Classify(err))
				return
			}
			ids := make([]int64, len(keys))
			for i, k := range keys {
				ids[i], at, id = k.ID, k.At, k.ID
			}
			rows, err := feedRows(ctx, tx, ids)
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range rows {
				if !yield(&rows[i], nil) {
					return
				}
			}
			if len(keys) < feedPage {
				return
			}
		}
	}
}

// feedRows reads postings by their ids, in that order.
func feedRows(ctx context.Context, tx *db.Tx, ids []int64) ([]feedRow, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []feedRow
	if err := tx.SelectContext(ctx, &rows, exchangeSQL.Get("feed-rows"), tx.Office, pq.Array(ids)); err != nil {
		return nil, db.Classify(err)
	}
	var files []struct {
		Posting int64 `db:"posting_id"`
		File
	}
	if err := tx.SelectContext(ctx, &files, exchangeSQL.Get("feed-files"), tx.Office, pq.Array(ids)); err != nil {
		return nil, db.Classify(err)
	}
	at := make(map[int64]int, len(rows))
	for i := range rows {
		at[rows[i].ID] = i
		for _, d := range []**time.Time{&rows[i].UntilOn, &rows[i].ApprovedOn} {
			if *d != nil {
				t := day(**d)
				*d = &t
			}
		}
	}
	for _, f := range files {
		r := &rows[at[f.Posting]]
		r.Files = append(r.Files, f.File)
	}
	return rows, nil
}

// Read runs what only reads one office's board, for anyone.
func (p *Public) Read(ctx context.Context, office int32, fn func(*db.Tx) error) error {
	return p.db.Tx(ctx, db.Scope{Office: office, Actor: "public"}, fn)
}

// DataState is a short name of the state of an office's open data: another one after each change.
func (p *Public) DataState(ctx context.Context, office int32) (string, error) {
	var s struct {
		N        int64 `db:"n"`
		Versions int64 `db:"versions"`
	}
	err := p.Read(ctx, office, func(tx *db.Tx) error { return tx.GetContext(ctx, &s, exchangeSQL.Get("feed-state"), office) })
	return fmt.Sprintf("%x-%x", s.N, s.Versions), db.Classify(err)
}

// Source is what is known of a board that came from another system.
type Source struct {
	Head db.JSON[json.RawMessage] `db:"head"`
	From time.Time                `db:"from_at"` // the earliest state taken in
	To   time.Time                `db:"to_at"`   // the latest one
}

// sourceOf reads where the board of the transaction's office came from. Errors: NotFound.
func sourceOf(ctx context.Context, tx *db.Tx) (*Source, error) {
	var s Source
	err := tx.GetContext(ctx, &s, exchangeSQL.Get("head"), tx.Office)
	return &s, db.Classify(err)
}
