package records

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
)

// Fault is one thing that keeps a file from being closed, with where it is mended.
type Fault struct {
	Mark     string // of the file
	CaseID   int64
	Document int64  // 0 = the file itself
	Number   string // of the document
	Kind     string // FaultHandle …
	Text     string // a plain sentence: what is missing
	File     string // name of the component
	Ordinal  int    // of the component
}

// Kinds of faults, by the act that mends them.
const (
	FaultHandle  = "handle"  // the file is not handled, or the clock stands
	FaultClass   = "class"   // no class
	FaultTrigger = "trigger" // the year of the trigger
	FaultSub     = "sub"     // a sub-file is open
	FaultAnswer  = "answer"  // nobody reacted to an incoming document
	FaultSend    = "send"    // an outgoing document was neither sent nor cancelled
	FaultDeliver = "deliver" // what was sent is neither delivered nor given up
	FaultCall    = "call"    // a call for completion has no answer
	FaultSheets  = "sheets"  // sheets of paper were not counted
	FaultFile    = "file"    // a digital document has no file
	FaultOutput  = "output"  // a file needs a component in an output format
	FaultUnpack  = "unpack"  // a container was not unpacked
)

// Opener opens a kept file by its hash.
type Opener func(ctx context.Context, hash string) (io.ReadSeekCloser, int64, error)

// Output formats of digital documents (§ 23 of Decree 259/2012 Sb.), formats that need a version in one, and containers, as the
// archives' rules obs105, obs107 and obs109 list them.
var (
	OutputTypes = []string{"application/pdf", "image/png", "image/tiff", "image/jpeg", "video/mpeg", "image/gif", "audio/mpeg", "audio/x-wav",
		"application/xml", "application/xml-dtd"}
	editable = []string{"application/msword", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/rtf", "text/rtf",
		"application/vnd.oasis.opendocument.text", "application/vnd.apple.pages"}
	containers = []string{"application/zip", "application/zip-compressed", "application/x-zip-compressed", "multipart/x-zip",
		"application/vnd.etsi.asic-e+zip", "application/vnd.etsi.asic-s+zip"}
)

// IsContainer tells whether a component only carries others: by what it is said to be, or by its type.
func (c Component) IsContainer() bool {
	return c.Preservation == Container || slices.Contains(containers, c.MediaType)
}

// Check lists everything that keeps a file, with the files joined to it, from being closed (NSESSS 3.2); empty = it may be.
func Check(ctx context.Context, tx *db.Tx, id int64, open Opener, at time.Time) ([]Fault, error) {
	all, err := Together(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	var faults []Fault
	for _, c := range all {
		switch {
		case c.ID == id || c.JoinedTo != nil && *c.JoinedTo == id:
			found, err := checkOne(ctx, tx, c, open, at)
			if err != nil {
				return nil, err
			}
			faults = append(faults, found...)
		case c.ParentID != nil && *c.ParentID == id && c.ClosedAt == nil:
			faults = append(faults, Fault{Mark: c.Mark, CaseID: c.ID, Kind: FaultSub, Text: "Dílčí spis je ještě otevřený."})
		}
	}
	return faults, nil
}

func checkOne(ctx context.Context, tx *db.Tx, c Case, open Opener, at time.Time) ([]Fault, error) {
	var faults []Fault
	say := func(kind, text string) {
		faults = append(faults, Fault{Mark: c.Mark, CaseID: c.ID, Kind: kind, Text: text})
	}
	if c.HandledAt == nil {
		say(FaultHandle, "Spis ještě není vyřízený.")
	} else if c.PausedOn != nil {
		say(FaultHandle, "Výzva ještě není zodpovězená: lhůta stojí.")
	}
	switch {
	case c.ClassID == nil:
		say(FaultClass, "Spis nemá spisový znak a skartační režim.")
	case *c.Sign == "V" && clock.Date(at).After(lastV):
		say(FaultClass, "Skartační znak V nejde od 1. 1. 2027 použít. Vyberte skupinu se znakem A nebo S.")
	}
	if (c.TriggerEvent == WhenBorn || c.TriggerEvent == Externally) && c.TriggerYear == nil {
		say(FaultTrigger, "Chybí rok události, od které běží skartační lhůta.")
	}
	docs, err := Documents(ctx, tx, c.ID)
	if err != nil {
		return nil, err
	}
	answered := map[int64]bool{}
	for _, d := range docs {
		if d.AnswersID != nil && d.CancelledAt == nil && d.Direction == Out && d.Kind != "receipt" {
			answered[*d.AnswersID] = true
		}
	}
	for _, d := range docs {
		if d.CancelledAt != nil {
			continue
		}
		found, err := checkDocument(ctx, c, d, answered[d.ID], open)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			f.Mark, f.CaseID, f.Document, f.Number = c.Mark, c.ID, d.ID, d.ReferenceNumber
			faults = append(faults, f)
		}
	}
	return faults, nil
}

