package board

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lib/pq"

	"epom/board/ofn"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/jobs"
)

// changes are what some lives change here, gathered so that each table is written by one statement.
type changes struct {
	*Taking
	head      *ofn.Board
	said      *Taken
	added     []addedRow
	moved     []changedRow
	revisions []revisionRow
	sources   []sourceRow
	judged    []judgedRow
	renewed   []int64 // here before, with a new wording
}

// add takes in a life that is not here yet.
func (c *changes) add(l *ofn.Life, spans []Span) error {
	id := -int64(len(c.added) + 1) // its other rows stand under this until it has its own
	last := l.Revisions[len(l.Revisions)-1].Notice
	posted := postedAt(last, spans[0].First)
	r := addedRow{Year: clock.Year(posted), Revision: len(l.Revisions), PostedAt: posted, until: sourceUntil(last)}
	at, by, why := fate(spans, r.until, posted, c.Now)
	if r.UntilOn, r.RemovedAt, r.RemovedWhy = date(r.until), at, why; at != nil {
		r.RemovedBy = &by
	}
	if key := lifeKey(l.IRI); l.Nth == 0 && last.IRI == key {
		r.IRI = key
	}
	digest, err := c.wordings(id, 0, l.Revisions)
	if err != nil {
		return err
	}
	c.added = append(c.added, r)
	c.sources = append(c.sources, sourceRow{id, lifeKey(l.IRI), l.Nth, spans, spans[len(spans)-1].Removed == nil, digest})
	c.said.New++
	c.said.Revised += len(l.Revisions) - 1
	if spans[len(spans)-1].Removed != nil {
		c.said.Removed++
	}
	if len(spans) > 1 {
		c.said.Again++
	}
	return nil
}

// wordings adds revisions of a posting after so many, and judges the last one; it answers its digest.
func (c *changes) wordings(id int64, after int, list []ofn.Revision) (digest string, err error) {
	var item string
	for i, r := range list {
		w, err := wordingOf(r.Notice)
		if err != nil {
			return "", err
		}
		why := ""
		if after+i > 0 {
			why = "Změna ve zdroji: " + strings.Join(r.Changed, ", ") + "."
		}
		x := c.contentOf(c.head, r.Notice)
		if x.Files == nil {
			x.Files = []File{}
		}
		c.revisions = append(c.revisions, revisionRow{Posting: id, Revision: after + i + 1, At: r.At, Why: why, Kind: x.Kind, Title: x.Title, Text: x.Text, Issuer: x.Issuer,
			IssuerICO: x.IssuerICO, ReferenceNumber: x.ReferenceNumber, FileMark: x.FileMark, Agendas: x.Agendas.V, ApprovedOn: date(x.ApprovedOn), Places: x.Places.V,
			Subjects: x.Subjects.V, Source: w.raw, Files: x.Files, last: i == len(list)-1})
		digest, item = w.digest, string(w.raw)
	}
	row := judgedRow{id, itemFaults(ofn.ValidateNotice(list[len(list)-1].Notice)), item}
	if len(row.Faults) > 0 {
		c.said.Faulty++
		row.Item = ""
	}
	c.judged = append(c.judged, row)
	return digest, nil
}

// follow goes on with a posting that is here: its new wordings and whether it still hangs. Older states say only how long
// it hung.
func (c *changes) follow(ctx context.Context, tx *db.Tx, k *taken, l *ofn.Life, spans []Span, past bool) error {
	fresh, digest, err := k.unknown(ctx, tx, l)
	if err != nil {
		return err
	}
	if past || len(fresh) == 0 {
		c.said.Same++
		c.move(k, spans, k.UntilOn)
		if !past && digest != k.Digest && digest != "" {
			c.sources = append(c.sources, sourceRow{k.ID, k.Key, k.Nth, spans, spans[len(spans)-1].Removed == nil, digest})
		}
		return nil
	}
	until := k.UntilOn
	was, err := k.wording(ctx, tx)
	if err != nil {
		return err
	}
	if u := sourceUntil(fresh[len(fresh)-1].Notice); !sameDay(u, sourceUntil(was)) {
		until = u // a term changed only here stays
	}
	if digest, err = c.wordings(k.ID, k.Revision, fresh); err != nil {
		return err
	}
	if !sameDay(until, sourceUntil(fresh[len(fresh)-1].Notice)) {
		c.judged = c.judged[:len(c.judged)-1] // its item says another term than the source
	}
	c.renewed = append(c.renewed, k.ID)
	c.said.Revised++
	k.Revision += len(fresh)
	k.Digest = digest
	c.moved = append(c.moved, k.row(spans, until, c.Now))
	c.sources = append(c.sources, sourceRow{k.ID, k.Key, k.Nth, spans, spans[len(spans)-1].Removed == nil, digest})
	return nil
}

