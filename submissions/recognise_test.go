package submissions_test

import (
	"bytes"
	"testing"

	"epom/forms"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/submissions"
)

// A filled form handed in at the counter says who sends it and what it is about, and what it lacks.
func TestRecogniseFilledForm(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	export := func(form string, version int, a forms.Answers) []byte {
		t.Helper()
		data, err := submissions.Export(&submissions.Draft{FormCode: form, FormVersion: version, Lang: "cs", Answers: db.J(a)})
		must(t, err)
		return data
	}
	whole := export("zkouska", 1, answers(hejnice))
	r, err := h.Recognise(whole)
	must(t, err)
	if r.Title != "Zkouška" || r.Subject != "Kácení: lípa" || r.Agenda != "kaceni-drevin" || r.Sender.Name != "Eva Tichá" || r.Sender.Email != "eva@posta.example" ||
		r.Sender.Born == nil || r.Sender.Given != "Eva" || len(r.Missing) != 0 {
		t.Errorf("%+v", r)
	}
	if r, err = h.Recognise(export("zkouska", 1, answers(hejnice).With("druh", nil))); err != nil || len(r.Missing) != 1 || r.Missing[0] != "Druh stromu" {
		t.Errorf("incomplete: %+v %v", r, err)
	}
	if _, err := h.Recognise(bytes.Replace(whole, []byte("Tich"), []byte("Tish"), 1)); !errs.Is(err, errs.Invalid) {
		t.Errorf("changed data: %v", err)
	}
	for _, foreign := range [][]byte{export("neni", 1, answers(hejnice)), export("zkouska", 99, answers(hejnice)), []byte("dopis")} {
		if _, err := h.Recognise(foreign); !errs.Is(err, errs.NotFound) {
			t.Errorf("a form not known here: %v", err)
		}
	}
	// answers of the wrong kind, with a sound hash, must harm nothing
	if r, err := h.Recognise(export("zkouska", 1, forms.Answers{"kdo": int64(5), "obec": []any{"x"}, "plan": "y", "pocet": map[string]any{}})); err != nil || len(r.Missing) == 0 {
		t.Errorf("wild answers: %+v %v", r, err)
	}
}

func TestGoOnTakesWhatFits(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	taken, err := h.GoOn(t.Context(), &submissions.Embedded{Form: "zkouska", Version: 7, Answers: answers(hejnice).With("cizi", "x")}, "cs")
	must(t, err)
	d, err := h.Draft(t.Context(), taken.Token)
	must(t, err)
	if taken.Was != 7 || d.FormVersion != 1 || d.Answers.V["druh"] != "lípa" || d.Answers.V["cizi"] != nil {
		t.Errorf("%+v %+v", taken, d.Answers.V)
	}
	if _, err := h.GoOn(t.Context(), &submissions.Embedded{Form: "neni", Version: 1, Answers: forms.Answers{}}, "cs"); !errs.Is(err, errs.Invalid) {
		t.Errorf("a form that is gone: %v", err)
	}
}
