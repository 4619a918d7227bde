package worker

import (
	"slices"
	"strings"
	"testing"
	"time"

	"epom/internal/db"
	"epom/records/daily"
	"epom/users"
)

func (h *house) parts() (list []daily.Part) {
	h.t.Helper()
	must(h.t, h.DB.Tx(h.t.Context(), h.desk(), func(tx *db.Tx) (err error) {
		list, err = daily.List(h.t.Context(), tx, time.Time{}, 100)
		return err
	}))
	return list
}

func TestEachNightSealsYesterday(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.sent("cs", "eva@posta.example")
	h.none(h.work())
	h.at("2026-09-15 00:10")
	h.enqueue(jobLogs, 0, nil)
	h.none(h.work())
	list := h.parts()
	if len(list) != 1 || list[0].Day.Format(time.DateOnly) != "2026-09-14" || list[0].Events() < 2 || list[0].ReferenceNumber != "HEJ/2026/00002-1" {
		t.Fatalf("%+v", list)
	}
	f, _, err := h.Files.Open(t.Context(), list[0].SHA256)
	must(t, err)
	must(t, f.Close())
	h.enqueue(jobLogs, 0, nil) // again: nothing new
	h.none(h.work())
	if again := h.parts(); len(again) != 1 {
		t.Errorf("%d parts after a second run", len(again))
	}
	// The file of protocols asks nobody for anything.
	var open int
	must(t, h.owner.Get(&open, `SELECT count(*) FROM case_file WHERE handled_at IS NULL AND subject LIKE 'Transakční%'`))
	if open != 0 {
		t.Error("the system's file waits for a clerk")
	}
}

// While the authority of time is away nothing is registered; later each missed day gets its own document.
func TestASilentAuthorityOfTimeIsWaitedFor(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.person("starosta@hejnice.example", "Ivan Malý", h.here, users.Admin)
	h.owner.MustExec(`INSERT INTO account (email, name, operator, created_at) VALUES ('provoz@kraj.example', 'Provoz', true, now())`)
	h.sent("cs", "eva@posta.example")
	h.none(h.work())
	h.seal.away = true
	for _, day := range []string{"15", "16", "17"} {
		h.at("2026-09-" + day + " 00:10")
		h.enqueue(jobLogs, 0, nil)
		if failed := h.work(); failed[jobLog] == nil {
			t.Fatal("it did not notice")
		}
		h.at("2026-09-" + day + " 06:30")
		h.enqueue(jobLogWatch, 0, nil)
		h.enqueue(jobLogWatch, 0, nil)
		h.work()
	}
	var given int64
	must(t, h.owner.Get(&given, `SELECT last_no FROM counter WHERE office_id = $1 AND series = 'denik'`, h.here.ID))
	if len(h.parts()) != 0 || given != 1 {
		t.Error("something was registered without a seal")
	}
	for _, who := range []string{"starosta@hejnice.example", "provoz@kraj.example"} {
		about := slices.DeleteFunc(h.subjects(who), func(s string) bool { return !strings.Contains(s, "Chybí transakční protokol") })
		want := 3
		if who == "provoz@kraj.example" {
			want = 6 // of both offices
		}
		if len(about) != want {
			t.Errorf("%s was told %q", who, about)
		}
	}
	h.seal.away = false
	h.none(h.work())
	list := h.parts()
	if len(list) != 1 || list[0].Day.Format(time.DateOnly) != "2026-09-16" || list[0].Since.Format(time.DateOnly) != "2026-09-14" {
		t.Fatalf("%+v", list)
	}
	h.at("2026-09-20 00:10")
	h.enqueue(jobLog, h.here.ID, nil)
	h.none(h.work())
	if list = h.parts(); len(list) != 4 || list[0].Day.Format(time.DateOnly) != "2026-09-19" || !list[0].Since.Equal(list[0].Day) {
		t.Errorf("%d parts", len(list))
	}
}
