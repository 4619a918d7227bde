package dispatch

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
	sending "epom/records/dispatch"
)

// NewPage chooses to whom and how a document goes.
type NewPage struct {
	web.Page
	Doc      records.Document
	Mark     string
	Files    int // that go out
	Query    string
	Searched bool
	Found    []sending.ReadyParty // by the search, without those chosen
	Chosen   []Addressee
	Offices  []OfficeChoice
	Board    bool
	Services []sending.Service
	Before   []Row // what was sent of the document already
	Fresh    url.Values
	Errors   Wrongs
	Boxes    bool
}

// Error is the message about a field.
func (p NewPage) Error(name string) string { return p.Errors.Error(name) }

// Typed is what was typed of a new addressee.
func (p NewPage) Typed(name string) string { return p.Fresh.Get(name) }

// Addressee is one chosen person with the ways open to her.
type Addressee struct {
	sending.ReadyParty
	Ways               []WayChoice
	Way, Service, Why  string
	Confirm, NoFiction bool
	Partner            int32 // her office in e-POM
	BoxFirst           bool  // the law puts her data box first
}

// WayChoice is one way open to an addressee.
type WayChoice struct {
	Value, Label, Note string
	Selected           bool
}

// OfficeChoice is an office in e-POM.
type OfficeChoice struct {
	sending.Partner
	Selected bool
}

// key is the name of a field of one addressee.
func key(name string, id int64) string { return fmt.Sprintf("%s-%d", name, id) }

// New shows the form; what is typed comes with the address, so that searching works without a script.
func (d *Dispatch) New(c *fiber.Ctx) error {
	v := query(c)
	first := !v.Has("kdo") && !v.Has("hledat") // those the document itself names
	p, err := d.newPage(c, v, first)
	if err != nil {
		return err
	}
	return web.View(c, "dispatch/new", "", p)
}

// query are the values of the address.
func query(c *fiber.Ctx) url.Values {
	v := url.Values{}
	c.Context().QueryArgs().VisitAll(func(k, val []byte) { v.Add(string(k), string(val)) })
	return v
}

func (d *Dispatch) newPage(c *fiber.Ctx, v url.Values, first bool) (p NewPage, err error) {
	p.Boxes, p.Fresh, p.Query, p.Board = d.Boxes, v, strings.TrimSpace(v.Get("q")), v.Get("vyhlaska") != ""
	p.Services = d.Sending.Services(d.Clock.Now())
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = d.Page(c, tx, "Vypravit dokument"); err != nil {
			return err
		}
		if err := d.document(ctx, tx, &p, number(v.Get("dokument"))); err != nil {
			return err
		}
		return d.choices(ctx, tx, &p, v, first)
	})
	return p, err
}

// document reads the document to be sent and what was sent of it already.
func (d *Dispatch) document(ctx context.Context, tx *db.Tx, p *NewPage, id int64) error {
	doc, err := records.DocumentByID(ctx, tx, id)
	if errs.Is(err, errs.NotFound) {
		return errs.New(errs.NotFound, "Tento dokument ve vašem úřadu není. Vyberte ho ve spisu, nebo ve výpravně.")
	}
	if err != nil {
		return err
	}
	k, err := records.CaseByID(ctx, tx, doc.CaseID)
	if err != nil {
		return err
	}
	docs, err := records.Documents(ctx, tx, doc.CaseID)
	if err != nil {
		return err
	}
	for _, x := range docs {
		if x.ID == id {
			doc = x
		}
	}
	p.Doc, p.Mark, p.Files = doc, k.Mark, len(sending.Files(doc))
	before, err := sending.Of(ctx, tx, id)
	for _, b := range before {
		s, err := sending.Compute(b, d.Sending, d.Clock.Now())
		if err != nil {
			return err
		}
		p.Before = append(p.Before, d.row(sending.Item{Dispatch: b, State: s}))
	}
	d.Seen(tx, "dispatch opened", "document", id, nil)
	return err
}

