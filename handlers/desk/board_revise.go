package desk

import (
	"context"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"epom/board"
	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/errs"
)

// ReviseForm shows what hangs, to be corrected.
func (d *Desk) ReviseForm(c *fiber.Ctx) error {
	p, _, err := d.revisePage(c, func(p *PostingPage, now *board.Posting) []string {
		p.Seen = now.Version
		p.Values["seen_revision"] = strconv.Itoa(now.Revision)
		return p.show(now.Current().Content)
	})
	if err != nil {
		return err
	}
	return web.View(c, "deskboard/edit", "", p)
}

// revisePage prepares the form over the posting of the address; fill puts the content in and returns chosen places.
func (d *Desk) revisePage(c *fiber.Ctx, fill func(*PostingPage, *board.Posting) []string) (PostingPage, *board.Posting, error) {
	p, err := d.postingPage(c, "Oprava vyvěšení")
	if err != nil {
		return p, nil, err
	}
	var now *board.Posting
	err = d.onBoard(c, func(ctx context.Context, tx *db.Tx, b BoardView) (err error) {
		if now, err = board.ByNumber(ctx, tx, c.Params("number")); err != nil {
			return err
		}
		p.Board, p.Number, p.Hangs = b, now.Number(), now.State() == board.Hanging
		p.Action = b.Link("/" + p.Number + "/opravit")
		if s := now.State(); s != board.Hanging && s != board.Waiting {
			return errs.New(errs.Conflict, "Opravit jde jen to, co visí, nebo na vyvěšení čeká.")
		}
		return d.offer(ctx, tx, &p, fill(&p, now))
	})
	if err == nil {
		err = p.seal(c)
	}
	return p, now, err
}

// Revise adds the correction as a new revision.
func (d *Desk) Revise(c *fiber.Ctx) error {
	v, err := d.takePosting(c)
	if err != nil {
		return err
	}
	p, now, err := d.revisePage(c, func(p *PostingPage, _ *board.Posting) []string {
		p.keep(v.Values)
		p.Seen, _ = strconv.Atoi(v.Get("seen"))
		p.attach(c, v)
		return v.Values["place"]
	})
	if err != nil {
		return err
	}
	content, wrong := d.content(&p, v.Values, now.Current().Content)
	if v.Get("_refresh") != "" {
		return web.View(c, "deskboard/edit", "", p)
	}
	p.wrong(wrong)
	if len(p.Errors) > 0 {
		return web.Invalid(c, "deskboard/edit", "", p)
	}
	err = d.changePosting(c, func(ctx context.Context, tx *db.Tx) (*board.Posting, error) {
		done, err := d.Law.Revise(ctx, tx, now.ID, p.Seen, content, v.Get("why"), d.Clock.Now())
		if done != nil {
			now = done
		}
		return done, err
	})
	switch {
	case err == nil:
		web.SetFlash(c, "success", "Oprava visí. Předchozí znění zůstává vidět.")
		return web.See(c, p.Board.Link("/"+p.Number))
	case errs.Is(err, errs.Conflict):
		return d.reviseConflict(c, p, now)
	case errs.Is(err, errs.Invalid):
		p.wrong(errs.FieldsOf(err))
		return web.Invalid(c, "deskboard/edit", "", p)
	}
	return err
}

// reviseConflict shows the form again with what somebody else changed meanwhile; sent once more it goes through.
func (d *Desk) reviseConflict(c *fiber.Ctx, p PostingPage, now *board.Posting) error {
	if s := now.State(); s != board.Hanging && s != board.Waiting {
		web.SetFlash(c, "warning", "Vyvěšení mezitím někdo sejmul nebo zrušil, opravit už nejde.")
		return web.See(c, p.Board.Link("/"+p.Number))
	}
	seen, err := strconv.Atoi(p.Values["seen_revision"])
	if err != nil || seen < 1 || seen > len(now.Revisions) {
		seen = 1
	}
	p.Conflict, p.Changed = true, d.changes(&now.Revisions[seen-1].Content, &now.Current().Content)
	p.Seen, p.Values["seen_revision"] = now.Version, strconv.Itoa(now.Revision)
	c.Status(fiber.StatusConflict)
	return web.View(c, "deskboard/edit", "", p)
}
