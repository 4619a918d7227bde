package letters

import (
	"context"
	"strings"
	"time"

	"epom/internal/db"
	"epom/internal/errs"
)

// part is one piece of a letter that is edited and compared by itself.
type part struct {
	name, label string
	needed      bool
	of          func(*Text) *string
}

var parts = []part{
	{"addressee", "Adresát", true, func(t *Text) *string { return &t.Addressee }},
	{"address", "Adresa", false, func(t *Text) *string { return &t.Address }},
	{"subject", "Předmět", true, func(t *Text) *string { return &t.Subject }},
	{"body", "Text", true, func(t *Text) *string { return &t.Body }},
	{"instruction", "Poučení", false, func(t *Text) *string { return &t.Instruction }},
}

// Clash is a part that two people changed at once: what the other one has saved.
type Clash struct{ Name, Label, Theirs string }

// Edit is what somebody wants to save, and which revision they began from.
type Edit struct {
	Text
	Revision  int
	Days      int
	AnswersID *int64
}

// Save keeps an edit. Parts that others changed since the person began are taken from them when the person left these
// parts alone; parts that both changed come back as clashes and nothing is saved. It answers the letter as it is now.
func Save(ctx context.Context, tx *db.Tx, id int64, e Edit, at time.Time) (Letter, []Clash, error) {
	l, err := open(ctx, tx, id)
	if err != nil {
		return l, nil, err
	}
	if e.Days < 0 || e.Days > 365 {
		return l, nil, errs.Fields(errs.Field{Name: "days", Message: "Napište počet dnů od 0 do 365."})
	}
	for _, p := range parts {
		text := p.of(&e.Text)
		*text = strings.TrimSpace(strings.ReplaceAll(*text, "\r\n", "\n"))
	}
	merged, clashes := e.Text, []Clash(nil)
	if e.Revision != l.Revision {
		var base Text
		err := db.Classify(tx.GetContext(ctx, &base, sql.Get("revision"), tx.Office, id, e.Revision))
		if errs.Is(err, errs.NotFound) {
			err = errs.New(errs.Conflict, "Formulář nepřišel celý. Načtěte dopis znovu a uložte ho ještě jednou.")
		}
		if err != nil {
			return l, nil, err
		}
		if merged, clashes = Merge(base, e.Text, l.Text); len(clashes) > 0 {
			return l, clashes, nil
		}
	}
	if merged == l.Text && e.Days == l.Days && same(e.AnswersID, l.AnswersID) {
		return l, nil, nil
	}
	if err := tx.GetContext(ctx, &l.Revision, sql.Get("save-letter"), tx.Office, id, merged.Subject, merged.Body, merged.Instruction, merged.Addressee, merged.Address,
		e.Days, e.AnswersID, at, tx.Actor); err != nil {
		return l, nil, db.Classify(err)
	}
	l.Text, l.Days, l.AnswersID, l.ChangedAt, l.ChangedBy, l.OfferedAt = merged, e.Days, e.AnswersID, at, tx.Actor, nil
	return l, nil, keep(ctx, tx, id, l.Revision, merged, at)
}

// Merge brings together what two people made of one text, part by part.
func Merge(base, mine, theirs Text) (Text, []Clash) {
	var clashes []Clash
	for _, p := range parts {
		b, m, t := *p.of(&base), p.of(&mine), *p.of(&theirs)
		switch {
		case *m == t || t == b: // the same, or they left it alone
		case *m == b:
			*m = t
		default:
			clashes = append(clashes, Clash{p.name, p.label, t})
		}
	}
	return mine, clashes
}

func same(a, b *int64) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
