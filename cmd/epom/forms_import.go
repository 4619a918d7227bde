package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"epom/forms/exchange"
	"epom/forms/repository"
)

// FormsImportCmd installs signed packages of forms, or takes over forms of other systems.
type FormsImportCmd struct {
	From   string   `enum:"bratislava,openforms,govuk,formcode," default:"" help:"System the files come from: bratislava, openforms, govuk, formcode. Without it they are packages."`
	Out    string   `help:"Directory to write the definitions into." type:"path" placeholder:"DIR"`
	Into   bool     `help:"Keep them in the repository as drafts."`
	Agenda string   `help:"Agenda of the drafts." placeholder:"CODE"`
	Files  []string `arg:"" name:"file" help:"Files; - is standard input. A package may be an https address, an export of Open Forms a ZIP or a directory."`
}

func (c FormsImportCmd) Validate() error {
	if c.From == "" && (c.Out != "" || c.Into || c.Agenda != "") {
		return errors.New("--out, --into and --agenda go with --from")
	}
	return nil
}

// importLine is what is printed for each form of a file.
type importLine struct {
	File       string          `json:"file"`
	Form       string          `json:"form"`
	Fields     int             `json:"fields"`     // questions of the source
	Conditions int             `json:"conditions"` // of the source
	Carried    int             `json:"carried"`    // of both
	Dropped    []exchange.Note `json:"dropped"`
	Changed    []exchange.Note `json:"changed,omitempty"` // carried, but not quite as it was
	Error      string          `json:"error,omitempty"`   // nothing of the file was imported
}

func (c FormsImportCmd) Run(a *App) error {
	if c.From == "" {
		return a.installPackages(c.Files)
	}
	var store *repository.Store
	if c.Into {
		var err error
		if store, err = a.openForms(); err != nil {
			return err
		}
	}
	lines := json.NewEncoder(a.Out)
	lines.SetEscapeHTML(false)
	written := map[string]bool{}
	bad := false
	for _, name := range c.Files {
		forms, err := importFile(c.From, name)
		if err != nil {
			bad = true
			fmt.Fprintf(a.Err, "%s: %s\n", name, err)
			if err := lines.Encode(importLine{File: name, Dropped: []exchange.Note{}, Error: err.Error()}); err != nil {
				return err
			}
			continue
		}
		for _, f := range forms {
			if c.Out != "" {
				if err := keepForm(c.Out, f, written); err != nil {
					return err
				}
			}
			if store != nil {
				if err := a.keepDraft(store, f, c.Agenda); err != nil {
					return err
				}
			}
			line := importLine{File: name, Form: f.Form.Code, Fields: f.Fields, Conditions: f.Conditions, Carried: f.Carried, Dropped: f.Dropped, Changed: f.Changed}
			if line.Dropped == nil {
				line.Dropped = []exchange.Note{}
			}
			if err := lines.Encode(line); err != nil {
				return err
			}
		}
	}
	if bad {
		return errNo
	}
	return nil
}

// keepForm writes one definition; two forms of one code do not overwrite each other.
func keepForm(dir string, f *exchange.Imported, written map[string]bool) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	name := f.Form.Code
	for i := 2; written[name]; i++ {
		name = f.Form.Code + "-" + strconv.Itoa(i)
	}
	written[name] = true
	return os.WriteFile(filepath.Join(dir, name+".json"), f.JSON, 0o644)
}

func importFile(from, name string) ([]*exchange.Imported, error) {
	if name == "-" {
		return importFrom(from, "formular", os.Stdin)
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		if from != exchange.OpenForms {
			return nil, errors.New("je adresář; složku umíme jen u exportu Open Forms")
		}
		return importFolder(from, name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return importFrom(from, name, f)
}

// importFrom reads at most as much as is taken, and one byte that tells there is more.
func importFrom(from, name string, r io.Reader) ([]*exchange.Imported, error) {
	data, err := io.ReadAll(io.LimitReader(r, exchange.MaxFile+1))
	if err != nil {
		return nil, err
	}
	return exchange.Import(from, name, data)
}

// importFolder reads an unpacked export as the archive it was.
func importFolder(from, name string) ([]*exchange.Imported, error) {
	files, err := filepath.Glob(filepath.Join(name, "*.json"))
	if err != nil {
		return nil, err
	}
	var packed bytes.Buffer
	archive := zip.NewWriter(&packed)
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		w, err := archive.CreateHeader(&zip.FileHeader{Name: filepath.Base(path), Method: zip.Deflate})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(data); err != nil {
			return nil, err
		}
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	return exchange.Import(from, name, packed.Bytes())
}
