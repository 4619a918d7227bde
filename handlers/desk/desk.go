// Package desk is the clerks' side: what must be done today, the inbox, the journal, case files and the acts in them,
// and the administration of one's own office.
//
// Routes:
//
//	GET /kancelar  Today  signed in
//	POST /kancelar/urad  SwitchOffice  signed in
//	GET /kancelar/posta  Inbox  see-mail
//	POST /kancelar/posta/pridelit  AssignMany  assign
//	GET /kancelar/spisy  Cases  see-mail
//	GET /kancelar/denik  Journal  see-mail
//	GET /kancelar/hledat  Search  see-mail
//	GET /kancelar/lhuty  Terms  see-mail
//	GET /kancelar/spisy/:id  Case  see-mail
//	GET /kancelar/spisy/:id/pridelit  AssignForm  assign
//	POST /kancelar/spisy/:id/pridelit  Assign  assign
//	GET /kancelar/spisy/:id/vyzva  AskForm  handle
//	POST /kancelar/spisy/:id/vyzva  Ask  handle
//	GET /kancelar/spisy/:id/prodlouzit  ExtendForm  handle
//	POST /kancelar/spisy/:id/prodlouzit  Extend  handle
//	GET /kancelar/spisy/:id/vyridit  HandleForm  handle
//	POST /kancelar/spisy/:id/vyridit  Handle  handle
//	GET /kancelar/spisy/:id/postoupit  ForwardForm  forward
//	POST /kancelar/spisy/:id/postoupit  Forward  forward
//	GET /kancelar/spisy/:id/dokument/:doc/storno  CancelForm  handle
//	POST /kancelar/spisy/:id/dokument/:doc/storno  Cancel  handle
//	GET /kancelar/spisy/:id/dokument/:doc/:n  File  see-mail
//	GET /kancelar/deska  BoardList  post
//	GET /kancelar/deska/nove  NewPosting  post
//	POST /kancelar/deska/nove  MakePosting  post
//	GET /kancelar/deska/:number  Posting  post
//	GET /kancelar/deska/:number/opravit  ReviseForm  post
//	POST /kancelar/deska/:number/opravit  Revise  post
//	GET /kancelar/deska/:number/soubor/:rev/:n  PostingFile  post
//	GET /kancelar/deska/:number/tisk.pdf  PostingPaper  post
//	GET /kancelar/deska/:number/dolozka.pdf  PostingClause  post
//	POST /kancelar/deska/:number/ulice  PostingPhysical  post
//	GET /kancelar/deska/:number/:act  PostingActForm  post
//	POST /kancelar/deska/:number/:act  PostingAct  post
//	GET /kancelar/ucet  Account  signed in
//	POST /kancelar/ucet/heslo  SetPassword  signed in
//	POST /kancelar/ucet/odhlasit  RevokeSession  signed in
//	GET /kancelar/sprava  OfficeForm  admin-office
//	POST /kancelar/sprava  SaveOffice  admin-office
//	GET /kancelar/sprava/lide  People  admin-office
//	POST /kancelar/sprava/lide  Invite  admin-office
//	POST /kancelar/sprava/lide/:account/konec  EndMember  admin-office
//	GET /kancelar/sprava/utvary  Units  admin-office
//	POST /kancelar/sprava/utvary  SaveUnit  admin-office
//	GET /kancelar/sprava/prislusnost  Competence  admin-office
//	POST /kancelar/sprava/prislusnost  Propose  admin-office
//	POST /kancelar/sprava/prislusnost/:proposal  DecideProposal  admin-office
//	GET /kancelar/sprava/deska  BoardContracts  admin-office
//	POST /kancelar/sprava/deska  ConcludeContract  admin-office
//	POST /kancelar/sprava/deska/:contract/konec  EndContract  admin-office
//	GET /kancelar/sprava/deska/oznameni  BoardHooks  admin-office
//	GET /kancelar/sprava/deska/oznameni/nove  NewHook  admin-office
//	POST /kancelar/sprava/deska/oznameni/nove  AddHook  admin-office
//	GET /kancelar/sprava/deska/oznameni/:id  BoardHook  admin-office
//	POST /kancelar/sprava/deska/oznameni/:id/zkouska  TestHook  admin-office
//	POST /kancelar/sprava/deska/oznameni/:id/stav  SwitchHook  admin-office
//	POST /kancelar/sprava/deska/oznameni/:id/volani/:call/znovu  RetryCall  admin-office
//	GET /kancelar/sprava/zaznam  Log  view-audit
package desk

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/board"
	"epom/forms"
	"epom/handlers/web"
	"epom/internal/audit"
	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/preview"
	"epom/internal/seal"
	"epom/offices"
	"epom/records"
	"epom/routing"
	"epom/submissions"
	"epom/territory"
	"epom/users"
)

