package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFormsAsText(t *testing.T) {
	t.Parallel()
	run := func(cmd interface{ Run(*App) error }) (string, error) {
		var out bytes.Buffer
		err := cmd.Run(&App{Out: &out})
		return out.String(), err
	}
	text, err := run(FormsTextCmd{File: "../../forms/definitions/stiznost.json"})
	if err != nil || !strings.HasPrefix(text, "formulář stiznost, verze 1, zveřejněn 2026-11-01\n") {
		t.Fatalf("%v\n%s", err, text)
	}
	file := filepath.Join(t.TempDir(), "stiznost.formular")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := run(FormsCheckCmd{Files: []string{file}}); err != nil || out != "" {
		t.Errorf("check of a text: %v %s", err, out)
	}
	if again, err := run(FormsTextCmd{File: file}); err != nil || again != text {
		t.Errorf("the text came back otherwise: %v", err)
	}
	var json bytes.Buffer
	if err := (FormsTextCmd{File: file}).Run(&App{Out: &json, JSON: true}); err != nil || !strings.HasPrefix(json.String(), "{") {
		t.Errorf("as JSON: %v %.40s", err, json.String())
	}
	if err := os.WriteFile(file, []byte("formulář x, verze 1\n# bez\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := run(FormsCheckCmd{Files: []string{file}}); !errors.Is(err, errNo) || !strings.Contains(out, "řádek 2, znak 1: ") {
		t.Errorf("a faulty text: %v %s", err, out)
	}
}
