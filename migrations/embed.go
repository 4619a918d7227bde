// Package migrations holds the schema as goose steps and applies them.
package migrations

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed [0-9]*.sql
var files embed.FS

// Files are the steps themselves.
func Files() fs.FS { return files }

func provider(owner *sql.DB) (*goose.Provider, error) {
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, owner, files, goose.WithSessionLocker(locker))
}

// Up applies what is missing, once, however many processes start together. The connection must be a direct one: it
// holds a session lock. It reports how many steps ran.
func Up(ctx context.Context, owner *sql.DB) (int, error) {
	p, err := provider(owner)
	if err != nil {
		return 0, fmt.Errorf("migrations: %w", err)
	}
	done, err := p.Up(ctx)
	if err != nil {
		return len(done), fmt.Errorf("migrations: %w", err)
	}
	return len(done), nil
}

// Pending tells whether steps are missing.
func Pending(ctx context.Context, owner *sql.DB) (bool, error) {
	p, err := provider(owner)
	if err != nil {
		return false, fmt.Errorf("migrations: %w", err)
	}
	return p.HasPending(ctx)
}
