package board

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"epom/board/ofn"
	"epom/forms/checks"
	"epom/internal/clock"
	"epom/internal/db"
)

// Own attributes of open data, beside those of the norm: what really happened to the posting, and what its files are.
const (
	extraNumber     = "evidenční_číslo"
	extraKind       = "druh_vyvěšení"
	extraIssuer     = "původce"
	extraPeople     = "dotčené_osoby"    // by name alone, which the norm has no place for
	extraRemoved    = "sejmuto"          // on the electronic board
	extraPaperUp    = "vyvěšeno_fyzicky" // on the board in the street
	extraPaperDown  = "sejmuto_fyzicky"
	extraEvent      = "termín_události"
	extraEventPlace = "místo_události"
	extraHash       = "sha256" // of a file
	extraSize       = "velikost"
)

// notice is the posting as the norm has it. An imported one is given back as it came, changed only by what was changed
// here since.
func (o OpenData) notice(ctx context.Context, tx *db.Tx, r *feedRow) (*ofn.Notice, error) {
	if len(r.Source.V) == 0 || bytes.Equal(r.Source.V, []byte("null")) {
		return o.own(r), nil
	}
	n, err := ofn.ParseNotice(r.Source.V)
	if err != nil {
		return nil, fmt.Errorf("board: posting %s of office %d: %w", r.number(), tx.Office, err)
	}
	if r.Base > 0 {
		p, err := ByID(ctx, tx, r.ID)
		if err != nil {
			return nil, err
		}
		o.correct(n, &p.Revisions[r.Base-1].Content, r)
	}
	if was := sourceUntil(n); !sameDay(was, r.UntilOn) {
		n.RelevantTo = until(r.UntilOn)
		delete(n.Extra, "relevantní_do")
	}
	return n, nil
}

// own is a posting made here.
func (o OpenData) own(r *feedRow) *ofn.Notice {
	n := &ofn.Notice{}
	page := o.Base + ItemPath(o.Office.Slug, r.number())
	n.IRI, n.URL = page, page
	n.Posted, n.RelevantTo = ofn.At(r.PostedAt.In(clock.Prague)), until(r.UntilOn)
	o.content(n, r)
	if r.ApprovedOn != nil {
		n.Approved = ofn.On(*r.ApprovedOn)
	}
	if r.Revision > 1 {
		n.Revision = fmt.Sprint(r.Revision)
		n.Updated = ofn.At(r.At.In(clock.Prague))
	}
	n.Created = ofn.At(r.MadeAt.In(clock.Prague))
	n.Extra = extra(n.Extra, extraNumber, r.number())
	n.Extra = extra(n.Extra, extraKind, r.Kind)
	n.Extra = extra(n.Extra, extraIssuer, issuer(r))
	for name, t := range map[string]*time.Time{extraRemoved: r.RemovedAt, extraPaperUp: r.PhysicalPostedAt, extraPaperDown: r.PhysicalRemovedAt, extraEvent: r.EventAt} {
		if t != nil {
			n.Extra = extra(n.Extra, name, t.In(clock.Prague).Format(time.RFC3339))
		}
	}
	if r.EventPlace != "" {
		n.Extra = extra(n.Extra, extraEventPlace, r.EventPlace)
	}
	return n
}

// content fills in what the current revision says.
func (o OpenData) content(n *ofn.Notice, r *feedRow) {
	n.Name, n.Description, n.Reference, n.FileMark = ofn.Czech(r.Title), ofn.Czech(r.Text), r.ReferenceNumber, r.FileMark
	n.Agendas, n.Places, n.Subjects = o.agendas(r), places(r.Places.V), nil
	var names []string
	for _, s := range r.Subjects.V {
		if ico, ok := checks.ICO(s.ICO); ok {
			n.Subjects = append(n.Subjects, ofn.Person{Thing: ofn.Thing{Name: ofn.Czech(s.Name)}, ICO: ico})
		} else {
			names = append(names, s.Name)
		}
	}
	if names != nil {
		n.Extra = extra(n.Extra, extraPeople, names)
	}
	n.Documents = o.documents(r)
}

