package submissions

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"epom/internal/audit"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
)

// IDKinds are the documents of identity that a clerk at a counter may be shown.
var IDKinds = []struct{ Code, Label string }{{"op", "občanský průkaz"}, {"pas", "cestovní pas"}, {"pobyt", "průkaz o povolení k pobytu"}, {"ridicsky", "řidičský průkaz"}}

// IDWord is the name of a kind of document.
func IDWord(code string) string {
	for _, k := range IDKinds {
		if k.Code == code {
			return k.Label
		}
	}
	return code
}

// WayWord says how a submission was confirmed.
func WayWord(way string) string {
	return map[string]string{WayPDF: "elektronickým podpisem", WayCounter: "osobně na přepážce", WayLetter: "podepsaným dopisem", WayBox: "datovou schránkou",
		WayMail: "e-mailem s elektronickým podpisem", WayIdentity: "elektronickou identitou"}[way]
}

// Waiting is what a clerk at any counter is shown of an unsigned submission, by the slip its citizen brings: enough to
// compare with a document of identity, and nothing of what was filled in. When there is nothing to confirm, nobody is named:
// an old slip is no window into another office.
type Waiting struct {
	Reference, Subject, Party, Office string
	Born                              string // Czech date, empty when the form does not ask for it
	Delivered                         time.Time
	By                                time.Time // last day
	Late                              bool
	Confirmed                         *time.Time
	Needless                          bool // needs no confirmation
	Closed                            bool
}

// Open tells whether there is something to confirm.
func (w Waiting) Open() bool { return w.Confirmed == nil && !w.Needless && !w.Closed }

// SlipCode is printed on the slip for a counter: six digits that open the one act there. Neither the PIN nor the ticket of the citizen
// opens it and it opens none of the citizen's pages, so a clerk who holds a slip cannot read what was sent.
func (s *Service) SlipCode(reference string) string { return s.sixDigits("slip-code", reference) }

// SlipKey is the same in the QR code of the slip; it cannot be guessed.
func (s *Service) SlipKey(reference string) string {
	return base64.RawURLEncoding.EncodeToString(s.mac("slip-key", reference)[:15])
}

// SlipCodeOpens tells whether typed digits are those of the slip; guesses must be limited by the caller.
func (s *Service) SlipCodeOpens(reference, code string) bool {
	return hmac.Equal([]byte(code), []byte(s.SlipCode(reference)))
}

// SlipKeyOpens tells whether a key is that of the slip's QR code.
func (s *Service) SlipKeyOpens(reference, key string) bool {
	return hmac.Equal([]byte(key), []byte(s.SlipKey(reference)))
}

// WaitingFor reads what a slip names by the key of its QR code. The look goes into the logs of both offices.
func (s *Service) WaitingFor(ctx context.Context, clerk db.Scope, reference, key string) (Waiting, error) {
	if !s.SlipKeyOpens(reference, key) {
		return Waiting{}, errs.New(errs.NotFound, "Tento odkaz není z lístku. Opište značku podání a kód lístku na stránce Potvrdit podání.")
	}
	office, id, err := s.Locate(ctx, reference)
	if err != nil {
		return Waiting{}, err
	}
	var w Waiting
	err = s.db.Tx(ctx, db.Scope{Office: office, Actor: clerk.Actor}, func(tx *db.Tx) error {
		v, err := s.view(ctx, tx, id)
		if err != nil {
			return err
		}
		w = Waiting{Reference: v.Reference, Office: v.Office.Name, Confirmed: v.ConfirmedAt, Needless: v.ConfirmBy == nil, Closed: v.Case.HandledAt != nil}
		bothLogs(tx, clerk, v.Submission, s.clock.Now(), "submission shown at a counter", nil)
		if !w.Open() {
			return nil
		}
		w.Subject, w.Party, w.Delivered, w.By, w.Late = v.Case.Subject, v.Party, v.DeliveredAt, *v.ConfirmBy, Late(v.ConfirmBy, s.clock.Now())
		if born, err := time.Parse(time.DateOnly, v.Form.Evaluate(v.Answers.V, s.SettingOf(v, "cs")).Applicant().Born); err == nil {
			w.Born = born.Format("2. 1. 2006")
		}
		return nil
	})
	return w, err
}

// Shown is a document of identity as the clerk saw it: its kind, and the last three characters of its number, never more.
type Shown struct{ Kind, Last string }

var threeLast = regexp.MustCompile(`^[0-9A-Z]{3}$`)

