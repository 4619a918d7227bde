package exchange

import (
	"strconv"
	"strings"

	"epom/forms"
)

// draft is a foreign form on its way into ours: questions with the conditions of the source, not yet named.
type draft struct {
	code, title, summary string
	pages                []*page
	log                  *log
	loose                Place   // of the first comma that strict JSON would refuse
	left                 int     // steps conditions may still take
	answers              *object // how answers of the source lie, where they can be read
}

type page struct {
	key, title, intro string
	when              *cond
	fields            []*field
	stops             []stop // what the answers of this page must fulfil to go on
	at                Place

	code  string // worked out
	first int    // order of its first field
}

// field is a question of the source.
type field struct {
	key      string // its name in answers of the source, inside that of its container
	wish     string // what to call it when nothing else has that name
	long     string // what to call it then
	def      *forms.Field
	when     *cond
	required *cond // beside def.Required.Always
	parts    []*field
	items    *object // how answers of one item lie
	single   *field  // the one field of a list of plain values
	rules    []rule
	values   map[string]string // option of the source → ours
	ticked   string            // the one option that became a declaration
	source   *counted
	at       Place

	up     *field // worked out
	page   *page
	order  int
	last   int    // order of the last field inside
	path   string // from the root: "skupina.pole"
	hidden bool   // never shown, whatever the answers are
}

// rule is a check of one answer; test is written with the path of the field.
type rule struct {
	test    func(path string) string
	message string
	at      Place
}

// stop is a check of a page.
type stop struct {
	pass    *cond
	message string
}

// counted is a question or a condition of the source: carried unless something is said to be lost.
type counted struct {
	at   Place
	lost bool
}

// log collects what cannot be carried over and what is carried otherwise.
type log struct {
	fields, conditions []*counted
	dropped, changed   []Note
	more               int // notes beyond the limit
}

const maxNotes = 2000

func (l *log) field(at Place) *counted {
	c := &counted{at: at}
	l.fields = append(l.fields, c)
	return c
}

func (l *log) condition(at Place) *counted {
	c := &counted{at: at}
	l.conditions = append(l.conditions, c)
	return c
}

// lose notes a loss. A question or a condition is lost once, whatever hangs on it.
func (l *log) lose(kind, name string, at Place, reason string) {
	if len(l.dropped) >= maxNotes {
		l.more++
		return
	}
	l.dropped = append(l.dropped, Note{Kind: kind, Name: label(name), Place: at, Reason: reason})
}

func (l *log) loseCounted(c *counted, kind, name, reason string) {
	if c == nil || c.lost {
		return
	}
	c.lost = true
	l.lose(kind, name, c.at, reason)
}

// change notes what is carried, but not quite as it was.
func (l *log) change(kind, name string, at Place, reason string) {
	if len(l.changed) >= maxNotes {
		l.more++
		return
	}
	l.changed = append(l.changed, Note{Kind: kind, Name: label(name), Place: at, Reason: reason})
}

func (l *log) carried() int {
	n := 0
	for _, list := range [][]*counted{l.fields, l.conditions} {
		for _, c := range list {
			if !c.lost {
				n++
			}
		}
	}
	return n
}

// newField makes a question of a kind with its label; a question without one is called by its name.
func (d *draft) newField(kind, key, text string, at Place) *field {
	if text = label(text); text == "" && kind != "note" {
		if text = label(strings.Join(words(key), " ")); text == "" {
			text = "Otázka"
		}
		d.log.change("text", key, at, "otázka nemá text, jmenuje se podle svého klíče")
	}
	def := &forms.Field{Kind: kind}
	def.Label.CS = text
	def.Sensitive = personal(key)
	return &field{key: key, wish: key, def: def, at: at, source: d.log.field(at)}
}

// personal tells a number given to each person by its usual names: it does not belong into lists.
func personal(key string) bool {
	name := strings.Join(words(key), "")
	for _, n := range []string{"rodnecislo", "ahvnummer", "bsn", "ssn"} {
		if strings.Contains(name, n) {
			return true
		}
	}
	return false
}

