package books_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"epom/internal/blob"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
	"epom/records/books"
)

// sealer marks what it was given.
type sealer struct{}

func (sealer) Test() bool { return true }
func (sealer) SealPDF(_ context.Context, data []byte, reason string) ([]byte, error) {
	return append(data, []byte("sealed: "+reason)...), nil
}

func (h *house) maker() *books.Maker {
	h.t.Helper()
	files, err := blob.Open(h.t.Context(), h.t.TempDir(), "")
	h.must(err)
	h.t.Cleanup(func() { _ = files.Close() })
	return &books.Maker{DB: h.db, Clock: h.clock, Files: files, Seal: sealer{}, Office: func(int32) string { return "Městský úřad Hejnice" }, Agenda: func(code string) string { return "agenda " + code }}
}

func (h *house) ask(kind, format string, q url.Values) (id int64) {
	h.t.Helper()
	h.in(h.here, func(tx *db.Tx) (err error) {
		id, err = books.Ask(h.t.Context(), tx, books.Book{Kind: kind, Format: format, Title: "Sestava č. 1", Query: q.Encode(), AccountID: h.clerk}, h.clock.Now())
		return err
	})
	return id
}

func nothing(context.Context, *db.Tx) error { return nil }

// made makes a book and reads its file.
func (h *house) made(m *books.Maker, id int64) (books.Book, []byte) {
	h.t.Helper()
	h.must(m.Make(h.t.Context(), h.scope(h.here), id, nothing))
	b := h.book(id)
	if b.State() != books.Ready {
		return b, nil
	}
	r, size, err := m.Files.Open(h.t.Context(), b.SHA256)
	h.must(err)
	defer r.Close()
	data, err := io.ReadAll(r)
	h.must(err)
	if int64(len(data)) != size || size != b.Size {
		h.t.Errorf("%d bytes, book says %d", len(data), b.Size)
	}
	return b, data
}

func (h *house) book(id int64) (b books.Book) {
	h.t.Helper()
	h.in(h.here, func(tx *db.Tx) (err error) { b, err = books.ByID(h.t.Context(), tx, id); return err })
	return b
}

