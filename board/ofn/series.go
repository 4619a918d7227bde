package ofn

import (
	"cmp"
	"errors"
	"iter"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
)

// State is a board as it was published at some time.
type State struct {
	At   time.Time
	Name string // of the file, for reports and for order at equal times
	Raw  []byte
}

// History is what a series of states says about a board.
type History struct {
	Head     *Board // of the last good state, without notices
	Lives    []*Life
	Outages  []Outage
	States   int // good ones
	From, To time.Time
}

// Life is one notice through the series. Nth tells apart notices that share an address in one state (0 for the first).
type Life struct {
	IRI       string
	Nth       int
	Spans     []Span
	Revisions []Revision

	last    int // index of the last good state that shows it
	version *version
}

// Span is a time without a break. First and Last are states that show the notice; Removed is the first good state without
// it, and zero when the series ends before.
type Span struct{ First, Last, Removed time.Time }

// Revision is a wording of a notice. Changed names the keys that differ from the one before; it is nil in the first.
type Revision struct {
	At      time.Time
	Notice  *Notice
	Changed []string
}

// Outage is a time in which the feed was unreadable or empty: nothing was removed in it. To is the next good state, zero
// when there is none. Line and Column are zero for an empty board.
type Outage struct {
	From, To     time.Time
	Reason       string
	Line, Column int
	States       []string
}

// emptied is the smallest number of notices that do not leave a board all at once: an empty state after it is an outage.
const emptied = 5

const (
	reasonEmpty    = "Deska je prázdná, ačkoli předtím měla mnoho položek."
	reasonNotBoard = "Soubor není úřední deska: chybí typ „Úřední deska“ nebo seznam „informace“."
)

var stateName = regexp.MustCompile(`(\d{4})-?(\d{2})-?(\d{2})(?:[T_](\d{2})[:-]?(\d{2})[:-]?(\d{2}))?`)

// StateTime reads the time in a file's name, such as "2022-09-19T131427-0e699633.json", as UTC.
func StateTime(name string) (time.Time, bool) {
	m := stateName.FindStringSubmatch(name[strings.LastIndexByte(name, '/')+1:])
	if m == nil {
		return time.Time{}, false
	}
	if m[4] == "" {
		m[4], m[5], m[6] = "00", "00", "00"
	}
	t, err := time.Parse("20060102150405", strings.Join(m[1:], ""))
	return t, err == nil
}

// version is one wording of a notice, shared by all states that have it.
type version struct {
	notice *Notice
	iri    string
}

// compactState is what is kept of a state: 16 bytes an item.
type compactState struct {
	at      time.Time
	name    string
	items   []item
	trouble *Error
}

type item struct {
	v   *version
	nth int
}

// replayer turns states into compact ones. Equal items are decoded once.
type replayer struct {
	versions map[string]*version // by the text of the item
	states   []compactState
	head     *Board
	headAt   time.Time
	shown    int // notices in the state before the first
}

// Replay makes one history of states that come in any order; it keeps of each only which wordings it shows. An unreadable
// state and one that is suddenly empty are outages. An error of the source, or a state without a time, ends it.
func Replay(states iter.Seq2[State, error]) (*History, error) { return ReplayAfter(0, states) }

// ReplayAfter is Replay of states that follow one with so many notices.
func ReplayAfter(shown int, states iter.Seq2[State, error]) (*History, error) {
	r := replayer{versions: map[string]*version{}, shown: shown}
	for s, err := range states {
		if err != nil {
			return nil, err
		}
		if s.At.IsZero() {
			return nil, errors.New("ofn: the time of the state " + s.Name + " is not known")
		}
		r.add(s)
	}
	slices.SortStableFunc(r.states, func(a, b compactState) int {
		return cmp.Or(a.at.Compare(b.at), strings.Compare(a.name, b.name))
	})
	return r.history(), nil
}

