// Package erms speaks the web service of Czech records systems (annex 1 of the national standard, NSESSS 2023: SOAP 1.1,
// document/literal): messages, a client, a server that behaves like a real one and can be told to misbehave, and a tester
// of other people's servers. It knows nothing about municipalities.
package erms

import (
	"encoding/xml"
	"strings"
	"time"
)

// Namespace of all messages.
const Namespace = "http://www.mvcr.cz/nsesss/2023/api"

// Codes of results. The standard names the first two; others are each maker's own.
const (
	OK        = "0000"
	NoRight   = "0001" // the caller does not own the entity
	NotFound  = "0002"
	Wrong     = "0003" // the message cannot be accepted as it is
	Exists    = "0004" // an entity with the identifier is there, with other content
	Temporary = "0009" // try later
)

// Limits of texts in the schemas, in characters.
const (
	MaxID      = 40
	MaxSource  = 10
	MaxBatch   = 6 // code of a system in batches
	MaxUser    = 50
	MaxName    = 100
	MaxText    = 255
	MaxNumber  = 50
	MaxContact = 254
)

// ID is an identifier: unique within the system that made it.
type ID struct {
	Value  string `xml:"HodnotaID"`
	Source string `xml:"ZdrojID"`
}

// Entity refers to a case file or a document.
type Entity struct {
	ID ID `xml:"Identifikator"`
}

// Authorization says who does it and when.
type Authorization struct {
	Who string `xml:"provedlKdo"`
	At  string `xml:"provedlKdy"`
}

// Status is the result of an operation.
type Status struct {
	Code string `xml:"Kod"`
	Text string `xml:"Popis,omitempty"`
}

// Ends says between which systems a message goes.
type Ends struct {
	From string `xml:"Zdroj,attr"`
	To   string `xml:"Cil,attr"`
}

// Stamp writes an instant as the schemas want it.
func Stamp(t time.Time) string { return t.Format("2006-01-02T15:04:05.000Z07:00") }

// Cut shortens a text to a limit of the schemas, without breaking a character; it ends with … when something was left out.
func Cut(s string, limit int) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) > limit {
		r = append(r[:limit-1], '…')
	}
	return string(r)
}

// Subject is a person or body.
type Subject struct {
	Kind    string `xml:"TypSubjektu"` // Neurceno, Fyzicka, Osvc, Pravnicka
	Company string `xml:"ObchodniNazev,omitempty"`
	ICO     string `xml:"IC,omitempty"`
	Born    string `xml:"DatumNarozeni,omitempty"`
	Given   string `xml:"Jmeno,omitempty"`
	Family  string `xml:"Prijmeni,omitempty"`
}

// PostAddress is an address for letters.
type PostAddress struct {
	Town   string `xml:"Obec,omitempty"`
	Street string `xml:"Ulice,omitempty"`
	Zip    string `xml:"Psc,omitempty"`
}

// BoxAddress is a data box.
type BoxAddress struct {
	Box string `xml:"IdDb"`
}

// Contact is an electronic address.
type Contact struct {
	Kind  string `xml:"Typ"` // mail, tel, fax
	Value string `xml:"Kontakt"`
}

// Address is one of the three.
type Address struct {
	Post       *PostAddress `xml:"AdresaPostovni"`
	Box        *BoxAddress  `xml:"AdresaDS"`
	Electronic *Contact     `xml:"AdresaElektronicka"`
}

// Addressee is a subject at an address.
type Addressee struct {
	Subject Subject `xml:"Subjekt"`
	Address Address `xml:"Adresa"`
}

// Delivery says how a document came in.
type Delivery struct {
	Sender   Addressee    `xml:"Odesilatel"`
	Shipment DeliveryInfo `xml:"ZasilkaInfo"`
}

// DeliveryInfo is about the coming in.
type DeliveryInfo struct {
	Way string `xml:"ZpusobManipulaceId,omitempty"` // EPodatelnaWeb, EPodatelnaMail, DatovaSchranka, Posta, Osobne …
	Day string `xml:"DatumDoruceni"`
	At  string `xml:"CasDoruceni,omitempty"`
}

// Dispatch says how a document goes out.
type Dispatch struct {
	ID        ID           `xml:"Identifikator"`
	Addressee *Addressee   `xml:"Adresat"`
	Shipment  DispatchInfo `xml:"ZasilkaInfo"`
}

