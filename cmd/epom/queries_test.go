package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"epom/internal/cluster"
	"epom/internal/db"
	"epom/internal/testdb"
)

// Every statement of every room is prepared against the migrated schema: broken SQL cannot wait for its first visitor.
func TestEveryQueryIsPrepared(t *testing.T) {
	t.Parallel()
	owner := testdb.Owner(t, testdb.New(t))
	names, text := db.Loaded()
	if len(names) < 50 {
		t.Fatalf("only %d queries were loaded", len(names))
	}
	for _, n := range names {
		if _, err := owner.Exec("PREPARE q AS " + text[n]); err != nil {
			t.Errorf("%s: %v", n, err)
			continue
		}
		owner.MustExec("DEALLOCATE q")
	}
}

// A query that crosses offices says so in its name; all others of the rooms with offices name the office.
func TestQueriesThatCrossOfficesConfess(t *testing.T) {
	t.Parallel()
	scoped := regexp.MustCompile(`\b(case_file|document|component|clock_pause|submission_event|completion_request|counter)\b`)
	_, text := db.Loaded()
	for n, s := range text {
		if scoped.MatchString(s) && !strings.Contains(s, "office_id") && !strings.Contains(n, "/unscoped-") {
			t.Errorf("%s reads rows of offices and names no office", n)
		}
	}
}

// migrations/schema.sql is what the steps lead to; `UPDATE=1 go test ./cmd/epom -run Schema` writes it.
func TestSchemaDump(t *testing.T) {
	t.Parallel()
	bin, err := cluster.Bin()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(filepath.Join(bin, "pg_dump"), "--schema-only", "--no-owner", "--exclude-table=goose_db_version", testdb.URL(t)).Output()
	if err != nil {
		t.Fatal(err)
	}
	noise := regexp.MustCompile(`(?m)^(--.*|SET .*|SELECT pg_catalog\.set_config.*|\\(un)?restrict .*|ALTER DEFAULT.*)\n`)
	got := regexp.MustCompile(`\n{2,}`).ReplaceAllString(noise.ReplaceAllString(string(out), ""), "\n\n")
	got = "-- What the migrations lead to; a test keeps it true.\n" + got
	const file = "../../migrations/schema.sql"
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Error(diffHint(string(want), got))
	}
}

func diffHint(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return fmt.Sprintf("the schema differs from its dump at line %d:\n  dump   %s\n  schema %s\nRun UPDATE=1 go test ./cmd/epom -run Schema", i+1, w[i], g[i])
		}
	}
	return fmt.Sprintf("the schema has %d lines, its dump %d", len(g), len(w))
}
