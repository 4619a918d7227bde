package routing

import (
	"fmt"
	"strings"
	"time"

	"epom/territory"
)

// ReasonKind says which step of the way to the office a reason describes.
type ReasonKind string

const (
	ByAgenda   ReasonKind = "agenda"   // the statute
	ByLevel    ReasonKind = "level"    // which level acts
	ByLocality ReasonKind = "locality" // which place decides
	ByChain    ReasonKind = "chain"    // to whose district the place belongs
	ByRoadRow  ReasonKind = "road"     // the class of the road
	ByContract ReasonKind = "contract" // a public-law contract or another special rule of the area
	ByNearness ReasonKind = "nearest"  // the person may choose
	ByClerk    ReasonKind = "clerk"    // overridden by a person
	NoOffice   ReasonKind = "no-office"
	ByData     ReasonKind = "data" // date of the data
)

// Reason is one step, as data; Text makes the sentence.
type Reason struct {
	Kind      ReasonKind     `json:"kind"`
	Statute   string         `json:"statute,omitempty"`
	Level     Level          `json:"level,omitempty"`
	Locality  Locality       `json:"locality,omitempty"`
	RoadClass string         `json:"road_class,omitempty"`
	Place     string         `json:"place,omitempty"` // the municipality asked for
	PlaceCode int            `json:"place_code,omitempty"`
	AreaKind  territory.Kind `json:"area_kind,omitempty"` // the row of the chain
	Area      string         `json:"area,omitempty"`
	AreaCode  int            `json:"area_code,omitempty"`
	Office    string         `json:"office,omitempty"`
	Contract  string         `json:"contract,omitempty"`
	Note      string         `json:"note,omitempty"`
	Date      time.Time      `json:"date,omitzero"`
}

// Statute writes "z. 114/1992 § 8 odst. 1; § 76" out: "zákon č. 114/1992 Sb., § 8 odst. 1; § 76".
func Statute(s string) string {
	parts := strings.Split(s, "; ")
	for i, p := range parts {
		if rest, ok := strings.CutPrefix(p, "z. "); ok {
			number, section, more := strings.Cut(rest, " ")
			parts[i] = "zákon č. " + number + " Sb."
			if more {
				parts[i] += ", " + section
			}
		}
	}
	return strings.Join(parts, "; ")
}

// Text is the reason as one short sentence in a language ("cs", "en", "uk"; any other is Czech).
func (r Reason) Text(lang string) string {
	t, ok := sentences[lang]
	if !ok {
		t = sentences["cs"]
	}
	switch r.Kind {
	case ByAgenda:
		if !strings.HasPrefix(r.Statute, "z. ") {
			return t.own
		}
		return strings.TrimSuffix(fmt.Sprintf(t.statute, Statute(r.Statute)), ".") + "."
	case ByLevel:
		return t.level[r.Level]
	case ByLocality:
		return fill(t.locality[r.Locality], r.Place)
	case ByChain:
		return fmt.Sprintf(t.chain[r.Level], r.Place, r.Area)
	case ByRoadRow:
		return t.road[r.RoadClass]
	case ByContract:
		if r.Contract == "" {
			return fmt.Sprintf(t.special, r.Area, r.Office)
		}
		return fmt.Sprintf(t.contract, r.Area, r.Contract, r.Office, dateIn(lang, r.Date))
	case ByNearness:
		return fmt.Sprintf(t.nearest, r.Office)
	case ByClerk:
		return fmt.Sprintf(t.clerk, r.Office, r.Note)
	case NoOffice:
		if r.Level == State {
			return t.state
		}
		return fmt.Sprintf(t.military, r.Place)
	}
	return fmt.Sprintf(t.data, dateIn(lang, r.Date))
}

func fill(pattern, value string) string {
	if strings.Contains(pattern, "%s") {
		return fmt.Sprintf(pattern, value)
	}
	return pattern
}

func dateIn(lang string, t time.Time) string {
	if t.IsZero() || t.Equal(territory.Always) {
		return "—"
	}
	if lang == "en" {
		return t.Format("2 January 2006")
	}
	return t.Format("2. 1. 2006")
}

// Doubt is what the answer cannot vouch for; Text makes the sentence.
type Doubt string

const (
	DoubtCompetence Doubt = "competence"      // nobody has verified the competence yet
	DoubtFee        Doubt = "fee"             // nor the fee
	DoubtDeadline   Doubt = "deadline"        // nor the deadline
	DoubtRegistry   Doubt = "registry"        // the list of registry offices is missing
	DoubtBuilding   Doubt = "building-office" // districts of building offices are older than the reform
	DoubtListed     Doubt = "listed"          // the list of offices of the decree is missing
	DoubtRoad       Doubt = "road-class"      // the class of the road was not said
	DoubtCityPart   Doubt = "city-part"       // a statute of the city may hand it to a city part
	DoubtDate       Doubt = "date"            // the day lies before the data
)

// Text is the doubt as one sentence in a language.
func (d Doubt) Text(lang string) string {
	t, ok := sentences[lang]
	if !ok {
		t = sentences["cs"]
	}
	return t.doubt[d]
}
