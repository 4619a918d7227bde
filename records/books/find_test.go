package books_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/testdb"
	"epom/records"
	"epom/records/books"
	"epom/records/register"
)

// house is two offices with people and a clock.
type house struct {
	t           testing.TB
	db          *db.DB
	owner       *sqlx.DB
	clock       *clock.Fake
	here, there int32
	clerk       int64
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, db: testdb.New(t), clock: clock.NewFake(time.Date(2026, 9, 14, 8, 0, 0, 0, time.UTC))}
	h.owner = testdb.Owner(t, h.db)
	for slug, id := range map[string]*int32{"hejnice": &h.here, "frydlant": &h.there} {
		h.must(h.owner.Get(id, `INSERT INTO office (slug, name, seat_name, kind, category, abbreviation, participates, ico) VALUES ($1, $1, $1, 'other', '63/2', upper(left($1, 3)), true, '00262781') RETURNING id`, slug))
	}
	h.must(h.owner.Get(&h.clerk, `INSERT INTO account (email, name, created_at) VALUES ('jana@hejnice.example', 'Jana Říhová', now()) RETURNING id`))
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) scope(office int32) db.Scope {
	return db.Scope{Office: office, Actor: fmt.Sprint("account:", h.clerk)}
}

func (h *house) in(office int32, fn func(*db.Tx) error) {
	h.t.Helper()
	h.must(h.db.Tx(h.t.Context(), h.scope(office), fn))
}

// letter registers a document in a new case file of a series.
func (h *house) letter(office int32, series, subject, party string, more ...func(*records.NewDocument)) (c records.Case, d records.Document) {
	h.t.Helper()
	h.in(office, func(tx *db.Tx) (err error) {
		if c, err = records.OpenCase(h.t.Context(), tx, nil, records.NewCase{Series: series, Subject: subject}, h.clock.Now()); err != nil {
			return err
		}
		n := records.NewDocument{Direction: records.In, Kind: "letter", Subject: subject, Channel: "post", Party: party}
		for _, m := range more {
			m(&n)
		}
		d, err = records.AddDocument(h.t.Context(), tx, c.ID, n, h.clock.Now())
		return err
	})
	return c, d
}

// found are the numbers that fit, as one line.
func (h *house) found(office int32, s books.Search) string {
	h.t.Helper()
	for {
		all, err := books.Refresh(h.t.Context(), h.db, h.scope(office), 100)
		h.must(err)
		if all {
			break
		}
	}
	var numbers []string
	h.in(office, func(tx *db.Tx) error {
		hits, _, err := books.Find(h.t.Context(), tx, s, nil, 50, h.clock.Now())
		for _, x := range hits {
			numbers = append(numbers, x.ReferenceNumber)
		}
		return err
	})
	return strings.Join(numbers, " ")
}

