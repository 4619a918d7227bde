package board

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/lib/pq"

	"epom/internal/db"
)

// ScreenItem is one thing that hangs, as the screen in the street shows it.
type ScreenItem struct {
	Item
	Version int      `db:"version"` // of the posting
	Sheets  []Sheets `db:"-"`
}

// Sheets are the pictures of one document.
type Sheets struct {
	PostingID int64              `db:"posting_id"`
	Ordinal   int                `db:"ordinal"`
	SHA256    string             `db:"sha256"`
	MadeAt    time.Time          `db:"made_at"`
	Pictures  db.JSON[[]Picture] `db:"pictures"`
}

// State changes whenever anything the screen says of the item does.
func (i *ScreenItem) State() string {
	s := strconv.Itoa(i.Version)
	for _, d := range i.Sheets {
		s += fmt.Sprintf(".%x", d.MadeAt.UnixMicro())
	}
	return s
}

// Screen reads what a board's screen in the street shows, with the pictures of its documents: at most so many legal notices, so
// many events and news.
func (p *Public) Screen(ctx context.Context, office int32, notices, others int) (items []ScreenItem, err error) {
	err = p.db.Tx(ctx, db.Scope{Office: office, Actor: "public"}, func(tx *db.Tx) error {
		if err := tx.SelectContext(ctx, &items, previewSQL.Get("screen-items"), office, notices, others); err != nil {
			return db.Classify(err)
		}
		ids := make([]int64, len(items))
		for i := range items {
			ids[i] = items[i].PostingID
			if u := items[i].UntilOn; u != nil {
				d := day(*u)
				items[i].UntilOn = &d
			}
		}
		var sheets []Sheets
		if err := tx.SelectContext(ctx, &sheets, previewSQL.Get("screen-sheets"), office, pq.Array(ids)); err != nil {
			return db.Classify(err)
		}
		for _, s := range sheets {
			i := &items[slices.Index(ids, s.PostingID)]
			i.Sheets = append(i.Sheets, s)
		}
		return nil
	})
	return items, err
}

// PicturePath is the address of the picture of a document's page; page 0 is the small one of the first. It says the document's hash,
// so what it gives never changes.
func PicturePath(slug, number string, ordinal, page int, hash string) string {
	return ItemPath(slug, number) + "/" + strconv.Itoa(ordinal) + "/strana/" + strconv.Itoa(page) + "?soubor=" + hash[:16]
}
