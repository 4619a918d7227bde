// Package demo fills an installation with the demo region: true municipalities, invented people, three months of life.
// Everything is done by the rooms' own functions under a clock that is moved by hand, so the demo is a real history.
package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sort"
	"time"

	"github.com/jmoiron/sqlx"

	"epom/board"
	"epom/forms"
	"epom/internal/audit"
	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/jobs"
	"epom/offices"
	"epom/records"
	"epom/records/dispatch"
	"epom/records/scheme"
	"epom/routing"
	"epom/submissions"
	"epom/users"
)

// Deps is what seeding works with.
type Deps struct {
	DB      *db.DB
	Owner   *sqlx.DB
	Files   *blob.Store
	Secret  []byte
	BaseURL string // address of the site, for mails
	Now     time.Time
	Bare    bool // offices and people only, no history
	Log     *slog.Logger
}

type region struct {
	Deps
	rnd         *rand.Rand
	clock       *clock.Fake
	forms       *forms.Catalogue
	offices     *offices.Store
	router      *routing.Store
	users       *users.Store
	submissions *submissions.Service
	law         *board.Law
	ways        *dispatch.Law
	operator    users.Account
	staff       map[int32]*staff
	handlers    map[string]jobs.Handler
	acts        []act
}

// act is something that happens in the history at its time.
type act struct {
	at time.Time
	do func(context.Context) error
}

// seeded is what the log says when all of the region is there.
const seeded = "demo.seeded"

// Seeded tells whether the whole demo region is there already.
func Seeded(ctx context.Context, owner *sqlx.DB) (bool, error) {
	var there bool
	err := owner.GetContext(ctx, &there, `SELECT EXISTS (SELECT FROM audit_event WHERE office_id = 0 AND action = $1)`, seeded)
	return there, err
}

// Seed fills an empty installation. The same day gives the same region.
func Seed(ctx context.Context, d Deps) error {
	start := d.Now.AddDate(0, -3, 0)
	r := &region{Deps: d, rnd: rand.New(rand.NewPCG(2026, 11)), clock: clock.NewFake(start)}
	if err := routing.SeedDemo(ctx, d.Owner); err != nil {
		return err
	}
	if err := r.open(ctx); err != nil {
		return err
	}
	defer r.submissions.Close()
	if err := r.people(ctx); err != nil {
		return fmt.Errorf("people: %w", err)
	}
	if err := r.schemes(ctx); err != nil {
		return fmt.Errorf("schemes: %w", err)
	}
	if !d.Bare {
		if err := errors.Join(r.plan(), r.boards(), r.letters()); err != nil {
			return err
		}
		r.papers()
	}
	for len(r.acts) > 0 {
		sort.SliceStable(r.acts, func(i, j int) bool { return r.acts[i].at.Before(r.acts[j].at) })
		a := r.acts[0]
		r.acts = r.acts[1:]
		if a.at.After(d.Now) {
			continue
		}
		r.clock.Set(a.at)
		if err := a.do(ctx); err != nil {
			return fmt.Errorf("life on %s: %w", a.at.Format(time.DateOnly), err)
		}
		if err := r.background(ctx); err != nil {
			return fmt.Errorf("after %s: %w", a.at.Format(time.DateOnly), err)
		}
	}
	if err := r.looks(ctx); err != nil {
		return fmt.Errorf("looks: %w", err)
	}
	return d.DB.Tx(ctx, db.Scope{Actor: "system"}, func(tx *db.Tx) error {
		audit.Write(tx, audit.Event{At: d.Now, Action: seeded, ObjectType: "installation", ObjectID: "demo"})
		return nil
	})
}

func (r *region) open(ctx context.Context) (err error) {
	if r.forms, err = forms.Load(); err != nil {
		return err
	}
	if r.router, err = routing.Open(ctx, r.DB); err != nil {
		return err
	}
	if r.offices, err = offices.Open(ctx, r.DB); err != nil {
		return err
	}
	law, err := records.LoadLaw(ctx, r.DB)
	if err != nil {
		return err
	}
	if r.ways, err = dispatch.LoadLaw(ctx, r.DB, law); err != nil {
		return err
	}
	if r.law, err = board.LoadLaw(ctx, r.DB); err != nil {
		return err
	}
	r.users = &users.Store{DB: r.DB, Clock: r.clock}
	r.submissions = submissions.New(submissions.Deps{DB: r.DB, Clock: r.clock, Forms: r.forms, Router: r.router, Offices: r.offices, Files: r.Files, Law: law, Secret: r.Secret})
	r.hire()
	return nil
}

// schemes gives each office that takes part the starter plan, so that its files are classified from the first day.
func (r *region) schemes(ctx context.Context) error {
	for _, o := range r.offices.Snapshot().Participating() {
		err := r.DB.Tx(ctx, db.Scope{Office: o.ID, Actor: "system"}, func(tx *db.Tx) error {
			_, err := scheme.AdoptStarter(ctx, tx, r.clock.Now(), clock.Date(r.clock.Now()))
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *region) later(at time.Time, do func(context.Context) error) {
	r.acts = append(r.acts, act{at, do})
}