func TestFind(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.in(h.here, func(tx *db.Tx) error {
		_, err := register.Create(t.Context(), tx, "Faktury", "FA", h.clock.Now())
		return err
	})
	var party records.Party
	h.in(h.here, func(tx *db.Tx) (err error) {
		party, err = records.CreateParty(t.Context(), tx, records.Party{Kind: records.Person, Given: "Žofie", Family: "Ďáblová", DataBox: "abc2345", Town: "Liberec"}, h.clock.Now())
		return err
	})
	h.letter(h.here, "", "Žádost o kácení lípy", "Žofie Ďáblová", func(n *records.NewDocument) {
		n.ForeignNumber, n.Parties = "ČJ-77/2026", []records.PartyRole{{ID: party.ID, Role: records.Sender}}
		n.Components = []records.Component{{Name: "plánek pozemku.pdf", MediaType: "application/pdf", Size: 1, SHA256: strings.Repeat("a", 64)}}
		n.Envelope = map[string]any{"message": map[string]any{"id": "dm998877"}}
	})
	h.clock.Advance(40 * 24 * time.Hour)
	second, mistake := h.letter(h.here, "", "Stížnost na hluk", "Novák s. r. o.", func(n *records.NewDocument) { n.Body, n.Channel = "Soused vrtá v neděli.", "email" })
	h.clock.Advance(400 * 24 * time.Hour)
	h.letter(h.here, "faktury", "Faktura za lípy", "Lesy ČR, s. p.")
	h.letter(h.there, "", "Žádost o kácení lípy", "Žofie Ďáblová")
	var empty records.Case
	h.in(h.here, func(tx *db.Tx) (err error) {
		empty, err = records.OpenCase(t.Context(), tx, nil, records.NewCase{Subject: "Prázdný spis", ClerkID: &h.clerk}, h.clock.Now())
		return err
	})
	day := func(s string) *time.Time {
		d, err := time.ParseInLocation(time.DateOnly, s, clock.Prague)
		h.must(err)
		return &d
	}
	const lime, noise, bill = "HEJ/2026/00001-1", "HEJ/2026/00002-1", "HEJ/FA/2027/00001-1"
	table := map[string]struct {
		s    books.Search
		want string
	}{
		"without diacritics":        {books.Search{Words: "zadost KACENI"}, lime},
		"with diacritics":           {books.Search{Words: "žádost o"}, lime},
		"beginnings":                {books.Search{Words: "lip"}, bill + " " + lime},
		"four letters":              {books.Search{Words: "stiz hluk"}, noise},
		"long beginning":            {books.Search{Words: "stiznos"}, noise},
		"not a beginning":           {books.Search{Words: "stiznox"}, ""},
		"inside is no beginning":    {books.Search{Words: "adost"}, ""},
		"the whole number":          {books.Search{Words: lime}, lime},
		"order and year":            {books.Search{Words: "2/2026"}, noise},
		"number of the sender":      {books.Search{Words: "čj-77/2026"}, lime},
		"text of the body":          {books.Search{Words: "vrtá"}, noise},
		"name of a file":            {books.Search{Words: "planek"}, lime},
		"id of the data message":    {books.Search{Words: "dm998877"}, lime},
		"data box":                  {books.Search{Words: "abc2345"}, lime},
		"person":                    {books.Search{Person: "ďáblová žofie"}, lime},
		"person by data box":        {books.Search{Person: "abc2345"}, lime},
		"a word is no person":       {books.Search{Person: "kácení"}, ""},
		"register":                  {books.Search{Register: "faktury"}, bill},
		"register and word":         {books.Search{Register: records.SeriesJournal, Words: "lip"}, lime},
		"channel":                   {books.Search{Channel: "email"}, noise},
		"from":                      {books.Search{From: day("2026-10-01"), Words: "lip"}, bill},
		"to":                        {books.Search{To: day("2026-09-14")}, lime},
		"of one day":                {books.Search{From: day("2026-10-24"), To: day("2026-10-24")}, noise},
		"turned round":              {books.Search{From: day("2026-10-24"), To: day("2026-10-01")}, ""},
		"clerk":                     {books.Search{Clerk: h.clerk}, empty.Mark},
		"file without documents":    {books.Search{Words: "prazdny"}, empty.Mark},
		"signs only":                {books.Search{Words: "'|&!:*()"}, strings.Join([]string{bill, empty.Mark, noise, lime}, " ")},
		"everything":                {books.Search{}, strings.Join([]string{bill, empty.Mark, noise, lime}, " ")},
		"a quote":                   {books.Search{Words: "o'brien \\"}, ""},
		"word of a mark":            {books.Search{Words: "@rfaktury"}, ""},
		"open":                      {books.Search{State: books.Open, Words: "hluk"}, noise},
		"class that there is not":   {books.Search{Class: "51.1"}, ""},
		"agenda that there is not":  {books.Search{Agenda: "kaceni' | '@o1"}, ""},
		"register with a bad quote": {books.Search{Register: "x' | '@o2"}, ""},
	}
	check := func() {
		t.Helper()
		for name, c := range table {
			if got := h.found(h.here, c.s); got != c.want {
				t.Errorf("%s: %q, want %q", name, got, c.want)
			}
		}
	}
	check()
	if got := h.found(h.there, books.Search{Words: "kaceni"}); got != "FRY/2027/00001-1" {
		t.Errorf("there: %q", got)
	}

	// what changes is found anew: a new subject, a cancelled number, a party renamed, a document in the empty file
	h.in(h.here, func(tx *db.Tx) error {
		if err := records.Cancel(t.Context(), tx, mistake.ID, "omyl", h.clock.Now()); err != nil {
			return err
		}
		_, err := records.AddDocument(t.Context(), tx, empty.ID, records.NewDocument{Direction: records.Own, Kind: "note", Subject: "Záznam", Channel: "none"}, h.clock.Now())
		return err
	})
	h.owner.MustExec(`UPDATE party SET name = 'Žofie Andělová' WHERE id = $1`, party.ID)
	h.owner.MustExec(`INSERT INTO component_text SELECT office_id, document_id, ordinal, 'Uvnitř souboru: krumpáč' FROM component WHERE name LIKE 'plánek%'`)
	for want, s := range map[string]books.Search{
		"":                                      {State: books.Open, Words: "hluk"},
		mistake.ReferenceNumber:                 {State: books.Cancelled},
		lime:                                    {Person: "andelova"},
		lime + " ":                              {Words: "krumpac"},
		empty.Mark + "-1":                       {Words: "prazdny"},
		second.Mark + "-1 " + lime + "        ": {To: day("2026-12-31")},
	} {
		if got := h.found(h.here, s); got != strings.TrimSpace(want) {
			t.Errorf("after changes, %+v: %q, want %q", s, got, want)
		}
	}
	if c := second; c.ID != 0 {
		h.in(h.here, func(tx *db.Tx) error {
			got, err := records.CaseByID(t.Context(), tx, c.ID)
			if err == nil && (got.HandledHow == nil || *got.HandledHow != records.ByOther) {
				t.Errorf("a file whose only document was cancelled is still open: %+v", got.HandledHow)
			}
			return err
		})
	}
}