func TestExports(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	m := h.maker()
	hostile := []string{"=HYPERLINK(\"http://x\")", "+420", "-1", "@SUM(A1)", "\tx", "Řádek;s \"uvozovkou\"\na druhým řádkem", "\x01\x02 řídicí \ufffe znaky", "prostě ž"}
	for _, subject := range hostile {
		h.letter(h.here, "", subject, "Žofie")
	}
	_, bad := h.letter(h.here, "", "Omyl", "Kdosi")
	h.in(h.here, func(tx *db.Tx) error {
		return records.Cancel(t.Context(), tx, bad.ID, "napsáno dvakrát", h.clock.Now())
	})
	h.letter(h.there, "", "Cizí věc", "Nikdo")
	h.found(h.here, books.Search{})
	n := len(hostile) + 1
	journal := url.Values{"evidence": {"denik"}, "rok": {"2026"}}

	b, data := h.made(m, h.ask(books.Journal, books.CSV, journal))
	if !bytes.HasPrefix(data, []byte("\ufeff")) || b.Done != int64(n) || b.Total == nil || *b.Total != int64(n) || b.Name != fmt.Sprintf("sestava-c-1-%d.csv", b.ID) {
		t.Errorf("%+v", b)
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	r.Comma = ';'
	rows, err := r.ReadAll()
	h.must(err)
	if len(rows) != n+1 || rows[1][0] != "HEJ/2026/00001-1" || rows[1][1] != "14.9.2026 10:00:00" {
		t.Fatalf("%q", rows)
	}
	for i, row := range rows[1:] {
		for _, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t") {
				t.Errorf("row %d: %q is a formula", i, cell)
			}
		}
	}
	if last := rows[n]; last[len(last)-1] != "stornováno 14. 9. 2026: napsáno dvakrát" {
		t.Errorf("%q", last)
	}

	_, data = h.made(m, h.ask(books.Found, books.XLSX, url.Values{"osoba": {"zofie"}}))
	x, err := excelize.OpenReader(bytes.NewReader(data))
	h.must(err)
	defer x.Close()
	cells, err := x.GetRows("Sestava")
	h.must(err)
	if len(cells) != len(hostile)+1 {
		t.Fatalf("%q", cells)
	}
	for i := range cells[1:] {
		at := fmt.Sprintf("G%d", i+2)
		if f, _ := x.GetCellFormula("Sestava", at); f != "" {
			t.Errorf("%s is the formula %s", at, f)
		}
	}
	if when, _ := x.GetCellValue("Sestava", "B2"); when != "14.9.2026 10:00:00" {
		t.Errorf("instant %q", when)
	}

	b, data = h.made(m, h.ask(books.Journal, books.PDF, journal))
	if !bytes.HasPrefix(data, []byte("%PDF")) || !bytes.HasSuffix(data, []byte("sealed: Sestava č. 1")) || b.Seal != "test" {
		t.Errorf("%d bytes, %+v", len(data), b)
	}
	for _, kind := range []string{books.OpenCases, books.Statistics} {
		for _, format := range []string{books.CSV, books.XLSX, books.PDF} {
			if b, data := h.made(m, h.ask(kind, format, url.Values{"rok": {"2026"}})); len(data) == 0 || b.Done == 0 {
				t.Errorf("%s as %s: %+v", kind, format, b)
			}
		}
	}
	for _, b := range []books.Book{{Kind: books.Found, Format: books.PDF}, {Kind: "x", Format: books.CSV}, {Kind: books.Found, Format: books.CSV, Query: "%zz"}} {
		err := h.db.Tx(t.Context(), h.scope(h.here), func(tx *db.Tx) error { _, err := books.Ask(t.Context(), tx, b, h.clock.Now()); return err })
		if errs.FieldsOf(err) == nil {
			t.Errorf("%+v: %v", b, err)
		}
	}

	// its time over, the file goes and the row stays; another book of the same content keeps the file
	same := h.book(h.ask(books.Journal, books.CSV, journal))
	_, twin := h.made(m, same.ID)
	h.clock.Advance(books.Keep + time.Hour)
	h.owner.MustExec(`UPDATE book SET expires_at = $2 WHERE id = $1`, same.ID, h.clock.Now().Add(time.Hour))
	h.must(books.Expire(t.Context(), h.db, h.scope(h.here), m.Files.Remove, h.clock.Now()))
	if b := h.book(same.ID - 3); b.State() != books.Gone {
		t.Errorf("%+v", b)
	}
	if ok, err := m.Files.Has(t.Context(), h.book(same.ID).SHA256); err != nil || !ok || len(twin) == 0 {
		t.Errorf("the file that another book names has gone: %v", err)
	}
	if ok, _ := m.Files.Has(t.Context(), b.SHA256); ok {
		t.Error("the file of an old book is still there")
	}
}

