package board

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode/utf8"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
)

// New is a posting to be made.
type New struct {
	Content
	Origin         string
	CaseID         *int64
	DocumentID     *int64
	Requester      string
	RequesterRef   string
	RequesterEmail string
	Contract       *Contract  // the contract under which another office posts here; nil = the office itself
	PostAt         time.Time  // zero = now
	UntilOn        *time.Time // the last day it hangs; nil = until further notice
	EventAt        *time.Time
	EventPlace     string
	EarlyWhy       string // why it hangs shorter than the law wants
	PastWhy        string // why PostAt lies in the past: it hung in the street before
}

// grace is how far back a moment typed by a person still means now.
const grace = 2 * time.Minute

// Make gives a posting its number and puts it up at once, or plans it for its time. A moment in the past needs a reason:
// the board in the street may have been faster, the electronic one never is. Errors: Invalid with fields.
func (l *Law) Make(ctx context.Context, tx *db.Tx, n New, now time.Time) (*Posting, error) {
	if n.PostAt.IsZero() {
		n.PostAt = now
	}
	kind, err := l.Kind(n.Kind, clock.Date(n.PostAt))
	if err != nil {
		return nil, errs.Fields(errs.Field{Name: "kind", Message: "Vyberte druh vyvěšení."})
	}
	past := n.PostAt.Before(now.Add(-grace))
	on := n.PostAt
	if past {
		on = now
	}
	plan := l.Plan(kind, on, n.EventAt)
	if wrong := n.check(plan, past); wrong != nil {
		return nil, errs.Fields(wrong...)
	}
	p := &Posting{OfficeID: tx.Office, Year: clock.Year(now), Version: 1, Revision: 1, Origin: n.Origin, CaseID: n.CaseID, DocumentID: n.DocumentID,
		Requester: n.Requester, RequesterRef: n.RequesterRef, RequesterEmail: n.RequesterEmail, MadeAt: now, MadeBy: tx.Actor,
		PostAt: n.PostAt, UntilOn: n.UntilOn, EventAt: n.EventAt, EventPlace: n.EventPlace, MustUntil: plan.MustUntil, EffectOn: plan.EffectOn,
		EarlyWhy: n.EarlyWhy, PastWhy: n.PastWhy}
	if past {
		p.PhysicalPostedAt = &n.PostAt
	}
	if c := n.Contract; c != nil {
		p.ContractID, p.PublisherID = &c.ID, &c.PublisherID
	}
	if err := insert(ctx, tx, p, Revision{Revision: 1, At: now, By: tx.Actor, Content: n.Content}); err != nil {
		return nil, err
	}
	p.log(tx, now, "posting.made", map[string]any{"number": p.Number(), "kind": n.Kind, "post_at": p.PostAt, "contract": p.ContractID})
	if !n.PostAt.After(now) {
		return p, l.publish(ctx, tx, p, now)
	}
	return p, jobs.Enqueue(ctx, tx, p.job(JobPost, n.PostAt))
}

// check names what is wrong with a new posting.
func (n *New) check(plan Plan, past bool) []errs.Field {
	wrong := n.Content.check()
	add := func(name, message string) { wrong = append(wrong, errs.Field{Name: name, Message: message}) }
	for _, s := range []*string{&n.Requester, &n.RequesterRef, &n.EventPlace, &n.EarlyWhy, &n.PastWhy} {
		*s = strings.Join(strings.Fields(clean(*s)), " ")
	}
	if n.RequesterEmail = strings.TrimSpace(n.RequesterEmail); n.RequesterEmail != "" {
		if a, err := mail.ParseAddress(n.RequesterEmail); err != nil || a.Address != n.RequesterEmail || len(n.RequesterEmail) > maxShort {
			add("requester_email", "Napište adresu ve tvaru podatelna@urad.cz.")
		}
	}
	wrong = append(wrong, tooLong("requester", n.Requester, maxShort)...)
	wrong = append(wrong, tooLong("requester_ref", n.RequesterRef, maxShort)...)
	wrong = append(wrong, tooLong("event_place", n.EventPlace, maxShort)...)
	wrong = append(wrong, tooLong("early_why", n.EarlyWhy, maxTitle)...)
	wrong = append(wrong, tooLong("past_why", n.PastWhy, maxTitle)...)
	if past && n.PastWhy == "" {
		add("past_why", "Datum vyvěšení už minulo. Uveďte, proč se zapisuje zpětně.")
	}
	if plan.Kind.BeforeEvent && n.EventAt == nil {
		add("event_at", "U tohoto druhu uveďte, kdy se událost koná: od ní se počítá lhůta.")
	}
	if plan.TooLate && n.EarlyWhy == "" {
		add("early_why", fmt.Sprintf("Mezi vyvěšením a událostí musí být aspoň %d dní (%s). Uveďte důvod, nebo změňte termín.", plan.Kind.Days, plan.Kind.Statute))
	}
	return append(wrong, checkUntil(plan, n.UntilOn, n.EarlyWhy)...)
}

