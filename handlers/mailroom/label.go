package mailroom

import (
	"context"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/pdf"
	"epom/records"
	"epom/records/intake"
)

// Mark is what the stamp of the mailroom says (podací razítko, § 3(3) of Decree 259/2012 Sb.).
type Mark struct {
	Office, Number, JID, Delivered, Registered string
	Sheets, Attachments, AttachmentSheets      string
	Digital, Barcode, MailNo                   string
	CaseID                                     int64
	ID                                         int64
}

// LabelPage is a label for printing by the browser.
type LabelPage struct {
	web.Page
	Mark Mark
	QR   web.QR
	Bars web.Bars
}

func (m *Mailroom) mark(ctx context.Context, c *fiber.Ctx, tx *db.Tx) (k Mark, err error) {
	id, err := web.Number(c, "doc")
	if err != nil {
		return k, err
	}
	d, err := records.DocumentByID(ctx, tx, id)
	if err != nil {
		return k, err
	}
	if d.Direction != records.In {
		return k, errs.New(errs.NotFound, "Razítko podatelny má jen doručený dokument.")
	}
	o, err := m.Offices.ByID(tx.Office)
	if err != nil {
		return k, err
	}
	k = Mark{Office: o.Name, Number: d.ReferenceNumber, JID: d.JID(o.ICO, o.Abbreviation), Registered: d.RegisteredAt.In(clock.Prague).Format("2. 1. 2006 15:04"), Digital: d.AttachmentNote,
		Barcode: d.Barcode, CaseID: d.CaseID, ID: d.ID}
	if d.DeliveredAt != nil {
		k.Delivered = d.DeliveredAt.In(clock.Prague).Format("2. 1. 2006 15:04:05")
	}
	k.Sheets, k.Attachments, k.AttachmentSheets = count(d.Sheets), count(d.Attachments), count(d.AttachmentSheets)
	k.MailNo, _ = d.Envelope.V["registered_mail"].(string)
	return k, nil
}

func count(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func (m *Mailroom) address(c *fiber.Ctx, k Mark) string {
	base := m.BaseURL
	if base == "" {
		base = c.BaseURL()
	}
	return base + "/kancelar/posta/kod?kod=" + k.Number
}

// Label is a page for the label printer: A7, with the number as text, bars and squares.
func (m *Mailroom) Label(c *fiber.Ctx) error {
	var p LabelPage
	err := m.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = m.Page(c, tx, "Štítek"); err != nil {
			return err
		}
		p.Mark, err = m.mark(ctx, c, tx)
		return err
	})
	if err != nil {
		return err
	}
	p.QR, p.Bars = web.NewQR(m.address(c, p.Mark)), web.NewBars(p.Mark.Number)
	return web.View(c, "mailroom/label", "", p)
}

// Stamp is the stamp of the mailroom on a sheet of its own, for papers that are not to be written on.
func (m *Mailroom) Stamp(c *fiber.Ctx) error {
	var k Mark
	err := m.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		k, err = m.mark(ctx, c, tx)
		return err
	})
	if err != nil {
		return err
	}
	d := pdf.New(pdf.Meta{Title: "Podací razítko " + k.Number, Lang: "cs", Created: m.Clock.Now(), Header: k.Office, Aside: k.Number})
	d.Heading(1, k.Office)
	rows := []pdf.Row{{Label: "Doručeno", Value: k.Delivered}, {Label: "Číslo jednací", Value: k.Number}, {Label: "Identifikátor", Value: k.JID}}
	for _, r := range []pdf.Row{{Label: "Listů", Value: k.Sheets}, {Label: "Příloh", Value: k.Attachments}, {Label: "Listů příloh", Value: k.AttachmentSheets},
		{Label: "Elektronické přílohy", Value: k.Digital}, {Label: "Podací číslo", Value: k.MailNo}} {
		if r.Value != "" {
			rows = append(rows, r)
		}
	}
	d.Rows(append(rows, pdf.Row{Label: "Zaevidováno", Value: k.Registered}))
	d.Code128(k.Number, "Čárový kód "+k.Number, 260)
	d.QR(m.address(c, k), k.Number, "Kód, kterým se dokument otevře v e-POM", 110)
	data, err := d.Bytes()
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/pdf")
	c.Set(fiber.HeaderContentDisposition, `inline; filename="razitko.pdf"`)
	return c.Send(data)
}

// CodePage says that a code leads nowhere.
type CodePage struct {
	web.Page
	Code string
}

// Code opens the case file of the document whose label was read by a scanner.
func (m *Mailroom) Code(c *fiber.Ctx) error {
	p := CodePage{Code: c.Query("kod")}
	var d intake.Done
	err := m.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if d, err = intake.ByCode(ctx, tx, p.Code); errs.Is(err, errs.NotFound) {
			err = nil
		}
		if err == nil {
			p.Page, err = m.Page(c, tx, "Otevřít podle kódu")
		}
		return err
	})
	if err != nil {
		return err
	}
	if d.CaseID != 0 {
		return web.See(c, "/kancelar/spisy/"+strconv.FormatInt(d.CaseID, 10))
	}
	if p.Code != "" {
		c.Status(fiber.StatusNotFound)
	}
	return web.View(c, "mailroom/code", "", p)
}
