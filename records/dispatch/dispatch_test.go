package dispatch_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/jmoiron/sqlx"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/testdb"
	"epom/records"
	"epom/records/dispatch"
)

// house is two offices with documents to be sent.
type house struct {
	*db.DB
	t           *testing.T
	owner       *sqlx.DB
	law         *dispatch.Law
	clock       *clock.Fake
	here, there int32
	caseID      int64
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{DB: testdb.New(t), t: t, clock: clock.NewFake(on(3, 2))}
	h.owner = testdb.Owner(t, h.DB)
	for slug, id := range map[string]*int32{"hejnice": &h.here, "frydlant": &h.there} {
		h.check(h.owner.Get(id, `INSERT INTO office (slug, name, seat_name, kind, category, abbreviation, participates) VALUES ($1, 'Městský úřad ' || $1, $1, 'other', '63/2', upper(left($1, 3)), true) RETURNING id`, slug))
	}
	terms, err := records.LoadLaw(t.Context(), h.DB)
	h.check(err)
	h.law, err = dispatch.LoadLaw(t.Context(), h.DB, terms)
	h.check(err)
	h.in(h.here, func(ctx context.Context, tx *db.Tx) error {
		c, err := records.OpenCase(ctx, tx, terms, records.NewCase{Subject: "Kácení lípy"}, h.clock.Now())
		h.caseID = c.ID
		return err
	})
	return h
}

func (h *house) check(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) try(office int32, fn func(context.Context, *db.Tx) error) error {
	return h.DB.Tx(h.t.Context(), db.Scope{Office: office, Actor: "account:1"}, func(tx *db.Tx) error { return fn(h.t.Context(), tx) })
}

func (h *house) in(office int32, fn func(context.Context, *db.Tx) error) {
	h.t.Helper()
	h.check(h.try(office, fn))
}

func (h *house) document() (id int64) {
	h.t.Helper()
	h.in(h.here, func(ctx context.Context, tx *db.Tx) error {
		d, err := records.AddDocument(ctx, tx, h.caseID, records.NewDocument{Direction: records.Out, Kind: "decision", Subject: "Rozhodnutí o kácení", Channel: "none",
			Components: []records.Component{{Name: "koncept.docx", MediaType: "application/msword", Size: 1, SHA256: strings.Repeat("a", 64), Preservation: records.Draft},
				{Name: "rozhodnuti.pdf", MediaType: "application/pdf", Size: 3, SHA256: strings.Repeat("b", 64)}}}, h.clock.Now())
		id = d.ID
		return err
	})
	return id
}

func (h *house) party(p records.Party) (id int64) {
	h.t.Helper()
	if p.Kind == "" {
		p.Kind = records.Person
	}
	h.in(h.here, func(ctx context.Context, tx *db.Tx) error {
		made, err := records.CreateParty(ctx, tx, p, h.clock.Now())
		id = made.ID
		return err
	})
	return id
}

func (h *house) create(n dispatch.New) (d dispatch.Dispatch, err error) {
	err = h.try(h.here, func(ctx context.Context, tx *db.Tx) error {
		d, err = dispatch.Create(ctx, tx, h.law, n, h.clock.Now())
		return err
	})
	return d, err
}

func (h *house) state(id int64) (s dispatch.State) {
	h.t.Helper()
	h.in(h.here, func(ctx context.Context, tx *db.Tx) error {
		d, err := dispatch.ByID(ctx, tx, id)
		if err == nil {
			s, err = dispatch.Compute(d, h.law, h.clock.Now())
		}
		return err
	})
	return s
}

func (h *house) write(id int64, w dispatch.Written) error {
	return h.try(h.here, func(ctx context.Context, tx *db.Tx) error {
		_, err := dispatch.Write(ctx, tx, h.law, id, w, h.clock.Now())
		return err
	})
}

