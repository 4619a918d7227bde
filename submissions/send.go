package submissions

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"time"

	"epom/forms"
	"epom/internal/clock"
	"epom/internal/errs"
	"epom/offices"
	"epom/records"
	"epom/routing"
)

// Sent is what a citizen has in hand after sending.
type Sent struct {
	Reference string
	Number    string // reference number in the office's journal; empty when it had been sent before
	Fresh     bool   // false = this draft had been sent before
}

// Elsewhere says that the competent office does not take submissions here: nothing was accepted.
type Elsewhere struct{ Decision *routing.Decision }

func (e *Elsewhere) Error() string { return "the competent office does not take part" }

// Unfinished says that the draft cannot be sent yet: what is wrong, by page.
type Unfinished struct{ Findings []forms.Finding }

func (e *Unfinished) Error() string { return "the draft is not complete" }

// Stale says that the draft changed since the person saw it; what was not seen is not sent.
type Stale struct {
	Labels   []string
	Revision int
}

func (e *Stale) Error() string { return "the draft changed since it was seen" }

// Decide finds the competent office for answers: who decides, and why.
func (s *Service) Decide(f *forms.Form, ev *forms.Evaluation) (*routing.Decision, error) {
	d, err := s.decide(f, ev)
	if err != nil {
		return nil, err
	}
	return d.Decision, nil
}

// maxDecisions bounds the decisions kept in memory, a few kilobytes each.
const maxDecisions = 4096

// decided is a decision with what of it is stored, written once: many submissions rest on the same decision.
type decided struct {
	*routing.Decision
	kept   json.RawMessage
	engine *routing.Engine // the rules it was made by
}

func (s *Service) decide(f *forms.Form, ev *forms.Evaluation) (*decided, error) {
	place, _ := ev.Place()
	return s.decideAt(f, place)
}

func (s *Service) decideAt(f *forms.Form, place forms.Place) (*decided, error) {
	q := routing.Query{Agenda: f.Agenda, Municipality: int(place.Municipality.Code), Level: routing.Level(place.Level), On: s.today()}
	if place.Key == string(routing.ByAddressee) && q.Level == "" {
		q.Level = routing.Obec
	}
	if q.Municipality == 0 {
		return nil, errs.New(errs.Invalid, "Nevíme, které obce se věc týká. Vyberte obec ze seznamu.")
	}
	engine := s.router.Engine()
	if known, ok := s.decisions.Load(q); ok && known.(*decided).engine == engine {
		return known.(*decided), nil
	}
	dec, err := engine.Resolve(q)
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(kept(dec))
	if err != nil {
		return nil, err
	}
	d := &decided{dec, raw, engine}
	if s.decided.Add(1)%maxDecisions == 0 { // yesterday's, and those of older rules, go with the rest
		s.decisions.Clear()
	}
	s.decisions.Store(q, d)
	return d, nil
}

// Send submits a draft as it was seen at a revision. It is safe to repeat: a draft already sent answers with what it
// became. Errors: *Unfinished, *Stale, *Elsewhere, *Halt, or one of the house.
func (s *Service) Send(ctx context.Context, token string, seen int) (Sent, error) {
	d, err := s.drafts.ask(ctx, token)
	if err != nil {
		return Sent{}, err
	}
	if d == nil {
		return Sent{}, errs.New(errs.NotFound, "")
	}
	if d.Reference != nil {
		return Sent{Reference: *d.Reference}, nil
	}
	if d.Revision != seen {
		return Sent{}, s.stale(ctx, d, seen)
	}
	it, err := s.prepare(d)
	if err != nil {
		return Sent{}, err
	}
	for try := 0; ; try++ {
		it.Reference = newReference()
		t, err := s.intake.ask(ctx, it)
		if err == nil {
			err = t.err
		}
		if errs.Is(err, errs.Conflict) && try < 3 { // somebody else's reference
			continue
		}
		if err == nil && t.Reference == "" { // saved from another window since it was read
			if d, err = s.drafts.ask(ctx, token); err == nil {
				err = s.stale(ctx, d, seen)
			}
		}
		return Sent{Reference: t.Reference, Number: t.ReferenceNumber, Fresh: t.Fresh}, err
	}
}

// stale names what of a draft changed since it was seen.
func (s *Service) stale(ctx context.Context, d *Draft, seen int) error {
	labels, err := s.ChangedSince(ctx, d, seen)
	if err != nil {
		return err
	}
	return &Stale{Labels: labels, Revision: d.Revision}
}

