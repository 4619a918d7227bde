package db_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/testdb"
)

func TestQueriesAreReadByName(t *testing.T) {
	t.Parallel()
	q := db.Load("test-names", "-- name: one\n-- why: it is simple\nSELECT 1;\n\n-- name: two\nSELECT CAST($1 AS int)\n")
	if q.Get("one") != "SELECT 1" || q.Get("two") != "SELECT CAST($1 AS int)" {
		t.Errorf("%q", q)
	}
	for name, wrong := range map[string]func(){
		"unknown": func() { q.Get("three") },
		"twice":   func() { db.Load("test-twice", "-- name: a\nSELECT 1\n-- name: a\nSELECT 2") },
		"empty":   func() { db.Load("test-empty", "-- name: a\n") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s must panic at start", name)
				}
			}()
			wrong()
		}()
	}
}

func TestAddressOfTheDatabase(t *testing.T) {
	t.Parallel()
	got, err := db.WithParams("postgres:///epom?host=/run/pg", "role", "x")
	if err != nil || !strings.Contains(got, "sslmode=disable") || !strings.Contains(got, "role=x") {
		t.Error(got, err)
	}
	if got, _ := db.WithParams("postgres://db.example/epom?sslmode=verify-full"); !strings.Contains(got, "sslmode=verify-full") {
		t.Error(got)
	}
	if _, err := db.WithParams("host=x dbname=y"); err == nil {
		t.Error("only URLs are taken")
	}
}

func TestTheAppOwnsNothing(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	var role string
	var super bool
	if err := d.QueryRow(`SELECT current_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user`).Scan(&role, &super); err != nil {
		t.Fatal(err)
	}
	if role != db.AppRole || super {
		t.Errorf("the app runs as %s (all-powerful: %v)", role, super)
	}
	var owned int
	if err := d.Get(&owned, `SELECT count(*) FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)`); err != nil || owned != 0 {
		t.Errorf("the app owns %d tables (%v)", owned, err)
	}
}

// Every table with an office in its key keeps offices apart by itself.
func TestEveryTableOfAnOfficeHasRowSecurity(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	var open []string
	// job and mail_message are the installation's own and are read by no office; a session is a person's.
	if err := d.Select(&open, `SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'office_id' AND NOT a.attisdropped
		WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND NOT c.relrowsecurity
		AND c.relname NOT IN ('job', 'mail_message', 'session', 'audit_head', 'evidence_head') ORDER BY 1`); err != nil {
		t.Fatal(err)
	}
	if len(open) > 0 {
		t.Errorf("tables of offices without row-level security: %v", open)
	}
}

func TestTransactionsAreAllOrNothing(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	boom := errors.New("boom")
	count := func() (n int) {
		if err := d.Get(&n, `SELECT count(*) FROM draft`); err != nil {
			t.Fatal(err)
		}
		return n
	}
	insert := func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO draft (token_hash, form_code, form_version, lang, created_at, updated_at, expires_at) VALUES ('x', 'f', 1, 'cs', now(), now(), now())`)
		return err
	}
	if err := d.Tx(t.Context(), db.Scope{}, func(tx *db.Tx) error { _ = insert(tx); return boom }); !errors.Is(err, boom) || count() != 0 {
		t.Errorf("%v, %d rows", err, count())
	}
	if err := d.Tx(t.Context(), db.Scope{}, func(tx *db.Tx) error {
		db.LastOf(tx, func() failing { return failing{boom} })
		return insert(tx)
	}); !errors.Is(err, boom) || count() != 0 {
		t.Errorf("last work failed, yet %d rows (%v)", count(), err)
	}
	if err := d.Tx(t.Context(), db.Scope{}, insert); err != nil || count() != 1 {
		t.Error(err, count())
	}
	if err := d.Tx(t.Context(), db.Scope{}, insert); !errs.Is(err, errs.Conflict) {
		t.Errorf("a broken uniqueness is a conflict: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Flush(context.Context, *db.Tx) error { return f.err }

func TestAbsenceIsNotFound(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	var n int
	if err := db.Classify(d.Get(&n, `SELECT 1 WHERE false`)); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
}

func TestJSONThroughBinaryParameters(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	in := map[string]string{"ř": "\"'\\ \u2028"}
	var out db.JSON[map[string]string]
	if err := d.QueryRow(`SELECT CAST($1 AS jsonb)`, db.J(in)).Scan(&out); err != nil || out.V["ř"] != in["ř"] {
		t.Error(out, err)
	}
}
