package users

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"epom/internal/db"
	"epom/internal/errs"
)

const (
	idle     = 12 * time.Hour     // a session nobody uses ends
	lifetime = 7 * 24 * time.Hour // and any session does
	touch    = time.Minute        // how exactly the last use is known
)

// Device is a session as its owner sees it in the list.
type Device struct {
	ID        string    `db:"id"`
	Office    int32     `db:"office_id"` // where the person works now; 0 = nowhere
	CreatedAt time.Time `db:"created_at"`
	SeenAt    time.Time `db:"seen_at"` // to the minute
	ExpiresAt time.Time `db:"expires_at"`
	IP        string    `db:"ip"`
	Agent     string    `db:"agent"`
}

// Place is a role somebody has in an office now.
type Place struct {
	Office int32  `db:"office_id" json:"office_id"`
	Slug   string `db:"slug" json:"slug"`
	Name   string `db:"office_name" json:"office_name"`
	Role   Role   `db:"role" json:"role"`
	Unit   int32  `db:"unit_id" json:"unit_id"` // 0 = the whole office

	// Of a place where the person is lent:
	Lending int64  `db:"lending" json:"lending"` // 0 = not lent
	Home    int32  `db:"home" json:"home"`       // the office the person comes from
	Until   string `db:"until" json:"until"`     // the last day, as 2026-12-12
	Limits  string `db:"limits" json:"limits"`   // in words
}

// Session is a signed-in person.
type Session struct {
	Device
	Account    Account // without the hash of the password
	OfficeSlug string
	OfficeName string
	Roles      []Role  // in the present office
	Unit       int32   // of the first role that has one
	Lending    *Place  // how the person is lent to the present office; nil = works in it as one of its people
	Places     []Place // all roles in all offices
}

// Scope is the scope of this person's transactions.
func (s *Session) Scope() db.Scope {
	scope := db.Scope{Office: s.Office, Actor: Actor(s.Account.ID)}
	if s.Lending != nil {
		scope.Lending, scope.Home = s.Lending.Lending, s.Lending.Home
	}
	return scope
}

// settle fills what follows from the places; an office where the person works no more is left.
func (s *Session) settle() {
	office := s.Office
	s.Office, s.OfficeSlug, s.OfficeName, s.Roles, s.Unit, s.Lending = 0, "", "", nil, 0, nil
	own := slices.ContainsFunc(s.Places, func(p Place) bool { return p.Office == office && p.Role != Lent })
	for _, p := range s.Places {
		if p.Office != office || own && p.Role == Lent { // whoever got a role of the office's own is limited no more
			continue
		}
		if p.Role == Lent {
			s.Lending = &p
		}
		s.Office, s.OfficeSlug, s.OfficeName = p.Office, p.Slug, p.Name
		s.Roles = append(s.Roles, p.Role)
		if s.Unit == 0 {
			s.Unit = p.Unit
		}
	}
}

// Session returns the person whose cookie holds the token; NotFound when it is unknown, expired or revoked, or the
// account was disabled. Using a session prolongs it.
func (s *Store) Session(ctx context.Context, token string) (*Session, error) {
	now := s.Clock.Now()
	var row struct {
		Device
		AccountID int64            `db:"account_id"`
		Email     string           `db:"email"`
		Name      string           `db:"name"`
		Operator  bool             `db:"operator"`
		Places    db.JSON[[]Place] `db:"places"`
	}
	if err := s.DB.GetContext(ctx, &row, queries.Get("unscoped-session"), hashToken(token), now); err != nil {
		return nil, db.Classify(err)
	}
	sess := &Session{Device: row.Device, Places: row.Places.V,
		Account: Account{ID: row.AccountID, Email: row.Email, Name: row.Name, Operator: row.Operator}}
	sess.settle()
	if now.Sub(sess.SeenAt) >= touch {
		sess.SeenAt, sess.ExpiresAt = now, expiry(now, sess.CreatedAt)
		if _, err := s.DB.ExecContext(ctx, queries.Get("touch-session"), sess.ID, now, sess.ExpiresAt); err != nil {
			return nil, db.Classify(err)
		}
	}
	return sess, nil
}

// expiry is when a session used now ends if it is not used again.
func expiry(now, created time.Time) time.Time {
	if end := created.Add(lifetime); end.Before(now.Add(idle)) {
		return end
	}
	return now.Add(idle)
}

// SwitchOffice moves a session to another office of the person; Forbidden where the person has no role.
func (s *Store) SwitchOffice(ctx context.Context, sess *Session, office int32) error {
	moved := *sess
	moved.Office = office
	if moved.settle(); moved.Office == 0 {
		return errs.New(errs.Forbidden, "V tomto úřadu nemáte žádnou roli.")
	}
	err := s.DB.Tx(ctx, moved.Scope(), func(tx *db.Tx) error {
		s.note(tx, "session.office", sess.Account.ID, map[string]any{"session": sess.ID, "from": sess.Office})
		return one(tx.ExecContext(ctx, queries.Get("switch-session"), sess.ID, office))
	})
	if err == nil {
		*sess = moved
	}
	return err
}

// SignOut ends the session.
func (s *Store) SignOut(ctx context.Context, sess *Session) error {
	return s.DB.Tx(ctx, sess.Scope(), func(tx *db.Tx) error {
		s.note(tx, "session.ended", sess.Account.ID, map[string]any{"session": sess.ID})
		return one(tx.ExecContext(ctx, queries.Get("revoke-session"), sess.Account.ID, sess.ID, s.Clock.Now()))
	})
}

// Sessions lists the living sessions of an account, the last used first.
func (s *Store) Sessions(ctx context.Context, account int64) ([]Device, error) {
	list := []Device{}
	err := s.DB.SelectContext(ctx, &list, queries.Get("sessions"), account, s.Clock.Now())
	return list, db.Classify(err)
}

// Revoke ends one session of an account; one that is not the account's is NotFound.
func (s *Store) Revoke(ctx context.Context, by db.Scope, account int64, session string) error {
	if uuid.Validate(session) != nil {
		return errs.New(errs.NotFound, "")
	}
	return s.DB.Tx(ctx, by, func(tx *db.Tx) error {
		s.note(tx, "session.revoked", account, map[string]any{"session": session})
		return one(tx.ExecContext(ctx, queries.Get("revoke-session"), account, session, s.Clock.Now()))
	})
}

// RevokeAll ends all sessions of an account but keep (an id, or "" for none).
func (s *Store) RevokeAll(ctx context.Context, by db.Scope, account int64, keep string) error {
	return s.DB.Tx(ctx, by, func(tx *db.Tx) error {
		s.note(tx, "session.revoked", account, map[string]any{"all": true})
		return s.endAll(ctx, tx, account, keep)
	})
}
