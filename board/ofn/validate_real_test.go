package ofn

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// standIns are what official schemas refer to and the data does not hold, by parts of our own schema of the same things.
var standIns = map[string]string{
	"věc/2020-07-01/schémata/věc.json":                                               "thing",
	"umístění/2020-07-01/schémata/umístění.json":                                     "place",
	"základní-datové-typy/2020-07-01/schémata/text.json":                             "text",
	"základní-datové-typy/2020-07-01/schémata/časový-okamžik.json":                   "moment",
	"základní-datové-typy/2020-07-01/schémata/časový-interval.json":                  "interval",
	"časová-specifikace/2020-07-01/schémata/seznam-časových-specifikací.json":        "times",
	"bezbariérovost/2020-07-01/schémata/bezbariérovost.json":                         "thing",
	"vstupné/2020-07-01/schémata/více-vstupných.json":                                "list",
	"raw.githubusercontent.com/ropensci/geojsonlint/master/inst/schema/geojson.json": "geometry",
}

// official loads schemas by their address from the data folder.
type official struct {
	t    testing.TB
	root string
	in   map[string]bool // stand-ins that were needed
}

func (o official) Load(address string) (any, error) {
	u, err := url.PathUnescape(address)
	if err != nil {
		return nil, err
	}
	path := strings.TrimPrefix(strings.TrimPrefix(u, "https://"), "ofn.gov.cz/")
	if text, err := os.ReadFile(filepath.Join(o.root, path)); err == nil {
		return jsonschema.UnmarshalJSON(bytes.NewReader(text))
	}
	part, ok := standIns[path]
	if !ok {
		return nil, fmt.Errorf("no schema at %s", path)
	}
	o.in[path] = true
	switch part {
	case "list":
		return map[string]any{"type": "array"}, nil
	case "interval":
		moment := map[string]any{"$ref": "urn:own#/$defs/moment"}
		return map[string]any{"type": "object", "required": []any{"typ", "začátek", "konec"},
			"properties": map[string]any{"začátek": moment, "konec": moment}}, nil
	case "times":
		return map[string]any{"type": "array", "items": map[string]any{"type": "object", "required": []any{"typ"}, "properties": map[string]any{
			"typ": map[string]any{"const": "Časová specifikace"}, "časový_interval": map[string]any{"$ref": "https://ofn.gov.cz/základní-datové-typy/2020-07-01/schémata/časový-interval.json"}}}}, nil
	}
	return map[string]any{"$ref": "urn:own#/$defs/" + part}, nil
}

func officialSchema(t testing.TB, path string) (*jsonschema.Schema, map[string]bool) {
	t.Helper()
	o := official{t, real(t, "ofn"), map[string]bool{}}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	c.UseLoader(o)
	own, err := jsonschema.UnmarshalJSON(bytes.NewReader(bytes.Replace(schemaText, []byte(schemaURL), []byte("urn:own"), 1)))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.AddResource("urn:own", own); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("https://ofn.gov.cz/" + path)
	if err != nil {
		t.Fatal(err)
	}
	return s, o.in
}

const boardSchemaPath = "úřední-desky/2021-07-20/schémata/úřední-deska.json"

// TestValidateAsOfficial compares our verdict with the official schema's.
func TestValidateAsOfficial(t *testing.T) {
	t.Parallel()
	schema, in := officialSchema(t, boardSchemaPath)
	cases, valid := 0, 0
	judge := func(name string, text []byte) {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		theirs := err == nil && schema.Validate(doc) == nil
		ours := Validate(text)
		if (ours == nil) != theirs {
			t.Errorf("%s: official schema says %v, ours %v", name, theirs, ours)
		}
		cases++
		if theirs {
			valid++
		}
	}
	originals := glob(t, real(t, "notice-boards/kadan/snapshots/*.json"))
	originals = append(originals, glob(t, real(t, "notice-boards/kadan/invalid-json/*.json"))...)
	originals = append(originals, glob(t, real(t, "ofn/úřední-desky/2021-07-20/příklady/*.jsonld"))...)
	originals = append(originals, real(t, "notice-boards/kadan/Test.json"))
	for _, path := range originals {
		judge(path, slurpFile(t, path))
	}
	for _, path := range []string{"testdata/full.jsonld", originals[len(originals)-2]} {
		for name, text := range mutations(t, slurpFile(t, path)) {
			judge(path+" "+name, text)
		}
	}
	if cases < 300 {
		t.Errorf("only %d cases", cases)
	}
	fmt.Printf("our schema and the official one agree on %d cases (%d valid, %d invalid); %d schemas stood in for\n", cases, valid, cases-valid, len(in))
}

// mutations changes a board in every place in every way, one at a time.
func mutations(t testing.TB, text []byte) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	var root any
	if err := json.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	save := func(name string) {
		changed, err := json.Marshal(root)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = changed
	}
	others := []any{"x", "2026-02-30", "2026-02-28", "https://x.example/ž", "1234567", json.Number("7"), nil, map[string]any{}, []any{},
		map[string]any{"typ": "Časový okamžik", "datum": "2026-01-01"}, map[string]any{"de": "x"}, map[string]any{"cs": json.Number("1")}}
	var walk func(path string, v any, set func(any))
	walk = func(path string, v any, set func(any)) {
		for i, other := range others {
			set(other)
			save(fmt.Sprintf("%s = %d", path, i))
		}
		set(v)
		switch x := v.(type) {
		case map[string]any:
			for _, key := range sorted(x) {
				was := x[key]
				delete(x, key)
				save(path + "/" + key + " dropped")
				x[key] = was
				walk(path+"/"+key, was, func(v any) { x[key] = v })
			}
			for key, value := range map[string]any{"odbor": "VD", "datum": "2026-01-01", "datum_a_čas": "2026-01-01T00:00:00Z", "nespecifikovaný": false,
				"ičo": "00263184", "identifikátor_ovm": "x", "iri": "https://x.example/", "typ": []any{"Osoba", "Orgán veřejné moci"}, "budova": "x", "jméno": map[string]any{"cs": "x"}} {
				if was, had := x[key]; !had || key == "typ" {
					x[key] = value
					save(path + " + " + key)
					if delete(x, key); had {
						x[key] = was
					}
				}
			}
			// two moments at once, one of them unreadable
			if _, moment := x["datum"]; moment {
				x["datum_a_čas"] = "zítra"
				save(path + " + broken datum_a_čas")
				delete(x, "datum_a_čas")
			}
		case []any:
			for i := range x {
				walk(fmt.Sprintf("%s/%d", path, i), x[i], func(v any) { x[i] = v })
			}
			if len(x) > 0 {
				set(x[:len(x)-1])
				save(path + " shortened")
				set(append(x[:len(x):len(x)], "Navíc"))
				save(path + " lengthened")
				set(x)
			}
		}
	}
	walk("", root, func(v any) { root = v })
	return out
}
