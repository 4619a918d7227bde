package routing

import (
	"context"
	"strings"
	"testing"
	"time"

	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/testdb"
)

// demo is a store over the demo region.
func demo(t testing.TB) (*Store, *db.DB) {
	t.Helper()
	d := testdb.New(t)
	ctx := context.Background()
	if err := SeedDemo(ctx, testdb.Owner(t, d)); err != nil {
		t.Fatal(err)
	}
	s, err := Open(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	return s, d
}

func TestSeedRunsAgainAndKeepsWhatAPersonVerified(t *testing.T) {
	t.Parallel()
	s, d := demo(t)
	owner := testdb.Owner(t, d)
	ctx := context.Background()
	owner.MustExec(`UPDATE agenda_fee SET words = 'podle vyhlášky č. 3/2026', verified = true WHERE agenda_code = 'hrobove-misto'`)
	owner.MustExec(`UPDATE agenda_fee SET words = 'překlep' WHERE agenda_code = 'poplatek-za-odpad'`)
	if err := SeedDemo(ctx, owner); err != nil {
		t.Fatal(err)
	}
	if err := s.Load(ctx); err != nil {
		t.Fatal(err)
	}
	kept, err := s.Engine().Agenda("hrobove-misto", today)
	if err != nil {
		t.Fatal(err)
	}
	if got := kept.Fees[0].CS; got != "podle vyhlášky č. 3/2026" {
		t.Errorf("a verified fee was overwritten: %q", got)
	}
	again, err := s.Engine().Agenda("poplatek-za-odpad", today)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(again.Fees[0].CS, "překlep") {
		t.Error("an unverified fee was not brought up to the built-in one")
	}
	if n := len(s.Engine().Agendas()); n != 47 {
		t.Errorf("%d agendas, want 47", n)
	}
}

// Every agenda has its texts in three languages, a fee, a rule who decides, and finds an office for a village.
func TestEveryAgendaIsWhole(t *testing.T) {
	t.Parallel()
	s, _ := demo(t)
	e := s.Engine()
	for _, a := range e.Agendas() {
		if a.Name == "" || a.NameEN == "" || a.NameUK == "" || a.Keywords == "" || a.Source == "" || len(e.agendas[a.Code].fees) == 0 {
			t.Errorf("%s lacks a name, translation, keyword, source or fee", a.Code)
		}
		for _, m := range []int{564044, 546631, 563889} {
			d, err := e.Resolve(Query{Agenda: a.Code, Municipality: m, On: today})
			if err != nil {
				t.Fatal(a.Code, err)
			}
			if d.Office == nil || d.Office.Name == "" || d.Office.DataBox == "" {
				t.Errorf("%s for %d: %+v", a.Code, m, d.Office)
			}
			for _, lang := range []string{"cs", "en", "uk"} {
				for _, r := range d.Reasons {
					if text := r.Text(lang); len(text) < 10 || strings.Contains(text, "%!") || strings.HasSuffix(text, "..") || !strings.HasSuffix(text, ".") {
						t.Errorf("%s %s: bad sentence %q", a.Code, lang, text)
					}
				}
				for _, u := range d.Unverified {
					if u.Text(lang) == "" {
						t.Errorf("%s: doubt %s has no sentence in %s", a.Code, u, lang)
					}
				}
			}
			_, err = e.Resolve(Query{Agenda: a.Code, Municipality: m, RoadClass: RoadMotorway, On: today})
			if err != nil {
				t.Error(a.Code, err)
			}
		}
	}
}

func TestVersionFollowsData(t *testing.T) {
	t.Parallel()
	s, d := demo(t)
	ctx := context.Background()
	before := s.Engine().Version
	if err := s.Load(ctx); err != nil {
		t.Fatal(err)
	}
	if s.Engine().Version != before {
		t.Error("the version changed without a change")
	}
	testdb.Owner(t, d).MustExec(`UPDATE agenda_fee SET czk = 1400 WHERE agenda_code = 'poplatek-ze-psa' AND position = 1`)
	if err := s.Load(ctx); err != nil {
		t.Fatal(err)
	}
	if s.Engine().Version == before {
		t.Error("the version did not follow a changed fee")
	}
}

// An office proposes for its own municipality, the region decides, a third office sees nothing and can do nothing.
func TestProposalIsCheckedByTheRegion(t *testing.T) {
	t.Parallel()
	s, d := demo(t)
	ctx := context.Background()
	e := s.Engine()
	id := func(slug string) int32 {
		o, err := e.offs.BySlug(slug)
		if err != nil {
			t.Fatal(err)
		}
		return o.ID
	}
	hejnice, region, liberec := id("hejnice"), id("liberecky-kraj"), id("liberec")
	in := func(office int32, fn func(*db.Tx) error) error {
		return d.Tx(ctx, db.Scope{Office: office, Actor: "account:1"}, fn)
	}
	p := Proposal{Agenda: "oznameni-prestupku", Level: ORP, Contract: "VS 1/2027", Reason: "smlouva s městem Frýdlant", ValidFrom: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}
	var number int64
	if err := in(hejnice, func(tx *db.Tx) (err error) { number, err = e.Propose(ctx, tx, p, today); return err }); err != nil {
		t.Fatal(err)
	}
	err := in(hejnice, func(tx *db.Tx) error { _, err := e.Propose(ctx, tx, Proposal{Level: "x"}, today); return err })
	if got := errs.FieldsOf(err); len(got) < 4 {
		t.Errorf("an empty proposal: %v", err)
	}
	count := func(office int32) (n int) {
		err := in(office, func(tx *db.Tx) error { all, err := Proposals(ctx, tx); n = len(all); return err })
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if a, b, c := count(hejnice), count(region), count(liberec); a != 1 || b != 1 || c != 0 {
		t.Errorf("proposals seen: own %d, region %d, another office %d", a, b, c)
	}
	for _, other := range []int32{liberec, hejnice} {
		if err := in(other, func(tx *db.Tx) error { return Decide(ctx, tx, number, true, "", today) }); !errs.Is(err, errs.NotFound) {
			t.Errorf("office %d decided: %v", other, err)
		}
	}
	// Nor may an office write a proposal for another one's territory past the code.
	if err := in(liberec, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO competence_proposal (office_id, checking_office_id, municipality_code, agenda_code, level, reason, valid_from, proposed_at, proposed_by)
			VALUES ($1, $2, 564044, 'petice', 'orp', 'x', '2027-01-01', now(), 'x')`, liberec, region)
		return err
	}); err == nil {
		t.Error("an office proposed for another municipality")
	}
	if err := in(liberec, func(tx *db.Tx) error { _, err := tx.Exec(`DELETE FROM competence`); return err }); err == nil {
		t.Error("the app deleted competences")
	}
	if err := in(region, func(tx *db.Tx) error { return Decide(ctx, tx, number, true, "souhlas", today) }); err != nil {
		t.Fatal(err)
	}
	if err := in(region, func(tx *db.Tx) error { return Decide(ctx, tx, number, false, "pozdě", today) }); !errs.Is(err, errs.NotFound) {
		t.Errorf("decided twice: %v", err)
	}
	if err := s.Load(ctx); err != nil {
		t.Fatal(err)
	}
	for on, want := range map[time.Time]string{today: "Hejnice", p.ValidFrom: "Frýdlant"} {
		dec, err := s.Resolve(Query{Agenda: p.Agenda, Municipality: 564044, On: on})
		if err != nil {
			t.Fatal(err)
		}
		if dec.Office.Seat != want {
			t.Errorf("on %s: %s, want %s", on.Format(time.DateOnly), dec.Office.Seat, want)
		}
	}
}

func TestOverrideKeepsTheComputedOffice(t *testing.T) {
	t.Parallel()
	s, _ := demo(t)
	d, err := s.Resolve(Query{Agenda: "kaceni-drevin", Municipality: 564044, On: today})
	if err != nil {
		t.Fatal(err)
	}
	to := *s.Engine().card(564028, Obec)
	changed := d.Override(to, "podjatost úřadu", "account:7", today)
	if changed.Office.Seat != "Frýdlant" || changed.Overridden.From.Seat != "Hejnice" || d.Office.Seat != "Hejnice" || len(changed.Reasons) != len(d.Reasons)+1 {
		t.Errorf("%+v", changed)
	}
	if text := changed.Reasons[len(changed.Reasons)-1].Text("cs"); !strings.Contains(text, "podjatost úřadu") {
		t.Error(text)
	}
}
