package users_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"epom/internal/audit"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/testdb"
	"epom/users"
)

const password = "modrý kůň běží lesem"

var system = db.Scope{Actor: "system"}

type house struct {
	*users.Store
	t     *testing.T
	clock *clock.Fake
	owner *sqlx.DB
}

// open makes a database with two offices (1 Hejnice, 2 Liberec) and an account in the first.
func open(t *testing.T) (*house, users.Account) {
	t.Helper()
	t.Parallel()
	d := testdb.New(t)
	fake := clock.NewFake(time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))
	h := &house{&users.Store{DB: d, Clock: fake}, t, fake, testdb.Owner(t, d)}
	for _, slug := range []string{"hejnice", "liberec"} {
		if _, err := h.owner.Exec(`INSERT INTO office (slug, name, seat_name, kind, category) VALUES ($1, $2, $1, 'municipality', '63/2')`, slug, "Úřad "+slug); err != nil {
			t.Fatal(err)
		}
	}
	a := h.person("Jana@Example.cz", "Jana Nováková")
	must(t, h.SetPassword(t.Context(), system, a.ID, password, ""))
	must(t, h.AddMember(t.Context(), db.Scope{Office: 1, Actor: "system"}, a.ID, users.Clerk, 0))
	return h, a
}

func (h *house) person(email, name string) users.Account {
	h.t.Helper()
	a, err := h.CreateAccount(h.t.Context(), system, email, name, false)
	must(h.t, err)
	return a
}

func (h *house) signIn(email string) (string, *users.Session) {
	h.t.Helper()
	token, s, err := h.SignIn(h.t.Context(), email, password, "10.0.0.1", "Prohlížeč")
	must(h.t, err)
	return token, s
}

