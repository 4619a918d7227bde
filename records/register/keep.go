package register

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/fold"
	"epom/records"
)

var codeForm = regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`)

// CodeOf proposes the code of a register from its name: "Žádosti 106" → "zadosti-106".
func CodeOf(name string) string {
	code := strings.Join(fold.Words(name), "-")
	return strings.Trim(code[:min(len(code), 31)], "-")
}

// Create opens a separate register with the abbreviation its numbers carry.
func Create(ctx context.Context, tx *db.Tx, name, abbr string, at time.Time) (string, error) {
	name, abbr = strings.Join(strings.Fields(name), " "), strings.TrimSpace(abbr)
	code := CodeOf(name)
	err := change(ctx, tx, at, func(n *Numbers, now int) error {
		var wrong []errs.Field
		switch {
		case name == "" || len([]rune(name)) > 80:
			wrong = append(wrong, errs.Field{Name: "name", Message: "Napište název evidence, nejvýše 80 znaků."})
		case !codeForm.MatchString(code) || code == records.SeriesJournal || code == "deska":
			wrong = append(wrong, errs.Field{Name: "name", Message: "Název musí začínat písmenem a nesmí to být „deník“ ani „deska“."})
		case slices.Contains(n.Series(), code):
			wrong = append(wrong, errs.Field{Name: "name", Message: "Evidence s tímto názvem už v úřadu je."})
		}
		if !abbreviation.MatchString(abbr) {
			wrong = append(wrong, errs.Field{Name: "abbr", Message: "Zkratka má jeden až osm znaků: velká písmena bez diakritiky a číslice."})
		}
		if wrong != nil {
			return errs.Fields(wrong...)
		}
		n.Registers = append(n.Registers, Register{Code: code, Name: name, CreatedAt: at})
		n.Abbreviations[code] = []Dated{{now, abbr}}
		if f := errs.FieldsOf(n.collision(now)); f != nil {
			return errs.Fields(errs.Field{Name: "abbr", Message: f[0].Message})
		}
		return nil
	})
	if err != nil {
		return code, err
	}
	if _, err := tx.ExecContext(ctx, sql.Get("create-register"), tx.Office, code, name, at, tx.Actor); err != nil {
		return code, err
	}
	if _, err := tx.ExecContext(ctx, sql.Get("set-abbreviation"), tx.Office, code, clock.Year(at), abbr, at, tx.Actor); err != nil {
		return code, err
	}
	write(tx, at, "register opened", code, map[string]any{"name": name, "abbreviation": abbr})
	return code, nil
}

// End lets nothing new into a register; its agendas go to the journal from then on. Its numbers stay.
func End(ctx context.Context, tx *db.Tx, code string, at time.Time) error {
	if err := one(ctx, tx, "Taková otevřená evidence v úřadu není.", "end-register", tx.Office, code, at, tx.Actor); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, sql.Get("leave-register"), tx.Office, code); err != nil {
		return err
	}
	write(tx, at, "register ended", code, nil)
	return nil
}

// Reopen lets an ended register go on; agendas are put to it anew.
func Reopen(ctx context.Context, tx *db.Tx, code string, at time.Time) error {
	if err := one(ctx, tx, "Taková ukončená evidence v úřadu není.", "reopen-register", tx.Office, code); err != nil {
		return err
	}
	write(tx, at, "register opened", code, nil)
	return nil
}

// PutAgenda has case files of an agenda kept in a register from now on; an empty register is the journal.
func PutAgenda(ctx context.Context, tx *db.Tx, agenda, code string, at time.Time) error {
	if agenda == "" {
		return errs.Fields(errs.Field{Name: "agenda", Message: "Vyberte agendu."})
	}
	if code == "" || code == records.SeriesJournal {
		if _, err := tx.ExecContext(ctx, sql.Get("free-agenda"), tx.Office, agenda); err != nil {
			return err
		}
	} else if err := one(ctx, tx, "Do této evidence zapisovat nejde: neexistuje, nebo je ukončená.", "put-agenda", tx.Office, agenda, code); err != nil {
		return err
	}
	write(tx, at, "agenda put to register", code, map[string]any{"agenda": agenda})
	return nil
}

// CloseYear lets a series give no further number of a past year.
func CloseYear(ctx context.Context, tx *db.Tx, series string, year int, at time.Time) error {
	n, err := Load(ctx, tx)
	switch {
	case err != nil:
		return err
	case !slices.Contains(n.Series(), series):
		return errs.New(errs.NotFound, "Taková evidence v úřadu není.")
	case year >= clock.Year(at) || year < 1990:
		return errs.Fields(errs.Field{Name: "year", Message: "Uzavřít lze jen rok, který už skončil: do běžného roku se musí dát zapisovat."})
	}
	if err := one(ctx, tx, "Tento rok už je uzavřený.", "close-year", tx.Office, series, year, at, tx.Actor); err != nil {
		return err
	}
	write(tx, at, "year closed", series, map[string]any{"year": year})
	return nil
}

// ReopenYear undoes CloseYear; it is written into the log.
func ReopenYear(ctx context.Context, tx *db.Tx, series string, year int, at time.Time) error {
	if err := one(ctx, tx, "Tento rok uzavřený není.", "reopen-year", tx.Office, series, year); err != nil {
		return err
	}
	write(tx, at, "year reopened", series, map[string]any{"year": year})
	return nil
}

// one does a change of exactly one row, or says why not.
func one(ctx context.Context, tx *db.Tx, otherwise, query string, args ...any) error {
	r, err := tx.ExecContext(ctx, sql.Get(query), args...)
	if err != nil {
		return err
	}
	if n, _ := r.RowsAffected(); n == 0 {
		return errs.New(errs.Conflict, otherwise)
	}
	return nil
}