func checkDocument(ctx context.Context, c Case, d Document, answered bool, open Opener) ([]Fault, error) {
	var faults []Fault
	say := func(kind, text string) { faults = append(faults, Fault{Kind: kind, Text: text}) }
	switch {
	case d.Direction == In && !answered && d.HandledAt == nil && c.HandledAt != nil && d.RegisteredAt.After(*c.HandledAt):
		say(FaultAnswer, "Dokument přišel až po vyřízení spisu a nikdo na něj nereagoval.")
	case d.Direction == Out && d.SentAt == nil:
		say(FaultSend, "Dokument nebyl odeslán ani stornován.")
	}
	if d.Paper {
		if d.Sheets == nil {
			say(FaultSheets, "Listinný dokument nemá počet listů.")
		}
		if len(d.Components) > 0 && !slices.ContainsFunc(d.Components, func(p Component) bool { return !p.IsContainer() }) {
			say(FaultUnpack, "Soubor je kontejner a nic z něj není vyjmuté.")
		}
		return faults, nil
	}
	replaced, inside := map[int]bool{}, 0
	for _, p := range d.Components {
		if p.Replaces != nil && p.Preservation != Draft {
			replaced[*p.Replaces] = true
		}
		if !p.IsContainer() && p.Preservation != Draft {
			inside++
		}
	}
	if len(d.Components) == 0 || inside == 0 && !slices.ContainsFunc(d.Components, Component.IsContainer) {
		say(FaultFile, "Dokument nemá žádný soubor.")
		return faults, nil
	}
	for _, p := range d.Components {
		f := Fault{File: p.Name, Ordinal: p.Ordinal}
		switch {
		case p.Preservation == Draft || replaced[p.Ordinal]:
			continue
		case p.IsContainer():
			if inside > 0 {
				continue
			}
			f.Kind, f.Text = FaultUnpack, "Soubor je kontejner a nic z něj není vyjmuté."
		case slices.Contains(editable, p.MediaType):
			f.Kind, f.Text = FaultOutput, "Soubor je v upravitelném formátu; chybí výstupní podoba (PDF/A)."
		case p.MediaType == "application/pdf":
			archival, err := isPDFA(ctx, open, p.SHA256)
			if err != nil {
				return nil, err
			}
			if archival {
				continue
			}
			f.Kind, f.Text = FaultOutput, "PDF se nehlásí k PDF/A; chybí výstupní podoba."
		case p.Preservation == Output && !slices.Contains(OutputTypes, p.MediaType):
			f.Kind, f.Text = FaultOutput, "Výstupní podoba má formát, který vyhláška nedovoluje."
		default:
			continue
		}
		faults = append(faults, f)
	}
	return faults, nil
}

