package letters

import (
	"strings"
	"time"

	"epom/internal/clock"
	"epom/internal/pdf"
	"epom/offices"
	"epom/records"
)

// Sheet is all that stands on an outgoing document.
type Sheet struct {
	Office      *offices.Office
	Contact     string // how to reach the office, on one line
	Case        records.Case
	Document    records.Document // with its components, which are the attachments
	Addressee   string
	Address     string
	Rows        []pdf.Row // further facts of the head: the addressee's own numbers
	Body        string
	Notes       []string
	Instruction string // poučení
	Clerk       string
	Party       *records.Party    // the addressee in the name register
	Answers     *records.Document // the document it answers
	Mark        string            // over every page while no seal makes it binding
}

// Paper sets a letter as a tagged PDF with the metadata of Act 499/2004 Sb. § 69a inside. The same sheet gives the same
// bytes.
func Paper(s Sheet) ([]byte, error) {
	doc := s.Document
	d := pdf.New(pdf.Meta{Title: doc.Subject, Author: s.Office.Name, Subject: s.Case.Subject, Created: doc.RegisteredAt,
		Header: s.Office.Name, Aside: doc.ReferenceNumber, Footer: s.Office.Name + ", " + s.Office.Address(), Mark: s.Mark})
	d.Small(s.Office.Name + "\n" + s.Contact)
	rows := []pdf.Row{{Label: "Číslo jednací", Value: doc.ReferenceNumber}, {Label: "Spisová značka", Value: s.Case.Mark}, {Label: "Věc", Value: s.Case.Subject}}
	rows = append(rows, s.Rows...)
	if s.Clerk != "" {
		rows = append(rows, pdf.Row{Label: "Vyřizuje", Value: s.Clerk})
	}
	rows = append(rows, pdf.Row{Label: "Datum", Value: day(doc.RegisteredAt)}, pdf.Row{Label: "Adresát", Value: strings.TrimSpace(s.Addressee + "\n" + s.Address)})
	d.Rows(rows)
	d.Heading(1, doc.Subject)
	if s.Body != "" {
		d.Para(s.Body)
	}
	for _, n := range s.Notes {
		d.Note(n)
	}
	if s.Instruction != "" {
		d.Heading(2, "Poučení")
		d.Para(s.Instruction)
	}
	if len(doc.Components) > 0 {
		d.Heading(2, "Přílohy")
		files := make([]pdf.Row, len(doc.Components))
		for i, c := range doc.Components {
			files[i] = pdf.Row{Label: c.Name, Value: "SHA-256: " + c.SHA256}
		}
		d.Rows(files)
	}
	signed := s.Office.Name
	if s.Clerk != "" {
		signed = s.Clerk + "\n" + signed
	}
	d.Rule()
	d.Para(signed)
	if meta, ok := Metadata(s); ok && doc.ID != 0 { // a draft has no number to speak of
		d.Attach(MetadataFile, "application/xml", pdf.Data, meta)
	}
	return d.Bytes()
}

var months = [12]string{"ledna", "února", "března", "dubna", "května", "června", "července", "srpna", "září", "října", "listopadu", "prosince"}

// day writes the legal date of an instant out.
func day(at time.Time) string {
	t := at.In(clock.Prague)
	return t.Format("2. ") + months[t.Month()-1] + t.Format(" 2006")
}
