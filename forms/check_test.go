package forms

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// small is a definition with one page of the given fields.
func definition(fields string, more ...string) string {
	pages := `{"code": "a", "title": "A", "fields": [` + fields + `]}`
	if len(more) > 0 {
		pages += ", " + strings.Join(more, ", ")
	}
	return `{"code": "zkouska", "version": 1, "title": "Zkouška", "summary": "Jen zkouška", "agenda": "zkouska", "locality": {"key": "any"},
		"subject": "\"Věc\"", "applicant": {}, "pages": [` + pages + `]}`
}

func mustParse(tb testing.TB, def string) *Form {
	tb.Helper()
	f, err := Parse([]byte(def))
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

func TestProblemsOfDefinitionsAreNamed(t *testing.T) {
	t.Parallel()
	const text = `{"name": "a", "kind": "text", "label": "A"}`
	for _, row := range []struct{ name, def, place, message string }{
		{"not JSON", `{`, "", "JSON"},
		{"no title", strings.Replace(definition(text), `"title": "Zkouška", `, "", 1), "/", "title"},
		{"unknown property", definition(`{"name": "a", "kind": "text", "label": "A", "colour": "red"}`), "/pages/0/fields/0", "colour"},
		{"unknown kind", definition(`{"name": "a", "kind": "telepathy", "label": "A"}`), "/pages/0/fields/0/kind", "telepathy"},
		{"no Czech", definition(`{"name": "a", "kind": "text", "label": {"en": "A"}}`), "/pages/0/fields/0/label", "cs"},
		{"blank Czech", definition(`{"name": "a", "kind": "text", "label": {"cs": " ", "en": "A"}}`), "/pages/0/fields/0/label", "český text"},
		{"no label", definition(`{"name": "a", "kind": "text"}`), "/pages/0/fields/0/label", "label"},
		{"duplicate field", definition(text + "," + text), "/pages/0/fields/1/name", "opakuje"},
		{"duplicate page", definition(text, `{"code": "a", "title": "B", "fields": [{"name": "b", "kind": "email"}]}`), "/pages/1/code", "opakuje"},
		{"reserved page", definition(text, `{"code": "kontrola", "title": "B", "fields": [{"name": "b", "kind": "email"}]}`), "/pages/1/code", "kontrola"},
		{"bad name", definition(`{"name": "Á b", "kind": "text", "label": "A"}`), "/pages/0/fields/0/name", "písmen"},
		{"reserved name", definition(`{"name": "today", "kind": "text", "label": "A"}`), "/pages/0/fields/0/name", "today"},
		{"unknown field", definition(text + `, {"name": "b", "kind": "text", "label": "B", "when": "neni == \"x\""}`), "/pages/0/fields/1/when", "neni"},
		{"later field", definition(`{"name": "b", "kind": "text", "label": "B", "when": "a == \"x\""}, ` + text), "/pages/0/fields/0/when", "až později"},
		{"itself", definition(`{"name": "a", "kind": "text", "label": "A", "when": "a == \"x\""}`), "/pages/0/fields/0/when", "až později"},
		{"later page", definition(text, `{"code": "b", "title": "B", "when": "c == \"x\"", "fields": [{"name": "b", "kind": "email"}]}`, `{"code": "c", "title": "C", "fields": [{"name": "c", "kind": "text", "label": "C"}]}`), "/pages/1/when", "až později"},
		{"later field answered", definition(`{"name": "b", "kind": "text", "label": "B", "when": "answered(\"a\")"}, ` + text), "/pages/0/fields/0/when", "až později"},
		{"own page", definition(text, `{"code": "b", "title": "B", "when": "b == \"x\"", "fields": [{"name": "b", "kind": "text", "label": "B"}]}`), "/pages/1/when", "až později"},
		{"types", definition(text + `, {"name": "b", "kind": "text", "label": "B", "when": "a > 3"}`), "/pages/0/fields/1/when", "přeložit"},
		{"not a condition", definition(text + `, {"name": "b", "kind": "text", "label": "B", "when": "a"}`), "/pages/0/fields/1/when", "přeložit"},
		{"unreachable page", definition(text, `{"code": "b", "title": "B", "when": "1 > 2", "fields": [{"name": "b", "kind": "email"}]}`), "/pages/1/when", "nikdy"},
		{"impossible condition", definition(`{"name": "a", "kind": "choice", "label": "A", "options": [{"value": "x", "label": "X"}, {"value": "y", "label": "Y"}]}, {"name": "n", "kind": "yesno", "label": "N"}`, `{"code": "b", "title": "B", "when": "a == \"x\" and n and a == \"y\"", "fields": [{"name": "b", "kind": "email"}]}`), "/pages/1/when", "nikdy"},
		{"unknown option", definition(`{"name": "a", "kind": "choice", "label": "A", "options": [{"value": "x", "label": "X"}, {"value": "y", "label": "Y"}]}`, `{"code": "b", "title": "B", "when": "a == \"z\"", "fields": [{"name": "b", "kind": "email"}]}`), "/pages/1/when", "„z“"},
		{"unknown option in a list", definition(`{"name": "a", "kind": "choices", "label": "A", "options": [{"value": "x", "label": "X"}, {"value": "y", "label": "Y"}]}, {"name": "b", "kind": "email", "when": "\"z\" in a"}`), "/pages/0/fields/1/when", "„z“"},
		{"one option", definition(`{"name": "a", "kind": "choice", "label": "A", "options": [{"value": "x", "label": "X"}]}`), "/pages/0/fields/0/options", "dvě"},
		{"same options", definition(`{"name": "a", "kind": "choice", "label": "A", "options": [{"value": "x", "label": "X"}, {"value": "x", "label": "Y"}]}`), "/pages/0/fields/0/options/1/value", "opakuje"},
		{"pattern", definition(`{"name": "a", "kind": "text", "label": "A", "pattern": "("}`), "/pages/0/fields/0/pattern", "vzor"},
		{"bound", definition(`{"name": "a", "kind": "date", "label": "A", "min": "yesterday"}`), "/pages/0/fields/0/min", "nerozumíme"},
		{"bounds", definition(`{"name": "a", "kind": "number", "label": "A", "min": 5, "max": 3}`), "/pages/0/fields/0/min", "větší"},
		{"property of another kind", definition(`{"name": "a", "kind": "email", "decimals": 2}`), "/pages/0/fields/0/decimals", "nemá"},
		{"computed without result", definition(`{"name": "a", "kind": "computed", "label": "A", "expr": "1"}`), "/pages/0/fields/0", "result"},
		{"empty repeat", definition(`{"name": "a", "kind": "repeat", "label": "A"}`), "/pages/0/fields/0/fields", "žádné pole"},
		{"item outside", definition(`{"name": "r", "kind": "repeat", "label": "R", "fields": [` + text + `]}, {"name": "b", "kind": "email", "when": "item.a == \"x\""}`), "/pages/0/fields/1/when", "item"},
		{"too deep", definition(strings.Repeat(`{"name": "r", "kind": "group", "label": "R", "fields": [`, 8) + text + strings.Repeat("]}", 8)), "/pages/0/fields/0/fields/0/fields/0/fields/0/fields/0/fields/0", "hluboko"},
		{"long rule", definition(text + `, {"name": "b", "kind": "email", "when": "` + strings.Repeat("a == \\\"x\\\" or ", 50) + `true"}`), "/pages/0/fields/1/when", ""},
		{"clock", definition(text + `, {"name": "b", "kind": "email", "when": "now().Year() > 2000"}`), "/pages/0/fields/1/when", "now"},
		{"subject", strings.Replace(definition(text), `"subject": "\"Věc\""`, `"subject": "1 + 1"`, 1), "/subject", "přeložit"},
		{"locality", strings.Replace(definition(text), `{"key": "any"}`, `{"key": "property", "from": ["a"]}`, 1), "/locality/from/0", "druhu"},
		{"no locality", strings.Replace(definition(text), `{"key": "any"}`, `{"key": "property"}`, 1), "/locality/from", "chybí"},
		{"applicant", strings.Replace(definition(text), `"applicant": {}`, `"applicant": {"email": "posta"}`, 1), "/applicant/email", "není"},
		{"example of another form", strings.Replace(definition(text), `"pages"`, `"examples": [{"name": "e", "today": "2026-01-01", "answers": {"x": 1}, "visible": ["a"], "errors": []}], "pages"`, 1), "/examples/0/answers", "není"},
		{"example", strings.Replace(definition(text), `"pages"`, `"examples": [{"name": "e", "today": "2026-01-01", "answers": {}, "visible": ["b"], "errors": ["a"]}], "pages"`, 1), "/examples/0", "vyšlo"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			problems := Check([]byte(row.def))
			for _, p := range problems {
				if p.Place == row.place && strings.Contains(p.Message, row.message) {
					return
				}
			}
			t.Errorf("want %s with %q, got %v", row.place, row.message, problems)
		})
	}
	if problems := Check([]byte(definition(text))); len(problems) != 0 {
		t.Errorf("the plain definition has problems: %v", problems)
	}
}