// checkUntil holds the last day to what the law wants, unless a reason is given.
func checkUntil(plan Plan, until *time.Time, why string) []errs.Field {
	switch {
	case until == nil:
	case until.Before(plan.PostOn):
		return []errs.Field{{Name: "until_on", Message: "Sejmutí nemůže být dřív než vyvěšení."}}
	case plan.MustUntil != nil && until.Before(*plan.MustUntil) && why == "":
		return []errs.Field{{Name: "until_on", Message: fmt.Sprintf("Musí viset aspoň do %s včetně (%s). Prodlužte dobu, nebo uveďte důvod dřívějšího sejmutí.",
			plan.MustUntil.Format("2. 1. 2006"), plan.Kind.Statute)}}
	}
	return nil
}

// Limits of what a revision says, in characters.
const (
	maxTitle = 500
	maxText  = 50_000
	maxShort = 200
)

func (c *Content) check() (wrong []errs.Field) {
	add := func(name, message string) { wrong = append(wrong, errs.Field{Name: name, Message: message}) }
	lines := []*string{&c.Title, &c.Issuer, &c.IssuerICO, &c.ReferenceNumber, &c.FileMark, &c.Link}
	for i := range c.Agendas.V {
		lines = append(lines, &c.Agendas.V[i])
	}
	for i := range c.Places.V {
		lines = append(lines, &c.Places.V[i].Name)
	}
	for i := range c.Subjects.V {
		lines = append(lines, &c.Subjects.V[i].Name, &c.Subjects.V[i].ICO)
	}
	for i := range c.Files {
		lines = append(lines, &c.Files[i].Name, &c.Files[i].URL)
	}
	for _, s := range lines {
		*s = strings.Join(strings.Fields(clean(*s)), " ")
	}
	c.Text = strings.TrimSpace(clean(c.Text))
	if c.Title == "" {
		add("title", "Napište, co se vyvěšuje.")
	}
	for _, f := range []struct {
		name, value string
		max         int
	}{{"title", c.Title, maxTitle}, {"text", c.Text, maxText}, {"issuer", c.Issuer, maxShort}, {"reference_number", c.ReferenceNumber, maxShort}, {"file_mark", c.FileMark, maxShort}} {
		wrong = append(wrong, tooLong(f.name, f.value, f.max)...)
	}
	if c.Issuer == "" {
		add("issuer", "Uveďte, kdo písemnost vydal.")
	}
	if c.Link != "" && !strings.HasPrefix(c.Link, "https://") {
		add("link", "Odkaz musí začínat https://.")
	}
	if len(c.Files) == 0 && c.Text == "" && c.Link == "" {
		add("files", "Přiložte dokument, nebo napište text oznámení.")
	}
	return wrong
}

func tooLong(name, value string, most int) []errs.Field {
	if n := utf8.RuneCountInString(value); n > most {
		return []errs.Field{{Name: name, Message: fmt.Sprintf("Text má %d znaků, nejvýše jich může být %d.", n, most)}}
	}
	return nil
}

// clean leaves out control characters, which no page and no feed may carry.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if (r < ' ' && r != '\n' && r != '\t') || r == 0x7f || r == utf8.RuneError {
			return -1
		}
		return r
	}, s)
}

// Publish puts a planned posting up when its time came; the job's. A posting cancelled or put up meanwhile stays as it is.
func (l *Law) Publish(ctx context.Context, tx *db.Tx, id int64, now time.Time) (*Posting, error) {
	p, err := lock(ctx, tx, id)
	if err != nil || p.State() != Waiting || p.PostAt.After(now) {
		return p, err
	}
	return p, l.publish(ctx, tx, p, now)
}