// choices gathers the addressees: those ticked, at first those of the document, and those found by the search.
func (d *Dispatch) choices(ctx context.Context, tx *db.Tx, p *NewPage, v url.Values, first bool) error {
	var ids []int64
	for _, s := range v["kdo"] {
		if id := number(s); id != 0 && len(ids) < 200 {
			ids = append(ids, id)
		}
	}
	if first && len(p.Before) == 0 {
		parties, err := records.PartiesOf(ctx, tx, p.Doc.ID)
		if err != nil {
			return err
		}
		for _, x := range parties {
			if x.Role == records.Addressee {
				ids = append(ids, x.ID)
			}
		}
	}
	partners, err := sending.Partners(ctx, tx)
	if err != nil {
		return err
	}
	for _, o := range partners {
		p.Offices = append(p.Offices, OfficeChoice{o, slices.Contains(v["urad"], strconv.Itoa(int(o.ID)))})
	}
	parties, err := sending.PartiesByID(ctx, tx, ids)
	if err != nil {
		return err
	}
	for _, x := range parties {
		p.Chosen = append(p.Chosen, d.addressee(x, partners, v))
	}
	if p.Searched = v.Has("hledat") && p.Query != ""; p.Searched {
		found, err := sending.FindParties(ctx, tx, p.Query, 20)
		if err != nil {
			return err
		}
		for _, x := range found {
			if !slices.Contains(ids, x.ID) {
				p.Found = append(p.Found, x)
			}
		}
	}
	return nil
}

// addressee offers the ways open to a person in the order of the law; the first is chosen unless she came in person.
func (d *Dispatch) addressee(x sending.ReadyParty, partners []sending.Partner, v url.Values) Addressee {
	a := Addressee{ReadyParty: x, Way: v.Get(key("cesta", x.ID)), Service: v.Get(key("sluzba", x.ID)), Why: v.Get(key("duvod", x.ID)),
		Confirm: v.Get(key("potvrdit", x.ID)) != "", NoFiction: v.Get(key("bezfikce", x.ID)) != "", BoxFirst: x.DataBox != ""}
	for _, o := range partners {
		if x.DataBox != "" && o.DataBox == x.DataBox || x.ICO != "" && o.ICO == x.ICO {
			a.Partner = o.ID
		}
	}
	add := func(open bool, way, note string) {
		if open {
			a.Ways = append(a.Ways, WayChoice{Value: way, Label: wayWords[way], Note: note})
		}
	}
	add(a.Partner != 0, sending.Office, "Úřad má e-POM: dostane číslo jednací hned a potvrzení se vrátí do spisu.")
	add(x.DataBox != "", sending.DataBox, "Schránka "+x.DataBox+". Zákon ji dává na první místo.")
	add(x.Town != "", sending.Post, strings.TrimSpace(x.Street+", "+sending.Zip(x.Zip)+" "+x.Town))
	add(x.Email != "", sending.Email, x.Email+". Jen na žádost adresáta (§ 19 odst. 4 správního řádu).")
	add(true, sending.Counter, "Při úkonu na úřadě, převzetí podepíše.")
	if !slices.ContainsFunc(a.Ways, func(w WayChoice) bool { return w.Value == a.Way }) {
		a.Way = a.Ways[0].Value
	}
	if a.Service == "" {
		a.Service = "vlastni-rukou"
	}
	for i := range a.Ways {
		a.Ways[i].Selected = a.Ways[i].Value == a.Way
	}
	return a
}

// Make gets the document ready for all that are ticked, in one act: all of them or none.
func (d *Dispatch) Make(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	if v.Get("act") == "pridat" {
		return d.addParty(c, v)
	}
	if v.Get("_refresh") != "" { // a search changes nothing
		v.Set("hledat", "1")
	}
	p, err := d.newPage(c, v, false)
	if err != nil {
		return err
	}
	if v.Get("_refresh") != "" {
		return web.View(c, "dispatch/new", "", p)
	}
	if p.Errors, err = d.make(c, p); err != nil {
		return err
	}
	if len(p.Errors) > 0 {
		return web.Invalid(c, "dispatch/new", "", p)
	}
	if p.Board {
		web.SetFlash(c, "success", "Dokument "+p.Doc.ReferenceNumber+" je připravený. Teď ho vyvěste; den doručení se sem vrátí sám.")
		if postsOnBoard(c) {
			return web.See(c, fmt.Sprintf("/kancelar/deska/nove?dokument=%d", p.Doc.ID))
		}
	} else {
		web.SetFlash(c, "success", "Dokument "+p.Doc.ReferenceNumber+" je připravený k vypravení.")
	}
	return web.See(c, fmt.Sprintf("%s?spis=%d", home, p.Doc.CaseID))
}

