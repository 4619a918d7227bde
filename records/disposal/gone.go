package disposal

import (
	"context"
	"time"

	"epom/internal/db"
)

// settled is how long a file must have been in the store before its bytes may go: whoever has just brought the same content has
// named it by then.
const settled = time.Hour

// LetGo removes the bytes of an executed disposal from the file store: those that no other document, draft, mail or posting names.
// left counts files too fresh to be judged; call again later.
func (r *Room) LetGo(ctx context.Context, tx *db.Tx, id int64, at time.Time) (left int, err error) {
	var rows []struct {
		SHA256 string `db:"sha256"`
		Named  bool   `db:"named"`
	}
	if err := tx.SelectContext(ctx, &rows, sql.Get("to-destroy"), tx.Office, id); err != nil {
		return 0, err
	}
	for _, f := range rows {
		var gone *time.Time
		why := ""
		if f.Named {
			why = "stejný obsah má jiný dokument"
		} else {
			ok, err := r.Files.Delete(ctx, f.SHA256, at.Add(-settled))
			if err != nil {
				return 0, err
			}
			if !ok {
				left++
				continue
			}
			gone = &at
		}
		if _, err := tx.ExecContext(ctx, sql.Get("gone"), tx.Office, id, f.SHA256, gone, why); err != nil {
			return 0, err
		}
	}
	return left, nil
}

// Gone counts what became of the bytes of an executed disposal.
type Gone struct {
	Files int `db:"files"`
	Gone  int `db:"gone"`
	Kept  int `db:"kept"` // other documents have the same content
}

// GoneOf counts it.
func GoneOf(ctx context.Context, tx *db.Tx, id int64) (Gone, error) {
	var g Gone
	err := tx.GetContext(ctx, &g, sql.Get("gone-counts"), tx.Office, id)
	return g, err
}
