package territory

import (
	"fmt"
	"sort"
	"strings"
	"time"
)

// world is the rows of lists that hold on.
type world struct {
	municipalities map[int]*Municipality
	areas          map[areaKey]*Area
}

func (w *world) clone() *world {
	c := &world{make(map[int]*Municipality, len(w.municipalities)), make(map[areaKey]*Area, len(w.areas))}
	for k, v := range w.municipalities {
		m := *v
		c.municipalities[k] = &m
	}
	for k, v := range w.areas {
		a := *v
		c.areas[k] = &a
	}
	return c
}

// draft is the next state of the lists while files are being read.
type draft struct {
	next    *world
	seen    map[areaKey]bool
	unknown map[int]int // codes of municipalities that a file speaks of and no list knows
	newest  time.Time   // newest validity met in the file being read
	csu     map[string]*Area
}

func newDraft(now *world) *draft {
	return &draft{next: now.clone(), seen: map[areaKey]bool{}, unknown: map[int]int{}}
}

func (d *draft) state(t time.Time) {
	if t.After(d.newest) {
		d.newest = t
	}
}

func (d *draft) municipality(code int) *Municipality {
	m := d.next.municipalities[code]
	if m == nil {
		m = &Municipality{Code: code}
		d.next.municipalities[code] = m
	}
	d.seen[areaKey{kindMunicipality, code}] = true
	return m
}

func (d *draft) area(k Kind, code int, name string, more func(*Area)) {
	a := d.next.areas[areaKey{k, code}]
	if a == nil {
		a = &Area{Kind: k, Code: code}
		d.next.areas[areaKey{k, code}] = a
	}
	a.Name = name
	if more != nil {
		more(a)
	}
	d.seen[areaKey{k, code}] = true
}

// fact changes a fact of a municipality that some list knows.
func (d *draft) fact(code int, change func(*Municipality)) {
	if m := d.next.municipalities[code]; m != nil {
		change(m)
	} else if code != 0 {
		d.unknown[code]++
	}
}

// end takes away what complete lists no longer have.
func (d *draft) end(k Kind) {
	if k == kindMunicipality {
		for code := range d.next.municipalities {
			if !d.seen[areaKey{k, code}] {
				delete(d.next.municipalities, code)
			}
		}
		return
	}
	for key := range d.next.areas {
		if key.kind == k && !d.seen[key] {
			delete(d.next.areas, key)
		}
	}
}

// regionSeats is where the regional offices sit (RÚIAN codes of region and municipality); no list carries it. Facts of
// constitutional Act 347/1997.
var regionSeats = map[int]int{19: 554782, 27: 554782, 35: 544256, 43: 554791, 51: 554961, 60: 554804, 78: 563889, 86: 569810,
	94: 555134, 108: 586846, 116: 582786, 124: 500496, 141: 585068, 132: 554821}

// finish fills in the seats that no list gave, and checks that each link of a chain leads somewhere.
func (d *draft) finish() error {
	byName := map[string][]*Municipality{}
	served := map[int][]*Municipality{}
	for _, m := range d.next.municipalities {
		byName[m.Name] = append(byName[m.Name], m)
		if m.BuildingCode != 0 {
			served[m.BuildingCode] = append(served[m.BuildingCode], m)
		}
	}
	for _, a := range d.next.areas {
		switch {
		case a.SeatCode != 0:
		case a.Kind == Region:
			a.SeatCode = regionSeats[a.Code]
		case a.Kind == Building:
			a.SeatCode = buildingSeat(a.Name, served[a.Code])
		case a.Kind == POU || a.Kind == ORP:
			for _, m := range byName[a.Name] {
				if a.Kind == POU && m.POUCode == a.Code || a.Kind == ORP && m.ORPCode == a.Code {
					a.SeatCode = m.Code
				}
			}
		}
	}
	for _, m := range d.next.municipalities {
		for _, link := range []struct {
			kind Kind
			code int
			word string
		}{{POU, m.POUCode, "pověřený úřad"}, {ORP, m.ORPCode, "obec s rozšířenou působností"}, {District, m.DistrictCode, "okres"}, {Region, m.RegionCode, "kraj"}} {
			if d.next.areas[areaKey{link.kind, link.code}] == nil {
				return broken("seznam obcí", 0, "%s (%d) patří pod %s %d, který v žádném seznamu není", m.Name, m.Code, link.word, link.code)
			}
		}
	}
	return nil
}

