package isds

import (
	"bytes"
	"crypto"
	_ "crypto/sha1" // old messages
	_ "crypto/sha256"
	_ "crypto/sha3"
	_ "crypto/sha512"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/smallstep/pkcs7"
)

// Read reads a ZFO, or the XML of a message without its signature. A signature or hash that does not hold is a result, not
// an error: the office has to see such a message too. ErrNot: it is something else, a timestamp or other signed data. Other
// errors say what is damaged.
func Read(data []byte) (*Message, error) {
	if len(data) > limit {
		return nil, fmt.Errorf("isds: larger than %d MB", limit>>20)
	}
	if text := bytes.TrimLeft(data, " \t\r\n"); len(text) > 4 && text[0] == 'M' { // signed data as text
		if der, err := base64Text(string(text)); err == nil {
			data = der
		}
	}
	if len(data) < 4 || data[0] != 0x30 {
		return readXML(data)
	}
	p7, err := parseCMS(data)
	if err != nil {
		inside := content(data)
		if inside == nil {
			return nil, err
		}
		p7 = &pkcs7.PKCS7{Content: inside}
	}
	m, broken := readXML(p7.Content)
	if broken != nil {
		return nil, broken
	}
	m.Signed = true
	if err != nil {
		m.SignFault = err.Error()
		return m, nil
	}
	if cert := p7.GetOnlySigner(); cert != nil {
		m.SignedBy = cert.Subject.CommonName
	}
	var at time.Time
	if p7.UnmarshalSignedAttribute(pkcs7.OIDAttributeSigningTime, &at) == nil {
		m.SignedAt = at.UTC()
	}
	if err := p7.Verify(); err != nil {
		m.SignFault = err.Error()
	}
	return m, nil
}

// parseCMS takes signed data apart; the library panics on some that are made to harm.
func parseCMS(data []byte) (p7 *pkcs7.PKCS7, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("isds: the signed data are damaged")
		}
	}()
	if p7, err = pkcs7.Parse(data); err != nil {
		return nil, fmt.Errorf("isds: the signed data are damaged: %w", err)
	}
	if len(p7.Content) == 0 {
		return nil, ErrNot
	}
	return p7, nil
}

// roots are the elements a message may stand in; answers of the web service wrap them once more.
var roots = map[string]Kind{"MessageDownloadResponse": Received, "SignedMessageDownloadResponse": Received, "BigMessageDownloadResponse": Received,
	"SentMessageEnvelopeDownloadResponse": Sent, "GetDeliveryInfoResponse": Delivery}

// space is how every namespace of the service begins, whatever its version.
const space = "http://isds.czechpoint.cz/v20"

type reader struct {
	*xml.Decoder
	data []byte
	m    *Message
	dm   []byte // the raw element that the hash is of
}

// depthLimit and fileLimit bound what is read of a message; the service allows 100 attachments and no nesting.
const (
	depthLimit = 64
	fileLimit  = 1000
)

func readXML(data []byte) (*Message, error) {
	r := &reader{Decoder: xml.NewDecoder(bytes.NewReader(data)), data: data, m: &Message{}}
	r.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) {
		return nil, fmt.Errorf("isds: unknown encoding %q", charset)
	}
	found := false
	for {
		t, err := r.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			if !found {
				return nil, ErrNot
			}
			return nil, fmt.Errorf("isds: the message is damaged: %w", err)
		}
		start, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		if !found {
			kind, known := roots[start.Name.Local]
			if !known || !strings.HasPrefix(start.Name.Space, space) {
				if start.Name.Local == "Envelope" || start.Name.Local == "Body" { // SOAP around it
					continue
				}
				return nil, ErrNot
			}
			if found, r.m.Kind = true, kind; strings.HasSuffix(start.Name.Space, "/SentMessage") {
				r.m.Kind = Sent
			}
			continue
		}
		if err := r.element(start); err != nil {
			return nil, err
		}
	}
	if !found || r.m.ID == "" {
		return nil, ErrNot
	}
	r.hash()
	return r.m, nil
}

