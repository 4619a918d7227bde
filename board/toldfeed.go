package board

import (
	"context"
	"strings"
	"time"

	"github.com/lib/pq"

	"epom/internal/clock"
	"epom/internal/db"
)

// Bounds of a calendar.
const (
	mostEvents   = 500
	eventsBehind = 92 * 24 * time.Hour // how long a past event stays in it, so that calendars do not drop it at once
)

// FeedItem is an item as feeds carry it.
type FeedItem struct {
	Item
	ChangedAt  time.Time `db:"changed_at"`
	EventPlace string    `db:"event_place"`
	Files      []File    `db:"-"` // of one office's feed
}

// Feed lists items as Find does, with when each changed last and, on one office's board, its documents.
func (p *Public) Feed(ctx context.Context, s Search, after *Key, limit int, now time.Time) (items []FeedItem, more bool, err error) {
	found, more, err := p.Find(ctx, s, after, limit, now)
	if err != nil || len(found) == 0 {
		return nil, false, err
	}
	var offices, postings pq.Int64Array
	at := map[[2]int64]int{}
	for i, item := range found {
		offices, postings = append(offices, int64(item.OfficeID)), append(postings, item.PostingID)
		at[[2]int64{int64(item.OfficeID), item.PostingID}] = i
		items = append(items, FeedItem{Item: item, ChangedAt: item.PostedAt})
	}
	var rows []struct {
		Office  int64     `db:"office_id"`
		Posting int64     `db:"posting_id"`
		Changed time.Time `db:"changed_at"`
	}
	if err := p.db.SelectContext(ctx, &rows, toldSQL.Get("feed-changed"), offices, postings); err != nil {
		return nil, false, db.Classify(err)
	}
	for _, r := range rows {
		items[at[[2]int64{r.Office, r.Posting}]].ChangedAt = r.Changed
	}
	if s.Office == 0 {
		return items, more, nil
	}
	var files []struct {
		Posting int64 `db:"posting_id"`
		File
	}
	err = p.db.Tx(ctx, db.Scope{Office: s.Office, Actor: "public"}, func(tx *db.Tx) error {
		return tx.SelectContext(ctx, &files, toldSQL.Get("feed-files"), s.Office, postings)
	})
	for _, f := range files {
		i := at[[2]int64{int64(s.Office), f.Posting}]
		items[i].Files = append(items[i].Files, f.File)
	}
	return items, more, err
}

// Calendar lists what takes place, the earliest first: of the past three months and ahead, also what was called off. With
// terms, the last days of notices that hang come after it.
func (p *Public) Calendar(ctx context.Context, s Search, terms bool, now time.Time) ([]FeedItem, error) {
	s.Class = ""
	q, ends := s.query()
	wanted := strings.Join(append(q[1:], ends...), " & ") // whether it still hangs does not matter
	var items, last []FeedItem
	if err := p.db.SelectContext(ctx, &items, toldSQL.Get("unscoped-calendar-events"), now.Add(-eventsBehind), wanted, mostEvents); err != nil {
		return nil, db.Classify(err)
	}
	if terms {
		today := clock.Date(now)
		if err := p.db.SelectContext(ctx, &last, toldSQL.Get("unscoped-calendar-terms"), date(&today), wanted, mostEvents); err != nil {
			return nil, db.Classify(err)
		}
	}
	items = append(items, last...)
	for i := range items {
		if u := items[i].UntilOn; u != nil {
			d := day(*u)
			items[i].UntilOn = &d
		}
	}
	return items, nil
}

// CalledOff tells whether the event will not take place: its posting was taken down before it.
func (i *FeedItem) CalledOff() bool {
	return i.EventAt != nil && i.RemovedAt != nil && i.RemovedAt.Before(*i.EventAt)
}
