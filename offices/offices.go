// Package offices holds the tenants of the installation and the offices only known: who they are, where, when they are
// open, what they take in, and their category under § 63 of Act 499/2004.
//
// The facts are public and few (at most some thousands), so they are held in memory as an immutable Snapshot.
package offices

import (
	"context"
	_ "embed"
	"fmt"
	"sort"
	"sync/atomic"

	"github.com/jmoiron/sqlx"

	"epom/internal/db"
	"epom/internal/errs"
)

//go:embed offices.sql
var sqlText string

var queries = db.Load("offices", sqlText)

// Channel is what PostgreSQL notifies after a change of offices; on it call Store.Load again.
const Channel = "office"

// Kind of an office.
type Kind string

const (
	OfMunicipality Kind = "municipality"
	OfRegion       Kind = "region"
	Other          Kind = "other"
)

// Category of the office as originator of documents, § 63 of Act 499/2004: it decides whether the built-in records
// service may be the office's own one.
type Category string

const (
	Full    Category = "63/1" // ORP, POÚ, with a registry or building office, region
	Limited Category = "63/2" // other municipalities
)

// Office is one office. Empty texts and zero numbers mean unknown.
type Office struct {
	ID               int32    `db:"id"`
	Slug             string   `db:"slug"`
	Name             string   `db:"name"`      // "Městský úřad Hejnice"
	SeatName         string   `db:"seat_name"` // "Hejnice"
	Kind             Kind     `db:"kind"`
	MunicipalityCode int      `db:"municipality_code"`
	RegionCode       int      `db:"region_code"`
	Category         Category `db:"category"`
	Abbreviation     string   `db:"abbreviation"` // stands in reference numbers
	Participates     bool     `db:"participates"` // takes submissions in e-POM
	ICO              string   `db:"ico"`
	DataBox          string   `db:"data_box"`
	Email            string   `db:"email"`
	Phone            string   `db:"phone"`
	Web              string   `db:"web"`
	Street           string   `db:"street"`
	Zip              string   `db:"zip"` // five digits
	Town             string   `db:"town"`
	Lat              float64  `db:"lat"`
	Lon              float64  `db:"lon"`
	AttachmentMB     int      `db:"attachment_mb"`    // limit of one attachment
	SubmissionMB     int      `db:"submission_mb"`    // limit of all attachments together
	AttachmentCount  int      `db:"attachment_count"` // limit of their number
	Emblem           string   `db:"emblem"`           // SHA-256 in the file store
	MovedTo          string   `db:"moved_to"`         // an address, or the slug of the office it was merged into; not empty = read only here
	Source           string   `db:"source"`           // where the facts come from

	Hours []Hours
}

// Hours is one span of opening on a day of the week; times are "08:00" in Prague.
type Hours struct {
	Weekday int    `db:"weekday" json:"weekday"` // ISO: 1 = Monday
	Opens   string `db:"opens" json:"opens"`
	Closes  string `db:"closes" json:"closes"`
}

// Address is the office's address in one line, empty when it is not known.
func (o *Office) Address() string {
	town := o.Town
	if len(o.Zip) == 5 {
		town = o.Zip[:3] + " " + o.Zip[3:] + " " + town
	}
	if o.Street == "" || town == "" {
		return town
	}
	return o.Street + ", " + town
}

// Snapshot is all offices as of one load; immutable.
type Snapshot struct {
	byID           map[int32]*Office
	bySlug         map[string]*Office
	byMunicipality map[int]*Office
	byRegion       map[int]*Office
	list           []*Office
}

// Store answers questions about offices. Load must have succeeded once.
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

// Load reads the offices anew and puts the new snapshot in place of the old one in one step.
func (s *Store) Load(ctx context.Context) error {
	snap, err := ReadSnapshot(ctx, s.db)
	if err != nil {
		return err
	}
	s.snap.Store(snap)
	return nil
}

// Snapshot is what was loaded last.
func (s *Store) Snapshot() *Snapshot { return s.snap.Load() }

