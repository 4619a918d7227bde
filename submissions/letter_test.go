package submissions_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
	"epom/records/letters"
	"epom/submissions"
	"epom/users"
)

// came opens a case file for a letter on paper from somebody in the name register; no submission opened it.
func (h *house) came(t testing.TB, rule string) int64 {
	t.Helper()
	var id int64
	must(t, h.db.Tx(t.Context(), h.desk(), func(tx *db.Tx) error {
		now := h.clock.Now()
		p, err := records.CreateParty(t.Context(), tx, records.Party{Kind: records.Person, Given: "Eva", Family: "Tichá", Street: "Dlouhá 5", Zip: "46362", Town: "Hejnice"}, now)
		if err != nil {
			return err
		}
		c, err := records.OpenCase(t.Context(), tx, h.Law(), records.NewCase{Subject: "Žádost o informace", Rule: rule}, now)
		if err != nil {
			return err
		}
		id = c.ID
		_, err = records.AddDocument(t.Context(), tx, c.ID, records.NewDocument{Direction: records.In, Kind: "letter", Subject: "Žádost", Channel: "counter", Party: p.Name, DeliveredAt: &now,
			Parties: []records.PartyRole{{ID: p.ID, Role: records.Sender}}}, now)
		return err
	}))
	return id
}

func (h *house) as(account int64) db.Scope {
	return db.Scope{Office: h.here.ID, Actor: users.Actor(account)}
}

// written starts a letter and fills the places of the clerk.
func (h *house) written(t testing.TB, by db.Scope, caseID int64, code string) (l letters.Letter) {
	t.Helper()
	ctx := t.Context()
	must(t, h.db.Tx(ctx, by, func(tx *db.Tx) error {
		v, err := h.OfCase(ctx, tx, caseID)
		if err != nil {
			return err
		}
		f, err := h.Facts(ctx, tx, v, 0, "Jana Říhová")
		if err != nil {
			return err
		}
		tm, err := letters.TemplateBy(ctx, tx, code, h.clock.Now())
		if err != nil {
			return err
		}
		id, err := letters.Start(ctx, tx, f, tm, h.clock.Now())
		if err != nil {
			return err
		}
		if l, err = letters.ByID(ctx, tx, id); err != nil {
			return err
		}
		e := letters.Edit{Text: l.Text, Revision: l.Revision, Days: l.Days, AnswersID: l.AnswersID}
		e.Body, e.Instruction = strings.NewReplacer("[", "", "]", "").Replace(e.Body), strings.NewReplacer("[", "", "]", "").Replace(e.Instruction)
		l, _, err = letters.Save(ctx, tx, id, e, h.clock.Now())
		return err
	}))
	return l
}

func (h *house) caseOf(t testing.TB, id int64) (c records.Case, docs []records.Document) {
	t.Helper()
	must(t, h.db.Tx(t.Context(), h.desk(), func(tx *db.Tx) (err error) {
		if c, err = records.CaseByID(t.Context(), tx, id); err == nil {
			docs, err = records.Documents(t.Context(), tx, id)
		}
		return err
	}))
	return c, docs
}

// Acts on a case file that came on paper: the same ones, and nobody outside is told.
func TestActsWithoutASubmission(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, id := t.Context(), h.came(t, "infz-14")
	must(t, h.Assign(ctx, h.desk(), id, records.Hand{Clerk: &h.clerk}))
	must(t, h.Interrupt(ctx, h.as(h.clerk), id, "čeká se na součinnost"))
	h.clock.Advance(48 * time.Hour)
	must(t, h.Resume(ctx, h.as(h.clerk), id))
	must(t, h.Extend(ctx, h.as(h.clerk), id, 5, "vyhledávání"))
	if err := h.Ask(ctx, h.as(h.clerk), id, "Doplňte.", h.CompletionDay()); !errs.Is(err, errs.Invalid) {
		t.Errorf("nobody could answer on a page: %v", err)
	}
	must(t, h.Handle(ctx, h.as(h.clerk), id, submissions.Answer{How: records.ByDocument, Text: "Poskytujeme."}))
	c, docs := h.caseOf(t, id)
	if c.HandledAt == nil || len(docs) != 2 || docs[1].SentAt != nil || docs[1].Channel != "none" || docs[1].Party != "Eva Tichá" || docs[0].HandledByID == nil || *docs[0].HandledByID != docs[1].ID {
		t.Errorf("%+v %+v", c, docs)
	}
	var told int
	must(t, h.owner.Get(&told, `SELECT count(*) FROM submission_event`))
	if told != 0 {
		t.Errorf("%d events of no submission", told)
	}
}

