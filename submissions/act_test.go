package submissions_test

import (
	"sync"
	"testing"
	"time"

	"epom/internal/audit"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
	"epom/submissions"
)

func TestCompletionStopsTheClock(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	s, id := h.sent(t)
	must(t, h.Assign(t.Context(), h.desk(), id, records.Hand{Clerk: &h.clerk}))
	h.clock.Advance(3 * 24 * time.Hour) // 17 September
	must(t, h.Ask(t.Context(), h.desk(), id, "Doložte plánek.", h.CompletionDay()))
	if err := h.Ask(t.Context(), h.desk(), id, "Ještě něco.", h.CompletionDay()); !errs.Is(err, errs.Conflict) {
		t.Errorf("one open call at a time: %v", err)
	}
	v, err := h.ByReference(t.Context(), s.Reference)
	must(t, err)
	if v.Due == nil || !v.Due.Stands || v.OpenRequest() == nil || v.Case.PausedOn == nil {
		t.Fatalf("the clock stands: %+v", v.Due)
	}
	h.clock.Advance(5 * 24 * time.Hour) // 22 September
	must(t, h.Complete(t.Context(), s.Reference, "Tady je.", []submissions.File{{ID: "x", Name: "planek.pdf", MediaType: "application/pdf", Size: 10, SHA256: "00"}}))
	if err := h.Complete(t.Context(), s.Reference, "Znovu.", nil); !errs.Is(err, errs.Conflict) {
		t.Errorf("an answer is taken once: %v", err)
	}
	v, err = h.ByReference(t.Context(), s.Reference)
	must(t, err)
	if v.Due.Stands || v.Due.On.Format("2006-01-02") != "2026-10-19" || v.Case.DueOn.Format("2006-01-02") != "2026-10-19" { // five days later
		t.Errorf("%+v, stored %v", v.Due, v.Case.DueOn)
	}
	if n := len(v.Documents); n != 3 || v.Documents[2].ReferenceNumber != "HEJ/2026/00001-3" || len(v.Documents[2].Components) != 1 {
		t.Errorf("%d documents: %+v", n, v.Documents)
	}
}

func TestHandleEndsTheMatter(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	s, id := h.sent(t)
	if err := h.Handle(t.Context(), h.desk(), id, submissions.Answer{How: records.ByDocument}); !errs.Is(err, errs.Invalid) {
		t.Errorf("an answer needs words or a file: %v", err)
	}
	must(t, h.Handle(t.Context(), h.desk(), id, submissions.Answer{How: records.ByDocument, Text: "Vyhovuje se."}))
	if err := h.Ask(t.Context(), h.desk(), id, "Pozdě", h.CompletionDay()); !errs.Is(err, errs.Conflict) {
		t.Errorf("a handled case: %v", err)
	}
	v, err := h.ByReference(t.Context(), s.Reference)
	must(t, err)
	if v.Case.HandledAt == nil || v.Documents[1].Body != "Vyhovuje se." || v.Documents[1].SentAt == nil || *v.Documents[1].AnswersID != v.DocumentID {
		t.Errorf("%+v", v.Documents)
	}
}

func TestReferral(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	s, id := h.sent(t)
	h.clock.Advance(24 * time.Hour)
	number, err := h.Refer(t.Context(), h.desk(), id, submissions.Referral{Target: h.there.ID, Why: "Strom stojí ve Frýdlantu."})
	must(t, err)
	if number != "FRY/2026/00001-1" {
		t.Errorf("a new number there: %s", number)
	}
	v, err := h.ByReference(t.Context(), s.Reference)
	must(t, err)
	if v.OfficeID != h.there.ID || len(v.Past) != 1 || v.Past[0].Mark != "HEJ/2026/00001" {
		t.Errorf("%+v", v.Past)
	}
	if len(v.Documents) != 2 || v.Documents[0].Kind != "referral" || v.Documents[0].Body != "Strom stojí ve Frýdlantu." || v.Documents[1].ForeignNumber != "HEJ/2026/00001-1" {
		t.Errorf("the citizen keeps the resolution, the journals are linked: %+v", v.Documents)
	}
	if v.Due.On.Format("2006-01-02") != "2026-10-15" || !v.DeliveredAt.Equal(monday) {
		t.Errorf("the term runs from the competent office: %v; delivered stays %v", v.Due.On, v.DeliveredAt)
	}
	if _, err := h.Refer(t.Context(), h.desk(), id, submissions.Referral{Target: h.there.ID, Why: "Znovu"}); !errs.Is(err, errs.Conflict) {
		t.Errorf("referred once: %v", err)
	}
	if err := h.Handle(t.Context(), h.desk(), id, submissions.Answer{How: records.ByNoting}); !errs.Is(err, errs.Conflict) {
		t.Errorf("the first office acts no more: %v", err)
	}
	faults, err := audit.Verify(t.Context(), h.owner)
	must(t, err)
	if len(faults) != 0 {
		t.Errorf("%v", faults)
	}
}

func TestOfficesReferToEachOtherAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	there := db.Scope{Office: h.there.ID, Actor: "account:2"}
	var wg sync.WaitGroup
	for range 8 {
		_, id := h.sent(t)
		s, err := h.Send(t.Context(), h.draft(t, frydlan), 1)
		must(t, err)
		v, err := h.ByReference(t.Context(), s.Reference)
		must(t, err)
		other := v.CaseID
		wg.Go(func() {
			if _, err := h.Refer(t.Context(), h.desk(), id, submissions.Referral{Target: h.there.ID, Why: "x"}); err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() {
			if _, err := h.Refer(t.Context(), there, other, submissions.Referral{Target: h.here.ID, Why: "x"}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestTheOtherOfficeSeesAndChangesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, id := h.sent(t)
	other := db.Scope{Office: h.there.ID, Actor: "account:2"}
	for name, act := range map[string]func() error{
		"assign": func() error { return h.Assign(t.Context(), other, id, records.Hand{Clerk: &h.foreign}) },
		"ask":    func() error { return h.Ask(t.Context(), other, id, "x", h.CompletionDay()) },
		"extend": func() error { return h.Extend(t.Context(), other, id, 5, "x") },
		"handle": func() error { return h.Handle(t.Context(), other, id, submissions.Answer{How: records.ByNoting}) },
		"refer": func() error {
			_, err := h.Refer(t.Context(), other, id, submissions.Referral{Target: h.here.ID, Why: "x"})
			return err
		},
		"get": func() error {
			return h.db.Tx(t.Context(), other, func(tx *db.Tx) error { _, err := h.Get(t.Context(), tx, id); return err })
		},
	} {
		if err := act(); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s by another office: %v", name, err)
		}
	}
	// The second belt: even a query that forgets the office finds no row of another one.
	for _, table := range []string{"submission", "submission_event", "case_file", "document", "component", "counter", "completion_request", "clock_pause", "audit_event"} {
		must(t, h.db.Tx(t.Context(), other, func(tx *db.Tx) error {
			var n int
			if err := tx.Get(&n, "SELECT count(*) FROM "+table); err != nil {
				return err
			}
			if n != 0 {
				t.Errorf("%s: another office's %d rows are seen", table, n)
			}
			return nil
		}))
	}
	if err := h.db.Tx(t.Context(), h.desk(), func(tx *db.Tx) error {
		var n int
		return tx.Get(&n, "SELECT count(*) FROM draft")
	}); err != nil {
		t.Error(err)
	}
}
