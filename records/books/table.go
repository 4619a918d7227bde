package books

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
)

// Cell is a string, an int64, a time.Time (an instant), a Day or nil.
type Cell any

// Day is a legal date.
type Day time.Time

// column of a table; narrow ones are left out on paper.
type column struct {
	title string
	share float64 // of the width on paper; 0 = not on paper
}

// table is what a book holds, read page by page.
type table struct {
	columns []column
	total   *int64                                          // nil = not known
	next    func(context.Context, *db.Tx) ([][]Cell, error) // no rows = the end
	notes   []string                                        // above the table on paper
}

const pageRows = 1000

// open finds what a book holds.
func (m *Maker) open(ctx context.Context, tx *db.Tx, b *Book, now time.Time) (*table, error) {
	q, err := url.ParseQuery(b.Query)
	if err != nil {
		return nil, errs.Wrap(errs.Invalid, err, "")
	}
	switch b.Kind {
	case Journal:
		return journalTable(ctx, tx, q.Get("evidence"), number(q.Get("rok")))
	case OpenCases:
		return m.openTable(ctx, tx)
	case Found:
		return foundTable(SearchOf(q), now), nil
	}
	return m.statisticsTable(ctx, tx, number(q.Get("rok")), now)
}

func number(s string) int { n, _ := strconv.Atoi(s); return n }

// SearchOf reads a search from an address; Values writes it.
func SearchOf(q url.Values) Search {
	s := Search{Words: q.Get("q"), Person: q.Get("osoba"), Register: q.Get("evidence"), Class: q.Get("znak"), Channel: q.Get("zpusob"), Direction: q.Get("smer"),
		State: q.Get("stav"), Agenda: q.Get("agenda")}
	s.Clerk, _ = strconv.ParseInt(q.Get("kdo"), 10, 64)
	day := func(name string) *time.Time {
		t, err := time.ParseInLocation(time.DateOnly, q.Get(name), clock.Prague)
		if err != nil {
			return nil
		}
		return &t
	}
	s.From, s.To = day("od"), day("do")
	return s
}

// Values are the search as an address.
func (s *Search) Values() url.Values {
	q := url.Values{}
	for name, v := range map[string]string{"q": s.Words, "osoba": s.Person, "evidence": s.Register, "znak": s.Class, "zpusob": s.Channel, "smer": s.Direction, "stav": s.State, "agenda": s.Agenda} {
		if v != "" {
			q.Set(name, v)
		}
	}
	if s.Clerk != 0 {
		q.Set("kdo", strconv.FormatInt(s.Clerk, 10))
	}
	for name, t := range map[string]*time.Time{"od": s.From, "do": s.To} {
		if t != nil {
			q.Set(name, t.Format(time.DateOnly))
		}
	}
	return q
}

func journalTable(ctx context.Context, tx *db.Tx, register string, year int) (*table, error) {
	if register == records.SeriesJournal {
		register = ""
	}
	from, to := time.Date(year, 1, 1, 0, 0, 0, 0, clock.Prague), time.Date(year+1, 1, 1, 0, 0, 0, 0, clock.Prague)
	t := &table{columns: []column{{"Číslo jednací", 17}, {"Zaevidováno", 14}, {"Doručeno", 0}, {"Směr", 0}, {"Způsob doručení", 11}, {"Odesílatel nebo adresát", 18}, {"Číslo jednací odesílatele", 0},
		{"Listů", 0}, {"Příloh", 0}, {"Popis příloh", 0}, {"Věc", 24}, {"Spisový znak", 0}, {"Vyřizuje", 0}, {"Vyřízeno", 16}, {"Dne", 0}, {"Odesláno", 0}, {"Stornováno", 0}}}
	var total int64
	if err := tx.GetContext(ctx, &total, sql.Get("journal-count"), tx.Office, register, from, to); err != nil {
		return nil, err
	}
	t.total = &total
	at, id := from, int64(0)
	t.next = func(ctx context.Context, tx *db.Tx) ([][]Cell, error) {
		var list []records.Entry
		if err := tx.SelectContext(ctx, &list, sql.Get("journal-on"), tx.Office, register, at, to, id, pageRows); err != nil {
			return nil, err
		}
		rows := make([][]Cell, len(list))
		for i, e := range list {
			at, id = e.RegisteredAt, e.ID
			cancelled := ""
			if e.CancelledAt != nil {
				cancelled = "stornováno " + e.CancelledAt.In(clock.Prague).Format("2. 1. 2006") + ": " + e.CancelledWhy
			}
			rows[i] = []Cell{e.ReferenceNumber, e.RegisteredAt, instant(e.DeliveredAt), word(directions, e.Direction), word(channels, e.Channel), e.Party, e.ForeignNumber, count(e.Sheets), count(e.Attachments),
				e.AttachmentNote, e.Subject, e.ClassCode, e.ClerkName, word(ways, e.HandledHow), day(e.HandledAt), instant(e.SentAt), cancelled}
		}
		return rows, nil
	}
	return t, nil
}

