// Package dispatch is the clerks' side of sending out (výpravna): what waits to be sent, by which way it goes, the post with
// its envelopes and sheets, delivery receipts, and what has become of each sending.
//
// Routes:
//
//	GET /kancelar/vypravna  List  see-mail
//	GET /kancelar/vypravna/nova  New  register
//	POST /kancelar/vypravna/nova  Make  register
//	GET /kancelar/vypravna/posta  Post  register
//	POST /kancelar/vypravna/posta  HandOver  register
//	POST /kancelar/vypravna/rada  SetRange  register
//	GET /kancelar/vypravna/obalky.pdf  Envelopes  register
//	GET /kancelar/vypravna/archy/:number  SheetPaper  see-books
//	GET /kancelar/vypravna/dodejky  Scan  register
//	POST /kancelar/vypravna/dodejky  Scanned  register
//	GET /kancelar/vypravna/prehled  Statistics  see-books
//	GET /kancelar/vypravna/:id  Show  see-mail
//	POST /kancelar/vypravna/:id  Write  register
//	POST /kancelar/vypravna/:id/znovu  Retry  register
//	POST /kancelar/vypravna/:id/zrusit  Withdraw  register
//	POST /kancelar/vypravna/:id/zapis/:event/zrusit  Void  register
package dispatch

import (
	"fmt"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/blob"
	"epom/internal/errs"
	sending "epom/records/dispatch"
	"epom/users"
)

// Dispatch is the group of handlers.
type Dispatch struct {
	web.Staff
	Sending *sending.Law
	Files   *blob.Store
	Boxes   bool // the data box system is connected
}

const home = "/kancelar/vypravna"

func itemPath(id int64) string { return fmt.Sprintf("%s/%d", home, id) }

// Wrong is one wrong field for the list on top of a form.
type Wrong struct{ ID, Label, Message string }

// Wrongs are all wrong fields of a form.
type Wrongs []Wrong

// Error is the message about a field.
func (w Wrongs) Error(name string) string {
	for _, x := range w {
		if x.ID == name {
			return x.Message
		}
	}
	return ""
}

// wrongs reads the fields of an error; suffix tells apart the fields of several things on one page.
func wrongs(err error, suffix string) (list Wrongs) {
	for _, f := range errs.FieldsOf(err) {
		list = append(list, Wrong{ID: f.Name + suffix, Message: f.Message})
	}
	if len(list) == 0 {
		list = Wrongs{{Message: errs.Message(err)}}
	}
	return list
}

// wayWords say how a way is called.
var wayWords = map[string]string{sending.Office: "hned do e-POM úřadu", sending.DataBox: "datová schránka", sending.Counter: "předání do rukou", sending.Email: "e-mail",
	sending.Post: "pošta", sending.Board: "úřední deska"}

// tones of states; the word beside says the same.
var tones = map[string]string{sending.Waiting: "info", sending.Sent: "info", sending.Boxed: "info", sending.Stored: "warning", sending.Posted: "info", sending.Delivered: "success",
	sending.Fictitious: "success", sending.Unconfirmed: "danger", sending.Failed: "danger", sending.Returned: "danger", sending.Withdrawn: "neutral"}

// Row is a sending in a list.
type Row struct {
	sending.Item
	Href, Way, Tone, Word string
}

// row shows a sending.
func (d *Dispatch) row(i sending.Item) Row {
	r := Row{Item: i, Href: itemPath(i.ID), Way: wayWords[i.Way], Tone: tones[i.State.Kind], Word: i.State.Label()}
	if s, ok := d.Sending.Service(i.Service, i.MadeAt); ok {
		r.Way += " – " + s.Name
	}
	return r
}

func (d *Dispatch) rows(items []sending.Item) []Row {
	rows := make([]Row, len(items))
	for i := range items {
		rows[i] = d.row(items[i])
	}
	return rows
}

func mayWrite(c *fiber.Ctx) bool { return users.Can(web.Session(c), users.Register) }

func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}
