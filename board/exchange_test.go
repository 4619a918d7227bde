package board

import (
	"bytes"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"epom/board/ofn"
	"epom/internal/db"
	"epom/internal/testdb"
	"epom/offices"
)

// exchangeSite is a database with offices whose boards come from elsewhere.
type exchangeSite struct {
	t   testing.TB
	db  *db.DB
	law *Law
}

func newExchange(t testing.TB, count int) (*exchangeSite, []*offices.Office) {
	t.Helper()
	d := testdb.New(t)
	owner := testdb.Owner(t, d)
	if _, err := owner.Exec(`INSERT INTO office (slug, name, seat_name, kind, category, abbreviation, participates, ico, source)
		SELECT 'o' || n, 'Obecní úřad ' || n, 'Obec ' || n, 'other', '63/2', 'O' || n, true, '00258245', 'test' FROM generate_series(1, $1) n`, count); err != nil {
		t.Fatal(err)
	}
	law, err := LoadLaw(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	store, err := offices.Open(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	var list []*offices.Office
	for n := range count {
		o, err := store.BySlug(fmt.Sprintf("o%d", n+1))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, o)
	}
	return &exchangeSite{t, d, law}, list
}

func (x *exchangeSite) take(o *offices.Office, now time.Time, states ...ofn.State) *Taken {
	x.t.Helper()
	said, err := x.series(o, now, func(yield func(ofn.State, error) bool) {
		for _, s := range states {
			if !yield(s, nil) {
				return
			}
		}
	})
	if err != nil {
		x.t.Fatal(err)
	}
	return said
}

func (x *exchangeSite) series(o *offices.Office, now time.Time, states iter.Seq2[ofn.State, error]) (*Taken, error) {
	t := &Taking{DB: x.db, Law: x.law, Office: o, Base: "https://epom.example", Actor: "test", Name: "test", Now: now}
	return t.Take(x.t.Context(), states)
}

func (x *exchangeSite) give(o *offices.Office, extent Extent) []byte {
	x.t.Helper()
	var b bytes.Buffer
	err := x.db.Tx(x.t.Context(), db.Scope{Office: o.ID, Actor: "test"}, func(tx *db.Tx) error {
		return OpenData{Law: x.law, Office: o, Base: "https://epom.example"}.WriteBoard(x.t.Context(), tx, extent, &b)
	})
	if err != nil {
		x.t.Fatal(err)
	}
	return b.Bytes()
}

// all reads every posting of an office by its iri.
func (x *exchangeSite) all(o *offices.Office) map[string]*Posting {
	x.t.Helper()
	out := map[string]*Posting{}
	err := x.db.Tx(x.t.Context(), db.Scope{Office: o.ID, Actor: "test"}, func(tx *db.Tx) error {
		var ids []int64
		if err := tx.SelectContext(x.t.Context(), &ids, `SELECT id FROM posting WHERE office_id = $1`, o.ID); err != nil {
			return err
		}
		for _, id := range ids {
			p, err := ByID(x.t.Context(), tx, id)
			if err != nil {
				return err
			}
			out[p.IRI] = p
		}
		return nil
	})
	if err != nil {
		x.t.Fatal(err)
	}
	return out
}

func (x *exchangeSite) sound() {
	x.t.Helper()
	faults, err := Verify(x.t.Context(), testdb.Owner(x.t, x.db))
	faults = slices.DeleteFunc(faults, func(f string) bool { return strings.Contains(f, "hangs past its last day") }) // nobody takes down here
	if err != nil || len(faults) > 0 {
		x.t.Error(err, faults)
	}
}

var imported = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// boardOf makes a state: "name/posted/until" an item, other words are kept as the reference number.
func boardOf(at time.Time, items ...string) ofn.State {
	var list []string
	for _, i := range items {
		f := append(strings.Split(i, "/"), "", "")
		list = append(list, fmt.Sprintf(`{"typ":["Digitální objekt","Informace na úřední desce"],"iri":"https://obec.example/%s","název":{"cs":"Položka %s"},
			"vyvěšení":{"typ":"Časový okamžik","datum":%q},"relevantní_do":{"typ":"Časový okamžik",%s},"číslo_jednací":"č. j. %s","odbor":{"b":1,"a":[true,null]},
			"agenda":[{"typ":"Agenda","název":{"cs":"dotace"}}],"dokument":[{"typ":"Digitální objekt","název":{"cs":"příloha.pdf"},"url":"https://obec.example/%s.pdf"}]}`,
			f[0], f[0], f[1], map[bool]string{true: `"nespecifikovaný":true`, false: `"datum":"` + f[2] + `"`}[f[2] == ""], f[3], f[0]))
	}
	raw := `{"@context":"` + ofn.Context + `","typ":"Úřední deska","iri":"https://obec.example/deska","stránka":"https://obec.example/uredni-deska",
		"provozovatel":{"typ":"Osoba","ičo":"00258245"},"informace":[` + strings.Join(list, ",") + `]}`
	return ofn.State{At: at, Name: at.Format("2006-01-02T150405") + ".json", Raw: []byte(raw)}
}

func hour(n int) time.Time { return time.Date(2026, 9, 1, n, 0, 0, 0, time.UTC) }

func TestOneStateIsTakenInAndGivenBack(t *testing.T) {
	t.Parallel()
	x, list := newExchange(t, 1)
	o := list[0]
	state := boardOf(hour(0), "a/2026-08-01/2026-08-20", "b/2026-08-05/", "c/2025-12-30/2027-01-05/7")
	said := x.take(o, imported, state)
	if said.New != 3 || said.Faulty != 0 || said.States != 1 {
		t.Errorf("%+v", said)
	}
	got := x.all(o)
	a, b, c := got["https://obec.example/a"], got["https://obec.example/b"], got["https://obec.example/c"]
	if a.Number() != "2026-1" || b.Number() != "2026-2" || c.Number() != "2025-1" || a.Origin != Imported {
		t.Error(a.Number(), b.Number(), c.Number(), a.Origin)
	}
	// the source's own term of a is over, yet it was still shown in September
	if a.State() != Removed || !a.RemovedAt.Equal(hour(0)) || *a.RemovedBy != goneTerm || b.State() != Hanging || b.UntilOn != nil || c.State() != Hanging {
		t.Error(a.State(), a.RemovedAt, b.State(), c.State())
	}
	if cur := c.Current(); cur.ReferenceNumber != "č. j. 7" || cur.Title != "Položka c" || cur.Files[0].URL != "https://obec.example/c.pdf" || cur.Agendas.V[0] != "dotace" {
		t.Errorf("%+v", cur)
	}
	want, err := ofn.Parse(bytes.NewReader(state.Raw), 0)
	if err != nil {
		t.Fatal(err)
	}
	back, err := ofn.Parse(bytes.NewReader(x.give(o, StillShown)), 0)
	if err != nil || !ofn.Equal(want, back) {
		t.Errorf("%v\n%s", err, x.give(o, StillShown))
	}
	if here, _ := ofn.Parse(bytes.NewReader(x.give(o, HangingNow)), 0); len(here.Notices) != 2 {
		t.Error(len(here.Notices))
	}
	before := x.all(o)
	for range 2 {
		if said = x.take(o, imported, state); said.Known != 1 || said.New+said.Revised+said.Removed+said.States != 0 {
			t.Errorf("%+v", said)
		}
	}
	if after := x.all(o); len(after) != len(before) || after["https://obec.example/a"].Version != a.Version {
		t.Error("the same state twice changed something")
	}
	x.sound()
}

func TestStatesGoOn(t *testing.T) {
	t.Parallel()
	x, list := newExchange(t, 2)
	empty := boardOf(hour(3))
	broken := ofn.State{At: hour(4), Name: "broken", Raw: []byte("{\"typ\":\n \"x\x01\"}")}
	states := []ofn.State{
		boardOf(hour(0), "a/2026-08-01/", "b/2026-08-02/", "c/2026-08-03/", "d/2026-08-04/", "e/2026-08-05/"),
		boardOf(hour(1), "a/2026-08-01/", "b/2026-08-02//changed", "c/2026-08-03/", "d/2026-08-04/", "e/2026-08-05/"),
		boardOf(hour(2), "a/2026-08-01/", "b/2026-08-02//changed", "c/2026-08-03/", "d/2026-08-04/", "e/2026-08-05/"),
		empty, broken,
		boardOf(hour(5), "b/2026-08-02//changed", "c/2026-08-03/", "d/2026-08-04/", "e/2026-08-05/", "f/2026-09-01/"),
		boardOf(hour(6), "a/2026-08-01/", "b/2026-08-02//changed", "d/2026-08-04/", "e/2026-08-05/", "f/2026-09-01/"),
	}
	see := func(o *offices.Office) string {
		t.Helper()
		var lines []string
		for iri, p := range x.all(o) {
			var spans db.JSON[[]Span]
			if err := testdb.Owner(t, x.db).Get(&spans, `SELECT spans FROM posting_source WHERE office_id = $1 AND posting_id = $2`, o.ID, p.ID); err != nil {
				t.Fatal(err)
			}
			line := strings.TrimPrefix(iri, "https://obec.example/") + fmt.Sprintf(" r%d %s", p.Revision, p.State())
			for _, s := range spans.V {
				line += fmt.Sprintf(" %d–", s.First.UTC().Hour())
				if s.Removed != nil {
					line += fmt.Sprintf("%d–%d", s.Last.UTC().Hour(), s.Removed.UTC().Hour())
				}
			}
			lines = append(lines, line)
		}
		slices.Sort(lines)
		return strings.Join(lines, "\n")
	}
	const want = "a r1 hanging 0–2–5 6–\nb r2 hanging 0–\nc r1 removed 0–5–6\nd r1 hanging 0–\ne r1 hanging 0–\nf r1 hanging 5–"
	whole, byOne := list[0], list[1]
	x.take(whole, imported, states...)
	if got := see(whole); got != want {
		t.Errorf("as a series:\n%s", got)
	}
	for _, s := range states[1:] { // one by one, and the first one afterwards
		x.take(byOne, imported, s)
	}
	x.take(byOne, imported, states[0])
	if got := see(byOne); got != strings.Replace(want, "b r2", "b r1", 1) {
		t.Errorf("one by one:\n%s", got)
	}
	for _, o := range list {
		if got, _ := ofn.Parse(bytes.NewReader(x.give(o, StillShown)), 0); len(got.Notices) != 5 {
			t.Error(o.Slug, len(got.Notices))
		}
		err := x.db.Tx(t.Context(), db.Scope{Office: o.ID, Actor: "test"}, func(tx *db.Tx) error {
			out, err := Outages(t.Context(), tx)
			if len(out) != 2 || out[1].Line != 2 || !out[0].From.Equal(hour(3)) || out[1].To == nil || !out[1].To.Equal(hour(5)) {
				t.Errorf("%s: %+v", o.Slug, out)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if said := x.take(o, imported, states...); said.Known != len(states) || said.New+said.Revised+said.Removed != 0 {
			t.Errorf("%+v", said)
		}
	}
	x.sound()
}
