package desk

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/db"
	"epom/submissions"
)

// SignedRow is a signature or a confirmation of the submission, in words for the clerk.
type SignedRow struct {
	Moment
	Tone string
}

// doubts say why a signature is not valid.
var doubts = map[string]string{submissions.WhyUnreadable: "soubor nejde přečíst", submissions.WhyNotOurs: "není to soubor, který systém k podání vydal",
	submissions.WhyUnsigned: "soubor není podepsaný", submissions.WhyAltered: "před podpisem do souboru něco přibylo", submissions.WhyAfter: "po podpisu do souboru něco přibylo",
	submissions.WhyBroken: "podpis nesouhlasí s obsahem", submissions.WhyIssuer: "vydavatel certifikátu není mezi důvěryhodnými", submissions.WhyExpired: "certifikát v době podpisu neplatil",
	submissions.WhyUnsuitable: "certifikát není pro podpis člověka", submissions.WhyWeak: "podpis je zastaralým způsobem", submissions.WhyUnqualified: "certifikát není kvalifikovaný, podpis není uznávaný",
	submissions.WhyTrial: "certifikát je zkušební"}

// signedRows tell of signatures and confirmations, the newest first. Whether a certificate was revoked is not looked at.
func signedRows(v *submissions.View, who directory) (list []SignedRow) {
	for i := len(v.Signed) - 1; i >= 0; i-- {
		s := &v.Signed[i]
		r := SignedRow{Moment{State: "done", At: s.At}, "success"}
		certificate := ""
		if s.Issuer != "" {
			certificate = " Certifikát: " + s.Signer + ", vydal " + s.Issuer + ", č. " + s.Serial + ". Odvolání certifikátu neověřujeme."
		}
		switch {
		case s.Result == submissions.SignatureInvalid:
			r.Tone, r.Title, r.Text = "danger", "Podpis neplatný, soubor nebyl přijat", doubts[s.Why]+"."+certificate
		case s.Result == submissions.SignatureUnknown:
			r.Tone, r.Title, r.Text = "warning", "Podpis nelze posoudit", doubts[s.Why]+"."+certificate
		case s.Way == submissions.WayPDF && s.Issuer != "":
			r.Title, r.Text = "Podpis platný", certificate
			if s.Stamped {
				r.Text += " Časové razítko " + minute(*s.SignedAt) + "."
			}
		case s.Way == submissions.WayCounter:
			r.Title, r.Text = "Potvrzeno na přepážce", s.Counter+". "+submissions.IDWord(s.IDKind)+", číslo končí "+s.IDLast+"."
		default:
			r.Title, r.Text = "Potvrzeno "+submissions.WayWord(s.Way), s.Note+". Zapsal(a) "+who.name(s.By)+"."
		}
		list = append(list, r)
	}
	return list
}

// ConfirmForm asks by what the person confirmed the submission.
func (d *Desk) ConfirmForm(c *fiber.Ctx) error {
	p, _, err := d.confirmPage(c, "")
	if err != nil {
		return err
	}
	return web.View(c, "case/confirm", "", p)
}

func (d *Desk) confirmPage(c *fiber.Ctx, way string) (ActPage, int64, error) {
	return d.act(c, "Zapsat potvrzení", func(_ context.Context, _ *db.Tx, v *submissions.View, p *ActPage) error {
		p.Filed = v.ConfirmBy != nil && v.ConfirmedAt == nil
		for _, w := range []string{submissions.WayLetter, submissions.WayBox, submissions.WayMail, submissions.WayPDF} {
			p.Ways = append(p.Ways, Choice{Value: w, Label: submissions.WayWord(w), Selected: w == way})
		}
		return nil
	})
}

// Confirm notes that the submission was confirmed by what the office has.
func (d *Desk) Confirm(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	p, id, err := d.confirmPage(c, v.Get("zpusob"))
	if err != nil {
		return err
	}
	p.keep(v)
	err = d.Submissions.ConfirmAtDesk(c.UserContext(), web.Session(c).Scope(), id, v.Get("zpusob"), v.Get("cim"))
	return outcome(c, err, p, "case/confirm", "Podání je potvrzené.")
}
