// Package repository keeps the forms of the installation: versions from draft to withdrawal, what each office makes of
// them, and whose packages are taken in. What is offered stands in a [forms.Catalogue] in memory, the same on every
// process: after a change PostgreSQL notifies [Channel] and each calls Load.
//
//	store, err := repository.Open(ctx, deps)           // registers what comes with the program, fills the catalogue
//	store.Catalogue                                     // what citizens' pages and submissions read, without a lock
//	store.SaveDraft(ctx, scope, code, seen, json, note) // a revision; faults are listed, not refused
//	store.Publish(ctx, scope, code, revision)           // runs the examples, then nothing of it changes any more
//	store.Withdraw(ctx, scope, code, version, w)        // nobody begins with it; open drafts have until a day
//	store.Versions(ctx, code), store.Drafts(ctx, "")    // for lists
//	store.Adopt, SwitchOff, SwitchOn, SetParameter      // acts of one office, in its transaction
package repository

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/lib/pq"

	"epom/forms"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/offices"
)

//go:embed repository.sql
var sqlText string

var queries = db.Load("forms/repository", sqlText)

// Channel is what PostgreSQL notifies after a change; on it call Store.Load again.
const Channel = "forms"

// Deps is what a store is built of.
type Deps struct {
	DB      *db.DB
	Clock   clock.Clock
	Offices *offices.Store
	Log     *slog.Logger
	// Competent names the office that decides in an agenda at a place on a day; false when the router does not know the
	// place. nil = examples are not asked for their office.
	Competent func(agenda string, p forms.Place, on time.Time) (forms.ExampleOffice, bool)
	// Handles tells whether an office handles an agenda at all; nil = every office everything.
	Handles func(o *offices.Office, agenda string) bool
}

// Store is the repository. Open makes one; it is safe for concurrent use.
type Store struct {
	Deps
	Catalogue *forms.Catalogue

	mu     sync.Mutex // of Load
	parsed map[forms.Key]*forms.Form
}

// Open registers the forms that come with the program and reads everything else.
func Open(ctx context.Context, d Deps) (*Store, error) {
	s := &Store{Deps: d, Catalogue: &forms.Catalogue{}, parsed: map[forms.Key]*forms.Form{}}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	texts, err := forms.Shipped()
	if err != nil {
		return nil, err
	}
	list, err := forms.ParseAll(texts)
	if err != nil {
		return nil, err
	}
	if err := s.register(ctx, texts, list); err != nil {
		return nil, err
	}
	return s, s.Load(ctx)
}

// register keeps what comes with the program. A version that is there already stays as it was published first; a
// program that brings another text under the same number is wrong, and what people filled decides.
func (s *Store) register(ctx context.Context, texts map[string][]byte, list []*forms.Form) error {
	type row struct {
		Code        string `json:"code"`
		Version     int    `json:"version"`
		Definition  string `json:"definition"`
		SHA256      string `json:"sha256"`
		PublishedAt string `json:"published_at"`
	}
	byKey, rows := map[forms.Key]*forms.Form{}, []row{}
	sums := map[forms.Key]string{}
	for _, f := range list {
		byKey[f.Key()] = f
	}
	for name, text := range texts {
		f, err := forms.Head(text)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if f.PublishedOn == "" {
			continue
		}
		k := forms.Key{Code: f.Code, Version: f.Version}
		sums[k] = sum(text)
		rows = append(rows, row{f.Code, f.Version, string(text), sums[k], f.PublishedOn})
	}
	if _, err := s.DB.ExecContext(ctx, queries.Get("register"), db.J(rows)); err != nil {
		return db.Classify(err)
	}
	heads, err := s.Versions(ctx, "")
	if err != nil {
		return err
	}
	for _, h := range heads {
		k := forms.Key{Code: h.Code, Version: h.Version}
		if mine, shipped := sums[k]; shipped && mine == h.SHA256 {
			s.parsed[k] = byKey[k]
		} else if shipped {
			s.Log.Warn("a published version of a form differs from the one in the program; the published one stays", "form", h.Code, "version", h.Version)
		}
	}
	return nil
}

