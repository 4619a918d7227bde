package exchange

import (
	"context"
	"fmt"
	netmail "net/mail"
	"regexp"
	"strconv"
	"strings"
	"time"

	"epom/internal/audit"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/erms"
	"epom/internal/errs"
	"epom/internal/webhook"
)

// Link says which records system an office uses from an instant on.
type Link struct {
	OfficeID    int32      `db:"office_id"`
	ID          int64      `db:"id"`
	Driver      string     `db:"driver"`
	FromAt      time.Time  `db:"from_at"`
	URL         string     `db:"url"`
	OurCode     string     `db:"our_code"`
	TheirCode   string     `db:"their_code"`
	Person      string     `db:"person"`
	Account     string     `db:"account"`
	Password    []byte     `db:"password"` // sealed
	Mailbox     string     `db:"mailbox"`
	MadeAt      time.Time  `db:"made_at"`
	MadeBy      string     `db:"made_by"`
	WithdrawnAt *time.Time `db:"withdrawn_at"`
	WithdrawnBy *string    `db:"withdrawn_by"`
}

// External tells whether documents are to be handed over.
func (l Link) External() bool { return l.Driver != BuiltIn }

// Target is what the link leads to, for the breaker; empty = nothing that could be down.
func (l Link) Target() string { return l.URL }

// Permit is one row of § 63: a system an office of the category may use.
type Permit struct {
	Category  string     `db:"category"`
	Driver    string     `db:"driver"`
	Use       string     `db:"use"` // full, evidence
	ValidFrom time.Time  `db:"valid_from"`
	ValidTo   *time.Time `db:"valid_to"`
	Source    string     `db:"source"`
	Verified  bool       `db:"verified"`
}

// Uses of a system.
const (
	Full     = "full"
	Evidence = "evidence" // only what the gate needs until the office's own system has given its receipt
)

// Permits are the systems the transaction's office may use on a legal date.
func Permits(ctx context.Context, tx *db.Tx, on time.Time) (list []Permit, err error) {
	var category string
	if err := tx.GetContext(ctx, &category, sql.Get("category"), tx.Office); err != nil {
		return nil, db.Classify(err)
	}
	err = tx.SelectContext(ctx, &list, sql.Get("permits"), category, on.Format(time.DateOnly))
	return list, db.Classify(err)
}

// Current is the link of the transaction's office at an instant; without a row the built-in service.
func Current(ctx context.Context, tx *db.Tx, at time.Time) (Link, error) {
	var l Link
	err := db.Classify(tx.GetContext(ctx, &l, sql.Get("link-at"), tx.Office, at))
	if errs.Is(err, errs.NotFound) {
		return Link{OfficeID: tx.Office, Driver: BuiltIn}, nil
	}
	return l, err
}

// Links are all links of the transaction's office, the latest first.
func Links(ctx context.Context, tx *db.Tx) (list []Link, err error) {
	err = tx.SelectContext(ctx, &list, sql.Get("links"), tx.Office)
	return list, db.Classify(err)
}

// Setting is what a person typed about a records system.
type Setting struct {
	Driver                              string
	From                                time.Time // legal date; zero = at once
	URL, OurCode, TheirCode             string
	Person, Account, Password, KeepFrom string // KeepFrom: id of the link whose password stays when none was typed
	Mailbox                             string
}

var code = regexp.MustCompile(`^[A-Za-z0-9_-]{1,10}$`)

// Set makes a setting of the transaction's office hold from its day on. Errors: Invalid with the fields.
func (s *Service) Set(ctx context.Context, tx *db.Tx, n Setting, now time.Time) (Link, error) {
	l := Link{OfficeID: tx.Office, Driver: n.Driver, FromAt: now, MadeAt: now, MadeBy: tx.Actor}
	if !n.From.IsZero() && n.From.After(clock.Date(now)) {
		l.FromAt = n.From
	}
	wrong, err := s.check(ctx, tx, &n, l.FromAt, now)
	if err != nil {
		return l, err
	}
	if len(wrong) > 0 {
		return l, errs.Fields(wrong...)
	}
	switch n.Driver {
	case NSESSS:
		l.URL, l.OurCode, l.TheirCode, l.Person, l.Account = n.URL, n.OurCode, n.TheirCode, n.Person, n.Account
	case Mail:
		l.Mailbox = n.Mailbox
	}
	if err := tx.GetContext(ctx, &l.ID, sql.Get("next-link-id")); err != nil {
		return l, err
	}
	if l.Account != "" {
		password := n.Password
		if password == "" {
			if password, err = s.keptPassword(ctx, tx, n); err != nil {
				return l, err
			}
		}
		if l.Password, err = webhook.Lock(s.Key, password, place(l)); err != nil {
			return l, err
		}
	}
	if l.Password == nil {
		l.Password = []byte{}
	}
	if _, err := tx.ExecContext(ctx, sql.Get("create-link"), l.OfficeID, l.ID, l.Driver, l.FromAt, l.URL, l.OurCode, l.TheirCode, l.Person, l.Account, l.Password,
		l.Mailbox, l.MadeAt, l.MadeBy); err != nil {
		return l, err
	}
	audit.Write(tx, audit.Event{At: now, Action: "records system set", ObjectType: "office", ObjectID: strconv.Itoa(int(tx.Office)),
		Data: map[string]any{"link": l.ID, "driver": l.Driver, "from": l.FromAt}})
	return l, nil
}

