package public

import (
	"cmp"
	"math"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"epom/board"
	"epom/handlers/web"
	"epom/internal/i18n"
	"epom/territory"
)

// BoardMapPage is the map of all boards with its table.
type BoardMapPage struct {
	web.Page
	Map *BoardMap
}

// BoardMap is a map of municipalities: circles whose area says how much hangs there.
type BoardMap struct {
	web.Page
	Width, Height int        // of the view box
	Boards        []BoardDot // by name, as the table has them
	Drawn         []BoardDot // the largest first, so that none is covered
	Towns         []MapPoint // all municipalities around, small: they show where on the map one is
	Names         []MapName  // of larger towns
}

// BoardDot is one board on the map and in the table.
type BoardDot struct {
	MapPoint
	Name, Office, Href string
	Count              int
	Newest             time.Time
	R                  float64 // 0 = not on the map, its place is not known
	Label              string  // read aloud
}

// MapPoint is a place in the view box.
type MapPoint struct{ X, Y float64 }

// MapName is a name on the map; End = it ends at its point.
type MapName struct {
	MapPoint
	Text string
	End  bool
}

// BoardsMap shows the map of all boards.
func (h *Public) BoardsMap(c *fiber.Ctx) error {
	turn := h.Shelf.Turn(0, boardsPath+"/mapa")
	counts, err := h.Boards.Tallies(c.UserContext())
	if err != nil {
		return err
	}
	p := BoardMapPage{Page: web.OpenPage(c, "Mapa úředních desek")}
	p.Map = h.boardMap(p.Page, counts)
	return h.Shelf.View(c, turn, "board/map", "", p)
}

// The map's measures in units of its view box.
const (
	mapWidth     = 960
	mapHeight    = 700 // at most
	mapMargin    = 28
	largestDot   = 24
	smallestDot  = 3
	mostMapTowns = 800 // of a larger land the circles alone show its shape
)

// boardMap draws the boards on which something hangs.
func (h *Public) boardMap(page web.Page, counts map[int32]board.Tally) *BoardMap {
	m := &BoardMap{Page: page, Width: mapWidth}
	var view bounds
	regions, most := map[int]bool{}, 1
	for _, o := range h.Offices.List() {
		if n, ok := counts[o.ID]; ok {
			view.hold(o.Lat, o.Lon)
			regions[o.RegionCode] = true
			most = max(most, n.All())
		}
	}
	towns := h.townsOf(regions)
	for _, t := range towns {
		view.hold(t.Lat, t.Lon)
	}
	m.Height = view.fit()
	for _, o := range h.Offices.List() {
		n, ok := counts[o.ID]
		if !ok {
			continue
		}
		d := BoardDot{Name: o.SeatName, Office: o.Name, Href: board.Path(o.Slug), Count: n.All(), Newest: n.Newest,
			Label: o.Name + ": " + i18n.N(page.Lang, n.All(), "visí %d věc", "visí %d věci", "visí %d věcí")}
		if o.Lat != 0 {
			d.MapPoint, d.R = view.point(o.Lat, o.Lon), tenth(max(smallestDot, largestDot*math.Sqrt(float64(n.All())/float64(most))))
			m.Drawn = append(m.Drawn, d)
		}
		m.Boards = append(m.Boards, d)
	}
	for _, t := range towns {
		m.Towns = append(m.Towns, view.point(t.Lat, t.Lon))
	}
	m.Names = h.mapNames(towns, view)
	order := collate.New(language.Czech)
	slices.SortFunc(m.Boards, func(a, b BoardDot) int { return order.CompareString(a.Name+"\x00"+a.Office, b.Name+"\x00"+b.Office) })
	slices.SortStableFunc(m.Drawn, func(a, b BoardDot) int { return cmp.Compare(b.R, a.R) })
	return m
}

// townsOf are the municipalities of regions whose place is known; of too many none.
func (h *Public) townsOf(regions map[int]bool) []*territory.Municipality {
	var out []*territory.Municipality
	for _, t := range h.Territory.Snapshot().Municipalities() {
		if t.Lat != 0 && regions[t.RegionCode] {
			if out = append(out, t); len(out) > mostMapTowns {
				return nil
			}
		}
	}
	return out
}

// mapNames are the names of towns with an office for their surroundings, those with room for them, the larger ones first.
func (h *Public) mapNames(towns []*territory.Municipality, view bounds) []MapName {
	const letter, line = 8.5, 18 // about the size of a letter
	var out []MapName
	towns = slices.Clone(towns)
	slices.SortFunc(towns, func(a, b *territory.Municipality) int { return cmp.Compare(b.Population, a.Population) })
	for _, t := range towns {
		orp := h.Territory.Snapshot().Area(territory.ORP, t.ORPCode, h.today())
		if orp == nil || orp.SeatCode != t.Code {
			continue
		}
		n := MapName{MapPoint: view.point(t.Lat, t.Lon), Text: t.Name}
		wide := letter * float64(utf8.RuneCountInString(n.Text))
		n.End = n.X+wide+largestDot > mapWidth
		if !slices.ContainsFunc(out, func(o MapName) bool { return math.Abs(o.Y-n.Y) < line && math.Abs(o.X-n.X) < wide+letter*4 }) {
			out = append(out, n)
		}
	}
	return out
}

func tenth(x float64) float64 { return math.Round(x*10) / 10 }

// bounds are the part of the Earth a map shows, in degrees.
type bounds struct {
	west, east, south, north float64
	shrink                   float64 // a degree of longitude is so much shorter than one of latitude
	scale                    float64 // units of the view box in a degree of latitude
}

// hold makes room for a place; one that is not known (0) needs none.
func (b *bounds) hold(lat, lon float64) {
	switch {
	case lat == 0:
	case b.north == 0:
		b.west, b.east, b.south, b.north = lon, lon, lat, lat
	default:
		b.west, b.east, b.south, b.north = min(b.west, lon), max(b.east, lon), min(b.south, lat), max(b.north, lat)
	}
}

// fit makes the part fill the view box and returns its height.
func (b *bounds) fit() int {
	b.shrink = math.Cos((b.south + b.north) / 2 * math.Pi / 180)
	b.scale = min((mapWidth-2*mapMargin)/max((b.east-b.west)*b.shrink, 0.01), mapHeight/max(b.north-b.south, 0.01))
	return 2*mapMargin + int(math.Ceil((b.north-b.south)*b.scale))
}

// point is where a place stands; a narrow land stands in the middle.
func (b *bounds) point(lat, lon float64) MapPoint {
	left := (mapWidth - (b.east-b.west)*b.shrink*b.scale) / 2
	return MapPoint{tenth(left + (lon-b.west)*b.shrink*b.scale), tenth(mapMargin + (b.north-lat)*b.scale)}
}
