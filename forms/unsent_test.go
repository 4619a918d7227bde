package forms

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

func TestUnsentNamesAnsweredHiddenQuestions(t *testing.T) {
	t.Parallel()
	f := formOf(t, "kaceni-drevin")
	setting := onDay("2026-11-22")
	full := f.Examples[0].Answers
	all := f.Evaluate(full, setting)
	if list := all.Unsent(); len(list) != 0 {
		t.Fatalf("nothing is hidden, yet %+v", list)
	}
	// a tenant must show the owner's consent; an owner need not, so what was written there is not sent
	tenant := full.With("vztah", "najemce")
	first := f.Evaluate(tenant, setting)
	step := ""
	for _, s := range first.Journey().Steps {
		if !all.Journey().has(s.Code) {
			step = s.Code
		}
	}
	if step == "" {
		t.Fatal("the form has no page for tenants any more; choose another condition")
	}
	name := ""
	for _, field := range f.page(step).Fields {
		if field.Kind != "note" && field.Kind != "computed" && first.marks[field.Name]&markHidden == 0 {
			name = field.Name
		}
	}
	owner := full.With(name, "něco")
	list := f.Evaluate(owner, setting).Unsent()
	if len(list) != 1 || list[0].Path != name || list[0].Label == "" {
		t.Fatalf("hidden %+v, want %s", list, name)
	}
	if _, sent := f.Evaluate(owner, setting).Result()[name]; sent {
		t.Error("a hidden answer is sent")
	}
	if got := Without(list, nil); !reflect.DeepEqual(got, []string{list[0].Label}) || Without(list, list) != nil {
		t.Errorf("difference %v", got)
	}
	if again := f.Evaluate(owner.With("vztah", "najemce"), setting).Unsent(); len(again) != 0 {
		t.Errorf("still hidden after it came back: %+v", again)
	}
}

// Whatever is answered: what is named as unsent is not in the result, and what is neither named nor computed is.
func TestUnsentAndResultAgree(t *testing.T) {
	t.Parallel()
	setting := onDay("2026-11-22")
	all := catalogueOf(t).All()
	rapid.Check(t, func(t *rapid.T) {
		f := all[rapid.IntRange(0, len(all)-1).Draw(t, "form")]
		answers := Answers{}
		for i := range f.Examples { // answers of several examples together hide each other
			for _, name := range sortedNames(f.Examples[i].Answers) {
				if rapid.Bool().Draw(t, name) {
					answers[name] = f.Examples[i].Answers[name]
				}
			}
		}
		ev := f.Evaluate(answers, setting)
		result, named := ev.Result(), map[string]bool{}
		for _, q := range ev.Unsent() {
			named[q.Path] = true
			if result.Get(q.Path) != nil {
				t.Fatalf("%s: %s is named as unsent and sent", f.Code, q.Path)
			}
		}
		for name := range answers {
			if field, ok := f.Field(name); ok && field.Kind != "note" && !named[name] && result[name] == nil {
				t.Fatalf("%s: %s is left out and nobody is told", f.Code, name)
			}
		}
	})
}
