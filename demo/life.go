package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"epom/forms"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/offices"
	"epom/records"
	"epom/submissions"
)

// How a submission's story goes on after it was sent.
type story int

const (
	untouched story = iota // waits in the inbox
	assigned               // a clerk has it
	asked                  // the citizen was called to complete it and has not answered
	completed              // she has answered
	answered               // handled by a document
	noted                  // taken note of
	extended               // the term was extended
	referred               // forwarded to the competent office
	storyCount
)

// plan spreads submissions over three months of working hours: many for Hejnice and the towns, some everywhere.
func (r *region) plan() error {
	catalogue := r.forms.All()
	if len(catalogue) == 0 {
		return errors.New("there are no forms")
	}
	n := 0
	for _, o := range r.offices.Snapshot().Participating() {
		if o.MunicipalityCode == 0 {
			continue
		}
		count := 2
		if o.Slug == "hejnice" || o.Slug == "liberec" || o.Slug == "frydlant" {
			count = 24
		}
		for i := range count {
			f := catalogue[n%len(catalogue)]
			n++
			st := story(i % int(storyCount))
			at := r.Now.AddDate(0, 0, -r.rnd.IntN(88)-1)
			if st == untouched || st == assigned {
				at = r.Now.AddDate(0, 0, -r.rnd.IntN(9)-1)
			}
			at = clock.Date(at).Add(time.Duration(7*60+r.rnd.IntN(12*60))*time.Minute + time.Duration(r.rnd.IntN(60))*time.Second)
			r.submit(f, o, at, st)
		}
	}
	return nil
}

// submit sends a form filled like one of its examples, by an invented person, from the office's municipality.
func (r *region) submit(f *forms.Form, o *offices.Office, at time.Time, st story) {
	answers, ok := r.fill(f, o, at)
	if !ok {
		return
	}
	r.later(at, func(ctx context.Context) error {
		token, err := r.submissions.Start(ctx, f.Code, "cs", answers)
		if err != nil {
			return err
		}
		sent, err := r.submissions.Send(ctx, token, 1)
		var elsewhere *submissions.Elsewhere
		if errors.As(err, &elsewhere) { // an office that does not take part: nothing was accepted
			return r.submissions.Discard(ctx, token)
		}
		var unfinished *submissions.Unfinished
		if errors.As(err, &unfinished) {
			return fmt.Errorf("form %s: example does not pass: %+v", f.Code, unfinished.Findings)
		}
		if err != nil {
			return fmt.Errorf("form %s for %s: %w", f.Code, o.Slug, err)
		}
		v, err := r.submissions.ByReference(ctx, sent.Reference)
		if err != nil {
			return err
		}
		r.goOn(sent.Reference, v.OfficeID, v.CaseID, at, st)
		return nil
	})
}

// fill takes the first example without errors and puts another person and place into it.
// The example's dates move along with its day.
func (r *region) fill(f *forms.Form, o *offices.Office, at time.Time) (forms.Answers, bool) {
	for _, e := range f.Examples {
		today, err := time.ParseInLocation(time.DateOnly, e.Today, clock.Prague)
		if len(e.Errors) > 0 || err != nil {
			continue
		}
		days := int(clock.Date(at).Sub(today).Round(24*time.Hour) / (24 * time.Hour))
		a := forms.Answers(shift(map[string]any(e.Answers), days).(map[string]any))
		p := r.person()
		for _, path := range f.Applicant.Person {
			if a.Get(path) != nil {
				a = a.With(path+".jmeno", p.given).With(path+".prijmeni", p.family)
			}
		}
		if f.Applicant.Email != "" {
			a = a.With(f.Applicant.Email, mailbox(p.given)+"."+mailbox(p.family)+"@posta.example")
		}
		here := map[string]any{"code": int64(o.MunicipalityCode), "name": o.SeatName}
		for _, path := range f.Locality.From {
			field, ok := f.Field(path)
			if !ok || a.Get(path) == nil {
				continue
			}
			switch field.Kind {
			case "municipality":
				a = a.With(path, here)
			case "address":
				a = a.With(path, r.address(o, here))
			case "person":
				a = a.With(path+".adresa", r.address(o, here))
			case "legalperson":
				a = a.With(path+".sidlo", r.address(o, here))
			}
		}
		return a, true
	}
	return nil, false
}

