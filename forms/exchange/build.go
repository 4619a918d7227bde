package exchange

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"epom/forms"
)

const (
	mostFields = 3000
	mostPages  = 60
	onPage     = 200
	inGroup    = 60
	mostDeep   = 4 // groups and blocks inside one another
	mostRepair = 12
)

// build names the questions, says their conditions in our language and makes sure that the definition is sound.
func (d *draft) build() (*Imported, error) {
	d.fit()
	if err := d.small(); err != nil {
		return nil, err
	}
	d.sort()
	d.arrange()
	d.names()
	def := d.definition()
	im := &Imported{Fields: len(d.log.fields), Conditions: len(d.log.conditions), draft: d}
	var err error
	if im.Form, im.JSON, err = d.sound(def); err != nil {
		return nil, err
	}
	d.log.change("setting", "", Place{}, "formulář nemá agendu a místní příslušnost; před zveřejněním je doplňte")
	d.log.change("setting", "", Place{}, "texty zůstávají v jazyce předlohy na místě českých")
	if d.log.more > 0 {
		d.log.dropped = append(d.log.dropped, Note{Kind: "setting", Reason: fmt.Sprintf("a dalších %d poznámek", d.log.more)})
	}
	im.Carried, im.Dropped, im.Changed = d.log.carried(), d.log.dropped, d.log.changed
	return im, nil
}

// fit brings questions into the limits of our format.
func (d *draft) fit() {
	var pages []*page
	for _, p := range d.pages {
		p.fields = d.level(p.fields, 0, onPage*mostPages)
		for i := 0; i < len(p.fields) || i == 0; i += onPage {
			part := *p
			part.fields = p.fields[i:min(i+onPage, len(p.fields))]
			if i > 0 {
				part.intro = ""
				d.log.change("order", p.title, p.at, "stránka má přes 200 polí, je z ní víc stránek")
			}
			if i+onPage < len(p.fields) {
				part.stops = nil
			}
			if len(part.fields) > 0 {
				pages = append(pages, &part)
			}
		}
	}
	d.pages = pages
}

// level takes groups apart that are too deep, too large or empty.
func (d *draft) level(list []*field, depth, most int) []*field {
	var kept []*field
	for _, f := range list {
		holds := f.def.Kind == "group" || f.def.Kind == "repeat"
		if !holds {
			kept = append(kept, f)
			continue
		}
		if f.def.Kind == "repeat" && depth >= mostDeep {
			d.lose(f, "opakovaný blok je vnořený příliš hluboko")
			continue
		}
		apart := f.def.Kind == "group" && (depth >= mostDeep || len(f.parts) > inGroup)
		below, limit := depth+1, inGroup
		if apart {
			below, limit = depth, most
		}
		f.parts = d.level(f.parts, below, limit)
		switch {
		case len(f.parts) == 0:
			d.log.loseCounted(f.source, "field", f.key, "blok nemá žádné pole")
		case apart:
			d.log.change("order", f.key, f.at, "pole skupiny „"+short(f.def.Label.CS)+"“ stojí samostatně")
			kept = append(kept, f.open()...)
		default:
			kept = append(kept, f)
		}
	}
	for len(kept) > most {
		d.lose(kept[len(kept)-1], "blok má příliš mnoho polí (nejvýše "+strconv.Itoa(most)+")")
		kept = kept[:len(kept)-1]
	}
	return kept
}

// open gives the questions of a group the condition of the group.
func (f *field) open() []*field {
	for _, p := range f.parts {
		p.when = allOf(f.when, p.when)
		if p.long == "" {
			p.long = f.key + " " + p.key
		}
	}
	return f.parts
}

// lose leaves a question out with all that is inside.
func (d *draft) lose(f *field, reason string) {
	d.log.loseCounted(f.source, "field", f.key, reason)
	for _, p := range f.parts {
		d.lose(p, reason)
	}
	f.path = ""
}

func (d *draft) small() error {
	n := 0
	var add func(list []*field)
	add = func(list []*field) {
		for _, f := range list {
			n++
			add(f.parts)
		}
	}
	for _, p := range d.pages {
		add(p.fields)
	}
	switch {
	case n == 0:
		return &Error{Place: Place{Line: 1, Column: 1}, Reason: "ve formuláři není žádné pole, které umíme převzít"}
	case n > mostFields:
		return &Error{Reason: fmt.Sprintf("formulář má příliš mnoho polí (%d, nejvýše %d)", n, mostFields)}
	case len(d.pages) > mostPages:
		return &Error{Reason: fmt.Sprintf("formulář má příliš mnoho stránek (%d, nejvýše %d)", len(d.pages), mostPages)}
	}
	return nil
}

// arrange tells each question where it stands.
func (d *draft) arrange() {
	order := 0
	var walk func(list []*field, up *field, p *page)
	walk = func(list []*field, up *field, p *page) {
		for _, f := range list {
			f.up, f.page, f.order = up, p, order
			order++
			walk(f.parts, f, p)
			f.last = order - 1
		}
	}
	for _, p := range d.pages {
		p.first = order
		walk(p.fields, nil, p)
	}
}

