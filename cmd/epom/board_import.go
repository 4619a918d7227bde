package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"epom/board"
	"epom/board/ofn"
)

// BoardImportCmd brings in a board of another system: one state, or many in the order of their times.
type BoardImportCmd struct {
	Office string   `required:"" help:"Slug of the office, such as hejnice." placeholder:"SLUG"`
	Loose  bool     `help:"Take in also items that the norm does not allow; they stay out of the open data."`
	Files  bool     `help:"Bring the documents too, where they can be reached."`
	From   string   `help:"Which board of a file with several: a part of its name." placeholder:"NAME"`
	Paths  []string `arg:"" name:"file" help:"OFN JSON-LD (.json, .jsonld), a series of its states (.tar.xz, .tar.gz, .tar), or another known layout; - is the standard input."`
}

// mostInput bounds one file; archives unpack within the bounds of ofn.
const mostInput = 256 << 20

// statesAtOnce is how many single states are taken in as one series.
const statesAtOnce = 200

// boardImport is one run of the command.
type boardImport struct {
	*BoardImportCmd
	app     *App
	data    board.OpenData
	taking  board.Taking
	states  []ofn.State // single files, waiting to be taken in together
	other   *ofn.Import // files of another layout, joined
	names   []string
	refused bool
}

func (c *BoardImportCmd) Run(a *App) error {
	data, err := a.openData(c.Office)
	if err != nil {
		return err
	}
	in := &boardImport{BoardImportCmd: c, app: a, data: data}
	in.taking = board.Taking{DB: a.pool, Law: data.Law, Office: data.Office, Base: data.Base, Actor: "system", Now: a.Now(), Say: in.say}
	if c.Files {
		files, err := a.Files()
		if err != nil {
			return err
		}
		in.taking.Fetch = newFetcher(files, a.Config.HooksAnywhere, a.Err).fetch
	}
	for i, path := range c.Paths {
		if err := in.file(path, i); err != nil {
			return plainly(err)
		}
	}
	if err := errors.Join(in.flush(), in.flushOther()); err != nil {
		return plainly(err)
	}
	if in.refused {
		return errNo
	}
	return nil
}

// say tells a person how far a long import is.
func (in *boardImport) say(done, all int) {
	if all > 500 {
		fmt.Fprintf(in.app.Err, "%d / %d\n", done, all)
	}
}

// file takes in one file, or lets it wait for those it belongs to. What is wrong with a file itself is said and the next
// one goes on; an error ends everything.
func (in *boardImport) file(path string, nth int) error {
	raw, err := readInput(path)
	if err != nil {
		in.refuse(path, err)
		return nil
	}
	name := filepath.Base(path)
	layout := ofn.Detect(name, raw[:min(len(raw), 64<<10)])
	if layout == ofn.LayoutBoard {
		if raw, err = unpacked(raw); err != nil {
			in.refuse(path, err)
			return nil
		}
	}
	switch layout {
	case ofn.LayoutSeries:
		if err := errors.Join(in.flush(), in.flushOther()); err != nil {
			return err
		}
		return in.take(path, ofn.States(bytes.NewReader(raw), 0))
	case ofn.LayoutBoard, ofn.LayoutNone:
		if err := in.flushOther(); err != nil {
			return err
		}
		if faults := in.faults(raw); faults != nil {
			in.refuse(path, faults...)
			return nil
		}
		s := ofn.State{Name: name, Raw: raw}.Timed(in.taking.Now.Add(time.Duration(nth) * time.Microsecond))
		in.states, in.names = append(in.states, s), append(in.names, path)
		if len(in.states) == statesAtOnce {
			return in.flush()
		}
		return nil
	default:
		if err := in.flush(); err != nil {
			return err
		}
		return in.foreign(path, layout, raw)
	}
}

// faults are what keeps a state from being taken in. A missing address of the page is mended by our own.
func (in *boardImport) faults(raw []byte) (list []error) {
	if in.Loose {
		if _, err := ofn.Parse(bytes.NewReader(raw), mostInput); err != nil {
			return []error{err}
		}
		return nil
	}
	for _, f := range ofn.Validate(raw) {
		if f.Path != "/stránka" {
			list = append(list, errors.New(f.String()))
		}
	}
	return list
}

