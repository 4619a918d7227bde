package worker

import (
	"testing"
	"time"

	"epom/board"
	"epom/internal/db"
)

// What the norm does not allow is found by the job, told to the clerk, and forgotten when it is corrected.
func TestFeedFaultsAreFoundAndForgotten(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	n := notice("oznameni")
	n.Files = []board.File{{Name: "mapa", URL: "bez adresy <>"}}
	p := h.post(n)
	h.work()
	faults := func() (list []board.FeedFault) {
		t.Helper()
		must(t, h.DB.Tx(t.Context(), h.desk(), func(tx *db.Tx) (err error) {
			list, err = board.FeedFaults(t.Context(), tx)
			return err
		}))
		return list
	}
	got := faults()
	if len(got) != 1 || got[0].Number() != p.Number() || len(got[0].Faults.V) == 0 || got[0].Faults.V[0].Text == "" {
		t.Fatalf("%+v", got)
	}
	n.Files = nil
	n.Text = "Text."
	must(t, h.DB.Tx(t.Context(), h.desk(), func(tx *db.Tx) error {
		_, err := h.Board.Revise(t.Context(), tx, p.ID, h.posting(p.ID).Version, n.Content, "oprava", monday.Add(time.Hour))
		return err
	}))
	h.work()
	if got = faults(); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}
