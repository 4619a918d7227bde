package repository

import (
	"context"
	"fmt"
	"strings"
	"time"

	"epom/forms"
	"epom/internal/audit"
	"epom/internal/db"
	"epom/internal/errs"
)

type useRow struct {
	Version     int                        `db:"version"`
	Adjustments db.JSON[forms.Adjustments] `db:"adjustments"`
	OffWhy      string                     `db:"off_why"`
	OffUntil    string                     `db:"off_until"`
}

// change reads an office's use of a form, lets fn change it and keeps it, with a line in the office's log.
func (s *Store) change(ctx context.Context, tx *db.Tx, code, action string, data map[string]any, fn func(*useRow)) error {
	var u useRow
	if err := db.Classify(tx.GetContext(ctx, &u, queries.Get("use"), tx.Office, code)); err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	fn(&u)
	now := s.Clock.Now()
	audit.Write(tx, audit.Event{At: now, Action: action, ObjectType: "form", ObjectID: code, Data: data})
	_, err := tx.ExecContext(ctx, queries.Get("save-use"), tx.Office, code, u.Version, u.Adjustments, u.OffWhy, u.OffUntil, now, tx.Actor)
	return err
}

// Own is what the transaction's office changed in the wording of a form.
func (s *Store) Own(ctx context.Context, tx *db.Tx, code string) (forms.Adjustments, error) {
	var u useRow
	err := db.Classify(tx.GetContext(ctx, &u, queries.Get("use"), tx.Office, code))
	if errs.Is(err, errs.NotFound) {
		err = nil
	}
	return u.Adjustments.V, err
}

// Adopt takes a version over for the transaction's office: that one is offered by it until it takes over another.
// Version 0 = always the newest. Invalid when the version is not offered.
func (s *Store) Adopt(ctx context.Context, tx *db.Tx, code string, version int) error {
	if version != 0 {
		f, ok := s.Catalogue.Version(code, version)
		if _, gone := s.Catalogue.Withdrawn(code, version); !ok || gone || f.PublishedOn == "" {
			return errs.New(errs.Invalid, fmt.Sprintf("Verzi %d formuláře převzít nejde: není vydaná, nebo byla stažena.", version))
		}
	} else if _, ok := s.Catalogue.Latest(code); !ok {
		return errs.New(errs.NotFound, "Takový formulář se nenabízí.")
	}
	return s.change(ctx, tx, code, "form.adopted", map[string]any{"version": version}, func(u *useRow) { u.Version = version })
}

// Reword keeps the office's own wording of the parts the form lets it word. Invalid names the parts it does not.
func (s *Store) Reword(ctx context.Context, tx *db.Tx, code string, a forms.Adjustments) error {
	f, ok := s.Catalogue.Offered(tx.Office, code)
	if !ok {
		return errs.New(errs.NotFound, "Takový formulář se nenabízí.")
	}
	if _, err := f.Adjust(a); err != nil {
		return errs.Wrap(errs.Invalid, err, "Tyto úpravy nejdou uložit: "+err.Error())
	}
	return s.change(ctx, tx, code, "form.reworded", nil, func(u *useRow) { u.Adjustments = db.J(a) })
}

// SwitchOff stops the office from taking the form in, with a reason people read, until a day (nil = until switched on).
func (s *Store) SwitchOff(ctx context.Context, tx *db.Tx, code, why string, until *time.Time) error {
	if why = strings.TrimSpace(why); why == "" {
		return errs.Fields(errs.Field{Name: "why", Message: "Napište důvod. Uvidí ho lidé, kteří chtějí formulář poslat."})
	}
	last := ""
	if until != nil {
		if last = until.Format(time.DateOnly); last < s.today().Format(time.DateOnly) {
			return errs.Fields(errs.Field{Name: "until", Message: "Poslední den vypnutí nemůže být v minulosti."})
		}
	}
	return s.change(ctx, tx, code, "form.off", map[string]any{"why": why, "until": last}, func(u *useRow) { u.OffWhy, u.OffUntil = why, last })
}

// SwitchOn lets people send the form to the office again.
func (s *Store) SwitchOn(ctx context.Context, tx *db.Tx, code string) error {
	return s.change(ctx, tx, code, "form.on", nil, func(u *useRow) { u.OffWhy, u.OffUntil = "", "" })
}

