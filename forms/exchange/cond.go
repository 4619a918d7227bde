package exchange

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// cond is a condition of a source about its own questions. Nil is no condition. Parts may be shared.
type cond struct {
	op     byte // '&' all of, '|' any of, '!' not, 'a' atom, '?' cannot be said
	parts  []*cond
	atom   *atom
	reason string
	source *counted
}

// atom is a statement about one answer.
type atom struct {
	find func() []*field // the questions it may mean, as soon as all are known
	name string
	op   string // == > >= < <= has (a list has) given len>= len<= matches
	want string
	day  string // an expression giving a day in place of want
	none bool   // a question that is not in the form is never answered, and the source knows it
}

func allOf(parts ...*cond) *cond { return join('&', parts) }
func anyOf(parts ...*cond) *cond { return join('|', parts) }

// join leaves out what is no condition: of "and" it means nothing, of "or" everything.
func join(op byte, parts []*cond) *cond {
	var kept []*cond
	for _, p := range parts {
		switch {
		case p == nil && op == '|':
			return nil
		case p != nil:
			kept = append(kept, p)
		}
	}
	if len(kept) == 1 {
		return kept[0]
	}
	if len(kept) == 0 && op == '&' {
		return nil
	}
	return &cond{op: op, parts: kept}
}

// not of no condition is never.
func not(c *cond) *cond {
	switch {
	case c == nil:
		return never()
	case c.op == '!':
		return c.parts[0]
	}
	return &cond{op: '!', parts: []*cond{c}}
}

func never() *cond { return &cond{op: '|'} }

func unsaid(reason string) *cond { return &cond{op: '?', reason: reason} }

// from marks a condition as that of a place in the source.
func (c *cond) from(source *counted) *cond {
	if c == nil {
		return nil
	}
	fresh := *c
	fresh.source = source
	return &fresh
}

// each walks over a condition, every shared part once.
func (c *cond) each(seen map[*cond]bool, do func(*cond)) {
	if c == nil || seen[c] {
		return
	}
	seen[c] = true
	do(c)
	for _, p := range c.parts {
		p.each(seen, do)
	}
}

// spot is where an expression will stand.
type spot struct {
	order  int    // only questions before it can be read
	repeat *field // the block it stands in
}

func (f *field) repeat() *field {
	for u := f.up; u != nil; u = u.up {
		if u.def.Kind == "repeat" {
			return u
		}
	}
	return nil
}

// literal is an atom in our language. With a path it says that one answer is one of its possible values, so two of
// them exclude each other.
type literal struct {
	text  string // when there is no path
	no    string // its opposite, where it is shorter to say than with "not"
	path  string
	value string // one of the values of the answer
	yesno bool
	given bool  // that there is an answer at all
	isNot bool  // the opposite is meant
	truth *bool // known beforehand
}

var (
	errLater  = errors.New("ptá se na pole, které přijde až později")
	errGone   = errors.New("ptá se na pole, které se nepodařilo převzít")
	errRepeat = errors.New("ptá se na pole v jiném opakovaném bloku")
)

