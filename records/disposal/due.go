// Package disposal is the disposal of files whose time is over (skartační řízení, § 7 to 15 of Act 499/2004 Sb.): what is due, the
// proposal to the archive, its decision, destruction and hand-over. Nothing goes without the archive's decision, and the head of
// what goes stays for ever.
package disposal

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"epom/internal/audit"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
)

//go:embed disposal.sql
var sqlText string

var sql = db.Load("disposal", sqlText)

// Member is a file with what its disposal follows from.
type Member struct {
	ID          int64      `db:"id"`
	Mark        string     `db:"mark"`
	Subject     string     `db:"subject"`
	ClassCode   string     `db:"class_code"`
	Sign        string     `db:"sign"`
	Retention   int        `db:"retention"`    // years
	TriggerYear int        `db:"trigger_year"` // 0 = has not come
	LastYear    int        `db:"last_year"`    // of its newest document
	OpenedAt    time.Time  `db:"opened_at"`
	ClosedAt    *time.Time `db:"closed_at"`
	DisposedAt  *time.Time `db:"disposed_at"`
	HeldWhy     string     `db:"held_why"`
	Box         string     `db:"box"`
	Documents   int        `db:"documents"`
	Paper       int        `db:"paper"` // documents on paper
	Sheets      int        `db:"sheets"`
	Lent        bool       `db:"lent"`
	Proceeding  int64      `db:"proceeding"` // that goes on; 0 = none
}

// due is the year of the disposal of one file: the period runs from the year after the trigger, and for no document in it from an
// earlier one than that of the document (§ 15 of Decree 259/2012 Sb., archives' rule obs65). 0 = not known yet.
func (m Member) due() int {
	if m.TriggerYear == 0 || m.Sign == "" {
		return 0
	}
	return max(m.TriggerYear, m.LastYear) + 1 + m.Retention
}

// rank orders signs: A is kept before V is judged before S is destroyed (NSESSS 6.1.8).
var rank = map[string]int{"S": 1, "V": 2, "A": 3}

// Judge says what becomes of files that belong together: the highest sign wins, and the latest year; 0 while it is not known of
// some.
func Judge(members []Member) (sign string, year int) {
	known := true
	for _, m := range members {
		if rank[m.Sign] > rank[sign] {
			sign = m.Sign
		}
		known = known && m.due() > 0
		year = max(year, m.due())
	}
	if !known {
		return sign, 0
	}
	return sign, year
}

// Lot is what is disposed of at once: a file with all that belongs to it.
type Lot struct {
	Members []Member // the one under which it is proposed first
	Sign    string
	Year    int      // when it is due; 0 = not known
	Blocks  []string // why it cannot be proposed now, in Czech
}

// Lead is the file under which a lot is proposed.
func (l Lot) Lead() Member { return l.Members[0] }

// Held tells whether somebody stopped the disposal of any of the files, and why.
func (l Lot) Held() string {
	for _, m := range l.Members {
		if m.HeldWhy != "" {
			return m.HeldWhy
		}
	}
	return ""
}

// Quantity is how much there is, for lists.
func (l Lot) Quantity() string {
	paper, sheets, docs := 0, 0, 0
	for _, m := range l.Members {
		paper, sheets, docs = paper+m.Paper, sheets+m.Sheets, docs+m.Documents
	}
	s := "dokumentů: " + strconv.Itoa(docs)
	if paper > 0 {
		s += fmt.Sprintf(", z toho listinných: %d (listů: %d)", paper, sheets)
	}
	return s
}

// Years is the span in which the files came to be: "2020–2021".
func (l Lot) Years() string {
	from, to := 9999, 0
	for _, m := range l.Members {
		from = min(from, m.OpenedAt.In(clock.Prague).Year())
		if m.ClosedAt != nil {
			to = max(to, m.ClosedAt.In(clock.Prague).Year())
		}
	}
	return span(from, to)
}

func span(from, to int) string {
	if to <= from {
		return strconv.Itoa(from)
	}
	return strconv.Itoa(from) + "–" + strconv.Itoa(to)
}

// HeldBy says why files of the transaction's office may not be disposed of though nobody stopped it by hand, by their ids.
type HeldBy func(context.Context, *db.Tx) (map[int64]string, error)

