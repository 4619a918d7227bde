package notation

import (
	"encoding/json"
	"strconv"
	"strings"
	"sync"

	"epom/forms"
	"epom/internal/fold"
)

// prop is one property of a T: its words, how it is written and how it is read.
type prop[T any] struct {
	key   string
	write func(w *writer, depth int, t *T)
	read  func(r *reader, n *node, value string, t *T)
}

// props writes all properties of t that are set, in their order.
func props[T any](w *writer, depth int, list []prop[T], t *T) {
	for _, p := range list {
		p.write(w, depth, t)
	}
}

// readProp reads one line as a property of t; false when it is none.
func readProp[T any](r *reader, list []prop[T], n *node, seen map[string]bool, t *T) bool {
	key, value, ok := n.key()
	if !ok {
		return false
	}
	plain := fold.Text(key)
	for _, p := range list {
		if p.key != key && folded(p.key) != plain {
			continue
		}
		if seen[p.key] && !many[p.key] {
			r.at(n, "„%s“ tu stojí podruhé. Nechte jen jeden řádek.", p.key)
		}
		seen[p.key] = true
		p.read(r, n, value, t)
		return true
	}
	return false
}

// folds keeps the words of properties as people type them in a hurry.
var folds sync.Map

func folded(word string) string {
	if s, ok := folds.Load(word); ok {
		return s.(string)
	}
	s := fold.Text(word)
	folds.Store(word, s)
	return s
}

// many are the properties that may stand several times.
var many = map[string]bool{"Kontrola": true, "Potřebujete": true, "Platí od": true}

// childless refuses lines below a node that has none.
func (r *reader) childless(n *node) {
	for _, k := range n.kids {
		r.at(k, "Pod „%s“ už nic nepatří. Zmenšete odsazení, nebo řádek smažte.", start(n.text))
	}
}

// start is the beginning of a line for a message.
func start(s string) string {
	if key, _, ok := strings.Cut(s, ":"); ok {
		s = key
	}
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// translations writes the other languages of a text below it.
func (w *writer) translations(depth int, t forms.Text) {
	if t.EN != "" {
		w.put(depth, "en", t.EN)
	}
	if t.UK != "" {
		w.put(depth, "uk", t.UK)
	}
}

// translation reads a line "en: …" or "uk: …"; false when it is neither.
func (r *reader) translation(n *node, t *forms.Text) bool {
	key, value, ok := n.key()
	if !ok || key != "en" && key != "uk" {
		return false
	}
	to := &t.EN
	if key == "uk" {
		to = &t.UK
	}
	if *to != "" {
		r.at(n, "Překlad „%s“ tu stojí podruhé.", key)
	}
	*to = r.value(n, value)
	r.childless(n)
	return true
}

func textProp[T any](key string, of func(*T) *forms.Text) prop[T] {
	return prop[T]{key, func(w *writer, depth int, t *T) {
		if x := of(t); !x.IsZero() {
			w.put(depth, key, x.CS)
			w.translations(depth+1, *x)
		}
	}, func(r *reader, n *node, value string, t *T) {
		x := of(t)
		x.CS = r.value(n, value)
		for _, k := range n.kids {
			if !r.translation(k, x) {
				r.at(k, "Pod textem může být jen překlad: „en: …“ nebo „uk: …“.")
			}
		}
	}}
}

// plainProp is a property that is one string; words translate it when there are any.
func plainProp[T any](key string, words []pair, of func(*T) *string) prop[T] {
	return prop[T]{key, func(w *writer, depth int, t *T) {
		if s := *of(t); s != "" {
			w.put(depth, key, word(words, s))
		}
	}, func(r *reader, n *node, value string, t *T) {
		*of(t) = code(words, r.value(n, value))
		r.childless(n)
	}}
}

func listProp[T any](key string, of func(*T) *[]string) prop[T] {
	return prop[T]{key, func(w *writer, depth int, t *T) {
		if l := *of(t); len(l) > 0 {
			w.line(depth, key+": "+items(l))
		}
	}, func(r *reader, n *node, value string, t *T) {
		if *of(t) = r.list(n, value); len(n.more) > 0 {
			r.at(n, "Seznam patří na jeden řádek.")
		}
		r.childless(n)
	}}
}

func wholeProp[T any, N int | int64](key string, of func(*T) *N) prop[T] {
	return prop[T]{key, func(w *writer, depth int, t *T) {
		if v := *of(t); v != 0 {
			w.line(depth, key+": "+strconv.FormatInt(int64(v), 10))
		}
	}, func(r *reader, n *node, value string, t *T) {
		v, err := strconv.ParseInt(value, 10, 64)
		if err != nil || int64(N(v)) != v {
			r.at(n, "„%s“ čeká celé číslo, například „%s: 3“.", key, key)
		}
		*of(t) = N(v)
		r.childless(n)
	}}
}

// boundProp is a bound: a number, or a text such as a day or "today+30".
func boundProp[T any](key string, of func(*T) *any) prop[T] {
	return prop[T]{key, func(w *writer, depth int, t *T) {
		switch v := (*of(t)).(type) {
		case nil:
		case string:
			if strings.Contains(v, "\n") || json.Valid([]byte(v)) || !plainValue(v) { // "12" the text, not 12 the number
				w.line(depth, key+": "+quoted(v))
			} else {
				w.put(depth, key, v)
			}
		default:
			b, err := json.Marshal(v)
			if err == nil {
				w.line(depth, key+": "+string(b))
			}
		}
	}, func(r *reader, n *node, value string, t *T) {
		var v float64
		if value == "true" || value == "false" {
			*of(t) = value == "true"
		} else if json.Unmarshal([]byte(value), &v) == nil && value != "null" {
			*of(t) = v
		} else {
			*of(t) = r.value(n, value)
		}
		r.childless(n)
	}}
}

// flagProp is yes or no; what is not said is nil.
func flagProp[T any](key string, get func(*T) *bool, set func(*T, bool)) prop[T] {
	return prop[T]{key, func(w *writer, depth int, t *T) {
		if v := get(t); v != nil {
			w.line(depth, key+": "+map[bool]string{true: "ano", false: "ne"}[*v])
		}
	}, func(r *reader, n *node, value string, t *T) {
		switch {
		case same(value, "ano"):
			set(t, true)
		case same(value, "ne"):
			set(t, false)
		default:
			r.at(n, "„%s“ čeká „ano“ nebo „ne“.", key)
		}
		r.childless(n)
	}}
}

// jsonProp is a value that only JSON can say: answers of an example.
func jsonProp[T any, V any](key string, of func(*T) *V, empty func(V) bool) prop[T] {
	return prop[T]{key, func(w *writer, depth int, t *T) {
		v := of(t)
		if empty(*v) {
			return
		}
		var b strings.Builder
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if e.Encode(v) != nil {
			return
		}
		first, rest, more := strings.Cut(strings.TrimSuffix(b.String(), "\n"), "\n")
		w.line(depth, key+": "+first)
		for more {
			first, rest, more = strings.Cut(rest, "\n")
			w.line(depth+1, "| "+first)
		}
	}, func(r *reader, n *node, value string, t *T) {
		raw := value
		if len(n.more) > 0 {
			raw += "\n" + strings.Join(n.more, "\n")
		}
		if err := json.Unmarshal([]byte(raw), of(t)); err != nil {
			r.at(n, "„%s“ čeká hodnoty v zápisu JSON, například {\"jmeno\": \"Eva\"}.", key)
		}
		r.childless(n)
	}}
}
