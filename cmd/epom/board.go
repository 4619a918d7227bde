package main

import (
	"bufio"
	"io"
	"os"
	"path/filepath"

	"epom/board"
	"epom/internal/db"
)

// BoardCmd takes boards in from other systems and gives them out.
type BoardCmd struct {
	Import BoardImportCmd `cmd:"" help:"Bring in a board of another system, with its past when a series of states is given."`
	Export BoardExportCmd `cmd:"" help:"Write an office's board by the open formal norm (OFN Úřední desky 2021-07-20)."`
}

// BoardExportCmd writes what hangs; of an imported board also what its source still showed.
type BoardExportCmd struct {
	Office string `required:"" help:"Slug of the office, such as hejnice." placeholder:"SLUG"`
	All    bool   `help:"With everything that ever hung."`
	File   string `arg:"" optional:"" default:"-" help:"Where to; - is the standard output."`
}

func (c *BoardExportCmd) Run(a *App) error {
	data, err := a.openData(c.Office)
	if err != nil {
		return err
	}
	extent := board.StillShown
	if c.All {
		extent = board.EverHung
	}
	write := func(w io.Writer) error {
		return a.pool.Tx(a.Context, db.Scope{Office: data.Office.ID, Actor: "system"}, func(tx *db.Tx) error {
			return data.WriteBoard(a.Context, tx, extent, w)
		})
	}
	if c.File == "-" {
		out := bufio.NewWriter(a.Out)
		if err := write(out); err != nil {
			return plainly(err)
		}
		return out.Flush()
	}
	return plainly(writeWhole(c.File, write))
}

// openData is an office's board to be given out.
func (a *App) openData(slug string) (board.OpenData, error) {
	store, err := openOffices(a)
	if err != nil {
		return board.OpenData{}, err
	}
	o, err := store.BySlug(slug)
	if err != nil {
		return board.OpenData{}, plainly(err)
	}
	law, err := board.LoadLaw(a.Context, a.pool)
	return board.OpenData{Law: law, Office: o, Base: a.Config.PublicURL}, err
}

// writeWhole puts a file in place of the old one only when it is written to its end.
func writeWhole(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".epom-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // after the renaming there is nothing
	err = write(f)
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