// SetParameter keeps the office's value of a parameter from a day on; the one that began before holds until the day
// before. The same day again corrects the value. Invalid names the field.
func (s *Store) SetParameter(ctx context.Context, tx *db.Tx, f *forms.Form, v forms.ParameterValue) error {
	var p *forms.Parameter
	for i := range f.Parameters {
		if f.Parameters[i].Name == v.Name {
			p = &f.Parameters[i]
		}
	}
	if p == nil {
		return errs.New(errs.NotFound, "Takový parametr formulář nemá.")
	}
	var wrong []errs.Field
	if !p.Fits(v.Value) {
		wrong = append(wrong, errs.Field{Name: "value", Message: "Hodnota neodpovídá tomu, co formulář čeká."})
	}
	if _, err := time.Parse(time.DateOnly, v.From); err != nil {
		wrong = append(wrong, errs.Field{Name: "from", Message: "Napište den, od kterého hodnota platí, třeba 1. 1. 2027."})
	}
	if v.To != "" && v.To < v.From {
		wrong = append(wrong, errs.Field{Name: "to", Message: "Konec platnosti je před začátkem."})
	}
	if v.Source = strings.TrimSpace(v.Source); v.Source == "" {
		wrong = append(wrong, errs.Field{Name: "source", Message: "Napište, odkud hodnota je, třeba „OZV č. 2/2024, čl. 4“."})
	}
	if len(wrong) > 0 {
		return errs.Fields(wrong...)
	}
	now := s.Clock.Now()
	audit.Write(tx, audit.Event{At: now, Action: "form.parameter", ObjectType: "form", ObjectID: f.Code,
		Data: map[string]any{"name": v.Name, "from": v.From, "to": v.To, "value": v.Value, "source": v.Source, "verified": v.Verified}})
	_, err := tx.ExecContext(ctx, queries.Get("set-parameter"), tx.Office, f.Code, v.Name, v.From, v.To, db.J(v.Value), v.Source, v.Verified, now, tx.Actor)
	return err
}

// DropParameter takes a value back that was set by mistake; the log keeps it.
func (s *Store) DropParameter(ctx context.Context, tx *db.Tx, code, name, from string) error {
	var value db.JSON[any]
	if err := db.Classify(tx.GetContext(ctx, &value, queries.Get("end-parameter"), tx.Office, code, name, from)); err != nil {
		return err
	}
	audit.Write(tx, audit.Event{At: s.Clock.Now(), Action: "form.parameter-dropped", ObjectType: "form", ObjectID: code,
		Data: map[string]any{"name": name, "from": from, "value": value.V}})
	return nil
}

// Publisher is whose packages are taken in.
type Publisher struct {
	Fingerprint string    `db:"fingerprint"`
	Name        string    `db:"name"`
	Key         string    `db:"key"` // base64 of an Ed25519 public key
	TrustedAt   time.Time `db:"trusted_at"`
	TrustedBy   string    `db:"trusted_by"`
}

// Publishers lists the trusted ones.
func (s *Store) Publishers(ctx context.Context) ([]Publisher, error) {
	var list []Publisher
	err := s.DB.SelectContext(ctx, &list, queries.Get("publishers"))
	return list, db.Classify(err)
}

// Trust takes a publisher's packages in from now on.
func (s *Store) Trust(ctx context.Context, scope db.Scope, p Publisher) error {
	if p.Name = strings.TrimSpace(p.Name); p.Name == "" {
		return errs.Fields(errs.Field{Name: "name", Message: "Napište, čí klíč to je, třeba „Liberecký kraj“."})
	}
	return s.DB.Tx(ctx, scope, func(tx *db.Tx) error {
		now := s.Clock.Now()
		audit.Write(tx, audit.Event{Installation: true, At: now, Action: "form.publisher-trusted", ObjectType: "publisher", ObjectID: p.Fingerprint, Data: map[string]any{"name": p.Name}})
		_, err := tx.ExecContext(ctx, queries.Get("trust"), p.Fingerprint, p.Name, p.Key, now, tx.Actor)
		return err
	})
}

// Distrust takes no more packages of a publisher; what came from it stays.
func (s *Store) Distrust(ctx context.Context, scope db.Scope, fingerprint string) error {
	return s.DB.Tx(ctx, scope, func(tx *db.Tx) error {
		var name string
		now := s.Clock.Now()
		if err := db.Classify(tx.GetContext(ctx, &name, queries.Get("distrust"), fingerprint, now)); err != nil {
			return err
		}
		audit.Write(tx, audit.Event{Installation: true, At: now, Action: "form.publisher-ended", ObjectType: "publisher", ObjectID: fingerprint, Data: map[string]any{"name": name}})
		return nil
	})
}
