package territory

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"epom/internal/errs"
	"epom/internal/fold"
)

// source is one file to take in, on the disk or inside a zip.
type source struct {
	name   string // for people: "20261031_OB_ADR_csv.zip/CSV/20261031_OB_564044_ADR.csv"
	asked  bool   // named by the person herself, so that an unknown form is an error
	opener func() (io.ReadCloser, error)
}

// findSources lists the files of paths; folders are walked, zips opened. close must be called in the end.
func findSources(paths []string) (out []source, close func(), err error) {
	var open []io.Closer
	close = func() {
		for _, c := range open {
			_ = c.Close()
		}
	}
	add := func(p, name string, asked bool) error {
		if !strings.EqualFold(filepath.Ext(p), ".zip") {
			out = append(out, source{name, asked, func() (io.ReadCloser, error) { return os.Open(p) }})
			return nil
		}
		z, err := zip.OpenReader(p)
		if err != nil {
			return broken(name, 0, "zip nejde otevřít, soubor je nejspíš neúplný; stáhněte ho znovu (%v)", err)
		}
		open = append(open, z)
		for _, f := range z.File {
			if !f.FileInfo().IsDir() {
				out = append(out, source{name + "/" + f.Name, false, func() (io.ReadCloser, error) { return f.Open() }})
			}
		}
		return nil
	}
	for _, p := range paths {
		st, err := os.Stat(p)
		if err != nil {
			return nil, close, errs.Wrap(errs.Invalid, err, fmt.Sprintf("Soubor nebo složku %s nelze otevřít.", p))
		}
		if !st.IsDir() {
			if err := add(p, filepath.Base(p), true); err != nil {
				return nil, close, err
			}
			continue
		}
		err = filepath.WalkDir(p, func(f string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			rel, _ := filepath.Rel(p, f)
			return add(f, filepath.ToSlash(rel), false)
		})
		if err != nil {
			return nil, close, err
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].name < out[j].name })
	return out, close, nil
}

// broken is the error for a file that cannot be taken in; line 0 = the file as a whole.
func broken(file string, line int, format string, args ...any) error {
	at := file
	if line > 0 {
		at = fmt.Sprintf("%s, řádek %d", file, line)
	}
	return errs.Newf(errs.Invalid, "%s: %s. Nic se nezměnilo.", at, fmt.Sprintf(format, args...))
}

var dateInName = regexp.MustCompile(`(?:^|[^0-9])(20\d{2})(\d{2})(\d{2})_`)

// stateInName is the day for which a file was issued, by its name ("20261031_OB_…"), or by that of the zip it lies in.
func stateInName(name string) (time.Time, bool) {
	parts := strings.Split(name, "/")
	for i := len(parts) - 1; i >= 0; i-- {
		if m := dateInName.FindStringSubmatch(parts[i]); m != nil {
			if t, err := time.Parse("20060102", m[1]+m[2]+m[3]); err == nil {
				return t, true
			}
		}
	}
	return time.Time{}, false
}

// header reads the first line of a file: lower-case column names without diacritics, the separator, and whether it is
// encoded in windows-1250. A file that is no table has no columns.
func header(first []byte) (columns []string, comma byte, cp1250 bool) {
	first = bytes.TrimPrefix(first, []byte("\xef\xbb\xbf"))
	if i := bytes.IndexByte(first, '\n'); i >= 0 {
		first = first[:i]
	}
	first = bytes.TrimRight(first, "\r")
	text := string(first)
	if !utf8.Valid(first) {
		cp1250 = true
		text, _ = charmap.Windows1250.NewDecoder().String(text)
	}
	comma = ','
	if strings.Count(text, ";") >= strings.Count(text, ",") {
		comma = ';'
	}
	for _, c := range strings.Split(text, string(comma)) {
		columns = append(columns, strings.TrimSpace(fold.Text(strings.Trim(c, `"`))))
	}
	return columns, comma, cp1250
}

