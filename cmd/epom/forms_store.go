package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"strconv"
	"sync"
	"time"

	"epom/forms"
	"epom/forms/pack"
	"epom/forms/repository"
	"epom/internal/clock"
	"epom/internal/errs"
	"epom/offices"
	"epom/routing"
	"epom/territory"
)

// formStore opens the repository of forms with what it asks others: who is competent, who handles an agenda.
func (a *App) formStore(land *territory.Store, offs *offices.Store, router *routing.Store) (*repository.Store, error) {
	pool, err := a.DB()
	if err != nil {
		return nil, err
	}
	return repository.Open(a.Context, repository.Deps{DB: pool, Clock: clock.System{}, Offices: offs, Log: a.Log, Competent: competent(router), Handles: handles(land, router)})
}

// openForms is formStore for a command that needs nothing else.
func (a *App) openForms() (*repository.Store, error) {
	pool, err := a.DB()
	if err != nil {
		return nil, err
	}
	land, err := territory.Open(a.Context, pool)
	if err != nil {
		return nil, err
	}
	offs, err := offices.Open(a.Context, pool)
	if err != nil {
		return nil, err
	}
	router := routing.New(pool, land, offs)
	if err := router.Load(a.Context); err != nil {
		return nil, err
	}
	return a.formStore(land, offs, router)
}

// competent answers for examples of forms; a place the router does not know is passed over, an agenda it does not know
// is not.
func competent(r *routing.Store) func(string, forms.Place, time.Time) (forms.ExampleOffice, bool) {
	return func(agenda string, p forms.Place, on time.Time) (forms.ExampleOffice, bool) {
		day := time.Date(on.Year(), on.Month(), on.Day(), 0, 0, 0, 0, clock.Prague)
		q := routing.Query{Agenda: agenda, Municipality: int(p.Municipality.Code), Level: routing.Level(p.Level), On: day}
		if p.Key == string(routing.ByAddressee) && q.Level == "" {
			q.Level = routing.Obec
		}
		if _, err := r.Engine().Agenda(agenda, day); err != nil {
			return forms.ExampleOffice{Level: "agendu", Seat: agenda + " neznáme"}, true
		}
		dec, err := r.Resolve(q)
		if err != nil {
			return forms.ExampleOffice{}, !errs.Is(err, errs.NotFound)
		}
		if dec.Office == nil {
			return forms.ExampleOffice{Level: "žádný", Seat: "úřad"}, true
		}
		return forms.ExampleOffice{Level: string(dec.Office.Level), Seat: dec.Office.Seat}, true
	}
}

// handles tells whether an office decides in an agenda for its own seat.
func handles(land *territory.Store, r *routing.Store) func(*offices.Office, string) bool {
	return func(o *offices.Office, agenda string) bool {
		today := clock.Date(clock.System{}.Now())
		q := routing.Query{Agenda: agenda, Municipality: o.MunicipalityCode, On: today}
		if o.Kind == offices.OfRegion {
			if area := land.Snapshot().Area(territory.Region, o.RegionCode, today); area != nil {
				q.Municipality = area.SeatCode
			}
		}
		if a, err := r.Engine().Agenda(agenda, today); err == nil && a.Level == routing.Addressee {
			if q.Level = routing.Obec; o.Kind == offices.OfRegion {
				q.Level = routing.Kraj
			}
		}
		dec, err := r.Resolve(q)
		return err == nil && dec.Office != nil && dec.Office.OfficeID == o.ID
	}
}

// signingKey is the key that packages of forms are signed with; it follows from the installation's secret.
func (a *App) signingKey() (ed25519.PrivateKey, error) {
	seed, err := a.Config.Key("forms")
	if err != nil {
		return nil, err
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// packer makes packages of the offered forms and keeps the last of each: anybody may ask for them.
type packer struct {
	store *repository.Store
	key   ed25519.PrivateKey
	name  string // of the publisher

	mu   sync.Mutex
	made map[string]made
}

// made is a package and the versions in it.
type made struct {
	of   string
	data []byte
}

// Signer is the public key and its fingerprint.
func (p *packer) Signer() (string, string) {
	key := p.key.Public().(ed25519.PublicKey)
	return base64.StdEncoding.EncodeToString(key), pack.Fingerprint(key)
}

// Package holds the offered version of a code, or all of them.
func (p *packer) Package(ctx context.Context, code string) ([]byte, error) {
	var list []*forms.Form
	if code == "" {
		list = p.store.Catalogue.All()
	} else if f, ok := p.store.Catalogue.Latest(code); ok {
		list = append(list, f)
	}
	if len(list) == 0 {
		return nil, errs.New(errs.NotFound, "Takový formulář se nenabízí.")
	}
	return p.of(ctx, code, list)
}

func (p *packer) of(ctx context.Context, name string, list []*forms.Form) ([]byte, error) {
	var of bytes.Buffer
	for _, f := range list {
		of.WriteString(f.Code + "/" + f.PublishedOn + "/" + strconv.Itoa(f.Version) + ";")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if m, ok := p.made[name]; ok && m.of == of.String() {
		return m.data, nil
	}
	versions, err := p.store.Versions(ctx, "")
	if err != nil {
		return nil, err
	}
	letters := map[forms.Key]map[string]string{}
	for _, v := range versions {
		letters[forms.Key{Code: v.Code, Version: v.Version}] = v.Letters.V
	}
	var forms []pack.Form
	at := time.Time{}
	for _, f := range list {
		text, err := p.store.Text(ctx, f.Code, f.Version)
		if err != nil {
			return nil, err
		}
		forms = append(forms, pack.Form{Definition: text, Letters: letters[f.Key()]})
		if day, err := time.Parse(time.DateOnly, f.PublishedOn); err == nil && day.After(at) {
			at = day
		}
	}
	var b bytes.Buffer
	if err := pack.Write(&b, p.key, p.name, at, forms); err != nil {
		return nil, err
	}
	if p.made == nil {
		p.made = map[string]made{}
	}
	p.made[name] = made{of.String(), b.Bytes()}
	return b.Bytes(), nil
}

// packer makes one for the repository; the publisher is the region when there is one, else the installation's address.
func (a *App) packer(store *repository.Store) (*packer, error) {
	key, err := a.signingKey()
	if err != nil {
		return nil, err
	}
	name := a.Config.PublicURL
	for _, o := range store.Offices.Snapshot().Participating() {
		if o.Kind == offices.OfRegion {
			name = o.Name
			break
		}
	}
	if name == "" {
		name = "e-POM"
	}
	return &packer{store: store, key: key, name: name}, nil
}
