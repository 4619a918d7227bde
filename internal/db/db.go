// Package db opens PostgreSQL, gives transactions bound to one office, and loads the queries of the rooms.
//
// The pool runs as a role that owns no table (epom_app): row-level security is the second belt between offices.
// Everything is ready for a transaction-mode pooler: binary parameters, no prepared statements kept, settings per
// transaction. LISTEN and migrations use a direct connection.
package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"epom/internal/errs"
)

// AppRole is the role the running app acts as.
const AppRole = "epom_app"

// DB is the pool of the running app.
type DB struct {
	*sqlx.DB
	dsn string
}

// Options bound the pool.
type Options struct {
	MaxConns int // 0 = 16
}

// Open opens the pool as AppRole. dsn is a lib/pq URL.
func Open(dsn string, o Options) (*DB, error) {
	// Requests are short and many: starting helpers of one query or compiling it costs more than it saves, and takes the core from the next.
	app, err := WithParams(dsn, "role", AppRole, "binary_parameters", "yes", "application_name", "epom", "max_parallel_workers_per_gather", "0", "jit", "off")
	if err != nil {
		return nil, err
	}
	pool, err := sqlx.Open("postgres", app)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if o.MaxConns == 0 {
		o.MaxConns = 16
	}
	pool.SetMaxOpenConns(o.MaxConns)
	pool.SetMaxIdleConns(o.MaxConns)
	pool.SetConnMaxLifetime(30 * time.Minute)
	return &DB{DB: pool, dsn: dsn}, nil
}

// OpenOwner opens a small pool as the user of the URL itself: for migrations, verification and imports by the operator.
func OpenOwner(dsn string) (*sqlx.DB, error) {
	owner, err := WithParams(dsn, "binary_parameters", "yes", "application_name", "epom-owner")
	if err != nil {
		return nil, err
	}
	pool, err := sqlx.Open("postgres", owner)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	pool.SetMaxOpenConns(4)
	return pool, nil
}

// DSN is the address the pool was opened with, for those who need a direct connection (LISTEN).
func (d *DB) DSN() string { return d.dsn }

