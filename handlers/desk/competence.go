package desk

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/audit"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/offices"
	"epom/routing"
)

// CompetencePage shows who is competent in each agenda for the office's municipality, takes in proposals of changes,
// and at the office of the region lets them be checked.
type CompetencePage struct {
	web.Page
	Rows      []CompetenceRow
	Version   string
	Proposals []ProposalRow
	Checks    bool // the office of the region
	Agendas   []Choice
	Levels    []Choice
	Values    map[string]string
	Errors    []Wrong
}

// CompetenceRow is one agenda with the office that decides.
type CompetenceRow struct {
	Agenda, Statute string
	Office          string // who decides for this municipality
	Own             bool
	Reason          string
	Verified        bool
}

// ProposalRow is a change an office asks for.
type ProposalRow struct {
	ID             int64
	Office, Agenda string
	Target         string // who is to decide
	Contract       string
	Reason         string
	From, To       time.Time
	At             time.Time
	Open           bool
	Accepted       bool
	Answer         string
	Mine           bool
}

// Error is the message about a field.
func (p CompetencePage) Error(name string) string {
	for _, w := range p.Errors {
		if w.ID == name {
			return w.Message
		}
	}
	return ""
}

// Value is what stands in a field.
func (p CompetencePage) Value(name string) string { return p.Values[name] }

var levelWords = map[routing.Level]string{routing.Seat: "úřad jiné obce (podle smlouvy)", routing.Obec: "úřad naší obce", routing.POU: "pověřený obecní úřad",
	routing.ORP: "úřad obce s rozšířenou působností", routing.Kraj: "krajský úřad"}

// Competence shows who is competent in each agenda for the municipality of the office, and why.
func (d *Desk) Competence(c *fiber.Ctx) error {
	p, err := d.competencePage(c, url.Values{"valid_from": {d.Date().Format("2. 1. 2006")}})
	if err != nil {
		return err
	}
	return web.View(c, "admin/competence", "", p)
}

func (d *Desk) competencePage(c *fiber.Ctx, v url.Values) (CompetencePage, error) {
	p := CompetencePage{Values: map[string]string{}}
	for name := range v {
		p.Values[name] = v.Get(name)
	}
	o, err := d.Offices.ByID(web.Session(c).Office)
	if err != nil {
		return p, err
	}
	p.Checks = o.Kind == offices.OfRegion
	for _, l := range []routing.Level{routing.Seat, routing.Obec, routing.POU, routing.ORP, routing.Kraj} {
		p.Levels = append(p.Levels, Choice{Value: string(l), Label: levelWords[l], Selected: v.Get("level") == string(l)})
	}
	for _, a := range d.Router.Engine().Agendas() {
		p.Agendas = append(p.Agendas, Choice{Value: a.Code, Label: a.Name, Selected: v.Get("agenda") == a.Code})
		if row, ok := d.competence(a, o); ok {
			p.Rows = append(p.Rows, row)
		}
	}
	p.Version = d.Router.Engine().Version
	return p, d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = d.Page(c, tx, "Příslušnost"); err != nil {
			return err
		}
		list, err := routing.Proposals(ctx, tx)
		for _, x := range list {
			p.Proposals = append(p.Proposals, d.proposal(x, o.ID))
		}
		return err
	})
}

// competence is who decides in an agenda for the office's municipality; false when nothing can be said.
func (d *Desk) competence(a *routing.Agenda, o *offices.Office) (CompetenceRow, bool) {
	q := routing.Query{Agenda: a.Code, Municipality: o.MunicipalityCode, On: d.Date()}
	if a.Level == routing.Addressee {
		q.Level = routing.Obec
	}
	if o.MunicipalityCode == 0 {
		return CompetenceRow{}, false
	}
	dec, err := d.Router.Resolve(q)
	if err != nil { // an agenda that does not hold today
		return CompetenceRow{}, false
	}
	row := CompetenceRow{Agenda: a.Name, Statute: routing.Statute(a.Statute), Verified: len(dec.Unverified) == 0}
	if dec.Office != nil {
		row.Office, row.Own = dec.Office.Name, dec.Office.OfficeID == o.ID
	}
	for _, r := range dec.Reasons {
		if r.Kind == routing.ByChain || r.Kind == routing.ByContract || r.Kind == routing.NoOffice {
			row.Reason = r.Text("cs")
		}
	}
	return row, true
}

