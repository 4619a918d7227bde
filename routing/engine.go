package routing

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sort"
	"sync/atomic"
	"time"

	"epom/internal/errs"
	"epom/offices"
	"epom/territory"
)

// Rules are the loaded rows of the room.
type Rules struct {
	Agendas     []Agenda
	Fees        []Fee
	Deadlines   []Deadline
	Documents   []Document
	Competences []Competence
}

// Engine resolves queries from memory. Build a new one when any of its sources changes.
type Engine struct {
	// Version changes when any datum an answer may rest on does; the same on every replica.
	Version string

	land    *territory.Snapshot
	offs    *offices.Snapshot
	agendas map[string]*rulebook
	list    []*Agenda              // newest version of each, in the order of the source
	words   map[string][][]string  // by language: what each of the list may be called
	cards   map[int]*[levels]*Card // by seat and what it acts as; shared, never changed
	regions map[int]*Card
	seats   []seat // of ORP: where "any office of the level" may be
	parted  map[int]bool
	today   atomic.Pointer[written] // the day asked for last
}

// written is a day with its written form: nearly all queries ask for the same one.
type written struct {
	day  int
	text string
}

func (e *Engine) write(on time.Time, day int) string {
	if w := e.today.Load(); w != nil && w.day == day {
		return w.text
	}
	w := &written{day, on.Format(time.DateOnly)}
	e.today.Store(w)
	return w.text
}

// rulebook is all rows of one agenda.
type rulebook struct {
	versions []*Agenda
	fees     []Fee
	lines    []Deadline
	papers   []Document
	rows     map[area][]Competence
	special  bool // rows below the country exist
}

type area struct {
	kind territory.Kind
	code int
}

// Build makes an engine of what was loaded.
func Build(land *territory.Snapshot, offs *offices.Snapshot, r Rules) *Engine {
	e := &Engine{land: land, offs: offs, agendas: map[string]*rulebook{}, cards: map[int]*[levels]*Card{}, regions: map[int]*Card{}, parted: map[int]bool{}}
	for i := range r.Agendas {
		a := r.Agendas[i]
		b := e.agendas[a.Code]
		if b == nil {
			b = &rulebook{rows: map[area][]Competence{}}
			e.agendas[a.Code] = b
			e.list = append(e.list, &a)
		}
		b.versions = append(b.versions, &a)
	}
	for _, f := range r.Fees {
		if b := e.agendas[f.AgendaCode]; b != nil {
			b.fees = append(b.fees, f)
		}
	}
	for _, d := range r.Deadlines {
		if b := e.agendas[d.AgendaCode]; b != nil {
			b.lines = append(b.lines, d)
		}
	}
	for _, d := range r.Documents {
		if b := e.agendas[d.AgendaCode]; b != nil {
			b.papers = append(b.papers, d)
		}
	}
	for _, c := range r.Competences {
		if b := e.agendas[c.AgendaCode]; b != nil {
			k := area{c.AreaKind, c.AreaCode}
			b.rows[k] = append(b.rows[k], c)
			b.special = b.special || c.AreaKind != Country
		}
	}
	e.makeCards()
	e.learnWords()
	e.Version = version(land, offs, r)
	return e
}

