package exchange

import (
	"context"
	"fmt"
	"strings"
	"time"

	"epom/internal/db"
	"epom/internal/errs"
)

// locked reads the hand-over of a case file for a person's act.
func locked(ctx context.Context, tx *db.Tx, caseID int64) (*Handover, error) {
	var h Handover
	if err := db.Classify(tx.GetContext(ctx, &h, sql.Get("lock-handover"), tx.Office, caseID)); err != nil {
		if errs.Is(err, errs.NotFound) {
			return nil, errs.New(errs.NotFound, "Tento spis se nikam nepředává.")
		}
		return nil, err
	}
	return &h, h.fill(ctx, tx)
}

// Retry lets a hand-over go on at once, also one that was stopped or refused.
func (s *Service) Retry(ctx context.Context, tx *db.Tx, caseID int64, now time.Time) error {
	h, err := locked(ctx, tx, caseID)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, sql.Get("restart"), tx.Office, h.ID, now); err != nil {
		return db.Classify(err)
	}
	note(tx, h, "handover retried", now, nil)
	if err := s.finish(ctx, tx, *h); err != nil {
		return err
	}
	return EnqueueNow(ctx, tx, caseID)
}

// Stop lets a hand-over rest with a reason, until a person lets it go on. What was handed over stays where it is.
func (s *Service) Stop(ctx context.Context, tx *db.Tx, caseID int64, why string, now time.Time) error {
	h, err := locked(ctx, tx, caseID)
	if err != nil {
		return err
	}
	if why = strings.TrimSpace(why); why == "" || len([]rune(why)) > 500 {
		return errs.Fields(errs.Field{Name: "duvod", Message: "Napište důvod, proč se předání zastavuje, nejvýš 500 znaků."})
	}
	if h.StoppedAt != nil {
		return errs.New(errs.Conflict, "Předání už je zastavené.")
	}
	if _, err := tx.ExecContext(ctx, sql.Get("stop"), tx.Office, h.ID, now, tx.Actor, why); err != nil {
		return db.Classify(err)
	}
	note(tx, h, "handover stopped", now, map[string]any{"why": why})
	return s.finish(ctx, tx, *h)
}

// RecordNumber keeps the number that the mailroom gave the first document, because a person read it or a reply brought it.
// The same number again changes nothing; another one is refused.
func (s *Service) RecordNumber(ctx context.Context, tx *db.Tx, caseID int64, number string, now time.Time) error {
	h, err := locked(ctx, tx, caseID)
	if err != nil {
		return err
	}
	clean := cleanNumber(number)
	switch {
	case clean == "":
		return errs.Fields(errs.Field{Name: "cislo", Message: "Napište číslo jednací, jak ho dala spisová služba úřadu, třeba MUFR 1234/2026."})
	case h.Number == clean:
		return nil
	case h.Number != "":
		return errs.Newf(errs.Conflict, "Podání už má číslo %s. Jedno podání má jediné číslo; druhý zápis ve spisové službě stornujte.", h.Number)
	case h.Link.Driver != Mail:
		return errs.New(errs.Conflict, "Číslo přijde ze spisové služby samo.")
	}
	st := h.Open()
	if st == nil || st.Kind != stepConfirm {
		return errs.New(errs.Conflict, "Podání ještě nebylo předáno, číslo zatím zapsat nejde.")
	}
	for query, args := range map[string][]any{
		"learnt-number": {tx.Office, h.ID, clean, now}, "step-done": {tx.Office, h.ID, st.Ordinal, now, clean}, "receipt": {tx.Office, h.ID, now}} {
		if _, err := tx.ExecContext(ctx, sql.Get(query), args...); err != nil {
			return db.Classify(err)
		}
	}
	if _, err := tx.ExecContext(ctx, sql.Get("went-on"), tx.Office, h.ID, now); err != nil {
		return db.Classify(err)
	}
	note(tx, h, "handover number", now, map[string]any{"number": clean})
	if err := s.finish(ctx, tx, *h); err != nil {
		return err
	}
	return EnqueueNow(ctx, tx, caseID)
}

// ByKey finds the case file of a document's key in the transaction's office.
func ByKey(ctx context.Context, tx *db.Tx, key string) (caseID int64, err error) {
	err = tx.GetContext(ctx, &caseID, sql.Get("case-by-document"), tx.Office, key)
	return caseID, db.Classify(err)
}

// Warn marks the hand-overs of the transaction's office that have waited longer than the budget and returns them, each once.
func Warn(ctx context.Context, tx *db.Tx, now time.Time) (late []Handover, err error) {
	err = tx.SelectContext(ctx, &late, sql.Get("warn"), tx.Office, now.Add(-Budget), now)
	for i := range late {
		note(tx, &late[i], "handover late", now, map[string]any{"why": late[i].Why})
	}
	return late, db.Classify(err)
}

// Due lists what should be going on and is not, across offices.
func Due(ctx context.Context, d *db.DB, now time.Time, most int) (list []Ref, err error) {
	var rows []struct {
		Office int32 `db:"office_id"`
		Case   int64 `db:"case_id"`
	}
	err = d.SelectContext(ctx, &rows, sql.Get("unscoped-due"), now, most)
	for _, r := range rows {
		list = append(list, Ref{r.Office, r.Case})
	}
	return list, db.Classify(err)
}

// HeldCases says why case files of the office may not be disposed of, by their ids; those that may are not in it.
func HeldCases(ctx context.Context, tx *db.Tx) (map[int64]string, error) {
	var list []Handover
	if err := tx.SelectContext(ctx, &list, sql.Get("without-receipt"), tx.Office); err != nil {
		return nil, db.Classify(err)
	}
	held := map[int64]string{}
	for i := range list {
		held[list[i].CaseID] = Held(&list[i])
	}
	return held, nil
}

// Held tells why the case file may not be disposed of: its receiver has not answered with a receipt. Empty = it may.
func Held(h *Handover) string {
	if h != nil && h.ReceiptAt == nil {
		return fmt.Sprintf("spisová služba úřadu ještě nepotvrdila převzetí (předává se od %s)", h.CreatedAt.Format("2. 1. 2006"))
	}
	return ""
}