// DispatchInfo is about the going out.
type DispatchInfo struct {
	Way   string `xml:"ZpusobManipulaceId,omitempty"`
	State string `xml:"StavZasilky,omitempty"` // nevypraveno, vypraveno, doruceno …
	Made  string `xml:"DatumCasVytvoreni"`
	Day   string `xml:"DatumVypraveni,omitempty"`
	At    string `xml:"CasVypraveni,omitempty"`
}

// FileLink ties a file to a document.
type FileLink struct {
	Role string `xml:"dmFileMetaType,attr"` // main, enclosure, …
	Name string `xml:"dmFileDescr,attr"`
	ID   ID     `xml:"Identifikator"`
}

// File is a file with its content.
type File struct {
	Type    string `xml:"dmMimeType,attr"`
	Name    string `xml:"dmFileDescr,attr"`
	Content string `xml:"dmEncodedContent"` // base64
	ID      ID     `xml:"Identifikator"`
}

// Subjects are those whom an entity concerns.
type Subjects struct {
	List []Concerned `xml:"SouvisejiciSubjekt"`
}

// Concerned is one of them.
type Concerned struct {
	Subject Subject `xml:"Subjekt"`
}

// InCase says in which case file a document lies.
type InCase struct {
	Case  Entity `xml:"SpisId"`
	Order int    `xml:"PoradiVeSpisu,omitempty"`
	State string `xml:"StavZarazeni,omitempty"`
	At    string `xml:"DatumCasVlozeniDoSpisu,omitempty"`
}

// Evidence is the place of a document in a register.
type Evidence struct {
	Period string `xml:"EvidenceObdobiId"`
	Order  int64  `xml:"EvidencePoradi"`
}

// Handling says how a thing was handled.
type Handling struct {
	How string `xml:"ZpusobVyrizeni,omitempty"` // dokumentem, postoupenim, vzetimNaVedomi, zaznamemNaDokumentu, jinyZpusob
	At  string `xml:"DatumCasVyrizeni"`
	Why string `xml:"Oduvodneni,omitempty"`
}

// Document is the profile of a document. When one is founded, the parts that the receiver adds are empty.
type Document struct {
	ID          ID         `xml:"Identifikator"`
	Made        string     `xml:"DatumCasVytvoreni,omitempty"`
	Form        string     `xml:"Forma"` // digitalni, analogova
	Evidence    *Evidence  `xml:"Evidence"`
	Name        string     `xml:"Nazev"`
	Text        string     `xml:"Popis,omitempty"`
	Number      string     `xml:"CisloJednaci,omitempty"`
	Mark        string     `xml:"SpisovaZnacka,omitempty"`
	Subjects    *Subjects  `xml:"SouvisejiciSubjekty"`
	TheirNumber string     `xml:"CjOdesilatel,omitempty"`
	Sheets      int        `xml:"PocetListu"`
	Attachments int        `xml:"PocetPriloh"`
	KindsOf     string     `xml:"DruhPriloh"`
	AttSheets   int        `xml:"PocetListuPriloh"`
	In          *InCase    `xml:"VlozenVeSpisu"`
	Delivery    *Delivery  `xml:"Doruceni"`
	Dispatches  []Dispatch `xml:"Vypraveni"`
	Files       *FileLinks `xml:"OdkazyNaSoubory"`
	Owner       string     `xml:"VlastniKdo,omitempty"`
	ManagedBy   string     `xml:"SpravujeIS,omitempty"`
	State       string     `xml:"StavDokumentu,omitempty"` // nevyrizen, vyrizen, uzavren …
	Handling    *Handling  `xml:"Vyrizeni"`
	Closed      string     `xml:"DatumCasUzavreni,omitempty"`
}

// FileLinks are the files of a document.
type FileLinks struct {
	List []FileLink `xml:"dmFileLink"`
}

// Inside is a document in a case file, by its identifier.
type Inside struct {
	Document Entity `xml:"IdDokument"`
	Order    int    `xml:"PoradiVeSpisu"`
	State    string `xml:"StavZarazeniDoSpisu"`
	At       string `xml:"DatumCasVlozeniDoSpisu,omitempty"`
}

// Insides are the documents of a case file.
type Insides struct {
	List []Inside `xml:"DokumentIdVlozeny"`
}

// Case is the profile of a case file.
type Case struct {
	ID        ID        `xml:"Identifikator"`
	Kept      string    `xml:"ZpusobVedeni"` // Priorace, SbernyArch
	Made      string    `xml:"DatumCasVytvoreni,omitempty"`
	Name      string    `xml:"Nazev"`
	Mark      string    `xml:"SpisovaZnacka,omitempty"`
	Subjects  *Subjects `xml:"SouvisejiciSubjekty"`
	Documents Insides   `xml:"DokumentyVlozene"`
	Owner     string    `xml:"VlastniKdo,omitempty"`
	ManagedBy string    `xml:"SpravujeIS,omitempty"`
	State     string    `xml:"StavSpisu,omitempty"`
	Handling  *Handling `xml:"Vyrizeni"`
	Closed    string    `xml:"DatumCasUzavreni,omitempty"`
}

