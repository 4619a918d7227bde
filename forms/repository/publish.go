package repository

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"epom/forms"
	"epom/internal/audit"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/offices"
)

// Refused says why a form is not published: its problems, those of its examples among them.
type Refused struct{ Problems []forms.Problem }

func (e *Refused) Error() string {
	return fmt.Sprintf("the form has %d problems", len(e.Problems))
}

// Published is what came of publishing.
type Published struct {
	Version int
	Lacking []Lack // offices without a value of a parameter
}

// Publish makes a revision of a draft (0 = the last one) the newest version, offered at once. Its examples are run with
// the competent offices first. The error is a *[Refused] when something is wrong with the form.
func (s *Store) Publish(ctx context.Context, scope db.Scope, code string, revision int) (Published, error) {
	return s.PublishWithLetters(ctx, scope, code, revision, nil)
}

// PublishWithLetters is Publish with the templates of letters that belong to the form, by file name.
func (s *Store) PublishWithLetters(ctx context.Context, scope db.Scope, code string, revision int, letters map[string]string) (Published, error) {
	d, err := s.Draft(ctx, code, revision)
	if err != nil {
		return Published{}, err
	}
	f, err := s.ready([]byte(d.Definition))
	if err != nil {
		return Published{}, err
	}
	err = s.DB.Tx(ctx, scope, func(tx *db.Tx) error {
		def, last := f.Definition, 0
		if err := tx.GetContext(ctx, &last, queries.Get("newest"), code); err != nil {
			return err
		}
		def.Version, def.PublishedOn = last+1, s.today().Format(time.DateOnly)
		text, err := Write(def)
		if err != nil {
			return err
		}
		if f, err = forms.Parse(text); err != nil {
			return err
		}
		return s.add(ctx, tx, arrival{f: f, text: text, letters: letters, publisher: "tato instalace", draft: &d.Revision})
	})
	if err != nil {
		return Published{}, err
	}
	return Published{f.Version, s.Lacking(f)}, s.Load(ctx)
}

// Arrival is a version that came from elsewhere in a package whose signature was checked.
type Arrival struct {
	Definition  []byte
	Letters     map[string]string
	Publisher   string
	Fingerprint string
}

