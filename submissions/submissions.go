// Package submissions coordinates forms, routing and records: drafts, sending, what happens to a submission, and the
// dialogue between the citizen and the office.
//
// Each act is one transaction: state, journal number, log and jobs commit together or not at all.
package submissions

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"epom/forms"
	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/offices"
	"epom/records"
	"epom/routing"
)

//go:embed submissions.sql
var sqlText string

var sql = db.Load("submissions", sqlText)

// Service is the room. Make it with New; it is safe for concurrent use.
type Service struct {
	db      *db.DB
	clock   clock.Clock
	forms   *forms.Catalogue
	router  *routing.Store
	offices *offices.Store
	files   *blob.Store
	law     atomic.Pointer[records.Law]
	secret  []byte
	intake  *combiner[item, takenOr]
	drafts  *combiner[string, *Draft]

	decisions sync.Map      // routing.Query → *decided
	decided   atomic.Uint64 // how many were put there
}

// Deps is what the room is built of.
type Deps struct {
	DB      *db.DB
	Clock   clock.Clock
	Forms   *forms.Catalogue
	Router  *routing.Store
	Offices *offices.Store
	Files   *blob.Store
	Law     *records.Law
	Secret  []byte // keys the PINs and the links of citizens
}

// New starts the room; Close stops taking submissions in.
func New(d Deps) *Service {
	s := &Service{db: d.DB, clock: d.Clock, forms: d.Forms, router: d.Router, offices: d.Offices, files: d.Files, secret: d.Secret}
	s.law.Store(d.Law)
	s.intake = newCombiner(1, s.takeIn)
	s.drafts = newCombiner(1, s.readDrafts)
	return s
}

// Close waits until what is being taken in is committed.
func (s *Service) Close() { s.drafts.close(); s.intake.close() }

// Busy tells whether citizens wait for their submissions to be taken in; background work gives way then.
func (s *Service) Busy() bool { return s.intake.waiting.Load() > 0 }

// SetLaw puts newer law in force.
func (s *Service) SetLaw(l *records.Law) { s.law.Store(l) }

// Law is the law in force.
func (s *Service) Law() *records.Law { return s.law.Load() }

// alphabet leaves out what is easily misread: 0 O, 1 I L, 5 S, 2 Z, U V.
const alphabet = "346789ABCDEFGHJKMNPQRTWXY"

// newReference is the citizen's number: eight random characters, "K7MF-3XQP"; 1.5 × 10¹¹ of them.
func newReference() string {
	var b [8]byte
	for i := range b {
		b[i] = alphabet[randomBelow(len(alphabet))]
	}
	return string(b[:4]) + "-" + string(b[4:])
}

func randomBelow(n int) int {
	limit := byte(256 / n * n)
	var b [1]byte
	for {
		_, _ = rand.Read(b[:])
		if b[0] < limit {
			return int(b[0]) % n
		}
	}
}

// CleanReference brings what a person typed to the shape of a reference.
func CleanReference(typed string) string {
	var b strings.Builder
	for _, r := range strings.ToUpper(typed) {
		if strings.ContainsRune(alphabet, r) && b.Len() < 8 {
			b.WriteRune(r)
		}
	}
	if b.Len() != 8 {
		return ""
	}
	return b.String()[:4] + "-" + b.String()[4:]
}

// PIN guards the page of a submission: six digits that follow from the reference and the installation's secret, so they
// are stored nowhere.
func (s *Service) PIN(reference string) string { return s.sixDigits("pin", reference) }

func (s *Service) sixDigits(use, reference string) string {
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(s.mac(use, reference))%1_000_000)
}

// Ticket opens the page of a submission without the PIN: it stands in the links of our e-mails.
func (s *Service) Ticket(reference string) string {
	return base64.RawURLEncoding.EncodeToString(s.mac("ticket", reference)[:15])
}

// Opens tells whether a PIN or a ticket opens the reference; guesses must be limited by the caller.
func (s *Service) Opens(reference, key string) bool {
	key = strings.ReplaceAll(key, " ", "")
	return hmac.Equal([]byte(key), []byte(s.PIN(reference))) || s.TicketOpens(reference, key)
}

// TicketOpens tells whether a ticket opens the reference. It cannot be guessed, so tries need no limit.
func (s *Service) TicketOpens(reference, ticket string) bool {
	return hmac.Equal([]byte(ticket), []byte(s.Ticket(reference)))
}

func (s *Service) mac(use, text string) []byte {
	m := hmac.New(sha256.New, s.secret)
	m.Write([]byte(use + "\x00" + text))
	return m.Sum(nil)
}

// today is the legal date now.
func (s *Service) today() time.Time { return clock.Date(s.clock.Now()) }

// office runs fn in a transaction of one office as the citizen of a reference.
func (s *Service) asCitizen(ctx context.Context, office int32, reference string, fn func(*db.Tx) error) error {
	return s.db.Tx(ctx, db.Scope{Office: office, Actor: "citizen:" + reference}, fn)
}
