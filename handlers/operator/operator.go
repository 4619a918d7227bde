// Package operator is the side of those who run the installation: offices, background work, mail and health. They see
// numbers and states, never what citizens wrote to offices.
//
// Routes:
//
//	GET /sprava  Home  operate
//	GET /sprava/urady  OfficeList  operate
//	GET /sprava/ulohy  Jobs  operate
//	POST /sprava/ulohy/znovu  RetryKind  operate
//	POST /sprava/ulohy/:id/znovu  Retry  operate
//	GET /sprava/posta  MailList  operate
//	GET /sprava/stav  Health  operate
//	GET /sprava/spisovky  Records  operate
//	POST /sprava/spisovky  FreeTarget  operate
package operator

import (
	"context"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
	"epom/offices"
	"epom/records"
	"epom/routing"
	"epom/territory"
	"epom/users"
)

// Letter is an outgoing mail without its content.
type Letter struct {
	ID        int64
	Office    int32 // 0 = the installation
	To        string
	CreatedAt time.Time
	SentAt    *time.Time
}

// Operator is the group of handlers.
type Operator struct {
	DB        *db.DB
	Clock     clock.Clock
	Users     *users.Store
	Offices   *offices.Store
	Router    *routing.Store
	Territory *territory.Store
	Files     *blob.Store
	Law       func() *records.Law
	Mails     func(ctx context.Context, limit int) ([]Letter, error) // the newest first
	MailKind  string                                                 // kind of the jobs that send mails; their payload is {"id": of the mail}
	DataDir   string                                                 // folder whose disk must not fill up
}

// Require lets in those who run the installation.
func (o *Operator) Require() fiber.Handler {
	return func(c *fiber.Ctx) error {
		s, err := (web.Gate{Users: o.Users}).Enter(c)
		if err != nil {
			return err
		}
		if s == nil {
			return web.AskSignIn(c)
		}
		c.Set(fiber.HeaderCacheControl, "no-store")
		if !users.Can(s, users.Operate) {
			return errs.New(errs.Forbidden, "Tato část je jen pro provozovatele systému.")
		}
		return c.Next()
	}
}

// Page starts a page of the operator for other groups of handlers.
func (o *Operator) Page(c *fiber.Ctx, title string) (web.Page, error) {
	p, _, err := o.page(c, title)
	return p, err
}

// page starts a page of the operator with the navigation and what waits.
func (o *Operator) page(c *fiber.Ctx, title string) (web.Page, jobs.Count, error) {
	s := web.Session(c)
	p := web.NewPage(c, title)
	p.Lang, p.Title = "cs", title
	p.User = &web.UserView{Name: s.Account.Name, Office: "provozovatel"}
	n, err := jobs.Counts(c.UserContext(), o.DB)
	if err != nil {
		return p, n, err
	}
	items := []web.NavItem{
		{Href: "/sprava", Label: "Přehled", Icon: "house"},
		{Href: "/sprava/urady", Label: "Úřady", Icon: "office"},
		{Href: "/sprava/formulare", Label: "Formuláře", Icon: "file"},
		{Href: "/sprava/ulohy", Label: "Úlohy", Icon: "refresh", Count: n.Failed, Late: n.Failed > 0},
		{Href: "/sprava/posta", Label: "E-maily", Icon: "envelope"},
		{Href: "/sprava/spisovky", Label: "Spisové služby", Icon: "archive"},
		{Href: "/sprava/stav", Label: "Stav systému", Icon: "shield"},
	}
	for i := range items {
		items[i].Current = items[i].Href == c.Path() || items[i].Href != "/sprava" && strings.HasPrefix(c.Path(), items[i].Href+"/")
	}
	p.Nav.Groups = []web.NavGroup{{Title: "Provoz systému", Items: items}}
	me := []web.NavItem{{Href: "/kancelar/ucet", Label: "Můj účet", Icon: "user"}}
	if s.Office != 0 {
		me = append([]web.NavItem{{Href: "/kancelar", Label: "Kancelář", Icon: "inbox"}}, me...)
	}
	p.Nav.Groups = append(p.Nav.Groups, web.NavGroup{Title: "Já", Items: me})
	return p, n, nil
}

// HomePage is the operator's overview.
type HomePage struct {
	web.Page
	Jobs          jobs.Count
	Participating int
	Known         int
	Failed        []JobRow
	Troubles      []Check
	UnsentMails   int
}

// Home is the overview: what is wrong comes first.
func (o *Operator) Home(c *fiber.Ctx) error {
	page, n, err := o.page(c, "Provoz systému")
	if err != nil {
		return err
	}
	p := HomePage{Page: page, Jobs: n, Known: len(o.Offices.List()), Participating: len(o.Offices.Snapshot().Participating())}
	for _, check := range o.checks(c.UserContext(), n) {
		if check.Tone != "success" {
			p.Troubles = append(p.Troubles, check)
		}
	}
	failed, err := jobs.List(c.UserContext(), o.DB, jobs.Failed, 5)
	if err != nil {
		return err
	}
	p.Failed = o.rows(failed)
	letters, err := o.Mails(c.UserContext(), maxLetters)
	if err != nil {
		return err
	}
	for _, l := range letters {
		if l.SentAt == nil {
			p.UnsentMails++
		}
	}
	return web.View(c, "operator/home", "", p)
}

// OfficesPage lists the offices of the installation.
type OfficesPage struct {
	web.Page
	Rows  []OfficeRow
	Known int
	All   bool
}

// OfficeRow is one office with numbers of what it does.
type OfficeRow struct {
	Slug, Name, Category, DataBox string
	Participates                  bool
	Work                          offices.Work // of a participating one
}

// OfficeList shows participating offices with numbers of their work, or with ?vse=1 also those only known.
func (o *Operator) OfficeList(c *fiber.Ctx) error {
	page, _, err := o.page(c, "Úřady")
	if err != nil {
		return err
	}
	work, err := o.Offices.Work(c.UserContext(), o.Clock.Now())
	if err != nil {
		return err
	}
	p := OfficesPage{Page: page, All: c.Query("vse") != ""}
	for _, of := range o.Offices.List() {
		if !of.Participates {
			p.Known++
			if !p.All {
				continue
			}
		}
		p.Rows = append(p.Rows, OfficeRow{Slug: of.Slug, Name: of.Name, Category: string(of.Category), DataBox: of.DataBox, Participates: of.Participates, Work: work[of.ID]})
	}
	return web.View(c, "operator/offices", "", p)
}
