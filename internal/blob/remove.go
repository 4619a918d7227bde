package blob

import (
	"context"

	"epom/internal/errs"
)

// Remove takes a file out of the store; one that is not there is no fault. The caller knows that nothing names it.
func (s *Store) Remove(ctx context.Context, hash string) error {
	if !sha.MatchString(hash) {
		return errs.New(errs.NotFound, "")
	}
	if err := classify(s.bucket.Delete(ctx, key(hash))); err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	return nil
}
