package worker

import (
	"bytes"
	"io"
	"testing"
	"time"

	"epom/internal/db"
	"epom/records"
	"epom/records/books"
)

// A journal asked for is made, sealed and kept for its time; what was registered is read for the search.
func TestABookIsMadeAndForgotten(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var account, id int64
	must(t, h.owner.Get(&account, `INSERT INTO account (email, name, created_at) VALUES ('kniha@hejnice.example', 'Eva Knihová', now()) RETURNING id`))
	must(t, h.DB.Tx(t.Context(), h.desk(), func(tx *db.Tx) error {
		c, err := records.OpenCase(t.Context(), tx, nil, records.NewCase{Subject: "Kácení lípy"}, h.clock.Now())
		if err != nil {
			return err
		}
		if _, err = records.AddDocument(t.Context(), tx, c.ID, records.NewDocument{Direction: records.In, Kind: "letter", Subject: "Žádost", Channel: "post"}, h.clock.Now()); err != nil {
			return err
		}
		id, err = books.Ask(t.Context(), tx, books.Book{Kind: books.Journal, Format: books.PDF, Title: "Podací deník 2026", Query: "evidence=denik&rok=2026", AccountID: account}, h.clock.Now())
		return err
	}))
	h.enqueue(jobFindIndex, 0, struct{}{})
	h.none(h.work())
	book := func() (b books.Book) {
		must(t, h.DB.Tx(t.Context(), h.desk(), func(tx *db.Tx) (err error) { b, err = books.ByID(t.Context(), tx, id); return err }))
		return b
	}
	b := book()
	if b.State() != books.Ready || b.Done != 1 || b.Seal == "" {
		t.Fatalf("%+v", b)
	}
	r, _, err := h.Files.Open(t.Context(), b.SHA256)
	must(t, err)
	data, err := io.ReadAll(r)
	must(t, err)
	must(t, r.Close())
	if !bytes.HasPrefix(data, []byte("%PDF")) {
		t.Errorf("%.20q", data)
	}
	var found int
	must(t, h.owner.Get(&found, `SELECT count(*) FROM find_row WHERE office_id = $1`, h.here.ID))
	if found != 1 {
		t.Errorf("%d rows of the search", found)
	}
	h.clock.Advance(books.Keep + time.Hour)
	h.enqueue(jobBooksExpire, 0, struct{}{})
	h.none(h.work())
	if b := book(); b.State() != books.Gone {
		t.Errorf("%+v", b)
	}
	if ok, err := h.Files.Has(t.Context(), b.SHA256); err != nil || ok {
		t.Errorf("the file is still there (%v)", err)
	}
}
