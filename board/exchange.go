package board

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
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
	return ofn.WriteItems(w, head, o.items(ctx, tx, extent))
}

// items are the legal notices as JSON: as they were judged, or made and judged now when that was not done yet.
func (o OpenData) items(ctx context.Context, tx *db.Tx, extent Extent) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for ids, err := range pages(ctx, tx, Notice, extent) {
			list, err2 := o.page(ctx, tx, ids)
			if err = errors.Join(err, err2); err != nil {
				yield(nil, err)
				return
			}
			for _, item := range list {
				if len(item) > 0 && !yield(item, nil) {
					return
				}
			}
		}
	}
}

// page are the items of some postings, in their order; an empty one may not go out.
func (o OpenData) page(ctx context.Context, tx *db.Tx, ids []int64) ([][]byte, error) {
	var known []struct {
		ID   int64   `db:"id"`
		Item *string `db:"item"`
	}
	if err := tx.SelectContext(ctx, &known, exchangeSQL.Get("feed-items"), tx.Office, pq.Array(ids), o.Base); err != nil {
		return nil, db.Classify(err)
	}
	list := make([][]byte, len(known))
	var unknown []int64
	at := map[int64]int{}
	for i, k := range known {
		if k.Item == nil {
			unknown, at[k.ID] = append(unknown, k.ID), i
			continue
		}
		list[i] = []byte(*k.Item)
	}
	rows, err := feedRows(ctx, tx, unknown)
	for i := range rows {
		_, item, err := o.judge(ctx, tx, &rows[i])
		if err != nil {
			return nil, err
		}
		list[at[rows[i].ID]] = item
	}
	return list, err
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
	Base              int        `db:"base"` // imported and corrected here since: the last revision of the source
	Content
}

// number is the posting's address on its board.
func (r *feedRow) number() string { return Number(r.Year, r.No) }

// pages are the ids of postings of one class, the latest first, page by page.
func pages(ctx context.Context, tx *db.Tx, class Class, extent Extent) iter.Seq2[[]int64, error] {
	return func(yield func([]int64, error) bool) {
		at, id := farAway, int64(math.MaxInt64)
		for {
			var keys []struct {
				At time.Time `db:"posted_at"`
				ID int64     `db:"posting_id"`
			}
			err := tx.SelectContext(ctx, &keys, exchangeSQL.Get("feed-"+string(extent)), tx.Office, string(class), at, id, feedPage)
			ids := make([]int64, len(keys))
			for i, k := range keys {
				ids[i], at, id = k.ID, k.At, k.ID
			}
			if !yield(ids, db.Classify(err)) || len(keys) < feedPage {
				return
			}
		}
	}
}

// rows reads postings of one class page by page, the latest first.
func (o OpenData) rows(ctx context.Context, tx *db.Tx, class Class, extent Extent) iter.Seq2[*feedRow, error] {
	return func(yield func(*feedRow, error) bool) {
		for ids, err := range pages(ctx, tx, class, extent) {
			rows, err2 := feedRows(ctx, tx, ids)
			if err = errors.Join(err, err2); err != nil {
				yield(nil, err)
				return
			}
			for i := range rows {
				if !yield(&rows[i], nil) {
					return
				}
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