func (m *Maker) openTable(ctx context.Context, tx *db.Tx) (*table, error) {
	t := &table{columns: []column{{"Spisová značka", 18}, {"Věc", 30}, {"Odesílatel", 20}, {"Agenda", 0}, {"Spisový znak", 0}, {"Otevřeno", 12}, {"Vyřizuje", 14}, {"Lhůta do", 12}, {"Lhůta stojí od", 0}, {"Dokumentů", 0}}}
	var total int64
	if err := tx.GetContext(ctx, &total, sql.Get("open-count"), tx.Office); err != nil {
		return nil, err
	}
	t.total = &total
	after := int64(0)
	t.next = func(ctx context.Context, tx *db.Tx) ([][]Cell, error) {
		var list []struct {
			records.Item
			Series    string `db:"series"`
			Agenda    string `db:"agenda"`
			ClassCode string `db:"class_code"`
			Documents int64  `db:"documents"`
		}
		if err := tx.SelectContext(ctx, &list, sql.Get("open-on"), tx.Office, after, pageRows); err != nil {
			return nil, err
		}
		rows := make([][]Cell, len(list))
		for i, c := range list {
			after = c.ID
			rows[i] = []Cell{c.Mark, c.Subject, c.Party, m.agenda(c.Agenda), c.ClassCode, day(&c.OpenedAt), c.ClerkName, legal(c.DueOn), legal(c.PausedOn), c.Documents}
		}
		return rows, nil
	}
	return t, nil
}

func foundTable(s Search, now time.Time) *table {
	t := &table{columns: []column{{"Číslo jednací", 1}, {"Zaevidováno", 1}, {"Směr", 1}, {"Způsob doručení", 1}, {"Odesílatel nebo adresát", 1}, {"Číslo jednací odesílatele", 1}, {"Věc", 1}, {"Spisová značka", 1},
		{"Věc spisu", 1}, {"Spisový znak", 1}, {"Vyřizuje", 1}, {"Lhůta do", 1}, {"Vyřízeno", 1}, {"Dne", 1}, {"Stornováno", 1}}}
	var after *Key
	ended := false
	t.next = func(ctx context.Context, tx *db.Tx) ([][]Cell, error) {
		if ended {
			return nil, nil
		}
		hits, more, err := Find(ctx, tx, s, after, pageRows, now)
		if err != nil {
			return nil, err
		}
		ended = !more
		rows := make([][]Cell, len(hits))
		for i, h := range hits {
			after = &Key{h.At, h.ID}
			rows[i] = []Cell{h.ReferenceNumber, h.At, word(directions, h.Direction), word(channels, h.Channel), h.Party, h.ForeignNumber, h.Subject, h.Mark, h.CaseSubject, h.ClassCode, h.ClerkName,
				legal(h.DueOn), word(ways, h.HandledHow), day(h.HandledAt), day(h.CancelledAt)}
		}
		return rows, nil
	}
	return t
}

// instant, day, legal and count turn what may be missing into a cell.
func instant(t *time.Time) Cell {
	if t == nil {
		return nil
	}
	return *t
}

func day(t *time.Time) Cell {
	if t == nil {
		return nil
	}
	return Day(clock.Date(*t))
}

// legal is a date as the database keeps it: a day without a zone.
func legal(t *time.Time) Cell {
	if t == nil {
		return nil
	}
	return Day(*t)
}

func count(n *int) Cell {
	if n == nil {
		return nil
	}
	return int64(*n)
}