func TestALetterGetsItsNumberAtApproval(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, id := t.Context(), h.came(t, "infz-14")
	jana := h.as(h.clerk)
	dropped := h.written(t, jana, id, "zahajeni")
	must(t, h.db.Tx(ctx, jana, func(tx *db.Tx) error { return letters.Drop(ctx, tx, dropped.ID, h.clock.Now()) }))
	if _, err := h.ApproveLetter(ctx, jana, dropped.ID, dropped.Revision, "Jana", false); !errs.Is(err, errs.Conflict) {
		t.Errorf("a dropped draft: %v", err)
	}
	l := h.written(t, jana, id, "infz-poskytnuti")
	if _, docs := h.caseOf(t, id); len(docs) != 1 {
		t.Fatalf("a draft has a number: %+v", docs)
	}
	if _, err := h.ApproveLetter(ctx, jana, l.ID, l.Revision-1, "Jana", true); !errs.Is(err, errs.Conflict) {
		t.Errorf("another revision than was read: %v", err)
	}
	doc, err := h.ApproveLetter(ctx, jana, l.ID, l.Revision, "Jana", true)
	must(t, err)
	if doc.ReferenceNumber != "HEJ/2026/00001-2" || !strings.Contains(doc.Body, "HEJ/2026/00001-1") || doc.AnswersID == nil {
		t.Errorf("%+v", doc)
	}
	c, docs := h.caseOf(t, id)
	if c.HandledAt == nil || *c.HandledHow != records.ByDocument || docs[0].HandledByID == nil || docs[1].SentAt != nil {
		t.Errorf("handled by it, waits for dispatch: %+v %+v", c, docs)
	}
	if _, err := h.ApproveLetter(ctx, jana, l.ID, l.Revision, "Jana", true); !errs.Is(err, errs.Conflict) {
		t.Errorf("approved once: %v", err)
	}
	var job int
	must(t, h.owner.Get(&job, `SELECT count(*) FROM job WHERE kind = 'document-paper' AND payload ->> 'document' = CAST($1 AS text)`, doc.ID))
	if job != 1 {
		t.Errorf("%d jobs make its paper", job)
	}
}

func TestLettersMoveTheClock(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, id := t.Context(), h.came(t, "sr-71") // due 14 October
	jana := h.as(h.clerk)
	longer := h.written(t, jana, id, "prodlouzeni-71")
	doc, err := h.ApproveLetter(ctx, jana, longer.ID, longer.Revision, "Jana", false)
	must(t, err)
	c, _ := h.caseOf(t, id)
	if c.DueOn.Format(time.DateOnly) != "2026-11-13" || !strings.Contains(c.ExtendedWhy, doc.ReferenceNumber) || !strings.Contains(doc.Body, "13. 11. 2026") {
		t.Errorf("due %v, %q: %s", c.DueOn, c.ExtendedWhy, doc.Body)
	}
	again := h.written(t, jana, id, "prodlouzeni-71")
	if _, err := h.ApproveLetter(ctx, jana, again.ID, again.Revision, "Jana", false); !errs.Is(err, errs.Invalid) {
		t.Errorf("the law allows it once: %v", err)
	}
	if _, docs := h.caseOf(t, id); len(docs) != 2 {
		t.Errorf("a refused approval has used a number: %d documents", len(docs))
	}
	pause := h.written(t, jana, id, "preruseni")
	_, err = h.ApproveLetter(ctx, jana, pause.ID, pause.Revision, "Jana", false)
	must(t, err)
	if c, _ = h.caseOf(t, id); c.PausedOn == nil || c.HandledAt != nil {
		t.Errorf("the clock stands: %+v", c)
	}
	refer := h.written(t, jana, id, "postoupeni")
	_, err = h.ApproveLetter(ctx, jana, refer.ID, refer.Revision, "Jana", false)
	must(t, err)
	if c, _ = h.caseOf(t, id); c.HandledHow == nil || *c.HandledHow != records.ByReferral {
		t.Errorf("%+v", c)
	}
}

