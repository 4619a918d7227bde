package territory

import (
	"math"
	"sort"
	"strings"

	"epom/internal/fold"
)

// Point is a place on Earth, WGS 84 degrees.
type Point struct{ Lat, Lon float64 }

// Kilometres is the distance of two points along the surface.
func (p Point) Kilometres(q Point) float64 {
	const rad = math.Pi / 180
	dLat, dLon := (q.Lat-p.Lat)*rad, (q.Lon-p.Lon)*rad
	a := math.Pow(math.Sin(dLat/2), 2) + math.Cos(p.Lat*rad)*math.Cos(q.Lat*rad)*math.Pow(math.Sin(dLon/2), 2)
	return 2 * 6371 * math.Asin(math.Min(1, math.Sqrt(a)))
}

type searchEntry struct {
	plain string   // "horni brana"
	name  []string // its words
	more  []string // words of district, ORP and PSČ: they narrow, but do not find by themselves
	size  float64  // log of population
}

func searchWords(s *Snapshot, ms []*Municipality) []searchEntry {
	out := make([]searchEntry, len(ms))
	for i, m := range ms {
		e := searchEntry{plain: strings.Join(fold.Words(m.Name), " "), name: fold.Words(m.Name), size: math.Log2(float64(m.Population) + 16)}
		e.more = append(fold.Words(m.District), strings.Fields(m.Zips)...)
		e.more = append(e.more, m.Zip)
		if o := s.area(ORP, m.ORPCode, m.ValidFrom, m.ValidTo); o != nil {
			e.more = append(e.more, fold.Words(o.Name)...)
		}
		out[i] = e
	}
	return out
}

// Search finds municipalities that hold on by what is typed, with or without diacritics: each typed word is the
// beginning of a word of the name; words after the first may also be of the district or ORP, and a PSČ narrows. The
// best come first: the exact name, then the larger and the nearer to a point (nil = nearness does not count).
func (s *Snapshot) Search(query string, near *Point, limit int) []*Municipality {
	typed := fold.Words(query)
	if len(typed) == 0 || limit <= 0 {
		return nil
	}
	typed = joinZip(typed)
	whole := strings.Join(typed, " ")
	type hit struct {
		m     *Municipality
		score float64
	}
	var hits []hit
	for i := range s.words {
		e := &s.words[i]
		found, names := match(e, typed)
		if !found {
			continue
		}
		m := s.valid[i]
		score := e.size + 2*float64(names)
		switch {
		case e.plain == whole:
			score += 40
		case strings.HasPrefix(e.plain, whole):
			score += 4
		}
		if near != nil && m.Lat != 0 {
			score -= 8 * math.Log2(1+near.Kilometres(Point{m.Lat, m.Lon})/40)
		}
		hits = append(hits, hit{m, score})
	}
	sort.Slice(hits, func(i, j int) bool {
		if hits[i].score != hits[j].score {
			return hits[i].score > hits[j].score
		}
		return hits[i].m.Code < hits[j].m.Code
	})
	if len(hits) > limit {
		hits = hits[:limit]
	}
	out := make([]*Municipality, len(hits))
	for i, h := range hits {
		out[i] = h.m
	}
	return out
}

// joinZip makes one token of a PSČ typed as "463 62".
func joinZip(t []string) []string {
	for i := 0; i+1 < len(t); i++ {
		if len(t[i]) == 3 && len(t[i+1]) == 2 && digits(t[i]) && digits(t[i+1]) {
			return append(append(append([]string{}, t[:i]...), t[i]+t[i+1]), t[i+2:]...)
		}
	}
	return t
}

func digits(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// match tells whether each typed word begins some word of the entry, and how many began words of the name.
func match(e *searchEntry, typed []string) (found bool, names int) {
	for i, t := range typed {
		switch {
		case anyPrefix(e.name, t):
			names++
		case (i > 0 || digits(t)) && anyPrefix(e.more, t):
		default:
			return false, 0
		}
	}
	return names > 0 || digits(typed[0]) && len(typed[0]) >= 3, names
}

func anyPrefix(words []string, p string) bool {
	for _, w := range words {
		if strings.HasPrefix(w, p) {
			return true
		}
	}
	return false
}
