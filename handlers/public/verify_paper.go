package public

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/errs"
	"epom/internal/seal"
	"epom/records/daily"
)

// PaperView is a document of an office in words: never a name, a subject or a content.
type PaperView struct {
	Office       string
	Number       string
	RegisteredAt time.Time
	Cancelled    bool
	Receipt      bool
	Log          bool // a part of the transaction log
	Since, Day   time.Time
	Events       int64
	Signer       string
	Test         bool
	StampedAt    time.Time
}

func (h *Public) officeName(id int32) string {
	if o, err := h.Offices.ByID(id); err == nil {
		return o.Name
	}
	return ""
}

// papersOf are the documents that an uploaded file belongs to.
func (h *Public) papersOf(ctx context.Context, sha256 string) (list []PaperView, err error) {
	found, err := h.Papers.WhoseFile(ctx, sha256)
	for _, f := range found {
		v := PaperView{Office: h.officeName(f.Office), Number: f.ReferenceNumber, RegisteredAt: f.RegisteredAt, Cancelled: f.Cancelled, Receipt: f.Kind == "receipt",
			Signer: f.Signer, Test: f.Test}
		if f.Day != nil && f.Since != nil && f.Events != nil && f.StampedAt != nil {
			v.Log, v.Day, v.Since, v.Events, v.StampedAt = true, *f.Day, *f.Since, *f.Events, *f.StampedAt
		}
		list = append(list, v)
	}
	return list, err
}

// verifyLog looks a part of a log up by its office and number.
func (h *Public) verifyLog(c *fiber.Ctx, p *VerifyPage, slug, number string) error {
	p.LogNumber = strings.TrimSpace(number)
	if done, err := h.verifyAllowed(c, p); done {
		return err
	}
	o, err := h.Offices.BySlug(slug)
	var part daily.Part
	if err == nil {
		part, err = h.Papers.ByNumber(c.UserContext(), o.ID, p.LogNumber)
	}
	switch {
	case errs.Is(err, errs.NotFound), errs.Is(err, errs.Invalid): // a number that no column can hold
		p.LogLost = true
	case err != nil:
		return err
	default:
		p.Papers = []PaperView{{Office: o.Name, Number: part.ReferenceNumber, RegisteredAt: part.MadeAt, Log: true, Since: part.Since, Day: part.Day,
			Events: part.Events(), Signer: part.Signer, Test: part.Test, StampedAt: part.StampedAt}}
	}
	return web.View(c, "pages/verify", "", *p)
}

// sealedXML tells whether a file begins as those we seal.
func sealedXML(head []byte) bool {
	return strings.HasPrefix(string(head), "<?xml") && strings.Contains(string(head), `Id="pecet"`)
}

// spool is an unnamed file on the disk, gone when it is closed.
func spool() (*os.File, error) {
	f, err := os.CreateTemp("", "epom-check-*")
	if err != nil {
		return nil, err
	}
	return f, os.Remove(f.Name())
}

// explainXML checks the seal of an XML made here and, when it is a part of a log, whether its rows lead to the hash it says.
func (h *Public) explainXML(p web.Page, f *VerifiedFile, file *os.File) error {
	x, err := seal.OpenXML(file, f.Size)
	if errs.Is(err, errs.Invalid) {
		f.Broken = p.T("Pečeť v tomto XML nejde přečíst: soubor je poškozený nebo neúplný.")
		return nil
	}
	if err != nil {
		return err
	}
	s, err := x.Verify(h.Roots, h.Clock.Now())
	if err != nil {
		return err
	}
	f.XML = true
	f.Signatures = []SignatureView{signatureView(p, s)}
	log, err := daily.Check(x.Content())
	switch {
	case errs.Is(err, errs.Invalid) || errors.Is(err, io.ErrUnexpectedEOF):
	case err != nil:
		return err
	default:
		f.Log, f.LogWhole = true, log.Whole
	}
	return nil
}
