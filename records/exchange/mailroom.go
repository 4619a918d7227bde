package exchange

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/mail"
)

// mailroom hands over by e-mail: one message a document with everything in it. The receipt is the mailroom's reply with the
// number, read by ReadReply or typed by a person.
type mailroom struct {
	s        *Service
	l        Link
	handover int64
}

// maxParcel bounds the files of one message, in bytes: servers commonly take 25 MB, and base64 adds a third.
const maxParcel = 18 << 20

// parcel describes the message for a machine.
type parcel struct {
	XMLName   xml.Name     `xml:"podani"`
	Reference string       `xml:"znacka"` // ours; goes into the reply
	Case      string       `xml:"spis"`
	Subject   string       `xml:"vec"`
	Channel   string       `xml:"zpusobDoruceni"`
	Delivered string       `xml:"doruceno,omitempty"`
	Sender    parcelSender `xml:"odesilatel"`
	Files     []parcelFile `xml:"soubory>soubor"`
}

type parcelSender struct {
	Name    string `xml:"jmeno,omitempty"`
	ICO     string `xml:"ico,omitempty"`
	DataBox string `xml:"datovaSchranka,omitempty"`
	Email   string `xml:"email,omitempty"`
}

type parcelFile struct {
	Main   bool   `xml:"hlavni,attr"`
	Name   string `xml:"nazev"`
	Type   string `xml:"typ"`
	Size   int64  `xml:"velikost"`
	SHA256 string `xml:"sha256"`
}

// Register does nothing: the message brings the case file with its first document.
func (m *mailroom) Register(context.Context, Matter) (Answer, error) { return Answer{}, nil }

// Add writes the message. The same key is written once, however often it is asked for.
func (m *mailroom) Add(ctx context.Context, p Paper) (a Answer, err error) {
	x := parcel{Reference: p.Key, Case: p.CaseKey, Subject: p.Subject, Channel: wayOf[p.Channel],
		Sender: parcelSender{Name: p.Party.Name, ICO: p.Party.ICO, DataBox: p.Party.DataBox, Email: p.Party.Email}}
	at := p.Made
	if p.Delivered != nil {
		at = *p.Delivered
	}
	at = at.In(clock.Prague)
	x.Delivered = at.Format(time.RFC3339)
	var files []mail.File
	total := int64(0)
	for _, f := range p.Files {
		total += f.Size
		files = append(files, mail.File{Name: f.Name, Type: f.Type, SHA256: f.SHA256})
		x.Files = append(x.Files, parcelFile{Main: f.Main, Name: f.Name, Type: f.Type, Size: f.Size, SHA256: f.SHA256})
	}
	if total > maxParcel {
		return a, &Trouble{Refused, fmt.Sprintf("soubory mají dohromady %d MB a e-mail unese nejvýš %d MB; stáhněte je ze spisu a předejte podatelně jinak", total>>20, maxParcel>>20)}
	}
	meta, err := xml.MarshalIndent(x, "", "  ")
	if err != nil {
		return a, err
	}
	sha, _, err := m.s.Keep(ctx, append([]byte(xml.Header), meta...))
	if err != nil {
		return a, err
	}
	files = append(files, mail.File{Name: "podani.xml", Type: "application/xml", SHA256: sha})
	text := fmt.Sprintf("Dobrý den,\n\nposíláme podání, které přišlo přes e-POM. Zaevidujte ho prosím ve své spisové službě.\n\n"+
		"Věc: %s\nPodal: %s\nDoručeno: %s\nNaše značka: %s\n\n"+
		"Potvrzení: odpovězte na tuto zprávu a první řádek napište takto\nČíslo jednací: (vaše číslo)\n\n"+
		"Lhůty běží ode dne doručení, který stojí výše. Údaje pro stroje jsou v příloze podani.xml.\n",
		p.Subject, p.Party.Name, at.Format("2. 1. 2006 15:04:05"), p.Key)
	letter := mail.Message{Office: m.l.OfficeID, Uniq: fmt.Sprintf("handover/%d/%s", m.l.OfficeID, p.Key), To: m.l.Mailbox, Subject: fmt.Sprintf("Podání k zaevidování [e-POM %s]", p.Key),
		Text: text, Files: db.J(files), CreatedAt: p.At}
	return a, m.s.DB.Tx(ctx, db.Scope{Office: m.l.OfficeID, Actor: "system"}, func(tx *db.Tx) error { return mail.Queue(ctx, tx, letter) })
}

// Attach, Dispatch and Close do nothing: a message brings all there is.
func (m *mailroom) Attach(context.Context, Enclosure) error { return nil }

// Dispatch does nothing; see Attach.
func (m *mailroom) Dispatch(context.Context, Sent) error { return nil }

// Close does nothing; see Attach.
func (m *mailroom) Close(context.Context, Closing) error { return nil }

// State knows no more than what people wrote down.
func (m *mailroom) State(context.Context, Try) (State, error) { return State{There: true}, nil }

var (
	ourMark     = regexp.MustCompile(`\[e-POM ([^\]\s]{3,40})\]`)
	theirNumber = regexp.MustCompile(`(?im)^[ \t>*]*(?:č(?:íslo)?\.?[ \t]*j(?:ednací)?\.?|cislo jednaci)[ \t]*:[ \t]*([^\r\n]{1,80})`)
)

// ReadReply finds in the mailroom's reply which document it is about and the number it got. Errors: a sentence what is missing.
func ReadReply(subject, body string) (key, number string, err error) {
	if m := ourMark.FindStringSubmatch(subject + "\n" + body); m != nil {
		key = m[1]
	}
	for _, m := range theirNumber.FindAllStringSubmatch(body, -1) {
		if n := cleanNumber(m[1]); n != "" && number == "" {
			number = n
		}
	}
	switch {
	case key == "":
		return "", number, errors.New("V odpovědi není naše značka [e-POM …], podle které se pozná, ke kterému podání patří.")
	case number == "":
		return key, "", errors.New("V odpovědi není řádek „Číslo jednací: …“.")
	}
	return key, number, nil
}

// cleanNumber is a reference number as typed, without what surrounds it; empty when it cannot be one.
func cleanNumber(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if s == "" || len([]rune(s)) > 50 || strings.ContainsAny(s, "()<>") || !strings.ContainsAny(s, "0123456789") {
		return ""
	}
	return s
}