func (h *house) sound() {
	h.t.Helper()
	faults, err := dispatch.Verify(h.t.Context(), h.owner, h.clock.Now())
	if err != nil || len(faults) > 0 {
		h.t.Errorf("verify: %v %v", faults, err)
	}
	more, err := records.Verify(h.t.Context(), h.owner)
	if err != nil || len(more) > 0 {
		h.t.Errorf("registers: %v %v", more, err)
	}
}

var anna = records.Party{Name: "Anna Malá", Street: "Lázeňská 5", Zip: "46362", Town: "Hejnice", Email: "anna@posta.example"}

// A letter from the form to its delivery receipt, with the numbers of a range and a sheet.
func TestALetterByPost(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	doc, who := h.document(), h.party(anna)
	d, err := h.create(dispatch.New{DocumentID: doc, PartyID: who, Way: dispatch.Post, Service: "vlastni-rukou"})
	h.check(err)
	if !d.Proof || !d.Fiction || d.Attempt != 1 || d.Name != "Anna Malá" {
		t.Errorf("%+v", d)
	}
	_, err = h.create(dispatch.New{DocumentID: doc, PartyID: who, Way: dispatch.Email})
	if !errs.Is(err, errs.Conflict) {
		t.Errorf("sent twice: %v", err)
	}
	give := func(typed string) error {
		return h.try(h.here, func(ctx context.Context, tx *db.Tx) error {
			return dispatch.Number(ctx, tx, h.law, d.ID, typed, h.clock.Now())
		})
	}
	hand := func() (s dispatch.Sheet, err error) {
		err = h.try(h.here, func(ctx context.Context, tx *db.Tx) error {
			s, err = dispatch.HandOver(ctx, tx, h.law, []int64{d.ID}, h.clock.Now())
			return err
		})
		return s, err
	}
	if err := give(""); !errs.Is(err, errs.Invalid) {
		t.Errorf("an empty range gave a number: %v", err)
	}
	if _, err := hand(); !errs.Is(err, errs.Invalid) || !strings.Contains(errs.FieldsOf(err)[0].Message, "podací číslo") {
		t.Errorf("registered mail left without a number: %v", err)
	}
	h.in(h.here, func(ctx context.Context, tx *db.Tx) error {
		return dispatch.SetRange(ctx, tx, dispatch.S10("RR", 100), dispatch.S10("RR", 101), h.clock.Now())
	})
	h.check(give(""))
	h.check(give("")) // kept
	s, err := hand()
	h.check(err)
	if s.Name() != "1/2026" || len(s.Letters) != 1 || *s.Letters[0].PostNo != dispatch.S10("RR", 100) {
		t.Errorf("sheet %+v", s)
	}
	if _, err := hand(); !errs.Is(err, errs.Conflict) {
		t.Errorf("handed over twice: %v", err)
	}
	if w := h.state(d.ID).Word(); w != "odesláno 2. 3. 2026" {
		t.Error(w)
	}
	h.clock.Set(on(3, 9))
	h.in(h.here, func(ctx context.Context, tx *db.Tx) error {
		for _, code := range []string{d.Barcode(), strings.ToLower(d.Barcode()), dispatch.Spaced(dispatch.S10("RR", 100))} {
			if got, err := dispatch.ByCode(ctx, tx, code); err != nil || got.ID != d.ID {
				t.Errorf("%s: %d %v", code, got.ID, err)
			}
		}
		_, err := dispatch.ByCode(ctx, tx, "nesmysl")
		if !errs.Is(err, errs.NotFound) {
			t.Errorf("nonsense was found: %v", err)
		}
		return nil
	})
	for _, c := range []struct {
		w     dispatch.Written
		field string
	}{{dispatch.Written{Kind: "delivered"}, "den"}, {dispatch.Written{Kind: "delivered", On: on(3, 10)}, "den"}, {dispatch.Written{Kind: "delivered", On: on(3, 1)}, "den"},
		{dispatch.Written{Kind: "returned", On: on(3, 5)}, "duvod"}} {
		if err := h.write(d.ID, c.w); len(errs.FieldsOf(err)) != 1 || errs.FieldsOf(err)[0].Name != c.field {
			t.Errorf("%+v: %v", c.w, err)
		}
	}
	if err := h.write(d.ID, dispatch.Written{Kind: "boxed", On: on(3, 5)}); !errs.Is(err, errs.Conflict) {
		t.Errorf("a letter in a data box: %v", err)
	}
	receipt := []records.Component{{Name: "dorucenka.jpg", MediaType: "image/jpeg", Size: 5, SHA256: strings.Repeat("c", 64), Preservation: records.Scan}}
	h.check(h.write(d.ID, dispatch.Written{Kind: "delivered", On: on(3, 5), Receipt: receipt}))
	if err := h.write(d.ID, dispatch.Written{Kind: "delivered", On: on(3, 5), Receipt: receipt}); !errs.Is(err, errs.Conflict) {
		t.Errorf("a second receipt: %v", err)
	}
	if w := h.state(d.ID).Word(); w != "doručeno 5. 3. 2026" {
		t.Error(w)
	}
	var documents []string
	h.check(h.owner.Select(&documents, `SELECT subject FROM document WHERE office_id = $1 ORDER BY id`, h.here))
	if len(documents) != 2 || documents[1] != "Doručenka: HEJ/2026/00001-1, Anna Malá" {
		t.Errorf("documents %q", documents)
	}
	h.in(h.here, func(ctx context.Context, tx *db.Tx) error { // the clerk mistook the letter
		x, err := dispatch.ByID(ctx, tx, d.ID)
		if err != nil {
			return err
		}
		for _, e := range x.Events {
			if err := dispatch.Void(ctx, tx, h.law, d.ID, e.ID, "Jiná doručenka.", h.clock.Now()); (e.Kind == "delivered") != (err == nil) {
				t.Errorf("%s voided: %v", e.Kind, err)
			}
		}
		return nil
	})
	if w := h.state(d.ID).Word(); w != "odesláno 2. 3. 2026" {
		t.Error(w)
	}
	h.check(h.write(d.ID, dispatch.Written{Kind: "delivered", On: on(3, 5)}))
	h.sound()
}

