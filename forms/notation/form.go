package notation

import (
	"regexp"
	"strconv"
	"strings"

	"epom/forms"
)

var heading = regexp.MustCompile(`^(\S+)\s+(\S+?)\s*,\s*(\S+)\s+(\d{1,6})(?:\s*,\s*(\S+)\s+(\S+))?$`)

// form writes a whole definition.
func (w *writer) form(d *forms.Definition) {
	code := d.Code
	if code == "" || strings.ContainsAny(code, " ,\t\n\r\"") || !plainValue(code) {
		code = strings.ReplaceAll(quoted(code), " ", `\u0020`)
		code = strings.ReplaceAll(code, ",", `\u002c`)
	}
	head := "formulář " + code + ", verze " + strconv.Itoa(d.Version)
	if d.PublishedOn != "" {
		head += ", zveřejněn " + d.PublishedOn
	}
	w.line(0, head)
	props(w, 0, formProps, d)
	for _, p := range d.Parameters {
		w.parameter(p)
	}
	for i := range d.Pages {
		w.page(&d.Pages[i])
	}
	for i := range d.Examples {
		w.out.WriteByte('\n')
		w.put(0, "Příklad", d.Examples[i].Name)
		props(w, 1, exampleProps, &d.Examples[i])
	}
}

func (r *reader) form(d *forms.Definition, root *node) {
	if len(root.kids) == 0 {
		r.fault(1, 1, "Zápis je prázdný. Začněte řádkem „formulář kod-formulare, verze 1“.")
		return
	}
	first := root.kids[0]
	r.heading(d, first)
	var page *forms.PageDef
	seen := map[string]bool{}
	for _, n := range root.kids[1:] {
		key, _, _ := n.key()
		switch {
		case strings.HasPrefix(n.text, "#"):
			d.Pages = append(d.Pages, forms.PageDef{Fields: []*forms.Field{}})
			page, seen = &d.Pages[len(d.Pages)-1], map[string]bool{}
			r.page(page, n)
		case same(key, "Příklad"):
			d.Examples = append(d.Examples, r.example(n))
		case page == nil:
			if !r.parameter(d, n) && !readProp(r, formProps, n, seen, d) {
				r.at(n, "Tomuto řádku nerozumím. Před první stránkou (# kod: Název) stojí vlastnosti formuláře, například „Název: …“ nebo „Agenda: …“.")
			}
		case readProp(r, pageProps, n, seen, page):
		default:
			if f := r.field(n); f != nil {
				page.Fields = append(page.Fields, f)
			}
		}
	}
}

func (r *reader) heading(d *forms.Definition, n *node) {
	m := heading.FindStringSubmatch(n.text)
	if m == nil || !same(m[1], "formulář") || !same(m[3], "verze") || m[5] != "" && !same(m[5], "zveřejněn") {
		r.at(n, "První řádek má být „formulář kod-formulare, verze 1“, u zveřejněného ještě „, zveřejněn 2026-11-01“.")
		return
	}
	d.Code, d.PublishedOn = r.value(&node{line: n.line, column: n.column}, m[2]), m[6]
	d.Version, _ = strconv.Atoi(m[4]) // at most six digits
	r.childless(n)
}

