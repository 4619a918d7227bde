package books

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/records"
)

// Tally is a part of the statistics: its rows have as many numbers as Head has titles after the first.
type Tally struct {
	Title string
	Head  []string
	Rows  []TallyRow
	Note  string
}

// TallyRow is a line of a tally.
type TallyRow struct {
	Label   string
	Numbers []int64
	Sum     bool // the sum of the others
}

// Report is the statistics of a year for the yearly report. Cancelled numbers are counted apart.
type Report struct {
	Year    int
	Tallies []Tally
}

var months = []string{"leden", "únor", "březen", "duben", "květen", "červen", "červenec", "srpen", "září", "říjen", "listopad", "prosinec"}

// Statistic counts a year (Prague): documents by month and way of delivery, case files by way of handling and agenda, terms kept,
// requests under Act 106/1999 Sb. Whatever still runs is counted as it stands now, or stood at the end of the year. agenda names an agenda by its code.
func Statistic(ctx context.Context, tx *db.Tx, year int, now time.Time, agenda func(string) string) (Report, error) {
	from, to := time.Date(year, 1, 1, 0, 0, 0, 0, clock.Prague), time.Date(year+1, 1, 1, 0, 0, 0, 0, clock.Prague)
	r := Report{Year: year}
	var docs []docCount
	if err := tx.SelectContext(ctx, &docs, sql.Get("received"), tx.Office, from, to); err != nil {
		return r, err
	}
	var cases []caseCount
	if err := tx.SelectContext(ctx, &cases, sql.Get("cases-of"), tx.Office, from, to, now); err != nil {
		return r, err
	}
	// A file whose numbers were all cancelled was a mistake, no matter.
	cases = slices.DeleteFunc(cases, func(c caseCount) bool { return !c.Live && c.How == records.ByOther })
	r.Tallies = []Tally{byMonth(docs), byChannel(docs), handling(cases), byAgenda(cases, agenda), information(cases)}
	return r, nil
}

type docCount struct {
	Month     int    `db:"month"`
	Direction string `db:"direction"`
	Channel   string `db:"channel"`
	Documents int64  `db:"documents"`
	Cancelled int64  `db:"cancelled"`
}

type caseCount struct {
	Series      string  `db:"series"`
	Agenda      string  `db:"agenda"`
	Opened      bool    `db:"opened"`
	Handled     bool    `db:"handled"`
	How         string  `db:"how"`
	Term        string  `db:"term"` // kept, late, none
	Information bool    `db:"information"`
	Extended    bool    `db:"extended"`
	Live        bool    `db:"live"`
	Cases       int64   `db:"cases"`
	Days        float64 `db:"days"` // from opening to handling, all together
}

func byMonth(docs []docCount) Tally {
	t := Tally{Title: "Dokumenty po měsících", Head: []string{"Měsíc", "Došlé", "Odeslané", "Vlastní", "Stornovaná čísla"}}
	for i, name := range months {
		row := TallyRow{Label: name, Numbers: make([]int64, 4)}
		for _, d := range docs {
			if d.Month == i+1 {
				row.Numbers[slices.Index([]string{records.In, records.Out, records.Own}, d.Direction)] += d.Documents
				row.Numbers[3] += d.Cancelled
			}
		}
		t.Rows = append(t.Rows, row)
	}
	t.sum("Celkem")
	return t
}

func byChannel(docs []docCount) Tally {
	t := Tally{Title: "Dokumenty podle způsobu doručení", Head: []string{"Způsob", "Došlé", "Odeslané"}}
	for _, d := range docs {
		if at := slices.Index([]string{records.In, records.Out}, d.Direction); at >= 0 && d.Documents > 0 {
			t.add(cmp.Or(word(channels, d.Channel), "neuvedeno"), at, d.Documents)
		}
	}
	t.sort()
	t.sum("Celkem")
	return t
}

func handling(cases []caseCount) Tally {
	t := Tally{Title: "Spisy", Head: []string{"", "Spisů"}}
	labels := []string{"nevyřízené z minulých let", "otevřené v roce"}
	for _, how := range []string{records.ByDocument, records.ByReferral, records.ByNoting, records.ByNote, records.ByOther} {
		labels = append(labels, word(ways, how))
	}
	labels = append(labels, "nevyřízené na konci", "vyřízené v zákonné lhůtě", "vyřízené po lhůtě", "vyřízené bez lhůty", "nevyřízené po lhůtě")
	for _, l := range labels {
		t.add(l, 0, 0)
	}
	for _, c := range cases {
		if c.Opened {
			t.add("otevřené v roce", 0, c.Cases)
		} else {
			t.add("nevyřízené z minulých let", 0, c.Cases)
		}
		if !c.Handled {
			t.add("nevyřízené na konci", 0, c.Cases)
			if c.Term == "late" {
				t.add("nevyřízené po lhůtě", 0, c.Cases)
			}
			continue
		}
		t.add(word(ways, c.How), 0, c.Cases)
		t.add(map[string]string{"kept": "vyřízené v zákonné lhůtě", "late": "vyřízené po lhůtě", "none": "vyřízené bez lhůty"}[c.Term], 0, c.Cases)
	}
	return t
}

