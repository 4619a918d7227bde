package formeditor

import (
	"net/url"
	"testing"

	"epom/forms"
	"epom/forms/edit"
	"epom/forms/notation"
)

func sample(t *testing.T) *forms.Definition {
	t.Helper()
	d, err := notation.Read("formulář f, verze 1\nNázev: F\n# s: S\npocet (číslo): Počet\ncena (částka): Cena\nden (datum): Den\ndruh (výběr): Druh\n  - a: Ano prosím\n  - b: Ne\nstromy (opakování): Stromy\n  vyska (číslo): Výška\n  proc (text): Proč\nkonec (text): Nová otázka")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Rows become an expression in the engine's own units; what cannot be compared is said.
func TestConditions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, at, now string
		typed         map[string]string
		want, wrong   string
	}{
		{"number", "0.5", "", map[string]string{"when.0.field": "pocet", "when.0.relation": "over", "when.0.value": "3,5"}, "pocet > 3.5", ""},
		{"crowns", "0.5", "", map[string]string{"when.0.field": "cena", "when.0.relation": "least", "when.0.value": "1 500 Kč"}, "cena >= 150000", ""},
		{"day", "0.5", "", map[string]string{"when.0.field": "den", "when.0.relation": "is", "when.0.value": "1. 2. 2027"}, `den == "2027-02-01"`, ""},
		{"option by its words", "0.5", "", map[string]string{"when.0.field": "druh", "when.0.relation": "is", "when.0.value": "ano PROSIM"}, `druh == "a"`, ""},
		{"any of two", "0.5", "", map[string]string{"when.any": "1", "when.0.field": "druh", "when.0.relation": "answered", "when.1.field": "pocet", "when.1.relation": "empty"}, `answered("druh") or not answered("pocet")`, ""},
		{"neighbour in a block", "0.4.1", "", map[string]string{"when.0.field": "item.vyska", "when.0.relation": "over", "when.0.value": "10"}, "item.vyska > 10", ""},
		{"text wins", "0.5", "", map[string]string{"when.text": "pocet > 1"}, "pocet > 1", ""},
		{"rows emptied", "0.5", "pocet > 1", map[string]string{"when.text": "pocet > 1", "when.0.field": ""}, "", ""},
		{"no number", "0.5", "", map[string]string{"when.0.field": "pocet", "when.0.relation": "over", "when.0.value": "hodně"}, "", "Do podmínky o otázce „Počet“ napište číslo."},
		{"no such relation", "0.5", "", map[string]string{"when.0.field": "druh", "when.0.relation": "over", "when.0.value": "1"}, "", "U otázky „Druh“ se takto porovnávat nedá. Zkuste „je vyplněno“."},
		{"code in the name of a question", "0.5", "", map[string]string{"when.0.field": "pocet or true", "when.0.relation": "yes"}, "", "Vyberte, jak se má odpověď porovnat."},
	} {
		at, _ := edit.ParsePlace(c.at)
		v := url.Values{"when.shown": {"1"}}
		for k, x := range c.typed {
			v.Set(k, x)
		}
		wrong := map[string]string{}
		if got := takeCondition(sample(t), at, "when", c.now, v, wrong); got != c.want || wrong["when"] != c.wrong {
			t.Errorf("%s: %q %q, want %q %q", c.name, got, wrong["when"], c.want, c.wrong)
		}
	}
}

// Only what comes earlier may be asked about, and of a block only from within it.
func TestEarlier(t *testing.T) {
	t.Parallel()
	for place, want := range map[string]string{"0.0": "", "0.2": "pocet cena ", "0.4.1": "pocet cena den druh item.vyska ", "0.5": "pocet cena den druh stromy ", "1": "pocet cena den druh stromy konec ", "": ""} {
		at, _ := edit.ParsePlace(place)
		got := ""
		for _, a := range earlier(sample(t), at) {
			got += a.path + " "
		}
		if got != want {
			t.Errorf("at %q: %q, want %q", place, got, want)
		}
	}
}

