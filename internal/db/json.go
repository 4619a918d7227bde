package db

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
)

// JSON carries a value to and from a json or jsonb column. It is sent as a string: with binary parameters PostgreSQL
// reads bytes as jsonb's own binary form.
type JSON[T any] struct{ V T }

// J wraps a value for a parameter.
func J[T any](v T) JSON[T] { return JSON[T]{v} }

func (j JSON[T]) Value() (driver.Value, error) {
	b, err := json.Marshal(j.V)
	return string(b), err
}

func (j *JSON[T]) Scan(src any) error {
	switch s := src.(type) {
	case nil:
		var zero T
		j.V = zero
		return nil
	case []byte:
		return j.read(s)
	case string:
		return j.read([]byte(s))
	}
	return fmt.Errorf("db: %T is not JSON", src)
}

// read skips the check of well-formedness that json.Unmarshal makes before a type's own reading: the database has
// checked its jsonb already.
func (j *JSON[T]) read(b []byte) error {
	if own, ok := any(&j.V).(json.Unmarshaler); ok {
		return own.UnmarshalJSON(b)
	}
	return json.Unmarshal(b, &j.V)
}
