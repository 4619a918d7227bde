package exchange

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"epom/forms"
)

// said is a form in short: one line a question with its kind, conditions and checks.
func said(im *Imported) string {
	var b strings.Builder
	var fields func(list []*forms.Field, indent string)
	fields = func(list []*forms.Field, indent string) {
		for _, f := range list {
			b.WriteString(indent + f.Name + " " + f.Kind)
			if f.Required.Always {
				b.WriteString(" *")
			}
			if f.Required.Expr != "" {
				b.WriteString(" *if " + f.Required.Expr)
			}
			if f.When != "" {
				b.WriteString(" when " + f.When)
			}
			for _, c := range f.Checks {
				b.WriteString(" check " + c.Test)
			}
			b.WriteString("\n")
			fields(f.Fields, indent+"  ")
		}
	}
	for _, p := range im.Form.Pages {
		b.WriteString("# " + p.Code)
		if p.When != "" {
			b.WriteString(" when " + p.When)
		}
		for _, c := range p.Checks {
			b.WriteString(" check " + c.Test)
		}
		b.WriteString("\n")
		fields(p.Fields, "")
	}
	return strings.TrimSpace(b.String())
}

func says(t *testing.T, im *Imported, want string) {
	t.Helper()
	if got := said(im); got != strings.TrimSpace(want) {
		t.Errorf("the form is\n%s\n\nwant\n%s", got, strings.TrimSpace(want))
	}
	if im.Carried != im.Fields+im.Conditions {
		t.Errorf("%d carried of %d and %d: %v", im.Carried, im.Fields, im.Conditions, im.Dropped)
	}
	roundTrip(t, im)
}

func TestOwnSchema(t *testing.T) {
	t.Parallel()
	im := one(t, Bratislava, "dir/zkouska-psi.json", []byte(ownSchema))
	says(t, im, `
# osoba
typ choice *
ico text * when typ == "pravnicka-osoba"
narozeni date when typ != "pravnicka-osoba"
psi repeat *
  jmeno text *
  stari number
  zdravi text * when item.stari >= 10
souhlas declaration *`)
	if f := im.Form.Pages[0].Fields[0]; f.Options[0].Label.CS != "Člověk" || f.Options[1].Value != "pravnicka-osoba" || im.Form.Code != "zkouska-psi" {
		t.Errorf("%+v of %s", f.Options, im.Form.Code)
	}
	if f := im.Form.Pages[0].Fields[3]; f.ItemLabel.CS != "Pes" || f.AddLabel.CS != "Další pes" {
		t.Errorf("labels of the block are %q and %q", f.ItemLabel.CS, f.AddLabel.CS)
	}
	answers, notes, err := im.Answers([]byte(`{"osoba":{"typ":"Právnická osoba","ico":"12345678","souhlas":true,"cizi":1,"psi":[{"jmeno":"Rek","stari":12,"zdravi":"dobré"},{"jmeno":"Azor","stari":3}]}}`), upload)
	if err != nil {
		t.Fatal(err)
	}
	wants(t, notes, "cizi")
	if ev := im.Form.Evaluate(answers, setting); !ev.Valid() {
		t.Errorf("%v", ev.Findings())
	}
	if answers, _, _ = im.Answers([]byte(`{"osoba":{"typ":"fo","souhlas":true,"psi":[{"jmeno":"Rek","stari":12}]}}`), upload); im.Form.Evaluate(answers, setting).Valid() {
		t.Error("an old dog needs words on its health")
	}
}

func TestOwnComponents(t *testing.T) {
	t.Parallel()
	says(t, one(t, OpenForms, "komponenty", []byte(ownComponents)), `
# komponenty
druh choice *
jen_a text * when druh == "a"
co choices
f group *
  n number
  c note
g repeat
  ano declaration
  kdy date when item.ano`)
	im := one(t, OpenForms, "kroky", []byte(ownSteps))
	says(t, im, `
# prvni check not (d != "" and d < addMonths(today, -216))
n number
t text when n > 3 and n != 7
d date
# druhy when not (n > 3) or n == 7
u text *if (d != "" and d < addMonths(today, -216))`)
}

func TestOwnPages(t *testing.T) {
	t.Parallel()
	im := one(t, GovUK, "stranky", []byte(ownPages))
	says(t, im, `
# a
y yesno *
k choice *
h note
# b when y or k == "2"
m repeat *
  t text *
  w longtext check len(split(trim(item.w), " ")) <= 2
# c when y and k == "2" or not y and (k != "2" or (y or not answered("y")))
adr group *
  address_line1 text *
  address_line2 text
  town text *
  county text
  postcode text *
f file`)
	if im.Form.Pages[0].Intro.CS != "Oddíl" {
		t.Errorf("the section is lost: %q", im.Form.Pages[0].Intro.CS)
	}
}

