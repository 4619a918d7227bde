// Package intake takes in what comes to an office: it unpacks messages and containers into components, the original always
// kept as it came, and registers the result as a document with its sender.
//
// Unpacking (reader.go, mail.go, databox.go, zip.go) knows no database: it reads from and writes to a file store and is bounded
// in depth, number, size, compression and time. Registering (register.go) is one transaction.
package intake

import (
	"context"
	"io"
	"time"

	"epom/internal/blob"
	"epom/records"
)

// Keeper keeps files; blob.Store is one.
type Keeper interface {
	Put(ctx context.Context, r io.Reader, max int64) (blob.Ref, error)
	Open(ctx context.Context, sha256 string) (io.ReadSeekCloser, int64, error)
}

// Ways by which an item comes; they are channels of its document.
const (
	Post    = "post"
	Counter = "counter"
	Mail    = "email"
	DataBox = "databox"
	Other   = "other" // another electronic way, § 4(9) of Decree 259/2012 Sb.
)

// Limits bound what one item may unpack to. Zero = as in Usual.
type Limits struct {
	File  int64         // bytes of the item itself
	Total int64         // bytes of everything unpacked from it
	Files int           // unpacked files
	Depth int           // containers in containers
	Ratio int64         // an entry of an archive larger than 1 MB may be so many times larger than it is packed
	Time  time.Duration // of the whole unpacking
}

// Usual are the limits of everyday use: a data message has at most 100 MB (a third more as text), and archives in it at
// most 1,000 files in four levels.
var Usual = Limits{File: 160 << 20, Total: 400 << 20, Files: 1000, Depth: 8, Ratio: 200, Time: 20 * time.Second}

// Piece is one file of an item: the item itself first, then what was unpacked from it.
type Piece struct {
	Name      string
	MediaType string // found from the content; what the sender declared when the content does not tell
	Size      int64
	SHA256    string
	From      int    // index of the container it was in; -1 = it came by itself
	Container bool   // only wraps others: a message, an archive
	Role      string // what it is in a message: RoleBody, RoleEnvelope, RoleInline, RoleSignature; else empty
}

// Roles of pieces in a message.
const (
	RoleBody      = "body"
	RoleEnvelope  = "envelope" // written by us from the data of a data message
	RoleInline    = "inline"
	RoleSignature = "signature"
)

// Loss is a part that could not be kept or opened.
type Loss struct {
	Name string `json:"name"`
	Why  string `json:"why"` // Czech
	Kept bool   `json:"kept"`
}

// Item is what was found in what came.
type Item struct {
	Pieces []Piece
	Losses []Loss

	Way         string // Mail, DataBox, or empty when the file does not say
	Kind        string // kind of the document
	Key         string // identity: the same message has the same
	Subject     string
	Sender      records.Party // what is known of the sender; empty Name = nothing
	ForeignNo   string        // sender's reference number
	OurNo       string        // reference number or file mark of ours that it answers to
	SentAt      *time.Time
	DeliveredAt *time.Time // as the message proves it, to the second; nil = it does not
	Envelope    map[string]any
	AnswerTo    string // address for a confirmation of receipt; empty = none may be sent
	ToMany      int    // recipients
	Warnings    []string
	Digital     int // attachments, without bodies, envelopes and containers
}

// Components are the pieces as components of a document.
func (it *Item) Components() []records.Component {
	list := make([]records.Component, len(it.Pieces))
	for i, p := range it.Pieces {
		c := records.Component{Name: p.Name, MediaType: p.MediaType, Size: p.Size, SHA256: p.SHA256, Field: p.Role}
		if p.Container {
			c.Preservation = records.Container
		}
		if p.From >= 0 {
			n := p.From + 1
			c.FromOrdinal = &n
		}
		list[i] = c
	}
	return list
}
