package desk_test

import (
	"fmt"
	"strings"
	"testing"

	"epom/internal/db"
	"epom/records"
)

// A clerk of the neighbouring office helps with one agenda: what is beyond it is not there, what is within is, three matters at
// most, all in both logs, and nothing after the end.
func TestLentClerkStaysWithinLimits(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	var within []int64
	for i := range 3 {
		id, _ := s.sent(564044, fmt.Sprintf("lípa %d", i))
		within = append(within, id)
	}
	beyond, _ := s.sent(564044, "tajný dub")
	s.owner.MustExec(`UPDATE case_file SET agenda = 'jina' WHERE id = $1`, beyond)
	admin, helper := s.as(t, "admin"), s.as(t, "foreign")
	page := "/kancelar/sprava/vypujcky"
	give := func(pairs ...string) *answer {
		return admin.post(page, append([]string{"office", "frydlant", "title", "Smlouva 1/2026", "agenda", "zkusebni-kaceni", "most", "2", "email", "foreign@urad.example"}, pairs...)...)
	}
	helper.post("/kancelar/urad", "urad", "hejnice").is(403)
	give("from", "1. 1. 2020", "to", "2. 1. 2020").is(422).says("Tento den už minul.")
	from, to := s.clock.Now(), s.clock.Now().AddDate(0, 0, 9)
	days := []string{"from", from.Format("2. 1. 2006"), "to", to.Format("2. 1. 2006")}
	admin.post(page, append([]string{"office", "hejnice", "most", "0", "email", "clerk@urad.example"}, days...)...).is(422).says("Vyberte úřad", "Uveďte, podle čeho", "Vyberte aspoň jednu agendu", "číslo od 1")
	admin.post(page, append([]string{"office", "frydlant", "title", "S", "agenda", "zkusebni-kaceni", "most", "2", "email", "clerk@urad.example"}, days...)...).is(422).says("nemá nikdo s tímto e-mailem")
	give(days...).is(303, page)
	give(days...).is(422).says("už vypomáhá")
	admin.get(page).is(200).says("Cyril Cizí", "Povolení ke kácení dřevin, nejvýše 2 věci", "trvá")
	helper.get(page).is(200).says("Naši lidé jinde", "Městský úřad Hejnice")

	if a := helper.get("/kancelar"); a.page == nil || !strings.Contains(a.text, "zapůjčeno do "+to.Format("2. 1. 2006")+", Povolení ke kácení dřevin, nejvýše 2 věci") {
		t.Fatal("the list of offices does not say how the clerk is lent")
	}
	helper.post("/kancelar/urad", "urad", "hejnice").is(303)
	helper.get("/kancelar/posta").is(200).says("lípa 0", "lípa 2").silent("tajný dub")
	helper.get("/kancelar/denik").is(200).says("lípa 1").silent("tajný dub")
	helper.get("/kancelar/spisy").is(200).silent("tajný dub")
	helper.get("/kancelar/lhuty").is(200).silent("tajný dub")
	helper.get(fmt.Sprintf("/kancelar/spisy/%d", within[0])).is(200).says("lípa 0")
	helper.get(fmt.Sprintf("/kancelar/spisy/%d", beyond)).is(404)
	helper.post(fmt.Sprintf("/kancelar/spisy/%d/vyridit", beyond), "how", "noted").is(404)
	for _, path := range []string{page, "/kancelar/sprava/lide", "/kancelar/sprava/zaznam", "/kancelar/zastupovani", "/kancelar/deska"} {
		helper.get(path).is(403)
	}
	me := fmt.Sprint(s.people["foreign"].ID)
	take := func(id int64) *answer {
		return helper.post(fmt.Sprintf("/kancelar/spisy/%d/pridelit", id), "clerk", me)
	}
	take(within[0]).is(303)
	take(within[1]).is(303)
	take(within[2]).is(422).says("už má 2 otevřené věci a víc mít nesmí")
	s.as(t, "clerk").post(fmt.Sprintf("/kancelar/spisy/%d/pridelit", beyond), "clerk", me).is(422).says("nepatří do agend")
	helper.post(fmt.Sprintf("/kancelar/spisy/%d/vyridit", within[0]), "how", "noted").is(303)
	helper.get(fmt.Sprintf("/kancelar/spisy/%d", within[0])).is(200)

	// The database refuses by itself what a page would let through.
	scope := db.Scope{Office: s.here.ID, Actor: "account:" + me, Home: s.there.ID}
	check(t, s.owner.Get(&scope.Lending, `SELECT id FROM lending`))
	var seen int
	check(t, s.DB.Tx(t.Context(), scope, func(tx *db.Tx) error {
		return tx.Get(&seen, `SELECT (SELECT count(*) FROM case_file) * 1000000 + (SELECT count(DISTINCT case_id) FROM document) * 1000 + (SELECT count(*) FROM submission)`)
	}))
	if seen != 3_003_003 {
		t.Errorf("the transaction of a lent clerk sees %d (cases, cases of documents, submissions), want three of each", seen)
	}
	if _, err := s.owner.Exec(`UPDATE case_file SET clerk_id = $2, assigned_at = $3 WHERE id = $1`, beyond, s.people["foreign"].ID, s.clock.Now()); err == nil {
		t.Error("the database gave a lent clerk what is beyond the limits")
	}
	for _, office := range []int32{s.here.ID, s.there.ID} {
		var n int
		check(t, s.owner.Get(&n, `SELECT count(DISTINCT action) FROM audit_event WHERE office_id = $1 AND actor = 'account:' || $2 AND action IN ('assigned', 'handled')`, office, me))
		if n != 2 {
			t.Errorf("log of office %d has %d of the lent clerk's two kinds of acts", office, n)
		}
	}

	var due, still string
	q := `SELECT COALESCE(CAST(due_on AS text), '-') FROM case_file WHERE id = $1`
	check(t, s.owner.Get(&due, q, within[1]))
	admin.post(fmt.Sprintf("%s/%d/konec", page, scope.Lending)).is(303, page)
	helper.get("/kancelar/posta").is(403)
	helper.get(fmt.Sprintf("/kancelar/spisy/%d", within[1])).is(403)
	check(t, s.owner.Get(&still, q+` AND clerk_id IS NULL AND assigned_at IS NULL`, within[1]))
	if due != still || due == "-" {
		t.Errorf("the term was %s and is %s", due, still)
	}
	admin.get(page).is(200).says("skončila")
}

