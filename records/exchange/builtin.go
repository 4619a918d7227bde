package exchange

import (
	"context"

	"epom/internal/db"
	"epom/internal/errs"
)

// builtIn is the records service of this installation. The transaction that took a submission in, or in which a clerk acted,
// has recorded everything already; so each call only says what the register has, and refuses what it does not.
type builtIn struct {
	db     *db.DB
	office int32
}

func (b *builtIn) find(ctx context.Context, query, key string, into ...any) error {
	err := b.db.Tx(ctx, db.Scope{Office: b.office, Actor: "system"}, func(tx *db.Tx) error {
		return tx.QueryRowContext(ctx, sql.Get(query), tx.Office, key).Scan(into...)
	})
	if errs.Is(err, errs.NotFound) {
		return &Trouble{Refused, "v evidenci úřadu to není"}
	}
	return err
}

// Register answers the file mark.
func (b *builtIn) Register(ctx context.Context, m Matter) (a Answer, err error) {
	var id int64
	return a, b.find(ctx, "case-of-key", m.Key, &id, &a.Number)
}

// Add answers the reference number.
func (b *builtIn) Add(ctx context.Context, p Paper) (a Answer, err error) {
	s, err := b.State(ctx, p.Try)
	if err == nil && !s.There {
		err = &Trouble{Refused, "v evidenci úřadu to není"}
	}
	return Answer{s.Number}, err
}

// Attach does nothing: the files are components of the document.
func (b *builtIn) Attach(ctx context.Context, e Enclosure) error { return b.there(ctx, e.DocumentKey) }

// Dispatch does nothing: the sending is in the register.
func (b *builtIn) Dispatch(ctx context.Context, s Sent) error { return b.there(ctx, s.DocumentKey) }

// Close does nothing: the handling is in the register.
func (b *builtIn) Close(ctx context.Context, c Closing) error {
	_, err := b.Register(ctx, Matter{Try: Try{Key: c.CaseKey}})
	return err
}

func (b *builtIn) there(ctx context.Context, key string) error {
	_, err := b.Add(ctx, Paper{Try: Try{Key: key}})
	return err
}

// State says what the register has.
func (b *builtIn) State(ctx context.Context, t Try) (s State, err error) {
	var id int64
	err = b.find(ctx, "document-of-key", t.Key, &id, &s.Number, &s.Mark)
	if no, ok := trouble(err); ok && no.Kind == Refused {
		return State{}, nil
	}
	s.There = err == nil
	return s, err
}