// isPDFA tells whether a PDF says of itself that it is PDF/A; whether it keeps the word, only a validator can tell.
func isPDFA(ctx context.Context, open Opener, hash string) (bool, error) {
	r, _, err := open(ctx, hash)
	if err != nil {
		return false, err
	}
	defer r.Close()
	buf, kept := make([]byte, 64<<10), 0
	for {
		n, err := io.ReadFull(r, buf[kept:])
		if bytes.Contains(buf[:kept+n], []byte("pdfaid:part")) {
			return true, nil
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		kept = copy(buf, buf[kept+n-16:kept+n])
	}
}

// Close closes a handled file and those joined to it: from then on they refuse changes and their retention period is known. What
// is missing comes back as faults and nothing is changed.
func Close(ctx context.Context, tx *db.Tx, id int64, open Opener, at time.Time) ([]Fault, error) {
	c, err := LockCase(ctx, tx, id)
	switch {
	case err != nil:
		return nil, err
	case c.ClosedAt != nil:
		return nil, errs.Newf(errs.Conflict, "Spis %s už je uzavřený.", c.Mark)
	case c.JoinedTo != nil:
		return nil, errs.Newf(errs.Conflict, "Spis %s je připojený k jinému spisu a uzavře se s ním.", c.Mark)
	}
	faults, err := Check(ctx, tx, id, open, at)
	if err != nil || len(faults) > 0 {
		return faults, err
	}
	all, err := Together(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if c.ID != id && (c.JoinedTo == nil || *c.JoinedTo != id) || c.ClosedAt != nil {
			continue
		}
		year := c.triggerYear(at)
		if _, err := tx.ExecContext(ctx, filesSQL.Get("close"), tx.Office, c.ID, at, tx.Actor, year); err != nil {
			return nil, db.Classify(err)
		}
		write(tx, c, "closed", at, map[string]any{"class": c.ClassCode, "trigger": year})
	}
	return nil, nil
}

// triggerYear is the year of the event from which the period of a file that closes now runs.
func (c Case) triggerYear(closing time.Time) *int {
	at := closing
	switch c.TriggerEvent {
	case WhenBorn, Externally:
		return c.TriggerYear
	case WhenHandled:
		at = *c.HandledAt
	case WhenOpened:
		at = c.OpenedAt
	}
	year := at.In(clock.Prague).Year()
	return &year
}

// Reopen opens a closed file, and those closed with it, for a reason.
func Reopen(ctx context.Context, tx *db.Tx, id int64, why string, at time.Time) error {
	c, err := LockCase(ctx, tx, id)
	why = strings.TrimSpace(why)
	switch {
	case err != nil:
		return err
	case c.ClosedAt == nil:
		return errs.Newf(errs.Conflict, "Spis %s není uzavřený.", c.Mark)
	case c.DisposedAt != nil:
		return errs.Newf(errs.Conflict, "Spis %s už prošel skartačním řízením, znovu ho otevřít nejde.", c.Mark)
	case c.JoinedTo != nil:
		return errs.Newf(errs.Conflict, "Spis %s je připojený k jinému spisu; otevřete ten.", c.Mark)
	case why == "":
		return errs.Fields(errs.Field{Name: "why", Message: "Napište, proč se spis znovu otevírá. Důvod zůstane v záznamu."})
	}
	all, err := Together(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, c := range all {
		if c.ClosedAt == nil || c.ID != id && (c.JoinedTo == nil || *c.JoinedTo != id) {
			continue
		}
		if _, err := tx.ExecContext(ctx, filesSQL.Get("reopen"), tx.Office, c.ID); err != nil {
			return db.Classify(err)
		}
		write(tx, c, "reopened", at, map[string]any{"why": why})
	}
	return nil
}

// Settle handles an incoming document on its own, when it needs no answer: taken note of, or by a note on it.
func Settle(ctx context.Context, tx *db.Tx, document int64, how, why string, at time.Time) error {
	d, err := DocumentByID(ctx, tx, document)
	if err != nil {
		return err
	}
	if d.Direction != In || how != ByNoting && how != ByNote {
		return errs.New(errs.Invalid, "Takto lze vyřídit jen doručený dokument.")
	}
	r, err := tx.ExecContext(ctx, filesSQL.Get("settle-document"), tx.Office, document, at, how, why)
	if err != nil {
		return db.Classify(err)
	}
	if n, _ := r.RowsAffected(); n > 0 {
		c, err := CaseByID(ctx, tx, d.CaseID)
		if err != nil {
			return err
		}
		write(tx, c, "document handled", at, map[string]any{"number": d.ReferenceNumber, "how": how})
	}
	return nil
}

// SetSheets counts the sheets of a document on paper.
func SetSheets(ctx context.Context, tx *db.Tx, document int64, sheets int, at time.Time) error {
	if sheets < 0 || sheets > 100_000 {
		return errs.Fields(errs.Field{Name: "sheets", Message: "Napište počet listů číslem."})
	}
	d, err := DocumentByID(ctx, tx, document)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, filesSQL.Get("set-sheets"), tx.Office, document, sheets); err != nil {
		return db.Classify(err)
	}
	c, err := CaseByID(ctx, tx, d.CaseID)
	if err == nil {
		write(tx, c, "sheets counted", at, map[string]any{"number": d.ReferenceNumber, "sheets": sheets})
	}
	return err
}
