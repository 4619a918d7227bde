package worker

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"epom/internal/db"
	"epom/records"
	"epom/records/intake"
	"epom/submissions"
)

// Each document of a submission has a sender or an addressee in the name register of the office where it is, also after a referral.
func TestApplicantIsInTheNameRegister(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, id := h.sent("cs", eva)
	h.sent("cs", eva)
	h.none(h.work())
	if _, err := h.Submissions.Refer(t.Context(), h.desk(), id, submissions.Referral{Target: h.there.ID, Why: "Strom stojí ve Frýdlantu."}); err != nil {
		t.Fatal(err)
	}
	h.none(h.work())
	h.again(submissions.JobReceived)
	h.none(h.work())
	for office, want := range map[int32]int{h.here.ID: 2, h.there.ID: 1} {
		var incoming, linked, parties int
		must(t, h.owner.QueryRow(`SELECT count(DISTINCT d.id), count(x.party_id) FROM document d LEFT JOIN document_party x ON x.office_id = d.office_id AND x.document_id = d.id AND x.role = 'sender'
			WHERE d.office_id = $1 AND d.direction = 'in'`, office).Scan(&incoming, &linked))
		must(t, h.owner.Get(&parties, `SELECT count(*) FROM party WHERE office_id = $1`, office))
		if incoming != want || linked != want || parties != 1 {
			t.Errorf("office %d: %d incoming documents, %d linked to %d parties", office, incoming, linked, parties)
		}
	}
	var p records.Party
	must(t, h.owner.Get(&p, `SELECT * FROM party WHERE office_id = $1`, h.here.ID))
	if p.Name != "Eva Tichá" || p.Born == nil || p.Born.Format(time.DateOnly) != "1980-05-06" || p.Email != eva || p.Identified {
		t.Errorf("party %+v", p)
	}
}

// A person's e-mail is answered once with its number, a program's never; a refusal says why.
func TestMailIsConfirmed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	taker := &intake.Taker{DB: h.DB, Reader: intake.Reader{Files: h.Files}, Law: h.Submissions.Law, Clock: h.clock}
	letter := "Received: from a by b; Mon, 14 Sep 2026 09:00:00 +0200\r\nFrom: Jan <jan@posta.example>\r\nSubject: Dotaz\r\nMessage-ID: <1@posta.example>\r\n"
	for _, head := range []string{"", "", "Auto-Submitted: auto-replied\r\n"} {
		if _, err := taker.Take(t.Context(), h.desk(), "a.eml", strings.NewReader(head+letter+"\r\nText")); err != nil {
			t.Fatal(err)
		}
	}
	taker.Reader.Limits.File = 1000
	if _, err := taker.Take(t.Context(), h.desk(), "b.eml", bytes.NewReader(append([]byte(letter+"\r\n"), make([]byte, 5000)...))); err == nil {
		t.Error("a letter over the limit was taken")
	}
	h.none(h.work())
	h.again(intake.JobConfirm)
	h.none(h.work())
	got := h.mails("jan@posta.example")
	if len(got) != 2 {
		t.Fatalf("%d mails: %v", len(got), h.subjects("jan@posta.example"))
	}
	text := got[0].Text + got[1].Text
	for _, s := range []string{"HEJ/2026/00001-1", "větší než"} {
		if !strings.Contains(text, s) {
			t.Errorf("no %q in %s", s, text)
		}
	}
}

// The night's work deletes from the name register whom nothing refers to, in each office by its own time.
func TestNamesAreForgotten(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	must(t, h.DB.Tx(t.Context(), h.desk(), func(tx *db.Tx) error {
		_, err := records.CreateParty(t.Context(), tx, records.Party{Kind: records.Person, Name: "Nikdo"}, h.clock.Now())
		return err
	}))
	for months, want := range []int{1, 0} {
		h.clock.Set(monday.AddDate(0, months*13, 0))
		h.enqueue(jobNames, 0, nil)
		h.none(h.work())
		var n int
		if must(t, h.owner.Get(&n, `SELECT count(*) FROM party`)); n != want {
			t.Errorf("after %d months %d names", months*13, n)
		}
	}
}