// publish puts up, counts the term from the day it really hangs, and plans the removal. When it comes late the last day
// moves so that the law is kept, and the log says so.
func (l *Law) publish(ctx context.Context, tx *db.Tx, p *Posting, now time.Time) error {
	kind, err := l.Kind(p.Current().Kind, clock.Date(now))
	if err != nil {
		return err
	}
	plan := l.Plan(kind, now, p.EventAt)
	p.PostedAt, p.MustUntil, p.EffectOn = &now, plan.MustUntil, plan.EffectOn
	said := map[string]any{"number": p.Number(), "revision": p.Revision}
	if p.UntilOn != nil && p.MustUntil != nil && p.UntilOn.Before(*p.MustUntil) && p.EarlyWhy == "" {
		p.UntilOn = p.MustUntil
		said["until_moved_to"] = p.UntilOn.Format(time.DateOnly)
	}
	if late := p.Late(); late > 0 {
		said["late_minutes"] = int(late.Minutes())
	}
	if err := p.save(ctx, tx, "publish"); err != nil {
		return err
	}
	p.log(tx, now, "posting.posted", said)
	p.prove(tx, EvidencePosted, now)
	return errors.Join(p.planRemoval(ctx, tx), jobs.Enqueue(ctx, tx, p.job(JobPosted, time.Time{})))
}

// planRemoval asks for taking down at the midnight after the last day. An earlier job finds its day passed over.
func (p *Posting) planRemoval(ctx context.Context, tx *db.Tx) error {
	if p.UntilOn == nil {
		return nil
	}
	return jobs.Enqueue(ctx, tx, p.job(JobRemove, clock.Date(*p.UntilOn).AddDate(0, 0, 1)))
}

// RemoveDue takes down what has hung through its last day; the job's.
func RemoveDue(ctx context.Context, tx *db.Tx, id int64, now time.Time) (*Posting, error) {
	p, err := lock(ctx, tx, id)
	if err != nil || p.State() != Hanging || p.UntilOn == nil || !clock.Date(now).After(*p.UntilOn) {
		return p, err
	}
	return p, p.takeDown(ctx, tx, now, "")
}

// Remove takes down by hand. Before the law's last day it needs a reason.
func Remove(ctx context.Context, tx *db.Tx, id int64, seen int, why string, now time.Time) (*Posting, error) {
	p, err := lockSeen(ctx, tx, id, seen, Hanging)
	if err != nil {
		return p, err
	}
	if why = strings.TrimSpace(clean(why)); why == "" && p.MustUntil != nil && !clock.Date(now).After(*p.MustUntil) {
		return p, errs.Fields(errs.Field{Name: "why", Message: fmt.Sprintf("Musí viset aspoň do %s včetně. Uveďte důvod dřívějšího sejmutí.", p.MustUntil.Format("2. 1. 2006"))})
	}
	return p, p.takeDown(ctx, tx, now, why)
}

func (p *Posting) takeDown(ctx context.Context, tx *db.Tx, now time.Time, why string) error {
	actor := tx.Actor
	p.RemovedAt, p.RemovedBy, p.RemovedWhy = &now, &actor, why
	if err := p.save(ctx, tx, "take-down"); err != nil {
		return err
	}
	said := map[string]any{"number": p.Number()}
	if why != "" {
		said["why"] = why
	}
	if late := p.RemovedLate(); late > 0 {
		said["late_minutes"] = int(late.Minutes())
	}
	p.log(tx, now, "posting.removed", said)
	p.prove(tx, EvidenceRemoved, now)
	return jobs.Enqueue(ctx, tx, p.job(JobRemoved, time.Time{}))
}

// Cancel gives up a planned posting; its number stays with the reason.
func Cancel(ctx context.Context, tx *db.Tx, id int64, seen int, why string, now time.Time) (*Posting, error) {
	p, err := lockSeen(ctx, tx, id, seen, Waiting)
	if err != nil {
		return p, err
	}
	if why = strings.TrimSpace(clean(why)); why == "" {
		return p, errs.Fields(errs.Field{Name: "why", Message: "Napište, proč se nevyvěsí."})
	}
	actor := tx.Actor
	p.CancelledAt, p.CancelledBy, p.CancelledWhy = &now, &actor, &why
	if err := p.save(ctx, tx, "cancel"); err != nil {
		return p, err
	}
	p.log(tx, now, "posting.cancelled", map[string]any{"number": p.Number(), "why": why})
	return p, nil
}

