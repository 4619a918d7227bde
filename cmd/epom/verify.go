package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"

	"epom/board"
	"epom/forms/repository"
	"epom/internal/audit"
	"epom/internal/db"
	"epom/records"
	"epom/records/daily"
	"epom/records/dispatch"
	"epom/records/disposal"
	"epom/records/exchange"
	"epom/submissions"
)

//go:embed verify.sql
var verifyText string

var verifySQL = db.Load("verify", verifyText)

// VerifyCmd audits the whole installation: journals, submissions, boards with their evidence, published forms, the audit chain, files, jobs and mail. It changes
// nothing and may run beside the app. Exit code 1 when there is a fault.
type VerifyCmd struct {
	NoFiles bool `help:"Only look whether files are there; do not read their content."`
}

// fault is one thing that must not be.
type fault struct {
	Part  string `json:"part"` // journal, submissions, board, forms, handover, dispatch, disposal, audit, log, files, jobs
	Fault string `json:"fault"`
}

func (v *VerifyCmd) Run(a *App) error {
	faults, unused, err := v.look(a)
	if err != nil {
		return db.Classify(err)
	}
	for _, f := range faults {
		if !a.JSON {
			fmt.Fprintf(a.Out, "%s: %s\n", f.Part, f.Fault)
			continue
		}
		if err := json.NewEncoder(a.Out).Encode(f); err != nil {
			return err
		}
	}
	if unused > 0 {
		fmt.Fprintf(a.Err, "%d files in the store belong to nothing; uploads of abandoned drafts are no fault\n", unused)
	}
	if len(faults) > 0 {
		fmt.Fprintf(a.Err, "%d faults\n", len(faults))
		return errNo
	}
	fmt.Fprintln(a.Err, "no fault found")
	return nil
}

func (v *VerifyCmd) look(a *App) (faults []fault, unused int, err error) {
	owner, err := a.Owner()
	if err != nil {
		return nil, 0, err
	}
	files, err := a.Files()
	if err != nil {
		return nil, 0, err
	}
	add := func(part string, found []string, err error) error {
		for _, s := range found {
			faults = append(faults, fault{part, s})
		}
		return err
	}
	ctx := a.Context
	for _, part := range []struct {
		name string
		look func() ([]string, error)
	}{
		{"journal", func() ([]string, error) { return records.Verify(ctx, owner) }},
		{"submissions", func() ([]string, error) { return submissions.Verify(ctx, owner) }},
		{"board", func() ([]string, error) { return board.Verify(ctx, owner) }},
		{"forms", func() ([]string, error) { return repository.Verify(ctx, owner) }},
		{"handover", func() ([]string, error) { return exchange.Verify(ctx, owner) }},
		{"dispatch", func() ([]string, error) { return dispatch.Verify(ctx, owner, a.Now()) }},
		{"disposal", func() ([]string, error) { return disposal.Verify(ctx, owner, files) }},
		{"log", func() ([]string, error) { return daily.Verify(ctx, owner) }},
	} {
		found, err := part.look()
		if err := add(part.name, found, err); err != nil {
			return nil, 0, err
		}
	}
	broken, err := audit.Verify(a.Context, owner)
	for _, b := range broken {
		faults = append(faults, fault{"audit", b.String()})
	}
	if err != nil {
		return nil, 0, err
	}
	if !v.NoFiles {
		sealed, err := daily.VerifyFiles(a.Context, owner, files)
		if err := add("log", sealed, err); err != nil {
			return nil, 0, err
		}
	}
	lost, unused, err := submissions.VerifyFiles(a.Context, owner, files, !v.NoFiles)
	if err := add("files", lost, err); err != nil {
		return nil, 0, err
	}
	names := []string{}
	for name := range verifySQL {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		var found []string
		err := owner.SelectContext(a.Context, &found, verifySQL.Get(name))
		if err := add("jobs", found, err); err != nil {
			return nil, 0, fmt.Errorf("%s: %w", name, err)
		}
	}
	return faults, unused, nil
}
