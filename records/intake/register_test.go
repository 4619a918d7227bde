package intake

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"epom/internal/audit"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/testdb"
	"epom/records"
)

type counterDesk struct {
	t     testing.TB
	pool  *db.DB
	law   *records.Law
	scope db.Scope
	at    time.Time
}

func newDesk(t testing.TB) *counterDesk {
	t.Helper()
	pool := testdb.New(t)
	var office int32
	if err := testdb.Owner(t, pool).Get(&office, `INSERT INTO office (slug, name, seat_name, kind, category, abbreviation, participates) VALUES ('hejnice', 'Hejnice', 'Hejnice', 'other', '63/2', 'HEJ', true) RETURNING id`); err != nil {
		t.Fatal(err)
	}
	law, err := records.LoadLaw(t.Context(), pool)
	if err != nil {
		t.Fatal(err)
	}
	return &counterDesk{t, pool, law, db.Scope{Office: office, Actor: "account:1"}, time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
}

func (d *counterDesk) register(n New) (done Done, err error) {
	err = d.pool.Tx(context.Background(), d.scope, func(tx *db.Tx) (err error) {
		done, err = Register(context.Background(), tx, d.law, n, d.at)
		return err
	})
	return done, err
}

func letterOf(name, key string) New {
	two, at := 2, time.Date(2026, 3, 1, 7, 0, 5, 0, time.UTC)
	return New{Case: records.NewCase{Subject: "Dopis"}, Sender: records.Party{Kind: records.Person, Name: name}, Keys: []string{key},
		Document: records.NewDocument{Kind: "letter", Subject: "Dopis", Channel: Post, Paper: true, Sheets: &two, DeliveredAt: &at}}
}

// The same form sent by many clicks at once is one document with one number; different ones leave no gap.
func TestRegisterOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var wait sync.WaitGroup
	var mu sync.Mutex
	numbers, fresh := map[string]int{}, 0
	for i := range 24 {
		wait.Go(func() {
			got, err := d.register(letterOf(fmt.Sprintf("Jana %d", i%8), fmt.Sprintf("form:%d", i%8)))
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			if numbers[got.Number]++; !got.Again {
				fresh++
			}
		})
	}
	wait.Wait()
	if len(numbers) != 8 || fresh != 8 {
		t.Errorf("%d numbers, %d fresh: %v", len(numbers), fresh, numbers)
	}
	for i := range 8 {
		if numbers[fmt.Sprintf("HEJ/2026/%05d-1", i+1)] != 3 {
			t.Errorf("a gap: %v", numbers)
		}
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first, err := d.register(letterOf("Jana Nová", "form:1"))
	if err != nil {
		t.Fatal(err)
	}
	second := letterOf("Jana Nová", "form:2")
	err = d.pool.Tx(t.Context(), d.scope, func(tx *db.Tx) error {
		for _, number := range []string{first.Number, "hej/2026/00001", " HEJ/2026/00001 "} {
			c, err := CaseByNumber(t.Context(), tx, number)
			if err != nil || c.ID != first.CaseID {
				t.Errorf("%q: %v", number, err)
			}
		}
		_, err := CaseByNumber(t.Context(), tx, "HEJ/2026/00009")
		if !errs.Is(err, errs.NotFound) {
			t.Errorf("a number of nothing: %v", err)
		}
		doc, err := records.DocumentByID(t.Context(), tx, first.DocumentID)
		if err != nil || !doc.Paper || *doc.Sheets != 2 || doc.DeliveredAt.Second() != 5 || !doc.RegisteredAt.Equal(d.at) {
			t.Errorf("%+v %v", doc, err)
		}
		parties, err := records.PartiesOf(t.Context(), tx, first.DocumentID)
		if err != nil || len(parties) != 1 || parties[0].Role != records.Sender || parties[0].Identified {
			t.Errorf("%+v %v", parties, err)
		}
		if got, err := ByCode(t.Context(), tx, "hej/2026/00001-1"); err != nil || got.CaseID != first.CaseID {
			t.Errorf("%+v %v", got, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	second.Join = &first.CaseID
	got, err := d.register(second)
	if err != nil || got.Number != "HEJ/2026/00001-2" {
		t.Errorf("%+v %v", got, err)
	}
	err = d.pool.Tx(t.Context(), d.scope, func(tx *db.Tx) error {
		return records.Handle(t.Context(), tx, first.CaseID, records.ByNoting, "", d.at)
	})
	if err != nil {
		t.Fatal(err)
	}
	second.Keys = []string{"form:3"}
	if _, err = d.register(second); !errs.Is(err, errs.Invalid) {
		t.Errorf("joined to a handled file: %v", err)
	}
}

// The same message answers with the number it has; an old one is not answered, a fresh one once; a refusal is kept.
func TestTake(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	m := newMemory()
	taker := &Taker{DB: d.pool, Reader: Reader{Files: m, Limits: Limits{File: 1 << 20}}, Law: func() *records.Law { return d.law }, Clock: clock.NewFake(time.Date(2026, 3, 3, 8, 0, 0, 0, time.UTC))}
	fresh := message(plainPart, attached("a.txt", "text/plain", []byte("x")))
	old := bytes.ReplaceAll(fresh, []byte("2 Mar 2026"), []byte("2 Feb 2026"))
	var numbers []string
	for _, data := range [][]byte{fresh, fresh, old} {
		got, err := taker.Take(t.Context(), d.scope, "a.eml", bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, got.Number)
	}
	if numbers[0] != "HEJ/2026/00001-1" || numbers[1] != numbers[0] || numbers[2] != "HEJ/2026/00002-1" {
		t.Errorf("numbers %v", numbers)
	}
	if _, err := taker.Take(t.Context(), d.scope, "b.eml", bytes.NewReader(append(message(plainPart), make([]byte, 2<<20)...))); !errs.Is(err, errs.Invalid) {
		t.Errorf("too large: %v", err)
	}
	owner := testdb.Owner(t, d.pool)
	for kind, want := range map[string]int{JobConfirm: 1, JobRefused: 1} {
		var n int
		if err := owner.Get(&n, `SELECT count(*) FROM job WHERE kind = $1`, kind); err != nil || n != want {
			t.Errorf("%s: %d jobs (%v)", kind, n, err)
		}
	}
	err := d.pool.Tx(t.Context(), d.scope, func(tx *db.Tx) error {
		list, err := Refusals(t.Context(), tx, 10)
		if err != nil || len(list) != 1 || list[0].Sender != "jirina@example.cz" || list[0].Why == "" {
			t.Errorf("refusals %+v (%v)", list, err)
		}
		parts, err := Components(t.Context(), tx, 1)
		if err != nil || len(parts) != 3 || parts[0].Preservation != records.Container || *parts[1].FromOrdinal != 1 {
			t.Errorf("components %+v (%v)", parts, err)
		}
		rows, err := audit.Page(t.Context(), tx, 0, 100)
		for _, r := range rows {
			if bytes.Contains(r.Data, []byte("jirina")) {
				t.Errorf("the log names a person: %s", r.Data)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// BenchmarkRegister is what the counter gives: one transaction an item, many clerks at once.
func BenchmarkRegister(b *testing.B) {
	d := newDesk(b)
	var n sync.Mutex
	i := 0
	b.SetParallelism(4)
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			n.Lock()
			i++
			k := i
			n.Unlock()
			if _, err := d.register(letterOf(fmt.Sprintf("Jana %d", k%1000), fmt.Sprintf("form:%d", k))); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "items/s")
}

// What came before under the same number of the same sender is found; other senders' and cancelled ones are not.
func TestTwice(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	letter := func(name, number, key string) Done {
		n := letterOf(name, key)
		n.Document.ForeignNumber = number
		done, err := d.register(n)
		if err != nil {
			t.Fatal(err)
		}
		return done
	}
	first := letter("Krajský úřad", "KU/1/2026", "a")
	letter("Obec Bílý Potok", "KU/1/2026", "b")
	gone := letter("Krajský úřad", "KU/1/2026", "c")
	if err := d.pool.Tx(t.Context(), d.scope, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE document SET cancelled_at = $2, cancelled_why = 'omyl' WHERE id = $1`, gone.DocumentID, d.at)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		from   records.Party
		number string
		want   []string
	}{
		"by name":      {records.Party{Name: "krajsky urad"}, "KU/1/2026", []string{first.Number}},
		"other number": {records.Party{Name: "Krajský úřad"}, "KU/2/2026", nil},
		"no number":    {records.Party{Name: "Krajský úřad"}, "", nil},
		"nobody":       {records.Party{}, "KU/1/2026", nil},
	} {
		var got []string
		if err := d.pool.Tx(t.Context(), d.scope, func(tx *db.Tx) error {
			list, err := Twice(t.Context(), tx, c.number, c.from)
			for _, e := range list {
				got = append(got, e.Number)
			}
			return err
		}); err != nil || fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %v (%v), want %v", name, got, err, c.want)
		}
	}
}
