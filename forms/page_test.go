package forms

import (
	"net/url"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// formOfView is what a browser would send of a page.
func formOfView(fields []FieldView) url.Values {
	values := url.Values{}
	collect(fields, func(fv FieldView) {
		for _, o := range fv.Options {
			if o.Selected {
				values.Add(fv.Path, o.Value)
			}
		}
		switch {
		case fv.Checked:
			values.Set(fv.Path, "ano")
		case len(fv.Parts) == 0 && len(fv.Items) == 0 && len(fv.Options) == 0 && fv.Kind != "computed" && fv.Kind != "declaration" && fv.Kind != "file":
			values.Set(fv.Path, fv.Value)
		}
	})
	return values
}

// Every page of every form, filled, empty and with errors, in each language: all a template needs is there and ids are unique.
func TestPagesCanBeDrawn(t *testing.T) {
	t.Parallel()
	kinds := map[string]bool{}
	for _, f := range catalogueOf(t).All() {
		for _, lang := range []Lang{CS, EN, UK} {
			for _, e := range append(f.Examples, Example{Today: "2026-11-22"}) {
				ev := f.Evaluate(e.Answers, Setting{Today: day(e.Today), Lang: lang, Params: e.Params})
				for _, code := range stepCodes(ev.Journey()) {
					view, ok := ev.Page(code, ViewExtras{Findings: ev.PageFindings(code)})
					if !ok || view.Title == "" || len(view.Fields) == 0 {
						t.Fatalf("%s/%s cannot be drawn", f.Code, code)
					}
					ids, errors := map[string]bool{}, map[string]bool{}
					collect(view.Fields, func(fv FieldView) {
						kinds[fv.Kind] = true
						if ids[fv.ID] {
							t.Errorf("%s/%s: id %s twice", f.Code, code, fv.ID)
						}
						ids[fv.ID] = true
						if fv.Label == "" && fv.Kind != "code" && fv.Kind != "note" {
							t.Errorf("%s/%s: %s has no label", f.Code, code, fv.Path)
						}
						if fv.Error != "" && !strings.Contains(fv.DescribedBy, fv.ErrorID) {
							t.Errorf("%s/%s: the error of %s is not announced", f.Code, code, fv.Path)
						}
						errors[fv.Path] = true
						for _, item := range fv.Items {
							errors[strings.TrimSuffix(item.Remove, "")] = true
						}
					})
					for _, finding := range view.Findings {
						if finding.Path != code && !errors[finding.Path] {
							t.Errorf("%s/%s: the finding at %s has no field on the page", f.Code, code, finding.Path)
						}
						if finding.Path != code && !ids[finding.ID] {
							t.Errorf("%s/%s: the finding at %s leads nowhere", f.Code, code, finding.Path)
						}
					}
				}
			}
		}
	}
	for _, kind := range []string{"text", "longtext", "number", "money", "date", "choice", "choices", "yesno", "person", "legalperson", "address", "municipality",
		"parcel", "email", "phone", "account", "databox", "file", "declaration", "computed", "repeat", "note"} {
		if !kinds[kind] {
			t.Errorf("no form uses %s", kind)
		}
	}
}

func TestFieldThatOthersDependOnAsksForRefresh(t *testing.T) {
	t.Parallel()
	f := formOf(t, "kaceni-drevin")
	view, _ := f.Evaluate(nil, onDay("2026-11-22")).Page("duvod", ViewExtras{})
	refresh := map[string]bool{}
	collect(view.Fields, func(fv FieldView) { refresh[fv.Path] = fv.Refresh })
	if !refresh["obdobi"] || refresh["duvod"] {
		t.Errorf("refresh %v", refresh)
	}
}

func TestSummaryAndDiffSpeakPlainly(t *testing.T) {
	t.Parallel()
	f := formOf(t, "kaceni-drevin")
	e := f.Examples[0]
	ev := f.Evaluate(e.Answers, Setting{Today: day(e.Today), Params: e.Params, Lang: CS})
	rows := map[string]Row{}
	for _, s := range ev.Summary() {
		for _, r := range s.Rows {
			rows[r.Path] = r
		}
	}
	for path, want := range map[string]string{
		"vztah": "Vlastník pozemku", "hrozi": "Ne", "obec": "Hejnice", "co": "Stromy", "stromy.0": "", "stromy.0.obvod": "120 cm",
		"stromy.0.parcela": "parc. č. 123/4, k. ú. Hejnice", "stromu": "3 ks", "nakres": "nacrt.jpg", "foto": "nevyplněno",
		"zadatel": "Jana Vzorová, nar. 24. 3. 1980\nKlášterní 88, 463 62 Hejnice", "telefon": "+420 601 234 567", "pravda": "Potvrzeno",
	} {
		if rows[path].Value != want {
			t.Errorf("%s: %q, want %q", path, rows[path].Value, want)
		}
	}
	if rows["stromy.1"].Label != "2. strom" || rows["stromy.1.druh"].Depth != 1 || len(rows["nakres"].Files) != 1 || !rows["zadatel"].Sensitive || rows["obec"].Sensitive {
		t.Errorf("rows %+v", rows)
	}
	if _, ok := rows["obdobi_duvod"]; ok {
		t.Error("a hidden answer is in the summary")
	}
	if !f.Sensitive("zadatel.narozeni") || f.Sensitive("stromy.1.druh") || !formOf(t, "zadost-o-dotaci").Sensitive("ucet") {
		t.Error("sensitive marks")
	}

	next := e.Answers.With("stromy.0.obvod", int64(95)).With("stromy.1", nil).With("duvod", "Stíní.").With("zadatel.prijmeni", "Nová")
	changes := map[string]Change{}
	for _, c := range f.Diff(e.Answers, next, CS) {
		changes[c.Path] = c
	}
	if c := changes["stromy.0.obvod"]; c.Label != "1. strom – Obvod kmene ve výšce 130 cm" || c.Old != "120 cm" || c.New != "95 cm" || c.Page != "stromy" {
		t.Errorf("change %+v", c)
	}
	if c := changes["stromy.1"]; c.Label != "2. strom" || c.New != "" || !strings.Contains(c.Old, "jabloň") {
		t.Errorf("removed item %+v", c)
	}
	if len(changes) != 4 || changes["zadatel"].Page != "zadatel" {
		t.Errorf("changes %v", changes)
	}
	if same := f.Diff(e.Answers, e.Answers, CS); len(same) != 0 {
		t.Errorf("nothing changed, yet %v", same)
	}
}

func TestTryAnswersAsAMachineReads(t *testing.T) {
	t.Parallel()
	f := formOf(t, "hlaseni-zavady")
	tried := f.Try(Answers{"druh": "svetlo"}, onDay("2026-11-22"))
	if tried.Valid || len(tried.Visible) != 3 || len(tried.Errors) == 0 || tried.Errors[0].Field != "nebezpeci" || tried.Errors[0].Message == "" {
		t.Errorf("%+v", tried)
	}
}

func TestWarningsDoNotStop(t *testing.T) {
	t.Parallel()
	f := formOf(t, "oznameni-shromazdeni")
	e := f.Examples[2]
	ev := f.Evaluate(e.Answers, onDay(e.Today))
	found := false
	for _, finding := range ev.Findings() {
		found = found || finding.Weight == Warning && finding.Path == "datum"
	}
	if !ev.Valid() || !found {
		t.Errorf("valid %v, findings %v", ev.Valid(), ev.Findings())
	}
}

// Whatever was changed: putting the changes of Diff over the old answers gives the new ones.
func TestDiffCarriesEveryChange(t *testing.T) {
	t.Parallel()
	f := formOf(t, "kaceni-drevin")
	rapid.Check(t, func(t *rapid.T) {
		states := []Answers{}
		for range 2 {
			a := Answers{}
			for _, name := range sortedNames(f.Examples[1].Answers) {
				if rapid.Bool().Draw(t, name) {
					a[name] = f.Examples[1].Answers[name]
				}
			}
			if n := rapid.IntRange(0, 4).Draw(t, "trees"); n > 0 {
				list := make([]any, n)
				for i := range list {
					list[i] = map[string]any{"druh": rapid.SampledFrom([]string{"smrk", "dub"}).Draw(t, "species"), "pocet": int64(1)}
				}
				a["stromy"] = list
			}
			states = append(states, a)
		}
		got := states[0]
		for _, c := range f.Diff(states[0], states[1], CS) {
			got = got.With(c.Path, states[1].Get(c.Path))
		}
		if !reflect.DeepEqual(got, states[1]) {
			t.Fatalf("%v\nbecame\n%v\nwant\n%v", states[0], got, states[1])
		}
	})
}
