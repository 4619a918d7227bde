package desk

import (
	"context"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
	"epom/routing"
	"epom/submissions"
	"epom/territory"
)

// ForwardPage refers a submission to the competent office (§ 12 of Act 500/2004 Sb.).
type ForwardPage struct {
	ActPage
	Query   string      // name of the municipality as typed
	Places  []PlaceView // what was found for it
	Place   string      // the chosen municipality
	Code    int
	Card    *routing.Card
	Own     bool // the competent office is this one
	Reasons []string
	Doubts  []string
	Slug    string // of an office chosen against the computed one
	Offices []Choice
	None    string // why there is no office
}

// PlaceView is a municipality to choose.
type PlaceView struct {
	Code  int
	Label string
	Href  string
}

// ForwardForm finds the competent office for another municipality, or takes the one chosen by the clerk.
func (d *Desk) ForwardForm(c *fiber.Ctx) error {
	p, _, err := d.forwardPage(c, c.Query("obec"), c.Query("kod"), c.Query("urad"))
	if err != nil {
		return err
	}
	return web.View(c, "case/forward", "", p)
}

func (d *Desk) forwardPage(c *fiber.Ctx, typed, code, slug string) (ForwardPage, int64, error) {
	p := ForwardPage{Query: strings.TrimSpace(typed), Slug: slug}
	base, id, err := d.act(c, "Postoupit", func(_ context.Context, _ *db.Tx, v *submissions.View, a *ActPage) error {
		here := v.Office.ID
		for _, o := range d.Offices.Snapshot().Participating() {
			if o.ID != here {
				p.Offices = append(p.Offices, Choice{Value: o.Slug, Label: o.Name, Selected: o.Slug == slug})
			}
		}
		p.Code, _ = strconv.Atoi(code)
		switch {
		case slug != "":
			return d.choose(&p, slug, here)
		case p.Code != 0:
			return d.compute(&p, v, here)
		case p.Query != "":
			p.find(c, d.Territory, v)
		}
		if len(p.Places) == 1 {
			p.Code = p.Places[0].Code
			return d.compute(&p, v, here)
		}
		return nil
	})
	p.ActPage = base
	if err == nil && p.Card != nil && p.Card.Participates && !p.Own {
		err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
			v, err := d.Submissions.OfCase(ctx, tx, id)
			if err == nil {
				p.Values["why"] = d.Submissions.Resolution(v, p.Card.Name, p.Reasons)
			}
			return err
		})
	}
	return p, id, err
}

// find looks the typed municipality up, near to this office first.
func (p *ForwardPage) find(c *fiber.Ctx, land *territory.Store, v *submissions.View) {
	near := &territory.Point{Lat: v.Office.Lat, Lon: v.Office.Lon}
	if v.Office.Lat == 0 {
		near = nil
	}
	for _, m := range land.SearchMunicipalities(p.Query, near, 8) {
		p.Places = append(p.Places, PlaceView{Code: m.Code, Label: m.Label, Href: with(c, "kod", strconv.Itoa(m.Code), "urad", "")})
	}
}

// compute asks the router who is competent in the agenda of the case for the chosen municipality.
func (d *Desk) compute(p *ForwardPage, v *submissions.View, here int32) error {
	m, err := d.Territory.Municipality(p.Code, d.Date())
	if err != nil {
		return err
	}
	p.Place = m.Label
	q := routing.Query{Agenda: v.Case.Agenda, Municipality: p.Code, On: d.Date()}
	if a, err := d.Router.Engine().Agenda(q.Agenda, q.On); err == nil && a.Level == routing.Addressee {
		q.Level = routing.Obec
	}
	dec, err := d.Router.Resolve(q)
	if err != nil {
		return err
	}
	for _, r := range dec.Reasons {
		if r.Kind == routing.ByData { // it is no reason of a resolution
			continue
		}
		if t := strings.TrimSpace(r.Text("cs")); t != "" {
			p.Reasons = append(p.Reasons, t)
		}
	}
	for _, u := range dec.Unverified {
		if u == routing.DoubtFee || u == routing.DoubtDeadline {
			continue
		}
		p.Doubts = append(p.Doubts, u.Text("cs"))
	}
	if p.Card = dec.Office; p.Card == nil {
		p.None = "Pro tuto obec jsme úřad nenašli. Vyberte ho sami."
		return nil
	}
	p.Own = p.Card.OfficeID == here
	return nil
}

// choose takes an office the clerk named herself.
func (d *Desk) choose(p *ForwardPage, slug string, here int32) error {
	o, err := d.Offices.BySlug(slug)
	if err != nil {
		return err
	}
	p.Own = o.ID == here
	p.Card = &routing.Card{OfficeID: o.ID, Slug: o.Slug, Name: o.Name, Participates: o.Participates, Address: o.Address(), Email: o.Email, Phone: o.Phone,
		Web: o.Web, DataBox: o.DataBox}
	return nil
}

// Forward refers the submission.
func (d *Desk) Forward(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	p, id, err := d.forwardPage(c, "", v.Get("kod"), v.Get("urad"))
	if err != nil {
		return err
	}
	p.keep(v)
	if p.Card == nil || p.Own || !p.Card.Participates {
		err = errs.Fields(errs.Field{Name: "obec", Message: "Vyberte jiný úřad, který podání přijímá v e-POM."})
		p.Errors = []Wrong{{ID: "obec", Message: errs.FieldsOf(err)[0].Message}}
		return web.Invalid(c, "case/forward", "", p)
	}
	number, err := d.Submissions.Refer(c.UserContext(), web.Session(c).Scope(), id, submissions.Referral{Target: p.Card.OfficeID, Why: v.Get("why")})
	if errs.Is(err, errs.Invalid) {
		for _, f := range errs.FieldsOf(err) {
			p.Errors = append(p.Errors, Wrong{ID: f.Name, Message: f.Message})
		}
		return web.Invalid(c, "case/forward", "", p)
	}
	return outcome(c, err, p.ActPage, "case/forward", "Podání má teď "+p.Card.Name+" pod číslem "+number+". Občan o tom dostane zprávu.")
}

// CancelForm gives up a number of the office's own document.
func (d *Desk) CancelForm(c *fiber.Ctx) error {
	p, _, err := d.cancelPage(c)
	if err != nil {
		return err
	}
	return web.View(c, "case/cancel", "", p)
}

func (d *Desk) cancelPage(c *fiber.Ctx) (ActPage, int64, error) {
	doc, err := web.Number(c, "doc")
	if err != nil {
		return ActPage{}, 0, err
	}
	p, _, err := d.act(c, "Stornovat číslo", func(_ context.Context, _ *db.Tx, v *submissions.View, p *ActPage) error {
		found := v.Document(doc)
		if found == nil {
			return errs.New(errs.NotFound, "Tento dokument ve spisu není.")
		}
		p.Doc, p.Number, p.What = doc, found.ReferenceNumber, found.Subject
		return nil
	})
	return p, doc, err
}

// Cancel cancels a number with a reason; the number and the reason stay in the journal.
func (d *Desk) Cancel(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	p, doc, err := d.cancelPage(c)
	if err != nil {
		return err
	}
	p.keep(v)
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		return records.Cancel(ctx, tx, doc, strings.TrimSpace(v.Get("why")), d.Clock.Now())
	})
	return outcome(c, err, p, "case/cancel", "Číslo "+p.Number+" je stornované. V deníku zůstává i s důvodem.")
}
