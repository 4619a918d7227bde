package books_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"epom/internal/db"
	"epom/records"
	"epom/records/books"
)

// The statistics of a year, counted from what was registered: each case says what it adds.
func TestStatistics(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	law, err := records.LoadLaw(t.Context(), h.db)
	h.must(err)
	at := func(s string) time.Time {
		when, err := time.Parse("2006-01-02 15:04", s)
		h.must(err)
		h.clock.Set(when)
		return when
	}
	// open opens a matter with one letter; handled is the instant and the way, empty = it stays open.
	open := func(opened, agenda, rule, channel, handled, how string) (doc records.Document) {
		h.in(h.here, func(tx *db.Tx) error {
			c, err := records.OpenCase(t.Context(), tx, law, records.NewCase{Subject: "Věc", Agenda: agenda, Rule: rule}, at(opened))
			if err != nil {
				return err
			}
			if doc, err = records.AddDocument(t.Context(), tx, c.ID, records.NewDocument{Direction: records.In, Kind: "letter", Subject: "Dopis", Channel: channel}, at(opened)); err != nil || handled == "" {
				return err
			}
			return records.Handle(t.Context(), tx, c.ID, how, "", at(handled))
		})
		return doc
	}
	open("2025-12-20 10:00", "kaceni", "sr-71", "post", "2026-01-10 10:00", records.ByDocument)         // of the year before, in time
	open("2025-12-31 23:30", "kaceni", "sr-71", "portal", "", "")                                       // in Prague it is 2026 already; late
	open("2026-03-01 10:00", "kaceni", "sr-71", "email", "2026-06-01 10:00", records.ByDocument)        // late
	open("2026-03-31 22:30", "", "", "post", "2026-04-02 10:00", records.ByNoting)                      // in Prague it is April; no term
	open("2026-05-04 10:00", "informace", "infz-14", "databox", "2026-05-14 10:00", records.ByDocument) // in time
	open("2026-05-05 10:00", "informace", "infz-14", "databox", "2026-07-14 10:00", records.ByReferral) // late
	open("2026-12-20 10:00", "informace", "infz-14", "email", "2027-01-02 10:00", records.ByDocument)   // runs on into the next year
	mistake := open("2026-06-06 10:00", "", "", "post", "", "")                                         // typed twice
	h.in(h.here, func(tx *db.Tx) error {
		return records.Cancel(t.Context(), tx, mistake.ID, "dvakrát", at("2026-06-06 11:00"))
	})
	h.letter(h.there, "", "Cizí", "Nikdo")

	var report books.Report
	h.in(h.here, func(tx *db.Tx) (err error) {
		report, err = books.Statistic(t.Context(), tx, 2026, at("2027-02-01 10:00"), strings.ToUpper)
		return err
	})
	got := map[string]string{}
	for _, tally := range report.Tallies {
		for _, row := range tally.Rows {
			if len(row.Numbers) != len(tally.Head)-1 {
				t.Errorf("%s, %s: %d numbers under %d titles", tally.Title, row.Label, len(row.Numbers), len(tally.Head))
			}
			got[strings.Fields(tally.Title)[0]+" "+strings.Fields(tally.Title)[len(strings.Fields(tally.Title))-1]+" "+row.Label] = strings.Trim(fmt.Sprint(row.Numbers), "[]")
		}
	}
	for label, want := range map[string]string{
		"Dokumenty měsících leden": "1 0 0 0", "Dokumenty měsících březen": "1 0 0 0", "Dokumenty měsících duben": "1 0 0 0", "Dokumenty měsících červen": "0 0 0 1",
		"Dokumenty měsících Celkem": "6 0 0 1",
		"Dokumenty doručení portál": "1 0", "Dokumenty doručení pošta": "1 0", "Dokumenty doručení e-mail": "2 0", "Dokumenty doručení datová schránka": "2 0", "Dokumenty doručení Celkem": "6 0",
		"Spisy Spisy nevyřízené z minulých let": "1", "Spisy Spisy otevřené v roce": "6", "Spisy Spisy vyřízeno dokumentem": "3", "Spisy Spisy postoupeno": "1", "Spisy Spisy vzato na vědomí": "1",
		"Spisy Spisy vyřízeno jinak": "0", "Spisy Spisy nevyřízené na konci": "2", "Spisy Spisy vyřízené v zákonné lhůtě": "2", "Spisy Spisy vyřízené po lhůtě": "2", "Spisy Spisy vyřízené bez lhůty": "1",
		"Spisy Spisy nevyřízené po lhůtě": "1",
		"Spisy agend KACENI":              "2 2 1 57", // 21 and 92 days
		"Spisy agend INFORMACE":           "3 2 1 40", // 10 and 70 days
		"Spisy agend bez agendy":          "1 1 0 1",
		"Žádosti Sb.) podané v roce":      "3", "Žádosti Sb.) vyřízené dokumentem": "1", "Žádosti Sb.) postoupené": "1", "Žádosti Sb.) vyřízené po lhůtě": "1", "Žádosti Sb.) nevyřízené na konci": "1",
	} {
		if got[label] != want {
			t.Errorf("%s: %q, want %q", label, got[label], want)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
}