// Pages follow each other without a hole, whatever times they cross.
func TestPagesOfASearch(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var want []string
	for i := range 60 {
		h.clock.Advance(time.Duration(i*i) * time.Hour)
		_, d := h.letter(h.here, "", "Věc", "Kdosi")
		want = append(want, d.ReferenceNumber)
	}
	slices.Reverse(want)
	h.found(h.here, books.Search{})
	var got []string
	var after *books.Key
	for more := true; more; {
		h.in(h.here, func(tx *db.Tx) (err error) {
			var hits []books.Hit
			hits, more, err = books.Find(t.Context(), tx, books.Search{Words: "vec"}, after, 7, h.clock.Now())
			for _, x := range hits {
				got = append(got, x.ReferenceNumber)
				after = &books.Key{At: x.At, ID: x.ID}
			}
			return err
		})
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v\nwant %v", got, want)
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var other int64
	h.must(h.owner.Get(&other, `INSERT INTO account (email, name, created_at) VALUES ('petr@hejnice.example', 'Petr', now()) RETURNING id`))
	save := func(f books.Filter) (err error) {
		return h.db.Tx(t.Context(), h.scope(h.here), func(tx *db.Tx) error { return books.SaveFilter(t.Context(), tx, f, h.clock.Now()) })
	}
	names := func(office int32, account int64) (list string) {
		h.in(office, func(tx *db.Tx) error {
			fs, err := books.Filters(t.Context(), tx, account)
			for _, f := range fs {
				list += f.Name + "?" + f.Query + " "
			}
			return err
		})
		return list
	}
	h.must(save(books.Filter{Account: h.clerk, Name: " Moje  stížnosti ", Query: "q=stiznost"}))
	h.must(save(books.Filter{Account: h.clerk, Name: "Moje stížnosti", Query: "q=hluk"}))
	h.must(save(books.Filter{Account: h.clerk, Name: "Společné", Query: "stav=open", Shared: true}))
	for _, f := range []books.Filter{{Account: h.clerk, Query: "q=x"}, {Account: h.clerk, Name: "Nic"}, {Account: h.clerk, Name: strings.Repeat("x", 61), Query: "q=x"}} {
		if errs.FieldsOf(save(f)) == nil {
			t.Errorf("saved: %+v", f)
		}
	}
	if got := names(h.here, h.clerk); got != "Moje stížnosti?q=hluk Společné?stav=open " {
		t.Error(got)
	}
	if got := names(h.here, other); got != "Společné?stav=open " {
		t.Error(got)
	}
	if got := names(h.there, h.clerk); got != "" {
		t.Error(got)
	}
	err := h.db.Tx(t.Context(), h.scope(h.here), func(tx *db.Tx) error { return books.DropFilter(t.Context(), tx, other, 1) })
	if !errs.Is(err, errs.NotFound) {
		t.Errorf("somebody else's was dropped: %v", err)
	}
}
