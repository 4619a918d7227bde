package ofn

import (
	"io"
	"reflect"
)

// catalogueContext is that of the interface of catalogues of open data (DCAT-AP-CZ) of 11 January 2021.
const catalogueContext = "https://ofn.gov.cz/rozhraní-katalogů-otevřených-dat/2021-01-11/kontexty/rozhraní-katalogů-otevřených-dat.jsonld"

// Publisher is who offers a catalogue: an office, or the region for all its offices.
type Publisher struct {
	IRI       string // of the catalogue; the national one reads it from there
	Authority string // AuthorityIRI
	Home      string // page for people, https
	Name      Text
	Contact   Contact
}

// Contact is whom to ask about data.
type Contact struct {
	Name  Text
	Email string // "podatelna@horka.example"
}

// DatasetKind says what a data set holds and so by which norm.
type DatasetKind int

// Kinds of data sets.
const (
	BoardData DatasetKind = iota
	NewsData
	EventsData
)

// Dataset is one feed of one office. The national catalogue takes only addresses with https.
type Dataset struct {
	Kind        DatasetKind
	IRI         string // address of the record, which is served there
	URL         string // address of the data
	Page        string // page for people; may be empty
	Authority   string // AuthorityIRI of the office
	Name        Text   // "Úřední deska obce Horka"
	Description Text
	Elements    []string // RUIAN("obec", 563889)
	Contact     Contact
}

// dataNorm is what the record says of each kind.
type dataNorm struct {
	family, version, schema, vocabulary string
	keywords                            map[string]string
}

var dataNorms = map[DatasetKind]dataNorm{
	BoardData:  {"https://ofn.gov.cz/úřední-desky/", Norm, Schema, "http://eurovoc.europa.eu/492", map[string]string{"cs": "úřední deska", "en": "bulletin board"}},
	NewsData:   {"https://ofn.gov.cz/aktuality/", NewsNorm, NewsSchema, "", map[string]string{"cs": "aktuality", "en": "news"}},
	EventsData: {"https://ofn.gov.cz/události/", EventsNorm, EventsSchema, "", map[string]string{"cs": "události", "en": "events"}},
}

type catalogue struct {
	Context   string         `ofn:"@context"`
	Types     Types          `ofn:"typ"`
	IRI       string         `ofn:"iri"`
	Name      Text           `ofn:"název"`
	About     Text           `ofn:"popis"`
	Authority string         `ofn:"poskytovatel"`
	Contact   *contactRecord `ofn:"kontaktní_bod"`
	Home      string         `ofn:"domovská_stránka"`
	Sets      []string       `ofn:"datová_sada"`
	Extra     Extra
}

type contactRecord struct {
	Types Types  `ofn:"typ"`
	Name  Text   `ofn:"jméno"`
	Email string `ofn:"e-mail"`
	Extra Extra
}

type keywords struct {
	Czech   []string `ofn:"cs"`
	English []string `ofn:"en"`
	Extra   Extra
}

type dataset struct {
	Context   string         `ofn:"@context"`
	Types     Types          `ofn:"typ"`
	IRI       string         `ofn:"iri"`
	Name      Text           `ofn:"název"`
	About     Text           `ofn:"popis"`
	Authority string         `ofn:"poskytovatel"`
	Elements  []string       `ofn:"prvek_rúian"`
	Keywords  keywords       `ofn:"klíčové_slovo"`
	Frequency string         `ofn:"periodicita_aktualizace"`
	Docs      string         `ofn:"dokumentace"`
	Themes    []string       `ofn:"téma"`
	EuroVoc   []string       `ofn:"koncept_euroVoc"`
	Norms     []string       `ofn:"specifikace"`
	Contact   *contactRecord `ofn:"kontaktní_bod"`
	Files     []distribution `ofn:"distribuce"`
	Extra     Extra
}

