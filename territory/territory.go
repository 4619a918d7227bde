// Package territory knows municipalities, the areas above and below them and address points, all dated, and takes in
// the official files that change them.
//
// Municipalities and areas (about 22,000 rows) are held in memory as an immutable Snapshot; addresses (3.0 million)
// stay in PostgreSQL. Dates are legal dates: only the calendar day of a time.Time counts, in the zone it carries.
package territory

import (
	"context"
	_ "embed"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"

	"epom/internal/db"
)

//go:embed territory.sql
var sqlText string

var queries = db.Load("territory", sqlText)

// Channel is what PostgreSQL notifies after a change of municipalities or areas; on it call Store.Load again.
const Channel = "territory"

// Always is the first day of rows that were there when a list was first taken in: how long before is not known.
var Always = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)

// Status of a municipality, code list of RÚIAN.
type Status int

const (
	MilitaryDistrict Status = 1 // has no municipal office
	Village          Status = 2 // obec
	Town             Status = 3 // město
	StatutoryCity    Status = 4
	Capital          Status = 5
	MarketTown       Status = 6 // městys
)

// Czech is the word for the status.
func (s Status) Czech() string {
	return [...]string{"", "vojenský újezd", "obec", "město", "statutární město", "hlavní město", "městys"}[s]
}

// Municipality is one version of a municipality's row. A zero ValidTo means that it holds on; ValidTo is the first day
// on which the row no longer holds.
type Municipality struct {
	Code         int       `db:"code"`
	Name         string    `db:"name"`
	Status       Status    `db:"status"`
	DistrictCode int       `db:"district_code"`
	POUCode      int       `db:"pou_code"`
	ORPCode      int       `db:"orp_code"`
	RegionCode   int       `db:"region_code"`
	BuildingCode int       `db:"building_office_code"` // building office, 0 = unknown
	Zip          string    `db:"zip"`                  // five digits
	Zips         string    `db:"zips"`                 // all, by space
	ICO          string    `db:"ico"`
	Lat          float64   `db:"lat"` // WGS 84, 0 = unknown
	Lon          float64   `db:"lon"`
	Population   int       `db:"population"`
	ValidFrom    time.Time `db:"valid_from"`
	ValidTo      time.Time `db:"valid_to"`

	District string // name of the district
	Label    string // name that tells it from its namesakes: "Pěnčín, okres Liberec"
}

// OfficeName is the name of the municipality's office in the nominative, empty for a military district.
func (m *Municipality) OfficeName() string {
	switch m.Status {
	case MilitaryDistrict:
		return ""
	case Capital:
		return "Magistrát hlavního města Prahy"
	case StatutoryCity:
		return "Magistrát města " + m.Name
	case Town:
		return "Městský úřad " + m.Name
	case MarketTown:
		return "Úřad městyse " + m.Name
	}
	return "Obecní úřad " + m.Name
}

// Kind of an area.
type Kind string

const (
	Region   Kind = "region"
	District Kind = "district"
	ORP      Kind = "orp" // obec s rozšířenou působností
	POU      Kind = "pou" // obec s pověřeným obecním úřadem
	Building Kind = "building_office"
	MOMC     Kind = "momc" // městský obvod, městská část
	Part     Kind = "part"
)

// Area is one version of an area's row, dated as a municipality is.
type Area struct {
	Kind       Kind      `db:"kind"`
	Code       int       `db:"code"`
	Name       string    `db:"name"`
	ParentCode int       `db:"parent_code"` // pou: orp; orp, district: region; momc, part: municipality; 0 = none
	CSUCode    string    `db:"csu_code"`
	SeatCode   int       `db:"seat_code"` // municipality where its office sits, 0 = unknown
	ValidFrom  time.Time `db:"valid_from"`
	ValidTo    time.Time `db:"valid_to"`
}

// Chain is where a municipality belongs on a day; a missing link is nil.
type Chain struct {
	Municipality *Municipality
	POU          *Area
	ORP          *Area
	District     *Area
	Region       *Area
	Building     *Area
}

// Store answers questions about territory. Load must have succeeded once.
type Store struct {
	db   *db.DB
	snap atomic.Pointer[Snapshot]
}

// New makes a store on the pool of the app.
func New(d *db.DB) *Store { return &Store{db: d} }

// Open makes a store and loads it.
func Open(ctx context.Context, d *db.DB) (*Store, error) {
	s := New(d)
	return s, s.Load(ctx)
}

// Load reads municipalities and areas anew and puts the new snapshot in place of the old one in one step.
func (s *Store) Load(ctx context.Context) error {
	snap, err := ReadSnapshot(ctx, s.db)
	if err != nil {
		return err
	}
	s.snap.Store(snap)
	return nil
}

// Snapshot is what was loaded last; it never changes and may be kept as long as one answer is being made.
func (s *Store) Snapshot() *Snapshot { return s.snap.Load() }

// ReadSnapshot reads municipalities and areas from a database.
func ReadSnapshot(ctx context.Context, q sqlx.QueryerContext) (*Snapshot, error) {
	var ms []Municipality
	if err := sqlx.SelectContext(ctx, q, &ms, queries.Get("municipalities")); err != nil {
		return nil, db.Classify(fmt.Errorf("read municipalities: %w", err))
	}
	var as []Area
	if err := sqlx.SelectContext(ctx, q, &as, queries.Get("areas")); err != nil {
		return nil, db.Classify(fmt.Errorf("read areas: %w", err))
	}
	var known struct {
		First  time.Time `db:"first_on"`
		Newest time.Time `db:"state_on"`
	}
	if err := sqlx.GetContext(ctx, q, &known, queries.Get("known-states")); err != nil {
		return nil, db.Classify(fmt.Errorf("read state of territory: %w", err))
	}
	return newSnapshot(ms, as, known.First, known.Newest), nil
}

// Municipality is the municipality as it was on a day; NotFound when there was none of the code.
func (s *Store) Municipality(code int, on time.Time) (*Municipality, error) {
	return s.Snapshot().Municipality(code, on)
}

// SearchMunicipalities finds municipalities by typing: see Snapshot.Search.
func (s *Store) SearchMunicipalities(query string, near *Point, limit int) []*Municipality {
	return s.Snapshot().Search(query, near, limit)
}

// Chain is where a municipality belonged on a day.
func (s *Store) Chain(code int, on time.Time) (Chain, error) { return s.Snapshot().Chain(code, on) }
