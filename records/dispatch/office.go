package dispatch

import (
	"context"
	"time"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
)

// Partner is an office in e-POM that documents may be sent to at once.
type Partner struct {
	ID      int32  `db:"id"`
	Name    string `db:"name"`
	DataBox string `db:"data_box"`
	ICO     string `db:"ico"`
}

// Partners are all offices but one's own that take documents in e-POM, by name.
func Partners(ctx context.Context, tx *db.Tx) ([]Partner, error) {
	var list []Partner
	err := tx.SelectContext(ctx, &list, sql.Get("partners"), tx.Office)
	return list, db.Classify(err)
}

func partner(ctx context.Context, tx *db.Tx, id int32) (Partner, error) {
	var p Partner
	err := db.Classify(tx.GetContext(ctx, &p, sql.Get("partner"), tx.Office, id))
	if errs.Is(err, errs.NotFound) {
		err = errs.Fields(errs.Field{Name: "urad", Message: "Tento úřad v e-POM písemnosti nepřijímá. Pošlete dokument do jeho datové schránky."})
	}
	return p, err
}

// deliver brings a document to another office in the same transaction: it has a number there and its receipt here, or
// nothing happened at all.
func deliver(ctx context.Context, tx *db.Tx, law *Law, d Dispatch, at time.Time) error {
	today := clock.Date(at)
	due, _, err := law.end(ruleGeneral, today)
	if err != nil {
		return err
	}
	var there struct {
		CaseID     int64  `db:"case_id"`
		DocumentID int64  `db:"document_id"`
		Number     string `db:"reference_number"`
	}
	if err := tx.GetContext(ctx, &there, sql.Get("unscoped-deliver"), d.ID, ruleGeneral, today.Format(time.DateOnly), due.Format(time.DateOnly), at, tx.Actor); err != nil {
		return db.Classify(err)
	}
	data := map[string]any{"number": there.Number, "office": d.Name}
	if _, err := Note(ctx, tx, d.ID, Happened{Kind: EventSent, At: at, Key: "office/sent", Data: data}); err != nil {
		return err
	}
	fresh, err := Note(ctx, tx, d.ID, Happened{Kind: EventDelivered, At: at, Key: "office/delivered", Data: data})
	if err != nil || !fresh {
		return err
	}
	if d, err = ByID(ctx, tx, d.ID); err != nil {
		return err
	}
	return attach(ctx, tx, d, "Potvrzení o převzetí", "Úřad "+d.Name+" dokument zaevidoval "+at.In(clock.Prague).Format("2. 1. 2006 v 15:04:05")+" pod číslem "+there.Number+".", nil, at)
}

// Untaken is something another office got from us and nobody there has taken over.
type Untaken struct {
	Kind       string    `db:"kind"` // dispatch, referral
	CaseID     int64     `db:"case_id"`
	DispatchID *int64    `db:"dispatch_id"`
	Subject    string    `db:"subject"`
	Mark       string    `db:"mark"`   // our number
	Office     string    `db:"office"` // there
	Number     string    `db:"number"` // there
	SentAt     time.Time `db:"sent_at"`
}

// untakenWindow is how far back the sender is reminded: older ones are a matter between the offices.
const untakenWindow = 90 * 24 * time.Hour

// NotTaken lists what other offices got and did not take over within the term: the sender should call them.
func NotTaken(ctx context.Context, tx *db.Tx, law *Law, at time.Time) ([]Untaken, error) {
	var all []Untaken
	if err := tx.SelectContext(ctx, &all, sql.Get("unscoped-untaken"), at.Add(-untakenWindow), at); err != nil {
		return nil, db.Classify(err)
	}
	today, late := clock.Date(at), []Untaken{}
	for _, u := range all {
		end, _, err := law.end(ruleOffice, clock.Date(u.SentAt))
		if err != nil {
			return nil, err
		}
		if before(end, today) {
			late = append(late, u)
		}
	}
	return late, nil
}

// FromBoard notes what became of a document on the board: put up with the day of effect (nil = it has none), and taken
// off. A document posted without having been got ready for it has a sending from now on.
func FromBoard(ctx context.Context, tx *db.Tx, law *Law, document int64, number string, posted, removed *time.Time, effect *time.Time, at time.Time) error {
	if posted == nil {
		return nil
	}
	if doc, err := records.DocumentByID(ctx, tx, document); err != nil || doc.Direction != records.Out || doc.CancelledAt != nil {
		return err
	}
	list, err := Of(ctx, tx, document)
	if err != nil {
		return err
	}
	var d *Dispatch
	for i := range list {
		if list[i].Way == Board {
			d = &list[i]
		}
	}
	if d == nil {
		made, err := Create(ctx, tx, law, New{DocumentID: document, Way: Board}, *posted)
		if err != nil {
			return err
		}
		d = &made
	}
	data := map[string]any{"number": number}
	if effect != nil {
		data["effect"] = effect.Format(time.DateOnly)
	}
	if _, err := Note(ctx, tx, d.ID, Happened{Kind: EventPosted, At: *posted, Key: "posted/" + number, Data: data}); err != nil || removed == nil {
		return err
	}
	_, err = Note(ctx, tx, d.ID, Happened{Kind: EventRemoved, At: *removed, Key: "removed/" + number, Data: map[string]any{"number": number}})
	return err
}