// Letters sends an invitation to work in an office. path is the local address of a one-time link, empty when the person
// has an account already and only is told.
type Letters interface {
	Invitation(ctx context.Context, to users.Account, office *offices.Office, path string) error
}

// Desk is the group of handlers.
type Desk struct {
	DB          *db.DB
	Submissions *submissions.Service
	Forms       *forms.Catalogue
	Offices     *offices.Store
	Router      *routing.Store
	Territory   *territory.Store
	Users       *users.Store
	Files       *blob.Store
	Letters     Letters
	Law         *board.Law
	Hooks       *board.Hooks
	Previews    *preview.Maker // looks into posted documents; nil = they are not looked into
	Seal        *seal.Sealer   // seals confirmations asked for at once; nil = they bear no seal
	BaseURL     string         // how the site is reached from outside, for paper; "" = as the request says
	Clock       clock.Clock
}

// inOffice runs fn in a transaction of the office in which the signed-in person works.
func (d *Desk) inOffice(c *fiber.Ctx, fn func(context.Context, *db.Tx) error) error {
	return d.DB.Tx(c.UserContext(), web.Session(c).Scope(), func(tx *db.Tx) error { return fn(c.UserContext(), tx) })
}

func (d *Desk) today() time.Time { return clock.Date(d.Clock.Now()) }

// page starts the data of a desk page with the navigation and what waits.
func (d *Desk) page(c *fiber.Ctx, tx *db.Tx, title string) (web.Page, error) {
	s := web.Session(c)
	p := bare(c, s, title)
	if o, err := d.Offices.ByID(s.Office); err == nil {
		p.Office = web.ViewOffice(o)
	}
	work := web.NavGroup{}
	if users.Can(s, users.SeeMail) {
		n, err := records.CountOpen(c.UserContext(), tx, s.Account.ID, d.Clock.Now())
		if err != nil {
			return p, err
		}
		work.Items = []web.NavItem{
			{Href: "/kancelar", Label: "Co je dnes potřeba", Icon: "check-circle-fill", Count: n.Todo, Late: n.Late > 0},
			{Href: "/kancelar/posta", Label: "Pošta", Icon: "inbox", Count: n.Fresh},
			{Href: "/kancelar/lhuty", Label: "Lhůty", Icon: "calendar", Count: n.Soon + n.Late, Late: n.Late > 0},
			{Href: "/kancelar/denik", Label: "Podací deník", Icon: "book-open"},
			{Href: "/kancelar/spisy", Label: "Spisy", Icon: "archive"},
		}
	}
	if users.Can(s, users.Post) {
		todo, err := d.Law.Todos(c.UserContext(), tx, d.Clock.Now())
		if err != nil {
			return p, err
		}
		work.Items = append(work.Items, web.NavItem{Href: boardPath, Label: "Úřední deska", Icon: "pin-board", Count: len(todo)})
	}
	if mark(&work, c.Path()); len(work.Items) > 0 {
		p.Nav.Groups = append([]web.NavGroup{work}, p.Nav.Groups...)
	}
	return p, nil
}

