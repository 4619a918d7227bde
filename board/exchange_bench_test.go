package board

import (
	"bytes"
	"fmt"
	"io"
	"testing"
	"time"

	"epom/board/ofn"
	"epom/internal/db"
	"epom/internal/testdb"
	"epom/offices"
)

// feedLimit is what the feed of benchItems may take.
const (
	feedLimit  = 50 * time.Millisecond
	benchItems = 2000
)

// BenchmarkFeed writes the open data of a board of 2,000 items from the database: imported ones, and ones made here.
func BenchmarkFeed(b *testing.B) {
	x, list := newExchange(b, 2)
	items := make([]string, benchItems)
	for i := range items {
		items[i] = fmt.Sprintf("%d/2026-08-%02d/2027-01-05/7", i, i%28+1)
	}
	x.take(list[0], imported, boardOf(hour(0), items...))
	owner := testdb.Owner(b, x.db)
	owner.MustExec(`INSERT INTO posting (office_id, year, no, origin, made_at, made_by, post_at, posted_at, until_on)
		SELECT 2, year, no, 'typed', made_at, made_by, post_at, posted_at, until_on FROM posting;
		INSERT INTO posting_revision (office_id, posting_id, revision, at, by, why, kind, title, text, issuer, reference_number, agendas)
		SELECT 2, n.id, 1, r.at, r.by, '', r.kind, r.title, r.title, r.issuer, r.reference_number, r.agendas FROM posting_revision r
		JOIN posting p ON p.id = r.posting_id AND p.office_id = 1 JOIN posting n ON n.office_id = 2 AND n.no = p.no;
		INSERT INTO posting_file (office_id, posting_id, revision, ordinal, name, media_type, size, sha256)
		SELECT office_id, posting_id, 1, 1, 'příloha.pdf', 'application/pdf', 1000, md5(CAST(posting_id AS text)) FROM posting_revision WHERE office_id = 2;
		INSERT INTO board_item SELECT 2, n.id, i.number, i.kind, i.class, i.title, i.issuer, '', '', i.agendas, '{}', 1, i.posted_at, i.until_on, NULL, NULL, i.changed_at, ''
		FROM board_item i JOIN posting p ON p.office_id = 1 AND p.id = i.posting_id JOIN posting n ON n.office_id = 2 AND n.no = p.no;
		ANALYZE`)
	data := OpenData{Law: x.law, Office: list[1], Base: "https://epom.example"}
	if err := x.db.Tx(b.Context(), db.Scope{Office: list[1].ID, Actor: "system"}, func(tx *db.Tx) error {
		var ids []int64
		if err := tx.SelectContext(b.Context(), &ids, `SELECT id FROM posting WHERE office_id = $1`, tx.Office); err != nil {
			return err
		}
		for _, id := range ids {
			if err := data.Judge(b.Context(), tx, id); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name string
		of   *offices.Office
	}{{"imported", list[0]}, {"own", list[1]}} {
		b.Run(c.name, func(b *testing.B) {
			data := OpenData{Law: x.law, Office: c.of, Base: "https://epom.example"}
			var size counted
			for b.Loop() {
				size = 0
				err := x.db.Tx(b.Context(), db.Scope{Office: c.of.ID, Actor: "public"}, func(tx *db.Tx) error {
					return data.WriteBoard(b.Context(), tx, HangingNow, io.MultiWriter(&size))
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			each := b.Elapsed() / time.Duration(b.N)
			fmt.Printf("feed of %d %s items: %.1f ms, %d kB; %.2f of the limit of %v\n", benchItems, c.name, each.Seconds()*1000, size/1000, each.Seconds()/feedLimit.Seconds(), feedLimit)
		})
	}
}

type counted int

func (n *counted) Write(p []byte) (int, error) { *n += counted(len(p)); return len(p), nil }

// own makes postings here, each with a file.
func (x *exchangeSite) own(o *offices.Office, count int) {
	x.t.Helper()
	data := OpenData{Law: x.law, Office: o, Base: "https://epom.example"}
	err := x.db.Tx(x.t.Context(), db.Scope{Office: o.ID, Actor: "test"}, func(tx *db.Tx) error {
		for i := range count {
			p, err := x.law.Make(x.t.Context(), tx, New{Origin: Typed, Content: Content{Kind: "oznameni", Title: fmt.Sprintf("Oznámení %d", i), Text: "Text.", Issuer: "Obec",
				ReferenceNumber: "OV/1/26", Files: []File{{Name: "příloha.pdf", MediaType: "application/pdf", Size: 1000, SHA256: hash(fmt.Sprint(i))}}}}, imported)
			if err != nil {
				return err
			}
			if err := data.Judge(x.t.Context(), tx, p.ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		x.t.Fatal(err)
	}
}

// Own postings, corrected ones and those of a source stand in one valid board.
func TestOwnAndImportedStandTogether(t *testing.T) {
	t.Parallel()
	x, list := newExchange(t, 1)
	o := list[0]
	x.take(o, imported, boardOf(hour(0), "a/2026-08-01/2027-01-05", "b/2026-08-02/"))
	x.own(o, 3)
	a := x.all(o)["https://obec.example/a"]
	content := a.Current().Content
	content.Title, content.Source.V = "Opravený název", nil
	until := time.Date(2027, 2, 1, 0, 0, 0, 0, a.UntilOn.Location())
	err := x.db.Tx(t.Context(), db.Scope{Office: o.ID, Actor: "test"}, func(tx *db.Tx) error {
		if _, err := x.law.Revise(t.Context(), tx, a.ID, a.Version, content, "oprava názvu", imported.Add(time.Hour)); err != nil {
			return err
		}
		_, err := x.law.Reschedule(t.Context(), tx, a.ID, a.Version+1, &until, "", imported.Add(time.Hour))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	raw := x.give(o, HangingNow)
	if faults := ofn.Validate(raw); faults != nil {
		t.Error(faults)
	}
	b, err := ofn.Parse(bytes.NewReader(raw), 0)
	if err != nil || len(b.Notices) != 5 {
		t.Fatal(err, len(b.Notices))
	}
	for _, n := range b.Notices {
		if n.IRI != a.IRI {
			continue
		}
		if n.Name.Best() != "Opravený název" || n.RelevantTo.Date != "2027-02-01" || n.Revision != "2" || n.Extra["odbor"] == nil || n.Documents[0].URL != "https://obec.example/a.pdf" {
			t.Errorf("%+v", n)
		}
	}
	// the source goes on: what was corrected here stays, as long as the source says the same
	if said := x.take(o, imported, boardOf(hour(5), "a/2026-08-01/2027-01-05", "b/2026-08-02//changed")); said.Revised != 1 || said.Removed != 0 {
		t.Errorf("%+v", said)
	}
	if a = x.all(o)["https://obec.example/a"]; a.Current().Title != "Opravený název" || a.UntilOn.Month() != time.February {
		t.Error(a.Current().Title, a.UntilOn)
	}
	x.sound()
}
