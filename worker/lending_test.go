package worker

import (
	"strings"
	"testing"
	"time"

	"github.com/lib/pq"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/records"
	"epom/records/scheme"
	"epom/records/store"
	"epom/users"
)

// What a lent clerk has not handled goes back to nobody after the last day, not before; again changes nothing.
func TestLendingsEnd(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	helper := h.person("pomoc@frydlant.example", "Cyril Pomocný", h.there, users.Clerk)
	_, id := h.sent("cs", "")
	h.none(h.work())
	today := clock.Date(h.clock.Now())
	must(t, h.DB.Tx(t.Context(), h.desk(), func(tx *db.Tx) error {
		_, err := records.Lend(t.Context(), tx, records.Lending{FromID: h.there.ID, Title: "Dohoda", FromOn: today, ToOn: today.AddDate(0, 0, 1), Agendas: pq.StringArray{"kaceni-drevin"}, Most: 5},
			"pomoc@frydlant.example", h.clock.Now())
		return err
	}))
	h.owner.MustExec(`UPDATE case_file SET clerk_id = $2 WHERE id = $1`, id, helper)
	clerk := func() (who *int64) {
		must(t, h.owner.Get(&who, `SELECT clerk_id FROM case_file WHERE id = $1`, id))
		return who
	}
	night := func() {
		h.enqueue(jobLendings, 0, struct{}{})
		h.none(h.work())
	}
	h.clock.Advance(24 * time.Hour) // the last day
	if night(); clerk() == nil || *clerk() != helper {
		t.Fatalf("on the last day the file is with %v", clerk())
	}
	h.clock.Advance(24 * time.Hour)
	night()
	h.again(jobLendings)
	h.none(h.work())
	var ended, told int
	must(t, h.owner.Get(&ended, `SELECT count(*) FROM lending WHERE ended_at = $1 AND ended_by = 'system'`, h.clock.Now()))
	must(t, h.owner.Get(&told, `SELECT count(*) FROM job WHERE kind = $1 AND done_at IS NULL`, jobLendings))
	if clerk() != nil || ended != 1 || told != 0 {
		t.Errorf("the file is with %v, %d lendings ended, %d jobs left", clerk(), ended, told)
	}
}

// A borrower is written to once, when the day has passed; of one without an account the person who lent hears. What was returned is
// let be.
func TestLateLoansAreRemindedOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var marks []string
	lend := func(who string) (loan int64) {
		must(t, h.DB.Tx(t.Context(), h.desk(), func(tx *db.Tx) error {
			ctx, at := t.Context(), h.clock.Now()
			three := 3
			c, err := records.OpenCase(ctx, tx, nil, records.NewCase{Subject: "Tajná věc", ClerkID: &h.clerk, Paper: true}, at)
			if err != nil {
				return err
			}
			marks = append(marks, c.Mark)
			if _, err = records.AddDocument(ctx, tx, c.ID, records.NewDocument{Direction: records.In, Kind: "letter", Subject: "Dopis", Channel: "post", Paper: true, Sheets: &three}, at); err != nil {
				return err
			}
			if err = records.Handle(ctx, tx, c.ID, records.ByNoting, "", at); err != nil {
				return err
			}
			if faults, err := records.Close(ctx, tx, c.ID, h.Files.Open, at); err != nil || len(faults) > 0 {
				t.Fatalf("%v %v", faults, err)
			}
			box, err := store.AddBox(ctx, tx, "karton "+c.Mark, "regál 1", at)
			if err != nil {
				return err
			}
			made, err := store.HandOver(ctx, tx, []int64{c.ID}, "Jana", "", at)
			if err != nil {
				return err
			}
			if err = store.TakeOver(ctx, tx, made.ID, map[int64]int64{c.ID: box}, nil, "Jana", at); err != nil {
				return err
			}
			if err = store.Lend(ctx, tx, c.ID, who, "kontrola", clock.Date(at).AddDate(0, 0, 7), at); err != nil {
				return err
			}
			return tx.GetContext(ctx, &loan, `SELECT id FROM loan WHERE office_id = $1 AND case_id = $2`, tx.Office, c.ID)
		}))
		return loan
	}
	must(t, h.DB.Tx(t.Context(), h.desk(), func(tx *db.Tx) error {
		_, err := scheme.AdoptStarter(t.Context(), tx, h.clock.Now(), clock.Date(h.clock.Now()))
		return err
	}))
	lend("vera zackova") // as one types it
	lend("Pan Cizí")
	back := lend("vera@hejnice.example")
	must(t, h.DB.Tx(t.Context(), h.desk(), func(tx *db.Tx) error { return store.Return(t.Context(), tx, back, h.clock.Now()) }))
	night := func() {
		h.enqueue(jobLoans, 0, struct{}{})
		h.none(h.work())
	}
	h.clock.Advance(7 * 24 * time.Hour)
	night()
	if n := len(h.mails("vera@hejnice.example")) + len(h.mails("posta@hejnice.example")); n != 0 {
		t.Fatalf("%d letters on the last day", n)
	}
	h.clock.Advance(24 * time.Hour)
	night()
	h.again(jobLoans)
	h.none(h.work())
	h.clock.Advance(24 * time.Hour)
	night()
	for to, want := range map[string]string{"vera@hejnice.example": "Vraťte prosím zapůjčený spis " + marks[0], "posta@hejnice.example": "Nevrácený spis " + marks[1]} {
		got := h.mails(to)
		if len(got) != 1 || got[0].Subject != want || strings.Contains(got[0].Text, "Tajná") {
			t.Errorf("to %s: %q", to, h.subjects(to))
		}
	}
	var left int
	must(t, h.owner.Get(&left, `SELECT count(*) FROM loan WHERE (reminded_on IS NULL) = (returned_at IS NULL)`))
	if left != 0 {
		t.Errorf("%d loans are marked wrongly", left)
	}
}
