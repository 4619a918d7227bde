package mailroom

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records/intake"
)

// maxFiles bounds the files of one form.
const maxFiles = 50

// sealUse binds kept files to the person who sent them.
func sealUse(c *fiber.Ctx) string {
	return fmt.Sprintf("mailroom-files %d %s", web.Session(c).Office, web.Session(c).Scope().Actor)
}

// read takes the form in: values, files as they stream, and those kept before.
func (m *Mailroom) read(c *fiber.Ctx, p *NewPage) error {
	reader := m.Reader
	reader.Limits.File = int64(p.MB) << 20
	var fresh []*intake.Item
	var refused []errs.Field
	v, err := web.FormValues(c, func(u web.Upload) error {
		if len(fresh) >= maxFiles {
			return errs.Newf(errs.Invalid, "Najednou nahrajte nejvýše %d souborů.", maxFiles)
		}
		it, err := reader.Read(c.UserContext(), u.Name, u.Body)
		if errs.Is(err, errs.Invalid) {
			refused = append(refused, errs.Field{Name: "files", Message: u.Name + ": " + errs.Message(err)})
			return nil
		}
		fresh = append(fresh, it)
		return err
	})
	if err != nil {
		return err
	}
	p.Values = map[string]string{}
	for name := range v {
		p.Values[name] = strings.TrimSpace(v.Get(name))
	}
	if k := p.Value("key"); len(k) == 16 {
		p.Key = k
	}
	var before []*intake.Item
	web.Unseal(c, sealUse(c), v.Get("sealed"), &before) // not ours: nothing was kept
	for i, it := range before {
		if slices.Contains(v["file"], strconv.Itoa(i)) {
			p.items = append(p.items, it)
		}
	}
	p.items = append(p.items, fresh...)
	p.prefill(fresh)
	p.wrong(refused)
	return nil
}

// prefill writes what a message says about itself into fields that are empty.
func (p *NewPage) prefill(fresh []*intake.Item) {
	for _, it := range fresh {
		if it.Way == "" {
			continue
		}
		put := func(name, value string) {
			if p.Value(name) == "" {
				p.Values[name] = value
			}
		}
		put("subject", it.Subject)
		put("who", it.Sender.Name)
		put("email", it.Sender.Email)
		put("data_box", it.Sender.DataBox)
		put("foreign_number", it.ForeignNo)
		p.Values["way"] = it.Way
		if it.Way == intake.DataBox {
			p.Values["who_kind"] = it.Sender.Kind
		}
		if it.DeliveredAt != nil {
			at := it.DeliveredAt.In(clock.Prague)
			p.Values["day"], p.Values["time"] = at.Format("2. 1. 2006"), at.Format("15:04:05")
		}
		return
	}
}

// seal lists the files in the page so that they come back with the next sending.
func (p *NewPage) seal(c *fiber.Ctx) (err error) {
	for i, it := range p.items {
		line := FileLine{Index: i, Name: it.Pieces[0].Name, Size: it.Pieces[0].Size, Lost: it.Losses}
		for _, q := range it.Pieces[1:] {
			line.Inside = append(line.Inside, q.Name)
		}
		p.Files = append(p.Files, line)
	}
	if len(p.items) > 0 {
		p.Sealed, err = web.Seal(c, sealUse(c), p.items)
	}
	return err
}

// FilesPage takes in many messages at once.
type FilesPage struct {
	web.Page
	Form
	MB      int
	Results []Result
	Good    int
}

// Result is what became of one file.
type Result struct {
	File, Number, Problem, Subject, Party string
	CaseID                                int64
	Again                                 bool
}

// Files is the form for many files.
func (m *Mailroom) Files(c *fiber.Ctx) error {
	p := FilesPage{MB: 160}
	err := m.InOffice(c, func(_ context.Context, tx *db.Tx) (err error) {
		p.Page, err = m.Page(c, tx, "Zapsat soubory")
		return err
	})
	if err != nil {
		return err
	}
	return web.View(c, "mailroom/files", "", p)
}

// TakeFiles registers each file as a document of its own while the next one streams in; one that is refused stops no other.
func (m *Mailroom) TakeFiles(c *fiber.Ctx) error {
	t := intake.Taker{DB: m.DB, Reader: m.Reader, Law: m.Records, Clock: m.Clock}
	p := FilesPage{MB: 160}
	scope := web.Session(c).Scope()
	_, err := web.FormValues(c, func(u web.Upload) error {
		if len(p.Results) >= 500 {
			return errs.New(errs.Invalid, "Najednou nahrajte nejvýše 500 souborů.")
		}
		r := Result{File: u.Name}
		got, err := t.Take(c.UserContext(), scope, u.Name, u.Body)
		switch {
		case errs.Is(err, errs.Invalid):
			r.Problem = errs.Message(err)
		case err != nil:
			return err
		default:
			r.Number, r.CaseID, r.Again, r.Problem, r.Subject, r.Party = got.Number, got.CaseID, got.Again, got.Item.Problem(), got.Item.Subject, got.Item.Sender.Name
			p.Good++
		}
		p.Results = append(p.Results, r)
		return nil
	})
	if err != nil {
		return err
	}
	if len(p.Results) == 0 {
		p.wrong([]errs.Field{{Name: "files", Message: "Vyberte aspoň jeden soubor."}})
	}
	err = m.InOffice(c, func(_ context.Context, tx *db.Tx) (err error) {
		p.Page, err = m.Page(c, tx, "Zapsat soubory")
		return err
	})
	if err != nil {
		return err
	}
	if len(p.Errors) > 0 {
		return web.Invalid(c, "mailroom/files", "", p)
	}
	return web.View(c, "mailroom/files", "", p)
}
