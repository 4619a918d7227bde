package desk

import (
	"context"
	"fmt"

	"epom/internal/db"
	"epom/records/dispatch"
)

// Sending says to whom a document went and how that stands.
type Sending struct{ Name, Tone, Text, Href string }

// sendings adds to the documents of a case file what has become of them on their way.
func (d *Desk) sendings(ctx context.Context, tx *db.Tx, caseID int64, documents []DocumentView) error {
	if d.Sending == nil {
		return nil
	}
	items, err := dispatch.OfCase(ctx, tx, d.Sending, caseID, d.Clock.Now())
	if err != nil {
		return err
	}
	for _, i := range items {
		tone := "info"
		switch {
		case i.State.IsDelivered():
			tone = "success"
		case i.State.Pressing():
			tone = "danger"
		}
		for n := range documents {
			if documents[n].ID == i.DocumentID {
				documents[n].Sendings = append(documents[n].Sendings, Sending{i.Name, tone, i.State.Label(), fmt.Sprintf("/kancelar/vypravna/%d", i.ID)})
			}
		}
	}
	return nil
}

// Back is what came back to the office: not delivered, or not taken over by another office in time.
type Back struct{ Undelivered, Untaken int }

func (d *Desk) back(ctx context.Context, tx *db.Tx) (b Back, err error) {
	if d.Sending == nil {
		return b, nil
	}
	counts, err := dispatch.Count(ctx, tx, d.Sending, d.Clock.Now())
	if err != nil {
		return b, err
	}
	untaken, err := dispatch.NotTaken(ctx, tx, d.Sending, d.Clock.Now())
	return Back{counts.Pressing, len(untaken)}, err
}
