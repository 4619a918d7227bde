package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"epom/forms"
	"epom/internal/clock"
)

// FormsCmd checks and tries forms.
type FormsCmd struct {
	List    FormsListCmd    `cmd:"" help:"The forms that come with the program."`
	Check   FormsCheckCmd   `cmd:"" help:"Check definitions and run their examples; without files, those of the installation with the competent offices."`
	Export  FormsExportCmd  `cmd:"" help:"Print the definition of a form, or pack forms for others."`
	Try     FormsTryCmd     `cmd:"" help:"Validate answers."`
	Import  FormsImportCmd  `cmd:"" help:"Install packages, or take over forms of other systems."`
	Publish FormsPublishCmd `cmd:"" help:"Publish drafts of the repository."`
	Trust   FormsTrustCmd   `cmd:"" help:"Take in packages of a publisher."`
}

type FormsListCmd struct{}

func (FormsListCmd) Run(a *App) error {
	catalogue, err := forms.Load()
	if err != nil {
		return err
	}
	for _, f := range catalogue.All() {
		fmt.Fprintf(a.Out, "%s\t%d\t%s\n", f.Code, f.Version, f.Title.CS)
	}
	return nil
}

type FormsCheckCmd struct {
	Files []string `arg:"" optional:"" name:"file" help:"Definitions; - is standard input. None = all forms of the installation."`
}

func (c FormsCheckCmd) Run(a *App) error {
	if len(c.Files) == 0 {
		return checkInstalled(a)
	}
	bad := false
	for _, name := range c.Files {
		data, err := readFile(name)
		if err != nil {
			return err
		}
		for _, p := range forms.Check(data) {
			bad = true
			fmt.Fprintf(a.Out, "%s: %s\n", name, p)
		}
	}
	if bad {
		return errNo
	}
	return nil
}

// checkInstalled runs the examples of every offered form with the competent offices.
func checkInstalled(a *App) error {
	store, err := a.openForms()
	if err != nil {
		return err
	}
	bad := false
	for _, f := range store.Catalogue.All() {
		for _, p := range append(f.CheckExamples(), store.Examine(f)...) {
			bad = true
			fmt.Fprintf(a.Out, "%s: %s\n", f.Code, p)
		}
	}
	if bad {
		return errNo
	}
	return nil
}

type FormsExportCmd struct {
	Out   string   `help:"File to pack the forms into, signed; - is standard output. Without it the definition of one form is printed." placeholder:"FILE"`
	Forms []string `arg:"" name:"form" help:"Codes of forms."`
}

func (c FormsExportCmd) Validate() error {
	if c.Out == "" && len(c.Forms) != 1 {
		return errors.New("several forms need --out FILE")
	}
	return nil
}

func (c FormsExportCmd) Run(a *App) error {
	if c.Out != "" {
		return a.packageForms(c.Forms, c.Out)
	}
	f, err := findForm(c.Forms[0])
	if err != nil {
		return err
	}
	e := json.NewEncoder(a.Out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(f.Definition)
}

type FormsTryCmd struct {
	Form    string `required:"" help:"Code of the form."`
	Answers string `arg:"" help:"JSON file with answers; - is standard input."`
}

func (c FormsTryCmd) Run(a *App) error {
	f, err := findForm(c.Form)
	if err != nil {
		return err
	}
	data, err := readFile(c.Answers)
	if err != nil {
		return err
	}
	var answers forms.Answers
	if err := json.Unmarshal(data, &answers); err != nil {
		return fmt.Errorf("%s is not a JSON object of answers: %w", c.Answers, err)
	}
	tried := f.Try(answers, forms.Setting{Today: clock.Date(a.Now()), Lang: forms.CS})
	if err := json.NewEncoder(a.Out).Encode(tried); err != nil {
		return err
	}
	if !tried.Valid {
		return errNo
	}
	return nil
}

func findForm(code string) (*forms.Form, error) {
	catalogue, err := forms.Load()
	if err != nil {
		return nil, err
	}
	f, ok := catalogue.Latest(code)
	if !ok {
		return nil, fmt.Errorf("there is no form %q; epom forms list shows them", code)
	}
	return f, nil
}

func readFile(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(os.Stdin)
	}
	return os.ReadFile(name)
}
