// Package routing answers which office is competent: agenda (subject-matter competence) and place (jurisdiction) → the
// whole card of the office and the reasons, as structured data and as sentences.
//
// Law is data: agendas, fees, deadlines, documents and competences are dated rows with a source and a mark whether a
// person has verified them. The Engine is built from loaded rows, holds no connection and is safe for concurrent use.
package routing

import (
	"time"

	"epom/offices"
	"epom/territory"
)

// Level at which an office acts.
type Level string

const (
	Obec      Level = "obec"          // every municipality
	POU       Level = "pou"           // municipality with a commissioned office (pověřený obecní úřad)
	ORP       Level = "orp"           // municipality with extended competence
	Kraj      Level = "kraj"          // region
	Matrika   Level = "matrika"       // registry office
	Stavebni  Level = "stavebni-urad" // building office
	Listed    Level = "listed"        // offices listed by a decree
	ByRoad    Level = "by-road-class" // agenda only: the class of the road decides
	Addressee Level = "addressee"     // agenda only: the person chooses the office
	Seat      Level = "seat"          // competence only: the office named by the row
	State     Level = "state"         // competence only: an office of the state, outside e-POM
)

// Road classes, Act 13/1997 § 5 and 6; needed by agendas of level ByRoad.
const (
	RoadLocal    = "local"
	RoadThird    = "3"
	RoadSecond   = "2"
	RoadFirst    = "1"
	RoadMotorway = "motorway"
)

// Locality is the key by which a place decides.
type Locality string

const (
	Any                 Locality = "any" // any office of the level in the country
	Residence           Locality = "residence"
	ResidenceOrProperty Locality = "residence-or-property"
	NewResidence        Locality = "new-residence"
	Property            Locality = "property"
	PlaceOfEvent        Locality = "place-of-event"
	RegistryOfEvent     Locality = "registry-of-event"
	ByAddressee         Locality = "addressee"
)

// Words is a text in the languages citizens may choose; an empty translation falls back to Czech.
type Words struct {
	CS string `json:"cs" db:"words"`
	EN string `json:"en,omitempty" db:"words_en"`
	UK string `json:"uk,omitempty" db:"words_uk"`
}

// In is the text in a language ("cs", "en", "uk").
func (w Words) In(lang string) string {
	switch {
	case lang == "en" && w.EN != "":
		return w.EN
	case lang == "uk" && w.UK != "":
		return w.UK
	}
	return w.CS
}

// Span is when a row holds: from the first day to the day before ValidTo; a zero ValidTo means that it holds on.
type Span struct {
	ValidFrom time.Time `json:"valid_from" db:"valid_from"`
	ValidTo   time.Time `json:"valid_to,omitzero" db:"valid_to"`
}

func (s Span) holds(day int) bool {
	return dayOf(s.ValidFrom) <= day && (s.ValidTo.IsZero() || day < dayOf(s.ValidTo))
}

// dayOf is the calendar day as yyyymmdd, in the zone the time carries.
func dayOf(t time.Time) int {
	y, m, d := t.Date()
	return y*10000 + int(m)*100 + d
}

// Agenda is one version of what people come to offices with.
type Agenda struct {
	Code     string   `json:"code" db:"code"`
	Name     string   `json:"name" db:"name"`
	NameEN   string   `json:"name_en,omitempty" db:"name_en"`
	NameUK   string   `json:"name_uk,omitempty" db:"name_uk"`
	Statute  string   `json:"statute" db:"statute"` // "z. 114/1992 § 8 odst. 1; § 76"
	Level    Level    `json:"level" db:"level"`
	Locality Locality `json:"locality" db:"locality"`
	Keywords string   `json:"-" db:"keywords"` // what people type for it, by comma
	Note     string   `json:"note,omitempty" db:"note"`
	Source   string   `json:"source" db:"source"`
	Verified bool     `json:"verified" db:"verified"` // the competence was verified by a person
	Span

	Fees      []Fee      `json:"-"`
	Deadlines []Deadline `json:"-"`
	Documents []Document `json:"-"`
}

// Title is the name in a language.
func (a *Agenda) Title(lang string) string { return Words{a.Name, a.NameEN, a.NameUK}.In(lang) }

// Fee is one line of what the agenda costs.
type Fee struct {
	AgendaCode string `json:"-" db:"agenda_code"`
	Position   int    `json:"-" db:"position"`
	CZK        *int   `json:"czk,omitempty" db:"czk"` // nil = only the words say it
	Words
	Statute  string `json:"statute,omitempty" db:"statute"`
	Source   string `json:"source" db:"source"`
	Verified bool   `json:"verified" db:"verified"`
	Span     `json:"-"`
}

// Kinds of deadlines: the office's two and the one the person must keep.
const (
	Shortest = "shortest"
	Usual    = "usual"
	Citizen  = "citizen"
)

// Deadline is how long the office has, or what the person must keep.
type Deadline struct {
	AgendaCode string `json:"-" db:"agenda_code"`
	Kind       string `json:"kind" db:"kind"`
	Days       *int   `json:"days,omitempty" db:"days"` // calendar days; nil = only the words say it
	Words
	Statute  string `json:"statute,omitempty" db:"statute"`
	Source   string `json:"source" db:"source"`
	Verified bool   `json:"verified" db:"verified"`
	Span     `json:"-"`
}

