package routing

import (
	"context"
	_ "embed"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/jmoiron/sqlx"

	"epom/internal/db"
	"epom/offices"
	"epom/territory"
)

//go:embed routing.sql
var sqlText string

var queries = db.Load("routing", sqlText)

// Channel is what PostgreSQL notifies after a change of agendas or competences; on it call Store.Load again.
const Channel = "routing"

// Store keeps an engine up to date. Load must have succeeded once.
type Store struct {
	db     *db.DB
	land   *territory.Store
	offs   *offices.Store
	mu     sync.Mutex // guards rules while engines are being built
	rules  Rules
	engine atomic.Pointer[Engine]
}

// New makes a store over the two it draws from, which must be loaded before it.
func New(d *db.DB, land *territory.Store, offs *offices.Store) *Store {
	return &Store{db: d, land: land, offs: offs}
}

// Open makes a store with its sources and loads them all.
func Open(ctx context.Context, d *db.DB) (*Store, error) {
	land, err := territory.Open(ctx, d)
	if err != nil {
		return nil, err
	}
	offs, err := offices.Open(ctx, d)
	if err != nil {
		return nil, err
	}
	s := New(d, land, offs)
	return s, s.Load(ctx)
}

// Load reads the rules anew and rebuilds the engine. Call it on Channel.
func (s *Store) Load(ctx context.Context) error {
	r, err := ReadRules(ctx, s.db)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.rules = r
	s.mu.Unlock()
	s.Rebuild()
	return nil
}

// Rebuild makes the engine anew from what the sources hold now. Call it after territory or offices were loaded again.
func (s *Store) Rebuild() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.engine.Store(Build(s.land.Snapshot(), s.offs.Snapshot(), s.rules))
}

// Engine is the present engine; it never changes and may be kept as long as one answer is being made.
func (s *Store) Engine() *Engine { return s.engine.Load() }

// Resolve is Engine.Resolve of the present engine.
func (s *Store) Resolve(q Query) (*Decision, error) { return s.Engine().Resolve(q) }

// ReadRules reads the rows of the room from a database.
func ReadRules(ctx context.Context, q sqlx.QueryerContext) (Rules, error) {
	var r Rules
	for _, part := range []struct {
		name string
		into any
	}{{"agendas", &r.Agendas}, {"fees", &r.Fees}, {"deadlines", &r.Deadlines}, {"documents", &r.Documents}, {"competences", &r.Competences}} {
		if err := sqlx.SelectContext(ctx, q, part.into, queries.Get(part.name)); err != nil {
			return Rules{}, db.Classify(fmt.Errorf("read %s: %w", part.name, err))
		}
	}
	return r, nil
}