// A rule that would run for minutes is refused or stopped, not waited for.
func TestRulesEnd(t *testing.T) {
	t.Parallel()
	list := `{"name": "r", "kind": "repeat", "label": "R", "fields": [{"name": "a", "kind": "text", "label": "A"}]}`
	nested := definition(list + `, {"name": "b", "kind": "email", "when": "count(r, count(r, count(r, true) > 0) > 0) > 0"}`)
	if problems := Check([]byte(nested)); len(problems) == 0 {
		t.Error("a loop in a loop in a loop is accepted")
	}
	f := mustParse(t, definition(list+`, {"name": "b", "kind": "email", "when": "len(filter(1..900000, any(1..900000, # > 5))) > 3"}`))
	f.Evaluate(Answers{}, onDay("2026-01-01"))
}

func TestHugeDefinitionsAreRefusedQuickly(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"name": "r", "kind": "group", "label": "R", "fields": [`, 50_000)
	for _, def := range []string{strings.Repeat("[", 1_000_000), definition(deep), strings.Repeat(" ", maxDefinition+1)} {
		if problems := Check([]byte(def)); len(problems) == 0 {
			t.Error("accepted")
		}
	}
}

func TestTextReadsStringOrLanguages(t *testing.T) {
	t.Parallel()
	var plain, all Text
	if err := json.Unmarshal([]byte(`"Ahoj"`), &plain); err != nil || plain.In(UK) != "Ahoj" || plain.In("xx") != "Ahoj" {
		t.Errorf("%+v %v", plain, err)
	}
	if err := json.Unmarshal([]byte(`{"cs": "Ahoj", "en": "Hello"}`), &all); err != nil || all.In(EN) != "Hello" || all.In(UK) != "Ahoj" {
		t.Errorf("%+v %v", all, err)
	}
	if data, _ := json.Marshal(plain); string(data) != `"Ahoj"` {
		t.Errorf("written as %s", data)
	}
}

func TestCatalogueKeepsVersions(t *testing.T) {
	t.Parallel()
	field := `{"name": "a", "kind": "text", "label": "A"}`
	version := func(v, day string) *Form {
		def := strings.Replace(definition(field), `"version": 1`, `"version": `+v, 1)
		if day != "" {
			def = strings.Replace(def, `"pages"`, `"publishedOn": "`+day+`", "pages"`, 1)
		}
		return mustParse(t, def)
	}
	one, two, draft := version("1", "2026-01-01"), version("2", "2026-06-01"), version("3", "")
	c, err := NewCatalogue(draft, one, two)
	if err != nil {
		t.Fatal(err)
	}
	if f, ok := c.Latest("zkouska"); !ok || f != two {
		t.Error("the newest published version is not offered")
	}
	if f, ok := c.Version("zkouska", 1); !ok || f != one {
		t.Error("the old version is lost")
	}
	if f, ok := c.Version("zkouska", 3); !ok || f != draft {
		t.Error("the draft is lost")
	}
	if _, ok := c.Version("zkouska", 4); ok {
		t.Error("there is no version 4")
	}
	if _, err := NewCatalogue(one, version("1", "2026-02-02")); err == nil {
		t.Error("a version may be replaced")
	}
	if c, _ := NewCatalogue(draft); len(c.All()) != 0 || len(c.Search("zkouška", CS)) != 0 {
		t.Error("a draft is offered")
	}
}

// A required group is walked even when nothing in it is answered: what its conditions hide is not asked for.
func TestRequiredGroupUnanswered(t *testing.T) {
	t.Parallel()
	f, err := Parse([]byte(definition(`{"name": "g", "kind": "group", "label": "G", "required": true, "fields": [
		{"name": "druh", "kind": "choice", "label": "Druh", "required": true, "options": [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]},
		{"name": "jen_a", "kind": "text", "label": "Jen A", "required": true, "when": "g.druh == \"a\""}]}`)))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		answers Answers
		want    []string
	}{
		{nil, []string{"g.druh"}},
		{Answers{"g": map[string]any{"druh": "a"}}, []string{"g.jen_a"}},
		{Answers{"g": map[string]any{"druh": "b"}}, nil},
	} {
		ev := f.Evaluate(c.answers, onDay("2026-11-22"))
		var got []string
		for _, finding := range ev.Findings() {
			got = append(got, finding.Path)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%v: missing %v, want %v", c.answers, got, c.want)
		}
	}
	ev := f.Evaluate(nil, onDay("2026-11-22"))
	if page, _ := ev.Page(f.Pages[0].Code, ViewExtras{}); len(page.Fields[0].Parts) != 1 {
		t.Errorf("an empty group shows %d parts, want the one that is asked", len(page.Fields[0].Parts))
	}
}

// What was answered in one item of a repeated block is not answered in the next, also inside a group that is hidden there.
func TestAnsweredIsOfOneItem(t *testing.T) {
	t.Parallel()
	f, err := Parse([]byte(definition(`{"name": "r", "kind": "repeat", "label": "R", "fields": [
		{"name": "druh", "kind": "choice", "label": "Druh", "options": [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]},
		{"name": "g", "kind": "group", "label": "G", "when": "item.druh == \"a\"", "fields": [{"name": "x", "kind": "text", "label": "X"}]},
		{"name": "y", "kind": "text", "label": "Y", "required": true, "when": "answered(\"item.g.x\")"}]}`)))
	if err != nil {
		t.Fatal(err)
	}
	answers := Answers{"r": []any{map[string]any{"druh": "a", "g": map[string]any{"x": "1"}, "y": "ano"}, map[string]any{"druh": "b"}, map[string]any{"druh": "a"}}}
	if ev := f.Evaluate(answers, onDay("2026-11-22")); !ev.Valid() {
		t.Errorf("%v", ev.Findings())
	}
}