var formProps = []prop[forms.Definition]{
	textProp("Název", func(d *forms.Definition) *forms.Text { return &d.Title }),
	textProp("Popis", func(d *forms.Definition) *forms.Text { return &d.Summary }),
	keywords,
	plainProp("Agenda", nil, func(d *forms.Definition) *string { return &d.Agenda }),
	plainProp("Předpis", nil, func(d *forms.Definition) *string { return &d.Statute }),
	plainProp("Příslušnost", nil, func(d *forms.Definition) *string { return &d.Locality.Key }),
	listProp("Místo je v", func(d *forms.Definition) *[]string { return &d.Locality.From }),
	plainProp("Úroveň úřadu je v", nil, func(d *forms.Definition) *string { return &d.Locality.Level }),
	plainProp("Věc", nil, func(d *forms.Definition) *string { return &d.Subject }),
	listProp("Osoba je v", func(d *forms.Definition) *[]string { return &d.Applicant.Person }),
	listProp("Firma je v", func(d *forms.Definition) *[]string { return &d.Applicant.Legal }),
	plainProp("E-mail je v", nil, func(d *forms.Definition) *string { return &d.Applicant.Email }),
	plainProp("Telefon je v", nil, func(d *forms.Definition) *string { return &d.Applicant.Phone }),
	plainProp("Datová schránka je v", nil, func(d *forms.Definition) *string { return &d.Applicant.Databox }),
	needed,
	listProp("Úřad smí upravit", func(d *forms.Definition) *[]string { return &d.Adjustable }),
	textProp("Co je nového", func(d *forms.Definition) *forms.Text { return &d.Changes }),
}

var keywords = prop[forms.Definition]{"Hledá se", func(w *writer, depth int, d *forms.Definition) {
	k := d.Keywords
	if len(k.CS)+len(k.EN)+len(k.UK) == 0 {
		return
	}
	w.line(depth, "Hledá se: "+items(k.CS))
	if len(k.EN) > 0 {
		w.line(depth+1, "en: "+items(k.EN))
	}
	if len(k.UK) > 0 {
		w.line(depth+1, "uk: "+items(k.UK))
	}
}, func(r *reader, n *node, value string, d *forms.Definition) {
	d.Keywords.CS = r.list(n, value)
	for _, k := range n.kids {
		switch key, value, _ := k.key(); key {
		case "en":
			d.Keywords.EN = r.list(k, value)
		case "uk":
			d.Keywords.UK = r.list(k, value)
		default:
			r.at(k, "Pod slovy pro hledání může být jen „en: …“ nebo „uk: …“.")
		}
	}
}}

var needed = prop[forms.Definition]{"Potřebujete", func(w *writer, depth int, d *forms.Definition) {
	for _, t := range d.Needed {
		w.put(depth, "Potřebujete", t.CS)
		w.translations(depth+1, t)
	}
}, func(r *reader, n *node, value string, d *forms.Definition) {
	var one struct{ forms.Text }
	textProp("", func(t *struct{ forms.Text }) *forms.Text { return &t.Text }).read(r, n, value, &one)
	d.Needed = append(d.Needed, one.Text)
}}

var parameterHead = regexp.MustCompile(`^(?i:parametr)\s+([^\s:("]+)\s*\(([^()]*)\)\s*(?::\s?(.*))?$`)

// parameter writes "Parametr poplatek (částka): Roční poplatek za psa".
func (w *writer) parameter(p forms.Parameter) {
	head := "Parametr " + p.Name + " (" + word(kindWords, p.Kind) + ")"
	if p.Label.IsZero() {
		w.line(0, head)
	} else {
		w.put(0, head, p.Label.CS)
	}
	w.translations(1, p.Label)
	props(w, 1, parameterProps, &p)
}

// parameterProps stand below a parameter: its unit and the values the form itself gives, each from a day on.
var parameterProps = []prop[forms.Parameter]{
	textProp("Jednotka", func(p *forms.Parameter) *forms.Text { return &p.Unit }),
	{"Platí od", func(w *writer, depth int, p *forms.Parameter) {
		for i := range p.Values {
			w.put(depth, "Platí od", p.Values[i].From)
			props(w, depth+1, valueProps, &p.Values[i])
		}
	}, func(r *reader, n *node, value string, p *forms.Parameter) {
		v := forms.ParameterValue{From: r.value(n, value)}
		seen := map[string]bool{}
		for _, k := range n.kids {
			if !readProp(r, valueProps, k, seen, &v) {
				r.at(k, "Pod „Platí od“ může být Platí do, Hodnota, Zdroj a Ověřeno.")
			}
		}
		p.Values = append(p.Values, v)
	}},
}

