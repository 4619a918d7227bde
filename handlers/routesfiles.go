package handlers

import (
	"github.com/gofiber/fiber/v2"

	"epom/handlers/files"
	"epom/users"
)

// fileRoutes are case files as such: their class and what belongs together, closing, the records store, disposal, the scheme. They come
// before the pages of one case file, whose parameters would take their names.
func fileRoutes(app *fiber.App, f *files.Files) {
	see, handle, keep, dispose, admin := f.Require(users.SeeMail), f.Require(users.Handle), f.Require(users.KeepStore), f.Require(users.Dispose), f.Require(users.AdminOffice)
	open, books := f.Require(users.Register, users.Handle), f.Require(users.SeeBooks)
	app.Get("/kancelar/spisy/novy", open, f.NewForm)
	app.Post("/kancelar/spisy/novy", open, f.Open)
	app.Get("/kancelar/spisy/:id/obsah", see, f.Contents)
	app.Get("/kancelar/spisy/:id/obal.pdf", see, f.Cover)
	app.Get("/kancelar/spisy/:id/zarazeni", handle, f.ClassForm)
	app.Post("/kancelar/spisy/:id/zarazeni", handle, f.Classify)
	app.Post("/kancelar/spisy/:id/rok", handle, f.SetYear)
	app.Post("/kancelar/spisy/:id/pripojit", handle, f.Join)
	app.Post("/kancelar/spisy/:id/oddelit", handle, f.Separate)
	app.Post("/kancelar/spisy/:id/odkaz", handle, f.Refer)
	app.Post("/kancelar/spisy/:id/odkaz/:n/konec", handle, f.EndLink)
	app.Post("/kancelar/spisy/:id/dilci", handle, f.Sub)
	app.Get("/kancelar/spisy/:id/dokument/:doc/presun", handle, f.MoveForm)
	app.Post("/kancelar/spisy/:id/dokument/:doc/presun", handle, f.Move)
	app.Get("/kancelar/spisy/:id/uzavrit", handle, f.CloseForm)
	app.Post("/kancelar/spisy/:id/uzavrit", handle, f.Close)
	app.Post("/kancelar/spisy/:id/otevrit", handle, f.Reopen)
	app.Post("/kancelar/spisy/:id/doplnit", handle, f.Mend)
	app.Get("/kancelar/spisy/:id/balicek.zip", dispose, f.Package)
	app.Get("/kancelar/spisovna", books, f.Store)
	app.Post("/kancelar/spisovna/predat", handle, f.HandOver)
	app.Post("/kancelar/spisovna/krabice", keep, f.AddBox)
	app.Post("/kancelar/spisovna/zapujcit", keep, f.Lend)
	app.Post("/kancelar/spisovna/vratit", keep, f.Return)
	app.Get("/kancelar/spisovna/predani/:id", books, f.Handover)
	app.Post("/kancelar/spisovna/predani/:id", keep, f.TakeOver)
	app.Get("/kancelar/spisovna/predani/:id/protokol.pdf", books, f.HandoverPaper)
	app.Get("/kancelar/skartace", dispose, f.Due)
	app.Post("/kancelar/skartace/navrh", dispose, f.Propose)
	app.Post("/kancelar/skartace/pozastavit", dispose, f.Hold)
	app.Get("/kancelar/skartace/:id", dispose, f.Disposal)
	app.Get("/kancelar/skartace/:id/balicky.zip", dispose, f.Packages)
	app.Post("/kancelar/skartace/:id/odeslano", dispose, f.Sent)
	app.Post("/kancelar/skartace/:id/rozhodnuti", dispose, f.Decide)
	app.Post("/kancelar/skartace/:id/soubor", dispose, f.ImportDecision)
	app.Post("/kancelar/skartace/:id/provest", dispose, f.Execute)
	app.Post("/kancelar/skartace/:id/zpet", dispose, f.Withdraw)
	app.Get("/kancelar/sprava/spisovy-plan", admin, f.Scheme)
	app.Post("/kancelar/sprava/spisovy-plan/vzor", admin, f.AdoptStarter)
	app.Post("/kancelar/sprava/spisovy-plan/soubor", admin, f.ImportScheme)
	app.Post("/kancelar/sprava/spisovy-plan/agendy", admin, f.SetAgendas)
	app.Post("/kancelar/sprava/spisovy-plan/:id/schvaleni", admin, f.ApproveScheme)
	app.Get("/kancelar/sprava/spisovy-plan/:id/plan.xml", admin, f.SchemeXML)
	app.Get("/kancelar/sprava/spisovy-plan/:id/plan.csv", admin, f.SchemeCSV)
	app.Get("/kancelar/sprava/spisovy-plan/:id/skupina/:n", admin, f.GroupForm)
	app.Post("/kancelar/sprava/spisovy-plan/:id/skupina/:n", admin, f.SaveGroup)
	app.Post("/kancelar/sprava/spisovy-plan/:id/skupina/:n/odebrat", admin, f.RemoveGroup)
}