// logged lists "office action" of the audit log, oldest first.
func (h *house) logged(action string) (said []string) {
	h.t.Helper()
	must(h.t, h.owner.Select(&said, `SELECT office_id || ' ' || actor FROM audit_event WHERE action = $1 ORDER BY office_id, seq`, action))
	return said
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wants(t *testing.T, what string, err error, k errs.Kind) {
	t.Helper()
	if !errs.Is(err, k) {
		t.Errorf("%s: %v, want %v", what, err, k)
	}
}

func TestSignInAndOut(t *testing.T) {
	h, a := open(t)
	token, s := h.signIn(" jana@example.CZ ")
	if s.Account.ID != a.ID || s.Office != 1 || s.OfficeSlug != "hejnice" || !slices.Equal(s.Roles, []users.Role{users.Clerk}) || s.Account.PasswordHash != "" {
		t.Errorf("session %+v", s)
	}
	again, err := h.Session(t.Context(), token)
	must(t, err)
	if again.ID != s.ID || again.Office != 1 || again.Account.Name != "Jana Nováková" || again.Scope() != (db.Scope{Office: 1, Actor: fmt.Sprintf("account:%d", a.ID)}) {
		t.Errorf("session read back %+v", again)
	}
	var stored int
	must(t, h.owner.Get(&stored, `SELECT count(*) FROM session WHERE encode(token_hash, 'escape') LIKE '%' || $1 || '%'`, token))
	if stored != 0 {
		t.Error("the token itself is stored")
	}
	other, _ := h.signIn("jana@example.cz")
	if other == token {
		t.Error("two sign-ins share a token")
	}
	must(t, h.SignOut(t.Context(), again))
	_, err = h.Session(t.Context(), token)
	wants(t, "after signing out", err, errs.NotFound)
	_, err = h.Session(t.Context(), other)
	must(t, err)
	who := fmt.Sprintf("1 account:%d", a.ID)
	if got := h.logged("session.opened"); !slices.Equal(got, []string{who, who}) {
		t.Errorf("opened: %v", got)
	}
	if got := h.logged("session.ended"); !slices.Equal(got, []string{who}) {
		t.Errorf("ended: %v", got)
	}
}

func TestRefusedSignInsSayTheSame(t *testing.T) {
	h, a := open(t)
	off := h.person("pryc@example.cz", "Pryč Pryčová")
	must(t, h.SetPassword(t.Context(), system, off.ID, password, ""))
	must(t, h.Disable(t.Context(), system, off.ID))
	h.person("odkazy@example.cz", "Jen Odkazy")
	said := map[string]bool{}
	for email, pass := range map[string]string{
		a.Email: "jiné dlouhé heslo", "nikdo@example.cz": password, "pryc@example.cz": password, "odkazy@example.cz": "",
		"": password, "\x00": password, "ř\xff": password, strings.Repeat("x", 9000): strings.Repeat("y", 9000),
	} {
		token, s, err := h.SignIn(t.Context(), email, pass, "10.0.0.2", "x")
		wants(t, email, err, errs.Invalid)
		if token != "" || s != nil {
			t.Errorf("%q got a session", email)
		}
		said[errs.Message(err)] = true
	}
	if len(said) != 1 {
		t.Errorf("the sentences tell the cases apart: %v", said)
	}
	if got := h.logged("session.refused"); len(got) != 8 || got[0] != "0 visitor" {
		t.Errorf("refused: %v", got)
	}
	var leaked int
	must(t, h.owner.Get(&leaked, `SELECT count(*) FROM audit_event WHERE data::text LIKE '%nikdo%' OR object_id LIKE '%nikdo%'`))
	if leaked != 0 {
		t.Error("the log keeps what a stranger typed")
	}
}

func TestAccentsTypedEitherWayAreOnePassword(t *testing.T) {
	h, a := open(t)
	apart := strings.NewReplacer("ý", "y\u0301", "ů", "u\u030a", "ě", "e\u030c").Replace(password)
	_, _, err := h.SignIn(t.Context(), a.Email, apart, "10.0.0.1", "")
	must(t, err)
}

func TestGuessingIsLimitedPerPersonAndPlace(t *testing.T) {
	h, a := open(t)
	for i := range 11 {
		typed := strings.Repeat(" ", i) + a.Email // counted as one person all the same
		_, _, err := h.SignIn(t.Context(), typed, "zkouším hesla pořád", "10.0.0.3", "")
		var tooMany *users.TooMany
		if limited := errors.As(err, &tooMany); limited != (i == 10) {
			t.Fatalf("attempt %d: %v", i+1, err)
		}
	}
	_, _, err := h.SignIn(t.Context(), strings.ToUpper(a.Email), password, "10.0.0.3", "")
	wants(t, "the right one, with other letters, after the limit", err, errs.Unavailable)
	if m := errs.Message(err); m != "Příliš mnoho pokusů. Zkuste to znovu za 10 minut." {
		t.Errorf("sentence %q", m)
	}
	_, _, err = h.SignIn(t.Context(), a.Email, password, "10.0.0.4", "")
	must(t, err) // the person herself, elsewhere
	h.clock.Advance(10 * time.Minute)
	_, _, err = h.SignIn(t.Context(), a.Email, password, "10.0.0.3", "")
	must(t, err)
}

func TestLimitIsExactUnderConcurrency(t *testing.T) {
	h, _ := open(t)
	var passed atomic.Int32
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			if ok, after, err := h.Allow(context.Background(), "pin/1", 7, time.Hour); err != nil {
				t.Error(err)
			} else if ok {
				passed.Add(1)
			} else if after != time.Hour {
				t.Errorf("after %v", after)
			}
		})
	}
	wg.Wait()
	if passed.Load() != 7 {
		t.Errorf("%d passed, want 7", passed.Load())
	}
	h.clock.Advance(48 * time.Hour)
	must(t, h.PruneLimits(t.Context()))
	var left int
	must(t, h.owner.Get(&left, `SELECT count(*) FROM rate_limit`))
	if left != 0 {
		t.Errorf("%d counters left", left)
	}
}

