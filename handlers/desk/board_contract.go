package desk

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/board"
	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/errs"
)

// ContractsPage lists contracts about boards and lets an office hand its own over.
type ContractsPage struct {
	web.Page
	Rows    []ContractRow
	Offices []Choice
	Values  map[string]string
	Errors  []Wrong
}

// ContractRow is one contract as the office sees it.
type ContractRow struct {
	ID     int64
	Title  string
	With   string // the other office
	Served bool   // this office handed its board over
	From   time.Time
	To     *time.Time
	Valid  bool
	Ends   bool // may be ended by this office
	Future bool
}

// Value is what stands in a field.
func (p ContractsPage) Value(name string) string { return p.Values[name] }

// Error is the message about a field.
func (p ContractsPage) Error(name string) string {
	for _, w := range p.Errors {
		if w.ID == name {
			return w.Message
		}
	}
	return ""
}

// BoardContracts shows the contracts of the office.
func (d *Desk) BoardContracts(c *fiber.Ctx) error {
	p, err := d.contractsPage(c, map[string]string{"valid_from": czech(d.Date())})
	if err != nil {
		return err
	}
	return web.View(c, "deskboard/contracts", "", p)
}

func (d *Desk) contractsPage(c *fiber.Ctx, values map[string]string) (ContractsPage, error) {
	if values == nil {
		values = map[string]string{}
	}
	p := ContractsPage{Values: values}
	here := web.Session(c).Office
	for _, o := range d.Offices.Snapshot().Participating() {
		if o.ID != here {
			p.Offices = append(p.Offices, Choice{Value: o.Slug, Label: o.Name, Selected: o.Slug == values["publisher"]})
		}
	}
	err := d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = d.Page(c, tx, "Deska pro sousedy"); err != nil {
			return err
		}
		list, err := board.Contracts(ctx, tx, here)
		if err != nil {
			return err
		}
		for _, k := range list {
			row := ContractRow{ID: k.ID, Title: k.Title, Served: k.ServedID == here, From: k.ValidFrom, To: k.ValidTo, Valid: k.ValidOn(d.Date())}
			other := k.PublisherID
			if other == here {
				other = k.ServedID
			}
			o, err := d.Offices.ByID(other)
			if err != nil {
				return err
			}
			row.With = o.Name
			row.Future = !row.Valid && days(d.Date(), k.ValidFrom) > 0
			row.Ends = row.Served && (row.Valid || row.Future)
			p.Rows = append(p.Rows, row)
		}
		return nil
	})
	return p, err
}

// ConcludeContract hands the office's board over to another office.
func (d *Desk) ConcludeContract(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	values := map[string]string{}
	for name := range v {
		values[name] = v.Get(name)
	}
	var wrong []errs.Field
	publisher, err := d.Offices.BySlug(v.Get("publisher"))
	if err != nil || !publisher.Participates {
		wrong = append(wrong, errs.Field{Name: "publisher", Message: "Vyberte úřad, který bude vaši desku vést."})
	}
	from, ok := web.ParseDay(v.Get("valid_from"))
	if !ok {
		wrong = append(wrong, errs.Field{Name: "valid_from", Message: wrongDay})
	}
	var to *time.Time
	if v.Get("valid_to") != "" {
		day, ok := web.ParseDay(v.Get("valid_to"))
		if to = &day; !ok {
			wrong = append(wrong, errs.Field{Name: "valid_to", Message: wrongDay})
		}
	}
	if len(wrong) == 0 {
		err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
			_, err := board.Conclude(ctx, tx, publisher.ID, v.Get("title"), from, to, d.Clock.Now())
			return err
		})
		if err != nil && !errs.Is(err, errs.Invalid) {
			return err
		}
		wrong = errs.FieldsOf(err)
	}
	if len(wrong) > 0 {
		return d.contractWrong(c, values, wrong)
	}
	web.SetFlash(c, "success", "Smlouva je zapsaná. "+publisher.Name+" může vyvěšovat na vaši desku.")
	return web.See(c, "/kancelar/sprava/deska")
}

func (d *Desk) contractWrong(c *fiber.Ctx, values map[string]string, wrong []errs.Field) error {
	p, err := d.contractsPage(c, values)
	if err != nil {
		return err
	}
	for _, f := range wrong {
		p.Errors = append(p.Errors, Wrong{ID: f.Name, Message: f.Message})
	}
	return web.Invalid(c, "deskboard/contracts", "", p)
}

// EndContract sets the last day of a contract of the office.
func (d *Desk) EndContract(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	id, err := web.Number(c, "contract")
	if err != nil {
		return err
	}
	field := "last-" + c.Params("contract")
	last, ok := web.ParseDay(v.Get("last"))
	if !ok {
		return d.contractWrong(c, nil, []errs.Field{{Name: field, Message: wrongDay}})
	}
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) error { return board.EndContract(ctx, tx, id, last, d.Clock.Now()) })
	if errs.Is(err, errs.NotFound) {
		return d.contractWrong(c, nil, []errs.Field{{Name: field, Message: "Smlouva nemůže skončit dřív, než začala."}})
	}
	if err != nil {
		return err
	}
	web.SetFlash(c, "success", "Smlouva platí naposledy "+czech(last)+".")
	return web.See(c, "/kancelar/sprava/deska")
}
