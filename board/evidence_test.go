package board_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"epom/board"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/testdb"
)

// record is what a record of evidence says.
type record struct {
	Office   struct{ Slug, Name string }
	Seq      int64
	Previous string
	Kind     string
	At       time.Time
	Actor    string
	Data     map[string]any
}

func (h *house) evidence(id int64) (list []board.Evidence, said []record) {
	h.t.Helper()
	h.must(h.in(h.here, func(tx *db.Tx) (err error) { list, err = board.EvidenceOf(h.t.Context(), tx, id); return err }))
	for _, e := range list {
		var r record
		h.must(json.Unmarshal([]byte(e.Record), &r))
		said = append(said, r)
	}
	return list, said
}

func TestEachActLeavesAChainedRecord(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.at("2026-06-01 09:00")
	n := notice("oznameni")
	n.Files = []board.File{{Name: "vyhláška.pdf", MediaType: "application/pdf", Size: 9, SHA256: strings.Repeat("ab", 32)}}
	p, err := h.make(n)
	h.must(err)
	other, err := h.make(notice("oznameni"))
	h.must(err)
	h.at("2026-06-02 09:00")
	h.must(h.in(h.here, func(tx *db.Tx) error {
		c := p.Current().Content
		c.Title = "Opraveno"
		p, err = h.law.Revise(t.Context(), tx, p.ID, p.Version, c, "překlep", h.now)
		return err
	}))
	h.must(h.in(h.here, func(tx *db.Tx) error {
		p, err = h.law.Reschedule(t.Context(), tx, p.ID, p.Version, date(t, "2026-06-20"), "", h.now)
		return err
	}))
	up := instant(t, "2026-06-01 08:00")
	h.must(h.in(h.here, func(tx *db.Tx) error {
		p, err = board.Physical(t.Context(), tx, p.ID, p.Version, &up, nil, h.now)
		return err
	}))
	h.must(h.in(h.here, func(tx *db.Tx) error { p, err = board.Remove(t.Context(), tx, p.ID, p.Version, "", h.now); return err }))

	list, said := h.evidence(p.ID)
	var kinds []string
	for i, r := range said {
		kinds = append(kinds, r.Kind)
		sum := sha256.Sum256([]byte(list[i].Record))
		if list[i].Hash != hex.EncodeToString(sum[:]) || r.Office.Slug != "tady" || r.Actor != "account:1" || r.Data["number"] != "2026-1" {
			t.Errorf("%s", list[i].Record)
		}
	}
	if got := strings.Join(kinds, " "); got != "posted revised rescheduled physical removed" {
		t.Fatal(got)
	}
	files, _ := said[0].Data["files"].([]any)
	if len(files) != 1 || files[0].(map[string]any)["sha256"] != strings.Repeat("ab", 32) || said[0].Data["posted"] != "2026-06-01T07:00:00.000000Z" {
		t.Errorf("posted: %v", said[0].Data)
	}
	if d := said[4].Data; d["physically_posted"] != "2026-06-01T06:00:00.000000Z" || d["removed"] != "2026-06-02T07:00:00.000000Z" || d["title_sha256"] == said[0].Data["title_sha256"] {
		t.Errorf("removed: %v", d)
	}
	// one chain an office: the neighbour posting stands between
	between, _ := h.evidence(other.ID)
	if len(between) != 1 || said[1].Previous != between[0].Hash || said[2].Previous != list[1].Hash {
		t.Error("the records do not name each other")
	}
	// nobody writes into it otherwise, the owner of the tables changes nothing
	for _, q := range []string{`UPDATE posting_evidence SET record = '{}'`, `DELETE FROM posting_evidence`, `TRUNCATE posting_evidence CASCADE`} {
		if _, err := testdb.Owner(t, h.db).Exec(q); err == nil {
			t.Errorf("%s went through", q)
		}
	}
	err = h.in(h.here, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO posting_evidence SELECT office_id, seq + 9, posting_id, kind, at, record, hash FROM posting_evidence`)
		return err
	})
	if err == nil {
		t.Error("the app wrote past the chain")
	}
	h.must(h.in(h.beside, func(tx *db.Tx) error {
		foreign, err := board.EvidenceOf(t.Context(), tx, p.ID)
		if len(foreign) != 0 {
			t.Error("the neighbour reads it")
		}
		return err
	}))
}

// checks writes a look each hour of [from, to), but those left out, with faults where bad says.
func (h *house) checks(from, to string, skip, bad func(time.Time) bool, posting int64) {
	h.t.Helper()
	for at := instant(h.t, from); at.Before(instant(h.t, to)); at = at.Add(time.Hour) {
		if skip != nil && skip(at) {
			continue
		}
		c := board.Check{At: at.Add(time.Minute), Items: 1}
		if bad != nil && bad(at) {
			c.Faults = []board.CheckFault{{Posting: posting, What: board.FaultAway, Detail: "503"}}
		}
		h.must(h.in(h.here, func(tx *db.Tx) error { return board.KeepCheck(h.t.Context(), tx, c, nil) }))
	}
}

func between(t *testing.T, from, to string) func(time.Time) bool {
	a, b := instant(t, from), instant(t, to)
	return func(at time.Time) bool { return !at.Before(a) && at.Before(b) }
}

func TestGapsAreSeenAndWarnedOfWhileTheTermCanBeSaved(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.at("2026-06-01 09:00")
	n := notice("verejna-vyhlaska")
	n.UntilOn = date(t, "2026-06-16")
	p, err := h.make(n)
	h.must(err)
	other := notice("oznameni")
	other.UntilOn = date(t, "2026-07-01")
	q, err := h.make(other)
	h.must(err)
	// a night nobody looked, and three hours with a fault of this posting alone
	h.checks("2026-06-01 10:00", "2026-06-06 00:00", between(t, "2026-06-03 22:00", "2026-06-04 06:00"), between(t, "2026-06-05 10:00", "2026-06-05 13:00"), p.ID)
	h.at("2026-06-06 00:30")
	available := func(p *board.Posting) (a board.Availability) {
		h.must(h.in(h.here, func(tx *db.Tx) error { a, err = board.Available(t.Context(), tx, p, h.now); return err }))
		return a
	}
	a := available(p)
	if len(a.Gaps) != 2 || a.Gaps[0].Failed || !a.Gaps[1].Failed || a.Gaps[1].What != board.FaultAway || a.Failed != 3 || a.Unproved() != 13*time.Hour {
		t.Fatalf("%+v", a)
	}
	if g := a.Gaps[0]; !g.From.Equal(instant(t, "2026-06-03 21:01")) || !g.To.Equal(instant(t, "2026-06-04 06:01")) || g.Open {
		t.Errorf("%+v", g)
	}
	if a := available(q); len(a.Gaps) != 1 || a.Failed != 0 {
		t.Errorf("the other posting: %+v", a)
	}
	warnings := func() (list []board.Warning) {
		h.must(h.in(h.here, func(tx *db.Tx) error { list, err = board.Warnings(t.Context(), tx, h.now); return err }))
		return list
	}
	w := warnings()
	if len(w) != 1 || w[0].Number != "2026-1" || w[0].Suggest.Format(time.DateOnly) != "2026-06-19" || !w[0].SaveBy.Equal(instant(t, "2026-06-17 00:00")) {
		t.Fatalf("%+v", w)
	}
	if !strings.Contains(w[0].What, "Od 3. 6. 2026 21:01 do 4. 6. 2026 06:01") || !strings.Contains(w[0].What, "2×") {
		t.Error(w[0].What)
	}
	// nothing moved by itself; the clerk takes the advice and is warned no more
	h.must(h.in(h.here, func(tx *db.Tx) error { p, err = board.ByID(t.Context(), tx, p.ID); return err }))
	if p.UntilOn.Format(time.DateOnly) != "2026-06-16" {
		t.Fatal("the term was prolonged in silence")
	}
	h.must(h.in(h.here, func(tx *db.Tx) error {
		p, err = h.law.Reschedule(t.Context(), tx, p.ID, p.Version, w[0].Suggest, "výpadek", h.now)
		return err
	}))
	h.checks("2026-06-06 00:00", "2026-06-06 13:00", nil, nil, 0)
	h.at("2026-06-06 12:30")
	if w := warnings(); len(w) != 0 {
		t.Fatalf("%+v", w)
	}
	// an outage that lasts
	h.checks("2026-06-06 13:00", "2026-06-06 16:00", nil, func(time.Time) bool { return true }, 0)
	h.at("2026-06-06 15:30")
	if a := available(p); !a.Gaps[2].Open || !a.Gaps[2].To.Equal(h.now) {
		t.Errorf("%+v", a.Gaps)
	}
	if w := warnings(); len(w) != 1 || w[0].Suggest.Format(time.DateOnly) != "2026-06-20" {
		t.Errorf("%+v", w)
	}
}

func TestAMeetingIsNotSavedByALongerTerm(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.at("2026-06-01 09:00")
	n := notice("zasedani")
	event := instant(t, "2026-06-10 18:00")
	n.EventAt, n.UntilOn = &event, date(t, "2026-06-10")
	_, err := h.make(n)
	h.must(err)
	h.checks("2026-06-01 10:00", "2026-06-05 00:00", nil, between(t, "2026-06-03 10:00", "2026-06-03 12:00"), 0)
	h.at("2026-06-05 00:10")
	var w []board.Warning
	h.must(h.in(h.here, func(tx *db.Tx) error { w, err = board.Warnings(t.Context(), tx, h.now); return err }))
	if len(w) != 1 || w[0].Suggest != nil || w[0].SaveBy != nil {
		t.Fatalf("%+v", w)
	}
}

// Days of checks go into the chain by their hash: over the change of time and after a standstill too.
func TestChecksOfADayAreClosedOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.at("2026-10-24 09:00")
	_, err := h.make(notice("oznameni"))
	h.must(err)
	h.checks("2026-10-24 10:00", "2026-10-25 12:00", nil, nil, 0)
	h.checks("2026-10-28 10:00", "2026-10-28 13:00", nil, func(time.Time) bool { return true }, 0)
	var days []struct {
		Day, Checks, Failed string
		Right               bool
	}
	h.must(testdb.Owner(t, h.db).SelectContext(t.Context(), &days, `SELECT d ->> 'day' AS day, d ->> 'checks' AS checks, d ->> 'failed' AS failed,
		d ->> 'sha256' = checks_hash(office_id, CAST(d ->> 'since' AS timestamptz), CAST(d ->> 'till' AS timestamptz)) AS right
		FROM posting_evidence, LATERAL (SELECT CAST(record AS jsonb) -> 'data' AS d) x WHERE kind = 'checks' ORDER BY seq`))
	if len(days) != 2 || days[0].Day != "2026-10-24" || days[0].Checks != "14" || days[1].Day != "2026-10-25" || days[1].Checks != "13" || !days[0].Right || !days[1].Right {
		t.Fatalf("%+v", days)
	}
	if clock.Date(instant(t, "2026-10-25 12:00")).AddDate(0, 0, 1).Sub(clock.Date(instant(t, "2026-10-25 12:00"))) != 25*time.Hour {
		t.Error("this is not the day of 25 hours")
	}
}