var valueProps = []prop[forms.ParameterValue]{
	plainProp("Platí do", nil, func(v *forms.ParameterValue) *string { return &v.To }),
	boundProp("Hodnota", func(v *forms.ParameterValue) *any { return &v.Value }),
	plainProp("Zdroj", nil, func(v *forms.ParameterValue) *string { return &v.Source }),
	flagProp("Ověřeno", func(v *forms.ParameterValue) *bool {
		if v.Verified {
			return &v.Verified
		}
		return nil
	}, func(v *forms.ParameterValue, is bool) { v.Verified = is }),
}

// parameter reads such a line; false when it is none.
func (r *reader) parameter(d *forms.Definition, n *node) bool {
	m := parameterHead.FindStringSubmatch(n.text)
	if m == nil {
		return false
	}
	p := forms.Parameter{Name: m[1], Kind: code(kindWords, strings.TrimSpace(m[2]))}
	if strings.Contains(n.text, ":") {
		p.Label.CS = r.value(n, m[3])
	}
	seen := map[string]bool{}
	for _, k := range n.kids {
		if !r.translation(k, &p.Label) && !readProp(r, parameterProps, k, seen, &p) {
			r.at(k, "Pod parametrem může být překlad („en: …“, „uk: …“), Jednotka a hodnoty „Platí od: 2026-01-01“.")
		}
	}
	d.Parameters = append(d.Parameters, p)
	return true
}

var exampleProps = []prop[forms.Example]{
	plainProp("Dnes", nil, func(e *forms.Example) *string { return &e.Today }),
	jsonProp("Parametry", func(e *forms.Example) *map[string]any { return &e.Params }, func(m map[string]any) bool { return len(m) == 0 }),
	jsonProp("Odpovědi", func(e *forms.Example) *forms.Answers { return &e.Answers }, func(forms.Answers) bool { return false }),
	fullList("Stránky", func(e *forms.Example) *[]string { return &e.Visible }),
	fullList("Chyby", func(e *forms.Example) *[]string { return &e.Errors }),
	jsonProp("Spočteno", func(e *forms.Example) *map[string]any { return &e.Computed }, func(m map[string]any) bool { return len(m) == 0 }),
	plainProp("Věc", nil, func(e *forms.Example) *string { return &e.Subject }),
	{"Úřad", func(w *writer, depth int, e *forms.Example) {
		if e.Office != nil {
			w.put(depth, "Úřad", e.Office.Seat)
			w.put(depth+1, "Úroveň", e.Office.Level)
		}
	}, func(r *reader, n *node, value string, e *forms.Example) {
		e.Office = &forms.ExampleOffice{Seat: r.value(n, value)}
		seen := map[string]bool{}
		for _, k := range n.kids {
			if !readProp(r, officeProps, k, seen, e.Office) {
				r.at(k, "Pod „Úřad“ patří jen „Úroveň: obec“ (nebo pou, orp, kraj).")
			}
		}
	}},
}

var officeProps = []prop[forms.ExampleOffice]{plainProp("Úroveň", nil, func(o *forms.ExampleOffice) *string { return &o.Level })}

// fullList is a list that is said even when it is empty.
func fullList[T any](key string, of func(*T) *[]string) prop[T] {
	p := listProp(key, of)
	p.write = func(w *writer, depth int, t *T) {
		if l := *of(t); len(l) > 0 {
			w.line(depth, key+": "+items(l))
		} else {
			w.line(depth, key+": "+none)
		}
	}
	return p
}

func (r *reader) example(n *node) forms.Example {
	_, value, _ := n.key()
	e := forms.Example{Name: r.value(n, value), Answers: forms.Answers{}, Visible: []string{}, Errors: []string{}}
	seen := map[string]bool{}
	for _, k := range n.kids {
		if !readProp(r, exampleProps, k, seen, &e) {
			r.at(k, "V příkladu může být Dnes, Parametry, Odpovědi, Stránky, Chyby, Spočteno, Věc a Úřad.")
		}
	}
	return e
}
