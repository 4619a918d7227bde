package exchange

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"testing"

	"epom/forms"
)

// Small forms of our own, one of each system with all that matters in it.
const (
	ownSchema = `{"schema":{"title":"Zkouška","allOf":[{"type":"object","properties":{"osoba":{"type":"object","title":"Kdo","baOrder":1,"baUiSchema":{},
		"properties":{"typ":{"type":"string","title":"Jste","enum":["fo","Právnická osoba"],"baOrder":1,"baUiSchema":{"ui:widget":"RadioGroup","ui:options":{"enumMetadata":[{"value":"fo","label":"Člověk"}]}}},
		"souhlas":{"type":"boolean","const":true,"title":"Souhlas","baOrder":9,"baUiSchema":{"ui:widget":"Checkbox","ui:options":{"checkboxLabel":"Souhlasím"}}},
		"psi":{"type":"array","minItems":1,"title":"Psi","baOrder":3,"baUiSchema":{"ui:options":{"itemTitle":"Pes č. {index}","addButtonLabel":"Další pes"}},"items":{"type":"object",
			"properties":{"jmeno":{"type":"string","title":"Jméno","baUiSchema":{}},"stari":{"type":"integer","minimum":0,"title":"Stáří","baUiSchema":{}}},"required":["jmeno"],
			"allOf":[{"if":{"properties":{"stari":{"minimum":10}},"required":["stari"]},"then":{"properties":{"zdravi":{"type":"string","title":"Zdraví","baUiSchema":{}}},"required":["zdravi"]}}]}}},
		"required":["typ","souhlas","psi"],
		"allOf":[{"if":{"properties":{"typ":{"const":"Právnická osoba"}},"required":["typ"]},"then":{"properties":{"ico":{"type":"string","title":"IČO","format":"ba-ico","baOrder":2,"baUiSchema":{}}},"required":["ico"]},
			"else":{"properties":{"narozeni":{"type":"string","format":"date","title":"Narození","baOrder":2,"baUiSchema":{}}}}}]}}}]}}`
	ownComponents = `{"components":[{"type":"radio","key":"druh","label":"Druh","validate":{"required":true},"values":[{"value":"a","label":"A"},{"value":"b","label":"B"}]},
		{"type":"textfield","key":"jen_a","label":"Jen A","validate":{"required":true,"maxLength":10,"pattern":"[a-z]+"},"conditional":{"show":true,"when":"druh","eq":"a"}},
		{"type":"selectboxes","key":"co","label":"Co","values":[{"value":"x","label":"X"},{"value":"y","label":"Y"}]},
		{"type":"fieldset","key":"f","label":"Skupina","components":[{"type":"number","key":"n","label":"N","validate":{"min":1,"max":5}},{"type":"content","key":"c","html":"<p>text</p>"}]},
		{"type":"editgrid","key":"g","label":"Blok","components":[{"type":"checkbox","key":"ano","label":"Ano"},{"type":"date","key":"kdy","label":"Kdy","conditional":{"show":true,"when":"g.ano","eq":true}}]}]}`
	ownSteps = `{"name":"Kroky","steps":[{"uuid":"1","name":"První","configuration":{"components":[{"type":"number","key":"n","label":"N"},{"type":"textfield","key":"t","label":"T","hidden":true},{"type":"date","key":"d","label":"D"}]}},
		{"uuid":"2","name":"Druhý","configuration":{"components":[{"type":"textfield","key":"u","label":"U"}]}}],"logic":[
		{"json_logic_trigger":{"and":[{">":[{"var":"n"},3]},{"!=":[{"var":"n"},7]}]},"actions":[{"component":"t","action":{"type":"property","property":{"value":"hidden"},"state":false}},{"form_step_uuid":"2","action":{"type":"step-not-applicable"}}]},
		{"json_logic_trigger":{"<":[{"date":{"var":"d"}},{"-":[{"today":[]},{"rdelta":[18]}]}]},"actions":[{"form_step_uuid":"1","action":{"type":"disable-next"}},{"component":"u","action":{"type":"property","property":{"value":"validate.required"},"state":true}}]}]}`
	ownPages = `{"startPage":"/a","name":"Stránky","sections":[{"name":"s","title":"Oddíl"}],"lists":[{"name":"l","items":[{"text":"Jedna","value":1},{"text":"Dvě","value":2}]}],
		"conditions":[{"name":"ano","value":{"conditions":[{"field":{"name":"s.y"},"operator":"is","value":{"type":"Value","value":"true"}},{"coordinator":"or","field":{"name":"k"},"operator":"is","value":{"value":"2"}}]}},{"name":"vic","value":"s.k > 1 and not (s.y == false)"}],
		"pages":[{"path":"/a","title":"A","section":"s","components":[{"type":"YesNoField","name":"y","title":"Y"},{"type":"SelectField","name":"k","title":"K","list":"l"},{"type":"Html","name":"h","content":"<p>Text</p>"}],"next":[{"path":"/b","condition":"ano"},{"path":"/c"}]},
		{"path":"/b","title":"B","controller":"RepeatingFieldPageController","components":[{"type":"MultiInputField","name":"m","title":"M","children":[{"type":"TextField","name":"t","title":"T","schema":{"max":5}},{"type":"FreeTextField","name":"w","title":"W","options":{"maxWords":"2","required":false}}]}],"next":[{"path":"/c","condition":"vic"}]},
		{"path":"/c","title":"C","components":[{"type":"UkAddressField","name":"adr","title":"Adresa"},{"type":"FileUploadField","name":"f","title":"F","options":{"required":false}}],"next":[{"path":"/summary"}]},{"path":"/summary","controller":"./pages/summary.js","title":"S","components":[]}]}`
	ownCode = "Zkouška\n=======\n\n# Osoba\nJméno * = ___[50]\n<< Jak se jmenujete >>\nVěk = 0..120\nDatum * = YYYY.MM.DD (today..+2 weeks)\nDoprava * =\n    (x) Pěšky\n    ( ) Autem (10.00 CHF)\n        SPZ * = ___\nZájmy =\n    [ ] Hudba\n        Nástroj = ...[3]\n    [ ] Jiné\n# ...\nPříloha = *.pdf|*.docx (multiple)\nWeb = https://\nE-mail * = @@@\n"
)

