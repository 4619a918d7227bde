package erms

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// maxReply bounds an answer, in bytes: a file of 100 MB in base64 and its envelope.
const maxReply = 160 << 20

// Client calls one records system. Its zero HTTP is the default client.
type Client struct {
	URL            string
	From, To       string // codes of the two systems
	User, Password string // HTTP Basic; empty = none
	Who            string // under whose name things are done
	HTTP           *http.Client
}

// Down is a failure to reach the system or to get an answer from it: whether it did the work is not known.
type Down struct {
	Status int // HTTP; 0 = no answer
	Why    string
}

func (d *Down) Error() string { return "records system: " + d.Why }

// Refusal is an answer that says no.
type Refusal struct {
	Code string // empty = a SOAP fault
	Text string
}

func (r *Refusal) Error() string {
	return strings.TrimSpace(fmt.Sprintf("records system refused: %s %s", r.Code, r.Text))
}

// IsDown tells whether err says that no answer came.
func IsDown(err error) bool {
	var d *Down
	return errors.As(err, &d)
}

// Refused is the code and text of a refusal; false when err is none.
func Refused(err error) (code, text string, ok bool) {
	var r *Refusal
	if errors.As(err, &r) {
		return r.Code, r.Text, true
	}
	return "", "", false
}

// Check makes an error of a status that is not OK.
func (s Status) Check() error {
	if s.Code == OK {
		return nil
	}
	return &Refusal{Code: s.Code, Text: s.Text}
}

// Ends are the two ends of the client's messages.
func (c *Client) Ends() Ends { return Ends{From: c.From, To: c.To} }

// Auth says that the client's person does something at an instant.
func (c *Client) Auth(at time.Time) Authorization { return Authorization{Who: c.Who, At: Stamp(at)} }

// ID is an identifier made by the client's system.
func (c *Client) ID(value string) ID { return ID{Value: value, Source: c.From} }

type envelope struct {
	XMLName xml.Name `xml:"http://schemas.xmlsoap.org/soap/envelope/ Envelope"`
	Body    struct {
		Fault *fault `xml:"http://schemas.xmlsoap.org/soap/envelope/ Fault"`
		Inner []byte `xml:",innerxml"`
	} `xml:"http://schemas.xmlsoap.org/soap/envelope/ Body"`
}

type fault struct {
	Code string `xml:"faultcode"`
	Text string `xml:"faultstring"`
}

const (
	soapHead = xml.Header + `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>`
	soapTail = `</soap:Body></soap:Envelope>`
)

// Wrap puts a message into its envelope.
func Wrap(message any) ([]byte, error) {
	inner, err := xml.Marshal(message)
	if err != nil {
		return nil, err
	}
	return append(append([]byte(soapHead), inner...), soapTail...), nil
}

// Call sends a message by an operation and reads the answer into reply. Errors: Down, Refusal for a SOAP fault; what the
// answer itself says is the caller's to check. They hold nothing of the message.
func (c *Client) Call(ctx context.Context, operation string, message, reply any) error {
	body, err := Wrap(message)
	if err != nil {
		return err
	}
	answer, err := c.Post(ctx, operation, body)
	if err != nil {
		return err
	}
	return Unwrap(answer, reply)
}

// Unwrap reads what an envelope carries.
func Unwrap(answer []byte, reply any) error {
	var e envelope
	if err := xml.Unmarshal(answer, &e); err != nil {
		return &Down{Status: http.StatusOK, Why: "the answer is not a SOAP message"}
	}
	if f := e.Body.Fault; f != nil {
		return &Refusal{Text: Cut(f.Text, MaxText)}
	}
	if err := xml.Unmarshal(e.Body.Inner, reply); err != nil {
		return &Down{Status: http.StatusOK, Why: "the answer is another message than was asked for"}
	}
	return nil
}

// Post sends an envelope as it stands and returns the answer's. A fault comes as an envelope; anything else that is not one
// is Down.
func (c *Client) Post(ctx context.Context, operation string, body []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL, bytes.NewReader(body))
	if err != nil {
		return nil, &Down{Why: "the address cannot be called"}
	}
	r.Header.Set("Content-Type", "text/xml; charset=utf-8")
	r.Header.Set("SOAPAction", `"`+operation+`"`)
	r.Header.Set("User-Agent", "e-POM")
	if c.User != "" {
		r.SetBasicAuth(c.User, c.Password)
	}
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	reply, err := client.Do(r)
	if err != nil {
		return nil, &Down{Why: plain(err)}
	}
	defer reply.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(reply.Body, maxReply+1))
	switch {
	case err != nil:
		return nil, &Down{Status: reply.StatusCode, Why: "the answer broke off"}
	case len(answer) > maxReply:
		return nil, &Down{Status: reply.StatusCode, Why: "the answer is too large"}
	case reply.StatusCode == http.StatusOK, reply.StatusCode == http.StatusInternalServerError && bytes.Contains(answer, []byte("Envelope")):
		return answer, nil // SOAP 1.1 sends faults with 500
	}
	return nil, &Down{Status: reply.StatusCode, Why: fmt.Sprintf("answered %d", reply.StatusCode)}
}

