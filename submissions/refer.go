package submissions

import (
	"context"
	"fmt"
	"strings"
	"time"

	"epom/internal/audit"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
	"epom/records"
	"epom/routing"
)

// Referral is what a clerk decides when the office is not competent: § 12 of Act 500/2004 Sb.
type Referral struct {
	Target int32
	Why    string // reasons of the resolution
}

// Resolution is the proposed text of the resolution (usnesení) of a referral, for the clerk to edit.
func (s *Service) Resolution(v *View, to string, reasons []string) string {
	return fmt.Sprintf("Podání ve věci „%s“, které bylo doručeno dne %s, se podle § 12 zákona č. 500/2004 Sb., správní řád, postupuje příslušnému úřadu (%s), protože %s není k jeho vyřízení příslušný.\n\n%s",
		v.Case.Subject, v.DeliveredAt.In(clock.Prague).Format("2. 1. 2006"), to, v.Office.Name, strings.Join(reasons, " "))
}

// Refer forwards a submission to the competent office in one transaction: resolution, new number there, both journals
// linked, the citizen and the other office told.
func (s *Service) Refer(ctx context.Context, scope db.Scope, caseID int64, r Referral) (number string, err error) {
	r.Why = strings.TrimSpace(r.Why)
	if r.Why == "" {
		return "", errs.Fields(errs.Field{Name: "why", Message: "Napište odůvodnění postoupení."})
	}
	target, err := s.offices.ByID(r.Target)
	if err != nil {
		return "", err
	}
	if !target.Participates || target.ID == scope.Office {
		return "", errs.Fields(errs.Field{Name: "target", Message: "Vyberte jiný úřad, který podání přijímá v e-POM."})
	}
	err = s.db.Tx(ctx, scope, func(tx *db.Tx) error {
		sub, err := filed(ctx, tx, caseID)
		if err != nil {
			return err
		}
		c, err := records.LockCase(ctx, tx, sub.CaseID)
		if err != nil {
			return err
		}
		now := s.clock.Now()
		doc, err := records.AddDocument(ctx, tx, sub.CaseID, records.NewDocument{Direction: records.Out, Kind: "referral",
			Subject: "Usnesení o postoupení: " + target.Name, Channel: "office", Party: target.Name, Body: r.Why, AnswersID: &sub.DocumentID}, now)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sql.Get("withdraw-request"), sub.OfficeID, sub.ID, now); err != nil {
			return err
		}
		if err := records.Handle(ctx, tx, sub.CaseID, records.ByReferral, r.Why, now); err != nil {
			return err
		}
		term, _, err := s.term(c.Agenda, now)
		if err != nil {
			return err
		}
		here, err := s.offices.ByID(scope.Office)
		if err != nil {
			return err
		}
		next := sub.Routing.V
		next.Overridden = &routing.Override{From: &routing.Card{OfficeID: here.ID, Slug: here.Slug, Name: here.Name}, Reason: r.Why, By: scope.Actor, At: now}
		next.Office = target.Name
		var newSub, newCase int64
		err = tx.QueryRowContext(ctx, sql.Get("refer"), sub.ID, target.ID, db.J(next), term.Rule.Code, term.Starts.Format(time.DateOnly),
			term.Due(s.Law().Calendar).On.Format(time.DateOnly), doc.ID, now, scope.Actor, r.Why).Scan(&newSub, &newCase, &number)
		if err != nil {
			return err
		}
		audit.Write(tx, audit.Event{Office: target.ID, At: now, Action: "taken over", ObjectType: "case_file", ObjectID: fmt.Sprint(newCase),
			Data: map[string]any{"number": number, "from": c.Mark, "reference": sub.Reference}})
		if err := s.sent(ctx, tx, sub, doc.ID, now); err != nil {
			return err
		}
		if err := jobs.Enqueue(ctx, tx, jobs.Job{Kind: JobReceived, Office: target.ID, Payload: Ref{target.ID, newSub}}); err != nil {
			return err
		}
		return s.happened(ctx, tx, sub, EventReferred, map[string]any{"to": target.Name, "number": number, "why": r.Why})
	})
	return number, err
}