func TestLinksWorkOnce(t *testing.T) {
	h, a := open(t)
	token, err := h.NewLink(t.Context(), system, a.ID, users.LinkLife)
	must(t, err)
	var opened atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, s, err := h.SignInByLink(context.Background(), token, "10.0.0.1", ""); err == nil && s.Account.ID == a.ID && s.Office == 1 {
				opened.Add(1)
			} else if !errs.Is(err, errs.Invalid) {
				t.Errorf("%v", err)
			}
		})
	}
	wg.Wait()
	if opened.Load() != 1 {
		t.Errorf("opened %d times", opened.Load())
	}
	late, err := h.NewLink(t.Context(), system, a.ID, users.LinkLife)
	must(t, err)
	h.clock.Advance(users.LinkLife)
	for name, token := range map[string]string{"late": late, "unknown": "abc", "empty": "", "odd": "\x00\xff"} {
		_, _, err = h.SignInByLink(t.Context(), token, "10.0.0.1", "")
		wants(t, name, err, errs.Invalid)
	}
	void, err := h.NewLink(t.Context(), system, a.ID, users.LinkLife)
	must(t, err)
	must(t, h.SetPassword(t.Context(), system, a.ID, password, ""))
	_, _, err = h.SignInByLink(t.Context(), void, "10.0.0.1", "")
	wants(t, "made before the password changed", err, errs.Invalid)
}

func TestSessionsSlideAndEnd(t *testing.T) {
	h, a := open(t)
	begin := h.clock.Now()
	token, _ := h.signIn(a.Email)
	seen := func() (at time.Time) {
		must(t, h.owner.Get(&at, `SELECT seen_at FROM session`))
		return at
	}
	read := func() error { _, err := h.Session(t.Context(), token); return err }
	h.clock.Advance(59 * time.Second)
	must(t, read())
	if !seen().Equal(begin) {
		t.Error("written more than once a minute")
	}
	h.clock.Advance(time.Second)
	must(t, read())
	if !seen().Equal(begin.Add(time.Minute)) {
		t.Error("the use was not noted")
	}
	for h.clock.Now().Before(begin.Add(7*24*time.Hour - 11*time.Hour)) {
		must(t, read())
		h.clock.Advance(11 * time.Hour)
	}
	h.clock.Set(begin.Add(7 * 24 * time.Hour))
	wants(t, "older than a week", read(), errs.NotFound)
	token, _ = h.signIn(a.Email)
	h.clock.Advance(12 * time.Hour)
	wants(t, "unused for twelve hours", read(), errs.NotFound)
}

func TestSessionsAreListedAndRevoked(t *testing.T) {
	h, a := open(t)
	stranger := h.person("petr@example.cz", "Petr")
	first, s1 := h.signIn(a.Email)
	h.clock.Advance(time.Minute)
	second, s2 := h.signIn(a.Email)
	list, err := h.Sessions(t.Context(), a.ID)
	must(t, err)
	if len(list) != 2 || list[0].ID != s2.ID || list[1].ID != s1.ID || list[0].IP != "10.0.0.1" || list[0].Agent != "Prohlížeč" {
		t.Errorf("list %+v", list)
	}
	wants(t, "another's session", h.Revoke(t.Context(), system, stranger.ID, s1.ID), errs.NotFound)
	wants(t, "no id", h.Revoke(t.Context(), system, a.ID, "x"), errs.NotFound)
	must(t, h.Revoke(t.Context(), s2.Scope(), a.ID, s1.ID))
	_, err = h.Session(t.Context(), first)
	wants(t, "revoked", err, errs.NotFound)
	third, _ := h.signIn(a.Email)
	must(t, h.SetPassword(t.Context(), s2.Scope(), a.ID, "zelený kůň běží lesem", s2.ID))
	_, err = h.Session(t.Context(), third)
	wants(t, "after a new password elsewhere", err, errs.NotFound)
	_, err = h.Session(t.Context(), second)
	must(t, err)
	must(t, h.Disable(t.Context(), system, a.ID))
	_, err = h.Session(t.Context(), second)
	wants(t, "disabled", err, errs.NotFound)
	must(t, h.Enable(t.Context(), system, a.ID))
}

