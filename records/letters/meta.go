package letters

import (
	"bytes"
	"encoding/xml"
	"regexp"
	"strings"
	"time"

	"epom/offices"
	"epom/records"
)

// MetadataFile is the name that the open formal norm gives to the metadata inside a sent document (OFN Metadata dokumentů
// veřejnoprávních původců, 2024-12-10; § 69a of Act 499/2004 Sb.).
const MetadataFile = "metadata-dokumentu-veřejnoprávního-původce.xml"

const (
	nsDocument = "http://dia.gov.cz/ns/metadata-dokumentu-verejnopravnich-puvodcu"
	nsPersons  = "http://dia.gov.cz/ns/spolecne-casti-elektronickych-dokumentu/osoby"
	nsPlaces   = "http://dia.gov.cz/ns/spolecne-casti-elektronickych-dokumentu/mista"
)

// The order of fields is the order the schema wants.
type metadata struct {
	XMLName xml.Name     `xml:"dokument"`
	NS      string       `xml:"xmlns,attr"`
	Persons string       `xml:"xmlns:osoby,attr"`
	Places  string       `xml:"xmlns:místa,attr"`
	JID     string       `xml:"jid"`
	Number  string       `xml:"číslo_jednací"`
	Mark    string       `xml:"spisová_značka,omitempty"`
	Answers *metaAnswers `xml:"je_odpovědí_na_dokument"`
	From    metaPerson   `xml:"odesílatel"`
	To      *metaPerson  `xml:"příjemce"`
	Subject *metaSubject `xml:"věc"`
}

type metaAnswers struct {
	JID    string `xml:"jid"`
	Number string `xml:"číslo_jednací,omitempty"`
	Mark   string `xml:"spisová_značka,omitempty"`
}

type metaSubject struct {
	Lang string `xml:"xml:lang,attr"`
	Text string `xml:",chardata"`
}

type metaPerson struct {
	Natural *metaNatural `xml:"osoby:fyzická_osoba"`
	Legal   *metaLegal   `xml:"osoby:právnická_osoba"`
}

type metaNatural struct {
	Given  string    `xml:"osoby:jméno"`
	Family string    `xml:"osoby:příjmení"`
	Born   string    `xml:"osoby:datum_narození"`
	Home   metaPlace `xml:"osoby:trvalé_bydliště"`
	Box    string    `xml:"osoby:datová_schránka,omitempty"`
}

type metaLegal struct {
	Name string    `xml:"osoby:obchodní_firma"`
	ICO  string    `xml:"osoby:ičo"`
	Box  string    `xml:"osoby:datová_schránka"`
	Seat metaPlace `xml:"osoby:sídlo"`
}

type metaPlace struct {
	Point   *metaPoint `xml:"místa:adresní_místo"`
	Other   *metaText  `xml:"místa:adresa_neevidovaná_v_rúian"`
	Foreign *metaText  `xml:"místa:zahraniční_adresa"`
}

type metaPoint struct {
	Code int64 `xml:"místa:kód_adresního_místa"`
}

type metaText struct {
	Text string `xml:"místa:text_adresy"`
}

var ico = regexp.MustCompile(`^[0-9]{8}$`)

// Metadata is the XML of the norm; false when the office lacks what the norm makes compulsory (IČO, data box, address).
// The addressee is named only when everything compulsory about them is known; otherwise the norm lets them be left out.
func Metadata(s Sheet) ([]byte, bool) {
	o := s.Office
	if !ico.MatchString(o.ICO) || o.DataBox == "" || o.Address() == "" {
		return nil, false
	}
	m := metadata{NS: nsDocument, Persons: nsPersons, Places: nsPlaces, JID: s.Document.JID(o.ICO, o.Abbreviation), Number: s.Document.ReferenceNumber,
		Mark: s.Case.Mark, From: metaPerson{Legal: legalOf(o)}, To: personOf(s.Party), Subject: &metaSubject{"cs", s.Document.Subject}}
	if a := s.Answers; a != nil {
		m.Answers = &metaAnswers{JID: a.JID(o.ICO, o.Abbreviation), Number: a.ReferenceNumber, Mark: s.Case.Mark}
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	e := xml.NewEncoder(&b)
	e.Indent("", "  ")
	if e.Encode(m) != nil {
		return nil, false
	}
	b.WriteByte('\n')
	return b.Bytes(), true
}

func legalOf(o *offices.Office) *metaLegal {
	return &metaLegal{Name: o.Name, ICO: o.ICO, Box: o.DataBox, Seat: metaPlace{Other: &metaText{o.Address()}}}
}

func personOf(p *records.Party) *metaPerson {
	if p == nil {
		return nil
	}
	place := metaPlace{Other: &metaText{strings.ReplaceAll(AddressOf(*p), "\n", ", ")}}
	switch {
	case p.Adm != nil && *p.Adm > 0 && *p.Adm <= 999_999_999:
		place = metaPlace{Point: &metaPoint{*p.Adm}}
	case p.Country != "":
		place = metaPlace{Foreign: place.Other}
	case place.Other.Text == "":
		return nil
	}
	switch p.Kind {
	case records.Person:
		if p.Given != "" && p.Family != "" && p.Born != nil {
			return &metaPerson{Natural: &metaNatural{p.Given, p.Family, p.Born.Format(time.DateOnly), place, p.DataBox}}
		}
	case records.Company, records.Authority:
		if ico.MatchString(p.ICO) && p.DataBox != "" {
			return &metaPerson{Legal: &metaLegal{p.Name, p.ICO, p.DataBox, place}}
		}
	}
	return nil
}