func byAgenda(cases []caseCount, agenda func(string) string) Tally {
	t := Tally{Title: "Spisy podle agend", Head: []string{"Agenda", "Otevřené", "Vyřízené", "Z toho po lhůtě", "Průměrně dní"}}
	days := map[string]float64{}
	for _, c := range cases {
		label := "bez agendy"
		if c.Agenda != "" {
			label = agenda(c.Agenda)
		}
		if c.Opened {
			t.add(label, 0, c.Cases)
		}
		if c.Handled {
			t.add(label, 1, c.Cases)
			days[label] += c.Days
			if c.Term == "late" {
				t.add(label, 2, c.Cases)
			}
		}
	}
	for i := range t.Rows {
		if n := t.Rows[i].Numbers; n[1] > 0 {
			n[3] = int64(days[t.Rows[i].Label]/float64(n[1]) + 0.5)
		}
	}
	t.sort()
	return t
}

func information(cases []caseCount) Tally {
	t := Tally{Title: "Žádosti o informace (§ 18 zákona č. 106/1999 Sb.)", Head: []string{"", "Žádostí"},
		Note: "Podle spisů s lhůtou zákona č. 106/1999 Sb. Počty rozhodnutí o odmítnutí, odvolání, stížností podle § 16a, výhradních licencí a rozsudků doplňte do výroční zprávy sami: evidence je zatím nerozlišuje."}
	for _, l := range []string{"podané v roce", "vyřízené dokumentem", "postoupené", "vyřízené jinak", "s prodlouženou lhůtou", "vyřízené po lhůtě", "nevyřízené na konci"} {
		t.add(l, 0, 0)
	}
	for _, c := range cases {
		if !c.Information {
			continue
		}
		if c.Opened {
			t.add("podané v roce", 0, c.Cases)
			if c.Extended {
				t.add("s prodlouženou lhůtou", 0, c.Cases)
			}
		}
		switch {
		case !c.Handled:
			t.add("nevyřízené na konci", 0, c.Cases)
			continue
		case c.How == records.ByDocument:
			t.add("vyřízené dokumentem", 0, c.Cases)
		case c.How == records.ByReferral:
			t.add("postoupené", 0, c.Cases)
		default:
			t.add("vyřízené jinak", 0, c.Cases)
		}
		if c.Term == "late" {
			t.add("vyřízené po lhůtě", 0, c.Cases)
		}
	}
	return t
}

// add counts n more in a column of the row with the label, which is made when there is none.
func (t *Tally) add(label string, column int, n int64) {
	for i := range t.Rows {
		if t.Rows[i].Label == label {
			t.Rows[i].Numbers[column] += n
			return
		}
	}
	row := TallyRow{Label: label, Numbers: make([]int64, len(t.Head)-1)}
	row.Numbers[column] = n
	t.Rows = append(t.Rows, row)
}

// sort puts the largest rows first.
func (t *Tally) sort() {
	slices.SortStableFunc(t.Rows, func(a, b TallyRow) int {
		return cmp.Or(cmp.Compare(b.Numbers[0], a.Numbers[0]), cmp.Compare(b.Numbers[1], a.Numbers[1]), cmp.Compare(a.Label, b.Label))
	})
}

func (t *Tally) sum(label string) {
	all := TallyRow{Label: label, Numbers: make([]int64, len(t.Head)-1), Sum: true}
	for _, r := range t.Rows {
		for i, n := range r.Numbers {
			all.Numbers[i] += n
		}
	}
	t.Rows = append(t.Rows, all)
}

func (m *Maker) statisticsTable(ctx context.Context, tx *db.Tx, year int, now time.Time) (*table, error) {
	r, err := Statistic(ctx, tx, year, now, m.agenda)
	if err != nil {
		return nil, err
	}
	t := &table{columns: []column{{"Část", 30}, {"Položka", 30}, {"Údaj", 25}, {"Počet", 10}}}
	var rows [][]Cell
	for _, part := range r.Tallies {
		for _, row := range part.Rows {
			for i, n := range row.Numbers {
				rows = append(rows, []Cell{part.Title, row.Label, part.Head[i+1], n})
			}
		}
		if part.Note != "" {
			t.notes = append(t.notes, part.Title+": "+part.Note)
		}
	}
	total := int64(len(rows))
	t.total = &total
	t.next = func(context.Context, *db.Tx) ([][]Cell, error) { page := rows; rows = nil; return page, nil }
	return t, nil
}

// title of the statistics on paper.
func (r Report) title() string { return fmt.Sprintf("Statistika spisové služby za rok %d", r.Year) }
