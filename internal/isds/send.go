package isds

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// Limits of an ordinary message, as the system states them.
const (
	MaxMessage = 20 << 20 // bytes of all attachments together
	MaxFiles   = 100
	MaxSubject = 255 // characters (dmAnnotation)
	MaxNumber  = 50  // characters of reference numbers
)

// States of a message (dmMessageStatus).
const (
	Submitted   = 1 // podána
	Stamped     = 2 // has its timestamp
	Infected    = 3 // did not pass the antivirus check
	InBox       = 4 // dodána
	ByFiction   = 5 // doručena fikcí
	ByLogin     = 6 // doručena přihlášením
	Opened      = 7 // přečtena
	Undelivered = 8 // nedoručitelná: the box was closed
	Erased      = 9
	InVault     = 10
)

// Codes of answers that need an act of their own.
const (
	CodeNoTimestamp = "0005" // the message has no timestamp yet: ask again
	CodeNoMessage   = "1201" // no such message, or not ours
	CodeBigMessage  = "1281" // too large for this service
	CodeOverload    = "3005" // ask again later, one request at a time
	CodeNoBox       = "5001" // no such box
	CodeTimestamps  = "9502" // the timestamp authority is away
)

// Error is an answer of the system other than success.
type Error struct {
	Code    string
	Message string
}

func (e *Error) Error() string { return "isds " + e.Code + ": " + e.Message }

// temporary are the codes after which the same request may succeed later.
var temporary = map[string]bool{CodeNoTimestamp: true, CodeOverload: true, "3006": true, "3008": true, "3009": true, CodeTimestamps: true}

// Temporary tells whether trying the same again later may help: the system is overloaded or away, or the network is.
func Temporary(err error) bool {
	var e *Error
	return err != nil && (!errors.As(err, &e) || temporary[e.Code])
}

// CodeOf is the code of the system's answer; empty when the error is not one.
func CodeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// Attachment is a file of a message to be sent. Open is called when the message is put together, at most once an attempt.
type Attachment struct {
	Name, Type string
	Size       int64
	Open       func() (io.ReadCloser, error)
}

// Outgoing is a message to be sent. The first file is the main one.
type Outgoing struct {
	From     string // our box
	To       string // the addressee's box
	Subject  string
	Number   string // our reference number
	Mark     string // our file mark
	ToHands  bool   // only to the addressee's own hands (dmPersonalDelivery)
	NoSubst  bool   // delivery by fiction is excluded (dmAllowSubstDelivery = false)
	Files    []Attachment
	Sent     time.Time // when sending was first tried; for Find
	Identity string    // ours, the same at every attempt; goes along as the sender's identification
}

// Check says what the system would refuse, before anything is sent; the answer is an *Error as it would give.
func (m Outgoing) Check() error {
	total := int64(0)
	for _, f := range m.Files {
		total += f.Size
	}
	switch {
	case len(m.To) != 7:
		return &Error{CodeNoBox, "data box must have 7 characters"}
	case len(m.Files) == 0:
		return &Error{"1221", "a message has at least one file"}
	case len(m.Files) > MaxFiles:
		return &Error{"1222", fmt.Sprintf("%d files, at most %d", len(m.Files), MaxFiles)}
	case total > MaxMessage:
		return &Error{CodeBigMessage, fmt.Sprintf("%d bytes, at most %d", total, MaxMessage)}
	}
	return nil
}

// Status is how a sent message stands.
type Status struct {
	State      int
	InBoxAt    time.Time // dodání (dmDeliveryTime); zero = not yet
	AcceptedAt time.Time // doručení (dmAcceptanceTime); zero = not yet
}

// Boxes is what sending needs of the data box system. The system itself does not know a message sent twice: who loses the
// answer to Send asks Find before sending again. All calls for one box must come one at a time.
type Boxes interface {
	// Send hands a message over and answers its number (dmID).
	Send(ctx context.Context, m Outgoing) (id string, err error)
	// Find looks among sent messages for the one of an identity; empty when there is none.
	Find(ctx context.Context, m Outgoing) (id string, err error)
	// Status asks how a message stands (GetMessageStateChanges, GetDeliveryInfo).
	Status(ctx context.Context, from, id string) (Status, error)
	// Receipt answers the signed delivery information (doručenka) as a ZFO file.
	Receipt(ctx context.Context, from, id string) ([]byte, error)
}
