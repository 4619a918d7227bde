package forms

import (
	"embed"
	"fmt"
	"io/fs"
	"sort"

	"golang.org/x/sync/errgroup"

	"epom/internal/fold"
)

//go:embed definitions/*.json
var definitions embed.FS

// Catalogue holds forms by code, with several versions of each. It is filled at start and only read afterwards.
type Catalogue struct {
	versions map[string][]*Form // by code, ascending
	index    *index
}

// Load reads the forms that come with the program.
func Load() (*Catalogue, error) {
	names, err := fs.Glob(definitions, "definitions/*.json")
	if err != nil {
		return nil, err
	}
	list := make([]*Form, len(names))
	var group errgroup.Group // the server should start at once
	for i, name := range names {
		group.Go(func() error {
			data, err := definitions.ReadFile(name)
			if err != nil {
				return err
			}
			if list[i], err = Parse(data); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return NewCatalogue(list...)
}

// NewCatalogue puts forms together; the same version of a code twice is an error, because a published version never changes.
func NewCatalogue(list ...*Form) (*Catalogue, error) {
	c := &Catalogue{versions: map[string][]*Form{}}
	for _, f := range list {
		if _, ok := c.Version(f.Code, f.Version); ok {
			return nil, fmt.Errorf("form %s: version %d is there twice", f.Code, f.Version)
		}
		c.versions[f.Code] = append(c.versions[f.Code], f)
	}
	for _, versions := range c.versions {
		sort.Slice(versions, func(i, j int) bool { return versions[i].Version < versions[j].Version })
	}
	c.index = newIndex(c.All())
	return c, nil
}

// Latest is the newest published version of a code: the one offered to people.
func (c *Catalogue) Latest(code string) (*Form, bool) {
	versions := c.versions[code]
	for i := len(versions) - 1; i >= 0; i-- {
		if versions[i].PublishedOn != "" {
			return versions[i], true
		}
	}
	return nil, false
}

// Version is one version of a code, published or not: the one a draft or a submission was made with.
func (c *Catalogue) Version(code string, version int) (*Form, bool) {
	for _, f := range c.versions[code] {
		if f.Version == version {
			return f, true
		}
	}
	return nil, false
}

// All are the offered forms by their Czech titles.
func (c *Catalogue) All() []*Form {
	var list []*Form
	for code := range c.versions {
		if f, ok := c.Latest(code); ok {
			list = append(list, f)
		}
	}
	sort.Slice(list, func(i, j int) bool { return fold.Text(list[i].Title.CS) < fold.Text(list[j].Title.CS) })
	return list
}

// ByAgenda are the offered forms of an agenda.
func (c *Catalogue) ByAgenda(agenda string) []*Form {
	var list []*Form
	for _, f := range c.All() {
		if f.Agenda == agenda {
			list = append(list, f)
		}
	}
	return list
}
