package offices

import (
	"testing"
	"time"

	"epom/internal/db"
	"epom/internal/errs"
)

// A device is paired once within its time; other offices neither see nor change it; revoked, it is nobody's.
func TestKiosk(t *testing.T) {
	s, pool := demo(t)
	ctx, now := t.Context(), time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	here, other := db.Scope{Office: s.List()[0].ID, Actor: "account:1"}, db.Scope{Office: s.List()[1].ID, Actor: "account:2"}
	in := func(scope db.Scope, do func(tx *db.Tx) error) error { return pool.Tx(ctx, scope, do) }
	var code string
	add := func(name string) error {
		return in(here, func(tx *db.Tx) (err error) {
			code, err = AddKiosk(ctx, tx, name, nil, now)
			return err
		})
	}
	if err := add("  "); len(errs.FieldsOf(err)) != 1 {
		t.Errorf("without a place: %v", err)
	}
	if err := add("Vestibul"); err != nil {
		t.Fatal(err)
	}
	become := func(typed string, at time.Time) string {
		t.Helper()
		token, err := s.BecomeKiosk(ctx, typed, at)
		if err != nil && !errs.Is(err, errs.NotFound) {
			t.Fatal(err)
		}
		if err != nil {
			return ""
		}
		return token
	}
	if become(code, now.Add(11*time.Minute)) != "" || become("AAAA-AAAA", now) != "" || become("", now) != "" {
		t.Error("paired by a code that does not hold")
	}
	token := become(" "+code[:4]+code[5:], now)
	if token == "" || become(code, now) != "" {
		t.Fatal("the code does not hold just once")
	}
	k, err := s.Kiosk(ctx, token, now)
	if err != nil || k.OfficeID != here.Office || k.Name != "Vestibul" {
		t.Fatalf("%+v %v", k, err)
	}
	list := func(scope db.Scope) (n int, seen *time.Time) {
		t.Helper()
		if err := in(scope, func(tx *db.Tx) error {
			l, err := Kiosks(ctx, tx)
			if n = len(l); n > 0 {
				seen = l[0].SeenOn
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return n, seen
	}
	if n, seen := list(here); n != 1 || seen == nil {
		t.Errorf("%d kiosks, last used %v", n, seen)
	}
	if n, _ := list(other); n != 0 {
		t.Errorf("another office sees %d", n)
	}
	if err := in(other, func(tx *db.Tx) error { return RevokeKiosk(ctx, tx, k.ID, now) }); !errs.Is(err, errs.NotFound) {
		t.Errorf("another office revokes: %v", err)
	}
	if err := in(here, func(tx *db.Tx) error { return RevokeKiosk(ctx, tx, k.ID, now) }); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Kiosk(ctx, token, now); !errs.Is(err, errs.NotFound) {
		t.Errorf("revoked: %v", err)
	}
	if err := in(here, func(tx *db.Tx) error { _, err := PairKiosk(ctx, tx, k.ID, now); return err }); !errs.Is(err, errs.NotFound) {
		t.Errorf("a code for a revoked one: %v", err)
	}
}
