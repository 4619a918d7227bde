package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"epom/board"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/pdf"
	"epom/offices"
	"epom/users"
)

// notice is one invented posting of the demo. {obec} stands for the municipality. Days count from today, down into the
// past; hours from midnight.
type notice struct {
	kind, title, text string
	day, hour         int
	event             int    // day of the event, 0 = none
	link              string // into the state collection
	asks              string // another authority that asked for it
	until             int    // last day it hangs, 0 = as the law proposes
	plan              int    // when it is to be put up, 0 = at once
	revise            string // why it was corrected a day later
	remove            string // why it was taken down early, three days later
	cancel            string // why the planned one was given up
	past              string // why it was written down three days late
	paper             bool   // it has a document
	street            bool   // noted on the board in the street
}

// boards plans what hangs: much on some boards, a little on all others, and one neighbour that posts for another.
func (r *region) boards() error {
	rich := map[string]bool{"hejnice": true, "liberec": true, "frydlant": true}
	for i, o := range r.offices.Snapshot().Participating() {
		list := notices
		switch {
		case o.Kind == offices.OfRegion:
			list = regional
		case !rich[o.Slug]:
			from := (i * 3) % (len(notices) - 2)
			list = few(notices[from:from+2], i%3 == 0)
		}
		for n, x := range list {
			r.hang(o, x, n*7+i)
		}
	}
	return r.neighbour("bily-potok", "hejnice")
}

// few is a simpler life of a small board: setting documents and noting the paper takes the most of the time of seeding.
func few(list []notice, paper bool) []notice {
	out := slices.Clone(list)
	for i := range out {
		out[i].paper, out[i].street = paper && i == 0, false
	}
	return out
}

// hang plans the life of one posting.
func (r *region) hang(o *offices.Office, x notice, minute int) {
	by := db.Scope{Office: o.ID, Actor: users.Actor(r.staff[o.ID].clerk.ID)}
	at := r.onDay(x.day, x.hour, minute)
	if at.After(r.Now) {
		at = r.Now.Add(-time.Duration(minute+1) * time.Minute)
	}
	r.later(at, func(ctx context.Context) error {
		n, err := r.posting(ctx, o, x, at)
		if err != nil {
			return err
		}
		return r.post(ctx, by, n, x, at)
	})
}

// onDay is a time of a day counted from today.
func (r *region) onDay(day, hour, minute int) time.Time {
	return clock.Date(r.Now).AddDate(0, 0, day).Add(time.Duration(hour)*time.Hour + time.Duration(minute%60)*time.Minute)
}

func (r *region) posting(ctx context.Context, o *offices.Office, x notice, at time.Time) (board.New, error) {
	title, text := strings.ReplaceAll(x.title, "{obec}", o.SeatName), strings.ReplaceAll(x.text, "{obec}", o.SeatName)
	n := board.New{Origin: board.Typed, Content: board.Content{Kind: x.kind, Title: title, Issuer: o.Name, IssuerICO: o.ICO, Link: x.link}, PastWhy: x.past}
	if x.asks != "" {
		n.Origin, n.Requester, n.RequesterRef, n.RequesterEmail = board.FromRequest, x.asks, fmt.Sprintf("%d/2026/VYV", 1000+r.rnd.IntN(9000)), "podatelna@zadatel.example"
		n.Issuer, n.IssuerICO = x.asks, ""
	}
	if o.MunicipalityCode != 0 {
		n.Places.V = []board.Place{{Municipality: o.MunicipalityCode, Name: o.SeatName}}
	}
	if x.paper {
		f, err := r.sheet(ctx, n.Issuer, title, text, at)
		if err != nil {
			return n, err
		}
		n.Files = []board.File{f}
		if n.Origin == board.Typed {
			n.Origin = board.FromFile
		}
	} else {
		n.Text = text
	}
	if x.plan != 0 {
		n.PostAt = r.onDay(x.plan, 0, 0)
	}
	if x.past != "" {
		n.PostAt = at.AddDate(0, 0, -3)
	}
	if x.event != 0 {
		event := r.onDay(x.event, 17, 0)
		n.EventAt, n.EventPlace = &event, "zasedací místnost úřadu"
	}
	kind, err := r.law.Kind(x.kind, at)
	if err != nil {
		return n, err
	}
	on := at
	if n.PostAt.After(at) {
		on = n.PostAt
	}
	n.UntilOn = r.law.Plan(kind, on, n.EventAt).Until
	if x.until != 0 {
		until := r.onDay(x.until, 0, 0)
		n.UntilOn = &until
	}
	return n, nil
}

// sheet is the document that hangs.
func (r *region) sheet(ctx context.Context, issuer, title, text string, at time.Time) (board.File, error) {
	d := pdf.New(pdf.Meta{Title: title, Author: issuer, Created: at, Header: issuer, Mark: "zkušební – bez právních účinků"})
	d.Heading(1, title)
	d.Para(text)
	d.Small("Vymyšlená písemnost zkušebního provozu.")
	data, err := d.Bytes()
	if err != nil {
		return board.File{}, err
	}
	ref, err := r.Files.PutBytes(ctx, data)
	return board.File{Name: mailbox(strings.ToLower(strings.NewReplacer(":", "", ".", "", "/", "-").Replace(title))) + ".pdf", MediaType: ref.MediaType, Size: ref.Size, SHA256: ref.SHA256}, err
}