func TestFourEyes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, id := t.Context(), h.came(t, "")
	jana, head := h.as(h.clerk), h.as(h.foreign)
	in := func(who db.Scope, fn func(*db.Tx) error) error { return h.db.Tx(ctx, who, fn) }
	must(t, in(head, func(tx *db.Tx) error {
		return records.SaveSetting(ctx, tx, records.Setting{WarnDays: []int{5}, FourEyes: true}, h.clock.Now())
	}))
	l := h.written(t, jana, id, "odpoved")
	if _, err := h.ApproveLetter(ctx, jana, l.ID, l.Revision, "Jana", true); !errs.Is(err, errs.Invalid) {
		t.Errorf("who wrote it does not approve: %v", err)
	}
	must(t, in(jana, func(tx *db.Tx) error { return letters.Offer(ctx, tx, l.ID, h.clock.Now()) }))
	if err := in(head, func(tx *db.Tx) error { return letters.Return(ctx, tx, l.ID, "", h.clock.Now()) }); !errs.Is(err, errs.Invalid) {
		t.Errorf("returning needs a comment: %v", err)
	}
	must(t, in(head, func(tx *db.Tx) error { return letters.Return(ctx, tx, l.ID, "chybí lhůta", h.clock.Now()) }))
	must(t, in(jana, func(tx *db.Tx) error { return letters.Offer(ctx, tx, l.ID, h.clock.Now()) }))
	_, err := h.ApproveLetter(ctx, head, l.ID, l.Revision, "Vedoucí", true)
	must(t, err)
	if err := in(db.Scope{Office: h.there.ID, Actor: "account:2"}, func(tx *db.Tx) error { _, err := letters.ByID(ctx, tx, l.ID); return err }); !errs.Is(err, errs.NotFound) {
		t.Errorf("the neighbour reads our letter: %v", err)
	}
}

func TestTwoPeopleWriteOneLetter(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, id := t.Context(), h.came(t, "")
	l := h.written(t, h.as(h.clerk), id, "odpoved")
	save := func(who int64, change func(*letters.Edit)) (got letters.Letter, clashes []letters.Clash, err error) {
		err = h.db.Tx(ctx, h.as(who), func(tx *db.Tx) (err error) {
			e := letters.Edit{Text: l.Text, Revision: l.Revision, Days: l.Days, AnswersID: l.AnswersID} // both began here
			change(&e)
			got, clashes, err = letters.Save(ctx, tx, l.ID, e, h.clock.Now())
			return err
		})
		return got, clashes, err
	}
	_, clashes, err := save(h.clerk, func(e *letters.Edit) { e.Body = "Text Jany." })
	must(t, err)
	got, clashes2, err := save(h.foreign, func(e *letters.Edit) { e.Subject = "Předmět Petra" })
	must(t, err)
	if len(clashes)+len(clashes2) != 0 || got.Body != "Text Jany." || got.Subject != "Předmět Petra" {
		t.Errorf("two parts are joined: %+v", got.Text)
	}
	got, clashes, err = save(h.foreign, func(e *letters.Edit) { e.Body = "Text Petra." })
	must(t, err)
	if len(clashes) != 1 || clashes[0].Name != "body" || clashes[0].Theirs != "Text Jany." || got.Body != "Text Jany." {
		t.Errorf("the same part is told, nothing is overwritten: %+v %+v", clashes, got.Text)
	}
}

// A letter in the file of a portal submission is on the citizen's page; a call opens the citizen's answer.
func TestLettersOfASubmission(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := context.Background()
	s, id := h.sent(t)
	jana := h.as(h.clerk)
	l := h.written(t, jana, id, "seznameni")
	_, err := h.ApproveLetter(ctx, jana, l.ID, l.Revision, "Jana", false)
	must(t, err)
	call := h.written(t, jana, id, "odstraneni-vad")
	_, err = h.ApproveLetter(ctx, jana, call.ID, call.Revision, "Jana", false)
	must(t, err)
	v, err := h.ByReference(ctx, s.Reference)
	must(t, err)
	if r := v.OpenRequest(); r == nil || r.DueOn.Format(time.DateOnly) != "2026-09-29" || v.Case.PausedOn == nil || v.Documents[1].SentAt == nil {
		t.Errorf("the call is open: %+v", r)
	}
	must(t, h.Complete(ctx, s.Reference, "Doplňuji.", nil))
	refer := h.written(t, jana, id, "postoupeni")
	if _, err := h.ApproveLetter(ctx, jana, refer.ID, refer.Revision, "Jana", false); !errs.Is(err, errs.Invalid) {
		t.Errorf("a portal submission is handed over by its own act: %v", err)
	}
	end := h.written(t, jana, id, "rozhodnuti")
	_, err = h.ApproveLetter(ctx, jana, end.ID, end.Revision, "Jana", true)
	must(t, err)
	v, err = h.ByReference(ctx, s.Reference)
	must(t, err)
	var kinds []string
	for _, e := range v.Events {
		kinds = append(kinds, e.Kind)
	}
	if got := strings.Join(kinds, " "); got != "received letter asked completed handled" {
		t.Errorf("the citizen sees %s", got)
	}
}
