package public

import (
	"context"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/board"
	"epom/forms"
	"epom/handlers/web"
	"epom/internal/errs"
	"epom/submissions"
)

// VerifyPage tells whether a document exists, and where and when it hung.
type VerifyPage struct {
	web.Page
	Offices []OfficeOption
	Posting string // number of a posting, "2026-17"
	Proofs  []ProofView
	Lost    bool // no such posting
	File    *VerifiedFile
	Papers  []PaperView // documents of offices

	LogNumber string // of a part of a log
	LogLost   bool   // no such part

	Reference, Number string
	Errors            []errs.Field
	Asked, Known      bool
	Holder            string // name of the office
	ReceivedAt        time.Time
	Wait              string
}

// OfficeOption is an office to choose.
type OfficeOption struct {
	Slug, Name string
	Chosen     bool
}

// ProofView is how a posting hung, in words.
type ProofView struct {
	*board.Proof
	Office     string
	Href       string
	FileName   string // of the uploaded file as it was posted
	IsClause   bool   // the uploaded file is its clause
	Shown      *board.Revision
	From       time.Time // the revision hung
	To         *time.Time
	Imported   bool // came from another board with its times, which nothing here proves
	Test       bool // a seal has no legal effects
	PackageAt  string
	ClauseAt   string
	Incomplete bool // a record waits for its seal
}

// Error is the message of one field.
func (p VerifyPage) Error(name string) string {
	for _, f := range p.Errors {
		if f.Name == name {
			return f.Message
		}
	}
	return ""
}

// Findings are the errors for the list on top of the page.
func (p VerifyPage) Findings() []forms.Finding { return fieldFindings(p.Errors) }

func (h *Public) verifyPage(c *fiber.Ctx) VerifyPage {
	web.Private(c)
	p := VerifyPage{Page: web.NewPage(c, "Ověření dokumentu")}
	for _, o := range h.Offices.Snapshot().Participating() {
		p.Offices = append(p.Offices, OfficeOption{Slug: o.Slug, Name: o.Name})
	}
	return p
}

// Verify asks for a file or for numbers; a posting may stand in the address: ?deska=hejnice/2026-17, as on clauses, or
// ?urad=hejnice&cislo=2026-17.
func (h *Public) Verify(c *fiber.Ctx) error {
	p := h.verifyPage(c)
	p.Reference = cutText(c.Query("znacka"), 20)
	if number := cutText(c.Query("protokol"), 60); number != "" {
		slug := cutText(c.Query("urad"), 100)
		for i, o := range p.Offices {
			p.Offices[i].Chosen = o.Slug == slug
		}
		return h.verifyLog(c, &p, slug, number)
	}
	slug, number, _ := strings.Cut(cutText(c.Query("deska"), 200), "/")
	if slug == "" {
		slug, number = cutText(c.Query("urad"), 100), cutText(c.Query("cislo"), 40)
	}
	if slug == "" && number == "" {
		return web.View(c, "pages/verify", "", p)
	}
	p.Posting = strings.TrimSpace(number)
	for i, o := range p.Offices {
		p.Offices[i].Chosen = o.Slug == slug
	}
	if done, err := h.verifyAllowed(c, &p); done {
		return err
	}
	o, err := h.Offices.BySlug(slug)
	var proof *board.Proof
	if err == nil {
		proof, err = h.Boards.Proof(c.UserContext(), o.ID, p.Posting, h.Clock.Now())
	}
	switch {
	case errs.Is(err, errs.NotFound):
		p.Lost = true
	case err != nil:
		return err
	default:
		p.Proofs = []ProofView{h.proofView(proof)}
	}
	return web.View(c, "pages/verify", "", p)
}

// verifyAllowed counts a question; when there were too many it answers itself.
func (h *Public) verifyAllowed(c *fiber.Ctx, p *VerifyPage) (done bool, err error) {
	ok, after, err := h.Users.Allow(c.UserContext(), "verify:ip:"+c.IP(), triesOfVisitor, triesWindow)
	if err != nil {
		return true, err
	}
	if ok {
		return false, nil
	}
	p.Wait = waitText(p.Lang, after)
	c.Status(fiber.StatusTooManyRequests)
	return true, web.View(c, "pages/verify", "", *p)
}

