package exchange

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// refused imports what must be refused with a plain sentence.
func refused(t *testing.T, system string, data []byte, words string) {
	t.Helper()
	_, err := Import(system, "soubor.json", data)
	var e *Error
	if !errors.As(err, &e) || !strings.Contains(err.Error(), words) {
		t.Errorf("%s: %v, want words %q", system, err, words)
	}
}

func TestHostileFiles(t *testing.T) {
	t.Parallel()
	everywhere := []string{Bratislava, OpenForms, GovUK}
	for _, system := range append(everywhere, Formcode) {
		refused(t, system, []byte(strings.Repeat("x", 50_000_000)), "větší než")
	}
	for _, system := range everywhere {
		refused(t, system, nil, "končí uprostřed")
		refused(t, system, []byte("{"), "závorka")
		refused(t, system, []byte(`{"a":1,"a":2}`), "dvakrát")
		refused(t, system, []byte(`{"a":1} {`), "za koncem")
		refused(t, system, []byte("{\n \"a\": 01x}"), "řádek 2")
		refused(t, system, []byte(strings.Repeat(`[`, 1_000_000)), "vnořené příliš hluboko")
		refused(t, system, []byte(strings.Repeat(`{"a":`, 1_000_000)), "vnořené příliš hluboko")
		refused(t, system, []byte("["+strings.Repeat("1,", 310_000)+"1]"), "příliš mnoho hodnot")
		for _, wrong := range []string{`null`, `1`, `"x"`, `[]`, `{}`, `true`, `[1,2]`, `{"pages":1}`, `{"components":{}}`, `{"schema":[]}`, `{"allOf":1}`} {
			refused(t, system, []byte(wrong), "")
		}
	}
	refused(t, "jiny", []byte("{}"), "neznámý systém")
	refused(t, Formcode, []byte("a\x00b"), "UTF-8")
	refused(t, Formcode, []byte(strings.Repeat("\n", 30_000)), "příliš mnoho řádků")
	refused(t, Formcode, []byte("A = "+strings.Repeat("_", 10_000)), "příliš dlouhý")
	refused(t, Formcode, []byte("jen text"), "není žádné pole")
	var deep strings.Builder
	for i := range 1000 {
		deep.WriteString(strings.Repeat(" ", i) + "A = ___\n")
	}
	refused(t, Formcode, []byte(deep.String()), "příliš hluboko")
	refused(t, OpenForms, []byte("PK\x03\x04xxxx"), "ZIP")
	refused(t, OpenForms, packed(t, map[string]string{"formDefinitions.json": `["` + strings.Repeat("a", 9_000_000) + `"]`}), "rozbalit")
}

func TestReferencesInLoops(t *testing.T) {
	t.Parallel()
	refused(t, Bratislava, []byte(`{"properties":{"a":{"$ref":"#/definitions/x"}},"definitions":{"x":{"$ref":"#/definitions/x"}}}`), "smyčku")
	refused(t, Bratislava, []byte(`{"properties":{"a":{"$ref":"#"}}}`), "samo na sebe")
	refused(t, Bratislava, []byte(`{"allOf":[{"$ref":"#"}]}`), "samo na sebe")
	refused(t, Bratislava, []byte(`{"properties":{"a":{"$ref":"https://example.org/x"}}}`), "mimo soubor")
	// each definition twice inside the one before: a tree of 2^30 schemas
	var b strings.Builder
	for i := range 30 {
		fmt.Fprintf(&b, `"d%d":{"type":"object","properties":{"a":{"$ref":"#/definitions/d%d"},"b":{"$ref":"#/definitions/d%d"}}},`, i, i+1, i+1)
	}
	refused(t, Bratislava, []byte(`{"properties":{"a":{"$ref":"#/definitions/d0"}},"definitions":{`+b.String()+`"d30":{"type":"string"}}}`), "příliš")
	// the same as a condition
	b.Reset()
	for i := range 30 {
		fmt.Fprintf(&b, `"d%d":{"allOf":[{"$ref":"#/definitions/d%d"},{"$ref":"#/definitions/d%d"}]},`, i, i+1, i+1)
	}
	refused(t, Bratislava, []byte(`{"properties":{"a":{"type":"string"}},"if":{"$ref":"#/definitions/d0"},"then":{"properties":{"b":{"type":"string"}}},
		"definitions":{`+b.String()+`"d30":{"properties":{"a":{"const":"x"}},"required":["a"]}}}`), "příliš")
}

