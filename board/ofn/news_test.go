package ofn

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

func each[T any](items ...T) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for i := range items {
			if !yield(&items[i], nil) {
				return
			}
		}
	}
}

func someNews() []News {
	plain := News{Thing: Thing{IRI: "https://x.example/a/1", Name: Czech("Voda neteče")}}
	full := News{Thing: Thing{IRI: "https://x.example/a/2", Name: Text{"cs": "Trh", "en": "Market"}, Description: Czech("Přijďte <všichni>"),
		Created: Moment{DateTime: "2026-01-01T09:30:00+01:00"}, RelevantTo: Unspecified(),
		Attachments: []Document{NewDocument("Plakát", "https://x.example/p.png", "image/png")}},
		About: "https://x.example/u/1", Themes: []string{ThemeIRI("doprava")}, Announcer: &Person{ICO: "00263184"},
		Areas: []Place{{Address: &Address{Municipality: RUIAN("obec", 563889)}}}}
	return []News{plain, full}
}

func someEvents() []Event {
	yes := true
	full := Event{Thing: Thing{IRI: "https://x.example/u/1", Name: Czech("Zasedání zastupitelstva")}, Long: Czech("Program"), ForChildren: &yes,
		Organisers: []Person{{ICO: "00263184", Thing: Thing{Name: Czech("Obec Horka")}}}, Kinds: []string{EventKindIRI("setkání")},
		Themes: []string{ThemeIRI("veřejná-správa")}, Places: []Place{{Thing: Thing{Name: Czech("Sál")}}},
		Times: Lasting(Moment{DateTime: "2026-01-30T18:00:00+01:00"}, Unspecified())}
	return []Event{{Thing: Thing{IRI: "https://x.example/u/2"}}, full}
}

func TestNewsAndEvents(t *testing.T) {
	t.Parallel()
	var news, events bytes.Buffer
	if err := errors.Join(WriteNews(&news, each(someNews()...)), WriteEvents(&events, each(someEvents()...))); err != nil {
		t.Fatal(err)
	}
	if want := `[
{"@context":"` + NewsContext + `","typ":"Aktualita","iri":"https://x.example/a/1","název":{"cs":"Voda neteče"}},
{`; !strings.HasPrefix(news.String(), want) {
		t.Errorf("news: %s", news.String())
	}
	var list []map[string]any
	if err := json.Unmarshal(events.Bytes(), &list); err != nil || len(list) != 2 {
		t.Fatalf("events: %v %s", err, events.String())
	}
	times := list[1]["doba_trvání"].([]any)[0].(map[string]any)
	if times["typ"] != "Časová specifikace" || times["časový_interval"].(map[string]any)["konec"].(map[string]any)["nespecifikovaný"] != true || list[1]["vhodné_pro_děti"] != true {
		t.Errorf("event: %v", list[1])
	}
	var none bytes.Buffer
	if err := WriteNews(&none, each[News]()); err != nil || strings.TrimSpace(none.String()) != "[\n]" {
		t.Errorf("no news: %q %v", none.String(), err)
	}
	trouble := errors.New("trouble")
	if err := WriteEvents(io.Discard, func(yield func(*Event, error) bool) { yield(nil, trouble) }); !errors.Is(err, trouble) {
		t.Error(err)
	}
}

