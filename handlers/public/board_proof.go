package public

import (
	"github.com/gofiber/fiber/v2"

	"epom/board"
	"epom/handlers/web"
	"epom/internal/errs"
)

// PostingClause gives the sealed clause of a removed posting; of one that hangs a confirmation, which is no clause and
// bears no seal.
func (h *Public) PostingClause(c *fiber.Ctx) error {
	o, err := h.Offices.BySlug(c.Params("slug"))
	if err != nil {
		return err
	}
	now := h.Clock.Now()
	p, err := h.Boards.Proof(c.UserContext(), o.ID, c.Params("number"), now)
	if err != nil {
		return notOnBoard(err)
	}
	noIndex(c, true)
	if p.Clause == nil && p.State() == board.Removed {
		return errs.New(errs.NotFound, "Doložka k tomuto vyvěšení tu není. Po sejmutí vzniká do několika minut, a zapisuje-li úřad sejmutí z desky u úřadu, nejpozději do tří dnů.")
	}
	c.Set(fiber.HeaderContentType, "application/pdf")
	c.Set(fiber.HeaderContentDisposition, disposition("inline", p.ClauseName()))
	c.Set(fiber.HeaderCacheControl, "no-cache")
	if p.Clause != nil {
		return h.sendByHash(c, p.Clause.SHA256)
	}
	if err := h.proofAllowed(c); err != nil {
		return err
	}
	data, err := board.Sheet{Posting: p.Posting, Office: o, BaseURL: h.base(c), Evidence: p.Evidence, Available: p.Available, Unsealed: true, At: now}.PDF()
	if err != nil {
		return err
	}
	return c.Send(data)
}

// PostingEvidence gives the records of evidence with their seals for experts.
func (h *Public) PostingEvidence(c *fiber.Ctx) error {
	o, err := h.Offices.BySlug(c.Params("slug"))
	if err != nil {
		return err
	}
	if err := h.proofAllowed(c); err != nil {
		return err
	}
	data, err := h.Boards.Package(c.UserContext(), o.ID, c.Params("number"))
	if err != nil {
		return notOnBoard(err)
	}
	noIndex(c, true)
	c.Set(fiber.HeaderContentType, "application/zip")
	c.Set(fiber.HeaderContentDisposition, disposition("attachment", "dukazy-"+o.Slug+"-"+c.Params("number")+".zip"))
	c.Set(fiber.HeaderCacheControl, "no-cache")
	return c.Send(data)
}

// proofAllowed bounds what is made on request.
func (h *Public) proofAllowed(c *fiber.Ctx) error {
	ok, after, err := h.Users.Allow(c.UserContext(), "proof:ip:"+c.IP(), searchesOfVisitor, searchesWindow)
	if err != nil || ok {
		return err
	}
	return errs.New(errs.Unavailable, waitText(web.Lang(c), after))
}
