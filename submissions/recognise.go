package submissions

import (
	"epom/forms"
	"epom/internal/errs"
	"epom/records"
)

var errNotKnown = errs.New(errs.NotFound, "Takový formulář nebo jeho verzi tu neznáme.")

// Recognised is what a filled form of ours handed in anywhere says about itself.
type Recognised struct {
	Title   string // of the form
	Version int
	Subject string
	Agenda  string
	Sender  records.Party
	Missing []string // labels of what is wrong or missing in it; the clerk may ask for it
}

// Recognise reads a filled form of ours. Errors are those of ReadFilled, and NotFound for a form this installation does not
// know. The answers are checked anew: the hash says only that the data are as they were made.
func (s *Service) Recognise(data []byte) (Recognised, error) {
	e, err := ReadFilled(data)
	if err != nil {
		return Recognised{}, err
	}
	d := &Draft{FormCode: e.Form, FormVersion: e.Version, Lang: "cs"}
	d.Answers.V = e.Answers
	if err := s.withForm(d); err != nil {
		return Recognised{}, errNotKnown
	}
	set := s.Suit(d, s.Setting("cs"))
	ev := d.Form.Evaluate(e.Answers, set)
	r := Recognised{Title: d.Form.Title.In(forms.CS), Version: e.Version, Subject: ev.Subject(), Agenda: d.Form.Agenda, Sender: party(ev.Applicant())}
	for _, f := range ev.Findings() {
		if f.Weight == forms.Error {
			r.Missing = append(r.Missing, f.Label)
		}
	}
	return r, nil
}
