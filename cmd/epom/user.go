package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/offices"
	"epom/users"
)

// UserCmd manages accounts of staff from the operator's shell.
type UserCmd struct {
	Add      UserAddCmd      `cmd:"" help:"Make an account, give it roles, and print a one-time sign-in link."`
	Link     UserLinkCmd     `cmd:"" help:"Print a one-time sign-in link."`
	Password UserPasswordCmd `cmd:"" help:"Set a password (read from EPOM_NEW_PASSWORD)."`
	Disable  UserDisableCmd  `cmd:"" help:"Close an account and end its sessions."`
}

var shell = db.Scope{Actor: "shell"}

type UserAddCmd struct {
	Email    string   `arg:""`
	Name     string   `arg:""`
	Operator bool     `help:"Runs the installation."`
	Office   string   `help:"Slug of the office."`
	Role     []string `help:"Roles in the office: admin, mailroom, clerk, board, auditor."`
}

func (c UserAddCmd) Run(a *App) error {
	pool, store, err := a.users()
	if err != nil {
		return err
	}
	acc, err := store.CreateAccount(a.Context, shell, c.Email, c.Name, c.Operator)
	if err != nil {
		return err
	}
	if c.Office != "" {
		offs, err := offices.Open(a.Context, pool)
		if err != nil {
			return err
		}
		o, err := offs.BySlug(c.Office)
		if err != nil {
			return err
		}
		for _, r := range c.Role {
			if err := store.AddMember(a.Context, db.Scope{Office: o.ID, Actor: shell.Actor}, acc.ID, users.Role(r), 0); err != nil {
				return err
			}
		}
	}
	return a.printLink(store, acc, users.InviteLife)
}

type UserLinkCmd struct {
	Email string `arg:""`
}

func (c UserLinkCmd) Run(a *App) error {
	store, acc, err := a.account(c.Email)
	if err != nil {
		return err
	}
	return a.printLink(store, acc, time.Hour)
}

type UserPasswordCmd struct {
	Email string `arg:""`
}

func (c UserPasswordCmd) Run(a *App) error {
	store, acc, err := a.account(c.Email)
	if err != nil {
		return err
	}
	return store.SetPassword(a.Context, shell, acc.ID, os.Getenv("EPOM_NEW_PASSWORD"), "")
}

type UserDisableCmd struct {
	Email string `arg:""`
}

func (c UserDisableCmd) Run(a *App) error {
	store, acc, err := a.account(c.Email)
	if err != nil {
		return err
	}
	return store.Disable(a.Context, shell, acc.ID)
}

func (a *App) users() (*db.DB, *users.Store, error) {
	pool, err := a.DB()
	if err != nil {
		return nil, nil, err
	}
	return pool, &users.Store{DB: pool, Clock: clock.System{}}, nil
}

func (a *App) account(email string) (*users.Store, users.Account, error) {
	_, store, err := a.users()
	if err != nil {
		return nil, users.Account{}, err
	}
	acc, err := store.AccountByEmail(a.Context, email)
	return store, acc, err
}

func (a *App) printLink(store *users.Store, acc users.Account, life time.Duration) error {
	token, err := store.NewLink(a.Context, shell, acc.ID, life)
	if err == nil {
		fmt.Fprintf(a.Out, "%s\n", a.signInURL(token))
	}
	return err
}

func (a *App) signInURL(token string) string {
	return strings.TrimSuffix(a.Config.PublicURL, "/") + "/prihlaseni/" + token
}
