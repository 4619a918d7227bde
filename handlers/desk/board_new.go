package desk

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"epom/board"
	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
	"epom/users"
)

// NewPosting is the form of a new posting, empty or filled from a document of a case file.
func (d *Desk) NewPosting(c *fiber.Ctx) error {
	p, err := d.postingPage(c, "Nové vyvěšení")
	if err != nil {
		return err
	}
	err = d.onBoard(c, func(ctx context.Context, tx *db.Tx, b BoardView) error {
		p.Board, p.Action = b, b.Link("/nove")
		p.Values["issuer"] = b.Name
		var places []string
		if o, err := d.Offices.ByID(b.Office); err == nil && o.MunicipalityCode != 0 {
			places = append(places, strconv.Itoa(o.MunicipalityCode))
		}
		if err := d.fromDocument(ctx, c, tx, &p, c.Query("dokument")); err != nil {
			return err
		}
		return d.offer(ctx, tx, &p, places)
	})
	if err == nil {
		err = p.seal(c)
	}
	if err != nil {
		return err
	}
	return web.View(c, "deskboard/edit", "", p)
}

// fromDocument fills the form from an own document of a case file. It needs the right to read mail, and the own board.
func (d *Desk) fromDocument(ctx context.Context, c *fiber.Ctx, tx *db.Tx, p *PostingPage, typed string) error {
	if typed == "" {
		return nil
	}
	id, err := strconv.ParseInt(typed, 10, 64)
	if err != nil || p.Board.For != "" || !users.Can(web.Session(c), users.SeeMail) {
		return errs.New(errs.NotFound, "Tento dokument ve vašem úřadu není.")
	}
	doc, err := records.DocumentByID(ctx, tx, id)
	if err != nil {
		return err
	}
	if doc.CancelledAt != nil || doc.Direction == records.In {
		return errs.New(errs.Conflict, "Na desku jde vyvěsit jen vlastní platný dokument.")
	}
	file, err := records.CaseByID(ctx, tx, doc.CaseID)
	if err != nil {
		return err
	}
	p.From = &CaseLink{Case: doc.CaseID, Document: doc.ID, Number: doc.ReferenceNumber}
	if c.Method() == fiber.MethodPost {
		return nil
	}
	d.Seen(tx, "viewed", "document", doc.ID, nil)
	p.Values["title"], p.Values["reference_number"], p.Values["file_mark"] = doc.Subject, doc.ReferenceNumber, file.Mark
	docs, err := records.Documents(ctx, tx, doc.CaseID)
	if err != nil {
		return err
	}
	doc = docs[slices.IndexFunc(docs, func(d records.Document) bool { return d.ID == doc.ID })]
	for _, f := range doc.Components {
		p.files = append(p.files, board.File{Name: f.Name, MediaType: f.MediaType, Size: f.Size, SHA256: f.SHA256})
	}
	return nil
}

// MakePosting posts at once or plans. With _refresh it only counts the term, looks municipalities up and keeps files.
func (d *Desk) MakePosting(c *fiber.Ctx) error {
	v, err := d.takePosting(c)
	if err != nil {
		return err
	}
	p, err := d.postingPage(c, "Nové vyvěšení")
	if err != nil {
		return err
	}
	p.keep(v.Values)
	var made *board.Posting
	err = d.onBoard(c, func(ctx context.Context, tx *db.Tx, b BoardView) error {
		p.Board, p.Action = b, b.Link("/nove")
		p.attach(c, v)
		if err := d.fromDocument(ctx, c, tx, &p, v.Get("document")); err != nil {
			return err
		}
		if err := d.offer(ctx, tx, &p, v.Values["place"]); err != nil {
			return err
		}
		n, wrong := d.newPosting(&p, v)
		if v.Get("_refresh") != "" {
			return nil
		}
		p.wrong(wrong)
		if len(p.Errors) > 0 {
			return errs.Fields(wrong...)
		}
		n.Contract = b.Contract
		made, err = d.Law.Make(ctx, tx, n, d.Clock.Now())
		return err
	})
	switch {
	case errs.Is(err, errs.Invalid):
		p.wrong(errs.FieldsOf(err))
	case err != nil:
		return err
	case made != nil:
		said := "Visí na desce pod číslem " + made.Number() + "."
		if made.State() == board.Waiting {
			said = "Vyvěsí se samo " + czechTime(made.PostAt) + " pod číslem " + made.Number() + "."
		}
		web.SetFlash(c, "success", said)
		return web.See(c, p.Board.Link("/"+made.Number()))
	}
	if err := p.seal(c); err != nil {
		return err
	}
	if len(p.Errors) > 0 {
		return web.Invalid(c, "deskboard/edit", "", p)
	}
	return web.View(c, "deskboard/edit", "", p)
}

// newPosting reads the whole form.
func (d *Desk) newPosting(p *PostingPage, v taken) (board.New, []errs.Field) {
	content, wrong := d.content(p, v.Values, board.Content{})
	t, more := d.readTerm(p, p.Values)
	n := board.New{Content: content, Origin: board.Typed, PostAt: t.postAt, UntilOn: t.until, EventAt: t.event, Requester: strings.TrimSpace(v.Get("requester")), RequesterRef: strings.TrimSpace(v.Get("requester_ref")),
		RequesterEmail: strings.TrimSpace(v.Get("requester_email"))}
	// What is out of sight is not meant.
	if t.event != nil {
		n.EventPlace = v.Get("event_place")
	}
	if p.Early {
		n.EarlyWhy = v.Get("early_why")
	}
	if p.Past {
		n.PastWhy = v.Get("past_why")
	}
	switch {
	case p.From != nil:
		n.Origin, n.CaseID, n.DocumentID = board.FromDocument, &p.From.Case, &p.From.Document
	case n.Requester != "":
		n.Origin = board.FromRequest
	case len(content.Files) > 0:
		n.Origin = board.FromFile
	}
	return n, append(wrong, more...)
}