// WithParams adds connection parameters to a lib/pq URL; sslmode is set to disable for a socket when it is not given.
func WithParams(dsn string, pairs ...string) (string, error) {
	u, err := url.Parse(dsn)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		return "", errors.New("the database address must be a URL like postgres://user@host/name")
	}
	q := u.Query()
	if q.Get("sslmode") == "" && (u.Host == "" || strings.HasPrefix(q.Get("host"), "/")) {
		q.Set("sslmode", "disable")
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// Scope says for which office and as whom a transaction acts. Office 0 is the installation itself, which sees no
// office's rows. Actor is "account:12", "citizen:<reference>" or "system".
type Scope struct {
	Office  int32
	Actor   string
	Lending int64 // the lending under which a clerk of another office acts: the database shows what is within its limits; 0 = none
	Home    int32 // the office that clerk comes from: its log has the acts too
}

// Tx is a transaction bound to a scope.
type Tx struct {
	*sqlx.Tx
	Scope
	last []Last
}

// Last is work that is done last in a transaction, just before the commit: what takes contended locks (the chain of the
// log) waits till then, so that they are held only for the commit.
type Last interface {
	Flush(context.Context, *Tx) error
}

// LastOf is the transaction's work of type T, made at first use; there is one of each type.
func LastOf[T Last](tx *Tx, make func() T) T {
	for _, l := range tx.last {
		if t, ok := l.(T); ok {
			return t
		}
	}
	t := make()
	tx.last = append(tx.last, t)
	return t
}

// Tx runs fn in one transaction of the scope; it commits when fn returns nil and rolls back otherwise. Connecting is
// tried again for a few seconds, since nothing has happened yet; anything later is the caller's to repeat.
func (d *DB) Tx(ctx context.Context, s Scope, fn func(*Tx) error) error {
	stx, err := d.begin(ctx, s)
	if err != nil {
		return err
	}
	tx := &Tx{Tx: stx, Scope: s}
	defer func() { _ = stx.Rollback() }() // after a commit this does nothing
	if err := fn(tx); err != nil {
		return Classify(err)
	}
	for i := 0; i < len(tx.last); i++ { // work may ask for more work
		if err := tx.last[i].Flush(ctx, tx); err != nil {
			return Classify(err)
		}
	}
	if err := stx.Commit(); err != nil {
		return Classify(fmt.Errorf("commit: %w", err))
	}
	return nil
}

func (d *DB) begin(ctx context.Context, s Scope) (*sqlx.Tx, error) {
	deadline := time.Now().Add(8 * time.Second)
	for pause := 50 * time.Millisecond; ; pause *= 2 {
		stx, err := d.BeginTxx(ctx, nil)
		if err == nil {
			if _, err = stx.ExecContext(ctx, s.settings()); err == nil {
				return stx, nil
			}
			_ = stx.Rollback()
		}
		if !lost(err) || time.Now().Add(pause).After(deadline) {
			return nil, Classify(err)
		}
		select {
		case <-ctx.Done():
			return nil, Classify(ctx.Err())
		case <-time.After(pause):
		}
	}
}

// settings tell the database whose transaction it is.
func (s Scope) settings() string {
	set := fmt.Sprintf("SET LOCAL app.office = %d", s.Office)
	if s.Lending != 0 {
		set += fmt.Sprintf("; SET LOCAL app.lending = %d", s.Lending)
	}
	return set
}

// unfit are the codes of values that no column can hold: a number too large, a text with NUL or broken UTF-8, a day or an
// identifier that is none. They come from a request made by hand; the forms themselves check.
var unfit = map[string]bool{"22003": true, "22007": true, "22008": true, "22021": true, "22P02": true, "22P05": true}

// refused is the code with which a trigger says no to what must not be changed; its message is a sentence for the person.
const refused = "EP001"

// lost tells whether the connection is gone or PostgreSQL is starting or stopping.
func lost(err error) bool {
	var pe *pq.Error
	if errors.As(err, &pe) {
		code := string(pe.Code)
		return strings.HasPrefix(code, "08") || strings.HasPrefix(code, "57") || code == "53300"
	}
	var ne net.Error
	return errors.Is(err, driver.ErrBadConn) || errors.As(err, &ne) || errors.Is(err, net.ErrClosed) ||
		(err != nil && (strings.Contains(err.Error(), "EOF") || strings.Contains(err.Error(), "broken pipe") || strings.Contains(err.Error(), "connection reset")))
}

// Classify turns an error of the driver into one of the house: absence is NotFound, a lost connection Unavailable, a
// broken uniqueness Conflict, a value no column can hold Invalid. Errors that already have a kind stay as they are.
func Classify(err error) error {
	var known *errs.Error
	var pe *pq.Error
	switch {
	case err == nil || errors.As(err, &known):
		return err
	case errors.Is(err, sql.ErrNoRows):
		return errs.Wrap(errs.NotFound, err, "")
	case errors.Is(err, context.DeadlineExceeded), lost(err):
		return errs.Wrap(errs.Unavailable, err, "")
	case errors.As(err, &pe) && pe.Code == refused:
		return errs.Wrap(errs.Conflict, err, pe.Message)
	case errors.As(err, &pe) && pe.Code == "23505":
		return errs.Wrap(errs.Conflict, err, "")
	case errors.As(err, &pe) && pe.Code == "42501" && strings.Contains(pe.Message, "row-level security"):
		return errs.Wrap(errs.Forbidden, err, "To je mimo rozsah, ve kterém tu smíte pracovat.")
	case errors.As(err, &pe) && unfit[string(pe.Code)]:
		return errs.Wrap(errs.Invalid, err, "")
	}
	return err
}
