package books

import (
	"context"
	"strings"
	"time"

	"epom/internal/db"
	"epom/internal/errs"
)

// Filter is a search kept under a name.
type Filter struct {
	ID      int64  `db:"id"`
	Account int64  `db:"account_id"`
	Name    string `db:"name"`
	Query   string `db:"query"` // of the address of the search
	Shared  bool   `db:"shared"`
}

const (
	maxFilters = 50
	maxName    = 60
	maxQuery   = 2000
)

// Filters are the searches that a person kept and those that others of the office share.
func Filters(ctx context.Context, tx *db.Tx, account int64) ([]Filter, error) {
	list := []Filter{}
	err := tx.SelectContext(ctx, &list, sql.Get("filters"), tx.Office, account)
	return list, err
}

// SaveFilter keeps a search under a name; a search of that name is replaced.
func SaveFilter(ctx context.Context, tx *db.Tx, f Filter, at time.Time) error {
	f.Name = strings.Join(strings.Fields(f.Name), " ")
	switch {
	case f.Name == "" || len([]rune(f.Name)) > maxName:
		return errs.Fields(errs.Field{Name: "name", Message: "Napište název, pod kterým se má hledání uložit, nejvýše 60 znaků."})
	case f.Query == "" || len(f.Query) > maxQuery:
		return errs.Fields(errs.Field{Name: "name", Message: "Nejdřív něco vyhledejte, potom hledání uložte."})
	}
	var n int
	if err := tx.GetContext(ctx, &n, sql.Get("count-filters"), tx.Office, f.Account); err != nil {
		return err
	}
	if n >= maxFilters {
		return errs.Fields(errs.Field{Name: "name", Message: "Uložených hledání už máte padesát. Nejdřív některé smažte."})
	}
	_, err := tx.ExecContext(ctx, sql.Get("save-filter"), tx.Office, f.Account, f.Name, f.Query, f.Shared, at)
	return err
}

// DropFilter forgets a search of the person's own.
func DropFilter(ctx context.Context, tx *db.Tx, account, id int64) error {
	r, err := tx.ExecContext(ctx, sql.Get("drop-filter"), tx.Office, id, account)
	if err != nil {
		return err
	}
	if n, _ := r.RowsAffected(); n == 0 {
		return errs.New(errs.NotFound, "Takové hledání uložené nemáte.")
	}
	return nil
}