// literals are the statements of which at least one must hold for the atom to hold.
func (a *atom) literals(s spot) ([]literal, error) {
	found := a.find()
	if len(found) == 0 && a.none {
		return a.unanswered(), nil
	}
	if len(found) == 0 {
		return nil, errors.New("ptá se na pole „" + short(a.name) + "“, které ve formuláři není")
	}
	var list []literal
	for _, f := range found {
		switch {
		case f.hidden:
			list = append(list, a.unanswered()...)
			continue
		case f.order >= s.order:
			return nil, errLater
		case f.path == "":
			return nil, errGone
		}
		path, r := f.path, f.repeat()
		if r != nil {
			if r != s.repeat {
				return nil, errRepeat
			}
			path = "item." + strings.TrimPrefix(f.path, r.path+".")
		}
		more, err := a.about(f, path)
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	return list, nil
}

// unanswered is the atom about a question nobody is asked.
func (a *atom) unanswered() []literal { return known(a.op == "==" && a.want == "" && a.day == "") }

func known(truth bool) []literal { return []literal{{truth: &truth}} }

func quote(s string) string { return strconv.Quote(s) }

func answered(path string) literal { return literal{path: path, given: true} }

// about says the atom of one field.
func (a *atom) about(f *field, path string) ([]literal, error) {
	if a.op == "given" {
		if f.def.Kind == "declaration" {
			return []literal{{path: path, value: "true", yesno: true}}, nil
		}
		return []literal{answered(path)}, nil
	}
	if a.want == "" && a.day == "" && a.op == "==" {
		return []literal{{path: path, given: true, isNot: true}}, nil
	}
	switch f.def.Kind {
	case "choice":
		return a.choice(f, path), nil
	case "choices":
		if ours, ok := f.values[a.want]; ok && (a.op == "has" || a.op == "==") {
			return []literal{{text: quote(ours) + " in " + path}}, nil
		}
		if a.op == "has" || a.op == "==" {
			return known(false), nil
		}
	case "yesno", "declaration":
		return a.truth(f, path)
	case "number", "money":
		return a.number(f, path)
	case "text", "longtext", "email", "phone", "date", "ico", "zip":
		return a.text(f, path)
	}
	if strings.HasPrefix(a.op, "len") && (f.def.Kind == "repeat" || f.def.Kind == "choices" || f.def.Kind == "file") {
		if n, err := strconv.Atoi(a.want); err == nil {
			return []literal{{text: "len(" + path + ") " + a.op[3:] + " " + strconv.Itoa(n)}}, nil
		}
	}
	return nil, errors.New("takové srovnání u pole druhu " + f.def.Kind + " neumíme")
}

// choice compares a chosen option, also by size when options are numbers.
func (a *atom) choice(f *field, path string) []literal {
	if a.op == "==" || a.op == "has" {
		ours, ok := f.values[a.want]
		if !ok {
			return known(false)
		}
		return []literal{{path: path, value: ours}}
	}
	list := known(false)
	limit, err := strconv.ParseFloat(a.want, 64)
	for _, o := range f.def.Options {
		for theirs, ours := range f.values {
			if n, bad := strconv.ParseFloat(theirs, 64); ours == o.Value && err == nil && bad == nil && compare(n, a.op, limit) {
				list = append(list, literal{path: path, value: ours})
			}
		}
	}
	return list
}

func compare(n float64, op string, m float64) bool {
	switch op {
	case ">":
		return n > m
	case ">=":
		return n >= m
	case "<":
		return n < m
	case "<=":
		return n <= m
	}
	return false
}

func (a *atom) truth(f *field, path string) ([]literal, error) {
	want := a.want
	if f.ticked != "" {
		want = strconv.FormatBool(a.want == f.ticked)
		if want == "false" {
			return known(false), nil
		}
	}
	switch strings.ToLower(want) {
	case "true", "yes", "1", "on":
		want = "true"
	case "false", "no", "0", "off":
		want = "false"
	default:
		return known(false), nil
	}
	if a.op != "==" && a.op != "has" {
		return nil, errors.New("odpověď ano/ne nejde srovnávat podle velikosti")
	}
	if f.def.Kind == "declaration" && want == "false" {
		return []literal{{text: "not " + path}}, nil
	}
	return []literal{{path: path, value: want, yesno: true}}, nil
}

func (a *atom) number(f *field, path string) ([]literal, error) {
	n, err := strconv.ParseFloat(strings.TrimSpace(a.want), 64)
	if err != nil {
		return nil, errors.New("číslo se srovnává s „" + short(a.want) + "“")
	}
	if !slices.Contains([]string{"==", ">", ">=", "<", "<="}, a.op) {
		return nil, errors.New("takové srovnání čísla neumíme")
	}
	number := strconv.FormatFloat(n, 'f', -1, 64)
	text := path + " " + a.op + " " + number
	if a.op == "==" && n != 0 {
		return []literal{{text: text, no: path + " != " + number}}, nil
	}
	if a.op == "==" && n == 0 || a.op != "==" && compare(0, a.op, n) {
		text = "(answered(" + quote(path) + ") and " + text + ")" // an unanswered number reads as zero
	}
	return []literal{{text: text}}, nil
}

func (a *atom) text(f *field, path string) ([]literal, error) {
	want := quote(line(a.want))
	if f.def.Kind == "date" {
		want = quote(isoDay(a.want))
	}
	if a.day != "" {
		want = a.day
	}
	switch {
	case a.op == "==":
		return []literal{{text: path + " == " + want, no: path + " != " + want}}, nil
	case strings.HasPrefix(a.op, "len"):
		if n, err := strconv.Atoi(a.want); err == nil {
			return []literal{{text: "len(" + path + ") " + a.op[3:] + " " + strconv.Itoa(n)}}, nil
		}
	case a.op == "has" && f.def.Kind != "date":
		return []literal{{text: path + " contains " + want}}, nil
	case a.op == "matches" && badPattern(a.want) == "":
		return []literal{{text: path + " matches " + quote(a.want)}}, nil
	case f.def.Kind == "date" && want != `""`:
		return []literal{{text: "(" + path + ` != "" and ` + path + " " + a.op + " " + want + ")"}}, nil
	}
	return nil, errors.New("takové srovnání textu neumíme")
}

var day = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}`)

// isoDay is the day of an ISO date or moment, "" when it is none.
func isoDay(s string) string { return day.FindString(strings.TrimSpace(s)) }

func badPattern(p string) string {
	if len(p) > 500 {
		return "je příliš dlouhý"
	}
	if _, err := regexp.Compile(p); err != nil {
		return "používá, co bezpečné vzory neumějí"
	}
	return ""
}
