package board

import (
	"context"
	_ "embed"
	"strings"
	"time"

	"github.com/lib/pq"

	"epom/internal/db"
)

//go:embed preview.sql
var previewText string

var previewSQL = db.Load("board-preview", previewText)

// Preview is what is known of a file's inside. It is made once for all postings of an office that have the file.
type Preview struct {
	SHA256    string             `db:"sha256"`
	Pages     int                `db:"pages"`
	Text      string             `db:"text"`
	Pictures  db.JSON[[]Picture] `db:"pictures"` // of the first pages; one that could not be drawn is left out
	Thumb     string             `db:"thumb"`    // SHA-256 of the small picture of the first page
	ThumbType string             `db:"thumb_type"`
	Problem   string             `db:"problem"` // code of internal/preview
}

// Picture is the picture of one page of a file.
type Picture struct {
	Page   int    `json:"page"` // from 1
	SHA256 string `json:"sha256"`
	Type   string `json:"type"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	From   int    `json:"from"` // bytes of the text: this page's begins here
	To     int    `json:"to"`   // and ends before this
}

// Picture is the picture of a page, from 1; the zero one when there is none.
func (v *Preview) Picture(page int) Picture {
	for _, p := range v.Pictures.V {
		if p.Page == page {
			return p
		}
	}
	return Picture{}
}

// PageText is the text of a pictured page; empty when the page has none, or when it is not known which is its.
func (v *Preview) PageText(p Picture) string {
	if p.From < 0 || p.To > len(v.Text) || p.From >= p.To {
		return ""
	}
	return strings.TrimSpace(v.Text[p.From:p.To])
}

// Previews reads what is known of files of the transaction's office, by their SHA-256.
func Previews(ctx context.Context, tx *db.Tx, hashes []string) (map[string]Preview, error) {
	return previews(ctx, tx, "previews", pq.Array(hashes))
}

// previewsOf reads what is known of all files of a posting.
func previewsOf(ctx context.Context, tx *db.Tx, id int64) (map[string]Preview, error) {
	return previews(ctx, tx, "previews-of", id)
}

func previews(ctx context.Context, tx *db.Tx, query string, of any) (map[string]Preview, error) {
	var list []Preview
	if err := tx.SelectContext(ctx, &list, previewSQL.Get(query), tx.Office, of); err != nil {
		return nil, db.Classify(err)
	}
	known := make(map[string]Preview, len(list))
	for _, v := range list {
		known[v.SHA256] = v
	}
	return known, nil
}

// Unmade lists the kept files of a posting's current revision of which no preview was made; with tool also those that had
// none for want of it.
func Unmade(ctx context.Context, tx *db.Tx, id int64, tool bool) ([]File, error) {
	var list []struct {
		Revision int `db:"revision"`
		File
	}
	if err := tx.SelectContext(ctx, &list, previewSQL.Get("unmade"), tx.Office, id, tool); err != nil {
		return nil, db.Classify(err)
	}
	files := make([]File, len(list))
	for i := range list {
		files[i] = list[i].File
	}
	return files, nil
}

// PostingsUnmade lists postings with such files, those that hang first, at most so many.
func PostingsUnmade(ctx context.Context, tx *db.Tx, tool bool, limit int) ([]Ref, error) {
	var list []Ref
	err := tx.SelectContext(ctx, &list, previewSQL.Get("postings-unmade"), tx.Office, tool, limit)
	return list, db.Classify(err)
}

// KeepPreview keeps what was made of a file, in place of what was known before.
func KeepPreview(ctx context.Context, tx *db.Tx, v Preview, now time.Time) error {
	if v.Pictures.V == nil {
		v.Pictures.V = []Picture{}
	}
	_, err := tx.ExecContext(ctx, previewSQL.Get("keep-preview"), tx.Office, v.SHA256, now, v.Pages, v.Text, v.Pictures, v.Thumb, v.ThumbType, v.Problem)
	return db.Classify(err)
}

// WithItems lists the offices that ever posted anything.
func WithItems(ctx context.Context, tx *db.Tx) ([]int32, error) {
	var ids []int32
	err := tx.SelectContext(ctx, &ids, previewSQL.Get("unscoped-with-items"))
	return ids, db.Classify(err)
}
