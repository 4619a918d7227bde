package public

import (
	"bytes"
	"io"
	"math"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/handlers/web"
	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/errs"
	"epom/internal/i18n"
	"epom/submissions"
)

// How often a signed paper may be uploaded to one submission: each is read and checked whole.
const (
	uploadsOfReference = 10
	uploadsWindow      = 15 * time.Minute
)

// ConfirmView is the term to confirm an unsigned submission.
type ConfirmView struct {
	By    time.Time
	State string // soon, today, late
	Text  string // how near it is, in words
	Late  bool
}

// SignPage offers the ways to confirm an unsigned submission.
type SignPage struct {
	web.Page
	Reference string
	Subject   string
	DataBox   string
	Holder    string
	Confirm   ConfirmView
	Signed    []SignedView
	Errors    []forms.Finding
}

// SignedView is one signature or confirmation in plain words.
type SignedView struct {
	Tone, Title, Text string
	At                time.Time
}

// confirmView is nil when nothing waits for confirmation.
func (h *Public) confirmView(p web.Page, v *submissions.View) *ConfirmView {
	if v.ConfirmBy == nil || v.ConfirmedAt != nil || v.Case.HandledAt != nil {
		return nil
	}
	c := &ConfirmView{By: *v.ConfirmBy, State: "soon", Late: submissions.Late(v.ConfirmBy, h.Clock.Now())}
	days := h.daysTo(*v.ConfirmBy)
	switch {
	case c.Late:
		c.State, c.Text = "late", i18n.N(p.Lang, -days, "lhůta uplynula před %d dnem", "lhůta uplynula před %d dny", "lhůta uplynula před %d dny")
	case days == 0:
		c.State, c.Text = "today", p.T("končí dnes")
	default:
		c.Text = i18n.N(p.Lang, days, "zbývá %d den", "zbývají %d dny", "zbývá %d dní")
	}
	return c
}

// daysTo is how many days are left to a legal date, negative when it is over; a day of changed clocks is a day too.
func (h *Public) daysTo(on time.Time) int {
	return int(math.Round(clock.Date(on.Add(12*time.Hour)).Sub(h.today()).Hours() / 24))
}

// whyWords say why a signature was refused, or what is unclear about it.
var whyWords = map[string]string{
	submissions.WhyUnreadable:  "Soubor nejde přečíst jako PDF: je poškozený, zamčený heslem, nebo to není PDF.",
	submissions.WhyNotOurs:     "To není soubor, který jsme vám k tomuto podání vydali. Stáhněte si ho znovu, podepište a nahrajte právě ten; neukládejte ho v jiném programu jako nový.",
	submissions.WhyUnsigned:    "V souboru není elektronický podpis. Podepište ho v programu, který umí podepisovat PDF, a nahrajte znovu.",
	submissions.WhyAltered:     "Do souboru někdo před podpisem něco doplnil. Podpis se tak netýká toho, co jste odeslali. Stáhněte si soubor znovu a podepište ho beze změn.",
	submissions.WhyAfter:       "Po podpisu do souboru přibylo něco dalšího. Takový soubor přijmout nemůžeme. Nahrajte ho tak, jak vznikl podepsáním.",
	submissions.WhyBroken:      "Podpis nesouhlasí s obsahem souboru. Je poškozený nebo podvržený.",
	submissions.WhyIssuer:      "Vydavatele certifikátu neznáme, a tak nevíme, kdo soubor podepsal.",
	submissions.WhyExpired:     "Certifikát v době podpisu neplatil.",
	submissions.WhyUnsuitable:  "Certifikát není určen k podpisu člověka.",
	submissions.WhyWeak:        "Podpis je zastaralým způsobem, který už nechrání před paděláním.",
	submissions.WhyUnqualified: "Certifikát není kvalifikovaný, a podpis proto není uznávaný podle § 6 zákona č. 297/2016 Sb.",
	submissions.WhyTrial:       "Certifikát je zkušební a podpis nemá právní účinky.",
}

// signedViews tell of signatures and confirmations, the newest first; of refused ones only the newest, while nothing came after it.
func signedViews(p web.Page, v *submissions.View) (list []SignedView) {
	for i := len(v.Signed) - 1; i >= 0; i-- {
		s := &v.Signed[i]
		if s.Result == submissions.SignatureInvalid && i < len(v.Signed)-1 {
			continue
		}
		x := SignedView{At: s.At, Tone: "success"}
		switch {
		case s.Result == submissions.SignatureInvalid:
			x.Tone, x.Title, x.Text = "danger", p.T("Podepsaný soubor jsme nepřijali"), p.T(whyWords[s.Why])
		case s.Result == submissions.SignatureUnknown:
			x.Tone, x.Title, x.Text = "warning", p.T("Podpis nejde sám posoudit, rozhodne úředník"), p.T(whyWords[s.Why])
		case s.Way == submissions.WayPDF && s.Note == "":
			x.Title, x.Text = p.T("Podání je podepsané"), p.T("Podepsal(a) %s, certifikát vydal %s.", s.Signer, s.Issuer)
		case s.Way == submissions.WayCounter:
			x.Title, x.Text = p.T("Podání je potvrzené na přepážce"), s.Counter
		default:
			x.Title, x.Text = p.T("Podání je potvrzené"), ""
		}
		list = append(list, x)
	}
	return list
}

