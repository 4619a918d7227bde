package handlers

import (
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/filesystem"

	"epom/static"
	"epom/users"

	"net/http"
)

// Routes is the map of the whole site. Addresses are printed on paper and used by scripts: they stay.
func Routes(app *fiber.App, d Deps) {
	// the machine's own
	app.Get("/healthz", func(c *fiber.Ctx) error { return c.SendString("ok") })
	app.Get("/readyz", ready(d))
	app.Use("/static", longLived, filesystem.New(filesystem.Config{Root: http.FS(static.FS)}))

	// citizens
	p := d.Public
	app.Get("/", p.Home)
	app.Get("/formulare", p.FormList)
	app.Get("/formulare/:code", p.Form)
	app.Post("/formulare/:code", p.StartForm)
	app.Get("/formulare/:code/tisk.pdf", p.BlankPaper)
	app.Get("/formulare/:code/vyplneny.pdf", p.FilledPaper)
	app.Get("/formulare/:code/kontrola", p.Check)
	app.Post("/formulare/:code/odeslat", p.Send)
	app.Get("/formulare/:code/pokracovat", p.Later)
	app.Post("/formulare/:code/pokracovat", p.SaveLater)
	app.Get("/formulare/:code/:step", p.Step)
	app.Post("/formulare/:code/:step", p.SaveStep)
	app.Get("/pokracovat/:token", p.Resume)
	app.Get("/podani", p.Find)
	app.Post("/podani", p.OpenSubmission)
	app.Get("/podani/:reference", p.Status)
	app.Get("/podani/:reference/udalosti", p.StatusEvents)
	app.Get("/podani/:reference/potvrzeni.pdf", p.Receipt)
	app.Post("/podani/:reference/doplneni", p.Complete)
	app.Get("/podani/:reference/dokument/:id", p.Document)
	app.Get("/podani/:reference/dokument/:id/:n", p.DocumentFile)
	app.Get("/urady", p.OfficeList)
	app.Get("/urady/:slug", p.Office)
	app.Get("/urady/:slug/znak", p.Emblem)
	app.Get("/odber", p.ToldAsk)
	app.Post("/odber", p.AskTold)
	app.Get("/odber/odeslano", p.ToldSent)
	app.Get("/odber/potvrdit/:token", p.ToldConfirm)
	app.Post("/odber/potvrdit/:token", p.ConfirmTold)
	app.Get("/odber/:token", p.ToldShow)
	app.Post("/odber/:token", p.ChangeTold)
	app.Get("/odber/:token/konec", p.ToldEnd)
	app.Post("/odber/:token/konec", p.EndTold)
	app.Get("/deska", p.BoardsList)
	app.Get("/deska/mapa", p.BoardsMap)
	app.Get("/deska.atom", p.RegionFeed)
	app.Get("/deska.ics", p.RegionCalendar)
	app.Get("/urady/:slug/deska.atom", p.OfficeFeed)
	app.Get("/urady/:slug/deska.ics", p.OfficeCalendar)
	app.Get("/urady/:slug/deska.jsonld", p.BoardData)
	app.Get("/urady/:slug/aktuality.jsonld", p.NewsData)
	app.Get("/urady/:slug/udalosti.jsonld", p.EventsData)
	app.Get("/urady/:slug/katalog.jsonld", p.OfficeCatalogue)
	app.Get("/urady/:slug/katalog/:sada", p.DatasetRecord)
	app.Get("/katalog.jsonld", p.RegionCatalogue)
	app.Get("/robots.txt", p.Robots)
	app.Get("/urady/:slug/deska", p.Board)
	app.Get("/urady/:slug/deska/widget", p.Widget)
	app.Get("/urady/:slug/deska/vlozit.html", p.Include)
	app.Get("/urady/:slug/deska/vlozeni", p.Embedding)
	app.Get("/urady/:slug/deska/:number", p.Posting)
	app.Get("/urady/:slug/deska/:number/dolozka.pdf", p.PostingClause)
	app.Get("/urady/:slug/deska/:number/dukazy.zip", p.PostingEvidence)
	app.Get("/urady/:slug/deska/:number/:n/strana/:page", p.PostingPicture)
	app.Get("/urady/:slug/deska/:number/:n/:name", p.PostingFile)
	app.Get("/kiosk/deska/:slug", p.Kiosk)
	app.Get("/kiosk/deska/:slug/stav.json", p.KioskState)
	app.Get("/kiosk/deska/:slug/obsah.json", p.KioskContents)
	app.Get("/kiosk/deska/:slug/obsluha.js", p.KioskWorker)
	app.Get("/kiosk/deska/:slug/:number", p.KioskItem)
	app.Get("/pristupnost", p.Accessibility)
	app.Get("/overeni", p.Verify)
	app.Post("/overeni", p.CheckDocument)
	app.Get("/api/routing", p.RoutingAPI)
	if d.Settings.Demo {
		app.Get("/demo/posta", p.Mailbox)
		app.Get("/demo/posta/:id", p.Mail)
		app.Get("/demo/vzhled", p.Style)
		app.Get("/demo/vzhled/kancelar", p.StyleDesk)
	}

	// staff: in and out
	s := d.SignIn
	app.Get("/prihlaseni", s.Show)
	app.Post("/prihlaseni", s.Password)
	app.Get("/prihlaseni/odkaz", s.AskLink)
	app.Post("/prihlaseni/odkaz", s.SendLink)
	app.Get("/prihlaseni/:token", s.Link)
	app.Post("/prihlaseni/:token", s.UseLink)
	app.Post("/odhlaseni", s.SignOut)

	// clerks
	k := d.Desk
	see, assign, handle, post := k.Require(users.SeeMail), k.Require(users.Assign), k.Require(users.Handle), k.Require(users.Post)
	forward, admin, log, anyone := k.Require(users.Forward), k.Require(users.AdminOffice), k.Require(users.ViewAudit), k.Require()
	app.Get("/kancelar", anyone, k.Today)
	app.Post("/kancelar/urad", anyone, k.SwitchOffice)
	app.Get("/kancelar/posta", see, k.Inbox)
	app.Post("/kancelar/posta/pridelit", assign, k.AssignMany)
	app.Post("/kancelar/posta/vratit", assign, k.UndoAssign)
	app.Get("/kancelar/nevyrizene", see, k.Unanswered)
	app.Get("/kancelar/zastupovani", see, k.Cover)
	app.Post("/kancelar/zastupovani", handle, k.AddCover)
	app.Post("/kancelar/zastupovani/:id/konec", handle, k.EndCover)
	app.Get("/kancelar/spisy", see, k.Cases)
	app.Get("/kancelar/denik", see, k.Journal)
	app.Get("/kancelar/hledat", see, k.Search)
	app.Get("/kancelar/lhuty", see, k.Terms)
	app.Get("/kancelar/spisy/:id", see, k.Case)
	app.Get("/kancelar/spisy/:id/dokument/:doc/storno", handle, k.CancelForm)
	app.Post("/kancelar/spisy/:id/dokument/:doc/storno", handle, k.Cancel)
	app.Get("/kancelar/spisy/:id/dokument/:doc/vyridit", handle, k.DocumentForm)
	app.Post("/kancelar/spisy/:id/dokument/:doc/vyridit", handle, k.Document)
	app.Get("/kancelar/spisy/:id/dokument/:doc/:n", see, k.File)
	app.Get("/kancelar/spisy/:id/pridelit", assign, k.AssignForm)
	app.Post("/kancelar/spisy/:id/pridelit", assign, k.Assign)
	app.Get("/kancelar/spisy/:id/vyzva", handle, k.AskForm)
	app.Post("/kancelar/spisy/:id/vyzva", handle, k.Ask)
	app.Get("/kancelar/spisy/:id/prodlouzit", handle, k.ExtendForm)
	app.Post("/kancelar/spisy/:id/prodlouzit", handle, k.Extend)
	app.Get("/kancelar/spisy/:id/vyridit", handle, k.HandleForm)
	app.Post("/kancelar/spisy/:id/vyridit", handle, k.Handle)
	app.Post("/kancelar/spisy/:id/prevzit", handle, k.Accept)
	app.Get("/kancelar/spisy/:id/odmitnout", handle, k.RefuseForm)
	app.Post("/kancelar/spisy/:id/odmitnout", handle, k.Refuse)
	app.Get("/kancelar/spisy/:id/prerusit", handle, k.PauseForm)
	app.Post("/kancelar/spisy/:id/prerusit", handle, k.Pause)
	app.Get("/kancelar/spisy/:id/postoupit", forward, k.ForwardForm)
	app.Post("/kancelar/spisy/:id/postoupit", forward, k.Forward)
	l := d.Letters
	wording := l.Require(users.SeeMail, users.AdminOffice)
	app.Get("/kancelar/dopisy", see, l.List)
	app.Get("/kancelar/spisy/:id/dopisy/novy", handle, l.New)
	app.Post("/kancelar/spisy/:id/dopisy/novy", handle, l.Start)
	app.Get("/kancelar/dopisy/:id", see, l.Show)
	app.Post("/kancelar/dopisy/:id", handle, l.Save)
	app.Get("/kancelar/dopisy/:id/nahled.pdf", see, l.Preview)
	app.Post("/kancelar/dopisy/:id/:act", handle, l.Act)
	app.Get("/kancelar/vzory", wording, l.Templates)
	app.Post("/kancelar/vzory", admin, l.SaveSetting)
	app.Get("/kancelar/vzory/:code", wording, l.Template)
	app.Post("/kancelar/vzory/:code", admin, l.SaveTemplate)
	app.Post("/kancelar/vzory/:code/puvodni", admin, l.ResetTemplate)
	app.Get("/kancelar/deska", post, k.BoardList)
	app.Get("/kancelar/deska/nove", post, k.NewPosting)
	app.Post("/kancelar/deska/nove", post, k.MakePosting)
	app.Get("/kancelar/deska/:number", post, k.Posting)
	app.Get("/kancelar/deska/:number/opravit", post, k.ReviseForm)
	app.Post("/kancelar/deska/:number/opravit", post, k.Revise)
	app.Get("/kancelar/deska/:number/soubor/:rev/:n", post, k.PostingFile)
	app.Get("/kancelar/deska/:number/tisk.pdf", post, k.PostingPaper)
	app.Get("/kancelar/deska/:number/dolozka.pdf", post, k.PostingClause)
	app.Post("/kancelar/deska/:number/ulice", post, k.PostingPhysical)
	app.Get("/kancelar/deska/:number/:act", post, k.PostingActForm)
	app.Post("/kancelar/deska/:number/:act", post, k.PostingAct)
	app.Get("/kancelar/ucet", anyone, k.Account)
	app.Post("/kancelar/ucet/heslo", anyone, k.SetPassword)
	app.Post("/kancelar/ucet/odhlasit", anyone, k.RevokeSession)
	app.Get("/kancelar/sprava", admin, k.OfficeForm)
	app.Post("/kancelar/sprava", admin, k.SaveOffice)
	app.Get("/kancelar/sprava/lide", admin, k.People)
	app.Post("/kancelar/sprava/lide", admin, k.Invite)
	app.Post("/kancelar/sprava/lide/:account/konec", admin, k.EndMember)
	app.Get("/kancelar/sprava/utvary", admin, k.Units)
	app.Post("/kancelar/sprava/utvary", admin, k.SaveUnit)
	app.Get("/kancelar/sprava/prislusnost", admin, k.Competence)
	app.Post("/kancelar/sprava/prislusnost", admin, k.Propose)
	app.Post("/kancelar/sprava/prislusnost/:proposal", admin, k.DecideProposal)
	app.Get("/kancelar/sprava/deska", admin, k.BoardContracts)
	app.Post("/kancelar/sprava/deska", admin, k.ConcludeContract)
	app.Post("/kancelar/sprava/deska/:contract/konec", admin, k.EndContract)
	app.Get("/kancelar/sprava/deska/oznameni", admin, k.BoardHooks)
	app.Get("/kancelar/sprava/deska/oznameni/nove", admin, k.NewHook)
	app.Post("/kancelar/sprava/deska/oznameni/nove", admin, k.AddHook)
	app.Get("/kancelar/sprava/deska/oznameni/:id", admin, k.BoardHook)
	app.Post("/kancelar/sprava/deska/oznameni/:id/zkouska", admin, k.TestHook)
	app.Post("/kancelar/sprava/deska/oznameni/:id/stav", admin, k.SwitchHook)
	app.Post("/kancelar/sprava/deska/oznameni/:id/volani/:call/znovu", admin, k.RetryCall)
	app.Get("/kancelar/sprava/zaznam", log, k.Log)

	// operator
	o := d.Operator
	operate := o.Require()
	app.Get("/sprava", operate, o.Home)
	app.Get("/sprava/urady", operate, o.OfficeList)
	app.Get("/sprava/ulohy", operate, o.Jobs)
	app.Post("/sprava/ulohy/znovu", operate, o.RetryKind)
	app.Post("/sprava/ulohy/:id/znovu", operate, o.Retry)
	app.Get("/sprava/posta", operate, o.MailList)
	app.Get("/sprava/stav", operate, o.Health)
}

// ready tells a balancer whether this process can serve.
func ready(d Deps) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if err := d.Ready(c.UserContext()); err != nil {
			return err
		}
		return c.SendString("ready")
	}
}

// longLived: names of built assets carry a hash, so they never change.
func longLived(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	return c.Next()
}
