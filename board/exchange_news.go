package board

import (
	"context"
	"io"
	"iter"

	"epom/board/ofn"
	"epom/internal/clock"
	"epom/internal/db"
)

// WriteNews writes what hangs of the board's news by OFN "Aktuality": they are no legal notices.
func (o OpenData) WriteNews(ctx context.Context, tx *db.Tx, w io.Writer) error {
	return ofn.WriteNews(w, turned(o.rows(ctx, tx, News, HangingNow), o.news))
}

// WriteEvents writes what hangs of the board's events by OFN "Události".
func (o OpenData) WriteEvents(ctx context.Context, tx *db.Tx, w io.Writer) error {
	return ofn.WriteEvents(w, turned(o.rows(ctx, tx, Event, HangingNow), o.event))
}

// turned makes items of rows as they come.
func turned[T any](rows iter.Seq2[*feedRow, error], turn func(*feedRow) *T) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for r, err := range rows {
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(turn(r), nil) {
				return
			}
		}
	}
}

// thing is what news and events have in common.
func (o OpenData) thing(r *feedRow) ofn.Thing {
	t := ofn.Thing{IRI: o.Base + ItemPath(o.Office.Slug, r.number()), Name: ofn.Czech(r.Title), Description: ofn.Czech(r.Text),
		Created: ofn.At(r.PostedAt.In(clock.Prague)), RelevantTo: until(r.UntilOn), Attachments: o.documents(r)}
	if r.Revision > 1 {
		t.Updated = ofn.At(r.At.In(clock.Prague))
	}
	return t
}

func (o OpenData) news(r *feedRow) *ofn.News {
	by := o.Operator()
	return &ofn.News{Thing: o.thing(r), Areas: places(r.Places.V), Announcer: &by}
}

func (o OpenData) event(r *feedRow) *ofn.Event {
	e := &ofn.Event{Thing: o.thing(r), Organisers: []ofn.Person{o.Operator()}, Places: places(r.Places.V)}
	if r.EventPlace != "" {
		e.Places = append(e.Places, ofn.Place{Thing: ofn.Thing{Name: ofn.Czech(r.EventPlace)}})
	}
	if r.EventAt != nil {
		e.Times = ofn.Lasting(ofn.At(r.EventAt.In(clock.Prague)), ofn.Unspecified())
	}
	return e
}
