package ofn

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text   string
		code         string
		line, column int
	}{
		{"nothing", "", "empty", 1, 1},
		{"blank", " \n ", "empty", 2, 2},
		{"only a mark", "\ufeff", "empty", 1, 1},
		{"web page", "<!DOCTYPE html><html>", "html", 1, 1},
		{"web page after blanks", "\n <html>", "html", 1, 1},
		{"xml", "<?xml version=\"1.0\"?><a/>", "xml", 1, 1},
		{"utf-16", "\xff\xfe{\x00", "utf16", 1, 1},
		{"tab in a text", "{\n \"čáp\": \"ž\tx\"}", "control", 2, 11},
		{"newline in a text", "{\"a\": \"x\ny\"}", "control", 1, 9},
		{"control in an escaped text", "{\"a\": \"\\n\x01\"}", "control", 1, 10},
		{"bad byte", "{\"a\": \"x\xff\"}", "utf8", 1, 9},
		{"bad byte outside", "{\xff}", "utf8", 1, 2},
		{"cut in a text", "{\"a\": \"x", "truncated", 1, 9},
		{"cut in a list", "[1, 2", "truncated", 1, 6},
		{"cut after a comma", "[1,", "truncated", 1, 4},
		{"cut after a name", "{\"a\"", "truncated", 1, 5},
		{"cut word", "[tru", "truncated", 1, 5},
		{"more behind", "{} {}", "trailing", 1, 4},
		{"comma too many", "[1,\n2,\n]", "surplus", 2, 2},
		{"comma too many in a whole", `{"a":1,}`, "surplus", 1, 7},
		{"no comma", `[1 2]`, "comma", 1, 4},
		{"no colon", `{"a" 1}`, "colon", 1, 6},
		{"bare name", `{a: 1}`, "key", 1, 2},
		{"single quotes", `{'a': 1}`, "key", 1, 2},
		{"word", `[NaN]`, "value", 1, 2},
		{"number", `[-]`, "number", 1, 2},
		{"leading zero", `[01]`, "comma", 1, 3},
		{"dot", `[1.]`, "number", 1, 2},
		{"twice", "{\"a\": 1,\n\"a\": 2}", "duplicate", 2, 1},
		{"twice by escape", `{"a": 1, "\u0061": 2}`, "duplicate", 1, 10},
		{"nul", `["x\u0000"]`, "nul", 1, 4},
		{"half a character", `["\ud800x"]`, "surrogate", 1, 3},
		{"two halves of different ones", `["\ud800\u0041"]`, "surrogate", 1, 3},
		{"escape", `["\q"]`, "escape", 1, 4},
		{"hexadecimal", `["\u00g0"]`, "escape", 1, 7},
		{"deep", strings.Repeat("[", 65), "deep", 1, 65},
		{"a list", `[]`, "object", 1, 1},
		{"a text", `"deska"`, "object", 1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse(strings.NewReader(c.text), 0)
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("no error of reading: %v", err)
			}
			if e.Code != c.code || e.Line != c.line || e.Column != c.column {
				t.Errorf("%s at %d:%d, want %s at %d:%d", e.Code, e.Line, e.Column, c.code, c.line, c.column)
			}
			if e.Reason == "" || e.English == "" || strings.Contains(e.Reason+e.English, "%!") || strings.Contains(e.Reason, "%s") {
				t.Errorf("sentences: %q, %q", e.Reason, e.English)
			}
		})
	}
}

func TestParseLimits(t *testing.T) {
	t.Parallel()
	text := slurpFile(t, "testdata/full.jsonld")
	if _, err := Parse(bytes.NewReader(text), int64(len(text))); err != nil {
		t.Errorf("a text as long as the limit: %v", err)
	}
	_, err := Parse(bytes.NewReader(text), int64(len(text)-1))
	var e *Error
	if !errors.As(err, &e) || e.Code != "large" {
		t.Errorf("a longer text: %v", err)
	}
	many := "[" + strings.Repeat("0,", maxValues) + "0]"
	if _, err := Parse(strings.NewReader(many), 0); !errors.As(err, &e) || e.Code != "many" {
		t.Errorf("too many values: %v", err)
	}
}

