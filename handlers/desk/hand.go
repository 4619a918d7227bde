package desk

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
	"epom/records/letters"
	"epom/submissions"
	"epom/users"
)

// Passing is a hand-over that waits for an answer.
type Passing struct {
	ID, CaseID    int64
	Mark, Subject string
	From, To      string
	Note          string
	At            time.Time
	Mine          bool // the person may take it over
	to            int64
}

// DraftRow is a letter without a number in the case file.
type DraftRow struct {
	ID      int64
	Subject string
	State   string // in words
	Tone    string
}

// read notes that whoever handles the case file has opened it, and gathers what waits in it.
func (d *Desk) read(ctx context.Context, tx *db.Tx, v *submissions.View, s *users.Session, passed []records.Handover, p *CasePage) error {
	mine, err := records.Covers(ctx, tx, s.Account.ID, d.Clock.Now())
	if err != nil {
		return err
	}
	has := func(id *int64) bool {
		for _, m := range mine {
			if id != nil && *id == m {
				return true
			}
		}
		return false
	}
	if has(v.Case.ClerkID) {
		if err := records.MarkRead(ctx, tx, v.CaseID, d.Clock.Now()); err != nil {
			return err
		}
	}
	if n := len(passed); n > 0 && passed[n-1].Open() && passed[n-1].ToClerk != nil && v.Case.HandledAt == nil {
		h := passed[n-1]
		p.Waiting = &Passing{ID: h.ID, CaseID: h.CaseID, From: h.By, Note: h.Note, At: h.At, Mine: has(h.ToClerk), to: *h.ToClerk}
	}
	drafts, err := letters.Of(ctx, tx, v.CaseID)
	for _, l := range drafts {
		p.Drafts = append(p.Drafts, draftRow(l))
	}
	return err
}

func draftRow(l letters.Letter) DraftRow {
	row := DraftRow{ID: l.ID, Subject: l.Subject, State: "rozepsaný", Tone: "info"}
	switch {
	case l.OfferedAt != nil:
		row.State, row.Tone = "čeká na schválení", "warning"
	case l.ReturnedAt != nil:
		row.State, row.Tone = "vrácený k opravě", "danger"
	}
	return row
}

// Accept takes over a case file.
func (d *Desk) Accept(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	p, id, err := d.act(c, "Převzít", nil)
	if err != nil {
		return err
	}
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		return records.Accept(ctx, tx, id, web.Session(c).Account.ID, d.Clock.Now())
	})
	if err == nil && v.Get("back") == "day" {
		web.SetFlash(c, "success", "Spis "+p.Head.Mark+" jste převzali.")
		return web.See(c, "/kancelar")
	}
	return outcome(c, err, p, "case/refuse", "Spis "+p.Head.Mark+" jste převzali.")
}

// RefuseForm returns a case file to who handed it over.
func (d *Desk) RefuseForm(c *fiber.Ctx) error {
	p, _, err := d.act(c, "Vrátit spis", nil)
	if err != nil {
		return err
	}
	return web.View(c, "case/refuse", "", p)
}

// Refuse returns it with a reason.
func (d *Desk) Refuse(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	p, id, err := d.act(c, "Vrátit spis", nil)
	if err != nil {
		return err
	}
	p.keep(v)
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		return records.Refuse(ctx, tx, id, web.Session(c).Account.ID, strings.TrimSpace(v.Get("why")), d.Clock.Now())
	})
	return outcome(c, err, p, "case/refuse", "Spis "+p.Head.Mark+" se vrátil tam, kde byl předtím.")
}

// PauseForm interrupts the term, or lets it run on.
func (d *Desk) PauseForm(c *fiber.Ctx) error {
	p, _, err := d.act(c, "Přerušení lhůty", nil)
	if err != nil {
		return err
	}
	return web.View(c, "case/pause", "", p)
}

// Pause interrupts with a reason; "konec" lets the term run on.
func (d *Desk) Pause(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	p, id, err := d.act(c, "Přerušení lhůty", nil)
	if err != nil {
		return err
	}
	p.keep(v)
	said := "Lhůta od dneška stojí."
	if v.Get("act") == "konec" {
		said, err = "Lhůta zase běží.", d.Submissions.Resume(c.UserContext(), web.Session(c).Scope(), id)
	} else {
		err = d.Submissions.Interrupt(c.UserContext(), web.Session(c).Scope(), id, strings.TrimSpace(v.Get("why")))
	}
	return outcome(c, err, p, "case/pause", said)
}

// outgoing are the documents of the case file that may answer what came, one of them chosen.
func outgoing(v *submissions.View, chosen int64) []Choice {
	var list []Choice
	for _, doc := range v.Documents {
		if doc.Direction == records.Out && doc.CancelledAt == nil && doc.Kind != submissions.KindReceipt {
			list = append(list, Choice{Value: strconv.FormatInt(doc.ID, 10), Label: doc.ReferenceNumber + " " + doc.Subject, Selected: doc.ID == chosen})
		}
	}
	return list
}

// idOf reads a number of a form; nil when there is none.
func idOf(s string) *int64 {
	id, err := strconv.ParseInt(s, 10, 64)
	if err != nil || id <= 0 {
		return nil
	}
	return &id
}

// DocumentForm handles one document of a case file by itself.
func (d *Desk) DocumentForm(c *fiber.Ctx) error {
	p, _, err := d.documentPage(c, url.Values{})
	if err != nil {
		return err
	}
	return web.View(c, "case/document", "", p)
}

func (d *Desk) documentPage(c *fiber.Ctx, v url.Values) (ActPage, int64, error) {
	doc, err := web.Number(c, "doc")
	if err != nil {
		return ActPage{}, 0, err
	}
	p, _, err := d.act(c, "Vyřídit dokument", func(_ context.Context, _ *db.Tx, view *submissions.View, p *ActPage) error {
		found := view.Document(doc)
		if found == nil || found.Direction != records.In {
			return errs.New(errs.NotFound, "Takový došlý dokument ve spisu není.")
		}
		p.Doc, p.Number, p.What, p.Ways = doc, found.ReferenceNumber, found.Subject, ways(v.Get("how"))
		p.Answers = outgoing(view, 0)
		return nil
	})
	p.keep(v)
	return p, doc, err
}

// Document notes how a document was handled.
func (d *Desk) Document(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	p, doc, err := d.documentPage(c, v)
	if err != nil {
		return err
	}
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		return records.HandleDocument(ctx, tx, doc, v.Get("how"), v.Get("why"), idOf(v.Get("answer")), d.Clock.Now())
	})
	return outcome(c, err, p, "case/document", fmt.Sprintf("Dokument %s je vyřízený.", p.Number))
}