func version(land *territory.Snapshot, offs *offices.Snapshot, r Rules) string {
	h := sha256.New()
	fmt.Fprintln(h, land.Version)
	for _, o := range offs.List() {
		fmt.Fprintf(h, "%v\n", *o)
	}
	for _, a := range r.Agendas {
		fmt.Fprintf(h, "%v\n", a)
	}
	for _, f := range r.Fees {
		czk := -1
		if f.CZK != nil {
			czk = *f.CZK
		}
		f.CZK = nil
		fmt.Fprintf(h, "%v %d\n", f, czk)
	}
	for _, d := range r.Deadlines {
		days := -1
		if d.Days != nil {
			days = *d.Days
		}
		d.Days = nil
		fmt.Fprintf(h, "%v %d\n", d, days)
	}
	for _, d := range r.Documents {
		fmt.Fprintf(h, "%v\n", d)
	}
	for _, c := range r.Competences {
		fmt.Fprintf(h, "%v\n", c)
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// levels at which a municipality's office may act for others: their cards are made once.
const levels = 4

func levelIndex(l Level) int {
	switch l {
	case POU:
		return 1
	case ORP:
		return 2
	case Stavebni:
		return 3
	}
	return 0
}

// asLevels makes the cards of one office: as a municipality's own, and for the levels it acts at for others. The office
// of a military district acts as POÚ only.
func asLevels(c *Card, acts map[Level]bool) *[levels]*Card {
	var out [levels]*Card
	c.Level = Obec
	if out[0] = c; c.Name == "" {
		c.Name = "Újezdní úřad " + c.Seat
	}
	for l := range acts {
		copied := *c
		copied.Level = l
		out[levelIndex(l)] = &copied
	}
	return &out
}

// card is the card of the office with a seat acting at a level, nil when there is none.
func (e *Engine) card(seat int, l Level) *Card {
	if c := e.cards[seat]; c != nil {
		return c[levelIndex(l)]
	}
	return nil
}

// makeCards prepares the card of each municipality's office, and where ORP sit.
func (e *Engine) makeCards() {
	acts := map[int]map[Level]bool{} // at which levels the office of a seat acts for others
	act := func(a *territory.Area, l Level) {
		if a == nil {
			return
		}
		if acts[a.SeatCode] == nil {
			acts[a.SeatCode] = map[Level]bool{}
		}
		acts[a.SeatCode][l] = true
	}
	for k, l := range map[territory.Kind]Level{territory.POU: POU, territory.ORP: ORP, territory.Building: Stavebni} {
		for _, a := range e.land.Areas(k) {
			act(a, l)
		}
	}
	for _, m := range e.land.Municipalities() {
		c := &Card{Name: m.OfficeName(), SeatCode: m.Code, Seat: m.Name, ICO: m.ICO}
		if o, err := e.offs.ByMunicipality(m.Code); err == nil {
			fillCard(c, o)
		} else if len(m.Zip) == 5 {
			c.Address = m.Zip[:3] + " " + m.Zip[3:] + " " + m.Name
		}
		e.cards[m.Code] = asLevels(c, acts[m.Code])
		e.parted[m.Code] = m.Status == territory.Capital
		for _, p := range e.land.Parts(m.Code) {
			e.parted[m.Code] = e.parted[m.Code] || p.Kind == territory.MOMC
		}
	}
	for code, levels := range acts {
		if m, err := e.land.Municipality(code, far); err == nil && m.Lat != 0 && levels[ORP] {
			e.seats = append(e.seats, seat{m.Lat, m.Lon, e.card(code, ORP)})
		}
	}
	sort.Slice(e.seats, func(i, j int) bool { return e.seats[i].card.SeatCode < e.seats[j].card.SeatCode })
	for _, r := range e.land.Regions() {
		c := &Card{Name: regionOffice(r.Name), SeatCode: r.SeatCode}
		c.Level = Kraj
		if s := e.card(r.SeatCode, Obec); s != nil {
			c.Seat = s.Seat
			if s.Seat == r.Name || r.Name == "Hlavní město Praha" {
				c.Name, c.ICO, c.Address = s.Name, s.ICO, s.Address
			}
		}
		if o, err := e.offs.ByRegion(r.Code); err == nil {
			seat := c.Seat
			fillCard(c, o)
			c.Seat = seat
		}
		e.regions[r.Code] = c
	}
}

// far is a day on which every row that holds on still holds.
var far = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// regionOffice is the name of the office of a region: "Krajský úřad Libereckého kraje".
func regionOffice(region string) string {
	if adjective, ok := cutSuffix(region, "ý kraj"); ok {
		return "Krajský úřad " + adjective + "ého kraje"
	}
	return "Krajský úřad – " + region
}

func cutSuffix(s, suffix string) (string, bool) {
	if len(s) > len(suffix) && s[len(s)-len(suffix):] == suffix {
		return s[:len(s)-len(suffix)], true
	}
	return s, false
}

func fillCard(c *Card, o *offices.Office) {
	c.OfficeID, c.Slug, c.Name, c.Participates = o.ID, o.Slug, o.Name, o.Participates
	c.Address, c.Hours, c.Email, c.Phone, c.Web, c.DataBox = o.Address(), o.Hours, o.Email, o.Phone, o.Web, o.DataBox
	if o.ICO != "" {
		c.ICO = o.ICO
	}
}

// Agendas are the newest versions of all agendas, in the order of the source.
func (e *Engine) Agendas() []*Agenda { return e.list }

// Agenda is the agenda as it was on a day, with the fees, deadlines and documents of that day.
func (e *Engine) Agenda(code string, on time.Time) (*Agenda, error) {
	_, a, err := e.agenda(code, dayOf(on))
	if err != nil {
		return nil, err
	}
	whole := *a
	day := dayOf(on)
	b := e.agendas[code]
	whole.Fees, whole.Deadlines, whole.Documents = holding(b.fees, day), holding(b.lines, day), holding(b.papers, day)
	return &whole, nil
}

func (e *Engine) agenda(code string, day int) (*rulebook, *Agenda, error) {
	b := e.agendas[code]
	if b == nil {
		return nil, nil, errs.Newf(errs.NotFound, "Agendu „%s“ neznáme.", code)
	}
	for _, a := range b.versions {
		if a.holds(day) {
			return b, a, nil
		}
	}
	return nil, nil, errs.Newf(errs.NotFound, "Agenda „%s“ k tomuto dni neplatí.", code)
}

type dated interface{ holds(day int) bool }

// holding are the rows that hold on a day; the slice itself when all do.
func holding[T dated](rows []T, day int) []T {
	for i := range rows {
		if !rows[i].holds(day) {
			var out []T
			for _, r := range rows {
				if r.holds(day) {
					out = append(out, r)
				}
			}
			return out
		}
	}
	return rows
}