func TestParseFull(t *testing.T) {
	t.Parallel()
	text := slurpFile(t, "testdata/full.jsonld")
	b, err := Parse(bytes.NewReader(append([]byte(bom), text...)), 0)
	if err != nil {
		t.Fatal(err)
	}
	if faults := Validate(text); faults != nil {
		t.Fatal(faults)
	}
	if b.IRI != "https://data.horka.example/zdroj/úřední-deska" || b.Operator.ICO != "00263184" || b.Place.Address.House != 12 || b.Place.Building.Plain != "čp. 12" {
		t.Errorf("head: %+v", b)
	}
	if got := string(b.Extra["poznámka"]); got != `{"vnitřní":[1,2.50,true,null,"<b>"]}` {
		t.Errorf("kept: %s", got)
	}
	if len(b.Notices) != 2 {
		t.Fatalf("%d notices", len(b.Notices))
	}
	n := b.Notices[1]
	if n.Reference != "HO/17/2026" || n.FileMark != "S 3/2026" || n.Revision != "2" || !n.RelevantTo.Unspecified || n.Posted.DateTime != "2026-01-20T08:00:00+01:00" {
		t.Errorf("notice: %+v", n)
	}
	if n.Agendas[0].Name.Best() != "územní plán" || string(n.Agendas[0].Extra["kód"]) != `"A1"` || string(n.Extra["odbor"]) != `"VD"` {
		t.Errorf("agendas and own attributes: %+v", n)
	}
	d := n.Documents[0]
	if MediaOf(d.MediaType) != "application/pdf" || d.Authors[0].Last.Best() != "Malá" || d.Terms.Work == nil || *d.Terms.Work {
		t.Errorf("document: %+v", d)
	}
	if n.Subjects[0].Places[0].Building.Text.Best() != "Hasičárna" || n.Subjects[1].Name.Best() != "Acme" {
		t.Errorf("subjects: %+v", n.Subjects)
	}
	for _, i := range b.Notices {
		if f := ValidateNotice(&i); f != nil {
			t.Error(f)
		}
	}
}

func TestParseMendsAddresses(t *testing.T) {
	t.Parallel()
	b, err := Parse(strings.NewReader(`{"typ":"Úřední deska","stránka":"https://x.example/?a=1&amp;amp;b=2","informace":[
 {"typ":["x"],"název":{"cs":"A &amp; B"},"url":"https://x.example/?c=1&amp;d=2","dokument":[{"url":"https://x.example/&amp;"}]}, 7]}`), 0)
	if err != nil {
		t.Fatal(err)
	}
	n := b.Notices[0]
	if b.Page != "https://x.example/?a=1&b=2" || n.URL != "https://x.example/?c=1&d=2" || n.Documents[0].URL != "https://x.example/&" {
		t.Errorf("%q %q %q", b.Page, n.URL, n.Documents[0].URL)
	}
	if n.Name.Best() != "A &amp; B" {
		t.Errorf("a name is no address: %q", n.Name.Best())
	}
	if len(b.Notes) != 4 || b.Notes[1].Path != "/informace/0/url" || b.Notes[1].Line != 2 || b.Notes[1].Notice != 0 || b.Notes[3].Notice != 1 {
		t.Errorf("notes: %+v", b.Notes)
	}
}

func TestValidateTells(t *testing.T) {
	t.Parallel()
	good := string(slurpFile(t, "testdata/full.jsonld"))
	for _, c := range []struct{ from, to, path, text string }{
		{`"stránka": "https://www.horka.example/deska?druh=vše&řadit=datum",`, ``, "", "Chybí povinný údaj „stránka“."},
		{`"datum": "2026-01-20"`, `"datum": "2026-02-30"`, "/informace/0/vyvěšení/datum", "Hodnota „2026-02-30“ není datum RRRR-MM-DD."},
		{`"datum": "2026-01-20"`, `"datum": "2026-01-20", "nespecifikovaný": true`, "/informace/0/vyvěšení", "Zde má být okamžik: právě jedno z datum, datum_a_čas, nespecifikovaný."},
		{`"ičo": "00263184", "název"`, `"ičo": "263184", "název"`, "/provozovatel/ičo", "Hodnota „263184“ nemá předepsaný tvar ^[0-9]{8}$."},
		{`"číslo_jednací": "HO/17/2026"`, `"číslo_jednací": 17`, "/informace/1/číslo_jednací", "Zde má být text, je zde číslo."},
		{`"typ": "Úřední deska"`, `"typ": "Deska"`, "/typ", "Zde má být „Úřední deska“ (samo, nebo v seznamu textů)."},
		{`["Digitální objekt", "Informace na úřední desce"],`, `["Digitální objekt"],`, "/informace/0/typ", "Seznam neobsahuje povinnou položku „Informace na úřední desce“."},
		{`"typ_čísla_domovního": "č.p."`, `"typ_čísla_domovního": "čp"`, "/umístění/adresa/typ_čísla_domovního", "Hodnota „čp“ není mezi povolenými: [č.p. č.ev.]."},
	} {
		text := strings.Replace(good, c.from, c.to, 1)
		if text == good {
			t.Fatalf("%s is not in the fixture", c.from)
		}
		faults := Validate([]byte(text))
		if len(faults) == 0 || faults[0].Path != c.path || faults[0].Text != c.text || faults[0].Line == 0 {
			t.Errorf("%s: %+v", c.to, faults)
		}
	}
	if f := Validate([]byte("{\n \"a\": \"\t\"}")); len(f) != 1 || f[0].Line != 2 || f[0].Column != 8 {
		t.Errorf("unreadable: %+v", f)
	}
	bad := Notice{Posted: Unspecified()}
	if f := ValidateNotice(&bad); len(f) != 3 || f[0].Line != 0 || f[0].Notice != -1 {
		t.Errorf("an empty notice: %+v", f)
	}
}
