package ofn

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

//go:embed board.schema.json
var schemaText []byte

const schemaURL = "urn:epom:board"

// maxFaults is how many faults of one text are told; more are of no use to anybody.
const maxFaults = 1000

// compiled compiles the whole schema and parts of it ("#/$defs/notice").
var compiled = sync.OnceValues(func() (board, notice *jsonschema.Schema) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemaText))
	if err != nil {
		panic(err) // the schema is part of the program
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(schemaURL, doc); err != nil {
		panic(err)
	}
	return c.MustCompile(schemaURL), c.MustCompile(schemaURL + "#/$defs/notice")
})

// titles are the names of the parts of the schema, for sentences.
var titles = sync.OnceValue(func() map[string]string {
	v, e := scan(schemaText)
	if e != nil {
		panic(e)
	}
	names := map[string]string{}
	defs := v.get("$defs")
	for i, key := range defs.keys {
		if title := defs.vals[i].get("title"); title != nil {
			names[key] = title.text
		}
	}
	return names
})

// Validate judges a text by our schema of the norm; nil means valid. A text that is no JSON has one fault.
func Validate(raw []byte) []Fault {
	v, e := scan(raw)
	if e != nil {
		return []Fault{{Line: e.Line, Column: e.Column, Text: e.Reason, Notice: -1}}
	}
	board, _ := compiled()
	return faults(board.Validate(plain(&v)), raw, &v)
}

// ValidateNotice judges one item, so that an invalid one can be left out. Its faults have no line and column.
func ValidateNotice(n *Notice) []Fault {
	raw, err := appendObject(nil, reflect.ValueOf(n).Elem())
	if err != nil {
		return []Fault{{Text: "Zachované údaje nejsou platný JSON.", Notice: -1}}
	}
	v, e := scan(raw)
	if e != nil {
		return []Fault{{Text: e.Reason, Notice: -1}}
	}
	_, notice := compiled()
	return faults(notice.Validate(plain(&v)), nil, &v)
}

// faults translates what the schema said. Without a text the places have no lines.
func faults(err error, text []byte, root *value) []Fault {
	var invalid *jsonschema.ValidationError
	if err == nil {
		return nil
	}
	if !errors.As(err, &invalid) {
		return []Fault{{Text: err.Error(), Notice: -1}}
	}
	j := judge{text: text, root: root, told: map[string]bool{}}
	j.walk(invalid)
	if text == nil {
		return j.faults
	}
	slices.SortStableFunc(j.faults, func(a, b Fault) int { return a.Column - b.Column }) // places in bytes until now
	in := locator{text: text}
	for i := range j.faults {
		j.faults[i].Line, j.faults[i].Column = in.position(j.faults[i].Column)
	}
	return j.faults
}

type judge struct {
	text   []byte
	root   *value
	faults []Fault
	told   map[string]bool
}

func (j *judge) walk(e *jsonschema.ValidationError) {
	switch k := e.ErrorKind.(type) {
	case *kind.OneOf, *kind.AnyOf:
		// A wrong date inside is worth more than "none of the ways fits".
		if inner := exact(e, nil); len(inner) > 0 {
			for _, cause := range inner {
				j.walk(cause)
			}
			return
		}
		j.tell(e.InstanceLocation, "Zde má být "+title(e)+".")
	case *kind.Required:
		for _, key := range k.Missing {
			j.tell(e.InstanceLocation, "Chybí povinný údaj „"+key+"“.")
		}
	case *kind.Type:
		want := make([]string, len(k.Want))
		for i, w := range k.Want {
			want[i] = kinds[w]
		}
		j.tell(e.InstanceLocation, fmt.Sprintf("Zde má být %s, je zde %s.", strings.Join(want, " nebo "), kinds[k.Got]))
	case *kind.Const:
		j.tell(e.InstanceLocation, fmt.Sprintf("Zde má být „%v“.", k.Want))
	case *kind.Enum:
		j.tell(e.InstanceLocation, fmt.Sprintf("Hodnota „%v“ není mezi povolenými: %v.", k.Got, k.Want))
	case *kind.Contains:
		j.tell(e.InstanceLocation, "Seznam neobsahuje povinnou položku „"+typeNotice+"“.")
	case *kind.Format:
		j.tell(e.InstanceLocation, fmt.Sprintf("Hodnota „%v“ není %s.", k.Got, kinds[k.Want]))
	case *kind.Pattern:
		j.tell(e.InstanceLocation, fmt.Sprintf("Hodnota „%s“ nemá předepsaný tvar %s.", k.Got, k.Want))
	case *kind.MinItems:
		j.tell(e.InstanceLocation, fmt.Sprintf("Seznam má mít aspoň %d položky, má %d.", k.Want, k.Got))
	default:
		for _, cause := range e.Causes {
			j.walk(cause)
		}
	}
}

var kinds = map[string]string{
	"string": "text", "number": "číslo", "integer": "celé číslo", "boolean": "ano/ne (true, false)", "null": "prázdná hodnota (null)",
	"array": "seznam v hranatých závorkách", "object": "celek ve složených závorkách",
	"iri": "úplná adresa (https://…)", "date": "datum RRRR-MM-DD", "date-time": "datum a čas s časovým pásmem",
}

// exact gathers failures of form below a choice that was not met.
func exact(e *jsonschema.ValidationError, found []*jsonschema.ValidationError) []*jsonschema.ValidationError {
	switch e.ErrorKind.(type) {
	case *kind.Format, *kind.Pattern, *kind.Enum:
		return append(found, e)
	}
	for _, cause := range e.Causes {
		found = exact(cause, found)
	}
	return found
}

// title names the part of the schema in which a choice was not met: its title, or for "typ" the name that is missing.
func title(e *jsonschema.ValidationError) string {
	if n := len(e.InstanceLocation); n > 0 && e.InstanceLocation[n-1] == "typ" {
		for _, cause := range e.Causes {
			if c, ok := cause.ErrorKind.(*kind.Const); ok {
				return fmt.Sprintf("„%v“ (samo, nebo v seznamu textů)", c.Want)
			}
		}
	}
	if _, part, ok := strings.Cut(e.SchemaURL, "#/$defs/"); ok {
		part, _, _ = strings.Cut(part, "/")
		if name := titles()[part]; name != "" {
			return name
		}
	}
	return "jiná hodnota"
}

func (j *judge) tell(path []string, text string) {
	f := Fault{Path: pointer(path), Text: text, Notice: -1}
	if key := f.Path + " " + text; j.told[key] || len(j.faults) >= maxFaults {
		return
	} else {
		j.told[key] = true
	}
	if len(path) > 1 && path[0] == "informace" {
		f.Notice, _ = strconv.Atoi(path[1])
	}
	if j.text != nil {
		f.Column = find(j.root, path).from
	}
	j.faults = append(j.faults, f)
}

// find follows a path as far as it goes.
func find(v *value, path []string) *value {
	for _, step := range path {
		var next *value
		if v.kind == '[' {
			if i, err := strconv.Atoi(step); err == nil && i < len(v.vals) {
				next = &v.vals[i]
			}
		} else {
			next = v.get(step)
		}
		if next == nil {
			return v
		}
		v = next
	}
	return v
}

func pointer(path []string) string {
	var out strings.Builder
	for _, step := range path {
		out.WriteByte('/')
		out.WriteString(strings.NewReplacer("~", "~0", "/", "~1").Replace(step))
	}
	return out.String()
}
