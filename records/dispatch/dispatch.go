// Package dispatch sends documents out (vypravení): which document goes to whom, by which way, and what has happened to it
// since. How a sending stands is computed from its events; see Compute.
package dispatch

import (
	"cmp"
	"context"
	_ "embed"
	netmail "net/mail"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"epom/internal/audit"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
	"epom/records"
)

//go:embed dispatch.sql
var sqlText string

var sql = db.Load("records-dispatch", sqlText)

// Ways of sending, in the order in which § 19 of Act 500/2004 Sb. and § 17 of Act 300/2008 Sb. put them.
const (
	Office  = "office"  // an office in e-POM: at once
	DataBox = "databox" // first whenever the addressee has one
	Counter = "counter" // handed over in person
	Email   = "email"   // at the addressee's request
	Post    = "post"
	Board   = "board" // public notice
)

// Ways lists them all in the order they are offered.
var Ways = []string{Office, DataBox, Counter, Email, Post, Board}

// Kinds of jobs this room asks for; payload Ref.
const (
	JobEmail = "dispatch-email" // write the letter into the outbox
	JobBox   = "dispatch-box"   // hand over to the data box system
	JobAsk   = "dispatch-ask"   // ask the data box system how it stands
)

// Ref names a sending in the payload of a job.
type Ref struct {
	Dispatch int64 `json:"dispatch"`
}

// Dispatch is one sending of one document to one addressee.
type Dispatch struct {
	OfficeID   int32     `db:"office_id"`
	ID         int64     `db:"id"`
	DocumentID int64     `db:"document_id"`
	PartyID    *int64    `db:"party_id"`
	ToOffice   *int32    `db:"to_office"`
	Way        string    `db:"way"`
	Attempt    int       `db:"attempt"`
	Service    string    `db:"service"`
	Proof      bool      `db:"proof"`   // delivery must be proven
	Fiction    bool      `db:"fiction"` // substitute delivery is possible
	Why        string    `db:"why"`     // why not the way that the law puts first
	InsteadOf  *int64    `db:"instead_of"`
	Name       string    `db:"name"`
	Street     string    `db:"street"`
	Zip        string    `db:"zip"`
	Town       string    `db:"town"`
	Country    string    `db:"country"`
	Email      string    `db:"email"`
	DataBox    string    `db:"data_box"`
	PostNo     *string   `db:"post_no"`
	SheetYear  *int      `db:"sheet_year"`
	SheetNo    *int      `db:"sheet_no"`
	MadeAt     time.Time `db:"made_at"`
	MadeBy     string    `db:"made_by"`

	// Of the document.
	CaseID  int64  `db:"case_id"`
	Number  string `db:"reference_number"`
	Mark    string `db:"mark"`
	Subject string `db:"subject"`

	Events []Event `db:"-"`
}

// Barcode is the code on the envelope, which the delivery receipt brings back.
func (d Dispatch) Barcode() string { return "V" + strconv.FormatInt(d.ID, 10) }

// Address is the addressee's address in lines, without the name.
func (d Dispatch) Address() []string {
	lines := []string{}
	for _, l := range []string{d.Street, strings.TrimSpace(Zip(d.Zip) + " " + d.Town), d.Country} {
		if l != "" {
			lines = append(lines, l)
		}
	}
	return lines
}

// Zip prints a postal code in groups: "463 62".
func Zip(s string) string {
	if s = strings.ReplaceAll(s, " ", ""); len(s) == 5 {
		return s[:3] + " " + s[3:]
	}
	return s
}

// New is what Create needs to know.
type New struct {
	DocumentID int64
	PartyID    int64 // 0 = nobody of the name register: an office, or everybody
	ToOffice   int32
	Way        string
	Service    string // of the post
	Proof      bool   // e-mail: must be confirmed by the addressee
	NoFiction  bool   // substitute delivery is excluded
	Why        string // why not the data box of the addressee
	InsteadOf  int64
}

// Create gets a document ready to be sent to one addressee, and enqueues what sends it. Nothing goes twice: a second
// sending to the same addressee is refused (Conflict) until the first has come to nothing. Errors name the field.
func Create(ctx context.Context, tx *db.Tx, law *Law, n New, at time.Time) (Dispatch, error) {
	doc, err := lockDocument(ctx, tx, n.DocumentID)
	if err != nil {
		return Dispatch{}, err
	}
	d := Dispatch{DocumentID: doc.ID, Way: n.Way, Service: n.Service, Why: strings.TrimSpace(n.Why)}
	if err := d.address(ctx, tx, n); err != nil {
		return d, err
	}
	if err := d.by(law, n, at); err != nil {
		return d, err
	}
	before, err := Of(ctx, tx, doc.ID)
	if err != nil {
		return d, err
	}
	for _, b := range before {
		if !sameAddressee(b, d) {
			continue
		}
		if b.Way == d.Way {
			d.Attempt = max(d.Attempt, b.Attempt)
		}
		state, err := Compute(b, law, at)
		if err != nil {
			return d, err
		}
		if !state.CameToNothing() {
			return d, errs.Newf(errs.Conflict, "Adresátovi %s už se dokument vypravuje: %s. Znovu ho lze poslat, až když se to nepodaří.", b.Name, state.Word())
		}
		d.InsteadOf = &b.ID
	}
	d.Attempt++
	if err := d.insert(ctx, tx, at); err != nil {
		return d, err
	}
	if err := d.start(ctx, tx, law, at); err != nil {
		return d, err
	}
	return ByID(ctx, tx, d.ID)
}