func (r *replayer) add(s State) {
	c := compactState{at: s.At, name: s.Name}
	defer func() { r.states = append(r.states, c) }()
	v, e := scan(s.Raw)
	if e != nil {
		c.trouble = e
		return
	}
	list := v.get("informace")
	if !isBoard(&v) || list == nil || list.kind != '[' {
		c.trouble = fail(s.Raw, v.from, "object", "")
		c.trouble.Reason = reasonNotBoard
		return
	}
	nth := map[string]int{}
	for i := range list.vals {
		one := &list.vals[i]
		if one.kind != '{' {
			continue
		}
		known := r.versions[string(s.Raw[one.from:one.to])]
		if known == nil {
			n := &Notice{}
			decoding(s.Raw).object(one, reflect.ValueOf(n).Elem())
			known = &version{notice: n, iri: cmp.Or(n.IRI, n.URL, n.Name.Best())}
			r.versions[string(s.Raw[one.from:one.to])] = known
		}
		c.items = append(c.items, item{known, nth[known.iri]})
		nth[known.iri]++
	}
	if full := len(c.items) > 0; full && !s.At.Before(r.headAt) || r.head == nil {
		list.vals = nil
		if b, err := decodeBoard(s.Raw, &v); err == nil {
			b.Notices = nil
			if r.head = b; full { // what an empty state says of the board stands only until a better one comes
				r.headAt = s.At
			}
		}
	}
}

// isBoard says whether "typ" names a board.
func isBoard(v *value) bool {
	typ := v.get("typ")
	if typ == nil {
		return false
	}
	return typ.text == typeBoard || slices.ContainsFunc(typ.vals, func(t value) bool { return t.text == typeBoard })
}

func (r *replayer) history() *History {
	h := &History{Head: r.head}
	type key struct {
		iri string
		nth int
	}
	lives := map[key]*Life{}
	var before []*Life // shown by the good state before
	open := 0          // outages from this one on wait for a good state
	for _, s := range r.states {
		shown := len(before)
		if h.States == 0 {
			shown = r.shown
		}
		if o, bad := s.outage(shown); bad {
			if n := len(h.Outages); n > open && h.Outages[n-1].Reason == o.Reason {
				h.Outages[n-1].States = append(h.Outages[n-1].States, s.name)
			} else {
				h.Outages = append(h.Outages, o)
			}
			continue
		}
		for ; open < len(h.Outages); open++ {
			h.Outages[open].To = s.at
		}
		if h.States++; h.States == 1 {
			h.From = s.at
		}
		h.To = s.at
		now := make([]*Life, 0, len(s.items))
		for _, i := range s.items {
			k := key{i.v.iri, i.nth}
			life := lives[k]
			if life == nil {
				life = &Life{IRI: i.v.iri, Nth: i.nth}
				lives[k] = life
				h.Lives = append(h.Lives, life)
			}
			life.show(s.at, h.States, i.v)
			now = append(now, life)
		}
		for _, life := range before {
			if life.last != h.States {
				life.Spans[len(life.Spans)-1].Removed = s.at
			}
		}
		before = now
	}
	return h
}

func (s compactState) outage(before int) (Outage, bool) {
	o := Outage{From: s.at, States: []string{s.name}}
	switch {
	case s.trouble != nil:
		o.Reason, o.Line, o.Column = s.trouble.Reason, s.trouble.Line, s.trouble.Column
		return o, true
	case len(s.items) == 0 && before >= emptied:
		o.Reason = reasonEmpty
		return o, true
	}
	return o, false
}

// show notes that the n-th good state shows this wording.
func (l *Life) show(at time.Time, n int, v *version) {
	if l.last == n-1 && l.last > 0 {
		l.Spans[len(l.Spans)-1].Last = at
	} else {
		l.Spans = append(l.Spans, Span{First: at, Last: at})
	}
	l.last = n
	switch {
	case l.version == nil:
		l.Revisions = append(l.Revisions, Revision{At: at, Notice: v.notice})
	case l.version != v:
		if changed := differences(l.version.notice, v.notice); len(changed) > 0 {
			l.Revisions = append(l.Revisions, Revision{At: at, Notice: v.notice, Changed: changed})
		}
	}
	l.version = v
}

// Changes names the keys in which two notices differ, in the order of the alphabet.
func Changes(a, b *Notice) []string { return differences(a, b) }

// differences names the keys of two notices that differ, in the order of the alphabet.
func differences(a, b *Notice) []string {
	x, y := members(a), members(b)
	for key, value := range y {
		if x[key] == value {
			delete(x, key)
		} else {
			x[key] = ""
		}
	}
	return sorted(x)
}

func members(n *Notice) map[string]string {
	raw, err := MarshalNotice(n)
	if err != nil {
		return nil // cannot be: the notice was read from JSON
	}
	v, e := scan(raw)
	if e != nil {
		return nil
	}
	out := make(map[string]string, len(v.keys))
	for i, key := range v.keys {
		out[key] = same(raw, &v.vals[i])
	}
	return out
}
