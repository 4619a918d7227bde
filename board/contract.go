package board

import (
	"context"
	"strconv"
	"strings"
	"time"

	"epom/internal/audit"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
)

// Contract lets one office publish on another's board (public-law contract, § 26(1) of Act 500/2004 Sb.).
type Contract struct {
	ID          int64      `db:"id"`
	PublisherID int32      `db:"publisher_id"`
	ServedID    int32      `db:"served_id"`
	Title       string     `db:"title"`
	ValidFrom   time.Time  `db:"valid_from"`
	ValidTo     *time.Time `db:"valid_to"` // the last day
}

// ValidOn tells whether the contract holds on a legal date.
func (c Contract) ValidOn(on time.Time) bool {
	return !on.Before(day(c.ValidFrom)) && (c.ValidTo == nil || !on.After(day(*c.ValidTo)))
}

// Contracts lists those an office is party to, on either side, the latest first. Contracts are public.
func Contracts(ctx context.Context, tx *db.Tx, office int32) ([]Contract, error) {
	var list []Contract
	err := tx.SelectContext(ctx, &list, sql.Get("contracts"), office)
	return list, db.Classify(err)
}

// Serving is the contract by which the publisher may post on the served office's board today. Errors: Forbidden.
func Serving(ctx context.Context, tx *db.Tx, publisher, served int32, now time.Time) (Contract, error) {
	list, err := Contracts(ctx, tx, publisher)
	if err != nil {
		return Contract{}, err
	}
	for _, c := range list {
		if c.PublisherID == publisher && c.ServedID == served && c.ValidOn(clock.Date(now)) {
			return c, nil
		}
	}
	return Contract{}, errs.New(errs.Forbidden, "Pro tento úřad teď nemáte platnou smlouvu o vedení úřední desky.")
}

// Conclude records a contract by which the transaction's office hands its board to the publisher.
func Conclude(ctx context.Context, tx *db.Tx, publisher int32, title string, from time.Time, to *time.Time, now time.Time) (int64, error) {
	title = strings.Join(strings.Fields(clean(title)), " ")
	switch {
	case title == "":
		return 0, errs.Fields(errs.Field{Name: "title", Message: "Uveďte označení smlouvy."})
	case publisher == tx.Office:
		return 0, errs.Fields(errs.Field{Name: "publisher", Message: "Vyberte jiný úřad."})
	case to != nil && to.Before(from):
		return 0, errs.Fields(errs.Field{Name: "valid_to", Message: "Konec nemůže být dřív než začátek."})
	}
	var id int64
	if err := tx.GetContext(ctx, &id, sql.Get("insert-contract"), publisher, tx.Office, title, date(&from), date(to), now, tx.Actor); err != nil {
		return 0, db.Classify(err)
	}
	for _, office := range []int32{tx.Office, publisher} {
		audit.Write(tx, audit.Event{Office: office, At: now, Action: "board.contract", ObjectType: "contract", ObjectID: strconv.FormatInt(id, 10),
			Data: map[string]any{"publisher": publisher, "served": tx.Office, "title": title}})
	}
	return id, nil
}

// EndContract ends a contract of the transaction's office on a day.
func EndContract(ctx context.Context, tx *db.Tx, id int64, last, now time.Time) error {
	res, err := tx.ExecContext(ctx, sql.Get("end-contract"), tx.Office, id, date(&last))
	if err != nil {
		return db.Classify(err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errs.New(errs.NotFound, "")
	}
	audit.Write(tx, audit.Event{At: now, Action: "board.contract-ended", ObjectType: "contract", ObjectID: strconv.FormatInt(id, 10),
		Data: map[string]any{"last_day": last.Format(time.DateOnly)}})
	return nil
}