// element reads one element below the root.
func (r *reader) element(start xml.StartElement) error {
	switch start.Name.Local {
	case "dmReturnedMessage", "dmDelivery", "dmReturnedMessageEnvelope":
		for _, a := range start.Attr {
			if a.Name.Local == "dmType" {
				r.m.Type = a.Value
			}
		}
		return nil
	case "dmDm":
		return r.envelope()
	case "dmEvent":
		var e struct {
			At   string `xml:"dmEventTime"`
			Text string `xml:"dmEventDescr"`
		}
		if err := r.DecodeElement(&e, &start); err != nil {
			return fmt.Errorf("isds: an event is damaged: %w", err)
		}
		if at, err := moment(e.At); err == nil && len(r.m.Events) < fileLimit {
			r.m.Events = append(r.m.Events, Event{at, e.Text})
		}
		return nil
	case "dmEvents", "dmStatus":
		return nil
	}
	text, err := r.text(start)
	if err != nil {
		return err
	}
	return r.fact(start, text)
}

// fact notes what stands beside the envelope.
func (r *reader) fact(start xml.StartElement, text string) (err error) {
	switch start.Name.Local {
	case "dmHash":
		for _, a := range start.Attr {
			if a.Name.Local == "algorithm" {
				r.m.Hash = hashes[strings.ToUpper(a.Value)]
			}
		}
		if r.m.Sum, err = base64Text(text); err != nil {
			r.m.Sum = nil
		}
	case "dmQTimestamp":
		if r.m.Timestamp, err = base64Text(text); err != nil {
			r.m.Timestamp = nil
		}
	case "dmDeliveryTime":
		r.m.DeliveredAt = instant(text)
	case "dmAcceptanceTime":
		r.m.AcceptedAt = instant(text)
	case "dmMessageStatus":
		r.m.State, _ = strconv.Atoi(text) // no number = unknown
	}
	return nil
}

var hashes = map[string]crypto.Hash{"SHA-1": crypto.SHA1, "SHA-256": crypto.SHA256, "SHA-384": crypto.SHA384, "SHA-512": crypto.SHA512,
	"SHA3-256": crypto.SHA3_256, "SHA3-512": crypto.SHA3_512}

// hash compares the element of the message, as its bytes stand in the file, with the hash beside it.
func (r *reader) hash() {
	if r.m.Kind == Delivery || r.m.Hash == 0 || !r.m.Hash.Available() || r.dm == nil {
		return
	}
	h := r.m.Hash.New()
	h.Write(r.dm)
	r.m.HashOK = bytes.Equal(h.Sum(nil), r.m.Sum)
}

// envelope reads dmDm: the envelope and the files.
func (r *reader) envelope() error {
	begin := bytes.LastIndexByte(r.data[:r.InputOffset()-1], '<') // of the tag just read: text in tags is escaped
	for {
		t, err := r.Token()
		if err != nil {
			return fmt.Errorf("isds: the envelope is damaged: %w", err)
		}
		switch e := t.(type) {
		case xml.EndElement:
			if e.Name.Local == "dmDm" {
				r.dm = r.data[max(begin, 0):r.InputOffset()]
				return nil
			}
		case xml.StartElement:
			switch e.Name.Local {
			case "dmFiles":
			case "dmFile", "dmExtFile":
				if err := r.file(e); err != nil {
					return err
				}
			default:
				text, err := r.text(e)
				if err != nil {
					return err
				}
				r.field(e.Name.Local, text)
			}
		}
	}
}

