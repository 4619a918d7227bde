package submissions

import (
	"errors"
	"slices"
	"strings"

	"epom/forms"
	"epom/internal/errs"
	"epom/internal/pdf"
	"epom/records"
)

// Blank is a form as an office takes it, for a clerk who types a paper in. NotFound when nobody offers it now.
func (s *Service) Blank(code string, office int32) (*forms.Form, forms.Setting, error) {
	set := s.Setting(string(forms.CS))
	f, ok := s.forms.Latest(code)
	if !ok {
		return nil, set, errs.New(errs.NotFound, "Takový formulář se teď nenabízí. Zapište papír jako obyčejnou zásilku.")
	}
	f = s.forms.Suited(f, office)
	set.Params = s.forms.Params(f, office, set.Today)
	return f, set, nil
}

// Typed is a paper form typed in: what the mailroom registers of it.
type Typed struct {
	Recognised
	Notes []forms.Finding // what is missing or does not fit; the paper is registered all the same
	PDF   []byte          // the transcript with its data
}

// TypeIn makes the transcript of a paper form. What the paper does not hold stops nothing (§ 37(3) of Act 500/2004 Sb.: the
// office helps to remove defects, it does not refuse); it is noted in the transcript. Attachments came with the paper.
func TypeIn(f *forms.Form, a forms.Answers, set forms.Setting) (Typed, error) {
	ev := f.Evaluate(a, set)
	t := Typed{Recognised: Recognised{Title: f.Title.In(forms.CS), Version: f.Version, Subject: ev.Subject(), Agenda: f.Agenda, Sender: sender(ev.Applicant())}, Notes: Defects(f, ev)}
	if t.Subject = strings.TrimRight(t.Subject, " –-,:"); t.Subject == "" { // the end of it may be missing on the paper
		t.Subject = t.Title
	}
	for _, n := range t.Notes {
		t.Missing = append(t.Missing, n.Label)
	}
	d := pdf.New(pdf.Meta{Title: t.Title, Subject: t.Subject, Created: set.Today, Header: t.Title, Footer: "Přepsáno " + day(set.Today)})
	d.Heading(1, t.Title)
	d.Note("Přepis papírového podání pořízený podatelnou. Rozhoduje papírový originál.")
	answers(d, "Přepsané údaje", ev.Summary())
	if len(t.Notes) > 0 {
		d.Heading(2, "Co na papíru chybí nebo nesedí")
		var lines []string
		for _, n := range t.Notes {
			lines = append(lines, strings.TrimPrefix(n.Label+": "+n.Message, ": "))
		}
		d.List(lines)
	}
	var err error
	t.PDF, err = finish(d, Embedded{Form: f.Code, Version: f.Version, Lang: string(forms.CS), Answers: ev.Result()})
	if err != nil {
		return t, errors.Join(errors.New("typed: transcript"), err)
	}
	return t, nil
}

// Defects are the errors of a paper form, without those of file fields: its attachments lie on the table.
func Defects(f *forms.Form, ev *forms.Evaluation) []forms.Finding {
	return slices.DeleteFunc(slices.Clone(ev.Findings()), func(n forms.Finding) bool {
		field, ok := f.Field(n.Path)
		return n.Weight != forms.Error || ok && field.Kind == "file"
	})
}

// sender is the applicant as the name register takes her: what is unreadable on the paper is left out, not invented.
func sender(a forms.Applicant) records.Party {
	p := party(a)
	for _, w := range records.CleanParty(&p) {
		switch w.Name {
		case "name":
			p.Name = "neznámý"
		case "email":
			p.Email = ""
		case "data_box":
			p.DataBox = ""
		case "zip":
			p.Zip = ""
		case "ico":
			p.ICO, p.Kind = "", records.Person
		case "born":
			p.Born = nil
		}
	}
	return p
}
