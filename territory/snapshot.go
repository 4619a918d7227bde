package territory

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"sort"
	"time"

	"epom/internal/errs"
	"epom/internal/fold"
)

// Snapshot is the whole territory but addresses, as of one load. It is immutable.
type Snapshot struct {
	Version string    // changes when any row does; the same on every replica
	StateOn time.Time // newest day for which lists were taken in
	FirstOn time.Time // the first such day: before it nothing is known

	municipalities map[int][]*Municipality // versions, newest first
	areas          map[areaKey][]*Area
	valid          []*Municipality // those that hold on, by code
	words          []searchEntry   // beside valid
	children       map[int][]*Area // parts and city parts of a municipality, by name
	chains         map[int]settled // of municipalities whose chain has no other version
}

// settled is a chain that has been the same since a day.
type settled struct {
	Chain
	since int
}

type areaKey struct {
	kind Kind
	code int
}

// holds tells whether a row dated from–to holds on a day; only calendar days count.
func holds(from, to, on time.Time) bool {
	d := dayOf(on)
	return dayOf(from) <= d && (to.IsZero() || d < dayOf(to))
}

// dayOf is the calendar day as yyyymmdd, in the zone the time carries.
func dayOf(t time.Time) int {
	y, m, d := t.Date()
	return y*10000 + int(m)*100 + d
}

func newSnapshot(ms []Municipality, as []Area, first, newest time.Time) *Snapshot {
	s := &Snapshot{FirstOn: first, StateOn: newest, municipalities: make(map[int][]*Municipality, len(ms)), areas: make(map[areaKey][]*Area, len(as)),
		children: map[int][]*Area{}}
	h := sha256.New()
	for i := range as {
		a := &as[i]
		k := areaKey{a.Kind, a.Code}
		s.areas[k] = append(s.areas[k], a) // the query orders newest first
		if (a.Kind == Part || a.Kind == MOMC) && a.ValidTo.IsZero() {
			s.children[a.ParentCode] = append(s.children[a.ParentCode], a)
		}
		hashRow(h, *a)
	}
	for i := range ms {
		m := &ms[i]
		s.municipalities[m.Code] = append(s.municipalities[m.Code], m)
		if m.ValidTo.IsZero() {
			s.valid = append(s.valid, m)
		}
		hashRow(h, *m)
	}
	s.Version = hex.EncodeToString(h.Sum(nil))[:16]
	s.label(ms)
	for _, c := range s.children {
		sort.Slice(c, func(i, j int) bool { return fold.Text(c[i].Name) < fold.Text(c[j].Name) })
	}
	s.words = searchWords(s, s.valid)
	s.settle()
	return s
}

// settle keeps the chains that never changed, which nearly all are, so that the hot path makes one look.
func (s *Snapshot) settle() {
	s.chains = make(map[int]settled, len(s.valid))
next:
	for _, m := range s.valid {
		since := dayOf(m.ValidFrom)
		for _, k := range [...]areaKey{{POU, m.POUCode}, {ORP, m.ORPCode}, {District, m.DistrictCode}, {Region, m.RegionCode}, {Building, m.BuildingCode}} {
			v := s.areas[k]
			if len(v) == 0 {
				continue
			}
			if len(v) > 1 || !v[0].ValidTo.IsZero() {
				continue next
			}
			since = max(since, dayOf(v[0].ValidFrom))
		}
		if c, err := s.Chain(m.Code, farFuture); err == nil && len(s.municipalities[m.Code]) == 1 {
			s.chains[m.Code] = settled{c, since}
		}
	}
}

func hashRow(w io.Writer, row any) { fmt.Fprintf(w, "%v\n", row) }

// label gives every version its district and the name under which it cannot be mistaken.
func (s *Snapshot) label(ms []Municipality) {
	type key struct {
		name     string
		district int
	}
	twice := map[key]int{}
	for _, m := range s.valid {
		twice[key{m.Name, m.DistrictCode}]++
	}
	for i := range ms {
		m := &ms[i]
		if d := s.area(District, m.DistrictCode, m.ValidFrom, m.ValidTo); d != nil {
			m.District = d.Name
		}
		m.Label = m.Name
		if m.District != "" && m.Status != Capital {
			m.Label += ", okres " + m.District
		}
		if twice[key{m.Name, m.DistrictCode}] > 1 { // two pairs in the country
			if p := s.area(POU, m.POUCode, m.ValidFrom, m.ValidTo); p != nil {
				m.Label += ", u obce " + p.Name
			}
		}
	}
}

// farFuture is a day on which every row that holds on still holds.
var farFuture = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// area is the version that holds at the end of a span.
func (s *Snapshot) area(k Kind, code int, from, to time.Time) *Area {
	on := from
	if to.IsZero() {
		on = farFuture
	}
	return s.Area(k, code, on)
}

// Area is the area as it was on a day, nil when there was none.
func (s *Snapshot) Area(k Kind, code int, on time.Time) *Area {
	for _, a := range s.areas[areaKey{k, code}] {
		if holds(a.ValidFrom, a.ValidTo, on) {
			return a
		}
	}
	return nil
}

// Municipality is the municipality as it was on a day; NotFound when there was none of the code.
func (s *Snapshot) Municipality(code int, on time.Time) (*Municipality, error) {
	for _, m := range s.municipalities[code] {
		if holds(m.ValidFrom, m.ValidTo, on) {
			return m, nil
		}
	}
	return nil, errs.Newf(errs.NotFound, "Obec s kódem %d k tomuto dni neznáme.", code)
}

// Municipalities are those that hold on today, by code. The slice is shared: read only.
func (s *Snapshot) Municipalities() []*Municipality { return s.valid }

// Regions are the regions that hold on, by name.
func (s *Snapshot) Regions() []*Area {
	var out []*Area
	for k, v := range s.areas {
		if k.kind == Region && v[0].ValidTo.IsZero() {
			out = append(out, v[0])
		}
	}
	sort.Slice(out, func(i, j int) bool { return fold.Text(out[i].Name) < fold.Text(out[j].Name) })
	return out
}

// Areas are all versions of the areas of a kind, in no order.
func (s *Snapshot) Areas(kind Kind) []*Area {
	var out []*Area
	for k, v := range s.areas {
		if k.kind == kind {
			out = append(out, v...)
		}
	}
	return out
}

// Parts are the parts and city parts of a municipality that hold on, by name.
func (s *Snapshot) Parts(municipality int) []*Area { return s.children[municipality] }

// Chain is where a municipality belonged on a day.
func (s *Snapshot) Chain(code int, on time.Time) (Chain, error) {
	if c, ok := s.chains[code]; ok && dayOf(on) >= c.since {
		return c.Chain, nil
	}
	m, err := s.Municipality(code, on)
	if err != nil {
		return Chain{}, err
	}
	return Chain{Municipality: m, POU: s.Area(POU, m.POUCode, on), ORP: s.Area(ORP, m.ORPCode, on),
		District: s.Area(District, m.DistrictCode, on), Region: s.Area(Region, m.RegionCode, on),
		Building: s.Area(Building, m.BuildingCode, on)}, nil
}
