package web

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/board"
	"epom/internal/audit"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/offices"
	"epom/users"
)

// Staff is what every group of clerks' pages stands on: who is let in, the transaction of the office where the person
// works, and the page with its navigation.
type Staff struct {
	DB      *db.DB
	Users   *users.Store
	Offices *offices.Store
	Law     *board.Law
	Clock   clock.Clock
}

// Require lets in those who may do one of the acts in the office where they work; with no acts, everybody signed in.
func (d *Staff) Require(acts ...users.Act) fiber.Handler {
	gate := Gate{Users: d.Users}
	return func(c *fiber.Ctx) error {
		s, err := gate.Enter(c)
		if err != nil {
			return err
		}
		if s == nil {
			return AskSignIn(c)
		}
		c.Set(fiber.HeaderCacheControl, "no-store")
		if len(acts) == 0 {
			return c.Next()
		}
		if o, err := d.Offices.ByID(s.Office); err == nil && o.MovedTo != "" && c.Method() != fiber.MethodGet && c.Method() != fiber.MethodHead {
			return errs.Newf(errs.Conflict, "Úřad se přestěhoval (%s). Tady už jde jen číst; pracujte prosím na novém místě.", o.MovedTo)
		}
		for _, a := range acts {
			if users.Can(s, a) {
				return c.Next()
			}
		}
		if err := d.refused(c, s); err != nil {
			return err
		}
		return errs.New(errs.Forbidden, "K tomuto nemáte v úřadu oprávnění. Role přiděluje správce úřadu.")
	}
}

// refused notes in the log of the office that somebody tried what the person may not do: which address, never what was sent.
func (d *Staff) refused(c *fiber.Ctx, s *users.Session) error {
	if s.Office == 0 {
		return nil
	}
	return d.DB.Tx(c.UserContext(), s.Scope(), func(tx *db.Tx) error {
		d.Seen(tx, "access refused", "page", 0, map[string]any{"page": c.Method() + " " + c.Route().Path})
		return nil
	})
}

// InOffice runs fn in a transaction of the office in which the signed-in person works.
func (d *Staff) InOffice(c *fiber.Ctx, fn func(context.Context, *db.Tx) error) error {
	return d.DB.Tx(c.UserContext(), Session(c).Scope(), func(tx *db.Tx) error { return fn(c.UserContext(), tx) })
}

// Date is the legal date of now.
func (d *Staff) Date() time.Time { return clock.Date(d.Clock.Now()) }

// Page starts the data of a desk page with the navigation and what waits.
func (d *Staff) Page(c *fiber.Ctx, tx *db.Tx, title string) (Page, error) {
	s := Session(c)
	p := Bare(c, s, title)
	if o, err := d.Offices.ByID(s.Office); err == nil {
		p.Office = ViewOffice(o)
	}
	groups, err := d.work(c, tx, s)
	if err != nil {
		return p, err
	}
	p.Nav.Groups = append(groups, p.Nav.Groups...)
	return p, nil
}

// RoleWords says what a role is called.
var RoleWords = map[users.Role]string{users.Admin: "správce úřadu", users.Mailroom: "podatelna", users.Clerk: "referent", users.Board: "úřední deska",
	users.Auditor: "kontrola", users.Lent: "výpomoc"}

// RoleNames are the roles in words.
func RoleNames(roles []users.Role) string {
	words := make([]string, 0, len(roles))
	for _, r := range roles {
		words = append(words, RoleWords[r])
	}
	return strings.Join(words, ", ")
}

// Number reads a number from the address; anything else is not found.
func Number(c *fiber.Ctx, name string) (int64, error) {
	n, err := strconv.ParseInt(c.Params(name), 10, 64)
	if err != nil || n <= 0 {
		return 0, errs.New(errs.NotFound, "")
	}
	return n, nil
}

// ParseDay reads a day as people write it (3. 11. 2026) or as a date input sends it; false when it is neither.
func ParseDay(s string) (time.Time, bool) {
	s = strings.Join(strings.Fields(strings.ReplaceAll(s, "\u00a0", " ")), "")
	for _, layout := range []string{"2.1.2006", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, clock.Prague); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// Seen writes into the log that somebody looked at personal data.
func (d *Staff) Seen(tx *db.Tx, action, objectType string, id int64, data any) {
	audit.Write(tx, audit.Event{At: d.Clock.Now(), Action: action, ObjectType: objectType, ObjectID: strconv.FormatInt(id, 10), Data: data})
}

// FieldMessage is the sentence about one wrong field.
func FieldMessage(fields []errs.Field, name string) string {
	for _, f := range fields {
		if f.Name == name {
			return f.Message
		}
	}
	return ""
}
