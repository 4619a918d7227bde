package users

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"epom/internal/db"
	"epom/internal/errs"
)

// TooMany says that a limit is reached and when to come again. It is the cause of an Unavailable error.
type TooMany struct{ After time.Duration }

func (e *TooMany) Error() string { return fmt.Sprintf("limit reached, again in %v", e.After) }

// Allow counts one hit of a key and tells whether it is among the first limit hits of the present window; windows are
// aligned, so every process counts in the same one. When it is not, after is the rest of the window. The answer is
// exact across processes: one statement counts and decides.
func (s *Store) Allow(ctx context.Context, key string, limit int, window time.Duration) (ok bool, after time.Duration, err error) {
	key = strings.ToValidUTF8(strings.ReplaceAll(key, "\x00", ""), "")
	if len(key) > 200 {
		key = fmt.Sprintf("%x", hashToken(key))
	}
	now := s.Clock.Now()
	begin := now.Truncate(window)
	var hits int
	err = db.Classify(s.DB.GetContext(ctx, &hits, queries.Get("hit"), key, begin, limit))
	switch {
	case errs.Is(err, errs.NotFound):
		return false, begin.Add(window).Sub(now), nil
	case err != nil:
		return false, 0, err
	}
	return hits <= limit, 0, nil
}

// Limit is Allow for those who need an error: Unavailable with a sentence, caused by TooMany.
func (s *Store) Limit(ctx context.Context, key string, limit int, window time.Duration) error {
	ok, after, err := s.Allow(ctx, key, limit, window)
	if err != nil || ok {
		return err
	}
	minutes := int(math.Ceil(after.Minutes()))
	said := fmt.Sprintf("Příliš mnoho pokusů. Zkuste to znovu za %d minut.", minutes)
	switch {
	case minutes == 1:
		said = "Příliš mnoho pokusů. Zkuste to znovu za minutu."
	case minutes < 5:
		said = fmt.Sprintf("Příliš mnoho pokusů. Zkuste to znovu za %d minuty.", minutes)
	}
	return errs.Wrap(errs.Unavailable, &TooMany{after}, said)
}

// PruneLimits removes counters of windows older than a day.
func (s *Store) PruneLimits(ctx context.Context) error {
	_, err := s.DB.ExecContext(ctx, queries.Get("prune-limits"), s.Clock.Now().Add(-24*time.Hour))
	return db.Classify(err)
}

// brief cuts what a browser says of itself to a length worth keeping.
func brief(s string, size int) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "")
	for len(s) > size {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	return s
}
