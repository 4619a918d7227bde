package books

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/fold"
	"epom/internal/pdf"
)

// Sealer seals books on paper; internal/seal.
type Sealer interface {
	Test() bool // without legal effects
	SealPDF(ctx context.Context, pdf []byte, reason string) ([]byte, error)
}

// Maker makes books in the background.
type Maker struct {
	DB     *db.DB
	Clock  clock.Clock
	Files  *blob.Store
	Seal   Sealer                    // nil = books on paper bear no seal
	Office func(office int32) string // its name
	Agenda func(code string) string  // its name
}

func (m *Maker) agenda(code string) string {
	if m == nil || m.Agenda == nil || code == "" {
		return code
	}
	return m.Agenda(code)
}

// maxFile bounds the file of a book.
const maxFile = 2 << 30

// Make makes a book: page by page, each read in a transaction of its own, so that nothing waits for it and memory does not
// grow with it (books on paper aside). A book that was stopped, or is finished, is left as it is. done marks the job in the
// transaction that finishes the book.
func (m *Maker) Make(ctx context.Context, scope db.Scope, id int64, done func(context.Context, *db.Tx) error) error {
	var b Book
	var t *table
	now := m.Clock.Now()
	err := m.DB.Tx(ctx, scope, func(tx *db.Tx) (err error) {
		if b, err = ByID(ctx, tx, id); err != nil {
			return err
		}
		if b.FinishedAt != nil || b.StoppedAt != nil || b.Problem != "" {
			return done(ctx, tx)
		}
		if t, err = m.open(ctx, tx, &b, now); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, sql.Get("start-book"), tx.Office, id, now, t.total)
		return err
	})
	if err != nil || t == nil {
		return err
	}
	f, err := os.CreateTemp("", "epom-book-*")
	if err != nil {
		return err
	}
	defer func() { _ = f.Close(); _ = os.Remove(f.Name()) }()
	rows, err := m.write(ctx, scope, f, &b, t, now)
	if errors.Is(err, errStopped) {
		return m.DB.Tx(ctx, scope, func(tx *db.Tx) error { return done(ctx, tx) })
	}
	if errs.Is(err, errs.Invalid) { // a person must ask otherwise
		return m.DB.Tx(ctx, scope, func(tx *db.Tx) error {
			if _, err := tx.ExecContext(ctx, sql.Get("fail-book"), tx.Office, id, errs.Message(err)); err != nil {
				return err
			}
			return done(ctx, tx)
		})
	}
	if err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	ref, err := m.Files.Put(ctx, f, maxFile)
	if err != nil {
		return err
	}
	seal := ""
	if b.Format == PDF && m.Seal != nil {
		if seal = "real"; m.Seal.Test() {
			seal = "test"
		}
	}
	return m.DB.Tx(ctx, scope, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, sql.Get("finish-book"), tx.Office, id, m.Clock.Now(), rows, b.fileName(), ref.SHA256, ref.Size, seal, m.Clock.Now().Add(Keep))
		if err != nil {
			return err
		}
		return done(ctx, tx)
	})
}

// write writes the rows into f and tells how many there were.
func (m *Maker) write(ctx context.Context, scope db.Scope, f io.Writer, b *Book, t *table, now time.Time) (n int64, err error) {
	if t.total != nil {
		if err := fits(b, *t.total); err != nil {
			return 0, err
		}
	}
	s, err := m.sheet(ctx, f, b, t, now)
	if err != nil {
		return 0, err
	}
	for {
		var rows [][]Cell
		err := m.DB.Tx(ctx, scope, func(tx *db.Tx) (err error) {
			if rows, err = t.next(ctx, tx); err != nil {
				return err
			}
			r, err := tx.ExecContext(ctx, sql.Get("progress"), tx.Office, b.ID, n+int64(len(rows)))
			if err != nil {
				return err
			}
			if k, _ := r.RowsAffected(); k == 0 {
				return errStopped
			}
			return nil
		})
		if err != nil {
			return n, err
		}
		if len(rows) == 0 {
			return n, s.close()
		}
		for _, row := range rows {
			if err := s.row(row); err != nil {
				return n, err
			}
		}
		n += int64(len(rows))
		if err := fits(b, n); err != nil {
			return n, err
		}
	}
}

func fits(b *Book, rows int64) error {
	switch {
	case b.Format == PDF && rows > mostOnPaper:
		return errs.Newf(errs.Invalid, "Na papír se vejde nejvýše %d záznamů. Vytvořte sestavu jako XLSX nebo CSV.", mostOnPaper)
	case b.Format == XLSX && rows > mostRows:
		return errs.Newf(errs.Invalid, "Do XLSX se vejde nejvýše %d záznamů. Vytvořte sestavu jako CSV.", mostRows)
	}
	return nil
}

func (m *Maker) sheet(ctx context.Context, f io.Writer, b *Book, t *table, now time.Time) (sheet, error) {
	switch b.Format {
	case CSV:
		return newCSV(f, t.columns)
	case XLSX:
		return newXLSX(f, b.Title, t.columns)
	}
	meta := pdf.Meta{Title: b.Title, Lang: "cs", Created: now, Footer: "Vytvořeno " + now.In(clock.Prague).Format("2. 1. 2006 15:04")}
	if m.Office != nil {
		meta.Author = m.Office(b.OfficeID)
		meta.Header = meta.Author
	}
	var seal func([]byte) ([]byte, error)
	if m.Seal != nil {
		if m.Seal.Test() {
			meta.Mark = "zkušební – bez právních účinků"
		}
		seal = func(data []byte) ([]byte, error) { return m.Seal.SealPDF(ctx, data, b.Title) }
	}
	lead := append([]string{fmt.Sprintf("Stav k %s. Stornované číslo zůstává i s důvodem.", now.In(clock.Prague).Format("2. 1. 2006 15:04"))}, t.notes...)
	if b.Kind == Statistics {
		lead = append([]string{fmt.Sprintf("Stav k %s.", now.In(clock.Prague).Format("2. 1. 2006 15:04"))}, t.notes...)
	}
	return newPaper(f, meta, lead, t.columns, seal), nil
}

var gaps = regexp.MustCompile(`-+`)

// fileName is the name under which the book is taken away: "podaci-denik-2026-17.csv".
func (b *Book) fileName() string {
	name := strings.Trim(gaps.ReplaceAllString(strings.Join(fold.Words(b.Title), "-"), "-"), "-")
	return fmt.Sprintf("%s-%d.%s", name[:min(len(name), 60)], b.ID, b.Format)
}