// agendas are those the clerk named, or the kind of posting.
func (o OpenData) agendas(r *feedRow) (list []ofn.Agenda) {
	for _, a := range r.Agendas.V {
		if a != "" {
			list = append(list, ofn.NewAgenda(a))
		}
	}
	if list == nil {
		if k, err := o.Law.Kind(r.Kind, r.PostedAt); err == nil {
			list = append(list, ofn.NewAgenda(k.Name))
		}
	}
	return list
}

func (o OpenData) documents(r *feedRow) (list []ofn.Document) {
	for i := range r.Files {
		f := &r.Files[i]
		address := f.URL
		if f.SHA256 != "" {
			address = o.Base + FilePath(o.Office.Slug, r.number(), f)
		}
		d := ofn.NewDocument(f.Name, address, f.MediaType)
		if f.SHA256 != "" {
			d.Extra = extra(extra(d.Extra, extraHash, f.SHA256), extraSize, f.Size)
		}
		list = append(list, d)
	}
	if r.Link != "" {
		list = append(list, ofn.NewDocument("Sbírka právních předpisů územních samosprávných celků", r.Link, ""))
	}
	return list
}

// places are municipalities and points.
func places(of []Place) (list []ofn.Place) {
	for _, p := range of {
		var to ofn.Place
		if p.Municipality != 0 {
			to.Address = &ofn.Address{Municipality: ofn.RUIAN("obec", int64(p.Municipality)), MunicipalityName: ofn.Czech(p.Name)}
		} else if to.Name = ofn.Czech(p.Name); p.Name == "" && p.Lat == nil {
			continue
		}
		if p.Lat != nil && p.Lon != nil {
			to.Geometry, _ = json.Marshal(map[string]any{"type": "Point", "coordinates": []float64{*p.Lon, *p.Lat}})
		}
		list = append(list, to)
	}
	return list
}

// correct puts into an imported notice what a clerk changed here: what differs from the last revision of the source.
func (o OpenData) correct(n *ofn.Notice, was *Content, r *feedRow) {
	var fresh ofn.Notice
	o.content(&fresh, r)
	differs := func(a, b any) bool {
		x, _ := json.Marshal(a) // plain values: cannot fail
		y, _ := json.Marshal(b)
		return !bytes.Equal(x, y)
	}
	take := func(changed bool, key string, put func()) {
		if changed {
			delete(n.Extra, key)
			put()
		}
	}
	take(was.Title != r.Title, "název", func() { n.Name = fresh.Name })
	take(was.Text != r.Text, "popis", func() { n.Description = fresh.Description })
	take(was.ReferenceNumber != r.ReferenceNumber, "číslo_jednací", func() { n.Reference = fresh.Reference })
	take(was.FileMark != r.FileMark, "spisová_značka", func() { n.FileMark = fresh.FileMark })
	take(differs(was.Agendas.V, r.Agendas.V), "agenda", func() { n.Agendas = fresh.Agendas })
	take(differs(was.Places.V, r.Places.V), "umístění", func() { n.Places = fresh.Places })
	take(differs(was.Subjects.V, r.Subjects.V), "subjekt", func() { n.Subjects = fresh.Subjects })
	take(differs(was.Files, r.Files) || was.Link != r.Link, "dokument", func() { n.Documents = fresh.Documents })
	n.Revision = fmt.Sprint(r.Revision)
	n.Updated = ofn.At(r.At.In(clock.Prague))
	delete(n.Extra, "revize")
	delete(n.Extra, "aktualizováno")
}

// until is the norm's end of relevance: the last day, or explicitly none.
func until(day *time.Time) ofn.Moment {
	if day == nil {
		return ofn.Unspecified()
	}
	return ofn.On(*day)
}

