package books

import (
	"io"
	"time"

	"epom/internal/clock"
	"epom/internal/pdf"
)

// mostOnPaper is how many rows a book on paper has at most: some 8,000 pages, made in 13 s with 0.8 GB of memory (20,000 rows: 2.6 s, 0.2 GB).
const mostOnPaper = 100_000

// paperSheet gathers rows and sets them as a table.
type paperSheet struct {
	to    io.Writer
	meta  pdf.Meta
	lead  []string
	cols  []pdf.Col
	which []int // columns of the table that stand on paper
	rows  [][]string
	seal  func([]byte) ([]byte, error)
}

func newPaper(w io.Writer, meta pdf.Meta, lead []string, head []column, seal func([]byte) ([]byte, error)) *paperSheet {
	s := &paperSheet{to: w, meta: meta, lead: lead, seal: seal}
	for i, c := range head {
		if c.share > 0 {
			s.which = append(s.which, i)
			s.cols = append(s.cols, pdf.Col{Title: c.title, Share: c.share})
		}
	}
	return s
}

func (s *paperSheet) row(cells []Cell) error {
	row := make([]string, len(s.which))
	for i, at := range s.which {
		row[i] = paperText(cells[at])
	}
	// A cancelled number stays and says so: its note is the last column of the table, which has no place of its own on paper.
	if last, ok := cells[len(cells)-1].(string); ok && last != "" && len(s.which) < len(cells) && s.which[len(s.which)-1] != len(cells)-1 {
		row[len(row)-1] = last
	}
	s.rows = append(s.rows, row)
	return nil
}

func (s *paperSheet) close() error {
	d := pdf.New(s.meta)
	d.Heading(1, s.meta.Title)
	for _, l := range s.lead {
		d.Para(l)
	}
	if len(s.rows) == 0 {
		d.Para("Sestava neobsahuje žádný záznam.")
	} else {
		d.Table(s.cols, s.rows)
	}
	data, err := d.Bytes()
	if err == nil && s.seal != nil {
		data, err = s.seal(data)
	}
	if err == nil {
		_, err = s.to.Write(data)
	}
	return err
}

func paperText(c Cell) string {
	switch v := c.(type) {
	case time.Time:
		return v.In(clock.Prague).Format("2. 1. 2006 15:04")
	case Day:
		return time.Time(v).Format("2. 1. 2006")
	case string:
		return v
	}
	return csvText(c)
}
