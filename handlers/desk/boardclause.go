package desk

import (
	"context"
	"strings"

	"github.com/gofiber/fiber/v2"

	"epom/board"
	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/errs"
)

// PostingClause gives the sealed clause of a removed posting; of one that hangs a sealed confirmation that it still does.
func (d *Desk) PostingClause(c *fiber.Ctx) error {
	var s board.Sheet
	var done *board.Clause
	err := d.onBoard(c, func(ctx context.Context, tx *db.Tx, b BoardView) error {
		p, err := board.ByNumber(ctx, tx, c.Params("number"))
		if err != nil {
			return err
		}
		if p.PostedAt == nil {
			return errs.New(errs.NotFound, "Doložka je až k tomu, co bylo vyvěšeno.")
		}
		if p.State() == board.Removed {
			k, err := board.ClauseOf(ctx, tx, p.ID)
			done = &k
			s.Posting = p
			return err
		}
		if s, err = board.ReadSheet(ctx, tx, p, d.Clock.Now()); err != nil {
			return err
		}
		s.Office, err = d.Offices.ByID(b.Office)
		return err
	})
	if err != nil {
		return err
	}
	if done != nil {
		return d.sendFile(c, done.SHA256, "application/pdf", s.ClauseName())
	}
	members, err := d.members(c.UserContext(), web.Session(c))
	if err != nil {
		return err
	}
	s.By = members.name(s.MadeBy)
	if s.BaseURL = strings.TrimSuffix(d.BaseURL, "/"); s.BaseURL == "" {
		s.BaseURL = c.BaseURL()
	}
	s.Unsealed, s.Test = d.Seal == nil, d.Seal != nil && d.Seal.Test()
	data, err := s.PDF()
	if err == nil && d.Seal != nil {
		data, err = d.Seal.SealPDF(c.UserContext(), data, "Potvrzení o vyvěšení "+s.Number())
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/pdf")
	c.Set(fiber.HeaderContentDisposition, attachmentName("attachment", s.ClauseName()))
	return c.Send(data)
}