// § 19: the data box comes first; what cannot be is answered by its field.
func TestTheLegalOrderOfWays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	firm := anna
	firm.Kind, firm.Name, firm.DataBox = records.Company, "Lesy, s. r. o.", "abc2d3f"
	bare := records.Party{Name: "Jen Jméno"}
	doc, withBox, without := h.document(), h.party(firm), h.party(bare)
	for _, c := range []struct {
		n     dispatch.New
		field string // "" = may go
	}{
		{dispatch.New{PartyID: withBox, Way: dispatch.Post, Service: "dorucenka"}, "duvod"}, {dispatch.New{PartyID: withBox, Way: dispatch.Email}, "duvod"},
		{dispatch.New{PartyID: without, Way: dispatch.DataBox}, "cesta"}, {dispatch.New{PartyID: without, Way: dispatch.Email}, "cesta"},
		{dispatch.New{PartyID: without, Way: dispatch.Post, Service: "dorucenka"}, "cesta"}, {dispatch.New{PartyID: withBox, Way: dispatch.Post, Service: "holub", Why: "chce to"}, "sluzba"},
		{dispatch.New{Way: dispatch.Post}, "kdo"}, {dispatch.New{PartyID: 999999, Way: dispatch.Post}, "kdo"}, {dispatch.New{PartyID: without, Way: "holub"}, "cesta"},
		{dispatch.New{Way: dispatch.Office, ToOffice: h.here}, "urad"}, {dispatch.New{Way: dispatch.Office, ToOffice: 999}, "urad"},
		{dispatch.New{PartyID: withBox, Way: dispatch.DataBox}, ""}, {dispatch.New{PartyID: without, Way: dispatch.Counter}, ""},
	} {
		c.n.DocumentID = doc
		_, err := h.create(c.n)
		if f := errs.FieldsOf(err); (c.field == "") != (err == nil) || c.field != "" && (len(f) != 1 || f[0].Name != c.field || f[0].Message == "") {
			t.Errorf("%+v: %v %v", c.n, err, f)
		}
	}
	var jobs int
	h.check(h.owner.Get(&jobs, `SELECT count(*) FROM job WHERE kind = 'dispatch-box'`))
	if jobs != 1 {
		t.Errorf("%d jobs", jobs)
	}
}

