package move

import (
	"context"
	"strings"

	"github.com/lib/pq"

	"epom/internal/db"
	"epom/internal/errs"
)

// Part is what of an office's case files is handed over: those that fit any of what is named, with all that is tied to them
// (joined files, sub-files, fixed references).
type Part struct {
	Agendas []string // codes
	Classes []string // full codes of the classification scheme, with what lies below them
	Units   []string // names
	Marks   []string // file marks
}

// choose writes down the case files that go along, and refuses what cannot go now.
func (m Merge) choose(ctx context.Context, tx *db.Tx, f, t office) error {
	p := m.Part
	if p == nil {
		p = &Part{}
	} else if len(p.Agendas)+len(p.Classes)+len(p.Units)+len(p.Marks) == 0 {
		return errs.New(errs.Invalid, "say what is handed over: agendas, classes, units or file marks")
	}
	r, err := tx.ExecContext(ctx, sql.Get("choose"), f.ID, m.Part == nil, pq.Array(p.Agendas), pq.Array(p.Marks), pq.Array(p.Units), pq.Array(p.Classes))
	if err != nil {
		return db.Classify(err)
	}
	if n, _ := r.RowsAffected(); n == 0 && m.Part != nil {
		return errs.New(errs.NotFound, "no case file fits what is to be handed over")
	}
	var hindered []struct {
		Mark string `db:"mark"`
		Why  string `db:"why"`
	}
	if err := tx.SelectContext(ctx, &hindered, sql.Get("merge-hindrance"), f.ID, m.Part != nil); err != nil {
		return db.Classify(err)
	}
	if len(hindered) > 0 {
		lines := make([]string, len(hindered))
		for i, h := range hindered {
			lines[i] = h.Mark + " " + map[string]string{"lent": "is lent from the records store: it must come back first", "disposal": "is in an open disposal proceeding: finish or withdraw it first",
				"unsent": "has a letter that was not sent yet: send it or cancel it first", "submission": "is an open matter begun in the portal: refer it by its own page, so that the citizen goes along"}[h.Why]
		}
		return errs.Newf(errs.Conflict, "some case files cannot be handed over now:\n%s", strings.Join(lines, "\n"))
	}
	var clash string
	switch err := db.Classify(tx.GetContext(ctx, &clash, sql.Get("merge-clash"), f.ID, t.ID)); {
	case err == nil:
		return errs.Newf(errs.Conflict, "both offices have %s: move one of them to an installation of its own first", clash)
	case !errs.Is(err, errs.NotFound):
		return err
	}
	return nil
}
