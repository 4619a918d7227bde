package forms

import (
	"encoding/json"
	"net/url"
	"testing"
)

// FuzzParsePage: whatever a browser or an attacker sends to any page, the engine answers, answers stay stable JSON and every view can be made.
func FuzzParsePage(f *testing.F) {
	f.Add(uint8(2), uint8(3), "stromy.0.druh=smrk&stromy.0.pocet=2&_add=stromy", `{"co":["stromy"]}`)
	f.Add(uint8(0), uint8(1), "zadatel.adresa.adm=12&zadatel.adresa.text=Hejnice&_find=zadatel.adresa", `{}`)
	f.Add(uint8(5), uint8(0), "_remove=psi.0", `{"psi":[{"cip":1},null,"x"]}`)
	f.Fuzz(func(t *testing.T, form, page uint8, query, before string) {
		all := catalogueOf(t).All()
		def := all[int(form)%len(all)]
		code := def.Pages[int(page)%len(def.Pages)].Code
		values, _ := url.ParseQuery(query)
		var answers Answers
		if json.Unmarshal([]byte(before), &answers) != nil {
			answers = nil
		}
		setting := onDay("2026-11-22")
		setting.Gazetteer = places{}
		p := def.ParsePage(code, values, answers, setting)
		data, err := p.Answers.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		var again Answers
		if err := json.Unmarshal(data, &again); err != nil {
			t.Fatal(err)
		}
		ev := def.Evaluate(again, setting)
		ev.Summary()
		ev.Result()
		ev.Place()
		ev.Applicant()
		def.Diff(answers, again, UK)
		for _, code := range stepCodes(ev.Journey()) {
			ev.Page(code, ViewExtras{Findings: p.Findings, Choices: p.Choices})
		}
	})
}

// FuzzParseDefinition: a definition either has problems or works; nothing panics or hangs.
func FuzzParseDefinition(f *testing.F) {
	if data, err := definitions.ReadFile("definitions/hlaseni-zavady.json"); err == nil {
		f.Add(data)
	}
	f.Add([]byte(definition(`{"name": "a", "kind": "text", "label": "A"}, {"name": "b", "kind": "number", "label": "B", "when": "a matches \"x\"", "checks": [{"test": "b > 3", "message": "M"}]}`)))
	f.Add([]byte(definition(`{"name": "r", "kind": "repeat", "label": "R", "min": 2, "fields": [{"name": "a", "kind": "date", "label": "A", "max": "today+3m", "required": "index > 0"}]}, {"name": "c", "kind": "computed", "label": "C", "result": "number", "expr": "len(r)"}`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		form, err := Parse(data)
		if err != nil {
			return
		}
		setting := onDay("2026-11-22")
		for _, answers := range []Answers{nil, {"a": "x", "r": []any{map[string]any{"a": "2026-01-01"}}}} {
			ev := form.Evaluate(answers, setting)
			ev.Summary()
			ev.Result()
			for _, code := range stepCodes(ev.Journey()) {
				ev.Page(code, ViewExtras{Findings: ev.Findings()})
				form.ParsePage(code, url.Values{"a": {"x"}, "r.0.a": {"1. 1. 2026"}}, answers, setting)
			}
		}
	})
}
