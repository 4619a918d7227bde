package erms

import "encoding/xml"

// Event is one event in the life of an entity; exactly one of its parts is filled.
type Event struct {
	NewFile    *NewFile        `xml:"SouborZalozeni"`
	AttachFile *AttachFile     `xml:"SouborVlozitKDokumentu"`
	NewOut     *DispatchEvent  `xml:"VypraveniZalozeni"`
	SentOut    *DispatchedOut  `xml:"VypraveniVypraveno"`
	Change     *DocumentChange `xml:"DokumentUprava"`
	Handled    *CaseHandled    `xml:"SpisVyrizeni"`
	Closed     *CaseClosed     `xml:"SpisUzavreni"`
	Returned   *CaseReturned   `xml:"SpisVraceni"`
}

// NewFile brings a file with its content.
type NewFile struct {
	No   int64         `xml:"UdalostId,attr"`
	File File          `xml:"ZalozeniSouboru>Soubor"`
	Auth Authorization `xml:"Autorizace"`
}

// AttachFile ties a file to a document.
type AttachFile struct {
	No       int64         `xml:"UdalostId,attr"`
	Document Entity        `xml:"DokumentZaevidovaniSouboru>IdDokument"`
	Link     FileLink      `xml:"DokumentZaevidovaniSouboru>Soubor"`
	Auth     Authorization `xml:"Autorizace"`
}

// DispatchEvent founds a dispatch of a document.
type DispatchEvent struct {
	No       int64         `xml:"UdalostId,attr"`
	Document Entity        `xml:"DokumentZaevidovaniVypraveni>IdDokument"`
	Dispatch Dispatch      `xml:"DokumentZaevidovaniVypraveni>Vypraveni"`
	Auth     Authorization `xml:"Autorizace"`
}

// DispatchedOut says that a document left.
type DispatchedOut struct {
	No       int64         `xml:"UdalostId,attr"`
	Document Entity        `xml:"DokumentVypravenoVypraveni>IdDokument"`
	Dispatch Dispatch      `xml:"DokumentVypravenoVypraveni>Vypraveni"`
	Auth     Authorization `xml:"Autorizace"`
}

// DocumentChange changes the description of a document.
type DocumentChange struct {
	No       int64         `xml:"UdalostId,attr"`
	Document Document      `xml:"ProfilDokumentuUprava"`
	Auth     Authorization `xml:"Autorizace"`
}

// CaseHandled says how the case file and all in it was handled.
type CaseHandled struct {
	No       int64         `xml:"UdalostId,attr"`
	Case     Entity        `xml:"SpisId"`
	Handling Handling      `xml:"Vyrizeni"`
	Auth     Authorization `xml:"Autorizace"`
}

// CaseClosed closes a case file.
type CaseClosed struct {
	No   int64         `xml:"UdalostId,attr"`
	Case Entity        `xml:"SpisId"`
	At   string        `xml:"DatumCasUzavreni"`
	Auth Authorization `xml:"Autorizace"`
}

// CaseReturned gives the exclusive ownership of a case file back to the records system, which keeps it from then on.
type CaseReturned struct {
	No   int64         `xml:"UdalostId,attr"`
	Case Entity        `xml:"SpisId"`
	Auth Authorization `xml:"Autorizace"`
}

// Message is the result of one event.
type Message struct {
	No    int64  `xml:"UdalostId,attr"`
	Order int64  `xml:"Poradi,attr"`
	At    string `xml:"DatumVzniku,attr,omitempty"`
	Code  string `xml:"Kod"`
	Text  string `xml:"Popis,omitempty"`
}

// EventsRequest has events done at once (Udalosti).
type EventsRequest struct {
	XMLName xml.Name `xml:"http://www.mvcr.cz/nsesss/2023/api UdalostiRequest"`
	Ends
	Events Events `xml:"Udalosti"`
}

// Events is a list of events in their order.
type Events struct{ List []Event }

// MarshalXML writes the events one after another, each as its own element.
func (e Events) MarshalXML(enc *xml.Encoder, start xml.StartElement) error {
	if err := enc.EncodeToken(start); err != nil {
		return err
	}
	for _, ev := range e.List {
		for _, part := range ev.parts() {
			if part.there {
				if err := enc.EncodeElement(part.value, xml.StartElement{Name: xml.Name{Local: part.name}}); err != nil {
					return err
				}
			}
		}
	}
	return enc.EncodeToken(start.End())
}

type eventPart struct {
	name  string
	there bool
	value any
}

