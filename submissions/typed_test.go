package submissions

import (
	"testing"
	"time"

	"epom/forms"
	"epom/records"
)

// A paper with everything, with half of it and with nothing becomes a transcript that is read back and says what is missing.
func TestTypeIn(t *testing.T) {
	t.Parallel()
	all, err := forms.Load()
	if err != nil {
		t.Fatal(err)
	}
	set := forms.Setting{Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), Lang: "cs"}
	for _, f := range all.All() {
		whole, err := TypeIn(f, f.Examples[0].Answers, set)
		if err != nil {
			t.Fatal(f.Code, err)
		}
		for _, n := range whole.Notes {
			t.Errorf("%s: the first example has a defect: %s %s", f.Code, n.Path, n.Message)
		}
		empty, err := TypeIn(f, forms.Answers{}, set)
		if err != nil {
			t.Fatal(f.Code, err)
		}
		if len(empty.Notes) == 0 || len(empty.Missing) != len(empty.Notes) || empty.Subject == "" || empty.Sender.Name != "neznámý" {
			t.Errorf("%s: an empty paper: %+v", f.Code, empty.Recognised)
		}
		for _, n := range empty.Notes {
			if field, ok := f.Field(n.Path); ok && field.Kind == "file" {
				t.Errorf("%s: a paper cannot upload %s", f.Code, n.Path)
			}
		}
		for name, typed := range map[string]Typed{"whole": whole, "empty": empty} {
			e, err := ReadFilled(typed.PDF)
			if err != nil || e.Form != f.Code || e.Version != f.Version {
				t.Errorf("%s of %s reads back as %+v: %v", name, f.Code, e, err)
			}
			if left := records.CleanParty(&typed.Sender); len(left) > 0 {
				t.Errorf("%s of %s: the name register refuses the sender: %v", name, f.Code, left)
			}
		}
	}
}

// What cannot be read on the paper is left out of the sender.
func TestSenderFromBadPaper(t *testing.T) {
	t.Parallel()
	p := sender(forms.Applicant{Given: "Eva", Family: "Tichá", Email: "eva na poště", Databox: "?!", ICO: "123", Address: forms.Address{Zip: "46"}})
	if p.Name != "Eva Tichá" || p.Email != "" || p.DataBox != "" || p.ICO != "" || p.Zip != "" {
		t.Errorf("%+v", p)
	}
}
