// Package files is the clerks' side of case files as such: class, what belongs together, closing, the records store, disposal and
// the classification scheme.
package files

import (
	"context"
	"mime"
	"net/url"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/blob"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/offices"
	"epom/records"
	"epom/records/dispatch"
	"epom/records/disposal"
	"epom/records/exchange"
	"epom/routing"
	"epom/submissions"
)

// Files is the group of handlers.
type Files struct {
	web.Staff
	Kept        *blob.Store
	Sending     *dispatch.Law
	Submissions *submissions.Service
	Router      *routing.Store
}

func (f *Files) room() *disposal.Room { return &disposal.Room{Files: f.Kept, Held: exchange.HeldCases} }

// office is the one where the signed-in person works.
func (f *Files) office(c *fiber.Ctx) (*offices.Office, error) {
	return f.Offices.ByID(web.Session(c).Office)
}

// Wrong is one wrong field for the list on top of a form.
type Wrong struct{ ID, Label, Message string }

// Form is what was typed into a page and what is wrong with it.
type Form struct {
	Values map[string]string
	Errors []Wrong
}

// Error is the message about a field.
func (f Form) Error(name string) string {
	for _, w := range f.Errors {
		if w.ID == name {
			return w.Message
		}
	}
	return ""
}

// Value is what stands in a field.
func (f Form) Value(name string) string { return f.Values[name] }

// Choice is an option of a select.
type Choice struct {
	Value, Label string
	Selected     bool
}

// act runs a change and answers it: done → back with a message; somebody faster or a refusal → back with a warning; wrong fields → the
// page again with what was typed.
func (f *Files) act(c *fiber.Ctx, back string, again func(*fiber.Ctx, Form) error, do func(context.Context, *db.Tx, url.Values) (string, error)) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	return f.acted(c, v, back, again, do)
}

func (f *Files) acted(c *fiber.Ctx, v url.Values, back string, again func(*fiber.Ctx, Form) error, do func(context.Context, *db.Tx, url.Values) (string, error)) error {
	said := ""
	err := f.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		said, err = do(ctx, tx, v)
		return err
	})
	switch {
	case err == nil:
		web.SetFlash(c, "success", said)
		return web.See(c, back)
	case errs.Is(err, errs.Conflict) && errs.Message(err) != "":
		web.SetFlash(c, "warning", errs.Message(err))
		return web.See(c, back)
	case errs.Is(err, errs.Invalid):
		form := Form{Values: map[string]string{}}
		for name := range v {
			if name != "_csrf" {
				form.Values[name] = v.Get(name)
			}
		}
		for _, w := range errs.FieldsOf(err) {
			form.Errors = append(form.Errors, Wrong{ID: w.Name, Message: w.Message})
		}
		if len(form.Errors) == 0 {
			form.Errors = []Wrong{{Message: errs.Message(err)}}
		}
		c.Status(fiber.StatusUnprocessableEntity)
		return again(c, form)
	}
	return err
}

// Head is what stands on top of the pages of a case file.
type Head struct {
	ID            int64
	Mark, Subject string
	Here          string
	Closed        bool
	Disposed      bool
}

func headOf(k records.Case, here string) Head {
	return Head{ID: k.ID, Mark: k.Mark, Subject: k.Subject, Here: here, Closed: k.ClosedAt != nil, Disposed: k.DisposedAt != nil}
}

// caseOf reads the case file in the address.
func caseOf(ctx context.Context, c *fiber.Ctx, tx *db.Tx) (records.Case, error) {
	id, err := web.Number(c, "id")
	if err != nil {
		return records.Case{}, err
	}
	k, err := records.CaseByID(ctx, tx, id)
	if errs.Is(err, errs.NotFound) {
		err = errs.New(errs.NotFound, "Tento spis ve vašem úřadu není.")
	}
	return k, err
}

func path(id int64, rest string) string {
	return "/kancelar/spisy/" + strconv.FormatInt(id, 10) + rest
}

// send hands out a made file.
func send(c *fiber.Ctx, name, media string, data []byte, inline bool) error {
	disposition := "attachment"
	if inline {
		disposition = "inline"
		c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'")
	}
	c.Set(fiber.HeaderContentType, media)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType(disposition, map[string]string{"filename": name}))
	return c.Send(data)
}

func number(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64)
	return n
}

// numbers reads all values of a field that are ids.
func numbers(v url.Values, name string) (list []int64) {
	for _, s := range v[name] {
		if n := number(s); n > 0 {
			list = append(list, n)
		}
	}
	return list
}

// agenda names an agenda.
func (f *Files) agenda(code string) string {
	if a, err := f.Router.Engine().Agenda(code, f.Date()); err == nil {
		return a.Name
	}
	return code
}

func czechDay(t time.Time) string { return t.Format("2. 1. 2006") }