// lockDocument reads an outgoing document that may be sent and keeps others from sending it meanwhile.
func lockDocument(ctx context.Context, tx *db.Tx, id int64) (records.Document, error) {
	var got int64
	if err := tx.GetContext(ctx, &got, sql.Get("lock-document"), tx.Office, id); err != nil {
		if err = db.Classify(err); errs.Is(err, errs.NotFound) {
			err = errs.New(errs.NotFound, "Tento dokument ve vašem úřadu není.")
		}
		return records.Document{}, err
	}
	doc, err := records.DocumentByID(ctx, tx, id)
	switch {
	case err != nil:
	case doc.Direction != records.Out:
		err = errs.New(errs.Invalid, "Vypravit lze jen dokument určený k odeslání. Tento je došlý, nebo vlastní pro potřebu úřadu.")
	case doc.CancelledAt != nil:
		err = errs.New(errs.Conflict, "Dokument je stornovaný, vypravit ho nejde.")
	}
	return doc, err
}

// address copies the addressee as the name register has it now: what was printed then must stay.
func (d *Dispatch) address(ctx context.Context, tx *db.Tx, n New) error {
	switch {
	case n.Way == Board:
		d.Name = "veřejnou vyhláškou"
		return nil
	case n.Way == Office:
		o, err := partner(ctx, tx, n.ToOffice)
		d.ToOffice, d.Name = &n.ToOffice, o.Name
		if n.PartyID != 0 {
			d.PartyID = &n.PartyID
		}
		return err
	case n.PartyID == 0:
		return errs.Fields(errs.Field{Name: "kdo", Message: "Vyberte, komu se má dokument poslat."})
	}
	p, err := records.PartyByID(ctx, tx, n.PartyID)
	if errs.Is(err, errs.NotFound) {
		return errs.Fields(errs.Field{Name: "kdo", Message: "Tento adresát ve jmenném rejstříku není. Vyberte jiného."})
	}
	d.PartyID, d.Name, d.Street, d.Zip, d.Town, d.Country, d.Email, d.DataBox = &p.ID, p.Name, p.Street, p.Zip, p.Town, p.Country, p.Email, p.DataBox
	return err
}

// by checks that the way can be gone with what is known of the addressee, and says what it proves.
func (d *Dispatch) by(law *Law, n New, at time.Time) error {
	wrong := func(format string, args ...any) error {
		return errs.Fields(errs.Field{Name: "cesta", Message: errs.Message(errs.Newf(errs.Invalid, format, args...))})
	}
	if d.DataBox != "" && (n.Way == Email || n.Way == Post) && d.Why == "" {
		return errs.Fields(errs.Field{Name: "duvod", Message: "Adresát " + d.Name + " má datovou schránku " + d.DataBox + " a zákon ji dává na první místo (§ 19 odst. 1 správního řádu, § 17 odst. 1 zákona č. 300/2008 Sb.). Napište, proč posíláte jinak."})
	}
	switch n.Way {
	case Office:
		d.Proof = true
	case DataBox:
		if len(d.DataBox) != 7 {
			return wrong("%s nemá ve jmenném rejstříku datovou schránku (7 znaků). Doplňte ji, nebo zvolte jinou cestu.", d.Name)
		}
		d.Proof, d.Fiction = true, !n.NoFiction
	case Counter:
		d.Proof = true
	case Email:
		if a, err := netmail.ParseAddress(d.Email); err != nil || a.Address != d.Email {
			return wrong("%s nemá ve jmenném rejstříku platný e-mail. Doplňte ho, nebo zvolte jinou cestu.", d.Name)
		}
		d.Proof = n.Proof
	case Post:
		s, ok := law.Service(n.Service, at)
		if !ok {
			return errs.Fields(errs.Field{Name: "sluzba", Message: "Vyberte, jak má pošta zásilku doručit."})
		}
		if d.Town == "" || d.Zip == "" && d.Country == "" {
			return wrong("%s nemá ve jmenném rejstříku úplnou adresu. Doplňte obec a PSČ, nebo zvolte jinou cestu.", d.Name)
		}
		d.Proof, d.Fiction = s.Proof, s.Substitute && !n.NoFiction
	case Board:
		d.Proof, d.Fiction = true, true
	default:
		return wrong("Vyberte, jak se má dokument poslat.")
	}
	return nil
}