func TestTakeField(t *testing.T) {
	t.Parallel()
	at, _ := edit.ParsePlace("0.5")
	take := func(v url.Values) (*forms.Field, map[string]string) {
		d, wrong := sample(t), map[string]string{}
		f, _ := edit.Field(d, at)
		takeField(d, at, f, v, wrong)
		return f, wrong
	}
	if f, wrong := take(url.Values{"label": {"Jak se jmenuje pes?"}, "label.en": {"Name"}, "name": {"konec"}, "maxLength": {"20"}, "required": {"yes"}}); f.Name != "jak_se_jmenuje" || f.Label.EN != "Name" || f.MaxLength != 20 || !f.Required.Always || len(wrong) > 0 {
		t.Errorf("%+v %v", f, wrong)
	}
	if f, wrong := take(url.Values{"maxLength": {"moc"}, "label": {""}, "label.en": {"x"}}); f.MaxLength != 0 || wrong["maxLength"] == "" || wrong["label"] == "" {
		t.Errorf("%+v %v", f, wrong)
	}
	if f, _ := take(url.Values{"kind": {"choice"}, "label": {newLabel}}); f.Kind != "choice" || len(f.Options) != 2 || f.MaxLength != 0 {
		t.Errorf("%+v", f)
	}
	if _, wrong := take(url.Values{"kind": {"neco"}}); wrong["kind"] == "" {
		t.Error("a kind that is not there was taken")
	}
	if _, wrong := take(url.Values{"required": {"if"}, "must.shown": {"1"}}); wrong["must"] == "" {
		t.Error("required by a condition that is not there")
	}
	at, _ = edit.ParsePlace("0.3")
	f, wrong := take(url.Values{"option.0.label": {"Ano prosím"}, "option.0.value": {"a"}, "option.1.label": {""}, "option.2.label": {"Možná někdy"}})
	if len(f.Options) != 2 || f.Options[1].Value != "mozna-nekdy" || len(wrong) > 0 {
		t.Errorf("%+v %v", f.Options, wrong)
	}
	if _, wrong := take(url.Values{"option.0.label": {"A"}, "option.0.value": {"x"}, "option.1.label": {"B"}, "option.1.value": {"x"}}); wrong["options"] == "" {
		t.Error("two options of one value were taken")
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind, typed string
		want        any
		shown       string
	}{
		{"money", "99,50", 9950.0, "99,5"}, {"number", "-3", -3.0, "-3"}, {"date", "dnes + 30", "today+30", "dnes+30"}, {"date", "1. 1. 2027", "2027-01-01", "1. 1. 2027"}, {"text", "", nil, ""},
	} {
		got, ok := readValue(c.kind, c.typed)
		if !ok || got != c.want || showValue(c.kind, got) != c.shown {
			t.Errorf("%s %q: %v %v %q", c.kind, c.typed, got, ok, showValue(c.kind, got))
		}
	}
	for kind, typed := range map[string]string{"date": "zítra", "number": "NaN", "money": "1e99"} {
		if v, ok := readValue(kind, typed); ok {
			t.Errorf("%s %q read as %v", kind, typed, v)
		}
	}
}

// A question that gets another name is read under it everywhere; a name that is taken is refused with the question as it was.
func TestTakeRenames(t *testing.T) {
	t.Parallel()
	d, e := sample(t), &Editor{}
	at, _ := edit.ParsePlace("0.0")
	f, _ := edit.Field(d, at)
	other, _ := edit.Field(d, edit.Place{0, 1})
	d.Pages[0].When = f.Name + ` == "` + f.Name + `"`
	got, wrong := e.take(d, at, url.Values{"name": {"nove_jmeno"}})
	if now, _ := edit.Field(got, at); now.Name != "nove_jmeno" || got.Pages[0].When != `nove_jmeno == "`+f.Name+`"` || len(wrong) > 0 {
		t.Errorf("%s, %s, %v", now.Name, got.Pages[0].When, wrong)
	}
	for _, name := range []string{other.Name, "Velké Jméno"} {
		got, wrong = e.take(d, at, url.Values{"name": {name}})
		if now, _ := edit.Field(got, at); now.Name != f.Name || wrong["name"] == "" {
			t.Errorf("%q: %s, %v", name, now.Name, wrong)
		}
	}
}
