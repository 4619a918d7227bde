package forms

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
)

// caseFile is a file of rule cases that a lawyer can read and add to: each starts from a named example of the form, changes some
// answers (null takes one away) and says what must come out.
type caseFile struct {
	Form  string
	Law   string
	Cases []struct {
		Name   string
		Law    string
		Start  string
		Today  string
		Params map[string]any
		Set    Answers
		Expect struct {
			Errors       []string
			Warnings     []string
			PagesWith    []string `json:"pages_with"`
			PagesWithout []string `json:"pages_without"`
			Computed     Answers
		}
	}
}

func TestRuleCases(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../tests/fixtures/cases/forms/*.json")
	if err != nil || len(files) < 6 {
		t.Fatalf("found %d files of cases, %v", len(files), err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var file caseFile
		if err := json.Unmarshal(data, &file); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		form := formOf(t, file.Form)
		for _, c := range file.Cases {
			t.Run(file.Form+"/"+c.Name, func(t *testing.T) {
				t.Parallel()
				at := slices.IndexFunc(form.Examples, func(e Example) bool { return e.Name == c.Start })
				if at < 0 {
					t.Fatalf("the form has no example %q", c.Start)
				}
				start := form.Examples[at]
				answers, today := start.Answers, start.Today
				for path, v := range c.Set {
					answers = answers.With(path, v)
				}
				if c.Today != "" {
					today = c.Today
				}
				ev := form.Evaluate(answers, Setting{Today: day(today), Params: c.Params})
				found := map[Weight][]string{Error: {}, Warning: {}}
				for _, f := range ev.Findings() {
					found[f.Weight] = append(found[f.Weight], f.Path)
				}
				if !sameSet(found[Error], c.Expect.Errors) {
					t.Errorf("errors %v, want %v", found[Error], c.Expect.Errors)
				}
				if c.Expect.Warnings != nil && !sameSet(found[Warning], c.Expect.Warnings) {
					t.Errorf("warnings %v, want %v", found[Warning], c.Expect.Warnings)
				}
				pages := stepCodes(ev.Journey())
				for _, p := range c.Expect.PagesWith {
					if !slices.Contains(pages, p) {
						t.Errorf("page %s is not asked", p)
					}
				}
				for _, p := range c.Expect.PagesWithout {
					if slices.Contains(pages, p) {
						t.Errorf("page %s is asked", p)
					}
				}
				if c.Expect.Computed != nil {
					for path, want := range c.Expect.Computed {
						if got := ev.Computed()[path]; !reflect.DeepEqual(got, want) {
							t.Errorf("%s = %v, want %v", path, got, want)
						}
					}
				}
			})
		}
	}
}

func sameSet(a, b []string) bool {
	x, y := slices.Clone(a), slices.Clone(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}
