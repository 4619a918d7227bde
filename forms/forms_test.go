package forms

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var loaded = sync.OnceValues(Load)

func catalogueOf(tb testing.TB) *Catalogue {
	tb.Helper()
	c, err := loaded()
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func formOf(tb testing.TB, code string) *Form {
	tb.Helper()
	f, ok := catalogueOf(tb).Latest(code)
	if !ok {
		tb.Fatalf("form %s is not offered", code)
	}
	return f
}

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func onDay(s string) Setting { return Setting{Today: day(s), Lang: CS} }

func TestFourteenFormsAreOffered(t *testing.T) {
	t.Parallel()
	for _, code := range strings.Fields(`poplatek-ze-psa poplatek-za-odpad kaceni-drevin oznameni-kaceni zvlastni-uzivani-mistni-komunikace cislo-popisne
		zadost-o-informace stiznost petice hlaseni-zavady oznameni-shromazdeni zadost-o-dotaci rybarsky-listek obecne-podani`) {
		f := formOf(t, code)
		if f.Agenda != code {
			t.Errorf("%s belongs to agenda %s", code, f.Agenda)
		}
		if found := catalogueOf(t).ByAgenda(f.Agenda); len(found) != 1 || found[0] != f {
			t.Errorf("agenda %s offers %v", f.Agenda, found)
		}
		if len(f.Examples) < 3 {
			t.Errorf("%s has only %d examples", code, len(f.Examples))
		}
		for _, p := range f.CheckExamples() {
			t.Errorf("%s %s", code, p)
		}
	}
}

// Every text that citizens see is there in all three languages.
func TestFormsAreTranslated(t *testing.T) {
	t.Parallel()
	for _, f := range catalogueOf(t).All() {
		data, err := json.Marshal(f.Definition)
		if err != nil {
			t.Fatal(err)
		}
		var doc any
		if err := json.Unmarshal(data, &doc); err != nil {
			t.Fatal(err)
		}
		untranslated(t, f.Code, doc)
	}
	for key, text := range messages {
		if text.CS == "" || text.EN == "" || text.UK == "" {
			t.Errorf("message %s lacks a language", key)
		}
	}
}

var textProperties = []string{"title", "summary", "intro", "label", "help", "why", "text", "message", "patternMessage", "unit", "itemLabel", "addLabel"}

func untranslated(t *testing.T, at string, node any) {
	switch n := node.(type) {
	case map[string]any:
		for k, v := range n {
			if k == "examples" {
				continue
			}
			if s, ok := v.(string); ok && slices.Contains(textProperties, k) {
				t.Errorf("%s.%s is only Czech: %q", at, k, s)
			}
			untranslated(t, at+"."+k, v)
		}
		if cs, ok := n["cs"].(string); ok && (n["en"] == nil || n["uk"] == nil) {
			t.Errorf("%s lacks a language: %q", at, cs)
		}
	case []any:
		for _, v := range n {
			untranslated(t, at, v)
		}
	}
}

// A definition read and written again is the same form.
func TestDefinitionSurvivesRoundTrip(t *testing.T) {
	t.Parallel()
	for _, f := range catalogueOf(t).All() {
		first, err := json.Marshal(f.Definition)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse(first)
		if err != nil {
			t.Fatalf("%s: %v", f.Code, err)
		}
		second, err := json.Marshal(again.Definition)
		if err != nil {
			t.Fatal(err)
		}
		if string(first) != string(second) {
			t.Errorf("%s changed on its way through JSON", f.Code)
		}
	}
}
