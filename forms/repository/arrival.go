package repository

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"epom/internal/db"
)

// arrivalLife is how long a package that was uploaded waits to be installed.
const arrivalLife = 24 * time.Hour

// Keep holds an uploaded package until it is installed, for a day at most; it returns the name to ask for it.
func (s *Store) Keep(ctx context.Context, scope db.Scope, data []byte) (string, error) {
	name, now := sum(data), s.Clock.Now()
	if _, err := s.DB.ExecContext(ctx, queries.Get("forget-arrivals"), "", now.Add(-arrivalLife)); err != nil {
		return "", db.Classify(err)
	}
	_, err := s.DB.ExecContext(ctx, queries.Get("keep-arrival"), name, data, now, scope.Actor)
	return name, db.Classify(err)
}

// Kept is an uploaded package; NotFound when it is gone.
func (s *Store) Kept(ctx context.Context, name string) ([]byte, error) {
	var data []byte
	err := s.DB.GetContext(ctx, &data, queries.Get("arrival"), name)
	return data, db.Classify(err)
}

// Forget drops an uploaded package.
func (s *Store) Forget(ctx context.Context, name string) error {
	_, err := s.DB.ExecContext(ctx, queries.Get("forget-arrivals"), name, s.Clock.Now().Add(-arrivalLife))
	return db.Classify(err)
}

// Verify names published versions whose text is no longer the one that was published.
func Verify(ctx context.Context, owner *sqlx.DB) ([]string, error) {
	var faults []string
	err := owner.SelectContext(ctx, &faults, queries.Get("altered"))
	return faults, db.Classify(err)
}