// CaseRequest founds a case file (SpisZalozeni).
type CaseRequest struct {
	XMLName xml.Name `xml:"http://www.mvcr.cz/nsesss/2023/api SpisZalozeniRequest"`
	Ends
	Case Case          `xml:"ProfilSpisu"`
	Auth Authorization `xml:"Autorizace"`
}

// CaseResponse is the answer to CaseRequest.
type CaseResponse struct {
	XMLName xml.Name `xml:"http://www.mvcr.cz/nsesss/2023/api SpisZalozeniResponse"`
	Case    *Case    `xml:"ProfilSpisu"`
	Status  Status   `xml:"OperaceStatus"`
}

// DocumentRequest founds a document (DokumentZalozeni).
type DocumentRequest struct {
	XMLName xml.Name `xml:"http://www.mvcr.cz/nsesss/2023/api DokumentZalozeniRequest"`
	Ends
	Document Document      `xml:"ProfilDokumentu"`
	Auth     Authorization `xml:"Autorizace"`
}

// DocumentResponse is the answer to DocumentRequest.
type DocumentResponse struct {
	XMLName  xml.Name  `xml:"http://www.mvcr.cz/nsesss/2023/api DokumentZalozeniResponse"`
	Document *Document `xml:"ProfilDokumentu"`
	Status   Status    `xml:"OperaceStatus"`
}

// AskDocument asks for the profile of a document.
type AskDocument struct {
	XMLName xml.Name `xml:"http://www.mvcr.cz/nsesss/2023/api ProfilDokumentuZadostRequest"`
	Ends
	Document Entity        `xml:"IdDokument"`
	Auth     Authorization `xml:"Autorizace"`
}

// AskDocumentResponse is the answer to AskDocument.
type AskDocumentResponse struct {
	XMLName  xml.Name  `xml:"http://www.mvcr.cz/nsesss/2023/api ProfilDokumentuZadostResponse"`
	Document *Document `xml:"ProfilDokumentu"`
	Status   Status    `xml:"OperaceStatus"`
}

// AskCase asks for the profile of a case file.
type AskCase struct {
	XMLName xml.Name `xml:"http://www.mvcr.cz/nsesss/2023/api ProfilSpisuZadostRequest"`
	Ends
	Case Entity        `xml:"IdSpisu"`
	Auth Authorization `xml:"Autorizace"`
}

// AskCaseResponse is the answer to AskCase.
type AskCaseResponse struct {
	XMLName xml.Name `xml:"http://www.mvcr.cz/nsesss/2023/api ProfilSpisuZadostResponse"`
	Case    *Case    `xml:"ProfilSpisu"`
	Status  Status   `xml:"OperaceStatus"`
}

// AskFile asks for the content of a file (SouborZadost).
type AskFile struct {
	XMLName xml.Name `xml:"http://www.mvcr.cz/nsesss/2023/api SouborZadostRequest"`
	Ends
	File Entity        `xml:"Soubor"`
	Auth Authorization `xml:"Autorizace"`
}

// AskFileResponse is the answer to AskFile.
type AskFileResponse struct {
	XMLName xml.Name `xml:"http://www.mvcr.cz/nsesss/2023/api SouborZadostResponse"`
	File    *File    `xml:"Soubor"`
	Status  Status   `xml:"OperaceStatus"`
}

// TestRequest tries the connection (WsTest).
type TestRequest struct {
	XMLName xml.Name `xml:"http://www.mvcr.cz/nsesss/2023/api WsTestRequest"`
	Ends
	ID   string         `xml:"WsTestId"`
	Auth *Authorization `xml:"Autorizace"`
}

// TestResponse is the answer to TestRequest.
type TestResponse struct {
	XMLName  xml.Name  `xml:"http://www.mvcr.cz/nsesss/2023/api WsTestResponse"`
	ID       string    `xml:"WsTestId"`
	Received BatchMark `xml:"PosledniPrijataDavka"`
	Sent     BatchMark `xml:"PosledniOdeslanaDavka"`
	Status   Status    `xml:"OperaceStatus"`
}

// BatchMark is the last batch and its state.
type BatchMark struct {
	No    int    `xml:"Cislo"`
	State string `xml:"Stav"`
}
