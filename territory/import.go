package territory

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
	"time"

	"github.com/jmoiron/sqlx"

	"epom/internal/db"
	"epom/internal/errs"
)

// Options of an import.
type Options struct {
	State    time.Time      // day for which files without a date in their name were issued; zero = see Import
	Force    bool           // take in a state that ends a suspicious share of rows
	Now      time.Time      // instant of the import
	Progress func(Progress) // called now and then, may be nil
}

// Progress of a long import.
type Progress struct {
	Step string // "čtení", "ukládání"
	File string
	Rows int
}

// Report says what an import took in and changed.
type Report struct {
	Files    []FileReport      `json:"files"`
	Skipped  []Skipped         `json:"skipped,omitempty"`
	Changes  map[string]Change `json:"changes"` // by kind of row: municipality, pou, orp, …, address
	Warnings []string          `json:"warnings,omitempty"`
}

// FileReport is one file taken in.
type FileReport struct {
	Name   string `json:"name"`
	Layout string `json:"layout"`
	Rows   int    `json:"rows"`
	State  string `json:"state"` // YYYY-MM-DD
}

// Skipped is a file left alone.
type Skipped struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// Change counts the changes of one kind of row, with the first examples.
type Change struct {
	Added    int      `json:"added"`
	Changed  int      `json:"changed"`
	Ended    int      `json:"ended"`
	Examples []string `json:"examples,omitempty"`
}

const examples = 5

func (c *Change) note(sign, text string) {
	if len(c.Examples) < examples {
		c.Examples = append(c.Examples, sign+" "+text)
	}
}

// Empty tells whether nothing was changed.
func (r *Report) Empty() bool {
	for _, c := range r.Changes {
		if c.Added+c.Changed+c.Ended > 0 {
			return false
		}
	}
	return true
}

// file is a source whose form was told.
type file struct {
	source
	layout *layout // nil = addresses
	cp1250 bool
	state  time.Time // zero = not known before reading
}

// Import takes in files, folders and zips of official lists and addresses in one transaction: a newer state becomes a
// difference to what is there, an older one is refused, a broken file changes nothing and the error (Invalid) names the
// file, the line and the reason. The day of a state is in the file's name; without it Options.State counts, then the
// newest validity inside (lists of ČÚZK, addresses), then the day of the import. Run it as the owner of the tables.
func Import(ctx context.Context, owner *sqlx.DB, o Options, paths ...string) (*Report, error) {
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	sources, done, err := findSources(paths)
	defer done()
	if err != nil {
		return nil, err
	}
	r := &Report{Changes: map[string]Change{}}
	files, err := recognise(sources, o, r)
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, errs.New(errs.Invalid, "Mezi soubory není žádný, který by šlo načíst jako územní data.")
	}
	conn, err := owner.Connx(ctx)
	if err != nil {
		return nil, db.Classify(err)
	}
	defer conn.Close()
	tx, err := conn.BeginTxx(ctx, nil)
	if err != nil {
		return nil, db.Classify(err)
	}
	defer func() { _ = tx.Rollback() }()
	i := &importer{ctx: ctx, conn: conn, tx: tx, o: o, report: r}
	if err := i.run(files); err != nil {
		return nil, db.Classify(err)
	}
	if _, err := tx.ExecContext(ctx, queries.Get("add-import"), o.Now, db.J(r)); err != nil {
		return nil, db.Classify(fmt.Errorf("store report of import: %w", err))
	}
	if err := tx.Commit(); err != nil {
		return nil, db.Classify(fmt.Errorf("import: commit: %w", err))
	}
	return r, nil
}

type importer struct {
	ctx    context.Context
	conn   *sqlx.Conn
	tx     *sqlx.Tx
	o      Options
	report *Report
}

func (i *importer) run(files []file) error {
	// One import at a time; readers are not held up.
	if _, err := i.tx.ExecContext(i.ctx, queries.Get("lock-imports")); err != nil {
		return err
	}
	var lists, addresses []file
	for _, f := range files {
		if f.layout != nil {
			lists = append(lists, f)
		} else {
			addresses = append(addresses, f)
		}
	}
	if len(lists) > 0 {
		if err := i.lists(lists); err != nil {
			return err
		}
	}
	if len(addresses) > 0 {
		return i.addresses(addresses)
	}
	return nil
}

// recognise tells the form of each file by its first line.
func recognise(sources []source, o Options, r *Report) ([]file, error) {
	var out []file
	for _, s := range sources {
		f, reason, err := look(s)
		if err != nil {
			return nil, err
		}
		if reason != "" {
			if s.asked {
				return nil, broken(s.name, 1, "%s", reason)
			}
			r.Skipped = append(r.Skipped, Skipped{s.name, reason})
			continue
		}
		if day, ok := stateInName(s.name); ok {
			f.state = day
		} else if !o.State.IsZero() {
			f.state = o.State
		}
		out = append(out, f)
	}
	out = newestOnly(out, r)
	sort.SliceStable(out, func(a, b int) bool { return out[a].order() < out[b].order() })
	return out, nil
}

// newestOnly leaves one address file a municipality where a folder holds several states of it.
func newestOnly(files []file, r *Report) []file {
	newest := map[int]time.Time{}
	for _, f := range files {
		if code := municipalityInName(f.name); f.layout == nil && code != 0 && f.state.After(newest[code]) {
			newest[code] = f.state
		}
	}
	out := files[:0]
	for _, f := range files {
		if code := municipalityInName(f.name); f.layout == nil && code != 0 && f.state.Before(newest[code]) {
			r.Skipped = append(r.Skipped, Skipped{f.name, "je tu novější stav téže obce"})
			continue
		}
		out = append(out, f)
	}
	return out
}

func (f *file) order() int {
	if f.layout == nil {
		return 100
	}
	return f.layout.order
}

func look(s source) (f file, reason string, err error) {
	in, err := s.opener()
	if err != nil {
		return f, "", broken(s.name, 0, "soubor nejde otevřít (%v)", err)
	}
	defer in.Close()
	first, err := bufio.NewReaderSize(in, 16<<10).Peek(16 << 10)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return f, "", broken(s.name, 0, "soubor nejde přečíst, je nejspíš neúplný (%v)", err)
	}
	if len(first) == 0 {
		return f, "soubor je prázdný", nil
	}
	columns, _, cp1250 := header(first)
	f = file{source: s, cp1250: cp1250}
	if columns[0] == "kod adm" {
		if !addressColumns(columns) {
			return f, fmt.Sprintf("adresy mají mít 19 sloupců, zde jich je %d", len(columns)), nil
		}
		return f, "", nil
	}
	if f.layout = layoutOf(columns); f.layout == nil {
		return f, "neznámé uspořádání sloupců", nil
	}
	return f, "", nil
}

// readAll opens a source and hands it to fn.
func (s *source) read(fn func(io.Reader) error) error {
	in, err := s.opener()
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return broken(s.name, 0, "soubor zmizel")
		}
		return broken(s.name, 0, "soubor nejde otevřít (%v)", err)
	}
	defer in.Close()
	return fn(in)
}

// checkState refuses a state older than the one that was taken in before.
func checkState(name string, state, before time.Time) error {
	if before.IsZero() || dayOf(state) >= dayOf(before) {
		return nil
	}
	return errs.Newf(errs.Invalid, "%s: stav ke dni %s je starší než ten, který už máme (%s). Nic se nezměnilo.", name,
		state.Format("2. 1. 2006"), before.Format("2. 1. 2006"))
}
