// Package ofn speaks the open formal norm of notice boards: "Úřední desky" of 20 July 2021
// (https://ofn.gov.cz/úřední-desky/2021-07-20/), its sisters for news and events of 1 July 2020, the catalogue record of
// such data, other layouts boards are kept in, and series of states of one board over time. It is pure: no database, no
// network, no clock.
//
// Everything the norm knows is a field; everything else (an own attribute such as "odbor", or a value of another type than
// the norm expects) is kept raw in Extra under its own name and is given back by Write.
package ofn

import "encoding/json"

// Context and Schema are the addresses the norm prescribes for a board.
const (
	Context = "https://ofn.gov.cz/úřední-desky/2021-07-20/kontexty/úřední-deska.jsonld"
	Schema  = "https://ofn.gov.cz/úřední-desky/2021-07-20/schémata/úřední-deska.json"
	Norm    = "https://ofn.gov.cz/úřední-desky/2021-07-20/"
)

// Names of things as the norm writes them into "typ".
const (
	typeBoard     = "Úřední deska"
	typeNotice    = "Informace na úřední desce"
	typeDigital   = "Digitální objekt"
	typeMoment    = "Časový okamžik"
	typeAgenda    = "Agenda"
	typePlace     = "Umístění"
	typeAddress   = "Adresa"
	typeHuman     = "Člověk"
	typePerson    = "Osoba"
	typeForeign   = "Zahraniční osoba"
	typeAuthority = "Orgán veřejné moci"
	typeTerms     = "Podmínky užití"
)

// Extra holds what the norm does not know, by its name; the values are compact JSON.
type Extra map[string]json.RawMessage

// Text is a text by language ("cs", "en"…). The norm asks for at least one of Czech and English.
type Text map[string]string

// Czech is a text in Czech alone; an empty one is no text.
func Czech(s string) Text {
	if s == "" {
		return nil
	}
	return Text{"cs": s}
}

// Best is the text in Czech, or English, or any other language, or nothing.
func (t Text) Best() string {
	for _, lang := range []string{"cs", "en"} {
		if s := t[lang]; s != "" {
			return s
		}
	}
	for _, lang := range sorted(t) {
		if t[lang] != "" {
			return t[lang]
		}
	}
	return ""
}

// Label is a name that the norm lets be plain or by language, depending on its surroundings (building, floor, room).
type Label struct {
	Plain string
	Text  Text
}

// Types is "typ": a string or a list of strings. A nil one is written as the norm's name of the thing.
type Types []string

// Moment is a date ("2026-11-22"), or an instant with its offset ("2026-11-22T08:00:00+01:00"), or explicitly not
// specified. The norm allows exactly one of them. The zero Moment is no moment at all.
type Moment struct {
	Types       Types  `ofn:"typ"`
	Date        string `ofn:"datum"`
	DateTime    string `ofn:"datum_a_čas"`
	Unspecified bool   `ofn:"nespecifikovaný"`
	Extra       Extra
}

// Thing is what everything named in the norm may have.
type Thing struct {
	Types       Types      `ofn:"typ"`
	IRI         string     `ofn:"iri"`
	Name        Text       `ofn:"název"`
	Description Text       `ofn:"popis"`
	Created     Moment     `ofn:"vytvořeno"`
	Updated     Moment     `ofn:"aktualizováno"`
	RelevantTo  Moment     `ofn:"relevantní_do"`
	Invalidated Moment     `ofn:"zneplatněno"`
	Attachments []Document `ofn:"příloha"`
	Extra       Extra
}

// Document is a digital object: a file with its address, or the common part of a notice.
type Document struct {
	Thing
	URL        string   `ofn:"url,address"`
	MediaType  string   `ofn:"typ_média"` // MediaIRI("application/pdf")
	Authors    []Person `ofn:"autor_díla"`
	Curators   []Person `ofn:"kurátor"`
	Providers  []Person `ofn:"poskytovatel"`
	Rights     []Person `ofn:"vykonavatel_autorské_dílo"`
	BaseAuthor []Person `ofn:"autor_originální_databáze"`
	BaseRights []Person `ofn:"vykonavatel_originální_databáze"`
	BaseMaker  []Person `ofn:"pořizovatel_databáze"`
	Controller []Person `ofn:"správce_osobních_údajů"`
	Processor  []Person `ofn:"zpracovatel_osobních_údajů"`
	Terms      *Terms   `ofn:"podmínky_užití"`
}

