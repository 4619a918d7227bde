package board

import (
	"context"
	_ "embed"
	"net/url"
	"strconv"
	"strings"
	"time"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
)

//go:embed public.sql
var publicText string

var publicSQL = db.Load("board-public", publicText)

// Channel is what PostgreSQL notifies with the id of an office whose board changed.
const Channel = "board"

// Public reads what anyone may see: it needs no session and changes nothing.
type Public struct {
	db      *db.DB
	tallies tallies
}

// NewPublic reads over the pool of the app.
func NewPublic(d *db.DB) *Public { return &Public{db: d} }

// Item is one line of a list of a board.
type Item struct {
	OfficeID        int32      `db:"office_id"`
	PostingID       int64      `db:"posting_id"`
	Number          string     `db:"number"`
	Kind            string     `db:"kind"`
	Class           Class      `db:"class"`
	Title           string     `db:"title"`
	Issuer          string     `db:"issuer"`
	ReferenceNumber string     `db:"reference_number"`
	FileMark        string     `db:"file_mark"`
	Files           int        `db:"files"`
	PostedAt        time.Time  `db:"posted_at"`
	UntilOn         *time.Time `db:"until_on"` // the last day it hangs
	RemovedAt       *time.Time `db:"removed_at"`
	EventAt         *time.Time `db:"event_at"`
}

// Key is where a list goes on: after this item, the latest first.
type Key struct {
	At      time.Time
	Office  int32
	Posting int64
}

// Key of the item.
func (i *Item) Key() Key { return Key{i.PostedAt, i.OfficeID, i.PostingID} }

// String writes the key for an address.
func (k Key) String() string {
	return strconv.FormatInt(k.At.UnixMicro(), 36) + "." + strconv.FormatInt(int64(k.Office), 36) + "." + strconv.FormatInt(k.Posting, 36)
}

// ParseKey reads what String wrote; anything else is the start of the list.
func ParseKey(s string) *Key {
	part := strings.Split(s, ".")
	if len(part) != 3 {
		return nil
	}
	at, err1 := strconv.ParseInt(part[0], 36, 64)
	office, err2 := strconv.ParseInt(part[1], 36, 32)
	posting, err3 := strconv.ParseInt(part[2], 36, 64)
	k := Key{time.UnixMicro(at).UTC(), int32(office), posting}
	if err1 != nil || err2 != nil || err3 != nil || k.At.Year() < 1900 || k.At.After(farAway) {
		return nil
	}
	return &k
}

// farAway is later than any posting.
var farAway = time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC)

// list runs a query for one item more than wanted: the last one only says that the list goes on.
func (p *Public) list(ctx context.Context, limit int, query string, args ...any) ([]Item, bool, error) {
	var items []Item
	if err := p.db.SelectContext(ctx, &items, publicSQL.Get(query), append(args, limit+1)...); err != nil {
		return nil, false, db.Classify(err)
	}
	settle(items)
	if len(items) > limit {
		return items[:limit], true, nil
	}
	return items, false, nil
}

// settle makes dates read from the database legal dates.
func settle(items []Item) {
	for i := range items {
		if u := items[i].UntilOn; u != nil {
			d := day(*u)
			items[i].UntilOn = &d
		}
	}
}

// Front is the first look at a board: the latest of each class.
type Front struct {
	Notices, News, Events             []Item
	MoreNotices, MoreNews, MoreEvents bool
}

// Front reads the front of an office's board: so many legal notices, so many news and events. One question tells all of
// a board of usual size.
func (p *Public) Front(ctx context.Context, office int32, notices, others int) (Front, error) {
	most := notices + 2*others + 3
	var items []Item
	if err := p.db.SelectContext(ctx, &items, publicSQL.Get("public-front"), office, most); err != nil {
		return Front{}, db.Classify(err)
	}
	if len(items) == most { // there may be more of any class
		n := 0
		for n < len(items) && items[n].Class == Notice {
			n++
		}
		var rest []Item
		if err := p.db.SelectContext(ctx, &rest, publicSQL.Get("public-front-others"), office, others+1); err != nil {
			return Front{}, db.Classify(err)
		}
		items = append(items[:n], rest...)
	}
	settle(items)
	var f Front
	f.Notices, f.MoreNotices = take(&items, Notice, notices)
	f.News, f.MoreNews = take(&items, News, others)
	f.Events, f.MoreEvents = take(&items, Event, others)
	return f, nil
}

// take takes the items of a class off the head of a list, at most so many, and tells whether there were more.
func take(items *[]Item, class Class, most int) ([]Item, bool) {
	n := 0
	for n < len(*items) && (*items)[n].Class == class {
		n++
	}
	of := (*items)[:n]
	*items = (*items)[n:]
	return of[:min(n, most)], n > most
}

// Shown is a posting as the public sees it.
type Shown struct {
	*Posting
	Contract *Contract          // under which another office posted it
	Previews map[string]Preview // by SHA-256 of the file
}

// Show reads a posting that hangs or hung; one that waits or never hung is not there. Errors: NotFound.
func (p *Public) Show(ctx context.Context, office int32, number string) (*Shown, error) {
	s := &Shown{}
	err := p.db.Tx(ctx, db.Scope{Office: office, Actor: "public"}, func(tx *db.Tx) (err error) {
		if s.Posting, err = ByNumber(ctx, tx, number); err != nil {
			return err
		}
		if st := s.State(); st != Hanging && st != Removed {
			return errs.New(errs.NotFound, "")
		}
		if s.Previews, err = previewsOf(ctx, tx, s.ID); err != nil {
			return err
		}
		return s.contract(ctx, tx)
	})
	return s, err
}

func (s *Shown) contract(ctx context.Context, tx *db.Tx) error {
	if s.ContractID == nil {
		return nil
	}
	list, err := Contracts(ctx, tx, s.OfficeID)
	for i := range list {
		if list[i].ID == *s.ContractID {
			s.Contract = &list[i]
		}
	}
	return err
}

// Path is the address of an office's board.
func Path(slug string) string { return "/urady/" + slug + "/deska" }

// ItemPath is the address of a posting, on any page and on paper.
func ItemPath(slug, number string) string { return Path(slug) + "/" + number }

// FilePath is the address of a file of a posting.
func FilePath(slug, number string, f *File) string {
	return ItemPath(slug, number) + "/" + strconv.Itoa(f.Ordinal) + "/" + url.PathEscape(f.Name)
}

// File is the revision's file of an ordinal and name.
func (r *Revision) File(ordinal int, name string) (*File, bool) {
	for i := range r.Files {
		if f := &r.Files[i]; f.Ordinal == ordinal && f.Name == name {
			return f, true
		}
	}
	return nil, false
}

// FileAt finds a file by its address: the current revision's, or an earlier one's when that has it no more, so that an
// address once given keeps leading somewhere.
func (p *Posting) FileAt(ordinal int, name string) (*File, bool) {
	for r := len(p.Revisions) - 1; r >= 0; r-- {
		if f, ok := p.Revisions[r].File(ordinal, name); ok {
			return f, true
		}
	}
	return nil, false
}

// DaysLeft is how many whole days remain till the last day it hangs: 0 on that day, -1 when none is set.
func DaysLeft(until *time.Time, now time.Time) int {
	if until == nil {
		return -1
	}
	return max(0, int(until.Sub(clock.Date(now)).Hours()+12)/24)
}