// ConfirmAtCounter notes that the citizen of a reference confirmed her submission by word of mouth at a counter of the clerk's
// office, whichever office has the submission. The transaction is of the office that has it: it registers the record; both offices have it in
// their logs.
func (s *Service) ConfirmAtCounter(ctx context.Context, clerk db.Scope, reference, key string, shown Shown) (Waiting, error) {
	shown.Last = strings.ToUpper(strings.TrimSpace(shown.Last))
	var wrong []errs.Field
	if !slices.ContainsFunc(IDKinds, func(k struct{ Code, Label string }) bool { return k.Code == shown.Kind }) {
		wrong = append(wrong, errs.Field{Name: "doklad", Message: "Vyberte, jakým dokladem osoba prokázala totožnost."})
	}
	if !threeLast.MatchString(shown.Last) {
		wrong = append(wrong, errs.Field{Name: "konec", Message: "Napište poslední tři znaky čísla dokladu, nic víc. Celé číslo neevidujeme."})
	}
	if len(wrong) > 0 {
		return Waiting{}, errs.Fields(wrong...)
	}
	w, err := s.WaitingFor(ctx, clerk, reference, key)
	if err != nil {
		return w, err
	}
	counter, err := s.offices.ByID(clerk.Office)
	if err != nil {
		return w, err
	}
	office, id, err := s.Locate(ctx, reference)
	if err != nil {
		return w, err
	}
	return w, s.db.Tx(ctx, db.Scope{Office: office, Actor: clerk.Actor}, func(tx *db.Tx) error {
		sub, err := s.unconfirmed(ctx, tx, id)
		if err != nil {
			return err
		}
		now := s.clock.Now()
		sign := Signature{Way: WayCounter, Result: SignatureValid, Signer: sub.Party, Counter: counter.Name, IDKind: shown.Kind, IDLast: shown.Last, SignedAt: &now}
		body := "Podání " + sub.Reference + " bylo dnes ústně potvrzeno na přepážce (" + counter.Name + ", § 37 odst. 4 správního řádu).\n" +
			"Potvrdil(a): " + sub.Party + ".\nTotožnost prokázána dokladem: " + IDWord(shown.Kind) + ", číslo končí " + shown.Last + ".\n" +
			"Zapsáno " + now.In(clock.Prague).Format("2. 1. 2006 15:04") + "."
		err = s.confirmed(ctx, tx, sub, &sign, records.NewDocument{Kind: KindConfirmation, Subject: "Ústní potvrzení podání", Channel: "counter", Body: body})
		if err == nil {
			bothLogs(tx, clerk, sub, now, "submission confirmed at a counter", map[string]any{"document": shown.Kind})
		}
		return err
	})
}

// ConfirmAtDesk notes that an unsigned submission was confirmed by what the office itself has: a letter, a data message, a signed
// e-mail, or a signature that a clerk judged. note says which, by its reference number.
func (s *Service) ConfirmAtDesk(ctx context.Context, clerk db.Scope, caseID int64, way, note string) error {
	note = strings.TrimSpace(note)
	var wrong []errs.Field
	if !slices.Contains([]string{WayLetter, WayBox, WayMail, WayPDF}, way) {
		wrong = append(wrong, errs.Field{Name: "zpusob", Message: "Vyberte, čím osoba podání potvrdila."})
	}
	if note == "" || len([]rune(note)) > 300 {
		wrong = append(wrong, errs.Field{Name: "cim", Message: "Napište číslo jednací dokumentu, kterým osoba podání potvrdila (nejvýše 300 znaků)."})
	}
	if len(wrong) > 0 {
		return errs.Fields(wrong...)
	}
	return s.db.Tx(ctx, clerk, func(tx *db.Tx) error {
		sub, err := filed(ctx, tx, caseID)
		if err != nil {
			return err
		}
		if sub, err = s.unconfirmed(ctx, tx, sub.ID); err != nil {
			return err
		}
		sign := Signature{Way: way, Result: SignatureValid, Signer: sub.Party, Note: note}
		return s.confirmed(ctx, tx, sub, &sign, records.NewDocument{})
	})
}

// bothLogs writes what a clerk of one office did with a submission of another into the logs of both.
func bothLogs(tx *db.Tx, clerk db.Scope, sub Submission, at time.Time, action string, more map[string]any) {
	data := map[string]any{"reference": sub.Reference, "counter": clerk.Office, "office": sub.OfficeID}
	for k, x := range more {
		data[k] = x
	}
	audit.Write(tx, audit.Event{At: at, Action: action, ObjectType: "case_file", ObjectID: caseText(sub.CaseID), Data: data})
	if clerk.Office != sub.OfficeID {
		audit.Write(tx, audit.Event{Office: clerk.Office, At: at, Action: action, ObjectType: "submission", ObjectID: sub.Reference, Data: data})
	}
}

func caseText(id int64) string { return strconv.FormatInt(id, 10) }
