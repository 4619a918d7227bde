package notation_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"epom/forms"
	"epom/forms/exchange"
	"epom/forms/notation"
)

// asJSON is a definition in the one form that two equal ones share.
func asJSON(t interface{ Fatal(...any) }, d *forms.Definition) string {
	b, err := json.MarshalIndent(d, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// there writes a definition, reads it back and writes it again: nothing is lost, and the text is always the same.
func there(t interface {
	Fatal(...any)
	Fatalf(string, ...any)
}, d *forms.Definition) string {
	text := notation.Write(d)
	back, err := notation.Read(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if diff := cmp.Diff(asJSON(t, d), asJSON(t, back)); diff != "" {
		t.Fatalf("lost on the way (-before +after):\n%s\n%s", diff, text)
	}
	if again := notation.Write(back); again != text {
		t.Fatalf("the text differs the second time:\n%s", cmp.Diff(text, again))
	}
	return text
}

func TestOwnForms(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../definitions/*.json")
	if err != nil || len(files) < 14 {
		t.Fatalf("%d definitions (%v)", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var d forms.Definition
		if err := json.Unmarshal(data, &d); err != nil {
			t.Fatal(file, err)
		}
		text := there(t, &d)
		if !notation.Is(text) || notation.Is(string(data)) {
			t.Errorf("%s: the notation is not told from JSON", file)
		}
		back, err := notation.Read(text)
		if err != nil {
			t.Fatal(err)
		}
		if problems := forms.Check([]byte(asJSON(t, back))); len(problems) > 0 {
			t.Errorf("%s read back: %v", file, problems)
		}
	}
}

// A form as a clerk types it in a hurry: small letters, no diacritics, a continued text.
func TestTyped(t *testing.T) {
	t.Parallel()
	d, err := notation.Read(strings.Join([]string{
		"\ufeffformular hlaseni-zavady, VERZE 1\r", "nazev: Hlášení závady", "  en: Report a fault", "popis: Nesvítí lampa?", "  | ", "  | Napište nám.", "hleda se: lampa, díra, \"a, b\"",
		"agenda: hlaseni-zavady", "prislusnost: place-of-event", "misto je v: misto", `vec: "Závada – " + misto.text`, "", "# misto: Kde to je", "misto (adresa)*: Místo závady",
		"  napoveda: Stačí ulice.", "druh (vyber): Co se rozbilo", "  - lampa: Osvětlení", "    en: Lamp", "  - cesta: Chodník", "popis (dlouhy text): Popište", "  povinne, kdyz: druh == \"cesta\"",
		"  nejvice znaku: 300", "  kontrola: len(popis) > 3", "    rika: Napište víc.", "    vaha: varovani", "osoby (opakovani): Svědci", "  nejvice: 3", "  svedek (text) *: Kdo",
	}, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	f := d.Pages[0].Fields
	if d.Code != "hlaseni-zavady" || d.Title.EN != "Report a fault" || d.Summary.CS != "Nesvítí lampa?\n\nNapište nám." || len(d.Keywords.CS) != 3 || d.Keywords.CS[2] != "a, b" ||
		d.Subject != `"Závada – " + misto.text` || len(f) != 4 || f[0].Kind != "address" || !f[0].Required.Always || f[1].Options[0].Label.EN != "Lamp" ||
		f[2].Required.Expr != `druh == "cesta"` || f[2].MaxLength != 300 || f[2].Checks[0].Weight != forms.Warning || f[3].Kind != "repeat" || f[3].Max != 3.0 || !f[3].Fields[0].Required.Always {
		t.Errorf("read as %s", asJSON(t, d))
	}
	there(t, d)
}

// Each fault is named with its line and column, all of them in one run.
func TestFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want []notation.Fault // message: a part of it
	}{
		"empty":         {"\n \n", []notation.Fault{{1, 1, "prázdný"}}},
		"no heading":    {"Název: x", []notation.Fault{{1, 1, "První řádek"}}},
		"unknown lines": {"formulář a, verze 1\nBarva: modrá\n# s: S\n  Otázka\nco to\nx (text): X\n  Barva: m", []notation.Fault{{2, 1, "nerozumím"}, {4, 3, "Pod názvem stránky"}, {5, 1, "Otázka se píše"}, {7, 3, "Otázka se píše"}}},
		"indent":        {"formulář a, verze 1\n   en: x\n    en: y\n\tx", []notation.Fault{{2, 1, "násobek"}, {3, 5, "víc, než kam"}, {4, 1, "tabulátor"}}},
		"values":        {"formulář a, verze 1\n# s: S\nx (text): X\n  Řádků: pět\n  Citlivé: snad\n  Nápověda: \"a\n  Proč: a\n  Proč: b\n  Bez: a,,b", []notation.Fault{{4, 3, "celé číslo"}, {5, 3, "„ano“"}, {6, 3, "uvozovk"}, {8, 3, "podruhé"}, {9, 3, "čárky"}}},
		"example":       {"formulář a, verze 1\nPříklad: p\n  Odpovědi: {\n    | \"a\": 1", []notation.Fault{{3, 3, "JSON"}}},
		"bar":           {"formulář a, verze 1\n| x", []notation.Fault{{2, 1, "svislítku"}}},
		"encoding":      {"formulář a, verze 1\nN\xe1zev: x", []notation.Fault{{2, 1, "UTF-8"}}},
	} {
		_, err := notation.Read(c.text)
		var e *notation.Error
		if !errors.As(err, &e) || len(e.Faults) != len(c.want) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for i, w := range c.want {
			if g := e.Faults[i]; g.Line != w.Line || g.Column != w.Column || !strings.Contains(g.Message, w.Message) {
				t.Errorf("%s: %v, want %v", name, g, w)
			}
		}
	}
}

// Hostile sizes end at once with a sentence.
func TestLimits(t *testing.T) {
	t.Parallel()
	var deep strings.Builder
	for i := range 40 {
		deep.WriteString(strings.Repeat("  ", i) + "x (skupina): X\n")
	}
	for name, text := range map[string]string{"deep": "formulář a, verze 1\n# s: S\n" + deep.String(), "long": "formulář a, verze 1\n" + strings.Repeat("x", 5_000_000), "lines": strings.Repeat("\n", 300_000)} {
		if _, err := notation.Read(text); err == nil || len(err.Error()) > 20_000 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Any definition there is comes back as it was.
func TestAnyDefinition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) { there(rt, definition(rt)) })
}

func TestImportedForms(t *testing.T) {
	data := os.Getenv("EPOM_REAL_DATA")
	if data == "" {
		t.Log("without EPOM_REAL_DATA the forms of other systems are left out")
		return
	}
	files, err := filepath.Glob(filepath.Join(data, "forms", "*", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	more, _ := filepath.Glob(filepath.Join(data, "forms", "*", "*", "*.json"))
	read := 0
	for _, file := range append(files, more...) {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, from := range []string{exchange.Bratislava, exchange.OpenForms, exchange.GovUK} {
			list, err := exchange.Import(from, filepath.Base(file), b)
			if err != nil {
				continue
			}
			for _, im := range list {
				there(t, &im.Form.Definition)
				read++
			}
		}
	}
	if read < 30 {
		t.Errorf("only %d forms of other systems were tried", read)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("formulář a, verze 1\nNázev: A\n  en: B\nPotřebujete: x\nParametr p (částka): P\n\n# s: S\nJen když: a > 1\nx (opakování) *: X\n  Nejméně: 1\n  y (výběr): Y\n    - a: A\n\nPříklad: p\n  Odpovědi: {}")
	f.Add("formulář \"\\u0020\", verze 1\n# \"a b\": \"\\t\"\nx (text): \"a\" + b\n  | \"")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := notation.Read(text)
		if err != nil {
			return
		}
		if b, err := json.Marshal(d); err != nil || len(b) > 40*len(text)+10_000 {
			t.Fatalf("%d bytes of %d (%v)", len(b), len(text), err)
		}
		there(t, d)
	})
}