// post makes the posting and plans what happens to it.
func (r *region) post(ctx context.Context, by db.Scope, n board.New, x notice, at time.Time) error {
	var p *board.Posting
	err := r.DB.Tx(ctx, by, func(tx *db.Tx) (err error) {
		p, err = r.law.Make(ctx, tx, n, r.clock.Now())
		return err
	})
	if err != nil {
		return fmt.Errorf("%q: %w", n.Title, err)
	}
	act := func(at time.Time, do postingAct) { r.later(at, r.upon(by, p.ID, do)) }
	// What the night does, it does at midnight.
	if p.PostAt.After(at) && x.cancel == "" {
		r.later(p.PostAt, func(context.Context) error { return nil })
	}
	if p.UntilOn != nil {
		r.later(p.UntilOn.AddDate(0, 0, 1), func(context.Context) error { return nil })
	}
	if x.street {
		act(p.PostAt.Add(20*time.Minute), func(ctx context.Context, tx *db.Tx, p *board.Posting) error {
			now := r.clock.Now()
			_, err := board.Physical(ctx, tx, p.ID, p.Version, &now, nil, now)
			return err
		})
	}
	if x.street && p.UntilOn != nil {
		act(p.UntilOn.AddDate(0, 0, 1).Add(9*time.Hour), func(ctx context.Context, tx *db.Tx, p *board.Posting) error {
			now := r.clock.Now()
			_, err := board.Physical(ctx, tx, p.ID, p.Version, nil, &now, now)
			return err
		})
	}
	switch {
	case x.revise != "":
		act(at.AddDate(0, 0, 1), func(ctx context.Context, tx *db.Tx, p *board.Posting) error {
			c := p.Current().Content
			c.Title = strings.Replace(c.Title, "č. 4", "č. 5", 1)
			c.Text = strings.TrimSpace(c.Text + "\n\nOpraveno: " + x.revise)
			_, err := r.law.Revise(ctx, tx, p.ID, p.Version, c, x.revise, r.clock.Now())
			return err
		})
	case x.remove != "":
		act(at.AddDate(0, 0, 3), func(ctx context.Context, tx *db.Tx, p *board.Posting) error {
			_, err := board.Remove(ctx, tx, p.ID, p.Version, x.remove, r.clock.Now())
			return err
		})
	case x.cancel != "":
		act(at.Add(time.Hour), func(ctx context.Context, tx *db.Tx, p *board.Posting) error {
			_, err := board.Cancel(ctx, tx, p.ID, p.Version, x.cancel, r.clock.Now())
			return err
		})
	}
	return nil
}

// postingAct is something a clerk does to a posting as it is then.
type postingAct func(context.Context, *db.Tx, *board.Posting) error

func (r *region) upon(by db.Scope, id int64, do postingAct) func(context.Context) error {
	return func(ctx context.Context) error {
		return r.DB.Tx(ctx, by, func(tx *db.Tx) error {
			now, err := board.ByID(ctx, tx, id)
			if err != nil {
				return err
			}
			return do(ctx, tx, now)
		})
	}
}

// looks are the hourly checks of the months before: nobody was there to make them. One afternoon one board was away.
func (r *region) looks(ctx context.Context) error {
	_, err := r.Owner.ExecContext(ctx, `INSERT INTO board_check (office_id, at, items, files, read, took, faults)
		SELECT o.office_id, t, o.items, 0, 0, 40, CASE WHEN f.slug = 'frydlant' AND t > CAST($1 AS timestamptz) - interval '53 hours' AND t < CAST($1 AS timestamptz) - interval '48 hours'
			THEN CAST('[{"posting": 0, "what": "away", "detail": "bez odpovědi"}]' AS jsonb) ELSE '[]' END
		FROM (SELECT office_id, min(posted_at) AS first, count(*) FILTER (WHERE removed_at IS NULL) AS items FROM posting WHERE posted_at IS NOT NULL GROUP BY office_id) o
			JOIN office f ON f.id = o.office_id, generate_series(o.first + interval '5 minutes', CAST($1 AS timestamptz), interval '1 hour') t`, r.Now)
	return err
}

// neighbour hands the board of a small office over to another one, which then posts on it.
func (r *region) neighbour(served, publisher string) error {
	s, err := r.offices.BySlug(served)
	if err != nil {
		return err
	}
	p, err := r.offices.BySlug(publisher)
	if err != nil {
		return err
	}
	signed, at := r.onDay(-30, 9, 0), r.onDay(-4, 10, 0)
	r.later(signed, func(ctx context.Context) error {
		admin := db.Scope{Office: s.ID, Actor: users.Actor(r.staff[s.ID].admin.ID)}
		return r.DB.Tx(ctx, admin, func(tx *db.Tx) error {
			_, err := board.Conclude(ctx, tx, p.ID, "Veřejnoprávní smlouva č. 3/2026 o vedení úřední desky", clock.Date(signed), nil, signed)
			return err
		})
	})
	x := notice{kind: "oznameni", title: "Úřední hodiny o vánočních svátcích", text: "Obecní úřad {obec} bude od 23. prosince do 1. ledna zavřený. V naléhavých věcech volejte číslo uvedené na dveřích úřadu."}
	r.later(at, func(ctx context.Context) error {
		n, err := r.posting(ctx, s, x, at)
		if err != nil {
			return err
		}
		by := db.Scope{Office: s.ID, Actor: users.Actor(r.staff[p.ID].clerk.ID)}
		err = r.DB.Tx(ctx, by, func(tx *db.Tx) error {
			c, err := board.Serving(ctx, tx, p.ID, s.ID, at)
			n.Contract = &c
			return err
		})
		if err != nil {
			return err
		}
		return r.post(ctx, by, n, x, at)
	})
	return nil
}