func TestSwitchingOffices(t *testing.T) {
	h, a := open(t)
	token, s := h.signIn(a.Email)
	wants(t, "an office of others", h.SwitchOffice(t.Context(), s, 2), errs.Forbidden)
	must(t, h.AddMember(t.Context(), db.Scope{Office: 2, Actor: "system"}, a.ID, users.Board, 0))
	must(t, h.AddMember(t.Context(), db.Scope{Office: 2, Actor: "system"}, a.ID, users.Auditor, 0))
	s, err := h.Session(t.Context(), token)
	must(t, err)
	must(t, h.SwitchOffice(t.Context(), s, 2))
	if s.Office != 2 || s.OfficeName != "Úřad liberec" || !slices.Equal(s.Roles, []users.Role{users.Auditor, users.Board}) {
		t.Errorf("switched %+v", s)
	}
	if s, err = h.Session(t.Context(), token); err != nil || s.Office != 2 {
		t.Errorf("not kept: %+v (%v)", s, err)
	}
	if _, s = h.signIn(a.Email); s.Office != 2 {
		t.Errorf("a new session begins in office %d, want the last one", s.Office)
	}
	for _, r := range s.Roles {
		must(t, h.EndMember(t.Context(), db.Scope{Office: 2, Actor: "system"}, a.ID, r))
	}
	if s, err = h.Session(t.Context(), token); err != nil || s.Office != 0 || len(s.Roles) != 0 || users.Can(s, users.SeeMail) {
		t.Errorf("roles outlive the membership: %+v (%v)", s, err)
	}
	if got := h.logged("session.office"); !slices.Equal(got, []string{fmt.Sprintf("2 account:%d", a.ID)}) {
		t.Errorf("switch logged: %v", got)
	}
}

func TestInvitations(t *testing.T) {
	h, a := open(t)
	at := func(office int32) db.Scope { return db.Scope{Office: office, Actor: users.Actor(a.ID)} }
	b, link, err := h.Invite(t.Context(), at(2), users.Invitation{Email: "nova@example.cz", Name: "  Nová   Síla ", Roles: []users.Role{users.Admin, users.Mailroom}})
	must(t, err)
	if b.Name != "Nová Síla" || link == "" {
		t.Errorf("invited %+v, link %q", b, link)
	}
	_, s, err := h.SignInByLink(t.Context(), link, "10.0.0.9", "")
	must(t, err)
	if s.Office != 2 || len(s.Roles) != 2 {
		t.Errorf("came to %+v", s)
	}
	_, link, err = h.Invite(t.Context(), at(2), users.Invitation{Email: "JANA@example.cz", Name: "Někdo", Roles: []users.Role{users.Clerk}})
	must(t, err)
	if link != "" {
		t.Error("an office got a key to an account it did not make")
	}
	members, err := h.Members(t.Context(), at(2))
	must(t, err)
	if len(members) != 3 || members[0].Name != "Jana Nováková" || members[0].Role != users.Clerk {
		t.Errorf("members %+v", members)
	}
	if members, err = h.Members(t.Context(), at(1)); err != nil || len(members) != 1 {
		t.Errorf("the other office sees %+v (%v)", members, err)
	}
	wants(t, "the last admin", h.EndMember(t.Context(), at(2), b.ID, users.Admin), errs.Conflict)
	must(t, h.AddMember(t.Context(), at(2), a.ID, users.Admin, 0))
	must(t, h.EndMember(t.Context(), at(2), b.ID, users.Admin))
	wants(t, "ended already", h.EndMember(t.Context(), at(2), b.ID, users.Admin), errs.NotFound)
	must(t, h.AddMember(t.Context(), at(2), b.ID, users.Admin, 0))
	for _, inv := range []users.Invitation{
		{Email: "bez zavináče", Name: "X", Roles: users.Roles}, {Email: "a@b.cz", Name: " ", Roles: users.Roles},
		{Email: "a@b.cz\nBcc: x@y.cz", Name: "X", Roles: users.Roles}, {Email: "Jana <a@b.cz>", Name: "X", Roles: users.Roles},
		{Email: "a@b.cz", Name: "X"}, {Email: "a@b.cz", Name: "X", Roles: []users.Role{"boss"}}, {Email: "a@b.cz", Name: "a\x00b", Roles: users.Roles},
	} {
		_, _, err := h.Invite(t.Context(), at(1), inv)
		wants(t, fmt.Sprintf("%+q", inv), err, errs.Invalid)
	}
	_, err = h.CreateAccount(t.Context(), system, "NOVA@example.cz", "X", true)
	wants(t, "the same e-mail", err, errs.Conflict)
}

