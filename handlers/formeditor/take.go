package formeditor

import (
	"net/url"

	"epom/forms"
	"epom/forms/edit"
	"epom/internal/errs"
)

// take puts what was typed about a place into a copy of the form; wrong says by property what could not be taken in.
func (e *Editor) take(d *forms.Definition, at edit.Place, v url.Values) (*forms.Definition, map[string]string) {
	c, wrong := edit.Clone(d), map[string]string{}
	if f, ok := edit.Field(c, at); ok {
		was := f.Name
		takeField(c, at, f, v, wrong)
		return renamed(c, at, f, was, wrong), wrong
	} else if p, ok := edit.Page(c, at); ok {
		takeAll(pageProps, p, v, wrong)
		p.When = takeCondition(c, at, "when", p.When, v, wrong)
		p.Checks = takeChecks(p.Checks, v, wrong)
	} else {
		takeAll(formProps(e.agendas()), c, v, wrong)
	}
	return c, wrong
}

// renamed gives a question the name that was typed everywhere it is read. A name that cannot be is said and not taken.
func renamed(d *forms.Definition, at edit.Place, f *forms.Field, was string, wrong map[string]string) *forms.Definition {
	name := f.Name
	f.Name = was
	c, err := edit.Rename(d, at, name)
	if err != nil {
		wrong["name"] = errs.Message(err)
		for _, x := range errs.FieldsOf(err) {
			wrong["name"] = x.Message
		}
		return d
	}
	return c
}

func takeField(d *forms.Definition, at edit.Place, f *forms.Field, v url.Values, wrong map[string]string) {
	was := *f
	takeAll(wordProps, f, v, wrong)
	takeAll(moreProps, f, v, wrong)
	takeOptions(f, v, wrong)
	f.When = takeCondition(d, at, "when", f.When, v, wrong)
	switch v.Get("required") {
	case "no":
		f.Required = forms.Condition{}
	case "yes":
		f.Required = forms.Condition{Always: true}
	case "if":
		if f.Required = (forms.Condition{Expr: takeCondition(d, at, "must", was.Required.Expr, v, wrong)}); f.Required.Expr == "" && wrong["must"] == "" {
			f.Required = was.Required
			wrong["must"] = "Napište, kdy je odpověď povinná."
		}
	}
	f.Checks = takeChecks(f.Checks, v, wrong)
	if kind := v.Get("kind"); kind != "" && kind != f.Kind {
		refit(f, kind, wrong)
	}
	if was.Label.CS == newLabel && f.Label.CS != newLabel && f.Label.CS != "" && f.Name == was.Name {
		f.Name = edit.NameFor(d, f.Label.CS)
	}
}

// newLabel is how a new question is called until its author says better; see edit.AddField.
const newLabel = "Nová otázka"

// refit makes a question of another kind, without what the kind does not take.
func refit(f *forms.Field, kind string, wrong map[string]string) {
	known := false
	for _, k := range kindNames {
		known = known || k.Value == kind
	}
	if !known {
		wrong["kind"] = "Vyberte druh otázky."
		return
	}
	old := *f
	*f = forms.Field{Name: old.Name, Kind: kind, Label: old.Label, Help: old.Help, Why: old.Why, Required: old.Required, When: old.When, Checks: old.Checks, Sensitive: old.Sensitive, InSummary: old.InSummary}
	keep := func(property string, do func()) {
		if forms.Takes(kind, property) {
			do()
		}
	}
	if fixed := map[string]bool{"date": true, "money": true}; fixed[kind] == fixed[old.Kind] && (kind == old.Kind || !fixed[kind]) {
		keep("min", func() { f.Min = old.Min })
		keep("max", func() { f.Max = old.Max })
	}
	keep("minLength", func() { f.MinLength, f.MaxLength = old.MinLength, old.MaxLength })
	keep("pattern", func() { f.Pattern, f.PatternMessage = old.Pattern, old.PatternMessage })
	keep("unit", func() { f.Unit = old.Unit })
	keep("decimals", func() { f.Decimals = old.Decimals })
	keep("optional", func() { f.Omit, f.Optional = nil, nil })
	if keep("options", func() { f.Options = old.Options }); forms.Takes(kind, "options") && len(f.Options) == 0 {
		f.Options = []forms.Option{{Value: "moznost-1", Label: forms.Text{CS: "První možnost"}}, {Value: "moznost-2", Label: forms.Text{CS: "Druhá možnost"}}}
	}
	if keep("fields", func() { f.Fields = old.Fields }); forms.Takes(kind, "fields") && len(f.Fields) == 0 {
		f.Fields = []*forms.Field{{Kind: "text", Name: old.Name + "_text", Label: forms.Text{CS: newLabel}}}
	}
	switch kind {
	case "computed":
		f.Expr, f.Result, f.Required = "0", "number", forms.Condition{}
	case "note":
		*f = forms.Field{Name: old.Name, Kind: kind, Text: old.Label, When: old.When}
	}
	if old.Kind == "note" {
		f.Label = old.Text
	}
}