// The other office has the document with a number of its own, we have the receipt, and nothing comes twice. One not taken
// over within a working day comes back to the sender's eyes.
func TestToAnotherOfficeAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.clock.Set(on(3, 6)) // a Friday
	doc := h.document()
	d, err := h.create(dispatch.New{DocumentID: doc, ToOffice: h.there, Way: dispatch.Office})
	h.check(err)
	if w := h.state(d.ID).Word(); w != "doručeno 6. 3. 2026" {
		t.Error(w)
	}
	var there []struct{ Number, Foreign, Channel, Files string }
	h.check(h.owner.Select(&there, `SELECT reference_number AS number, foreign_number AS "foreign", channel, (SELECT string_agg(name, ',') FROM component c WHERE c.office_id = d.office_id AND c.document_id = d.id) AS files
		FROM document d WHERE office_id = $1`, h.there))
	if len(there) != 1 || there[0].Number != "FRY/2026/00001-1" || there[0].Foreign != "HEJ/2026/00001-1" || there[0].Files != "rozhodnuti.pdf" {
		t.Errorf("there %+v", there)
	}
	var body string
	h.check(h.owner.Get(&body, `SELECT body FROM document WHERE office_id = $1 AND kind = 'delivery-receipt'`, h.here))
	if !strings.Contains(body, "FRY/2026/00001-1") {
		t.Errorf("receipt %q", body)
	}
	if _, err := h.create(dispatch.New{DocumentID: doc, ToOffice: h.there, Way: dispatch.Office}); !errs.Is(err, errs.Conflict) {
		t.Errorf("twice: %v", err)
	}
	untaken := func() (list []dispatch.Untaken) {
		h.in(h.here, func(ctx context.Context, tx *db.Tx) (err error) {
			list, err = dispatch.NotTaken(ctx, tx, h.law, h.clock.Now())
			return err
		})
		return list
	}
	h.clock.Set(on(3, 9)) // Monday: the first working day
	if list := untaken(); len(list) != 0 {
		t.Errorf("too soon: %+v", list)
	}
	h.clock.Set(on(3, 10))
	if list := untaken(); len(list) != 1 || list[0].Number != "FRY/2026/00001-1" || list[0].Mark != "HEJ/2026/00001-1" {
		t.Errorf("untaken %+v", list)
	}
	h.in(h.there, func(ctx context.Context, tx *db.Tx) error {
		if list, err := dispatch.NotTaken(ctx, tx, h.law, h.clock.Now()); err != nil || len(list) != 0 {
			t.Errorf("the receiver is reminded of what it did not send: %+v %v", list, err)
		}
		if _, err := dispatch.ByID(ctx, tx, d.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("the other office sees the sending: %v", err)
		}
		_, err := tx.Exec(`UPDATE case_file SET assigned_at = $2 WHERE office_id = $1`, h.there, h.clock.Now())
		return err
	})
	if list := untaken(); len(list) != 0 {
		t.Errorf("taken over, yet %+v", list)
	}
	h.sound()
}

// Rolled back, nothing is there: no number given, no receipt, no sending.
func TestToAnotherOfficeRolledBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	doc, stop := h.document(), errors.New("crash")
	err := h.try(h.here, func(ctx context.Context, tx *db.Tx) error {
		if _, err := dispatch.Create(ctx, tx, h.law, dispatch.New{DocumentID: doc, ToOffice: h.there, Way: dispatch.Office}, h.clock.Now()); err != nil {
			t.Error(err)
		}
		return stop
	})
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	d, err := h.create(dispatch.New{DocumentID: doc, ToOffice: h.there, Way: dispatch.Office})
	h.check(err)
	var number string
	h.check(h.owner.Get(&number, `SELECT data ->> 'number' FROM dispatch_event WHERE dispatch_id = $1 AND kind = 'sent'`, d.ID))
	if number != "FRY/2026/00001-1" {
		t.Errorf("a gap: %s", number)
	}
	h.sound()
}