// bare is a desk page without counts.
func bare(c *fiber.Ctx, s *users.Session, title string) web.Page {
	p := web.NewPage(c, title)
	p.Lang = "cs"
	p.Title = title
	p.User = &web.UserView{Name: s.Account.Name, Office: roleNames(s.Roles)}
	for _, r := range s.Roles {
		p.User.Roles = append(p.User.Roles, string(r))
	}
	if s.Office != 0 {
		p.Office = &web.OfficeView{Slug: s.OfficeSlug, Name: s.OfficeName}
	}
	seen := map[int32]bool{s.Office: true}
	for _, o := range s.Places {
		if !seen[o.Office] {
			seen[o.Office] = true
			p.Nav.Offices = append(p.Nav.Offices, web.OfficeView{Slug: o.Slug, Name: o.Name})
		}
	}
	office, me := web.NavGroup{Title: "Úřad"}, web.NavGroup{Title: "Já"}
	if users.Can(s, users.AdminOffice) {
		office.Items = append(office.Items,
			web.NavItem{Href: "/kancelar/sprava", Label: "Údaje úřadu", Icon: "office"},
			web.NavItem{Href: "/kancelar/sprava/lide", Label: "Lidé a role", Icon: "users"},
			web.NavItem{Href: "/kancelar/sprava/utvary", Label: "Útvary", Icon: "briefcase"},
			web.NavItem{Href: "/kancelar/sprava/prislusnost", Label: "Příslušnost", Icon: "scale"},
			web.NavItem{Href: "/kancelar/sprava/deska", Label: "Deska pro sousedy", Icon: "pin-board"},
			web.NavItem{Href: hooksPath, Label: "Zprávy jiným systémům", Icon: "send"})
	}
	if users.Can(s, users.ViewAudit) {
		office.Items = append(office.Items, web.NavItem{Href: "/kancelar/sprava/zaznam", Label: "Záznam o činnosti", Icon: "eye"})
	}
	me.Items = append(me.Items, web.NavItem{Href: "/kancelar/ucet", Label: "Můj účet", Icon: "user"})
	if s.Account.Operator {
		me.Items = append(me.Items, web.NavItem{Href: "/sprava", Label: "Provoz systému", Icon: "shield"})
	}
	for _, g := range []web.NavGroup{office, me} {
		if mark(&g, c.Path()); len(g.Items) > 0 {
			p.Nav.Groups = append(p.Nav.Groups, g)
		}
	}
	return p
}

// mark notes the item whose page is shown: the longest address that the path begins with.
func mark(g *web.NavGroup, path string) {
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

var roleWords = map[users.Role]string{users.Admin: "správce úřadu", users.Mailroom: "podatelna", users.Clerk: "referent", users.Board: "úřední deska",
	users.Auditor: "kontrola"}

func roleNames(roles []users.Role) string {
	words := make([]string, 0, len(roles))
	for _, r := range roles {
		words = append(words, roleWords[r])
	}
	return strings.Join(words, ", ")
}

// number reads a number from the address; anything else is not found.
func number(c *fiber.Ctx, name string) (int64, error) {
	n, err := strconv.ParseInt(c.Params(name), 10, 64)
	if err != nil || n <= 0 {
		return 0, errs.New(errs.NotFound, "")
	}
	return n, nil
}

// parseDay reads a day as people write it (3. 11. 2026) or as a date input sends it; false when it is neither.
func parseDay(s string) (time.Time, bool) {
	s = strings.Join(strings.Fields(strings.ReplaceAll(s, "\u00a0", " ")), "")
	for _, layout := range []string{"2.1.2006", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, clock.Prague); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// seen writes into the log that somebody looked at personal data.
func (d *Desk) seen(tx *db.Tx, action, objectType string, id int64, data any) {
	audit.Write(tx, audit.Event{At: d.Clock.Now(), Action: action, ObjectType: objectType, ObjectID: strconv.FormatInt(id, 10), Data: data})
}

// fieldMessage is the sentence about one wrong field.
func fieldMessage(fields []errs.Field, name string) string {
	for _, f := range fields {
		if f.Name == name {
			return f.Message
		}
	}
	return ""
}
