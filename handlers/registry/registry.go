// Package registry is the clerks' side of what is registered as a whole: how numbers look and which registers there are, kept
// searches, and books (journals, lists, exports, statistics) that are made in the background.
//
// Routes:
//
//	GET /kancelar/sestavy  Books  see-books
//	POST /kancelar/sestavy  Ask  see-books
//	GET /kancelar/sestavy/statistika  Statistics  see-books
//	GET /kancelar/sestavy/:id  Book  see-books
//	POST /kancelar/sestavy/:id/zastavit  Stop  see-books
//	GET /kancelar/sestavy/:id/soubor  File  see-books
//	POST /kancelar/hledat/ulozit  SaveFilter  see-mail
//	POST /kancelar/hledat/filtry/:id/smazat  DropFilter  see-mail
//	GET /kancelar/sprava/cislovani  Numbers  admin-office
//	POST /kancelar/sprava/cislovani  Change  admin-office
package registry

import (
	"epom/handlers/web"
	"epom/internal/blob"
	"epom/internal/errs"
)

// Registry is the group of handlers.
type Registry struct {
	web.Staff
	Files   *blob.Store
	Agendas func() []Choice          // all agendas of today, by name
	Agenda  func(code string) string // its name
}

// Templates are the pages of the group and the data they are shown with.
var Templates = map[string]any{
	"registry/numbers": NumbersPage{}, "registry/books": BooksPage{}, "registry/books#list": BooksPage{}, "registry/book": BookPage{}, "registry/book#state": BookPage{},
	"registry/statistics": StatisticsPage{},
}

// Choice is an option of a select.
type Choice struct {
	Value, Label string
	Selected     bool
}

// Wrong is an error of a form: the field it is about, where that stands in the page, and what to do.
type Wrong struct{ Field, ID, Label, Message string }

// wrongs are the errors of a form; an error about no field stands on its own. ok = false: it is none of the form's.
func wrongs(err error) (list []Wrong, ok bool) {
	for _, f := range errs.FieldsOf(err) {
		list = append(list, Wrong{Field: f.Name, Message: f.Message})
	}
	if list == nil && (errs.Is(err, errs.Conflict) || errs.Is(err, errs.Invalid)) && errs.Message(err) != "" {
		list = []Wrong{{Message: errs.Message(err)}}
	}
	return list, list != nil
}