// Install publishes versions of a package, all or none. A version already here must be the same; one older than the
// newest here is refused: nobody is led back. It returns those that are new.
func (s *Store) Install(ctx context.Context, scope db.Scope, list []Arrival) ([]Published, error) {
	var ready []arrival
	for _, a := range list {
		f, err := s.Arriving(ctx, a.Definition)
		if errs.Is(err, errs.Conflict) && errs.Message(err) == "" {
			continue
		}
		if err != nil {
			return nil, err
		}
		ready = append(ready, arrival{f: f, text: a.Definition, letters: a.Letters, publisher: a.Publisher, fingerprint: a.Fingerprint})
	}
	var out []Published
	err := s.DB.Tx(ctx, scope, func(tx *db.Tx) error {
		for _, a := range ready {
			if err := s.add(ctx, tx, a); err != nil {
				return err
			}
			out = append(out, Published{a.f.Version, s.Lacking(a.f)})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, s.Load(ctx)
}

// Arriving tells what would become of a definition from a package: the form; Conflict without a message when it is here
// already, byte for byte; otherwise why it is refused.
func (s *Store) Arriving(ctx context.Context, definition []byte) (*forms.Form, error) {
	head, err := forms.Head(definition)
	if err != nil {
		return nil, errs.Wrap(errs.Invalid, err, "Definice v balíčku není platný JSON.")
	}
	name := fmt.Sprintf("Formulář „%s“, verze %d", head.Code, head.Version)
	versions := s.Catalogue.Versions(head.Code)
	for _, v := range versions {
		if v.Version != head.Version {
			continue
		}
		mine, err := s.Text(ctx, head.Code, head.Version)
		if err != nil {
			return nil, err
		}
		if bytes.Equal(mine, definition) {
			return v, errs.New(errs.Conflict, "")
		}
		return nil, errs.New(errs.Invalid, name+", tu už je, ale s jiným obsahem. Vydaná verze se nemění; vydavatel musí vydat novou.")
	}
	if n := len(versions); n > 0 && versions[n-1].Version > head.Version {
		return nil, errs.New(errs.Invalid, fmt.Sprintf("%s, je starší než verze %d, kterou už tu máte. Stáhněte si novější balíček.", name, versions[n-1].Version))
	}
	if head.PublishedOn == "" {
		return nil, errs.New(errs.Invalid, name+", je jen rozepsaný. Balíček smí nést jen vydané verze.")
	}
	return s.ready(definition)
}

// Text is the definition of a published version, as it was published.
func (s *Store) Text(ctx context.Context, code string, version int) ([]byte, error) {
	var text string
	err := s.DB.GetContext(ctx, &text, queries.Get("text"), code, version)
	return []byte(text), db.Classify(err)
}

// ready checks a definition as publishing does.
func (s *Store) ready(definition []byte) (*forms.Form, error) {
	if problems := forms.Check(definition); len(problems) > 0 {
		return nil, &Refused{problems}
	}
	f, err := forms.Parse(definition)
	if err != nil {
		return nil, err
	}
	if problems := s.Examine(f); len(problems) > 0 {
		return nil, &Refused{problems}
	}
	return f, nil
}

// Examine tells what publishing misses in a sound form: examples, their competent offices.
func (s *Store) Examine(f *forms.Form) []forms.Problem {
	var problems []forms.Problem
	if len(f.Examples) == 0 {
		problems = append(problems, forms.Problem{Place: "/examples", Message: "formulář nemá žádný příklad: přidejte aspoň jeden vyplněný bez chyb"})
	}
	if f.Agenda == forms.NoAgenda {
		problems = append(problems, forms.Problem{Place: "/agenda", Message: "formulář nemá agendu, podle které se hledá příslušný úřad"})
	}
	if s.Competent != nil {
		problems = append(problems, f.CheckOffices(s.Competent)...)
	}
	return problems
}

type arrival struct {
	f           *forms.Form
	text        []byte
	letters     map[string]string
	publisher   string
	fingerprint string
	draft       *int
}

func (s *Store) add(ctx context.Context, tx *db.Tx, a arrival) error {
	now := s.Clock.Now()
	if a.letters == nil {
		a.letters = map[string]string{}
	}
	if _, err := tx.ExecContext(ctx, queries.Get("add-version"), a.f.Code, a.f.Version, string(a.text), sum(a.text), db.J(a.letters), a.publisher, a.fingerprint, a.draft, now, tx.Actor); err != nil {
		return err
	}
	audit.Write(tx, audit.Event{Installation: true, At: now, Action: "form.published", ObjectType: "form", ObjectID: a.f.Code,
		Data: map[string]any{"version": a.f.Version, "sha256": sum(a.text), "publisher": a.publisher}})
	return nil
}

// Withdraw ends a version, or with version 0 all of a form: nobody begins with it any more. Drafts begun with it may be
// sent until the day in w; after it people are told why and offered the successor with what they filled.
func (s *Store) Withdraw(ctx context.Context, scope db.Scope, code string, version int, w forms.Withdrawal) error {
	until, err := time.Parse(time.DateOnly, w.DraftsUntil)
	var wrong []errs.Field
	if err != nil || w.DraftsUntil < s.today().Format(time.DateOnly) {
		wrong = append(wrong, errs.Field{Name: "until", Message: "Napište den, do kterého lze rozepsané formuláře dokončit: dnešní nebo pozdější."})
	}
	if w.Why == "" {
		wrong = append(wrong, errs.Field{Name: "why", Message: "Napište důvod. Uvidí ho lidé, kteří mají formulář rozepsaný."})
	}
	if _, ok := s.Catalogue.Latest(w.Successor); w.Successor != "" && !ok {
		wrong = append(wrong, errs.Field{Name: "successor", Message: "Takový formulář se nenabízí. Vyberte jiný, nebo žádný."})
	}
	if len(wrong) > 0 {
		return errs.Fields(wrong...)
	}
	err = s.DB.Tx(ctx, scope, func(tx *db.Tx) error {
		var ended []int
		now := s.Clock.Now()
		if err := tx.SelectContext(ctx, &ended, queries.Get("withdraw"), code, version, until, w.Why, w.Successor, now, scope.Actor); err != nil {
			return err
		}
		if len(ended) == 0 {
			return errs.New(errs.Conflict, "Taková verze není, nebo už je stažená.")
		}
		audit.Write(tx, audit.Event{Installation: true, At: now, Action: "form.withdrawn", ObjectType: "form", ObjectID: code,
			Data: map[string]any{"versions": ended, "until": w.DraftsUntil, "why": w.Why}})
		return nil
	})
	if err != nil {
		return err
	}
	return s.Load(ctx)
}

// Lack is an office that has no value of some parameters of a form. A parameter with a value of the form's own is
// not lacking, but Defaults names it: the office has not said its own.
type Lack struct {
	Office   *offices.Office
	Missing  []forms.Current // neither the office nor the form gives a value
	Defaults []forms.Current // the form's own value holds
}

// Lacking lists the participating offices that handle the form and gave no value of their own, by name of the seat.
func (s *Store) Lacking(f *forms.Form) []Lack {
	var list []Lack
	if len(f.Parameters) == 0 || s.Offices == nil {
		return nil
	}
	for _, o := range s.Offices.Snapshot().Participating() {
		if s.Handles != nil && !s.Handles(o, f.Agenda) {
			continue
		}
		l := Lack{Office: o}
		for _, p := range s.Catalogue.Current(f, o.ID, s.today()) {
			switch {
			case p.Missing:
				l.Missing = append(l.Missing, p)
			case !p.Given:
				l.Defaults = append(l.Defaults, p)
			}
		}
		if len(l.Missing)+len(l.Defaults) > 0 {
			list = append(list, l)
		}
	}
	return list
}
