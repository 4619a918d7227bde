package main

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"epom/forms"
)

// ready is an engine with the project's own forms and two towns.
func ready(t *testing.T) (*Engine, []*forms.Form) {
	t.Helper()
	e, err := NewEngine()
	if err != nil {
		t.Fatal(err)
	}
	all, err := forms.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all.All() {
		data, err := json.Marshal(f.Definition)
		if err != nil {
			t.Fatal(err)
		}
		if about, err := e.Load(data, "cs"); err != nil || about.Code != f.Code || about.Title != f.Title.CS {
			t.Fatalf("%s: %+v (%v)", f.Code, about, err)
		}
	}
	e.Towns([]Town{{564044, "Hejnice", "Liberec"}, {564028, "Frýdlant", "Liberec"}})
	return e, all.All()
}

// Every example of every form comes out as it says, through the door the browser uses.
func TestExamples(t *testing.T) {
	e, all := ready(t)
	tried := 0
	for _, f := range all {
		for _, x := range f.Examples {
			s := State{Code: f.Code, Version: f.Version, Lang: "cs", Today: x.Today, Params: x.Params, Answers: x.Answers}
			in, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			out, err := e.Call("check", in)
			if err != nil {
				t.Fatal(err)
			}
			var c Check
			if err := json.Unmarshal(out, &c); err != nil {
				t.Fatal(err)
			}
			var visible []string
			for _, st := range c.Steps {
				visible = append(visible, st.Code)
			}
			if strings.Join(visible, " ") != strings.Join(x.Visible, " ") || c.Complete != (len(x.Errors) == 0) || x.Subject != "" && c.Subject != x.Subject {
				t.Errorf("%s, %s: pages %v, complete %v, subject %q", f.Code, x.Name, visible, c.Complete, c.Subject)
			}
			for _, code := range visible {
				s.Step = code
				p, err := e.Show(s)
				if err != nil || p.Step != "" && !strings.Contains(p.HTML, `id="step"`) {
					t.Errorf("%s, %s, page %s: %v\n%s", f.Code, x.Name, code, err, p.HTML)
				}
			}
			tried++
		}
	}
	if tried < 14 {
		t.Errorf("%d examples were tried", tried)
	}
}

// A page is taken in as on the server: what is wrong is named and kept, what is right leads on, a town is recognised.
func TestFilling(t *testing.T) {
	e, _ := ready(t)
	s := State{Code: "kaceni-drevin", Version: 1, Lang: "cs", Today: "2026-11-30"}
	p, err := e.Show(s)
	if err != nil || p.Step != "vztah" || !strings.Contains(p.HTML, "Kdo jste?") || strings.Contains(p.HTML, "error-summary") {
		t.Fatalf("%+v (%v)", p, err)
	}
	s.Step = p.Step
	if p, err = e.Save(s, url.Values{"vztah": {"vlastnik"}}, nil); err != nil || !p.Wrong || !strings.Contains(p.HTML, "error-summary") || p.Answers["vztah"] != "vlastnik" {
		t.Fatalf("an incomplete page: %+v (%v)", p, err)
	}
	s.Answers = p.Answers
	if p, err = e.Save(s, url.Values{"vztah": {"vlastnik"}, "hrozi": {"ne"}}, nil); err != nil || p.Wrong || p.Step == "vztah" || p.Step == "" {
		t.Fatalf("a complete page: %+v (%v)", p, err)
	}
	s.Answers, s.Step = p.Answers, "dreviny" // not reachable yet
	if p, err = e.Show(s); err != nil || p.Step == "dreviny" {
		t.Errorf("a page out of turn is shown: %s (%v)", p.Step, err)
	}
	s.Step = p.Step
	if p, err = e.Save(s, url.Values{"obec.name": {"frydl"}}, nil); err != nil || !strings.Contains(p.HTML, "Frýdlant") {
		t.Errorf("towns are not offered: %s (%v)", p.HTML, err)
	}
	s.Answers = p.Answers
	p, err = e.Save(s, url.Values{"obec.name": {"hejnice"}}, nil)
	if town, _ := p.Answers["obec"].(map[string]any); err != nil || town["name"] != "Hejnice" {
		t.Errorf("the town is %v (%v)", p.Answers["obec"], err)
	}
}

func TestBadCalls(t *testing.T) {
	e, _ := ready(t)
	for method, in := range map[string]string{"load": `{"definition":{"code":"x"}}`, "show": `{"code":"kaceni-drevin","version":9,"today":"2026-11-30"}`, "check": `{"code":"kaceni-drevin","version":1,"today":"dnes"}`, "nic": `{}`, "save": `{`} {
		if out, err := e.Call(method, []byte(in)); err == nil {
			t.Errorf("%s answers %s", method, out)
		}
	}
}
