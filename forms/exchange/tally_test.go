package exchange

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

// tally sums what a counter of the test found in files of a system and what the importer carried over.
type tally struct {
	system                              string
	fields, conditions, carried, listed int
}

func (s *tally) add(tb testing.TB, name string, im *Imported, fields, conditions int) {
	tb.Helper()
	if im.Fields != fields || im.Conditions != conditions {
		tb.Errorf("%s: %d questions and %d conditions counted by the importer, the file has %d and %d", baseName(name), im.Fields, im.Conditions, fields, conditions)
	}
	lost := 0
	for _, n := range im.Dropped {
		if n.Kind == "field" || n.Kind == "condition" {
			lost++
			tb.Logf("%s %s: %s", s.system, baseName(name), n)
		}
	}
	if im.Carried+lost != fields+conditions {
		tb.Errorf("%s: %d carried and %d listed as lost are not the %d of the file", baseName(name), im.Carried, lost, fields+conditions)
	}
	s.fields, s.conditions, s.carried = s.fields+fields, s.conditions+conditions, s.carried+im.Carried
	s.listed += len(im.Dropped)
}

// enough demands nine tenths.
func (s *tally) enough(tb testing.TB) {
	tb.Helper()
	tb.Logf("%s: %d of %d questions and conditions carried, %d losses of any kind listed", s.system, s.carried, s.fields+s.conditions, s.listed)
	if s.fields == 0 || 10*s.carried < 9*(s.fields+s.conditions) {
		tb.Errorf("%s: only %d of %d questions and %d conditions carried", s.system, s.carried, s.fields, s.conditions)
	}
}

func TestOpenFormsForms(t *testing.T) {
	t.Parallel()
	dir := realForms(t, "open-forms")
	if dir == "" {
		return
	}
	total := &tally{system: OpenForms}
	single := dir + "/all_components.json"
	var raw any
	if err := json.Unmarshal(readFile(t, single), &raw); err != nil {
		t.Fatal(err)
	}
	fields, conditions := countComponents(raw)
	im := one(t, OpenForms, single, readFile(t, single))
	total.add(t, single, im, fields, conditions)
	roundTrip(t, im)

	dump := readFile(t, dir+"/demo.json")
	list, err := Import(OpenForms, "demo", dump)
	if err != nil || len(list) != 2 {
		t.Fatal(len(list), err)
	}
	want := strings.Count(string(dump), `\"key\":`) // the configurations are texts inside the file
	total.add(t, "demo", &Imported{Fields: list[0].Fields + list[1].Fields, Carried: list[0].Carried + list[1].Carried,
		Dropped: append(list[0].Dropped, list[1].Dropped...)}, want, 0)

	files := map[string]string{}
	for _, name := range []string{"forms.json", "formSteps.json", "formDefinitions.json", "formLogic.json"} {
		files[name] = string(readFile(t, dir+"/export/"+name))
	}
	total.add(t, "export", one(t, OpenForms, "export", packed(t, files)), 1, 1)
	total.enough(t)
}

// countComponents counts what has a type and a key, and conditions that name another question.
func countComponents(v any) (fields, conditions int) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			f, c := countComponents(x)
			fields, conditions = fields+f, conditions+c
		}
	case map[string]any:
		if v["type"] != nil && v["key"] != nil && v["components"] == nil && v["columns"] == nil {
			fields++
		}
		if c, ok := v["conditional"].(map[string]any); ok && c["when"] != nil && c["when"] != "" {
			conditions++
		}
		for _, name := range []string{"components", "columns"} {
			f, c := countComponents(v[name])
			fields, conditions = fields+f, conditions+c
		}
	}
	return fields, conditions
}

var optionLine = regexp.MustCompile(`^\s*[(\[][ xX]?[)\]]`)

func TestFormcodeForms(t *testing.T) {
	t.Parallel()
	dir := realForms(t, "onegov-formcode")
	if dir == "" {
		return
	}
	total := &tally{system: Formcode}
	for _, name := range filesIn(t, dir, ".form") {
		data := readFile(t, name)
		im := one(t, Formcode, name, data)
		fields, conditions := 0, 0
		lines := strings.Split(string(data), "\n")
		for i, l := range lines {
			if strings.Contains(l, "=") {
				fields++
			}
			if indent := len(l) - len(strings.TrimLeft(l, " ")); optionLine.MatchString(l) && i+1 < len(lines) &&
				len(lines[i+1])-len(strings.TrimLeft(lines[i+1], " ")) > indent && strings.TrimSpace(lines[i+1]) != "" {
				conditions++
			}
		}
		total.add(t, name, im, fields, conditions)
		roundTrip(t, im)
	}
	total.enough(t)
}
