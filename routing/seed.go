package routing

import (
	"bytes"
	"context"
	"embed"
	"encoding/csv"
	"fmt"

	"github.com/jmoiron/sqlx"

	"epom/internal/db"
	"epom/offices"
	"epom/territory"
)

// The agendas that every installation begins with, and the demo's contract. Each row names its source; "k ověření"
// there, and no in verified, means that nobody has compared it with the text in force yet.
//
//go:embed *.csv
var seeds embed.FS

// Seed puts the built-in agendas, fees, deadlines, documents and competences into a database. It may run at every start:
// what is there already is brought up to this version, but rows that a person has verified stay as they are.
func Seed(ctx context.Context, owner *sqlx.DB) error {
	return seed(ctx, owner, "agendas", "fees", "deadlines", "documents", "competences")
}

// SeedDemo fills an empty database with all the demo region needs for routing: territory, offices, agendas and one
// transfer by a public-law contract. It may run again.
func SeedDemo(ctx context.Context, owner *sqlx.DB) error {
	if err := territory.SeedDemo(ctx, owner); err != nil {
		return err
	}
	if err := offices.SeedDemo(ctx, owner); err != nil {
		return err
	}
	if err := Seed(ctx, owner); err != nil {
		return err
	}
	return seed(ctx, owner, "demo")
}

func seed(ctx context.Context, owner *sqlx.DB, names ...string) error {
	tx, err := owner.BeginTxx(ctx, nil)
	if err != nil {
		return db.Classify(err)
	}
	defer func() { _ = tx.Rollback() }()
	for _, name := range names {
		rows, err := readSeed(name)
		if err != nil {
			return fmt.Errorf("built-in %s: %w", name, err)
		}
		query := "seed-" + name
		if name == "demo" {
			query = "seed-competences"
		}
		if _, err := tx.ExecContext(ctx, queries.Get(query), db.J(rows)); err != nil {
			return db.Classify(fmt.Errorf("built-in %s: %w", name, err))
		}
	}
	return db.Classify(tx.Commit())
}

// readSeed reads a table; an empty cell is null.
func readSeed(name string) ([]map[string]any, error) {
	raw, err := seeds.ReadFile(name + ".csv")
	if err != nil {
		return nil, err
	}
	all, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		return nil, err
	}
	rows := make([]map[string]any, 0, len(all)-1)
	for i, rec := range all[1:] {
		row := map[string]any{"line": i + 1}
		for c, name := range all[0] {
			if rec[c] != "" {
				row[name] = rec[c]
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}
