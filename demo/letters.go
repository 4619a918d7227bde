package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/records"
)

// papers plans what came to staffed offices on paper: case files that no submission opened. The person is written down in the
// name register; one file waits for a clerk, one was handed over and not taken yet.
func (r *region) papers() {
	ids := make([]int32, 0, len(r.staff))
	for id := range r.staff {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		people := r.staff[id]
		mail := db.Scope{Office: id, Actor: fmt.Sprintf("account:%d", people.mailroom.ID)}
		for i, l := range []struct{ subject, agenda, rule, channel string }{
			{"Žádost o informace o opravách místních komunikací", "zadost-o-informace", "infz-14", "counter"},
			{"Stížnost na rušení nočního klidu", "stiznost", "sr-175", "post"},
		} {
			at := clock.Date(r.Now).AddDate(0, 0, -1).Add(time.Duration(8+i)*time.Hour + time.Duration(id%40)*time.Minute)
			p := r.person()
			born := at.AddDate(-40-i, 0, -int(id)).UTC()
			r.later(at, func(ctx context.Context) error {
				return r.DB.Tx(ctx, mail, func(tx *db.Tx) error {
					party, err := records.CreateParty(ctx, tx, records.Party{Kind: records.Person, Given: p.given, Family: p.family, Born: &born, Street: fmt.Sprintf("č. p. %d", 20+i),
						Town: "Hejnice", Zip: "46362"}, at)
					if err != nil {
						return err
					}
					c, err := records.OpenCase(ctx, tx, r.submissions.Law(), records.NewCase{Subject: l.subject, Agenda: l.agenda, Rule: l.rule, Paper: true}, at)
					if err != nil {
						return err
					}
					one := 1
					if _, err = records.AddDocument(ctx, tx, c.ID, records.NewDocument{Direction: records.In, Kind: "letter", Subject: l.subject, Channel: l.channel, Party: party.Name, Paper: true,
						Sheets: &one, DeliveredAt: &at, Parties: []records.PartyRole{{ID: party.ID, Role: records.Sender}}}, at); err != nil || i == 0 {
						return err
					}
					return records.Assign(ctx, tx, c.ID, records.Hand{Clerk: &people.clerk.ID, Note: "Prosím přednostně, volali už dvakrát."}, at.Add(time.Hour))
				})
			})
		}
	}
}
