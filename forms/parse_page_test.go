package forms

import (
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"epom/internal/fold"
)

// post makes form values of pairs.
func post(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

func messagesAt(findings []Finding) map[string]string {
	m := map[string]string{}
	for _, f := range findings {
		if f.Weight == Error && m[f.Path] == "" {
			m[f.Path] = f.Message
		}
	}
	return m
}

func tree(i int) []string {
	at := "stromy." + strconv.Itoa(i)
	return []string{at + ".druh", "smrk", at + ".pocet", "2", at + ".obvod", "120", at + ".parcela.area", "Hejnice", at + ".parcela.number", "123/4"}
}

func TestParseNormalisesWhatWasTyped(t *testing.T) {
	t.Parallel()
	f := formOf(t, "kaceni-drevin")
	p := f.ParsePage("zadatel", post("kdo", "fo", "zadatel.jmeno", "  Jana\u00a0 ", "zadatel.prijmeni", "Nova\u0301kova\u0301\x00\u202e", "zadatel.narozeni", "24. 3. 1980",
		"zadatel.adresa.street", "Klášterní", "zadatel.adresa.number", "88", "zadatel.adresa.zip", "463 62", "zadatel.adresa.municipality.name", "Hejnice"), nil, onDay("2026-11-22"))
	if !p.Valid() {
		t.Fatal(p.Findings)
	}
	want := Answers{"kdo": "fo", "zadatel": map[string]any{"jmeno": "Jana", "prijmeni": "Nováková", "narozeni": "1980-03-24",
		"adresa": map[string]any{"text": "Klášterní 88, 463 62 Hejnice", "street": "Klášterní", "number": "88", "zip": "46362", "municipality": map[string]any{"name": "Hejnice"}}}}
	if !reflect.DeepEqual(p.Answers, want) {
		t.Errorf("answers\n%v, want\n%v", p.Answers, want)
	}
}

func TestParseKeepsWrongValuesAndNamesThem(t *testing.T) {
	t.Parallel()
	f := formOf(t, "kaceni-drevin")
	setting := onDay("2026-11-22")
	p := f.ParsePage("stromy", post("stromy.0.druh", "", "stromy.0.pocet", "dva", "stromy.0.obvod", "12,5", "stromy.0.parcela.area", "Hejnice", "stromy.0.parcela.number", "u lesa"), Answers{"co": []any{"stromy"}}, setting)
	got := messagesAt(p.Findings)
	for path, part := range map[string]string{"stromy.0.druh": "Druh stromu", "stromy.0.pocet": "Zadejte číslo", "stromy.0.obvod": "celé číslo", "stromy.0.parcela.number": "123/4"} {
		if !strings.Contains(got[path], part) {
			t.Errorf("%s: %q does not speak of %q", path, got[path], part)
		}
	}
	if len(got) != 4 {
		t.Errorf("findings %v, want four", got)
	}
	view, ok := f.Evaluate(p.Answers, setting).Page("stromy", ViewExtras{Findings: p.Findings})
	if !ok {
		t.Fatal("the page is hidden")
	}
	typed := map[string]string{}
	collect(view.Fields, func(fv FieldView) { typed[fv.Path] = fv.Value })
	if typed["stromy.0.pocet"] != "dva" || typed["stromy.0.obvod"] != "12,5" || typed["stromy.0.parcela.number"] != "u lesa" {
		t.Errorf("typed values are lost: %v", typed)
	}
	label := ""
	for _, finding := range p.Findings {
		if finding.Path == "stromy.0.pocet" {
			label = finding.Label
		}
	}
	if label != "1. strom – Počet" {
		t.Errorf("label %q", label)
	}
}

func collect(fields []FieldView, each func(FieldView)) {
	for _, f := range fields {
		each(f)
		collect(f.Parts, each)
		for _, item := range f.Items {
			collect(item.Fields, each)
		}
	}
}

func TestRepeatAddsAndRemovesWithoutJavaScript(t *testing.T) {
	t.Parallel()
	f := formOf(t, "kaceni-drevin")
	start := Answers{"co": []any{"stromy"}}
	setting := onDay("2026-11-22")
	count := func(a Answers) int { list, _ := a["stromy"].([]any); return len(list) }

	p := f.ParsePage("stromy", post(append(tree(0), "_add", "stromy")...), start, setting)
	if p.Act != (Act{"add", "stromy"}) || count(p.Answers) != 2 {
		t.Fatalf("add gave %v %v", p.Act, p.Answers["stromy"])
	}
	p = f.ParsePage("stromy", post(append(append(tree(0), tree(1)...), "_remove", "stromy.0", "stromy.1.druh", "")...), p.Answers, setting)
	if count(p.Answers) != 1 {
		t.Fatalf("remove left %v", p.Answers["stromy"])
	}
	// an item left empty is forgotten when going on, but the only needed one is asked for
	p = f.ParsePage("stromy", post(append(tree(0), "stromy.1.druh", "", "stromy.2.druh", " ")...), start, setting)
	if count(p.Answers) != 1 || !p.Valid() {
		t.Errorf("empty items: %v %v", p.Answers["stromy"], p.Findings)
	}
	p = f.ParsePage("stromy", post("stromy.0.druh", ""), start, setting)
	if count(p.Answers) != 0 || len(messagesAt(p.Findings)) != 5 {
		t.Errorf("one empty tree gave %v", messagesAt(p.Findings))
	}
	// numbers with gaps keep their order
	p = f.ParsePage("stromy", post(append(tree(7), append(tree(3), "stromy.3.druh", "x")...)...), start, setting)
	if count(p.Answers) != 2 || !p.Valid() {
		t.Errorf("gaps: %v %v", p.Answers["stromy"], p.Findings)
	}
	// over the limit
	var many []string
	for i := range 150 {
		many = append(many, tree(i)...)
	}
	p = f.ParsePage("stromy", post(many...), start, setting)
	if !strings.Contains(messagesAt(p.Findings)["stromy"], "100") {
		t.Errorf("150 trees gave %v", messagesAt(p.Findings))
	}
}

func TestHiddenAnswersAreKeptButDoNotCount(t *testing.T) {
	t.Parallel()
	f := formOf(t, "kaceni-drevin")
	setting := onDay("2026-11-22")
	answers := f.Examples[0].Answers.With("obdobi", "jindy").With("obdobi_duvod", "Hrozí pád.")
	p := f.ParsePage("duvod", post("duvod", "Stromy usychají.", "obdobi", "klid"), answers, setting)
	if p.Answers["obdobi_duvod"] != nil {
		t.Errorf("a field that was on the page and came back empty kept %v", p.Answers["obdobi_duvod"])
	}
	answers = f.Examples[0].Answers.With("obdobi_duvod", "Hrozí pád.")
	p = f.ParsePage("duvod", post("duvod", "Stromy usychají.", "obdobi", "klid"), answers, setting)
	if p.Answers["obdobi_duvod"] != "Hrozí pád." {
		t.Errorf("an answer that was hidden is lost: %v", p.Answers["obdobi_duvod"])
	}
	ev := f.Evaluate(p.Answers, setting)
	if !ev.Valid() || ev.Result()["obdobi_duvod"] != nil {
		t.Errorf("the hidden answer counts: %v", ev.Result())
	}
	if _, ok := ev.Result()["nevim"]; ok || ev.Result()["stromu"] != int64(3) {
		t.Errorf("result %v", ev.Result())
	}
	// a page that became hidden in another tab keeps what it had
	hidden := f.Examples[0].Answers.With("co", []any{"kere"})
	if p := f.ParsePage("stromy", url.Values{}, hidden, setting); p.Answers["stromy"] == nil {
		t.Error("posting a hidden page wiped its answers")
	}
}

// Without JavaScript a field may appear only after the page was sent: the person is told why, not scolded.
func TestFieldThatJustAppearedIsExplained(t *testing.T) {
	t.Parallel()
	f := formOf(t, "kaceni-drevin")
	p := f.ParsePage("duvod", post("duvod", "Stromy usychají.", "obdobi", "jindy"), nil, onDay("2026-11-22"))
	if got := messagesAt(p.Findings)["obdobi_duvod"]; !strings.Contains(got, "ještě ptáme") {
		t.Errorf("first time: %q", got)
	}
	p = f.ParsePage("duvod", post("duvod", "Stromy usychají.", "obdobi", "jindy", "obdobi_duvod", ""), p.Answers, onDay("2026-11-22"))
	if got := messagesAt(p.Findings)["obdobi_duvod"]; !strings.Contains(got, "Vyplňte pole") {
		t.Errorf("second time: %q", got)
	}
	p = f.ParsePage("zadatel", post("kdo", "fo"), nil, onDay("2026-11-22"))
	if got := messagesAt(p.Findings)["zadatel.jmeno"]; !strings.Contains(got, "ještě ptáme") {
		t.Errorf("part of a person: %q", got)
	}
}

type places struct{}

func (places) Address(adm int64) (Address, bool) {
	return Address{Adm: adm, Street: "Klášterní", Number: "88", Zip: "46362", Municipality: Municipality{Code: 564044, Name: "Hejnice"}}, adm == 1001
}

func (places) Municipality(code int64) (Municipality, bool) {
	return Municipality{Code: code, Name: "Hejnice"}, code == 564044 || code == 580228
}

func (places) MunicipalitiesNamed(name string) []Municipality {
	switch fold.Text(name) {
	case "hejnice":
		return []Municipality{{564044, "Hejnice", "Liberec"}, {580228, "Hejnice", "Ústí nad Orlicí"}}
	case "bily potok":
		return []Municipality{{Code: 563919, Name: "Bílý Potok"}}
	}
	return nil
}

func TestMunicipalityIsRecognised(t *testing.T) {
	t.Parallel()
	f := formOf(t, "kaceni-drevin")
	setting := onDay("2026-11-22")
	setting.Gazetteer = places{}
	rest := []string{"popis_mista", "Zahrada"}
	parse := func(a Answers, pairs ...string) Parsed {
		return f.ParsePage("misto", post(append(pairs, rest...)...), a, setting)
	}

	p := parse(nil, "obec.name", "bily potok")
	if !p.Valid() || p.Answers.Get("obec.code") != int64(563919) || p.Answers.Get("obec.name") != "Bílý Potok" {
		t.Errorf("one municipality of the name: %v %v", p.Answers, p.Findings)
	}
	p = parse(nil, "obec.name", "Hejnice")
	if p.Valid() || len(p.Choices["obec"]) != 2 || p.Choices["obec"][1].Label.CS != "Hejnice (Ústí nad Orlicí)" {
		t.Errorf("namesakes: %v %v", p.Choices, p.Findings)
	}
	view, _ := f.Evaluate(p.Answers, setting).Page("misto", ViewExtras{Findings: p.Findings, Choices: p.Choices})
	if len(view.Fields[0].Choices) != 2 || view.Fields[0].Error == "" {
		t.Errorf("view offers %v with error %q", view.Fields[0].Choices, view.Fields[0].Error)
	}
	p = parse(p.Answers, "obec.name", "Hejnice", "obec.code", "580228")
	if !p.Valid() || p.Answers.Get("obec.code") != int64(580228) {
		t.Errorf("picked namesake: %v %v", p.Answers, p.Findings)
	}
	if q := parse(p.Answers, "obec.name", "Hejnice", "obec.code", "580228"); !reflect.DeepEqual(q.Answers, p.Answers) {
		t.Errorf("posting the same again changed %v to %v", p.Answers, q.Answers)
	}
	for _, typed := range []string{"hejnice", "hejni"} {
		if q := parse(p.Answers, "obec.name", typed, "obec.code", "580228"); !reflect.DeepEqual(q.Answers, p.Answers) {
			t.Errorf("picking the same again by %q changed %v to %v", typed, p.Answers, q.Answers)
		}
	}
	p = parse(p.Answers, "obec.name", "Nikdekov", "obec.code", "580228")
	if p.Valid() || p.Answers.Get("obec.code") != nil || !strings.Contains(messagesAt(p.Findings)["obec"], "Nikdekov") {
		t.Errorf("unknown name kept the code: %v %v", p.Answers, p.Findings)
	}
}

func TestAddressIsPickedOrTyped(t *testing.T) {
	t.Parallel()
	f := formOf(t, "poplatek-ze-psa")
	setting := onDay("2026-11-22")
	setting.Gazetteer = places{}
	rest := []string{"kdo", "fo", "zadatel.jmeno", "Jana", "zadatel.prijmeni", "Vzorová", "zadatel.narozeni", "24.3.1980"}
	parse := func(a Answers, pairs ...string) Parsed {
		return f.ParsePage("zadatel", post(append(pairs, rest...)...), a, setting)
	}
	at := func(p Parsed, part string) any { return p.Answers.Get("zadatel.adresa." + part) }

	p := parse(nil, "zadatel.adresa.text", "hejnice klast", "_find", "zadatel.adresa")
	if p.Act != (Act{"find", "zadatel.adresa"}) || at(p, "text") != "hejnice klast" {
		t.Fatalf("find: %v %v", p.Act, p.Answers)
	}
	p = parse(p.Answers, "zadatel.adresa.text", "hejnice klast", "zadatel.adresa.adm", "1001")
	if !p.Valid() || at(p, "text") != "Klášterní 88, 463 62 Hejnice" || at(p, "municipality.code") != int64(564044) {
		t.Fatalf("picked: %v %v", p.Answers, p.Findings)
	}
	picked := p.Answers
	if q := parse(picked, "zadatel.adresa.text", "Klášterní 88, 463 62 Hejnice", "zadatel.adresa.adm", "1001"); !reflect.DeepEqual(q.Answers, picked) {
		t.Errorf("the same again changed it to %v", q.Answers)
	}
	ev := f.Evaluate(picked, setting)
	if place, ok := ev.Place(); !ok || place.Adm != 1001 || place.Municipality.Code != 564044 || place.Key != "residence" {
		t.Errorf("place %+v", place)
	}
	if a := ev.Applicant(); a.Name() != "Jana Vzorová" || a.Born != "1980-03-24" || a.Address.Zip != "46362" {
		t.Errorf("applicant %+v", a)
	}
	// the same page sent twice by a double click
	again := []string{"zadatel.adresa.text", "hejnice klast", "zadatel.adresa.adm", "1001", "zadatel.adresa.street", "", "zadatel.adresa.number", "", "zadatel.adresa.zip", "", "zadatel.adresa.municipality.name", ""}
	if q := parse(picked, again...); !reflect.DeepEqual(q.Answers, picked) {
		t.Errorf("sent twice it became %v", q.Answers)
	}
	hand := []string{"zadatel.adresa.text", "", "zadatel.adresa.street", "Lesní", "zadatel.adresa.number", "5", "zadatel.adresa.zip", "46362", "zadatel.adresa.municipality.name", "Bílý Potok"}
	if one := parse(nil, hand...); !one.Valid() || !reflect.DeepEqual(parse(one.Answers, hand...).Answers, one.Answers) {
		t.Errorf("typed by hand and sent twice: %v", one.Answers)
	}
	shown := []string{"zadatel.adresa.street", "Klášterní", "zadatel.adresa.number", "88", "zadatel.adresa.zip", "463 62", "zadatel.adresa.municipality.name", "Hejnice", "zadatel.adresa.municipality.code", "564044"}
	if q := parse(picked, append(shown, "zadatel.adresa.adm", "1001", "zadatel.adresa.text", "Liberec")...); q.Valid() || q.Answers.Get("zadatel.adresa.street") != nil {
		t.Errorf("another text over a picked address: %v", q.Answers)
	}
	if q := parse(picked, append(shown, "zadatel.adresa.adm", "1001", "zadatel.adresa.text", "Klášterní 88, 463 62 Hejnice")...); !reflect.DeepEqual(q.Answers, picked) {
		t.Errorf("the whole page as shown: %v", q.Answers)
	}
	// the number changed by hand: no longer that point
	p = parse(picked, "zadatel.adresa.adm", "1001", "zadatel.adresa.text", "Klášterní 88, 463 62 Hejnice", "zadatel.adresa.street", "Klášterní", "zadatel.adresa.number", "90",
		"zadatel.adresa.zip", "46362", "zadatel.adresa.municipality.name", "Hejnice", "zadatel.adresa.municipality.code", "564044")
	if !p.Valid() || at(p, "adm") != nil || at(p, "text") != "Klášterní 90, 463 62 Hejnice" {
		t.Errorf("by hand: %v %v", p.Answers, p.Findings)
	}
	// a new text to search for
	p = parse(picked, "zadatel.adresa.adm", "1001", "zadatel.adresa.text", "Liberec")
	if at(p, "adm") != nil || at(p, "street") != nil || p.Valid() {
		t.Errorf("new search: %v", p.Answers)
	}
	if p := parse(nil, "zadatel.adresa.adm", "77"); p.Valid() {
		t.Errorf("an unknown point was taken: %v", p.Answers)
	}
}

func TestFilesAreAttachedAndRemoved(t *testing.T) {
	t.Parallel()
	f := formOf(t, "kaceni-drevin")
	setting := onDay("2026-11-22")
	a := Answers{}
	for i, name := range []string{"nacrt.pdf", "virus.exe", "prazdny.pdf"} {
		var ok bool
		if a, ok = f.Attach(a, "nakres", FileRef{ID: strconv.Itoa(i), Name: name, Size: int64(100 * (2 - i)), Type: "application/pdf"}); !ok {
			t.Fatal("not attached")
		}
	}
	if _, ok := f.Attach(a, "duvod", FileRef{}); ok {
		t.Error("a file went into a text")
	}
	p := f.ParsePage("prilohy", post("nakres", "ignored"), a, setting)
	got := ""
	for _, finding := range p.Findings {
		got += finding.Message
	}
	if !strings.Contains(got, "virus.exe") || !strings.Contains(got, "prazdny.pdf") {
		t.Errorf("findings %v", p.Findings)
	}
	p = f.ParsePage("prilohy", post("_remove", "nakres.1"), p.Answers, setting)
	if files := filesOf(p.Answers["nakres"]); len(files) != 2 || files[1].Name != "prazdny.pdf" {
		t.Errorf("after removal %v", files)
	}
	full := a
	for range 10 {
		full, _ = f.Attach(full, "nakres", FileRef{ID: "x", Name: "x.pdf", Size: 1})
	}
	if n := len(filesOf(full["nakres"])); n != 5 {
		t.Errorf("%d files fit into a field for five", n)
	}
}