func (e *Event) parts() []eventPart {
	return []eventPart{{"SouborZalozeni", e.NewFile != nil, e.NewFile}, {"SouborVlozitKDokumentu", e.AttachFile != nil, e.AttachFile},
		{"VypraveniZalozeni", e.NewOut != nil, e.NewOut}, {"VypraveniVypraveno", e.SentOut != nil, e.SentOut}, {"DokumentUprava", e.Change != nil, e.Change},
		{"SpisVyrizeni", e.Handled != nil, e.Handled}, {"SpisUzavreni", e.Closed != nil, e.Closed}, {"SpisVraceni", e.Returned != nil, e.Returned}}
}

// No is the event's number within its batch.
func (e Event) No() int64 {
	switch {
	case e.NewFile != nil:
		return e.NewFile.No
	case e.AttachFile != nil:
		return e.AttachFile.No
	case e.NewOut != nil:
		return e.NewOut.No
	case e.SentOut != nil:
		return e.SentOut.No
	case e.Change != nil:
		return e.Change.No
	case e.Handled != nil:
		return e.Handled.No
	case e.Closed != nil:
		return e.Closed.No
	case e.Returned != nil:
		return e.Returned.No
	}
	return 0
}

// UnmarshalXML reads events in their order; kinds this package does not know come as empty ones.
func (e *Events) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	for {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch el := token.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			var ev Event
			var into any
			switch el.Name.Local {
			case "SouborZalozeni":
				ev.NewFile = &NewFile{}
				into = ev.NewFile
			case "SouborVlozitKDokumentu":
				ev.AttachFile = &AttachFile{}
				into = ev.AttachFile
			case "VypraveniZalozeni":
				ev.NewOut = &DispatchEvent{}
				into = ev.NewOut
			case "VypraveniVypraveno":
				ev.SentOut = &DispatchedOut{}
				into = ev.SentOut
			case "DokumentUprava":
				ev.Change = &DocumentChange{}
				into = ev.Change
			case "SpisVyrizeni":
				ev.Handled = &CaseHandled{}
				into = ev.Handled
			case "SpisUzavreni":
				ev.Closed = &CaseClosed{}
				into = ev.Closed
			case "SpisVraceni":
				ev.Returned = &CaseReturned{}
				into = ev.Returned
			default:
				err = d.Skip()
			}
			if into != nil {
				err = d.DecodeElement(into, &el)
			}
			if err != nil {
				return err
			}
			e.List = append(e.List, ev)
		}
	}
}

// EventsResponse has one message an event.
type EventsResponse struct {
	XMLName  xml.Name  `xml:"http://www.mvcr.cz/nsesss/2023/api UdalostiResponse"`
	Messages []Message `xml:"Zpravy>Zprava"`
}

// BatchEnds are the head of a batch: its number in the unbroken row between two systems.
type BatchEnds struct {
	No   int64  `xml:"Poradi,attr"`
	From string `xml:"Zdroj,attr"`
	To   string `xml:"Cil,attr"`
	At   string `xml:"DatumVzniku,attr,omitempty"`
}

// Batch hands over events that are done later (ermsAsyn); the same number again changes nothing.
type Batch struct {
	XMLName xml.Name `xml:"http://www.mvcr.cz/nsesss/2023/api ermsAsyn"`
	BatchEnds
	Events Events `xml:"Udalosti"`
}

// BatchResponse says that a batch was taken over, not that it was done.
type BatchResponse struct {
	XMLName xml.Name `xml:"http://www.mvcr.cz/nsesss/2023/api ermsAsynResponse"`
	No      int64    `xml:"Poradi,attr"`
	At      string   `xml:"DatumZpracovani,attr,omitempty"`
	Code    string   `xml:"Kod"`
	Text    string   `xml:"Popis,omitempty"`
}

// AskBatches asks which batches wait for the caller (DavkySeznam).
type AskBatches struct {
	XMLName xml.Name `xml:"http://www.mvcr.cz/nsesss/2023/api DavkySeznamRequest"`
	Ends
}

// AskBatchesResponse lists them.
type AskBatchesResponse struct {
	XMLName xml.Name  `xml:"http://www.mvcr.cz/nsesss/2023/api DavkySeznamResponse"`
	Batches []BatchID `xml:"Davka"`
}

// BatchID names a batch.
type BatchID struct {
	No int64  `xml:"Poradi"`
	At string `xml:"DatumVzniku,omitempty"`
}

// AskBatch asks for one batch (DavkaZadost).
type AskBatch struct {
	XMLName xml.Name `xml:"http://www.mvcr.cz/nsesss/2023/api DavkaZadostRequest"`
	Ends
	Batch BatchID `xml:"Davka"`
}

// AskBatchResponse is the batch: results of the events the caller handed over.
type AskBatchResponse struct {
	XMLName xml.Name `xml:"http://www.mvcr.cz/nsesss/2023/api DavkaZadostResponse"`
	BatchEnds
	Messages *Messages `xml:"Zpravy"`
}

// Messages are results of events.
type Messages struct {
	List []Message `xml:"Zprava"`
}