// Pages that lead to one another in a ring, and conditions that name themselves, come through without a loop.
func TestRings(t *testing.T) {
	t.Parallel()
	im := one(t, GovUK, "kruh", []byte(`{"startPage":"/a","name":"Kruh","conditions":[{"name":"c","value":{"conditions":[{"conditionName":"c"}]}}],"pages":[
		{"path":"/a","title":"A","components":[{"type":"TextField","name":"x","title":"X"}],"next":[{"path":"/b"}]},
		{"path":"/b","title":"B","components":[{"type":"YesNoField","name":"y","title":"Y"}],"next":[{"path":"/a","condition":"c"},{"path":"/zde-nic"}]}]}`))
	if len(im.Form.Pages) != 2 || im.Carried != 2 || im.Conditions != 1 {
		t.Errorf("%d pages, %d carried of %d and %d", len(im.Form.Pages), im.Carried, im.Fields, im.Conditions)
	}
	wants(t, im.Dropped, "odkazuje sama na sebe", "smyčky", "ve formuláři není")
	refused(t, GovUK, []byte(`{"pages":[`+strings.Repeat(`{"path":"/a"},`, 500)+`{}]}`), "příliš mnoho stránek")
	// ten thousand ways through a form: each page leads to both of the next pair
	var b strings.Builder
	for i := range 25 {
		for _, side := range []string{"l", "r"} {
			fmt.Fprintf(&b, `{"path":"/%s%d","title":"S","components":[{"type":"YesNoField","name":"%s%d","title":"T"}],"next":[{"path":"/l%d"},{"path":"/r%d","condition":"%s%d"}]},`,
				side, i, side, i, i+1, i+1, side, i)
		}
	}
	var conditions []string
	for i := range 25 {
		for _, side := range []string{"l", "r"} {
			conditions = append(conditions, fmt.Sprintf(`{"name":"%s%d","value":"%s%d == true"}`, side, i, side, i))
		}
	}
	im = one(t, GovUK, "siť", []byte(`{"startPage":"/l0","pages":[`+strings.TrimSuffix(b.String(), ",")+`],"conditions":[`+strings.Join(conditions, ",")+`]}`))
	roundTrip(t, im)
}

// wants demands that the notes speak of all of these.
func wants(t *testing.T, notes []Note, words ...string) {
	t.Helper()
	var all strings.Builder
	for _, n := range notes {
		all.WriteString(n.String() + "\n")
	}
	for _, w := range words {
		if !strings.Contains(all.String(), w) {
			t.Errorf("no note speaks of %q:\n%s", w, all.String())
		}
	}
}

// A million groups in one another are refused; as many as JSON allows are taken apart.
func TestNestedGroups(t *testing.T) {
	t.Parallel()
	nested := func(n int) []byte {
		return []byte(`{"components":[` + strings.Repeat(`{"type":"fieldset","key":"g","label":"G","components":[`, n) +
			`{"type":"textfield","key":"a","label":"A"}` + strings.Repeat("]}", n) + `]}`)
	}
	refused(t, OpenForms, nested(100_000), "vnořené příliš hluboko")
	im := one(t, OpenForms, "skupiny", nested(50))
	roundTrip(t, im)
	if im.Carried != 1 {
		t.Errorf("the question inside is lost: %v", im.Dropped)
	}
	blocks := []byte(`{"components":[` + strings.Repeat(`{"type":"editgrid","key":"g","label":"G","components":[`, 20) +
		`{"type":"textfield","key":"a","label":"A"}` + strings.Repeat("]}", 20) + `,{"type":"textfield","key":"b","label":"B"}]}`)
	im = one(t, OpenForms, "bloky", blocks)
	wants(t, im.Dropped, "vnořený příliš hluboko")
	roundTrip(t, im)
}

