package exchange

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"epom/forms"
)

// realForms is the folder of other bodies' forms; "" when it was not given. Then only our own small fixtures are tested.
func realForms(tb testing.TB, folder string) string {
	tb.Helper()
	data := os.Getenv("EPOM_REAL_DATA")
	if data == "" {
		tb.Logf("EPOM_REAL_DATA is not set: own fixtures only, 1 set of outside forms (%s) left out", folder)
		return ""
	}
	dir := filepath.Join(data, "forms", folder)
	if _, err := os.Stat(dir); err != nil {
		tb.Fatal(err)
	}
	return dir
}

func filesIn(tb testing.TB, dir, ending string) []string {
	tb.Helper()
	var list []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(path, ending) {
			list = append(list, path)
		}
		return err
	})
	if err != nil || len(list) == 0 {
		tb.Fatalf("%s: no files %s (%v)", dir, ending, err)
	}
	return list
}

func readFile(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// one imports a file with one form.
func one(tb testing.TB, system, name string, data []byte) *Imported {
	tb.Helper()
	list, err := Import(system, name, data)
	if err != nil {
		tb.Fatalf("%s: %v", filepath.Base(name), err)
	}
	if len(list) != 1 {
		tb.Fatalf("%s: %d forms", filepath.Base(name), len(list))
	}
	return list[0]
}

var imported sync.Map // real files imported already: *Imported by name

// real imports a real file with one form, once for all tests.
func real(tb testing.TB, system, name string) *Imported {
	tb.Helper()
	load, _ := imported.LoadOrStore(name, sync.OnceValues(func() ([]*Imported, error) {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		return Import(system, name, data)
	}))
	list, err := load.(func() ([]*Imported, error))()
	if err != nil || len(list) != 1 {
		tb.Fatalf("%s: %d forms, %v", filepath.Base(name), len(list), err)
	}
	return list[0]
}

var setting = forms.Setting{Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), Lang: forms.CS}

func upload(id string) forms.FileRef {
	return forms.FileRef{ID: id, Name: "priloha.jpg", Size: 1, Type: "image/jpeg"}
}

// Every form of the folder is taken over whole: only what the source itself never shows may be missing.
func TestBratislavaForms(t *testing.T) {
	t.Parallel()
	dir := realForms(t, "bratislava-jsonschema")
	if dir == "" {
		return
	}
	for _, name := range filesIn(t, dir, ".json") {
		t.Run(baseName(name), func(t *testing.T) {
			t.Parallel()
			data := readFile(t, name)
			im := real(t, Bratislava, name)
			var raw map[string]any
			if err := json.Unmarshal(data, &raw); err != nil {
				t.Fatal(err)
			}
			fields, conditions := countSchema(raw)
			if im.Fields != fields || im.Conditions != conditions {
				t.Errorf("counted %d fields and %d conditions, the file has %d and %d", im.Fields, im.Conditions, fields, conditions)
			}
			for _, n := range im.Dropped {
				if n.Kind == "condition" || n.Kind == "field" && !strings.Contains(n.Reason, "nikdy neukáže") {
					t.Error(n)
				}
			}
			ev := im.Form.Evaluate(nil, setting)
			if ev.Valid() {
				t.Error("an empty form is valid")
			}
			for _, p := range im.Form.Pages {
				ev.Page(p.Code, forms.ViewExtras{Findings: ev.Findings()})
			}
			roundTrip(t, im)
		})
	}
}

// countSchema counts questions and conditions by the marks of the look, without knowing anything of the importer.
func countSchema(v any) (fields, conditions int) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			f, c := countSchema(x)
			fields, conditions = fields+f, conditions+c
		}
	case map[string]any:
		if _, ok := v["if"]; ok {
			conditions++
		}
		if v["baUiSchema"] != nil && v["type"] != "object" {
			fields++
		}
		for _, x := range v {
			f, c := countSchema(x)
			fields, conditions = fields+f, conditions+c
		}
	}
	return fields, conditions
}

