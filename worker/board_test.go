package worker

import (
	"context"
	"crypto/sha256"
	"io"
	"strings"
	"testing"
	"time"

	"epom/board"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
)

// stamps seals for tests: what it makes says what it was made of. away = the authority of time does not answer.
type stamps struct {
	now  func() time.Time
	away bool
}

func (s *stamps) Test() bool   { return true }
func (s *stamps) Name() string { return "zkušební pečeť" }
func (s *stamps) SealPDF(_ context.Context, pdf []byte, _ string) ([]byte, error) {
	if s.away {
		return nil, errs.New(errs.Unavailable, "")
	}
	return append(pdf[:len(pdf):len(pdf)], "\n% sealed"...), nil
}
func (s *stamps) SealBytes(_ context.Context, data []byte) ([]byte, error) {
	if s.away {
		return nil, errs.New(errs.Unavailable, "")
	}
	return append([]byte("sealed "), data...), nil
}
func (s *stamps) SealXML(_ context.Context, into io.Writer, content io.ReadSeeker) (time.Time, error) {
	if s.away {
		return time.Time{}, errs.New(errs.Unavailable, "")
	}
	if _, err := content.Seek(0, io.SeekStart); err != nil {
		return time.Time{}, err
	}
	_, err := io.Copy(into, io.MultiReader(strings.NewReader("sealed "), content))
	return s.now(), err
}
func (s *stamps) Timestamp(_ context.Context, sum [32]byte) ([]byte, time.Time, error) {
	return append([]byte("stamped "), sum[:]...), s.now(), nil
}

func (h *house) at(s string) time.Time {
	h.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, clock.Prague)
	must(h.t, err)
	h.clock.Set(at)
	return at.UTC()
}

func notice(kind string) board.New {
	return board.New{Origin: board.Typed, Content: board.Content{Kind: kind, Title: "Záměr prodeje pozemku", Issuer: "Městský úřad Hejnice", Text: "Úplné znění."}}
}

func (h *house) post(n board.New) (p *board.Posting) {
	h.t.Helper()
	must(h.t, h.DB.Tx(h.t.Context(), h.desk(), func(tx *db.Tx) (err error) {
		p, err = h.Board.Make(h.t.Context(), tx, n, h.clock.Now())
		return err
	}))
	return p
}

func (h *house) posting(id int64) (p *board.Posting) {
	h.t.Helper()
	must(h.t, h.DB.Tx(h.t.Context(), h.desk(), func(tx *db.Tx) (err error) {
		p, err = board.ByID(h.t.Context(), tx, id)
		return err
	}))
	return p
}

func (h *house) evidence(id int64) (list []board.Evidence) {
	h.t.Helper()
	must(h.t, h.DB.Tx(h.t.Context(), h.desk(), func(tx *db.Tx) (err error) {
		list, err = board.EvidenceOf(h.t.Context(), tx, id)
		return err
	}))
	return list
}

func proven(list []board.Evidence) string {
	var k []string
	for _, e := range list {
		k = append(k, e.Kind)
	}
	return strings.Join(k, " ")
}