// A lending ends by itself: on the day after the last one its clerk is nobody there, and the matters are given back.
func TestLendingEndsByItself(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id, _ := s.sent(564044, "lípa")
	today := s.clock.Now()
	here := db.Scope{Office: s.here.ID, Actor: "system"}
	check(t, s.DB.Tx(t.Context(), here, func(tx *db.Tx) error {
		_, err := records.Lend(t.Context(), tx, records.Lending{FromID: s.there.ID, Title: "Smlouva", FromOn: today, ToOn: today.AddDate(0, 0, 1), Agendas: []string{"zkusebni-kaceni"}, Most: 1}, "foreign@urad.example", today)
		return err
	}))
	helper := s.as(t, "foreign")
	helper.post("/kancelar/urad", "urad", "hejnice").is(303)
	helper.post(fmt.Sprintf("/kancelar/spisy/%d/pridelit", id), "clerk", fmt.Sprint(s.people["foreign"].ID)).is(303)
	s.clock.Advance(2 * 24 * 60 * 60 * 1e9)
	s.as(t, "foreign").post("/kancelar/urad", "urad", "hejnice").is(403)
	check(t, s.DB.Tx(t.Context(), here, func(tx *db.Tx) error { return records.EndLendings(t.Context(), tx, s.clock.Now()) }))
	var free bool
	check(t, s.owner.Get(&free, `SELECT clerk_id IS NULL AND (SELECT ended_at IS NOT NULL FROM lending) FROM case_file WHERE id = $1`, id))
	if !free {
		t.Error("the matter was not given back")
	}
}
