package board

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"epom/internal/fold"
)

// Search is what a visitor looks for; zero fields do not narrow.
type Search struct {
	Office       int32   // whose board; 0 = all of them
	Offices      []int32 // any of these
	Archive      bool    // what was taken down, in place of what hangs
	Class        Class   // legal notices when empty and nothing else narrows
	Kind         string
	Words        string // each must begin some word of the notice or of its documents; one or two letters are whole words
	Issuer       string // words of the originator
	Agenda       string
	Place        string
	Municipality int        // RÚIAN code: concerns it, or hangs on the board of InOffices
	InOffices    []int32    // offices of that municipality
	From, To     *time.Time // legal dates of posting, both included
}

// Narrow tells whether more than office, class and state is asked for.
func (f *Search) Narrow() bool {
	return f.Kind != "" || len(fold.Words(f.Words)) > 0 || f.Issuer != "" || f.Agenda != "" || f.Place != "" || f.Municipality != 0 || f.From != nil || f.To != nil || len(f.Offices) > 0
}

// Find lists the latest items that fit, from a key on, and tells whether there are more. A list that nothing narrows is read
// by its own index; a search by the index of words.
func (p *Public) Find(ctx context.Context, f Search, after *Key, limit int, now time.Time) ([]Item, bool, error) {
	top := Key{farAway, 0, 0}
	if after != nil {
		top = *after
	}
	if f.Narrow() || f.Class == "" {
		return p.search(ctx, f, top, limit, now)
	}
	switch {
	case f.Office != 0 && f.Archive:
		return p.list(ctx, limit, "public-past", f.Office, f.Class, top.At, top.Posting)
	case f.Office != 0:
		return p.list(ctx, limit, "public-here", f.Office, f.Class, top.At, top.Posting)
	case f.Archive:
		return p.list(ctx, limit, "unscoped-public-archive", f.Class, top.At, top.Office, top.Posting)
	}
	return p.list(ctx, limit, "unscoped-public-current", f.Class, top.At, top.Office, top.Posting)
}

// search asks for ever longer times, the latest first, until enough is found: two days, some twenty, two months, two years,
// all. So a common word never fetches all it fits, and a rare one costs five short questions.
func (p *Public) search(ctx context.Context, f Search, top Key, limit int, now time.Time) (items []Item, more bool, err error) {
	from, to := time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC), farAway
	if f.From != nil {
		from = *f.From
	}
	if f.To != nil {
		to = f.To.AddDate(0, 0, 1)
	}
	latest := now
	for _, t := range []time.Time{top.At, to} {
		if t.Before(latest) {
			latest = t
		}
	}
	marks, ends := f.query()
	for _, w := range windows(from, latest) {
		items, more, err = p.list(ctx, limit, "unscoped-public-search", strings.Join(append(w.marks, marks...), " & "), from, to, top.At, top.Office, top.Posting, strings.Join(ends, " & "))
		if err != nil || more || !w.since.After(from) {
			break
		}
	}
	return items, more, err
}

// window is a stretch of time as lexemes of board_marks: everything since an instant.
type window struct {
	marks []string
	since time.Time
}

