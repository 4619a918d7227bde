package forms

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Differences says in Czech what a later version has otherwise than an earlier one, in the order of the pages: for those
// who decide whether to take it over.
func Differences(before, after *Form) []string {
	d := &differ{}
	d.text("název formuláře", before.Title, after.Title)
	d.text("popis", before.Summary, after.Summary)
	if before.Statute != after.Statute {
		d.say("právní předpis: „%s“ místo „%s“", after.Statute, before.Statute)
	}
	if before.Agenda != after.Agenda {
		d.say("agenda: %s místo %s", after.Agenda, before.Agenda)
	}
	d.needed(before.Needed, after.Needed)
	d.parameters(before, after)
	d.pages(before, after)
	return d.out
}

type differ struct{ out []string }

func (d *differ) say(format string, a ...any) { d.out = append(d.out, fmt.Sprintf(format, a...)) }

func (d *differ) text(what string, before, after Text) {
	switch {
	case before == after:
	case before.IsZero():
		d.say("%s: přibylo „%s“", what, brief(after.CS))
	case after.IsZero():
		d.say("%s: už není „%s“", what, brief(before.CS))
	case before.CS == after.CS:
		d.say("%s: jiný překlad", what)
	default:
		d.say("%s: „%s“ místo „%s“", what, brief(after.CS), brief(before.CS))
	}
}

func (d *differ) needed(before, after []Text) {
	for _, t := range after {
		if !slices.Contains(before, t) {
			d.say("co si připravit: přibylo „%s“", brief(t.CS))
		}
	}
	for _, t := range before {
		if !slices.Contains(after, t) {
			d.say("co si připravit: už není „%s“", brief(t.CS))
		}
	}
}

func (d *differ) parameters(before, after *Form) {
	old := map[string]Parameter{}
	for _, p := range before.Parameters {
		old[p.Name] = p
	}
	for _, p := range after.Parameters {
		was, ok := old[p.Name]
		delete(old, p.Name)
		switch {
		case !ok:
			d.say("nový parametr úřadu: %s", p.Label.CS)
		case was.Kind != p.Kind:
			d.say("parametr „%s“ je jiného druhu", p.Label.CS)
		case !reflect.DeepEqual(was.Values, p.Values):
			d.say("parametr „%s“ má jinou výchozí hodnotu", p.Label.CS)
		}
	}
	for _, p := range before.Parameters {
		if _, gone := old[p.Name]; gone {
			d.say("parametr „%s“ už není", p.Label.CS)
		}
	}
}

func (d *differ) pages(before, after *Form) {
	old := map[string]*PageDef{}
	for i := range before.Pages {
		old[before.Pages[i].Code] = &before.Pages[i]
	}
	for i := range after.Pages {
		p := &after.Pages[i]
		was, ok := old[p.Code]
		if delete(old, p.Code); !ok {
			d.say("nová stránka „%s“", p.Title.CS)
			was = &PageDef{When: p.When}
		} else {
			d.text("stránka „"+p.Title.CS+"“, název", was.Title, p.Title)
			d.text("stránka „"+p.Title.CS+"“, úvod", was.Intro, p.Intro)
		}
		if was.When != p.When {
			d.say("stránka „%s“ se zobrazí za jiné podmínky", p.Title.CS)
		}
		d.fields("", was.Fields, p.Fields)
		if ok && !reflect.DeepEqual(was.Checks, p.Checks) {
			d.say("stránka „%s“ má jiné kontroly", p.Title.CS)
		}
	}
	for _, p := range before.Pages {
		if old[p.Code] != nil {
			d.say("stránka „%s“ už není", p.Title.CS)
		}
	}
}

func (d *differ) fields(in string, before, after []*Field) {
	old := map[string]*Field{}
	for _, f := range before {
		old[f.Name] = f
	}
	for _, f := range after {
		name := in + "otázka „" + brief(f.label().CS) + "“"
		was := old[f.Name]
		delete(old, f.Name)
		if was == nil {
			d.say("%s přibyla%s", name, map[bool]string{true: ", povinná"}[f.Required.Always])
			continue
		}
		d.field(name, was, f)
		d.fields(name+" → ", was.Fields, f.Fields)
	}
	for _, f := range before {
		if old[f.Name] != nil {
			d.say("%sotázka „%s“ už není", in, brief(f.label().CS))
		}
	}
}

func (d *differ) field(name string, was, f *Field) {
	if was.Kind != f.Kind {
		d.say("%s je jiného druhu (%s místo %s)", name, f.Kind, was.Kind)
	}
	d.text(name+", znění", was.Label, f.Label)
	d.text(name+", nápověda", was.Help, f.Help)
	d.text(name+", text", was.Text, f.Text)
	if was.Required != f.Required {
		switch {
		case f.Required.Always:
			d.say("%s je nově povinná", name)
		case f.Required.Expr != "":
			d.say("%s je povinná za jiné podmínky", name)
		default:
			d.say("%s už není povinná", name)
		}
	}
	if was.When != f.When {
		d.say("%s se zobrazí za jiné podmínky", name)
	}
	limits := func(f *Field) []any {
		return []any{f.Min, f.Max, f.MinLength, f.MaxLength, f.Pattern, f.Decimals, f.MaxBytes, f.Expr, strings.Join(f.Accept, ","), f.Checks}
	}
	if !reflect.DeepEqual(limits(was), limits(f)) {
		d.say("%s má jiné meze, výpočet nebo kontroly", name)
	}
	if !reflect.DeepEqual(was.Options, f.Options) {
		d.say("%s má jiné možnosti", name)
	}
}

// brief cuts a long text for one line.
func brief(s string) string {
	if short, more := cut(s, 120); more {
		return short + "…"
	}
	return s
}