// sort puts a question before those that ask about it, where the source has it after them.
func (d *draft) sort() {
	d.arrange()
	var inside func(list []*field)
	inside = func(list []*field) {
		at := map[*field]int{}
		for i, f := range list {
			at[f] = i
			inside(f.parts)
		}
		order := earlierFirst(len(list), func(i int, use func(int)) {
			list[i].asks(func(g *field) {
				for u := g; u != nil; u = u.up {
					if j, ok := at[u]; ok {
						use(j)
					}
				}
			})
		})
		d.move(order, func(i int) (string, Place) { return list[i].key, list[i].at })
		permute(list, order)
	}
	at := map[*page]int{}
	for i, p := range d.pages {
		at[p] = i
		inside(p.fields)
	}
	order := earlierFirst(len(d.pages), func(i int, use func(int)) {
		found := func(g *field) { use(at[g.page]) }
		d.pages[i].when.asks(found)
		for _, f := range d.pages[i].fields {
			f.asks(found)
		}
	})
	d.move(order, func(i int) (string, Place) { return d.pages[i].title, d.pages[i].at })
	permute(d.pages, order)
}

func (d *draft) move(order []int, what func(int) (string, Place)) {
	for i := 1; i < len(order); i++ {
		if order[i] < order[i-1] {
			name, at := what(order[i])
			d.log.change("order", name, at, "je až za otázkou, na které závisí nebo která na něm závisí")
		}
	}
}

func permute[T interface{ *field | *page }](list []T, order []int) {
	old := slices.Clone(list)
	for i, j := range order {
		list[i] = old[j]
	}
}

// earlierFirst keeps the order but for what must come before something earlier.
func earlierFirst(n int, needs func(i int, use func(int))) []int {
	state := make([]byte, n)
	order := make([]int, 0, n)
	var visit func(i int)
	visit = func(i int) {
		if state[i] != 0 {
			return
		}
		state[i] = 1
		needs(i, func(j int) {
			if j > i {
				visit(j)
			}
		})
		state[i] = 2
		order = append(order, i)
	}
	for i := range n {
		visit(i)
	}
	return order
}

// asks tells about which questions the conditions of a question and of all inside ask.
func (f *field) asks(found func(*field)) {
	f.when.asks(found)
	f.required.asks(found)
	for _, p := range f.parts {
		p.asks(found)
	}
}

func (c *cond) asks(found func(*field)) {
	c.each(map[*cond]bool{}, func(c *cond) {
		if c.op == 'a' {
			for _, g := range c.atom.find() {
				if g.page != nil {
					found(g)
				}
			}
		}
	})
}

// names gives pages and questions names of our rules: the same file always gets the same ones.
func (d *draft) names() {
	codes, roots := map[string]bool{}, map[string]bool{}
	for _, name := range takenPages {
		codes[name] = true
	}
	var inside func(list []*field, prefix string, used map[string]bool)
	inside = func(list []*field, prefix string, used map[string]bool) {
		for _, f := range list {
			name := fieldName(f.wish)
			if used[name] && f.long != "" {
				name = fieldName(f.long)
			}
			f.def.Name = unique(used, name, "_")
			f.path = prefix + f.def.Name
			inside(f.parts, f.path+".", map[string]bool{})
		}
	}
	for _, p := range d.pages {
		p.code = unique(codes, slug(p.key, "stranka"), "-")
		for _, f := range p.fields {
			if f.long == "" {
				f.long = p.key + " " + f.key
			}
		}
		inside(p.fields, "", roots)
	}
}

// sound parses the definition; what our checks refuse is left out and listed.
func (d *draft) sound(def *forms.Definition) (*forms.Form, []byte, error) {
	for range mostRepair {
		data, err := write(def)
		if err != nil {
			return nil, nil, err
		}
		form, err := forms.Parse(data)
		if err == nil {
			return form, data, nil
		}
		var bad *forms.DefinitionError
		if !errors.As(err, &bad) {
			return nil, nil, err
		}
		for _, p := range bad.Problems {
			if !d.repair(def, p) {
				return nil, nil, &Error{Reason: "formulář v našem zápisu neprošel kontrolou: " + p.String()}
			}
		}
	}
	return nil, nil, &Error{Reason: "formulář se nepodařilo převést do našeho zápisu"}
}

// write is a definition as a file.
func write(def *forms.Definition) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(def)
	return b.Bytes(), err
}

// repair leaves out the condition, check or pattern a problem points at.
func (d *draft) repair(def *forms.Definition, p forms.Problem) bool {
	parts := strings.Split(strings.TrimPrefix(p.Place, "/"), "/")
	number := func(i int) int {
		if i < len(parts) {
			if n, err := strconv.Atoi(parts[i]); err == nil {
				return n
			}
		}
		return -1
	}
	n := number(1)
	if parts[0] != "pages" || n < 0 || n >= len(d.pages) || len(parts) < 3 {
		return false
	}
	page, list, at := d.pages[n], d.pages[n].fields, 2
	var f *field
	for at+1 < len(parts) && parts[at] == "fields" {
		if i := number(at + 1); i >= 0 && i < len(list) {
			f, list, at = list[i], list[i].parts, at+2
			continue
		}
		return false
	}
	if at >= len(parts) {
		return false
	}
	name, place := page.title, page.at
	if f != nil {
		name, place = f.key, f.at
	}
	switch {
	case parts[at] == "when" && f != nil:
		f.def.When = ""
		d.loseConditions(f.when, name, place, p.Message)
	case parts[at] == "when":
		def.Pages[n].When = ""
		d.loseConditions(page.when, name, place, p.Message)
	case parts[at] == "required" && f != nil:
		f.def.Required = forms.Condition{}
		d.loseConditions(f.required, name, place, p.Message)
	case parts[at] == "pattern" && f != nil:
		f.def.Pattern, f.def.PatternMessage = "", forms.Text{}
		d.log.lose("check", name, place, p.Message)
	case parts[at] == "checks" && f != nil:
		f.def.Checks = nil
		d.log.lose("check", name, place, p.Message)
	case parts[at] == "checks":
		def.Pages[n].Checks = nil
		d.log.lose("check", name, place, p.Message)
	default:
		return false
	}
	return true
}