// make creates the sendings; the answer are wrong fields.
func (d *Dispatch) make(c *fiber.Ctx, p NewPage) (wrong Wrongs, err error) {
	type wanted struct {
		suffix string
		sending.New
	}
	var list []wanted
	for _, a := range p.Chosen {
		n := sending.New{DocumentID: p.Doc.ID, PartyID: a.ID, Way: a.Way, Proof: a.Confirm, NoFiction: a.NoFiction, Why: a.Why}
		if a.Way == sending.Post {
			n.Service = a.Service
		}
		if a.Way == sending.Office {
			n.ToOffice = a.Partner
		}
		list = append(list, wanted{fmt.Sprintf("-%d", a.ID), n})
	}
	for _, o := range p.Offices {
		if o.Selected {
			list = append(list, wanted{"", sending.New{DocumentID: p.Doc.ID, ToOffice: o.ID, Way: sending.Office}})
		}
	}
	if p.Board {
		list = append(list, wanted{"", sending.New{DocumentID: p.Doc.ID, Way: sending.Board}})
	}
	if len(list) == 0 {
		return Wrongs{{ID: "q", Message: "Vyberte aspoň jednoho adresáta, úřad, nebo veřejnou vyhlášku."}}, nil
	}
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		for _, n := range list {
			if _, err := sending.Create(ctx, tx, d.Sending, n.New, d.Clock.Now()); err != nil {
				if errs.Is(err, errs.Invalid) || errs.Is(err, errs.Conflict) {
					wrong = wrongs(err, n.suffix)
				}
				return err
			}
		}
		return nil
	})
	if len(wrong) > 0 {
		return wrong, nil
	}
	return nil, err
}

// addParty writes a new addressee into the name register and comes back with her ticked.
func (d *Dispatch) addParty(c *fiber.Ctx, v url.Values) error {
	get := func(name string) string { return strings.TrimSpace(v.Get("novy-" + name)) }
	n := records.Party{Kind: records.Person, Name: get("jmeno"), Street: get("ulice"), Zip: strings.ReplaceAll(get("psc"), " ", ""), Town: get("obec"), Email: get("email"), DataBox: strings.ToLower(get("schranka"))}
	if v.Get("novy-druh") == records.Company || v.Get("novy-druh") == records.Authority {
		n.Kind = v.Get("novy-druh")
	}
	var wrong Wrongs
	switch {
	case n.Name == "":
		wrong = Wrongs{{ID: "novy-jmeno", Message: "Napište jméno a příjmení, nebo název."}}
	case n.DataBox != "" && len(n.DataBox) != 7:
		wrong = Wrongs{{ID: "novy-schranka", Message: "Identifikátor datové schránky má 7 znaků, třeba abc2d3f."}}
	case n.Email != "" && !strings.Contains(n.Email, "@"):
		wrong = Wrongs{{ID: "novy-email", Message: "E-mail má tvar jmeno@domena.cz."}}
	case n.Town == "" && n.Email == "" && n.DataBox == "":
		wrong = Wrongs{{ID: "novy-obec", Message: "Napište aspoň adresu, e-mail, nebo datovou schránku, ať je kam doručit."}}
	}
	if len(wrong) == 0 {
		err := d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
			n, err = records.CreateParty(ctx, tx, n, d.Clock.Now())
			return err
		})
		if err != nil {
			return err
		}
		back := url.Values{}
		for name, values := range v {
			if !strings.HasPrefix(name, "novy-") && name != "_csrf" && name != "_refresh" && name != "act" {
				back[name] = values
			}
		}
		back.Add("kdo", strconv.FormatInt(n.ID, 10))
		return web.See(c, home+"/nova?"+back.Encode())
	}
	p, err := d.newPage(c, v, false)
	if err != nil {
		return err
	}
	p.Errors = wrong
	return web.Invalid(c, "dispatch/new", "", p)
}
