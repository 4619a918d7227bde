package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/testdb"
	"epom/offices"
	"epom/records"
	"epom/records/scheme"
	"epom/records/store"
)

// A closed file is handed over, taken into a box, lent, and returned; each step is refused when it is not its turn.
func TestStore(t *testing.T) {
	t.Parallel()
	pool := testdb.New(t)
	owner := testdb.Owner(t, pool)
	owner.MustExec(`INSERT INTO office (slug, name, seat_name, kind, category, abbreviation, participates, ico) VALUES ('hejnice', 'Městský úřad Hejnice', 'Hejnice', 'other', '63/2', 'HEJ', true, '00262781')`)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	all, err := offices.Open(t.Context(), pool)
	must(err)
	office, err := all.BySlug("hejnice")
	must(err)
	var clerk int64
	must(owner.Get(&clerk, `INSERT INTO account (email, name, operator, created_at) VALUES ('a@b.example', 'Jana Říhová', false, now()) RETURNING id`))
	files, err := blob.Open(t.Context(), t.TempDir(), "")
	must(err)
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	try := func(fn func(context.Context, *db.Tx) error) error {
		return pool.Tx(t.Context(), db.Scope{Office: office.ID, Actor: fmt.Sprint("account:", clerk)}, func(tx *db.Tx) error { return fn(t.Context(), tx) })
	}
	three := 3
	var c, open records.Case
	var h store.Handover
	must(try(func(ctx context.Context, tx *db.Tx) (err error) {
		if _, err = scheme.AdoptStarter(ctx, tx, at, clock.Date(at)); err != nil {
			return err
		}
		if open, err = records.OpenCase(ctx, tx, nil, records.NewCase{Subject: "Otevřený"}, at); err != nil {
			return err
		}
		if c, err = records.OpenCase(ctx, tx, nil, records.NewCase{Subject: "Papírový", ClerkID: &clerk, Paper: true}, at); err != nil {
			return err
		}
		if _, err = records.AddDocument(ctx, tx, c.ID, records.NewDocument{Direction: records.In, Kind: "letter", Subject: "Dopis", Channel: "post", Paper: true, Sheets: &three}, at); err != nil {
			return err
		}
		if err = records.Handle(ctx, tx, c.ID, records.ByNoting, "", at); err != nil {
			return err
		}
		_, err = records.Close(ctx, tx, c.ID, files.Open, at)
		return err
	}))
	hand := func(ids ...int64) error {
		return try(func(ctx context.Context, tx *db.Tx) (err error) {
			made, err := store.HandOver(ctx, tx, ids, "Jana Říhová", "", at)
			if err == nil {
				h = made
			}
			return err
		})
	}
	if err := hand(open.ID); !errs.Is(err, errs.Conflict) {
		t.Errorf("handing over an open file: %v", err)
	}
	if err := hand(); !errs.Is(err, errs.Invalid) {
		t.Errorf("handing over nothing: %v", err)
	}
	must(hand(c.ID))
	if h.Number() != "předání 1/2026" {
		t.Errorf("number %s: the refused one left a gap", h.Number())
	}
	if err := hand(c.ID); !errs.Is(err, errs.Conflict) {
		t.Errorf("handing over twice: %v", err)
	}
	take := func(boxes map[int64]int64) error {
		return try(func(ctx context.Context, tx *db.Tx) error {
			return store.TakeOver(ctx, tx, h.ID, boxes, nil, "Marie", at)
		})
	}
	if err := take(nil); !errs.Is(err, errs.Invalid) {
		t.Errorf("paper without a box: %v", err)
	}
	lend := func() error {
		return try(func(ctx context.Context, tx *db.Tx) error {
			return store.Lend(ctx, tx, c.ID, "Petr", "kontrola", clock.Date(at).AddDate(0, 0, 14), at)
		})
	}
	if err := lend(); !errs.Is(err, errs.Conflict) {
		t.Errorf("lending what is not there: %v", err)
	}
	var box int64
	must(try(func(ctx context.Context, tx *db.Tx) (err error) {
		box, err = store.AddBox(ctx, tx, "karton 1", "regál 2", at)
		return err
	}))
	must(take(map[int64]int64{c.ID: box}))
	if err := take(nil); !errs.Is(err, errs.Conflict) {
		t.Errorf("taking over twice: %v", err)
	}
	must(try(func(ctx context.Context, tx *db.Tx) error {
		kept, err := store.Kept(ctx, tx, "KARTON", 10)
		if err != nil || len(kept) != 1 || kept[0].Place != "regál 2" || kept[0].DueYear() != 2032 {
			t.Errorf("kept %+v (%v)", kept, err)
		}
		h, list, err := store.HandoverByID(ctx, tx, h.ID)
		if err != nil {
			return err
		}
		paper, err := store.Paper(office, h, list)
		if !strings.HasPrefix(string(paper), "%PDF") {
			t.Errorf("no protocol (%v)", err)
		}
		return err
	}))
	must(lend())
	if err := lend(); !errs.Is(err, errs.Conflict) {
		t.Errorf("lending twice: %v", err)
	}
	must(try(func(ctx context.Context, tx *db.Tx) error {
		n, err := store.Count(ctx, tx, clock.Date(at).AddDate(0, 0, 15))
		if err != nil || n != (store.Counts{Late: 1}) {
			t.Errorf("counts %+v (%v)", n, err)
		}
		loans, err := store.Loans(ctx, tx)
		if err != nil || len(loans) != 1 || !loans[0].Late(clock.Date(at).AddDate(0, 0, 15)) || loans[0].Late(clock.Date(at).AddDate(0, 0, 14)) {
			t.Errorf("loans %+v (%v)", loans, err)
			return err
		}
		return store.Return(ctx, tx, loans[0].ID, at)
	}))
	must(try(func(ctx context.Context, tx *db.Tx) error { return records.Reopen(ctx, tx, c.ID, "došel papír", at) }))
	if kept := 0; owner.Get(&kept, `SELECT count(*) FROM case_file WHERE stored_at IS NOT NULL`) != nil || kept != 0 {
		t.Errorf("a reopened file is still in the store")
	}
}