// foreign reads a file of another layout.
func (in *boardImport) foreign(path string, layout ofn.Layout, raw []byte) error {
	o := in.data.Office
	got, err := ofn.Read(layout, bytes.NewReader(raw), ofn.Options{Base: o.Web, Operator: in.data.Operator()})
	if err != nil {
		in.refuse(path, err)
		return nil
	}
	if in.other == nil {
		in.other = got
	} else {
		in.other.Join(got)
	}
	in.names = append(in.names, path)
	return nil
}

// flush takes in the single states that wait.
func (in *boardImport) flush() error {
	if len(in.states) == 0 {
		return nil
	}
	states := in.states
	in.states = nil
	return in.take(strings.Join(in.named(), " "), func(yield func(ofn.State, error) bool) {
		for _, s := range states {
			if !yield(s, nil) {
				return
			}
		}
	})
}

// flushOther takes in what files of another layout say together.
func (in *boardImport) flushOther() error {
	if in.other == nil {
		return nil
	}
	got, name := in.other, strings.Join(in.named(), " ")
	in.other = nil
	for _, f := range got.LeftOut {
		fmt.Fprintf(in.app.Err, "%s: vynecháno: %s\n", name, f)
	}
	b, err := in.which(got.Boards)
	if err != nil {
		in.refuse(name, err)
		return nil
	}
	s, err := board.StateOf(b, name, in.taking.Now)
	if err != nil {
		return err
	}
	return in.take(name, func(yield func(ofn.State, error) bool) { yield(s, nil) })
}

// which is the one board, or the one asked for.
func (in *boardImport) which(list []*ofn.Board) (*ofn.Board, error) {
	var names []string
	var found []*ofn.Board
	for _, b := range list {
		name := b.Name.Best()
		if name == "" {
			name = b.Operator.Name.Best()
		}
		names = append(names, name)
		if in.From == "" || strings.Contains(strings.ToLower(name), strings.ToLower(in.From)) {
			found = append(found, b)
		}
	}
	if len(found) != 1 {
		slices.Sort(names)
		return nil, fmt.Errorf("je v něm %d desek, vyberte jednu přepínačem --from: %s", len(list), strings.Join(names, ", "))
	}
	return found[0], nil
}

func (in *boardImport) named() []string {
	names := in.names
	in.names = nil
	return names
}

// take takes in states and says what was done.
func (in *boardImport) take(name string, states iter.Seq2[ofn.State, error]) error {
	in.taking.Name = shorten(name)
	said, err := in.taking.Take(in.app.Context, states)
	if e := (*ofn.Error)(nil); errors.As(err, &e) {
		in.refuse(name, err)
		return nil
	}
	if err != nil {
		return err
	}
	if in.app.JSON {
		return json.NewEncoder(in.app.Out).Encode(struct {
			File string `json:"file"`
			*board.Taken
		}{in.taking.Name, said})
	}
	fmt.Fprintf(in.app.Out, "%s: stavů %d (známých %d, výpadků %d), nových %d, změněných %d, sejmutých %d, vrácených %d, beze změny %d, mimo normu %d\n",
		in.taking.Name, said.States, said.Known, said.Outages, said.New, said.Revised, said.Removed, said.Again, said.Same, said.Faulty)
	if in.Files {
		fmt.Fprintf(in.app.Out, "dokumentů staženo %d, nedostupných %d\n", said.Documents, said.Missing)
	}
	return nil
}

// refuse says what is wrong with a file; nothing of it is taken in.
func (in *boardImport) refuse(name string, faults ...error) {
	const most = 20
	in.refused = true
	for i, err := range faults {
		if i == most {
			fmt.Fprintf(in.app.Err, "%s: a dalších %d\n", name, len(faults)-most)
			break
		}
		fmt.Fprintf(in.app.Err, "%s: %v\n", name, plainly(err))
	}
}

// readInput reads a file, or the standard input.
func readInput(path string) ([]byte, error) {
	from := io.Reader(os.Stdin)
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		from = f
	}
	raw, err := io.ReadAll(io.LimitReader(from, mostInput+1))
	if err == nil && len(raw) > mostInput {
		err = fmt.Errorf("soubor je větší než %d MB", mostInput>>20)
	}
	return raw, err
}

// unpacked opens a packed state.
func unpacked(raw []byte) ([]byte, error) {
	if !bytes.HasPrefix(raw, []byte("\x1f\x8b")) {
		return raw, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(z, mostInput))
}

// shorten keeps the names of many files out of the log.
func shorten(names string) string {
	const most = 200
	if r := []rune(names); len(r) > most {
		return string(r[:most]) + "…"
	}
	return names
}
