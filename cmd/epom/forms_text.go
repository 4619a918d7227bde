package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"epom/forms"
	"epom/forms/notation"
)

// FormsTextCmd prints a definition as the plain text people write, with --json a text as a definition.
type FormsTextCmd struct {
	File string `arg:"" help:"A definition (.json) or a text (.formular); - is standard input."`
}

func (c FormsTextCmd) Run(a *App) error {
	data, err := readFile(c.File)
	if err != nil {
		return err
	}
	if data, err = definitionOf(a.Out, c.File, data); err != nil {
		return err
	}
	d := &forms.Definition{}
	if err := json.Unmarshal(data, d); err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	if !a.JSON {
		_, err = io.WriteString(a.Out, notation.Write(d))
		return err
	}
	e := json.NewEncoder(a.Out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(d)
}

// definitionOf makes JSON of a text; what is no text stays. Faults of a text are printed, one a line.
func definitionOf(out io.Writer, name string, data []byte) ([]byte, error) {
	if !notation.Is(string(data)) {
		return data, nil
	}
	d, err := notation.Read(string(data))
	var faults *notation.Error
	if errors.As(err, &faults) {
		for _, f := range faults.Faults {
			fmt.Fprintf(out, "%s: %s\n", name, f)
		}
		return nil, errNo
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(d)
}
