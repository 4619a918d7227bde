package users

import (
	"context"
	"strings"

	"epom/internal/errs"
)

// CheckPassword asks a signed-in person for the present password again, before something of weight. Invalid when it
// does not fit; the tries count into the same limits as those of signing in.
func (s *Store) CheckPassword(ctx context.Context, account int64, password, ip string) error {
	a, err := s.Account(ctx, account)
	if err != nil {
		return err
	}
	if err := s.Limit(ctx, "signin/"+strings.ToLower(a.Email)+"/"+place(ip), triesPerPersonAndPlace, triesWindow); err != nil {
		return err
	}
	hash := a.PasswordHash
	if hash == "" {
		hash = nobody
	}
	ok, _, err := verifyPassword(ctx, password, hash)
	if err == nil && !ok {
		err = errs.New(errs.Invalid, "Současné heslo nesouhlasí.")
	}
	return err
}
