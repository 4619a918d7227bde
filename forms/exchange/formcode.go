package exchange

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Formcode (OneGov, Switzerland) is text a clerk can type: "Name * = ___", options below a question in brackets, questions that an
// option reveals indented below it, "# Title" for a block, which is a page here.

const (
	mostLines  = 20_000
	mostColumn = 4000
)

// row is a line with what is indented under it.
type row struct {
	text   string
	indent int
	at     Place
	below  []*row
}

type codeReader struct {
	draft *draft
}

func readFormcode(name string, data []byte) ([]*draft, error) {
	if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		return nil, &Error{Place: Place{Line: 1, Column: 1}, Reason: "soubor není text v kódování UTF-8"}
	}
	top, err := outline(data)
	if err != nil {
		return nil, err
	}
	d := &draft{code: name, log: &log{}}
	if len(top) > 1 && strings.Trim(top[1].text, "-=") == "" && len(top[1].text) > 2 {
		d.title = label(top[0].text)
		top = top[2:]
	}
	r := &codeReader{d}
	p := &page{key: "formular", title: d.title, at: Place{Line: 1, Column: 1}}
	d.pages = []*page{p}
	for _, x := range top {
		if title, ok := strings.CutPrefix(x.text, "#"); ok {
			title = strings.TrimSpace(title)
			if title == "..." {
				title = d.title
			}
			p = &page{key: title, title: label(title), at: x.at}
			d.pages = append(d.pages, p)
			continue
		}
		p.fields = r.line(p.fields, x, nil)
	}
	if d.title == "" {
		d.title = name
	}
	return []*draft{d}, nil
}

// outline puts lines under those they are indented below.
func outline(data []byte) ([]*row, error) {
	lines := strings.Split(strings.ReplaceAll(strings.TrimPrefix(string(data), "\ufeff"), "\r\n", "\n"), "\n")
	if len(lines) > mostLines {
		return nil, &Error{Reason: fmt.Sprintf("soubor má příliš mnoho řádků (%d, nejvýše %d)", len(lines), mostLines)}
	}
	root := &row{indent: -1}
	open := []*row{root}
	for i, s := range lines {
		body := strings.TrimSpace(s)
		if body == "" {
			continue
		}
		lead := s[:len(s)-len(strings.TrimLeft(s, " \t\u00a0"))]
		x := &row{text: body, at: Place{Line: i + 1, Column: utf8.RuneCountInString(lead) + 1}}
		if len(s) > mostColumn {
			return nil, &Error{Place: x.at, Reason: fmt.Sprintf("řádek je příliš dlouhý (nejvýše %d znaků)", mostColumn)}
		}
		x.indent = utf8.RuneCountInString(strings.ReplaceAll(lead, "\t", "    "))
		for open[len(open)-1].indent >= x.indent {
			open = open[:len(open)-1]
		}
		if len(open) > 2*mostDeep*5 {
			return nil, &Error{Place: x.at, Reason: "řádky jsou odsazené příliš hluboko"}
		}
		parent := open[len(open)-1]
		parent.below = append(parent.below, x)
		open = append(open, x)
	}
	return root.below, nil
}

var (
	codeField  = regexp.MustCompile(`^([^=]+?)\s*(\*?)\s*=\s*(.*)$`)
	codeOption = regexp.MustCompile(`^(\(([ xX]?)\)|\[([ xX]?)\])\s*(.*)$`)
	codePrice  = regexp.MustCompile(`\s*\(\s*-?[0-9]+(\.[0-9]+)?\s*[A-Z]{3}\s*!?\s*\)\s*$`)
	codeHelp   = regexp.MustCompile(`^<<\s*(.*?)\s*>>$`)
	codeText   = regexp.MustCompile(`^___+(\[([0-9]+)\])?(/(.*))?$`)
	codeLong   = regexp.MustCompile(`^\.\.\.(\[([0-9]+)\])?$`)
	codeRange  = regexp.MustCompile(`^(-?[0-9]+(\.[0-9]+)?)?\s*\.\.\s*(-?[0-9]+(\.[0-9]+)?)?$`)
	codeDate   = regexp.MustCompile(`^YYYY\.MM\.DD(\s+HH:MM)?\s*(\((.*?)\.\.(.*)\))?$`)
	codeDelta  = regexp.MustCompile(`^([+-]?)\s*([0-9]{1,4})\s*(day|week|month|year)s?$`)
)

