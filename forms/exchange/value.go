package exchange

import (
	"strconv"
	"strings"
)

// place tells where the value stands.
func (v *value) place() Place {
	if v == nil {
		return Place{}
	}
	return v.file.place(v.path(), v.offset)
}

// path is the JSON pointer (RFC 6901) of the value.
func (v *value) path() string {
	var parts []string
	for x := v; x.up != nil; x = x.up {
		parts = append(parts, strings.NewReplacer("~", "~0", "/", "~1").Replace(x.name))
	}
	var b strings.Builder
	for i := len(parts) - 1; i >= 0; i-- {
		b.WriteString("/" + parts[i])
	}
	return b.String()
}

// get follows names down; nil where one is missing or where there is no object on the way.
func (v *value) get(names ...string) *value {
	for _, name := range names {
		if v == nil || v.kind != isObject {
			return nil
		}
		v = v.byName[name]
	}
	return v
}

// list are the members of an array, none of anything else.
func (v *value) list() []*value {
	if v == nil || v.kind != isArray {
		return nil
	}
	return v.items
}

// members are the values of an object in their order.
func (v *value) members() []*value {
	if v == nil || v.kind != isObject {
		return nil
	}
	return v.items
}

// str is the text of a string, "" of anything else.
func (v *value) str() string {
	if v == nil || v.kind != isString {
		return ""
	}
	return v.text
}

// scalar is a string, a number or a truth value as text: exports write one as another.
func (v *value) scalar() (string, bool) {
	switch {
	case v == nil:
		return "", false
	case v.kind == isString || v.kind == isNumber:
		return v.text, true
	case v.kind == isBool:
		return strconv.FormatBool(v.truth), true
	}
	return "", false
}

// number is a number, also one written as a string.
func (v *value) number() (float64, bool) {
	if v == nil || v.kind != isNumber && v.kind != isString {
		return 0, false
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(v.text), 64)
	return n, err == nil && n > -1e15 && n < 1e15
}

// count is a whole number from 0, or nothing.
func (v *value) count() int {
	n, ok := v.number()
	if !ok || n < 0 || n > 1e9 {
		return 0
	}
	return int(n)
}

// isTrue tells true, also written as a string.
func (v *value) isTrue() bool {
	s, ok := v.scalar()
	return ok && s == "true"
}

// isFalse tells false, also written as a string.
func (v *value) isFalse() bool {
	s, ok := v.scalar()
	return ok && s == "false"
}

// is tells the kind of a value that may be missing.
func (v *value) is(k jsonKind) bool { return v != nil && v.kind == k }

// embedded reads a document written as a string inside another; its places are those of the string.
func (v *value) embedded() (*value, error) {
	at := v.place()
	return readInside(&jsonFile{data: []byte(v.str()), prefix: at.Path, base: &at})
}

// equal compares two values, without order of names and without the given names.
func (v *value) equal(w *value, without string) bool {
	if v == nil || w == nil {
		return v == w
	}
	if v.kind != w.kind || v.text != w.text || v.truth != w.truth || v.kind == isArray && len(v.items) != len(w.items) {
		return false
	}
	if v.kind == isArray {
		for i := range v.items {
			if !v.items[i].equal(w.items[i], without) {
				return false
			}
		}
		return true
	}
	for _, pair := range [][2]*value{{v, w}, {w, v}} {
		for _, name := range pair[0].names {
			if name != without && !pair[0].byName[name].equal(pair[1].byName[name], without) {
				return false
			}
		}
	}
	return true
}

// short is a piece of foreign text for a message.
func short(s string) string {
	runes := []rune(line(s))
	if len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return string(runes)
}