// ReadSnapshot reads the offices of a database.
func ReadSnapshot(ctx context.Context, q sqlx.QueryerContext) (*Snapshot, error) {
	var os []*Office
	if err := sqlx.SelectContext(ctx, q, &os, queries.Get("list")); err != nil {
		return nil, db.Classify(fmt.Errorf("read offices: %w", err))
	}
	var hours []struct {
		OfficeID int32 `db:"office_id"`
		Hours
	}
	if err := sqlx.SelectContext(ctx, q, &hours, queries.Get("hours")); err != nil {
		return nil, db.Classify(fmt.Errorf("read office hours: %w", err))
	}
	s := NewSnapshot(os)
	for _, h := range hours {
		if o := s.byID[h.OfficeID]; o != nil {
			o.Hours = append(o.Hours, h.Hours)
		}
	}
	return s, nil
}

// NewSnapshot makes a snapshot of offices, which must not be changed any more.
func NewSnapshot(os []*Office) *Snapshot {
	s := &Snapshot{byID: map[int32]*Office{}, bySlug: map[string]*Office{}, byMunicipality: map[int]*Office{}, byRegion: map[int]*Office{}, list: os}
	for _, o := range os {
		s.byID[o.ID], s.bySlug[o.Slug] = o, o
		switch o.Kind {
		case OfMunicipality:
			s.byMunicipality[o.MunicipalityCode] = o
		case OfRegion:
			s.byRegion[o.RegionCode] = o
		}
	}
	return s
}

// ByID is the office of an id, NotFound when there is none.
func (s *Snapshot) ByID(id int32) (*Office, error) { return found(s.byID[id]) }

// BySlug is the office of a slug, as it stands in addresses of pages.
func (s *Snapshot) BySlug(slug string) (*Office, error) { return found(s.bySlug[slug]) }

// ByMunicipality is the office of a municipality (at every level it has).
func (s *Snapshot) ByMunicipality(code int) (*Office, error) { return found(s.byMunicipality[code]) }

// ByRegion is the office of a region by its RÚIAN code.
func (s *Snapshot) ByRegion(code int) (*Office, error) { return found(s.byRegion[code]) }

// List is all offices, those of regions first, then by name of the seat. The slice is shared: read only.
func (s *Snapshot) List() []*Office { return s.list }

// Participating are the offices that take submissions in e-POM.
func (s *Snapshot) Participating() []*Office {
	var out []*Office
	for _, o := range s.list {
		if o.Participates {
			out = append(out, o)
		}
	}
	return out
}

func found(o *Office) (*Office, error) {
	if o == nil {
		return nil, errs.New(errs.NotFound, "Takový úřad neznáme.")
	}
	return o, nil
}

// ByID is Snapshot.ByID of what was loaded last; so are the others below.
func (s *Store) ByID(id int32) (*Office, error)           { return s.Snapshot().ByID(id) }
func (s *Store) BySlug(slug string) (*Office, error)      { return s.Snapshot().BySlug(slug) }
func (s *Store) ByMunicipality(code int) (*Office, error) { return s.Snapshot().ByMunicipality(code) }
func (s *Store) List() []*Office                          { return s.Snapshot().List() }

// Unit is a department of an office.
type Unit struct {
	ID   int    `db:"id"`
	Name string `db:"name"`
}

// Units are the departments of the office of the transaction, by id.
func Units(ctx context.Context, tx *db.Tx) ([]Unit, error) {
	var out []Unit
	if err := tx.SelectContext(ctx, &out, queries.Get("units"), tx.Office); err != nil {
		return nil, db.Classify(fmt.Errorf("read units: %w", err))
	}
	return out, nil
}

// SaveUnit adds a department (ID 0) or renames one, and answers its id.
func SaveUnit(ctx context.Context, tx *db.Tx, u Unit) (int, error) {
	if u.Name == "" {
		return 0, errs.Fields(errs.Field{Name: "name", Message: "Napište název útvaru."})
	}
	name := "add-unit"
	args := []any{tx.Office, u.Name}
	if u.ID != 0 {
		name, args = "rename-unit", append(args, u.ID)
	}
	var id int
	if err := tx.GetContext(ctx, &id, queries.Get(name), args...); err != nil {
		return 0, db.Classify(fmt.Errorf("save unit: %w", err))
	}
	return id, nil
}

// sortHours orders spans by day and time.
func sortHours(h []Hours) {
	sort.Slice(h, func(i, j int) bool {
		if h[i].Weekday != h[j].Weekday {
			return h[i].Weekday < h[j].Weekday
		}
		return h[i].Opens < h[j].Opens
	})
}
