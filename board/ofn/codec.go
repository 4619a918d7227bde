package ofn

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// layout is how a struct of this package lies in JSON: its tagged fields in the order of writing, and where its Extra is.
type layout struct {
	fields []field
	byName map[string]int
	extra  []int
}

type field struct {
	name     string
	quoted   string // "name":
	index    []int
	address  bool // &amp; is mended
	required bool // written by the norm's value when empty
}

var (
	layouts   sync.Map // reflect.Type → *layout
	rawType   = reflect.TypeFor[json.RawMessage]()
	textType  = reflect.TypeFor[Text]()
	typesType = reflect.TypeFor[Types]()
	labelType = reflect.TypeFor[Label]()

	noticesType = reflect.TypeFor[[]Notice]()
)

func layoutOf(t reflect.Type) *layout {
	if l, ok := layouts.Load(t); ok {
		return l.(*layout)
	}
	l := &layout{byName: map[string]int{}}
	for _, f := range reflect.VisibleFields(t) {
		if f.Name == "Extra" {
			l.extra = f.Index
		}
		name, option, _ := strings.Cut(f.Tag.Get("ofn"), ",")
		if name == "" {
			continue
		}
		l.fields = append(l.fields, field{name: name, quoted: string(appendString(nil, name)) + ":", index: f.Index,
			address: option == "address", required: slices.Contains([]string{"typ", "@context", "informace"}, name)})
	}
	if i := slices.IndexFunc(l.fields, func(f field) bool { return f.name == "@context" }); i > 0 {
		l.fields = slices.Insert(slices.Delete(slices.Clone(l.fields), i, i+1), 0, l.fields[i])
	}
	for i, f := range l.fields {
		l.byName[f.name] = i
	}
	layouts.Store(t, l)
	return l
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// decoder fills structs from values of a text.
type decoder struct {
	locator
	notes []Fault
	path  []string
}

func decoding(text []byte) *decoder { return &decoder{locator: locator{text: text}} }

// object fills a struct. What has no field, or does not fit it, goes to Extra.
func (d *decoder) object(v *value, dst reflect.Value) bool {
	if v.kind != '{' {
		return false
	}
	l := layoutOf(dst.Type())
	for i, key := range v.keys {
		if n, ok := l.byName[key]; ok {
			f := l.fields[n]
			target := dst.FieldByIndex(f.index)
			d.path = append(d.path, key)
			fits := d.set(&v.vals[i], target, f.address) && !target.IsZero()
			d.path = d.path[:len(d.path)-1]
			if fits {
				continue
			}
			target.SetZero()
		}
		extra := dst.FieldByIndex(l.extra)
		if extra.IsNil() {
			extra.Set(reflect.ValueOf(Extra{}))
		}
		extra.Interface().(Extra)[key] = compact(d.text[v.vals[i].from:v.vals[i].to])
	}
	return true
}

// set reports whether the value fits the field.
func (d *decoder) set(v *value, dst reflect.Value, address bool) bool {
	switch dst.Type() {
	case rawType:
		dst.SetBytes(compact(d.text[v.from:v.to]))
		return true
	case textType:
		return setText(v, dst)
	case typesType:
		return setTypes(v, dst)
	case labelType:
		if v.kind == '"' {
			dst.Field(0).SetString(v.text)
			return true
		}
		return setText(v, dst.Field(1))
	}
	switch dst.Kind() {
	case reflect.String:
		dst.SetString(v.text)
		if address && strings.Contains(v.text, "&amp;") {
			dst.SetString(d.mendAddress(v))
		}
		return v.kind == '"'
	case reflect.Bool:
		dst.SetBool(v.kind == 't')
		return v.kind == 't' || v.kind == 'f'
	case reflect.Int64:
		var n int64
		ok := v.kind == '0' && json.Unmarshal(d.text[v.from:v.to], &n) == nil
		dst.SetInt(n)
		return ok
	case reflect.Pointer:
		inner := reflect.New(dst.Type().Elem())
		dst.Set(inner)
		return d.set(v, inner.Elem(), address)
	case reflect.Struct:
		return d.object(v, dst)
	case reflect.Slice:
		if v.kind != '[' {
			return false
		}
		return d.list(v, dst, address)
	}
	return false
}

// list fills a list whose items all fit; a list of notices does without those that are no objects and notes it.
func (d *decoder) list(v *value, dst reflect.Value, address bool) bool {
	list := reflect.MakeSlice(dst.Type(), len(v.vals), len(v.vals))
	n := 0
	for i := range v.vals {
		d.path = append(d.path, strconv.Itoa(i))
		fits := d.set(&v.vals[i], list.Index(n), address)
		if !fits && dst.Type() != noticesType {
			d.path = d.path[:len(d.path)-1]
			return false
		}
		if fits {
			n++
		} else {
			d.note(&v.vals[i], i, "Položka seznamu není celek ve složených závorkách, vynechána.")
		}
		d.path = d.path[:len(d.path)-1]
	}
	dst.Set(list.Slice(0, n))
	return true
}

func (d *decoder) note(v *value, notice int, text string) {
	line, column := d.position(v.from)
	d.notes = append(d.notes, Fault{Path: "/" + strings.Join(d.path, "/"), Line: line, Column: column, Text: text, Notice: notice})
}

func setText(v *value, dst reflect.Value) bool {
	t := make(Text, len(v.keys))
	for i, key := range v.keys {
		if v.vals[i].kind != '"' {
			return false
		}
		t[key] = v.vals[i].text
	}
	dst.Set(reflect.ValueOf(t))
	return v.kind == '{'
}

func setTypes(v *value, dst reflect.Value) bool {
	if v.kind == '"' {
		dst.Set(reflect.ValueOf(Types{v.text}))
		return true
	}
	t := make(Types, 0, len(v.vals))
	for _, inner := range v.vals {
		if inner.kind != '"' {
			return false
		}
		t = append(t, inner.text)
	}
	dst.Set(reflect.ValueOf(t))
	return v.kind == '['
}

// mendAddress turns "&amp;" (also written several times over) back into "&" and notes it.
func (d *decoder) mendAddress(v *value) string {
	notice := -1
	if len(d.path) > 1 && d.path[0] == "informace" {
		notice, _ = strconv.Atoi(d.path[1])
	}
	d.note(v, notice, "V adrese bylo „&amp;“ místo „&“, opraveno.")
	return plainAddress(v.text)
}

// plainAddress undoes escaping meant for HTML, however many times it was done.
func plainAddress(s string) string {
	for strings.Contains(s, "&amp;") {
		s = strings.ReplaceAll(s, "&amp;", "&")
	}
	return s
}

// compact is the JSON without white space outside of strings.
func compact(text []byte) json.RawMessage {
	out := make([]byte, 0, len(text))
	quoted := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			out = append(out, c, text[i+1])
			i++
			continue
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ' ' || c == '\n' || c == '\r' || c == '\t'):
			continue
		}
		out = append(out, text[i])
	}
	return out
}
