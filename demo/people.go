package demo

import (
	"context"
	"fmt"
	"strings"

	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/fold"
	"epom/offices"
	"epom/users"
)

// Given and family names, put together at random: nobody real is meant.
var (
	women    = strings.Fields("Jana Eva Hana Lucie Petra Lenka Alena Marie Věra Kateřina Tereza Zuzana Barbora Ivana Monika Markéta Šárka Dagmar")
	men      = strings.Fields("Petr Jan Pavel Tomáš Martin Jiří Karel Miroslav Václav Ondřej Lukáš Josef Zdeněk Radek Vojtěch Štěpán Aleš Milan")
	families = strings.Fields("Mlynář Březina Havránek Kolářík Skalický Vodička Hruška Kopecký Tichý Zeman Lhoták Doležal Šindelář Bureš Říha Žák Jedlička Holub Vaněk Pokorný Křížek Ševčík")
)

type person struct {
	given, family string
}

func (p person) name() string { return p.given + " " + p.family }

func (r *region) person() person {
	family := families[r.rnd.IntN(len(families))]
	if r.rnd.IntN(2) == 0 {
		return person{men[r.rnd.IntN(len(men))], family}
	}
	return person{women[r.rnd.IntN(len(women))], feminine(family)}
}

func feminine(family string) string {
	switch {
	case strings.HasSuffix(family, "ý"):
		return strings.TrimSuffix(family, "ý") + "á"
	case strings.HasSuffix(family, "ek"):
		return strings.TrimSuffix(family, "ek") + "ková"
	case strings.HasSuffix(family, "a"):
		return strings.TrimSuffix(family, "a") + "ová"
	}
	return family + "ová"
}

// mailbox is a name as it stands before the @ of an address.
func mailbox(name string) string { return strings.ReplaceAll(fold.Text(name), " ", "-") }

// Person is somebody who may sign in to the demo.
type Person struct {
	Account users.Account
	Office  string // name; empty for the operator
	What    string // Czech
}

type staff struct {
	admin, mailroom, clerk, second users.Account
}

// people makes the accounts of every participating office, and the operator's.
func (r *region) people(ctx context.Context) error {
	op, err := r.account(ctx, "provoz@epom.example", "Provozní Středisko", true)
	if err != nil {
		return err
	}
	r.operator = op
	r.staff = map[int32]*staff{}
	for _, o := range r.offices.Snapshot().Participating() {
		s := &staff{}
		for _, want := range []struct {
			to    *users.Account
			local string
			roles []users.Role
		}{
			{&s.admin, "sprava", []users.Role{users.Admin, users.Auditor}},
			{&s.mailroom, "podatelna", []users.Role{users.Mailroom}},
			{&s.clerk, "referat", []users.Role{users.Clerk, users.Mailroom, users.Board}},
			{&s.second, "zivotni-prostredi", []users.Role{users.Clerk}},
		} {
			p := r.person()
			acc, err := r.account(ctx, want.local+"@"+o.Slug+".example", p.name(), false)
			if err != nil {
				return err
			}
			for _, role := range want.roles {
				if err := r.users.AddMember(ctx, db.Scope{Office: o.ID, Actor: "system"}, acc.ID, role, 0); err != nil {
					return fmt.Errorf("%s: %w", o.Slug, err)
				}
			}
			*want.to = acc
		}
		r.staff[o.ID] = s
	}
	return nil
}

func (r *region) account(ctx context.Context, email, name string, operator bool) (users.Account, error) {
	acc, err := r.users.CreateAccount(ctx, db.Scope{Actor: "system"}, email, name, operator)
	if errs.Is(err, errs.Conflict) {
		return r.users.AccountByEmail(ctx, email)
	}
	return acc, err
}

// Known lists the people whose sign-in links are worth printing: the operator and three offices of different size.
func Known(ctx context.Context, store *users.Store, offs *offices.Store) ([]Person, error) {
	var out []Person
	add := func(email, office, what string) error {
		acc, err := store.AccountByEmail(ctx, email)
		if err == nil {
			out = append(out, Person{acc, office, what})
		}
		return err
	}
	if err := add("provoz@epom.example", "", "provozovatel"); err != nil {
		return nil, err
	}
	for _, slug := range []string{"hejnice", "frydlant", "liberec"} {
		o, err := offs.BySlug(slug)
		if err != nil {
			return nil, err
		}
		for _, who := range [][2]string{{"referat", "referát"}, {"podatelna", "podatelna"}, {"sprava", "správa úřadu"}} {
			if err := add(who[0]+"@"+slug+".example", o.Name, who[1]); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}
