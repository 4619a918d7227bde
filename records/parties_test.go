package records_test

import (
	"testing"
	"time"

	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/testdb"
	"epom/records"
)

func TestCleanICO(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{"17651921": true, "00007064": true, "7064": true, "00006947": true, "00258245": true, "27074358": true, "45274649": true, "00064581": true,
		"70890013": true, " 270 74 358": true, "00258267": false, "00258256": false, "00123454": false, "01234567": false, "": false, "0": false, "abc": false, "123456789": false} {
		if got, ok := records.CleanICO(s); ok != want || ok && len(got) != 8 {
			t.Errorf("%q: %q %v", s, got, ok)
		}
	}
}

func TestCleanParty(t *testing.T) {
	t.Parallel()
	good := records.Party{Kind: records.Company, Name: " Lesy  ČR ", ICO: "42196451", DataBox: "E8JCFSN", Email: "a@lesycr.cz", Zip: "500 08"}
	if wrong := records.CleanParty(&good); len(wrong) > 0 || good.Name != "Lesy ČR" || good.DataBox != "e8jcfsn" || good.Zip != "50008" {
		t.Errorf("%+v %+v", good, wrong)
	}
	for field, p := range map[string]records.Party{"name": {Kind: "person"}, "ico": {Kind: "company", Name: "x", ICO: "42196452"}, "data_box": {Kind: "person", Name: "x", DataBox: "abc"},
		"email": {Kind: "person", Name: "x", Email: "a@"}, "zip": {Kind: "person", Name: "x", Zip: "123"}, "kind": {Name: "x"}} {
		if wrong := records.CleanParty(&p); len(wrong) != 1 || wrong[0].Name != field {
			t.Errorf("%s: %+v", field, wrong)
		}
	}
}

// Two rows become one with their documents, come apart again, and a row nothing refers to is forgotten after its time.
func TestNameRegister(t *testing.T) {
	t.Parallel()
	pool := testdb.New(t)
	owner := testdb.Owner(t, pool)
	var here, there int32
	for slug, id := range map[string]*int32{"hejnice": &here, "liberec": &there} {
		if err := owner.Get(id, `INSERT INTO office (slug, name, seat_name, kind, category, abbreviation, participates) VALUES ($1, $1, $1, 'other', '63/2', upper(substr($1, 1, 3)), true) RETURNING id`, slug); err != nil {
			t.Fatal(err)
		}
	}
	law, err := records.LoadLaw(t.Context(), pool)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	in := func(office int32, fn func(*db.Tx) error) {
		t.Helper()
		if err := pool.Tx(t.Context(), db.Scope{Office: office, Actor: "account:1"}, fn); err != nil {
			t.Fatal(err)
		}
	}
	var jana, jan, lone records.Party
	var doc int64
	in(here, func(tx *db.Tx) (err error) {
		ctx := t.Context()
		jana, err = records.EnsureParty(ctx, tx, records.Party{Kind: records.Person, Name: "Jana Nováková", Email: "Jana@posta.example"}, at)
		must(t, err)
		again, err := records.EnsureParty(ctx, tx, records.Party{Kind: records.Person, Name: "JANA NOVAKOVA", Email: "jana@posta.example"}, at)
		if must(t, err); again.ID != jana.ID {
			t.Error("the same name and e-mail made two rows")
		}
		jan, err = records.EnsureParty(ctx, tx, records.Party{Kind: records.Person, Name: "Nováková Jana", Email: "jana@posta.example"}, at)
		if must(t, err); jan.ID == jana.ID {
			t.Error("another name with the same e-mail may be another person")
		}
		lone, err = records.CreateParty(ctx, tx, records.Party{Kind: records.Person, Name: "Nikdo"}, at)
		must(t, err)
		c, err := records.OpenCase(ctx, tx, law, records.NewCase{Subject: "Věc"}, at)
		must(t, err)
		d, err := records.AddDocument(ctx, tx, c.ID, records.NewDocument{Direction: records.In, Kind: "letter", Subject: "x", Channel: "post", Parties: []records.PartyRole{{ID: jan.ID, Role: records.Sender}}}, at)
		must(t, err)
		doc = d.ID
		for typed, want := range map[string]int{"novak": 2, "JANA@posta.example": 2, "nikd": 1, "%": 0, "x": 0, "100%": 0} {
			if got, err := records.FindParties(ctx, tx, typed, 10); err != nil || len(got) != want {
				t.Errorf("%q finds %d (%v)", typed, len(got), err)
			}
		}
		pairs, err := records.Duplicates(ctx, tx, 10)
		if must(t, err); len(pairs) != 1 || pairs[0].Why != "email" {
			t.Errorf("pairs %+v", pairs)
		}
		return records.MergeParties(ctx, tx, jana.ID, jan.ID, at)
	})
	in(there, func(tx *db.Tx) error {
		if got, err := records.FindParties(t.Context(), tx, "novak", 10); err != nil || len(got) != 0 {
			t.Errorf("another office sees %d names (%v)", len(got), err)
		}
		if _, err := records.PartyByID(t.Context(), tx, jana.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("another office reads a name: %v", err)
		}
		return nil
	})
	sender := func(tx *db.Tx) int64 {
		list, err := records.PartiesOf(t.Context(), tx, doc)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		return list[0].ID
	}
	in(here, func(tx *db.Tx) error {
		if sender(tx) != jana.ID {
			t.Error("the document did not move")
		}
		if err := records.MergeParties(t.Context(), tx, jana.ID, jan.ID, at); !errs.Is(err, errs.Conflict) {
			t.Errorf("merged twice: %v", err)
		}
		merges, err := records.MergesOf(t.Context(), tx, jana.ID)
		if err != nil || len(merges) != 1 || len(merges[0].Moved.V) != 1 {
			t.Fatal(merges, err)
		}
		if _, err := records.UndoMerge(t.Context(), tx, merges[0].ID, at); err != nil {
			return err
		}
		if sender(tx) != jan.ID {
			t.Error("the document did not come back")
		}
		if _, err := records.UndoMerge(t.Context(), tx, merges[0].ID, at); !errs.Is(err, errs.NotFound) {
			t.Errorf("undone twice: %v", err)
		}
		for months, want := range map[int]int{11: 0, 13: 2} { // nobody refers to Jana and Nikdo
			if n, err := records.ForgetParties(t.Context(), tx, at.AddDate(0, months, 0), 100); err != nil || n != want && months == 13 || n > want {
				t.Errorf("after %d months %d were forgotten (%v)", months, n, err)
			}
		}
		if _, err := records.PartyByID(t.Context(), tx, lone.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("still there: %v", err)
		}
		if sender(tx) != jan.ID {
			t.Error("a sender of a document was forgotten")
		}
		return nil
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