// Document is what the person needs to have.
type Document struct {
	AgendaCode string `json:"-" db:"agenda_code"`
	Position   int    `json:"-" db:"position"`
	Words
	Required bool   `json:"required" db:"required"`
	Source   string `json:"source" db:"source"`
	Verified bool   `json:"verified" db:"verified"`
	Span     `json:"-"`
}

// Roles of an office in an agenda.
const (
	Decides = "decides"
	TakesIn = "takes-in"
	Advises = "advises"
)

// Country is the area above all; its code is 0.
const Country territory.Kind = "country"

// AreaMunicipality is the municipality itself as an area of a competence.
const AreaMunicipality territory.Kind = "municipality"

// Competence says who acts in an agenda in an area. The most specific area wins.
type Competence struct {
	ID         int64          `json:"id" db:"id"`
	AgendaCode string         `json:"agenda" db:"agenda_code"`
	AreaKind   territory.Kind `json:"area_kind" db:"area_kind"`
	AreaCode   int            `json:"area_code" db:"area_code"`
	RoadClass  string         `json:"road_class,omitempty" db:"road_class"`
	Role       string         `json:"role" db:"role"`
	Level      Level          `json:"level" db:"level"`
	SeatCode   int            `json:"seat_code,omitempty" db:"seat_code"` // with level Seat
	Contract   string         `json:"contract,omitempty" db:"contract"`   // number of the public-law contract
	Note       string         `json:"note,omitempty" db:"note"`
	Source     string         `json:"source" db:"source"`
	Verified   bool           `json:"verified" db:"verified"`
	Span
}

// Query asks for the competent office.
type Query struct {
	Agenda       string           // code of the agenda
	Municipality int              // RÚIAN code of the place that decides
	MOMC, Part   int              // city part and part of the municipality, 0 = not known
	RoadClass    string           // with agendas of level ByRoad; "" = not known
	Level        Level            // with agendas the person addresses herself: Obec (also when empty), POU, ORP, Kraj
	Near         *territory.Point // where the person is; nil = the middle of the municipality
	On           time.Time        // legal date
}

// Card is all a person needs to reach an office.
type Card struct {
	OfficeID     int32           `json:"office_id,omitempty"` // 0 = known from the code lists only
	Slug         string          `json:"slug,omitempty"`
	Name         string          `json:"name"`
	Level        Level           `json:"level"`
	SeatCode     int             `json:"seat_code"`
	Seat         string          `json:"seat"` // name of the seat in the nominative
	Participates bool            `json:"participates"`
	Address      string          `json:"address,omitempty"`
	Hours        []offices.Hours `json:"hours,omitempty"`
	Email        string          `json:"email,omitempty"`
	Phone        string          `json:"phone,omitempty"`
	Web          string          `json:"web,omitempty"`
	DataBox      string          `json:"data_box,omitempty"`
	ICO          string          `json:"ico,omitempty"`
	Kilometres   float64         `json:"km,omitempty"` // from the asked place, candidates only
}

// Decision is the answer; what it points to is shared with others and never changed. Office is nil when no office of e-POM's territory decides (a military district, a motorway);
// the reasons then say whom to ask.
type Decision struct {
	Office      *Card      `json:"office"`
	Candidates  []Card     `json:"candidates,omitempty"` // all that may act, nearest first, when the person may choose
	TakesIn     []Card     `json:"takes_in,omitempty"`   // offices that take the submission in and pass it on
	Advises     []Card     `json:"advises,omitempty"`
	Agenda      *Agenda    `json:"agenda"`
	Reasons     []Reason   `json:"reasons"`
	Fees        []Fee      `json:"fees,omitempty"`
	Deadlines   []Deadline `json:"deadlines,omitempty"`
	Documents   []Document `json:"documents,omitempty"`
	Asks        []string   `json:"asks,omitempty"` // what would make the answer surer: "road_class"
	Unverified  []Doubt    `json:"unverified,omitempty"`
	Overridden  *Override  `json:"overridden,omitempty"`
	On          string     `json:"on"` // the day asked for, YYYY-MM-DD
	DataVersion string     `json:"data_version"`
}

// Override is a clerk's decision against the computed one.
type Override struct {
	From   *Card     `json:"from"` // the computed office
	Reason string    `json:"reason"`
	By     string    `json:"by"` // actor as in the audit log
	At     time.Time `json:"at"`
}

// Deadline of a kind, nil when the agenda has none.
func (d *Decision) Deadline(kind string) *Deadline {
	for i := range d.Deadlines {
		if d.Deadlines[i].Kind == kind {
			return &d.Deadlines[i]
		}
	}
	return nil
}

// Override returns a copy of the decision with another office and the clerk's reason; the computed one stays in it.
func (d Decision) Override(to Card, reason, by string, at time.Time) Decision {
	d.Overridden = &Override{From: d.Office, Reason: reason, By: by, At: at}
	d.Office = &to
	d.Reasons = append(append([]Reason{}, d.Reasons...), Reason{Kind: ByClerk, Office: to.Name, Note: reason})
	return d
}