// A title of signs that take much room in an expression, texts and lists beyond every limit.
func TestLimits(t *testing.T) {
	t.Parallel()
	var options []string
	for i := range 600 {
		options = append(options, fmt.Sprintf(`{"value":"%d","label":"%d"}`, i, i))
	}
	var many []string
	for i := range 450 {
		many = append(many, fmt.Sprintf(`{"type":"textfield","key":"k%d","label":"K","conditional":{"show":true,"when":"k%d","eq":"1"}}`, i, i-1))
	}
	im := one(t, OpenForms, "velký", []byte(`{"components":[{"type":"radio","key":"r","label":"`+strings.Repeat("ž", 3000)+`","description":"`+strings.Repeat("ž", 9000)+`","values":[`+strings.Join(options, ",")+`]},
		{"type":"fieldset","key":"f","label":"F","components":[`+strings.Join(many, ",")+`]}]}`))
	roundTrip(t, im)
	wants(t, im.Changed, "nejvýše 500", "stojí samostatně", "víc stránek")
	if len(im.Form.Pages) != 3 || im.Carried != im.Fields+im.Conditions-1 {
		t.Errorf("%d pages, %d carried of %d and %d", len(im.Form.Pages), im.Carried, im.Fields, im.Conditions)
	}
	im = one(t, GovUK, "název", []byte(`{"name":"`+strings.Repeat("\U00100000", 5000)+`","pages":[{"path":"/a","title":"`+strings.Repeat(`\ue000`, 500)+`","components":[{"type":"TextField","name":"x","title":"X"}]}]}`))
	roundTrip(t, im)
	var pages []string
	for i := range 90 {
		pages = append(pages, fmt.Sprintf(`{"path":"/p%d","title":"P","components":[{"type":"TextField","name":"x%d","title":"X"}],"next":[{"path":"/p%d"}]}`, i, i, i+1))
	}
	refused(t, GovUK, []byte(`{"startPage":"/p0","pages":[`+strings.Join(pages, ",")+`]}`), "příliš mnoho stránek (90, nejvýše 60)")
}

func TestTextsArePlain(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`<p>Dobrý <b>den</b></p><p>a&nbsp;více &amp; víc</p>`: "Dobrý den\n\na více & víc",
		`<script>alert(1)</script>text<style>p{}</style>`:     "text",
		`<SCRIPT src=x>zlo`:                                     "",
		`&lt;script&gt;alert(1)&lt;/script&gt;`:                 "alert(1)",
		`<ul><li>jedna</li><li>dvě</li></ul>`:                   "– jedna\n\n– dvě",
		`<a href="https://example.org/a?b=1&amp;c=2">odkaz</a>`: "odkaz (https://example.org/a?b=1&c=2)",
		`<a href="javascript:alert(1)">klik</a>`:                "klik",
		`<img src=x onerror=alert(1)>obrázek`:                   "obrázek",
		`3 < 5 a 7 > 2`:                                         "3 < 5 a 7 > 2",
		"obr\u202eácený\u200b \u0000text\ufeff":                 "obrácený text",
		`<iframe src="https://example.org"></iframe>x`:          "x",
		`<p`:      "",
		"a\u0301": "á",
	} {
		if got := plain(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := markdown("# Nadpis\nviz [pokyny](https://example.org) a **důležité** [zlo](javascript:x)"); got != "Nadpis\nviz pokyny (https://example.org) a důležité zlo" {
		t.Errorf("%q", got)
	}
	if got := plain(strings.Repeat("ž", 10_000)); len([]rune(got)) != maxText {
		t.Errorf("%d characters", len([]rune(got)))
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"objednavatelTyp": "objednavatel_typ", "ulicaACislo": "ulica_a_cislo", "Straße (neu)": "strasse_neu", "E-Mail": "e_mail", "": "pole", "1. řada": "p_1_rada",
		"true": "true_", "len": "len_", "item": "item_", "<script>": "script", "日本": "pole", "a.b": "a_b", "__": "pole", strings.Repeat("a", 100): strings.Repeat("a", 40),
	} {
		if got := fieldName(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"ano": "ano", "x_1": "x_1", "Žlutá barva": "zluta-barva", "": "moznost", "-a": "a", "<b>": "b", "日本": "moznost"} {
		if got := optionValue(in); got != want {
			t.Errorf("option %q: %q, want %q", in, got, want)
		}
	}
	im := one(t, OpenForms, "jména", []byte(`{"components":[{"type":"textfield","key":"a b","label":"1"},{"type":"textfield","key":"a-b","label":"2"},
		{"type":"textfield","key":"A B","label":"3"},{"type":"textfield","key":"🙂","label":"<b>4</b>"},{"type":"textfield","key":"","label":""},
		{"type":"radio","key":"r","label":"R","values":[{"value":"A b","label":"x"},{"value":"a-b","label":"y"},{"value":"🙂","label":"z"},{"value":"A b","label":"znovu"}]}]}`))
	var got []string
	for _, f := range im.Form.Pages[0].Fields {
		got = append(got, f.Name)
	}
	if s := strings.Join(got, " "); s != "a_b jmena_a_b jmena_a_b_2 pole jmena r" {
		t.Errorf("names are %s", s)
	}
}
