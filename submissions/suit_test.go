package submissions_test

import (
	"errors"
	"testing"

	"epom/forms"
	"epom/submissions"
)

// rated is a form with a rate, a computed value and an adjustable attachment, in a version.
func rated(t *testing.T, version string) *forms.Form {
	t.Helper()
	f, err := forms.Parse([]byte(`{"code":"zkouska","version":` + version + `,"title":"Zkouška","summary":"Zkušební formulář","agenda":"kaceni-drevin",
		"locality":{"key":"property","from":["obec"]},"subject":"'Kácení: ' + druh","applicant":{"person":["kdo"],"email":"mail"},"publishedOn":"2026-01-01",
		"parameters":[{"name":"sazba","kind":"money","label":"Sazba","values":[{"from":"2020-01-01","value":1000,"source":"zákon"}]}],"adjustable":["attachment:plan"],
		"pages":[{"code":"kdo","title":"Kdo","fields":[{"name":"kdo","kind":"person","label":"Žadatel","omit":["adresa"],"required":true},{"name":"mail","kind":"email"}]},
		{"code":"co","title":"Co","fields":[{"name":"obec","kind":"municipality","label":"Obec","required":true},{"name":"druh","kind":"text","label":"Druh stromu","required":true},
		{"name":"pocet","kind":"number","label":"Počet stromů"},{"name":"plan","kind":"file","label":"Plánek"},{"name":"cena","kind":"computed","label":"Cena","expr":"params.sazba * pocet","result":"money"}]}]}`))
	must(t, err)
	return f
}

func TestAFormIsSentAsTheOfficeUsesIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	one := rated(t, "1")
	must(t, h.forms.Replace(forms.Contents{Forms: []*forms.Form{one}, Uses: map[forms.UseKey]forms.Use{
		{Office: h.here.ID, Code: "zkouska"}: {Values: []forms.ParameterValue{{Name: "sazba", From: "2026-01-01", Value: int64(2500), Source: "OZV"},
			{Name: "sazba", From: "2026-09-15", Value: int64(9900), Source: "OZV později"}}}}}))
	for where, want := range map[int64]int64{hejnice: 5000, frydlan: 2000} {
		sent, err := h.Send(t.Context(), h.draft(t, where), 1)
		must(t, err)
		v, err := h.ByReference(t.Context(), sent.Reference)
		must(t, err)
		if got := v.Answers.V["cena"]; got != want {
			t.Errorf("at %d the price is %v, want %d", where, got, want)
		}
		h.clock.Advance(48 * 60 * 60e9) // the later rate holds by now; what was sent keeps its own
		ev := v.Form.Evaluate(v.Answers.V, h.SettingOf(v, "cs"))
		if got := ev.Computed()["cena"]; got != want {
			t.Errorf("read two days later at %d the price is %v, want %d", where, got, want)
		}
		h.clock.Advance(-48 * 60 * 60e9)
	}

	own, err := one.Adjust(forms.Adjustments{Attachments: map[string]bool{"plan": true}})
	must(t, err)
	must(t, h.forms.Replace(forms.Contents{Forms: []*forms.Form{one}, Uses: map[forms.UseKey]forms.Use{
		{Office: h.here.ID, Code: "zkouska"}: {Adjusted: map[int]*forms.Form{1: own}}}}))
	var unfinished *submissions.Unfinished
	if _, err := h.Send(t.Context(), h.draft(t, hejnice), 1); !errors.As(err, &unfinished) || unfinished.Findings[0].Path != "plan" {
		t.Errorf("the office needs the plan: %v", err)
	}
	if _, err := h.Send(t.Context(), h.draft(t, frydlan), 1); err != nil {
		t.Error("the neighbour does not:", err)
	}
}

