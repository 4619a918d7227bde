package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"epom/internal/audit"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/offices"
	"epom/records"
	"epom/records/disposal/pack"
	"epom/records/sip"
)

// SipCmd is about packages for the archive.
type SipCmd struct {
	Check  SipCheckCmd  `cmd:"" help:"Apply the archives' rules to packages; one JSON line a package, the same for people beside it."`
	Export SipExportCmd `cmd:"" help:"Make packages of closed case files; one JSON line a package."`
}

// SipCheckCmd checks packages for the archive, archival packages and finding aids.
type SipCheckCmd struct {
	Paths []string `arg:"" name:"path" help:"Folders, ZIP or TAR files, EAD files."`
}

// Validate asks that every path is there.
func (c SipCheckCmd) Validate() error {
	for _, path := range c.Paths {
		if _, err := os.Stat(path); err != nil {
			return err
		}
	}
	return nil
}

// Run prints one JSON line a package to the standard output and, unless --json asks for data alone, the same in words to the
// error output: technical faults apart from those the office mends.
func (c SipCheckCmd) Run(a *App) error {
	out := json.NewEncoder(a.Out)
	out.SetEscapeHTML(false)
	bad := false
	for _, path := range c.Paths {
		report, err := sip.Check(path, sip.Options{Today: a.Now()})
		if err != nil {
			return err
		}
		bad = bad || len(report.Broken) > 0
		if err := out.Encode(report); err != nil {
			return err
		}
		if !a.JSON {
			a.tell(report)
		}
	}
	if bad {
		return errNo
	}
	return nil
}

func (a *App) tell(r sip.Report) {
	if len(r.Broken) == 0 {
		fmt.Fprintf(a.Err, "%s: žádné pravidlo není porušeno\n", r.Path)
		return
	}
	fmt.Fprintf(a.Err, "%s: nalezených závad: %d\n", r.Path, len(r.Broken))
	for _, part := range []struct {
		class sip.Class
		head  string
	}{{sip.Technical, "Technické závady (opraví dodavatel programu)"}, {sip.Clerk, "Závady v obsahu (opraví úřad ve spisové službě)"}} {
		head := part.head
		for _, f := range r.Broken {
			if f.Class != part.class {
				continue
			}
			if head != "" {
				fmt.Fprintf(a.Err, "  %s:\n", head)
				head = ""
			}
			fmt.Fprintf(a.Err, "    %-7s %s\n", f.Rule, f.Text)
		}
	}
}

// SipExportCmd makes packages for the archive of closed case files.
type SipExportCmd struct {
	Office string   `required:"" help:"Slug of the office."`
	Out    string   `required:"" type:"path" help:"Folder for the packages."`
	Marks  []string `arg:"" name:"mark" help:"File marks, for example HEJ/2026/00042."`
}

// exported is what is said of one package.
type exported struct {
	Mark    string  `json:"mark"`
	Path    string  `json:"path,omitempty"`
	Problem *string `json:"problem"`
}

// Run writes one ZIP a file into the folder; a file that makes no package is named with the reason, and the others are made.
func (c SipExportCmd) Run(a *App) error {
	pool, err := a.DB()
	if err != nil {
		return err
	}
	files, err := a.Files()
	if err != nil {
		return err
	}
	all, err := offices.Open(a.Context, pool)
	if err != nil {
		return err
	}
	o, err := all.BySlug(c.Office)
	if err != nil {
		return fmt.Errorf("office %s: %w", c.Office, err)
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return err
	}
	out, bad := json.NewEncoder(a.Out), false
	for _, mark := range c.Marks {
		said := exported{Mark: mark}
		err := pool.Tx(a.Context, db.Scope{Office: o.ID, Actor: "shell"}, func(tx *db.Tx) (err error) {
			said.Path, err = c.one(a, tx, o, mark, files.Open)
			return err
		})
		if err != nil {
			bad = true
			text := errs.Message(err)
			for _, f := range errs.FieldsOf(err) {
				text = f.Message
			}
			if text == "" {
				text = err.Error()
			}
			said.Problem = &text
		}
		if err := out.Encode(said); err != nil {
			return err
		}
	}
	if bad {
		return errNo
	}
	return nil
}

func (c SipExportCmd) one(a *App, tx *db.Tx, o *offices.Office, mark string, open records.Opener) (string, error) {
	k, err := records.CaseByMark(a.Context, tx, mark)
	if err != nil {
		return "", err
	}
	u, err := pack.Load(a.Context, tx, o, k.ID)
	if err != nil {
		return "", err
	}
	audit.Write(tx, audit.Event{At: a.Now(), Action: "packed", ObjectType: "case_file", ObjectID: fmt.Sprint(k.ID), Data: map[string]any{"mark": k.Mark}})
	return write(a.Context, filepath.Join(c.Out, u.Name()+".zip"), u, open, pack.Options{At: a.Now(), Person: "správce serveru"})
}

// write makes the file whole or not at all.
func write(ctx context.Context, path string, u *pack.Unit, open records.Opener, o pack.Options) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "sip-*")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.Remove(f.Name()) }() // after the rename there is nothing to remove
	if err := errors.Join(u.Write(ctx, f, open, o), f.Chmod(0o644), f.Close()); err != nil {
		return "", err
	}
	return path, os.Rename(f.Name(), path)
}
