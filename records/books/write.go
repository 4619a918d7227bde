package books

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"epom/internal/clock"
)

// sheet is a file of a book being written row by row.
type sheet interface {
	row([]Cell) error
	close() error // writes what waits; the file is whole then
}

// csvSheet writes what Czech Excel opens by a double click: UTF-8 with its mark, semicolons, no cell that it would take for a formula.
type csvSheet struct {
	buf *bufio.Writer
	w   *csv.Writer
	out []string
}

func newCSV(w io.Writer, head []column) (*csvSheet, error) {
	s := &csvSheet{buf: bufio.NewWriterSize(w, 64<<10)}
	if _, err := s.buf.WriteString("\ufeff"); err != nil {
		return nil, err
	}
	s.w = csv.NewWriter(s.buf)
	s.w.Comma, s.w.UseCRLF = ';', true
	return s, s.row(titles(head))
}

func titles(head []column) []Cell {
	row := make([]Cell, len(head))
	for i, c := range head {
		row[i] = c.title
	}
	return row
}

func (s *csvSheet) row(cells []Cell) error {
	s.out = s.out[:0]
	for _, c := range cells {
		s.out = append(s.out, csvText(c))
	}
	return s.w.Write(s.out)
}

func (s *csvSheet) close() error {
	s.w.Flush()
	if err := s.w.Error(); err != nil {
		return err
	}
	return s.buf.Flush()
}

func csvText(c Cell) string {
	switch v := c.(type) {
	case string:
		return Harmless(v)
	case time.Time:
		return v.In(clock.Prague).Format("2.1.2006 15:04:05")
	case Day:
		return time.Time(v).Format("2.1.2006")
	case int64:
		return strconv.FormatInt(v, 10)
	}
	return ""
}

// Harmless is a text that no spreadsheet takes for a formula: an apostrophe stands before the sign that would begin one.
func Harmless(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '\x00' {
			return -1
		}
		return r
	}, s)
	if s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(s)[0]) {
		return "'" + s
	}
	return s
}

// xlsxSheet streams rows; excelize keeps them in a file when they are many.
type xlsxSheet struct {
	to   io.Writer
	file *excelize.File
	w    *excelize.StreamWriter
	n    int
	out  []any

	moment, day, head int // styles
}

// mostRows is what a sheet of XLSX can hold.
const mostRows = excelize.TotalRows - 1

func newXLSX(w io.Writer, name string, head []column) (*xlsxSheet, error) {
	s := &xlsxSheet{to: w, file: excelize.NewFile()}
	const sheetName = "Sestava"
	if err := s.file.SetSheetName("Sheet1", sheetName); err != nil {
		return nil, err
	}
	if err := s.file.SetDocProps(&excelize.DocProperties{Title: name, Language: "cs"}); err != nil {
		return nil, err
	}
	for style, format := range map[*int]string{&s.moment: "d.m.yyyy h:mm:ss", &s.day: "d.m.yyyy"} {
		id, err := s.file.NewStyle(&excelize.Style{CustomNumFmt: &format})
		if err != nil {
			return nil, err
		}
		*style = id
	}
	var err error
	if s.head, err = s.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}}); err != nil {
		return nil, err
	}
	if s.w, err = s.file.NewStreamWriter(sheetName); err != nil {
		return nil, err
	}
	if err := s.w.SetColWidth(1, len(head), 20); err != nil {
		return nil, err
	}
	if err := s.w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	return s, s.row(titles(head))
}

func (s *xlsxSheet) row(cells []Cell) error {
	s.n++
	s.out = s.out[:0]
	for _, c := range cells {
		switch v := c.(type) {
		case string:
			cell := excelize.Cell{Value: plain(v)} // always text: a formula would be a field of its own
			if s.n == 1 {
				cell.StyleID = s.head
			}
			s.out = append(s.out, cell)
		case time.Time:
			s.out = append(s.out, excelize.Cell{StyleID: s.moment, Value: wall(v.In(clock.Prague))})
		case Day:
			s.out = append(s.out, excelize.Cell{StyleID: s.day, Value: wall(time.Time(v))})
		default:
			s.out = append(s.out, v)
		}
	}
	at, err := excelize.CoordinatesToCellName(1, s.n)
	if err != nil {
		return err
	}
	return s.w.SetRow(at, s.out)
}

// wall is the time as its zone's clock shows it: a spreadsheet knows no zones.
func wall(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// plain leaves out signs that no XML holds and cuts what no cell can.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0xfffe || r == 0xffff || r == 0xfffd {
			return -1
		}
		return r
	}, s)
	if r := []rune(s); len(r) > excelize.TotalCellChars/2 {
		return string(r[:excelize.TotalCellChars/2])
	}
	return s
}

func (s *xlsxSheet) close() error {
	if err := s.w.Flush(); err != nil {
		return fmt.Errorf("xlsx: %w", err)
	}
	_, err := s.file.WriteTo(s.to)
	return firstOf(err, s.file.Close())
}

func firstOf(list ...error) error {
	for _, err := range list {
		if err != nil {
			return err
		}
	}
	return nil
}