// buildingSeat guesses the seat of a building office, whose list names only "Městský úřad Frýdlant - Stavební úřad": the
// served municipality whose name stands there, else the largest one.
func buildingSeat(name string, served []*Municipality) int {
	var best *Municipality
	named := func(m *Municipality) bool { return strings.Contains(name, m.Name) }
	for _, m := range served {
		switch {
		case best == nil, named(m) && !named(best):
			best = m
		case named(m) != named(best):
		case named(m) && len(m.Name) != len(best.Name):
			if len(m.Name) > len(best.Name) {
				best = m
			}
		case m.Population > best.Population || m.Population == best.Population && m.Code < best.Code:
			best = m
		}
	}
	if best == nil {
		return 0
	}
	return best.Code
}

// step is one change of one row.
type step struct {
	kind   Kind
	code   int
	before any // nil = added
	after  any // nil = ended
	facts  bool
	text   string
}

// diff lists what changes from one state to the next, in the order of codes.
func diff(now, next *world) []step {
	var out []step
	for code, b := range next.municipalities {
		a := now.municipalities[code]
		switch {
		case a == nil:
			out = append(out, step{kind: kindMunicipality, code: code, after: b, text: fmt.Sprintf("%s (%d)", b.Name, code)})
		default:
			x, y := *a, *b
			law, facts := lawOf(x) != lawOf(y), factsOf(x) != factsOf(y)
			if law || facts {
				out = append(out, step{kind: kindMunicipality, code: code, before: a, after: b, facts: !law, text: changed(now, next, a, b)})
			}
		}
	}
	for code, a := range now.municipalities {
		if next.municipalities[code] == nil {
			out = append(out, step{kind: kindMunicipality, code: code, before: a, text: fmt.Sprintf("%s (%d)", a.Name, code)})
		}
	}
	for k, b := range next.areas {
		a := now.areas[k]
		switch {
		case a == nil:
			out = append(out, step{kind: k.kind, code: k.code, after: b, text: fmt.Sprintf("%s (%d)", b.Name, k.code)})
		case a.Name != b.Name || a.ParentCode != b.ParentCode || a.SeatCode != b.SeatCode:
			out = append(out, step{kind: k.kind, code: k.code, before: a, after: b, text: fmt.Sprintf("%s (%d) → %s", a.Name, k.code, b.Name)})
		case a.CSUCode != b.CSUCode:
			out = append(out, step{kind: k.kind, code: k.code, before: a, after: b, facts: true, text: fmt.Sprintf("%s (%d): kód ČSÚ %s", a.Name, k.code, b.CSUCode)})
		}
	}
	for k, a := range now.areas {
		if next.areas[k] == nil {
			out = append(out, step{kind: k.kind, code: k.code, before: a, text: fmt.Sprintf("%s (%d)", a.Name, k.code)})
		}
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].kind != out[j].kind {
			return out[i].kind < out[j].kind
		}
		return out[i].code < out[j].code
	})
	return out
}

type law struct {
	name                                 string
	status                               Status
	district, pou, orp, region, building int
}

// lawOf is what jurisdiction hangs on; a change of it makes a new version.
func lawOf(m Municipality) law {
	return law{m.Name, m.Status, m.DistrictCode, m.POUCode, m.ORPCode, m.RegionCode, m.BuildingCode}
}

type facts struct {
	zip, zips, ico string
	lat, lon       float64
	population     int
}

func factsOf(m Municipality) facts {
	return facts{m.Zip, m.Zips, m.ICO, m.Lat, m.Lon, m.Population}
}

// changed says what is different: "Dolní Lutyně (598968): POÚ Bohumín → Orlová".
func changed(now, next *world, a, b *Municipality) string {
	var parts []string
	name := func(w *world, k Kind, code int) string {
		if x := w.areas[areaKey{k, code}]; x != nil {
			return x.Name
		}
		return fmt.Sprint(code)
	}
	if a.Name != b.Name {
		parts = append(parts, "název "+a.Name+" → "+b.Name)
	}
	if a.Status != b.Status {
		parts = append(parts, a.Status.Czech()+" → "+b.Status.Czech())
	}
	for _, l := range []struct {
		word string
		kind Kind
		a, b int
	}{{"POÚ", POU, a.POUCode, b.POUCode}, {"ORP", ORP, a.ORPCode, b.ORPCode}, {"okres", District, a.DistrictCode, b.DistrictCode},
		{"kraj", Region, a.RegionCode, b.RegionCode}, {"stavební úřad", Building, a.BuildingCode, b.BuildingCode}} {
		if l.a != l.b {
			parts = append(parts, l.word+" "+name(now, l.kind, l.a)+" → "+name(next, l.kind, l.b))
		}
	}
	if len(parts) == 0 {
		parts = append(parts, "údaje (PSČ, IČO, poloha, obyvatelé)")
	}
	return fmt.Sprintf("%s (%d): %s", a.Name, a.Code, strings.Join(parts, ", "))
}
