package mailroom

import (
	"context"

	"epom/internal/db"
	"epom/internal/errs"
	"epom/records/intake"
)

// twice asks once when the same sender's number was written down before: it may be the same letter again.
func (p *NewPage) twice(ctx context.Context, tx *db.Tx, n intake.New, wrong *[]errs.Field) (err error) {
	number := n.Document.ForeignNumber
	if number == "" || p.Value("twice") == number {
		return nil
	}
	if p.Twice, err = intake.Twice(ctx, tx, number, n.Sender); len(p.Twice) > 0 {
		*wrong = append(*wrong, errs.Field{Name: "foreign_number", Message: "Pod tímto číslem už od odesílatele zásilku máte. Podívejte se níže, jestli to není ona; je-li tohle jiná, zaškrtněte to."})
	}
	return err
}