func sameAddressee(a, b Dispatch) bool {
	same := func(x, y int64) bool { return x != 0 && x == y }
	if a.Way == Board || b.Way == Board {
		return a.Way == b.Way
	}
	return same(deref(a.PartyID), deref(b.PartyID)) || same(int64(deref(a.ToOffice)), int64(deref(b.ToOffice)))
}

func deref[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

func (d *Dispatch) insert(ctx context.Context, tx *db.Tx, at time.Time) error {
	err := tx.GetContext(ctx, &d.ID, sql.Get("create"), tx.Office, d.DocumentID, d.PartyID, d.ToOffice, d.Way, d.Attempt, d.Service, d.Proof, d.Fiction, d.Why,
		d.InsteadOf, d.Name, d.Street, d.Zip, d.Town, d.Country, d.Email, d.DataBox, at, tx.Actor)
	if err != nil {
		return db.Classify(err)
	}
	if d.PartyID != nil {
		if err := records.LinkParty(ctx, tx, d.DocumentID, records.PartyRole{ID: *d.PartyID, Role: records.Addressee}); err != nil {
			return err
		}
	}
	audit.Write(tx, audit.Event{At: at, Action: "dispatch made", ObjectType: "document", ObjectID: strconv.FormatInt(d.DocumentID, 10),
		Data: map[string]any{"dispatch": d.ID, "way": d.Way}})
	return nil
}

// start does what a fresh sending, or one tried again, needs: the machine's ways go at once.
func (d *Dispatch) start(ctx context.Context, tx *db.Tx, law *Law, at time.Time) error {
	switch d.Way {
	case Office:
		return deliver(ctx, tx, law, *d, at)
	case Email, DataBox:
		return jobs.Enqueue(ctx, tx, jobs.Job{Kind: map[string]string{Email: JobEmail, DataBox: JobBox}[d.Way], Office: tx.Office, Payload: Ref{d.ID},
			Uniq: strconv.FormatInt(d.ID, 10)})
	}
	return nil
}

// ByID reads a sending of the transaction's office with its events.
func ByID(ctx context.Context, tx *db.Tx, id int64) (Dispatch, error) {
	return one(ctx, tx, "by-id", id)
}

// ByCode finds a sending by what a scanner reads: the code of the envelope or the number of registered mail.
func ByCode(ctx context.Context, tx *db.Tx, code string) (Dispatch, error) {
	code = strings.ToUpper(strings.Join(strings.Fields(code), ""))
	if id, err := strconv.ParseInt(strings.TrimPrefix(code, "V"), 10, 64); err == nil && strings.HasPrefix(code, "V") {
		return one(ctx, tx, "by-id", id)
	}
	return one(ctx, tx, "by-post-no", code)
}

func one(ctx context.Context, tx *db.Tx, query string, arg any) (Dispatch, error) {
	var d Dispatch
	if err := tx.GetContext(ctx, &d, sql.Get(query), tx.Office, arg); err != nil {
		return d, db.Classify(err)
	}
	list := []Dispatch{d}
	err := withEvents(ctx, tx, list)
	return list[0], err
}

// Of lists the sendings of documents with their events, the oldest first.
func Of(ctx context.Context, tx *db.Tx, documents ...int64) ([]Dispatch, error) {
	list := []Dispatch{}
	if err := tx.SelectContext(ctx, &list, sql.Get("of-documents"), tx.Office, pq.Array(documents)); err != nil {
		return nil, db.Classify(err)
	}
	return list, withEvents(ctx, tx, list)
}

func withEvents(ctx context.Context, tx *db.Tx, list []Dispatch) error {
	ids, at := make([]int64, len(list)), make(map[int64]int, len(list))
	for i, d := range list {
		ids[i], at[d.ID] = d.ID, i
	}
	var events []Event
	if err := tx.SelectContext(ctx, &events, sql.Get("events"), tx.Office, pq.Array(ids)); err != nil {
		return db.Classify(err)
	}
	for _, e := range events {
		list[at[e.DispatchID]].Events = append(list[at[e.DispatchID]].Events, e)
	}
	return nil
}

// Files are the components of a document that go out: whole ones, the latest version of each.
func Files(doc records.Document) []records.Component {
	replaced := map[int]bool{}
	for _, c := range doc.Components {
		if c.Replaces != nil {
			replaced[*c.Replaces] = true
		}
	}
	var files []records.Component
	for _, c := range doc.Components {
		p := cmp.Or(c.Preservation, records.Original)
		if !replaced[c.Ordinal] && (p == records.Original || p == records.Output || p == records.Scan) {
			files = append(files, c)
		}
	}
	return files
}
