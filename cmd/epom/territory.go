package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"epom/internal/errs"
	"epom/territory"
)

// TerritoryCmd takes in the official lists and addresses.
type TerritoryCmd struct {
	Import TerritoryImportCmd `cmd:"" help:"Take in official files (ČÚZK, ČSÚ) or the derived obce.csv; files, folders or zips."`
	Fetch  TerritoryFetchCmd  `cmd:"" help:"Download the current official files and take them in."`
}

type TerritoryImportCmd struct {
	State time.Time `help:"Day for which files without a date in their name were issued, YYYY-MM-DD." format:"2006-01-02" placeholder:"DATE"`
	Force bool      `help:"Take in a state that ends a suspicious share of rows."`
	Paths []string  `arg:"" name:"path" help:"Files, folders or zips."`
}

func (c TerritoryImportCmd) Run(a *App) error {
	return takeIn(a, territory.Options{State: c.State, Force: c.Force}, c.Paths)
}

// takeIn imports files and prints what changed.
func takeIn(a *App, o territory.Options, paths []string) error {
	if _, err := a.DB(); err != nil { // says when the schema is old
		return err
	}
	owner, err := a.Owner()
	if err != nil {
		return err
	}
	start := a.Now()
	o.Now, o.Progress = start, progress(a.Err)
	r, err := territory.Import(a.Context, owner, o, paths...)
	if err != nil {
		return plainly(err)
	}
	if a.JSON {
		return json.NewEncoder(a.Out).Encode(r)
	}
	printReport(a.Out, r, a.Now().Sub(start))
	return nil
}

// progress prints at most a line each five seconds.
func progress(w io.Writer) func(territory.Progress) {
	last := time.Now()
	return func(p territory.Progress) {
		if time.Since(last) < 5*time.Second {
			return
		}
		last = time.Now()
		fmt.Fprintf(w, "%s %s %d\n", p.Step, p.File, p.Rows)
	}
}

func printReport(w io.Writer, r *territory.Report, took time.Duration) {
	for _, f := range r.Files {
		fmt.Fprintf(w, "%s: %s, řádků %d, stav ke dni %s\n", f.Name, f.Layout, f.Rows, f.State)
	}
	for _, s := range r.Skipped {
		fmt.Fprintf(w, "%s: vynecháno, %s\n", s.Name, s.Reason)
	}
	for _, k := range []struct{ key, word string }{{"region", "kraje"}, {"district", "okresy"}, {"orp", "obce s rozšířenou působností"},
		{"pou", "pověřené úřady"}, {"building_office", "stavební úřady"}, {"municipality", "obce"}, {"momc", "městské části"},
		{"part", "části obcí"}, {"address", "adresy"}} {
		c, ok := r.Changes[k.key]
		if !ok || c.Added+c.Changed+c.Ended == 0 {
			continue
		}
		fmt.Fprintf(w, "%s: přibylo %d, změnilo se %d, zaniklo %d\n", k.word, c.Added, c.Changed, c.Ended)
		for _, e := range c.Examples {
			fmt.Fprintf(w, "  %s\n", e)
		}
	}
	if r.Empty() {
		fmt.Fprintln(w, "Nic se nezměnilo, tento stav už máme.")
	}
	for _, s := range r.Warnings {
		fmt.Fprintf(w, "Pozor: %s\n", s)
	}
	fmt.Fprintf(w, "Hotovo za %.1f s.\n", took.Seconds())
}

// plainly leaves of an error only the sentence meant for people, when it has one.
func plainly(err error) error {
	if m := errs.Message(err); m != "" {
		return errors.New(m)
	}
	return err
}

// TerritoryFetchCmd downloads the official files. Addresses are settings of the environment or of the command line.
type TerritoryFetchCmd struct {
	URL   []string      `name:"url" env:"EPOM_TERRITORY_URLS" help:"Addresses of files, instead of the official ones; {date} is the last day of the previous month." sep:","`
	Dir   string        `help:"Folder for the downloaded files." placeholder:"DIR"`
	Idle  time.Duration `help:"Give up when nothing comes for so long." default:"60s"`
	Tries int           `help:"How many times a download broken off is taken up again." default:"5"`
	Force bool          `help:"Take in a state that ends a suspicious share of rows."`
}

func (c TerritoryFetchCmd) Run(a *App) error {
	dir := c.Dir
	if dir == "" {
		dir = filepath.Join(a.Config.DataDir, "territory")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	files, err := territory.Fetch(a.Context, territory.FetchOptions{URLs: c.URL, Dir: dir, Today: a.Now(), Idle: c.Idle, Tries: c.Tries,
		Say: func(s string) { fmt.Fprintln(a.Err, s) }})
	if err != nil {
		return plainly(err)
	}
	return takeIn(a, territory.Options{Force: c.Force}, files)
}
