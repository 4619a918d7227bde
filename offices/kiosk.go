package offices

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"epom/internal/audit"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
)

// pairLife is how long the code that makes a device a kiosk holds.
const pairLife = 10 * time.Minute

// KioskDevice is a device of an office at which anybody files a submission.
type KioskDevice struct {
	OfficeID  int32          `db:"office_id"`
	ID        int64          `db:"id"`
	Name      string         `db:"name"`  // where it stands
	Forms     pq.StringArray `db:"forms"` // codes of the forms offered; empty = all that suit a kiosk
	SeenOn    *time.Time     `db:"seen_on"`
	CreatedAt time.Time      `db:"created_at"`
	PairedAt  *time.Time     `db:"paired_at"`
	PairUntil *time.Time     `db:"pair_until"` // its code holds till then; nil = it waits for none
	RevokedAt *time.Time     `db:"revoked_at"`
}

// Kiosks lists the devices of the transaction's office, those in use first.
func Kiosks(ctx context.Context, tx *db.Tx) (list []KioskDevice, err error) {
	err = tx.SelectContext(ctx, &list, queries.Get("kiosks"), tx.Office)
	return list, db.Classify(err)
}

// AddKiosk writes a device down and returns its pairing code: eight characters, typed at the device within ten minutes.
func AddKiosk(ctx context.Context, tx *db.Tx, name string, forms []string, now time.Time) (code string, err error) {
	if name = strings.Join(strings.Fields(name), " "); name == "" || len([]rune(name)) > 100 {
		return "", errs.Fields(errs.Field{Name: "name", Message: "Napište, kde kiosek stojí, třeba „vestibul radnice“ (nejvýš 100 znaků)."})
	}
	var id int64
	if err := tx.GetContext(ctx, &id, queries.Get("add-kiosk"), tx.Office, name, pq.Array(append([]string{}, forms...)), now, tx.Actor); err != nil {
		return "", db.Classify(err)
	}
	return PairKiosk(ctx, tx, id, now)
}

// PairKiosk gives a new pairing code; the device that had the kiosk till now ends. NotFound when there is no such kiosk.
func PairKiosk(ctx context.Context, tx *db.Tx, id int64, now time.Time) (code string, err error) {
	var b [5]byte
	_, _ = rand.Read(b[:])
	code = base32.StdEncoding.EncodeToString(b[:])
	return code[:4] + "-" + code[4:], kioskAct(ctx, tx, "pair-kiosk", "kiosk code given", id, now, hashOf(code), now.Add(pairLife))
}

// RevokeKiosk ends a kiosk: the device is nobody's from its next page on.
func RevokeKiosk(ctx context.Context, tx *db.Tx, id int64, now time.Time) error {
	return kioskAct(ctx, tx, "revoke-kiosk", "kiosk revoked", id, now, now, tx.Actor)
}

func kioskAct(ctx context.Context, tx *db.Tx, query, action string, id int64, now time.Time, args ...any) error {
	r, err := tx.ExecContext(ctx, queries.Get(query), append([]any{tx.Office, id}, args...)...)
	if err != nil {
		return db.Classify(err)
	}
	if n, _ := r.RowsAffected(); n == 0 {
		return errs.New(errs.NotFound, "Takový kiosek v úřadu není, nebo už byl zrušen.")
	}
	audit.Write(tx, audit.Event{At: now, Action: action, ObjectType: "kiosk", ObjectID: strconv.FormatInt(id, 10)})
	return nil
}

func hashOf(text string) []byte { h := sha256.Sum256([]byte(text)); return h[:] }

// cleanCode brings what was typed to the shape of a code; what is easily misread is meant well.
func cleanCode(typed string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '0':
			return 'O'
		case r == '1':
			return 'I'
		case r == '8':
			return 'B'
		case r >= 'A' && r <= 'Z' || r >= '2' && r <= '7':
			return r
		}
		return -1
	}, strings.ToUpper(typed))
}

// BecomeKiosk makes the device that was typed a pairing code a kiosk and returns the secret of its cookie. NotFound when the code
// is wrong, was used or holds no more.
func (s *Store) BecomeKiosk(ctx context.Context, typed string, now time.Time) (token string, err error) {
	var b [20]byte
	_, _ = rand.Read(b[:])
	token = base64.RawURLEncoding.EncodeToString(b[:])
	err = s.db.Tx(ctx, db.Scope{Actor: "kiosk"}, func(tx *db.Tx) error {
		var k KioskDevice
		if err := tx.GetContext(ctx, &k, queries.Get("unscoped-become-kiosk"), hashOf(cleanCode(typed)), hashOf(token), now); err != nil {
			return db.Classify(err)
		}
		audit.Write(tx, audit.Event{Office: k.OfficeID, At: now, Action: "kiosk paired", ObjectType: "kiosk", ObjectID: strconv.FormatInt(k.ID, 10)})
		return nil
	})
	return token, err
}

// Kiosk finds the device of a cookie; NotFound when it is none, or no more. Its day of use is kept once a day.
func (s *Store) Kiosk(ctx context.Context, token string, now time.Time) (k KioskDevice, err error) {
	if err := s.db.GetContext(ctx, &k, queries.Get("unscoped-kiosk"), hashOf(token)); err != nil {
		return k, db.Classify(err)
	}
	today := clock.Date(now)
	if k.SeenOn == nil || k.SeenOn.Before(today) {
		err = s.db.Tx(ctx, db.Scope{Office: k.OfficeID, Actor: "kiosk"}, func(tx *db.Tx) error {
			_, err := tx.ExecContext(ctx, queries.Get("kiosk-seen"), k.OfficeID, k.ID, today)
			return db.Classify(err)
		})
	}
	return k, err
}