func TestOwnFormcode(t *testing.T) {
	t.Parallel()
	im := one(t, Formcode, "osoba.form", []byte(ownCode))
	says(t, im, `
# osoba
jmeno text *
vek number
datum date *
doprava choice *
spz text * when doprava == "Autem"
zajmy choices
nastroj longtext when "Hudba" in zajmy
# zkouska
priloha file
web text
e_mail email *`)
	wants(t, im.Dropped, "10.00 CHF", "předvolenou možnost")
	if f := im.Form.Pages[0].Fields; f[0].Help.CS != "Jak se jmenujete" || f[0].MaxLength != 50 || f[2].Max != "today+14" || f[1].Max != float64(120) {
		t.Errorf("%+v", f[0])
	}
	if im.Form.Title.CS != "Zkouška" || !slices.Equal(im.Form.Pages[1].Fields[0].Accept, []string{"pdf", "docx"}) {
		t.Errorf("%s %v", im.Form.Title.CS, im.Form.Pages[1].Fields[0].Accept)
	}
}

// What cannot be said is listed with its place, and its question is always asked.
func TestLossesAreListed(t *testing.T) {
	t.Parallel()
	im := one(t, OpenForms, "ztráty", []byte(`{"components":[
  {"type":"textfield","key":"a","label":"A","defaultValue":"x","prefill":{"plugin":"kvk"},"calculateValue":"value = 1",
   "validate":{"custom":"valid = false","pattern":"(?!a)b","plugins":["kvk"]},
   "conditional":{"show":true,"when":"neznam","eq":"1"}},
  {"type":"signature","key":"podpis","label":"P"},
  {"type":"neznamy","key":"n","label":"N"}]}`))
	wants(t, im.Dropped, "podmínka ptá se na pole „neznam“, které ve formuláři není; pole je vidět vždy", "(řádek 4, sloupec 18, /components/0/conditional)",
		"předvyplněnou hodnotu „x“", "„kvk“", "výpočet hodnoty", "vlastní kontrola", "vzor „(?!a)b“", "podpis kreslený")
	wants(t, im.Changed, "neznámý druh „neznamy“", "agendu", "jazyce předlohy")
	if im.Fields != 3 || im.Conditions != 1 || im.Carried != 2 || im.Form.Pages[0].Fields[0].When != "" {
		t.Errorf("%d fields, %d conditions, %d carried", im.Fields, im.Conditions, im.Carried)
	}
	data, err := json.Marshal(im.Dropped[0])
	if err != nil || !strings.Contains(string(data), `"line":`) || !strings.Contains(string(data), `"column":`) {
		t.Errorf("%s %v", data, err)
	}
}

// Questions that others ask about come before them, also when the source has them later.
func TestLaterQuestionsMove(t *testing.T) {
	t.Parallel()
	im := one(t, OpenForms, "pořadí", []byte(`{"components":[{"type":"textfield","key":"a","label":"A","conditional":{"show":false,"when":"b","eq":"x"}},
		{"type":"select","key":"b","label":"B","data":{"values":[{"value":"x","label":"X"},{"value":"y","label":"Y"}]}},
		{"type":"textfield","key":"k1","label":"1","conditional":{"show":true,"when":"k2","eq":"x"}},{"type":"textfield","key":"k2","label":"2","conditional":{"show":true,"when":"k1","eq":"x"}}]}`))
	if names := im.Form.Pages[0].Fields; names[0].Name != "b" || names[1].When != `b != "x"` {
		t.Errorf("%s", said(im))
	}
	wants(t, im.Changed, "otázkou, na které závisí")
	wants(t, im.Dropped, "přijde až později")
}

// With every real file of every system whatever holds of fuzzed files must hold.
func TestRealFilesEverywhere(t *testing.T) {
	t.Parallel()
	dir := realForms(t, "uk-form-runner")
	if dir == "" {
		return
	}
	for _, system := range []string{Bratislava, OpenForms, GovUK, Formcode} {
		for _, name := range []string{dir + "/runner-forms/test.json", dir + "/../open-forms/demo.json", dir + "/../onegov-formcode/org/forms/builtin/de/anmeldung.form",
			dir + "/../bratislava-jsonschema/predzahradky.json", dir + "/../amsterdam-signals/extra_properties.json"} {
			if _, err := os.Stat(name); err != nil {
				t.Fatal(err)
			}
			imports(t, system, readFile(t, name))
		}
	}
}
