package exchange

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"epom/forms"
)

// judge compiles a schema as its own system would read it.
func judge(tb interface{ Fatal(...any) }, schema any) *jsonschema.Schema {
	c := jsonschema.NewCompiler()
	if err := c.AddResource("test:form", schema); err != nil {
		tb.Fatal(err)
	}
	s, err := c.Compile("test:form")
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// agrees compares the verdict of the schema with ours on one set of answers.
func agrees(tb interface {
	Fatal(...any)
	Fatalf(string, ...any)
}, schema *jsonschema.Schema, im *Imported, answers any, more ...[]byte) {
	data, err := json.Marshal(answers)
	if err != nil {
		tb.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		tb.Fatal(err)
	}
	verdict := schema.Validate(doc)
	ours, _, err := im.Answers(data, upload)
	if err != nil {
		tb.Fatal(err)
	}
	var errs []string
	for _, f := range im.Form.Evaluate(ours, setting).Findings() {
		if f.Weight == forms.Error {
			errs = append(errs, f.Path+": "+f.Message)
		}
	}
	if (verdict == nil) != (len(errs) == 0) {
		tb.Fatalf("the source says %v, we say %v\nanswers %s\n%s", verdict, errs, data, more)
	}
}

// TestSameVerdict: an imported form accepts exactly the answers its schema accepts.
func TestSameVerdict(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := &schemaMaker{}
		schema := map[string]any{"title": "Zkouška", "type": "object", "properties": map[string]any{"krok": g.object(t, 0)}, "required": []any{"krok"}}
		data, err := json.Marshal(schema)
		if err != nil {
			t.Fatal(err)
		}
		list, err := Import(Bratislava, "zkouska", data)
		if err != nil {
			if strings.Contains(err.Error(), "žádné pole") {
				return // all of it was impossible
			}
			t.Fatal(err)
		}
		roundTrip(t, list[0])
		for _, n := range list[0].Dropped {
			if strings.Contains(n.Reason, "příliš složitá") || strings.Contains(n.Reason, "exceeds maximum allowed nodes") {
				return // our expressions have a limit, and it is told
			}
			if n.Kind == "condition" || n.Kind == "field" && !strings.Contains(n.Reason, "nikdy neukáže") {
				t.Fatalf("%s\n%s", n, data)
			}
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		s := judge(t, doc)
		for range 8 {
			answers := map[string]any{}
			for _, f := range g.made {
				if rapid.Bool().Draw(t, f.name+"?") {
					answers[f.name] = f.value(t)
				}
			}
			for removed := true; removed; { // the source forgets answers of questions that are hidden
				asked := map[string]bool{}
				askedFor(t, doc.(map[string]any)["properties"].(map[string]any)["krok"], answers, asked)
				removed = false
				for name := range answers {
					if !asked[name] {
						delete(answers, name)
						removed = true
					}
				}
			}
			agrees(t, s, list[0], map[string]any{"krok": answers}, data)
		}
	})
}

// askedFor finds the questions an object asks for with these answers.
func askedFor(t *rapid.T, schema any, answers map[string]any, asked map[string]bool) {
	s, _ := schema.(map[string]any)
	properties, _ := s["properties"].(map[string]any)
	for name := range properties {
		asked[name] = true
	}
	branches, _ := s["allOf"].([]any)
	for _, b := range branches {
		data, err := json.Marshal(answers)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		branch := b.(map[string]any)
		if judge(t, branch["if"]).Validate(doc) == nil {
			askedFor(t, branch["then"], answers, asked)
		} else {
			askedFor(t, branch["else"], answers, asked)
		}
	}
}

type schemaMaker struct{ made []madeField }

type madeField struct{ name, kind string }

var madeOptions = []any{"a", "b", "Třetí možnost"}

func (f madeField) value(t *rapid.T) any {
	switch f.kind {
	case "choice":
		return rapid.SampledFrom(madeOptions).Draw(t, f.name)
	case "yesno":
		return rapid.Bool().Draw(t, f.name)
	case "number":
		return rapid.IntRange(-1, 6).Draw(t, f.name)
	case "choices":
		var list []any
		for _, o := range madeOptions {
			if rapid.Bool().Draw(t, f.name) {
				list = append(list, o)
			}
		}
		if list == nil {
			list = madeOptions[:1] // nothing ticked is no answer for us
		}
		return list
	}
	return rapid.SampledFrom([]any{"x", "něco jiného"}).Draw(t, f.name)
}

func (f madeField) schema() map[string]any {
	s := map[string]any{"title": "Otázka " + f.name, "baUiSchema": map[string]any{}}
	switch f.kind {
	case "choice":
		s["type"], s["enum"] = "string", madeOptions
	case "yesno":
		s["type"], s["enum"] = "boolean", []any{true, false}
		s["baUiSchema"] = map[string]any{"ui:widget": "RadioGroup", "ui:options": map[string]any{"enumMetadata": []any{map[string]any{"value": true, "label": "Ano"}, map[string]any{"value": false, "label": "Ne"}}}}
	case "number":
		s["type"], s["minimum"], s["maximum"] = "integer", 0, 5
	case "choices":
		s["type"], s["minItems"], s["items"] = "array", 1, map[string]any{"type": "string", "enum": madeOptions}
	default:
		s["type"] = "string"
	}
	return s
}

