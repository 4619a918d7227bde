package desk_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"epom/board"
	"epom/internal/db"
	"epom/internal/seal"
)

func TestAClerkTakesTheClause(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := s.posted("Záměr prodeje")
	b := s.as(t, "board")
	at := boardAt + "/" + p.Number() + "/dolozka.pdf"
	b.get(at).is(200).head("Content-Disposition", "stale-visi-2026-1.pdf")
	s.Seal = must(seal.Open(seal.Settings{DataDir: t.TempDir(), Clock: s.clock}))
	still := b.get(at).is(200)
	if r, err := seal.VerifyPDF([]byte(still.text), s.Seal.Roots(), s.clock.Now()); err != nil || !r.Good() {
		t.Errorf("the confirmation has no good seal: %+v, %v", r, err)
	}
	b.get(boardAt + "/" + p.Number()).is(200).says("Potvrzení, že stále visí (PDF)")

	check(t, s.DB.Tx(t.Context(), db.Scope{Office: p.OfficeID, Actor: "account:1"}, func(tx *db.Tx) error {
		return take(t.Context(), tx, s, p.ID)
	}))
	b.get(at).is(404).says("Doložka ještě není hotová")
	ref := must(s.Files.PutBytes(t.Context(), []byte("%PDF-doložka")))
	check(t, s.DB.Tx(t.Context(), db.Scope{Office: p.OfficeID, Actor: "system"}, func(tx *db.Tx) error {
		_, err := board.KeepClause(t.Context(), tx, p.ID, board.Clause{MadeAt: s.clock.Now(), SHA256: ref.SHA256, Size: ref.Size})
		return err
	}))
	if got := b.get(at).is(200).head("Content-Disposition", "dolozka-2026-1.pdf"); !bytes.Equal([]byte(got.text), []byte("%PDF-doložka")) {
		t.Error("another clause")
	}
	s.as(t, "clerk").get(at).is(403)
}

func take(ctx context.Context, tx *db.Tx, s *site, id int64) error {
	p, err := board.ByID(ctx, tx, id)
	if err != nil {
		return err
	}
	_, err = board.Remove(ctx, tx, id, p.Version, "dřív, na žádost", s.clock.Now())
	return err
}

func (a *answer) head(name, part string) *answer {
	a.t.Helper()
	if got := a.Header.Get(name); !strings.Contains(got, part) {
		a.t.Errorf("%s: %q", name, got)
	}
	return a
}