// table reads a small list by names of columns. Text is turned to UTF-8.
type table struct {
	file    string
	reader  *csv.Reader
	columns map[string]int
	record  []string
	line    int
	err     error
}

// newTable reads the whole of a small file, since a list's encoding shows only in its rows.
func newTable(name string, r io.Reader) (*table, error) {
	raw, err := io.ReadAll(io.LimitReader(r, 512<<20))
	if err != nil {
		return nil, broken(name, 0, "soubor nejde přečíst, je nejspíš neúplný (%v)", err)
	}
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(raw) {
		if raw, err = charmap.Windows1250.NewDecoder().Bytes(raw); err != nil {
			return nil, broken(name, 0, "neznámé kódování textu")
		}
	}
	raw = bytes.TrimRight(raw, "\x00\x1a\r\n\t ") // exports of ČÚZK may end with a mark of their system
	columns, comma, _ := header(raw)
	t := &table{file: name, reader: csv.NewReader(bytes.NewReader(raw)), columns: map[string]int{}}
	t.reader.Comma, t.reader.LazyQuotes, t.reader.ReuseRecord = rune(comma), true, true
	for i, c := range columns {
		t.columns[c] = i
	}
	if _, err := t.reader.Read(); err != nil {
		return nil, broken(name, 1, "chybí záhlaví")
	}
	return t, nil
}

// next moves to the next row; false at the end or at an error, which is then in err.
func (t *table) next() bool {
	if t.err != nil {
		return false
	}
	record, err := t.reader.Read()
	if errors.Is(err, io.EOF) {
		return false
	}
	t.line, _ = t.reader.FieldPos(0)
	if errors.Is(err, csv.ErrFieldCount) {
		t.fail("čekáme %d sloupců, je jich %d; soubor je nejspíš neúplný", t.reader.FieldsPerRecord, len(record))
		return false
	}
	if err != nil {
		t.fail("řádek není ve tvaru CSV")
		return false
	}
	t.record = record
	return true
}

func (t *table) fail(format string, args ...any) {
	if t.err == nil {
		t.err = broken(t.file, t.line, format, args...)
	}
}

// text is a cell, empty when the column is not there.
func (t *table) text(column string) string {
	i, ok := t.columns[column]
	if !ok {
		return ""
	}
	return strings.TrimSpace(t.record[i])
}

// must is a cell that may not be empty.
func (t *table) must(column string) string {
	s := t.text(column)
	if s == "" {
		t.fail("sloupec %s je prázdný", column)
	}
	return s
}

// number is a whole number; empty is 0.
func (t *table) number(column string) int {
	s := t.text(column)
	if s == "" {
		return 0
	}
	n := 0
	for _, r := range s {
		if r < '0' || r > '9' || n > 1<<30/10 {
			t.fail("ve sloupci %s čekáme číslo, je tam „%s“", column, s)
			return 0
		}
		n = n*10 + int(r-'0')
	}
	return n
}

// code is a number that may not be 0.
func (t *table) code(column string) int {
	n := t.number(column)
	if n == 0 {
		t.fail("sloupec %s je prázdný", column)
	}
	return n
}

func (t *table) float(column string) float64 {
	s := t.text(column)
	if s == "" {
		return 0
	}
	var f float64
	if _, err := fmt.Sscanf(s, "%g", &f); err != nil {
		t.fail("ve sloupci %s čekáme číslo, je tam „%s“", column, s)
	}
	return f
}

// date reads "18.09.2025 00:00:00" or "2025-09-18"; empty is the zero time.
func (t *table) date(column string) time.Time {
	s := t.text(column)
	if s == "" {
		return time.Time{}
	}
	for _, form := range []string{"02.01.2006 15:04:05", "02.01.2006", "2006-01-02", "2006-01-02T15:04:05"} {
		if d, err := time.Parse(form, s); err == nil {
			return d
		}
	}
	t.fail("ve sloupci %s čekáme datum, je tam „%s“", column, s)
	return time.Time{}
}
