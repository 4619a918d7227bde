package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"epom/internal/testdb"
	"epom/routing"
)

// epom runs the program on a database and answers the exit code and both outputs.
func epom(t *testing.T, url string, args ...string) (code int, out, errOut string) {
	t.Helper()
	t.Setenv("EPOM_DATABASE_URL", url)
	t.Setenv("EPOM_DATA_DIR", t.TempDir())
	var o, e bytes.Buffer
	code = run(args, &o, &e)
	return code, o.String(), e.String()
}

func TestRouteCommand(t *testing.T) {
	d := testdb.New(t)
	check(t, routing.SeedDemo(t.Context(), testdb.Owner(t, d)))
	url := d.DSN()
	for _, c := range []struct {
		args  string
		code  int
		words string // of either output
	}{
		{"route --agenda kaceni-drevin --municipality 564044", 0, "Městský úřad Hejnice (Hejnice, 564044)"},
		{"route --agenda kaceni-drevin --address 900000001", 0, "Řídí se to předpisem"},
		{"route --agenda kaceni-drevin --address 900000001 --municipality 564044", 1, "leží v obci"},
		{"route --level orp --municipality 564044", 0, "Městský úřad Frýdlant (Frýdlant, 564028)"},
		{"route --agenda zadost-o-informace --level kraj --municipality 564044", 0, "Krajský úřad Libereckého kraje"},
		{"route --agenda uzavirka --road motorway --municipality 564044", 1, "Ministerstvo dopravy"},
		{"route --agenda uzavirka --road 3 --municipality 564044", 0, "Městský úřad Frýdlant"},
		{"route --agenda neznama --municipality 564044", 1, "neznáme"},
		{"route --agenda neznama --all", 1, "neznáme"},
		{"route --agenda kaceni-drevin --municipality 999999", 1, "neznáme"},
		{"route --agenda kaceni-drevin", 2, "--municipality"},
		{"route --municipality 564044", 2, "--agenda"},
		{"route --agenda kaceni-drevin --all --municipality 564044", 2, "--all"},
		{"route --agenda kaceni-drevin --municipality x", 2, "municipality"},
		{"route --level okres --municipality 564044", 2, "level"},
		{"route --agenda kaceni-drevin --municipality 564044 --on 2026-13-01", 2, "--on"},
		{"route --agenda oznameni-prestupku --municipality 546631 --on 2023-12-31", 0, "Obecní úřad Bílý Potok"},
		{"route --agenda oznameni-prestupku --municipality 546631 --on 2026-11-22", 0, "VS 7/2024"},
	} {
		code, out, errOut := epom(t, url, strings.Fields(c.args)...)
		if code != c.code || !strings.Contains(out+errOut, c.words) {
			t.Errorf("%s: exit %d, want %d and %q\n%s%s", c.args, code, c.code, c.words, out, errOut)
		}
	}
	code, out, _ := epom(t, url, "route", "--agenda", "rybarsky-listek", "--all")
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if code != 0 || err != nil || len(rows) != 216 || strings.Join(rows[0], ",") != "municipality,level,office_code,office_name" {
		t.Fatalf("%d rows, exit %d, %v", len(rows), code, err)
	}
	for _, r := range rows[1:] {
		if r[0] == "564044" && strings.Join(r, ",") != "564044,orp,564028,Frýdlant" {
			t.Errorf("%v", r)
		}
	}
	_, out, _ = epom(t, url, "--json", "route", "--agenda", "kaceni-drevin", "--municipality", "564044")
	var d2 routing.Decision
	if err := json.Unmarshal([]byte(out), &d2); err != nil || d2.Office.Slug != "hejnice" || len(d2.Reasons) < 4 {
		t.Errorf("%v: %s", err, out)
	}
}

func TestTerritoryAndOfficeCommands(t *testing.T) {
	d := testdb.New(t)
	check(t, routing.Seed(t.Context(), testdb.Owner(t, d)))
	url := d.DSN()
	const list = "../../tests/fixtures/territory/20210101_country.csv"
	if code, out, errOut := epom(t, url, "territory", "import", list); code != 0 || !strings.Contains(out, "obce: přibylo 21") {
		t.Errorf("exit %d\n%s%s", code, out, errOut)
	}
	if code, out, _ := epom(t, url, "territory", "import", list); code != 0 || !strings.Contains(out, "Nic se nezměnilo") {
		t.Errorf("again: exit %d\n%s", code, out)
	}
	half := filepath.Join(t.TempDir(), "20260101_country.csv")
	raw, err := os.ReadFile(list)
	check(t, err)
	check(t, os.WriteFile(half, raw[:len(raw)/2], 0o600))
	if code, _, errOut := epom(t, url, "territory", "import", half); code != 1 || !strings.Contains(errOut, "20260101_country.csv, řádek") || strings.Contains(errOut, "invalid:") {
		t.Errorf("half a file: exit %d\n%s", code, errOut)
	}
	if code, _, _ := epom(t, url, "territory", "import"); code != 2 {
		t.Errorf("without files: exit %d", code)
	}
	add := []string{"office", "add", "praha", "--name", "Magistrát hlavního města Prahy", "--seat", "Praha", "--municipality", "554782", "--category", "63/1"}
	if code, _, errOut := epom(t, url, add...); code != 0 {
		t.Error(errOut)
	}
	if code, _, errOut := epom(t, url, add...); code != 1 || !strings.Contains(errOut, "už tu je") {
		t.Errorf("twice: exit %d %s", code, errOut)
	}
	if code, _, _ := epom(t, url, append(add, "--participates")...); code != 2 {
		t.Errorf("without an abbreviation: exit %d", code)
	}
	if _, out, _ := epom(t, url, "office", "list"); !strings.Contains(out, "Magistrát hlavního města Prahy") {
		t.Error(out)
	}
	if code, out, _ := epom(t, url, "office", "show", "praha"); code != 0 || !strings.Contains(out, "§ 63/1") {
		t.Error(out)
	}
	if code, _, _ := epom(t, url, "office", "show", "nikde"); code != 1 {
		t.Errorf("an unknown office: exit %d", code)
	}
}
