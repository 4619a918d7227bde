package submissions

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"epom/forms"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/pdf"
)

// SigningPaper is the submission as a paper to be signed in any program, noted as given out. The same submission gives the
// same bytes.
func (s *Service) SigningPaper(ctx context.Context, reference string) ([]byte, error) {
	v, err := s.ByReference(ctx, reference)
	if err != nil {
		return nil, err
	}
	if v.ConfirmBy == nil {
		return nil, errs.New(errs.Conflict, "Toto podání potvrzovat nemusíte.")
	}
	data, err := signingPaper(v, s.SettingOf(v, "cs"))
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	return data, s.asCitizen(ctx, v.OfficeID, reference, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, signSQL.Get("note-paper"), v.OfficeID, v.ID, hex.EncodeToString(sum[:]), len(data), s.clock.Now())
		return err
	})
}

// papers are those given out by this office and by those that had the submission before.
func (s *Service) papers(ctx context.Context, v *View) (list []Paper, err error) {
	office, id := v.OfficeID, v.ID
	from, fromID := v.FromOffice, v.FromID
	for hops := 0; hops < 10; hops++ {
		err := s.asCitizen(ctx, office, v.Reference, func(tx *db.Tx) error {
			var some []Paper
			if err := tx.SelectContext(ctx, &some, signSQL.Get("papers"), office, id); err != nil {
				return err
			}
			list = append(list, some...)
			if hops == 0 {
				return nil
			}
			sub, err := s.byID(ctx, tx, id)
			from, fromID = sub.FromOffice, sub.FromID
			return err
		})
		if err != nil || from == nil {
			return list, err
		}
		office, id = *from, *fromID
	}
	return list, nil
}

// signingPaper says what the person sent, and nothing that changes later: neither numbers of the office nor how it goes on.
func signingPaper(v *View, set forms.Setting) ([]byte, error) {
	set.Lang = forms.CS
	title, ev := v.Form.Title.In(forms.CS), v.Form.Evaluate(v.Answers.V, set)
	d := pdf.New(pdf.Meta{Title: title + " " + v.Reference, Subject: ev.Subject(), Created: v.DeliveredAt, Header: title, Aside: v.Reference,
		Footer: "Podání " + v.Reference + " z " + v.DeliveredAt.In(clock.Prague).Format("2. 1. 2006")})
	d.Heading(1, title)
	d.Note("Tento soubor podepište v kterémkoli programu svým elektronickým podpisem (PAdES) a nahrajte ho zpět na stránku podání. Do souboru nic jiného nedoplňujte.")
	d.Rows([]pdf.Row{{Label: "Podává", Value: v.Party}, {Label: "Věc", Value: ev.Subject()}, {Label: "Značka podání", Value: v.Reference},
		{Label: "Odesláno", Value: moment(v.DeliveredAt)}, {Label: "Formulář", Value: fmt.Sprintf("%s (%s, verze %d)", title, v.FormCode, v.FormVersion)}})
	answers(d, "Vyplněné údaje", ev.Summary())
	return finish(d, Embedded{Reference: v.Reference, Form: v.FormCode, Version: v.FormVersion, Lang: v.Lang, Delivered: v.DeliveredAt.UTC().Format(time.RFC3339Nano),
		Answers: v.Answers.V})
}

// Slip is what a person takes to a counter of any office that takes part, to confirm an unsigned submission there. url is the clerks'
// page that the QR code leads to, code what is typed there instead.
func Slip(v *View, code, url string) ([]byte, error) {
	if v.ConfirmBy == nil {
		return nil, errs.New(errs.Conflict, "Toto podání potvrzovat nemusíte.")
	}
	d := pdf.New(pdf.Meta{Title: "Lístek k potvrzení podání " + v.Reference, Author: v.Office.Name, Created: v.DeliveredAt, Header: "Lístek na přepážku", Aside: v.Reference,
		Footer: "Potvrzení podání " + v.Reference})
	d.Heading(1, "Potvrďte podání do "+day(*v.ConfirmBy))
	d.Para("S tímto lístkem a s dokladem totožnosti přijďte na přepážku kteréhokoli zapojeného úřadu. Pracovník ověří totožnost a podání potvrdí. Nic dalšího nepodepisujete.")
	d.Rows([]pdf.Row{{Label: "Podává", Value: v.Party}, {Label: "Věc", Value: v.Case.Subject}, {Label: "Úřad, který podání má", Value: v.Office.Name},
		{Label: "Značka podání", Value: v.Reference}, {Label: "Kód lístku", Value: code}})
	d.QR(url, "Pro pracovníka přepážky: načtěte kód, nebo otevřete Kancelář – Potvrdit podání a opište značku a kód lístku.", "QR kód pro pracovníka přepážky", 36)
	d.Small("Podle § 37 odst. 4 správního řádu. Lístkem jde podání jen potvrdit; číst ho s ním nejde. PIN ani odkaz z e-mailu na přepážce nikomu neříkejte.")
	return d.Bytes()
}
