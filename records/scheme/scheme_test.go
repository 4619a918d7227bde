package scheme_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"epom/internal/clock"
	"epom/internal/errs"
	"epom/offices"
	"epom/records/scheme"
)

var office = &offices.Office{ID: 1, Slug: "hejnice", Name: "Městský úřad Hejnice", ICO: "00262781", Street: "Jizerská 165", Zip: "46362", Town: "Hejnice"}

// What is wrong with a plan is said with the line of the file.
func TestFaultsNameTheirLine(t *testing.T) {
	t.Parallel()
	const head = "znak;nadřazená;název;skartační znak;lhůta\n"
	for name, c := range map[string]struct{ text, want string }{
		"circle":          {head + "1;2;Jedna;;\n2;1;Dva;;\n", "dokola"},
		"itself":          {head + "1;1;Jedna;A;5\n", "dokola: 1 → 1"},
		"twice":           {head + "1;;Jedna;A;5\n1;;Zase jedna;S;5\n", "Řádek 3: spisový znak 1 už má řádek 2"},
		"no parent":       {head + "1;;Jedna;A;5\n2.1;2;Dvě jedna;S;5\n", "Řádek 3: nadřazená skupina 2 skupiny 2.1 v plánu není"},
		"foreign parent":  {head + "1;;Jedna;;\n2.1;1;Dvě jedna;S;5\n", "Řádek 3: znak 2.1 nezačíná znakem nadřazené skupiny 1"},
		"no name":         {head + "1;;;A;5\n", "Řádek 2: skupina 1 nemá název"},
		"no code":         {head + ";;Jedna;A;5\n", "Řádek 2: skupina „Jedna“ nemá spisový znak"},
		"wrong sign":      {head + "1;;Jedna;B;5\n", "Řádek 2: skartační znak skupiny 1 je \"B\""},
		"wrong years":     {head + "1;;Jedna;A;pět\n", "Řádek 2: skartační lhůta \"pět\""},
		"too many years":  {head + "1;;Jedna;A;1000\n", "Řádek 2: skartační lhůta \"1000\""},
		"sign alone":      {head + "1;;Jedna;A;\n", "Řádek 2: skupina 1 má znak A a chybí jí lhůta"},
		"years alone":     {head + "1;;Jedna;;5\n", "Řádek 2: skupina 1 má lhůtu a chybí jí znak"},
		"no rule at all":  {head + "1;;Jedna;;\n", "žádná skupina plánu"},
		"quotes":          {head + "1;;\"Jedna;A;5\n", "uvozovky"},
		"no head":         {"1;2;3\n", "Řádek 1: první řádek tabulky musí pojmenovat sloupce"},
		"empty":           {" \n", "soubor je prázdný"},
		"not XML":         {"<SpisovyPlan", "soubor není správně zapsané XML"},
		"other XML":       {"<a/>", "kořenem souboru má být SpisovyPlan"},
		"not JSON":        {"[{", "není platný JSON"},
		"bad rule in one": {"znak;název;skart.\n1;Jedna;X5\n", "Řádek 2: skartační režim"},
	} {
		_, err := scheme.Read("plan.csv", strings.NewReader(c.text))
		said := ""
		for _, f := range errs.FieldsOf(err) {
			said += f.Message + "\n"
		}
		if !errs.Is(err, errs.Invalid) || !strings.Contains(strings.ToLower(said), strings.ToLower(c.want)) {
			t.Errorf("%s: %v says %q, wanted %q", name, err, said, c.want)
		}
	}
}

