package audit_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"epom/internal/audit"
	"epom/internal/db"
	"epom/internal/testdb"
)

var noon = time.Date(2026, 11, 2, 11, 0, 0, 123456000, time.UTC)

func write(t *testing.T, d *db.DB, office int32, n int) {
	t.Helper()
	err := d.Tx(t.Context(), db.Scope{Office: office, Actor: "account:1"}, func(tx *db.Tx) error {
		for i := range n {
			audit.Write(tx, audit.Event{At: noon.Add(time.Duration(i) * time.Second), Action: "thing.changed",
				ObjectType: "thing", ObjectID: fmt.Sprint(i % 3), Data: map[string]any{"jméno": "Žluťoučký \x1f kůň", "i": i}})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func faults(t *testing.T, owner *sqlx.DB) []string {
	t.Helper()
	found, err := audit.Verify(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	said := []string{}
	for _, f := range found {
		said = append(said, f.String())
	}
	return said
}

func TestChainHoldsUnderConcurrentWritersAndRollbacks(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	owner := testdb.Owner(t, d)
	broken := errors.New("rolled back on purpose")
	var wg sync.WaitGroup
	failed := make(chan error, 32)
	for w := range 32 {
		wg.Go(func() {
			for i := range 12 {
				home := int32(1 + w%4)
				err := d.Tx(context.Background(), db.Scope{Office: home, Actor: "system"}, func(tx *db.Tx) error {
					audit.Write(tx, audit.Event{At: noon, Action: "a", ObjectType: "thing", ObjectID: "1"})
					// The other office stands before or after the first: no order of calls may end in a deadlock.
					audit.Write(tx, audit.Event{At: noon, Office: 1 + (home+int32(i))%4, Action: "b", ObjectType: "thing"})
					audit.Write(tx, audit.Event{At: noon, Installation: true, Action: "c", ObjectType: "thing"})
					if i%3 == 2 {
						return broken
					}
					return nil
				})
				if err != nil && !errors.Is(err, broken) {
					failed <- err
				}
			}
		})
	}
	wg.Wait()
	close(failed)
	for err := range failed {
		t.Error(err)
	}
	if f := faults(t, owner); len(f) != 0 {
		t.Errorf("faults: %v", f)
	}
	var rows int
	if err := owner.Get(&rows, `SELECT count(*) FROM audit_event`); err != nil || rows != 32*8*3 {
		t.Errorf("%d rows (%v), want %d: committed ones and no other", rows, err, 32*8*3)
	}
	var unlike int
	if err := owner.Get(&unlike, `SELECT count(*) FROM audit_head h WHERE seq <> (SELECT count(*) FROM audit_event e WHERE e.office_id = h.office_id)`); err != nil || unlike != 0 {
		t.Errorf("%d heads (%v) do not count their rows", unlike, err)
	}
}

func TestVerifyFindsWhatWasDone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, act, says string }{
		{"changed data", `UPDATE audit_event SET data = '{"i": 99}' WHERE office_id = 2 AND seq = 4`,
			"audit log of office 2: row 4 or the row before it was changed"},
		{"changed instant", `UPDATE audit_event SET at = at + interval '1 microsecond' WHERE office_id = 2 AND seq = 10`,
			"audit log of office 2: row 10 or the row before it was changed"},
		{"changed actor with a new hash", `WITH p AS (SELECT hash FROM audit_event WHERE office_id = 2 AND seq = 6)
			UPDATE audit_event SET actor = 'x', hash = audit_hash((SELECT hash FROM p), office_id, seq, at, 'x', action, object_type, object_id, data)
			WHERE office_id = 2 AND seq = 7`, "audit log of office 2: row 8 or the row before it was changed"},
		{"removed row", `DELETE FROM audit_event WHERE office_id = 2 AND seq IN (5, 6)`, "audit log of office 2: rows 5 to 6 are missing"},
		{"removed first", `DELETE FROM audit_event WHERE office_id = 2 AND seq = 1`, "audit log of office 2: rows 1 to 1 are missing"},
		{"cut tail", `DELETE FROM audit_event WHERE office_id = 2 AND seq > 7`, "audit log of office 2: it ends at row 7, its head says 10"},
		{"all gone", `DELETE FROM audit_event WHERE office_id = 2`, "audit log of office 2: it ends at row 0, its head says 10"},
		{"head gone", `DELETE FROM audit_head WHERE office_id = 2`, "audit log of office 2: it has rows, but its head is missing"},
		{"head changed", `UPDATE audit_head SET hash = '' WHERE office_id = 2`, "audit log of office 2: its head does not fit row 10"},
		{"installation", `DELETE FROM audit_event WHERE office_id = 0 AND seq = 2`, "audit log of the installation: rows 2 to 2 are missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := testdb.New(t)
			owner := testdb.Owner(t, d)
			for office := range int32(3) {
				write(t, d, office, 10)
			}
			if f := faults(t, owner); len(f) != 0 {
				t.Fatalf("faults before: %v", f)
			}
			if _, err := owner.Exec(`ALTER TABLE audit_event DISABLE TRIGGER ALL`); err != nil {
				t.Fatal(err)
			}
			if _, err := owner.Exec(c.act); err != nil {
				t.Fatal(err)
			}
			if f := faults(t, owner); len(f) != 1 || f[0] != c.says {
				t.Errorf("faults %q, want only %q", f, c.says)
			}
		})
	}
}

func TestNobodyChangesTheLog(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	owner := testdb.Owner(t, d)
	write(t, d, 1, 3)
	for _, act := range []string{
		`INSERT INTO audit_event SELECT 1, 4, now(), 'x', 'x', 'x', 'x', '{}', ''`,
		`UPDATE audit_event SET actor = 'x'`, `DELETE FROM audit_event`, `TRUNCATE audit_event`,
	} {
		for who, run := range map[string]func(string) error{
			"the app": func(q string) error {
				return d.Tx(t.Context(), db.Scope{Office: 1, Actor: "x"}, func(tx *db.Tx) error { _, err := tx.Exec(q); return err })
			},
			"the owner": func(q string) error {
				if q[0] == 'I' {
					return errors.New("the owner could; the chain would show it")
				}
				_, err := owner.Exec(q)
				return err
			},
		} {
			if err := run(act); err == nil {
				t.Errorf("%s could do: %s", who, act)
			}
		}
	}
	err := d.Tx(t.Context(), db.Scope{Office: 1, Actor: "x"}, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE audit_head SET seq = 0`)
		return err
	})
	if err == nil {
		t.Error("the app could move a head")
	}
}

func TestAnOfficeSeesItsOwnLogOnly(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	write(t, d, 1, 9)
	write(t, d, 2, 4)
	for office, want := range map[int32]int{1: 3, 2: 2, 3: 0, 0: 0} {
		err := d.Tx(t.Context(), db.Scope{Office: office, Actor: "x"}, func(tx *db.Tx) error {
			rows, err := audit.List(t.Context(), tx, "thing", "0", 100)
			if err != nil || len(rows) != want {
				t.Errorf("office %d sees %d rows (%v), want %d", office, len(rows), err, want)
			}
			if len(rows) > 0 && (!rows[0].At.Equal(noon) || rows[0].Actor != "account:1" || rows[0].Seq != 1) {
				t.Errorf("office %d reads %+v", office, rows[0])
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	err := d.Tx(t.Context(), db.Scope{Office: 1, Actor: "x"}, func(tx *db.Tx) error {
		page, err := audit.Page(t.Context(), tx, 5, 2)
		if err != nil || len(page) != 2 || page[0].Seq != 4 || page[1].Seq != 3 {
			t.Errorf("page before 5: %+v (%v)", page, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnIncompleteEventStopsTheCommit(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	for _, e := range []audit.Event{{Action: "a", ObjectType: "t"}, {At: noon, ObjectType: "t"}, {At: noon, Action: "a"}} {
		err := d.Tx(t.Context(), db.Scope{Office: 1, Actor: "x"}, func(tx *db.Tx) error { audit.Write(tx, e); return nil })
		if err == nil {
			t.Errorf("%+v went in", e)
		}
	}
}

func TestALateEventIsNotLostInSilence(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	e := audit.Event{At: noon, Action: "a", ObjectType: "thing"}
	defer func() {
		if recover() == nil {
			t.Error("the event was lost")
		}
		if f := faults(t, testdb.Owner(t, d)); len(f) != 0 {
			t.Errorf("faults: %v", f)
		}
	}()
	_ = d.Tx(t.Context(), db.Scope{Office: 1, Actor: "x"}, func(tx *db.Tx) error {
		audit.Write(tx, e)
		db.LastOf(tx, func() late { return late{e} })
		return nil
	})
}

// late is last work that writes an event itself.
type late struct{ e audit.Event }

func (l late) Flush(_ context.Context, tx *db.Tx) error { audit.Write(tx, l.e); return nil }
