// Package exchange hands over what came through the gate to the records systems of offices: one interface, three systems
// (the built-in one, the web service of the national standard, e-mail to the mailroom), and a hand-over that goes on after
// any crash, repeats with the same reference and never ends with two numbers.
package exchange

import (
	"context"
	_ "embed"
	"errors"
	"io"
	"time"

	"epom/internal/db"
)

//go:embed exchange.sql
var text string

var sql = db.Load("records-exchange", text)

// Drivers.
const (
	BuiltIn = "built-in" // this installation's own records service
	NSESSS  = "nsesss"   // the web service of the national standard
	Mail    = "mail"     // e-mail to the office's mailroom
)

// System is a records system as the gate sees it. Every call may be repeated with the same key, also when nobody knows how
// the last one ended, and then answers as the first one did. Errors are Trouble; any other is a fault of ours.
type System interface {
	Register(context.Context, Matter) (Answer, error) // founds the case file; the answer is its file mark
	Add(context.Context, Paper) (Answer, error)       // founds a document with its number; its files follow
	Attach(context.Context, Enclosure) error          // hands over one file of a document
	State(context.Context, Try) (State, error)        // of the document of a key
	Dispatch(context.Context, Sent) error             // says that a document left for its addressee
	Close(context.Context, Closing) error             // says how the matter was handled and gives it out of our hands
}

// Try is what all calls have.
type Try struct {
	Key   string // our reference, the same on every try
	Again bool   // an earlier try began and its end is not known
	At    time.Time
	No    int64 // of the step in this installation; the same on every try
}

// Matter is a case file to be founded.
type Matter struct {
	Try
	Subject string
	Opened  time.Time
	Party   Party
}

// Party is a sender or an addressee.
type Party struct {
	Kind                           string // as in records; empty = not known
	Name, Given, Family, ICO       string
	DataBox, Email                 string
	Street, Town, Zip, DateOfBirth string
}

// Paper is a document to be founded.
type Paper struct {
	Try
	CaseKey   string
	Subject   string
	Direction string
	Channel   string
	Number    string // ours, as the sender's number
	Made      time.Time
	Delivered *time.Time
	Party     Party
	Files     []File // for a system that takes all at once
}

// File is a file of a document in the file store.
type File struct {
	Key    string `json:"-"`
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	Main   bool   `json:"main"` // the document itself, not an enclosure
}

// Enclosure is a file on its way.
type Enclosure struct {
	Try
	DocumentKey string
	File        File
	Open        func(context.Context) (io.ReadCloser, error)
}

// Sent says that a document left.
type Sent struct {
	Try
	DocumentKey string
	Party       Party
	Channel     string
	SentAt      time.Time
}

// Closing says how a matter was handled.
type Closing struct {
	Try
	CaseKey string
	How     string // as in records
	Why     string
	Handled time.Time
}

// Answer is what the system gave; an empty number comes later.
type Answer struct{ Number string }

// State is a document as the system has it.
type State struct {
	There  bool
	Number string   // empty = not yet
	Mark   string   // of its case file
	Files  []string // keys of the files it has; nil = it does not tell
}

// Kinds of trouble.
const (
	Waiting = "waiting" // all is well, the answer is not there yet
	Down    = "down"    // the system does not answer; whether it did the work is not known
	Parked  = "parked"  // it did not answer others either, so it is left alone for a while
	Refused = "refused" // it said no
)

// Trouble is why a step could not be finished, in Czech for people. It holds nothing of what is handed over.
type Trouble struct {
	Kind string
	Why  string
}

func (t *Trouble) Error() string { return t.Kind + ": " + t.Why }

func trouble(err error) (*Trouble, bool) {
	var t *Trouble
	return t, errors.As(err, &t)
}
