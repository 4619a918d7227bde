package board

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"slices"
	"strconv"
	"time"

	"epom/board/ofn"
	"epom/internal/audit"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/offices"
)

// Taking brings a board of another system into an office's own. What was posted there keeps its times as the source states
// them; nobody is told, nothing is sealed as if it were posted now.
type Taking struct {
	DB     *db.DB
	Law    *Law
	Office *offices.Office
	Base   string // address of the site, without a slash at its end
	Actor  string
	Name   string // of the file, for the log
	Now    time.Time
	Say    func(done, all int)                             // progress; may be nil
	Fetch  func(ctx context.Context, address string) *File // brings a document here; nil = unreachable
}

// Taken says what an import did.
type Taken struct {
	States    int `json:"states"`  // good ones that were new
	Known     int `json:"known"`   // states that lie among those taken in before: they change nothing
	Outages   int `json:"outages"` // of the source
	New       int `json:"new"`
	Revised   int `json:"revised"`
	Removed   int `json:"removed"`   // a later state is without them
	Again     int `json:"again"`     // hung a second time
	Same      int `json:"same"`      // were here already
	Faulty    int `json:"faulty"`    // not allowed by the norm: they are here, and not in the open data
	Documents int `json:"documents"` // brought here
	Missing   int `json:"missing"`   // documents that could not be reached
}

// takeAtOnce is how many postings one transaction takes in.
const takeAtOnce = 500

// Take takes in states of one board, in any order; a part that was taken in before changes nothing, so an import cut in
// half may be run again. states is read once, or twice when some of them are older than what is here.
func (t *Taking) Take(ctx context.Context, states iter.Seq2[ofn.State, error]) (*Taken, error) {
	said := &Taken{}
	var known *Source
	var before int
	err := t.tx(ctx, func(tx *db.Tx) (err error) {
		if known, err = sourceOf(ctx, tx); errs.Is(err, errs.NotFound) {
			known, err = nil, nil
			return err
		}
		return cmp.Or(err, tx.GetContext(ctx, &before, exchangeSQL.Get("take-shown"), tx.Office))
	})
	if err != nil {
		return nil, err
	}
	older := false
	newer, err := ofn.ReplayAfter(before, chosen(states, func(s *ofn.State) bool {
		past := known != nil && s.At.Before(known.From)
		older = older || past
		if known != nil && !past && !s.At.After(known.To) {
			said.Known++
		}
		return known == nil || s.At.After(known.To)
	}))
	if err != nil {
		return nil, err
	}
	if newer.States+len(newer.Outages) > 0 {
		if err := t.apply(ctx, newer, known, false, said); err != nil {
			return nil, err
		}
	}
	if !older {
		return said, nil
	}
	past, err := ofn.Replay(chosen(states, func(s *ofn.State) bool { return s.At.Before(known.From) }))
	if err != nil {
		return nil, err
	}
	return said, t.apply(ctx, past, known, true, said)
}

// chosen are the states that are wanted.
func chosen(states iter.Seq2[ofn.State, error], want func(*ofn.State) bool) iter.Seq2[ofn.State, error] {
	return func(yield func(ofn.State, error) bool) {
		for s, err := range states {
			if (err != nil || want(&s)) && !yield(s, err) {
				return
			}
		}
	}
}

func (t *Taking) tx(ctx context.Context, fn func(*db.Tx) error) error {
	return t.DB.Tx(ctx, db.Scope{Office: t.Office.ID, Actor: t.Actor}, fn)
}

// taken is an imported posting as it stands here.
type taken struct {
	ID        int64           `db:"posting_id"`
	Key       string          `db:"key"`
	Nth       int             `db:"nth"`
	Spans     db.JSON[[]Span] `db:"spans"`
	Shown     bool            `db:"shown"`
	Digest    string          `db:"digest"`
	Version   int             `db:"version"`
	Revision  int             `db:"revision"`
	PostedAt  time.Time       `db:"posted_at"`
	UntilOn   *time.Time      `db:"until_on"`
	RemovedAt *time.Time      `db:"removed_at"`
	RemovedBy string          `db:"removed_by"`

	met bool // in the states that are being taken in
}

type lifeName struct {
	key string
	nth int
}

// apply takes in what states say: the newest ones, or those older than all before.
func (t *Taking) apply(ctx context.Context, h *ofn.History, known *Source, past bool, said *Taken) error {
	said.States += h.States
	said.Outages += len(h.Outages)
	head := h.Head
	if head == nil {
		head = &ofn.Board{}
	}
	here := map[lifeName]*taken{}
	err := t.tx(ctx, func(tx *db.Tx) error {
		var list []taken
		if err := tx.SelectContext(ctx, &list, exchangeSQL.Get("take-known"), tx.Office); err != nil {
			return db.Classify(err)
		}
		for i := range list {
			k := &list[i]
			if end := &k.Spans.V[len(k.Spans.V)-1]; k.Shown && known != nil && end.Last.Before(known.To) {
				end.Last = known.To
			}
			if k.UntilOn != nil {
				d := day(*k.UntilOn)
				k.UntilOn = &d
			}
			here[lifeName{k.Key, k.Nth}] = k
		}
		return nil
	})
	if err != nil {
		return err
	}
	lives := slices.Clone(h.Lives)
	at := func(l *ofn.Life) time.Time { return postedAt(l.Revisions[len(l.Revisions)-1].Notice, l.Spans[0].First) }
	slices.SortStableFunc(lives, func(a, b *ofn.Life) int { return at(a).Compare(at(b)) })
	for done := 0; done < len(lives); done += takeAtOnce {
		some := lives[done:min(len(lives), done+takeAtOnce)]
		if err := t.part(ctx, h, head, known, past, some, here, said); err != nil {
			return err
		}
		if t.Say != nil {
			t.Say(min(len(lives), done+takeAtOnce), len(lives))
		}
	}
	return t.tx(ctx, func(tx *db.Tx) error { return t.finish(ctx, tx, h, known, past, here, said) })
}

