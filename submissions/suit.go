package submissions

import (
	"context"
	"time"

	"epom/forms"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/offices"
)

// Suit gives a draft the form as the competent office uses it, its own wording and the values of its parameters on the
// setting's day. Until the office is known the form stands as it was published, with the values it brings itself.
func (s *Service) Suit(d *Draft, set forms.Setting) forms.Setting {
	if len(d.Form.Parameters) == 0 && !s.forms.Touched(d.FormCode) {
		return set
	}
	place, _ := d.Form.Where(d.Answers.V, set)
	if dec, err := s.decideAt(d.Form, place); err == nil && dec.Office != nil {
		d.Form = s.forms.Suited(d.Form, dec.Office.OfficeID)
		set.Params = s.forms.Params(d.Form, dec.Office.OfficeID, set.Today)
		return set
	}
	set.Params = s.forms.Params(d.Form, 0, set.Today)
	return set
}

// SettingOf is what a submission's form is run with: the day on which it was delivered and the parameters of the office
// it was sent to on that day, so that what was computed then is what is read now.
func (s *Service) SettingOf(v *View, lang string) forms.Setting {
	set := s.Setting(lang)
	if !v.Filed() || v.Form == nil {
		return set
	}
	set.Today = clock.Date(v.DeliveredAt)
	office := v.OfficeID
	if v.FromOffice != nil {
		office = *v.FromOffice
	}
	if len(v.Past) > 0 {
		office = v.Past[0].Office.ID
	}
	set.Params = s.forms.Params(v.Form, office, set.Today)
	return set
}

// Halt says why a draft cannot go on as it is.
type Halt struct {
	Why       HaltReason
	Text      string          // in the words of whoever stopped it; Czech
	Until     string          // ISO date of the last day an office has the form switched off; "" = not known
	Office    *offices.Office // that has it switched off, or offers another version
	Successor *forms.Form     // what to go on with; nil = nothing
}

// HaltReason is a kind of halt.
type HaltReason string

// Reasons of a halt.
const (
	HaltWithdrawn HaltReason = "withdrawn" // the version was withdrawn and its drafts had their time
	HaltOff       HaltReason = "off"       // the office does not take the form in now
	HaltVersion   HaltReason = "version"   // the office has not taken this version over and offers an earlier one
)

func (e *Halt) Error() string { return "the draft cannot go on: " + string(e.Why) }

// Halted tells whether a draft may go on; nil = it may. dec may be nil while the office is not known.
func (s *Service) Halted(d *Draft, office int32) *Halt {
	today := s.today().Format(time.DateOnly)
	if w, gone := s.forms.Withdrawn(d.FormCode, d.FormVersion); gone && today > w.DraftsUntil {
		h := &Halt{Why: HaltWithdrawn, Text: w.Why}
		h.Successor, _ = s.forms.Successor(d.Form)
		return h
	}
	if office == 0 {
		return nil
	}
	use := s.forms.Use(office, d.FormCode)
	var h *Halt
	switch offered, ok := s.forms.Offered(office, d.FormCode); {
	case use.Off(today):
		h = &Halt{Why: HaltOff, Text: use.OffWhy, Until: use.OffUntil}
	case use.Version != 0 && ok && offered.Version < d.FormVersion:
		h = &Halt{Why: HaltVersion, Successor: offered}
	default:
		return nil
	}
	h.Office, _ = s.offices.ByID(office)
	return h
}

// HaltedAt is Halted for the office that answers lead to.
func (s *Service) HaltedAt(d *Draft, ev *forms.Evaluation) *Halt {
	if dec, err := s.decide(d.Form, ev); err == nil && dec.Office != nil {
		return s.Halted(d, dec.Office.OfficeID)
	}
	return s.Halted(d, 0)
}

// Move takes a draft over to another version or form with the answers that fit there. It returns the token to go on
// with, another one when the form is another, and the labels of what could not be carried over.
func (s *Service) Move(ctx context.Context, token string, to *forms.Form) (string, []string, error) {
	var lost []string
	var other *Draft
	err := s.db.Tx(ctx, db.Scope{Actor: "citizen"}, func(tx *db.Tx) error {
		d, err := s.lockDraft(ctx, tx, token)
		if err != nil {
			return err
		}
		if d.FormCode == to.Code && d.FormVersion == to.Version {
			return nil // a second click
		}
		files := d.FormCode == to.Code // files stay with their draft
		var answers forms.Answers
		answers, lost = forms.Carry(d.Form, to, d.Answers.V, files, forms.Lang(d.Lang))
		if !files {
			d.Answers.V, other = answers, d
			return nil
		}
		if err := s.store(ctx, tx, d, answers); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, sql.Get("move-draft"), d.ID, to.Version)
		return err
	})
	if err != nil || other == nil {
		return token, lost, err
	}
	token, err = s.Start(ctx, to.Code, other.Lang, other.Answers.V)
	return token, lost, err
}

// StartAt is Start for an office that is known beforehand: with the version that office offers.
func (s *Service) StartAt(ctx context.Context, office int32, formCode, lang string, answers forms.Answers) (string, error) {
	f, ok := s.forms.Offered(office, formCode)
	if !ok {
		return "", errs.New(errs.NotFound, "")
	}
	return s.begin(ctx, f, lang, answers)
}