func (d *Desk) proposal(x routing.Proposal, here int32) ProposalRow {
	row := ProposalRow{ID: x.ID, Agenda: x.Agenda, Target: levelWords[x.Level], Contract: x.Contract, Reason: x.Reason, From: x.ValidFrom, At: x.ProposedAt,
		Open: x.DecidedAt == nil, Accepted: x.Accepted != nil && *x.Accepted, Answer: x.Answer, Mine: x.OfficeID == here}
	if x.ValidTo.Year() > 1 {
		row.To = x.ValidTo
	}
	if o, err := d.Offices.ByID(x.OfficeID); err == nil {
		row.Office = o.Name
	}
	if a, err := d.Router.Engine().Agenda(x.Agenda, x.ValidFrom); err == nil {
		row.Agenda = a.Name
	}
	if x.SeatCode != 0 {
		if o, err := d.Offices.ByMunicipality(x.SeatCode); err == nil {
			row.Target = o.Name
		}
	}
	return row
}

// Propose asks the region for a change of competence in the office's own municipality.
func (d *Desk) Propose(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	x := routing.Proposal{Agenda: v.Get("agenda"), Level: routing.Level(v.Get("level")), Contract: strings.TrimSpace(v.Get("contract")), Reason: strings.TrimSpace(v.Get("reason"))}
	var wrong []errs.Field
	read := func(name string, needed bool) (on time.Time) {
		on, ok := web.ParseDay(v.Get(name))
		if !ok && (needed || strings.TrimSpace(v.Get(name)) != "") {
			wrong = append(wrong, errs.Field{Name: name, Message: "Napište den, například 3. 11. 2026."})
		}
		return on
	}
	x.ValidFrom, x.ValidTo = read("valid_from", true), read("valid_to", false)
	if x.Level == routing.Seat {
		if found := d.Territory.SearchMunicipalities(strings.TrimSpace(v.Get("seat")), nil, 1); v.Get("seat") != "" && len(found) == 1 {
			x.SeatCode = found[0].Code
		}
	}
	if len(wrong) == 0 {
		err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
			id, err := d.Router.Engine().Propose(ctx, tx, x, d.Clock.Now())
			if err == nil {
				audit.Write(tx, audit.Event{At: d.Clock.Now(), Action: "competence proposed", ObjectType: "competence", ObjectID: strconv.FormatInt(id, 10)})
			}
			return err
		})
		if err != nil && !errs.Is(err, errs.Invalid) {
			return err
		}
		wrong = errs.FieldsOf(err)
	}
	if len(wrong) > 0 {
		return d.wrongCompetence(c, v, wrong)
	}
	web.SetFlash(c, "success", "Návrh dostal krajský úřad. Platit začne, až ho potvrdí.")
	return web.See(c, "/kancelar/sprava/prislusnost")
}

func (d *Desk) wrongCompetence(c *fiber.Ctx, v url.Values, wrong []errs.Field) error {
	p, err := d.competencePage(c, v)
	if err != nil {
		return err
	}
	for _, f := range wrong {
		p.Errors = append(p.Errors, Wrong{ID: f.Name, Message: f.Message})
	}
	return web.Invalid(c, "admin/competence", "", p)
}

// DecideProposal confirms or refuses a proposal as the office of the region.
func (d *Desk) DecideProposal(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	id, err := web.Number(c, "proposal")
	if err != nil {
		return err
	}
	accept := v.Get("decide") == "accept"
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		if err := routing.Decide(ctx, tx, id, accept, strings.TrimSpace(v.Get("answer")), d.Clock.Now()); err != nil {
			return err
		}
		audit.Write(tx, audit.Event{At: d.Clock.Now(), Action: "competence decided", ObjectType: "competence", ObjectID: strconv.FormatInt(id, 10)})
		return nil
	})
	if errs.Is(err, errs.Invalid) {
		return d.wrongCompetence(c, url.Values{}, []errs.Field{{Name: "answer-" + strconv.FormatInt(id, 10), Message: web.FieldMessage(errs.FieldsOf(err), "answer")}})
	}
	if err != nil {
		return err
	}
	if accept {
		if err := d.Router.Load(c.UserContext()); err != nil {
			return err
		}
		web.SetFlash(c, "success", "Změna je potvrzená a platí.")
	} else {
		web.SetFlash(c, "success", "Návrh je odmítnutý, úřad uvidí důvod.")
	}
	return web.See(c, "/kancelar/sprava/prislusnost")
}