// line takes one line in, under the condition of the option it stands below.
func (r *codeReader) line(list []*field, x *row, when *cond) []*field {
	d := r.draft
	if m := codeHelp.FindStringSubmatch(x.text); m != nil {
		if len(list) > 0 {
			last := list[len(list)-1]
			last.def.Help.CS = strings.TrimSpace(last.def.Help.CS + "\n" + markdown(m[1]))
		} else if f := d.note("napoveda", "", markdown(m[1]), x.at); f != nil {
			list = append(list, f)
		}
		return list
	}
	m := codeField.FindStringSubmatch(x.text)
	if m == nil || codeOption.MatchString(x.text) {
		d.log.loseCounted(d.log.field(x.at), "field", x.text, "řádku nerozumíme")
		for _, b := range x.below {
			list = r.line(list, b, when)
		}
		return list
	}
	f := d.newField("text", m[1], m[1], x.at)
	f.def.Required.Always = m[2] != ""
	f.when = when
	list = append(list, f)
	what := strings.TrimSpace(m[3])
	if codePrice.MatchString(what) {
		what = r.price(f, what, x.at)
	}
	if what == "" {
		return append(list, r.options(f, x)...)
	}
	r.kind(f, what, x.at)
	for _, b := range x.below {
		list = r.line(list, b, when)
	}
	return list
}

func (r *codeReader) price(f *field, text string, at Place) string {
	r.draft.log.lose("setting", f.key, at, "cena „"+short(codePrice.FindString(text))+"“: poplatky zadává u nás úřad, ne formulář")
	return strings.TrimSpace(codePrice.ReplaceAllString(text, ""))
}

// options reads the choices below a question; it gives the questions they reveal.
func (r *codeReader) options(f *field, x *row) (revealed []*field) {
	d := r.draft
	var list []choice
	many := false
	for _, b := range x.below {
		m := codeOption.FindStringSubmatch(b.text)
		if m == nil {
			if codeHelp.MatchString(b.text) {
				f.def.Help.CS = strings.TrimSpace(f.def.Help.CS + "\n" + markdown(codeHelp.FindStringSubmatch(b.text)[1]))
				continue
			}
			revealed = r.line(revealed, b, f.when)
			continue
		}
		many = many || m[1][0] == '['
		text := m[4]
		if codePrice.MatchString(text) {
			text = r.price(f, text, b.at)
		}
		if strings.TrimSpace(m[2]+m[3]) != "" {
			d.log.lose("default", f.key, b.at, "předvolenou možnost „"+short(text)+"“ náš formát nemá")
		}
		list = append(list, choice{value: text, text: text})
		if len(b.below) == 0 {
			continue
		}
		op := "=="
		if m[1][0] == '[' {
			op = "has"
		}
		picked := &cond{op: 'a', source: d.log.condition(b.at), atom: &atom{op: op, want: text, name: f.key, find: func() []*field { return []*field{f} }}}
		for _, inside := range b.below {
			revealed = r.line(revealed, inside, allOf(f.when, picked))
		}
	}
	d.choose(f, many, list)
	return revealed
}

