package notation

import (
	"encoding/json"
	"regexp"
	"strings"

	"epom/forms"
)

func (w *writer) page(p *forms.PageDef) {
	w.out.WriteByte('\n')
	w.put(0, "# "+name(p.Code), p.Title.CS)
	w.translations(1, p.Title)
	props(w, 0, pageProps, p)
	for _, f := range p.Fields {
		w.field(0, f)
	}
}

func (r *reader) page(p *forms.PageDef, n *node) {
	m := pageHead.FindStringSubmatch(n.text)
	if m == nil {
		r.at(n, "Stránka se píše „# kod: Název“, například „# zadatel: Kdo žádá“.")
		return
	}
	p.Code, p.Title.CS = r.name(n, m[1]), r.value(n, m[2])
	for _, k := range n.kids {
		if !r.translation(k, &p.Title) {
			r.at(k, "Pod názvem stránky může být jen překlad („en: …“, „uk: …“). Otázky stránky pište pod ni bez odsazení.")
		}
	}
}

const quotedName = `"(?:[^"\\]|\\.)*"`

var (
	pageHead   = regexp.MustCompile(`^#\s*(` + quotedName + `|[^\s:"]+)\s*:\s?(.*)$`)
	fieldHead  = regexp.MustCompile(`^(` + quotedName + `|[^\s:("]+)\s*\(([^()]*)\)\s*(\*)?\s*(?::\s?(.*))?$`)
	optionHead = regexp.MustCompile(`^-\s*(` + quotedName + `|[^\s:"]+)\s*:\s?(.*)$`)
	easyName   = regexp.MustCompile(`^[^\s:("\x00-\x1f\x7f]+$`)
)

// name is a name of a page, field or option as it stands in its line.
func name(s string) string {
	if easyName.MatchString(s) && s[0] != '#' && s[0] != '|' && s[0] != '-' {
		return s
	}
	return quoted(s)
}

func (r *reader) name(n *node, s string) string {
	if !strings.HasPrefix(s, `"`) {
		return s
	}
	var out string
	if json.Unmarshal([]byte(s), &out) != nil {
		r.at(n, "Jméno v uvozovkách není dobře zapsané.")
	}
	return out
}

var pageProps = []prop[forms.PageDef]{
	textProp("Úvod", func(p *forms.PageDef) *forms.Text { return &p.Intro }),
	plainProp("Jen když", nil, func(p *forms.PageDef) *string { return &p.When }),
	checkProp(func(p *forms.PageDef) *[]forms.CheckDef { return &p.Checks }),
}

// checkProp are rules with their own texts: "Kontrola: …" with "Říká: …" and "Váha: …" below.
func checkProp[T any](of func(*T) *[]forms.CheckDef) prop[T] {
	return prop[T]{"Kontrola", func(w *writer, depth int, t *T) {
		for i := range *of(t) {
			c := &(*of(t))[i]
			w.put(depth, "Kontrola", c.Test)
			props(w, depth+1, checkProps, c)
		}
	}, func(r *reader, n *node, value string, t *T) {
		c := forms.CheckDef{Test: r.value(n, value)}
		seen := map[string]bool{}
		for _, k := range n.kids {
			if !readProp(r, checkProps, k, seen, &c) {
				r.at(k, "Pod kontrolou může být „Říká: …“ a „Váha: …“.")
			}
		}
		*of(t) = append(*of(t), c)
	}}
}

var checkProps = []prop[forms.CheckDef]{
	textProp("Říká", func(c *forms.CheckDef) *forms.Text { return &c.Message }),
	plainProp("Váha", weightWords, func(c *forms.CheckDef) *string { return (*string)(&c.Weight) }),
}

func (w *writer) field(depth int, f *forms.Field) {
	kind := word(kindWords, f.Kind)
	head := name(f.Name) + " (" + kind + ")"
	if f.Required.Always && f.Required.Expr == "" {
		head += " *"
	}
	if f.Label.IsZero() {
		w.line(depth, head)
	} else {
		w.put(depth, head, f.Label.CS)
	}
	w.translations(depth+1, f.Label)
	props(w, depth+1, fieldProps, f)
	for i := range f.Options {
		o := &f.Options[i]
		w.put(depth+1, "- "+name(o.Value), o.Label.CS)
		w.translations(depth+2, o.Label)
		props(w, depth+2, optionProps, o)
	}
	for _, k := range f.Fields {
		w.field(depth+1, k)
	}
}

