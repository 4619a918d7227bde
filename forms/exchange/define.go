package exchange

import (
	"strings"

	"epom/forms"
)

// definition writes the draft in our format.
func (d *draft) definition() *forms.Definition {
	title := label(d.title)
	if title == "" {
		title = "Formulář"
	}
	summary := plain(d.summary)
	if summary == "" {
		summary = title
	}
	def := &forms.Definition{Code: slug(d.code, "formular"), Version: 1, Agenda: forms.NoAgenda, Locality: forms.Locality{Key: "any"},
		Title: forms.Text{CS: title}, Summary: forms.Text{CS: summary}, Subject: subject(title)}
	pages := d.pages[:0]
	d.left = mostSteps
	for _, p := range d.pages {
		page := forms.PageDef{Code: p.code, Title: forms.Text{CS: label(p.title)}, Intro: forms.Text{CS: plain(p.intro)}}
		if page.Title.CS == "" {
			page.Title.CS = title
		}
		var never bool
		if page.When, never = d.say(p.when, spot{order: p.first}, p.title, p.at); never {
			for _, f := range p.fields {
				d.never(f, "stránka se podle podmínek předlohy nikdy neukáže")
			}
			continue
		}
		if page.Fields, p.fields = d.fields(p.fields, nil); len(page.Fields) == 0 {
			continue
		}
		for _, s := range p.stops {
			test, impossible := d.say(s.pass, spot{order: p.fields[len(p.fields)-1].last + 1}, p.title, p.at)
			if test == "" && !impossible {
				continue
			}
			if impossible {
				test = "false"
			}
			page.Checks = append(page.Checks, forms.CheckDef{Test: test, Message: forms.Text{CS: s.message}})
		}
		def.Pages, pages = append(def.Pages, page), append(pages, p)
	}
	d.pages = pages
	d.applicant(def)
	return def
}

// subject is the title as an expression, within the limit of one.
func subject(title string) string {
	for n := 200; ; n /= 2 {
		if s := quote(cut(title, n)); len(s) <= mostCharacters || n < 2 {
			return s
		}
	}
}

// fields writes questions and gives back those that stayed, in step.
func (d *draft) fields(list []*field, repeat *field) (defs []*forms.Field, kept []*field) {
	for _, f := range list {
		s := spot{order: f.order, repeat: repeat}
		var never bool
		if f.def.When, never = d.say(f.when, s, f.key, f.at); never {
			d.never(f, "pole se podle podmínek předlohy nikdy neukáže")
			continue
		}
		if text, none := d.say(f.required, s, f.key, f.at); f.required != nil && !none && !f.def.Required.Always {
			f.def.Required = forms.Condition{Always: text == "", Expr: text}
		}
		inner := repeat
		if f.def.Kind == "repeat" {
			inner = f
		}
		if len(f.parts) > 0 {
			if f.def.Fields, f.parts = d.fields(f.parts, inner); len(f.parts) == 0 {
				d.log.loseCounted(f.source, "field", f.key, "v bloku nezbylo žádné pole")
				continue
			}
		}
		d.rules(f, repeat)
		defs, kept = append(defs, f.def), append(kept, f)
	}
	return defs, kept
}

// never leaves out a question nobody is ever asked; conditions about it are still right.
func (d *draft) never(f *field, reason string) {
	d.lose(f, reason)
	var hide func(f *field)
	hide = func(f *field) {
		f.hidden = true
		for _, p := range f.parts {
			hide(p)
		}
	}
	hide(f)
}

func (d *draft) rules(f *field, repeat *field) {
	path := f.path
	if repeat != nil {
		path = "item." + strings.TrimPrefix(f.path, repeat.path+".")
	}
	for _, r := range f.rules {
		f.def.Checks = append(f.def.Checks, forms.CheckDef{Test: r.test(path), Message: forms.Text{CS: r.message}})
	}
}

// say writes a condition. Of several that all must hold those that cannot be said are left out and listed, so that the question is
// asked more often, not less.
func (d *draft) say(c *cond, s spot, name string, at Place) (text string, never bool) {
	if c == nil {
		return "", false
	}
	c.each(map[*cond]bool{}, func(c *cond) {
		if c.op == 'a' && c.atom.none && len(c.atom.find()) == 0 {
			d.log.change("condition", name, at, "ptá se na pole „"+short(c.atom.name)+"“, které ve formuláři není, a tak nikdy není vyplněné")
		}
	})
	parts := []*cond{c}
	if c.op == '&' {
		parts = c.conjuncts(nil, nil)
	}
	var kept []*cond
	for _, p := range parts {
		if _, _, err := expression(p, s, &d.left); err != nil && err != errLong {
			d.loseConditions(p, name, at, err.Error())
			continue
		}
		kept = append(kept, p)
	}
	text, never, err := expression(allOf(kept...), s, &d.left)
	for ; err != nil && len(kept) > 0; text, never, err = expression(allOf(kept...), s, &d.left) {
		last := kept[len(kept)-1]
		kept = kept[:len(kept)-1]
		d.loseConditions(last, name, at, err.Error())
	}
	return text, never
}

// conjuncts are the parts that all must hold.
func (c *cond) conjuncts(list []*cond, source *counted) []*cond {
	if c.source != nil {
		source = c.source
	}
	if c.op != '&' {
		return append(list, c.from(source))
	}
	for _, p := range c.parts {
		list = p.conjuncts(list, source)
	}
	return list
}

// loseConditions notes that conditions of the source are lost, each once.
func (d *draft) loseConditions(c *cond, name string, at Place, reason string) {
	found := false
	c.each(map[*cond]bool{}, func(c *cond) {
		if c.source != nil {
			found = true
			d.log.loseCounted(c.source, "condition", name, "podmínka "+reason+"; pole je vidět vždy")
		}
	})
	if !found && c != nil {
		d.log.lose("condition", name, at, "podmínka "+reason+"; pole je vidět vždy")
	}
}

// applicant takes the first e-mail and telephone for those of the applicant.
func (d *draft) applicant(def *forms.Definition) {
	var walk func(list []*field)
	walk = func(list []*field) {
		for _, f := range list {
			switch {
			case f.def.Kind == "group":
				walk(f.parts)
			case f.def.Kind == "email" && def.Applicant.Email == "":
				def.Applicant.Email = f.path
				d.log.change("setting", f.key, f.at, "první e-mail formuláře je e-mailem žadatele, zkontrolujte to")
			case f.def.Kind == "phone" && def.Applicant.Phone == "":
				def.Applicant.Phone = f.path
				d.log.change("setting", f.key, f.at, "první telefon formuláře je telefonem žadatele, zkontrolujte to")
			}
		}
	}
	for _, p := range d.pages {
		walk(p.fields)
	}
}