// today is the legal date now.
func (s *Store) today() time.Time { return clock.Date(s.Clock.Now()) }

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// Load reads what changed and puts it before all readers in one step. Versions never change, so only new ones are read.
func (s *Store) Load(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := make(pq.StringArray, 0, len(s.parsed))
	for k := range s.parsed {
		known = append(known, fmt.Sprintf("%s/%d", k.Code, k.Version))
	}
	var rows []struct {
		Version
		Definition string `db:"definition"`
	}
	if err := s.DB.SelectContext(ctx, &rows, queries.Get("versions"), known); err != nil {
		return db.Classify(err)
	}
	for _, r := range rows {
		f, err := forms.Parse([]byte(r.Definition))
		if err != nil { // a later program may be stricter: the others must be served nevertheless
			s.Log.Error("a published form cannot be read", "form", r.Code, "version", r.Version.Version, "err", err)
			continue
		}
		s.parsed[f.Key()] = f
	}
	contents := forms.Contents{Withdrawn: map[forms.Key]forms.Withdrawal{}, Uses: map[forms.UseKey]forms.Use{}}
	for _, f := range s.parsed {
		contents.Forms = append(contents.Forms, f)
	}
	if err := s.withdrawals(ctx, contents.Withdrawn); err != nil {
		return err
	}
	if err := s.uses(ctx, contents.Uses); err != nil {
		return err
	}
	return s.Catalogue.Replace(contents)
}

func (s *Store) withdrawals(ctx context.Context, into map[forms.Key]forms.Withdrawal) error {
	var rows []struct {
		Code        string `db:"code"`
		Version     int    `db:"version"`
		DraftsUntil string `db:"drafts_until"`
		Why         string `db:"why"`
		Successor   string `db:"successor"`
	}
	err := s.DB.SelectContext(ctx, &rows, queries.Get("withdrawals"))
	for _, r := range rows {
		into[forms.Key{Code: r.Code, Version: r.Version}] = forms.Withdrawal{DraftsUntil: r.DraftsUntil, Why: r.Why, Successor: r.Successor}
	}
	return db.Classify(err)
}

// uses reads what offices make of forms, and makes the forms with their own wording.
func (s *Store) uses(ctx context.Context, into map[forms.UseKey]forms.Use) error {
	var rows []struct {
		Office int32  `db:"office_id"`
		Code   string `db:"code"`
		useRow
	}
	if err := s.DB.SelectContext(ctx, &rows, queries.Get("uses")); err != nil {
		return db.Classify(err)
	}
	for _, r := range rows {
		use := forms.Use{Version: r.Version, OffWhy: r.OffWhy, OffUntil: r.OffUntil}
		for _, f := range s.parsed {
			if f.Code != r.Code || r.Adjustments.V.IsZero() {
				continue
			}
			own, err := f.Adjust(r.Adjustments.V.In(f))
			if err != nil {
				s.Log.Error("an office's wording of a form is left out", "office", r.Office, "form", f.Code, "version", f.Version, "err", err)
				continue
			}
			if use.Adjusted == nil {
				use.Adjusted = map[int]*forms.Form{}
			}
			use.Adjusted[f.Version] = own
		}
		into[forms.UseKey{Office: r.Office, Code: r.Code}] = use
	}
	var values []struct {
		Office   int32        `db:"office_id"`
		Code     string       `db:"code"`
		Name     string       `db:"name"`
		From     string       `db:"valid_from"`
		To       string       `db:"valid_to"`
		Value    db.JSON[any] `db:"value"`
		Source   string       `db:"source"`
		Verified bool         `db:"verified"`
	}
	if err := s.DB.SelectContext(ctx, &values, queries.Get("values")); err != nil {
		return db.Classify(err)
	}
	for _, v := range values {
		k := forms.UseKey{Office: v.Office, Code: v.Code}
		use := into[k]
		use.Values = append(use.Values, forms.ParameterValue{Name: v.Name, From: v.From, To: v.To, Value: forms.Plain(v.Value.V), Source: v.Source, Verified: v.Verified})
		into[k] = use
	}
	return nil
}