type distribution struct {
	Types  Types  `ofn:"typ"`
	IRI    string `ofn:"iri"`
	Name   Text   `ofn:"název"`
	Terms  usage  `ofn:"podmínky_užití"`
	File   string `ofn:"soubor_ke_stažení"`
	Access string `ofn:"přístupové_url"`
	Media  string `ofn:"typ_média"`
	Format string `ofn:"formát"`
	Schema string `ofn:"schéma"`
	Extra  Extra
}

type usage struct {
	Types    Types  `ofn:"typ"`
	Work     string `ofn:"autorské_dílo"`
	Base     string `ofn:"databáze_jako_autorské_dílo"`
	Special  string `ofn:"databáze_chráněná_zvláštními_právy"`
	Personal string `ofn:"osobní_údaje"`
	Extra    Extra
}

const (
	termsBase = "https://data.gov.cz/podmínky-užití/"
	publEU    = "http://publications.europa.eu/resource/authority/"
)

func contact(c Contact) *contactRecord {
	if c.Email == "" && c.Name == nil {
		return nil
	}
	r := &contactRecord{Types: Types{"Organizace"}, Name: c.Name}
	if c.Email != "" {
		r.Email = "mailto:" + c.Email
	}
	return r
}

// Catalogue writes the local catalogue of a publisher: the addresses of its records, each to be served by WriteDataset.
func Catalogue(w io.Writer, p Publisher, sets []Dataset) error {
	about := Text{}
	for lang, name := range p.Name {
		about[lang] = name
	}
	c := catalogue{Context: catalogueContext, Types: Types{"Katalog"}, IRI: p.IRI, Name: p.Name, About: about,
		Authority: p.Authority, Contact: contact(p.Contact), Home: p.Home, Sets: []string{}}
	for _, s := range sets {
		c.Sets = append(c.Sets, s.IRI)
	}
	return writeOne(w, &c)
}

// WriteDataset writes the record of one data set for the national catalogue, as the norm's template has it.
func WriteDataset(w io.Writer, s Dataset) error {
	norm := dataNorms[s.Kind]
	r := dataset{
		Context: catalogueContext, Types: Types{"Datová sada"}, IRI: s.IRI, Name: s.Name, About: s.Description,
		Authority: s.Authority, Elements: s.Elements,
		Keywords:  keywords{Czech: []string{norm.keywords["cs"]}, English: []string{norm.keywords["en"]}},
		Frequency: publEU + "frequency/DAILY", Docs: norm.version,
		Themes: []string{publEU + "data-theme/GOVE"}, Norms: []string{norm.family, norm.version}, Contact: contact(s.Contact),
	}
	if r.Elements == nil {
		r.Elements = []string{RUIAN("stat", 1)}
	}
	if r.About == nil {
		r.About = s.Name
	}
	if norm.vocabulary != "" {
		r.EuroVoc = []string{norm.vocabulary}
	}
	access := s.Page
	if access == "" {
		access = s.URL
	}
	r.Files = []distribution{{
		Types: Types{"Distribuce"}, IRI: s.IRI + "/distribuce/json-ld", Name: Text{"cs": "JSON-LD"}, File: s.URL, Access: access,
		Media: MediaIRI("application/ld+json"), Format: publEU + "file-type/JSON_LD", Schema: norm.schema,
		Terms: usage{
			Types: Types{"Specifikace podmínek užití"}, Work: termsBase + "neobsahuje-autorská-díla/",
			Base:     termsBase + "není-autorskoprávně-chráněnou-databází/",
			Special:  termsBase + "není-chráněna-zvláštním-právem-pořizovatele-databáze/",
			Personal: termsBase + "neobsahuje-osobní-údaje/",
		},
	}}
	return writeOne(w, &r)
}

func writeOne[T any](w io.Writer, record *T) error {
	out, err := appendObject(nil, reflect.ValueOf(record).Elem())
	if err != nil {
		return err
	}
	_, err = w.Write(append(out, '\n'))
	return err
}