// Many clerks sending the same at once send it once, and sheets have no gap.
func TestNothingIsSentTwice(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	doc, who := h.document(), h.party(anna)
	var all sync.WaitGroup
	var mu sync.Mutex
	made := []int64{}
	for range 6 {
		all.Go(func() {
			d, err := h.create(dispatch.New{DocumentID: doc, PartyID: who, Way: dispatch.Post, Service: "obycejne"})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				made = append(made, d.ID)
			} else if !errs.Is(err, errs.Conflict) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if len(made) != 1 {
		t.Fatalf("made %v", made)
	}
	ids := made
	for i := range 5 {
		p := anna
		p.Name = fmt.Sprint("Adresát ", i)
		d, err := h.create(dispatch.New{DocumentID: doc, PartyID: h.party(p), Way: dispatch.Post, Service: "obycejne"})
		h.check(err)
		ids = append(ids, d.ID)
	}
	for _, id := range ids {
		for range 2 {
			all.Go(func() {
				err := h.try(h.here, func(ctx context.Context, tx *db.Tx) error {
					_, err := dispatch.HandOver(ctx, tx, h.law, []int64{id}, h.clock.Now())
					return err
				})
				if err != nil && !errs.Is(err, errs.Conflict) {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	var sheets int
	h.check(h.owner.Get(&sheets, `SELECT max(no) FROM dispatch_sheet WHERE office_id = $1`, h.here))
	if sheets != len(ids) {
		t.Errorf("%d sheets of %d letters", sheets, len(ids))
	}
	h.sound()
}

// A cancelled document cannot go, and what came back goes another way.
func TestCancelledAndReturned(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	doc, who := h.document(), h.party(anna)
	d, err := h.create(dispatch.New{DocumentID: doc, PartyID: who, Way: dispatch.Post, Service: "obycejne"})
	h.check(err)
	h.in(h.here, func(ctx context.Context, tx *db.Tx) error {
		return records.Cancel(ctx, tx, doc, "Omyl", h.clock.Now())
	})
	err = h.try(h.here, func(ctx context.Context, tx *db.Tx) error {
		_, err := dispatch.HandOver(ctx, tx, h.law, []int64{d.ID}, h.clock.Now())
		return err
	})
	if !errs.Is(err, errs.Conflict) {
		t.Errorf("a cancelled document left: %v", err)
	}
	if _, err := h.create(dispatch.New{DocumentID: doc, PartyID: who, Way: dispatch.Counter}); !errs.Is(err, errs.Conflict) {
		t.Errorf("a cancelled document got ready: %v", err)
	}
	second := h.document()
	d, err = h.create(dispatch.New{DocumentID: second, PartyID: who, Way: dispatch.Post, Service: "obycejne"})
	h.check(err)
	h.in(h.here, func(ctx context.Context, tx *db.Tx) error {
		_, err := dispatch.HandOver(ctx, tx, h.law, []int64{d.ID}, h.clock.Now())
		return err
	})
	h.check(h.write(d.ID, dispatch.Written{Kind: "returned", On: on(3, 2), Why: "adresát neznámý"}))
	count := func() (c dispatch.Counts) {
		h.in(h.here, func(ctx context.Context, tx *db.Tx) (err error) {
			c, err = dispatch.Count(ctx, tx, h.law, h.clock.Now())
			return err
		})
		return c
	}
	if c := count(); c.Pressing != 1 {
		t.Errorf("%+v", c)
	}
	again, err := h.create(dispatch.New{DocumentID: second, PartyID: who, Way: dispatch.Counter})
	h.check(err)
	if again.InsteadOf == nil || *again.InsteadOf != d.ID {
		t.Errorf("%+v", again)
	}
	h.check(h.write(again.ID, dispatch.Written{Kind: "delivered", On: on(3, 2)}))
	if c := count(); c.Pressing != 0 || c.Underway != 0 {
		t.Errorf("%+v", c)
	}
	h.sound()
}

// Events and sendings are only added to, even by the owner of the tables.
func TestEventsAreKept(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	d, err := h.create(dispatch.New{DocumentID: h.document(), PartyID: h.party(anna), Way: dispatch.Counter})
	h.check(err)
	h.check(h.write(d.ID, dispatch.Written{Kind: "delivered", On: on(3, 2)}))
	for _, q := range []string{`DELETE FROM dispatch_event`, `UPDATE dispatch_event SET on_day = on_day - 1`, `DELETE FROM dispatch`} {
		if _, err := h.owner.Exec(q); err == nil {
			t.Errorf("%s went through", q)
		}
	}
	h.owner.MustExec(`UPDATE document SET sent_at = NULL WHERE office_id = $1`, h.here)
	h.owner.MustExec(`UPDATE document SET direction = 'own' WHERE office_id = $1`, h.here)
	h.owner.MustExec(`INSERT INTO dispatch_sheet VALUES ($1, 2026, 2, now(), 'account:1', '2026-03-02')`, h.here)
	faults, err := dispatch.Verify(t.Context(), h.owner, h.clock.Now())
	text := strings.Join(faults, "\n")
	for _, want := range []string{"not marked as sent", "no outgoing one", "hand-over sheets of 2026", "has no letter"} {
		if err != nil || !strings.Contains(text, want) {
			t.Errorf("verify does not say %q (%v):\n%s", want, err, text)
		}
	}
}

// The board's fact comes back: with its day of effect, once, and also when nobody had asked for it here.
func TestFromTheBoard(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	doc := h.document()
	posted, effect := on(3, 2), on(3, 17)
	for range 2 {
		h.in(h.here, func(ctx context.Context, tx *db.Tx) error {
			return dispatch.FromBoard(ctx, tx, h.law, doc, "2026-1", &posted, nil, &effect, posted)
		})
	}
	var list []dispatch.Dispatch
	h.in(h.here, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = dispatch.Of(ctx, tx, doc)
		return err
	})
	if len(list) != 1 || list[0].Way != dispatch.Board || len(list[0].Events) != 1 {
		t.Fatalf("%+v", list)
	}
	h.clock.Set(on(3, 18))
	if w := h.state(list[0].ID).Word(); w != "doručeno fikcí 17. 3. 2026" {
		t.Error(w)
	}
	removed := on(3, 10)
	h.in(h.here, func(ctx context.Context, tx *db.Tx) error {
		return dispatch.FromBoard(ctx, tx, h.law, doc, "2026-1", &posted, &removed, &effect, h.clock.Now())
	})
	if s := h.state(list[0].ID); s.Kind != dispatch.Returned {
		t.Errorf("taken off too soon, yet %q", s.Word())
	}
	h.sound()
}

// Statistics count each sending once, by what became of it.
func TestStatistics(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for i, kind := range []string{"delivered", "refused", "failed", ""} {
		p := anna
		p.Name = fmt.Sprint("Adresát ", i)
		d, err := h.create(dispatch.New{DocumentID: h.document(), PartyID: h.party(p), Way: dispatch.Counter})
		h.check(err)
		if kind != "" {
			h.check(h.write(d.ID, dispatch.Written{Kind: kind, On: on(3, 2), Why: "nepřišel"}))
		}
	}
	h.in(h.here, func(ctx context.Context, tx *db.Tx) error {
		got, err := dispatch.Statistics(ctx, tx, h.law, 2026, h.clock.Now())
		if err != nil || len(got) != 1 || got[0] != (dispatch.Tally{Way: dispatch.Counter, All: 4, Delivered: 2, Failed: 1, Underway: 1}) {
			t.Errorf("%+v %v", got, err)
		}
		last, err := dispatch.Statistics(ctx, tx, h.law, 2025, h.clock.Now())
		if err != nil || len(last) != 0 {
			t.Errorf("%+v %v", last, err)
		}
		return err
	})
}
