package users

import (
	"context"
	"net/netip"
	"strings"
	"time"

	"epom/internal/db"
	"epom/internal/errs"
)

// How often a password may be tried. The narrow limit stops guessing from one place without locking a person out
// elsewhere; the wide ones stop guessing of many people and from many places.
const (
	triesPerPersonAndPlace = 10
	triesPerPlace          = 60
	triesPerPerson         = 100
	triesWindow            = 10 * time.Minute
)

// LinkLife is how long a one-time link may wait for its use when the person asks for it.
const LinkLife = 15 * time.Minute

const visitor = "visitor"

// SignIn opens a session for an e-mail and a password and returns the token for the cookie. Every sign-in makes a new
// token. It answers Invalid with one sentence for an unknown e-mail, a wrong password and a disabled account, and takes
// as long for each; Unavailable (TooMany) when it was tried too often.
func (s *Store) SignIn(ctx context.Context, email, password, ip, agent string) (string, *Session, error) {
	a, err := s.AccountByEmail(ctx, email)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return "", nil, err
	}
	// One person is counted under one name, however the e-mail was typed.
	person, from := strings.ToLower(strings.TrimSpace(email)), place(ip)
	if a.ID != 0 {
		person = strings.ToLower(a.Email)
	}
	for _, l := range []struct {
		key   string
		limit int
	}{
		{"signin/" + person + "/" + from, triesPerPersonAndPlace},
		{"signin-from/" + from, triesPerPlace},
		{"signin-to/" + person, triesPerPerson},
	} {
		if err := s.Limit(ctx, l.key, l.limit, triesWindow); err != nil {
			return "", nil, err
		}
	}
	hash := a.PasswordHash
	if hash == "" {
		hash = nobody
	}
	ok, stale, err := verifyPassword(ctx, password, hash)
	if err != nil {
		return "", nil, err
	}
	if !ok || a.ID == 0 || a.DisabledAt != nil {
		return "", nil, s.refuse(ctx, a, ip, errs.New(errs.Invalid, "E-mail nebo heslo nesouhlasí."))
	}
	if stale {
		if hash, err = hashPassword(ctx, password); err != nil {
			return "", nil, err
		}
		if _, err := s.DB.ExecContext(ctx, queries.Get("set-password"), a.ID, hash); err != nil {
			return "", nil, db.Classify(err)
		}
	}
	return s.open(ctx, a, ip, agent, "password", nil)
}

// refuse writes a failed sign-in into the log of the installation and returns why.
func (s *Store) refuse(ctx context.Context, a Account, ip string, why error) error {
	err := s.DB.Tx(ctx, db.Scope{Actor: visitor}, func(tx *db.Tx) error {
		s.note(tx, "session.refused", a.ID, map[string]any{"ip": brief(ip, 64)})
		return nil
	})
	if err != nil {
		return err
	}
	return why
}

// NewLink makes a one-time link's token for an account; it works once and for life. The address that carries it should
// show a button which sends it by POST: programs that check mail open links too.
func (s *Store) NewLink(ctx context.Context, by db.Scope, account int64, life time.Duration) (string, error) {
	token, hash := newToken()
	err := s.DB.Tx(ctx, by, func(tx *db.Tx) error {
		s.note(tx, "account.link", account, nil)
		_, err := tx.ExecContext(ctx, queries.Get("create-link"), hash, account, s.Clock.Now().Add(life))
		return err
	})
	return token, err
}

// SignInByLink opens a session for a one-time link; a used, expired or unknown one is Invalid.
func (s *Store) SignInByLink(ctx context.Context, token, ip, agent string) (string, *Session, error) {
	if err := s.Limit(ctx, "link-from/"+place(ip), triesPerPlace, triesWindow); err != nil {
		return "", nil, err
	}
	gone := errs.New(errs.Invalid, "Odkaz už neplatí. Nechte si poslat nový.")
	var a Account
	err := db.Classify(s.DB.GetContext(ctx, &a, queries.Get("account-of-link"), hashToken(token)))
	if err == nil && a.DisabledAt == nil {
		cookie, sess, err := s.open(ctx, a, ip, agent, "link", hashToken(token))
		if !errs.Is(err, errs.NotFound) {
			return cookie, sess, err
		}
	}
	if err != nil && !errs.Is(err, errs.NotFound) {
		return "", nil, err
	}
	return "", nil, s.refuse(ctx, a, ip, gone)
}

// open makes a session. A link, when there is one, is spent in the same transaction, so that either both happen or the
// link still works; NotFound says that it was spent or has expired.
func (s *Store) open(ctx context.Context, a Account, ip, agent, by string, link []byte) (string, *Session, error) {
	now := s.Clock.Now()
	sess := &Session{Account: a, Device: Device{CreatedAt: now, SeenAt: now, ExpiresAt: expiry(now, now), IP: brief(ip, 64), Agent: brief(agent, 300)}}
	sess.Account.PasswordHash = ""
	if err := s.DB.SelectContext(ctx, &sess.Places, queries.Get("unscoped-places"), a.ID, now); err != nil {
		return "", nil, db.Classify(err)
	}
	if len(sess.Places) > 0 {
		sess.Office = sess.Places[0].Office
	}
	sess.settle()
	token, hash := newToken()
	err := s.DB.Tx(ctx, sess.Scope(), func(tx *db.Tx) error {
		if link != nil {
			var account int64
			if err := tx.GetContext(ctx, &account, queries.Get("use-link"), link, now); err != nil {
				return err
			}
		}
		if err := tx.GetContext(ctx, &sess.ID, queries.Get("create-session"), hash, a.ID, sess.Office, now, sess.ExpiresAt, sess.IP, sess.Agent); err != nil {
			return err
		}
		s.note(tx, "session.opened", a.ID, map[string]any{"session": sess.ID, "by": by, "ip": sess.IP})
		return nil
	})
	if err != nil {
		return "", nil, err
	}
	return token, sess, nil
}

// place is what limits count by: the address, or for IPv6 its /64, which one household commands as a whole.
func place(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return ip
	}
	if a = a.Unmap(); a.Is6() {
		if p, err := a.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}