func TestTwoAdminsCannotRemoveEachOther(t *testing.T) {
	h, a := open(t)
	b := h.person("druha@example.cz", "Druhá")
	office := db.Scope{Office: 1, Actor: "system"}
	for range 8 {
		must(t, h.AddMember(t.Context(), office, a.ID, users.Admin, 0))
		must(t, h.AddMember(t.Context(), office, b.ID, users.Admin, 0))
		var wg sync.WaitGroup
		for _, id := range []int64{a.ID, b.ID} {
			wg.Go(func() { _ = h.EndMember(context.Background(), office, id, users.Admin) })
		}
		wg.Wait()
		h.clock.Advance(time.Second)
		members, err := h.Members(t.Context(), office)
		must(t, err)
		if !slices.ContainsFunc(members, func(m users.Member) bool { return m.Role == users.Admin }) {
			t.Fatal("the office has no admin")
		}
	}
}

func TestPasswordsAreLongNotOdd(t *testing.T) {
	h, a := open(t)
	for p, fine := range map[string]bool{"krátké": false, "jedenáctzna": false, "dvanáctznaků": true, "            ": true,
		strings.Repeat("ž", 200): true, strings.Repeat("ž", 201): false, "\xff\xfe nečitelné heslo": false} {
		err := h.SetPassword(t.Context(), system, a.ID, p, "")
		if fine != (err == nil) {
			t.Errorf("%q: %v", p, err)
		}
		if !fine && (len(errs.FieldsOf(err)) != 1 || errs.FieldsOf(err)[0].Name != "password") {
			t.Errorf("%q: the field is not named: %v", p, err)
		}
	}
	wants(t, "nobody's", h.SetPassword(t.Context(), system, 999, password, ""), errs.NotFound)
}

func TestOldHashesAreMadeAnew(t *testing.T) {
	h, a := open(t)
	weak := users.HashFor(password, 64, 1)
	if _, err := h.owner.Exec(`UPDATE account SET password_hash = $1 WHERE id = $2`, weak, a.ID); err != nil {
		t.Fatal(err)
	}
	h.signIn(a.Email)
	var now string
	must(t, h.owner.Get(&now, `SELECT password_hash FROM account WHERE id = $1`, a.ID))
	if !strings.HasPrefix(now, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("kept %q", now)
	}
	h.signIn(a.Email)
}

func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	acts := []users.Act{users.SeeMail, users.Register, users.Assign, users.Handle, users.Forward, users.Post, users.AdminOffice, users.ViewAudit, users.Operate}
	for _, c := range []struct {
		who string
		s   *users.Session
		may string
	}{
		{"nobody", nil, "---------"},
		{"no role", &users.Session{}, "---------"},
		{"mailroom", &users.Session{Roles: []users.Role{users.Mailroom}}, "+++-+----"},
		{"clerk", &users.Session{Roles: []users.Role{users.Clerk}}, "+++++----"},
		{"board", &users.Session{Roles: []users.Role{users.Board}}, "-----+---"},
		{"admin", &users.Session{Roles: []users.Role{users.Admin}}, "------++-"},
		{"auditor", &users.Session{Roles: []users.Role{users.Auditor}}, "+------+-"},
		{"admin and clerk", &users.Session{Roles: []users.Role{users.Admin, users.Clerk}}, "+++++-++-"},
		{"operator", &users.Session{Account: users.Account{Operator: true}}, "--------+"},
		{"unknown role", &users.Session{Roles: []users.Role{"boss"}}, "---------"},
	} {
		got := ""
		for _, a := range acts {
			got += map[bool]string{true: "+", false: "-"}[users.Can(c.s, a)]
		}
		if got != c.may {
			t.Errorf("%s: %s, want %s", c.who, got, c.may)
		}
	}
}

func TestTheLogHoldsTogether(t *testing.T) {
	h, a := open(t)
	for range 3 {
		_, s := h.signIn(a.Email)
		must(t, h.SignOut(t.Context(), s))
	}
	faults, err := audit.Verify(t.Context(), h.owner)
	if err != nil || len(faults) != 0 {
		t.Errorf("%v %v", faults, err)
	}
}