// Revise adds a correction: a new revision, both stay visible. Before posting it needs no reason.
func (l *Law) Revise(ctx context.Context, tx *db.Tx, id int64, seen int, c Content, why string, now time.Time) (*Posting, error) {
	p, err := lockSeen(ctx, tx, id, seen, Waiting, Hanging)
	if err != nil {
		return p, err
	}
	wrong := c.check()
	if _, err := l.Kind(c.Kind, clock.Date(now)); err != nil {
		wrong = append(wrong, errs.Field{Name: "kind", Message: "Vyberte druh vyvěšení."})
	}
	if why = strings.TrimSpace(clean(why)); why == "" && p.State() == Hanging {
		wrong = append(wrong, errs.Field{Name: "why", Message: "Napište, co a proč se opravuje: zůstane to u vyvěšení vidět."})
	}
	if wrong != nil {
		return p, errs.Fields(wrong...)
	}
	p.Revision++
	r := Revision{PostingID: p.ID, Revision: p.Revision, At: now, By: tx.Actor, Why: why, Content: c}
	if err := r.insert(ctx, tx); err != nil {
		return p, err
	}
	p.Revisions = append(p.Revisions, r)
	if err := p.save(ctx, tx, "revise"); err != nil {
		return p, err
	}
	p.log(tx, now, "posting.revised", map[string]any{"number": p.Number(), "revision": p.Revision, "why": why})
	if p.State() == Hanging {
		p.prove(tx, EvidenceRevised, now)
	}
	return p, jobs.Enqueue(ctx, tx, p.job(JobChanged, time.Time{}))
}

// Reschedule changes the last day a posting hangs (nil = until further notice). A day before the one the law wants needs
// a reason.
func (l *Law) Reschedule(ctx context.Context, tx *db.Tx, id int64, seen int, until *time.Time, why string, now time.Time) (*Posting, error) {
	p, err := lockSeen(ctx, tx, id, seen, Waiting, Hanging)
	if err != nil {
		return p, err
	}
	why = strings.TrimSpace(clean(why))
	on := p.PostAt
	if p.PostedAt != nil {
		on = *p.PostedAt
	}
	kind, err := l.Kind(p.Current().Kind, clock.Date(on))
	if err != nil {
		return p, err
	}
	wrong := checkUntil(Plan{PostOn: clock.Date(on), MustUntil: p.MustUntil, Kind: kind}, until, why)
	if until != nil && p.State() == Hanging && until.Before(clock.Date(now)) {
		wrong = append(wrong, errs.Field{Name: "until_on", Message: "Tento den už minul. Chcete-li sejmout hned, použijte „Sejmout“."})
	}
	if wrong != nil {
		return p, errs.Fields(wrong...)
	}
	p.UntilOn = until
	if p.MustUntil != nil && until != nil && until.Before(*p.MustUntil) {
		p.EarlyWhy = why
	}
	if err := p.save(ctx, tx, "reschedule"); err != nil {
		return p, err
	}
	said := map[string]any{"number": p.Number(), "why": why}
	if until != nil {
		said["until"] = until.Format(time.DateOnly)
	}
	p.log(tx, now, "posting.rescheduled", said)
	if p.State() == Waiting {
		return p, nil
	}
	p.prove(tx, EvidenceRescheduled, now)
	return p, errors.Join(p.planRemoval(ctx, tx), jobs.Enqueue(ctx, tx, p.job(JobChanged, time.Time{})))
}

// Physical notes when the paper was put on the board in the street and taken off; nil leaves what was noted. The board
// in the street decides for counting (§ 26 of Act 500/2004 Sb.), so both instants are kept beside the electronic ones.
func Physical(ctx context.Context, tx *db.Tx, id int64, seen int, posted, removed *time.Time, now time.Time) (*Posting, error) {
	p, err := lockSeen(ctx, tx, id, seen, Waiting, Hanging, Removed)
	if err != nil {
		return p, err
	}
	if posted != nil {
		p.PhysicalPostedAt = posted
	}
	if removed != nil {
		p.PhysicalRemovedAt = removed
	}
	switch {
	case p.PhysicalPostedAt != nil && p.PhysicalPostedAt.After(now) || p.PhysicalRemovedAt != nil && p.PhysicalRemovedAt.After(now):
		return p, errs.Fields(errs.Field{Name: "physical", Message: "Zapište jen to, co se už stalo."})
	case p.PhysicalRemovedAt != nil && (p.PhysicalPostedAt == nil || p.PhysicalRemovedAt.Before(*p.PhysicalPostedAt)):
		return p, errs.Fields(errs.Field{Name: "physical", Message: "Sejmutí nemůže být dřív než vyvěšení."})
	}
	if err := p.save(ctx, tx, "physical"); err != nil {
		return p, err
	}
	p.log(tx, now, "posting.physical", map[string]any{"number": p.Number(), "posted": p.PhysicalPostedAt, "removed": p.PhysicalRemovedAt})
	if p.State() != Waiting {
		p.prove(tx, EvidencePhysical, now)
	}
	if p.State() == Removed && removed != nil { // the clause waited for it
		return p, jobs.Enqueue(ctx, tx, p.job(JobRemoved, time.Time{}))
	}
	return p, nil
}
