package forms

import (
	"strings"
	"testing"
	"time"
)

// A definition that would hang or exhaust the engine is refused soon and in plain words.
func TestHostileDefinitions(t *testing.T) {
	t.Parallel()
	with := func(fields string) string {
		return `{"code":"x","version":1,"title":{"cs":"X"},"summary":{"cs":"X"},"agenda":"x","locality":{"key":"any"},"subject":"\"X\"","applicant":{},` +
			`"pages":[{"code":"s","title":{"cs":"S"},"fields":[` + fields + `]}]}`
	}
	question := func(name, more string) string {
		return `{"name":"` + name + `","kind":"yesno","label":{"cs":"A"}` + more + `}`
	}
	repeat := `{"name":"r","kind":"repeat","label":{"cs":"R"},"fields":[{"name":"n","kind":"number","label":{"cs":"N"}}]}`
	computed := func(expr string) string {
		return `{"name":"v","kind":"computed","label":{"cs":"V"},"result":"number","expr":"` + expr + `"}`
	}
	nested := func(n int) string {
		return with(strings.Repeat(`{"name":"g","kind":"group","label":{"cs":"G"},"fields":[`, n) + question("a", "") + strings.Repeat(`]}`, n))
	}
	if _, err := Parse([]byte(with(question("a", "")))); err != nil {
		t.Fatal("the sound one is refused:", err)
	}
	for name, c := range map[string]struct{ text, want string }{
		"a loop of conditions":          {with(question("a", `,"when":"b"`) + "," + question("b", `,"when":"a"`)), "přijde až později"},
		"a condition on itself":         {with(question("a", `,"when":"a"`)), "přijde až později"},
		"a value computed from itself":  {with(computed("v + 1")), "přijde až později"},
		"loops inside loops":            {with(repeat + "," + computed("sum(r, sum(r, sum(r, .n)))")), "vnořených průchodů"},
		"a rule longer than anybody's":  {with(computed(strings.Repeat("1 + ", 200) + "1")), "příliš dlouhý"},
		"a thousand nested groups":      {nested(1000), ""},
		"seventy thousand of them":      {nested(70_000), ""},
		"a million of them":             {nested(1_000_000), "příliš velká"},
		"only a million brackets":       {strings.Repeat("[", 1_000_000), ""},
		"a text instead of a rule":      {with(question("a", `,"when":"tohle není podmínka"`)), "nelze přeložit"},
		"a rule of an unknown question": {with(question("a", `,"when":"nikde"`)), "neznámé pole „nikde“"},
	} {
		began := time.Now()
		_, err := Parse([]byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %.300v, want „%s“", name, err, c.want)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%s: refused after %s", name, took)
		}
	}
}

// A rule that would make a list of a billion is stopped by the engine's budget: it gives no value and stops nobody.
func TestRuleThatNeverEnds(t *testing.T) {
	t.Parallel()
	f, err := Parse([]byte(definition(`{"name": "v", "kind": "computed", "label": "V", "result": "number", "expr": "len(1..1000000000) * 1.0"}`)))
	if err != nil {
		return // refused at once is as good
	}
	began := time.Now()
	ev := f.Evaluate(Answers{}, Setting{Today: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)})
	if took := time.Since(began); took > 5*time.Second || ev.Computed()["v"] != nil {
		t.Errorf("%v after %s", ev.Computed(), took)
	}
}