// TestNewsOfficial: what we write, and the norm's own examples read into our types and written again, are valid.
func TestNewsOfficial(t *testing.T) {
	t.Parallel()
	root := real(t, "ofn")
	for _, c := range []struct {
		name, one, many string
		ours            func(io.Writer) error
		copied          func(text []byte, v *value, w io.Writer) error
	}{
		{"aktuality", "aktualita", "aktuality", func(w io.Writer) error { return WriteNews(w, each(someNews()...)) }, copied[News]},
		{"události", "událost", "události", func(w io.Writer) error { return WriteEvents(w, each(someEvents()...)) }, copied[Event]},
	} {
		list, _ := officialSchema(t, c.name+"/2020-07-01/schémata/"+c.many+".json")
		single, _ := officialSchema(t, c.name+"/2020-07-01/schémata/"+c.one+".json")
		check := func(name string, schema *jsonschema.Schema, text []byte) {
			doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
			if err == nil {
				err = schema.Validate(doc)
			}
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		var out bytes.Buffer
		if err := c.ours(&out); err != nil {
			t.Fatal(err)
		}
		check("ours", list, out.Bytes())
		for _, path := range glob(t, filepath.Join(root, c.name, "2020-07-01/příklady/*.jsonld")) {
			text := slurpFile(t, path)
			v, e := scan(text)
			if e != nil {
				t.Fatal(e)
			}
			items := []value{v}
			if v.kind == '[' {
				items = v.vals
			}
			for _, item := range items {
				out.Reset()
				if err := c.copied(text, &item, &out); err != nil {
					t.Fatal(err)
				}
				check(path, single, out.Bytes())
				again, _ := scan(out.Bytes())
				if same(text, &item) != same(out.Bytes(), &again) {
					t.Errorf("%s is not the same: %s", path, out.Bytes())
				}
			}
		}
	}
}

func copied[T any](text []byte, v *value, w io.Writer) error {
	var item T
	decoding(text).object(v, reflect.ValueOf(&item).Elem())
	return writeOne(w, &item)
}

func someDataset() Dataset {
	return Dataset{IRI: "https://horka.example/katalog/deska", URL: "https://horka.example/deska.jsonld", Page: "https://horka.example/deska",
		Authority: AuthorityIRI("00263184"), Name: Czech("Úřední deska obce Horka"), Elements: []string{RUIAN("obec", 563889)},
		Contact: Contact{Name: Czech("Podatelna"), Email: "podatelna@horka.example"}}
}

func TestCatalogue(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := Publisher{IRI: "https://horka.example/katalog", Authority: AuthorityIRI("00263184"), Home: "https://horka.example/", Name: Czech("Otevřená data obce Horka")}
	if err := Catalogue(&out, p, []Dataset{someDataset()}); err != nil {
		t.Fatal(err)
	}
	var c map[string]any
	if err := json.Unmarshal(out.Bytes(), &c); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"typ", "iri", "název", "popis", "poskytovatel", "datová_sada"} { // what the interface requires
		if c[key] == nil {
			t.Errorf("the catalogue has no %s", key)
		}
	}
	if sets := c["datová_sada"].([]any); c["typ"] != "Katalog" || len(sets) != 1 || sets[0] != "https://horka.example/katalog/deska" {
		t.Errorf("%s", out.String())
	}
	for kind, schema := range map[DatasetKind]string{BoardData: Schema, NewsData: NewsSchema, EventsData: EventsSchema} {
		s := someDataset()
		s.Kind = kind
		out.Reset()
		if err := WriteDataset(&out, s); err != nil {
			t.Fatal(err)
		}
		var d map[string]any
		if err := json.Unmarshal(out.Bytes(), &d); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"typ", "iri", "název", "popis", "poskytovatel", "téma", "periodicita_aktualizace", "klíčové_slovo", "prvek_rúian"} {
			if d[key] == nil {
				t.Errorf("the record has no %s", key)
			}
		}
		file := d["distribuce"].([]any)[0].(map[string]any)
		if file["schéma"] != schema || file["soubor_ke_stažení"] != s.URL || d["kontaktní_bod"].(map[string]any)["e-mail"] != "mailto:podatelna@horka.example" {
			t.Errorf("%s", out.String())
		}
	}
}

// TestCatalogueAsTemplate compares the record with the norm's template of it.
func TestCatalogueAsTemplate(t *testing.T) {
	t.Parallel()
	var ours bytes.Buffer
	if err := WriteDataset(&ours, someDataset()); err != nil {
		t.Fatal(err)
	}
	text := bytes.TrimPrefix(slurpFile(t, real(t, "ofn/úřední-desky/2021-07-20/metadata/úřední-desky.jsonld")), []byte(bom))
	var template, record map[string]any
	if err := errors.Join(json.Unmarshal(text, &template), json.Unmarshal(ours.Bytes(), &record)); err != nil {
		t.Fatal(err)
	}
	own := []string{"název", "popis", "prvek_rúian", "geografické_území", "prostorové_pokrytí", "kontaktní_bod", "distribuce"}
	for key, value := range template {
		if !slices.Contains(own, key) && !reflect.DeepEqual(record[key], value) {
			t.Errorf("%s: %v, the template has %v", key, record[key], value)
		}
	}
	file, theirs := record["distribuce"].([]any)[0].(map[string]any), template["distribuce"].([]any)[0].(map[string]any)
	for key, value := range theirs {
		if key != "soubor_ke_stažení" && key != "přístupové_url" && !reflect.DeepEqual(file[key], value) {
			t.Errorf("%s: %v, the template has %v", key, file[key], value)
		}
	}
}
