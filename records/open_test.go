package records_test

import (
	"errors"
	"testing"
	"time"

	"epom/internal/db"
	"epom/internal/testdb"
	"epom/records"
)

// A case file opened at the desk takes the next number of the journal, its documents count within it and name their
// parties; what is rolled back leaves no gap.
func TestOpenCase(t *testing.T) {
	t.Parallel()
	pool := testdb.New(t)
	owner := testdb.Owner(t, pool)
	var office int32
	if err := owner.Get(&office, `INSERT INTO office (slug, name, seat_name, kind, category, abbreviation, participates, ico)
		VALUES ('hejnice', 'Městský úřad Hejnice', 'Hejnice', 'other', '63/2', 'HEJ', true, '00262781') RETURNING id`); err != nil {
		t.Fatal(err)
	}
	law, err := records.LoadLaw(t.Context(), pool)
	if err != nil {
		t.Fatal(err)
	}
	scope, at := db.Scope{Office: office, Actor: "account:1"}, time.Date(2026, 12, 31, 23, 30, 0, 0, time.UTC) // already the new year in Prague
	var c records.Case
	for round := range 2 {
		err := pool.Tx(t.Context(), scope, func(tx *db.Tx) (err error) {
			if c, err = records.OpenCase(t.Context(), tx, law, records.NewCase{Subject: " Stížnost na hluk ", Rule: "sr-71"}, at); err != nil {
				return err
			}
			p, err := records.CreateParty(t.Context(), tx, records.Party{Kind: records.Person, Given: "Jana", Family: "Nováková"}, at)
			if err != nil {
				return err
			}
			two := 2
			d, err := records.AddDocument(t.Context(), tx, c.ID, records.NewDocument{Direction: records.In, Kind: "letter", Subject: "Stížnost", Channel: "post", Party: p.Name,
				Paper: true, Sheets: &two, Envelope: map[string]any{"registered_mail": "RR123"}, Parties: []records.PartyRole{{ID: p.ID, Role: records.Sender}}}, at)
			if err != nil {
				return err
			}
			if round == 0 {
				return errRollback
			}
			parties, err := records.PartiesOf(t.Context(), tx, d.ID)
			if err != nil || len(parties) != 1 || parties[0].Name != "Jana Nováková" || parties[0].Role != records.Sender {
				t.Errorf("parties %+v (%v)", parties, err)
			}
			if got := d.JID("00262781", "HEJ"); got != "00262781:HEJ/2027/00001-1" {
				t.Errorf("JID %s", got)
			}
			got, err := records.DocumentByID(t.Context(), tx, d.ID)
			if err != nil || !got.Paper || got.Sheets == nil || *got.Sheets != 2 || got.Envelope.V["registered_mail"] != "RR123" {
				t.Errorf("document %+v (%v)", got, err)
			}
			return nil
		})
		if round == 1 && err != nil {
			t.Fatal(err)
		}
	}
	if c.Mark != "HEJ/2027/00001" || c.Subject != "Stížnost na hluk" || c.DueOn == nil || c.DueOn.Format(time.DateOnly) != "2027-02-01" {
		t.Errorf("case %s %q due %v", c.Mark, c.Subject, c.DueOn)
	}
}

var errRollback = errors.New("rolled back")