// bratislavaExamples are the filled forms of the folder, by name, as JSON of answers.
func bratislavaExamples(t testing.TB) map[string][]byte {
	t.Helper()
	examples := map[string][]byte{}
	for _, name := range filesIn(t, realForms(t, "bratislava-examples-xml"), ".xml") {
		var e struct{ Json string }
		if err := xml.Unmarshal(readFile(t, name), &e); err != nil {
			t.Fatal(err)
		}
		examples[baseName(name)] = []byte(e.Json)
	}
	for _, name := range filesIn(t, realForms(t, "bratislava-examples-summary"), ".json") {
		var s summaryNode
		if err := json.Unmarshal(readFile(t, name), &s); err != nil {
			t.Fatal(err)
		}
		answers := map[string]any{}
		s.into(answers, s.ID)
		data, err := json.Marshal(answers)
		if err != nil {
			t.Fatal(err)
		}
		examples[baseName(name)+" (přehled)"] = data
	}
	return examples
}

// bratislavaDefinitions finds the form of an example.
func bratislavaDefinitions(t *testing.T) func(example string) string {
	t.Helper()
	definitions := map[string]string{}
	for _, name := range filesIn(t, realForms(t, "bratislava-jsonschema"), ".json") {
		definitions[strings.Join(words(baseName(name)), "")] = name
	}
	return func(example string) string {
		base, _, _ := strings.Cut(example, "Example")
		return definitions[strings.Join(words(base), "")]
	}
}

// The filled examples of the folder are answers of the imported forms: nothing is left over and nothing is wrong with them.
func TestBratislavaExamples(t *testing.T) {
	t.Parallel()
	if realForms(t, "bratislava-examples-xml") == "" {
		return
	}
	definitions := bratislavaDefinitions(t)
	for name, data := range bratislavaExamples(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := definitions(name)
			if file == "" {
				t.Fatal("no form for this example")
			}
			im := real(t, Bratislava, file)
			answers, notes, err := im.Answers(data, upload)
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range notes {
				t.Error(n)
			}
			ev := im.Form.Evaluate(answers, setting)
			for _, f := range ev.Findings() {
				t.Errorf("%s (%s): %s", f.Path, f.Label, f.Message)
			}
			rows := 0
			for _, section := range ev.Summary() {
				rows += len(section.Rows)
			}
			if want := leaves(data); rows < want {
				t.Errorf("the summary has %d rows, the example %d answers", rows, want)
			}
		})
	}
}

// summaryNode is the tree the source prints its examples as; its ids are paths of answers.
type summaryNode struct {
	ID       string
	Type     string
	Value    any
	Steps    []summaryNode
	Children []summaryNode
	Items    []summaryNode
}

// into collects the answers below a node whose path begins with a prefix.
func (n summaryNode) into(m map[string]any, prefix string) {
	for _, list := range [][]summaryNode{n.Steps, n.Children} {
		for _, x := range list {
			key := strings.TrimPrefix(strings.TrimPrefix(x.ID, prefix), "_")
			switch {
			case len(x.Items) > 0:
				var items []any
				for _, i := range x.Items {
					item := map[string]any{}
					i.into(item, i.ID)
					items = append(items, item)
				}
				put(m, key, items)
			case x.Type == "Field":
				put(m, key, x.Value)
			default:
				inner := map[string]any{}
				x.into(inner, x.ID)
				put(m, key, inner)
			}
		}
	}
}

// put sets an answer; names of groups without a heading stand before it with a line between.
func put(m map[string]any, key string, v any) {
	if group, rest, ok := strings.Cut(key, "_"); ok {
		inner, _ := m[group].(map[string]any)
		if inner == nil {
			inner = map[string]any{}
			m[group] = inner
		}
		put(inner, rest, v)
		return
	}
	m[key] = v
}

func leaves(data []byte) int {
	var v any
	if json.Unmarshal(data, &v) != nil {
		return 0
	}
	var count func(v any) int
	count = func(v any) int {
		n := 0
		switch v := v.(type) {
		case map[string]any:
			for _, x := range v {
				n += count(x)
			}
		case []any:
			for _, x := range v {
				if m, ok := x.(map[string]any); ok {
					n += count(m)
				}
			}
			if n == 0 && len(v) > 0 {
				n = 1
			}
		case string:
			if v != "" {
				n = 1
			}
		case float64, bool:
			n = 1
		}
		return n
	}
	return count(v)
}
