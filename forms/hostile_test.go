package forms

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestHostileInputGivesFindings(t *testing.T) {
	t.Parallel()
	f := formOf(t, "kaceni-drevin")
	setting := onDay("2026-11-22")
	p := f.ParsePage("misto", post("obec.name", strings.Repeat("ž", 5_000_000), "popis_mista", strings.Repeat("x", 10_000_000)), nil, setting)
	got := messagesAt(p.Findings)
	if got["obec.name"] == "" || got["popis_mista"] == "" {
		t.Errorf("ten megabytes gave %v", got)
	}
	if data, err := p.Answers.Canonical(); err != nil || len(data) > 100_000 || !utf8.Valid(data) {
		t.Errorf("%d bytes kept, %v", len(data), err)
	}
	// The person is told how much was kept, not that she wrote just so much.
	for path, kept := range map[string]int{"obec.name": len([]rune(p.Answers.Get("obec.name").(string))), "popis_mista": len(p.Answers.Get("popis_mista").(string))} {
		if kept == 0 || !strings.Contains(got[path], strconv.Itoa(kept)) || !strings.Contains(got[path], "jen začátek") {
			t.Errorf("%s: %d characters kept, said %q", path, kept, got[path])
		}
	}
	values := url.Values{}
	for i := range 200_000 {
		values["stromy."+strconv.Itoa(i)+".druh"] = []string{"smrk"}
	}
	p = f.ParsePage("stromy", values, Answers{"co": []any{"stromy"}}, setting)
	if messagesAt(p.Findings)["stromy"] == "" || len(p.Answers["stromy"].([]any)) > 101 {
		t.Errorf("200,000 trees were taken")
	}
	for _, name := range []string{"stromy.-1.druh", "stromy.01.druh", "stromy.99999999999999999999.druh", "stromy.0", "stromy", "stromy.0.druh.x.y", "stromy..druh", "."} {
		p := f.ParsePage("stromy", post(name, "x"), Answers{"co": []any{"stromy"}}, setting)
		if list, _ := p.Answers["stromy"].([]any); len(list) > 1 {
			t.Errorf("%q made %v", name, list)
		}
	}
	wrong := Answers{"stromy": "text", "obec": []any{int64(1)}, "co": "stromy", "zadatel": int64(3), "kere": map[string]any{}, "nakres": "x", "hrozi": "možná", "duvod": []any{}, "pravda": "ano", "kdo": int64(1), "vlastnici": []any{"x", nil}}
	if ev := f.Evaluate(wrong, setting); ev.Valid() {
		t.Error("answers of wrong types are valid")
	} else {
		ev.Summary()
		ev.Result()
		ev.Place()
		ev.Applicant()
		for _, page := range f.Pages {
			ev.Page(page.Code, ViewExtras{})
		}
		f.Diff(wrong, f.Examples[1].Answers, CS)
	}
}

// Every form takes every naughty string without harm, each on one of its pages in turn.
func TestNaughtyStrings(t *testing.T) {
	t.Parallel()
	strs := []string{"<script>alert(1)</script>", "'; DROP TABLE users; --", "\u202eobrácený", "null", "-1/0", "Ω≈ç√∫˜µ≤≥÷", "𝕿𝖍𝖊", "%s%n", "1e309", "０１２", "a\x00b", "\xff\xfe"}
	if data := os.Getenv("EPOM_REAL_DATA"); data != "" {
		text, err := os.ReadFile(filepath.Join(data, "strings", "blns.json"))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &strs); err != nil {
			t.Fatal(err)
		}
	} else {
		t.Log("EPOM_REAL_DATA is not set: own strings only, 1 set of outside data left out")
	}
	setting := onDay("2026-11-22")
	for _, f := range catalogueOf(t).All() {
		t.Run(f.Code, func(t *testing.T) {
			t.Parallel()
			for i, s := range strs {
				page := f.Pages[i%len(f.Pages)]
				values := url.Values{}
				for _, n := range inputs(page.Fields, "") {
					values.Set(n, s)
				}
				p := f.ParsePage(page.Code, values, f.Examples[0].Answers, setting)
				stable(t, s, p.Answers)
				if q := f.ParsePage(page.Code, values, p.Answers, setting); !reflect.DeepEqual(q.Answers, p.Answers) {
					t.Fatalf("%s: posting %q twice gives another answer:\n%v\n%v", page.Code, s, p.Answers, q.Answers)
				}
			}
		})
	}
}

// stable checks that answers are the same after a way through JSON.
func stable(t *testing.T, what string, a Answers) {
	t.Helper()
	data, err := a.Canonical()
	if err != nil {
		t.Fatalf("%q: %v", what, err)
	}
	var again Answers
	if err := json.Unmarshal(data, &again); err != nil || !reflect.DeepEqual(again, a) {
		t.Fatalf("answers to %q change on their way through JSON:\n%v\n%v", what, a, again)
	}
	if twice, err := again.Canonical(); err != nil || string(twice) != string(data) {
		t.Fatalf("answers to %q are not canonical", what)
	}
}

// inputs are the names of all inputs of fields, one item of each repeat.
func inputs(fields []*Field, prefix string) []string {
	var names []string
	for _, f := range fields {
		path := prefix + f.Name
		if f.Kind == "repeat" {
			path += ".0"
		}
		if len(f.c.parts) == 0 {
			names = append(names, path)
			continue
		}
		names = append(names, inputs(f.c.parts, path+".")...)
	}
	return names
}