// signPage is the page of ways; the visitor has shown that she may see the submission.
func (h *Public) signPage(c *fiber.Ctx, reference string) (p SignPage, open bool, err error) {
	v, err := h.Submissions.ByReference(c.UserContext(), reference)
	if err != nil {
		return p, false, err
	}
	web.Private(c)
	p = SignPage{Page: web.NewPage(c, "Potvrdit podání"), Reference: reference, Subject: v.Case.Subject, DataBox: v.Office.DataBox, Holder: v.Office.Name}
	confirm := h.confirmView(p.Page, v)
	if confirm == nil {
		return p, false, nil
	}
	p.Confirm, p.Signed = *confirm, signedViews(p.Page, v)
	return p, true, nil
}

// Sign shows how an unsigned submission can be confirmed.
func (h *Public) Sign(c *fiber.Ctx) error {
	reference, ok := h.reference(c)
	if !ok {
		return web.See(c, "/podani?cislo="+reference)
	}
	p, open, err := h.signPage(c, reference)
	if err != nil {
		return err
	}
	if !open {
		return web.See(c, "/podani/"+reference)
	}
	return web.View(c, "sign/show", "", p)
}

// SigningPaper gives the paper to be signed.
func (h *Public) SigningPaper(c *fiber.Ctx) error {
	reference, ok := h.reference(c)
	if !ok {
		return web.See(c, "/podani?cislo="+reference)
	}
	data, err := h.Submissions.SigningPaper(c.UserContext(), reference)
	if err != nil {
		return err
	}
	web.Private(c)
	c.Set(fiber.HeaderContentType, "application/pdf")
	c.Set(fiber.HeaderContentDisposition, disposition("attachment", "k-podpisu-"+reference+".pdf"))
	return c.Send(data)
}

// Slip gives the slip for a counter.
func (h *Public) Slip(c *fiber.Ctx) error {
	reference, ok := h.reference(c)
	if !ok {
		return web.See(c, "/podani?cislo="+reference)
	}
	v, err := h.Submissions.ByReference(c.UserContext(), reference)
	if err != nil {
		return err
	}
	url := h.base(c) + "/kancelar/potvrzeni/" + reference + "?k=" + h.Submissions.SlipKey(reference)
	data, err := submissions.Slip(v, pinText(h.Submissions.SlipCode(reference)), url)
	if err != nil {
		return err
	}
	web.Private(c)
	return sendPDF(c, "listek-"+reference+".pdf", data)
}

// TakeSigned takes the signed paper in.
func (h *Public) TakeSigned(c *fiber.Ctx) error {
	reference, ok := h.reference(c)
	if !ok {
		return web.See(c, "/podani?cislo="+reference)
	}
	p, open, err := h.signPage(c, reference)
	if err != nil {
		return err
	}
	if !open { // another window was faster
		web.SetFlash(c, "info", p.T("Podání už potvrzovat nemusíte."))
		return web.See(c, "/podani/"+reference)
	}
	wrong := func(message string) error {
		p.Errors = append(p.Errors, forms.Finding{ID: "podepsany", Message: message, Weight: forms.Error})
		return web.Invalid(c, "sign/show", "", p)
	}
	pdf, name, err := signedUpload(c)
	switch {
	case errs.Is(err, errs.Invalid):
		return wrong(p.T(errs.Message(err)))
	case err != nil:
		return err
	}
	switch ok, after, err := h.Users.Allow(c.UserContext(), "sign:"+reference, uploadsOfReference, uploadsWindow); {
	case err != nil:
		return err
	case !ok:
		return wrong(waitText(p.Lang, after))
	}
	return h.signed(c, p, pdf, name, wrong)
}

func (h *Public) signed(c *fiber.Ctx, p SignPage, pdf []byte, name string, wrong func(string) error) error {
	ref, err := h.Files.PutBytes(c.UserContext(), pdf)
	if err != nil {
		return err
	}
	file := submissions.File{Name: blob.CleanName(name), MediaType: ref.MediaType, Size: ref.Size, SHA256: ref.SHA256}
	s, err := h.Submissions.Sign(c.UserContext(), p.Reference, pdf, file, h.Roots)
	switch {
	case errs.Is(err, errs.Conflict):
		web.SetFlash(c, "info", p.T(errs.Message(err)))
	case err != nil:
		return err
	case s.Result == submissions.SignatureInvalid:
		return wrong(p.T(whyWords[s.Why]))
	case s.Result == submissions.SignatureUnknown:
		web.SetFlash(c, "warning", p.T("Podepsaný soubor má úřad. Podpis ale musí posoudit úředník."))
	default:
		web.SetFlash(c, "success", p.T("Podání je podepsané a potvrzené."))
	}
	return web.See(c, "/podani/"+p.Reference)
}

// signedUpload reads the one file of the form.
func signedUpload(c *fiber.Ctx) (pdf []byte, name string, err error) {
	_, err = web.FormValues(c, func(u web.Upload) error {
		data, err := io.ReadAll(io.LimitReader(u.Body, maxSigned+1))
		if err != nil {
			return errs.Wrap(errs.Invalid, err, "Soubor se nepřenesl celý. Pošlete ho prosím znovu.")
		}
		if len(data) > maxSigned {
			return errs.New(errs.Invalid, "Soubor je větší, než kolik má podepsané podání mít. Nahrajte soubor, který jsme vám vydali.")
		}
		if len(bytes.TrimSpace(data)) > 0 {
			pdf, name = data, u.Name
		}
		return nil
	})
	if err == nil && pdf == nil {
		err = errs.New(errs.Invalid, "Vyberte podepsaný soubor.")
	}
	return pdf, name, err
}