// Terms are the terms of use of a digital object.
type Terms struct {
	Types        Types  `ofn:"typ"`
	Work         *bool  `ofn:"obsahuje_autorské_dílo"`
	Works        *bool  `ofn:"obsahuje_více_autorských_děl"`
	WorkLicence  string `ofn:"licence_autorského_díla"`
	Base         *bool  `ofn:"originální_databáze"`
	BaseLicence  string `ofn:"licence_originální_databáze"`
	Protected    *bool  `ofn:"ochrana_zvláštními_právy_pořizovatele_databáze"`
	ProtectedBy  string `ofn:"licence_databáze_chráněné_zvláštními_právy_pořizovatele_databáze"`
	PersonalData *bool  `ofn:"obsahuje_osobní_údaje"`
	Extra        Extra
}

// Board is one notice board.
type Board struct {
	Context string `ofn:"@context"` // written as the norm's when empty
	Thing
	Page     string   `ofn:"stránka,address"`
	Operator Person   `ofn:"provozovatel"`
	Place    *Place   `ofn:"umístění"`
	Notices  []Notice `ofn:"informace"`
	Notes    []Fault  // what Parse mended, in the order of the text; not written
}

// Notice is one item of the board.
type Notice struct {
	Document
	Posted    Moment     `ofn:"vyvěšení"`
	Approved  Moment     `ofn:"schválení"`
	Reference string     `ofn:"číslo_jednací"`
	FileMark  string     `ofn:"spisová_značka"`
	Revision  string     `ofn:"revize"`
	Subjects  []Person   `ofn:"subjekt"`
	Places    []Place    `ofn:"umístění"`
	Documents []Document `ofn:"dokument"`
	Agendas   []Agenda   `ofn:"agenda"`
}

// Agenda is a name of agenda or category under which a notice falls.
type Agenda struct{ Thing }

// Person is a human being (First and Last name), a legal person (ICO), a foreign one (Country) or a public authority (OVM).
type Person struct {
	Thing
	ICO     string  `ofn:"ičo"`               // eight digits
	OVM     string  `ofn:"identifikátor_ovm"` // of the register of rights and duties
	DIC     string  `ofn:"dič"`
	Country string  `ofn:"stát_registrace"`
	First   Text    `ofn:"jméno"`
	Last    Text    `ofn:"příjmení"`
	Before  Text    `ofn:"tituly_před"`
	After   Text    `ofn:"tituly_za"`
	Sex     string  `ofn:"pohlaví"`
	Words   Text    `ofn:"text"`
	Places  []Place `ofn:"umístění"`
}

// Place is a place by its address, geometry (GeoJSON), name or identifier.
type Place struct {
	Thing
	Address  *Address        `ofn:"adresa"`
	Geometry json.RawMessage `ofn:"geometrie"`
	Building Label           `ofn:"budova"`
	Floor    Label           `ofn:"patro"`
	Room     Label           `ofn:"místnost"`
	Abroad   Text            `ofn:"zahraniční_adresa_text"`
}

// Address holds addresses (IRI) of elements of the register of territorial identification, and words beside them.
type Address struct {
	Types        Types  `ofn:"typ"`
	Point        string `ofn:"adresní_místo"` // RUIAN("adresni-misto", 696285)
	PointCode    string `ofn:"kód_adresního_místa"`
	Municipality string `ofn:"obec"`
	Part         string `ofn:"část_obce"`
	Cadastral    string `ofn:"katastrální_území"`
	PragueArea   string `ofn:"mop"`
	Street       string `ofn:"ulice"`
	Region       string `ofn:"vúsc"`
	District     string `ofn:"okres"`
	Borough      string `ofn:"momc"`
	Element      string `ofn:"prvek_rúian"`

	MunicipalityName Text `ofn:"název_obce"`
	PartName         Text `ofn:"název_části_obce"`
	CadastralName    Text `ofn:"název_katastrálního_území"`
	PragueAreaName   Text `ofn:"název_mop"`
	StreetName       Text `ofn:"název_ulice"`
	RegionName       Text `ofn:"název_vúsc"`
	DistrictName     Text `ofn:"název_okresu"`
	BoroughName      Text `ofn:"název_momc"`

	House        int64  `ofn:"číslo_domovní"`
	HouseKind    string `ofn:"typ_čísla_domovního"` // "č.p." or "č.ev."
	Orientation  int64  `ofn:"číslo_orientační"`
	OrientLetter string `ofn:"znak_čísla_orientačního"`
	PostCode     string `ofn:"psč"`
	Words        Text   `ofn:"text"`
	Extra        Extra
}