// CheckDocument looks an uploaded file up, or a submission by its two numbers.
func (h *Public) CheckDocument(c *fiber.Ctx) error {
	p := h.verifyPage(c)
	var limited, done bool
	v, err := web.FormValues(c, func(u web.Upload) (err error) {
		if u.Field != "soubor" || p.File != nil || limited {
			return nil
		}
		if limited, err = h.verifyAllowed(c, &p); !limited {
			done = true
			p.File, err = h.readUpload(p.Page, u)
		}
		return err
	})
	switch {
	case limited:
		return err
	case done && errs.Is(err, errs.Invalid):
		p.Errors = append(p.Errors, errs.Field{Name: "soubor", Message: p.T(errs.Message(err))})
		return web.Invalid(c, "pages/verify", "", p)
	case err != nil:
		return err
	case p.File != nil:
		return h.verifyFile(c, &p)
	case v.Has("reference"):
		return h.verifyNumber(c, &p, v.Get("reference"), v.Get("number"))
	}
	p.Errors = append(p.Errors, errs.Field{Name: "soubor", Message: p.T("Vyberte soubor.")})
	return web.Invalid(c, "pages/verify", "", p)
}

func (h *Public) verifyFile(c *fiber.Ctx, p *VerifyPage) error {
	found, err := h.Boards.WhereHung(c.UserContext(), p.File.SHA256, h.Clock.Now())
	if err != nil {
		return err
	}
	for _, f := range found {
		v := h.proofView(f.Proof)
		v.IsClause, v.FileName = f.IsClause, f.Name
		if f.Hung != nil {
			v.Shown, v.From, v.To = &f.Hung.Revision, f.Hung.From, f.Hung.To
		}
		p.Proofs = append(p.Proofs, v)
	}
	if p.Papers, err = h.papersOf(c.UserContext(), p.File.SHA256); err != nil {
		return err
	}
	return web.View(c, "pages/verify", "", *p)
}

func (h *Public) proofView(proof *board.Proof) ProofView {
	v := ProofView{Proof: proof, Shown: proof.Current(), From: *proof.PostedAt, To: proof.RemovedAt, Imported: proof.Origin == board.Imported}
	if o, err := h.Offices.ByID(proof.OfficeID); err == nil {
		v.Office, v.Href = o.Name, board.ItemPath(o.Slug, proof.Number())
		v.PackageAt, v.ClauseAt = v.Href+"/dukazy.zip", v.Href+"/dolozka.pdf"
	}
	for _, e := range proof.Evidence {
		v.Test, v.Incomplete = v.Test || e.Test, v.Incomplete || e.SealedAt == nil
	}
	return v
}

// verifyNumber answers yes or no: only who holds the receipt knows both numbers, and it says nothing beyond it.
func (h *Public) verifyNumber(c *fiber.Ctx, p *VerifyPage, reference, number string) error {
	p.Reference, p.Number = cutText(reference, 20), cutText(strings.TrimSpace(number), 60)
	clean := submissions.CleanReference(p.Reference)
	if clean == "" {
		p.Errors = append(p.Errors, errs.Field{Name: "reference", Message: p.T("Značka podání má osm znaků, například K7MF-3XQP.")})
	}
	if p.Number == "" {
		p.Errors = append(p.Errors, errs.Field{Name: "number", Message: p.T("Opište číslo jednací z dokumentu.")})
	}
	if len(p.Errors) > 0 {
		return web.Invalid(c, "pages/verify", "", *p)
	}
	if done, err := h.verifyAllowed(c, p); done {
		return err
	}
	if err := h.verify(c.UserContext(), p, clean); err != nil {
		return err
	}
	return web.View(c, "pages/verify", "", *p)
}

// verify looks the two numbers up: the document must be of the case of that reference.
func (h *Public) verify(ctx context.Context, p *VerifyPage, reference string) error {
	p.Asked = true
	s, err := h.Submissions.ByReference(ctx, reference)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	for i := range s.Documents {
		d := &s.Documents[i]
		if visible(d) && strings.EqualFold(d.ReferenceNumber, p.Number) {
			p.Known, p.Holder, p.ReceivedAt = true, s.Office.Name, d.RegisteredAt
			if d.DeliveredAt != nil {
				p.ReceivedAt = *d.DeliveredAt
			}
		}
	}
	return nil
}