// A book is stopped between its pages, told when it is asked for twice, and begun anew after a crash.
func TestBooksAreStoppedAndBegunAnew(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	m := h.maker()
	h.fill(2500)
	first := h.ask(books.Journal, books.CSV, url.Values{"rok": {"2026"}})
	if again := h.ask(books.Journal, books.CSV, url.Values{"rok": {"2026"}}); again != first {
		t.Errorf("asked twice: %d and %d", first, again)
	}
	var jobsWaiting int
	h.must(h.owner.Get(&jobsWaiting, `SELECT count(*) FROM job WHERE kind = 'book'`))
	if jobsWaiting != 1 {
		t.Errorf("%d jobs", jobsWaiting)
	}
	crash := fmt.Errorf("the process ends here")
	if err := m.Make(t.Context(), h.scope(h.here), first, func(context.Context, *db.Tx) error { return crash }); err == nil {
		t.Fatal("no crash")
	}
	if b := h.book(first); b.State() != books.Running || b.Done != 2500 || b.Percent() != 100 {
		t.Errorf("%+v", b)
	}
	if b, data := h.made(m, first); b.State() != books.Ready || bytes.Count(data, []byte("\r\n")) != 2501 {
		t.Errorf("%+v, %d lines", b, bytes.Count(data, []byte("\r\n")))
	}
	second := h.ask(books.Found, books.CSV, url.Values{})
	h.found(h.here, books.Search{})
	h.in(h.here, func(tx *db.Tx) error { return books.Stop(t.Context(), tx, h.clerk, second, h.clock.Now()) })
	if b, _ := h.made(m, second); b.State() != books.Stopped {
		t.Errorf("%+v", b)
	}
	err := h.db.Tx(t.Context(), h.scope(h.here), func(tx *db.Tx) error { return books.Stop(t.Context(), tx, h.clerk, first, h.clock.Now()) })
	if !errs.Is(err, errs.Conflict) {
		t.Errorf("a finished one was stopped: %v", err)
	}
	for year := range 5 {
		h.ask(books.Journal, books.XLSX, url.Values{"rok": {fmt.Sprint(2020 + year)}})
	}
	err = h.db.Tx(t.Context(), h.scope(h.here), func(tx *db.Tx) error {
		_, err := books.Ask(t.Context(), tx, books.Book{Kind: books.OpenCases, Format: books.CSV, AccountID: h.clerk}, h.clock.Now())
		return err
	})
	if !errs.Is(err, errs.Conflict) {
		t.Errorf("a sixth one: %v", err)
	}
}

// fill makes so many documents of the office here in an instant, by its own statements.
func (h *house) fill(n int) {
	h.t.Helper()
	h.owner.MustExec(`INSERT INTO counter (office_id, series, year, last_no, mask) VALUES ($1, 'denik', 2026, $2, 'HEJ/2026/{5}')`, h.here, n)
	h.owner.MustExec(`WITH c AS (INSERT INTO case_file (office_id, series, year, no, mark, subject, opened_at, documents)
		SELECT $1, 'denik', 2026, n, number_mark('HEJ/2026/{5}', n), 'Žádost o vyjádření k pozemku číslo ' || n, TIMESTAMPTZ '2026-01-05 08:00Z' + n * interval '1 minute', 1 FROM generate_series(1, $2) n RETURNING *)
		INSERT INTO document (office_id, case_id, ordinal, reference_number, direction, kind, subject, channel, party, registered_at, registered_by)
		SELECT office_id, id, 1, mark || '-1', 'in', 'letter', subject, 'post', 'Jan Novák', opened_at, 'account:1' FROM c`, h.here, n)
}

// BenchmarkExport measures the memory that an export of 100,000 rows takes: the peak of the heap over what there was before.
func BenchmarkExport(b *testing.B) {
	h := newHouse(b)
	m := h.maker()
	const rows, limit = 100000, 200
	h.fill(rows)
	for _, format := range []string{books.CSV, books.XLSX} {
		b.Run(format, func(b *testing.B) {
			for b.Loop() {
				runtime.GC()
				var before runtime.MemStats
				runtime.ReadMemStats(&before)
				var peak atomic.Uint64
				stop, ended := make(chan struct{}), make(chan struct{})
				go func() {
					defer close(ended)
					tick := time.NewTicker(5 * time.Millisecond)
					defer tick.Stop()
					for {
						select {
						case <-stop:
							return
						case <-tick.C:
						}
						var now runtime.MemStats
						runtime.ReadMemStats(&now)
						peak.Store(max(peak.Load(), now.HeapInuse))
					}
				}()
				id := h.ask(books.Journal, format, url.Values{"rok": {"2026"}, "n": {fmt.Sprint(time.Now().UnixNano())}})
				begun := time.Now()
				h.must(m.Make(b.Context(), h.scope(h.here), id, nothing))
				took := time.Since(begun)
				close(stop)
				<-ended
				if book := h.book(id); book.Done != rows {
					b.Fatalf("%+v", book)
				}
				mb := float64(peak.Load()-min(peak.Load(), before.HeapInuse)) / (1 << 20)
				b.ReportMetric(mb/limit, "of-the-limit")
				b.ReportMetric(mb, "MB-peak")
				b.ReportMetric(rows/took.Seconds(), "rows/s")
			}
		})
	}
}