// kind reads what stands behind the equals sign.
func (r *codeReader) kind(f *field, what string, at Place) {
	d := r.draft
	switch {
	case codeText.MatchString(what):
		m := codeText.FindStringSubmatch(what)
		most, _ := strconv.Atoi(m[2])
		f.within(0, most)
		d.pattern(f, m[4], "", at)
	case codeLong.MatchString(what):
		rows, _ := strconv.Atoi(codeLong.FindStringSubmatch(what)[2])
		f.def.Kind, f.def.Rows = "longtext", min(rows, 40)
	case what == "@@@":
		f.def.Kind = "email"
	case what == "http://" || what == "https://":
		f.shape(`https?://\S+`, "Napište celou webovou adresu, začíná https://.")
	case what == "video-url":
		f.shape(`https?://\S+`, "Napište webovou adresu videa.")
	case what == "HH:MM":
		f.shape(timePattern, timeMessage)
	case what == "chip-nr":
		f.shape(`[0-9]{15}`, "Číslo čipu má patnáct číslic.")
	case strings.HasPrefix(what, "YYYY.MM.DD"):
		r.date(f, what, at)
	case codeRange.MatchString(what) && what != "..":
		m := codeRange.FindStringSubmatch(what)
		f.def.Kind = "number"
		f.def.Decimals = min(max(len(m[2]), len(m[4]))-1, 6)
		f.def.Decimals = max(f.def.Decimals, 0)
		low, errLow := strconv.ParseFloat(m[1], 64)
		high, errHigh := strconv.ParseFloat(m[3], 64)
		if errLow == nil {
			f.def.Min = low
		}
		if errHigh == nil && (errLow != nil || high >= low) {
			f.def.Max = high
		}
	case strings.HasPrefix(what, "*"):
		text, many := strings.CutSuffix(what, "(multiple)")
		f.def.Kind = "file"
		f.def.Accept = endings(strings.ReplaceAll(strings.ReplaceAll(text, "|", ","), "*", ""))
		if !many {
			f.def.Max = float64(1)
		}
	case strings.HasPrefix(what, "#"):
		r.standard(f, strings.TrimSpace(what[1:]), at)
	case strings.HasPrefix(what, "<") && strings.HasSuffix(what, ">"):
		f.def.Kind = "longtext"
	default:
		d.log.change("field", f.key, at, "zápis „"+short(what)+"“ neznáme, ptáme se textem")
	}
}

// standard is a number with a known shape (python-stdnum names).
func (r *codeReader) standard(f *field, name string, at Place) {
	switch name {
	case "ch.ssn":
		f.shape(`756\.?[0-9]{4}\.?[0-9]{4}\.?[0-9]{2}`, "Číslo AHV má tvar 756.1234.5678.97.")
	case "iban":
		f.shape(`[A-Z]{2}[0-9]{2}( ?[0-9A-Z]){10,30}`, "IBAN začíná dvěma písmeny a dvěma číslicemi.")
	case "ch.uid":
		f.shape(`CHE[- ]?[0-9]{3}\.?[0-9]{3}\.?[0-9]{3}( ?(MWST|TVA|IVA))?`, "Číslo UID má tvar CHE-123.456.789.")
	case "ch.vat":
		f.shape(`CHE[- ]?[0-9]{3}\.?[0-9]{3}\.?[0-9]{3} ?(MWST|TVA|IVA)?`, "Číslo UID má tvar CHE-123.456.789 MWST.")
	default:
		r.draft.log.lose("check", f.key, at, "číslo „"+short(name)+"“ neznáme, ptáme se textem bez kontroly")
		return
	}
	r.draft.log.lose("check", f.key, at, "kontrolní číslice „"+name+"“ neověřujeme, jen tvar")
}

func (r *codeReader) date(f *field, what string, at Place) {
	m := codeDate.FindStringSubmatch(what)
	switch {
	case m == nil:
		f.def.Kind = "date"
		r.draft.log.lose("check", f.key, at, "mezím data „"+short(what)+"“ nerozumíme")
	case m[1] != "":
		r.draft.moment(f)
		if m[2] != "" {
			r.draft.log.lose("check", f.key, at, "meze data s časem nepřevádíme")
		}
	default:
		f.def.Kind = "date"
		for i, to := range []*any{&f.def.Min, &f.def.Max} {
			text := strings.TrimSpace(m[3+i])
			if bound := codeDay(text); bound != "" {
				*to = bound
			} else if text != "" {
				r.draft.log.lose("check", f.key, at, "mezi data „"+short(text)+"“ nerozumíme")
			}
		}
	}
}

// codeDay reads "2026.03.24", "+2 weeks" or "today" as a limit of our format.
func codeDay(s string) string {
	if s == "today" {
		return "today"
	}
	if iso := strings.ReplaceAll(s, ".", "-"); len(iso) == 10 && isoDay(iso) == iso {
		return iso
	}
	m := codeDelta.FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	n, _ := strconv.Atoi(m[2])
	unit := map[string]string{"day": "", "week": "", "month": "m", "year": "y"}[m[3]]
	if m[3] == "week" {
		n *= 7
	}
	sign := "+"
	if m[1] == "-" {
		sign = "-"
	}
	return "today" + sign + strconv.Itoa(n) + unit
}