func TestADraftThatCannotGoOnIsToldWhyAndCarriedOver(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	one, two := rated(t, "1"), rated(t, "2")
	halted := func(token string) *submissions.Halt {
		t.Helper()
		_, err := h.Send(t.Context(), token, 1)
		var halt *submissions.Halt
		if err != nil && !errors.As(err, &halt) {
			t.Fatal(err)
		}
		return halt
	}
	contents := func(c forms.Contents) { t.Helper(); must(t, h.forms.Replace(c)) }
	contents(forms.Contents{Forms: []*forms.Form{one}})
	old, late := h.draft(t, hejnice), h.draft(t, hejnice)
	gone := map[forms.Key]forms.Withdrawal{one.Key(): {DraftsUntil: "2026-09-14", Why: "Chybělo poučení."}}
	contents(forms.Contents{Forms: []*forms.Form{one, two}, Withdrawn: gone})
	if halt := halted(old); halt != nil {
		t.Error("on the last day drafts may still be sent:", halt)
	}
	h.clock.Advance(24 * 60 * 60e9)
	halt := halted(late)
	if halt == nil || halt.Why != submissions.HaltWithdrawn || halt.Text != "Chybělo poučení." || halt.Successor != two {
		t.Fatalf("%+v", halt)
	}
	for range 2 { // the second click does nothing
		token, lost, err := h.Move(t.Context(), late, halt.Successor)
		if err != nil || token != late || len(lost) != 0 {
			t.Fatal(token, lost, err)
		}
	}
	d, err := h.Draft(t.Context(), late)
	must(t, err)
	if d.FormVersion != 2 || d.Answers.V["druh"] != "lípa" {
		t.Errorf("version %d, %v", d.FormVersion, d.Answers.V)
	}
	if _, err := h.Send(t.Context(), late, d.Revision); err != nil {
		t.Error(err)
	}

	// a form in place of another one
	other, err := forms.Parse([]byte(`{"code":"jiny","version":1,"title":"Jiný","summary":"S","agenda":"kaceni-drevin","locality":{"key":"property","from":["obec"]},"subject":"'x'",
		"applicant":{},"publishedOn":"2026-01-01","pages":[{"code":"a","title":"A","fields":[{"name":"obec","kind":"municipality","label":"Obec"},{"name":"druh","kind":"number","label":"Druh"}]}]}`))
	must(t, err)
	contents(forms.Contents{Forms: []*forms.Form{two}})
	moved := h.draft(t, hejnice)
	contents(forms.Contents{Forms: []*forms.Form{two, other}, Withdrawn: map[forms.Key]forms.Withdrawal{two.Key(): {DraftsUntil: "2026-09-14", Why: "Konec.", Successor: "jiny"}}})
	if halt = halted(moved); halt == nil || halt.Successor != other {
		t.Fatalf("%+v", halt)
	}
	token, lost, err := h.Move(t.Context(), moved, other)
	if err != nil || token == moved || len(lost) != 4 {
		t.Fatal(token, lost, err)
	}

	// switched off at one office, and an office that stays at an earlier version
	contents(forms.Contents{Forms: []*forms.Form{one, two}, Uses: map[forms.UseKey]forms.Use{
		{Office: h.here.ID, Code: "zkouska"}:  {OffWhy: "Dovolená.", OffUntil: "2026-09-20"},
		{Office: h.there.ID, Code: "zkouska"}: {Version: 1}}})
	if halt = halted(h.draft(t, hejnice)); halt == nil || halt.Why != submissions.HaltOff || halt.Text != "Dovolená." || halt.Office != h.here {
		t.Errorf("%+v", halt)
	}
	if halt = halted(h.draft(t, frydlan)); halt == nil || halt.Why != submissions.HaltVersion || halt.Successor != one {
		t.Errorf("%+v", halt)
	}
	pinned, err := h.StartAt(t.Context(), h.there.ID, "zkouska", "cs", answers(frydlan))
	must(t, err)
	if halt = halted(pinned); halt != nil {
		t.Errorf("%+v", halt)
	}
	h.clock.Advance(7 * 24 * 60 * 60e9)
	if halt = halted(h.draft(t, hejnice)); halt != nil {
		t.Error("switched on by itself after the last day:", halt)
	}
}
