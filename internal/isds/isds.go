// Package isds reads messages of the Information System of Data Boxes (ISDS) as they are kept in ZFO files: signed data
// (CMS) with the message as XML inside, of any version of the service's interface. It speaks with no server.
package isds

import (
	"crypto"
	"encoding/base64"
	"errors"
	"strings"
	"time"
)

// Kind tells what a file holds.
type Kind string

const (
	Received Kind = "received" // a message delivered to the box
	Sent     Kind = "sent"     // a message sent from the box
	Delivery Kind = "delivery" // delivery information (dodejka, doručenka): the envelope and the events, no files
)

// Message is a data message or its delivery information. Texts come from the sender: escape them.
type Message struct {
	Kind Kind
	ID   string // dmID
	Type string // dmType: V = of a public authority, K, I, … = postal; empty in old versions

	SenderBox, Sender, SenderAddress, SenderType string
	SenderUnit, SenderUnitNo                     string
	Box, Recipient, Address                      string // of the recipient
	Unit, UnitNo, ToHands                        string
	Annotation                                   string // what it is about
	RecipientRef, SenderRef                      string // reference numbers (číslo jednací)
	RecipientIdent, SenderIdent                  string // file marks (spisová značka)
	Law, Year, Section, Paragraph, Point         string // on what ground it is sent
	Personal                                     bool   // into own hands
	NoFiction                                    bool   // delivery by fiction is excluded

	DeliveredAt *time.Time // dodání: it came into the box (dmDeliveryTime)
	AcceptedAt  *time.Time // doručení: by signing in, or by fiction (dmAcceptanceTime)
	State       int        // dmMessageStatus, 1 to 10
	Events      []Event

	Files []File

	Hash      crypto.Hash // of the envelope with files, as ISDS noted it; 0 = none or unknown
	Sum       []byte
	HashOK    bool   // the content still has it; never of delivery information, whose files are elsewhere
	Timestamp []byte // RFC 3161 token over Sum; nil = none

	Signed    bool      // the file is signed data
	SignedBy  string    // common name of the signer
	SignedAt  time.Time // as the signature says, UTC; zero = it does not
	SignFault string    // why the signature does not hold, in words for the log; empty = it does
}

// Event is what happened to a message.
type Event struct {
	At   time.Time // UTC
	Text string
}

// File is one attachment of a message.
type File struct {
	Name      string // as the sender named it: never use it as a path
	MediaType string // as declared, often wrong
	Role      string // main, enclosure, signature, meta
	External  bool   // of a large message: the content is not in the file
	Content   []byte
}

// States of a message that mean it was delivered in the sense of the law.
var states = map[int]string{1: "podána", 2: "opatřena časovým razítkem", 3: "neprošla antivirovou kontrolou", 4: "dodána", 5: "doručena fikcí",
	6: "doručena přihlášením", 7: "přečtena", 8: "nedoručitelná", 9: "obsah smazán", 10: "v datovém trezoru"}

// StateWords says the state in Czech.
func (m *Message) StateWords() string { return states[m.State] }

// ErrNot says that a file is no data message.
var ErrNot = errors.New("isds: not a data message")

// limit is the largest file that is read: a message has at most 100 MB, a third more as text, twice.
const limit = 160 << 20

// Looks tells whether the beginning of a file may be one of a data message, signed or not.
func Looks(head []byte) bool {
	if len(head) > 2 && head[0] == 0x30 && head[1] >= 0x80 {
		return strings.Contains(string(head[:min(len(head), 64)]), "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02") // signed data
	}
	return strings.Contains(string(head[:min(len(head), 4096)]), "isds.czechpoint.cz/v20")
}

// base64Text decodes what the XML holds, with any white space in it.
func base64Text(s string) ([]byte, error) {
	s = strings.Map(func(r rune) rune {
		if r == ' ' || r == '\n' || r == '\r' || r == '\t' {
			return -1
		}
		return r
	}, s)
	return base64.StdEncoding.DecodeString(s)
}