// of asks it; nothing is held when there is nobody to ask.
func (h HeldBy) of(ctx context.Context, tx *db.Tx) (map[int64]string, error) {
	if h == nil {
		return nil, nil
	}
	return h(ctx, tx)
}

// Due lists the lots that are due by the year, those that are blocked too, by class and mark.
func (r *Room) Due(ctx context.Context, tx *db.Tx, year int) ([]Lot, error) {
	held, err := r.Held.of(ctx, tx)
	if err != nil {
		return nil, err
	}
	lots, err := all(ctx, tx, year, held)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(lots, func(l Lot) bool {
		return l.Year == 0 && !slices.ContainsFunc(l.Members, func(m Member) bool { return m.due() > 0 && m.due() <= year }) || l.Year > year
	}), nil
}

func all(ctx context.Context, tx *db.Tx, year int, held map[int64]string) ([]Lot, error) {
	var members []Member
	if err := tx.SelectContext(ctx, &members, sql.Get("candidates"), tx.Office, year); err != nil {
		return nil, err
	}
	var edges []struct {
		A int64 `db:"a"`
		B int64 `db:"b"`
	}
	if err := tx.SelectContext(ctx, &edges, sql.Get("edges"), tx.Office); err != nil {
		return nil, err
	}
	above := map[int64]int64{}
	var root func(int64) int64
	root = func(id int64) int64 {
		if p, ok := above[id]; ok && p != id {
			above[id] = root(p)
			return above[id]
		}
		return id
	}
	for _, e := range edges {
		a, b := root(e.A), root(e.B)
		if a != b {
			above[max(a, b)] = min(a, b) // the oldest file leads
		}
	}
	at := map[int64]int{}
	var lots []Lot
	for _, m := range members { // by id, so the leading one comes first
		r := root(m.ID)
		i, ok := at[r]
		if !ok {
			i = len(lots)
			at[r] = i
			lots = append(lots, Lot{})
		}
		lots[i].Members = append(lots[i].Members, m)
	}
	lots = slices.DeleteFunc(lots, func(l Lot) bool {
		return !slices.ContainsFunc(l.Members, func(m Member) bool { return m.DisposedAt == nil })
	})
	for i := range lots {
		lots[i].judge(held)
	}
	slices.SortStableFunc(lots, func(a, b Lot) int { return strings.Compare(a.Lead().ClassCode, b.Lead().ClassCode) })
	return lots, nil
}

func (l *Lot) judge(held map[int64]string) {
	l.Sign, l.Year = Judge(l.Members)
	for _, m := range l.Members {
		switch {
		case m.HeldWhy != "":
			l.Blocks = append(l.Blocks, m.Mark+": skartace je pozastavená ("+m.HeldWhy+")")
		case held[m.ID] != "":
			l.Blocks = append(l.Blocks, m.Mark+": "+held[m.ID])
		case m.ClosedAt == nil:
			l.Blocks = append(l.Blocks, m.Mark+": spis, který k tomu patří, ještě není uzavřený")
		case m.Lent:
			l.Blocks = append(l.Blocks, m.Mark+": spis je zapůjčený")
		case m.Proceeding != 0:
			l.Blocks = append(l.Blocks, m.Mark+": spis už je v jiném skartačním řízení")
		}
	}
}

// Hold stops the disposal of a file with a reason; an empty reason lets it go on.
func Hold(ctx context.Context, tx *db.Tx, id int64, why string, on bool, at time.Time) error {
	c, err := records.LockCase(ctx, tx, id)
	why = strings.TrimSpace(why)
	switch {
	case err != nil:
		return err
	case c.DisposedAt != nil:
		return errs.Newf(errs.Conflict, "Spis %s už prošel skartačním řízením.", c.Mark)
	case on && why == "":
		return errs.Fields(errs.Field{Name: "why", Message: "Napište, proč se skartace spisu pozastavuje."})
	case on == (c.HeldWhy != ""):
		return nil
	}
	action, kept := "held", why
	if !on {
		action, kept = "hold ended", ""
	}
	if _, err := tx.ExecContext(ctx, sql.Get("hold"), tx.Office, id, kept); err != nil {
		return db.Classify(err)
	}
	audit.Write(tx, audit.Event{At: at, Action: action, ObjectType: "case_file", ObjectID: strconv.FormatInt(id, 10), Data: map[string]any{"mark": c.Mark, "why": why}})
	return nil
}
