package routing

import (
	"math"
	"time"

	"epom/internal/errs"
	"epom/territory"
)

// seat is an office that may be chosen by nearness.
type seat struct {
	lat, lon float64
	card     *Card
}

// candidates is how many offices are offered when any of the country may act.
const candidates = 5

// Resolve finds the competent office. NotFound: unknown agenda or municipality on that day; Invalid: an agenda the
// person addresses herself with a level that has no office of its own.
func (e *Engine) Resolve(q Query) (*Decision, error) {
	day := dayOf(q.On)
	book, agenda, err := e.agenda(q.Agenda, day)
	if err != nil {
		return nil, err
	}
	chain, err := e.land.Chain(q.Municipality, q.On)
	if err != nil {
		return nil, err
	}
	m := chain.Municipality
	d := &Decision{Agenda: agenda, On: e.write(q.On, day), DataVersion: e.Version, Fees: holding(book.fees, day),
		Deadlines: holding(book.lines, day), Documents: holding(book.papers, day), Reasons: make([]Reason, 0, agenda.steps())}
	d.because(Reason{Kind: ByAgenda, Statute: agenda.Statute})

	row := Competence{Level: agenda.Level, AreaKind: Country}
	switch {
	case agenda.Level == Addressee:
		row.Level = q.Level
		if row.Level == "" {
			row.Level = Obec
		}
		if row.Level != Obec && row.Level != POU && row.Level != ORP && row.Level != Kraj {
			return nil, errs.Fields(errs.Field{Name: "level", Message: "Zvolte úřad obce, pověřený úřad, úřad s rozšířenou působností, nebo krajský úřad."})
		}
	case agenda.Level == ByRoad:
		if q.RoadClass == "" {
			q.RoadClass = RoadLocal
			d.Asks = append(d.Asks, "road_class")
			d.Unverified = append(d.Unverified, DoubtRoad)
		}
		d.because(Reason{Kind: ByRoadRow, RoadClass: q.RoadClass})
		fallthrough
	default:
		c := book.row(Decides, q, &chain, day)
		if c == nil {
			return nil, errs.Newf(errs.NotFound, "Pro agendu „%s“ nemáme k tomuto dni pravidlo, který úřad ji vyřizuje.", agenda.Code)
		}
		row = *c
	}
	e.place(d, &q, agenda, row, &chain)
	if book.special {
		d.TakesIn = e.others(TakesIn, book, &q, &chain, day)
		d.Advises = e.others(Advises, book, &q, &chain, day)
	}
	e.doubt(d, agenda, row, m, &q)
	d.because(Reason{Kind: ByData, Date: e.land.StateOn})
	return d, nil
}

// steps is how many reasons an agenda's answer usually has.
func (a *Agenda) steps() int {
	switch {
	case a.Locality == Any:
		return 6
	case a.Level == Obec:
		return 4
	}
	return 5
}

func (d *Decision) because(r Reason) { d.Reasons = append(d.Reasons, r) }

// row is the row of the role in the most specific area; nil when there is none.
func (b *rulebook) row(role string, q Query, c *territory.Chain, day int) *Competence {
	if b.special {
		for _, k := range [...]area{{territory.Part, q.Part}, {territory.MOMC, q.MOMC}, {AreaMunicipality, c.Municipality.Code},
			{territory.POU, c.Municipality.POUCode}, {territory.ORP, c.Municipality.ORPCode},
			{territory.District, c.Municipality.DistrictCode}, {territory.Region, c.Municipality.RegionCode}} {
			if k.code == 0 {
				continue
			}
			if r := pick(b.rows[k], role, q.RoadClass, day); r != nil {
				return r
			}
		}
	}
	return pick(b.rows[area{Country, 0}], role, q.RoadClass, day)
}

// pick is the row of the role that holds on a day; one for the class of the road goes before one for all classes.
func pick(rows []Competence, role, road string, day int) *Competence {
	var general *Competence
	for i := range rows {
		r := &rows[i]
		if r.Role != role || !r.holds(day) {
			continue
		}
		if r.RoadClass == road {
			return r
		}
		if r.RoadClass == "" {
			general = r
		}
	}
	return general
}

// place turns the row into an office and says why.
func (e *Engine) place(d *Decision, q *Query, agenda *Agenda, row Competence, c *territory.Chain) {
	m := c.Municipality
	if row.Level == State {
		d.because(Reason{Kind: NoOffice, Level: State})
		return
	}
	if agenda.Locality != ByAddressee {
		d.because(Reason{Kind: ByLocality, Locality: agenda.Locality, Place: m.Name, PlaceCode: m.Code})
	}
	card, link := e.office(row, c)
	special := row.AreaKind != Country
	if row.Level != Seat && !special && card != nil {
		d.because(Reason{Kind: ByLevel, Level: row.Level})
	}
	if link != nil && row.Level != Obec && row.Level != Seat {
		d.because(Reason{Kind: ByChain, Level: chainLevel(row.Level), Place: m.Name, PlaceCode: m.Code, AreaKind: link.Kind, Area: link.Name, AreaCode: link.Code, Date: link.ValidFrom})
	}
	if card == nil {
		d.because(Reason{Kind: NoOffice, Place: m.Name, PlaceCode: m.Code})
		return
	}
	d.Office = card
	if special {
		d.because(Reason{Kind: ByContract, AreaKind: row.AreaKind, AreaCode: row.AreaCode, Area: e.areaName(row, c), Office: card.Name,
			Contract: row.Contract, Note: row.Note, Date: row.ValidFrom})
	}
	if agenda.Locality == ByAddressee {
		d.because(Reason{Kind: ByLocality, Locality: ByAddressee, Place: card.Name, PlaceCode: card.SeatCode})
	}
	if agenda.Locality == Any {
		d.Candidates = e.nearest(q.Near, m, card.Level)
		if len(d.Candidates) > 0 {
			d.because(Reason{Kind: ByNearness, Office: d.Candidates[0].Name})
		}
	}
}