// prepare checks the whole journey, finds the office, and makes the item to take in.
func (s *Service) prepare(d *Draft) (item, error) {
	set := s.Suit(d, s.Setting(d.Lang))
	ev := d.Form.Evaluate(d.Answers.V, set)
	if !ev.Valid() {
		return item{}, &Unfinished{Findings: ev.Findings()}
	}
	dec, err := s.decide(d.Form, ev)
	if err != nil {
		return item{}, err
	}
	if dec.Office == nil || !dec.Office.Participates {
		return item{}, &Elsewhere{Decision: dec.Decision}
	}
	if halt := s.Halted(d, dec.Office.OfficeID); halt != nil {
		return item{}, halt
	}
	office, err := s.offices.ByID(dec.Office.OfficeID)
	if err != nil {
		return item{}, err
	}
	answers := ev.Result()
	files := d.sentFiles(answers)
	if err := withinLimits(office, files); err != nil {
		return item{}, err
	}
	now := s.clock.Now()
	term, confirm, err := s.term(d.Form.Agenda, now)
	if err != nil {
		return item{}, err
	}
	who := ev.Applicant()
	it := item{Draft: d.ID, Revision: d.Revision, Office: office.ID, Year: clock.Year(now), Form: d.FormCode, Version: d.FormVersion,
		Lang: d.Lang, routing: dec, Party: who.Name(), Email: who.Email, Subject: ev.Subject(), Agenda: d.Form.Agenda,
		Rule: term.Rule.Code, Starts: term.Starts.Format(time.DateOnly), Due: term.Due(s.Law().Calendar).On.Format(time.DateOnly), Files: files, At: now}
	it.Answers, it.Dropped = difference(d.Answers.V, answers)
	if it.Email == "" {
		it.Email = d.Email
	}
	if it.Party == "" {
		it.Party = "neuvedeno"
	}
	if confirm {
		by, err := s.confirmBy(now)
		if err != nil {
			return item{}, err
		}
		it.ConfirmBy = &by
	}
	return it, nil
}

// difference is what turns one set of answers into another: the values that are new or changed, the names that are gone.
func difference(from, to forms.Answers) (changed forms.Answers, gone []string) {
	changed, gone = forms.Answers{}, []string{}
	for name, v := range to {
		if !reflect.DeepEqual(from[name], v) {
			changed[name] = v
		}
	}
	for name := range from {
		if _, kept := to[name]; !kept {
			gone = append(gone, name)
		}
	}
	return changed, gone
}

// term is the term of an agenda that starts with receipt at the instant.
func (s *Service) term(agenda string, received time.Time) (records.Term, bool, error) {
	starts := clock.Date(received)
	rule, confirm, err := s.Law().ForAgenda(agenda, starts)
	return records.Term{Rule: rule, Starts: starts}, confirm, err
}

// confirmBy is the last day to confirm an unsigned submission: § 37(4) of Act 500/2004 Sb.
func (s *Service) confirmBy(received time.Time) (string, error) {
	starts := clock.Date(received)
	rule, err := s.Law().Rule("sr-37-4", starts)
	if err != nil {
		return "", err
	}
	return records.Term{Rule: rule, Starts: starts}.Due(s.Law().Calendar).On.Format(time.DateOnly), nil
}

// Kept is the part of a decision that is stored with a submission.
type Kept struct {
	Office      string            `json:"office"`
	Agenda      string            `json:"agenda"`
	Title       string            `json:"title"`
	Statute     string            `json:"statute"`
	Reasons     []routing.Reason  `json:"reasons"`
	Unverified  []routing.Doubt   `json:"unverified,omitempty"`
	Overridden  *routing.Override `json:"overridden,omitempty"`
	On          string            `json:"on"`
	DataVersion string            `json:"data_version"`
}

func kept(d *routing.Decision) Kept {
	k := Kept{Reasons: d.Reasons, Unverified: d.Unverified, Overridden: d.Overridden, On: d.On, DataVersion: d.DataVersion}
	if d.Office != nil {
		k.Office = d.Office.Name
	}
	if d.Agenda != nil {
		k.Agenda, k.Title, k.Statute = d.Agenda.Code, d.Agenda.Name, d.Agenda.Statute
	}
	return k
}

// sentFiles are the draft's files that the answers still name.
func (d *Draft) sentFiles(answers forms.Answers) []File {
	named := map[string]bool{}
	var look func(any)
	look = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if id, ok := v["id"].(string); ok {
				named[id] = true
			}
			for _, x := range v {
				look(x)
			}
		case []any:
			for _, x := range v {
				look(x)
			}
		}
	}
	if len(d.Files.V) == 0 {
		return []File{}
	}
	look(map[string]any(answers))
	files := []File{}
	for _, f := range d.Files.V {
		if named[f.ID] {
			files = append(files, f)
		}
	}
	return files
}

func withinLimits(o *offices.Office, files []File) error {
	var total int64
	for _, f := range files {
		if total += f.Size; f.Size > int64(o.AttachmentMB)<<20 {
			return errs.Newf(errs.Invalid, "Příloha „%s“ je větší než %d MB, které %s přijímá. Zmenšete ji nebo rozdělte.", f.Name, o.AttachmentMB, o.Name)
		}
	}
	if total > int64(o.SubmissionMB)<<20 {
		return errs.Newf(errs.Invalid, "Přílohy mají dohromady víc než %d MB, které %s přijímá.", o.SubmissionMB, o.Name)
	}
	if len(files) > o.AttachmentCount {
		return errs.Newf(errs.Invalid, "%s přijímá nejvýše %d příloh, přiložili jste %d.", o.Name, o.AttachmentCount, len(files))
	}
	return nil
}

// Sentences say in a language why the office is competent.
func (k Kept) Sentences(lang string) []string {
	out := make([]string, 0, len(k.Reasons))
	for _, r := range k.Reasons {
		if t := strings.TrimSpace(r.Text(lang)); t != "" {
			out = append(out, t)
		}
	}
	return out
}
