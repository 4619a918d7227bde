package exchange

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"epom/forms"
)

// ukForm is a form of the builder as our own walker of the test reads it.
type ukForm struct {
	StartPage string
	Pages     []ukTestPage
	Lists     []struct {
		Name  string
		Items []struct {
			Value     any
			Condition string
		}
	}
	Conditions []struct {
		Name  string
		Value any
	}
}

type ukTestPage struct {
	Path       string
	Title      string
	Components []struct {
		Type, Name, List string
		Options          struct{ Condition string }
		Children         []struct{ Name string }
	}
	Next []struct{ Path, Condition string }
}

// conditionUses counts questions with those inside blocks, and every use of a condition.
func (f ukForm) count() (fields, conditions int) {
	for _, p := range f.Pages {
		for _, c := range p.Components {
			fields += 1 + len(c.Children)
			if c.Options.Condition != "" {
				conditions++
			}
			for _, l := range f.Lists {
				if l.Name != c.List {
					continue
				}
				for _, i := range l.Items {
					if i.Condition != "" {
						conditions++
					}
				}
			}
		}
		for _, n := range p.Next {
			if n.Condition != "" {
				conditions++
			}
		}
	}
	return fields, conditions
}

// walk goes through a form as its own runner does, with answers by the names of questions.
func (f ukForm) walk(answers map[string]any) (paths []string) {
	pages := map[string]ukTestPage{}
	for _, p := range f.Pages {
		pages[strings.Trim(p.Path, "/")] = p
	}
	for at := strings.Trim(f.StartPage, "/"); ; {
		p, ok := pages[at]
		if !ok || slices.Contains(paths, at) {
			return paths
		}
		paths = append(paths, at)
		next := ""
		for _, n := range p.Next {
			if n.Condition != "" && f.holds(n.Condition, answers, paths) {
				next = n.Path
				break
			}
			if n.Condition == "" {
				next = n.Path
			}
		}
		at = strings.Trim(next, "/")
	}
}

// holds evaluates a condition; answers of pages the walk did not come to are not there.
func (f ukForm) holds(name string, answers map[string]any, walked []string) bool {
	for _, c := range f.Conditions {
		if c.Name != name {
			continue
		}
		if s, ok := c.Value.(string); ok {
			parts := strings.Fields(strings.ReplaceAll(s, "==", " == "))
			got := f.answer(parts[0], answers, walked)
			if parts[1] == "==" {
				return fmt.Sprint(got) == parts[2]
			}
			n, err := strconv.ParseFloat(fmt.Sprint(got), 64)
			limit, _ := strconv.ParseFloat(parts[2], 64)
			return err == nil && n > limit
		}
		result := false
		for i, x := range c.Value.(map[string]any)["conditions"].([]any) {
			m := x.(map[string]any)
			one := false
			if ref, ok := m["conditionName"].(string); ok {
				one = f.holds(ref, answers, walked)
			} else {
				got := f.answer(m["field"].(map[string]any)["name"].(string), answers, walked)
				want := fmt.Sprint(m["value"].(map[string]any)["value"])
				switch m["operator"] {
				case "is":
					one = fmt.Sprint(got) == want
				case "is not":
					one = fmt.Sprint(got) != want
				case "contains":
					list, _ := got.([]any)
					one = slices.Contains(list, any(want))
				case "is more than":
					n, _ := got.(float64)
					limit, _ := strconv.ParseFloat(want, 64)
					one = n > limit
				}
			}
			switch {
			case i == 0:
				result = one
			case m["coordinator"] == "or":
				result = result || one
			default:
				result = result && one
			}
		}
		return result
	}
	return false
}

func (f ukForm) answer(name string, answers map[string]any, walked []string) any {
	name = name[strings.LastIndexByte(name, '.')+1:]
	for _, p := range f.Pages {
		for _, c := range p.Components {
			if c.Name == name && slices.Contains(walked, strings.Trim(p.Path, "/")) {
				return answers[name]
			}
		}
	}
	return nil
}

// Every form of the folder is taken over; nine tenths of questions and conditions and more are carried.
func TestGovUKForms(t *testing.T) {
	t.Parallel()
	dir := realForms(t, "uk-form-runner")
	if dir == "" {
		return
	}
	total := &tally{system: GovUK}
	for _, name := range filesIn(t, dir, ".json") {
		data := readFile(t, name)
		im := one(t, GovUK, name, data)
		var raw ukForm
		if err := json.Unmarshal(data, &raw); err != nil {
			t.Fatal(err)
		}
		fields, conditions := raw.count()
		total.add(t, name, im, fields, conditions)
		roundTrip(t, im)
		if baseName(name) == "get-condition-evaluation-context" {
			continue // its questions of one name and a condition on a later page are told apart by the tally
		}
		r := rand.New(rand.NewPCG(1, uint64(len(data))))
		for range 60 {
			compareWalks(t, r, baseName(name), raw, im)
		}
	}
	total.enough(t)
}

// compareWalks gives both forms the same answers by chance: they must show the same pages.
func compareWalks(t *testing.T, r *rand.Rand, name string, raw ukForm, im *Imported) {
	t.Helper()
	theirs, ours := map[string]any{}, forms.Answers{}
	for _, p := range im.draft.pages {
		for _, f := range p.fields {
			switch f.def.Kind {
			case "yesno":
				yes := r.IntN(2) == 0
				theirs[f.key], ours[f.path] = yes, yes
			case "number":
				n := r.IntN(150_000)
				theirs[f.key], ours[f.path] = float64(n), int64(n)
			case "text":
				theirs[f.key], ours[f.path] = "Applicant", "Applicant"
			case "choice", "choices":
				var values []string
				for v := range f.values {
					values = append(values, v)
				}
				slices.Sort(values)
				v := values[r.IntN(len(values))]
				theirs[f.key], ours[f.path] = any(v), any(f.values[v])
				if f.def.Kind == "choices" {
					theirs[f.key], ours[f.path] = []any{v}, []any{f.values[v]}
				}
			}
		}
	}
	want := raw.walk(theirs)
	have := map[string]bool{}
	for _, s := range im.Form.Evaluate(ours, setting).Journey().Steps {
		have[s.Code] = true
	}
	for _, p := range im.draft.pages {
		if should := slices.Contains(want, p.key); should != have[p.code] && p.key != "prohlaseni" {
			t.Fatalf("%s: page %s shows %v, in the source %v, with %v", name, p.key, have[p.code], should, theirs)
		}
	}
}