// unknown are the wordings of a life that are not here yet, and the digest of the last one.
func (k *taken) unknown(ctx context.Context, tx *db.Tx, l *ofn.Life) (list []ofn.Revision, digest string, err error) {
	list = l.Revisions
	for i := range l.Revisions {
		w, err := wordingOf(l.Revisions[i].Notice)
		if err != nil {
			return nil, "", err
		}
		if digest = w.digest; digest == k.Digest {
			list = l.Revisions[i+1:]
		}
	}
	if len(list) == 0 || len(list) < len(l.Revisions) {
		return list, digest, nil
	}
	was, err := k.wording(ctx, tx)
	if err != nil {
		return nil, "", err
	}
	changed := ofn.Changes(was, list[0].Notice)
	if len(changed) == 0 {
		return list[1:], digest, nil
	}
	list = slices.Clone(list)
	list[0].Changed = changed
	return list, digest, nil
}

// wording is the source's last one.
func (k *taken) wording(ctx context.Context, tx *db.Tx) (*ofn.Notice, error) {
	var raw string
	if err := tx.GetContext(ctx, &raw, exchangeSQL.Get("take-wording"), tx.Office, k.ID); err != nil {
		return nil, db.Classify(err)
	}
	return ofn.ParseNotice([]byte(raw))
}

// move gives a posting other spans, when they differ by more than that it still hangs.
func (c *changes) move(k *taken, spans []Span, until *time.Time) {
	end, was := spans[len(spans)-1], k.Spans.V[len(k.Spans.V)-1]
	open := end.Removed == nil
	if len(spans) == len(k.Spans.V) && open == k.Shown && spans[0].First.Equal(k.Spans.V[0].First) && (open || end.Last.Equal(was.Last)) {
		return
	}
	c.sources = append(c.sources, sourceRow{k.ID, k.Key, k.Nth, spans, open, k.Digest})
	if !open && k.Shown {
		c.said.Removed++
	}
	if len(spans) > len(k.Spans.V) {
		c.said.Again++
	}
	row := k.row(spans, until, c.Now)
	if differs(row.RemovedAt, k.RemovedAt) {
		c.moved = append(c.moved, row)
	}
}

// row is the posting as it will be. What was taken down here stays down.
func (k *taken) row(spans []Span, until *time.Time, now time.Time) changedRow {
	r := changedRow{ID: k.ID, Revision: k.Revision, UntilOn: date(until), until: until, version: k.Version + 1}
	if k.RemovedAt != nil && k.RemovedBy != gone && k.RemovedBy != goneTerm {
		r.RemovedAt, r.RemovedBy = k.RemovedAt, &k.RemovedBy
		return r
	}
	at, by, why := fate(spans, until, k.PostedAt, now)
	if by == goneTerm && k.RemovedBy == goneTerm && sameDay(until, k.UntilOn) {
		at = k.RemovedAt // nothing new is known
	}
	if r.RemovedAt, r.RemovedWhy = at, why; at != nil {
		r.RemovedBy = &by
	}
	return r
}

func differs(a, b *time.Time) bool {
	return (a == nil) != (b == nil) || a != nil && !a.Equal(*b)
}

// bring fetches the documents of the last wordings, when they are wanted here.
func (c *changes) bring(ctx context.Context) {
	if c.Fetch == nil {
		return
	}
	for i := range c.revisions {
		r := &c.revisions[i]
		for n := range r.Files {
			if !r.last {
				continue
			}
			f := &r.Files[n]
			got := c.Fetch(ctx, f.URL)
			if got == nil {
				c.said.Missing++
				continue
			}
			c.said.Documents++
			f.SHA256, f.Size, f.MediaType = got.SHA256, got.Size, got.MediaType
		}
	}
}