// place binds a sealed password to its row.
func place(l Link) string { return fmt.Sprintf("records/%d/%d", l.OfficeID, l.ID) }

// keptPassword is the password of an earlier setting; it never goes to another address than it was typed for.
func (s *Service) keptPassword(ctx context.Context, tx *db.Tx, n Setting) (string, error) {
	var old Link
	id, err := strconv.ParseInt(n.KeepFrom, 10, 64)
	if err == nil {
		err = tx.GetContext(ctx, &old, sql.Get("link"), tx.Office, id)
	}
	if err != nil || len(old.Password) == 0 || old.URL != n.URL || old.Account != n.Account {
		return "", errs.Fields(errs.Field{Name: "heslo", Message: "Napište heslo k účtu ve spisové službě."})
	}
	return webhook.Unlock(s.Key, old.Password, place(old))
}

func (s *Service) check(ctx context.Context, tx *db.Tx, n *Setting, from, now time.Time) (wrong []errs.Field, err error) {
	say := func(name, message string) { wrong = append(wrong, errs.Field{Name: name, Message: message}) }
	for _, f := range []*string{&n.URL, &n.OurCode, &n.TheirCode, &n.Person, &n.Account, &n.Mailbox} {
		*f = strings.TrimSpace(*f)
	}
	if !n.From.IsZero() && n.From.Before(clock.Date(now)) {
		say("od", "Nastavení může platit nejdřív ode dneška. Co bylo dřív, už se nemění.")
	}
	permits, err := Permits(ctx, tx, clock.Date(from))
	if err != nil {
		return nil, err
	}
	use := ""
	for _, p := range permits {
		if p.Driver == n.Driver {
			use = p.Use
		}
	}
	switch {
	case n.Driver != BuiltIn && n.Driver != NSESSS && n.Driver != Mail:
		say("druh", "Vyberte, kterou spisovou službu úřad používá.")
	case use != Full && n.Driver == BuiltIn:
		say("druh", "Úřad podle § 63 odst. 1 musí vést dokumenty ve své spisové službě s atestem. Vestavěnou zvolit nemůže, vyberte předávání.")
	case use == "":
		say("druh", "Tuto spisovou službu úřad podle § 63 zákona o archivnictví používat nesmí.")
	}
	switch n.Driver {
	case NSESSS:
		if err := s.Check(n.URL); err != nil {
			say("url", errs.Message(err))
		}
		if !code.MatchString(n.OurCode) {
			say("nas-kod", "Kód má nejvýše 10 písmen bez diakritiky a číslic. Dá vám ho dodavatel spisové služby.")
		}
		if !code.MatchString(n.TheirCode) {
			say("jejich-kod", "Kód má nejvýše 10 písmen bez diakritiky a číslic. Dá vám ho dodavatel spisové služby.")
		}
		if n.Person == "" || len([]rune(n.Person)) > erms.MaxUser {
			say("osoba", "Napište, pod kterým uživatelem se má ve spisové službě zapisovat, nejvýše 50 znaků.")
		}
	case Mail:
		if a, err := netmail.ParseAddress(n.Mailbox); err != nil || a.Address != n.Mailbox {
			say("podatelna", "Napište e-mailovou adresu podatelny, třeba podatelna@obec.cz.")
		}
	}
	return wrong, nil
}

// Withdraw takes a setting back before its day has come.
func Withdraw(ctx context.Context, tx *db.Tx, id int64, now time.Time) error {
	res, err := tx.ExecContext(ctx, sql.Get("withdraw-link"), tx.Office, id, now, tx.Actor)
	if err != nil {
		return db.Classify(err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errs.New(errs.Conflict, "Nastavení už platí, nebo bylo zrušeno. Místo rušení nastavte nové.")
	}
	audit.Write(tx, audit.Event{At: now, Action: "records system withdrawn", ObjectType: "office", ObjectID: strconv.Itoa(int(tx.Office)), Data: map[string]any{"link": id}})
	return nil
}