// shift moves every date in answers by days; the values are copied.
func shift(v any, days int) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[k] = shift(x, days)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = shift(x, days)
		}
		return out
	case string:
		if d, err := time.Parse(time.DateOnly, v); err == nil {
			return d.AddDate(0, 0, days).Format(time.DateOnly)
		}
	}
	return v
}

func (r *region) address(o *offices.Office, here map[string]any) map[string]any {
	number := fmt.Sprint(1 + r.rnd.IntN(58))
	return map[string]any{"number": number, "zip": o.Zip, "municipality": here, "text": fmt.Sprintf("%s č. p. %s", o.SeatName, number)}
}

// goOn plans the later steps of a submission's story.
func (r *region) goOn(reference string, office int32, id int64, at time.Time, st story) {
	people := r.staff[office]
	if people == nil || st == untouched {
		return
	}
	mail := db.Scope{Office: office, Actor: fmt.Sprintf("account:%d", people.mailroom.ID)}
	desk := db.Scope{Office: office, Actor: fmt.Sprintf("account:%d", people.clerk.ID)}
	s, t := r.submissions, at.Add(3*time.Hour)
	r.later(t, func(ctx context.Context) error { return s.Assign(ctx, mail, id, records.Hand{Clerk: &people.clerk.ID}) })
	taken := t.Add(time.Hour)
	r.later(taken, func(ctx context.Context) error {
		return r.DB.Tx(ctx, desk, func(tx *db.Tx) error { return records.Accept(ctx, tx, id, people.clerk.ID, taken) })
	})
	switch st {
	case asked, completed:
		t = t.AddDate(0, 0, 3)
		r.later(t, func(ctx context.Context) error {
			return s.Ask(ctx, desk, id, "Prosíme o doplnění snímku katastrální mapy se zákresem místa, kterého se podání týká.", s.CompletionDay())
		})
		if st == completed {
			r.later(t.AddDate(0, 0, 5), func(ctx context.Context) error {
				return s.Complete(ctx, reference, "Dobrý den, posílám popis místa: stojí u cesty za hasičskou zbrojnicí, třetí od mostu. Snímek mapy přinesu osobně ve středu.", nil)
			})
		}
	case answered:
		r.later(t.AddDate(0, 0, 9+r.rnd.IntN(10)), func(ctx context.Context) error {
			return s.Handle(ctx, desk, id, submissions.Answer{How: records.ByDocument, Subject: "Vyřízení podání",
				Text: "Vážená paní, vážený pane,\n\nVašemu podání jsme vyhověli. Podrobnosti najdete v tomto dokumentu.\n\nS pozdravem\n" + people.clerk.Name})
		})
	case noted:
		r.later(t.AddDate(0, 0, 2), func(ctx context.Context) error {
			return s.Handle(ctx, desk, id, submissions.Answer{How: records.ByNoting, Text: "Údaje byly zapsány do evidence."})
		})
	case extended:
		r.later(t.AddDate(0, 0, 20), func(ctx context.Context) error {
			err := s.Extend(ctx, desk, id, 10, "Je třeba místní šetření za účasti vlastníků sousedních pozemků.")
			if errs.Is(err, errs.Invalid) { // this agenda's term cannot be extended
				return nil
			}
			return err
		})
	case referred:
		target, err := r.offices.BySlug("frydlant")
		if err != nil || target.ID == office {
			return
		}
		r.later(t.AddDate(0, 0, 1), func(ctx context.Context) error {
			_, err := s.Refer(ctx, desk, id, submissions.Referral{Target: target.ID, Why: "Věc se podle obsahu podání týká pozemku v územním obvodu jiného úřadu. Podle § 12 zákona č. 500/2004 Sb. se proto postupuje úřadu příslušnému."})
			return err
		})
	}
}