// plain says a failure of the network in few words.
func plain(err error) string {
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case errors.As(err, &dns):
		return "the name is not known"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time"
	case strings.Contains(err.Error(), "certificate"):
		return "the certificate is not valid"
	case strings.Contains(err.Error(), "refused"):
		return "nobody listens there"
	case strings.Contains(err.Error(), "public internet"):
		return "the address does not lie in the public internet"
	}
	return "the connection broke"
}

// Test tries the connection; the answer's text says what is wrong on the other side.
func (c *Client) Test(ctx context.Context, id string, at time.Time) (TestResponse, error) {
	auth := c.Auth(at)
	var r TestResponse
	err := c.Call(ctx, "WsTest", TestRequest{Ends: c.Ends(), ID: id, Auth: &auth}, &r)
	if err == nil {
		err = r.Status.Check()
	}
	return r, err
}

// NewCase founds a case file.
func (c *Client) NewCase(ctx context.Context, p Case, at time.Time) (*Case, error) {
	var r CaseResponse
	err := c.Call(ctx, "SpisZalozeni", CaseRequest{Ends: c.Ends(), Case: p, Auth: c.Auth(at)}, &r)
	if err == nil {
		err = r.Status.Check()
	}
	return r.Case, err
}

// NewDocument founds a document.
func (c *Client) NewDocument(ctx context.Context, p Document, at time.Time) (*Document, error) {
	var r DocumentResponse
	err := c.Call(ctx, "DokumentZalozeni", DocumentRequest{Ends: c.Ends(), Document: p, Auth: c.Auth(at)}, &r)
	if err == nil {
		err = r.Status.Check()
	}
	return r.Document, err
}

// Case asks for a case file; nil when the system does not have it.
func (c *Client) Case(ctx context.Context, id ID, at time.Time) (*Case, error) {
	var r AskCaseResponse
	if err := c.Call(ctx, "ProfilSpisuZadost", AskCase{Ends: c.Ends(), Case: Entity{id}, Auth: c.Auth(at)}, &r); err != nil {
		return nil, err
	}
	if r.Status.Code != OK {
		r.Case = nil
	}
	return r.Case, absent(r.Status)
}

// Document asks for a document; nil when the system does not have it.
func (c *Client) Document(ctx context.Context, id ID, at time.Time) (*Document, error) {
	var r AskDocumentResponse
	if err := c.Call(ctx, "ProfilDokumentuZadost", AskDocument{Ends: c.Ends(), Document: Entity{id}, Auth: c.Auth(at)}, &r); err != nil {
		return nil, err
	}
	if r.Status.Code != OK {
		r.Document = nil
	}
	return r.Document, absent(r.Status)
}

// absent: the standard gives no code to "there is no such thing", so only a missing right and a temporary trouble, which it
// and this package name, are errors.
func absent(s Status) error {
	if s.Code == NoRight || s.Code == Temporary {
		return s.Check()
	}
	return nil
}

// File asks for the content of a file, in base64.
func (c *Client) File(ctx context.Context, id ID, at time.Time) (*File, error) {
	var r AskFileResponse
	err := c.Call(ctx, "SouborZadost", AskFile{Ends: c.Ends(), File: Entity{id}, Auth: c.Auth(at)}, &r)
	if err == nil {
		err = r.Status.Check()
	}
	return r.File, err
}

// Do has events done at once. The error is of the call, or of the first event that was not done.
func (c *Client) Do(ctx context.Context, events ...Event) ([]Message, error) {
	var r EventsResponse
	if err := c.Call(ctx, "Udalosti", EventsRequest{Ends: c.Ends(), Events: Events{events}}, &r); err != nil {
		return nil, err
	}
	said := map[int64]Message{}
	for _, m := range r.Messages {
		said[m.No] = m
	}
	for _, e := range events {
		m, ok := said[e.No()]
		if !ok {
			return r.Messages, &Down{Status: http.StatusOK, Why: "the answer does not say how an event ended"}
		}
		if err := (Status{m.Code, m.Text}).Check(); err != nil {
			return r.Messages, err
		}
	}
	return r.Messages, nil
}