// field reads a question with all that stands below it.
func (r *reader) field(n *node) *forms.Field {
	m := fieldHead.FindStringSubmatch(n.text)
	if m == nil {
		r.at(n, "Tomuto řádku nerozumím. Otázka se píše „jmeno (druh): Text otázky“, hvězdička za závorkou znamená povinnou. Druhy: %s.", strings.Join(Kinds(), ", "))
		return nil
	}
	f := &forms.Field{Name: r.name(n, m[1]), Kind: code(kindWords, strings.TrimSpace(m[2])), Required: forms.Condition{Always: m[3] != ""}}
	if strings.Contains(n.text[len(m[1]):], ":") || len(n.more) > 0 {
		f.Label.CS = r.value(n, m[4])
	}
	seen := map[string]bool{}
	for _, k := range n.kids {
		switch {
		case strings.HasPrefix(k.text, "-"):
			r.option(f, k)
		case r.translation(k, &f.Label), readProp(r, fieldProps, k, seen, f):
		default:
			if kid := r.field(k); kid != nil {
				f.Fields = append(f.Fields, kid)
			}
		}
	}
	return f
}

func (r *reader) option(f *forms.Field, n *node) {
	m := optionHead.FindStringSubmatch(n.text)
	if m == nil {
		r.at(n, "Možnost se píše „- hodnota: Popis“, například „- ano: Souhlasím“.")
		return
	}
	o := forms.Option{Value: r.name(n, m[1]), Label: forms.Text{CS: r.value(n, m[2])}}
	seen := map[string]bool{}
	for _, k := range n.kids {
		if !r.translation(k, &o.Label) && !readProp(r, optionProps, k, seen, &o) {
			r.at(k, "Pod možností může být překlad nebo „Nápověda: …“.")
		}
	}
	f.Options = append(f.Options, o)
}

var optionProps = []prop[forms.Option]{
	textProp("Nápověda", func(o *forms.Option) *forms.Text { return &o.Help }),
}

var fieldProps = []prop[forms.Field]{
	textProp("Text", func(f *forms.Field) *forms.Text { return &f.Text }),
	plainProp("Váha", weightWords, func(f *forms.Field) *string { return (*string)(&f.Weight) }),
	textProp("Nápověda", func(f *forms.Field) *forms.Text { return &f.Help }),
	textProp("Proč", func(f *forms.Field) *forms.Text { return &f.Why }),
	plainProp("Jen když", nil, func(f *forms.Field) *string { return &f.When }),
	plainProp("Povinné, když", nil, func(f *forms.Field) *string { return &f.Required.Expr }),
	boundProp("Nejméně", func(f *forms.Field) *any { return &f.Min }),
	boundProp("Nejvíce", func(f *forms.Field) *any { return &f.Max }),
	wholeProp("Nejméně znaků", func(f *forms.Field) *int { return &f.MinLength }),
	wholeProp("Nejvíce znaků", func(f *forms.Field) *int { return &f.MaxLength }),
	plainProp("Vzor", nil, func(f *forms.Field) *string { return &f.Pattern }),
	textProp("Vzor říká", func(f *forms.Field) *forms.Text { return &f.PatternMessage }),
	checkProp(func(f *forms.Field) *[]forms.CheckDef { return &f.Checks }),
	wholeProp("Desetinná místa", func(f *forms.Field) *int { return &f.Decimals }),
	textProp("Jednotka", func(f *forms.Field) *forms.Text { return &f.Unit }),
	wholeProp("Řádků", func(f *forms.Field) *int { return &f.Rows }),
	plainProp("Vzorec", nil, func(f *forms.Field) *string { return &f.Expr }),
	plainProp("Výsledek", kindWords, func(f *forms.Field) *string { return &f.Result }),
	listProp("Bez", func(f *forms.Field) *[]string { return &f.Omit }),
	listProp("Nepovinné", func(f *forms.Field) *[]string { return &f.Optional }),
	listProp("Přípony", func(f *forms.Field) *[]string { return &f.Accept }),
	wholeProp("Nejvíce bajtů", func(f *forms.Field) *int64 { return &f.MaxBytes }),
	textProp("Položka", func(f *forms.Field) *forms.Text { return &f.ItemLabel }),
	textProp("Přidat", func(f *forms.Field) *forms.Text { return &f.AddLabel }),
	plainProp("Doplňuje se", nil, func(f *forms.Field) *string { return &f.Autocomplete }),
	flagProp("V souhrnu", func(f *forms.Field) *bool { return f.InSummary }, func(f *forms.Field, v bool) { f.InSummary = &v }),
	flagProp("Citlivé", func(f *forms.Field) *bool {
		if f.Sensitive {
			return &f.Sensitive
		}
		return nil
	}, func(f *forms.Field, v bool) { f.Sensitive = v }),
}
