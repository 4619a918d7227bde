package main

import (
	"encoding/json"
	"fmt"
	"os"

	"epom/records/sip"
)

// SipCmd is about packages for the archive.
type SipCmd struct {
	Check SipCheckCmd `cmd:"" help:"Apply the archives' rules to packages; one JSON line a package, the same for people beside it."`
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