func fuzz(f *testing.F, system string, seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) { imports(t, system, data) })
}

// imports proves what holds of every file: a plain error, or sound forms whose definitions survive writing and are always the same.
func imports(t *testing.T, system string, data []byte) {
	t.Helper()
	list, err := Import(system, "soubor", data)
	var e *Error
	if err != nil {
		if !errors.As(err, &e) || e.Reason == "" {
			t.Fatalf("no plain error: %v", err)
		}
		return
	}
	again, err := Import(system, "soubor", data)
	if err != nil || len(again) != len(list) {
		t.Fatalf("imported once, not twice: %v", err)
	}
	for i, im := range list {
		if !bytes.Equal(im.JSON, again[i].JSON) {
			t.Fatalf("two imports differ:\n%s\n%s", im.JSON, again[i].JSON)
		}
		if im.Carried > im.Fields+im.Conditions {
			t.Errorf("%d carried of %d and %d", im.Carried, im.Fields, im.Conditions)
		}
		if bytes.Contains(bytes.ToLower(im.JSON), []byte("<script")) {
			t.Error("a script came through")
		}
		roundTrip(t, im)
		ev := im.Form.Evaluate(nil, setting)
		ev.Summary()
		for _, s := range ev.Journey().Steps {
			ev.Page(s.Code, forms.ViewExtras{Findings: ev.Findings()})
		}
		if answers, _, err := im.Answers(data, upload); err == nil {
			im.Form.Evaluate(answers, setting)
		}
	}
}

func FuzzBratislava(f *testing.F) { fuzz(f, Bratislava, ownSchema) }
func FuzzOpenForms(f *testing.F)  { fuzz(f, OpenForms, ownComponents, ownSteps) }
func FuzzGovUK(f *testing.F)      { fuzz(f, GovUK, ownPages) }
func FuzzFormcode(f *testing.F)   { fuzz(f, Formcode, ownCode) }

// Whatever stands where something else should, the import goes on or says why not.
func TestWrongTypesEverywhere(t *testing.T) {
	t.Parallel()
	wrong := []any{nil, true, -1.5, "x<b>y", []any{}, map[string]any{}, []any{[]any{nil}}, map[string]any{"type": []any{1}, "$ref": 1, "const": map[string]any{}}, "12345678901234567890", ""}
	for _, s := range [][2]string{{Bratislava, ownSchema}, {OpenForms, ownComponents}, {OpenForms, ownSteps}, {GovUK, ownPages}} {
		t.Run(s[0], func(t *testing.T) {
			t.Parallel()
			var doc any
			if err := json.Unmarshal([]byte(s[1]), &doc); err != nil {
				t.Fatal(err)
			}
			n := 0
			var walk func(v any, set func(any))
			walk = func(v any, set func(any)) {
				n++
				for i := range 3 {
					set(wrong[(n+i*3)%len(wrong)])
					data, err := json.Marshal(doc)
					if err != nil {
						t.Fatal(err)
					}
					imports(t, s[0], data)
				}
				set(v)
				switch v := v.(type) {
				case map[string]any:
					for _, k := range slices.Sorted(maps.Keys(v)) {
						walk(v[k], func(x any) { v[k] = x })
					}
				case []any:
					for i := range v {
						walk(v[i], func(x any) { v[i] = x })
					}
				}
			}
			walk(doc, func(x any) { doc = x })
		})
	}
}