// chainLevel is the level whose sentence describes the link: registry and listed offices are found by the others' chain.
func chainLevel(l Level) Level {
	switch l {
	case Matrika:
		return POU
	case Listed:
		return ORP
	}
	return l
}

// office is the card for a row, and the link of the chain it was found by; a nil card means that there is no office.
func (e *Engine) office(row Competence, c *territory.Chain) (*Card, *territory.Area) {
	m := c.Municipality
	var link *territory.Area
	code, level := 0, row.Level
	switch row.Level {
	case Obec:
		if m.Status != territory.MilitaryDistrict {
			code = m.Code
		}
	case POU, Matrika:
		link, level = c.POU, POU
	case ORP, Listed:
		link, level = c.ORP, ORP
	case Stavebni:
		if link = c.Building; link == nil || e.card(link.SeatCode, Stavebni) == nil {
			link = c.ORP
		}
	case Kraj:
		if c.Region == nil {
			return nil, nil
		}
		return e.regions[c.Region.Code], c.Region
	case Seat:
		code, level = row.SeatCode, e.levelOf(row.SeatCode, c)
	}
	if link != nil {
		code = link.SeatCode
	}
	return e.card(code, level), link
}

// levelOf says as what an office named by its seat acts for the place.
func (e *Engine) levelOf(seat int, c *territory.Chain) Level {
	switch {
	case c.ORP != nil && c.ORP.SeatCode == seat:
		return ORP
	case c.POU != nil && c.POU.SeatCode == seat:
		return POU
	}
	return Obec
}

func (e *Engine) areaName(row Competence, c *territory.Chain) string {
	if row.AreaKind == AreaMunicipality {
		return c.Municipality.Name
	}
	if a := e.land.Area(row.AreaKind, row.AreaCode, far); a != nil {
		return a.Name
	}
	return c.Municipality.Name
}

// others are the offices of the other roles.
func (e *Engine) others(role string, b *rulebook, q *Query, c *territory.Chain, day int) []Card {
	r := b.row(role, *q, c, day)
	if r == nil {
		return nil
	}
	if card, _ := e.office(*r, c); card != nil {
		return []Card{*card}
	}
	return nil
}

// nearest are the offices of ORP nearest to a point. Distances within the country are counted on a plane.
func (e *Engine) nearest(near *territory.Point, m *territory.Municipality, level Level) []Card {
	if near == nil {
		if m.Lat == 0 {
			return nil
		}
		near = &territory.Point{Lat: m.Lat, Lon: m.Lon}
	}
	const perDegree = 111.2 // km
	squeeze := math.Cos(near.Lat * math.Pi / 180)
	var best [candidates]struct {
		at   *seat
		dist float64
	}
	n := 0
	for i := range e.seats {
		s := &e.seats[i]
		dy, dx := s.lat-near.Lat, (s.lon-near.Lon)*squeeze
		dist := dy*dy + dx*dx
		j := n
		if n == candidates {
			if dist >= best[n-1].dist {
				continue
			}
			j = n - 1
		} else {
			n++
		}
		for ; j > 0 && best[j-1].dist > dist; j-- {
			best[j] = best[j-1]
		}
		best[j].at, best[j].dist = s, dist
	}
	out := make([]Card, n)
	for i := range out {
		out[i] = *best[i].at.card
		out[i].Level = level
		out[i].Kilometres = math.Round(math.Sqrt(best[i].dist)*perDegree*10) / 10
	}
	return out
}

// doubt says what the answer cannot vouch for.
func (e *Engine) doubt(d *Decision, agenda *Agenda, row Competence, m *territory.Municipality, q *Query) {
	add := func(when bool, x Doubt) {
		if when {
			d.Unverified = append(d.Unverified, x)
		}
	}
	verified := agenda.Verified
	if row.AreaKind != Country {
		verified = row.Verified
	}
	add(!verified, DoubtCompetence)
	for i := range d.Fees {
		if !d.Fees[i].Verified {
			add(true, DoubtFee)
			break
		}
	}
	for i := range d.Deadlines {
		if !d.Deadlines[i].Verified {
			add(true, DoubtDeadline)
			break
		}
	}
	add(row.Level == Matrika, DoubtRegistry)
	add(row.Level == Stavebni, DoubtBuilding)
	add(row.Level == Listed, DoubtListed)
	add(e.parted[m.Code] && row.Level != Kraj && row.AreaKind == Country && q.MOMC == 0, DoubtCityPart)
	add(m.ValidFrom.Equal(territory.Always) && !e.land.FirstOn.IsZero() && dayOf(q.On) < dayOf(e.land.FirstOn), DoubtDate)
}

// OfLevel is the office of a level for a municipality on a day, without an agenda; a nil card means that there is none.
func (e *Engine) OfLevel(level Level, municipality int, on time.Time) (*Card, error) {
	if level != Obec && level != POU && level != ORP && level != Kraj {
		return nil, errs.Newf(errs.Invalid, "Úroveň „%s“ neznáme: obec, pou, orp, nebo kraj.", level)
	}
	c, err := e.land.Chain(municipality, on)
	if err != nil {
		return nil, err
	}
	card, _ := e.office(Competence{Level: level}, &c)
	return card, nil
}