// sourceUntil is the last day a notice of a source hangs by its own word; nil = not said, or not a day anything can hang to.
func sourceUntil(n *ofn.Notice) *time.Time {
	t, ok := n.RelevantTo.Time(clock.Prague)
	if !ok || t.Year() < 1900 || !t.Before(farAway) {
		return nil
	}
	d := clock.Date(t)
	return &d
}

func sameDay(a, b *time.Time) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Format(time.DateOnly) == b.Format(time.DateOnly)
}

func issuer(r *feedRow) any {
	if ico, ok := checks.ICO(r.IssuerICO); ok {
		return map[string]string{"název": r.Issuer, "ičo": ico}
	}
	return map[string]string{"název": r.Issuer}
}

// extra adds an own attribute.
func extra(to ofn.Extra, name string, value any) ofn.Extra {
	raw, err := json.Marshal(value)
	if err != nil {
		panic(err) // plain values only
	}
	if to == nil {
		to = ofn.Extra{}
	}
	to[name] = raw
	return to
}

// board reads the head of the source.
func (s *Source) board() (*ofn.Board, error) {
	return ofn.Parse(bytes.NewReader(s.Head.V), 0)
}

// FeedFault is a posting that hangs and may not stand in the open data.
type FeedFault struct {
	Year   int                  `db:"year"`
	No     int64                `db:"no"`
	Title  string               `db:"title"`
	Faults db.JSON[[]ItemFault] `db:"faults"`
}

// Number is the posting's address on its board.
func (f *FeedFault) Number() string { return Number(f.Year, f.No) }

// ItemFault is one thing the norm does not allow.
type ItemFault struct {
	Path string `json:"path"` // JSON pointer in the item
	Text string `json:"text"` // Czech
}

// FeedFaults lists what hangs on the board of the transaction's office and is left out of its open data, the latest first.
func FeedFaults(ctx context.Context, tx *db.Tx) ([]FeedFault, error) {
	var list []FeedFault
	err := tx.SelectContext(ctx, &list, exchangeSQL.Get("feed-faults"), tx.Office)
	return list, db.Classify(err)
}

// Judge looks whether a posting may stand in the open data and notes what was found; a job's, after each change.
func (o OpenData) Judge(ctx context.Context, tx *db.Tx, id int64) error {
	rows, err := feedRows(ctx, tx, []int64{id})
	if err != nil || len(rows) == 0 {
		return err
	}
	faults, item, err := o.judge(ctx, tx, &rows[0])
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, exchangeSQL.Get("judge"), tx.Office, id, rows[0].Version, db.J(faults), o.Base, string(item))
	return db.Classify(err)
}

// judge makes the item of a posting and names what the norm does not allow in it; then there is no item. Of news and events
// only the notice's common part is judged: their own norms ask for no more.
func (o OpenData) judge(ctx context.Context, tx *db.Tx, r *feedRow) ([]ItemFault, []byte, error) {
	n, err := o.notice(ctx, tx, r)
	if err != nil {
		return nil, nil, err
	}
	if faults := itemFaults(ofn.ValidateNotice(n)); len(faults) > 0 {
		return faults, nil, nil
	}
	item, err := ofn.MarshalNotice(n)
	return []ItemFault{}, item, err
}

func itemFaults(found []ofn.Fault) []ItemFault {
	faults := []ItemFault{}
	for _, f := range found {
		faults = append(faults, ItemFault{f.Path, f.Text})
	}
	return faults
}

// Outage is a time in which the source's open data were unreadable or empty.
type Outage struct {
	From   time.Time  `db:"from_at"`
	To     *time.Time `db:"to_at"` // the next good state
	Reason string     `db:"reason"`
	Line   int        `db:"line"` // of the fault; 0 = the board was empty
	Column int        `db:"col"`
	States int        `db:"states"`
}

// Outages lists the outages of the source of an imported board, the earliest first.
func Outages(ctx context.Context, tx *db.Tx) ([]Outage, error) {
	var list []Outage
	err := tx.SelectContext(ctx, &list, exchangeSQL.Get("outages"), tx.Office)
	return list, db.Classify(err)
}
