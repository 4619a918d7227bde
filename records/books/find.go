// Package books reads what is registered as a whole: the search over it, saved searches, exports, the journal of a year on
// paper, the statistics of a year.
package books

import (
	"context"
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/fold"
)

//go:embed books.sql
var sqlText string

var sql = db.Load("records-books", sqlText)

// Search is what a clerk looks for; zero fields do not narrow.
type Search struct {
	Words     string // each must begin some word of the document, its case file, parties or files
	Person    string // each must begin a word of a sender or an addressee: name, IČO, data box, e-mail, town
	Register  string // records.SeriesJournal or the code of a register
	Class     string // full code of a class
	Channel   string
	Direction string
	State     string // Open, Done, Cancelled
	Agenda    string
	Clerk     int64
	From, To  *time.Time // legal dates of registration, both included
}

// States of documents for Search.
const (
	Open      = "open"
	Done      = "done" // the case file is handled
	Cancelled = "cancelled"
)

// Empty tells whether nothing is asked for.
func (s *Search) Empty() bool {
	return *s == Search{} || len(s.terms()) == 0 && s.From == nil && s.To == nil
}

// Hit is a found document, or a case file without documents (its ID is negative then).
type Hit struct {
	ID              int64      `db:"id"`
	CaseID          int64      `db:"case_id"`
	At              time.Time  `db:"at"` // registered
	Mark            string     `db:"mark"`
	Series          string     `db:"series"`
	CaseSubject     string     `db:"case_subject"`
	ClassCode       string     `db:"class_code"`
	DueOn           *time.Time `db:"due_on"`
	PausedOn        *time.Time `db:"paused_on"`
	HandledAt       *time.Time `db:"handled_at"`
	HandledHow      string     `db:"handled_how"`
	ClerkName       string     `db:"clerk_name"`
	ReferenceNumber string     `db:"reference_number"`
	Subject         string     `db:"subject"`
	Party           string     `db:"party"`
	Channel         string     `db:"channel"`
	Direction       string     `db:"direction"`
	ForeignNumber   string     `db:"foreign_number"`
	CancelledAt     *time.Time `db:"cancelled_at"`
}

// Key is the last row of a page.
type Key struct {
	At time.Time
	ID int64
}

var (
	farAway  = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	longAgo  = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	noEnds   = ""
	maxWords = 8
	maxRunes = 40
)

// Refresh reads what changed in the scope's office since the last search, at most so many changes, and tells whether that
// was all. It is a transaction of its own, so that the index is locked for a moment only. Office 0 = of any office.
func Refresh(ctx context.Context, d *db.DB, scope db.Scope, most int) (all bool, err error) {
	var n int
	err = d.Tx(ctx, scope, func(tx *db.Tx) error { return tx.GetContext(ctx, &n, sql.Get("unscoped-index"), scope.Office, most) })
	return n < most, err
}

// Due tells whether changes of any office wait to be read.
func Due(ctx context.Context, tx *db.Tx) (due bool, err error) {
	err = tx.GetContext(ctx, &due, sql.Get("unscoped-due"))
	return due, err
}

// Find lists the latest documents that fit, from a key on, and tells whether there are more. It asks for ever longer times,
// the latest first, until enough is found: so a common word never fetches all it fits, and a rare one costs a few short questions.
func Find(ctx context.Context, tx *db.Tx, s Search, after *Key, limit int, now time.Time) (hits []Hit, more bool, err error) {
	top, from, to := Key{farAway, 0}, longAgo, farAway
	if after != nil {
		top = *after
	}
	if s.From != nil {
		from = clock.Date(*s.From)
	}
	if s.To != nil {
		to = clock.Date(*s.To).AddDate(0, 0, 1)
	}
	latest := now
	for _, t := range []time.Time{top.At, to} {
		if t.Before(latest) {
			latest = t
		}
	}
	terms := s.terms()
	ends := noEnds
	for _, t := range terms {
		if t.whole != "" {
			ends = join(ends, t.whole)
		}
	}
	for _, w := range windows(from, latest) {
		q := w.marks
		for _, t := range terms {
			q = join(q, t.lexeme)
		}
		if q == "" {
			q = "'@o" + strconv.Itoa(int(tx.Office)) + "'"
		}
		hits = nil
		if err = tx.SelectContext(ctx, &hits, sql.Get("find"), tx.Office, q, ends, from, to, top.At, top.ID, limit+1); err != nil {
			return nil, false, err
		}
		if len(hits) > limit {
			return hits[:limit], true, nil
		}
		if !w.since.After(from) {
			break
		}
	}
	return hits, false, nil
}

