package forms

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"
)

// Tried is the answer of `epom forms try`.
type Tried struct {
	Valid    bool           `json:"valid"`
	Errors   []TriedError   `json:"errors"`
	Visible  []string       `json:"visible"` // codes of pages
	Computed map[string]any `json:"computed"`
}

// TriedError is one error of a field.
type TriedError struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// Try validates answers as a machine wants to read it.
func (f *Form) Try(answers Answers, setting Setting) Tried {
	ev := f.Evaluate(answers, setting)
	t := Tried{Valid: ev.Valid(), Errors: []TriedError{}, Visible: []string{}, Computed: map[string]any{}}
	for _, finding := range ev.findings {
		if finding.Weight == Error {
			t.Errors = append(t.Errors, TriedError{finding.Path, finding.Message})
		}
	}
	for _, p := range ev.pages {
		t.Visible = append(t.Visible, p.def.Code)
	}
	for path, v := range ev.computed {
		t.Computed[path] = v
	}
	return t
}

// CheckExamples runs the examples of the form and tells which do not come out as written.
func (f *Form) CheckExamples() []Problem {
	var problems []Problem
	for i, e := range f.Examples {
		place := fmt.Sprintf("/examples/%d", i)
		for name := range e.Answers {
			if f.byPath[name] == nil {
				problems = append(problems, Problem{Place: place + "/answers", Name: e.Name, Message: "příklad odpovídá na pole, které ve formuláři není: " + name})
			}
		}
		for _, difference := range f.Compare(e) {
			problems = append(problems, Problem{Place: place, Name: e.Name, Message: difference})
		}
	}
	return problems
}

// Compare evaluates an example and says in words what came out otherwise.
func (f *Form) Compare(e Example) []string {
	today, err := time.Parse(time.DateOnly, e.Today)
	if err != nil {
		return []string{"den příkladu (today) není datum: " + e.Today}
	}
	setting := Setting{Today: today, Params: e.Params}
	tried := f.Try(e.Answers, setting)
	var differences []string
	differ := func(what string, got, want any) {
		differences = append(differences, fmt.Sprintf("%s: vyšlo %v, čekalo se %v", what, got, want))
	}
	if e.Visible != nil && !slices.Equal(tried.Visible, e.Visible) {
		differ("stránky", tried.Visible, e.Visible)
	}
	var wrong []string
	for _, x := range tried.Errors {
		wrong = append(wrong, x.Field)
	}
	slices.Sort(wrong)
	wrong = slices.Compact(wrong)
	want := slices.Clone(e.Errors)
	slices.Sort(want)
	if !slices.Equal(wrong, want) {
		differ("chyby", wrong, want)
	}
	for path, v := range e.Computed {
		if got := tried.Computed[path]; !reflect.DeepEqual(got, plainCopy(v)) {
			differ(path, got, v)
		}
	}
	if e.Subject != "" {
		if got := f.Evaluate(e.Answers, setting).Subject(); got != e.Subject {
			differ("věc", got, e.Subject)
		}
	}
	return differences
}

// Snapshot is an example that says what comes out of answers now, so that a later change of it does not go unseen.
func (f *Form) Snapshot(name string, answers Answers, today time.Time) Example {
	e := Example{Name: name, Today: today.Format(time.DateOnly), Answers: answers, Errors: []string{}}
	tried := f.Try(answers, Setting{Today: today})
	e.Visible = tried.Visible
	for _, x := range tried.Errors {
		e.Errors = append(e.Errors, x.Field)
	}
	slices.Sort(e.Errors)
	e.Errors = slices.Compact(e.Errors)
	return e
}

// CheckOffices asks who is competent for the examples that name an office. One whose place the router does not know (the
// installation is of another region) is passed over; its other outcomes are checked all the same.
func (f *Form) CheckOffices(competent func(agenda string, p Place, on time.Time) (ExampleOffice, bool)) []Problem {
	var problems []Problem
	for i, e := range f.Examples {
		on, err := time.Parse(time.DateOnly, e.Today)
		if e.Office == nil || err != nil {
			continue
		}
		place, known := f.Evaluate(e.Answers, Setting{Today: on, Params: e.Params}).Place()
		if !known {
			problems = append(problems, Problem{Place: fmt.Sprintf("/examples/%d/office", i), Name: e.Name, Message: "z odpovědí nejde určit místo, podle kterého se hledá úřad"})
			continue
		}
		if got, known := competent(f.Agenda, place, on); known && got != *e.Office {
			problems = append(problems, Problem{Place: fmt.Sprintf("/examples/%d/office", i), Name: e.Name,
				Message: fmt.Sprintf("příslušný úřad: vyšlo %s %s, čekalo se %s %s", got.Level, got.Seat, e.Office.Level, e.Office.Seat)})
		}
	}
	return problems
}

// plainCopy reads a value of a definition's JSON as answers read theirs.
func plainCopy(v any) any {
	data, err := json.Marshal(map[string]any{"v": v})
	if err != nil {
		return v
	}
	var a Answers
	if err := json.Unmarshal(data, &a); err != nil {
		return v
	}
	return a["v"]
}
