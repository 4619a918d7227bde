package desk

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/internal/clock"
	"epom/internal/pdf"
)

// PostingPaper is the sheet for the board in the street: what hangs, its number and days, and the way to the page.
func (d *Desk) PostingPaper(c *fiber.Ctx) error {
	p, err := d.postingDetail(c)
	if err != nil {
		return err
	}
	data, err := d.paper(p, d.base(c)+p.Board.Public(p.P.Number())).Bytes()
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/pdf")
	c.Set(fiber.HeaderContentSecurityPolicy, inline["application/pdf"])
	c.Set(fiber.HeaderContentDisposition, attachmentName("inline", "deska-"+p.P.Number()+".pdf"))
	return c.Send(data)
}

// base is how the site is reached from outside, without a slash at the end.
func (d *Desk) base(c *fiber.Ctx) string {
	if d.BaseURL != "" {
		return strings.TrimSuffix(d.BaseURL, "/")
	}
	return c.BaseURL()
}

// paper sets the sheet. The text of the posting stands on it when it has one; documents hang beside it.
func (d *Desk) paper(p PostingDetail, address string) *pdf.Doc {
	now, r := p.P.Posting, p.P.Current()
	mark := ""
	if p.Demo {
		mark = "zkušební – bez právních účinků"
	}
	doc := pdf.New(pdf.Meta{Mark: mark, Title: r.Title, Author: p.Board.Name, Created: d.Clock.Now(), Header: p.Board.Name + " – úřední deska", Aside: "č. " + now.Number()})
	doc.Heading(1, r.Title)
	rows := []pdf.Row{{Label: "Číslo na úřední desce", Value: now.Number()}, {Label: "Druh", Value: p.P.Kind.Name}, {Label: "Vydal", Value: r.Issuer}}
	add := func(label, value string) {
		if value != "" {
			rows = append(rows, pdf.Row{Label: label, Value: value})
		}
	}
	add("Číslo jednací", r.ReferenceNumber)
	add("Spisová značka", r.FileMark)
	if now.EventAt != nil {
		add("Koná se", strings.TrimSuffix(czechTime(*now.EventAt)+", "+now.EventPlace, ", "))
	}
	if now.EffectOn != nil {
		add("Účinky doručení", czech(*now.EffectOn))
	}
	until := "do odvolání"
	if now.UntilOn != nil {
		until = czech(*now.UntilOn) + " včetně"
	}
	add("Visí do", until)
	doc.Rows(rows)
	if r.Text != "" {
		doc.Para(r.Text)
	}
	if len(r.Files) > 0 {
		var names []string
		for _, f := range r.Files {
			names = append(names, f.Name)
		}
		doc.Heading(2, "Vyvěšené dokumenty")
		doc.List(names)
	}
	if len(now.Revisions) > 1 {
		doc.Note("Opravené znění ze dne " + czechTime(r.At) + ": " + r.Why)
	}
	doc.Rule()
	doc.QR(address, "Totéž na elektronické úřední desce:\n"+address, "Adresa vyvěšení: "+address, 30)
	times := []pdf.Row{{Label: "Vyvěšeno na elektronické desce", Value: orNotYet(now.PostedAt)}}
	if now.RemovedAt != nil {
		times = append(times, pdf.Row{Label: "Sejmuto z elektronické desky", Value: czechTime(*now.RemovedAt)})
	}
	doc.Rows(times)
	doc.Blanks(pdf.Blank{Label: "Vyvěšeno na desku dne " + known(now.PhysicalPostedAt)}, pdf.Blank{Label: "Sejmuto dne " + known(now.PhysicalRemovedAt)})
	doc.Sign("Podpis a razítko při vyvěšení", "Podpis a razítko při sejmutí")
	return doc
}

func orNotYet(t *time.Time) string {
	if t == nil {
		return "zatím ne"
	}
	return czechTime(*t)
}

// known is the day noted for the board in the street, to be printed rather than written by hand.
func known(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.In(clock.Prague).Format("2. 1. 2006 15:04")
}