// windows are the stretches to search one after another, each holding the one before it.
func windows(from, latest time.Time) []window {
	latest = latest.UTC()
	y, m, d := latest.Date()
	day := func(d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	month, year := time.Date(y, m-1, 1, 0, 0, 0, 0, time.UTC), time.Date(y-1, 1, 1, 0, 0, 0, 0, time.UTC)
	third := day(1 + 10*thirdOf(d))
	before := third.AddDate(0, 0, -1)
	before = before.AddDate(0, 0, 1+10*thirdOf(before.Day())-before.Day()) // where the third before begins
	list := []window{
		{[]string{anyOf([]string{latest.Format(markDay), day(d - 1).Format(markDay)})}, day(d - 1)},
		{[]string{anyOf([]string{markThird(third), markThird(before)})}, before},
		{[]string{anyOf([]string{latest.Format(markMonth), month.Format(markMonth)})}, month},
		{[]string{anyOf([]string{latest.Format(markYear), year.Format(markYear)})}, year},
	}
	span := y - from.UTC().Year()
	if span >= 30 {
		return append(list, window{nil, from})
	}
	years := []string{"@none"} // a bounded time narrows itself; when its end lies before its start nothing fits
	for i := 0; i <= span; i++ {
		years = append(years, time.Date(y-i, 1, 1, 0, 0, 0, 0, time.UTC).Format(markYear))
	}
	return append(list, window{[]string{anyOf(years)}, from})
}

// How board_marks writes the time of posting.
const (
	markYear  = "@2006"
	markMonth = "@2006-1"
	markDay   = "@2006-1-2"
)

// thirdOf is the third of a month a day lies in: 0, 1 or, of the longest, 2.
func thirdOf(day int) int { return min((day-1)/10, 2) }

func markThird(t time.Time) string { return t.Format(markMonth) + "abc"[thirdOf(t.Day()):][:1] }

// query writes the search as lexemes of board_words, board_starts and board_marks that must all be there; ends are beginnings
// too long for the index alone.
func (f *Search) query() (q, ends []string) {
	q = []string{"'@hangs'"}
	if f.Archive {
		q[0] = "'@gone'"
	}
	one := func(mark, value string) {
		if value != "" {
			q = append(q, lexeme(mark+value))
		}
	}
	if f.Office != 0 {
		one("@o", strconv.Itoa(int(f.Office)))
	}
	one("@c", string(f.Class))
	one("@k", f.Kind)
	if len(f.Offices) > 0 {
		q = append(q, anyOf(officeMarks(f.Offices)))
	}
	if f.Municipality != 0 {
		q = append(q, anyOf(append(officeMarks(f.InOffices), "@p"+strconv.Itoa(f.Municipality))))
	}
	for _, s := range []struct{ mark, text string }{{"", f.Words}, {"@i", f.Issuer}, {"@a", f.Agenda}, {"@l", f.Place}} {
		words := Words(s.text)
		for _, w := range words {
			start, whole := begins(s.mark, w)
			if q = append(q, start); whole != "" {
				ends = append(ends, whole)
			}
		}
		if s.text != "" && len(words) == 0 && s.mark != "" {
			q = append(q, "'@none'") // signs only: no name is made of them
		}
	}
	return q, ends
}

// begins fits words that begin so. Beginnings of three to six letters have lexemes of their own (board_starts); of a longer
// one the index is asked for the first six, and the row for the whole. One or two letters fit only themselves.
func begins(mark, w string) (start, whole string) {
	const longest = 6
	switch n := utf8.RuneCountInString(w); {
	case mark != "":
		return lexeme(mark+w) + ":*", ""
	case n < 3:
		return lexeme(w), ""
	case n > longest:
		return lexeme("^" + string([]rune(w)[:longest])), lexeme(w) + ":*"
	}
	return lexeme("^" + w), ""
}

const (
	mostWords = 8
	mostRunes = 40
)

// Words are the words a search looks for, as board_words writes them; of a long text only the first ones.
func Words(text string) []string {
	words := fold.Words(foreign.Replace(text))
	words = words[:min(len(words), mostWords)]
	for i, w := range words {
		if r := []rune(w); len(r) > mostRunes {
			words[i] = string(r[:mostRunes])
		}
	}
	return words
}

// foreign letters are written plain by PostgreSQL's unaccent, though they are letters of their own.
var foreign = strings.NewReplacer("ł", "l", "Ł", "L", "ß", "ss", "đ", "d", "Đ", "D", "ø", "o", "Ø", "O", "æ", "ae", "Æ", "AE", "œ", "oe", "Œ", "OE")

func officeMarks(ids []int32) []string {
	marks := make([]string, len(ids))
	for i, id := range ids {
		marks[i] = "@o" + strconv.Itoa(int(id))
	}
	return marks
}

// anyOf needs one of the lexemes at least.
func anyOf(lexemes []string) string {
	quoted := make([]string, len(lexemes))
	for i, l := range lexemes {
		quoted[i] = lexeme(l)
	}
	return "(" + strings.Join(quoted, " | ") + ")"
}

var quoting = strings.NewReplacer("'", "''", `\`, `\\`)

// lexeme quotes a lexeme of a tsquery.
func lexeme(s string) string { return "'" + quoting.Replace(s) + "'" }