// join adds a condition that must hold too.
func join(q, term string) string {
	if q == "" || term == "" {
		return q + term
	}
	return q + " & " + term
}

// term is a condition as a lexeme, and for long beginnings the whole that is tried on the row.
type term struct{ lexeme, whole string }

func (s *Search) terms() []term {
	var list []term
	for _, w := range words(s.Words) {
		list = append(list, begins(w))
	}
	for _, w := range words(s.Person) {
		list = append(list, term{lexeme: lexeme("@p"+w) + ":*"})
	}
	for _, m := range []struct{ mark, value string }{{"@r", s.Register}, {"@t", s.Class}, {"@c", s.Channel}, {"@d", s.Direction}, {"@s", s.State}, {"@a", s.Agenda}} {
		if m.value != "" {
			list = append(list, term{lexeme: lexeme(m.mark + m.value)})
		}
	}
	if s.Clerk != 0 {
		list = append(list, term{lexeme: lexeme("@k" + strconv.FormatInt(s.Clerk, 10))})
	}
	return list
}

// begins fits words that begin so: find_words keeps the first three, four and five letters of each word as lexemes of
// their own, since a short beginning fits too many words to read them together. One or two letters fit only themselves.
func begins(w string) term {
	first := func(n int) string { return lexeme("^" + string([]rune(w)[:n])) }
	switch n := utf8.RuneCountInString(w); {
	case n < 3:
		return term{lexeme: lexeme(w)}
	case n <= 5:
		return term{lexeme: first(n)}
	default:
		return term{first(5), lexeme(w) + ":*"}
	}
}

// foreign letters are written plain by PostgreSQL's unaccent, though they are letters of their own.
var foreign = strings.NewReplacer("ł", "l", "Ł", "L", "ß", "ss", "đ", "d", "Đ", "D", "ø", "o", "Ø", "O", "æ", "ae", "Æ", "AE", "œ", "oe", "Œ", "OE")

// words of a text as find_words writes them; of a long text only the first ones.
func words(text string) []string {
	list := fold.Words(foreign.Replace(text))
	list = list[:min(len(list), maxWords)]
	for i, w := range list {
		if r := []rune(w); len(r) > maxRunes {
			list[i] = string(r[:maxRunes])
		}
	}
	return list
}

var quoting = strings.NewReplacer("'", "''", `\`, `\\`)

func lexeme(s string) string { return "'" + quoting.Replace(s) + "'" }

// window is a stretch of time as lexemes of find_marks: everything since an instant.
type window struct {
	marks string
	since time.Time
}

// windows are the stretches to search one after another, each holding the one before it: two days, sixteen, two months, two years, all.
func windows(from, latest time.Time) []window {
	latest = latest.UTC()
	y, m, d := latest.Date()
	day := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	days := func(n int) window {
		var marks []string
		for i := range n {
			marks = append(marks, fmt.Sprintf("'@D%d'", day.AddDate(0, 0, -i).Unix()/86400))
		}
		return window{"(" + strings.Join(marks, " | ") + ")", day.AddDate(0, 0, 1-n)}
	}
	month, year := time.Date(y, m-1, 1, 0, 0, 0, 0, time.UTC), time.Date(y-1, 1, 1, 0, 0, 0, 0, time.UTC)
	list := []window{days(2), days(16),
		{fmt.Sprintf("('@M%s' | '@M%s')", latest.Format("200601"), month.Format("200601")), month},
		{fmt.Sprintf("('@Y%d' | '@Y%d')", y, y-1), year}}
	if span := y - from.UTC().Year(); span < 30 {
		years := []string{"'@none'"} // when the end lies before the start nothing fits
		for i := 0; i <= span; i++ {
			years = append(years, fmt.Sprintf("'@Y%d'", y-i))
		}
		return append(list, window{"(" + strings.Join(years, " | ") + ")", from})
	}
	return append(list, window{"", from})
}
