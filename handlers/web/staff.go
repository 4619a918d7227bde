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
	"epom/records"
	"epom/records/exchange"
	"epom/records/dispatch"
	"epom/records/store"
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
	work := NavGroup{}
	if users.Can(s, users.SeeMail) {
		n, err := records.CountOpen(c.UserContext(), tx, s.Account.ID, d.Clock.Now())
		if err != nil {
			return p, err
		}
		work.Items = []NavItem{
			{Href: "/kancelar", Label: "Co je dnes potřeba", Icon: "check-circle-fill", Count: n.Todo, Late: n.Late > 0},
			{Href: "/kancelar/posta", Label: "Pošta", Icon: "inbox", Count: n.Fresh},
			{Href: "/kancelar/lhuty", Label: "Lhůty", Icon: "calendar", Count: n.Soon + n.Late, Late: n.Late > 0},
			{Href: "/kancelar/nevyrizene", Label: "Nevyřízené", Icon: "question"},
			{Href: "/kancelar/dopisy", Label: "Dopisy", Icon: "pencil"},
			{Href: "/kancelar/denik", Label: "Podací deník", Icon: "book-open"},
			{Href: "/kancelar/spisy", Label: "Spisy", Icon: "archive"},
			{Href: "/kancelar/sestavy", Label: "Sestavy", Icon: "printer"},
		}
		toSend, err := dispatch.CountToSend(c.UserContext(), tx)
		if err != nil {
			return p, err
		}
		work.Items = append(work.Items, NavItem{Href: "/kancelar/vypravna", Label: "Výpravna", Icon: "send", Count: toSend})
	}
	if users.Can(s, users.SeeMail) {
		uses, need, err := exchange.Need(c.UserContext(), tx, d.Clock.Now())
		if err != nil {
			return p, err
		}
		if uses {
			work.Items = append(work.Items, NavItem{Href: "/kancelar/predani", Label: "Předání spisové službě", Icon: "send", Count: need, Late: need > 0})
			{Href: "/kancelar/jmena", Label: "Jmenný rejstřík", Icon: "users"},
		}
	}
	if users.Can(s, users.Register) {
		work.Items = append(work.Items, NavItem{Href: "/kancelar/posta/nova", Label: "Zapsat zásilku", Icon: "pencil"})
		kept, err := store.Count(c.UserContext(), tx, d.Date())
		if err != nil {
			return p, err
		}
		work.Items = append(work.Items, NavItem{Href: "/kancelar/spisovna", Label: "Spisovna", Icon: "archive", Count: kept.Waiting + kept.Late, Late: kept.Late > 0})
		if users.Can(s, users.Dispose) {
			work.Items = append(work.Items, NavItem{Href: "/kancelar/skartace", Label: "Skartace", Icon: "trash"})
		}
	}
	if users.Can(s, users.SeeMail) {
		work.Items = append(work.Items, NavItem{Href: "/kancelar/zastupovani", Label: "Zastupování", Icon: "users"})
	}
	if users.Can(s, users.Post) {
		todo, err := d.Law.Todos(c.UserContext(), tx, d.Clock.Now())
		if err != nil {
			return p, err
		}
		work.Items = append(work.Items, NavItem{Href: "/kancelar/deska", Label: "Úřední deska", Icon: "pin-board", Count: len(todo)})
	}
	if mark(&work, c.Path()); len(work.Items) > 0 {
		p.Nav.Groups = append([]NavGroup{work}, p.Nav.Groups...)
	}
	return p, nil
}

// Bare is a desk page without counts.
func Bare(c *fiber.Ctx, s *users.Session, title string) Page {
	p := NewPage(c, title)
	p.Lang = "cs"
	p.Title = title
	p.User = &UserView{Name: s.Account.Name, Office: RoleNames(s.Roles)}
	for _, r := range s.Roles {
		p.User.Roles = append(p.User.Roles, string(r))
	}
	if s.Office != 0 {
		p.Office = &OfficeView{Slug: s.OfficeSlug, Name: s.OfficeName}
	}
	seen := map[int32]bool{s.Office: true}
	for _, o := range s.Places {
		if !seen[o.Office] {
			seen[o.Office] = true
			p.Nav.Offices = append(p.Nav.Offices, OfficeView{Slug: o.Slug, Name: o.Name})
		}
	}
	office, me := NavGroup{Title: "Úřad"}, NavGroup{Title: "Já"}
	if users.Can(s, users.AdminOffice) {
		office.Items = append(office.Items,
			NavItem{Href: "/kancelar/sprava", Label: "Údaje úřadu", Icon: "office"},
			NavItem{Href: "/kancelar/sprava/lide", Label: "Lidé a role", Icon: "users"},
			NavItem{Href: "/kancelar/sprava/utvary", Label: "Útvary", Icon: "briefcase"},
			NavItem{Href: "/kancelar/sprava/cislovani", Label: "Číslování a evidence", Icon: "book-open"},
			NavItem{Href: "/kancelar/sprava/podatelna", Label: "Podatelna", Icon: "inbox"},
			NavItem{Href: "/kancelar/sprava/spisovy-plan", Label: "Spisový plán", Icon: "book-open"},
			NavItem{Href: "/kancelar/sprava/prislusnost", Label: "Příslušnost", Icon: "scale"},
			NavItem{Href: "/kancelar/formulare", Label: "Formuláře", Icon: "file"},
			NavItem{Href: "/kancelar/sprava/spisovka", Label: "Spisová služba", Icon: "archive"},
			NavItem{Href: "/kancelar/sprava/deska", Label: "Deska pro sousedy", Icon: "pin-board"},
			NavItem{Href: "/kancelar/sprava/deska/oznameni", Label: "Zprávy jiným systémům", Icon: "send"})
	}
	if users.Can(s, users.ViewAudit) {
		office.Items = append(office.Items, NavItem{Href: "/kancelar/sprava/zaznam", Label: "Záznam o činnosti", Icon: "eye"},
			NavItem{Href: "/kancelar/protokol", Label: "Transakční protokoly", Icon: "shield"})
	}
	if users.Can(s, users.SeeMail) || users.Can(s, users.AdminOffice) {
		office.Items = append(office.Items, NavItem{Href: "/kancelar/vzory", Label: "Vzory dopisů", Icon: "file"})
	}
	me.Items = append(me.Items, NavItem{Href: "/kancelar/ucet", Label: "Můj účet", Icon: "user"})
	if s.Account.Operator {
		me.Items = append(me.Items, NavItem{Href: "/sprava", Label: "Provoz systému", Icon: "shield"})
	}
	for _, g := range []NavGroup{office, me} {
		if mark(&g, c.Path()); len(g.Items) > 0 {
			p.Nav.Groups = append(p.Nav.Groups, g)
		}
	}
	return p
}

// mark notes the item whose page is shown: the longest address that the path begins with.
func mark(g *NavGroup, path string) {
	best := -1
	for i, it := range g.Items {
		if (path == it.Href || strings.HasPrefix(path, it.Href+"/")) && (best < 0 || len(it.Href) > len(g.Items[best].Href)) {
			best = i
		}
	}
	if best >= 0 && (g.Items[best].Href != "/kancelar" || path == "/kancelar") {
		g.Items[best].Current = true
	}
}

// RoleWords says what a role is called.
var RoleWords = map[users.Role]string{users.Admin: "správce úřadu", users.Mailroom: "podatelna", users.Clerk: "referent", users.Board: "úřední deska",
	users.Auditor: "kontrola"}

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