// object makes an object with questions and conditions about those made before.
func (g *schemaMaker) object(t *rapid.T, depth int) map[string]any {
	properties := map[string]any{}
	var required []any
	for range rapid.IntRange(1, 3).Draw(t, "fields") {
		f := madeField{fmt.Sprintf("p%d", len(g.made)), rapid.SampledFrom([]string{"choice", "yesno", "number", "choices", "text"}).Draw(t, "kind")}
		g.made = append(g.made, f)
		properties[f.name] = f.schema()
		if rapid.Bool().Draw(t, "required") {
			required = append(required, f.name)
		}
	}
	s := map[string]any{"type": "object", "properties": properties}
	if depth == 0 {
		s["title"], s["baUiSchema"] = "Krok", map[string]any{}
	}
	if required != nil {
		s["required"] = required
	}
	if depth < 3 {
		var all []any
		for range rapid.IntRange(0, 2).Draw(t, "conditions") {
			branch := map[string]any{"if": g.condition(t, 0), "then": g.object(t, depth+1)}
			if rapid.Bool().Draw(t, "else") {
				branch["else"] = g.object(t, depth+1)
			}
			all = append(all, branch)
		}
		if all != nil {
			s["allOf"] = all
		}
	}
	return s
}

func (g *schemaMaker) condition(t *rapid.T, depth int) map[string]any {
	if depth < 2 {
		switch word := rapid.SampledFrom([]string{"", "", "", "not", "anyOf", "allOf", "oneOf"}).Draw(t, "word"); word {
		case "not":
			return map[string]any{"not": g.condition(t, depth+1)}
		case "anyOf", "allOf", "oneOf":
			return map[string]any{word: []any{g.condition(t, depth+1), g.condition(t, depth+1)}}
		}
	}
	f := rapid.SampledFrom(g.made).Draw(t, "about")
	s := map[string]any{}
	if rapid.IntRange(0, 5).Draw(t, "given") > 0 {
		s["required"] = []any{f.name}
	}
	test := map[string]any{}
	switch f.kind {
	case "number":
		test[rapid.SampledFrom([]string{"minimum", "maximum", "const", "exclusiveMinimum"}).Draw(t, "test")] = rapid.IntRange(0, 4).Draw(t, "limit")
	case "choices":
		test["contains"] = map[string]any{"const": rapid.SampledFrom(madeOptions).Draw(t, "option")}
	case "choice":
		test["enum"] = slices.Clone(madeOptions[:rapid.IntRange(1, 3).Draw(t, "options")])
	default:
		test["const"] = f.value(t)
	}
	s["properties"] = map[string]any{f.name: test}
	return s
}

// TestBratislavaVerdicts changes the filled examples of the folder in one place each: the schema and our form must agree.
func TestBratislavaVerdicts(t *testing.T) {
	t.Parallel()
	dir := realForms(t, "bratislava-jsonschema")
	if dir == "" {
		return
	}
	definitions := bratislavaDefinitions(t)
	for name, data := range bratislavaExamples(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := definitions(name)
			im := real(t, Bratislava, file)
			raw, err := jsonschema.UnmarshalJSON(bytes.NewReader(readFile(t, file)))
			if err != nil {
				t.Fatal(err)
			}
			schema := judge(t, raw.(map[string]any)["schema"])
			options := map[string][]any{}
			boxes := map[string]bool{} // a box nobody touched is "no" for us and missing for a schema
			collectOptions(raw, "", options, boxes)
			var answers any
			if err := json.Unmarshal(data, &answers); err != nil {
				t.Fatal(err)
			}
			agrees(t, schema, im, answers)
			n := 0
			change(answers, options, boxes, func() {
				n++
				agrees(t, schema, im, answers)
			})
			t.Logf("%d changed examples", n)
		})
	}
}

// collectOptions finds all values that a name may have.
func collectOptions(v any, name string, found map[string][]any, boxes map[string]bool) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			collectOptions(x, name, found, boxes)
		}
	case map[string]any:
		if ui, ok := v["baUiSchema"].(map[string]any); ok && ui["ui:widget"] == "Checkbox" && v["const"] == nil {
			boxes[name] = true
		}
		if list, ok := v["enum"].([]any); ok && v["baUiSchema"] != nil {
			for _, x := range list {
				if !slices.Contains(found[name], x) && x != "" && len(found[name]) < 8 {
					found[name] = append(found[name], x)
				}
			}
		}
		for k, x := range v {
			if p, ok := x.(map[string]any); k == "properties" && ok {
				for n, y := range p {
					collectOptions(y, n, found, boxes)
				}
			} else {
				collectOptions(x, name, found, boxes)
			}
		}
	}
}

// change leaves out each answer and gives it each other option, one after another.
func change(v any, options map[string][]any, boxes map[string]bool, try func()) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			change(x, options, boxes, try)
		}
	case map[string]any:
		for name, old := range v {
			if _, ok := old.(map[string]any); !ok {
				delete(v, name)
				if !boxes[name] {
					try()
				}
				for _, o := range options[name] {
					if _, ok := old.([]any); !ok && o != old {
						v[name] = o
						try()
					}
				}
				v[name] = old
			}
			change(old, options, boxes, try)
		}
	}
}
