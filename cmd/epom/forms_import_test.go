package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"epom/forms"
	"epom/forms/exchange"
	"epom/routing"
	"epom/submissions"
)

const importedSchema = `{"schema":{"title":"Pes","type":"object","properties":{"pes":{"type":"object","title":"Pes","baUiSchema":{},"required":["jmeno"],
	"properties":{"jmeno":{"type":"string","title":"Jméno","baUiSchema":{}},"strach":{"type":"boolean","enum":[true,false],"title":"Bojí se?","baUiSchema":{}}},
	"if":{"properties":{"strach":{"const":true}},"required":["strach"]},"then":{"properties":{"ceho":{"type":"string","format":"cizi","title":"Čeho?","baUiSchema":{}}}}}}}}`

func TestFormsImport(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		check(t, os.MkdirAll(filepath.Dir(path), 0o755))
		check(t, os.WriteFile(path, []byte(text), 0o644))
		return path
	}
	good, bad, out := write("pes.json", importedSchema), write("zly.json", "{\n  \"schema\": [1,"), filepath.Join(dir, "hotove")
	write("export/formDefinitions.json", `[{"url":"u","name":"Krok","configuration":{"components":[{"type":"textfield","key":"a","label":"A"}]}}]`)
	write("export/formSteps.json", `[{"uuid":"1","form_definition":"u"}]`)
	write("export/forms.json", `[{"slug":"balik","name":"Balík"}]`)
	code, text, errs := epom(t, "", "forms", "import", "--from", "bratislava", "--out", out, good, bad, good)
	if code != 1 || !strings.Contains(errs, bad+": řádek 2, sloupec 16") {
		t.Errorf("exit %d, %s", code, errs)
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) != 3 {
		t.Fatalf("%d lines for three files:\n%s", len(lines), text)
	}
	var line struct {
		File, Form, Error           string
		Fields, Conditions, Carried int
		Dropped                     []exchange.Note
	}
	check(t, json.Unmarshal([]byte(lines[0]), &line))
	if line.File != good || line.Form != "pes" || line.Fields != 3 || line.Conditions != 1 || line.Carried != 4 || len(line.Dropped) != 1 {
		t.Errorf("%s", lines[0])
	}
	if n := line.Dropped[0]; n.Kind != "check" || n.Line != 3 || !strings.HasSuffix(n.Path, "/ceho/format") {
		t.Errorf("%+v", n)
	}
	for _, name := range []string{"pes.json", "pes-2.json"} {
		data, err := os.ReadFile(filepath.Join(out, name))
		check(t, err)
		if _, err := forms.Parse(data); err != nil {
			t.Error(err)
		}
	}
	if code, text, errs = epom(t, "", "forms", "check", filepath.Join(out, "pes.json")); code != 0 {
		t.Errorf("exit %d: %s%s", code, text, errs)
	}
	for _, c := range []struct {
		args  string
		code  int
		words string
	}{
		{"forms import --from openforms " + filepath.Join(dir, "export"), 0, `"form":"balik","fields":1`},
		{"forms import --from govuk " + filepath.Join(dir, "export"), 1, "je adresář"},
		{"forms import --from govuk " + good, 1, "chybí seznam stránek"},
		{"forms import --from formcode " + filepath.Join(dir, "neni.form"), 1, "neni.form"},
		{"forms import --from jiny " + good, 2, "--from"},
		{"forms import --from govuk", 2, "file"},
		{"forms import --into " + good, 2, "--from"},
		{"forms import " + good, 1, "není balíček formulářů"},
	} {
		code, out, errs := epom(t, "", strings.Fields(c.args)...)
		if code != c.code || !strings.Contains(out+errs, c.words) {
			t.Errorf("%s: exit %d, want %d and %q\n%s%s", c.args, code, c.code, c.words, out, errs)
		}
	}
}

// Forms of another city come out on paper, empty and filled.
func TestImportedFormsOnPaper(t *testing.T) {
	t.Parallel()
	files := map[string][]byte{"pes.json": []byte(importedSchema)}
	if data := os.Getenv("EPOM_REAL_DATA"); data == "" {
		t.Log("EPOM_REAL_DATA is not set: own form only, 1 set of outside forms left out")
	} else {
		names, err := filepath.Glob(filepath.Join(data, "forms", "bratislava-jsonschema", "*.json"))
		check(t, err)
		if len(names) == 0 {
			t.Fatal("the folder of real forms is empty")
		}
		for _, name := range names {
			files[name], err = os.ReadFile(name)
			check(t, err)
		}
	}
	set := forms.Setting{Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}
	office := &routing.Decision{Office: &routing.Card{Slug: "hejnice", Name: "Městský úřad Hejnice"}}
	for name, data := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			list, err := exchange.Import(exchange.Bratislava, name, data)
			if err != nil || len(list) != 1 {
				t.Fatal(len(list), err)
			}
			paper, err := submissions.BlankPaper(list[0].Form, "cs")
			check(t, err)
			if !bytes.HasPrefix(paper, []byte("%PDF-")) || len(paper) < 5000 {
				t.Errorf("empty paper of %d bytes", len(paper))
			}
			answers := exampleOf(t, list[0], name)
			for _, p := range list[0].Form.Pages {
				for _, f := range p.Fields {
					if f.Kind == "text" && f.Pattern == "" && answers[f.Name] == nil {
						answers[f.Name] = "odpověď"
					}
				}
			}
			filled, err := submissions.FilledPaper(list[0].Form, answers, office, set)
			check(t, err)
			if !bytes.HasPrefix(filled, []byte("%PDF-")) || len(filled) < 5000 {
				t.Errorf("filled paper of %d bytes", len(filled))
			}
		})
	}
}

// exampleOf are the answers of the filled example of a form, none when the folder has no example of it.
func exampleOf(t testing.TB, im *exchange.Imported, form string) forms.Answers {
	t.Helper()
	plain := func(path string) string {
		name, _, _ := strings.Cut(filepath.Base(path), ".")
		return strings.ToLower(strings.ReplaceAll(strings.TrimSuffix(name, "Example"), "-", ""))
	}
	names, err := filepath.Glob(filepath.Join(filepath.Dir(form), "..", "bratislava-examples-xml", "*.xml"))
	check(t, err)
	for _, name := range names {
		if plain(name) != plain(form) {
			continue
		}
		data, err := os.ReadFile(name)
		check(t, err)
		var example struct{ Json string }
		check(t, xml.Unmarshal(data, &example))
		answers, _, err := im.Answers([]byte(example.Json), func(id string) forms.FileRef {
			return forms.FileRef{ID: id, Name: "priloha.jpg", Size: 1, Type: "image/jpeg"}
		})
		check(t, err)
		if ev := im.Form.Evaluate(answers, forms.Setting{Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}); !ev.Valid() {
			t.Errorf("the example is not valid: %v", ev.Findings())
		}
		return answers
	}
	return forms.Answers{}
}
