package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"text/tabwriter"

	"epom/offices"
)

// OfficeCmd shows and adds offices.
type OfficeCmd struct {
	List OfficeListCmd `cmd:"" help:"The offices of this installation."`
	Show OfficeShowCmd `cmd:"" help:"All that is known of an office."`
	Add  OfficeAddCmd  `cmd:"" help:"Add an office."`

	Export OfficeExportCmd `cmd:"" help:"Everything of an office as one package, to move it to another installation."`
	Import OfficeImportCmd `cmd:"" help:"Take in an office from a package."`
	Merge  OfficeMergeCmd  `cmd:"" help:"Hand the records of an office over to another one."`
	Split  OfficeSplitCmd  `cmd:"" help:"Hand a part of the records of an office over to another one: by agendas, classes, units or file marks."`
}

type OfficeListCmd struct {
	Participating bool `help:"Only those that take submissions in e-POM."`
}

func (c OfficeListCmd) Run(a *App) error {
	store, err := openOffices(a)
	if err != nil {
		return err
	}
	list := store.List()
	if c.Participating {
		list = store.Snapshot().Participating()
	}
	if a.JSON {
		enc := json.NewEncoder(a.Out)
		for _, o := range list {
			if err := enc.Encode(o); err != nil {
				return err
			}
		}
		return nil
	}
	w := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
	for _, o := range list {
		part := "–"
		if o.Participates {
			part = o.Abbreviation
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t§ %s\n", o.Slug, o.Name, part, o.Category)
	}
	return w.Flush()
}

type OfficeShowCmd struct {
	Slug string `arg:"" help:"Slug of the office, such as hejnice."`
}

func (c OfficeShowCmd) Run(a *App) error {
	store, err := openOffices(a)
	if err != nil {
		return err
	}
	o, err := store.BySlug(c.Slug)
	if err != nil {
		return plainly(err)
	}
	if a.JSON {
		return json.NewEncoder(a.Out).Encode(o)
	}
	w := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
	for _, line := range [][2]string{{"Název", o.Name}, {"Adresa", o.Address()}, {"IČO", o.ICO}, {"Datová schránka", o.DataBox}, {"E-mail", o.Email},
		{"Telefon", o.Phone}, {"Web", o.Web}, {"Zkratka", o.Abbreviation}, {"Kategorie", "§ " + string(o.Category) + " zákona č. 499/2004 Sb."}, {"Zdroj", o.Source}} {
		fmt.Fprintf(w, "%s\t%s\n", line[0], line[1])
	}
	for _, h := range o.Hours {
		fmt.Fprintf(w, "%s\t%s–%s\n", [...]string{"", "Pondělí", "Úterý", "Středa", "Čtvrtek", "Pátek", "Sobota", "Neděle"}[h.Weekday], h.Opens, h.Closes)
	}
	return w.Flush()
}

// OfficeAddCmd adds an office. The category of § 63 is asked, since it decides about the records service.
type OfficeAddCmd struct {
	Slug         string `arg:"" help:"Part of the office's addresses, such as hejnice."`
	Name         string `required:"" help:"Name, such as Městský úřad Hejnice."`
	Seat         string `required:"" help:"Seat in the nominative, such as Hejnice."`
	Kind         string `help:"municipality, region or other." enum:"municipality,region,other" default:"municipality"`
	Municipality int    `help:"RÚIAN code of the municipality." placeholder:"CODE"`
	Region       int    `help:"RÚIAN code of the region." placeholder:"CODE"`
	Category     string `required:"" help:"Originator of documents by § 63 of Act 499/2004: 63/1 or 63/2." enum:"63/1,63/2"`
	Abbreviation string `help:"Stands in reference numbers, such as HEJ; needed when it takes part."`
	Participates bool   `help:"It takes submissions in e-POM."`
	ICO          string `name:"ico" help:"IČO."`
	DataBox      string `help:"Identifier of the data box."`
	Email        string `help:"E-mail of the mailroom."`
	Phone        string `help:"Telephone."`
	Web          string `help:"Web address."`
	Street       string `help:"Street and number."`
	Zip          string `help:"PSČ, five digits."`
	Town         string `help:"Town of the address."`
}

// Validate makes wrong usage end with 2.
func (c *OfficeAddCmd) Validate() error {
	switch {
	case c.Participates && c.Abbreviation == "":
		return errors.New("an office that takes part needs --abbreviation")
	case c.Kind == "municipality" && c.Municipality == 0:
		return errors.New("an office of a municipality needs --municipality CODE")
	case c.Kind == "region" && c.Region == 0:
		return errors.New("an office of a region needs --region CODE")
	}
	return nil
}

func (c *OfficeAddCmd) Run(a *App) error {
	if _, err := a.DB(); err != nil {
		return err
	}
	owner, err := a.Owner()
	if err != nil {
		return err
	}
	err = offices.Add(a.Context, owner, offices.Draft{Slug: c.Slug, Name: c.Name, SeatName: c.Seat, Kind: offices.Kind(c.Kind), Municipality: some(c.Municipality),
		Region: some(c.Region), Category: offices.Category(c.Category), Abbreviation: c.Abbreviation, Participates: c.Participates, ICO: c.ICO,
		DataBox: c.DataBox, Email: c.Email, Phone: c.Phone, Web: c.Web, Street: c.Street, Zip: c.Zip, Town: c.Town, Source: "epom office add"})
	return plainly(err)
}

func some(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}

func openOffices(a *App) (*offices.Store, error) {
	pool, err := a.DB()
	if err != nil {
		return nil, err
	}
	return offices.Open(a.Context, pool)
}
