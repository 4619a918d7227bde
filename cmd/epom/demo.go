package main

import (
	"fmt"
	"text/tabwriter"
	"time"

	"epom/demo"
	"epom/internal/db"
	"epom/migrations"
)

// DemoCmd does everything for a trial.
type DemoCmd struct {
	SeedOnly bool `help:"Put the demo region into the database and end."`
	Bare     bool `help:"Only offices and people, no history of submissions."`
}

// linkLife is how long the printed sign-in links work.
const linkLife = 12 * time.Hour

func (c DemoCmd) Run(a *App) error {
	tune()
	owner, err := a.Owner()
	if err != nil {
		return err
	}
	if _, err := migrations.Up(a.Context, owner.DB); err != nil {
		return err
	}
	if err := c.seed(a); err != nil {
		return err
	}
	if c.SeedOnly {
		return nil
	}
	s, err := a.build(true)
	if err != nil {
		return err
	}
	return s.run(a, func() {
		fmt.Fprintf(a.Out, "\ne-POM: http://%s\nMails: http://%s/demo/posta\n\n", a.Config.Addr, a.Config.Addr)
		if err := s.printPeople(a); err != nil {
			fmt.Fprintln(a.Err, "epom: sign-in links:", err)
		}
	})
}

func (c DemoCmd) seed(a *App) error {
	there, err := demo.Seeded(a.Context, a.owner)
	if err != nil || there {
		return err
	}
	fmt.Fprintln(a.Out, "Filling the demo region Liberecký kraj …")
	pool, err := a.DB()
	if err != nil {
		return err
	}
	files, err := a.Files()
	if err != nil {
		return err
	}
	secret, err := a.Config.Key("submissions")
	if err != nil {
		return err
	}
	return demo.Seed(a.Context, demo.Deps{DB: pool, Owner: a.owner, Files: files, Secret: secret, BaseURL: a.Config.PublicURL, Now: a.Now(), Bare: c.Bare, Log: a.Log})
}

// printPeople prints one-time sign-in links of the demo people.
func (s *site) printPeople(a *App) error {
	people, err := demo.Known(a.Context, s.users, s.offices)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "One-time sign-in links of the demo people:")
	for _, p := range people {
		token, err := s.users.NewLink(a.Context, db.Scope{Actor: "shell"}, p.Account.ID, linkLife)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", p.Office, p.What, p.Account.Name, a.signInURL(token))
	}
	return w.Flush()
}
