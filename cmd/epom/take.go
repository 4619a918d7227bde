package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
	"epom/records/intake"
)

// TakeCmd registers files as the mailroom would.
type TakeCmd struct {
	Office string   `required:"" help:"Slug of the office, such as hejnice." placeholder:"SLUG"`
	Files  []string `arg:"" name:"file" help:"Messages (.eml, .zfo) or any other files."`
}

// tookLine is what is printed of one file.
type tookLine struct {
	File       string          `json:"file"`
	Number     *string         `json:"number"`
	Components []tookComponent `json:"components"`
	Problem    *string         `json:"problem"`
}

type tookComponent struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Run prints one JSON line a file. A file that is refused does not stop the others; the answer then is no.
func (c TakeCmd) Run(a *App) error {
	store, err := openOffices(a)
	if err != nil {
		return err
	}
	office, err := store.BySlug(c.Office)
	if err != nil {
		return plainly(err)
	}
	if office.Abbreviation == "" {
		return errors.New("the office has no abbreviation for its numbers: epom office set")
	}
	law, err := records.LoadLaw(a.Context, a.pool)
	if err != nil {
		return err
	}
	files, err := a.Files()
	if err != nil {
		return err
	}
	defer files.Close()
	t := &intake.Taker{DB: a.pool, Reader: intake.Reader{Files: files}, Law: func() *records.Law { return law }, Clock: clock.System{}}
	out := json.NewEncoder(a.Out)
	out.SetEscapeHTML(false)
	refused := false
	for _, path := range c.Files {
		line, err := c.take(a, t, office.ID, path)
		if err != nil {
			return err
		}
		refused = refused || line.Number == nil
		if err := out.Encode(line); err != nil {
			return err
		}
	}
	if refused {
		return errNo
	}
	return nil
}

func (c TakeCmd) take(a *App, t *intake.Taker, office int32, path string) (tookLine, error) {
	line := tookLine{File: path, Components: []tookComponent{}}
	f, err := os.Open(path)
	if err != nil {
		text := err.Error()
		line.Problem = &text
		return line, nil
	}
	defer f.Close()
	got, err := t.Take(a.Context, db.Scope{Office: office, Actor: "system"}, filepath.Base(path), f)
	if errs.Is(err, errs.Invalid) {
		text := errs.Message(err)
		line.Problem = &text
		return line, nil
	}
	if err != nil {
		return line, err
	}
	line.Number = &got.Number
	for _, p := range got.Item.Pieces {
		line.Components = append(line.Components, tookComponent{p.Name, p.MediaType, p.Size, p.SHA256})
	}
	if text := got.Item.Problem(); text != "" {
		line.Problem = &text
	}
	return line, nil
}
