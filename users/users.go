// Package users holds people: accounts, their roles in offices, sessions, one-time links, and how often who may try.
package users

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"epom/internal/audit"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
)

//go:embed users.sql
var text string

var queries = db.Load("users", text)

// Store keeps accounts and sessions.
type Store struct {
	DB    *db.DB
	Clock clock.Clock
}

// Account is a person who may sign in.
type Account struct {
	ID           int64      `db:"id"`
	Email        string     `db:"email"`
	Name         string     `db:"name"`
	PasswordHash string     `db:"password_hash"` // argon2id in PHC form; empty = signs in by links only
	Operator     bool       `db:"operator"`      // runs the installation; sees no office's content by this
	CreatedAt    time.Time  `db:"created_at"`
	DisabledAt   *time.Time `db:"disabled_at"`
}

// Actor is how transactions and the audit log name an account.
func Actor(account int64) string { return fmt.Sprintf("account:%d", account) }

// CreateAccount makes an account without password. A wrong field is Invalid, an e-mail already known Conflict.
func (s *Store) CreateAccount(ctx context.Context, by db.Scope, email, name string, operator bool) (Account, error) {
	var a Account
	email, name, err := cleanPerson(email, name)
	if err != nil {
		return a, err
	}
	err = s.DB.Tx(ctx, by, func(tx *db.Tx) (err error) {
		a, err = s.create(ctx, tx, email, name, operator)
		return err
	})
	return a, err
}

func (s *Store) create(ctx context.Context, tx *db.Tx, email, name string, operator bool) (Account, error) {
	a := Account{Email: email, Name: name, Operator: operator, CreatedAt: s.Clock.Now()}
	err := db.Classify(tx.GetContext(ctx, &a.ID, queries.Get("create-account"), email, name, operator, a.CreatedAt))
	if errs.Is(err, errs.NotFound) {
		return a, errs.New(errs.Conflict, "Účet s tímto e-mailem už existuje.")
	}
	if err != nil {
		return a, err
	}
	s.note(tx, "account.created", a.ID, map[string]any{"operator": operator})
	return a, nil
}

// cleanPerson tidies what a person typed into the two fields of an account.
func cleanPerson(email, name string) (string, string, error) {
	var wrong []errs.Field
	email, name = strings.TrimSpace(email), strings.Join(strings.Fields(norm.NFC.String(name)), " ")
	at, err := mail.ParseAddress(email)
	if err != nil || at.Address != email || at.Name != "" || len(email) > 254 || !utf8.ValidString(email) {
		wrong = append(wrong, errs.Field{Name: "email", Message: "Zadejte e-mailovou adresu, například jana@example.cz."})
	}
	if !utf8.ValidString(name) || name == "" || utf8.RuneCountInString(name) > 200 || strings.ContainsFunc(name, unicode.IsControl) {
		wrong = append(wrong, errs.Field{Name: "name", Message: "Zadejte jméno a příjmení."})
	}
	if wrong != nil {
		return "", "", errs.Fields(wrong...)
	}
	return email, name, nil
}

// Account returns an account by its number.
func (s *Store) Account(ctx context.Context, id int64) (Account, error) {
	var a Account
	err := s.DB.GetContext(ctx, &a, queries.Get("account"), id)
	return a, db.Classify(err)
}

// AccountByEmail returns an account by its e-mail, whatever the case of its letters.
func (s *Store) AccountByEmail(ctx context.Context, email string) (Account, error) {
	var a Account
	if strings.ContainsRune(email, 0) || !utf8.ValidString(email) {
		return a, errs.New(errs.NotFound, "")
	}
	err := s.DB.GetContext(ctx, &a, queries.Get("account-by-email"), strings.TrimSpace(email))
	return a, db.Classify(err)
}

// Accounts lists all accounts, for the operator.
func (s *Store) Accounts(ctx context.Context) ([]Account, error) {
	all := []Account{}
	err := s.DB.SelectContext(ctx, &all, queries.Get("accounts"))
	return all, db.Classify(err)
}

// Disable ends an account: nobody signs in with it, and its sessions and links stop at once.
func (s *Store) Disable(ctx context.Context, by db.Scope, account int64) error {
	return s.DB.Tx(ctx, by, func(tx *db.Tx) error {
		now := s.Clock.Now()
		if err := one(tx.ExecContext(ctx, queries.Get("disable-account"), account, now)); err != nil {
			return err
		}
		if err := s.endAll(ctx, tx, account, ""); err != nil {
			return err
		}
		s.note(tx, "account.disabled", account, nil)
		return nil
	})
}

// Enable opens a disabled account again.
func (s *Store) Enable(ctx context.Context, by db.Scope, account int64) error {
	return s.DB.Tx(ctx, by, func(tx *db.Tx) error {
		if err := one(tx.ExecContext(ctx, queries.Get("enable-account"), account)); err != nil {
			return err
		}
		s.note(tx, "account.enabled", account, nil)
		return nil
	})
}

// SetPassword sets a password, ends the account's other sessions (all but keep, the id of the session at hand) and
// makes unused links void. Passwords have 12 to 200 characters of any kind.
func (s *Store) SetPassword(ctx context.Context, by db.Scope, account int64, password, keep string) error {
	if err := checkPassword(password); err != nil {
		return err
	}
	hash, err := hashPassword(ctx, password)
	if err != nil {
		return err
	}
	return s.DB.Tx(ctx, by, func(tx *db.Tx) error {
		if err := one(tx.ExecContext(ctx, queries.Get("set-password"), account, hash)); err != nil {
			return err
		}
		if err := s.endAll(ctx, tx, account, keep); err != nil {
			return err
		}
		s.note(tx, "account.password", account, nil)
		return nil
	})
}

// endAll revokes an account's sessions save one and makes its links void.
func (s *Store) endAll(ctx context.Context, tx *db.Tx, account int64, keep string) error {
	now := s.Clock.Now()
	if _, err := tx.ExecContext(ctx, queries.Get("revoke-sessions"), account, now, keep); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, queries.Get("void-links"), account, now)
	return err
}

// note writes about an account into the log of the transaction's office.
func (s *Store) note(tx *db.Tx, action string, account int64, data any) {
	audit.Write(tx, audit.Event{At: s.Clock.Now(), Action: action, ObjectType: "account", ObjectID: fmt.Sprint(account), Data: data})
}

// one turns "no row was there" into NotFound.
func one(res interface{ RowsAffected() (int64, error) }, err error) error {
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errs.Wrap(errs.NotFound, fmt.Errorf("no such row (%v)", err), "")
	}
	return nil
}

// newToken makes a secret of 32 random bytes for a cookie or a link, and its SHA-256, which is all that is stored.
func newToken() (token string, hash []byte) {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	token = base64.RawURLEncoding.EncodeToString(b)
	return token, hashToken(token)
}

func hashToken(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}
