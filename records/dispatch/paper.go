package dispatch

import (
	"slices"
	"strconv"
	"time"

	"epom/internal/clock"
	"epom/internal/pdf"
	"epom/offices"
)

// Sizes are the codes of what addresses are printed on, in the order they are offered.
var Sizes = []string{"C5", "DL", "okenko"}

// SizeName says what a code of Sizes is; empty when it is none.
func SizeName(code string) string { return pdf.EnvelopeSizes[code].Name }

// EnvelopesPDF prints the envelopes of letters on one kind of envelope (Sizes; the first when unknown), a page each.
func EnvelopesPDF(o *offices.Office, law *Law, letters []Dispatch, size string, at time.Time) ([]byte, error) {
	if !slices.Contains(Sizes, size) {
		size = Sizes[0]
	}
	list := make([]pdf.Envelope, len(letters))
	for i, d := range letters {
		s, _ := law.Service(d.Service, at)
		list[i] = pdf.Envelope{From: []string{o.Name, o.Street, Zip(o.Zip) + " " + o.Town}, To: append([]string{d.Name}, d.Address()...), Marking: s.Marking,
			Reference: d.Number, Barcode: d.Barcode()}
		if d.PostNo != nil {
			list[i].Number = Spaced(*d.PostNo)
		}
	}
	return pdf.Envelopes(pdf.Meta{Title: "Obálky", Author: o.Name, Created: at}, pdf.EnvelopeSizes[size], list)
}

// Spaced prints a number of registered mail in groups: "RR 4731 2482 9 CZ".
func Spaced(no string) string {
	if len(no) != 13 {
		return no
	}
	return no[:2] + " " + no[2:6] + " " + no[6:10] + " " + no[10:11] + " " + no[11:]
}

// SheetPDF prints a hand-over sheet for the post (podací arch).
func SheetPDF(o *offices.Office, law *Law, s Sheet, at time.Time) ([]byte, error) {
	doc := pdf.New(pdf.Meta{Title: "Podací arch " + s.Name(), Author: o.Name, Created: at, Header: o.Name, Aside: "podací arch " + s.Name()})
	doc.Heading(1, "Podací arch č. "+s.Name())
	doc.Rows([]pdf.Row{{Label: "Odesílatel", Value: o.Name + ", " + o.Address()}, {Label: "Předáno poště dne", Value: s.On.Format("2. 1. 2006")}, {Label: "Počet zásilek", Value: strconv.Itoa(len(s.Letters))}})
	rows, counts, order := [][]string{}, map[string]int{}, []string{}
	for i, d := range s.Letters {
		service, ok := law.Service(d.Service, s.MadeAt)
		name := service.Name
		if !ok {
			name = d.Service
		}
		if counts[name]++; counts[name] == 1 {
			order = append(order, name)
		}
		no := "–"
		if d.PostNo != nil {
			no = *d.PostNo
		}
		rows = append(rows, []string{strconv.Itoa(i + 1), no, d.Name, Zip(d.Zip) + " " + d.Town, name, d.Number})
	}
	doc.Table([]pdf.Col{{Title: "Č.", Share: 1, Right: true}, {Title: "Podací číslo", Share: 5.2}, {Title: "Adresát", Share: 5}, {Title: "Dodací pošta", Share: 4}, {Title: "Služba", Share: 4}, {Title: "Č. j.", Share: 5}}, rows)
	sums := []pdf.Row{}
	for _, name := range order {
		sums = append(sums, pdf.Row{Label: name, Value: strconv.Itoa(counts[name])})
	}
	doc.Heading(2, "Součty podle služby")
	doc.Rows(sums)
	doc.Small("Vytištěno " + at.In(clock.Prague).Format("2. 1. 2006 15:04") + " ze spisové služby e-POM.")
	doc.Sign("Předal za úřad", "Převzala pošta (podpis, otisk denního razítka)")
	return doc.Bytes()
}