// write writes everything: numbers last of what others wait for.
func (c *changes) write(ctx context.Context, tx *db.Tx) error {
	if len(c.added)+len(c.moved)+len(c.sources) == 0 {
		return nil
	}
	ids, err := c.insert(ctx, tx)
	if err != nil {
		return err
	}
	real := func(id *int64) {
		if *id < 0 {
			*id = ids[-*id-1]
		}
	}
	shown := slices.Clone(ids)
	for i := range c.revisions {
		real(&c.revisions[i].Posting)
	}
	for i := range c.sources {
		real(&c.sources[i].Posting)
	}
	for i := range c.judged {
		real(&c.judged[i].Posting)
	}
	var same []int64
	for _, r := range c.moved {
		shown = append(shown, r.ID)
		if !slices.Contains(c.renewed, r.ID) {
			same = append(same, r.ID)
		}
	}
	c.sources = latest(c.sources)
	for _, w := range []struct {
		query string
		rows  any
		n     int
		args  []any
	}{
		{"take-revisions", c.revisions, len(c.revisions), []any{c.Actor}},
		{"take-changed", c.moved, len(c.moved), nil},
		{"take-sources", c.sources, len(c.sources), nil},
		{"take-judged", c.judged, len(c.judged), []any{c.Base}},
	} {
		if w.n == 0 {
			continue
		}
		if _, err := tx.ExecContext(ctx, exchangeSQL.Get(w.query), append([]any{tx.Office, db.J(w.rows)}, w.args...)...); err != nil {
			return fmt.Errorf("board: import: %s: %w", w.query, db.Classify(err))
		}
	}
	if len(same) > 0 {
		if _, err := tx.ExecContext(ctx, exchangeSQL.Get("take-unchanged"), tx.Office, pq.Array(same)); err != nil {
			return fmt.Errorf("board: import: %w", db.Classify(err))
		}
	}
	return errors.Join(Project(ctx, tx, shown...), c.plan(ctx, tx, ids))
}

// latest keeps the last row of each posting.
func latest(rows []sourceRow) []sourceRow {
	at := map[int64]int{}
	var out []sourceRow
	for _, r := range rows {
		if i, ok := at[r.Posting]; ok {
			out[i] = r
			continue
		}
		at[r.Posting] = len(out)
		out = append(out, r)
	}
	return out
}

// insert gives the new postings their numbers, in order of posting, and writes them; it answers their ids in that order.
func (c *changes) insert(ctx context.Context, tx *db.Tx) ([]int64, error) {
	if len(c.added) == 0 {
		return nil, nil
	}
	type count struct {
		Year int   `json:"year" db:"year"`
		N    int64 `json:"n" db:"last_no"`
	}
	each := map[int]int64{}
	for _, r := range c.added {
		each[r.Year]++
	}
	var wanted, got []count
	for y, n := range each {
		wanted = append(wanted, count{y, n})
	}
	if err := tx.SelectContext(ctx, &got, exchangeSQL.Get("take-numbers"), tx.Office, db.J(wanted)); err != nil {
		return nil, db.Classify(err)
	}
	next := map[int]int64{}
	for _, g := range got {
		next[g.Year] = g.N - each[g.Year] + 1
	}
	at := map[string]int{}
	for i := range c.added {
		r := &c.added[i]
		r.No = next[r.Year]
		next[r.Year]++
		at[Number(r.Year, r.No)] = i
	}
	var made []struct {
		ID   int64 `db:"id"`
		Year int   `db:"year"`
		No   int64 `db:"no"`
	}
	if err := tx.SelectContext(ctx, &made, exchangeSQL.Get("take-postings"), tx.Office, db.J(c.added), c.Now, c.Actor); err != nil {
		return nil, db.Classify(err)
	}
	ids := make([]int64, len(c.added))
	for _, m := range made {
		ids[at[Number(m.Year, m.No)]] = m.ID
	}
	return ids, nil
}

// plan asks for taking down what hangs to a day.
func (c *changes) plan(ctx context.Context, tx *db.Tx, ids []int64) error {
	var list []jobs.Job
	add := func(id int64, version int, until, removed *time.Time) {
		if until != nil && removed == nil {
			p := Posting{OfficeID: tx.Office, ID: id, Version: version, Revision: 1}
			list = append(list, p.job(JobRemove, clock.Date(*until).AddDate(0, 0, 1)))
		}
	}
	for i, r := range c.added {
		add(ids[i], 1, r.until, r.RemovedAt)
	}
	for _, r := range c.moved {
		add(r.ID, r.version, r.until, r.RemovedAt)
	}
	return jobs.Enqueue(ctx, tx, list...)
}
