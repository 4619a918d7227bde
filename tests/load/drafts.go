package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"epom/forms"
)

const loadForm = "kaceni-drevin"

// target is a municipality whose office takes part.
type target struct {
	Code int64  `db:"municipality_code"`
	Name string `db:"seat_name"`
}

func targets(ctx context.Context, owner *sqlx.DB, n int) ([]target, error) {
	var t []target
	err := owner.SelectContext(ctx, &t, `SELECT municipality_code, seat_name FROM office WHERE participates AND municipality_code IS NOT NULL ORDER BY id LIMIT $1`, n)
	if err == nil && len(t) < n {
		err = fmt.Errorf("only %d offices take part, %d wanted", len(t), n)
	}
	return t, err
}

// makeDrafts puts ready-filled drafts straight into the database and returns their tokens; filling is not what is measured.
func makeDrafts(ctx context.Context, owner *sqlx.DB, where []target, n int, prefix string) ([]string, error) {
	catalogue, err := forms.Load()
	if err != nil {
		return nil, err
	}
	f, ok := catalogue.Latest(loadForm)
	if !ok {
		return nil, fmt.Errorf("no form %s", loadForm)
	}
	var bodies []string
	for _, t := range where {
		a, err := filled(f, t)
		if err != nil {
			return nil, err
		}
		b, err := json.Marshal(a)
		if err != nil {
			return nil, err
		}
		bodies = append(bodies, string(b))
	}
	tokens, now := make([]string, n), time.Now().UTC()
	tx, err := owner.BeginTxx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }()
	for i := 0; i < n; i++ {
		tokens[i] = fmt.Sprintf("%s-%06d", prefix, i)
		h := sha256.Sum256([]byte(tokens[i]))
		if _, err := tx.ExecContext(ctx, `INSERT INTO draft (token_hash, form_code, form_version, lang, answers, created_at, updated_at, expires_at)
			VALUES ($1, $2, $3, 'cs', $4, $5, $5, $6)`, h[:], f.Code, f.Version, bodies[i%len(bodies)], now, now.Add(720*time.Hour)); err != nil {
			return nil, err
		}
	}
	return tokens, tx.Commit()
}

// filled is the form's first example without errors, moved to the target.
func filled(f *forms.Form, t target) (forms.Answers, error) {
	for _, e := range f.Examples {
		if len(e.Errors) > 0 {
			continue
		}
		a := e.Answers
		for _, path := range f.Locality.From {
			field, ok := f.Field(path)
			if !ok || a.Get(path) == nil {
				continue
			}
			here := map[string]any{"code": t.Code, "name": t.Name}
			if field.Kind == "address" {
				a = a.With(path, map[string]any{"number": "1", "municipality": here, "text": t.Name + " 1"})
			} else {
				a = a.With(path, here)
			}
			return a, nil
		}
	}
	return nil, fmt.Errorf("form %s has no example that passes", f.Code)
}
