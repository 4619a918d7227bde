package exchange_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"epom/internal/db"
	"epom/internal/erms"
	"epom/internal/errs"
	"epom/internal/testdb"
	"epom/records"
	"epom/records/exchange"
)

var start = time.Date(2026, 11, 30, 9, 42, 0, 0, time.UTC) // 10:42 in Prague

// stand is an office with a records system, and a clock moved by hand.
type stand struct {
	*exchange.Service
	t     testing.TB
	owner *sqlx.DB
	fake  *erms.Fake
	url   string
	here  int32 // 63/1
	small int32 // 63/2

	mu    sync.Mutex
	now   time.Time
	files map[string][]byte
	told  int
}

func (s *stand) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *stand) later(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

type readSeekCloser struct{ *bytes.Reader }

func (readSeekCloser) Close() error { return nil }

func newStand(t testing.TB) *stand {
	t.Helper()
	pool := testdb.New(t)
	s := &stand{t: t, owner: testdb.Owner(t, pool), now: start, files: map[string][]byte{}}
	s.fake = &erms.Fake{Code: "ESSL", Now: s.clock}
	server := httptest.NewServer(s.fake)
	t.Cleanup(server.Close)
	s.url = server.URL
	s.Service = &exchange.Service{DB: pool, Now: s.clock, Key: make([]byte, 32), HTTP: server.Client(), Check: func(u string) error {
		if u == "" {
			return errs.New(errs.Invalid, "Adresa není úplná.")
		}
		return nil
	},
		Open: func(_ context.Context, sha string) (io.ReadSeekCloser, int64, error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			b, ok := s.files[sha]
			if !ok {
				return nil, 0, errors.New("no such file")
			}
			return readSeekCloser{bytes.NewReader(b)}, int64(len(b)), nil
		},
		Keep: func(_ context.Context, b []byte) (string, int64, error) {
			c := s.keep("x", b)
			return c.SHA256, c.Size, nil
		},
		Finish: func(context.Context, *db.Tx, exchange.Handover) error {
			s.mu.Lock()
			s.told++
			s.mu.Unlock()
			return nil
		},
	}
	s.here = s.office("frydlant", "FRY", "63/1")
	s.small = s.office("hejnice", "HEJ", "63/2")
	return s
}

func (s *stand) office(slug, abbreviation, category string) (id int32) {
	s.t.Helper()
	if err := s.owner.Get(&id, `INSERT INTO office (slug, name, seat_name, kind, category, abbreviation, participates) VALUES ($1, $1, $1, 'other', $3, $2, true) RETURNING id`,
		slug, abbreviation, category); err != nil {
		s.t.Fatal(err)
	}
	return id
}

func (s *stand) keep(name string, b []byte) records.Component {
	sum := sha256.Sum256(b)
	sha := hex.EncodeToString(sum[:])
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[sha] = b
	return records.Component{Name: name, MediaType: "application/pdf", Size: int64(len(b)), SHA256: sha}
}

// in runs fn in an office.
func (s *stand) in(office int32, fn func(*db.Tx) error) error {
	return s.DB.Tx(s.t.Context(), db.Scope{Office: office, Actor: "account:1"}, fn)
}

func (s *stand) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// link sets the records system of an office.
func (s *stand) link(office int32, n exchange.Setting) {
	s.t.Helper()
	s.must(s.in(office, func(tx *db.Tx) error { _, err := s.Set(s.t.Context(), tx, n, s.clock()); return err }))
}

func (s *stand) essl() exchange.Setting {
	return exchange.Setting{Driver: exchange.NSESSS, URL: s.url, OurCode: "EPOM", TheirCode: "ESSL", Person: "epom"}
}

// submission is a case file as the gate makes it: a document from the portal with a file, and the receipt.
func (s *stand) submission(office int32, receipt bool) (id int64) {
	s.t.Helper()
	at := s.clock()
	s.must(s.in(office, func(tx *db.Tx) error {
		c, err := records.OpenCase(s.t.Context(), tx, nil, records.NewCase{Subject: "Žádost o povolení kácení"}, at)
		if err != nil {
			return err
		}
		id = c.ID
		_, err = records.AddDocument(s.t.Context(), tx, c.ID, records.NewDocument{Direction: records.In, Kind: "submission", Subject: "Žádost o povolení kácení", Channel: "portal",
			Party: "Eva Tichá", DeliveredAt: &at, Components: []records.Component{s.keep("situace.pdf", fmt.Appendf(nil, "situace %d", id))}}, at)
		return err
	}))
	if receipt {
		s.receipt(office, id)
	}
	return id
}

func (s *stand) receipt(office int32, id int64) {
	s.t.Helper()
	s.must(s.in(office, func(tx *db.Tx) error {
		d, err := records.AddDocument(s.t.Context(), tx, id, records.NewDocument{Direction: records.Out, Kind: "receipt", Subject: "Potvrzení o podání", Channel: "portal",
			Components: []records.Component{s.keep("potvrzeni.pdf", fmt.Appendf(nil, "potvrzení %d", id))}}, s.clock())
		if err == nil {
			err = records.MarkSent(s.t.Context(), tx, d.ID, s.clock())
		}
		return err
	}))
}

// answer adds an outgoing document that was sent.
func (s *stand) answer(office int32, id int64) {
	s.t.Helper()
	s.must(s.in(office, func(tx *db.Tx) error {
		d, err := records.AddDocument(s.t.Context(), tx, id, records.NewDocument{Direction: records.Out, Kind: "answer", Subject: "Rozhodnutí", Channel: "email", Party: "Eva Tichá",
			Components: []records.Component{s.keep("rozhodnuti.pdf", fmt.Appendf(nil, "rozhodnutí %d", id))}}, s.clock())
		if err == nil {
			err = records.MarkSent(s.t.Context(), tx, d.ID, s.clock())
		}
		return err
	}))
}

// go1 advances once and tells when it wants to go on.
func (s *stand) go1(office int32, id int64) (next time.Time, err error) {
	err = s.Advance(s.t.Context(), office, id, func(_ *db.Tx, at time.Time) error { next = at; return nil })
	return next, err
}

// advance goes on until nothing more is to be done, moving the clock to each next time, at most n times.
func (s *stand) advance(office int32, id int64, n int) {
	s.t.Helper()
	for range n {
		next, err := s.go1(office, id)
		s.must(err)
		if next.IsZero() {
			return
		}
		if wait := next.Sub(s.clock()); wait > 0 {
			s.later(wait)
		}
	}
}

func (s *stand) handover(office int32, id int64) (h *exchange.Handover) {
	s.t.Helper()
	s.must(s.in(office, func(tx *db.Tx) (err error) { h, err = exchange.ForCase(s.t.Context(), tx, id); return err }))
	return h
}

func (s *stand) mark(id int64) (mark string) {
	s.t.Helper()
	s.must(s.owner.Get(&mark, `SELECT mark FROM case_file WHERE id = $1`, id))
	return mark
}

func (s *stand) verify() {
	s.t.Helper()
	faults, err := exchange.Verify(s.t.Context(), s.owner)
	s.must(err)
	for _, f := range faults {
		s.t.Error(f)
	}
}

func ours(key string) erms.ID { return erms.ID{Value: key, Source: "EPOM"} }
