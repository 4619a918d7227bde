package worker

import (
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"epom/board"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
)

func (h *house) act(fn func(*db.Tx) error) {
	h.t.Helper()
	must(h.t, h.DB.Tx(h.t.Context(), h.desk(), fn))
}

// paper is the text of a kept PDF, on one line.
func (h *house) paper(sha string) string {
	h.t.Helper()
	r, _, err := h.Files.Open(h.t.Context(), sha)
	must(h.t, err)
	defer r.Close()
	cmd := exec.Command("pdftotext", "-layout", "-", "-")
	cmd.Stdin = r
	out, err := cmd.Output()
	must(h.t, err)
	return strings.Join(strings.Fields(string(out)), " ")
}

func (h *house) clause(id int64) (c board.Clause, err error) {
	err = h.DB.Tx(h.t.Context(), h.desk(), func(tx *db.Tx) (err error) { c, err = board.ClauseOf(h.t.Context(), tx, id); return err })
	return c, err
}

func TestTheClauseGoesBackToWhoAsked(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.at("2026-09-14 10:00")
	n := h.withFile("obsah")
	n.Kind, n.Origin, n.Requester, n.RequesterRef, n.RequesterEmail = "verejna-vyhlaska", board.FromRequest, "Finanční úřad", "123456/26", "fu@urad.example"
	until := time.Date(2026, 9, 29, 0, 0, 0, 0, clock.Prague)
	n.UntilOn = &until
	p := h.post(n)
	h.none(h.work())
	h.at("2026-09-20 12:00") // nobody looked for six days
	h.check()
	h.at("2026-09-30 00:00")
	h.none(h.work())
	c, err := h.clause(p.ID)
	must(t, err)
	text := h.paper(c.SHA256)
	for _, want := range []string{"Doložka o vyvěšení 2026-1", "zkušební – bez právních účinků", "Záměr č. 5 <prodej> & „směna“", "Finanční úřad", "123456/26", "Jana Říhová",
		"14. 9. 2026 10:00:00", "30. 9. 2026 00:00:00", "nezaznamenáno", n.Files[0].SHA256[:40], "záměr & mapa.pdf", "Podle zákona měla viset nejméně do 29. 9. 2026",
		"1 kontrola", "Od 14. 9. 2026 10:00 do 20. 9. 2026 12:00 nikdo neověřil", "https://epom.example/overeni?deska=hejnice/2026-1"} {
		if !strings.Contains(text, want) {
			t.Errorf("the clause lacks %q", want)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
	mails := h.mails("fu@urad.example")
	if len(mails) != 1 || mails[0].Subject != "Doložka o vyvěšení k č. j. 123456/26" || len(mails[0].Files.V) != 1 || mails[0].Files.V[0].SHA256 != c.SHA256 || mails[0].ReplyTo != h.here.Email {
		t.Fatalf("%+v", mails)
	}
	if !strings.Contains(mails[0].Text, "zkušební") || !strings.Contains(mails[0].Text, "30. září 2026 v 0:00") {
		t.Error(mails[0].Text)
	}
	// a crash before the mark
	h.clock.Advance(time.Hour)
	h.again(jobClause)
	h.none(h.work())
	if again, err := h.clause(p.ID); err != nil || again != c || len(h.mails("fu@urad.example")) != 1 {
		t.Error("made twice", again, err)
	}
	r, _, err := h.Files.Open(t.Context(), c.SHA256)
	must(t, err)
	defer r.Close()
	data, err := io.ReadAll(r)
	must(t, err)
	if !strings.HasSuffix(string(data), "% sealed") {
		t.Error("not sealed")
	}
}

func TestTheClauseWaitsForThePaperInTheStreet(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.at("2026-09-14 10:00")
	up, down := h.at("2026-09-14 10:00"), time.Date(2026, 9, 15, 9, 0, 0, 0, clock.Prague)
	take := func(p *board.Posting) *board.Posting {
		h.at("2026-09-14 10:30")
		h.act(func(tx *db.Tx) (err error) {
			p, err = board.Physical(t.Context(), tx, p.ID, p.Version, &up, nil, h.clock.Now())
			return err
		})
		h.at("2026-09-15 08:00")
		h.act(func(tx *db.Tx) (err error) {
			p, err = board.Remove(t.Context(), tx, p.ID, p.Version, "vyřízeno", h.clock.Now())
			return err
		})
		h.none(h.work())
		if _, err := h.clause(p.ID); !errs.Is(err, errs.NotFound) {
			t.Fatal("made before the paper was taken off:", err)
		}
		return p
	}
	p := take(h.post(notice("oznameni")))
	h.at("2026-09-15 09:30")
	h.act(func(tx *db.Tx) (err error) {
		p, err = board.Physical(t.Context(), tx, p.ID, p.Version, nil, &down, h.clock.Now())
		return err
	})
	h.none(h.work())
	c, err := h.clause(p.ID)
	must(t, err)
	if text := h.paper(c.SHA256); !strings.Contains(text, "15. 9. 2026 09:00") || !strings.Contains(text, "Důvod sejmutí: vyřízeno") {
		t.Error(text)
	}
	// nobody wrote it down: the clause says so after three days
	h.at("2026-09-14 10:00")
	q := take(h.post(notice("oznameni")))
	h.at("2026-09-18 08:00")
	h.none(h.work())
	c, err = h.clause(q.ID)
	must(t, err)
	if text := h.paper(c.SHA256); !strings.Contains(text, "nezaznamenáno") {
		t.Error(text)
	}
}

func TestTheClauseJoinsTheCaseFile(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ref, _ := h.sent("cs", "")
	v := h.viewOf(ref)
	n := notice("oznameni")
	n.Origin, n.CaseID, n.DocumentID = board.FromDocument, &v.CaseID, &v.DocumentID
	p := h.post(n)
	h.act(func(tx *db.Tx) (err error) {
		p, err = board.Remove(t.Context(), tx, p.ID, p.Version, "", h.clock.Now())
		return err
	})
	h.none(h.work())
	h.again(jobClause)
	h.none(h.work())
	c, err := h.clause(p.ID)
	must(t, err)
	var docs []records.Document
	h.act(func(tx *db.Tx) (err error) { docs, err = records.Documents(t.Context(), tx, v.CaseID); return err })
	found := slices.DeleteFunc(docs, func(d records.Document) bool { return d.Kind != kindClause })
	if len(found) != 1 || found[0].Direction != records.Own || len(found[0].Components) != 1 || found[0].Components[0].SHA256 != c.SHA256 {
		t.Fatalf("%+v", found)
	}
}
