package main

import (
	"encoding/json"
	"fmt"

	"epom/records/move"
)

// OfficeExportCmd writes everything of one office to a package that another installation can take in.
type OfficeExportCmd struct {
	Slug    string `arg:"" help:"Slug of the office, such as hejnice."`
	Out     string `required:"" help:"Where to: a ZIP by its name, else a folder, in which an interrupted export goes on." placeholder:"FILE.zip|DIR"`
	MovedTo string `help:"The office moves to this address: it is read-only here from now on. Without it the package is a copy." placeholder:"URL"`
}

func (c OfficeExportCmd) Run(a *App) error {
	if _, err := a.DB(); err != nil {
		return err
	}
	files, err := a.Files()
	if err != nil {
		return err
	}
	sealer, err := a.sealer()
	if err != nil {
		return err
	}
	m, err := move.Export{Owner: a.owner, Files: files, Seal: sealer, Installation: a.Config.PublicURL, Now: a.Now(), MovedTo: c.MovedTo, Told: a.told()}.Run(a.Context, c.Slug, c.Out)
	if err != nil {
		return plainly(err)
	}
	if a.JSON {
		return json.NewEncoder(a.Out).Encode(map[string]any{"office": m.Office.Slug, "package": c.Out, "files": m.Files.Rows, "log": m.Log, "evidence": m.Evidence, "trial": sealer.Test()})
	}
	fmt.Fprintf(a.Out, "%s is in %s: %d files, log up to row %d\n", m.Office.Name, c.Out, m.Files.Rows, m.Log.Seq)
	if sealer.Test() {
		fmt.Fprintln(a.Err, "the package is sealed by the installation's own authority: zkušební – bez právních účinků")
	}
	return nil
}

// told prints how far long work is.
func (a *App) told() func(string, int64) {
	return func(what string, n int64) {
		if n > 0 {
			fmt.Fprintf(a.Err, "  %s: %d\n", what, n)
		}
	}
}

// OfficeImportCmd takes a package of an office in. A second run of an interrupted import goes on; of a finished one does nothing.
type OfficeImportCmd struct {
	Package string `arg:"" help:"Package made by epom office export: a ZIP or a folder."`
}

func (c OfficeImportCmd) Run(a *App) error {
	if _, err := a.DB(); err != nil {
		return err
	}
	files, err := a.Files()
	if err != nil {
		return err
	}
	sealer, err := a.sealer()
	if err != nil {
		return err
	}
	r, err := move.Import{Owner: a.owner, Files: files, Roots: sealer.Roots(), Now: a.Now(), Told: a.told()}.Run(a.Context, c.Package)
	if err != nil {
		return plainly(err)
	}
	if a.JSON {
		return json.NewEncoder(a.Out).Encode(map[string]any{"office": r.Office, "already": r.Already, "sealed_by": r.Seal.Signer.Name, "trusted": r.Seal.Good(), "files": r.Manifest.Files.Rows, "log": r.Manifest.Log})
	}
	if r.Already {
		fmt.Fprintf(a.Out, "office %s came by this package before; nothing was done\n", r.Office)
		return nil
	}
	fmt.Fprintf(a.Out, "office %s is here: %d files, log up to row %d\n", r.Office, r.Manifest.Files.Rows, r.Manifest.Log.Seq)
	trusted := "which this installation does not know"
	if r.Seal.Good() {
		trusted = "which this installation trusts"
	}
	fmt.Fprintf(a.Err, "the package was sealed by %s, %s\n", r.Seal.Signer.Name, trusted)
	return nil
}

// OfficeMergeCmd hands the records of an office over to another one of the same installation (spisová rozluka).
type OfficeMergeCmd struct {
	From string `arg:"" help:"Slug of the office whose records are handed over."`
	Into string `arg:"" help:"Slug of the office that takes them over."`
	Why  string `required:"" help:"On what ground, such as the contract or the decision."`
}

func (c OfficeMergeCmd) Run(a *App) error { return c.handOver(a, nil) }

func (c OfficeMergeCmd) handOver(a *App, part *move.Part) error {
	if _, err := a.DB(); err != nil {
		return err
	}
	files, err := a.Files()
	if err != nil {
		return err
	}
	r, err := move.Merge{Owner: a.owner, Files: files, Now: a.Now(), Part: part}.Run(a.Context, c.From, c.Into, c.Why)
	if err != nil {
		return plainly(err)
	}
	if a.JSON {
		return json.NewEncoder(a.Out).Encode(r)
	}
	fmt.Fprintf(a.Out, "%d case files with %d documents went from %s to %s; protocol %s there and %s here\n", r.Cases, r.Documents, c.From, c.Into, r.ProtocolFrom, r.ProtocolInto)
	return nil
}

// OfficeSplitCmd hands a part of an office's records over to another one of the same installation (spisová rozluka).
type OfficeSplitCmd struct {
	OfficeMergeCmd
	Agenda []string `help:"Codes of agendas whose case files are handed over." placeholder:"CODE"`
	Class  []string `help:"Codes of classes of the classification scheme, with what lies below them." placeholder:"CODE"`
	Unit   []string `help:"Names of units whose case files are handed over." placeholder:"NAME"`
	Case   []string `help:"File marks." placeholder:"MARK"`
}

func (c OfficeSplitCmd) Run(a *App) error {
	return c.handOver(a, &move.Part{Agendas: c.Agenda, Classes: c.Class, Units: c.Unit, Marks: c.Case})
}