// A plan without named parents finds them by the codes; what is missing between is filled in with a note.
func TestParentsByCodes(t *testing.T) {
	t.Parallel()
	p, err := scheme.Read("plan.md", strings.NewReader("# Plán\n\n| znak | heslo | skart. |\n|---|---|---|\n| 10 | Deset | S/5 |\n| 9.1 | Devět jedna | A 10 |\n| 9 | Devět | |\n| 11.1.2 | Hluboko | V/10 (pozn. 1) |\n"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, g := range p.Groups {
		got = append(got, g.Code+"<"+g.Parent+" "+g.Simple+" "+g.Sign+strconv.Itoa(g.Years))
	}
	want := []string{"9< 9 0", "9.1<9 1 A10", "10< 10 S5", "11< 11 0", "11.1<11 1 0", "11.1.2<11.1 2 V10"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q\nwanted %q", got, want)
	}
	if len(p.Notes) != 2 {
		t.Errorf("notes %q", p.Notes)
	}
	latin, err := scheme.Read("starý.csv", strings.NewReader("znak;n\xe1zev;skart.\n1;P\xf8\xedli\x9a;S/5\n")) // Windows-1250
	if err != nil || latin.Groups[0].Name != "Příliš" {
		t.Errorf("older encoding: %v", err)
	}
}

func TestStarter(t *testing.T) {
	t.Parallel()
	p := scheme.Starter()
	leaves := map[string]bool{}
	for _, g := range p.Groups {
		if g.Sign != "" {
			leaves[g.Code] = true
			if g.Justification == "" || g.Sign == "V" {
				t.Errorf("class %s lacks its reason or has the sign V", g.Code)
			}
		}
	}
	if len(leaves) < 60 || len(p.Notes) != 0 {
		t.Errorf("%d leaves, notes %q", len(leaves), p.Notes)
	}
	f, err := os.Open("../../routing/agendas.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{"": true, "skartacni-rizeni": true} // all others, and what the room itself opens
	for _, r := range rows[1:] {
		known[r[0]] = true
	}
	agendas := scheme.StarterAgendas()
	for agenda, code := range agendas {
		if !known[agenda] || !leaves[code] {
			t.Errorf("agenda %q → %q", agenda, code)
		}
	}
	if agendas[""] == "" {
		t.Error("no class for all other agendas")
	}
}

// plans draws a plan in order.
func plans(t *rapid.T) *scheme.Plan {
	p := &scheme.Plan{Name: "Plán", Separator: rapid.SampledFrom([]string{".", "-", "/", "–"}).Draw(t, "separator"), Source: "zkouška",
		From: time.Date(2026, 1, 1, 0, 0, 0, 0, clock.Prague)}
	text := rapid.StringMatching(`[A-Za-zÁ-ž][A-Za-zÁ-ž0-9;"',. ]{0,20}[a-z]`)
	var grow func(parent string, depth int)
	grow = func(parent string, depth int) {
		for i := range rapid.IntRange(1, 3).Draw(t, "classes") {
			code := strconv.Itoa(i + 1)
			if parent != "" {
				code = parent + p.Separator + code
			}
			g := scheme.Group{Code: code, Parent: parent, HasParent: true, Name: text.Draw(t, "name"), Note: rapid.SampledFrom([]string{"", "pozn. 1"}).Draw(t, "note"),
				Keeping: rapid.SampledFrom([]string{"", "Priorace", "SbernyArch"}).Draw(t, "keeping"), Standing: rapid.Bool().Draw(t, "standing")}
			divided := depth < 3 && rapid.Bool().Draw(t, "divided")
			if !divided {
				g.Sign, g.Years = rapid.SampledFrom([]string{"A", "S", "V"}).Draw(t, "sign"), rapid.IntRange(0, 999).Draw(t, "years")
				g.Trigger, g.CheckYears = rapid.SampledFrom(scheme.Triggers).Draw(t, "trigger"), rapid.IntRange(0, 9).Draw(t, "check")
				g.Justification = text.Draw(t, "why")
			}
			p.Groups = append(p.Groups, g)
			if divided {
				grow(code, depth+1)
			}
		}
	}
	grow("", 0)
	return p
}

// Any plan comes back from both files as it went in.
func TestPlansComeBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := plans(t)
		if bad := p.Arrange(); bad != nil {
			t.Fatalf("a plan in order: %v", bad)
		}
		for _, kind := range []string{"csv", "xml"} {
			var b bytes.Buffer
			write := func() error { return scheme.WriteCSV(&b, p) }
			if kind == "xml" {
				write = func() error { return scheme.WriteXML(&b, p, office, 7) }
			}
			if err := write(); err != nil {
				t.Fatal(err)
			}
			got, err := scheme.Read("plan."+kind, bytes.NewReader(b.Bytes()))
			if err != nil {
				t.Fatalf("%s: %v\n%s", kind, err, b.String())
			}
			for i := range got.Groups {
				got.Groups[i].Line = 0
			}
			if len(p.Groups) > 1 && got.Separator != p.Separator && strings.Contains(p.Groups[len(p.Groups)-1].Code, p.Separator) {
				t.Errorf("%s: separator %q, was %q", kind, got.Separator, p.Separator)
			}
			if !reflect.DeepEqual(got.Groups, p.Groups) {
				t.Errorf("%s:\ngot  %+v\nwant %+v", kind, got.Groups, p.Groups)
			}
		}
	})
}

// Whatever a file holds, it is read or refused in words; a plan taken in is in order.
func FuzzRead(f *testing.F) {
	f.Add([]byte("znak;název;skart.\n1;Jedna;A/5\n1.1;Jedna jedna;S/5\n"))
	f.Add([]byte(`[{"Name":"P","Items":[{"FileMark":"51","SubjectGroup":"A:","IsCaption":true},{"FileMark":"51.1","ParentFileMark":"51","SubjectGroup":"B","Period":5,"RetentionMark":"S"}]}]`))
	var b bytes.Buffer
	_ = scheme.WriteXML(&b, scheme.Starter(), office, 1)
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := scheme.Read("x", bytes.NewReader(data))
		if err != nil {
			if !errs.Is(err, errs.Invalid) || len(errs.FieldsOf(err)) == 0 && errs.Message(err) == "" {
				t.Errorf("refused without a word: %v", err)
			}
			return
		}
		codes := map[string]bool{"": true}
		for _, g := range p.Groups {
			if !codes[g.Parent] || codes[g.Code] || g.Parent != "" && g.Code != g.Parent+p.Separator+g.Simple {
				t.Errorf("class %+v is out of order", g)
			}
			codes[g.Code] = true
		}
	})
}
