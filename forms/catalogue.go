package forms

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"sort"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"epom/internal/fold"
)

//go:embed definitions/*.json
var definitions embed.FS

// Catalogue holds forms by code, with several versions of each, and how offices use them. Readers take no lock: they
// see one immutable state, which Replace changes in one step. Forms handed out stay good for whoever holds them.
type Catalogue struct{ state atomic.Pointer[state] }

// Contents is all that a catalogue knows.
type Contents struct {
	Forms     []*Form // versions, published or not
	Withdrawn map[Key]Withdrawal
	Uses      map[UseKey]Use
}

// Key names one version of a form.
type Key struct {
	Code    string
	Version int
}

// Withdrawal ends a published version: nobody begins with it any more.
type Withdrawal struct {
	DraftsUntil string // ISO date: the last day on which drafts begun with it may be sent
	Why         string // for people who hold such a draft
	Successor   string // code of the form offered in its place; "" = the newest version of the same one
}

type state struct {
	versions map[string][]*Form // by code, ascending
	latest   map[string]*Form
	all      []*Form // offered, by Czech title
	index    *index
	touched  map[string]bool // codes of forms of which some office made something of its own
	Contents
}

// Shipped reads the definitions that come with the program, each with its bytes.
func Shipped() (map[string][]byte, error) {
	names, err := fs.Glob(definitions, "definitions/*.json")
	if err != nil {
		return nil, err
	}
	out := make(map[string][]byte, len(names))
	for _, name := range names {
		if out[name], err = definitions.ReadFile(name); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Load reads the forms that come with the program.
func Load() (*Catalogue, error) {
	texts, err := Shipped()
	if err != nil {
		return nil, err
	}
	list, err := ParseAll(texts)
	if err != nil {
		return nil, err
	}
	return NewCatalogue(list...)
}

// ParseAll reads many definitions at once, for the server should start at once. Names stand in the error only.
func ParseAll(texts map[string][]byte) ([]*Form, error) {
	list := make([]*Form, len(texts))
	var group errgroup.Group
	at := 0
	for name, data := range texts {
		group.Go(func(i int) func() error {
			return func() (err error) {
				if list[i], err = Parse(data); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				return nil
			}
		}(at))
		at++
	}
	return list, group.Wait()
}

// NewCatalogue puts forms together; the same version of a code twice is an error, because a published version never changes.
func NewCatalogue(list ...*Form) (*Catalogue, error) {
	c := &Catalogue{}
	return c, c.Replace(Contents{Forms: list})
}

// Replace puts other contents in place of those before, for all readers in one step. They must not be changed afterwards.
func (c *Catalogue) Replace(contents Contents) error {
	s := &state{versions: map[string][]*Form{}, latest: map[string]*Form{}, Contents: contents}
	seen := map[Key]bool{}
	for _, f := range contents.Forms {
		if seen[f.Key()] {
			return fmt.Errorf("form %s: version %d is there twice", f.Code, f.Version)
		}
		seen[f.Key()] = true
		s.versions[f.Code] = append(s.versions[f.Code], f)
	}
	for code, versions := range s.versions {
		sort.Slice(versions, func(i, j int) bool { return versions[i].Version < versions[j].Version })
		for _, f := range versions {
			if _, gone := contents.Withdrawn[f.Key()]; f.PublishedOn != "" && !gone {
				s.latest[code] = f
			}
		}
		if f := s.latest[code]; f != nil {
			s.all = append(s.all, f)
		}
	}
	sort.Slice(s.all, func(i, j int) bool {
		a, b := fold.Text(s.all[i].Title.CS), fold.Text(s.all[j].Title.CS)
		return a < b || a == b && s.all[i].Code < s.all[j].Code
	})
	s.index, s.touched = newIndex(s.all), map[string]bool{}
	for k := range contents.Uses {
		s.touched[k.Code] = true
	}
	c.state.Store(s)
	return nil
}

// Contents is what the catalogue knows now; it must not be changed.
func (c *Catalogue) Contents() Contents { return c.state.Load().Contents }

// Key names the version.
func (f *Form) Key() Key { return Key{f.Code, f.Version} }

// Touched tells whether any office uses the form in a way of its own.
func (c *Catalogue) Touched(code string) bool { return c.state.Load().touched[code] }

// Latest is the newest published version of a code that was not withdrawn: the one offered to people.
func (c *Catalogue) Latest(code string) (*Form, bool) {
	f, ok := c.state.Load().latest[code]
	return f, ok
}

// Version is one version of a code, published or not, withdrawn or not: the one a draft or a submission was made with.
func (c *Catalogue) Version(code string, version int) (*Form, bool) {
	for _, f := range c.state.Load().versions[code] {
		if f.Version == version {
			return f, true
		}
	}
	return nil, false
}

// Versions are all versions of a code, the oldest first.
func (c *Catalogue) Versions(code string) []*Form {
	return append([]*Form(nil), c.state.Load().versions[code]...)
}

// Withdrawn tells whether a version was withdrawn, and how.
func (c *Catalogue) Withdrawn(code string, version int) (Withdrawal, bool) {
	w, ok := c.state.Load().Withdrawn[Key{code, version}]
	return w, ok
}

// Successor is the form offered to those who filled a version that is no more; false when there is none.
func (c *Catalogue) Successor(of *Form) (*Form, bool) {
	if w, ok := c.Withdrawn(of.Code, of.Version); ok && w.Successor != "" {
		return c.Latest(w.Successor)
	}
	f, ok := c.Latest(of.Code)
	return f, ok && f.Version != of.Version
}

// All are the offered forms by their Czech titles.
func (c *Catalogue) All() []*Form { return append([]*Form(nil), c.state.Load().all...) }

// Codes are the codes of all forms, also of those no longer offered, sorted.
func (c *Catalogue) Codes() []string {
	var codes []string
	for code := range maps.Keys(c.state.Load().versions) {
		codes = append(codes, code)
	}
	sort.Strings(codes)
	return codes
}

// ByAgenda are the offered forms of an agenda.
func (c *Catalogue) ByAgenda(agenda string) []*Form {
	var list []*Form
	for _, f := range c.state.Load().all {
		if f.Agenda == agenda {
			list = append(list, f)
		}
	}
	return list
}