func TestBoardWorksByTheClock(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.at("2026-09-14 10:00")
	n := notice("zamer")
	until := time.Date(2026, 9, 30, 0, 0, 0, 0, clock.Prague)
	n.PostAt, n.UntilOn = time.Date(2026, 9, 15, 0, 0, 0, 0, clock.Prague), &until
	p := h.post(n)

	h.at("2026-09-14 23:59")
	h.none(h.work())
	if got := h.posting(p.ID); got.State() != board.Waiting || len(h.evidence(p.ID)) != 0 {
		t.Fatal("before its time:", got.State())
	}
	h.at("2026-09-15 00:00")
	h.none(h.work())
	if got := h.posting(p.ID); got.State() != board.Hanging || got.Late() != 0 {
		t.Fatal("at its time:", got.State(), got.Late())
	}
	// a crash before the mark: nothing is done twice
	h.again(board.JobPost)
	h.none(h.work())
	h.at("2026-09-30 23:59")
	h.none(h.work())
	if h.posting(p.ID).State() != board.Hanging {
		t.Fatal("taken down before midnight")
	}
	// the machine stood still over midnight: it takes down at once and says so
	h.at("2026-10-01 06:30")
	h.none(h.work())
	h.again(board.JobRemove)
	h.none(h.work())
	got := h.posting(p.ID)
	if got.State() != board.Removed || got.RemovedLate() != 390*time.Minute {
		t.Fatal(got.State(), got.RemovedLate())
	}
	list := h.evidence(p.ID)
	last := list[len(list)-1]
	if list[0].Kind != board.EvidencePosted || last.Kind != board.EvidenceRemoved || !strings.Contains(last.Record, `"removed_late_minutes": 390`) {
		t.Fatalf("%s: %s", proven(list), last.Record)
	}
	for _, e := range list {
		if e.SealedAt == nil || !e.Test || e.Signer != h.seal.Name() {
			t.Errorf("%s has no seal", e.Kind)
		}
	}
}

// A machine whose clock is behind the database's must not find its own job too early and forget it.
func TestAClockBehindTheDatabaseForgetsNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	n := notice("oznameni")
	n.PostAt = h.clock.Now().Add(time.Hour)
	p := h.post(n)
	h.clock.Set(n.PostAt.Add(-time.Second))
	c := jobs.Claimed{Kind: board.JobPost, Office: h.here.ID, Attempt: 1, RunAt: n.PostAt}
	must(t, h.owner.Get(&c, `UPDATE job SET attempts = 1 WHERE kind = 'board-post' RETURNING id, payload`))
	must(t, h.boardPost(t.Context(), c))
	if got := h.posting(p.ID); got.State() != board.Hanging || !got.PostedAt.Equal(n.PostAt) {
		t.Fatal(got.State(), got.PostedAt)
	}
}

func TestPostingDoesNotWaitForTheAuthorityOfTime(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.seal.away = true
	p := h.post(notice("oznameni"))
	if err := h.work()[board.JobSeal]; !errs.Is(err, errs.Unavailable) || jobs.IsPermanent(err) {
		t.Fatal(err)
	}
	list := h.evidence(p.ID)
	if h.posting(p.ID).State() != board.Hanging || list[0].SealedAt != nil {
		t.Fatal("not posted, or sealed by nobody")
	}
	h.seal.away = false
	h.none(h.work())
	list = h.evidence(p.ID)
	if list[0].SealedAt == nil {
		t.Fatal("not sealed afterwards")
	}
	var token []byte
	must(t, h.owner.Get(&token, `SELECT token FROM evidence_seal ORDER BY seq LIMIT 1`))
	if sum := sha256.Sum256([]byte(list[0].Record)); string(token) != "stamped "+string(sum[:]) {
		t.Error("stamped something else")
	}
}

// Two jobs of one office never stamp the same record: the second comes again.
func TestOneSealsAtATime(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.post(notice("oznameni"))
	c := jobs.Claimed{Kind: board.JobSeal, Office: h.here.ID, Attempt: 1}
	h.act(func(tx *db.Tx) error {
		if mine, err := board.SealTurn(t.Context(), tx); err != nil || !mine {
			t.Fatal(mine, err)
		}
		if err := h.boardSeal(t.Context(), c); err != nil || h.evidence(p.ID)[0].SealedAt != nil {
			t.Error("sealed at once:", err)
		}
		return nil
	})
	var later int
	must(t, h.owner.Get(&later, `SELECT count(*) FROM job WHERE kind = $1 AND uniq LIKE 'later/%'`, board.JobSeal))
	must(t, h.boardSeal(t.Context(), c))
	if later != 1 || h.evidence(p.ID)[0].SealedAt == nil {
		t.Error("not sealed in its turn", later)
	}
}