// part takes in some lives in one transaction; documents are brought before it.
func (t *Taking) part(ctx context.Context, h *ofn.History, head *ofn.Board, known *Source, past bool, lives []*ofn.Life, here map[lifeName]*taken, said *Taken) error {
	c := &changes{Taking: t, head: head, said: said}
	err := t.tx(ctx, func(tx *db.Tx) error {
		for _, l := range lives {
			k := here[lifeName{lifeKey(l.IRI), l.Nth}]
			if k == nil {
				spans := spansOf(l)
				if past {
					spans = join(spans, nil, known.From)
				}
				if err := c.add(l, spans); err != nil {
					return err
				}
				continue
			}
			k.met = true
			var spans []Span
			if past {
				spans = join(spansOf(l), k.Spans.V, known.From)
			} else {
				spans = join(k.Spans.V, spansOf(l), h.From)
			}
			if err := c.follow(ctx, tx, k, l, spans, past); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	c.bring(ctx)
	return t.tx(ctx, func(tx *db.Tx) error {
		if err := c.write(ctx, tx); err != nil {
			return err
		}
		c.log(tx)
		return nil
	})
}

// finish closes what is no longer shown and notes how far the source was followed.
func (t *Taking) finish(ctx context.Context, tx *db.Tx, h *ofn.History, known *Source, past bool, here map[lifeName]*taken, said *Taken) error {
	if h.States > 0 && !past {
		c := &changes{Taking: t, said: said}
		for _, k := range here {
			if k.Shown && !k.met {
				c.move(k, join(k.Spans.V, nil, h.From), k.UntilOn)
			}
		}
		slices.SortFunc(c.moved, func(a, b changedRow) int { return cmp.Compare(a.ID, b.ID) })
		if err := c.write(ctx, tx); err != nil {
			return err
		}
		c.log(tx)
	}
	if err := t.outages(ctx, tx, h, known, past); err != nil || h.States == 0 {
		return err
	}
	from, to, head := h.From, h.To, json.RawMessage(nil)
	if known != nil {
		from, to, head = known.From, known.To, known.Head.V
	}
	if past {
		from = h.From
	} else {
		to = h.To
		if h.Head != nil || head == nil {
			var b bytes.Buffer
			if err := ofn.Write(&b, cmp.Or(h.Head, &ofn.Board{})); err != nil {
				return err
			}
			head = bytes.TrimSpace(b.Bytes())
		}
	}
	_, err := tx.ExecContext(ctx, exchangeSQL.Get("save-head"), tx.Office, db.J(head), from, to)
	return db.Classify(err)
}

// outages notes when the source could not be read.
func (t *Taking) outages(ctx context.Context, tx *db.Tx, h *ofn.History, known *Source, past bool) error {
	if h.States > 0 && !past {
		if _, err := tx.ExecContext(ctx, exchangeSQL.Get("end-outages"), tx.Office, h.From); err != nil {
			return db.Classify(err)
		}
	}
	type row struct {
		From   time.Time  `json:"from"`
		To     *time.Time `json:"to"`
		Reason string     `json:"reason"`
		Line   int        `json:"line"`
		Column int        `json:"column"`
		States int        `json:"states"`
	}
	rows := make([]row, len(h.Outages))
	for i, o := range h.Outages {
		rows[i] = row{o.From, nil, o.Reason, o.Line, o.Column, len(o.States)}
		if !o.To.IsZero() {
			rows[i].To = &o.To
		} else if past {
			rows[i].To = &known.From
		}
	}
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, exchangeSQL.Get("take-outages"), tx.Office, db.J(rows))
	return db.Classify(err)
}

// log says in the office's log what a transaction took in.
func (c *changes) log(tx *db.Tx) {
	if len(c.added)+len(c.moved)+len(c.revisions) == 0 {
		return
	}
	audit.Write(tx, audit.Event{At: c.Now, Action: "board.imported", ObjectType: "board", ObjectID: strconv.Itoa(int(tx.Office)),
		Data: map[string]any{"file": c.Name, "new": len(c.added), "changed": len(c.moved), "revisions": len(c.revisions)}})
}

// StateOf makes a state of a board that was read from another layout.
func StateOf(b *ofn.Board, name string, at time.Time) (ofn.State, error) {
	var text bytes.Buffer
	err := ofn.Write(&text, b)
	return ofn.State{At: at, Name: name, Raw: text.Bytes()}, err
}