// note makes a text to read. It is nil, and listed, when there is nothing to read.
func (d *draft) note(key, heading, text string, at Place) *field {
	if text == "" {
		text, heading = heading, ""
	}
	if text == "" {
		d.log.loseCounted(d.log.field(at), "field", key, "text k přečtení je prázdný")
		return nil
	}
	f := d.newField("note", key, heading, at)
	f.def.Text.CS = text
	return f
}

// choose gives a field options. One option alone becomes a declaration to tick, none a line of text.
func (d *draft) choose(f *field, many bool, list []choice) {
	f.values = map[string]string{}
	used := map[string]bool{}
	for _, o := range list {
		if f.values[o.value] != "" {
			d.log.change("text", f.key, f.at, "možnost „"+short(o.value)+"“ je v předloze dvakrát, stačí jednou")
			continue
		}
		text := label(o.text)
		if text == "" {
			text = label(o.value)
		}
		if text == "" {
			continue // an empty line of a list: nothing chosen
		}
		f.values[o.value] = unique(used, optionValue(o.value), "-")
		option := forms.Option{Value: f.values[o.value]}
		option.Label.CS, option.Help.CS = text, plain(o.help)
		f.def.Options = append(f.def.Options, option)
	}
	f.def.Kind = "choice"
	if many {
		f.def.Kind = "choices"
	}
	switch n := len(f.def.Options); {
	case n == 0:
		f.def.Kind = "text"
		d.log.change("field", f.key, f.at, "výběr nemá žádnou možnost, ptáme se textem")
	case n > 500:
		f.def.Kind, f.def.Options = "text", nil
		d.log.change("field", f.key, f.at, "výběr má "+strconv.Itoa(n)+" možností (nejvýše 500), ptáme se textem")
	case n == 1:
		f.def.Kind = "declaration"
		for value := range f.values {
			f.ticked = value
		}
		f.def.Label.CS = cut(strings.TrimSpace(f.def.Label.CS+": "+f.def.Options[0].Label.CS), maxLabel)
		f.def.Help.CS = strings.TrimSpace(f.def.Help.CS + "\n" + f.def.Options[0].Help.CS)
		f.def.Options = nil
		d.log.change("field", f.key, f.at, "výběr má jedinou možnost, je z něj zaškrtávací pole")
	}
	if f.def.Kind == "text" {
		f.values = nil
	}
}

type choice struct{ value, text, help string }

// pattern gives a field a pattern of the source when our expressions can say it, and lists it otherwise.
func (d *draft) pattern(f *field, p, message string, at Place) {
	if p = strings.TrimSpace(p); p == "" {
		return
	}
	whole := p
	if !strings.HasPrefix(whole, "^") {
		whole = ".*" + whole
	}
	if !strings.HasSuffix(whole, "$") || strings.HasSuffix(whole, `\$`) {
		whole += ".*"
	}
	if why := badPattern(whole); why != "" {
		d.log.lose("check", f.key, at, "vzor „"+short(p)+"“ nelze převzít: "+why)
		return
	}
	f.def.Pattern = whole
	f.def.PatternMessage.CS = plain(message)
}

// shape is a pattern of ours.
func (f *field) shape(pattern, message string) *field {
	f.def.Kind, f.def.Pattern = "text", pattern
	f.def.PatternMessage.CS = message
	return f
}

// within gives limits of length, where they make sense.
func (f *field) within(least, most int) {
	if most > 0 && most <= 20000 {
		f.def.MaxLength = most
	}
	if least > 0 && least <= 20000 && (f.def.MaxLength == 0 || least <= f.def.MaxLength) {
		f.def.MinLength = least
	}
}

// atMostWords is the usual limit of longer answers.
func (f *field) atMostWords(n int, at Place) {
	if n > 0 {
		f.rules = append(f.rules, rule{at: at, message: "Napište nejvýše tolik slov: " + strconv.Itoa(n) + ".",
			test: func(path string) string { return `len(split(trim(` + path + `), " ")) <= ` + strconv.Itoa(n) }})
	}
}

// add puts fields that are there onto a list.
func add(list []*field, more ...*field) []*field {
	for _, f := range more {
		if f != nil {
			list = append(list, f)
		}
	}
	return list
}
