package submissions

import (
	"context"
	"slices"
	"time"

	"epom/internal/db"
	"epom/records"
)

// KindReceipt is the kind of the document that confirms delivery.
const KindReceipt = "receipt"

// fieldLetter marks the component that is the office's own letter on paper.
const fieldLetter = "letter"

// KeepReceipt registers the receipt, which is already in the file store, as a document of the case and tells open status
// pages. A case has one receipt ever: when it is there, nothing is done and fresh is false. It may be added to a case that
// was handled or referred meanwhile.
func (s *Service) KeepReceipt(ctx context.Context, tx *db.Tx, id int64, file records.Component) (fresh bool, err error) {
	sub, err := s.byID(ctx, tx, id)
	if err == nil {
		_, err = records.LockCase(ctx, tx, sub.CaseID) // one receipt, whoever comes first
	}
	if err != nil {
		return false, err
	}
	docs, err := records.Documents(ctx, tx, sub.CaseID)
	if err != nil || slices.ContainsFunc(docs, func(d records.Document) bool { return d.Kind == KindReceipt }) {
		return false, err
	}
	now := s.clock.Now()
	to, err := addressees(ctx, tx, sub)
	if err != nil {
		return false, err
	}
	doc, err := records.AddDocument(ctx, tx, sub.CaseID, records.NewDocument{Direction: records.Out, Kind: KindReceipt, Parties: to, Subject: "Potvrzení o podání",
		Channel: "portal", Party: sub.Party, AnswersID: &sub.DocumentID, Components: []records.Component{file}}, now)
	if err != nil {
		return false, err
	}
	if err := records.MarkSent(ctx, tx, doc.ID, now); err != nil {
		return false, err
	}
	data := db.J(map[string]any{"number": doc.ReferenceNumber})
	if _, err := tx.ExecContext(ctx, sql.Get("create-event"), sub.OfficeID, sub.ID, now, EventReceipt, tx.Actor, data); err != nil {
		return false, err
	}
	return true, Announce(ctx, tx, sub.Reference)
}

// KeepLetter adds the PDF of a written document, which is already in the file store, as its component: once, a second
// time changes nothing.
func (s *Service) KeepLetter(ctx context.Context, tx *db.Tx, v *View, document int64, file records.Component) error {
	if _, err := records.LockCase(ctx, tx, v.CaseID); err != nil {
		return err
	}
	docs, err := records.Documents(ctx, tx, v.CaseID)
	if err != nil {
		return err
	}
	file.Field = fieldLetter
	for _, d := range docs {
		if d.ID != document {
			continue
		}
		if hasLetter(&d, file.Name) {
			return nil
		}
		if err := records.AddComponent(ctx, tx, document, file); err != nil {
			return err
		}
	}
	if !v.Filed() {
		return nil
	}
	return Announce(ctx, tx, v.Reference)
}

// hasLetter looks for a letter of the name; the letters of other documents may lie among what came with a referral.
func hasLetter(d *records.Document, name string) bool {
	return slices.ContainsFunc(d.Components, func(c records.Component) bool { return c.Field == fieldLetter && c.Name == name })
}

// Unconfirmed lists submissions of the transaction's office that wait for confirmation (§ 37(4) of Act 500/2004 Sb.) with
// the last day between two legal dates.
func Unconfirmed(ctx context.Context, tx *db.Tx, from, to time.Time) ([]int64, error) {
	var ids []int64
	err := tx.SelectContext(ctx, &ids, sql.Get("unconfirmed"), tx.Office, from.Format(time.DateOnly), to.Format(time.DateOnly))
	return ids, err
}