// field notes one line of the envelope.
func (r *reader) field(name, text string) {
	m := r.m
	places := map[string]*string{"dmID": &m.ID, "dbIDSender": &m.SenderBox, "dmSender": &m.Sender, "dmSenderAddress": &m.SenderAddress, "dmSenderType": &m.SenderType,
		"dmSenderOrgUnit": &m.SenderUnit, "dmSenderOrgUnitNum": &m.SenderUnitNo, "dbIDRecipient": &m.Box, "dmRecipient": &m.Recipient,
		"dmRecipientAddress": &m.Address, "dmRecipientOrgUnit": &m.Unit, "dmRecipientOrgUnitNum": &m.UnitNo, "dmToHands": &m.ToHands,
		"dmAnnotation": &m.Annotation, "dmRecipientRefNumber": &m.RecipientRef, "dmSenderRefNumber": &m.SenderRef,
		"dmRecipientIdent": &m.RecipientIdent, "dmSenderIdent": &m.SenderIdent, "dmLegalTitleLaw": &m.Law, "dmLegalTitleYear": &m.Year,
		"dmLegalTitleSect": &m.Section, "dmLegalTitlePar": &m.Paragraph, "dmLegalTitlePoint": &m.Point}
	switch p := places[name]; {
	case p != nil:
		*p = text
	case name == "dmPersonalDelivery":
		m.Personal = text == "true" || text == "1"
	case name == "dmAllowSubstDelivery":
		m.NoFiction = text == "false" || text == "0"
	}
}

// file reads one attachment: base64, or XML as it stands.
func (r *reader) file(start xml.StartElement) error {
	if len(r.m.Files) >= fileLimit {
		return fmt.Errorf("isds: more than %d attachments", fileLimit)
	}
	f := File{External: start.Name.Local == "dmExtFile"}
	for _, a := range start.Attr {
		switch a.Name.Local {
		case "dmFileDescr":
			f.Name = a.Value
		case "dmMimeType":
			f.MediaType = a.Value
		case "dmFileMetaType":
			f.Role = a.Value
		}
	}
	for {
		t, err := r.Token()
		if err != nil {
			return fmt.Errorf("isds: the attachment %q is damaged: %w", f.Name, err)
		}
		switch e := t.(type) {
		case xml.EndElement:
			if e.Name == start.Name {
				r.m.Files = append(r.m.Files, f)
				return nil
			}
		case xml.StartElement:
			if f.Content, err = r.content(e); err != nil {
				return fmt.Errorf("isds: the attachment %q is damaged: %w", f.Name, err)
			}
		}
	}
}

func (r *reader) content(start xml.StartElement) ([]byte, error) {
	if start.Name.Local == "dmXMLContent" {
		from := r.InputOffset()
		to, err := r.skip()
		return bytes.TrimSpace(r.data[from:to]), err
	}
	text, err := r.text(start)
	if err != nil || start.Name.Local != "dmEncodedContent" {
		return nil, err
	}
	b, err := base64Text(text)
	if errors.As(err, new(base64.CorruptInputError)) {
		return nil, errors.New("not base64")
	}
	return b, err
}

// skip goes to the end of an open element and answers where its end tag begins.
func (r *reader) skip() (int64, error) {
	for depth := 0; ; {
		before := r.InputOffset()
		t, err := r.Token()
		if err != nil {
			return before, err
		}
		switch t.(type) {
		case xml.StartElement:
			if depth++; depth > depthLimit {
				return before, errors.New("nested too deep")
			}
		case xml.EndElement:
			if depth--; depth < 0 {
				return before, nil
			}
		}
	}
}

// text reads an element that holds only text.
func (r *reader) text(start xml.StartElement) (string, error) {
	var b strings.Builder
	for depth := 0; ; {
		t, err := r.Token()
		if err != nil {
			return "", fmt.Errorf("isds: %s is damaged: %w", start.Name.Local, err)
		}
		switch e := t.(type) {
		case xml.CharData:
			b.Write(e)
		case xml.StartElement:
			if depth++; depth > depthLimit {
				return "", fmt.Errorf("isds: %s is nested too deep", start.Name.Local)
			}
		case xml.EndElement:
			if depth--; depth < 0 {
				return strings.TrimSpace(b.String()), nil
			}
		}
	}
}

func instant(s string) *time.Time {
	if t, err := moment(s); err == nil {
		return &t
	}
	return nil
}

func moment(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, strings.TrimSpace(s))
	return t.UTC(), err
}
